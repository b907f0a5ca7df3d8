/* ag-toast-area.h: messages over a part of a view, where they cover no control
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In .ui files its one child is what the messages belong to. They lie on it, as on a photo, or, if
 * there are controls all over it, it makes room for them as long as they are there: then it yields.
 *
 * Properties: `yields`, which of the two it is.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define AG_TYPE_TOAST_AREA (ag_toast_area_get_type ())
G_DECLARE_FINAL_TYPE (AgToastArea, ag_toast_area, AG, TOAST_AREA, GtkWidget)

/**
 * ag_toast_area_add:
 * @toast: (transfer full): shown at once or after those that are there, by its priority
 */
void ag_toast_area_add (AgToastArea *self, AdwToast *toast);

void ag_toast_area_set_yields (AgToastArea *self, gboolean yields);

/**
 * ag_toast_area_find:
 * @view: (nullable): a view
 *
 * Returns: (transfer none) (nullable): the first one in it, if there is any
 */
AgToastArea *ag_toast_area_find (GtkWidget *view);

G_END_DECLS
