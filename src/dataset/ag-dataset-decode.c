/* ag-dataset-decode.c: decodes the images of a data set on threads of its own
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-dataset-private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-image.h"
#include "ag-work-share.h"

char *
ag_dataset_get_path (AgDataset *self, int index)
{
  return self->files != NULL
           ? g_build_filename (self->files->root, g_ptr_array_index (self->files->names, index),
                               NULL)
           : NULL;
}

AgImage *
ag_dataset_load_image (AgDataset *self, int index, GError **error)
{
  g_autofree char *path = ag_dataset_get_path (self, index);
  g_autoptr (GFile) file = NULL;

  if (path == NULL)
    return ag_packed_images_get_image (self->packed, index);
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

char *
ag_dataset_get_display_name (AgDataset *self, int index)
{
  if (self->files != NULL)
    return g_filename_display_name (g_ptr_array_index (self->files->names, index));
  return g_strdup (self->packed->kind == AG_DATASET_MNIST ? "MNIST" : "CIFAR-10");
}

/* The part of an image that is wanted, at its size; or NULL and why not. */
static AgImage *
cut_out (AgDataset *self, int index, AgImage *image, char **reason)
{
  g_autofree char *name = NULL, *path = NULL, *fault = NULL;
  AgImage *part;

  if (self->crop == NULL || self->files == NULL)
    {
      if (image->width >= self->width && image->height >= self->height)
        return ag_image_fit (image, self->width, self->height);
      name = ag_dataset_get_display_name (self, index);
      *reason = g_strdup_printf (_ ("%s: %d×%d pixels, smaller than the %d×%d that are needed"),
                                 name, image->width, image->height, self->width, self->height);
      return NULL;
    }
  path = ag_dataset_get_path (self, index);
  part = self->crop->crop (image, path, self->width, self->height, self->crop->data, &fault);
  if (part == NULL)
    {
      name = ag_dataset_get_display_name (self, index);
      *reason = g_strdup_printf ("%s: %s", name, fault);
    }
  return part;
}

static void
decode_one (gpointer data, int index)
{
  AgDataset *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) image = NULL, part = NULL;

  if (self->reasons[index] != NULL)
    return; /* left out for another reason */
  image = ag_dataset_load_image (self, index, &error);
  if (image == NULL)
    {
      self->reasons[index] = g_strdup (error->message);
      return;
    }
  part = cut_out (self, index, image, &self->reasons[index]);
  if (part == NULL)
    return;
  store_pixels (self, index, part);
  if (self->looks != NULL)
    ag_picture_look_init (&self->looks[index], image);
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
