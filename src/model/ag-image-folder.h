/* ag-image-folder.h: many pictures into a folder, all or none
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For any thread.
 */
#pragma once

#include <stdatomic.h>

#include "ag-image.h"

G_BEGIN_DECLS

/**
 * AgImageFolderItem:
 * @image: owned by the caller, as is the rest
 * @name: of its file, with the extension that says which kind of picture
 * @text: (nullable): as for ag_image_save()
 */
typedef struct
{
  AgImage *image;
  const char *name;
  const char *const *text;
} AgImageFolderItem;

/**
 * ag_image_folder_save:
 * @items: (array length=n):
 * @folder: made if it is not there; pictures of the same names in it are replaced
 * @cancel: (nullable): set from any thread for G_IO_ERROR_CANCELLED
 *
 * They are written into a folder inside of it, and come to their places only when all of them are
 * there: when a disk is full or somebody cancels, the folder is as it was before.
 */
gboolean ag_image_folder_save (const AgImageFolderItem *items,
                               guint n,
                               GFile *folder,
                               const atomic_bool *cancel,
                               GError **error);

G_END_DECLS
