/* test-toasts.c: that messages cover no control of a view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-view-layout.h"
#include "test-app.h"
#include "tiny-model.h"

/* Without animations a toast is where it stays once the window is laid out; that may still change
 * in the frame after, as a picture of another size or a folded panel comes. */
#define STILL_FRAMES 3

/* Longer than any animation of a view. */
#define MOVING_MS 600

static GtkWidget *
find_toast (GtkWidget *parent)
{
  GtkWidget *child, *found;

  if (g_strcmp0 (gtk_widget_get_css_name (parent), "toast") == 0)
    return parent;
  for (child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if ((found = find_toast (child)) != NULL)
      return found;
  return NULL;
}

static gboolean
is_control (GtkWidget *widget)
{
  return GTK_IS_BUTTON (widget) || GTK_IS_RANGE (widget) || GTK_IS_EDITABLE (widget) ||
         GTK_IS_SWITCH (widget) || GTK_IS_EXPANDER (widget) || GTK_IS_LIST_BOX_ROW (widget) ||
         (GTK_IS_FLOW_BOX_CHILD (widget) && gtk_widget_get_focusable (widget));
}

/* Whether a control that can be used is seen under @bounds, which are those of @toast, in what is
 * seen of @parent; @toast itself is not looked into. */
static gboolean
covers_control (GtkWidget *parent, GtkWidget *toast, const graphene_rect_t *bounds, TestWindow *t)
{
  GtkWidget *child;
  graphene_rect_t own, seen;

  for (child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (child == toast || !gtk_widget_get_mapped (child) || !gtk_widget_get_can_target (child) ||
          !gtk_widget_compute_bounds (child, GTK_WIDGET (t->window), &own))
        continue;
      seen = *bounds;
      if ((gtk_widget_get_overflow (child) == GTK_OVERFLOW_HIDDEN || is_control (child)) &&
          !graphene_rect_intersection (&own, bounds, &seen))
        continue;
      if (is_control (child) || covers_control (child, toast, &seen, t))
        return TRUE;
    }
  return FALSE;
}

/* Where the toast was seen last, and in how many frames. */
typedef struct
{
  TestWindow *window;
  GtkWidget *toast;
  graphene_rect_t bounds;
  int frames;
} Watch;

static void
draw (GtkWidget *window)
{
  gtk_widget_queue_draw (window);
  gtk_test_widget_wait_for_draw (window);
}

static gboolean
toast_stands_still (gpointer data)
{
  Watch *watch = data;
  GtkWidget *window = GTK_WIDGET (watch->window->window);
  graphene_rect_t bounds;

  draw (window);
  watch->toast = find_toast (window);
  if (watch->toast == NULL || !gtk_widget_compute_bounds (watch->toast, window, &bounds))
    return FALSE;
  watch->frames = graphene_rect_equal (&bounds, &watch->bounds) ? watch->frames + 1 : 0;
  watch->bounds = bounds;
  return watch->frames >= STILL_FRAMES;
}

/* Waits until a toast is there, looks whether it covers what it must not, and closes it; none that
 * waited for that may follow. */
static void
check_toast (TestWindow *t)
{
  Watch watch = { .window = t };
  GtkWidget *window = GTK_WIDGET (t->window);

  g_assert_true (test_wait_until (toast_stands_still, &watch));
  g_assert_cmpfloat (watch.bounds.origin.x, >=, 0);
  g_assert_cmpfloat (watch.bounds.origin.x + watch.bounds.size.width, <=,
                     gtk_widget_get_width (window));
  g_assert_false (covers_control (window, watch.toast, &watch.bounds, t));
  g_signal_emit_by_name (gtk_widget_get_last_child (watch.toast), "clicked");
  g_assert_null (find_toast (window));
}

static void
set_animated (gboolean animated)
{
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", animated, NULL);
}

/* The style has a part in it: without it what is seen is of other sizes. */
static GtkCssProvider *
add_style (TestWindow *t)
{
  GtkCssProvider *style = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (style, "/io/github/afterglow/Afterglow/style.css");
  gtk_style_context_add_provider_for_display (gtk_widget_get_display (GTK_WIDGET (t->window)),
                                              GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  return style;
}

static void
remove_style (TestWindow *t, GtkCssProvider *style)
{
  gtk_style_context_remove_provider_for_display (gtk_widget_get_display (GTK_WIDGET (t->window)),
                                                 GTK_STYLE_PROVIDER (style));
  g_object_unref (style);
  set_animated (TRUE);
}

static const int widths[] = { 1600, 900, 400 };

static gboolean
wake (gpointer woken)
{
  *(gboolean *) woken = TRUE;
  return G_SOURCE_REMOVE;
}

/* What the views do then is animated: libadwaita's bar of views warns of its own size when it comes
 * at once. Toasts are not. The setting must not change while something moves, which crashes it. */
static void
set_width (TestWindow *t, int width)
{
  gboolean woken = FALSE;

  set_animated (TRUE);
  gtk_window_set_default_size (GTK_WINDOW (t->window), width, 700);
  g_timeout_add (MOVING_MS, wake, &woken);
  while (!woken)
    g_main_context_iteration (NULL, TRUE);
  set_animated (FALSE);
}

/* Neither of the bar below the photo nor of what lies on its lower edge: the hint, the brush. */
static void
test_edit (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) photo = tiny_photo_save (t->folder, "holiday.png", 160, 120, 4);
  GtkCssProvider *style = add_style (t);

  ag_window_open_file (t->window, photo);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (widths); i++)
    {
      set_width (t, widths[i / 2]);
      test_window_settle (t);
      ag_edit_page_set_adjusting (t->page, i % 2 == 0);
      ag_edit_page_set_brushing (t->page, i % 2 == 1);
      ag_edit_session_set_value (t->session, TINY_SMILING, 1);
      test_window_settle (t);
      g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->window), "win.reset", NULL));
      check_toast (t);
    }
  remove_style (t, style);
}

static void
show_view (TestWindow *t, const char *name)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->window), "win.view", "s", name));
}

static gboolean
has_no_face (gpointer data)
{
  TestWindow *t = data;

  return g_list_model_get_n_items (ag_edit_session_get_faces (t->session)) == 0;
}

/* With the panel and without it; a long message as well as a short one. */
static void
check_page (TestWindow *t, GtkWidget *page)
{
  AgViewLayout *layout = ag_view_layout_find (page);

  for (int i = 0; i < 2; i++)
    {
      ag_view_layout_set_unfolded (layout, i == 1);
      g_signal_emit_by_name (page, "message", "“Seed 4” is on the shelf");
      check_toast (t);
      g_signal_emit_by_name (page, "message",
                             "Cannot write /home/somebody/Pictures/faces/blend.webp: there is "
                             "no space left on the device, or the folder may not be written to");
      check_toast (t);
    }
  ag_view_layout_set_unfolded (layout, FALSE);
}

/* Each can be undone, and only the last offer to do so is still there. */
static void
remove_faces (TestWindow *t)
{
  while (!has_no_face (t))
    g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->window), "win.remove-face", NULL));
  check_toast (t);
  for (int i = 0; i < 2 * STILL_FRAMES; i++)
    draw (GTK_WIDGET (t->window));
  g_assert_null (find_toast (GTK_WIDGET (t->window)));
}

/* Neither of the scrubber and the faces of the grid nor of the bar below; nor, without faces, of
 * the button on the page that says so. */
static void
test_blend_and_sample (TestWindow *t, gconstpointer data)
{
  GtkCssProvider *style = add_style (t);
  GtkWidget *blend = GTK_WIDGET (ag_window_get_blend_page (t->window));
  GtkWidget *sample = GTK_WIDGET (ag_window_get_sample_page (t->window));

  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      show_view (t, "sample");
      set_width (t, widths[i]);
      check_page (t, sample);
      show_view (t, "blend");
      check_page (t, blend);
    }
  remove_faces (t);
  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      set_width (t, widths[i]);
      check_page (t, blend);
    }
  remove_style (t, style);
}

static gboolean
is_over (gpointer session)
{
  return !ag_train_session_is_active (session);
}

/* A run that has something to show of everything. */
static void
train (AgTrainSession *session, GFile *folder)
{
  AgTrainerOptions options;
  g_autoptr (GError) error = NULL;

  ag_trainer_options_init (&options);
  options.data = folder;
  options.image_size = 16;
  options.steps = 20;
  options.levels = 2;
  options.depth = 2;
  options.width = 16;
  options.batch = 4;
  options.report_every = 5;
  options.evaluate_every = 10;
  options.sample_every = 10;
  g_assert_true (ag_trainer_options_apply_preset (&options, &error));
  g_assert_nonnull (ag_train_session_start (session, "Run", &options, &error));
  g_assert_no_error (error);
  g_assert_true (test_wait_until (is_over, session));
}

static GtkWidget *
find_scroller (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (GTK_IS_SCROLLED_WINDOW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_last_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_prev_sibling (child))
    found = find_scroller (child);
  return found;
}

/* Of nothing that is scrolled, wherever it is. */
static void
check_scrolled (TestWindow *t, GtkWidget *page)
{
  GtkScrolledWindow *scroller = GTK_SCROLLED_WINDOW (find_scroller (page));
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (scroller);

  for (int i = 0; i <= 4; i++)
    {
      gtk_adjustment_set_value (adjustment, i * gtk_adjustment_get_upper (adjustment) / 4);
      g_signal_emit_by_name (page, "message", "Drop a folder of pictures to train on it");
      check_toast (t);
    }
}

static void
test_train (TestWindow *t, gconstpointer data)
{
  GtkCssProvider *style = add_style (t);
  GtkWidget *page = GTK_WIDGET (ag_window_get_train_page (t->window));
  char *pictures = tiny_folder_new (), *runs = tiny_folder_new ();
  g_autoptr (GFile) pictures_folder = g_file_new_for_path (pictures);
  g_autoptr (GFile) runs_folder = g_file_new_for_path (runs);
  g_autoptr (AgTrainSession) session = ag_train_session_new (runs_folder, NULL);

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("photo-%02u.png", i);

      g_object_unref (tiny_photo_save (pictures, name, 40, 40, i));
    }
  ag_window_set_train_session (t->window, session);
  show_view (t, "train");
  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      set_width (t, widths[i]);
      g_signal_emit_by_name (page, "message", "Drop a folder of pictures to train on it");
      check_toast (t);
    }
  train (session, pictures_folder);
  check_toast (t); /* that it is over */
  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      set_width (t, widths[i]);
      check_scrolled (t, page);
    }
  ag_window_set_train_session (t->window, NULL);
  ag_train_session_close (session);
  remove_style (t, style);
  tiny_folder_remove (pictures);
  tiny_folder_remove (runs);
}

static void
add (const char *path, void (*test) (TestWindow *t, gconstpointer data))
{
  g_test_add (path, TestWindow, NULL, test_window_set_up, test, test_window_tear_down);
}

void
test_toasts_add (void)
{
  add ("/app/toasts/edit", test_edit);
  add ("/app/toasts/blend-and-sample", test_blend_and_sample);
  add ("/app/toasts/train", test_train);
}
