/* ag-control-row.h: a name, a number and a slider
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals: `changed` when somebody has moved it (not when it was set), `drag-begun`, `drag-ended`.
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
 * ag_control_row_set_limit:
 * @limit: where the model ends; NAN where it does not
 */
void ag_control_row_set_limit (AgControlRow *self, double limit);

/**
 * ag_control_row_get_slider:
 *
 * Returns: (transfer none): what takes the focus
 */
GtkWidget *ag_control_row_get_slider (AgControlRow *self);

G_END_DECLS
