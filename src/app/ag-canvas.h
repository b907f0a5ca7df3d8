/* ag-canvas.h: the photo, with handles on the eyes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows a picture in the middle, as large as it fits; while comparing, or while the face is being
 * adjusted, the original. Adjusting shows the face square with a handle on each eye; dragging
 * inside of the square moves both.
 *
 * Signals:
 *   resized (int width, int height)    device pixels there are for the picture
 *   drag-begun, drag-ended             of the handles
 *   eyes-moved                         ag_canvas_get_eyes() tells where to
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-alignment.h"

G_BEGIN_DECLS

#define AG_TYPE_CANVAS (ag_canvas_get_type ())
G_DECLARE_FINAL_TYPE (AgCanvas, ag_canvas, AG, CANVAS, GtkWidget)

/**
 * ag_canvas_set_pictures:
 * @picture: (nullable): the edited picture
 * @original: (nullable): the same unedited, of the same size
 */
void ag_canvas_set_pictures (AgCanvas *self, GdkTexture *picture, GdkTexture *original);

/**
 * ag_canvas_get_shown:
 *
 * Returns: (transfer none) (nullable): the one that is seen
 */
GdkTexture *ag_canvas_get_shown (AgCanvas *self);

/**
 * ag_canvas_set_photo:
 * @width: of the photo at its own size; 0 if the face is in no photo and has no handles
 * @height: likewise
 * @eyes: (nullable): in pixels of the photo
 */
void ag_canvas_set_photo (AgCanvas *self, int width, int height, const AgEyes *eyes);
void ag_canvas_get_eyes (AgCanvas *self, AgEyes *eyes);

void ag_canvas_set_adjusting (AgCanvas *self, gboolean adjusting);
void ag_canvas_set_comparing (AgCanvas *self, gboolean comparing);

G_END_DECLS
