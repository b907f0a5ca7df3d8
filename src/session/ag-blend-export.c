/* ag-blend-export.c: a blend as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-export.h"

#include <glib/gi18n-lib.h>

#include "ag-animation.h"
#include "ag-file.h"
#include "ag-image-sheet.h"
#include "ag-sanity.h"

static gboolean
is_cancelled (const atomic_bool *cancel, GError **error)
{
  if (cancel == NULL || !atomic_load (cancel))
    return FALSE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The operation was cancelled"));
  return TRUE;
}

/* The frames from @first on, n of them, as pictures. */
static gboolean
draw_batch (const AgBlendExport *what,
            AgCodec *codec,
            AgBlendRenderer *renderer,
            guint first,
            guint n,
            GPtrArray *images,
            const atomic_bool *cancel,
            GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *eps = g_new (float, n *n_dims);
  g_autofree float *x = g_new (float, n *n_dims);
  g_autofree int *classes = g_new0 (int, n);

  for (guint i = 0; i < n; i++)
    {
      const AgBlendPoint *point = &what->points[first + i];

      ag_blend_point_eps (point, config, what->subjects, eps + i * n_dims);
      classes[i] = MAX (0, what->subjects[0]->class_label);
    }
  if (!ag_codec_decode (codec, (int) n, eps, config->classes > 0 ? classes : NULL, x, cancel,
                        error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GBytes) values = g_bytes_new (x + i * n_dims, n_dims * sizeof (float));

      if (ag_sanity_check (x + i * n_dims, n_dims) == AG_SANITY_NOT_FINITE)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The model draws no picture at frame %u of %u"), first + i + 1,
                       what->n_points);
          return FALSE;
        }
      g_ptr_array_add (images,
                       ag_blend_renderer_render (renderer, config, what->subjects,
                                                 &what->points[first + i], values, what->size));
    }
  return TRUE;
}

static GPtrArray *
draw_all (const AgBlendExport *what,
          AgCodec *codec,
          int batch,
          AgBlendProgress progress,
          gpointer user_data,
          const atomic_bool *cancel,
          GError **error)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_image_unref);
  g_autoptr (AgBlendRenderer) renderer = ag_blend_renderer_new ();

  for (guint i = 0; i < what->n_points; i += (guint) batch)
    {
      guint n = MIN ((guint) batch, what->n_points - i);

      if (is_cancelled (cancel, error) ||
          !draw_batch (what, codec, renderer, i, n, images, cancel, error))
        return NULL;
      if (progress != NULL)
        progress (i + n, what->n_points, user_data);
    }
  return g_steal_pointer (&images);
}

static gboolean
write_strip (GPtrArray *images, GFile *file, GError **error)
{
  g_autoptr (AgImage) sheet =
    ag_image_sheet ((AgImage *const *) images->pdata, images->len, images->len, 0, error);

  return sheet != NULL && ag_image_save (sheet, file, 0, NULL, NULL, error);
}

static gboolean
write_animation (const AgBlendExport *what,
                 GPtrArray *images,
                 GFile *file,
                 const atomic_bool *cancel,
                 GError **error)
{
  g_autoptr (AgAnimation) film = ag_animation_new (what->size, what->size, what->quality, error);
  /* The way back leaves out both ends, which would be shown twice as long. */
  guint n = what->ping_pong && images->len > 2 ? 2 * images->len - 2 : images->len;

  if (film == NULL)
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      guint at = i < images->len ? i : 2 * (images->len - 1) - i;

      if (is_cancelled (cancel, error) ||
          !ag_animation_add (film, g_ptr_array_index (images, at), what->milliseconds, error))
        return FALSE;
    }
  return ag_animation_save (film, file, error);
}

/* Frames. */

static char *
frame_name (guint i)
{
  return g_strdup_printf ("frame-%04u.png", i + 1);
}

static void
remove_frames (GFile *folder, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = frame_name (i);
      g_autoptr (GFile) file = g_file_get_child (folder, name);

      (void) g_file_delete (file, NULL, NULL);
    }
  (void) g_file_delete (folder, NULL, NULL);
}

static gboolean
write_each (GPtrArray *images, GFile *folder, const atomic_bool *cancel, GError **error)
{
  for (guint i = 0; i < images->len; i++)
    {
      g_autofree char *name = frame_name (i);
      g_autoptr (GFile) file = g_file_get_child (folder, name);

      if (is_cancelled (cancel, error) ||
          !ag_image_save (g_ptr_array_index (images, i), file, 0, NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
move_each (guint n, GFile *from, GFile *to, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = frame_name (i);
      g_autoptr (GFile) source = g_file_get_child (from, name);
      g_autoptr (GFile) target = g_file_get_child (to, name);
      g_autoptr (GError) local = NULL;

      if (!g_file_move (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &local))
        {
          ag_file_propagate_error (error, g_steal_pointer (&local), target);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
make_folder (GFile *folder, gboolean *made, GError **error)
{
  g_autoptr (GError) local = NULL;

  *made = g_file_make_directory_with_parents (folder, NULL, &local);
  if (*made || (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS) &&
                g_file_query_file_type (folder, 0, NULL) == G_FILE_TYPE_DIRECTORY))
    return TRUE;
  ag_file_propagate_error (error, g_steal_pointer (&local), folder);
  return FALSE;
}

/* All of them into a folder inside of it, then one after the other to their places. */
static gboolean
write_frames (GPtrArray *images, GFile *folder, const atomic_bool *cancel, GError **error)
{
  g_autofree char *name = g_strdup_printf (".frames-%08x", g_random_int ());
  g_autoptr (GFile) aside = g_file_get_child (folder, name);
  g_autoptr (GError) local = NULL;
  gboolean made, written;

  if (!make_folder (folder, &made, error))
    return FALSE;
  written = g_file_make_directory (aside, NULL, &local);
  if (!written)
    ag_file_propagate_error (error, g_steal_pointer (&local), folder);
  else
    written =
      write_each (images, aside, cancel, error) && move_each (images->len, aside, folder, error);
  remove_frames (aside, images->len);
  if (!written && made)
    (void) g_file_delete (folder, NULL, NULL);
  return written;
}

gboolean
ag_blend_export_write (const AgBlendExport *what,
                       AgCodec *codec,
                       int batch,
                       GFile *file,
                       AgBlendProgress progress,
                       gpointer user_data,
                       const atomic_bool *cancel,
                       GError **error)
{
  g_autoptr (GPtrArray) images = NULL;

  g_return_val_if_fail (what->n_points >= 1 && what->n_points <= AG_BLEND_MAX_FRAMES, FALSE);

  images = draw_all (what, codec, batch, progress, user_data, cancel, error);
  if (images == NULL)
    return FALSE;
  switch (what->format)
    {
    case AG_BLEND_FRAMES:
      return write_frames (images, file, cancel, error);
    case AG_BLEND_ANIMATION:
      return write_animation (what, images, file, cancel, error);
    case AG_BLEND_STRIP:
    default:
      return write_strip (images, file, error);
    }
}
