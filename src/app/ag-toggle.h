/* ag-toggle.h: ticking and folding out through accessibility
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/**
 * ag_toggle_add_tick:
 *
 * Gives it the action `row.toggle`, which a screen reader or a voice can call; GTK 4.8 has one for
 * switches only.
 */
void ag_toggle_add_tick (GtkCheckButton *check);

/**
 * ag_toggle_add_expand:
 *
 * Gives the part of it that is always seen the action `row.toggle`, and says whether the row is
 * folded out.
 */
void ag_toggle_add_expand (AdwExpanderRow *row);

G_END_DECLS
