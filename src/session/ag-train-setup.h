/* ag-train-setup.h: what is settled before a run is started
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A folder, which is looked into; options; and what training with them would take. All of it is
 * found out on a thread of its own, and the signal "changed" says when there is something new.
 *
 *     setup = ag_train_setup_new (session, &error);
 *     ag_train_setup_set_folder (setup, folder);          // AG_TRAIN_SETUP_INSPECTING
 *     ag_train_setup_set_options (setup, &options);       // AG_TRAIN_SETUP_MEASURING, then _READY
 *
 * Everything belongs to the thread that made it.
 */
#pragma once

#include "ag-inspection.h"
#include "ag-train-session.h"
#include "ag-trainer-estimate.h"

G_BEGIN_DECLS

#define AG_TYPE_TRAIN_SETUP (ag_train_setup_get_type ())
G_DECLARE_FINAL_TYPE (AgTrainSetup, ag_train_setup, AG, TRAIN_SETUP, GObject)

/**
 * AgTrainSetupState:
 * @AG_TRAIN_SETUP_EMPTY: no folder yet
 * @AG_TRAIN_SETUP_INSPECTING: it is looked into; and into again, for faces, if these are to be cut
 *   out
 * @AG_TRAIN_SETUP_UNUSABLE: it cannot be used, or the options cannot: see the message
 * @AG_TRAIN_SETUP_MEASURING: steps are measured
 * @AG_TRAIN_SETUP_READY: there is an estimate
 */
typedef enum
{
  AG_TRAIN_SETUP_EMPTY,
  AG_TRAIN_SETUP_INSPECTING,
  AG_TRAIN_SETUP_UNUSABLE,
  AG_TRAIN_SETUP_MEASURING,
  AG_TRAIN_SETUP_READY,
} AgTrainSetupState;

/**
 * ag_train_setup_new:
 * @session: (nullable): whose training waits while steps are measured
 */
AgTrainSetup *ag_train_setup_new (AgTrainSession *session, GError **error);

/**
 * ag_train_setup_close:
 *
 * Stops what is under way; no more signals.
 */
void ag_train_setup_close (AgTrainSetup *self);

/**
 * ag_train_setup_set_folder:
 * @folder: of images
 * @labels: (nullable): attribute table; %NULL to look for one in the folder
 */
void ag_train_setup_set_folder (AgTrainSetup *self, GFile *folder, GFile *labels);

/**
 * ag_train_setup_set_options:
 * @options: what is unset is taken from the preset; data and labels are those of the setup
 */
void ag_train_setup_set_options (AgTrainSetup *self, const AgTrainerOptions *options);

AgTrainSetupState ag_train_setup_get_state (AgTrainSetup *self);
const char *ag_train_setup_get_message (AgTrainSetup *self);
GFile *ag_train_setup_get_folder (AgTrainSetup *self);

/**
 * ag_train_setup_get_inspecting:
 * @total: (out): images found; 0 while they are looked for
 *
 * Returns: images that have been looked at
 */
int ag_train_setup_get_inspecting (AgTrainSetup *self, int *total);

/**
 * ag_train_setup_get_inspection:
 *
 * Returns: (transfer none) (nullable): what the folder holds; %NULL until that is known
 */
const AgInspection *ag_train_setup_get_inspection (AgTrainSetup *self);

/**
 * ag_train_setup_get_n_training:
 *
 * Returns: images that would be trained on with the present options
 */
int ag_train_setup_get_n_training (AgTrainSetup *self);

/**
 * ag_train_setup_get_options:
 *
 * Returns: (transfer none): all set, for ag_train_session_start()
 */
const AgTrainerOptions *ag_train_setup_get_options (AgTrainSetup *self);

/**
 * ag_train_setup_get_estimate:
 *
 * Returns: (transfer none) (nullable): %NULL unless the state is %AG_TRAIN_SETUP_READY
 */
const AgTrainerEstimate *ag_train_setup_get_estimate (AgTrainSetup *self);

G_END_DECLS
