/* ag-slider.c: a horizontal scale whose bar begins where the face is unchanged
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-slider.h"

#include <math.h>

#include "ag-steady-knob.h"

/* Of the bar, as thick as Adwaita's trough, and of the mark at the limit. */
#define BAR_HEIGHT  4.0f
#define MARK_WIDTH  2.0f
#define MARK_HEIGHT 12.0f

/* The tick of the average face and the triangle of this one, below the trough. */
#define TICK_WIDTH    1.0f
#define TICK_HEIGHT   9.0f
#define TRIANGLE_SIZE 4.0
#define TRIANGLE_GAP  10.5

/* Of the wheel and of the keys; a fifth of that with Shift. */
#define STEP      0.05
#define FINE_STEP 0.01

/* Two presses no further apart than this are a double click. */
#define DOUBLE_CLICK_DISTANCE 6.0

/* A wheel that rests for so many microseconds begins something new. */
#define SCROLL_PAUSE 500000

struct _AgSlider
{
  GtkScale parent_instance;

  double neutral, limit, average;
  gboolean pressed, swallow_release;
  guint32 last_press;
  double last_x, last_y;
  GtkAdjustment *panel;  /* nullable: of what it is scrolled in, while it is seen */
  gint64 panel_scrolled; /* when it was last, monotonic microseconds */
};

enum
{
  SIGNAL_DRAG_BEGUN,
  SIGNAL_DRAG_ENDED,
  SIGNAL_RESET,
  SIGNAL_EDIT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgSlider, ag_slider, GTK_TYPE_SCALE)

/* Where on the x axis the middle of the slider is at @value. */
static float
get_position (AgSlider *self, double value)
{
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (self));
  double lower = gtk_adjustment_get_lower (adjustment);
  double upper = gtk_adjustment_get_upper (adjustment);
  double share = upper > lower ? (CLAMP (value, lower, upper) - lower) / (upper - lower) : 0;
  GdkRectangle trough;

  gtk_range_get_range_rect (GTK_RANGE (self), &trough);
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    share = 1 - share;
  return (float) (trough.x + share * trough.width);
}

static void
get_color (GtkWidget *widget, const char *name, GdkRGBA *color)
{
  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, color))
    gtk_style_context_get_color (gtk_widget_get_style_context (widget), color);
}

static void
append_bar (GtkSnapshot *snapshot, float x1, float x2, float middle, float height, GdkRGBA *color)
{
  graphene_rect_t bounds =
    GRAPHENE_RECT_INIT (MIN (x1, x2), middle - height / 2, fabsf (x2 - x1), height);
  GskRoundedRect rounded;

  gsk_rounded_rect_init_from_rect (&rounded, &bounds, BAR_HEIGHT / 2);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, color, &bounds);
  gtk_snapshot_pop (snapshot);
}

/* Where this face is by its own projection, which is where it is unchanged. */
static void
append_marks (AgSlider *self, GtkSnapshot *snapshot, float middle)
{
  GdkRGBA color;
  float x;
  cairo_t *cr;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &color);
  color.alpha *= 0.45f;
  x = get_position (self, self->average);
  append_bar (snapshot, x - TICK_WIDTH / 2, x + TICK_WIDTH / 2, middle, TICK_HEIGHT, &color);

  x = get_position (self, self->neutral);
  color.alpha *= 1.6f;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (x - 6, middle + 8, 12, 10));
  cairo_move_to (cr, x, middle + TRIANGLE_GAP);
  cairo_rel_line_to (cr, TRIANGLE_SIZE, TRIANGLE_SIZE);
  cairo_rel_line_to (cr, -2 * TRIANGLE_SIZE, 0);
  cairo_close_path (cr);
  gdk_cairo_set_source_rgba (cr, &color);
  cairo_fill (cr);
  cairo_destroy (cr);
}

/* Beneath the trough, which is translucent, and the slider, which is not. */
static void
ag_slider_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AgSlider *self = AG_SLIDER (widget);
  GdkRectangle trough;
  GdkRGBA color;
  float middle;

  gtk_range_get_range_rect (GTK_RANGE (self), &trough);
  middle = (float) trough.y + (float) trough.height / 2;
  if (gtk_widget_is_sensitive (widget))
    {
      get_color (widget, "accent_bg_color", &color);
      append_bar (snapshot, get_position (self, self->neutral),
                  get_position (self, gtk_range_get_value (GTK_RANGE (self))), middle, BAR_HEIGHT,
                  &color);
    }
  if (!isnan (self->average))
    append_marks (self, snapshot, middle);
  if (!isnan (self->limit))
    {
      float x = get_position (self, self->limit);

      get_color (widget, "warning_color", &color);
      append_bar (snapshot, x - MARK_WIDTH / 2, x + MARK_WIDTH / 2, middle, MARK_HEIGHT, &color);
    }
  GTK_WIDGET_CLASS (ag_slider_parent_class)->snapshot (widget, snapshot);
}

static void
reset (AgSlider *self)
{
  gtk_range_set_value (GTK_RANGE (self), self->neutral);
  g_signal_emit (self, signals[SIGNAL_RESET], 0);
}

static gboolean
is_double (AgSlider *self, GdkEvent *event, double x, double y)
{
  int double_click_time;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)), "gtk-double-click-time",
                &double_click_time, NULL);
  return self->last_press != 0 &&
         gdk_event_get_time (event) - self->last_press < (guint32) double_click_time &&
         hypot (x - self->last_x, y - self->last_y) < DOUBLE_CLICK_DISTANCE;
}

static gboolean
press (AgSlider *self, GdkEvent *event)
{
  double x = 0, y = 0;

  gdk_event_get_position (event, &x, &y);
  if (is_double (self, event, x, y))
    {
      self->last_press = 0;
      self->swallow_release = TRUE;
      reset (self);
      return GDK_EVENT_STOP;
    }
  self->last_press = gdk_event_get_time (event);
  self->last_x = x;
  self->last_y = y;
  self->pressed = TRUE;
  g_signal_emit (self, signals[SIGNAL_DRAG_BEGUN], 0);
  return GDK_EVENT_PROPAGATE;
}

static gboolean
release (AgSlider *self)
{
  if (self->swallow_release)
    {
      self->swallow_release = FALSE;
      return GDK_EVENT_STOP;
    }
  if (self->pressed)
    {
      self->pressed = FALSE;
      g_signal_emit (self, signals[SIGNAL_DRAG_ENDED], 0);
    }
  return GDK_EVENT_PROPAGATE;
}

/* GtkRange has gestures of its own that claim the pointer; this only looks on. */
static gboolean
watch_event (GtkEventControllerLegacy *controller, GdkEvent *event, AgSlider *self)
{
  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_BUTTON_PRESS:
      if (gdk_button_event_get_button (event) == GDK_BUTTON_SECONDARY)
        {
          g_signal_emit (self, signals[SIGNAL_EDIT], 0, 0);
          return GDK_EVENT_STOP;
        }
      if (gdk_button_event_get_button (event) != GDK_BUTTON_PRIMARY)
        return GDK_EVENT_PROPAGATE;
      return press (self, event);
    case GDK_TOUCH_BEGIN:
      return press (self, event);
    case GDK_BUTTON_RELEASE:
      if (gdk_button_event_get_button (event) != GDK_BUTTON_PRIMARY)
        return GDK_EVENT_PROPAGATE;
      return release (self);
    case GDK_TOUCH_END:
    case GDK_TOUCH_CANCEL:
      return release (self);
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
move_by (AgSlider *self, double change)
{
  double value = gtk_range_get_value (GTK_RANGE (self)) + change;

  /* On the steps' own grid, so that as many back lead to where they began. */
  gtk_range_set_value (GTK_RANGE (self), round (value * 100) / 100);
}

/* The panel around it was scrolled. */
static void
panel_scrolled (AgSlider *self)
{
  self->panel_scrolled = g_get_monotonic_time ();
}

/* A wheel that scrolls the panel goes on doing so, whichever slider comes under the pointer. */
static gboolean
scroll_panel (AgSlider *self, double dy)
{
  double page, value;

  if (self->panel == NULL || g_get_monotonic_time () - self->panel_scrolled > SCROLL_PAUSE)
    return FALSE;
  /* As far as GtkScrolledWindow does. */
  page = gtk_adjustment_get_page_size (self->panel);
  value = gtk_adjustment_get_value (self->panel);
  gtk_adjustment_set_value (self->panel, value + dy * pow (page, 2.0 / 3));
  /* At its end, too. */
  panel_scrolled (self);
  return TRUE;
}

static void
forget_panel (AgSlider *self)
{
  if (self->panel != NULL)
    g_signal_handlers_disconnect_by_func (self->panel, panel_scrolled, self);
  g_clear_object (&self->panel);
}

static void
ag_slider_map (GtkWidget *widget)
{
  AgSlider *self = AG_SLIDER (widget);
  GtkWidget *scroller = gtk_widget_get_ancestor (widget, GTK_TYPE_SCROLLED_WINDOW);

  GTK_WIDGET_CLASS (ag_slider_parent_class)->map (widget);
  forget_panel (self);
  if (scroller == NULL)
    return;
  self->panel = g_object_ref (gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller)));
  g_signal_connect_swapped (self->panel, "value-changed", G_CALLBACK (panel_scrolled), self);
}

static void
ag_slider_unmap (GtkWidget *widget)
{
  forget_panel (AG_SLIDER (widget));
  GTK_WIDGET_CLASS (ag_slider_parent_class)->unmap (widget);
}

static void
ag_slider_dispose (GObject *object)
{
  forget_panel (AG_SLIDER (object));
  G_OBJECT_CLASS (ag_slider_parent_class)->dispose (object);
}

/* Shift turns the wheel sideways on some systems. */
static gboolean
scrolled (AgSlider *self, double dx, double dy, GtkEventController *controller)
{
  GdkModifierType state = gtk_event_controller_get_current_event_state (controller);
  double step = (state & GDK_SHIFT_MASK) != 0 ? FINE_STEP : STEP;
  double turned = fabs (dy) >= fabs (dx) ? -dy : dx;

  if (scroll_panel (self, dy))
    return GDK_EVENT_STOP;
  if ((state & GDK_SHIFT_MASK) != 0 && dy == 0)
    turned = -dx;
  move_by (self, step * turned);
  return GDK_EVENT_STOP;
}

static gboolean
key_pressed (AgSlider *self,
             guint keyval,
             guint keycode,
             GdkModifierType modifiers,
             GtkEventControllerKey *controller)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  double step = (modifiers & GDK_SHIFT_MASK) != 0 ? FINE_STEP : STEP;
  gunichar typed = gdk_keyval_to_unicode (keyval);

  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      move_by (self, rtl ? step : -step);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      move_by (self, rtl ? -step : step);
      return GDK_EVENT_STOP;
    case GDK_KEY_BackSpace:
    case GDK_KEY_Delete:
      reset (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_F2:
      g_signal_emit (self, signals[SIGNAL_EDIT], 0, 0);
      return GDK_EVENT_STOP;
    default:
      break;
    }
  if (!g_unichar_isdigit (typed) && typed != '.' && typed != ',' && typed != '-' && typed != '+')
    return GDK_EVENT_PROPAGATE;
  g_signal_emit (self, signals[SIGNAL_EDIT], 0, typed);
  return GDK_EVENT_STOP;
}

static void
ag_slider_class_init (AgSliderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ag_slider_dispose;
  GTK_WIDGET_CLASS (klass)->snapshot = ag_slider_snapshot;
  GTK_WIDGET_CLASS (klass)->map = ag_slider_map;
  GTK_WIDGET_CLASS (klass)->unmap = ag_slider_unmap;

  signals[SIGNAL_DRAG_BEGUN] =
    g_signal_new ("drag-begun", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  signals[SIGNAL_DRAG_ENDED] =
    g_signal_new ("drag-ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  signals[SIGNAL_EDIT] = g_signal_new ("edit", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                       NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[SIGNAL_RESET] = g_signal_new ("reset", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ag_slider_init (AgSlider *self)
{
  GtkEventController *controller = gtk_event_controller_legacy_new ();
  GtkEventController *wheel =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->limit = self->average = NAN;
  gtk_scale_set_has_origin (GTK_SCALE (self), FALSE);
  gtk_scale_set_draw_value (GTK_SCALE (self), FALSE);
  ag_steady_knob_add (GTK_RANGE (self));
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "event", G_CALLBACK (watch_event), self);
  gtk_widget_add_controller (GTK_WIDGET (self), controller);

  gtk_event_controller_set_propagation_phase (wheel, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (wheel, "scroll", G_CALLBACK (scrolled), self);
  gtk_widget_add_controller (GTK_WIDGET (self), wheel);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

void
ag_slider_set_neutral (AgSlider *self, double neutral)
{
  g_return_if_fail (AG_IS_SLIDER (self));

  self->neutral = neutral;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

double
ag_slider_get_neutral (AgSlider *self)
{
  g_return_val_if_fail (AG_IS_SLIDER (self), 0);
  return self->neutral;
}

void
ag_slider_set_limit (AgSlider *self, double limit)
{
  g_return_if_fail (AG_IS_SLIDER (self));

  if (limit == self->limit || (isnan (limit) && isnan (self->limit)))
    return;
  self->limit = limit;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_slider_set_average (AgSlider *self, double average)
{
  g_return_if_fail (AG_IS_SLIDER (self));

  self->average = average;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
