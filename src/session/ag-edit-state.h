/* ag-edit-state.h: what the controls of one face say, and how that came about
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A state is a plain value. A history is a line of states with a place in it; it always holds at
 * least one. Steps that belong together, like those of one drag, are recorded under the same key
 * and become one. Neither is for several threads at once.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "ag-alignment.h"
#include "ag-flow.h"

G_BEGIN_DECLS

/**
 * AgEditState:
 * @n_values: how many sliders there are
 * @values: (array length=n_values): where they stand, 0 for an unchanged face
 * @locked: (array length=n_values): which attributes the other sliders must not change
 * @strength: of all sliders at each level, the finest first; 1 is neutral
 * @temperature: factor of the latent
 * @eyes: where the eyes are in the photo; not used for a face that was drawn by the model
 * @class_label: that the photo is described under; -1 for the one it is likeliest under
 * @mask: (nullable): where the edit acts, see ag-mask.h; %NULL for everywhere
 */
typedef struct
{
  guint n_values;
  double *values;
  bool *locked;
  double strength[AG_MAX_LEVELS];
  double temperature;
  AgEyes eyes;
  int class_label;
  GBytes *mask;
} AgEditState;

AgEditState *ag_edit_state_new (guint n_values);
AgEditState *ag_edit_state_copy (const AgEditState *state);
void ag_edit_state_free (AgEditState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgEditState, ag_edit_state_free)

bool ag_edit_state_equal (const AgEditState *a, const AgEditState *b);

/**
 * ag_edit_state_same_sense:
 *
 * Returns: whether sliders do the same in both states: their strengths and locks are the same
 */
bool ag_edit_state_same_sense (const AgEditState *a, const AgEditState *b);

/**
 * ag_edit_state_take_sense:
 *
 * Gives @state the strengths and locks of @from.
 */
void ag_edit_state_take_sense (AgEditState *state, const AgEditState *from);

/**
 * ag_edit_state_set_mask:
 * @mask: (nullable) (transfer none):
 */
void ag_edit_state_set_mask (AgEditState *state, GBytes *mask);

/**
 * ag_edit_state_moves_sliders:
 *
 * Returns: whether any value is not 0
 */
bool ag_edit_state_moves_sliders (const AgEditState *state);

/**
 * ag_edit_state_is_neutral:
 * @temperature: at which the face is unchanged
 *
 * Returns: whether it leaves every face as it is, whatever its sense
 */
bool ag_edit_state_is_neutral (const AgEditState *state, double temperature);

/**
 * ag_edit_state_mix:
 * @t: 0 for @a to 1 for @b
 *
 * Returns: (transfer full): the point between two states of the same sliders; eyes, locks and mask
 *   as in @b
 */
AgEditState *ag_edit_state_mix (const AgEditState *a, const AgEditState *b, double t);

typedef struct AgEditHistory AgEditHistory;

/**
 * ag_edit_history_new:
 * @initial: (transfer none): what undo leads back to in the end
 */
AgEditHistory *ag_edit_history_new (const AgEditState *initial);
void ag_edit_history_free (AgEditHistory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgEditHistory, ag_edit_history_free)

/**
 * ag_edit_history_get:
 *
 * Returns: (transfer none): the present state, valid until the next call that changes something
 */
const AgEditState *ag_edit_history_get (AgEditHistory *self);

/**
 * ag_edit_history_record:
 * @state: (transfer none): the new present; what could be redone is forgotten
 * @key: what is being changed; while it stays the same and the step is not sealed, the step is
 *   changed instead of a new one begun
 */
void ag_edit_history_record (AgEditHistory *self, const AgEditState *state, const char *key);

/**
 * ag_edit_history_correct_eyes:
 *
 * Puts the eyes at @to in every step that has them at @from.
 */
void ag_edit_history_correct_eyes (AgEditHistory *self, const AgEyes *from, const AgEyes *to);

/**
 * ag_edit_history_seal:
 *
 * Ends the step, for example when the pointer lets go. A step that led back to where it began is
 * dropped.
 */
void ag_edit_history_seal (AgEditHistory *self);

bool ag_edit_history_can_undo (AgEditHistory *self);
bool ag_edit_history_can_redo (AgEditHistory *self);

/**
 * ag_edit_history_undo:
 *
 * Returns: whether there was a step to take back
 */
bool ag_edit_history_undo (AgEditHistory *self);
bool ag_edit_history_redo (AgEditHistory *self);

/**
 * ag_edit_history_get_n_steps:
 *
 * Returns: how many states there are, the first and those that can be redone included
 */
guint ag_edit_history_get_n_steps (AgEditHistory *self);

/**
 * ag_edit_history_get_present:
 *
 * Returns: which of the steps is the present one
 */
guint ag_edit_history_get_present (AgEditHistory *self);

/**
 * ag_edit_history_peek:
 * @key: (out) (optional) (transfer none) (nullable): what was changed, as it was recorded
 *
 * Returns: (transfer none): the state of a step
 */
const AgEditState *ag_edit_history_peek (AgEditHistory *self, guint step, const char **key);

/**
 * ag_edit_history_go:
 *
 * Makes a step the present one.
 *
 * Returns: whether it is another than before
 */
bool ag_edit_history_go (AgEditHistory *self, guint step);

G_END_DECLS
