/* ag-pixel-store.h: memory for the pixels of a data set, however large
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AgPixelStore:
 * @bytes: (array length=size): zero at first
 * @size: bytes
 *
 * Pages of memory, or of an unnamed file that the system keeps in memory as far as there is room.
 */
typedef struct
{
  guint8 *bytes;
  gsize size;
} AgPixelStore;

/**
 * ag_pixel_store_init:
 * @memory_limit: up to this size it is memory, above it a file in the user's cache folder; 0 for
 *   half of the memory that is available
 *
 * The file's blocks are reserved, so that writing to @bytes cannot fail later. An error is
 * %AG_DATASET_ERROR_MEMORY.
 */
gboolean
ag_pixel_store_init (AgPixelStore *self, guint64 size, guint64 memory_limit, GError **error);

void ag_pixel_store_clear (AgPixelStore *self);

/**
 * ag_memory_available:
 *
 * Returns: bytes that programs can still use without swapping, as the kernel estimates
 */
guint64 ag_memory_available (void);

G_END_DECLS
