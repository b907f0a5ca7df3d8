/* test-trainer-ranks.c: several processes train one run together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The processes are this program once more, started by mpirun and told by an environment variable
 * what to train. A limit of time ends what hangs. Skipped in a build without MPI.
 *
 * However the images are shared out, among processes or among the threads of one, the run is the
 * same to the last bit.
 */
#include "test-train-child.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "test-images.h"
#include "test-train.h"

#define VARIABLE "AG_TEST_TRAIN_RANKS"
#define BEGIN    30 /* steps of a run that goes on */
#define STEPS    50
#define TURN     37 /* the step at which something happens */

enum
{
  END_FINISHED,
  END_FAILED,
  END_STOPPED = 3,
  END_TIME_OUT = 124,
};

/* What the processes do; one of them may be special. */
typedef enum
{
  PLAN_TRAIN,
  PLAN_BEGIN,
  PLAN_RESUME,
  PLAN_UNEVEN,
  PLAN_REVERSED,
  PLAN_CLIPPED,
  PLAN_GUIDED,
  PLAN_ROLL_BACK,
  PLAN_CANCEL,
  PLAN_DIE,
  PLAN_OTHER_OPTIONS,
  PLAN_OTHER_IMAGES,
  PLAN_NO_IMAGES,
  PLAN_SMALL_BATCH,
} Plan;

static const char *program;
static atomic_bool cancel;

typedef struct
{
  Plan plan;
  AgRanks *ranks;
} Child;

static void
on_signal (int number)
{
  atomic_store (&cancel, true);
}

static AgTrainerOptions
plan_options (Plan plan, const char *data, const char *run)
{
  AgTrainerOptions options = test_options (data, run, plan == PLAN_BEGIN ? BEGIN : STEPS);

  options.n_threads = 1;
  options.checkpoint_every = 5;
  options.flip = 1;
  options.shift = 2;
  options.brightness = 0.1;
  options.resume = plan == PLAN_RESUME;
  if (plan == PLAN_UNEVEN)
    options.batch = 7;
  if (plan == PLAN_REVERSED)
    options.gradient = AG_GRADIENT_REVERSED;
  if (plan == PLAN_CLIPPED)
    options.clip = 0.5;
  if (plan == PLAN_GUIDED)
    {
      options.guide = 30;
      options.from = g_file_new_build_filename (data, "..", "guide", "model.safetensors", NULL);
    }
  if (plan == PLAN_SMALL_BATCH)
    options.batch = 1;
  if (plan == PLAN_ROLL_BACK)
    {
      options.coupling = AG_COUPLING_AFFINE;
      options.learning_rate = 10;
      options.warmup = 0;
      options.sample_every = 0;
    }
  return options;
}

static void
take_turn (const AgTrainerProgress *progress, gpointer data)
{
  Child *child = data;

  if (ag_ranks_get_rank (child->ranks) != 1 || progress->step != TURN)
    return;
  if (child->plan == PLAN_CANCEL)
    atomic_store (&cancel, true);
  else if (child->plan == PLAN_DIE)
    kill (getpid (), SIGKILL);
}

static void
make_special (Plan plan, AgTrainerOptions *options)
{
  if (plan == PLAN_OTHER_OPTIONS)
    options->width = 8;
  else if (plan == PLAN_OTHER_IMAGES || plan == PLAN_NO_IMAGES)
    {
      g_autofree char *path = g_file_get_path (options->data);

      g_object_unref (options->data);
      options->data = g_file_new_build_filename (
        path, plan == PLAN_OTHER_IMAGES ? "../fewer" : "../nowhere", NULL);
    }
}

/* All processes have to hold the same bytes at the end. */
static void
assert_same_weights (AgTrainer *trainer, AgRanks *ranks)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = ag_trainer_get_model (trainer, &error);
  size_t n;
  const ag_real *ours = ag_glow_parameters (model->glow, &n);
  g_autofree ag_real *first = g_memdup2 (ours, n * sizeof *ours);

  g_assert_true (ag_ranks_share (ranks, 0, first, n * sizeof *first, &error));
  g_assert_cmpmem (ours, n * sizeof *ours, first, n * sizeof *first);
}

static int
run_plan (Plan plan, const char *data, const char *run)
{
  AgTrainerOptions options = plan_options (plan, data, run);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgRanks) ranks = ag_ranks_new (&cancel, &error);
  Child child = { plan, ranks };
  const AgTrainerCallbacks callbacks = { .progress = take_turn, .data = &child };
  g_autoptr (AgTrainer) trainer = NULL;
  AgTrainerEnd end;

  g_assert_no_error (error);
  signal (SIGTERM, on_signal);
  options.ranks = ranks;
  if (ag_ranks_get_rank (ranks) == 1)
    make_special (plan, &options);
  trainer = ag_trainer_new (&options, &callbacks, &cancel, &error);
  test_options_clear (&options);
  if (trainer == NULL || !ag_trainer_run (trainer, &cancel, &end, &error))
    {
      g_printerr ("rank %d: %s\n", ag_ranks_get_rank (ranks), error->message);
      return END_FAILED;
    }
  assert_same_weights (trainer, ranks);
  return end == AG_TRAINER_FINISHED ? END_FINISHED : END_STOPPED;
}

gboolean
test_ranks_child (const char *name, int *status)
{
  const char *what = g_getenv (VARIABLE);
  g_auto (GStrv) parts = NULL;

  program = name;
  if (what == NULL)
    return FALSE;
  parts = g_strsplit (what, "|", 3);
  *status = run_plan ((Plan) atoi (parts[0]), parts[1], parts[2]);
  return TRUE;
}

typedef struct
{
  char *base, *data, *run, *other;
  char *said; /* by the processes and mpirun, on stderr */
} Fixture;

static void
fixture_set_up (Fixture *self, gconstpointer unused)
{
  g_autofree char *fewer = NULL;

  self->base = test_folder_new ();
  self->data = g_build_filename (self->base, "data", NULL);
  self->run = g_build_filename (self->base, "run", NULL);
  self->other = g_build_filename (self->base, "other", NULL);
  fewer = g_build_filename (self->base, "fewer", NULL);
  test_save_faces (self->data, 40, 16, 16);
  test_save_faces (fewer, 30, 16, 16);
}

static void
fixture_tear_down (Fixture *self, gconstpointer unused)
{
  test_folder_free (self->base);
  g_free (self->data);
  g_free (self->run);
  g_free (self->other);
  g_free (self->said);
}

/* Returns the exit status of mpirun, which is that of the first process that had one. */
static int
run_together (Fixture *self, Plan plan, int n, const char *run)
{
  g_autofree char *what = g_strdup_printf ("%d|%s|%s", plan, self->data, run);
  g_autofree char *number = g_strdup_printf ("%d", n);
  const char *argv[] = {
    "timeout", "-k", "5",    "100",   MPIRUN, "--allow-run-as-root", "--oversubscribe", "--bind-to",
    "none",    "-n", number, program, NULL
  };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), VARIABLE, what, TRUE);
  g_autoptr (GError) error = NULL;
  int status;

  g_clear_pointer (&self->said, g_free);
  g_spawn_sync (NULL, (char **) argv, environment, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL,
                &self->said, &status, &error);
  g_assert_no_error (error);
  g_test_message ("%s", self->said);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), !=, END_TIME_OUT);
  return WEXITSTATUS (status);
}

static void
run_alone (Fixture *self, Plan plan, const char *run)
{
  AgTrainerOptions options = plan_options (plan, self->data, run);

  test_train (&options);
  test_options_clear (&options);
}

static void
copy_run (const char *from, const char *to)
{
  const char *argv[] = { "cp", "-r", from, to, NULL };
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                &error);
  g_assert_no_error (error);
}

/* A run from its first step on, in several processes and in one with so many threads. */
static void
compare (Fixture *self, Plan plan, int n, int n_threads)
{
  AgTrainerOptions options = plan_options (plan, self->data, self->run);

  options.n_threads = n_threads;
  test_train (&options);
  test_options_clear (&options);
  g_assert_cmpint (run_together (self, plan, n, self->other), ==, END_FINISHED);
  test_assert_same_run (self->run, self->other);
}

static void
test_same (Fixture *self, gconstpointer unused)
{
  compare (self, PLAN_TRAIN, 2, 1);
}

/* With reversal one process takes the step part by part. */
static void
test_reversed (Fixture *self, gconstpointer unused)
{
  compare (self, PLAN_REVERSED, 2, 2);
}

/* The norm of the gradient decides on the step too. */
static void
test_clipped (Fixture *self, gconstpointer unused)
{
  compare (self, PLAN_CLIPPED, 2, 3);
}

/* Only the first process has the directions that guide. */
static void
test_guided (Fixture *self, gconstpointer unused)
{
  g_autofree char *guide = g_build_filename (self->base, "guide", NULL);

  test_make_guide (self->data, guide);
  compare (self, PLAN_GUIDED, 2, 2);
}

/* 7 images, of which three processes take 3, 2 and 2. */
static void
test_uneven (Fixture *self, gconstpointer unused)
{
  compare (self, PLAN_UNEVEN, 3, 1);
}

static void
test_resume (Fixture *self, gconstpointer unused)
{
  g_assert_cmpint (run_together (self, PLAN_TRAIN, 2, self->run), ==, END_FINISHED);
  g_assert_cmpint (run_together (self, PLAN_BEGIN, 2, self->other), ==, END_FINISHED);
  g_assert_cmpint (run_together (self, PLAN_RESUME, 2, self->other), ==, END_FINISHED);
  test_assert_same_run (self->run, self->other);
}

/* What two have begun one goes on with as two do. */
static void
test_resume_alone (Fixture *self, gconstpointer unused)
{
  g_assert_cmpint (run_together (self, PLAN_BEGIN, 2, self->run), ==, END_FINISHED);
  copy_run (self->run, self->other);
  g_assert_cmpint (run_together (self, PLAN_RESUME, 2, self->run), ==, END_FINISHED);
  run_alone (self, PLAN_RESUME, self->other);
  test_assert_same_run (self->run, self->other);
}

static void
test_cancel (Fixture *self, gconstpointer unused)
{
  g_assert_cmpint (run_together (self, PLAN_TRAIN, 2, self->run), ==, END_FINISHED);
  g_assert_cmpint (run_together (self, PLAN_CANCEL, 2, self->other), ==, END_STOPPED);
  g_assert_cmpint (run_together (self, PLAN_RESUME, 2, self->other), ==, END_FINISHED);
  test_assert_same_run (self->run, self->other);
}

static void
test_rolls_back (Fixture *self, gconstpointer unused)
{
  g_autofree char *log = NULL;

  /* That training diverges in the end is no failure of this test. */
  run_together (self, PLAN_ROLL_BACK, 2, self->run);
  log = test_log_text (self->run);
  g_assert_nonnull (strstr (log, "\"event\":\"rollback\",\"lr\":5}"));
  g_assert_null (strstr (self->said, "ERROR"));
}

static void
test_die (Fixture *self, gconstpointer unused)
{
  g_assert_cmpint (run_together (self, PLAN_TRAIN, 2, self->run), ==, END_FINISHED);
  g_assert_cmpint (run_together (self, PLAN_DIE, 2, self->other), !=, END_FINISHED);
  g_assert_nonnull (strstr (self->said, "signal 9"));
  g_assert_cmpint (run_together (self, PLAN_RESUME, 2, self->other), ==, END_FINISHED);
  test_assert_same_run (self->run, self->other);
}

/* What is wrong in one process ends both, with words, before there is a run. */
static void
assert_refused (Fixture *self, Plan plan, const char *words)
{
  g_assert_cmpint (run_together (self, plan, 2, self->run), ==, END_FAILED);
  g_assert_nonnull (strstr (self->said, words));
  g_assert_nonnull (strstr (self->said, "rank 0: "));
  g_assert_nonnull (strstr (self->said, "rank 1: "));
  g_assert_false (g_file_test (self->run, G_FILE_TEST_EXISTS));
}

static void
test_differ (Fixture *self, gconstpointer unused)
{
  assert_refused (self, PLAN_OTHER_OPTIONS,
                  "process 1: was started with width 8, process 0 with 16");
  assert_refused (self, PLAN_OTHER_IMAGES, "these are other images than those of process 0");
  assert_refused (self, PLAN_NO_IMAGES, "nowhere: ");
  assert_refused (self, PLAN_SMALL_BATCH,
                  "batch is 1, the images of all processes together; for 2 processes it must be "
                  "at least that many");
}

static void
test_alone (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgRanks) ranks = ag_ranks_new (NULL, &error);
  const double x[] = { 1, 2, 3 };
  ag_real sums[3] = { 0 };

  g_assert_no_error (error);
  g_assert_cmpint (ag_ranks_get_size (ranks), ==, 1);
  g_assert_cmpint (ag_ranks_get_rank (ranks), ==, 0);
  g_assert_true (ag_ranks_sum (ranks, x, sums, 3, &error));
  g_assert_cmpfloat (sums[2], ==, 3);
  g_assert_true (ag_ranks_agree (ranks, NULL, &error));
  g_assert_false (
    ag_ranks_agree (ranks, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_BUSY, "busy"), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
}

static void
skip (Fixture *self, gconstpointer unused)
{
  g_test_skip ("built without MPI");
}

static void
add (const char *path, void (*func) (Fixture *self, gconstpointer unused))
{
  gboolean has_mpi = MPIRUN[0] != '\0';

  g_test_add (path, Fixture, NULL, has_mpi ? fixture_set_up : NULL, has_mpi ? func : skip,
              has_mpi ? fixture_tear_down : NULL);
}

void
test_trainer_ranks_add (void)
{
  g_test_add_func ("/train/ranks/alone", test_alone);
  add ("/train/ranks/same", test_same);
  add ("/train/ranks/uneven", test_uneven);
  add ("/train/ranks/reversed", test_reversed);
  add ("/train/ranks/clipped", test_clipped);
  add ("/train/ranks/guided", test_guided);
  add ("/train/ranks/resume", test_resume);
  add ("/train/ranks/resume-alone", test_resume_alone);
  add ("/train/ranks/cancel", test_cancel);
  add ("/train/ranks/rolls-back", test_rolls_back);
  add ("/train/ranks/die", test_die);
  add ("/train/ranks/differ", test_differ);
}
