/* ag-dataset-private.h: inside an AgDataset
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-attribute-table.h"
#include "ag-class-labels.h"
#include "ag-dataset.h"
#include "ag-image-files.h"
#include "ag-name-labels.h"
#include "ag-near-duplicates.h"
#include "ag-packed-images.h"
#include "ag-pixel-store.h"

G_BEGIN_DECLS

/* Found images are what the folder holds; images are those of them that could be used. */
struct AgDataset
{
  gatomicrefcount ref_count;
  GFile *folder, *labels, *partition;
  int height, width, channels;
  gsize image_bytes;

  AgImageFiles *files;    /* of a folder of images, else NULL */
  AgPackedImages *packed; /* of CIFAR-10 and MNIST, else NULL */
  AgAttributeTable *table;
  AgClassLabels *class_labels; /* of the found images, or NULL */
  AgNameLabels name_labels;    /* where the table comes from if there is no file */
  gint8 *file_parts;           /* of the partition table: 0, 1 or 2 for each of files, or NULL */

  AgPixelStore pixels; /* room for every found image */
  int n_found;
  char **reasons; /* why a found image is not used, or NULL; n_found of them */
  guint64 *hashes;

  const AgDatasetCrop *crop; /* while it is loaded */
  AgDatasetDuplicates duplicates;
  AgPictureLook *looks; /* of the found images, while they are decoded, or NULL */
  int *alike;           /* of a found image: the first that looks like it, or -1; or NULL */

  int n_images;
  int *found; /* of an image: which of the found ones it is */
  char **packed_names;

  GPtrArray *skipped;
  GPtrArray *notes;
  int *parts[2];
  int n_parts[2];
};

/* ag-dataset-load.c: finds images and tables and decodes nothing yet. A table that does not go with
 * the images is an error, or is left out and told in @table_problem if that is not NULL. */
AgDataset *ag_dataset_find (GFile *folder,
                            GFile *labels,
                            const atomic_bool *cancel,
                            GError **table_problem,
                            GError **error);

/* Path of a found image, for messages and crops. NULL for a packed one. */
char *ag_dataset_get_path (AgDataset *self, int index);

/* ag-dataset-decode.c: name of a found image, for messages. */
char *ag_dataset_get_display_name (AgDataset *self, int index);

/* ag-dataset-decode.c: a found image as it is in its file. */
AgImage *ag_dataset_load_image (AgDataset *self, int index, GError **error);

/* ag-dataset-decode.c: fills pixels, hashes, reasons and, if they are wanted, looks. Images that
 * have a reason already are passed over. */
gboolean ag_dataset_decode (AgDataset *self,
                            int n_threads,
                            AgDatasetProgress progress,
                            gpointer data,
                            const atomic_bool *cancel,
                            GError **error);

/* ag-dataset-split.c: what the data itself says of a found image: 0 training, 1 validation, 2
 * test. */
int ag_dataset_get_given_part (AgDataset *self, int index);

/* ag-dataset-duplicates.c: fills alike from looks, which are freed. */
void ag_dataset_find_alike (AgDataset *self);

/* ag-dataset-duplicates.c: whether each found image is not used because of another. */
gboolean *ag_dataset_choose_alike (AgDataset *self);

/* ag-dataset-split.c: fills parts. */
void ag_dataset_split (AgDataset *self, double share, guint64 seed);

/* Where hashes of ag_dataset_hash() begin. */
#define AG_DATASET_HASH_START G_GUINT64_CONSTANT (0xcbf29ce484222325)

guint64 ag_dataset_hash (guint64 hash, const void *bytes, gsize n);

G_END_DECLS
