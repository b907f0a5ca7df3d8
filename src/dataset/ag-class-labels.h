/* ag-class-labels.h: which image is of which class, for a class-conditional model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Classes come with the images: the labels of CIFAR-10 and MNIST; 2 to 64 folders, each directly in
 * the folder that was chosen, a class for every folder; UTKFace's names, a class for each group of
 * gender and age (below 40, 40 to 59, 60 and over) of which there are images. A table's attributes
 * are no classes, as an image may have several.
 */
#pragma once

#include "ag-image-files.h"
#include "ag-packed-images.h"

G_BEGIN_DECLS

/**
 * AgClassLabels:
 * @names: (element-type utf8): of the classes, in their order
 * @classes: of each image: an index of @names, or -1 where nothing tells
 * @n_images: how many images there are
 */
typedef struct
{
  GPtrArray *names;
  int *classes;
  int n_images;
} AgClassLabels;

/**
 * ag_class_labels_find:
 *
 * Returns: (nullable) (transfer full): %NULL if the names of the files tell no classes
 */
AgClassLabels *ag_class_labels_find (const AgImageFiles *files);

/**
 * ag_class_labels_find_folders:
 *
 * Returns: (nullable) (transfer full): the same of folders alone
 */
AgClassLabels *ag_class_labels_find_folders (const AgImageFiles *files);

/**
 * ag_class_labels_read_packed:
 * @folder: that holds them, and perhaps `batches.meta.txt` with the names of their classes
 *
 * Returns: (nullable) (transfer full): %NULL if there are no labels
 */
AgClassLabels *ag_class_labels_read_packed (const AgPackedImages *packed, const char *folder);

void ag_class_labels_free (AgClassLabels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgClassLabels, ag_class_labels_free)

/**
 * ag_class_labels_arrange:
 * @names: the classes of a model
 * @foreign: (out) (array) (transfer full): of each image: which of the former names @names lacks,
 *   or -1
 *
 * Puts the classes into the order of @names. Images of other classes then have none.
 *
 * Returns: (transfer full) (element-type utf8): the former names
 */
GPtrArray *ag_class_labels_arrange (AgClassLabels *self, const char *const *names, int **foreign);

/**
 * ag_utkface_read:
 * @path: relative to the folder that was chosen
 * @age: (out): in years
 *
 * Returns: whether the name is of UTKFace's form, age_gender_race_date
 */
gboolean ag_utkface_read (const char *path, int *age, gboolean *male);

/**
 * ag_utkface_is_likely:
 *
 * Returns: whether nearly all of the names are of that form: the original has some that are not
 */
gboolean ag_utkface_is_likely (const AgImageFiles *files);

G_END_DECLS
