/* ag-steady-knob.c: a range whose knob moves without the window being laid out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-steady-knob.h"

static GtkWidget *
find_part (GtkWidget *whole, const char *css_name)
{
  GtkWidget *part = gtk_widget_get_first_child (whole);

  while (part != NULL && !g_str_equal (gtk_widget_get_css_name (part), css_name))
    part = gtk_widget_get_next_sibling (part);
  return part;
}

static gboolean
is_rtl (GtkRange *range)
{
  return gtk_widget_get_direction (GTK_WIDGET (range)) == GTK_TEXT_DIR_RTL;
}

/* The value's, of the way from the lower end to the upper one. */
static double
get_share (GtkRange *range)
{
  GtkAdjustment *adjustment = gtk_range_get_adjustment (range);
  double lower = gtk_adjustment_get_lower (adjustment);
  double upper = gtk_adjustment_get_upper (adjustment);

  return upper > lower ? (gtk_adjustment_get_value (adjustment) - lower) / (upper - lower) : 0;
}

/* To the pixel where GtkRange places it, and the part that is highlighted likewise. */
static void
place_knob (GtkRange *range, GtkWidget *trough, GtkWidget *knob)
{
  GtkAllocation place = { 0 };
  int room;

  gtk_widget_measure (knob, GTK_ORIENTATION_HORIZONTAL, -1, &place.width, NULL, NULL, NULL);
  gtk_widget_measure (knob, GTK_ORIENTATION_VERTICAL, place.width, &place.height, NULL, NULL, NULL);
  room = gtk_widget_get_width (trough) - place.width;
  place.x = (int) (room * get_share (range));
  if (is_rtl (range))
    place.x = room - place.x;
  place.y = (gtk_widget_get_height (trough) - place.height) / 2;
  gtk_widget_size_allocate (knob, &place, -1);
}

static void
place_highlight (GtkRange *range, GtkWidget *trough, GtkWidget *highlight)
{
  GtkAllocation place = { 0 };
  int width = gtk_widget_get_width (trough), least;

  gtk_widget_measure (highlight, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  place.width = MAX (least, (int) (width * get_share (range)));
  place.height = gtk_widget_get_height (trough);
  if (is_rtl (range))
    place.x = width - place.width;
  gtk_widget_size_allocate (highlight, &place, -1);
}

static void
place_parts (GtkRange *range)
{
  GtkWidget *trough = find_part (GTK_WIDGET (range), "trough");
  GtkWidget *knob = trough != NULL ? find_part (trough, "slider") : NULL;
  GtkWidget *highlight = trough != NULL ? find_part (trough, "highlight") : NULL;

  /* Before its first layout there is no room to place anything in. */
  if (knob == NULL || gtk_widget_get_width (trough) < 1)
    {
      gtk_widget_queue_allocate (trough != NULL ? trough : GTK_WIDGET (range));
      return;
    }
  place_knob (range, trough, knob);
  if (highlight != NULL)
    place_highlight (range, trough, highlight);
  gtk_widget_queue_draw (GTK_WIDGET (range));
}

/* What GtkRange does when the value has changed, but for its allocation. */
static void
value_changed (GtkAdjustment *adjustment, GtkRange *range)
{
  if (adjustment != gtk_range_get_adjustment (range))
    return;
  g_signal_emit_by_name (range, "value-changed");
  gtk_accessible_update_property (GTK_ACCESSIBLE (range), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                  gtk_adjustment_get_value (adjustment), -1);
  place_parts (range);
}

/* In the place of GtkRange's handler, which is the one that has the range for its data. Where GTK
 * does it otherwise one day, nothing is blocked, and all is as GTK does it. */
static void
adjustment_set (GtkRange *range)
{
  GtkAdjustment *adjustment = gtk_range_get_adjustment (range);
  guint signal = g_signal_lookup ("value-changed", GTK_TYPE_ADJUSTMENT);
  GSignalMatchType match = G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA;

  g_signal_handlers_disconnect_by_func (adjustment, value_changed, range);
  if (g_signal_handlers_block_matched (adjustment, match, signal, 0, NULL, NULL, range) > 0)
    g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (value_changed), range, 0);
}

/* GtkRange remembers where it has placed its knob itself, and drags it from there. */
static gboolean
watch_event (GtkEventController *controller, GdkEvent *event)
{
  GdkEventType type = gdk_event_get_event_type (event);
  GtkWidget *range = gtk_event_controller_get_widget (controller);
  GtkWidget *trough = find_part (range, "trough");

  if (trough == NULL || (type != GDK_BUTTON_PRESS && type != GDK_TOUCH_BEGIN))
    return GDK_EVENT_PROPAGATE;
  gtk_widget_queue_allocate (trough);
  GTK_WIDGET_GET_CLASS (range)->size_allocate (range, gtk_widget_get_width (range),
                                               gtk_widget_get_height (range), -1);
  return GDK_EVENT_PROPAGATE;
}

void
ag_steady_knob_add (GtkRange *range)
{
  GtkEventController *controller;

  g_return_if_fail (GTK_IS_RANGE (range));

  controller = gtk_event_controller_legacy_new ();
  g_signal_connect (range, "notify::adjustment", G_CALLBACK (adjustment_set), NULL);
  adjustment_set (range);
  gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
  g_signal_connect (controller, "event", G_CALLBACK (watch_event), NULL);
  gtk_widget_add_controller (GTK_WIDGET (range), controller);
}
