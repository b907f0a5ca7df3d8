/* ag-canvas-input.c: what the pointer, fingers and keys do to the photo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-canvas-private.h"

/* A step of the wheel, and of the keys. */
#define WHEEL_FACTOR 1.2
#define KEY_FACTOR   1.25

/* Of what a touchpad scrolls, in logical pixels. */
#define PAD_FACTOR 0.01

#define KEY_PAN      48.0
#define KEY_FINE_PAN 4.0

/* How far from the line the pointer takes hold of it, and how far it moves before a press is a
 * drag. */
#define SPLIT_REACH     9.0
#define CLICK_THRESHOLD 6.0

/* Zooming. */

static gboolean
scrolled (AgCanvas *self, double dx, double dy, GtkEventControllerScroll *controller)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));
  gboolean pad = gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_SURFACE;

  if (!ag_canvas_has_picture (self))
    return GDK_EVENT_PROPAGATE;
  if (pad && (state & GDK_CONTROL_MASK) == 0)
    ag_canvas_view_pan (&self->view, -dx, -dy);
  else
    ag_canvas_view_zoom_at (&self->view,
                            ag_canvas_view_get_zoom (&self->view) *
                              (pad ? exp (-dy * PAD_FACTOR) : pow (WHEEL_FACTOR, -dy)),
                            self->pointer_x, self->pointer_y);
  ag_canvas_view_changed (self);
  return GDK_EVENT_STOP;
}

static void
pinch_begin (AgCanvas *self, GdkEventSequence *sequence, GtkGesture *gesture)
{
  self->pinch_from = ag_canvas_view_get_zoom (&self->view);
  self->drag = AG_CANVAS_DRAG_NONE;
}

static void
pinched (AgCanvas *self, double scale, GtkGesture *gesture)
{
  double x, y;

  if (!ag_canvas_has_picture (self) || !gtk_gesture_get_bounding_box_center (gesture, &x, &y))
    return;
  ag_canvas_view_zoom_at (&self->view, self->pinch_from * scale, x, y);
  ag_canvas_view_changed (self);
}

/* The whole picture, or its own pixels around what was clicked. */
static void
toggle_zoom (AgCanvas *self, double x, double y)
{
  double fit = ag_canvas_view_get_fit (&self->view);

  ag_canvas_view_zoom_at (&self->view, self->view.zoom > 0 ? 0 : fit < 0.99 ? 1 : 2 * fit, x, y);
  ag_canvas_view_changed (self);
}

static void
pan (AgCanvas *self, double dx, double dy)
{
  ag_canvas_view_pan (&self->view, dx, dy);
  ag_canvas_view_changed (self);
}

/* The middle button moves the picture. */

static void
middle_begin (AgCanvas *self, double x, double y, GtkGesture *gesture)
{
  if (self->view.zoom <= 0)
    {
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  self->dragged_x = self->dragged_y = 0;
}

static void
middle_update (AgCanvas *self, double dx, double dy, GtkGesture *gesture)
{
  pan (self, dx - self->dragged_x, dy - self->dragged_y);
  self->dragged_x = dx;
  self->dragged_y = dy;
}

/* What a drag with the primary button does depends on where it begins and which way it goes. */

static gboolean
is_on_split (AgCanvas *self, double x)
{
  graphene_rect_t visible;
  double at;

  if (!gtk_widget_get_visible (self->split_scale))
    return FALSE;
  ag_canvas_view_get_visible (&self->view, &visible);
  at = gtk_range_get_value (GTK_RANGE (self->split_scale));
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    at = 1 - at;
  return fabs (visible.origin.x + at * visible.size.width - x) < SPLIT_REACH;
}

static void
move_split (AgCanvas *self, double x)
{
  graphene_rect_t visible;
  double at;

  ag_canvas_view_get_visible (&self->view, &visible);
  at = CLAMP ((x - visible.origin.x) / MAX (1, visible.size.width), 0, 1);
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    at = 1 - at;
  gtk_range_set_value (GTK_RANGE (self->split_scale), at);
}

static void
drag_begin (AgCanvas *self, double x, double y, GtkGesture *gesture)
{
  self->press_x = x;
  self->press_y = y;
  self->dragged_x = self->dragged_y = 0;
  self->drag = AG_CANVAS_DRAG_NONE;
  if (!ag_canvas_has_picture (self))
    {
      gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (is_on_split (self, x))
    self->drag = AG_CANVAS_DRAG_SPLIT;
  else if (ag_canvas_has_handles (self) && ag_canvas_is_in_square (self, x, y))
    {
      self->drag = AG_CANVAS_DRAG_SQUARE;
      self->dragged_from = self->eyes;
      ag_canvas_emit (self, AG_CANVAS_SIGNAL_DRAG_BEGUN);
    }
  else
    self->drag = AG_CANVAS_DRAG_UNDECIDED;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static AgCanvasDrag
decide (AgCanvas *self, double dx, double dy)
{
  if (hypot (dx, dy) < CLICK_THRESHOLD)
    return AG_CANVAS_DRAG_UNDECIDED;
  return self->view.zoom > 0 ? AG_CANVAS_DRAG_PAN : AG_CANVAS_DRAG_NONE;
}

static void
drag_update (AgCanvas *self, double dx, double dy, GtkGesture *gesture)
{
  if (self->drag == AG_CANVAS_DRAG_UNDECIDED)
    self->drag = decide (self, dx, dy);
  switch (self->drag)
    {
    case AG_CANVAS_DRAG_SPLIT:
      move_split (self, self->press_x + dx);
      break;
    case AG_CANVAS_DRAG_SQUARE:
      ag_canvas_drag_square (self, dx, dy);
      break;
    case AG_CANVAS_DRAG_PAN:
      pan (self, dx - self->dragged_x, dy - self->dragged_y);
      break;
    default:
      break;
    }
  self->dragged_x = dx;
  self->dragged_y = dy;
}

static void
drag_end (AgCanvas *self, double dx, double dy, GtkGesture *gesture)
{
  AgCanvasDrag drag = self->drag;
  double x, y;

  self->drag = AG_CANVAS_DRAG_NONE;
  if (drag == AG_CANVAS_DRAG_SQUARE)
    ag_canvas_emit (self, AG_CANVAS_SIGNAL_DRAG_ENDED);
  else if (drag == AG_CANVAS_DRAG_UNDECIDED)
    {
      ag_canvas_view_to_picture (&self->view, self->press_x, self->press_y, &x, &y);
      ag_canvas_emit_at (self, AG_CANVAS_SIGNAL_CLICKED, x, y);
    }
}

static void
pressed (AgCanvas *self, int n_press, double x, double y)
{
  if (n_press == 2 && ag_canvas_has_picture (self) && !ag_canvas_has_handles (self) &&
      !is_on_split (self, x))
    toggle_zoom (self, x, y);
}

/* The pointer. */

static void
pointer_moved (AgCanvas *self, double x, double y)
{
  double px, py;

  self->pointer_x = x;
  self->pointer_y = y;
  if (!ag_canvas_has_picture (self))
    return;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), is_on_split (self, x) ? "col-resize" : NULL);
  ag_canvas_view_to_picture (&self->view, x, y, &px, &py);
  ag_canvas_emit_at (self, AG_CANVAS_SIGNAL_HOVERED, px, py);
}

static void
pointer_left (AgCanvas *self)
{
  self->pointer_x = self->view.width / 2.0;
  self->pointer_y = self->view.height / 2.0;
  ag_canvas_emit_at (self, AG_CANVAS_SIGNAL_HOVERED, NAN, NAN);
}

/* Keys, while the picture has the focus. */

static gboolean
zoom_key (AgCanvas *self, guint keyval)
{
  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      ag_canvas_zoom_by (self, KEY_FACTOR);
      return TRUE;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      ag_canvas_zoom_by (self, 1 / KEY_FACTOR);
      return TRUE;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      ag_canvas_set_zoom (self, 0);
      return TRUE;
    case GDK_KEY_1:
    case GDK_KEY_KP_1:
      ag_canvas_set_zoom (self, 1);
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
key_pressed (AgCanvas *self,
             guint keyval,
             guint keycode,
             GdkModifierType modifiers,
             GtkEventControllerKey *controller)
{
  double step = (modifiers & GDK_SHIFT_MASK) != 0 ? KEY_FINE_PAN : KEY_PAN;

  /* The handles and the line on top of it have keys of their own. */
  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 ||
      !gtk_widget_has_focus (GTK_WIDGET (self)))
    return GDK_EVENT_PROPAGATE;
  if (zoom_key (self, keyval))
    return GDK_EVENT_STOP;
  if (self->view.zoom <= 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      pan (self, step, 0);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      pan (self, -step, 0);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      pan (self, 0, step);
      return GDK_EVENT_STOP;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      pan (self, 0, -step);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
add_drag (AgCanvas *self, guint button, GCallback begin, GCallback update, GCallback end)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (drag), button);
  g_signal_connect_swapped (drag, "drag-begin", begin, self);
  g_signal_connect_swapped (drag, "drag-update", update, self);
  if (end != NULL)
    g_signal_connect_swapped (drag, "drag-end", end, self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

void
ag_canvas_init_input (AgCanvas *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *wheel =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *pinch = gtk_gesture_zoom_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect_swapped (wheel, "scroll", G_CALLBACK (scrolled), self);
  gtk_widget_add_controller (widget, wheel);
  g_signal_connect_swapped (pinch, "begin", G_CALLBACK (pinch_begin), self);
  g_signal_connect_swapped (pinch, "scale-changed", G_CALLBACK (pinched), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (pinch));
  add_drag (self, GDK_BUTTON_MIDDLE, G_CALLBACK (middle_begin), G_CALLBACK (middle_update), NULL);
  add_drag (self, GDK_BUTTON_PRIMARY, G_CALLBACK (drag_begin), G_CALLBACK (drag_update),
            G_CALLBACK (drag_end));
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed), self);
  gtk_widget_add_controller (widget, GTK_EVENT_CONTROLLER (click));
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (pointer_moved), self);
  g_signal_connect_swapped (motion, "motion", G_CALLBACK (pointer_moved), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (pointer_left), self);
  gtk_widget_add_controller (widget, motion);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (widget, keys);
}
