/* ag-chart-view.c: the curves of training runs, to be looked at closely
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-chart-view.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "ag-chart.h"

#define ZOOM_STEP 1.25
#define PAN_STEP  0.1

typedef struct
{
  char *name;
  GArray *reports;
} Run;

struct _AgChartView
{
  GtkWidget parent_instance;

  GPtrArray *runs;
  AgChart *chart;
  gboolean chart_is_dark;
  double smoothing;
  double x_min, x_max; /* NAN for all */
  double drag_min, drag_max;
  double pinch_min, pinch_max;
  double pointer;
};

G_DEFINE_FINAL_TYPE (AgChartView, ag_chart_view, GTK_TYPE_WIDGET)

static void
run_free (gpointer data)
{
  Run *run = data;

  g_array_unref (run->reports);
  g_free (run->name);
  g_free (run);
}

static void
changed (AgChartView *self)
{
  g_clear_pointer (&self->chart, ag_chart_free);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The chart for the ground there is. */
static AgChart *
get_chart (AgChartView *self)
{
  GdkRGBA color;
  gboolean is_dark;

  gtk_style_context_get_color (gtk_widget_get_style_context (GTK_WIDGET (self)), &color);
  is_dark = color.red + color.green + color.blue > 1.5f;
  if (self->chart != NULL && self->chart_is_dark != is_dark)
    g_clear_pointer (&self->chart, ag_chart_free);
  if (self->chart == NULL)
    {
      self->chart = ag_chart_new ();
      self->chart_is_dark = is_dark;
      for (guint i = 0; i < self->runs->len; i++)
        {
          Run *run = g_ptr_array_index (self->runs, i);

          ag_chart_add_run (self->chart, run->name, run->reports, i, is_dark);
        }
    }
  self->chart->foreground = (AgChartColour){ color.red, color.green, color.blue, color.alpha };
  self->chart->smoothing = self->smoothing;
  self->chart->x_min = self->x_min;
  self->chart->x_max = self->x_max;
  return self->chart;
}

static void
ag_chart_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AgChartView *self = AG_CHART_VIEW (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);

  ag_chart_draw (get_chart (self), cr, width, height);
  cairo_destroy (cr);
}

/* Zoom and move */

static void
get_range (AgChartView *self, double *min, double *max)
{
  if (!ag_chart_get_extent (get_chart (self), min, max))
    *min = *max = 0;
  *min = isfinite (self->x_min) ? self->x_min : fmin (*min, 0);
  *max = isfinite (self->x_max) ? self->x_max : *max;
}

/* Where the curves are nearest to @at, a line for each. */
static void
describe_curves (AgChart *chart, double at, GString *text)
{
  for (guint c = 0; c < chart->curves->len; c++)
    {
      const AgChartCurve *curve = g_ptr_array_index (chart->curves, c);
      guint nearest = 0;

      if (curve->n == 0)
        continue;
      for (guint i = 1; i < curve->n; i++)
        if (fabs (curve->x[i] - at) < fabs (curve->x[nearest] - at))
          nearest = i;
      if (text->len > 0)
        g_string_append_c (text, '\n');
      /* Translators: a curve's name, its value and the step it has it at. */
      g_string_append_printf (text, _ ("%s: %.4f bits/dim at step %.0f"),
                              curve->name ? curve->name : _ ("Held out"), curve->y[nearest],
                              curve->x[nearest]);
    }
}

/* For those who do not see it: the steps that are shown, and what the curves say at the last. */
static void
describe (AgChartView *self)
{
  g_autoptr (GString) text = g_string_new (NULL);
  double min, max;

  get_range (self, &min, &max);
  /* Translators: the first and the last step of training that a chart shows. */
  g_string_printf (text, _ ("From step %.0f to %.0f"), min, max);
  describe_curves (get_chart (self), max, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  text->str, -1);
}

static void
set_range (AgChartView *self, double min, double max)
{
  double first, last;

  if (!ag_chart_get_extent (get_chart (self), &first, &last))
    return;
  first = fmin (first, 0);
  if (max - min >= last - first)
    min = max = NAN;
  else if (max - min < 4)
    return;
  else if (min < first)
    {
      max += first - min;
      min = first;
    }
  else if (max > last)
    {
      min -= max - last;
      max = last;
    }
  self->x_min = min;
  self->x_max = max;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  describe (self);
}

static void
zoom (AgChartView *self, double factor, double around)
{
  double min, max;

  get_range (self, &min, &max);
  set_range (self, around - (around - min) / factor, around + (max - around) / factor);
}

static void
pan (AgChartView *self, double share)
{
  double min, max;

  get_range (self, &min, &max);
  set_range (self, min + share * (max - min), max + share * (max - min));
}

static gboolean
scrolled (AgChartView *self, double dx, double dy)
{
  double around =
    ag_chart_find_x (get_chart (self), self->pointer, gtk_widget_get_width (GTK_WIDGET (self)));

  /* What scrolls the page goes on to it unless Control is held or the chart is zoomed. */
  if (dx != 0)
    pan (self, PAN_STEP * dx);
  else if (isfinite (around))
    zoom (self, pow (ZOOM_STEP, -dy), around);
  return GDK_EVENT_STOP;
}

static gboolean
scroll (GtkEventControllerScroll *controller, double dx, double dy, AgChartView *self)
{
  GdkModifierType modifiers =
    gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (controller));

  if ((modifiers & GDK_CONTROL_MASK) == 0 && dx == 0)
    return GDK_EVENT_PROPAGATE;
  return scrolled (self, dx, dy);
}

static void
moved (AgChartView *self, double x, double y)
{
  self->pointer = x;
}

static void
drag_begin (AgChartView *self, double x, double y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  get_range (self, &self->drag_min, &self->drag_max);
}

static void
drag_update (AgChartView *self, double dx, double dy)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double by = -dx / fmax (width, 1) * (self->drag_max - self->drag_min);

  if (isfinite (self->x_min))
    set_range (self, self->drag_min + by, self->drag_max + by);
}

static void
pressed (AgChartView *self, int n_press)
{
  if (n_press == 2)
    ag_chart_view_zoom_out (self);
}

static void
pinch_begin (AgChartView *self)
{
  get_range (self, &self->pinch_min, &self->pinch_max);
}

static void
pinch (AgChartView *self, double scale)
{
  double middle = (self->pinch_min + self->pinch_max) / 2;
  double half = (self->pinch_max - self->pinch_min) / 2 / scale;

  set_range (self, middle - half, middle + half);
}

static gboolean
key_pressed (AgChartView *self, guint keyval, guint keycode, GdkModifierType state)
{
  double min, max;

  get_range (self, &min, &max);
  switch (keyval)
    {
    case GDK_KEY_plus:
    case GDK_KEY_equal:
    case GDK_KEY_KP_Add:
      zoom (self, ZOOM_STEP, (min + max) / 2);
      return GDK_EVENT_STOP;
    case GDK_KEY_minus:
    case GDK_KEY_KP_Subtract:
      zoom (self, 1 / ZOOM_STEP, (min + max) / 2);
      return GDK_EVENT_STOP;
    case GDK_KEY_Left:
      pan (self, -PAN_STEP);
      return GDK_EVENT_STOP;
    case GDK_KEY_Right:
      pan (self, PAN_STEP);
      return GDK_EVENT_STOP;
    case GDK_KEY_0:
    case GDK_KEY_KP_0:
      ag_chart_view_zoom_out (self);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

/* What the curves say where the pointer is. */
static gboolean
query_tooltip (AgChartView *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  AgChart *chart = get_chart (self);
  double at = ag_chart_find_x (chart, x, gtk_widget_get_width (GTK_WIDGET (self)));
  g_autoptr (GString) text = g_string_new (NULL);

  if (keyboard || !isfinite (at))
    return FALSE;
  describe_curves (chart, at, text);
  if (text->len == 0)
    return FALSE;
  gtk_tooltip_set_text (tooltip, text->str);
  return TRUE;
}

static void
ag_chart_view_finalize (GObject *object)
{
  AgChartView *self = AG_CHART_VIEW (object);

  g_clear_pointer (&self->chart, ag_chart_free);
  g_clear_pointer (&self->runs, g_ptr_array_unref);
  G_OBJECT_CLASS (ag_chart_view_parent_class)->finalize (object);
}

/* For those who have neither keys nor a pointer. */
static void
look_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgChartView *self = AG_CHART_VIEW (widget);
  double min, max;

  get_range (self, &min, &max);
  if (g_str_equal (name, "chart.closer"))
    zoom (self, ZOOM_STEP, (min + max) / 2);
  else if (g_str_equal (name, "chart.farther"))
    zoom (self, 1 / ZOOM_STEP, (min + max) / 2);
  else
    pan (self, g_str_equal (name, "chart.earlier") ? -PAN_STEP : PAN_STEP);
}

static void
ag_chart_view_class_init (AgChartViewClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ag_chart_view_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = ag_chart_view_snapshot;
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "chart");
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "chart.closer", NULL, look_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "chart.farther", NULL, look_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "chart.earlier", NULL, look_action);
  gtk_widget_class_install_action (GTK_WIDGET_CLASS (klass), "chart.later", NULL, look_action);
}

static void
add_controllers (AgChartView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GtkEventController *controller =
    gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_BOTH_AXES);

  g_signal_connect (controller, "scroll", G_CALLBACK (scroll), self);
  gtk_widget_add_controller (widget, controller);
  controller = gtk_event_controller_motion_new ();
  g_signal_connect_swapped (controller, "motion", G_CALLBACK (moved), self);
  gtk_widget_add_controller (widget, controller);
  controller = GTK_EVENT_CONTROLLER (gtk_gesture_drag_new ());
  g_signal_connect_swapped (controller, "drag-begin", G_CALLBACK (drag_begin), self);
  g_signal_connect_swapped (controller, "drag-update", G_CALLBACK (drag_update), self);
  gtk_widget_add_controller (widget, controller);
  controller = GTK_EVENT_CONTROLLER (gtk_gesture_click_new ());
  g_signal_connect_swapped (controller, "pressed", G_CALLBACK (pressed), self);
  gtk_widget_add_controller (widget, controller);
  controller = GTK_EVENT_CONTROLLER (gtk_gesture_zoom_new ());
  g_signal_connect_swapped (controller, "begin", G_CALLBACK (pinch_begin), self);
  g_signal_connect_swapped (controller, "scale-changed", G_CALLBACK (pinch), self);
  gtk_widget_add_controller (widget, controller);
  controller = gtk_event_controller_key_new ();
  g_signal_connect_swapped (controller, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (widget, controller);
}

static void
ag_chart_view_init (AgChartView *self)
{
  self->runs = g_ptr_array_new_with_free_func (run_free);
  self->x_min = self->x_max = NAN;
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (query_tooltip), NULL);
  add_controllers (self);
}

void
ag_chart_view_clear (AgChartView *self)
{
  g_ptr_array_set_size (self->runs, 0);
  changed (self);
}

void
ag_chart_view_add_run (AgChartView *self, const char *name, GArray *reports)
{
  Run *run = g_new0 (Run, 1);

  run->name = g_strdup (name);
  run->reports = g_array_copy (reports);
  g_ptr_array_add (self->runs, run);
  changed (self);
  describe (self);
}

void
ag_chart_view_set_smoothing (AgChartView *self, double smoothing)
{
  self->smoothing = smoothing;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_chart_view_zoom_out (AgChartView *self)
{
  self->x_min = self->x_max = NAN;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  describe (self);
}

gboolean
ag_chart_view_get_zoom (AgChartView *self, double *min, double *max)
{
  get_range (self, min, max);
  return isfinite (self->x_min);
}

void
ag_chart_view_show_latest (AgChartView *self, double share)
{
  double min, max, first, last;

  get_range (self, &min, &max);
  if (ag_chart_get_extent (get_chart (self), &first, &last))
    set_range (self, last - share * (max - min), last);
}
