/* ag-edit-session-work.h: looks for many photos, and work that was left by a crash
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * More of what an AgEditSession does; see ag-edit-session.h.
 */
#pragma once

#include "ag-edit-session.h"

G_BEGIN_DECLS

/**
 * AgLookProgress:
 * @n_done: photos that have been dealt with
 * @n: of how many
 *
 * Called on the main loop.
 */
typedef void (*AgLookProgress) (guint n_done, guint n, gpointer user_data);

/**
 * ag_edit_session_apply_look_to_files_async:
 * @files: (element-type GFile): photos
 * @folder: for the results, under the photos' names; nothing is written over, names that are taken
 *   get a number
 *
 * Gives a look to many photos, to the largest face of each. One that fails stops no other.
 */
void ag_edit_session_apply_look_to_files_async (AgEditSession *self,
                                                const AgLook *look,
                                                GPtrArray *files,
                                                GFile *folder,
                                                AgLookProgress progress,
                                                gpointer progress_data,
                                                GCancellable *cancellable,
                                                GAsyncReadyCallback callback,
                                                gpointer user_data);

/**
 * ag_edit_session_apply_look_to_files_finish:
 * @problems: (out) (optional) (transfer full) (nullable) (element-type utf8): "NAME: what is wrong"
 *
 * Returns: how many were written; 0 with @error if it was cancelled, then what had been written by
 *   then is there
 */
guint ag_edit_session_apply_look_to_files_finish (AgEditSession *self,
                                                  GAsyncResult *result,
                                                  GPtrArray **problems,
                                                  GError **error);

/**
 * ag_edit_session_list_photos:
 *
 * Returns: (transfer full) (element-type GFile): the pictures in a folder by their extensions, in
 *   the order of their names
 */
GPtrArray *ag_edit_session_list_photos (GFile *folder, GError **error);

/**
 * ag_edit_session_set_recovery_folder:
 * @folder: for this program alone, for example in the user's state folder
 *
 * From then on what is being done is kept there, and removed when the session is closed. What an
 * earlier session has left, which then did not end as it should, can be recovered.
 */
void ag_edit_session_set_recovery_folder (AgEditSession *self, GFile *folder);

/**
 * ag_edit_session_get_n_recoverable:
 *
 * Returns: how many faces were being edited when an earlier session broke off
 */
guint ag_edit_session_get_n_recoverable (AgEditSession *self);
char *ag_edit_session_get_recoverable_name (AgEditSession *self, guint index);

/**
 * ag_edit_session_recover:
 *
 * Opens them again with their controls. There must be a model.
 */
void ag_edit_session_recover (AgEditSession *self);

/**
 * ag_edit_session_discard_recoverable:
 *
 * Forgets them for good.
 */
void ag_edit_session_discard_recoverable (AgEditSession *self);

G_END_DECLS
