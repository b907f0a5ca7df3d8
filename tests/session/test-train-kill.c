/* test-train-kill.c: the application dies again and again while it trains
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The application is this program once more: it opens the session on the folder of runs, as it does
 * when it is started again after a crash, and resumes what it finds. AG_TEST_KILLS says how often
 * it is killed.
 */
#include "test-train-kill.h"

#include <stdlib.h>

#include "ag-checkpoint.h"
#include "ag-run-log.h"
#include "ag-train-session.h"
#include "test-images.h"
#include "test-killed.h"
#include "test-session.h"

#define VARIABLE "AG_TEST_TRAIN_SESSION"
#define STEPS    150

static const char *program;

static gboolean
is_over (gpointer run)
{
  return !ag_train_run_is_active (run);
}

static void
set_options (AgTrainerOptions *options)
{
  g_autoptr (GError) error = NULL;

  ag_trainer_options_init (options);
  options->preset = "quick-look";
  options->steps = STEPS;
  options->image_size = 16;
  options->levels = 2;
  options->depth = 2;
  options->width = 16;
  options->batch = 4;
  options->report_every = 5;
  options->evaluate_every = 10;
  options->sample_every = 7;
  options->sample_images = 4;
  options->checkpoint_every = 2;
  options->n_threads = 2;
  g_assert_true (ag_trainer_options_apply_preset (options, &error));
}

/* A kill before the first checkpoint leaves nothing that could be gone on with: the person throws
 * it away and begins again. */
static void
remove_stillborn (const char *runs)
{
  g_autofree char *path = g_build_filename (runs, "Run", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  if (g_file_test (path, G_FILE_TEST_EXISTS) && !ag_checkpoint_exists (folder))
    test_folder_free (g_steal_pointer (&path));
}

/* Starts the run if there is none, else goes on with it, to its end. */
static void
train (const char *data, const char *runs)
{
  g_autoptr (GFile) folder = g_file_new_for_path (runs);
  g_autoptr (GFile) images = g_file_new_for_path (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainSession) session = ag_train_session_new (folder, &error);
  g_autoptr (AgTrainRun) run = NULL;
  AgTrainerOptions options;

  g_assert_no_error (error);
  run = g_list_model_get_item (ag_train_session_get_runs (session), 0);
  set_options (&options);
  options.data = images;
  if (run != NULL && ag_train_run_get_state (run) == AG_TRAIN_RUN_PAUSED)
    ag_train_session_resume (session, run);
  else if (run == NULL)
    run = g_object_ref (ag_train_session_start (session, "Run", &options, &error));
  g_assert_no_error (error);
  g_assert_true (test_wait_until (is_over, run));
  g_assert_cmpstr (ag_train_run_get_message (run), ==, NULL);
  g_assert_cmpint (ag_train_run_get_state (run), ==, AG_TRAIN_RUN_FINISHED);
  ag_train_session_close (session);
}

gboolean
test_train_session_child (const char *name)
{
  const char *what = g_getenv (VARIABLE);
  g_auto (GStrv) paths = NULL;

  program = name;
  if (what == NULL)
    return FALSE;
  paths = g_strsplit (what, "|", 2);
  remove_stillborn (paths[1]);
  train (paths[0], paths[1]);
  return TRUE;
}

static gboolean
run_child (const char *data, const char *runs, gulong microseconds)
{
  return test_killed_run (program, VARIABLE, data, runs, microseconds);
}

static AgRunLog *
load_log (const char *runs)
{
  g_autofree char *path = g_build_filename (runs, "Run", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  AgRunLog *log = ag_run_log_load (file, &error);

  g_assert_no_error (error);
  return log;
}

/* All but the clock's numbers, to the bit. */
static void
assert_same_log (const AgRunLog *log, const AgRunLog *other)
{
  g_assert_cmpuint (log->reports->len, ==, other->reports->len);
  g_assert_cmpuint (log->reports->len, >=, STEPS / 5);
  for (guint i = 0; i < log->reports->len; i++)
    {
      const AgRunReport *a = &g_array_index (log->reports, AgRunReport, i);
      const AgRunReport *b = &g_array_index (other->reports, AgRunReport, i);

      g_assert_cmpuint (a->step, ==, b->step);
      g_assert_cmpmem (&a->train_bits_per_dim, sizeof (double), &b->train_bits_per_dim,
                       sizeof (double));
      g_assert_cmpmem (&a->held_out_bits_per_dim, sizeof (double), &b->held_out_bits_per_dim,
                       sizeof (double));
      g_assert_cmpmem (&a->learning_rate, sizeof (double), &b->learning_rate, sizeof (double));
      g_assert_cmpmem (&a->gradient_norm, sizeof (double), &b->gradient_norm, sizeof (double));
    }
}

static void
test_kill (void)
{
  char *base = test_folder_new ();
  g_autofree char *data = g_build_filename (base, "data", NULL);
  g_autofree char *runs = g_build_filename (base, "runs", NULL);
  g_autofree char *others = g_build_filename (base, "others", NULL);
  const char *kills = g_getenv ("AG_TEST_KILLS");
  int n_kills = kills ? atoi (kills) : 4, n_killed = 0, n_runs = 0;
  g_autoptr (AgRunLog) log = NULL;
  gint64 begin, took;

  test_save_faces (data, 40, 16, 16);
  begin = g_get_monotonic_time ();
  g_assert_true (run_child (data, runs, 0));
  took = g_get_monotonic_time () - begin;
  log = load_log (runs);
  /* A run that comes to its end meanwhile is looked at, and another is begun. */
  for (n_runs = 1; n_runs == 1 || n_killed < n_kills; n_runs++)
    {
      g_autoptr (AgRunLog) other = NULL;

      while (n_killed < n_kills &&
             !run_child (data, others, (gulong) g_random_int_range (1, (gint32) took / 2)))
        n_killed++;
      g_assert_true (run_child (data, others, 0));
      other = load_log (others);
      assert_same_log (log, other);
      test_folder_free (g_strdup (others));
    }
  g_test_message ("killed %d times in %d runs", n_killed, n_runs - 1);
  test_folder_free (base);
}

void
test_train_kill_add (void)
{
  g_test_add_func ("/session/train/kill", test_kill);
}
