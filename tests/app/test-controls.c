/* test-controls.c: lists that drop down by keys, fingers on what is dragged, and sliders' knobs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-pad.h"
#include "ag-canvas.h"
#include "ag-choice.h"
#include "ag-control-row.h"
#include "ag-eye-handle.h"
#include "ag-film-strip.h"
#include "ag-view-layout.h"
#include "test-app.h"

static GtkWidget *
present (GtkWidget *child)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_child (GTK_WINDOW (window), child);
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 300);
  gtk_window_present (GTK_WINDOW (window));
  gtk_test_widget_wait_for_draw (window);
  return window;
}

static gboolean
is_mapped (gpointer widget)
{
  return gtk_widget_get_mapped (widget);
}

static gboolean
is_unmapped (gpointer widget)
{
  return !gtk_widget_get_mapped (widget);
}

/* The text of the row that has the focus, or NULL. */
static const char *
get_focused_row (GtkWidget *window)
{
  GtkWidget *row = gtk_root_get_focus (GTK_ROOT (window));
  GtkWidget *label = row != NULL ? test_find (row, GTK_TYPE_LABEL) : NULL;

  return label != NULL ? gtk_label_get_text (GTK_LABEL (label)) : NULL;
}

/* The keys begin at the row that is chosen, each time the list drops down, whatever was marked when
 * it was left the last time. */
static void
test_choice_keys (void)
{
  static const char *const texts[] = { "one", "two", "three", NULL };
  GtkWidget *list = gtk_drop_down_new_from_strings (texts);
  GtkWidget *window = present (list);
  GtkWidget *button = gtk_widget_get_first_child (list);
  GtkWidget *popover = test_find (list, GTK_TYPE_POPOVER);
  GtkWidget *rows = test_find (popover, GTK_TYPE_LIST_VIEW);

  ag_choice_mend (list);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (list), 2);
  for (guint time = 0; time < 3; time++)
    {
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
      g_assert_true (test_wait_until (is_mapped, popover));
      g_assert_cmpstr (get_focused_row (window), ==, "three");
      (void) gtk_widget_activate_action (rows, "list.select-item", "(ubb)", time % 2, FALSE, FALSE);
      gtk_popover_popdown (GTK_POPOVER (popover));
      g_assert_true (test_wait_until (is_unmapped, popover));
      g_assert_cmpuint (gtk_drop_down_get_selected (GTK_DROP_DOWN (list)), ==, 2);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A finger counts as the primary button: a gesture of another button, or of none but the pointer's,
 * does not see it. */
static gboolean
sees_fingers (GtkEventController *controller)
{
  guint button = gtk_gesture_single_get_button (GTK_GESTURE_SINGLE (controller));

  return (button == 0 || button == GDK_BUTTON_PRIMARY) &&
         gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_NONE;
}

static guint
count_for_fingers (GtkWidget *widget, GType gesture)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (G_TYPE_CHECK_INSTANCE_TYPE (controller, gesture) &&
          (!GTK_IS_GESTURE_SINGLE (controller) || sees_fingers (controller)))
        n++;
    }
  return n;
}

/* What is dragged with the pointer is dragged with a finger, and the photo is pinched with two. The
 * sliders are GtkRange's, and look on at touches themselves. */
static void
test_fingers (void)
{
  const GType dragged[] = { AG_TYPE_CANVAS, AG_TYPE_EYE_HANDLE, AG_TYPE_BLEND_PAD,
                            AG_TYPE_FILM_STRIP, AG_TYPE_VIEW_LAYOUT };

  for (gsize i = 0; i < G_N_ELEMENTS (dragged); i++)
    {
      GtkWidget *widget = g_object_ref_sink (g_object_new (dragged[i], NULL));

      g_test_message ("%s", g_type_name (dragged[i]));
      g_assert_cmpuint (count_for_fingers (widget, GTK_TYPE_GESTURE_DRAG), ==, 1);
      if (AG_IS_CANVAS (widget))
        g_assert_cmpuint (count_for_fingers (widget, GTK_TYPE_GESTURE_ZOOM), ==, 1);
      g_object_unref (widget);
    }
}

static void
count (guint *number)
{
  (*number)++;
}

static GtkWidget *
find_part (GtkWidget *whole, const char *css_name)
{
  GtkWidget *part = gtk_widget_get_first_child (whole);

  while (part != NULL && !g_str_equal (gtk_widget_get_css_name (part), css_name))
    part = gtk_widget_get_next_sibling (part);
  return part;
}

/* A slider that moves has no part of the window laid out, and its knob is where GTK itself places
 * it when it is asked to. */
static void
assert_moves (GtkTextDirection direction)
{
  GtkWidget *row = GTK_WIDGET (ag_control_row_new ("Smiling", -1.5, 2));
  GtkWidget *slider = ag_control_row_get_slider (AG_CONTROL_ROW (row));
  GtkWidget *trough = find_part (slider, "trough"), *knob, *window;
  guint n_layouts = 0;

  g_assert_nonnull (trough);
  knob = find_part (trough, "slider");
  g_assert_nonnull (knob);
  gtk_widget_set_direction (slider, direction);
  window = present (row);
  /* The number of a slider that is not moved has another style. */
  gtk_range_set_value (GTK_RANGE (slider), 1);
  gtk_test_widget_wait_for_draw (window);
  g_signal_connect_swapped (gtk_native_get_surface (GTK_NATIVE (window)), "layout",
                            G_CALLBACK (count), &n_layouts);
  for (double value = -1.5; value < 2.1; value += 0.35)
    {
      graphene_rect_t placed, by_gtk;

      gtk_range_set_value (GTK_RANGE (slider), value);
      g_assert_true (gtk_widget_compute_bounds (knob, slider, &placed));
      gtk_test_widget_wait_for_draw (window);
      g_assert_cmpuint (n_layouts, ==, 0);

      gtk_widget_queue_allocate (trough);
      gtk_test_widget_wait_for_draw (window);
      g_assert_cmpuint (n_layouts, >, 0);
      n_layouts = 0;
      g_assert_true (gtk_widget_compute_bounds (knob, slider, &by_gtk));
      g_assert_true (graphene_rect_equal (&placed, &by_gtk));
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_slider_moves (void)
{
  assert_moves (GTK_TEXT_DIR_LTR);
  assert_moves (GTK_TEXT_DIR_RTL);
}

void
test_controls_add (void)
{
  g_test_add_func ("/app/controls/choice-keys", test_choice_keys);
  g_test_add_func ("/app/controls/fingers", test_fingers);
  g_test_add_func ("/app/controls/slider-moves", test_slider_moves);
}
