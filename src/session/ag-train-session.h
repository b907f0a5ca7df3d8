/* ag-train-session.h: training runs, one after the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder of run folders, the newest first, and a thread that trains. A run that is started while
 * another trains waits in a queue. Training gives way to somebody who edits: its threads have the
 * lowest priority, and between two steps it waits while ag_train_session_interact() is called.
 *
 *     session = ag_train_session_new (folder, &error);
 *     run = ag_train_session_start (session, "Holiday", &options, &error);
 *     ...                                                // "progressed" and "reported" of the run
 *     ag_train_session_pause (session, run);
 *
 * Signals: `ended (AgTrainRun)`: a run has finished, failed or paused by itself. Properties:
 * `active`: whether any run trains or waits for it. All functions belong to the thread that
 * created the session.
 */
#pragma once

#include "ag-train-run.h"

G_BEGIN_DECLS

#define AG_TYPE_TRAIN_SESSION (ag_train_session_get_type ())
G_DECLARE_FINAL_TYPE (AgTrainSession, ag_train_session, AG, TRAIN_SESSION, GObject)

/**
 * ag_train_session_new:
 * @folder: where runs are; made when the first is started
 */
AgTrainSession *ag_train_session_new (GFile *folder, GError **error);

/**
 * ag_train_session_close:
 *
 * Stops what trains, which is saved, and waits for that. Disposing does the same.
 */
void ag_train_session_close (AgTrainSession *self);

GFile *ag_train_session_get_folder (AgTrainSession *self);

/**
 * ag_train_session_get_runs:
 *
 * Returns: (transfer none): of AgTrainRun, the newest first
 */
GListModel *ag_train_session_get_runs (AgTrainSession *self);

gboolean ag_train_session_is_active (AgTrainSession *self);

/**
 * ag_train_session_start:
 * @name: to make the folder's name from
 * @options: all set but the run folder
 *
 * Returns: (transfer none): the new run, queued; or %NULL with @error if its folder cannot be made
 */
AgTrainRun *ag_train_session_start (AgTrainSession *self,
                                    const char *name,
                                    const AgTrainerOptions *options,
                                    GError **error);

/**
 * ag_train_session_pause:
 *
 * Saves and gives the processors free. A run that waits in the queue leaves it.
 */
void ag_train_session_pause (AgTrainSession *self, AgTrainRun *run);

/**
 * ag_train_session_resume:
 *
 * Goes on with a run that has paused, or failed; one that has finished trains as long again.
 */
void ag_train_session_resume (AgTrainSession *self, AgTrainRun *run);

/**
 * ag_train_session_stop:
 *
 * Ends a run here and keeps what it has learnt: as ag_train_session_pause(), and then makes
 * sliders.
 */
void ag_train_session_stop (AgTrainSession *self, AgTrainRun *run);

/**
 * ag_train_session_make_sliders:
 *
 * Estimates directions for a model of a run that does not train now, for Edit.
 */
void ag_train_session_make_sliders (AgTrainSession *self, AgTrainRun *run, AgTrainModel model);

/**
 * ag_train_session_remove:
 *
 * Moves the folder of a run that does not train to the trash and forgets the run.
 */
gboolean ag_train_session_remove (AgTrainSession *self, AgTrainRun *run, GError **error);

/**
 * ag_train_session_interact:
 *
 * Somebody edits: training waits for a second from now.
 */
void ag_train_session_interact (AgTrainSession *self);

/**
 * ag_train_session_hold:
 * @hold: whether training is to wait until this is called again with %FALSE; calls are counted
 */
void ag_train_session_hold (AgTrainSession *self, gboolean hold);

G_END_DECLS
