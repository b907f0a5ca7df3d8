/* ag-panel-fit.h: long words in a narrow panel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ag_panel_fit:
 * @panel: with what is in it
 *
 * Has labels, also those in buttons and drop-down lists, end in an ellipsis where there is no room
 * for them, so that no translation makes the panel wider than it should be. Text that is wrapped
 * stays as it is, and so do the lists that drop down.
 */
void ag_panel_fit (GtkWidget *panel);

G_END_DECLS
