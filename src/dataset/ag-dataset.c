/* ag-dataset.c: a folder of images, decoded once and held at the size of a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-dataset-private.h"

#include <string.h>

/* clang-format off */
G_DEFINE_QUARK (ag-dataset-error-quark, ag_dataset_error)
/* clang-format on */

void
ag_dataset_options_init (AgDatasetOptions *options)
{
  *options = (AgDatasetOptions){
    .height = 64,
    .width = 64,
    .channels = 3,
    .held_out = AG_DATASET_DEFAULT_HELD_OUT,
    .duplicates = AG_DATASET_DUPLICATES_TOGETHER,
  };
}

AgDataset *
ag_dataset_ref (AgDataset *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ag_dataset_unref (AgDataset *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (int i = 0; self->reasons != NULL && i < self->n_found; i++)
    g_free (self->reasons[i]);
  g_free (self->reasons);
  g_free (self->hashes);
  g_free (self->looks);
  g_free (self->alike);
  g_free (self->found);
  g_strfreev (self->packed_names);
  g_free (self->file_parts);
  g_free (self->parts[0]);
  g_free (self->parts[1]);
  g_clear_pointer (&self->skipped, g_ptr_array_unref);
  g_clear_pointer (&self->notes, g_ptr_array_unref);
  ag_attribute_table_free (self->table);
  ag_class_labels_free (self->class_labels);
  ag_image_files_free (self->files);
  ag_packed_images_free (self->packed);
  ag_pixel_store_clear (&self->pixels);
  g_clear_object (&self->folder);
  g_clear_object (&self->labels);
  g_clear_object (&self->partition);
  g_free (self);
}

AgDatasetKind
ag_dataset_get_kind (AgDataset *self)
{
  return self->packed ? self->packed->kind : AG_DATASET_IMAGES;
}

int
ag_dataset_get_height (AgDataset *self)
{
  return self->height;
}

int
ag_dataset_get_width (AgDataset *self)
{
  return self->width;
}

int
ag_dataset_get_channels (AgDataset *self)
{
  return self->channels;
}

GFile *
ag_dataset_get_folder (AgDataset *self)
{
  return self->folder;
}

GFile *
ag_dataset_get_labels (AgDataset *self)
{
  return self->labels;
}

GFile *
ag_dataset_get_partition (AgDataset *self)
{
  return self->partition;
}

int
ag_dataset_get_n_images (AgDataset *self)
{
  return self->n_images;
}

const char *
ag_dataset_get_name (AgDataset *self, int image)
{
  return self->packed ? self->packed_names[image]
                      : g_ptr_array_index (self->files->names, self->found[image]);
}

const guint8 *
ag_dataset_get_bytes (AgDataset *self, int image)
{
  return self->pixels.bytes + (gsize) self->found[image] * self->image_bytes;
}

const int *
ag_dataset_get_indices (AgDataset *self, AgDatasetPart part, int *n)
{
  *n = self->n_parts[part];
  return self->parts[part];
}

int
ag_dataset_get_n_attributes (AgDataset *self)
{
  return self->table ? (int) self->table->names->len : 0;
}

const char *
ag_dataset_get_attribute_name (AgDataset *self, int attribute)
{
  return g_ptr_array_index (self->table->names, (guint) attribute);
}

int
ag_dataset_find_attribute (AgDataset *self, const char *name)
{
  for (int i = 0; i < ag_dataset_get_n_attributes (self); i++)
    if (g_str_equal (ag_dataset_get_attribute_name (self, i), name))
      return i;
  return -1;
}

int
ag_dataset_get_attribute (AgDataset *self, int image, int attribute)
{
  return self->table
    ->values[(gsize) self->found[image] * self->table->names->len + (gsize) attribute];
}

int
ag_dataset_get_n_classes (AgDataset *self)
{
  if (self->class_labels == NULL)
    return 0;
  for (int i = 0; i < self->n_images; i++)
    if (ag_dataset_get_class (self, i) < 0)
      return 0;
  return (int) self->class_labels->names->len;
}

int
ag_dataset_get_class (AgDataset *self, int image)
{
  return self->class_labels ? self->class_labels->classes[self->found[image]] : -1;
}

const char *
ag_dataset_get_class_name (AgDataset *self, int class_label)
{
  return g_ptr_array_index (self->class_labels->names, (guint) class_label);
}

int
ag_dataset_get_n_skipped (AgDataset *self)
{
  return (int) self->skipped->len;
}

const AgDatasetSkipped *
ag_dataset_get_skipped (AgDataset *self, int index)
{
  return g_ptr_array_index (self->skipped, (guint) index);
}

const char *const *
ag_dataset_get_notes (AgDataset *self)
{
  return (const char *const *) self->notes->pdata;
}

guint64
ag_dataset_get_fingerprint (AgDataset *self)
{
  guint64 hash = (guint64) self->n_parts[AG_DATASET_TRAINING];

  for (int i = 0; i < self->n_parts[AG_DATASET_TRAINING]; i++)
    {
      int image = self->parts[AG_DATASET_TRAINING][i];
      const char *name = ag_dataset_get_name (self, image);

      hash = ag_dataset_hash (hash, name, strlen (name));
      hash = ag_dataset_hash (hash, &self->hashes[self->found[image]], sizeof (guint64));
    }
  return hash;
}
