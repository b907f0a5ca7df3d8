/* ag-atomic-file.h: writing a file so that it is either the old one or the new one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is written goes to a temporary file beside the target; committing syncs it, renames it over
 * the target and syncs the folder. Whatever fails or crashes before that leaves the target as it
 * was. An existing target keeps its permissions, a symbolic link stays a link, a read-only target
 * is refused.
 *
 *     g_autoptr (AgAtomicFile) out = ag_atomic_file_open (file, error);
 *     if (!out || !ag_atomic_file_write (out, data, size, error))
 *       return FALSE;
 *     return ag_atomic_file_commit (out, error);
 *
 * Errors read "NAME: what is wrong". One AgAtomicFile belongs to one thread at a time.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct AgAtomicFile AgAtomicFile;

/**
 * ag_atomic_file_open:
 * @file: the target; its folder must exist
 *
 * Returns: (transfer full) (nullable):
 */
AgAtomicFile *ag_atomic_file_open (GFile *file, GError **error);

/**
 * ag_atomic_file_write:
 *
 * Appends. After a failure the file can only be freed.
 */
gboolean ag_atomic_file_write (AgAtomicFile *self, const void *data, gsize size, GError **error);

/**
 * ag_atomic_file_commit:
 *
 * Makes what was written the target. Call it once, last.
 */
gboolean ag_atomic_file_commit (AgAtomicFile *self, GError **error);

/**
 * ag_atomic_file_free:
 * @self: (transfer full): if it was not committed, what was written is thrown away
 */
void ag_atomic_file_free (AgAtomicFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgAtomicFile, ag_atomic_file_free)

/**
 * ag_atomic_file_abandon_all:
 *
 * Removes the temporary files of all local files that are open in the process, whichever thread has
 * them, and refuses new ones: for the handler of a signal that ends the process. Safe to call from
 * there.
 */
void ag_atomic_file_abandon_all (void);

/**
 * ag_atomic_file_replace:
 *
 * Open, write all of @data, commit.
 */
gboolean ag_atomic_file_replace (GFile *file, const void *data, gsize size, GError **error);

G_END_DECLS
