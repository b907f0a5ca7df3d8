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

/* A face further from the average than that has its mark no further out. */
#define MAX_PROJECTION 1.5

struct _AgControlRow
{
  GtkBox parent_instance;

  GtkLabel *title;
  GtkStack *numbers;
  GtkInscription *number; /* which keeps its size, whatever it says */
  GtkEntry *entry;
  GtkLabel *limit;
  GtkToggleButton *lock;
  AgSlider *slider;

  double base_lower, base_upper, soft_lower, soft_upper, hard_lower, hard_upper;
  gboolean setting;
  gboolean signed_number;
};

enum
{
  SIGNAL_CHANGED,
  SIGNAL_DRAG_BEGUN,
  SIGNAL_DRAG_ENDED,
  SIGNAL_LOCK_TOGGLED,
  SIGNAL_HOVERED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgControlRow, ag_control_row, GTK_TYPE_BOX)

/* Numbers. */

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

/* And as they type it: any minus, a point or a comma. */
static gboolean
parse_number (const char *text, double *value)
{
  g_autoptr (GString) plain = g_string_new (text);
  char *end;

  (void) g_string_replace (plain, "\u2212", "-", 0);
  (void) g_string_replace (plain, ",", ".", 0);
  g_strstrip (plain->str);
  *value = g_ascii_strtod (plain->str, &end);
  return *plain->str != '\0' && *end == '\0' && isfinite (*value);
}

static void
show_number (AgControlRow *self)
{
  double value = gtk_range_get_value (GTK_RANGE (self->slider));
  g_autofree char *text = format_number (value, self->signed_number);

  gtk_inscription_set_text (self->number, text);
  if (fabs (value - ag_slider_get_neutral (self->slider)) < 1e-9)
    gtk_widget_add_css_class (GTK_WIDGET (self->number), "dim-label");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->number), "dim-label");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT,
                                  text, -1);
}

/* The soft limits, and as much more as the value needs. */
static void
set_range (AgControlRow *self, double value)
{
  gtk_range_set_range (GTK_RANGE (self->slider), MIN (self->soft_lower, value),
                       MAX (self->soft_upper, value));
}

/* Typing one. */

static void
stop_typing (AgControlRow *self)
{
  gboolean had_focus =
    gtk_widget_has_focus (GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (self->entry))));

  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->numbers), "entry") != 0)
    return;
  gtk_stack_set_visible_child_name (self->numbers, "number");
  gtk_widget_remove_css_class (GTK_WIDGET (self->entry), "error");
  if (had_focus)
    gtk_widget_grab_focus (GTK_WIDGET (self->slider));
}

static void
edit (AgControlRow *self, guint character)
{
  char text[7] = "";

  if (character != 0)
    text[g_unichar_to_utf8 (character, text)] = '\0';
  gtk_editable_set_text (GTK_EDITABLE (self->entry),
                         character != 0 ? text : gtk_inscription_get_text (self->number));
  gtk_stack_set_visible_child_name (self->numbers, "entry");
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), character != 0 ? -1 : 0, -1);
}

static void
number_clicked (AgControlRow *self)
{
  edit (self, 0);
}

static void
entry_activated (AgControlRow *self)
{
  double value;

  if (!parse_number (gtk_editable_get_text (GTK_EDITABLE (self->entry)), &value))
    {
      gtk_widget_add_css_class (GTK_WIDGET (self->entry), "error");
      gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
      gtk_widget_error_bell (GTK_WIDGET (self->entry));
      return;
    }
  value = CLAMP (value, self->hard_lower, self->hard_upper);
  set_range (self, value);
  gtk_range_set_value (GTK_RANGE (self->slider), value);
  stop_typing (self);
}

static gboolean
entry_key_pressed (AgControlRow *self, guint keyval)
{
  if (keyval != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  stop_typing (self);
  return GDK_EVENT_STOP;
}

static void
entry_left (AgControlRow *self)
{
  stop_typing (self);
}

/* The slider. */

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
  /* What was typed beyond the soft limits and taken back is no longer reached by dragging. */
  set_range (self, gtk_range_get_value (GTK_RANGE (self->slider)));
  g_signal_emit (self, signals[SIGNAL_DRAG_ENDED], 0);
}

/* Not with each move of the slider: a tooltip that is set asks the X server four questions. */
static void
show_lock (AgControlRow *self)
{
  gboolean locked = gtk_toggle_button_get_active (self->lock);

  gtk_button_set_icon_name (GTK_BUTTON (self->lock),
                            locked ? "ag-locked-symbolic" : "ag-unlocked-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->lock),
                               locked ? _ ("Let Other Sliders Change This")
                                      : _ ("Keep Other Sliders From Changing This"));
}

static void
lock_toggled (AgControlRow *self)
{
  show_lock (self);
  if (!self->setting)
    g_signal_emit (self, signals[SIGNAL_LOCK_TOGGLED], 0);
}

static void
entered (AgControlRow *self)
{
  g_signal_emit (self, signals[SIGNAL_HOVERED], 0, TRUE);
}

static void
left (AgControlRow *self)
{
  g_signal_emit (self, signals[SIGNAL_HOVERED], 0, FALSE);
}

/* The object. */

static void
ag_control_row_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), AG_TYPE_CONTROL_ROW);
  G_OBJECT_CLASS (ag_control_row_parent_class)->dispose (object);
}

static void
install_signals (GType type)
{
  static const char *const plain[] = {
    [SIGNAL_CHANGED] = "changed",
    [SIGNAL_DRAG_BEGUN] = "drag-begun",
    [SIGNAL_DRAG_ENDED] = "drag-ended",
    [SIGNAL_LOCK_TOGGLED] = "lock-toggled",
  };

  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    signals[i] =
      g_signal_new (plain[i], type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_HOVERED] = g_signal_new ("hovered", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
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
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, numbers);
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, number);
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, entry);
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, limit);
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, lock);
  gtk_widget_class_bind_template_child (widget_class, AgControlRow, slider);
  gtk_widget_class_bind_template_callback (widget_class, number_clicked);
  gtk_widget_class_bind_template_callback (widget_class, edit);
  gtk_widget_class_bind_template_callback (widget_class, entry_activated);
  gtk_widget_class_bind_template_callback (widget_class, entry_key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, entry_left);
  gtk_widget_class_bind_template_callback (widget_class, lock_toggled);
  gtk_widget_class_bind_template_callback (widget_class, change_value);
  gtk_widget_class_bind_template_callback (widget_class, value_changed);
  gtk_widget_class_bind_template_callback (widget_class, drag_begun);
  gtk_widget_class_bind_template_callback (widget_class, drag_ended);
  install_signals (G_TYPE_FROM_CLASS (klass));
}

static void
ag_control_row_init (AgControlRow *self)
{
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (motion, "enter", G_CALLBACK (entered), self);
  g_signal_connect_swapped (motion, "leave", G_CALLBACK (left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (entered), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

AgControlRow *
ag_control_row_new (const char *title, double lower, double upper)
{
  AgControlRow *self = g_object_new (AG_TYPE_CONTROL_ROW, NULL);
  /* Translators: %s is a slider's name, like Smiling */
  g_autofree char *lock_label = g_strdup_printf (_ ("Lock %s"), title);

  self->setting = TRUE;
  self->base_lower = self->soft_lower = self->hard_lower = lower;
  self->base_upper = self->soft_upper = self->hard_upper = upper;
  gtk_label_set_text (self->title, title);
  gtk_range_set_range (GTK_RANGE (self->slider), lower, upper);
  gtk_range_set_increments (GTK_RANGE (self->slider), STEP, PAGE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->slider), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->lock), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  lock_label, -1);
  show_number (self);
  show_lock (self);
  self->setting = FALSE;
  return self;
}

void
ag_control_row_set_hard_limits (AgControlRow *self, double least, double most)
{
  g_return_if_fail (AG_IS_CONTROL_ROW (self));

  self->hard_lower = least;
  self->hard_upper = most;
}

const char *
ag_control_row_get_title (AgControlRow *self)
{
  g_return_val_if_fail (AG_IS_CONTROL_ROW (self), NULL);
  return gtk_label_get_text (self->title);
}

void
ag_control_row_set_value (AgControlRow *self, double value)
{
  g_return_if_fail (AG_IS_CONTROL_ROW (self));

  self->setting = TRUE;
  set_range (self, value);
  gtk_range_set_value (GTK_RANGE (self->slider), value);
  show_number (self);
  self->setting = FALSE;
}

void
ag_control_row_narrow (AgControlRow *self, double lower, double upper)
{
  g_return_if_fail (AG_IS_CONTROL_ROW (self));
  g_return_if_fail (lower < upper);

  self->soft_lower = MAX (self->soft_lower, lower);
  self->soft_upper = MIN (self->soft_upper, upper);
  self->setting = TRUE;
  set_range (self, gtk_range_get_value (GTK_RANGE (self->slider)));
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
ag_control_row_set_projection (AgControlRow *self, double projection)
{
  double way = 0;

  g_return_if_fail (AG_IS_CONTROL_ROW (self));

  if (!isnan (projection))
    way = -CLAMP (projection, -MAX_PROJECTION, MAX_PROJECTION);
  self->soft_lower = self->base_lower + MIN (0, way);
  self->soft_upper = self->base_upper + MAX (0, way);
  ag_slider_set_average (self->slider,
                         isnan (projection) ? NAN : ag_slider_get_neutral (self->slider) + way);
  self->setting = TRUE;
  set_range (self, gtk_range_get_value (GTK_RANGE (self->slider)));
  self->setting = FALSE;
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

void
ag_control_row_set_lock (AgControlRow *self, gboolean has_lock, gboolean locked)
{
  g_return_if_fail (AG_IS_CONTROL_ROW (self));

  self->setting = TRUE;
  gtk_widget_set_visible (GTK_WIDGET (self->lock), has_lock);
  gtk_toggle_button_set_active (self->lock, locked);
  self->setting = FALSE;
}

gboolean
ag_control_row_get_locked (AgControlRow *self)
{
  g_return_val_if_fail (AG_IS_CONTROL_ROW (self), FALSE);
  return gtk_toggle_button_get_active (self->lock);
}

GtkWidget *
ag_control_row_get_slider (AgControlRow *self)
{
  g_return_val_if_fail (AG_IS_CONTROL_ROW (self), NULL);
  return GTK_WIDGET (self->slider);
}
