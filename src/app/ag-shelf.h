/* ag-shelf.h: the faces at hand, in a column or a row
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-session.h"

G_BEGIN_DECLS

#define AG_TYPE_SHELF (ag_shelf_get_type ())
G_DECLARE_FINAL_TYPE (AgShelf, ag_shelf, AG, SHELF, GtkBox)

/**
 * ag_shelf_set_session:
 *
 * Shows the session's faces; choosing one here chooses it there, and the other way round.
 */
void ag_shelf_set_session (AgShelf *self, AgEditSession *session);

/**
 * ag_shelf_set_direction:
 * @orientation: of the line the faces stand in
 */
void ag_shelf_set_direction (AgShelf *self, GtkOrientation orientation);

G_END_DECLS
