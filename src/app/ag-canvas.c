/* ag-canvas.c: the photo, with handles on the eyes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-canvas.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-eye-handle.h"

#define CORNER_RADIUS 9.0f

/* Room around the picture, less in a small window. */
#define MARGIN       24
#define SMALL_MARGIN 12
#define SMALL_SIZE   520

#define MIN_SIZE     120
#define NATURAL_SIZE 480

typedef enum
{
  LEFT_EYE,
  RIGHT_EYE,
  N_EYES,
} Eye;

struct _AgCanvas
{
  GtkWidget parent_instance;

  GdkTexture *picture, *original;
  int photo_width, photo_height;
  AgEyes eyes;
  gboolean adjusting, comparing;
  GtkWidget *handles[N_EYES];
  AgEyes dragged_from;
};

enum
{
  SIGNAL_RESIZED,
  SIGNAL_DRAG_BEGUN,
  SIGNAL_EYES_MOVED,
  SIGNAL_DRAG_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgCanvas, ag_canvas, GTK_TYPE_WIDGET)

static int
get_margin (AgCanvas *self)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  return MIN (width, height) < SMALL_SIZE ? SMALL_MARGIN : MARGIN;
}

static gboolean
has_handles (AgCanvas *self)
{
  return self->adjusting && self->photo_width > 0 && self->original != NULL;
}

GdkTexture *
ag_canvas_get_shown (AgCanvas *self)
{
  g_return_val_if_fail (AG_IS_CANVAS (self), NULL);

  if (self->original != NULL && (self->comparing || has_handles (self)))
    return self->original;
  return self->picture != NULL ? self->picture : self->original;
}

/* Where the picture is, in whole device pixels so that it is drawn as it is. */
static gboolean
get_bounds (AgCanvas *self, graphene_rect_t *bounds)
{
  GdkTexture *shown = ag_canvas_get_shown (self);
  float device = (float) gtk_widget_get_scale_factor (GTK_WIDGET (self));
  float width = (float) gtk_widget_get_width (GTK_WIDGET (self));
  float height = (float) gtk_widget_get_height (GTK_WIDGET (self));
  float picture_width, picture_height, scale;

  if (shown == NULL)
    return FALSE;
  picture_width = (float) gdk_texture_get_width (shown) / device;
  picture_height = (float) gdk_texture_get_height (shown) / device;
  /* Only while one of another size is under way. */
  scale = MIN (1, MIN (width / picture_width, height / picture_height));
  picture_width *= scale;
  picture_height *= scale;
  graphene_rect_init (bounds, floorf ((width - picture_width) / 2 * device) / device,
                      floorf ((height - picture_height) / 2 * device) / device, picture_width,
                      picture_height);
  return TRUE;
}

static double
get_scale (AgCanvas *self, const graphene_rect_t *bounds)
{
  return self->photo_width > 0 ? bounds->size.width / self->photo_width : 1;
}

static void
draw_square (AgCanvas *self, GtkSnapshot *snapshot, const graphene_rect_t *bounds)
{
  double scale = get_scale (self, bounds);
  AgAlignment alignment;
  cairo_t *cr;

  if (!ag_alignment_from_eyes (&self->eyes, &alignment))
    return;

  cr = gtk_snapshot_append_cairo (snapshot, bounds);
  cairo_translate (cr, bounds->origin.x, bounds->origin.y);
  cairo_rectangle (cr, 0, 0, bounds->size.width, bounds->size.height);
  cairo_move_to (cr, alignment.x * scale, alignment.y * scale);
  cairo_rel_line_to (cr, alignment.ux * scale, alignment.uy * scale);
  cairo_rel_line_to (cr, -alignment.uy * scale, alignment.ux * scale);
  cairo_rel_line_to (cr, -alignment.ux * scale, -alignment.uy * scale);
  cairo_close_path (cr);
  cairo_set_fill_rule (cr, CAIRO_FILL_RULE_EVEN_ODD);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.5);
  cairo_fill (cr);

  cairo_move_to (cr, alignment.x * scale, alignment.y * scale);
  cairo_rel_line_to (cr, alignment.ux * scale, alignment.uy * scale);
  cairo_rel_line_to (cr, -alignment.uy * scale, alignment.ux * scale);
  cairo_rel_line_to (cr, -alignment.ux * scale, -alignment.uy * scale);
  cairo_close_path (cr);
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
ag_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AgCanvas *self = AG_CANVAS (widget);
  graphene_rect_t bounds;
  GskRoundedRect rounded;

  if (!get_bounds (self, &bounds))
    return;
  gsk_rounded_rect_init_from_rect (&rounded, &bounds, CORNER_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_texture (snapshot, ag_canvas_get_shown (self), &bounds);
  if (has_handles (self))
    draw_square (self, snapshot, &bounds);
  gtk_snapshot_pop (snapshot);

  for (int i = 0; i < N_EYES; i++)
    gtk_widget_snapshot_child (widget, self->handles[i], snapshot);
}

static void
place_handle (AgCanvas *self, Eye eye, const graphene_rect_t *bounds)
{
  double scale = get_scale (self, bounds);
  double x = eye == LEFT_EYE ? self->eyes.left_x : self->eyes.right_x;
  double y = eye == LEFT_EYE ? self->eyes.left_y : self->eyes.right_y;
  GskTransform *transform;

  x = bounds->origin.x + x * scale - AG_EYE_HANDLE_SIZE / 2.0;
  y = bounds->origin.y + y * scale - AG_EYE_HANDLE_SIZE / 2.0;
  transform = gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT ((float) x, (float) y));
  gtk_widget_allocate (self->handles[eye], AG_EYE_HANDLE_SIZE, AG_EYE_HANDLE_SIZE, -1, transform);
}

static void
ag_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AgCanvas *self = AG_CANVAS (widget);
  int device = gtk_widget_get_scale_factor (widget);
  int margin = get_margin (self);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, 0, 0);

  (void) get_bounds (self, &bounds);
  for (Eye eye = LEFT_EYE; eye < N_EYES; eye++)
    if (gtk_widget_should_layout (self->handles[eye]))
      place_handle (self, eye, &bounds);
  g_signal_emit (self, signals[SIGNAL_RESIZED], 0, MAX (1, width - 2 * margin) * device,
                 MAX (1, height - 2 * margin) * device);
}

static void
ag_canvas_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  AgCanvas *self = AG_CANVAS (widget);
  int ignored;

  for (int i = 0; i < N_EYES; i++)
    gtk_widget_measure (self->handles[i], orientation, -1, &ignored, NULL, NULL, NULL);
  *minimum = MIN_SIZE;
  *natural = NATURAL_SIZE;
}

/* Moves the chosen eyes by logical pixels, and keeps them on the photo and apart. */
static void
push_eyes (AgCanvas *self, gboolean left, gboolean right, double dx, double dy)
{
  AgEyes eyes = self->eyes;
  AgAlignment alignment;
  graphene_rect_t bounds;
  double scale;

  if (!get_bounds (self, &bounds))
    return;
  scale = get_scale (self, &bounds);
  if (left)
    {
      eyes.left_x = CLAMP (eyes.left_x + dx / scale, 0, self->photo_width);
      eyes.left_y = CLAMP (eyes.left_y + dy / scale, 0, self->photo_height);
    }
  if (right)
    {
      eyes.right_x = CLAMP (eyes.right_x + dx / scale, 0, self->photo_width);
      eyes.right_y = CLAMP (eyes.right_y + dy / scale, 0, self->photo_height);
    }
  if (hypot (eyes.right_x - eyes.left_x, eyes.right_y - eyes.left_y) <
        MAX (2, 0.01 * self->photo_width) ||
      !ag_alignment_from_eyes (&eyes, &alignment))
    return;
  self->eyes = eyes;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  g_signal_emit (self, signals[SIGNAL_EYES_MOVED], 0);
}

static void
handle_pushed (AgCanvas *self, double dx, double dy, GtkWidget *handle)
{
  push_eyes (self, handle == self->handles[LEFT_EYE], handle == self->handles[RIGHT_EYE], dx, dy);
}

static void
handle_drag_begun (AgCanvas *self)
{
  g_signal_emit (self, signals[SIGNAL_DRAG_BEGUN], 0);
}

static void
handle_drag_ended (AgCanvas *self)
{
  g_signal_emit (self, signals[SIGNAL_DRAG_ENDED], 0);
}

/* Dragging inside of the square moves all of it. */

static void
square_drag_begin (AgCanvas *self, double x, double y, GtkGestureDrag *gesture)
{
  AgAlignment alignment;
  graphene_rect_t bounds;
  double scale, u, v;

  if (has_handles (self) && get_bounds (self, &bounds) &&
      ag_alignment_from_eyes (&self->eyes, &alignment))
    {
      scale = get_scale (self, &bounds);
      ag_alignment_to_square (&alignment, (x - bounds.origin.x) / scale,
                              (y - bounds.origin.y) / scale, &u, &v);
      if (u >= 0 && u <= 1 && v >= 0 && v <= 1)
        {
          gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
          self->dragged_from = self->eyes;
          g_signal_emit (self, signals[SIGNAL_DRAG_BEGUN], 0);
          return;
        }
    }
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
}

static void
square_drag_update (AgCanvas *self, double dx, double dy, GtkGestureDrag *gesture)
{
  const AgEyes *from = &self->dragged_from;
  graphene_rect_t bounds;
  double scale;

  if (!get_bounds (self, &bounds))
    return;
  /* Both by the same way, as far as both stay on the photo. */
  scale = get_scale (self, &bounds);
  dx = CLAMP (dx / scale, -MIN (from->left_x, from->right_x),
              self->photo_width - MAX (from->left_x, from->right_x));
  dy = CLAMP (dy / scale, -MIN (from->left_y, from->right_y),
              self->photo_height - MAX (from->left_y, from->right_y));
  push_eyes (self, TRUE, TRUE, (from->left_x + dx - self->eyes.left_x) * scale,
             (from->left_y + dy - self->eyes.left_y) * scale);
}

static void
square_drag_end (AgCanvas *self, double dx, double dy, GtkGestureDrag *gesture)
{
  g_signal_emit (self, signals[SIGNAL_DRAG_ENDED], 0);
}

static void
ag_canvas_dispose (GObject *object)
{
  AgCanvas *self = AG_CANVAS (object);

  for (int i = 0; i < N_EYES; i++)
    g_clear_pointer (&self->handles[i], gtk_widget_unparent);
  g_clear_object (&self->picture);
  g_clear_object (&self->original);
  G_OBJECT_CLASS (ag_canvas_parent_class)->dispose (object);
}

static void
ag_canvas_class_init (AgCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_canvas_dispose;
  widget_class->snapshot = ag_canvas_snapshot;
  widget_class->size_allocate = ag_canvas_size_allocate;
  widget_class->measure = ag_canvas_measure;
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);

  signals[SIGNAL_RESIZED] =
    g_signal_new ("resized", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_INT, G_TYPE_INT);
  signals[SIGNAL_DRAG_BEGUN] =
    g_signal_new ("drag-begun", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  signals[SIGNAL_EYES_MOVED] =
    g_signal_new ("eyes-moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  signals[SIGNAL_DRAG_ENDED] =
    g_signal_new ("drag-ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
ag_canvas_init (AgCanvas *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  self->handles[LEFT_EYE] = ag_eye_handle_new (_ ("Eye on the left"));
  self->handles[RIGHT_EYE] = ag_eye_handle_new (_ ("Eye on the right"));
  for (int i = 0; i < N_EYES; i++)
    {
      gtk_widget_set_visible (self->handles[i], FALSE);
      gtk_widget_set_parent (self->handles[i], GTK_WIDGET (self));
      g_signal_connect_swapped (self->handles[i], "pushed", G_CALLBACK (handle_pushed), self);
      g_signal_connect_swapped (self->handles[i], "drag-begun", G_CALLBACK (handle_drag_begun),
                                self);
      g_signal_connect_swapped (self->handles[i], "drag-ended", G_CALLBACK (handle_drag_ended),
                                self);
    }
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (square_drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (square_drag_update), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (square_drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static void
show_handles (AgCanvas *self)
{
  for (int i = 0; i < N_EYES; i++)
    gtk_widget_set_visible (self->handles[i], has_handles (self));
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_canvas_set_pictures (AgCanvas *self, GdkTexture *picture, GdkTexture *original)
{
  graphene_rect_t before = GRAPHENE_RECT_INIT (0, 0, 0, 0);
  graphene_rect_t after = GRAPHENE_RECT_INIT (0, 0, 0, 0);

  g_return_if_fail (AG_IS_CANVAS (self));

  (void) get_bounds (self, &before);
  g_set_object (&self->picture, picture);
  g_set_object (&self->original, original);
  (void) get_bounds (self, &after);
  if (!graphene_rect_equal (&before, &after))
    show_handles (self);
  else
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_canvas_set_photo (AgCanvas *self, int width, int height, const AgEyes *eyes)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  self->photo_width = width;
  self->photo_height = height;
  if (eyes != NULL)
    self->eyes = *eyes;
  show_handles (self);
}

void
ag_canvas_get_eyes (AgCanvas *self, AgEyes *eyes)
{
  g_return_if_fail (AG_IS_CANVAS (self));
  *eyes = self->eyes;
}

void
ag_canvas_set_adjusting (AgCanvas *self, gboolean adjusting)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  self->adjusting = adjusting;
  show_handles (self);
}

void
ag_canvas_set_comparing (AgCanvas *self, gboolean comparing)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  self->comparing = comparing;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
