/* ag-choice.h: choosing from a list that drops down, through accessibility
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ag_choice_add_actions:
 * @list: a #GtkDropDown or an #AdwComboRow
 *
 * Gives it the actions `choice.next` and `choice.previous`, which a screen reader or a voice can
 * call. GTK 4.8 lets these open the list and mark an item of it, but not choose one: that takes a
 * key or a click.
 */
void ag_choice_add_actions (GtkWidget *list);

G_END_DECLS
