/* ag-canvas-eyes.c: the face square and the handles on the eyes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-canvas-private.h"
#include "ag-eye-handle.h"

static double
get_scale (AgCanvas *self)
{
  return ag_canvas_view_get_zoom (&self->view) / self->view.device;
}

static void
trace_square (cairo_t *cr, const AgAlignment *alignment, double scale)
{
  cairo_move_to (cr, alignment->x * scale, alignment->y * scale);
  cairo_rel_line_to (cr, alignment->ux * scale, alignment->uy * scale);
  cairo_rel_line_to (cr, -alignment->uy * scale, alignment->ux * scale);
  cairo_rel_line_to (cr, -alignment->ux * scale, -alignment->uy * scale);
  cairo_close_path (cr);
}

void
ag_canvas_draw_square (AgCanvas *self, GtkSnapshot *snapshot)
{
  double scale = get_scale (self);
  graphene_rect_t bounds, visible;
  AgAlignment alignment;
  cairo_t *cr;

  if (!ag_alignment_from_eyes (&self->eyes, &alignment))
    return;
  ag_canvas_view_get_bounds (&self->view, &bounds);
  ag_canvas_view_get_visible (&self->view, &visible);
  cr = gtk_snapshot_append_cairo (snapshot, &visible);
  cairo_translate (cr, bounds.origin.x, bounds.origin.y);
  cairo_rectangle (cr, 0, 0, bounds.size.width, bounds.size.height);
  trace_square (cr, &alignment, scale);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.5);
  cairo_fill (cr);

  trace_square (cr, &alignment, scale);
  cairo_set_line_width (cr, 1.5);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.9);
  cairo_stroke (cr);

  cairo_move_to (cr, self->eyes.left_x * scale, self->eyes.left_y * scale);
  cairo_line_to (cr, self->eyes.right_x * scale, self->eyes.right_y * scale);
  cairo_set_line_width (cr, 1);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.5);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
place_handle (AgCanvas *self, AgCanvasEye eye)
{
  gboolean left = eye == AG_CANVAS_LEFT_EYE;
  GskTransform *transform;
  double x, y;

  ag_canvas_view_from_picture (&self->view, left ? self->eyes.left_x : self->eyes.right_x,
                               left ? self->eyes.left_y : self->eyes.right_y, &x, &y);
  x -= AG_EYE_HANDLE_SIZE / 2.0;
  y -= AG_EYE_HANDLE_SIZE / 2.0;
  transform = gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_widget_allocate (self->handles[eye], AG_EYE_HANDLE_SIZE, AG_EYE_HANDLE_SIZE, -1, transform);
}

void
ag_canvas_place_handles (AgCanvas *self)
{
  for (AgCanvasEye eye = AG_CANVAS_LEFT_EYE; eye < AG_CANVAS_N_EYES; eye++)
    if (gtk_widget_should_layout (self->handles[eye]))
      place_handle (self, eye);
}

/* Moves the chosen eyes by logical pixels, and keeps them on the photo and apart. */
static void
push_eyes (AgCanvas *self, gboolean left, gboolean right, double dx, double dy)
{
  int width = self->view.picture_width, height = self->view.picture_height;
  double scale = get_scale (self);
  AgEyes eyes = self->eyes;
  AgAlignment alignment;

  if (!ag_canvas_has_picture (self))
    return;
  if (left)
    {
      eyes.left_x = CLAMP (eyes.left_x + dx / scale, 0, width);
      eyes.left_y = CLAMP (eyes.left_y + dy / scale, 0, height);
    }
  if (right)
    {
      eyes.right_x = CLAMP (eyes.right_x + dx / scale, 0, width);
      eyes.right_y = CLAMP (eyes.right_y + dy / scale, 0, height);
    }
  if (hypot (eyes.right_x - eyes.left_x, eyes.right_y - eyes.left_y) < MAX (2, 0.01 * width) ||
      !ag_alignment_from_eyes (&eyes, &alignment))
    return;
  self->eyes = eyes;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  ag_canvas_emit (self, AG_CANVAS_SIGNAL_EYES_MOVED);
}

static void
handle_pushed (AgCanvas *self, double dx, double dy, GtkWidget *handle)
{
  push_eyes (self, handle == self->handles[AG_CANVAS_LEFT_EYE],
             handle == self->handles[AG_CANVAS_RIGHT_EYE], dx, dy);
}

static void
handle_drag_begun (AgCanvas *self)
{
  ag_canvas_emit (self, AG_CANVAS_SIGNAL_DRAG_BEGUN);
}

static void
handle_drag_ended (AgCanvas *self)
{
  ag_canvas_emit (self, AG_CANVAS_SIGNAL_DRAG_ENDED);
}

gboolean
ag_canvas_is_in_square (AgCanvas *self, double x, double y)
{
  AgAlignment alignment;
  double px, py, u, v;

  if (!ag_alignment_from_eyes (&self->eyes, &alignment))
    return FALSE;
  ag_canvas_view_to_picture (&self->view, x, y, &px, &py);
  ag_alignment_to_square (&alignment, px, py, &u, &v);
  return u >= 0 && u <= 1 && v >= 0 && v <= 1;
}

void
ag_canvas_drag_square (AgCanvas *self, double dx, double dy)
{
  const AgEyes *from = &self->dragged_from;
  double scale = get_scale (self);

  /* Both by the same way, as far as both stay on the photo. */
  dx = CLAMP (dx / scale, -MIN (from->left_x, from->right_x),
              self->view.picture_width - MAX (from->left_x, from->right_x));
  dy = CLAMP (dy / scale, -MIN (from->left_y, from->right_y),
              self->view.picture_height - MAX (from->left_y, from->right_y));
  push_eyes (self, TRUE, TRUE, (from->left_x + dx - self->eyes.left_x) * scale,
             (from->left_y + dy - self->eyes.left_y) * scale);
}

void
ag_canvas_init_handles (AgCanvas *self)
{
  self->handles[AG_CANVAS_LEFT_EYE] = ag_eye_handle_new (_ ("Eye on the left"));
  self->handles[AG_CANVAS_RIGHT_EYE] = ag_eye_handle_new (_ ("Eye on the right"));
  for (int i = 0; i < AG_CANVAS_N_EYES; i++)
    {
      gtk_widget_set_visible (self->handles[i], FALSE);
      gtk_widget_set_parent (self->handles[i], GTK_WIDGET (self));
      g_signal_connect_swapped (self->handles[i], "pushed", G_CALLBACK (handle_pushed), self);
      g_signal_connect_swapped (self->handles[i], "drag-begun", G_CALLBACK (handle_drag_begun),
                                self);
      g_signal_connect_swapped (self->handles[i], "drag-ended", G_CALLBACK (handle_drag_ended),
                                self);
    }
}
