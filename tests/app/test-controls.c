/* test-controls.c: lists that drop down by keys, fingers on what is dragged, and knobs that move
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-pad.h"
#include "ag-canvas.h"
#include "ag-choice.h"
#include "ag-control-row.h"
#include "ag-eye-handle.h"
#include "ag-film-strip.h"
#include "ag-steady-knob.h"
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

/* Where @part of a range is, and where GTK itself places it when it is asked to. */
static void
assert_placed (GtkWidget *range, const char *css_name)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (range));
  GtkWidget *trough = find_part (range, "trough"), *part = find_part (trough, css_name);
  graphene_rect_t placed, by_gtk;

  g_assert_nonnull (part);
  g_assert_true (gtk_widget_compute_bounds (part, range, &placed));
  gtk_widget_queue_allocate (trough);
  gtk_test_widget_wait_for_draw (window);
  g_assert_true (gtk_widget_compute_bounds (part, range, &by_gtk));
  g_assert_true (graphene_rect_equal (&placed, &by_gtk));
}

/* A slider that moves has no part of the window laid out. */
static void
assert_moves (GtkWidget *child, GtkWidget *range, const char *part, GtkTextDirection direction)
{
  GtkWidget *window;
  guint n_layouts = 0, n_frames = 0;

  gtk_widget_set_direction (range, direction);
  window = present (child);
  g_signal_connect_swapped (gtk_native_get_surface (GTK_NATIVE (window)), "layout",
                            G_CALLBACK (count), &n_layouts);
  /* A window that is new is laid out for itself. */
  do
    {
      n_layouts = 0;
      gtk_range_set_value (GTK_RANGE (range), ++n_frames % 2 ? 1 : 1.5);
      gtk_test_widget_wait_for_draw (window);
    }
  while (n_layouts > 0 && n_frames < 20);
  for (double value = -1.5; value < 2.1; value += 0.35)
    {
      gtk_range_set_value (GTK_RANGE (range), value);
      gtk_test_widget_wait_for_draw (window);
      g_assert_cmpuint (n_layouts, ==, 0);
      assert_placed (range, part);
      g_assert_cmpuint (n_layouts, >, 0);
      n_layouts = 0;
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_steady_row (gconstpointer direction)
{
  GtkWidget *row = GTK_WIDGET (ag_control_row_new ("Smiling", -1.5, 2));

  assert_moves (row, ag_control_row_get_slider (AG_CONTROL_ROW (row)), "slider",
                GPOINTER_TO_INT (direction));
}

static void
test_steady_scale (gconstpointer direction)
{
  GtkWidget *scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, -1.5, 2, 0.1);

  ag_steady_knob_add (GTK_RANGE (scale));
  /* That of another one, too. */
  gtk_range_set_adjustment (GTK_RANGE (scale), gtk_adjustment_new (0, -1.5, 2, 0.1, 0.5, 0));
  assert_moves (scale, scale, "highlight", GPOINTER_TO_INT (direction));
}

void
test_controls_add (void)
{
  g_test_add_func ("/app/controls/choice-keys", test_choice_keys);
  g_test_add_func ("/app/controls/fingers", test_fingers);
  g_test_add_data_func ("/app/controls/steady-row", GINT_TO_POINTER (GTK_TEXT_DIR_LTR),
                        test_steady_row);
  g_test_add_data_func ("/app/controls/steady-row-rtl", GINT_TO_POINTER (GTK_TEXT_DIR_RTL),
                        test_steady_row);
  g_test_add_data_func ("/app/controls/steady-scale", GINT_TO_POINTER (GTK_TEXT_DIR_LTR),
                        test_steady_scale);
  g_test_add_data_func ("/app/controls/steady-scale-rtl", GINT_TO_POINTER (GTK_TEXT_DIR_RTL),
                        test_steady_scale);
}
