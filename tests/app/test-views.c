/* test-views.c: Blend and Sample in the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-export-bar.h"
#include "ag-face-tile.h"
#include "ag-film-strip.h"
#include "ag-train-run-view.h"
#include "ag-view-layout.h"
#include "test-app.h"

static void
show_view (TestWindow *t, const char *name)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->window), "win.view", "s", name));
}

static gboolean
is_blended (gpointer data)
{
  TestWindow *t = data;
  AgBlendSession *blend = ag_blend_page_get_blend (ag_window_get_blend_page (t->window));

  return ag_blend_session_is_idle (blend) && ag_blend_session_get_picture (blend) != NULL;
}

/* The session may be done before the view has been given its place. */
static gboolean
is_drawn (gpointer data)
{
  TestWindow *t = data;
  AgSamplePage *page = ag_window_get_sample_page (t->window);
  AgSampleSession *samples = ag_sample_page_get_samples (page);
  GtkWidget *tile = test_find (GTK_WIDGET (page), AG_TYPE_FACE_TILE);

  return ag_sample_session_is_idle (samples) && ag_sample_session_get_frame (samples, 15) != NULL &&
         tile != NULL && gtk_widget_get_width (tile) > 1;
}

/* The scrubber is moved: another picture; and the strip is full. */
static void
test_blend (TestWindow *t, gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (ag_window_get_blend_page (t->window));
  AgBlendSession *blend = ag_blend_page_get_blend (AG_BLEND_PAGE (page));
  GtkWidget *tile = test_find (page, AG_TYPE_FACE_TILE);
  GtkWidget *strip = test_find (page, AG_TYPE_FILM_STRIP);
  GtkWidget *scrubber = gtk_widget_get_next_sibling (strip);
  g_autoptr (GBytes) half_way = NULL;
  g_autoptr (GBytes) end = NULL;
  g_autoptr (GBytes) again = NULL;

  show_view (t, "blend");
  g_assert_true (test_wait_until (is_blended, t));
  half_way = test_window_draw (tile);
  g_assert_cmpuint (ag_film_strip_count_shown (AG_FILM_STRIP (strip)), >=, 2);

  gtk_range_set_value (GTK_RANGE (scrubber), 1);
  g_assert_cmpfloat (ag_blend_session_get_t (blend), ==, 1);
  g_assert_true (test_wait_until (is_blended, t));
  end = test_window_draw (tile);
  g_assert_false (g_bytes_equal (half_way, end));

  g_signal_emit_by_name (strip, "picked", 0.5);
  g_assert_cmpfloat (gtk_range_get_value (GTK_RANGE (scrubber)), ==, 0.5);
  g_assert_true (test_wait_until (is_blended, t));
  again = test_window_draw (tile);
  g_assert_true (g_bytes_equal (half_way, again));
}

static gboolean
has_moved (gpointer data)
{
  return ag_blend_session_get_t (data) > 0.6;
}

static void
test_play (TestWindow *t, gconstpointer data)
{
  AgBlendPage *page = ag_window_get_blend_page (t->window);
  GtkWidget *strip;

  show_view (t, "blend");
  g_assert_true (test_wait_until (is_blended, t));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "blend.play", NULL));
  g_assert_true (ag_blend_page_get_playing (page));
  g_assert_true (test_wait_until (has_moved, ag_blend_page_get_blend (page)));
  /* Whoever takes the strip stops it; so does leaving the view. */
  strip = test_find (GTK_WIDGET (page), AG_TYPE_FILM_STRIP);
  g_signal_emit_by_name (strip, "picked", 0.25);
  g_assert_false (ag_blend_page_get_playing (page));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "blend.play", NULL));
  show_view (t, "edit");
  g_assert_false (ag_blend_page_get_playing (page));
}

/* The temperature is moved: other faces. A face is kept: it is in Edit. */
static void
test_sample (TestWindow *t, gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (ag_window_get_sample_page (t->window));
  AgSampleSession *samples = ag_sample_page_get_samples (AG_SAMPLE_PAGE (page));
  GtkFlowBox *grid = GTK_FLOW_BOX (test_find (page, GTK_TYPE_FLOW_BOX));
  GtkWidget *tile = test_find (GTK_WIDGET (grid), AG_TYPE_FACE_TILE);
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  AgEditFace *face;
  guint n;

  show_view (t, "sample");
  g_assert_true (test_wait_until (is_drawn, t));
  before = test_window_draw (tile);
  ag_sample_session_set_temperature (samples, 0.2);
  g_assert_true (test_wait_until (is_drawn, t));
  after = test_window_draw (tile);
  g_assert_false (g_bytes_equal (before, after));

  gtk_flow_box_select_child (grid, gtk_flow_box_get_child_at_index (grid, 6));
  g_assert_cmpuint (ag_sample_session_get_chosen (samples), ==, 6);
  n = g_list_model_get_n_items (ag_edit_session_get_faces (t->session));
  g_assert_true (gtk_widget_activate_action (page, "sample.edit", NULL));
  test_window_settle (t);
  face = ag_edit_session_get_face (t->session);
  g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (t->session)), ==, n + 1);
  g_assert_cmpfloat (ag_edit_face_get_neutral_temperature (face), ==, 0.2);
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

static void
note_result (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* Begun by a shortcut in a narrow window, where the panel is folded away and the focus is somewhere
 * else, an export shows how far it is and can be cancelled nevertheless; the focus stays. */
static void
test_export (TestWindow *t, gconstpointer data)
{
  GtkWidget *page = GTK_WIDGET (ag_window_get_blend_page (t->window));
  AgBlendSession *blend = ag_blend_page_get_blend (AG_BLEND_PAGE (page));
  GtkWidget *bar = test_find (page, AG_TYPE_EXPORT_BAR);
  GtkWidget *cancel = test_find (bar, GTK_TYPE_BUTTON);
  GtkWidget *scrubber = gtk_widget_get_next_sibling (test_find (page, AG_TYPE_FILM_STRIP));
  g_autofree char *path = g_build_filename (t->folder, "frames", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  AgBlendOutput output = { .format = AG_BLEND_FRAMES, .n_frames = 1000, .seconds = 1, .size = 512 };
  graphene_rect_t own;

  show_view (t, "blend");
  gtk_window_set_default_size (GTK_WINDOW (t->window), 400, 600);
  g_assert_true (test_wait_until (is_blended, t));
  gtk_widget_grab_focus (scrubber);
  g_assert_false (gtk_widget_get_mapped (cancel));
  ag_blend_session_export_async (blend, &output, folder, note_result, &result);
  g_assert_true (test_wait_until (is_mapped, cancel));
  g_assert_null (result);
  gtk_test_widget_wait_for_draw (GTK_WIDGET (t->window));
  g_assert_false (ag_view_layout_get_unfolded (ag_view_layout_find (page)));
  g_assert_true (gtk_widget_compute_bounds (cancel, page, &own));
  g_assert_cmpfloat (own.origin.x, >=, 0);
  g_assert_cmpfloat (own.origin.x + own.size.width, <=, gtk_widget_get_width (page));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (t->window)) == scrubber);
  g_signal_emit_by_name (cancel, "clicked");
  g_assert_true (test_wait_until (is_unmapped, cancel));
  g_assert_nonnull (result);
  g_assert_false (ag_blend_session_export_finish (blend, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

#define STILL_US (G_USEC_PER_SEC / 2)

static void
on_frame (GdkFrameClock *clock, gpointer last)
{
  *(gint64 *) last = g_get_monotonic_time ();
}

static gboolean
is_still (gpointer last)
{
  return g_get_monotonic_time () - *(gint64 *) last > STILL_US;
}

static gboolean
wake_up (gpointer unused)
{
  return G_SOURCE_CONTINUE;
}

/* Nothing moves, so nothing is drawn: what spins where nobody sees it would have each view drawn
 * sixty times a second. */
static void
test_still (TestWindow *t, gconstpointer data)
{
  static const char *const views[] = { "edit", "blend", "sample", "train" };
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (t->window));
  gint64 last = g_get_monotonic_time ();
  gulong handler = g_signal_connect (clock, "before-paint", G_CALLBACK (on_frame), &last);
  guint timeout = g_timeout_add (100, wake_up, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
    {
      show_view (t, views[i]);
      last = g_get_monotonic_time ();
      g_assert_true (test_wait_until (is_still, &last));
    }
  g_source_remove (timeout);
  g_signal_handler_disconnect (clock, handler);
}

static gboolean
is_small (gpointer window)
{
  return gtk_widget_get_width (window) <= 360;
}

/* Each view fits a small screen, with three buttons of the window's own; and so does a run, which
 * is in none of them yet. */
static void
test_small (TestWindow *t, gconstpointer data)
{
  static const char *const views[] = { "edit", "blend", "sample", "train" };
  GtkWidget *run = test_find (GTK_WIDGET (t->window), AG_TYPE_TRAIN_RUN_VIEW);
  int least;

  gtk_widget_measure (run, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 350);

  for (gsize i = 0; i < G_N_ELEMENTS (views); i++)
    {
      show_view (t, views[i]);
      for (int width = 700; width >= 360; width -= 20)
        {
          gtk_window_set_default_size (GTK_WINDOW (t->window), width, 700);
          gtk_test_widget_wait_for_draw (GTK_WIDGET (t->window));
        }
      g_assert_true (test_wait_until (is_small, t->window));
    }
}

static void
add (const char *path, void (*test) (TestWindow *t, gconstpointer data))
{
  g_test_add (path, TestWindow, NULL, test_window_set_up, test, test_window_tear_down);
}

void
test_views_add (void)
{
  add ("/app/views/blend", test_blend);
  add ("/app/views/play", test_play);
  add ("/app/views/sample", test_sample);
  add ("/app/views/export", test_export);
  add ("/app/views/still", test_still);
  add ("/app/views/small", test_small);
}
