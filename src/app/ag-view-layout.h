/* ag-view-layout.h: shelf, stage and panel of a view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wide, the three stand side by side; narrow, below each other, so that the stage is always seen
 * while a slider is dragged. In .ui files the parts are children of type "shelf" (an AgShelf),
 * "stage" and "panel"; a view need not have a shelf.
 *
 * Property: `narrow`, which of the two it is.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AG_TYPE_VIEW_LAYOUT (ag_view_layout_get_type ())
G_DECLARE_FINAL_TYPE (AgViewLayout, ag_view_layout, AG, VIEW_LAYOUT, GtkWidget)

gboolean ag_view_layout_get_narrow (AgViewLayout *self);

G_END_DECLS
