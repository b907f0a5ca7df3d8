/* ag-view-out.h: what a view says of what leaves it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For views with a signal "message" for words; Blend and Sample have others for faces.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-session.h"

G_BEGIN_DECLS

/**
 * AgViewKeeping:
 *
 * A face that is being put on the shelf, and who is to hear of it. It keeps the view alive.
 */
typedef struct _AgViewKeeping AgViewKeeping;

/**
 * ag_view_keeping_new:
 * @signal: (not nullable): a static string: the signal of @view that is to get the face; "message"
 *   for one that is only to be on the shelf
 *
 * Returns: (transfer full): to be ended by ag_view_keeping_end()
 */
AgViewKeeping *ag_view_keeping_new (GtkWidget *view, const char *signal);

/**
 * ag_view_keeping_end:
 * @self: (transfer full):
 * @face: (nullable): that has been put on the shelf
 * @error: (nullable): why there is none
 */
void ag_view_keeping_end (AgViewKeeping *self, AgEditFace *face, const GError *error);

/**
 * ag_view_out_exported:
 * @name: of the file
 * @error: (nullable): why it has not been written
 */
void ag_view_out_exported (GtkWidget *view, const char *name, const GError *error);

G_END_DECLS
