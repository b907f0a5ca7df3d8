/* ag-slider.h: a horizontal scale whose bar begins where the face is unchanged
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A GtkScale, so that keyboard, wheel and accessibility are GTK's own. It adds the bar from the
 * neutral position to the value, marks where this face, the average one and the model's end are,
 * a double click and Backspace that reset, finer steps with Shift, and tells when the pointer takes
 * hold and lets go, which is what one step of the history is.
 *
 * Signals: `drag-begun`, `drag-ended`, `reset` (after the value was set to neutral), `edit` (guint
 * character): a number is to be typed, which begins with that character if it is not 0.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AG_TYPE_SLIDER (ag_slider_get_type ())
G_DECLARE_FINAL_TYPE (AgSlider, ag_slider, AG, SLIDER, GtkScale)

/**
 * ag_slider_set_neutral:
 * @neutral: the value from which the bar is drawn and to which a double click resets
 */
void ag_slider_set_neutral (AgSlider *self, double neutral);
double ag_slider_get_neutral (AgSlider *self);

/**
 * ag_slider_set_limit:
 * @limit: the value where the model ends; NAN for no mark
 */
void ag_slider_set_limit (AgSlider *self, double limit);

/**
 * ag_slider_set_average:
 * @average: the value at which the face would be the average one; NAN for no marks
 */
void ag_slider_set_average (AgSlider *self, double average);

G_END_DECLS
