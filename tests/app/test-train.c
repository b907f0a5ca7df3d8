/* test-train.c: the Train view, from a folder of pictures to a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "ag-chart-view.h"
#include "ag-class-row.h"
#include "ag-curves-out.h"
#include "ag-train-dialog.h"
#include "ag-train-page.h"
#include "test-app.h"
#include "tiny-model.h"

typedef struct
{
  char *data, *runs;
  GtkWidget *window;
  AgTrainSession *session;
  AgTrainPage *page;
  GFile *opened;
} Fixture;

static void
open_model (Fixture *t, GFile *file)
{
  g_set_object (&t->opened, file);
}

static void
set_up (Fixture *t, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) folder = NULL;

  t->data = tiny_folder_new ();
  t->runs = tiny_folder_new ();
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("photo-%02u.png", i);

      g_object_unref (tiny_photo_save (t->data, name, 40, 40, i));
    }
  folder = g_file_new_for_path (t->runs);
  t->session = ag_train_session_new (folder, &error);
  g_assert_no_error (error);
  t->page = g_object_new (AG_TYPE_TRAIN_PAGE, NULL);
  t->window = adw_window_new ();
  adw_window_set_content (ADW_WINDOW (t->window), GTK_WIDGET (t->page));
  gtk_window_set_default_size (GTK_WINDOW (t->window), 1000, 700);
  ag_train_page_set_session (t->page, t->session);
  g_signal_connect_swapped (t->page, "open-model", G_CALLBACK (open_model), t);
  gtk_window_present (GTK_WINDOW (t->window));
  gtk_test_widget_wait_for_draw (t->window);
}

static void
tear_down (Fixture *t, gconstpointer data)
{
  ag_train_session_close (t->session);
  gtk_window_destroy (GTK_WINDOW (t->window));
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (t->session);
  g_clear_object (&t->opened);
  tiny_folder_remove (t->data);
  tiny_folder_remove (t->runs);
}

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
is_settled (gpointer data)
{
  AgTrainSetupState state = ag_train_setup_get_state (data);

  return state == AG_TRAIN_SETUP_READY || state == AG_TRAIN_SETUP_UNUSABLE;
}

/* What an option is set with, by what a screen reader calls its row. */
static GtkWidget *
find_option (GtkWidget *widget, const char *title, GType type)
{
  if (ADW_IS_ACTION_ROW (widget) &&
      g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (widget)), title) == 0)
    return test_find (widget, type);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_option (child, title, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
set_option (GtkWidget *dialog, const char *title, double value)
{
  GtkWidget *spin = find_option (dialog, title, GTK_TYPE_SPIN_BUTTON);

  g_assert_nonnull (spin);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (spin), value);
}

static gboolean
can_start (gpointer dialog)
{
  return ag_train_setup_get_estimate (ag_train_dialog_get_setup (dialog)) != NULL &&
         ag_train_setup_get_options (ag_train_dialog_get_setup (dialog))->image_size == 16;
}

static gboolean
is_over (gpointer session)
{
  return !ag_train_session_is_active (session);
}

typedef struct
{
  gboolean done, written;
  GError *error;
} Outcome;

static void
curves_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->written = ag_curves_out_finish (result, &outcome->error);
  outcome->done = TRUE;
}

static gboolean
is_done (gpointer outcome)
{
  return ((Outcome *) outcome)->done;
}

/* Returns what is in the file, or why there is none. */
static char *
save_curves (Fixture *t, AgTrainRun *run, const char *name, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autofree char *path = g_build_filename (t->data, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Outcome outcome = { FALSE };
  char *contents = NULL;

  g_ptr_array_add (runs, run);
  ag_curves_out_async (runs, 0.3, file, NULL, curves_written, &outcome);
  g_assert_true (test_wait_until (is_done, &outcome));
  g_assert_true (outcome.written == (outcome.error == NULL));
  if (outcome.written)
    g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  else
    g_propagate_error (error, outcome.error);
  return contents;
}

/* The numbers are those of the run's log, the picture is one. */
static void
check_curves (Fixture *t, AgTrainRun *run)
{
  g_autoptr (GError) error = NULL;
  GArray *reports = ag_train_run_get_reports (run, NULL);
  const AgRunReport *last = &g_array_index (reports, AgRunReport, reports->len - 1);
  g_autofree char *table = save_curves (t, run, "curves.csv", &error);
  g_autofree char *png = save_curves (t, run, "curves.png", &error);
  g_autofree char *svg = save_curves (t, run, "curves.svg", &error);
  g_auto (GStrv) lines = NULL;
  g_auto (GStrv) cells = NULL;

  g_assert_no_error (error);
  lines = g_strsplit (table, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, reports->len + 2);
  cells = g_strsplit (lines[reports->len], ",", -1);
  g_assert_cmpuint (g_strv_length (cells), ==, 9);
  g_assert_cmpstr (cells[1], ==, "60");
  g_assert_cmpfloat_with_epsilon (g_ascii_strtod (cells[3], NULL), last->train_bits_per_dim, 1e-6);
  g_assert_cmpmem (png, 8, "\x89PNG\r\n\x1a\n", 8);
  g_assert_nonnull (strstr (svg, "<svg"));

  g_assert_null (save_curves (t, run, "curves.txt", &error));
  g_assert_nonnull (strstr (error->message, "curves.txt"));
  g_clear_error (&error);
  g_assert_null (save_curves (t, run, "nowhere/curves.csv", &error));
  g_assert_nonnull (strstr (error->message, "curves.csv"));
}

static void
test_folder_to_model (Fixture *t, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (t->data);
  GtkWidget *dialog, *chart;
  AgTrainRun *run;
  double min, max;

  g_assert_null (ag_train_page_get_run (t->page));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->page), "train.new", NULL));
  dialog = find_window (AG_TYPE_TRAIN_DIALOG);
  g_assert_nonnull (dialog);
  ag_train_dialog_set_folder (AG_TRAIN_DIALOG (dialog), folder);
  set_option (dialog, "Size of the pictures", 16);
  set_option (dialog, "Steps", 60);
  set_option (dialog, "Levels", 2);
  set_option (dialog, "Steps in a level", 2);
  set_option (dialog, "Width", 16);
  set_option (dialog, "Pictures in a step", 4);
  set_option (dialog, "Steps between sample pictures", 20);
  g_assert_true (test_wait_until (can_start, dialog));
  g_assert_true (gtk_widget_activate_action (dialog, "dialog.start", NULL));

  run = ag_train_page_get_run (t->page);
  g_assert_nonnull (run);
  g_assert_true (test_wait_until (is_over, t->session));
  g_assert_cmpint (ag_train_run_get_state (run), ==, AG_TRAIN_RUN_FINISHED);
  g_assert_cmpuint (ag_train_run_get_progress (run)->step, ==, 60);
  g_assert_null (find_window (AG_TYPE_TRAIN_DIALOG));

  chart = test_find (GTK_WIDGET (t->page), AG_TYPE_CHART_VIEW);
  gtk_test_widget_wait_for_draw (t->window);
  g_assert_false (ag_chart_view_get_zoom (AG_CHART_VIEW (chart), &min, &max));
  g_assert_cmpfloat (max, ==, 60);
  g_assert_true (gtk_widget_activate_action (chart, "run.zoom-in", NULL));
  g_assert_true (ag_chart_view_get_zoom (AG_CHART_VIEW (chart), &min, &max));
  g_assert_cmpfloat (min, ==, 45);
  g_assert_true (gtk_widget_activate_action (chart, "run.zoom-out", NULL));
  g_assert_false (ag_chart_view_get_zoom (AG_CHART_VIEW (chart), &min, &max));

  check_curves (t, run);
  g_assert_true (gtk_widget_activate_action (chart, "run.open", NULL));
  g_assert_nonnull (t->opened);
  g_assert_true (g_str_has_suffix (g_file_peek_path (t->opened), "sliders.safetensors"));
}

static gboolean
has_estimate (gpointer dialog)
{
  return ag_train_setup_get_estimate (ag_train_dialog_get_setup (dialog)) != NULL;
}

static gboolean
is_conditional (gpointer dialog)
{
  return has_estimate (dialog) &&
         ag_train_setup_get_options (ag_train_dialog_get_setup (dialog))->conditional == 1;
}

static void
set_tiny (GtkWidget *dialog)
{
  set_option (dialog, "Size of the pictures", 16);
  set_option (dialog, "Steps", 20);
  set_option (dialog, "Levels", 2);
  set_option (dialog, "Steps in a level", 2);
  set_option (dialog, "Width", 16);
  set_option (dialog, "Pictures in a step", 4);
  set_option (dialog, "Steps between sample pictures", 0);
}

static AgModel *
train_and_open (Fixture *t, GtkWidget *dialog)
{
  g_autoptr (GError) error = NULL;
  AgModel *model;

  g_assert_true (gtk_widget_activate_action (dialog, "dialog.start", NULL));
  g_assert_true (test_wait_until (is_over, t->session));
  g_assert_cmpint (ag_train_run_get_state (ag_train_page_get_run (t->page)), ==,
                   AG_TRAIN_RUN_FINISHED);
  g_assert_true (gtk_widget_activate_action (test_find (GTK_WIDGET (t->page), AG_TYPE_CHART_VIEW),
                                             "run.open", NULL));
  model = ag_model_load (t->opened, &error);
  g_assert_no_error (error);
  return model;
}

/* A folder for each class: there is a switch for it, and the model's classes have the folders'
 * names wherever one is chosen. Without classes there is no such switch. */
static void
test_class_folders (Fixture *t, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (t->data);
  char *other = tiny_folder_new ();
  g_autoptr (GFile) classes = g_file_new_for_path (other);
  g_autofree char *aside = g_build_filename (other, "Zoo", NULL);
  g_autofree char *inside = g_build_filename (other, "At home", NULL);
  g_autoptr (AgModel) model = NULL;
  GtkWidget *dialog, *control, *row;
  GListModel *list;

  g_assert_cmpint (g_mkdir (aside, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (inside, 0700), ==, 0);
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("photo-%02u.png", i);

      g_object_unref (tiny_photo_save (i % 3 ? aside : inside, name, 40, 40, i));
    }
  ag_train_page_new_run (t->page, folder);
  dialog = find_window (AG_TYPE_TRAIN_DIALOG);
  set_tiny (dialog);
  g_assert_true (test_wait_until (has_estimate, dialog));
  control = find_option (dialog, "A prior for each class", GTK_TYPE_SWITCH);
  g_assert_false (gtk_widget_get_visible (gtk_widget_get_ancestor (control, ADW_TYPE_ACTION_ROW)));

  ag_train_dialog_set_folder (AG_TRAIN_DIALOG (dialog), classes);
  g_assert_true (test_wait_until (has_estimate, dialog));
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_ancestor (control, ADW_TYPE_ACTION_ROW)));
  gtk_switch_set_active (GTK_SWITCH (control), TRUE);
  g_assert_true (test_wait_until (is_conditional, dialog));
  model = train_and_open (t, dialog);
  g_assert_cmpint (ag_glow_config (model->glow)->classes, ==, 2);
  g_assert_cmpstr (model->class_names[0], ==, "At home");
  g_assert_cmpstr (model->class_names[1], ==, "Zoo");

  row = g_object_ref_sink (ag_class_row_new ());
  ag_class_row_set_model (AG_CLASS_ROW (row), model, "Likeliest");
  g_assert_true (gtk_widget_get_visible (row));
  list = gtk_drop_down_get_model (GTK_DROP_DOWN (test_find (row, GTK_TYPE_DROP_DOWN)));
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 3);
  g_assert_cmpstr (gtk_string_list_get_string (GTK_STRING_LIST (list), 2), ==, "Zoo");
  ag_class_row_set_class (AG_CLASS_ROW (row), 1);
  g_assert_cmpint (ag_class_row_get_class (AG_CLASS_ROW (row)), ==, 1);
  ag_class_row_set_model (AG_CLASS_ROW (row), NULL, "Likeliest");
  g_assert_false (gtk_widget_get_visible (row));
  g_object_unref (row);
  tiny_folder_remove (other);
}

static gboolean
is_grey (gpointer dialog)
{
  return has_estimate (dialog) &&
         ag_train_setup_get_options (ag_train_dialog_get_setup (dialog))->channels == 1;
}

/* Grey is a choice like others, and the model is one to edit with. */
static void
test_grey (Fixture *t, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (t->data);
  g_autoptr (AgModel) model = NULL;
  GtkWidget *dialog;

  ag_train_page_new_run (t->page, folder);
  dialog = find_window (AG_TYPE_TRAIN_DIALOG);
  set_tiny (dialog);
  adw_combo_row_set_selected (ADW_COMBO_ROW (find_option (dialog, "Colour", ADW_TYPE_COMBO_ROW)),
                              1);
  g_assert_true (test_wait_until (is_grey, dialog));
  model = train_and_open (t, dialog);
  g_assert_cmpint (ag_glow_config (model->glow)->channels, ==, 1);
  g_assert_nonnull (ag_model_find_attribute (model, "Discovered_1"));
}

/* What cannot be trained on is told before anything is made. */
static void
test_bad_folder (Fixture *t, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (t->runs);
  AgTrainSetup *setup;
  GtkWidget *dialog;

  ag_train_page_new_run (t->page, folder);
  dialog = find_window (AG_TYPE_TRAIN_DIALOG);
  setup = ag_train_dialog_get_setup (AG_TRAIN_DIALOG (dialog));
  g_assert_true (test_wait_until (is_settled, setup));
  g_assert_cmpint (ag_train_setup_get_state (setup), ==, AG_TRAIN_SETUP_UNUSABLE);
  gtk_widget_activate_action (dialog, "dialog.start", NULL);
  g_assert_null (ag_train_page_get_run (t->page));
  gtk_window_close (GTK_WINDOW (dialog));
}

/* The one that does so, wherever it is. */
static GtkWidget *
find_button (GtkWidget *widget, const char *action)
{
  GtkWidget *found = NULL;

  if (GTK_IS_ACTIONABLE (widget) &&
      g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)), action) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_button (child, action);
  return found;
}

static gboolean
is_closed (gpointer window)
{
  return !gtk_widget_get_visible (window);
}

/* A run of five steps, which has finished. */
static AgTrainRun *
start_tiny (Fixture *t, GFile *folder)
{
  AgTrainerOptions options;
  AgTrainRun *run;

  ag_trainer_options_init (&options);
  options.data = folder;
  options.preset = "quick-look";
  options.steps = 5;
  options.image_size = 16;
  options.levels = 2;
  options.depth = 2;
  options.width = 16;
  options.batch = 4;
  g_assert_true (ag_trainer_options_apply_preset (&options, NULL));
  run = ag_train_session_start (t->session, "Run", &options, NULL);
  g_assert_true (test_wait_until (is_over, t->session));
  g_assert_cmpint (ag_train_run_get_state (run), ==, AG_TRAIN_RUN_FINISHED);
  return run;
}

/* Tab goes through all of a run, to its last button, also past what was noticed. */
static void
test_tab (Fixture *t, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (t->data);
  GtkWidget *last;
  AgTrainRun *run = start_tiny (t, folder);

  ag_train_page_show_run (t->page, run);
  gtk_widget_set_visible (test_find (GTK_WIDGET (t->page), GTK_TYPE_EXPANDER), TRUE);
  gtk_test_widget_wait_for_draw (t->window);
  last = find_button (GTK_WIDGET (t->page), "run.remove");
  for (int i = 0; i < 60 && gtk_window_get_focus (GTK_WINDOW (t->window)) != last; i++)
    gtk_widget_child_focus (t->window, GTK_DIR_TAB_FORWARD);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (t->window)) == last);
}

/* A button that a key presses acts a quarter of a second later. Whoever closes the window within it
 * has given the command all the same. */
static void
test_closed_at_once (Fixture *t, gconstpointer data)
{
  TestWindow in = { NULL };
  g_autoptr (GFile) folder = g_file_new_for_path (t->data);
  AgTrainRun *run;

  test_window_set_up (&in, NULL);
  run = start_tiny (t, folder);
  ag_window_set_train_session (in.window, t->session);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (in.window), "win.view", "s", "train"));
  gtk_test_widget_wait_for_draw (GTK_WIDGET (in.window));
  g_assert_true (gtk_widget_activate (find_button (GTK_WIDGET (in.window), "run.resume")));
  g_assert_false (ag_train_session_is_active (t->session));
  gtk_window_close (GTK_WINDOW (in.window));
  g_assert_true (test_wait_until (is_closed, in.window));
  g_assert_true (test_wait_until (is_over, t->session));
  g_assert_cmpuint (ag_train_run_get_progress (run)->step, ==, 10);
  test_window_tear_down (&in, NULL);
}

static gboolean
has_advice (gpointer dialog)
{
  return has_estimate (dialog) &&
         ag_train_setup_get_estimate (ag_train_dialog_get_setup (dialog))->advice != NULL;
}

static double
get_option (GtkWidget *dialog, const char *title)
{
  return gtk_spin_button_get_value (
    GTK_SPIN_BUTTON (find_option (dialog, title, GTK_TYPE_SPIN_BUTTON)));
}

/* What is too large for any memory is said to be, and one press sets what fits. */
static void
test_use_that (Fixture *t, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (t->data);
  const AgTrainerEstimate *estimate;
  GtkWidget *dialog, *button;

  ag_train_page_new_run (t->page, folder);
  dialog = find_window (AG_TYPE_TRAIN_DIALOG);
  set_tiny (dialog);
  g_assert_true (test_wait_until (can_start, dialog));
  button = find_button (dialog, "dialog.take-advice");
  g_assert_false (gtk_widget_get_visible (button));
  set_option (dialog, "Size of the pictures", 32);
  set_option (dialog, "Steps in a level", 256);
  set_option (dialog, "Width", 4096);
  set_option (dialog, "Pictures in a step", 4096);
  g_assert_true (test_wait_until (has_advice, dialog));
  estimate = ag_train_setup_get_estimate (ag_train_dialog_get_setup (AG_TRAIN_DIALOG (dialog)));
  g_assert_false (estimate->fits);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_cmpint (estimate->advised.batch, <, 4096);

  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpfloat (get_option (dialog, "Pictures in a step"), ==, estimate->advised.batch);
  g_assert_cmpfloat (get_option (dialog, "Width"), ==, estimate->advised.width);
  g_assert_cmpfloat (get_option (dialog, "Steps in a level"), ==, 256);
  gtk_window_close (GTK_WINDOW (dialog));
}

void
test_train_add (void)
{
  g_test_add ("/app/train/folder-to-model", Fixture, NULL, set_up, test_folder_to_model, tear_down);
  g_test_add ("/app/train/class-folders", Fixture, NULL, set_up, test_class_folders, tear_down);
  g_test_add ("/app/train/grey", Fixture, NULL, set_up, test_grey, tear_down);
  g_test_add ("/app/train/tab", Fixture, NULL, set_up, test_tab, tear_down);
  g_test_add ("/app/train/use-that", Fixture, NULL, set_up, test_use_that, tear_down);
  g_test_add ("/app/train/closed-at-once", Fixture, NULL, set_up, test_closed_at_once, tear_down);
  g_test_add ("/app/train/bad-folder", Fixture, NULL, set_up, test_bad_folder, tear_down);
}
