/* test-train-session.c: training runs behind the Train view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "ag-model.h"
#include "ag-train-session.h"
#include "ag-train-setup.h"
#include "test-images.h"
#include "test-session.h"

typedef struct
{
  char *data, *runs;
  AgTrainSession *session;
  AgTrainerOptions options;
} Fixture;

static void
open_session (Fixture *t)
{
  g_autoptr (GFile) folder = g_file_new_for_path (t->runs);
  g_autoptr (GError) error = NULL;

  t->session = ag_train_session_new (folder, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *t, gconstpointer data)
{
  g_autoptr (GString) table = g_string_new ("40\nSmiling\n");
  g_autoptr (GError) error = NULL;

  t->data = test_folder_new ();
  t->runs = test_folder_new ();
  test_save_faces (t->data, 40, 16, 16);
  for (int i = 0; i < 40; i++)
    g_string_append_printf (table, "face-%03d.png %d\n", i, i % 3 == 0 ? 1 : -1);
  test_write (t->data, "list_attr.txt", table->str);
  ag_trainer_options_init (&t->options);
  t->options.data = g_file_new_for_path (t->data);
  t->options.preset = "quick-look";
  t->options.steps = 30;
  t->options.image_size = 16;
  t->options.levels = 2;
  t->options.depth = 2;
  t->options.width = 16;
  t->options.batch = 4;
  t->options.report_every = 5;
  t->options.evaluate_every = 10;
  t->options.sample_every = 10;
  t->options.sample_images = 4;
  t->options.n_threads = 2;
  g_assert_true (ag_trainer_options_apply_preset (&t->options, &error));
  open_session (t);
}

static void
tear_down (Fixture *t, gconstpointer data)
{
  ag_train_session_close (t->session);
  g_clear_object (&t->session);
  /* What is still to be delivered. */
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_clear_object (&t->options.data);
  test_folder_free (t->data);
  test_folder_free (t->runs);
}

static AgTrainRun *
start (Fixture *t, const char *name)
{
  g_autoptr (GError) error = NULL;
  AgTrainRun *run = ag_train_session_start (t->session, name, &t->options, &error);

  g_assert_no_error (error);
  return run;
}

static gboolean
is_over (gpointer data)
{
  return !ag_train_run_is_active (data);
}

static gboolean
has_begun (gpointer data)
{
  return ag_train_run_get_state (data) == AG_TRAIN_RUN_RUNNING &&
         ag_train_run_get_progress (data)->step >= 3;
}

static gboolean
is_idle (gpointer data)
{
  return !ag_train_session_is_active (data);
}

static void
count_ended (AgTrainSession *session, AgTrainRun *run, int *n)
{
  (*n)++;
}

/* From a folder to a model with sliders. */
static void
test_run (Fixture *t, gconstpointer data)
{
  AgTrainRun *run;
  int n_ended = 0, best;
  g_autoptr (GFile) file = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (t->session, "ended", G_CALLBACK (count_ended), &n_ended);
  g_assert_false (ag_train_session_is_active (t->session));
  run = start (t, "My faces/../x");
  g_assert_true (ag_train_session_is_active (t->session));
  g_assert_cmpstr (ag_train_run_get_name (run), ==, "My faces-..-x");
  g_assert_true (test_wait_until (is_over, run));
  g_assert_cmpint (ag_train_run_get_state (run), ==, AG_TRAIN_RUN_FINISHED);
  g_assert_cmpint (n_ended, ==, 1);
  g_assert_false (ag_train_session_is_active (t->session));
  g_assert_cmpuint (ag_train_run_get_progress (run)->step, ==, 30);
  g_assert_cmpuint (ag_train_run_get_reports (run, &best)->len, >=, 6);
  g_assert_cmpint (best, >=, 0);
  g_assert_cmpuint (ag_train_run_get_samples (run)->len, ==, 3);
  g_assert_cmpuint (
    ag_train_run_get_sample_step (g_ptr_array_index (ag_train_run_get_samples (run), 1)), ==, 20);
  g_assert_true (ag_train_run_has_sliders (run, AG_TRAIN_MODEL_LAST));
  file = ag_train_run_get_model (run, AG_TRAIN_MODEL_LAST);
  model = ag_model_load (file, &error);
  g_assert_no_error (error);
  g_assert_nonnull (ag_model_find_attribute (model, "Smiling"));
  g_assert_nonnull (ag_model_find_attribute (model, "Discovered_1"));
  g_assert_nonnull (model->mean);

  /* The best model gets sliders of its own when they are asked for. */
  g_assert_false (ag_train_run_has_sliders (run, AG_TRAIN_MODEL_BEST));
  ag_train_session_make_sliders (t->session, run, AG_TRAIN_MODEL_BEST);
  g_assert_true (test_wait_until (is_over, run));
  g_assert_cmpint (ag_train_run_get_state (run), ==, AG_TRAIN_RUN_FINISHED);
  g_assert_true (ag_train_run_has_sliders (run, AG_TRAIN_MODEL_BEST));
}

/* Paused, forgotten, found again, resumed: and a second run waits for the first. */
static void
test_pause (Fixture *t, gconstpointer data)
{
  AgTrainRun *first, *second;
  g_autoptr (AgTrainRun) found = NULL;
  guint64 step;

  t->options.steps = 100000;
  first = start (t, "One");
  t->options.steps = 10;
  second = start (t, "One");
  g_assert_cmpstr (ag_train_run_get_name (second), ==, "One 2");
  g_assert_true (test_wait_until (has_begun, first));
  g_assert_cmpint (ag_train_run_get_state (second), ==, AG_TRAIN_RUN_QUEUED);
  ag_train_session_pause (t->session, first);
  g_assert_cmpint (ag_train_run_get_state (first), ==, AG_TRAIN_RUN_PAUSING);
  g_assert_true (test_wait_until (is_over, first));
  g_assert_cmpint (ag_train_run_get_state (first), ==, AG_TRAIN_RUN_PAUSED);
  step = ag_train_run_get_progress (first)->step;
  g_assert_cmpuint (step, >=, 3);
  g_assert_true (test_wait_until (is_over, second));
  g_assert_cmpint (ag_train_run_get_state (second), ==, AG_TRAIN_RUN_FINISHED);

  ag_train_session_close (t->session);
  g_clear_object (&t->session);
  open_session (t);
  g_assert_cmpuint (g_list_model_get_n_items (ag_train_session_get_runs (t->session)), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (AgTrainRun) run =
        g_list_model_get_item (ag_train_session_get_runs (t->session), i);

      if (strcmp (ag_train_run_get_name (run), "One") == 0)
        found = g_steal_pointer (&run);
      else
        g_assert_cmpint (ag_train_run_get_state (run), ==, AG_TRAIN_RUN_FINISHED);
    }
  g_assert_cmpint (ag_train_run_get_state (found), ==, AG_TRAIN_RUN_PAUSED);
  g_assert_cmpuint (ag_train_run_get_progress (found)->step, ==, step);
  ag_train_session_resume (t->session, found);
  g_assert_true (test_wait_until (has_begun, found));
  ag_train_session_stop (t->session, found);
  g_assert_true (test_wait_until (is_idle, t->session));
  g_assert_cmpint (ag_train_run_get_state (found), ==, AG_TRAIN_RUN_PAUSED);
  g_assert_cmpuint (ag_train_run_get_progress (found)->step, >=, step);
  g_assert_true (ag_train_run_has_sliders (found, AG_TRAIN_MODEL_LAST));
}

static gboolean
is_waiting (gpointer data)
{
  return ag_train_run_is_waiting (data);
}

/* Closing a window in the middle loses nothing; somebody who edits comes first. */
static void
test_gives_way (Fixture *t, gconstpointer data)
{
  AgTrainRun *run;
  guint64 step;

  t->options.steps = 100000;
  run = start (t, "Run");
  g_assert_true (test_wait_until (has_begun, run));
  ag_train_session_hold (t->session, TRUE);
  g_assert_true (test_wait_until (is_waiting, run));
  step = ag_train_run_get_progress (run)->step;
  ag_train_session_hold (t->session, FALSE);
  g_assert_true (test_wait_until (has_begun, run));
  ag_train_session_interact (t->session);
  g_assert_true (test_wait_until (is_waiting, run));
  g_object_ref (run);
  ag_train_session_close (t->session);
  g_clear_object (&t->session);
  open_session (t);
  {
    g_autoptr (AgTrainRun) again =
      g_list_model_get_item (ag_train_session_get_runs (t->session), 0);

    g_assert_cmpint (ag_train_run_get_state (again), ==, AG_TRAIN_RUN_PAUSED);
    g_assert_cmpuint (ag_train_run_get_progress (again)->step, >=, step);
  }
  g_object_unref (run);
}

static void
test_fails (Fixture *t, gconstpointer data)
{
  char *empty = test_folder_new ();
  AgTrainRun *run;

  g_clear_object (&t->options.data);
  t->options.data = g_file_new_for_path (empty);
  run = start (t, "Nothing");
  g_assert_true (test_wait_until (is_over, run));
  g_assert_cmpint (ag_train_run_get_state (run), ==, AG_TRAIN_RUN_FAILED);
  g_assert_nonnull (strstr (ag_train_run_get_message (run), empty));
  test_folder_free (empty);

  /* A run of another version is listed, with the reason why it cannot be used. */
  ag_train_session_close (t->session);
  g_clear_object (&t->session);
  test_write (t->runs, "Old/checkpoint.safetensors", "what the future brings");
  open_session (t);
  for (guint i = 0; i < g_list_model_get_n_items (ag_train_session_get_runs (t->session)); i++)
    {
      g_autoptr (AgTrainRun) old =
        g_list_model_get_item (ag_train_session_get_runs (t->session), i);

      g_assert_cmpint (ag_train_run_get_state (old), ==, AG_TRAIN_RUN_FAILED);
      g_assert_nonnull (strstr (ag_train_run_get_message (old), "checkpoint.safetensors"));
    }
}

/* Pictures that vanish or change meanwhile are in memory by then. Only the sliders, for which they
 * are read again, cannot be made; that is said, and the model is there. */
static void
test_pictures_vanish (Fixture *t, gconstpointer data)
{
  g_autofree char *away = g_strconcat (t->data, "-away", NULL);
  g_autoptr (GString) said = g_string_new (NULL);
  g_autoptr (GFile) model = NULL;
  AgTrainRun *run;
  guint64 step;

  t->options.steps = 100000;
  run = start (t, "Run");
  g_assert_true (test_wait_until (has_begun, run));
  test_write (t->data, "face-000.png", "no picture any more");
  g_assert_cmpint (g_rename (t->data, away), ==, 0);
  step = ag_train_run_get_progress (run)->step;
  ag_train_session_stop (t->session, run);
  g_assert_true (test_wait_until (is_over, run));
  g_assert_cmpint (g_rename (away, t->data), ==, 0);
  g_assert_cmpint (ag_train_run_get_state (run), ==, AG_TRAIN_RUN_PAUSED);
  g_assert_cmpuint (ag_train_run_get_progress (run)->step, >=, step);
  for (guint i = 0; i < ag_train_run_get_notices (run)->len; i++)
    g_string_append (said, g_ptr_array_index (ag_train_run_get_notices (run), i));
  g_assert_nonnull (strstr (said->str, "Sliders could not be made: "));
  g_assert_nonnull (strstr (said->str, t->data));
  model = ag_train_run_get_model (run, AG_TRAIN_MODEL_LAST);
  g_assert_nonnull (model);

  /* With the pictures back, but for the one that is none any more, it goes on. */
  ag_train_session_resume (t->session, run);
  g_assert_true (test_wait_until (has_begun, run));
  ag_train_session_stop (t->session, run);
  g_assert_true (test_wait_until (is_over, run));
  g_assert_true (ag_train_run_has_sliders (run, AG_TRAIN_MODEL_LAST));
  for (guint i = 0; i < ag_train_run_get_notices (run)->len; i++)
    g_string_append (said, g_ptr_array_index (ag_train_run_get_notices (run), i));
  g_assert_nonnull (strstr (said->str, "The pictures have changed since this run was begun"));
}

static gboolean
is_settled (gpointer data)
{
  AgTrainSetupState state = ag_train_setup_get_state (data);

  return state == AG_TRAIN_SETUP_READY || state == AG_TRAIN_SETUP_UNUSABLE;
}

static void
test_setup (Fixture *t, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainSetup) setup = ag_train_setup_new (t->session, &error);
  const AgTrainerEstimate *estimate;

  g_assert_cmpint (ag_train_setup_get_state (setup), ==, AG_TRAIN_SETUP_EMPTY);
  ag_train_setup_set_options (setup, &t->options);
  ag_train_setup_set_folder (setup, t->options.data, NULL);
  g_assert_cmpint (ag_train_setup_get_state (setup), ==, AG_TRAIN_SETUP_INSPECTING);
  g_assert_true (test_wait_until (is_settled, setup));
  g_assert_cmpint (ag_train_setup_get_state (setup), ==, AG_TRAIN_SETUP_READY);
  estimate = ag_train_setup_get_estimate (setup);
  g_assert_cmpfloat (estimate->images_per_second, >, 0);
  g_assert_cmpint (ag_train_setup_get_inspection (setup)->n_readable, ==, 40);
  g_assert_cmpint (ag_train_setup_get_n_training (setup), ==, 38);

  /* Too large for these images, and then not a size at all. */
  t->options.image_size = 64;
  ag_train_setup_set_options (setup, &t->options);
  g_assert_true (test_wait_until (is_settled, setup));
  g_assert_cmpint (ag_train_setup_get_state (setup), ==, AG_TRAIN_SETUP_UNUSABLE);
  g_assert_nonnull (strstr (ag_train_setup_get_message (setup), "64"));
  g_assert_null (ag_train_setup_get_estimate (setup));
  t->options.image_size = 17;
  ag_train_setup_set_options (setup, &t->options);
  g_assert_cmpint (ag_train_setup_get_state (setup), ==, AG_TRAIN_SETUP_UNUSABLE);

  t->options.image_size = 16;
  test_write (t->data, "list_attr.txt", "1\nHat\nelsewhere.png 1\n");
  ag_train_setup_set_options (setup, &t->options);
  ag_train_setup_set_folder (setup, t->options.data, NULL);
  g_assert_true (test_wait_until (is_settled, setup));
  g_assert_cmpint (ag_train_setup_get_state (setup), ==, AG_TRAIN_SETUP_UNUSABLE);
  g_assert_nonnull (strstr (ag_train_setup_get_message (setup), "elsewhere.png"));
  ag_train_setup_close (setup);
}

void
test_train_session_add (void)
{
#define ADD(name, func) g_test_add ("/session/train/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("run", test_run);
  ADD ("pause", test_pause);
  ADD ("gives-way", test_gives_way);
  ADD ("fails", test_fails);
  ADD ("pictures-vanish", test_pictures_vanish);
  ADD ("setup", test_setup);
#undef ADD
}
