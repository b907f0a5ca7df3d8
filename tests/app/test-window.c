/* test-window.c: the whole window, from a file to a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "ag-view-layout.h"
#include "test-app.h"
#include "tiny-model.h"

static GtkWidget *
get_canvas (TestWindow *t)
{
  return GTK_WIDGET (ag_edit_page_get_canvas (t->page));
}

static GtkRange *
get_slider (TestWindow *t, guint index)
{
  AgControlRow *row = ag_edit_panel_get_row (ag_edit_page_get_panel (t->page), index);

  g_assert_nonnull (row);
  return GTK_RANGE (ag_control_row_get_slider (row));
}

static void
activate (TestWindow *t, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->window), action, NULL));
}

/* A slider is moved, and what is on the screen is another picture. */
static void
test_slider (TestWindow *t, gconstpointer data)
{
  g_autoptr (GBytes) before = test_window_draw (get_canvas (t));
  g_autoptr (GBytes) again = test_window_draw (get_canvas (t));
  g_autoptr (GBytes) after = NULL;
  g_autoptr (GBytes) compared = NULL;
  g_autoptr (GBytes) undone = NULL;

  g_assert_true (g_bytes_equal (before, again));
  gtk_range_set_value (get_slider (t, TINY_SMILING), 1.2);
  g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_SMILING), ==, 1.2);
  test_window_settle (t);
  after = test_window_draw (get_canvas (t));
  g_assert_false (g_bytes_equal (before, after));

  ag_edit_page_set_comparing (t->page, TRUE);
  compared = test_window_draw (get_canvas (t));
  g_assert_true (g_bytes_equal (before, compared));
  ag_edit_page_set_comparing (t->page, FALSE);

  activate (t, "win.undo");
  test_window_settle (t);
  undone = test_window_draw (get_canvas (t));
  g_assert_true (g_bytes_equal (before, undone));
  g_assert_cmpfloat (gtk_range_get_value (get_slider (t, TINY_SMILING)), ==, 0);
  activate (t, "win.redo");
  g_assert_cmpfloat (gtk_range_get_value (get_slider (t, TINY_SMILING)), ==, 1.2);
}

static void
test_reset (TestWindow *t, gconstpointer data)
{
  gtk_range_set_value (get_slider (t, TINY_SMILING), 1);
  gtk_range_set_value (get_slider (t, TINY_EYEGLASSES), -1);
  gtk_range_set_value (get_slider (t, AG_EDIT_SESSION_TEMPERATURE), 0.4);
  g_assert_false (ag_edit_session_is_neutral (t->session));
  activate (t, "win.reset");
  g_assert_true (ag_edit_session_is_neutral (t->session));
  g_assert_cmpfloat (gtk_range_get_value (get_slider (t, TINY_SMILING)), ==, 0);
  g_assert_cmpfloat (gtk_range_get_value (get_slider (t, AG_EDIT_SESSION_TEMPERATURE)), ==, 0.7);
  /* Nothing to reset: the action is off. */
  g_assert_cmpint (g_list_model_get_n_items (ag_edit_session_get_faces (t->session)), ==, 8);
  activate (t, "win.undo");
  g_assert_cmpfloat (gtk_range_get_value (get_slider (t, TINY_EYEGLASSES)), ==, -1);
}

/* Dialogs. */

static GtkWidget *
find_dialog (void)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      if (GTK_IS_FILE_CHOOSER_DIALOG (toplevel) && gtk_widget_get_visible (toplevel))
        return toplevel;
    }
  return NULL;
}

static gboolean
has_dialog (gpointer data)
{
  return find_dialog () != NULL;
}

static gboolean
has_no_dialog (gpointer data)
{
  return find_dialog () == NULL;
}

typedef struct
{
  GtkFileChooser *chooser;
  GFile *file;
} Choice;

static gboolean
is_chosen (gpointer data)
{
  Choice *choice = data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (choice->chooser);

  return file != NULL && g_file_equal (file, choice->file);
}

/* As somebody would: the real dialog, a file, its button. */
static void
open_by_dialog (TestWindow *t, GFile *file)
{
  Choice choice = { NULL, file };

  activate (t, "win.open");
  g_assert_true (test_wait_until (has_dialog, NULL));
  choice.chooser = GTK_FILE_CHOOSER (find_dialog ());
  g_assert_true (gtk_file_chooser_set_file (choice.chooser, file, NULL));
  g_assert_true (test_wait_until (is_chosen, &choice));
  gtk_dialog_response (GTK_DIALOG (choice.chooser), GTK_RESPONSE_ACCEPT);
  test_window_settle (t);
}

static void
test_open (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) file = tiny_photo_save (t->folder, "holiday.png", 160, 120, 4);
  g_autoptr (GBytes) before = test_window_draw (get_canvas (t));
  g_autoptr (GBytes) opened = NULL;
  AgEditFace *face;

  open_by_dialog (t, file);
  face = ag_edit_session_get_face (t->session);
  g_assert_cmpstr (ag_edit_face_get_name (face), ==, "holiday.png");
  g_assert_nonnull (ag_edit_face_get_photo (face));
  g_assert_nonnull (ag_edit_face_get_subject (face));
  opened = test_window_draw (get_canvas (t));
  g_assert_false (g_bytes_equal (before, opened));

  /* There is no face in it to be found, so the handles are offered. */
  g_assert_true (ag_edit_page_get_adjusting (t->page));
  activate (t, "win.adjust-face");
  g_assert_false (ag_edit_page_get_adjusting (t->page));
}

static gboolean
has_toast (gpointer data)
{
  TestWindow *t = data;

  return ag_window_get_last_toast (t->window) != NULL;
}

/* What cannot be read is said, with its name, and everything goes on. */
static void
test_bad_file (TestWindow *t, gconstpointer data)
{
  g_autofree char *path = g_build_filename (t->folder, "letter.jpg", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  AgEditFace *face = ag_edit_session_get_face (t->session);

  g_assert_true (g_file_set_contents (path, "Dear Sir or Madam,", -1, NULL));
  open_by_dialog (t, file);
  g_assert_true (test_wait_until (has_toast, t));
  g_assert_true (g_str_has_prefix (ag_window_get_last_toast (t->window), "letter.jpg: "));
  g_assert_true (ag_edit_session_get_face (t->session) == face);
  test_slider (t, data);
}

/* Opens the dialog for saving, waits until it suggests @target, and takes that. */
static void
save_by_dialog (TestWindow *t, GFile *target)
{
  Choice choice = { NULL, target };

  activate (t, "win.save");
  g_assert_true (test_wait_until (has_dialog, NULL));
  choice.chooser = GTK_FILE_CHOOSER (find_dialog ());
  g_assert_true (test_wait_until (is_chosen, &choice));
  gtk_dialog_response (GTK_DIALOG (choice.chooser), GTK_RESPONSE_ACCEPT);
  g_assert_true (test_wait_until (has_no_dialog, NULL));
}

static void
test_save (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) photo = tiny_photo_save (t->folder, "holiday.png", 160, 120, 4);
  g_autofree char *path = g_build_filename (t->folder, "holiday edited.png", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (AgImage) saved = NULL;
  g_autoptr (AgImage) original = NULL;
  g_autoptr (GError) error = NULL;

  open_by_dialog (t, photo);
  gtk_range_set_value (get_slider (t, TINY_SMILING), 2);
  test_window_settle (t);
  save_by_dialog (t, target);
  g_assert_true (test_wait_until (has_toast, t));
  g_assert_cmpstr (ag_window_get_last_toast (t->window), ==, "Saved as holiday edited.png");

  saved = ag_image_load (target, NULL, &error);
  g_assert_no_error (error);
  original = ag_image_load (photo, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (saved->width, ==, 160);
  g_assert_cmpint (saved->height, ==, 120);
  g_assert_false (g_bytes_equal (saved->pixels, original->pixels));
}

static gboolean
is_closed (gpointer data)
{
  return !gtk_widget_get_visible (GTK_WIDGET (((TestWindow *) data)->window));
}

/* Who saves and closes at once finds the picture. */
static void
test_save_and_close (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) photo = tiny_photo_save (t->folder, "holiday.png", 1600, 1200, 4);
  g_autofree char *path = g_build_filename (t->folder, "holiday edited.png", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (AgImage) saved = NULL;

  open_by_dialog (t, photo);
  gtk_range_set_value (get_slider (t, TINY_SMILING), 2);
  test_window_settle (t);
  save_by_dialog (t, target);
  gtk_window_close (GTK_WINDOW (t->window));
  g_assert_true (test_wait_until (is_closed, t));
  saved = ag_image_load (target, NULL, NULL);
  g_assert_nonnull (saved);
}

/* The handles, as the keyboard moves them: the face is described anew, and undo brings it back. */
static void
test_adjust (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) photo = tiny_photo_save (t->folder, "holiday.png", 160, 120, 4);
  GtkWidget *handle = gtk_widget_get_first_child (get_canvas (t));
  AgEyes before, after;
  AgEditSubject *subject;

  open_by_dialog (t, photo);
  g_assert_true (gtk_widget_get_mapped (handle));
  g_assert_true (gtk_widget_grab_focus (handle));
  g_assert_true (ag_edit_session_get_eyes (t->session, &before));
  g_signal_emit_by_name (handle, "pushed", -20.0, 4.0);
  g_assert_true (ag_edit_session_get_eyes (t->session, &after));
  g_assert_cmpfloat (after.left_x, <, before.left_x);
  g_assert_cmpfloat (after.left_y, >, before.left_y);
  g_assert_cmpfloat (after.right_x, ==, before.right_x);
  test_window_settle (t);
  subject = ag_edit_face_get_subject (ag_edit_session_get_face (t->session));
  ag_alignment_get_eyes (&subject->alignment, &before);
  g_assert_cmpfloat_with_epsilon (before.left_x, after.left_x, 1e-6);

  activate (t, "win.undo");
  test_window_settle (t);
  ag_canvas_get_eyes (AG_CANVAS (get_canvas (t)), &before);
  g_assert_cmpfloat (before.left_x, >, after.left_x);

  activate (t, "win.adjust-face");
  g_assert_false (gtk_widget_get_visible (handle));
}

/* Zoomed in, a part of the photo is drawn anew, and the line shows both. */
static void
test_zoom_and_split (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) photo = tiny_photo_save (t->folder, "holiday.png", 160, 120, 4);
  g_autoptr (GBytes) edited = NULL;
  g_autoptr (GBytes) split = NULL;
  g_autoptr (GBytes) original = NULL;
  AgEditViewport of_picture, of_original;

  open_by_dialog (t, photo);
  activate (t, "win.adjust-face");
  for (int i = 0; i < 3; i++)
    activate (t, "win.zoom-in");
  gtk_range_set_value (get_slider (t, TINY_SMILING), 2);
  test_window_settle (t);
  ag_edit_session_get_picture_viewports (t->session, &of_picture, &of_original);
  g_assert_true (ag_edit_viewport_equal (&of_picture, &of_original));
  g_assert_cmpfloat (of_picture.scale, ==, ag_canvas_get_zoom (AG_CANVAS (get_canvas (t)), NULL));
  g_assert_cmpint (of_picture.width, >, gtk_widget_get_width (get_canvas (t)) - 2);

  edited = test_window_draw (get_canvas (t));
  activate (t, "win.split");
  split = test_window_draw (get_canvas (t));
  activate (t, "win.split");
  ag_edit_page_set_comparing (t->page, TRUE);
  original = test_window_draw (get_canvas (t));
  g_assert_false (g_bytes_equal (edited, original));
  g_assert_false (g_bytes_equal (edited, split));
  g_assert_false (g_bytes_equal (original, split));

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->window), "win.zoom-to", "d", 0.0));
  test_window_settle (t);
  ag_edit_session_get_picture_viewports (t->session, &of_picture, &of_original);
  g_assert_cmpfloat (of_picture.x, ==, 0);
  g_assert_cmpint (of_picture.height, <, gtk_widget_get_height (get_canvas (t)));
}

/* Drops and the clipboard. */

static gboolean
has_photo (gpointer data)
{
  AgEditFace *face = ag_edit_session_get_face (((TestWindow *) data)->session);

  return face != NULL && ag_edit_face_get_photo (face) != NULL;
}

static void
test_drop (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) photo = tiny_photo_save (t->folder, "dropped.png", 90, 120, 2);
  GSList files = { photo, NULL };

  test_drop_files (GTK_WIDGET (t->window), &files);
  g_assert_true (test_wait_until (has_photo, t));
  test_window_settle (t);
  g_assert_cmpstr (ag_edit_face_get_name (ag_edit_session_get_face (t->session)), ==,
                   "dropped.png");
}

static gboolean
has_copied (gpointer data)
{
  return g_strcmp0 (ag_window_get_last_toast (((TestWindow *) data)->window),
                    "The picture was copied") == 0;
}

/* What was copied can be pasted, as a photo of its own. */
static void
test_clipboard (TestWindow *t, gconstpointer data)
{
  gtk_range_set_value (get_slider (t, TINY_EYEGLASSES), 1);
  test_window_settle (t);
  activate (t, "win.copy");
  g_assert_true (test_wait_until (has_copied, t));
  activate (t, "win.paste");
  g_assert_true (test_wait_until (has_photo, t));
  test_window_settle (t);
  g_assert_cmpint (ag_edit_face_get_photo (ag_edit_session_get_face (t->session))->width, ==,
                   TINY_SIZE);
}

/* Layout: in every width the picture has room, and a slider beside or, unfolded, below it. */
static void
test_widths (TestWindow *t, gconstpointer data)
{
  static const int widths[] = { 400, 580, 660, 719, 720, 900, 1600 };
  GtkWidget *slider = GTK_WIDGET (get_slider (t, TINY_SMILING));
  graphene_rect_t canvas, row;

  ag_view_layout_set_unfolded (ag_view_layout_find (GTK_WIDGET (t->page)), TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (widths); i++)
    {
      gtk_widget_measure (GTK_WIDGET (t->page), GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL,
                          NULL);
      gtk_widget_size_allocate (GTK_WIDGET (t->page), &(GtkAllocation){ 0, 0, widths[i], 700 }, -1);
      g_assert_true (gtk_widget_compute_bounds (get_canvas (t), GTK_WIDGET (t->page), &canvas));
      g_assert_true (gtk_widget_compute_bounds (slider, GTK_WIDGET (t->page), &row));
      g_assert_cmpfloat (canvas.size.width, >=, 280);
      g_assert_cmpfloat (canvas.size.height, >=, 150);
      g_assert_cmpfloat (row.size.width, >=, 250);
      g_assert_cmpfloat (row.origin.x + row.size.width, <=, (float) widths[i]);
      if (widths[i] < 600)
        g_assert_cmpfloat (row.origin.y, >=, canvas.origin.y + canvas.size.height);
      else
        g_assert_cmpfloat (row.origin.x, >=, canvas.origin.x + canvas.size.width);
    }
}

/* In a narrow window the panel folds away, and comes back for whatever is in it. */

static GtkWidget *
get_panel (TestWindow *t)
{
  return GTK_WIDGET (ag_edit_page_get_panel (t->page));
}

static gboolean
panel_is_folded (gpointer data)
{
  return !gtk_widget_get_mapped (get_panel (data));
}

static gboolean
panel_is_unfolded (gpointer data)
{
  TestWindow *t = data;
  graphene_rect_t canvas, panel;

  return gtk_widget_get_mapped (get_panel (t)) &&
         gtk_widget_compute_bounds (get_canvas (t), GTK_WIDGET (t->page), &canvas) &&
         gtk_widget_compute_bounds (get_panel (t), GTK_WIDGET (t->page), &panel) &&
         panel.origin.y >= canvas.origin.y + canvas.size.height &&
         panel.origin.y < (float) gtk_widget_get_height (GTK_WIDGET (t->page)) - 150;
}

static gboolean
has_focus_in_panel (TestWindow *t)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (t->window));

  return focus != NULL && gtk_widget_is_ancestor (focus, get_panel (t));
}

static gboolean
is_wide (gpointer data)
{
  TestWindow *t = data;

  return gtk_widget_get_width (GTK_WIDGET (t->page)) > 900 && gtk_widget_get_mapped (get_panel (t));
}

static void
test_panel (TestWindow *t, gconstpointer data)
{
  g_assert_true (gtk_widget_get_mapped (get_panel (t)));
  gtk_window_set_default_size (GTK_WINDOW (t->window), 420, 760);
  g_assert_true (test_wait_until (panel_is_folded, t));
  test_window_settle (t);

  activate (t, "win.toggle-panel");
  g_assert_true (test_wait_until (panel_is_unfolded, t));
  g_assert_true (has_focus_in_panel (t));
  activate (t, "win.leave");
  g_assert_true (test_wait_until (panel_is_folded, t));
  g_assert_false (has_focus_in_panel (t));

  activate (t, "win.search");
  g_assert_true (test_wait_until (panel_is_unfolded, t));
  g_assert_true (has_focus_in_panel (t));
  activate (t, "win.toggle-panel");
  g_assert_true (test_wait_until (panel_is_folded, t));

  gtk_window_set_default_size (GTK_WINDOW (t->window), 1000, 700);
  g_assert_true (test_wait_until (is_wide, t));
}

/* Escape leaves what one is in before it folds anything. */
static void
test_escape (TestWindow *t, gconstpointer data)
{
  gboolean brushing;

  activate (t, "win.brush");
  g_object_get (t->page, "brushing", &brushing, NULL);
  g_assert_true (brushing);
  activate (t, "win.leave");
  g_object_get (t->page, "brushing", &brushing, NULL);
  g_assert_false (brushing);
  activate (t, "win.leave");
  g_assert_true (gtk_widget_get_mapped (get_panel (t)));
}

/* Without a model there is a page that says why and offers to choose another. */

static gboolean
has_failed (gpointer data)
{
  return ag_edit_session_get_state (data) == AG_EDIT_SESSION_FAILED;
}

static void
test_no_model (void)
{
  AgWindow *window = ag_window_new (NULL);
  g_autoptr (GFile) file = g_file_new_for_path ("/nonexistent/faces-64.safetensors");

  ag_window_load_model (window, file);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_true (test_wait_until (has_failed, ag_window_get_session (window)));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (window));
  g_assert_nonnull (
    strstr (ag_edit_session_get_failure (ag_window_get_session (window)), "faces-64.safetensors"));
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
add (const char *path, void (*test) (TestWindow *t, gconstpointer data))
{
  g_test_add (path, TestWindow, NULL, test_window_set_up, test, test_window_tear_down);
}

void
test_window_add (void)
{
  add ("/app/window/slider", test_slider);
  add ("/app/window/reset", test_reset);
  add ("/app/window/open", test_open);
  add ("/app/window/bad-file", test_bad_file);
  add ("/app/window/save", test_save);
  add ("/app/window/save-and-close", test_save_and_close);
  add ("/app/window/adjust", test_adjust);
  add ("/app/window/zoom-and-split", test_zoom_and_split);
  add ("/app/window/drop", test_drop);
  add ("/app/window/clipboard", test_clipboard);
  add ("/app/window/widths", test_widths);
  add ("/app/window/panel", test_panel);
  add ("/app/window/escape", test_escape);
  g_test_add_func ("/app/window/no-model", test_no_model);
}
