/* ag-cli-files.c: pictures in and out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <string.h>

#include "ag-cli.h"
#include "ag-file.h"
#include "ag-image-folder.h"
#include "ag-image-sheet.h"
#include "ag-image.h"
#include "ag-latents-file.h"
#include "ag-receipt.h"
#include "ag-sample-receipt.h"
#include "ag-sanity.h"

GFile *
ag_cli_file (const char *path)
{
  GFile *file = g_file_new_for_commandline_arg (path);

  ag_file_set_name (file, path);
  return file;
}

int
ag_cli_batch_size (const AgGlowConfig *config, int n)
{
  gsize n_dims = ag_glow_config_n_dims (config);

  return (int) CLAMP ((1 << 18) / n_dims, 1, (gsize) CLAMP (n, 1, 32));
}

static gboolean
has_extension (const char *path, const char *extension)
{
  gsize length = strlen (path), n = strlen (extension);

  return length > n && g_ascii_strcasecmp (path + length - n, extension) == 0;
}

gboolean
ag_cli_is_safetensors (const char *path)
{
  return has_extension (path, ".safetensors");
}

gboolean
ag_cli_is_picture (const char *path)
{
  static const char *const extensions[] = { ".png", ".jpg", ".jpeg", ".webp" };

  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (has_extension (path, extensions[i]))
      return TRUE;
  return FALSE;
}

gboolean
ag_cli_check_output (const char *path, GError **error)
{
  g_autoptr (GFile) file = ag_cli_file (path);
  g_autoptr (GFile) parent = g_file_get_parent (file);
  g_autofree char *name = NULL;

  if (!parent || g_file_query_file_type (parent, 0, NULL) == G_FILE_TYPE_DIRECTORY)
    return TRUE;
  name = g_file_get_parse_name (parent);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _ ("%s: there is no such folder"), name);
  return FALSE;
}

static void
append_values (AgCliImages *images, const float *x, int n, gsize n_dims)
{
  images->x = g_realloc_n (images->x, (gsize) (images->n + n) * n_dims, sizeof (float));
  memcpy (images->x + (gsize) images->n * n_dims, x, (gsize) n * n_dims * sizeof (float));
  images->n += n;
}

static gboolean
append_numbers (AgCliImages *images, const AgGlowConfig *config, GFile *file, GError **error)
{
  g_autofree char *name = ag_file_name (file);
  g_autofree float *x = NULL;
  int n;

  x = ag_values_load (file, config, &n, error);
  if (!x)
    return FALSE;
  append_values (images, x, n, ag_glow_config_n_dims (config));
  for (int i = 0; i < n; i++)
    g_ptr_array_add (images->names, n == 1 ? g_strdup (name) : g_strdup_printf ("%s:%d", name, i));
  return TRUE;
}

static gboolean
append_picture (AgCliImages *images, const AgGlowConfig *config, GFile *file, GError **error)
{
  g_autofree char *name = ag_file_name (file);
  g_autoptr (AgImage) image = ag_image_load (file, NULL, error);
  g_autofree float *x = NULL;

  if (!image)
    return FALSE;
  if (image->width < config->image_width || image->height < config->image_height)
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                   _ ("%s: %d×%d pixels, smaller than the model's %d×%d"), name, image->width,
                   image->height, config->image_width, config->image_height);
      return FALSE;
    }
  x = g_new (float, ag_glow_config_n_dims (config));
  ag_codec_values_from_image (config, image, x);
  append_values (images, x, 1, ag_glow_config_n_dims (config));
  g_ptr_array_add (images->names, g_steal_pointer (&name));
  return TRUE;
}

AgCliImages *
ag_cli_images_load (AgCli *cli,
                    const AgGlowConfig *config,
                    char **paths,
                    int n_paths,
                    GError **error)
{
  g_autoptr (AgCliImages) images = g_new0 (AgCliImages, 1);

  images->names = g_ptr_array_new_with_free_func (g_free);
  for (int i = 0; i < n_paths; i++)
    {
      g_autoptr (GFile) file = ag_cli_file (paths[i]);

      ag_cli_progress (cli, _ ("reading %d of %d"), i + 1, n_paths);
      if (!(ag_cli_is_safetensors (paths[i]) ? append_numbers : append_picture) (images, config,
                                                                                 file, error))
        return NULL;
    }
  return g_steal_pointer (&images);
}

void
ag_cli_images_free (AgCliImages *images)
{
  if (!images)
    return;
  g_ptr_array_unref (images->names);
  g_free (images->x);
  g_free (images);
}

static GPtrArray *
make_images (const AgGlowConfig *config, int n, const float *x)
{
  GPtrArray *images = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_image_unref);

  for (int i = 0; i < n; i++)
    g_ptr_array_add (
      images, ag_codec_image_from_values (config, x + (gsize) i * ag_glow_config_n_dims (config)));
  return images;
}

gboolean
ag_cli_make_folder (GFile *folder, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (g_file_make_directory_with_parents (folder, NULL, &local) ||
      (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS) &&
       g_file_query_file_type (folder, 0, NULL) == G_FILE_TYPE_DIRECTORY))
    return TRUE;
  ag_file_propagate_error (error, g_steal_pointer (&local), folder);
  return FALSE;
}

static gboolean
write_folder (GPtrArray *images,
              GFile *folder,
              GPtrArray *names,
              const char *keyword,
              AgCliDescribe describe,
              gpointer user_data,
              GError **error)
{
  g_autofree AgImageFolderItem *items = g_new0 (AgImageFolderItem, images->len);
  g_autofree const char **text = g_new0 (const char *, 3 * images->len);
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < images->len; i++)
    {
      char *name = g_strconcat (g_ptr_array_index (names, i), ".png", NULL);
      char *receipt = describe ? describe ((int) i, 1, 1, user_data) : NULL;

      g_ptr_array_add (strings, name);
      g_ptr_array_add (strings, receipt);
      text[3 * i] = keyword;
      text[3 * i + 1] = receipt;
      items[i] =
        (AgImageFolderItem){ g_ptr_array_index (images, i), name, receipt ? text + 3 * i : NULL };
    }
  return ag_image_folder_save (items, images->len, folder, ag_cli_cancel_flag (), error);
}

/* Side by side, as nearly square as they come. */
static gboolean
write_sheet (GPtrArray *images,
             GFile *file,
             const char *keyword,
             AgCliDescribe describe,
             gpointer user_data,
             GError **error)
{
  guint columns = 1;
  g_autoptr (AgImage) sheet = NULL;
  g_autofree char *receipt = NULL;
  const char *text[] = { keyword, NULL, NULL };

  while (columns * columns < images->len)
    columns++;
  if (describe && ag_receipt_suits_file (file))
    text[1] = receipt = describe (0, (int) images->len, (int) columns, user_data);
  sheet =
    ag_image_sheet ((AgImage *const *) images->pdata, images->len, columns, AG_SAMPLE_GAP, error);
  return sheet && ag_image_save (sheet, file, 0, receipt ? text : NULL, NULL, error);
}

gboolean
ag_cli_write_pictures (const AgGlowConfig *config,
                       int n,
                       const float *x,
                       const char *path,
                       GPtrArray *names,
                       const char *keyword,
                       AgCliDescribe describe,
                       gpointer user_data,
                       GError **error)
{
  g_autoptr (GFile) file = ag_cli_file (path);
  g_autoptr (GPtrArray) images = NULL;

  if (ag_cli_is_safetensors (path))
    return ag_values_save (file, config, n, x, error);
  images = make_images (config, n, x);
  if (ag_cli_is_picture (path))
    return write_sheet (images, file, keyword, describe, user_data, error);
  return write_folder (images, file, names, keyword, describe, user_data, error);
}

gboolean
ag_cli_check_sane (AgCli *cli,
                   const AgGlowConfig *config,
                   int n,
                   const float *x,
                   GPtrArray *names,
                   GError **error)
{
  gsize n_dims = ag_glow_config_n_dims (config);
  int outside = 0;

  for (int i = 0; i < n; i++)
    switch (ag_sanity_check (x + (gsize) i * n_dims, n_dims))
      {
      case AG_SANITY_NOT_FINITE:
        g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FLOW,
                     _ ("%s: too far from anything the model has learned to be drawn"),
                     (const char *) g_ptr_array_index (names, i));
        return FALSE;
      case AG_SANITY_OUT_OF_RANGE:
        outside++;
        break;
      case AG_SANITY_GOOD:
      default:
        break;
      }
  if (outside > 0)
    ag_cli_note (cli,
                 ngettext ("%d picture is far outside the range of pixels",
                           "%d pictures are far outside the range of pixels", (gulong) outside),
                 outside);
  return TRUE;
}
