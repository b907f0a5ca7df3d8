/* ag-edit-panel.h: the sliders of the Edit view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signal: `attribute-hovered` (guint index): the pointer or the focus is on that slider; G_MAXUINT:
 * on none.
 *
 * Signal: `first-shown`: ag_edit_panel_show_first() has put some first, which are to be seen.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-control-row.h"
#include "ag-edit-session.h"
#include "ag-looks-popover.h"

G_BEGIN_DECLS

#define AG_TYPE_EDIT_PANEL (ag_edit_panel_get_type ())
G_DECLARE_FINAL_TYPE (AgEditPanel, ag_edit_panel, AG, EDIT_PANEL, GtkBox)

/**
 * ag_edit_panel_set_session:
 *
 * Makes a slider for each attribute of the session's model, now and whenever it opens another.
 */
void ag_edit_panel_set_session (AgEditPanel *self, AgEditSession *session);

/**
 * ag_edit_panel_get_row:
 * @index: of an attribute, %AG_EDIT_SESSION_TEMPERATURE or %AG_EDIT_SESSION_STRENGTH
 *
 * Returns: (transfer none) (nullable):
 */
AgControlRow *ag_edit_panel_get_row (AgEditPanel *self, guint index);

/**
 * ag_edit_panel_show_first:
 * @indices: (array length=n): attributes that are to come first; none for the model's order
 *
 * The others follow in the model's order.
 */
void ag_edit_panel_show_first (AgEditPanel *self, const guint *indices, guint n);

/**
 * ag_edit_panel_search:
 *
 * Moves the focus to the search.
 */
void ag_edit_panel_search (AgEditPanel *self);

AgLooksPopover *ag_edit_panel_get_looks (AgEditPanel *self);
void ag_edit_panel_show_looks (AgEditPanel *self);

/**
 * ag_edit_panel_get_level_title:
 * @level: 0 for the finest
 * @n: how many there are
 *
 * Returns: (transfer full): what it is called on screen
 */
char *ag_edit_panel_get_level_title (guint level, guint n);

G_END_DECLS
