/* ag-control-row.c: a name, a number and a slider
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-control-row.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-slider.h"

/* A twentieth for an arrow key, four times that for Page Up and Down. */
#define STEP 0.05
#define PAGE 0.2

struct _AgControlRow
{
  GtkBox parent_instance;

  GtkLabel *title;
  GtkLabel *number;
  GtkLabel *limit;
  AgSlider *slider;

  gboolean setting;
  gboolean signed_number;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_DRAG_BEGUN,
  SIGNAL_DRAG_ENDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgControlRow, ag_control_row, GTK_TYPE_BOX)

/* As people write it: with a true minus, and no sign on what shows as zero. */
static char *
format_number (double value, gboolean with_sign)
{
  if (fabs (value) < 0.005)
    return g_strdup_printf ("%.2f", 0.0);
  if (value < 0)
    return g_strdup_printf ("\u2212%.2f", -value);
  return g_strdup_printf (with_sign ? "+%.2f" : "%.2f", value);
}

static void
show_number (AgControlRow *self)
{
  double value = gtk_range_get_value (GTK_RANGE (self->slider));
  g_autofree char *text = format_number (value, self->signed_number);

  gtk_label_set_text (self->number, text);
  if (fabs (value - ag_slider_get_neutral (self->slider)) < 1e-9)
    gtk_widget_add_css_class (GTK_WIDGET (self->number), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->number), "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text, -1);
}

/* The middle is easier to hit than its neighbours: within a fiftieth of the range it catches. */
static gboolean
change_value (AgControlRow *self, GtkScrollType scroll, double value, GtkRange *range)
{
  GtkAdjustment *adjustment = gtk_range_get_adjustment (range);
  double span = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_lower (adjustment);
  double neutral = ag_slider_get_neutral (self->slider);

  if (scroll != GTK_SCROLL_JUMP || fabs (value - neutral) > span / 100)
    return FALSE;
  gtk_range_set_value (range, neutral);
  return TRUE;
}

static void
value_changed (AgControlRow *self)
{
  show_number (self);
  gtk_widget_queue_draw (GTK_WIDGET (self->slider));
  if (!self->setting)
    g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
drag_begun (AgControlRow *self)
{
  g_signal_emit (self, signals[SIGNAL_DRAG_BEGUN], 0);
}

static void
drag_ended (AgControlRow *self)
{
  g_signal_emit (self, signals[SIGNAL_DRAG_ENDED], 0);
}

static void
ag_control_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), AG_TYPE_CONTROL_ROW);
  G_OBJECT_CLASS (ag_control_row_parent_class)->dispose (object);
}

static void
ag_control_row_class_init (AgControlRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_control_row_dispose;

  g_type_ensure (AG_TYPE_SLIDER);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/control-row.ui");
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, title);
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, number);
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, limit);
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, slider);
  gtk_widget_class_bind_template_callback (widget_class, change_value);
  gtk_widget_class_bind_template_callback (widget_class, value_changed);
  gtk_widget_class_bind_template_callback (widget_class, drag_begun);
  gtk_widget_class_bind_template_callback (widget_class, drag_ended);

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_DRAG_BEGUN] =
    g_signal_new ("drag-begun", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  signals[SIGNAL_DRAG_ENDED] =
    g_signal_new ("drag-ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
ag_control_row_init (AgControlRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

AgControlRow *
ag_control_row_new (const char *title, double lower, double upper)
{
  AgControlRow *self = g_object_new (AG_TYPE_CONTROL_ROW, NULL);

  self->setting = TRUE;
  gtk_label_set_text (self->title, title);
  gtk_range_set_range (GTK_RANGE (self->slider), lower, upper);
  gtk_range_set_increments (GTK_RANGE (self->slider), STEP, PAGE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  show_number (self);
  self->setting = FALSE;
  return self;
}

void
ag_control_row_set_value (AgControlRow *self, double value)
{
  g_return_if_fail (AG_IS_CONTROL_ROW (self));

  self->setting = TRUE;
  gtk_range_set_value (GTK_RANGE (self->slider), value);
  show_number (self);
  self->setting = FALSE;
}

double
ag_control_row_get_value (AgControlRow *self)
{
  g_return_val_if_fail (AG_IS_CONTROL_ROW (self), 0);
  return gtk_range_get_value (GTK_RANGE (self->slider));
}

void
ag_control_row_set_neutral (AgControlRow *self, double neutral, gboolean signed_number)
{
  g_return_if_fail (AG_IS_CONTROL_ROW (self));

  self->signed_number = signed_number;
  ag_slider_set_neutral (self->slider, neutral);
  show_number (self);
}

void
ag_control_row_set_limit (AgControlRow *self, double limit)
{
  g_autofree char *number = NULL;
  g_autofree char *text = NULL;

  g_return_if_fail (AG_IS_CONTROL_ROW (self));

  ag_slider_set_limit (self->slider, limit);
  gtk_widget_set_visible (GTK_WIDGET (self->limit), !isnan (limit));
  if (isnan (limit))
    return;
  number = format_number (limit, self->signed_number);
  /* Translators: %s is a slider's position, like +1.25 */
  text = g_strdup_printf (_ ("The model draws this face up to %s"), number);
  gtk_label_set_text (self->limit, text);
}

GtkWidget *
ag_control_row_get_slider (AgControlRow *self)
{
  g_return_val_if_fail (AG_IS_CONTROL_ROW (self), NULL);
  return GTK_WIDGET (self->slider);
}
