/* ag-dataset.h: a folder of images, decoded once and held at the size of a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three kinds of folder are recognised:
 *
 *   images   JPEG, PNG and WebP files, at any depth; names beginning with a dot are passed over
 *   CIFAR-10 data_batch_*.bin and test_batch.bin (the binary version)
 *   MNIST    train-images-idx3-ubyte and t10k-images-idx3-ubyte with their labels, .gz or not
 *
 * An attribute table belongs to a folder of images if there is a file `list_attr*.txt` (CelebA's
 * form) or a single .csv whose first column holds the images' names and whose other columns hold
 * 1 and -1, 1 and 0, or true and false (other columns are passed over); see ag-attribute-table.h.
 * Without a table attributes are read from names where they tell some, see ag-name-labels.h: one
 * folder per class, or UTKFace's age_gender_race_date. The same names, and the labels of CIFAR-10
 * and MNIST, tell classes, see ag-class-labels.h.
 *
 * Held-out images are those that the data itself sets apart: `list_eval_partition*.txt` (CelebA's
 * form: file and 0 for training, 1 for validation, 2 for test), the test batch of CIFAR-10 and
 * MNIST. Where nothing is set apart a share is drawn by a hash of seed and name, so that an image
 * stays on its side when others are added or removed.
 *
 * Images of a folder that are the same to the eye, see ag-near-duplicates.h, never stand on both
 * sides unless asked to: what has been learnt by heart would count as understood.
 *
 *     AgDatasetOptions options;
 *     ag_dataset_options_init (&options);
 *     options.height = options.width = 64;
 *     g_autoptr (AgDataset) dataset = ag_dataset_load (folder, &options, NULL, NULL, NULL, &error);
 *     for (int i = 0; i < ag_dataset_get_n_images (dataset); i++)
 *       use (ag_dataset_get_bytes (dataset, i), ag_dataset_get_attribute (dataset, i, smiling));
 *
 * An AgDataset does not change once loaded: any number of threads may read it.
 */
#pragma once

#include <stdatomic.h>

#include <gio/gio.h>

#include "ag-flow.h"
#include "ag-image.h"

G_BEGIN_DECLS

#define AG_DATASET_ERROR (ag_dataset_error_quark ())
GQuark ag_dataset_error_quark (void);

/**
 * AgDatasetError:
 * @AG_DATASET_ERROR_EMPTY: no usable image in the folder
 * @AG_DATASET_ERROR_TABLE: an attribute or partition table contradicts itself or the folder; the
 *   message names file and line
 * @AG_DATASET_ERROR_CORRUPT: a CIFAR-10 or MNIST file has the wrong size or content
 * @AG_DATASET_ERROR_MEMORY: the images fit neither in memory nor in the cache folder
 */
typedef enum
{
  AG_DATASET_ERROR_EMPTY,
  AG_DATASET_ERROR_TABLE,
  AG_DATASET_ERROR_CORRUPT,
  AG_DATASET_ERROR_MEMORY,
} AgDatasetError;

typedef enum
{
  AG_DATASET_IMAGES,
  AG_DATASET_CIFAR10,
  AG_DATASET_MNIST,
} AgDatasetKind;

typedef enum
{
  AG_DATASET_TRAINING,
  AG_DATASET_HELD_OUT,
} AgDatasetPart;

#define AG_DATASET_DEFAULT_HELD_OUT 0.05

/**
 * AgDatasetDuplicates:
 * @AG_DATASET_DUPLICATES_KEEP: each image counts, wherever the draw puts it
 * @AG_DATASET_DUPLICATES_TOGETHER: all images that look alike are trained on if the draw trains on
 *   one of them; where the data sets images apart, those to train on that look like one of these
 *   are left out
 * @AG_DATASET_DUPLICATES_LEAVE_OUT: besides, only the first by name of those that look alike is
 *   used
 *
 * What becomes of images that are the same to the eye.
 */
typedef enum
{
  AG_DATASET_DUPLICATES_KEEP,
  AG_DATASET_DUPLICATES_TOGETHER,
  AG_DATASET_DUPLICATES_LEAVE_OUT,
} AgDatasetDuplicates;

/* "keep", "together", "leave-out" */
const char *ag_dataset_duplicates_name (AgDatasetDuplicates duplicates);
gboolean ag_dataset_duplicates_parse (const char *name, AgDatasetDuplicates *duplicates);

/**
 * AgDatasetCrop:
 * @measure: tells how many pixels of @image the part has on its shorter side
 * @crop: cuts it out and resizes it
 * @data: for both
 *
 * What is to be seen of the images of a folder instead of their middle, for example faces. Both are
 * called on any thread, with the path of the image's file. Where there is no such part they return
 * 0 or %NULL and set @reason to a translated clause, such as "no face was found".
 */
typedef struct
{
  double (*measure) (AgImage *image, const char *path, gpointer data, char **reason);
  AgImage *(
    *crop) (AgImage *image, const char *path, int width, int height, gpointer data, char **reason);
  gpointer data;
} AgDatasetCrop;

/**
 * AgDatasetOptions:
 * @height: pixels that every image is brought to by ag_image_fit() (the largest centred part of
 *   that aspect); an image smaller than this either way is skipped
 * @width: likewise
 * @channels: 3, or 1 for grey (BT.601 luma)
 * @held_out: share of images to hold out where the data itself sets none apart, 0 to 0.5
 * @seed: of that choice
 * @labels: (nullable) (transfer none): attribute table; %NULL to look for one in the folder
 * @memory_limit: bytes of pixels to keep in memory; more are kept in an unnamed file in the user's
 *   cache folder, which the system pages; 0 for half of the memory that is available
 * @n_threads: that decode, 1 to 64; 0 for one per processor
 * @duplicates: see there; not looked for in CIFAR-10 and MNIST, whose images are too small
 * @crop: (nullable) (transfer none): what is taken of each image of a folder; %NULL for the middle
 * @by_class: whether images are left out whose class is not known, where any classes are
 * @classes: (nullable) (array zero-terminated=1) (transfer none): with @by_class: names of the
 *   classes of a model, in its order; images of others are left out
 */
typedef struct
{
  int height, width, channels;
  double held_out;
  guint64 seed;
  GFile *labels;
  guint64 memory_limit;
  int n_threads;
  AgDatasetDuplicates duplicates;
  const AgDatasetCrop *crop;
  gboolean by_class;
  const char *const *classes;
} AgDatasetOptions;

/**
 * AgDatasetSkipped:
 * @name: of the file, relative to the folder
 * @reason: a translated sentence that begins with the name
 */
typedef struct
{
  char *name;
  char *reason;
} AgDatasetSkipped;

/**
 * AgDatasetProgress:
 * @done: images decoded or skipped so far
 * @total: images found
 *
 * Called on the thread that called ag_dataset_load(), at most ten times a second and once at the
 * end.
 */
typedef void (*AgDatasetProgress) (int done, int total, gpointer data);

typedef struct AgDataset AgDataset;

/**
 * ag_dataset_options_init:
 *
 * Sets 64×64, 3 channels, %AG_DATASET_DEFAULT_HELD_OUT, seed 0, near-duplicates together,
 * everything else automatic.
 */
void ag_dataset_options_init (AgDatasetOptions *options);

/**
 * ag_dataset_load:
 * @folder: a local folder
 * @progress: (nullable) (scope call):
 * @cancel: (nullable): set it from any thread to make this return %G_IO_ERROR_CANCELLED
 *
 * Finds, decodes and resizes all images of a folder. Files that cannot be read and images that are
 * too small are not an error as long as one image is left: the caller should tell of them,
 * ag_dataset_get_n_skipped(). Images are in the order of their names as bytes; CIFAR-10 and MNIST
 * in the order of their files, training first.
 *
 * A table that names a file that is not there, or counts wrongly, is an error that names table and
 * line.
 */
AgDataset *ag_dataset_load (GFile *folder,
                            const AgDatasetOptions *options,
                            AgDatasetProgress progress,
                            gpointer data,
                            const atomic_bool *cancel,
                            GError **error);

AgDataset *ag_dataset_ref (AgDataset *self);
void ag_dataset_unref (AgDataset *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgDataset, ag_dataset_unref)

AgDatasetKind ag_dataset_get_kind (AgDataset *self);
int ag_dataset_get_height (AgDataset *self);
int ag_dataset_get_width (AgDataset *self);
int ag_dataset_get_channels (AgDataset *self);

/**
 * ag_dataset_get_folder:
 *
 * Returns: (transfer none):
 */
GFile *ag_dataset_get_folder (AgDataset *self);

/**
 * ag_dataset_get_labels:
 *
 * Returns: (nullable) (transfer none): the attribute table that was used
 */
GFile *ag_dataset_get_labels (AgDataset *self);

/**
 * ag_dataset_get_partition:
 *
 * Returns: (nullable) (transfer none): the partition table that was used
 */
GFile *ag_dataset_get_partition (AgDataset *self);

/**
 * ag_dataset_get_n_images:
 *
 * Returns: how many usable images there are, at least 1
 */
int ag_dataset_get_n_images (AgDataset *self);

/**
 * ag_dataset_get_name:
 *
 * Returns: (transfer none): path relative to the folder; for CIFAR-10 and MNIST file and number
 */
const char *ag_dataset_get_name (AgDataset *self, int image);

/**
 * ag_dataset_get_bytes:
 *
 * Returns: (transfer none): the pixels [height][width][channels]; for use with
 *   ag_values_from_bytes()
 */
const guint8 *ag_dataset_get_bytes (AgDataset *self, int image);

/**
 * ag_dataset_get_indices:
 * @n: (out): how many; for %AG_DATASET_HELD_OUT possibly 0
 *
 * Returns: (transfer none) (array length=n): the images of a part, ascending. Images that a
 *   partition table sets apart for the final test (2) are in neither part when it also names
 *   images for validation (1).
 */
const int *ag_dataset_get_indices (AgDataset *self, AgDatasetPart part, int *n);

/**
 * ag_dataset_get_n_attributes:
 *
 * Returns: columns of the attribute table; 0 without one
 */
int ag_dataset_get_n_attributes (AgDataset *self);

const char *ag_dataset_get_attribute_name (AgDataset *self, int attribute);

/**
 * ag_dataset_find_attribute:
 *
 * Returns: the attribute of that name, or -1
 */
int ag_dataset_find_attribute (AgDataset *self, const char *name);

/**
 * ag_dataset_get_attribute:
 *
 * Returns: 1 with, -1 without, 0 where the table does not say
 */
int ag_dataset_get_attribute (AgDataset *self, int image, int attribute);

/**
 * ag_dataset_get_n_classes:
 *
 * Returns: how many classes there are, if each image has one; else 0
 */
int ag_dataset_get_n_classes (AgDataset *self);

/**
 * ag_dataset_get_class_name:
 *
 * Returns: (transfer none):
 */
const char *ag_dataset_get_class_name (AgDataset *self, int class_label);

/**
 * ag_dataset_get_class:
 *
 * Returns: the class of an image; -1 without classes
 */
int ag_dataset_get_class (AgDataset *self, int image);

/**
 * ag_dataset_get_n_skipped:
 *
 * Returns: files that were not used
 */
int ag_dataset_get_n_skipped (AgDataset *self);

/**
 * ag_dataset_get_skipped:
 * @index: 0 to ag_dataset_get_n_skipped() - 1, in the order of names
 *
 * Returns: (transfer none):
 */
const AgDatasetSkipped *ag_dataset_get_skipped (AgDataset *self, int index);

/**
 * ag_dataset_get_notes:
 *
 * Returns: (transfer none) (array zero-terminated=1): what else the user may want to know of the
 *   folder, as translated sentences: columns of a CSV table that are no attributes, how many
 *   near-duplicates are left out
 */
const char *const *ag_dataset_get_notes (AgDataset *self);

/**
 * ag_dataset_get_fingerprint:
 *
 * Returns: a hash of the names and pixels of the training images, to notice that a folder has
 *   changed since a run was begun
 */
guint64 ag_dataset_get_fingerprint (AgDataset *self);

G_END_DECLS
