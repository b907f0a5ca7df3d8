/* ag-edit-face.h: a face on the shelf
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where it came from, what the controls say about it, and, once the model has described it, its
 * subject. For the main loop's thread. Only the session changes it; notify::face-picture says that
 * the thumbnail is another.
 */
#pragma once

#include <gio/gio.h>

#include "ag-edit-engine.h"
#include "ag-edit-state.h"
#include "ag-face-finder.h"
#include "ag-image.h"
#include "ag-influence.h"
#include "ag-receipt.h"
#include "ag-sample-receipt.h"

G_BEGIN_DECLS

#define AG_TYPE_EDIT_FACE (ag_edit_face_get_type ())
G_DECLARE_FINAL_TYPE (AgEditFace, ag_edit_face, AG, EDIT_FACE, GObject)

/**
 * ag_edit_face_new_photo:
 * @name: to be shown
 * @file: (nullable): where it was read from
 * @eyes: where they are, or are guessed to be
 * @eyes_found: whether somebody has seen them there
 */
AgEditFace *ag_edit_face_new_photo (const char *name,
                                    GFile *file,
                                    AgImage *photo,
                                    const AgEyes *eyes,
                                    gboolean eyes_found);

/**
 * ag_edit_face_new_drawn:
 * @name: to be shown
 */
AgEditFace *ag_edit_face_new_drawn (const char *name, AgEditSubject *subject);

/**
 * ag_edit_face_set_origin:
 * @content: (nullable): of the photo's file, if it is to be kept
 * @hash: (nullable): SHA-256 of the photo's file
 * @faces: (nullable) (element-type AgFace): all that were found in the photo; the model may correct
 *   where their eyes are
 * @receipt: (nullable) (transfer none): the one in the photo's file
 */
void ag_edit_face_set_origin (AgEditFace *self,
                              GBytes *content,
                              const char *hash,
                              GArray *faces,
                              const AgReceipt *receipt);
const char *ag_edit_face_get_photo_hash (AgEditFace *self);

/**
 * ag_edit_face_get_content:
 *
 * Returns: (transfer none) (nullable): the photo's file as it was when it was opened
 */
GBytes *ag_edit_face_get_content (AgEditFace *self);

/**
 * ag_edit_face_get_receipt:
 *
 * Returns: (transfer none) (nullable): how the photo, which is an exported picture, was made
 */
const AgReceipt *ag_edit_face_get_receipt (AgEditFace *self);

/**
 * ag_edit_face_get_faces:
 *
 * Returns: (transfer none) (nullable) (element-type AgFace): all that were found in the photo, with
 *   what the model has corrected
 */
GArray *ag_edit_face_get_faces (AgEditFace *self);

/**
 * ag_edit_face_get_seed:
 *
 * Returns: of a face that was drawn; 0 for others
 */
guint64 ag_edit_face_get_seed (AgEditFace *self);
void ag_edit_face_set_seed (AgEditFace *self, guint64 seed);

/**
 * ag_edit_face_get_sample:
 *
 * Returns: (transfer none) (nullable): what a face was drawn from; %NULL for others, and where that
 *   is not known
 */
const AgSample *ag_edit_face_get_sample (AgEditFace *self);
void ag_edit_face_set_sample (AgEditFace *self, const AgSample *sample);

const char *ag_edit_face_get_name (AgEditFace *self);
GFile *ag_edit_face_get_file (AgEditFace *self);

/**
 * ag_edit_face_get_photo:
 *
 * Returns: (transfer none) (nullable): %NULL for a face that was drawn
 */
AgImage *ag_edit_face_get_photo (AgEditFace *self);

/**
 * ag_edit_face_get_picture:
 *
 * Returns: (transfer none) (nullable): the face square, small; %NULL until it is known
 */
AgImage *ag_edit_face_get_picture (AgEditFace *self);

/**
 * ag_edit_face_get_subject:
 *
 * Returns: (transfer none) (nullable): %NULL until the model has described the face
 */
AgEditSubject *ag_edit_face_get_subject (AgEditFace *self);
void ag_edit_face_set_subject (AgEditFace *self, AgEditSubject *subject);

/**
 * ag_edit_face_get_influence:
 *
 * Returns: (transfer none) (nullable): where attributes act in this face, as far as it is known;
 *   begun anew with each subject; %NULL without one
 */
AgInfluence *ag_edit_face_get_influence (AgEditFace *self);
void ag_edit_face_take_influence (AgEditFace *self, AgInfluence *influence);

/**
 * ag_edit_face_get_eyes_found:
 *
 * Returns: whether the eyes' places are more than a guess
 */
gboolean ag_edit_face_get_eyes_found (AgEditFace *self);
void ag_edit_face_set_eyes_found (AgEditFace *self, gboolean found);

/**
 * ag_edit_face_get_can_refine:
 *
 * Returns: whether the eyes are where a face finder saw them and the model may still correct that
 */
gboolean ag_edit_face_get_can_refine (AgEditFace *self);

/**
 * ag_edit_face_settle_eyes:
 *
 * Says that the model has nothing to correct there.
 */
void ag_edit_face_settle_eyes (AgEditFace *self, const AgEyes *eyes);

/**
 * ag_edit_face_refine_eyes:
 * @from: as they were found
 * @to: as the model corrects them
 *
 * Changes them in every step of the history and for whoever chooses that face of the photo again,
 * and settles them. It is no step of its own: nobody has done anything.
 */
void ag_edit_face_refine_eyes (AgEditFace *self, const AgEyes *from, const AgEyes *to);

/**
 * ag_edit_face_get_pending:
 *
 * Returns: number of the worker's job that describes the face; 0 if there is none
 */
guint64 ag_edit_face_get_pending (AgEditFace *self);

/**
 * ag_edit_face_set_pending:
 * @state: (nullable): whose eyes and class the job describes the face with; %NULL if there is none
 */
void ag_edit_face_set_pending (AgEditFace *self, guint64 job, const AgEditState *state);

/**
 * ag_edit_face_is_pending:
 *
 * Returns: whether a job describes the face with the eyes and the class of @state
 */
gboolean ag_edit_face_is_pending (AgEditFace *self, const AgEditState *state);

/**
 * ag_edit_face_reset:
 * @n_values: how many sliders the model has
 *
 * Begins a history anew, with everything neutral but the eyes, which stay.
 */
void ag_edit_face_reset (AgEditFace *self, guint n_values);

/**
 * ag_edit_face_get_history:
 *
 * Returns: (transfer none):
 */
AgEditHistory *ag_edit_face_get_history (AgEditFace *self);

/**
 * ag_edit_face_get_neutral:
 *
 * Returns: (transfer full): the present state with everything neutral but the eyes, the class and
 * the locks, which change nothing by themselves
 */
AgEditState *ag_edit_face_get_neutral (AgEditFace *self);

/**
 * ag_edit_face_get_neutral_temperature:
 *
 * Returns: the one at which the face is unchanged
 */
double ag_edit_face_get_neutral_temperature (AgEditFace *self);

G_END_DECLS
