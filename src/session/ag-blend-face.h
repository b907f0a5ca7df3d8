/* ag-blend-face.h: a face as it goes into a blend
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is blended is what the Edit view shows: the face with what its controls do to it. So a face
 * that was edited is settled first: it gets a subject whose latent, photo and picture are the
 * edited ones. All faces of a blend are described under one class, so that nothing jumps on the
 * way.
 */
#pragma once

#include "ag-edit-engine.h"

G_BEGIN_DECLS

/**
 * ag_blend_face_is_settled:
 * @class_label: of the blend; of no meaning to a model without classes
 *
 * For any thread.
 *
 * Returns: whether @subject can be blended as it is
 */
gboolean
ag_blend_face_is_settled (AgEditSubject *subject, const AgEditState *state, int class_label);

/**
 * ag_blend_face_settle:
 * @state: what the controls say
 * @class_label: as above
 *
 * Where the model draws no picture that far out, the last one on the way there is taken, as the
 * Edit view does. For the worker's thread, or whoever the engine belongs to.
 *
 * Returns: (transfer full): a subject that is neutral; @subject itself, referenced, if it is
 * settled already
 */
AgEditSubject *ag_blend_face_settle (AgEditEngine *engine,
                                     AgEditSubject *subject,
                                     const AgEditState *state,
                                     int class_label,
                                     const atomic_bool *cancel,
                                     GError **error);

G_END_DECLS
