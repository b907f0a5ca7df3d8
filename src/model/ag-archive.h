/* ag-archive.h: named arrays in a zip file, as NumPy and PyTorch store them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening checks that every array lies within its zip entry; numbers are read one array at a time.
 * Nothing in such a file is executed. An AgArchive belongs to one thread at a time.
 */
#pragma once

#include <gio/gio.h>
#include <zip.h>

#include "ag-real.h"

G_BEGIN_DECLS

typedef enum
{
  AG_ELEMENT_U8,
  AG_ELEMENT_I32,
  AG_ELEMENT_I64,
  AG_ELEMENT_F16,
  AG_ELEMENT_F32,
  AG_ELEMENT_F64,
} AgElement;

/**
 * AgArray:
 * @rank: 0 to 8
 * @count: the product of @dims
 * @element: how a number is stored
 * @entry: the zip entry it lies in
 * @start: bytes before the first number that may be used
 * @offset: numbers before its own first one
 * @strides: numbers from one index to the next
 * @needed: bytes of the entry up to its last number
 */
typedef struct
{
  char *name;
  int rank;
  gint64 dims[8];
  gsize count;

  AgElement element;
  gboolean big_endian;
  zip_uint64_t entry;
  gsize start;
  gsize offset;
  gint64 strides[8];
  gsize needed;
} AgArray;

typedef struct
{
  char *name; /* of the file, for messages */
  GBytes *bytes;
  zip_t *zip;
  GPtrArray *arrays; /* AgArray */
  GHashTable *by_name;
} AgArchive;

/**
 * ag_archive_open:
 *
 * Opens the zip file alone; ag_npz_scan() or ag_torch_scan() then find the arrays in it.
 */
AgArchive *ag_archive_open (GFile *file, GError **error);
void ag_archive_free (AgArchive *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgArchive, ag_archive_free)

/**
 * ag_npz_scan:
 *
 * Finds the arrays of a NumPy .npz file: one .npy file (version 1 to 3) per entry.
 */
gboolean ag_npz_scan (AgArchive *self, GError **error);

/**
 * ag_archive_is_torch:
 *
 * Returns: whether the zip file is laid out as torch.save() does
 */
gboolean ag_archive_is_torch (AgArchive *self);

/**
 * ag_torch_scan:
 *
 * Finds the tensors of a state dict that torch.save() wrote. Its index is a pickle, which is read
 * by an interpreter of the few opcodes that a state dict needs (ag-pickle.h).
 */
gboolean ag_torch_scan (AgArchive *self, GError **error);

/**
 * ag_archive_add:
 * @array: (transfer full): with everything but its count and what it needs set
 *
 * Adds an array after checking that it is possible and lies in its entry.
 */
gboolean ag_archive_add (AgArchive *self, AgArray *array, GError **error);

void ag_array_free (AgArray *array);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgArray, ag_array_free)

/**
 * ag_archive_find:
 *
 * Returns: (nullable) (transfer none):
 */
const AgArray *ag_archive_find (AgArchive *self, const char *name);

/**
 * ag_archive_read_entry:
 * @max: bytes; only that many from the beginning are read
 *
 * Returns: (nullable) (transfer full): of the whole entry its checksum has been verified
 */
GBytes *ag_archive_read_entry (AgArchive *self, zip_uint64_t entry, gsize max, GError **error);

/**
 * ag_archive_read:
 * @name: an array
 * @rank: of the shape that is expected; 1 for an array of any rank with dims[0] numbers
 * @dims: (array length=rank):
 *
 * Returns: (nullable) (transfer full): its numbers, row-major, for g_free(); %NULL if it is
 *   missing, of another shape, or not finite
 */
ag_real *
ag_archive_read (AgArchive *self, const char *name, int rank, const gint64 *dims, GError **error);

/**
 * ag_archive_corrupt:
 *
 * Sets @error to "NAME: " and the message.
 *
 * Returns: %FALSE
 */
gboolean ag_archive_corrupt (AgArchive *self, GError **error, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

G_END_DECLS
