/* ag-train-run.h: a training run, as somebody who watches it sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Made by an AgTrainSession, which also changes it. Everything belongs to the main loop. Signals,
 * besides notify::state:
 *
 *   progressed     ag_train_run_get_progress() tells something else; a few times a second
 *   reported       there are new reports or samples
 *   noticed        there is a new notice
 */
#pragma once

#include "ag-run-info.h"

G_BEGIN_DECLS

#define AG_TYPE_TRAIN_RUN (ag_train_run_get_type ())
G_DECLARE_FINAL_TYPE (AgTrainRun, ag_train_run, AG, TRAIN_RUN, GObject)

/**
 * AgTrainRunState:
 * @AG_TRAIN_RUN_QUEUED: waits for the run before it
 * @AG_TRAIN_RUN_STARTING: images are read
 * @AG_TRAIN_RUN_RUNNING: it trains
 * @AG_TRAIN_RUN_PAUSING: has been asked to pause or stop, and saves
 * @AG_TRAIN_RUN_SLIDERS: directions are estimated, for Edit
 * @AG_TRAIN_RUN_PAUSED: can go on; ag_train_run_get_message() says why if nobody asked for it
 * @AG_TRAIN_RUN_FINISHED: has come to its end
 * @AG_TRAIN_RUN_FAILED: ag_train_run_get_message() says why
 */
typedef enum
{
  AG_TRAIN_RUN_QUEUED,
  AG_TRAIN_RUN_STARTING,
  AG_TRAIN_RUN_RUNNING,
  AG_TRAIN_RUN_PAUSING,
  AG_TRAIN_RUN_SLIDERS,
  AG_TRAIN_RUN_PAUSED,
  AG_TRAIN_RUN_FINISHED,
  AG_TRAIN_RUN_FAILED,
} AgTrainRunState;

/**
 * AgTrainModel:
 * @AG_TRAIN_MODEL_LAST: as it is after the last step
 * @AG_TRAIN_MODEL_BEST: as it was when held-out pictures were likeliest
 *
 * The models that a run keeps.
 */
typedef enum
{
  AG_TRAIN_MODEL_LAST,
  AG_TRAIN_MODEL_BEST,
} AgTrainModel;

GFile *ag_train_run_get_folder (AgTrainRun *self);

/**
 * ag_train_run_get_name:
 *
 * Returns: (transfer none): of its folder
 */
const char *ag_train_run_get_name (AgTrainRun *self);
AgTrainRunState ag_train_run_get_state (AgTrainRun *self);

/**
 * ag_train_run_is_active:
 *
 * Returns: whether it trains, is about to, or is ending
 */
gboolean ag_train_run_is_active (AgTrainRun *self);

/**
 * ag_train_run_get_message:
 *
 * Returns: (transfer none) (nullable): why it has failed, or paused by itself
 */
const char *ag_train_run_get_message (AgTrainRun *self);

/**
 * ag_train_run_get_progress:
 *
 * Returns: (transfer none): where it is; zero or NAN where not known
 */
const AgTrainerProgress *ag_train_run_get_progress (AgTrainRun *self);

/**
 * ag_train_run_is_waiting:
 *
 * Returns: whether it gives way to somebody who edits
 */
gboolean ag_train_run_is_waiting (AgTrainRun *self);

/**
 * ag_train_run_get_reports:
 * @best: (out) (optional): index of the report with the lowest held-out bits/dim, or -1
 *
 * Returns: (transfer none) (element-type AgRunReport): ascending in step
 */
GArray *ag_train_run_get_reports (AgTrainRun *self, int *best);

/**
 * ag_train_run_get_samples:
 *
 * Returns: (transfer none) (element-type GFile): pictures drawn at fixed eps, ascending in step
 */
GPtrArray *ag_train_run_get_samples (AgTrainRun *self);

/**
 * ag_train_run_get_sample_step:
 *
 * Returns: the step of a sample picture, by its name
 */
guint64 ag_train_run_get_sample_step (GFile *sample);

/**
 * ag_train_run_get_notices:
 *
 * Returns: (transfer none) (element-type utf8): what it has told so far in this sitting
 */
GPtrArray *ag_train_run_get_notices (AgTrainRun *self);

/**
 * ag_train_run_get_memory:
 *
 * Returns: bytes that the program held when the last report came; 0 if not known
 */
guint64 ag_train_run_get_memory (AgTrainRun *self);

/**
 * ag_train_run_get_options:
 *
 * Returns: (transfer none) (nullable): what it trains with; %NULL if it could not be read
 */
const AgTrainerOptions *ag_train_run_get_options (AgTrainRun *self);

/**
 * ag_train_run_get_model:
 *
 * Returns: (transfer full) (nullable): the file to open in Edit: the one with sliders if it is not
 *   older than the model; %NULL if there is none yet, or the best one is the last
 */
GFile *ag_train_run_get_model (AgTrainRun *self, AgTrainModel which);

/**
 * ag_train_run_has_sliders:
 *
 * Returns: whether that file has sliders
 */
gboolean ag_train_run_has_sliders (AgTrainRun *self, AgTrainModel which);

G_END_DECLS
