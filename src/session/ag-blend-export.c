/* ag-blend-export.c: a blend as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-export.h"

#include <glib/gi18n-lib.h>

#include "ag-animation.h"
#include "ag-image-folder.h"
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

GPtrArray *
ag_blend_export_draw (const AgBlendExport *what,
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

/* What a picture of some of the frames says of itself; NULL for nothing. */
static char *
make_text (const AgBlendExport *what, guint first, guint n)
{
  return what->receipt != NULL ? ag_blend_receipt_to_text (what->receipt, first, n) : NULL;
}

static gboolean
write_strip (const AgBlendExport *what, GPtrArray *images, GFile *file, GError **error)
{
  g_autoptr (AgImage) sheet =
    ag_image_sheet ((AgImage *const *) images->pdata, images->len, images->len, 0, error);
  g_autofree char *receipt = make_text (what, 0, images->len);
  const char *text[] = { AG_BLEND_KEYWORD, receipt, NULL };

  return sheet != NULL &&
         ag_image_save (sheet, file, 0,
                        receipt != NULL && ag_receipt_suits_file (file) ? text : NULL, NULL, error);
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

static gboolean
write_frames (const AgBlendExport *what,
              GPtrArray *images,
              GFile *folder,
              const atomic_bool *cancel,
              GError **error)
{
  g_autofree AgImageFolderItem *items = g_new0 (AgImageFolderItem, images->len);
  g_autofree const char **text = g_new0 (const char *, 3 * images->len);
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < images->len; i++)
    {
      char *name = g_strdup_printf ("frame-%04u.png", i + 1);
      char *receipt = make_text (what, i, 1);

      g_ptr_array_add (strings, name);
      g_ptr_array_add (strings, receipt);
      text[3 * i] = AG_BLEND_KEYWORD;
      text[3 * i + 1] = receipt;
      items[i] = (AgImageFolderItem){ g_ptr_array_index (images, i), name,
                                      receipt != NULL ? text + 3 * i : NULL };
    }
  return ag_image_folder_save (items, images->len, folder, cancel, error);
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

  images = ag_blend_export_draw (what, codec, batch, progress, user_data, cancel, error);
  if (images == NULL)
    return FALSE;
  switch (what->format)
    {
    case AG_BLEND_FRAMES:
      return write_frames (what, images, file, cancel, error);
    case AG_BLEND_ANIMATION:
      return write_animation (what, images, file, cancel, error);
    case AG_BLEND_STRIP:
    default:
      return write_strip (what, images, file, error);
    }
}
