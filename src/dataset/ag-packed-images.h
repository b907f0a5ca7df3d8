/* ag-packed-images.h: CIFAR-10 and MNIST files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-dataset.h"
#include "ag-image.h"

G_BEGIN_DECLS

/**
 * AgPackedFile:
 * @name: without folders
 * @images: @n images of @height × @width, with @channels planes each and @skip bytes before each
 * @classes: (nullable): @n labels, @class_stride bytes apart
 * @held_out: whether it is the test batch
 */
typedef struct
{
  char *name;
  int n, height, width, channels, skip;
  GBytes *images;
  GBytes *classes;
  int class_stride;
  gboolean held_out;
} AgPackedFile;

/**
 * AgPackedImages:
 * @kind: %AG_DATASET_CIFAR10 or %AG_DATASET_MNIST
 * @files: (element-type AgPackedFile): training first
 * @n: images in all of them
 */
typedef struct
{
  AgDatasetKind kind;
  GPtrArray *files;
  int n;
} AgPackedImages;

/**
 * ag_packed_images_find:
 * @packed: (out) (nullable): %NULL if @folder has no such files
 *
 * Looks for CIFAR-10's binary or MNIST's IDX files in @folder, and reads and checks them.
 */
gboolean ag_packed_images_find (const char *folder, AgPackedImages **packed, GError **error);

void ag_packed_images_free (AgPackedImages *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgPackedImages, ag_packed_images_free)

/**
 * ag_packed_images_locate:
 * @image: 0 to n - 1
 * @index: (out): its number in the file that is returned
 */
const AgPackedFile *ag_packed_images_locate (const AgPackedImages *self, int image, int *index);

/**
 * ag_packed_images_get_image:
 *
 * Returns: (transfer full): the image as 32×32 RGB; MNIST's digits get a border of 2 black pixels
 */
AgImage *ag_packed_images_get_image (const AgPackedImages *self, int image);

/**
 * ag_packed_images_get_class:
 *
 * Returns: 0 to 9, or -1 where there are no labels
 */
int ag_packed_images_get_class (const AgPackedImages *self, int image);

G_END_DECLS
