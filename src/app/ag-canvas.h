/* ag-canvas.h: the photo, with handles on the eyes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows a picture in the middle, as large as it fits, or a part of it closer. While comparing, or
 * while the face is being adjusted, the original; split, the original on the left of a line that
 * can be moved. Adjusting shows the face square with a handle on each eye; dragging inside of the
 * square moves both.
 *
 * The wheel and two fingers zoom; the middle button, Ctrl and a drag beside the face move the
 * picture; a double click changes between the whole picture and its own pixels. With the focus,
 * plus and minus zoom, 0 fits, 1 shows the picture's own pixels, and the arrow keys move it.
 *
 * A press on what can be pulled and a drag sideways pull it; elsewhere a drag moves the picture.
 * With the brush a drag draws, and with the focus the arrow keys move the brush and Space puts a
 * dot.
 *
 * Signals; positions are in pixels of the picture:
 *   resized (int width, int height)     device pixels there are for a picture that is fitted
 *   view-changed                        ag_canvas_get_viewport() tells what is to be computed
 *   drag-begun, drag-ended              of the handles, the brush, or sideways on the picture
 *   eyes-moved                          ag_canvas_get_eyes() tells where to
 *   hovered (double x, double y)        the pointer is there; NAN: nowhere
 *   clicked (double x, double y)
 *   pulled (double x, double y, double dx)  dragged sideways from there, logical pixels in all
 *   brushed (double x, double y)        drawn over with the brush
 *   face-chosen (guint index)           one of those of ag_canvas_set_faces()
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-alignment.h"
#include "ag-edit-engine.h"

G_BEGIN_DECLS

#define AG_TYPE_CANVAS (ag_canvas_get_type ())
G_DECLARE_FINAL_TYPE (AgCanvas, ag_canvas, AG, CANVAS, GtkWidget)

/**
 * ag_canvas_set_pictures:
 * @picture: (nullable): the edited picture
 * @of_picture: what part of it that is
 * @original: (nullable): the same unedited
 * @of_original: likewise
 */
void ag_canvas_set_pictures (AgCanvas *self,
                             GdkTexture *picture,
                             const AgEditViewport *of_picture,
                             GdkTexture *original,
                             const AgEditViewport *of_original);

/**
 * ag_canvas_get_shown:
 *
 * Returns: (transfer none) (nullable): the one that is seen, or that is on the right of the line
 */
GdkTexture *ag_canvas_get_shown (AgCanvas *self);

/**
 * ag_canvas_set_photo:
 * @width: of the picture at its own size; 0 if there is none
 * @height: likewise
 * @eyes: (nullable): in pixels of the picture; %NULL if the face has no handles
 */
void ag_canvas_set_photo (AgCanvas *self, int width, int height, const AgEyes *eyes);
void ag_canvas_get_eyes (AgCanvas *self, AgEyes *eyes);

void ag_canvas_set_adjusting (AgCanvas *self, gboolean adjusting);
void ag_canvas_set_comparing (AgCanvas *self, gboolean comparing);
void ag_canvas_set_split (AgCanvas *self, gboolean split);

/**
 * ag_canvas_zoom_by:
 * @factor: more than 1 is closer; about the middle of the canvas
 */
void ag_canvas_zoom_by (AgCanvas *self, double factor);

/**
 * ag_canvas_set_zoom:
 * @zoom: device pixels per pixel of the picture; 0 to fit it into the canvas
 */
void ag_canvas_set_zoom (AgCanvas *self, double zoom);

/**
 * ag_canvas_get_zoom:
 * @fitted: (out) (optional): whether that is because the picture is fitted
 */
double ag_canvas_get_zoom (AgCanvas *self, gboolean *fitted);

/**
 * ag_canvas_get_viewport:
 *
 * Returns: %FALSE if all of the picture is shown
 */
gboolean ag_canvas_get_viewport (AgCanvas *self, AgEditViewport *viewport);

/**
 * ag_canvas_set_pull:
 * @pull: whether what the pointer is on can be pulled; asked for by `hovered`
 */
void ag_canvas_set_pull (AgCanvas *self, gboolean pull);

/**
 * ag_canvas_set_brush:
 * @radius: in pixels of the picture; 0 for no brush
 */
void ag_canvas_set_brush (AgCanvas *self, double radius);

/**
 * ag_canvas_set_overlay:
 * @overlay: (nullable): drawn over the edited picture
 * @square: (nullable): where in the picture it is
 */
void ag_canvas_set_overlay (AgCanvas *self, GdkTexture *overlay, const AgAlignment *square);

/**
 * ag_canvas_set_faces:
 * @boxes: (array length=n): in pixels of the picture
 * @n: 0 for none to choose from
 * @chosen: the one that is being edited; -1 for none
 */
void ag_canvas_set_faces (AgCanvas *self, const graphene_rect_t *boxes, guint n, int chosen);

G_END_DECLS
