/* ag-canvas-view.h: where in the canvas the picture is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arithmetic only. Lengths on the canvas are logical pixels; `zoom` counts device pixels per pixel
 * of the picture, so that 1 shows the picture's own pixels. The picture never leaves the canvas
 * further than it has to.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-engine.h"

G_BEGIN_DECLS

/* No closer than that: 16 device pixels for one of the picture, more for a small picture. */
#define AG_CANVAS_MAX_ZOOM 16.0

/**
 * AgCanvasView:
 * @width: of the canvas
 * @height: likewise
 * @device: device pixels per logical pixel
 * @margin: around a picture that is fitted
 * @picture_width: in its own pixels; 0 if there is none
 * @picture_height: likewise
 * @max_fit: the most device pixels per pixel of the picture when it is fitted
 * @zoom: 0 while the picture is fitted into the canvas
 * @x: what the middle of the canvas shows when it is not, in pixels of the picture
 * @y: likewise
 */
typedef struct
{
  int width, height, device, margin;
  int picture_width, picture_height;
  double max_fit;
  double zoom, x, y;
} AgCanvasView;

/* The zoom at which the picture is fitted. */
double ag_canvas_view_get_fit (const AgCanvasView *view);

/* The zoom in force, fitted or not. */
double ag_canvas_view_get_zoom (const AgCanvasView *view);

/* All of the picture, on the canvas or beyond it. */
void ag_canvas_view_get_bounds (const AgCanvasView *view, graphene_rect_t *bounds);

/* The part of that which is on the canvas. */
void ag_canvas_view_get_visible (const AgCanvasView *view, graphene_rect_t *visible);

/* Zooms so that what is at (x, y) on the canvas stays there; 0 fits. Smaller than fitted, a picture
 * is at most as small as its own pixels. */
void ag_canvas_view_zoom_at (AgCanvasView *view, double zoom, double x, double y);

/* Moves the picture by that. */
void ag_canvas_view_pan (AgCanvasView *view, double dx, double dy);

/* Keeps the picture on the canvas, after the sizes have changed. */
void ag_canvas_view_clamp (AgCanvasView *view);

void
ag_canvas_view_to_picture (const AgCanvasView *view, double x, double y, double *px, double *py);
void
ag_canvas_view_from_picture (const AgCanvasView *view, double px, double py, double *x, double *y);

/* What is to be computed for the canvas; FALSE if that is the whole picture, fitted. */
gboolean ag_canvas_view_get_viewport (const AgCanvasView *view, AgEditViewport *viewport);

/* Where a picture of such a viewport is to be drawn; FALSE if it is of another picture. */
gboolean ag_canvas_view_place (const AgCanvasView *view,
                               const AgEditViewport *viewport,
                               graphene_rect_t *bounds);

G_END_DECLS
