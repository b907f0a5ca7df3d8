/* test-app.c: the tests of src/app; they need a display, for example Xvfb
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-app.h"

#include "tiny-model.h"

gboolean
test_wait_until (TestPredicate reached, gpointer data)
{
  gint64 deadline = g_get_monotonic_time () + TEST_DEADLINE_US;

  while (!reached (data))
    {
      if (g_get_monotonic_time () > deadline)
        return FALSE;
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (TEST_POLL_US);
    }
  return TRUE;
}

/* Idle, and the picture is one for the size the canvas has been given. */
static gboolean
is_settled (gpointer data)
{
  TestWindow *t = data;
  GtkWidget *canvas = GTK_WIDGET (ag_edit_page_get_canvas (t->page));

  return ag_edit_session_is_idle (t->session) && gtk_widget_get_mapped (canvas) &&
         gtk_widget_get_width (canvas) > 1 && ag_canvas_get_shown (AG_CANVAS (canvas)) != NULL;
}

void
test_window_settle (TestWindow *t)
{
  g_assert_true (test_wait_until (is_settled, t));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (t->window));
  /* A layout that was still to come may have asked for pictures of another size. */
  g_assert_true (test_wait_until (is_settled, t));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (t->window));
}

void
test_window_set_up (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) model = NULL;

  t->folder = tiny_folder_new ();
  model = tiny_model_save (t->folder);
  t->window = g_object_ref_sink (ag_window_new (NULL));
  t->session = ag_window_get_session (t->window);
  t->page = ag_window_get_edit_page (t->window);
  gtk_window_set_default_size (GTK_WINDOW (t->window), 1000, 700);
  ag_window_load_model (t->window, model);
  gtk_window_present (GTK_WINDOW (t->window));
  test_window_settle (t);
}

static gboolean
is_null (gpointer data)
{
  return *(gpointer *) data == NULL;
}

void
test_window_tear_down (TestWindow *t, gconstpointer data)
{
  gpointer page = t->page;

  g_object_add_weak_pointer (G_OBJECT (t->page), &page);
  gtk_window_destroy (GTK_WINDOW (t->window));
  g_clear_object (&t->window);
  /* Nothing holds on to what is gone. */
  g_assert_true (test_wait_until (is_null, &page));
  tiny_folder_remove (t->folder);
}

GtkWidget *
test_find (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = test_find (child, type);
  return found;
}

void
test_drop_files (GtkWidget *widget, GSList *files)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  GValue value = G_VALUE_INIT;
  gboolean accepted = FALSE;

  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, gdk_file_list_new_from_list (files));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        g_signal_emit_by_name (controller, "drop", &value, 10.0, 10.0, &accepted);
    }
  g_value_unset (&value);
  g_assert_true (accepted);
}

GBytes *
test_window_draw (GtkWidget *widget)
{
  GtkNative *native = gtk_widget_get_native (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  guchar *pixels = g_malloc ((gsize) width * (gsize) height * 4);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  g_autoptr (GdkPaintable) paintable = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GskRenderNode *node;

  gtk_test_widget_wait_for_draw (GTK_WIDGET (native));
  paintable = gtk_widget_paintable_new (widget);
  gdk_paintable_snapshot (paintable, snapshot, width, height);
  node = gtk_snapshot_free_to_node (snapshot);
  g_assert_nonnull (node);
  texture = gsk_renderer_render_texture (gtk_native_get_renderer (native), node, &bounds);
  gdk_texture_download (texture, pixels, (gsize) width * 4);
  gsk_render_node_unref (node);
  return g_bytes_new_take (pixels, (gsize) width * (gsize) height * 4);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  test_resources_add ();
  test_widgets_add ();
  test_controls_add ();
  test_window_add ();
  test_views_add ();
  test_edit_view_add ();
  test_toasts_add ();
  test_bad_files_add ();
  test_slider_dialog_add ();
  test_train_add ();
  return g_test_run ();
}
