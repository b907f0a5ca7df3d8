/* test-trainer-failures.c: what goes wrong, is said, and does no harm
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ag-run-log.h"
#include "ag-safetensors.h"
#include "ag-trainer-private.h"
#include "ag-trainer.h"
#include "test-images.h"
#include "test-train.h"

/* Makes a trainer and runs it; its notices go to the fixture. */
static gboolean
train (TestFolders *self, const AgTrainerOptions *options, GError **error)
{
  AgTrainerCallbacks callbacks = { .notice = test_take_notice, .data = self };
  g_autoptr (AgTrainer) trainer = ag_trainer_new (options, &callbacks, NULL, error);

  return trainer && ag_trainer_run (trainer, NULL, NULL, error);
}

static void
test_exists (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 2);
  g_autoptr (GError) error = NULL;

  options.resume = TRUE;
  g_assert_false (train (self, &options, &error));
  g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_NO_RUN);
  g_assert_false (g_file_test (self->run, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  options.resume = FALSE;
  test_train (&options);
  g_assert_false (train (self, &options, &error));
  g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_EXISTS);
  test_options_clear (&options);
}

static void
test_other_options (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 2);
  g_autoptr (GError) error = NULL;

  test_train (&options);
  options.resume = TRUE;
  options.width = 8;
  g_assert_false (train (self, &options, &error));
  g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS);
  g_assert_cmpstr (error->message, ==, "The run was begun with width 16 and cannot go on with 8");
  test_options_clear (&options);
}

static void
test_bad_images (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 2);
  g_autoptr (GError) error = NULL;

  test_write (self->data, "broken.png", "x");
  test_write (self->data, "broken.jpg", "x");
  g_assert_true (train (self, &options, &error));
  g_assert_nonnull (strstr (self->notices->str, "broken.png: "));
  g_assert_nonnull (strstr (self->notices->str, "broken.jpg: "));
  g_assert_nonnull (strstr (self->notices->str, "2 pictures of 42 cannot be used"));
  test_options_clear (&options);

  options = test_options (self->data, self->other, 2);
  options.image_size = 32;
  g_assert_false (train (self, &options, &error));
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY);
  g_assert_false (g_file_test (self->other, G_FILE_TEST_EXISTS));
  test_options_clear (&options);
}

static void
test_images_change (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 4);
  g_autoptr (GError) error = NULL;

  test_train (&options);
  test_save_faces (self->data, 60, 16, 16);
  options.resume = TRUE;
  options.steps = 8;
  g_assert_true (train (self, &options, &error));
  g_assert_nonnull (strstr (self->notices->str, "The pictures have changed since this run"));
  test_options_clear (&options);
}

static void
test_no_permission (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, "/proc/nowhere/run", 2);
  g_autoptr (GError) error = NULL;

  g_assert_false (train (self, &options, &error));
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, "/proc/nowhere/run: "));
  test_options_clear (&options);
}

/* Root may look into every folder, and so becomes somebody else for a while. */
static void
lock (const char *path, gboolean locked)
{
  if (!locked && getuid () == 0)
    g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_cmpint (g_chmod (path, locked ? 0 : 0700), ==, 0);
  if (locked && getuid () == 0)
    g_assert_cmpint (seteuid (65534), ==, 0);
}

/* A run, or a folder of pictures, that may not be looked into: that is said, and not that there is
 * nothing. */
static void
test_locked (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 2);
  g_autoptr (GError) error = NULL;

  test_train (&options);
  g_assert_cmpint (g_chmod (self->base, 0755), ==, 0);
  options.steps = 4;
  for (int resume = 0; resume < 2; resume++)
    {
      g_autofree char *words = g_strdup_printf ("%s: %s", self->run, g_strerror (EACCES));

      options.resume = resume;
      lock (self->run, TRUE);
      g_assert_false (train (self, &options, &error));
      lock (self->run, FALSE);
      g_assert_cmpstr (error->message, ==, words);
      g_clear_error (&error);
    }
  /* Somebody who may make a run here, but not see the pictures. */
  g_assert_cmpint (g_chmod (self->base, 0777), ==, 0);
  g_object_unref (options.run);
  options.run = g_file_new_for_path (self->other);
  options.resume = FALSE;
  lock (self->data, TRUE);
  g_assert_false (train (self, &options, &error));
  lock (self->data, FALSE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, self->data));
  g_assert_nonnull (strstr (error->message, g_strerror (EACCES)));
  g_assert_false (g_file_test (self->other, G_FILE_TEST_EXISTS));
  test_options_clear (&options);
}

/* What a later version may write: it is told so before anything is done. */
static void
test_other_version (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 2);
  g_autofree char *path = g_build_filename (self->run, "checkpoint.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *bytes = NULL, *log = NULL, *log_after = NULL;
  const char *format = "\"run.format\":\"1\"";
  char *place;
  gsize size;

  test_train (&options);
  test_remove (self->run, "checkpoint.previous.safetensors");
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  place = g_strstr_len (bytes + 8, (gssize) size - 8, format); /* behind the length of the header */
  g_assert_nonnull (place);
  place[strlen (format) - 2] = '2';
  test_write_bytes (self->run, "checkpoint.safetensors", bytes, size);
  log = test_log_text (self->run);
  options.resume = TRUE;
  options.steps = 4;
  g_assert_false (train (self, &options, &error));
  g_assert_cmpstr (error->message, ==,
                   "checkpoint.safetensors: written by another version of this program");
  log_after = test_log_text (self->run);
  g_assert_cmpstr (log, ==, log_after);
  test_options_clear (&options);
}

static void
test_one_at_a_time (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = ag_trainer_new (&options, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (trainer);
  options.resume = TRUE;
  g_assert_null (ag_trainer_new (&options, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  test_options_clear (&options);
}

static void
damage (const char *run, const char *name, gboolean cut)
{
  g_autofree char *path = g_build_filename (run, name, NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  if (cut)
    size /= 2;
  else
    memcpy (bytes + size / 3, "\xff\xff\xff\x7f\xff\xff\xff\x7f", 8);
  test_write_bytes (run, name, bytes, size);
}

/* With the last checkpoint damaged the one before it leads to the same end. */
static void
test_damaged_checkpoint (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions whole = test_options (self->data, self->run, 12);
  AgTrainerOptions parts = test_options (self->data, self->other, 7);
  g_autoptr (GError) error = NULL;

  parts.checkpoint_every = 4;
  test_train (&whole);
  test_train (&parts);
  damage (self->other, "checkpoint.safetensors", TRUE);
  parts.resume = TRUE;
  parts.steps = 12;
  g_assert_true (train (self, &parts, &error));
  g_assert_true (g_str_has_prefix (self->notices->str, "checkpoint.safetensors: "));
  test_assert_same_run (self->run, self->other);

  damage (self->other, "checkpoint.safetensors", TRUE);
  damage (self->other, "checkpoint.previous.safetensors", TRUE);
  g_assert_false (train (self, &parts, &error));
  g_assert_true (g_str_has_prefix (error->message, "checkpoint.safetensors: "));
  test_options_clear (&whole);
  test_options_clear (&parts);
}

static void
test_other_files (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 3);
  g_autoptr (GError) error = NULL;
  g_autofree char *model = g_build_filename (self->run, "model.safetensors", NULL);
  g_autofree char *bytes = NULL;
  gsize size;

  test_train (&options);
  g_assert_true (g_file_get_contents (model, &bytes, &size, NULL));
  test_write_bytes (self->run, "checkpoint.safetensors", bytes, size);
  test_remove (self->run, "checkpoint.previous.safetensors");
  options.resume = TRUE;
  g_assert_false (train (self, &options, &error));
  g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_CHECKPOINT);
  g_assert_cmpstr (error->message, ==,
                   "checkpoint.safetensors: not a checkpoint of a training run");
  test_options_clear (&options);
}

/* A learning rate that is far too high: values overflow, the run goes back, and the log shows it.
 */
static void
rolls_back (TestFolders *self, AgGradientMode mode, int checkpoint_every)
{
  AgTrainerOptions options = test_options (self->data, self->run, 40);
  g_autoptr (GError) error = NULL;
  g_autofree char *log = NULL;
  g_autoptr (GFile) run = g_file_new_for_path (self->run);
  g_autoptr (AgRunLog) reports = NULL;

  options.coupling = AG_COUPLING_AFFINE;
  options.learning_rate = 10;
  options.warmup = 0;
  options.sample_every = 0;
  options.gradient = mode;
  options.checkpoint_every = checkpoint_every;
  if (!train (self, &options, &error))
    g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_DIVERGED);
  g_assert_nonnull (strstr (self->notices->str, "with the learning rate halved to 5."));
  log = test_log_text (self->run);
  g_assert_nonnull (strstr (log, "\"event\":\"rollback\",\"lr\":5}"));
  reports = ag_run_log_load (run, NULL);
  g_assert_nonnull (reports);
  for (guint i = 1; i < reports->reports->len; i++)
    g_assert_cmpuint (g_array_index (reports->reports, AgRunReport, i).step, >,
                      g_array_index (reports->reports, AgRunReport, i - 1).step);
  for (guint i = 0; i < reports->reports->len; i++)
    g_assert_true (isfinite (g_array_index (reports->reports, AgRunReport, i).train_bits_per_dim));
  test_options_clear (&options);
}

static void
test_rolls_back (TestFolders *self, gconstpointer unused)
{
  rolls_back (self, AG_GRADIENT_STORED, 0);
}

/* There the gradient is used before all of it is known. */
static void
test_rolls_back_by_parts (TestFolders *self, gconstpointer unused)
{
  rolls_back (self, AG_GRADIENT_REVERSED, 0);
}

/* With a checkpoint of every step the last one is always what fails: it goes further back. */
static void
test_rolls_back_further (TestFolders *self, gconstpointer unused)
{
  rolls_back (self, AG_GRADIENT_REVERSED, 1);
}

/* Half a step that turns out not to be finite leaves nothing of itself behind. */
static void
test_spoilt (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 3);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = NULL;
  g_autofree ag_real *before = NULL;
  AgTrainState *state;

  options.gradient = AG_GRADIENT_REVERSED;
  options.checkpoint_every = 1;
  trainer = ag_trainer_new (&options, NULL, NULL, &error);
  g_assert_no_error (error);
  state = trainer->state;
  before = g_memdup2 (state->parameters, state->n * sizeof *before);
  for (int i = 0; i < 2; i++)
    {
      state->parameters[state->n - 1] = state->v[0] = (ag_real) NAN;
      trainer->is_spoilt = TRUE;
      if (i == 0)
        {
          /* At the first step there is nothing to try again with. */
          g_assert_false (ag_trainer_roll_back (trainer, &error));
          g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_DIVERGED);
          g_clear_error (&error);
          g_assert_cmpmem (state->parameters, state->n * sizeof *before, before,
                           state->n * sizeof *before);
          g_assert_true (ag_trainer_run (trainer, NULL, NULL, &error));
          g_assert_cmpuint (state->counters.step, ==, 3);
        }
      else
        {
          g_assert_true (ag_trainer_roll_back (trainer, &error));
          g_assert_cmpuint (state->counters.step, ==, 2);
          g_assert_cmpfloat (state->counters.rate_scale, ==, 0.5);
        }
      g_assert_no_error (error);
      g_assert_false (trainer->is_spoilt);
      g_assert_cmpfloat (state->v[0], >=, 0);
      g_assert_true (isfinite (state->parameters[state->n - 1]));
    }
  test_options_clear (&options);
}

/* A model that learns a few images by heart: that is pointed out once, and the best one is kept. */
static void
test_overfits (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 300);
  g_autoptr (GFile) run = g_file_new_for_path (self->run);
  g_autoptr (GFile) file = g_file_get_child (run, "best.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (AgRunLog) log = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autofree char *words = NULL;
  const AgRunReport *best, *last;

  options.held_out = 0.5;
  options.learning_rate = 3e-4;
  options.average = 0;
  options.flip = 0;
  options.width = 64;
  options.evaluate_every = 10;
  options.sample_every = 0;
  g_assert_true (train (self, &options, &error));
  log = ag_run_log_load (run, &error);
  g_assert_no_error (error);
  best = &g_array_index (log->reports, AgRunReport, log->best);
  last = &g_array_index (log->reports, AgRunReport, log->reports->len - 1);
  g_test_message ("held out %g at step %d, %g at the end, where training is %g",
                  best->held_out_bits_per_dim, (int) best->step, last->held_out_bits_per_dim,
                  last->train_bits_per_dim);
  g_assert_cmpfloat (last->held_out_bits_per_dim, >, best->held_out_bits_per_dim + 0.1);
  g_assert_cmpfloat (last->train_bits_per_dim, <, best->train_bits_per_dim);
  words = g_strdup_printf ("Held-out bits/dim has not fallen since step %d: ", (int) best->step);
  g_assert_nonnull (strstr (self->notices->str, words));
  model = ag_model_load (file, &error);
  g_assert_no_error (error);
  g_assert_cmpint (atoi (g_hash_table_lookup (model->facts, "steps")), ==, best->step);
  test_options_clear (&options);
}

static void
set_file_limit (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes == RLIM_INFINITY ? limit.rlim_max : bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

/* A limit on the size of files fails as a full disk does. The run can go on when there is room. */
static void
full_disk (TestFolders *self, gsize room)
{
  AgTrainerOptions whole = test_options (self->data, self->run, 20);
  AgTrainerOptions parts = test_options (self->data, self->other, 20);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = NULL;
  g_autofree char *path = g_build_filename (self->other, "checkpoint.safetensors", NULL);
  g_autofree char *before = NULL, *after = NULL;
  gsize size_before, size_after;

  signal (SIGXFSZ, SIG_IGN);
  test_train (&whole);
  parts.checkpoint_every = 5;
  trainer = ag_trainer_new (&parts, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &before, &size_before, NULL));
  set_file_limit (room);
  g_assert_false (ag_trainer_run (trainer, NULL, NULL, &error));
  set_file_limit (RLIM_INFINITY);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strchr (error->message, ':'));
  g_clear_error (&error);
  g_assert_true (g_file_get_contents (path, &after, &size_after, NULL));
  g_assert_cmpmem (before, size_before, after, size_after);

  g_assert_true (ag_trainer_run (trainer, NULL, NULL, &error));
  test_assert_same_run (self->run, self->other);
  test_options_clear (&whole);
  test_options_clear (&parts);
}

static void
test_full_disk (TestFolders *self, gconstpointer unused)
{
  full_disk (self, 1000);
}

static void
test_full_disk_for_log (TestFolders *self, gconstpointer unused)
{
  full_disk (self, 100);
}

static void
add (const char *path, void (*func) (TestFolders *self, gconstpointer unused))
{
  g_test_add (path, TestFolders, NULL, test_folders_set_up, func, test_folders_tear_down);
}

void
test_trainer_failures_add (void)
{
  add ("/train/failures/exists", test_exists);
  add ("/train/failures/other-options", test_other_options);
  add ("/train/failures/bad-images", test_bad_images);
  add ("/train/failures/images-change", test_images_change);
  add ("/train/failures/no-permission", test_no_permission);
  add ("/train/failures/locked", test_locked);
  add ("/train/failures/other-version", test_other_version);
  add ("/train/failures/one-at-a-time", test_one_at_a_time);
  add ("/train/failures/damaged-checkpoint", test_damaged_checkpoint);
  add ("/train/failures/other-files", test_other_files);
  add ("/train/failures/rolls-back", test_rolls_back);
  add ("/train/failures/rolls-back/by-parts", test_rolls_back_by_parts);
  add ("/train/failures/rolls-back/further", test_rolls_back_further);
  add ("/train/failures/spoilt", test_spoilt);
  add ("/train/failures/overfits", test_overfits);
  add ("/train/failures/full-disk", test_full_disk);
  add ("/train/failures/full-disk-for-log", test_full_disk_for_log);
}
