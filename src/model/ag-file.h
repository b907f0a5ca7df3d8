/* ag-file.h: opening files that came from elsewhere, and saying what is wrong with them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every error about a file reads "NAME: what is wrong". These functions make that form. They may be
 * called from any thread.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ag_file_name:
 *
 * Returns: (transfer full): what to call @file in a message: its base name, as valid UTF-8, or what
 *   ag_file_set_name() said
 */
char *ag_file_name (GFile *file);

/**
 * ag_file_set_name:
 *
 * Has messages about this object call the file @name, for example as it was typed.
 */
void ag_file_set_name (GFile *file, const char *name);

/**
 * ag_file_set_errno:
 * @error_number: an errno value
 *
 * Sets @error to G_IO_ERROR with the message "NAME: the system's words for @error_number".
 */
void ag_file_set_errno (GError **error, GFile *file, int error_number);

/**
 * ag_file_propagate_error:
 * @source: (transfer full): a GIO error about @file, which does not name it in our way
 *
 * Sets @error to the same domain and code with the message "NAME: what is wrong".
 */
void ag_file_propagate_error (GError **error, GError *source, GFile *file);

/**
 * ag_file_map:
 *
 * Maps a local file, or reads one that is not local. Folders, devices and pipes are refused.
 *
 * Returns: (transfer full) (nullable): its bytes
 */
GBytes *ag_file_map (GFile *file, GError **error);

/**
 * ag_file_read:
 * @max_size: bytes; a larger file is an error
 *
 * Reads the whole file into memory of its own, so that a later change of the file does no harm.
 *
 * Returns: (transfer full) (nullable): its bytes
 */
GBytes *ag_file_read (GFile *file, gsize max_size, GCancellable *cancellable, GError **error);

G_END_DECLS
