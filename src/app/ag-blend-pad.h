/* ag-blend-pad.h: a point between up to four faces
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The faces stand in the corners (the third of three in the middle below), the point is dragged
 * between them. Without a pointer, the two sliders beside it do the same.
 *
 * Signal: `moved` (double t, double v): somebody has moved the point.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-face.h"

G_BEGIN_DECLS

#define AG_TYPE_BLEND_PAD (ag_blend_pad_get_type ())
G_DECLARE_FINAL_TYPE (AgBlendPad, ag_blend_pad, AG, BLEND_PAD, GtkWidget)

/**
 * ag_blend_pad_set_face:
 * @corner: 0 to 3, as in a blend session
 * @face: (nullable):
 */
void ag_blend_pad_set_face (AgBlendPad *self, guint corner, AgEditFace *face);
void ag_blend_pad_set_position (AgBlendPad *self, double t, double v);

G_END_DECLS
