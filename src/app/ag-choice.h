/* ag-choice.h: choosing from a list that drops down, by every means
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ag_choice_mend:
 * @list: a #GtkDropDown or an #AdwComboRow
 *
 * Gives it the actions `choice.next` and `choice.previous`, which a screen reader or a voice can
 * call. GTK 4.8 lets these open the list and mark an item of it, but not choose one: that takes a
 * key or a click. When the list drops down, the keys begin at the row that is chosen; when it is
 * gone, it takes no click any more.
 */
void ag_choice_mend (GtkWidget *list);

G_END_DECLS
