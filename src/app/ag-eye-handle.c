/* ag-eye-handle.c: a ring on the photo that marks an eye
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-eye-handle.h"

#include <glib/gi18n-lib.h>

#include "ag-arrow-keys.h"

/* Logical pixels per arrow key, without and with Shift. */
#define KEY_STEP      4.0
#define KEY_FINE_STEP 0.5

#define RING_RADIUS 13.0
#define DOT_RADIUS  2.0

struct _AgEyeHandle
{
  GtkWidget parent_instance;
};

enum
{
  SIGNAL_DRAG_BEGUN,
  SIGNAL_PUSHED,
  SIGNAL_DRAG_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgEyeHandle, ag_eye_handle, GTK_TYPE_WIDGET)

static void
draw_rings (cairo_t *cr, double middle, double radius, gboolean focused, const GdkRGBA *accent)
{
  /* White on a dark rim is seen on any photo. */
  cairo_arc (cr, middle, middle, radius, 0, 2 * G_PI);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.45);
  cairo_set_line_width (cr, focused ? 6 : 5);
  cairo_stroke (cr);
  cairo_arc (cr, middle, middle, radius, 0, 2 * G_PI);
  if (focused)
    gdk_cairo_set_source_rgba (cr, accent);
  else
    cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, focused ? 3.5 : 2.5);
  cairo_stroke (cr);
  cairo_arc (cr, middle, middle, DOT_RADIUS + 1, 0, 2 * G_PI);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.45);
  cairo_fill (cr);
  cairo_arc (cr, middle, middle, DOT_RADIUS, 0, 2 * G_PI);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_fill (cr);
}

static void
ag_eye_handle_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  GtkStateFlags state = gtk_widget_get_state_flags (widget);
  GdkRGBA accent = { 1, 1, 1, 1 };
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, AG_EYE_HANDLE_SIZE, AG_EYE_HANDLE_SIZE);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);

  (void) gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), "accent_bg_color",
                                         &accent);
  draw_rings (cr, AG_EYE_HANDLE_SIZE / 2.0,
              (state & GTK_STATE_FLAG_PRELIGHT) != 0 ? RING_RADIUS + 1 : RING_RADIUS,
              (state & GTK_STATE_FLAG_FOCUS_VISIBLE) != 0, &accent);
  cairo_destroy (cr);
}

static void
ag_eye_handle_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  *minimum = *natural = AG_EYE_HANDLE_SIZE;
}

static void
state_flags_changed (GtkWidget *widget, GtkStateFlags previous)
{
  gtk_widget_queue_draw (widget);
}

static void
drag_begin (AgEyeHandle *self, double x, double y, GtkGestureDrag *gesture)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  gtk_widget_grab_focus (GTK_WIDGET (self));
  g_signal_emit (self, signals[SIGNAL_DRAG_BEGUN], 0);
}

/* The gesture tells positions in the widget, which has moved with what was pushed before. */
static void
drag_update (AgEyeHandle *self, double offset_x, double offset_y, GtkGestureDrag *gesture)
{
  g_signal_emit (self, signals[SIGNAL_PUSHED], 0, offset_x, offset_y);
}

static void
drag_end (AgEyeHandle *self, double offset_x, double offset_y, GtkGestureDrag *gesture)
{
  g_signal_emit (self, signals[SIGNAL_DRAG_ENDED], 0);
}

static gboolean
key_pressed (AgEyeHandle *self,
             guint keyval,
             guint keycode,
             GdkModifierType modifiers,
             GtkEventControllerKey *controller)
{
  double step = (modifiers & GDK_SHIFT_MASK) != 0 ? KEY_FINE_STEP : KEY_STEP;
  int dx, dy;

  if (!ag_arrow_key_direction (keyval, &dx, &dy))
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (self, signals[SIGNAL_PUSHED], 0, dx * step, dy * step);
  return GDK_EVENT_STOP;
}

/* For those who have neither keys nor a pointer. */
static void
push (GtkWidget *widget, const char *name, GVariant *parameter)
{
  double dx = g_str_equal (name, "eye.right") - g_str_equal (name, "eye.left");
  double dy = g_str_equal (name, "eye.down") - g_str_equal (name, "eye.up");

  g_signal_emit (widget, signals[SIGNAL_PUSHED], 0, dx * KEY_STEP, dy * KEY_STEP);
}

static void
ag_eye_handle_class_init (AgEyeHandleClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->snapshot = ag_eye_handle_snapshot;
  widget_class->measure = ag_eye_handle_measure;
  widget_class->state_flags_changed = state_flags_changed;
  gtk_widget_class_set_css_name (widget_class, "eyehandle");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_BUTTON);
  gtk_widget_class_install_action (widget_class, "eye.left", NULL, push);
  gtk_widget_class_install_action (widget_class, "eye.right", NULL, push);
  gtk_widget_class_install_action (widget_class, "eye.up", NULL, push);
  gtk_widget_class_install_action (widget_class, "eye.down", NULL, push);

  signals[SIGNAL_DRAG_BEGUN] =
    g_signal_new ("drag-begun", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  signals[SIGNAL_PUSHED] =
    g_signal_new ("pushed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  signals[SIGNAL_DRAG_ENDED] =
    g_signal_new ("drag-ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
ag_eye_handle_init (AgEyeHandle *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "grab");
}

GtkWidget *
ag_eye_handle_new (const char *label)
{
  GtkWidget *self = g_object_new (AG_TYPE_EYE_HANDLE, NULL);

  gtk_widget_set_tooltip_text (self, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  _ ("Drag it, or move it with the arrow keys"), -1);
  return self;
}
