/* ag-edit-panel.h: the sliders of the Edit view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-control-row.h"
#include "ag-edit-session.h"

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
 * @index: of an attribute, or %AG_EDIT_SESSION_TEMPERATURE
 *
 * Returns: (transfer none) (nullable):
 */
AgControlRow *ag_edit_panel_get_row (AgEditPanel *self, guint index);

G_END_DECLS
