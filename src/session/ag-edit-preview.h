/* ag-edit-preview.h: what a picture will look like, before a slow model has drawn it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While nothing else is to be done, each control of a face is decoded at a few positions, the
 * others at rest. Between these anchors the picture is taken to be linear in the control, and
 * changes of several controls to add up: a first-order prediction of decode(z'), in the model's
 * numbers, that costs a weighted sum. It starts from the last exact picture, so that it is exact
 * where the slider rests and wrong only by how much the anchors' difference is off along the way.
 *
 * A preview belongs to the main loop. A prediction belongs to one thread at a time: it is made on
 * the main loop, which costs next to nothing, and summed on the worker.
 */
#pragma once

#include <gio/gio.h>

#include "ag-edit-engine.h"

G_BEGIN_DECLS

typedef struct AgEditPreview AgEditPreview;

/**
 * AgEditPrediction:
 *
 * A sum of pictures with weights.
 */
typedef struct AgEditPrediction AgEditPrediction;

/**
 * AgEditAnchor:
 * @control: index of a slider, or their number for the temperature
 * @position: which of the positions of that control
 */
typedef struct
{
  guint control, position;
} AgEditAnchor;

/**
 * ag_edit_preview_new:
 * @sense: how many sliders there are, their strengths and their locks; only states of the same
 *   sense can be predicted
 */
AgEditPreview *ag_edit_preview_new (AgEditSubject *subject, const AgEditState *sense);
void ag_edit_preview_free (AgEditPreview *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgEditPreview, ag_edit_preview_free)

AgEditSubject *ag_edit_preview_get_subject (AgEditPreview *self);

/**
 * ag_edit_preview_suits:
 *
 * Returns: whether states like @state of @subject can be predicted
 */
bool ag_edit_preview_suits (AgEditPreview *self, AgEditSubject *subject, const AgEditState *state);

/**
 * ag_edit_preview_next:
 * @favourite: a control whose anchors come first
 * @anchor: (out): what to decode next
 *
 * Near positions of all controls come before far ones.
 *
 * Returns: (transfer full) (nullable): the state to decode; %NULL when all has been
 */
AgEditState *ag_edit_preview_next (AgEditPreview *self, guint favourite, AgEditAnchor *anchor);

/**
 * ag_edit_preview_add:
 * @values: (nullable): what was decoded; %NULL if that was no picture
 */
void ag_edit_preview_add (AgEditPreview *self, const AgEditAnchor *anchor, GBytes *values);

/**
 * ag_edit_preview_predict:
 * @from: a state that has been decoded
 * @values: what to
 * @to: the state to predict
 *
 * Returns: (transfer full) (nullable): %NULL if a control that differs has no anchors yet
 */
AgEditPrediction *ag_edit_preview_predict (AgEditPreview *self,
                                           const AgEditState *from,
                                           GBytes *values,
                                           const AgEditState *to);

/**
 * ag_edit_prediction_sum:
 *
 * Returns: (transfer full): N floats
 */
GBytes *ag_edit_prediction_sum (AgEditPrediction *self);
void ag_edit_prediction_free (AgEditPrediction *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgEditPrediction, ag_edit_prediction_free)

G_END_DECLS
