/* ag-edit-session-shared.h: what other sessions share with the edit session
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One model, its threads and one shelf serve all views of a window. All functions belong to the
 * thread that created the edit session.
 */
#pragma once

#include "ag-edit-session.h"
#include "ag-worker.h"

G_BEGIN_DECLS

/* Lanes of the shared worker; the edit session has those before. */
enum
{
  AG_SHARED_LANE_FIRST = 3,
  AG_SHARED_LANE_BLEND = AG_SHARED_LANE_FIRST,
  AG_SHARED_LANE_SAMPLE, /* and two more, which are fair to each other */
  AG_SHARED_N_LANES = AG_SHARED_LANE_SAMPLE + 3,
};

/**
 * ag_edit_session_get_worker:
 *
 * Returns: (transfer none) (nullable): the one that computes
 */
AgWorker *ag_edit_session_get_worker (AgEditSession *self);

/**
 * ag_edit_session_get_file_worker:
 *
 * Returns: (transfer none) (nullable): the one that reads and writes files
 */
AgWorker *ag_edit_session_get_file_worker (AgEditSession *self);

/**
 * ag_edit_session_get_engine:
 *
 * Returns: (transfer none) (nullable): %NULL while there is no model
 */
AgEditEngine *ag_edit_session_get_engine (AgEditSession *self);

/**
 * ag_edit_session_get_receipts:
 *
 * Returns: whether what is exported is to tell how it was made
 */
gboolean ag_edit_session_get_receipts (AgEditSession *self);

/**
 * ag_edit_session_make_receipt:
 *
 * Returns: (transfer full) (nullable): how a face is edited at present; %NULL if there is no model.
 *   For one that was drawn, what it says of a photo means nothing
 */
AgReceipt *ag_edit_session_make_receipt (AgEditSession *self, AgEditFace *face);

/**
 * ag_edit_session_apply_receipt:
 *
 * Makes the controls of a face say what the receipt says, as a step of its history.
 */
void
ag_edit_session_apply_receipt (AgEditSession *self, AgEditFace *face, const AgReceipt *receipt);

/**
 * ag_edit_session_take_up:
 * @receipt: what a photo was edited by
 * @beside: (nullable): the photo may be in the folder of this file
 *
 * The photo as it was edited: one that is on the shelf gets the receipt's controls, otherwise it is
 * looked for and opened with them. If it is not found, `problem` says so.
 */
void ag_edit_session_take_up (AgEditSession *self, const AgReceipt *receipt, GFile *beside);

/**
 * ag_edit_session_keep:
 * @name: what the face is to be called on the shelf
 * @eps: N floats
 * @temperature: what @eps is to be multiplied by
 * @class_label: that @eps is under; of no meaning to a model without classes
 * @sample: (nullable): what @eps was drawn from
 * @task: (transfer full): of whatever object; returns an AgEditFace
 *
 * Puts the face of a latent on the shelf, as one that was drawn.
 */
void ag_edit_session_keep (AgEditSession *self,
                           const char *name,
                           GBytes *eps,
                           double temperature,
                           int class_label,
                           const AgSample *sample,
                           GTask *task);

G_END_DECLS
