/* ag-image-files.h: the image files of a folder, by name
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdatomic.h>

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AgImageFiles:
 * @root: path of the folder
 * @names: (element-type filename): paths relative to @root, sorted as bytes
 * @by_name: index + 1 in @names by path relative to @root
 * @by_basename: index + 1 by the name without folders; -1 where several have it
 */
typedef struct
{
  char *root;
  GPtrArray *names;
  GHashTable *by_name;
  GHashTable *by_basename;
} AgImageFiles;

/**
 * ag_image_files_find:
 * @root: path of a local folder
 *
 * Looks for files ending in .jpg, .jpeg, .png or .webp (in any case) in @root and the folders in
 * it. Follows symbolic links, but goes into no folder twice. A folder that cannot be read is an
 * error.
 */
AgImageFiles *ag_image_files_find (const char *root, const atomic_bool *cancel, GError **error);

void ag_image_files_free (AgImageFiles *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgImageFiles, ag_image_files_free)

/**
 * AG_IMAGE_FILES_MISSING:
 *
 * What ag_image_files_lookup() returns for a name that is not there, and %AG_IMAGE_FILES_SEVERAL
 * for one that stands for several files.
 */
#define AG_IMAGE_FILES_MISSING (-1)
#define AG_IMAGE_FILES_SEVERAL (-2)

/**
 * ag_image_files_lookup:
 * @name: as a table has it: relative to the folder, or without the folders before it
 *
 * Returns: its index in @names or one of the above
 */
int ag_image_files_lookup (const AgImageFiles *self, const char *name);

G_END_DECLS
