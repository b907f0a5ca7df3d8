/* test-trainer-kill.c: a run that is killed again and again comes to the same end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The run is this program once more, told by an environment variable what to train. It is killed
 * at random moments up to six times the time that it takes to load; AG_TEST_KILLS says how often.
 */
#include "test-train-child.h"

#include <stdlib.h>

#include "test-images.h"
#include "test-killed.h"
#include "test-train.h"

#define VARIABLE "AG_TEST_TRAIN_CHILD"
#define STEPS    150

static const char *program;

static AgTrainerOptions
kill_options (const char *data, const char *run)
{
  AgTrainerOptions options = test_options (data, run, STEPS);

  options.checkpoint_every = 2;
  options.sample_every = 7;
  return options;
}

gboolean
test_train_child (const char *name)
{
  const char *what = g_getenv (VARIABLE);
  g_auto (GStrv) paths = NULL;
  g_autofree char *checkpoint = NULL;
  AgTrainerOptions options;

  program = name;
  if (what == NULL)
    return FALSE;
  paths = g_strsplit (what, "|", 2);
  options = kill_options (paths[0], paths[1]);
  checkpoint = g_build_filename (paths[1], "checkpoint.safetensors", NULL);
  options.resume = g_file_test (checkpoint, G_FILE_TEST_EXISTS);
  test_train (&options);
  test_options_clear (&options);
  return TRUE;
}

static gboolean
run_child (const char *data, const char *run, gulong microseconds)
{
  return test_killed_run (program, VARIABLE, data, run, microseconds);
}

static gint64
time_child (const char *data, const char *run)
{
  gint64 begin = g_get_monotonic_time ();

  g_assert_true (run_child (data, run, 0));
  return g_get_monotonic_time () - begin;
}

static guint64
find_step (const char *run)
{
  g_autoptr (GFile) file = g_file_new_build_filename (run, "checkpoint.safetensors", NULL);
  g_autoptr (AgModel) model = ag_model_load (file, NULL);
  const char *step = model ? g_hash_table_lookup (model->facts, "steps") : NULL;

  return step ? g_ascii_strtoull (step, NULL, 10) : 0;
}

/* Every kill counts: a run that came to its end is compared and another one begun. Some lives end
 * while the run is loaded, most while it trains or saves. */
static void
test_kill (void)
{
  char *base = test_folder_new ();
  g_autofree char *data = g_build_filename (base, "data", NULL);
  g_autofree char *run = g_build_filename (base, "run", NULL);
  g_autofree char *other = g_build_filename (base, "other", NULL);
  const char *kills = g_getenv ("AG_TEST_KILLS");
  int n_kills = kills ? atoi (kills) : 50, n_ends = 0, n_further = 0;
  gint64 loading;

  test_save_faces (data, 40, 16, 16);
  g_assert_true (run_child (data, run, 0));
  loading = time_child (data, run); /* there is nothing left to train */
  for (int killed = 0; killed < n_kills;)
    {
      guint64 before = find_step (other);

      if (run_child (data, other, (gulong) g_random_int_range (1, (gint32) (6 * loading))))
        {
          test_assert_same_run (run, other);
          test_remove (base, "other");
          n_ends++;
          continue;
        }
      killed++;
      n_further += find_step (other) > before;
    }
  g_assert_true (run_child (data, other, 0));
  g_test_message ("killed %d times, %d times after a new checkpoint, with %d ends between", n_kills,
                  n_further, n_ends);
  test_assert_same_run (run, other);
  test_folder_free (base);
}

void
test_trainer_kill_add (void)
{
  g_test_add_func ("/train/kill", test_kill);
}
