/* ag-dataset-decode.c: decodes the images of a data set on threads of its own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-dataset-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-image.h"
#include "ag-work-share.h"

AgImage *
ag_dataset_load_image (AgDataset *self, int index, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  if (self->packed != NULL)
    return ag_packed_images_get_image (self->packed, index);
  path = g_build_filename (self->files->root, g_ptr_array_index (self->files->names, index), NULL);
  file = g_file_new_for_path (path);
  return ag_image_load (file, NULL, error);
}

static void
store_pixels (AgDataset *self, int index, AgImage *image)
{
  const guint8 *rgb = ag_image_get_pixels (image);
  guint8 *out = self->pixels.bytes + (gsize) index * self->image_bytes;

  if (self->channels == 3)
    memcpy (out, rgb, self->image_bytes);
  else
    for (gsize i = 0; i < self->image_bytes; i++)
      out[i] = (guint8) ((77 * rgb[3 * i] + 150 * rgb[3 * i + 1] + 29 * rgb[3 * i + 2] + 128) >> 8);
  self->hashes[index] = ag_dataset_hash (AG_DATASET_HASH_START, out, self->image_bytes);
}

static void
decode_one (gpointer data, int index)
{
  AgDataset *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) image = ag_dataset_load_image (self, index, &error);
  g_autoptr (AgImage) fitted = NULL;

  if (image == NULL)
    {
      self->reasons[index] = g_strdup (error->message);
      return;
    }
  if (image->width < self->width || image->height < self->height)
    {
      g_autofree char *name =
        self->files ? g_filename_display_name (g_ptr_array_index (self->files->names, index))
                    : g_strdup (self->packed->kind == AG_DATASET_MNIST ? "MNIST" : "CIFAR-10");

      self->reasons[index] =
        g_strdup_printf (_ ("%s: %d×%d pixels, smaller than the %d×%d that are needed"), name,
                         image->width, image->height, self->width, self->height);
      return;
    }
  fitted = ag_image_fit (image, self->width, self->height);
  store_pixels (self, index, fitted);
}

gboolean
ag_dataset_decode (AgDataset *self,
                   int n_threads,
                   AgDatasetProgress progress,
                   gpointer data,
                   const atomic_bool *cancel,
                   GError **error)
{
  return ag_work_share (self->n_found, n_threads, decode_one, self, progress, data, cancel, error);
}
