/* ag-view-layout.h: shelf, stage and panel of a view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wide, the three stand side by side. Narrow, the shelf is a strip on top and the panel folds away,
 * so that the stage has the room. Unfolded, the panel takes a part of the stage's room instead of
 * covering it, because the picture is to be seen while a slider is dragged: where there is width
 * for both it comes in from the side, otherwise from below, where a handle pulls it up and down. In
 * a window too low for both it slides over the stage.
 *
 * In .ui files the parts are children of type "shelf" (an AgShelf), "stage" and "panel"; a view
 * need not have a shelf.
 *
 * Properties: `narrow`, which of the two it is; `unfolded`, whether the panel is seen when narrow,
 * which it is not at first.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Below this many logical pixels it is narrow. */
#define AG_VIEW_LAYOUT_NARROW 720

#define AG_TYPE_VIEW_LAYOUT (ag_view_layout_get_type ())
G_DECLARE_FINAL_TYPE (AgViewLayout, ag_view_layout, AG, VIEW_LAYOUT, GtkWidget)

gboolean ag_view_layout_get_narrow (AgViewLayout *self);

gboolean ag_view_layout_get_unfolded (AgViewLayout *self);
void ag_view_layout_set_unfolded (AgViewLayout *self, gboolean unfolded);

/**
 * ag_view_layout_focus_panel:
 *
 * Unfolds the panel if it has to, and moves the focus to its first slider.
 */
void ag_view_layout_focus_panel (AgViewLayout *self);

/**
 * ag_view_layout_find:
 * @view: (nullable): a view
 *
 * Returns: (transfer none) (nullable): what arranges it, if it is arranged so
 */
AgViewLayout *ag_view_layout_find (GtkWidget *view);

G_END_DECLS
