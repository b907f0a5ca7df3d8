/* test-edit-view.c: the controls of the Edit view, as pointer, keys and screen readers use them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "ag-control-row.h"
#include "ag-export-dialog.h"
#include "ag-history-popover.h"
#include "test-app.h"
#include "tiny-model.h"

/* Finding things. */

static AgControlRow *
get_row (TestWindow *t, guint index)
{
  AgControlRow *row = ag_edit_panel_get_row (ag_edit_page_get_panel (t->page), index);

  g_assert_nonnull (row);
  return row;
}

static GtkWidget *
get_slider (TestWindow *t, guint index)
{
  return ag_control_row_get_slider (get_row (t, index));
}

static GObject *
find_controller (GtkWidget *widget, GType type)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (g_type_is_a (G_OBJECT_TYPE (controller), type) &&
          gtk_event_controller_get_propagation_phase (GTK_EVENT_CONTROLLER (controller)) ==
            GTK_PHASE_CAPTURE)
        return controller;
    }
  g_assert_not_reached ();
}

/* As the keyboard does. */
static void
press (GtkWidget *slider, guint keyval, GdkModifierType modifiers)
{
  gboolean handled = FALSE;

  g_signal_emit_by_name (find_controller (slider, GTK_TYPE_EVENT_CONTROLLER_KEY), "key-pressed",
                         keyval, 0u, modifiers, &handled);
  g_assert_true (handled);
}

static void
activate (TestWindow *t, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->window), action, NULL));
}

/* A label that is not hidden and has @part in its text. */
static GtkWidget *
find_shown_label (GtkWidget *widget, const char *part)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_visible (widget) &&
      strstr (gtk_label_get_text (GTK_LABEL (widget)), part) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_shown_label (child, part);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* Sliders. */

static void
test_keys (TestWindow *t, gconstpointer data)
{
  GtkWidget *slider = get_slider (t, TINY_SMILING);

  for (int i = 0; i < 3; i++)
    press (slider, GDK_KEY_Right, 0);
  g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_SMILING), ==, 0.15);
  press (slider, GDK_KEY_Left, GDK_SHIFT_MASK);
  g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_SMILING), ==, 0.14);
  press (slider, GDK_KEY_BackSpace, 0);
  g_assert_true (ag_edit_session_is_neutral (t->session));
}

/* A number may lie beyond where the slider ends; what is no number changes nothing. */
static void
test_typing (TestWindow *t, gconstpointer data)
{
  GtkWidget *slider = get_slider (t, TINY_SMILING);
  GtkWidget *entry = test_find (GTK_WIDGET (get_row (t, TINY_SMILING)), GTK_TYPE_ENTRY);
  static const struct
  {
    const char *text;
    double value;
  } cases[] = {
    { "2.75", 2.75 }, { "\u22120,5", -0.5 }, { "lots", -0.5 }, { "", -0.5 }, { "1e9", 6 },
  };

  g_assert_false (gtk_widget_get_mapped (entry));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      press (slider, GDK_KEY_Return, 0);
      g_assert_true (gtk_widget_get_child_visible (entry));
      gtk_editable_set_text (GTK_EDITABLE (entry), cases[i].text);
      g_signal_emit_by_name (entry, "activate");
      g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_SMILING), ==, cases[i].value);
    }
  activate (t, "win.undo");
  g_assert_cmpfloat (ag_control_row_get_value (get_row (t, TINY_SMILING)), ==, 0);
  press (slider, GDK_KEY_3, 0);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "3");
}

/* Where the model lets a slider end, it stays, says so while it is there, and the mark of that is
 * gone when it leaves. */
static void
test_end (TestWindow *t, gconstpointer data)
{
  AgModel *model = ag_edit_session_get_model (t->session);
  AgModelAttribute *smiling = g_ptr_array_index (model->attributes, TINY_SMILING);
  AgEditSubject *subject = ag_edit_face_get_subject (ag_edit_session_get_face (t->session));
  AgControlRow *row = get_row (t, TINY_SMILING);
  GtkWidget *slider = get_slider (t, TINY_SMILING);
  GtkAdjustment *adjustment = gtk_range_get_adjustment (GTK_RANGE (slider));

  smiling->mean_projection += subject->projections[TINY_SMILING] - 0.2;
  smiling->lowest = -0.065;
  smiling->highest = 0.7;
  ag_edit_subject_project (subject, model);
  g_assert_null (find_shown_label (GTK_WIDGET (row), "up to"));
  for (int i = 0; i < 2; i++)
    {
      gtk_range_set_value (GTK_RANGE (slider), -1.5 - i);
      g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_SMILING), ==, -0.26);
      g_assert_cmpfloat (ag_control_row_get_value (row), ==, -0.26);
      g_assert_nonnull (find_shown_label (GTK_WIDGET (row), "up to \u22120.26"));
    }
  activate (t, "win.undo");
  g_assert_null (find_shown_label (GTK_WIDGET (row), "up to"));
  gtk_range_set_value (GTK_RANGE (slider), -0.2);
  g_assert_null (find_shown_label (GTK_WIDGET (row), "up to"));
  g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_SMILING), ==, -0.2);

  /* When the face is described its track leads from end to end. */
  g_signal_emit_by_name (t->session, "influence-changed");
  g_assert_cmpfloat (gtk_adjustment_get_lower (adjustment), ==, -0.26);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_upper (adjustment), 1.16, 1e-9);
}

/* The track reaches as far from the average face as from this one. */
static void
test_projection (void)
{
  AgControlRow *row = g_object_ref_sink (ag_control_row_new ("Smiling", -2, 2));
  GtkAdjustment *adjustment =
    gtk_range_get_adjustment (GTK_RANGE (ag_control_row_get_slider (row)));

  ag_control_row_set_neutral (row, 0, TRUE);
  ag_control_row_set_projection (row, 0.5);
  g_assert_cmpfloat (gtk_adjustment_get_lower (adjustment), ==, -2.5);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), ==, 2);
  ag_control_row_set_projection (row, -9);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), ==, 3.5);
  ag_control_row_narrow (row, -0.5, 4);
  g_assert_cmpfloat (gtk_adjustment_get_lower (adjustment), ==, -0.5);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), ==, 3.5);
  ag_control_row_set_projection (row, NAN);
  g_assert_cmpfloat (gtk_adjustment_get_upper (adjustment), ==, 2);
  g_object_unref (row);
}

static void
test_lock_and_strength (TestWindow *t, gconstpointer data)
{
  GtkWidget *lock = test_find (GTK_WIDGET (get_row (t, TINY_EYEGLASSES)), GTK_TYPE_TOGGLE_BUTTON);

  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (lock), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Lock Eyeglasses");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (lock), TRUE);
  g_assert_true (ag_edit_session_get_locked (t->session, TINY_EYEGLASSES));
  activate (t, "win.undo");
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (lock)));

  g_assert_cmpuint (ag_edit_session_get_n_levels (t->session), >, 0);
  gtk_range_set_value (GTK_RANGE (get_slider (t, AG_EDIT_SESSION_STRENGTH (0))), 0.5);
  g_assert_cmpfloat (ag_edit_session_get_strength (t->session, 0), ==, 0.5);
}

static void
test_search (TestWindow *t, gconstpointer data)
{
  GtkWidget *search =
    test_find (GTK_WIDGET (ag_edit_page_get_panel (t->page)), GTK_TYPE_SEARCH_ENTRY);

  gtk_editable_set_text (GTK_EDITABLE (search), "GLASS");
  g_signal_emit_by_name (search, "search-changed");
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (get_row (t, TINY_SMILING))));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (get_row (t, TINY_EYEGLASSES))));
  g_signal_emit_by_name (search, "activate");
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (t->window)) == get_slider (t, TINY_EYEGLASSES));
  g_signal_emit_by_name (search, "stop-search");
  g_signal_emit_by_name (search, "search-changed");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (get_row (t, TINY_SMILING))));
}

/* Pointing. */

static gboolean
has_influence (gpointer data)
{
  return ag_edit_session_get_influence_ready (((TestWindow *) data)->session);
}

/* A click lists what acts there first; a pull moves the first of them, as one step. */
static void
test_point (TestWindow *t, gconstpointer data)
{
  AgCanvas *canvas = ag_edit_page_get_canvas (t->page);
  const double at = TINY_SIZE / 2.0;
  guint indices[3], n;

  g_assert_true (test_wait_until (has_influence, t));
  n = ag_edit_session_rank_at (t->session, at, at, 3, indices);
  g_assert_cmpuint (n, >, 1);
  g_signal_emit_by_name (canvas, "clicked", at, at);
  g_assert_null (gtk_widget_get_prev_sibling (GTK_WIDGET (get_row (t, indices[0]))));
  g_assert_true (gtk_widget_get_next_sibling (GTK_WIDGET (get_row (t, indices[0]))) ==
                 GTK_WIDGET (get_row (t, indices[1])));
  g_signal_emit_by_name (canvas, "clicked", -5.0, -5.0);
  g_assert_null (gtk_widget_get_prev_sibling (GTK_WIDGET (get_row (t, 0))));

  g_signal_emit_by_name (canvas, "drag-begun");
  for (int i = 1; i <= 7; i++)
    g_signal_emit_by_name (canvas, "pulled", at, at, 10.0 * i);
  g_signal_emit_by_name (canvas, "drag-ended");
  g_assert_cmpfloat (ag_edit_session_get_value (t->session, indices[0]), ==, 0.5);
  g_assert_cmpuint (ag_edit_session_get_n_steps (t->session), ==, 2);
  activate (t, "win.undo");
  g_assert_true (ag_edit_session_is_neutral (t->session));
}

static gboolean
is_first (gpointer data)
{
  return gtk_widget_get_prev_sibling (data) == NULL;
}

/* A click on a face of which that is not known yet waits for it. */
static void
test_point_early (TestWindow *t, gconstpointer data)
{
  AgCanvas *canvas = ag_edit_page_get_canvas (t->page);
  g_autoptr (AgEditFace) face = g_list_model_get_item (ag_edit_session_get_faces (t->session), 1);
  const double at = TINY_SIZE / 2.0;
  guint first;

  ag_edit_session_set_face (t->session, face);
  g_assert_false (has_influence (t));
  g_signal_emit_by_name (canvas, "clicked", at, at);
  g_assert_true (is_first (get_row (t, 0)));
  g_assert_true (test_wait_until (has_influence, t));
  g_assert_cmpuint (ag_edit_session_rank_at (t->session, at, at, 1, &first), ==, 1);
  g_assert_cmpuint (first, !=, 0);
  g_assert_true (is_first (get_row (t, first)));
}

static void
test_brush_and_overlays (TestWindow *t, gconstpointer data)
{
  AgCanvas *canvas = ag_edit_page_get_canvas (t->page);
  const double at = TINY_SIZE / 2.0;
  g_autoptr (GBytes) plain = NULL;
  g_autoptr (GBytes) masked = NULL;
  g_autoptr (GBytes) influence = NULL;
  int size;

  g_assert_true (test_wait_until (has_influence, t));
  test_window_settle (t);
  plain = test_window_draw (GTK_WIDGET (canvas));
  activate (t, "win.brush");
  g_signal_emit_by_name (canvas, "drag-begun");
  g_signal_emit_by_name (canvas, "brushed", at, at);
  g_signal_emit_by_name (canvas, "drag-ended");
  g_assert_nonnull (ag_edit_session_get_mask (t->session, &size));
  test_window_settle (t);
  masked = test_window_draw (GTK_WIDGET (canvas));
  g_assert_false (g_bytes_equal (plain, masked));
  activate (t, "win.clear-region");
  g_assert_null (ag_edit_session_get_mask (t->session, &size));
  activate (t, "win.brush");

  ag_edit_page_set_overlay (t->page, -2);
  g_signal_emit_by_name (canvas, "hovered", at, at);
  influence = test_window_draw (GTK_WIDGET (canvas));
  g_assert_false (g_bytes_equal (plain, influence));
  ag_edit_page_set_overlay (t->page, -3);
}

/* Going through the history by its list. */

static gboolean
is_mapped (gpointer data)
{
  return gtk_widget_get_mapped (data);
}

static void
test_history (TestWindow *t, gconstpointer data)
{
  GtkWidget *popover = test_find (GTK_WIDGET (t->window), AG_TYPE_HISTORY_POPOVER);
  GtkListBox *list;

  gtk_range_set_value (GTK_RANGE (get_slider (t, TINY_SMILING)), 1);
  gtk_range_set_value (GTK_RANGE (get_slider (t, TINY_EYEGLASSES)), -1);
  activate (t, "win.show-history");
  g_assert_true (test_wait_until (is_mapped, popover));
  list = GTK_LIST_BOX (test_find (popover, GTK_TYPE_LIST_BOX));
  g_assert_null (gtk_list_box_get_row_at_index (list, 3));
  g_assert_true (gtk_list_box_get_selected_row (list) == gtk_list_box_get_row_at_index (list, 2));
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, 1));
  g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_EYEGLASSES), ==, 0);
  g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_SMILING), ==, 1);
  gtk_list_box_select_row (list, gtk_list_box_get_row_at_index (list, 2));
  g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_EYEGLASSES), ==, -1);
  gtk_popover_popdown (GTK_POPOVER (popover));
}

/* The shelf. */

static GtkWidget *
find_button (GtkWidget *parent, const char *label)
{
  GtkWidget *child, *found;

  if (GTK_IS_BUTTON (parent) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (parent)), label) == 0)
    return parent;
  for (child = gtk_widget_get_first_child (parent); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if ((found = find_button (child, label)) != NULL)
      return found;
  return NULL;
}

/* What was taken off comes back as it was edited. */
static void
test_remove (TestWindow *t, gconstpointer data)
{
  GListModel *faces = ag_edit_session_get_faces (t->session);
  AgEditFace *face = ag_edit_session_get_face (t->session);
  guint n = g_list_model_get_n_items (faces);
  GtkWidget *undo;

  gtk_range_set_value (GTK_RANGE (get_slider (t, TINY_SMILING)), 1);
  activate (t, "win.remove-face");
  g_assert_cmpuint (g_list_model_get_n_items (faces), ==, n - 1);
  g_assert_true (ag_edit_session_get_face (t->session) != face);
  undo = find_button (GTK_WIDGET (t->window), "_Undo");
  g_assert_nonnull (undo);
  g_signal_emit_by_name (undo, "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (faces), ==, n);
  g_assert_true (ag_edit_session_get_face (t->session) == face);
  g_assert_cmpfloat (ag_edit_session_get_value (t->session, TINY_SMILING), ==, 1);
}

/* Without any face there is a page that says what to do. */
static void
test_empty (TestWindow *t, gconstpointer data)
{
  GtkWidget *empty = test_find (GTK_WIDGET (t->page), ADW_TYPE_STATUS_PAGE);

  g_assert_false (gtk_widget_get_visible (empty));
  while (ag_edit_session_get_face (t->session) != NULL)
    activate (t, "win.remove-face");
  g_assert_true (gtk_widget_get_visible (empty));
  g_assert_null (ag_canvas_get_shown (ag_edit_page_get_canvas (t->page)));
  activate (t, "win.draw-faces");
  test_window_settle (t);
  g_assert_false (gtk_widget_get_visible (empty));
}

/* Several faces are framed; a click on a frame chooses. */

static void
chosen (guint *index, guint value)
{
  *index = value;
}

static void
test_faces (void)
{
  AgCanvas *canvas = g_object_ref_sink (g_object_new (AG_TYPE_CANVAS, NULL));
  const graphene_rect_t boxes[] = {
    GRAPHENE_RECT_INIT (0, 0, 4, 4),
    GRAPHENE_RECT_INIT (6, 6, 4, 4),
  };
  guint index = G_MAXUINT;
  GtkWidget *last;

  g_signal_connect_swapped (canvas, "face-chosen", G_CALLBACK (chosen), &index);
  ag_canvas_set_faces (canvas, boxes, G_N_ELEMENTS (boxes), 0);
  last = gtk_widget_get_last_child (GTK_WIDGET (canvas));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (last), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Face 2 of 2");
  g_signal_emit_by_name (last, "clicked");
  g_assert_cmpuint (index, ==, 1);
  ag_canvas_set_faces (canvas, NULL, 0, -1);
  g_assert_true (gtk_widget_get_last_child (GTK_WIDGET (canvas)) != last);
  g_object_unref (canvas);
}

/* Exporting. */

static GtkWidget *
find_window (GType type)
{
  GListModel *toplevels = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (toplevels); i++)
    {
      g_autoptr (GtkWidget) toplevel = g_list_model_get_item (toplevels, i);

      if (g_type_is_a (G_OBJECT_TYPE (toplevel), type) && gtk_widget_get_visible (toplevel))
        return toplevel;
    }
  return NULL;
}

static gboolean
has_export_dialog (gpointer data)
{
  return find_window (AG_TYPE_EXPORT_DIALOG) != NULL;
}

static gboolean
has_chooser (gpointer data)
{
  GtkWidget *chooser = find_window (GTK_TYPE_FILE_CHOOSER_DIALOG);
  g_autoptr (GFile) file = NULL;

  if (chooser != NULL)
    file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  return file != NULL;
}

static gboolean
has_toast (gpointer data)
{
  return ag_window_get_last_toast (((TestWindow *) data)->window) != NULL;
}

static void
test_export (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) photo = tiny_photo_save (t->folder, "holiday.png", 160, 120, 4);
  g_autofree char *path = g_build_filename (t->folder, "holiday edited.jpg", NULL);
  g_autofree char *contents = NULL;
  GtkWidget *dialog, *chooser;
  gsize length;

  ag_window_open_file (t->window, photo);
  test_window_settle (t);
  gtk_range_set_value (GTK_RANGE (get_slider (t, TINY_SMILING)), 2);
  test_window_settle (t);
  activate (t, "win.export");
  g_assert_true (test_wait_until (has_export_dialog, NULL));
  dialog = find_window (AG_TYPE_EXPORT_DIALOG);
  adw_combo_row_set_selected (ADW_COMBO_ROW (test_find (dialog, ADW_TYPE_COMBO_ROW)), 1);
  g_assert_cmpstr (ag_export_dialog_get_extension (AG_EXPORT_DIALOG (dialog)), ==, "jpg");
  g_signal_emit_by_name (gtk_window_get_default_widget (GTK_WINDOW (dialog)), "clicked");
  g_assert_true (test_wait_until (has_chooser, NULL));
  chooser = find_window (GTK_TYPE_FILE_CHOOSER_DIALOG);
  gtk_dialog_response (GTK_DIALOG (chooser), GTK_RESPONSE_ACCEPT);
  g_assert_true (test_wait_until (has_toast, t));
  g_assert_cmpstr (ag_window_get_last_toast (t->window), ==, "Saved as holiday edited.jpg");
  g_assert_true (g_file_get_contents (path, &contents, &length, NULL));
  g_assert_cmpmem (contents, 2, "\xff\xd8", 2);
}

/* A look on its way through a folder: one photo, and a file that is none. */

static gboolean
has_folder_chooser (gpointer data)
{
  GtkWidget *chooser = find_window (GTK_TYPE_FILE_CHOOSER_DIALOG);

  return chooser != NULL && strstr (gtk_window_get_title (GTK_WINDOW (chooser)), data) != NULL;
}

typedef struct
{
  GtkFileChooser *chooser;
  GFile *folder;
} Choice;

static gboolean
is_chosen (gpointer data)
{
  Choice *choice = data;
  g_autoptr (GFile) file = gtk_file_chooser_get_file (choice->chooser);

  return file != NULL && g_file_equal (file, choice->folder);
}

static void
choose_folder (const char *title, GFile *folder)
{
  Choice choice = { NULL, folder };

  g_assert_true (test_wait_until (has_folder_chooser, (gpointer) title));
  choice.chooser = GTK_FILE_CHOOSER (find_window (GTK_TYPE_FILE_CHOOSER_DIALOG));
  g_assert_true (gtk_file_chooser_set_file (choice.chooser, folder, NULL));
  g_assert_true (test_wait_until (is_chosen, &choice));
  gtk_dialog_response (GTK_DIALOG (choice.chooser), GTK_RESPONSE_ACCEPT);
}

static gboolean
has_report (gpointer data)
{
  GtkWidget *dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);

  return dialog != NULL && adw_message_dialog_has_response (ADW_MESSAGE_DIALOG (dialog), "close");
}

static void
test_look_folder (TestWindow *t, gconstpointer data)
{
  g_autofree char *in = g_build_filename (t->folder, "in", NULL);
  g_autofree char *out = g_build_filename (t->folder, "out", NULL);
  g_autofree char *bad = g_build_filename (in, "letter.jpg", NULL);
  g_autofree char *tiny = g_build_filename (in, "a.png", NULL);
  g_autoptr (GFile) in_folder = g_file_new_for_path (in);
  g_autoptr (GFile) out_folder = g_file_new_for_path (out);
  g_autoptr (GFile) photo = NULL;
  g_autoptr (AgLook) look = NULL;
  GtkWidget *dialog;

  g_assert_cmpint (g_mkdir (in, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (out, 0700), ==, 0);
  photo = tiny_photo_save (in, "a.png", 160, 120, 4);
  g_assert_true (g_file_set_contents (bad, "Dear Sir or Madam,", -1, NULL));
  gtk_range_set_value (GTK_RANGE (get_slider (t, TINY_SMILING)), 1);
  look = ag_edit_session_make_look (t->session, "Happy");
  g_signal_emit_by_name (ag_edit_panel_get_looks (ag_edit_page_get_panel (t->page)),
                         "folder-wanted", look);
  choose_folder ("Photos to Apply", in_folder);
  choose_folder ("Where to Write", out_folder);
  /* Neither has a face that is found: both are told, by name. */
  g_assert_true (test_wait_until (has_report, NULL));
  dialog = find_window (ADW_TYPE_MESSAGE_DIALOG);
  g_assert_nonnull (
    strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "letter.jpg: "));
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), "a.png: "));
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_assert_cmpint (g_remove (bad), ==, 0);
  g_assert_cmpint (g_remove (tiny), ==, 0);
  g_assert_cmpint (g_rmdir (in), ==, 0);
  g_assert_cmpint (g_rmdir (out), ==, 0);
}

static void
add (const char *path, void (*test) (TestWindow *t, gconstpointer data))
{
  g_test_add (path, TestWindow, NULL, test_window_set_up, test, test_window_tear_down);
}

void
test_edit_view_add (void)
{
  g_test_add_func ("/app/edit/projection", test_projection);
  g_test_add_func ("/app/edit/faces", test_faces);
  add ("/app/edit/keys", test_keys);
  add ("/app/edit/typing", test_typing);
  add ("/app/edit/end", test_end);
  add ("/app/edit/lock-and-strength", test_lock_and_strength);
  add ("/app/edit/search", test_search);
  add ("/app/edit/point", test_point);
  add ("/app/edit/point/early", test_point_early);
  add ("/app/edit/brush-and-overlays", test_brush_and_overlays);
  add ("/app/edit/history", test_history);
  add ("/app/edit/remove", test_remove);
  add ("/app/edit/empty", test_empty);
  add ("/app/edit/export", test_export);
  add ("/app/edit/look-folder", test_look_folder);
}
