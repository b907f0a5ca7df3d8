/* ag-panel-fit.h: long words in a narrow panel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ag_panel_fit:
 * @panel: with what is in it
 *
 * Has labels, also those in buttons and drop-down lists, end in an ellipsis where there is no room
 * for them, so that no translation makes the panel wider than it should be. Text that is wrapped
 * stays as it is, and so do the lists that drop down. Names the buttons of those lists.
 */
void ag_panel_fit (GtkWidget *panel);

/**
 * ag_panel_fit_combo_row:
 *
 * Has what is chosen in it be seen whole: the words beside it wrap. By itself it is cut off, to the
 * first letter if they are many.
 */
void ag_panel_fit_combo_row (AdwComboRow *row);

/**
 * ag_panel_name_button:
 *
 * Has the button in a drop-down list, which is what gets the focus, bear the list's accessible
 * name. GTK 4.8 leaves it without one, and it is read by the name of its class. The list gets the
 * actions of ag_choice_add_actions().
 */
void ag_panel_name_button (GtkDropDown *list);

G_END_DECLS
