/* ag-hold-button.h: a button that is on while it is held down
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With the pointer, a finger, or Space and Enter. Whoever cannot hold, such as a screen reader,
 * switches it by activating it.
 *
 * Property: `held`.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AG_TYPE_HOLD_BUTTON (ag_hold_button_get_type ())
G_DECLARE_FINAL_TYPE (AgHoldButton, ag_hold_button, AG, HOLD_BUTTON, GtkButton)

gboolean ag_hold_button_get_held (AgHoldButton *self);
void ag_hold_button_set_held (AgHoldButton *self, gboolean held);

G_END_DECLS
