/* ag-canvas-view.c: where in the canvas the picture is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-canvas-view.h"

#include <math.h>

/* What rounding to whole pixels takes from a viewport, in pixels that are shown. */
#define ROUNDING 1.5

double
ag_canvas_view_get_fit (const AgCanvasView *view)
{
  double width = MAX (1, view->width - 2 * view->margin) * view->device;
  double height = MAX (1, view->height - 2 * view->margin) * view->device;
  double zoom;

  if (view->picture_width < 1)
    return 1;
  zoom = MIN (width / view->picture_width, height / view->picture_height);
  zoom = MIN (zoom, view->max_fit);
  /* In whole pixels, as the session does it. */
  return MAX (1, floor (view->picture_width * zoom + 1e-6)) / view->picture_width;
}

double
ag_canvas_view_get_zoom (const AgCanvasView *view)
{
  return view->zoom > 0 ? view->zoom : ag_canvas_view_get_fit (view);
}

static double
snap (const AgCanvasView *view, double length)
{
  return floor (length * view->device + 1e-6) / view->device;
}

void
ag_canvas_view_get_bounds (const AgCanvasView *view, graphene_rect_t *bounds)
{
  double scale = ag_canvas_view_get_zoom (view) / view->device;
  double width = view->picture_width * scale, height = view->picture_height * scale;
  double x, y;

  if (view->zoom > 0)
    {
      x = view->width / 2.0 - view->x * scale;
      y = view->height / 2.0 - view->y * scale;
    }
  else
    {
      height = MAX (1, snap (view, height));
      x = (view->width - width) / 2;
      y = (view->height - height) / 2;
    }
  /* In whole device pixels, so that it is drawn as it is. */
  graphene_rect_init (bounds, (float) snap (view, x), (float) snap (view, y), (float) width,
                      (float) height);
}

void
ag_canvas_view_get_visible (const AgCanvasView *view, graphene_rect_t *visible)
{
  graphene_rect_t canvas = GRAPHENE_RECT_INIT (0, 0, (float) view->width, (float) view->height);
  graphene_rect_t bounds;

  ag_canvas_view_get_bounds (view, &bounds);
  if (!graphene_rect_intersection (&bounds, &canvas, visible))
    *visible = GRAPHENE_RECT_INIT (0, 0, 0, 0);
}

static double
clamp_axis (double at, double half, double size)
{
  return size > 2 * half ? CLAMP (at, half, size - half) : size / 2;
}

void
ag_canvas_view_clamp (AgCanvasView *view)
{
  double fit = ag_canvas_view_get_fit (view);
  double scale;

  if (view->zoom <= 0)
    return;
  if (view->picture_width < 1 || view->zoom < MIN (fit, 1) || fabs (view->zoom / fit - 1) < 1e-4)
    {
      view->zoom = 0;
      return;
    }
  scale = view->zoom / view->device;
  view->x = clamp_axis (view->x, view->width / scale / 2, view->picture_width);
  view->y = clamp_axis (view->y, view->height / scale / 2, view->picture_height);
}

void
ag_canvas_view_zoom_at (AgCanvasView *view, double zoom, double x, double y)
{
  double fit = ag_canvas_view_get_fit (view);
  double px, py, scale;

  if (view->picture_width < 1)
    return;
  ag_canvas_view_to_picture (view, x, y, &px, &py);
  /* On the way out one stops where all of it is seen. */
  if (ag_canvas_view_get_zoom (view) > fit * 1.0001 && zoom < fit && zoom != 1)
    zoom = fit;
  if (zoom <= 0)
    zoom = fit;
  view->zoom = CLAMP (zoom, MIN (fit, 1), MAX (AG_CANVAS_MAX_ZOOM, 4 * fit));
  scale = view->zoom / view->device;
  view->x = px - (x - view->width / 2.0) / scale;
  view->y = py - (y - view->height / 2.0) / scale;
  ag_canvas_view_clamp (view);
}

void
ag_canvas_view_pan (AgCanvasView *view, double dx, double dy)
{
  double scale = ag_canvas_view_get_zoom (view) / view->device;

  view->x -= dx / scale;
  view->y -= dy / scale;
  ag_canvas_view_clamp (view);
}

void
ag_canvas_view_to_picture (const AgCanvasView *view, double x, double y, double *px, double *py)
{
  double scale = ag_canvas_view_get_zoom (view) / view->device;
  graphene_rect_t bounds;

  ag_canvas_view_get_bounds (view, &bounds);
  *px = (x - bounds.origin.x) / scale;
  *py = (y - bounds.origin.y) / scale;
}

void
ag_canvas_view_from_picture (const AgCanvasView *view, double px, double py, double *x, double *y)
{
  double scale = ag_canvas_view_get_zoom (view) / view->device;
  graphene_rect_t bounds;

  ag_canvas_view_get_bounds (view, &bounds);
  *x = bounds.origin.x + px * scale;
  *y = bounds.origin.y + py * scale;
}

gboolean
ag_canvas_view_get_viewport (const AgCanvasView *view, AgEditViewport *viewport)
{
  graphene_rect_t bounds, visible;

  if (view->zoom <= 0 || view->picture_width < 1)
    return FALSE;
  ag_canvas_view_get_bounds (view, &bounds);
  ag_canvas_view_get_visible (view, &visible);
  viewport->scale = view->zoom;
  viewport->x = (visible.origin.x - bounds.origin.x) * view->device / view->zoom;
  viewport->y = (visible.origin.y - bounds.origin.y) * view->device / view->zoom;
  viewport->width = CLAMP ((int) floor (visible.size.width * view->device + 1e-3), 1, 16384);
  viewport->height = CLAMP ((int) floor (visible.size.height * view->device + 1e-3), 1, 16384);
  return TRUE;
}

gboolean
ag_canvas_view_place (const AgCanvasView *view,
                      const AgEditViewport *viewport,
                      graphene_rect_t *bounds)
{
  double zoom = ag_canvas_view_get_zoom (view), ratio;
  double slack;

  if (viewport->scale <= 0)
    return FALSE;
  slack = ROUNDING / viewport->scale;
  if (viewport->x + viewport->width / viewport->scale > view->picture_width + slack ||
      viewport->y + viewport->height / viewport->scale > view->picture_height + slack)
    return FALSE;
  ratio = zoom / viewport->scale / view->device;
  ag_canvas_view_get_bounds (view, bounds);
  graphene_rect_init (bounds, bounds->origin.x + (float) (viewport->x * zoom / view->device),
                      bounds->origin.y + (float) (viewport->y * zoom / view->device),
                      (float) (viewport->width * ratio), (float) (viewport->height * ratio));
  return TRUE;
}
