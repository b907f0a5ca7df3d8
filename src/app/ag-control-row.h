/* ag-control-row.h: a name, a number and a slider
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The slider moves within soft limits; a number that is typed may lie beyond them. A click on the
 * number, the right button on the slider, Enter or a digit while it has the focus let one be typed.
 *
 * Signals: `changed` when somebody has moved it (not when it was set), `drag-begun`, `drag-ended`,
 * `lock-toggled` when somebody has locked or unlocked it, `hovered` (gboolean) when the pointer or
 * the focus comes and goes.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AG_TYPE_CONTROL_ROW (ag_control_row_get_type ())
G_DECLARE_FINAL_TYPE (AgControlRow, ag_control_row, AG, CONTROL_ROW, GtkBox)

/**
 * ag_control_row_new:
 * @title: translated
 * @lower: the slider's range
 * @upper: likewise
 */
AgControlRow *ag_control_row_new (const char *title, double lower, double upper);

/* What can be typed; without it no more than the slider's range. */
void ag_control_row_set_hard_limits (AgControlRow *self, double least, double most);

const char *ag_control_row_get_title (AgControlRow *self);

/**
 * ag_control_row_set_value:
 *
 * Moves the slider without emitting `changed`.
 */
void ag_control_row_set_value (AgControlRow *self, double value);
double ag_control_row_get_value (AgControlRow *self);

/**
 * ag_control_row_set_neutral:
 * @signed_number: whether the number is shown with its sign
 */
void ag_control_row_set_neutral (AgControlRow *self, double neutral, gboolean signed_number);

/**
 * ag_control_row_set_projection:
 * @projection: where the unedited face is if the average one is at 0; NAN if that is not known
 *
 * The track then reaches as far from the average face as from this one, so the knob stands where
 * the face is; both are marked.
 */
void ag_control_row_set_projection (AgControlRow *self, double projection);

/**
 * ag_control_row_narrow:
 * @lower: where the slider ends for this face; -INFINITY for no end
 * @upper: likewise; INFINITY for no end
 *
 * The track leads no further than there, until the projection is set again.
 */
void ag_control_row_narrow (AgControlRow *self, double lower, double upper);

/**
 * ag_control_row_set_limit:
 * @limit: where the model ends; NAN where it does not
 */
void ag_control_row_set_limit (AgControlRow *self, double limit);

/**
 * ag_control_row_set_lock:
 * @has_lock: whether it can be locked
 *
 * Sets the lock without emitting `lock-toggled`.
 */
void ag_control_row_set_lock (AgControlRow *self, gboolean has_lock, gboolean locked);
gboolean ag_control_row_get_locked (AgControlRow *self);

/**
 * ag_control_row_get_slider:
 *
 * Returns: (transfer none): what takes the focus
 */
GtkWidget *ag_control_row_get_slider (AgControlRow *self);

G_END_DECLS
