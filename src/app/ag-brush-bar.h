/* ag-brush-bar.h: what the brush does, and how large it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signal: `changed`.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-tools.h"

G_BEGIN_DECLS

#define AG_TYPE_BRUSH_BAR (ag_brush_bar_get_type ())
G_DECLARE_FINAL_TYPE (AgBrushBar, ag_brush_bar, AG, BRUSH_BAR, GtkBox)

/* Whether it paints or erases. */
AgEditBrush ag_brush_bar_get_brush (AgBrushBar *self);

/* Radius of the brush as a share of the face square's side. */
double ag_brush_bar_get_size (AgBrushBar *self);

G_END_DECLS
