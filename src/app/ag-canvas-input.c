/* ag-canvas-input.c: what the pointer, fingers and keys do to the photo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-arrow-keys.h"
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
brush_at (AgCanvas *self, double x, double y)
{
  double px, py;

  ag_canvas_view_to_picture (&self->view, x, y, &px, &py);
  ag_canvas_emit_at (self, AG_CANVAS_SIGNAL_BRUSHED, px, py);
}

/* Dots close enough that a quick stroke has no gaps. */
static void
brush_along (AgCanvas *self, double dx, double dy)
{
  double radius = self->brush * ag_canvas_view_get_zoom (&self->view) / self->view.device;
  double way = hypot (dx - self->dragged_x, dy - self->dragged_y);
  int n = (int) CLAMP (ceil (way / MAX (1, radius / 3)), 1, 100);

  for (int i = 1; i <= n; i++)
    brush_at (self, self->press_x + self->dragged_x + (dx - self->dragged_x) * i / n,
              self->press_y + self->dragged_y + (dy - self->dragged_y) * i / n);
}

static void
hover (AgCanvas *self, double x, double y)
{
  double px, py;

  self->pointer_x = x;
  self->pointer_y = y;
  self->pointer_inside = TRUE;
  ag_canvas_view_to_picture (&self->view, x, y, &px, &py);
  ag_canvas_emit_at (self, AG_CANVAS_SIGNAL_HOVERED, px, py);
}

static void
drag_begin (AgCanvas *self, double x, double y, GtkGesture *gesture)
{
  self->press_x = x;
  self->press_y = y;
  self->dragged_x = self->dragged_y = 0;
  self->drag = AG_CANVAS_DRAG_NONE;
  /* What stands on the picture has gestures of its own. The press is not denied here: GTK 4.8 would
   * remember that for the next one if the other gesture claims this one. */
  if (!ag_canvas_has_picture (self) ||
      gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT) != GTK_WIDGET (self))
    return;
  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (is_on_split (self, x))
    self->drag = AG_CANVAS_DRAG_SPLIT;
  else if (ag_canvas_has_handles (self) && ag_canvas_is_in_square (self, x, y))
    {
      self->drag = AG_CANVAS_DRAG_SQUARE;
      self->dragged_from = self->eyes;
      ag_canvas_emit (self, AG_CANVAS_SIGNAL_DRAG_BEGUN);
    }
  else if (self->brush > 0)
    {
      self->drag = AG_CANVAS_DRAG_BRUSH;
      ag_canvas_emit (self, AG_CANVAS_SIGNAL_DRAG_BEGUN);
      brush_at (self, x, y);
    }
  else
    {
      self->drag = AG_CANVAS_DRAG_UNDECIDED;
      /* A finger has not been there before. */
      hover (self, x, y);
    }
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static AgCanvasDrag
decide (AgCanvas *self, double dx, double dy, GtkGesture *gesture)
{
  GdkModifierType state =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (gesture));

  if (hypot (dx, dy) < CLICK_THRESHOLD)
    return AG_CANVAS_DRAG_UNDECIDED;
  if (self->pull && (state & GDK_CONTROL_MASK) == 0 &&
      (self->view.zoom <= 0 || fabs (dx) >= fabs (dy)))
    {
      ag_canvas_emit (self, AG_CANVAS_SIGNAL_DRAG_BEGUN);
      return AG_CANVAS_DRAG_PULL;
    }
  return self->view.zoom > 0 ? AG_CANVAS_DRAG_PAN : AG_CANVAS_DRAG_NONE;
}

static void
drag_update (AgCanvas *self, double dx, double dy, GtkGesture *gesture)
{
  double x, y;

  if (self->drag == AG_CANVAS_DRAG_UNDECIDED)
    self->drag = decide (self, dx, dy, gesture);
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
    case AG_CANVAS_DRAG_PULL:
      ag_canvas_view_to_picture (&self->view, self->press_x, self->press_y, &x, &y);
      ag_canvas_emit_pulled (self, x, y, dx);
      break;
    case AG_CANVAS_DRAG_BRUSH:
      brush_along (self, dx, dy);
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
  if (drag == AG_CANVAS_DRAG_SQUARE || drag == AG_CANVAS_DRAG_PULL || drag == AG_CANVAS_DRAG_BRUSH)
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
  if (n_press == 2 && self->brush <= 0 && ag_canvas_has_picture (self) &&
      !ag_canvas_has_handles (self) && !is_on_split (self, x))
    toggle_zoom (self, x, y);
}

/* The pointer. */

static const char *
get_cursor (AgCanvas *self, double x)
{
  if (is_on_split (self, x))
    return "col-resize";
  if (ag_canvas_has_handles (self))
    return NULL;
  if (self->brush > 0)
    return "crosshair";
  if (self->pull)
    return "ew-resize";
  return self->view.zoom > 0 ? "grab" : NULL;
}

static void
pointer_moved (AgCanvas *self, double x, double y)
{
  /* GTK tells where it is after changes of layout, too: that does not undo what keys did. */
  if (!ag_canvas_has_picture (self) ||
      (self->pointer_inside && x == self->mouse_x && y == self->mouse_y))
    return;
  self->mouse_x = x;
  self->mouse_y = y;
  /* What is being pulled is what was pressed. */
  if (self->drag != AG_CANVAS_DRAG_PULL)
    hover (self, x, y);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), get_cursor (self, x));
  if (self->brush > 0)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pointer_left (AgCanvas *self)
{
  self->pointer_x = self->view.width / 2.0;
  self->pointer_y = self->view.height / 2.0;
  self->mouse_x = self->mouse_y = NAN;
  self->pointer_inside = gtk_widget_has_focus (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
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

/* The brush is moved by the arrow keys, and Space puts a dot. */

static void
move_brush (AgCanvas *self, double dx, double dy)
{
  self->pointer_x = CLAMP (self->pointer_x + dx, 0, self->view.width);
  self->pointer_y = CLAMP (self->pointer_y + dy, 0, self->view.height);
  self->pointer_inside = TRUE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
put_dot (AgCanvas *self)
{
  ag_canvas_emit (self, AG_CANVAS_SIGNAL_DRAG_BEGUN);
  brush_at (self, self->pointer_x, self->pointer_y);
  ag_canvas_emit (self, AG_CANVAS_SIGNAL_DRAG_ENDED);
}

static gboolean
arrow_key (AgCanvas *self, guint keyval, double step)
{
  int dx, dy;

  if (!ag_arrow_key_direction (keyval, &dx, &dy))
    return FALSE;
  if (self->brush > 0)
    move_brush (self, dx * step / 4, dy * step / 4);
  else if (self->view.zoom > 0)
    pan (self, -dx * step, -dy * step);
  else
    return FALSE;
  return TRUE;
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
  if (zoom_key (self, keyval) || arrow_key (self, keyval, step))
    return GDK_EVENT_STOP;
  if (self->brush <= 0 || (keyval != GDK_KEY_space && keyval != GDK_KEY_KP_Space))
    return GDK_EVENT_PROPAGATE;
  put_dot (self);
  return GDK_EVENT_STOP;
}

/* What the keys do, for those who have neither these nor a pointer. */

static void
zoom_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_canvas_zoom_by (AG_CANVAS (widget),
                     g_str_equal (name, "photo.closer") ? KEY_FACTOR : 1 / KEY_FACTOR);
}

static void
show_whole (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_canvas_set_zoom (AG_CANVAS (widget), 0);
}

void
ag_canvas_install_input (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "photo.closer", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "photo.farther", NULL, zoom_action);
  gtk_widget_class_install_action (widget_class, "photo.whole", NULL, show_whole);
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
