/* ag-inspection.h: what a folder holds, before anything is trained on it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-dataset.h"

G_BEGIN_DECLS

/**
 * AgInspectionLabels:
 * @AG_INSPECTION_NO_LABELS: none
 * @AG_INSPECTION_TABLE: an attribute table
 * @AG_INSPECTION_CLASS_FOLDERS: one folder per class
 * @AG_INSPECTION_UTKFACE: UTKFace's names
 * @AG_INSPECTION_CLASSES: CIFAR-10's and MNIST's own
 *
 * Where it is written which image is what.
 */
typedef enum
{
  AG_INSPECTION_NO_LABELS,
  AG_INSPECTION_TABLE,
  AG_INSPECTION_CLASS_FOLDERS,
  AG_INSPECTION_UTKFACE,
  AG_INSPECTION_CLASSES,
} AgInspectionLabels;

/**
 * AgInspectedAttribute:
 * @name: as in the table
 * @n_with: images that have it, of those that can be read
 * @n_without: and that do not
 */
typedef struct
{
  char *name;
  int n_with, n_without;
} AgInspectedAttribute;

/**
 * AgInspectedClass:
 * @name: of the class
 * @n: images of it, of those that can be read
 */
typedef struct
{
  char *name;
  int n;
} AgInspectedClass;

/**
 * AgInspectedTwin:
 * @name: of an image, relative to the folder
 * @of: the one it looks like
 */
typedef struct
{
  char *name, *of;
} AgInspectedTwin;

/**
 * AgInspection:
 * @kind: of the folder
 * @n_found: image files, or packed images
 * @n_readable: of them
 * @sides: (element-type int): the shorter side of each image that can be read, or of the part that
 *   is cut out of it, ascending
 * @min_width: the extent of the smallest by area
 * @max_width: and of the largest
 * @unreadable: (element-type AgDatasetSkipped): with the reason, in the order of names
 * @without: (element-type AgDatasetSkipped): images that can be read but do not have the part that
 *   was to be cut out
 * @twins: (element-type AgInspectedTwin): images that look like one before them
 * @labels: see there
 * @table: (nullable): name of the attribute table, relative to the folder where it is in it
 * @table_problem: (nullable): why the table that is there, or was given, cannot be used
 * @attributes: (element-type AgInspectedAttribute):
 * @classes: (element-type AgInspectedClass): for a class-conditional model; none, or two at least
 * @n_classless: images that can be read and of which nothing tells the class, if there are classes
 * @partition: (nullable): name of the file that says what is held out
 * @n_set_apart: images that the data itself holds out; 0 if a share is to be drawn
 * @notes: (element-type utf8): what else there is to tell, as translated sentences
 */
typedef struct
{
  AgDatasetKind kind;
  int n_found, n_readable;
  GArray *sides;
  int min_width, min_height, max_width, max_height;
  GPtrArray *unreadable, *without;
  GPtrArray *twins;
  AgInspectionLabels labels;
  char *table, *table_problem;
  GPtrArray *attributes;
  GPtrArray *classes;
  int n_classless;
  char *partition;
  int n_set_apart;
  GPtrArray *notes;
} AgInspection;

/**
 * ag_inspect_folder:
 * @folder: a local folder
 * @labels: (nullable): attribute table; %NULL to look for one in the folder
 * @crop: (nullable): the part of each image that is wanted; %NULL for the middle
 * @progress: (nullable) (scope call): on the caller's thread
 * @cancel: (nullable): set it from any thread to make this return %G_IO_ERROR_CANCELLED
 *
 * Decodes every image once, on several threads. Files that cannot be read are listed and no error;
 * a folder without any image, or that cannot be looked into, is. A table that does not go with the
 * images is told in @table_problem.
 */
AgInspection *ag_inspect_folder (GFile *folder,
                                 GFile *labels,
                                 const AgDatasetCrop *crop,
                                 AgDatasetProgress progress,
                                 gpointer data,
                                 const atomic_bool *cancel,
                                 GError **error);

void ag_inspection_free (AgInspection *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgInspection, ag_inspection_free)

/**
 * ag_inspection_count:
 * @size: pixels
 *
 * Returns: how many images, or parts of them, are at least that large on both sides, and so can be
 *   trained on
 */
int ag_inspection_count (const AgInspection *self, int size);

G_END_DECLS
