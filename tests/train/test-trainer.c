/* test-trainer.c: runs from beginning to end, stopped and resumed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer.h"

#include <math.h>
#include <string.h>

#include "ag-run-log.h"
#include "ag-safetensors.h"
#include "test-images.h"
#include "test-train.h"

static gboolean
exists (const char *run, const char *name)
{
  g_autofree char *path = g_build_filename (run, name, NULL);

  return g_file_test (path, G_FILE_TEST_IS_REGULAR);
}

static AgModel *
load_model (const char *run, const char *name)
{
  g_autofree char *path = g_build_filename (run, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  AgModel *model = ag_model_load_for_training (file, &error);

  g_assert_no_error (error);
  return model;
}

static AgRunLog *
load_log (const char *run)
{
  g_autoptr (GFile) file = g_file_new_for_path (run);
  g_autoptr (GError) error = NULL;
  AgRunLog *log = ag_run_log_load (file, &error);

  g_assert_no_error (error);
  return log;
}

static double
last_held_out (const AgRunLog *log)
{
  double value = NAN;

  for (guint i = 0; i < log->reports->len; i++)
    {
      double here = g_array_index (log->reports, AgRunReport, i).held_out_bits_per_dim;
      value = isnan (here) ? value : here;
    }
  return value;
}

static void
test_learns (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 150);
  g_autoptr (AgRunLog) log = NULL;
  g_autoptr (AgModel) model = NULL;
  AgRunReport *first, *last;

  options.learning_rate = 3e-3;
  options.average = 0.9;
  test_train (&options);
  log = load_log (self->run);
  first = &g_array_index (log->reports, AgRunReport, 0);
  last = &g_array_index (log->reports, AgRunReport, log->reports->len - 1);
  g_assert_cmpuint (last->step, ==, 150);
  g_assert_cmpuint (last->images, ==, 1200);
  g_test_message ("bits/dim %g to %g, held out %g", first->train_bits_per_dim,
                  last->train_bits_per_dim, last_held_out (log));
  g_assert_cmpfloat (last->train_bits_per_dim, <, first->train_bits_per_dim - 0.7);
  g_assert_cmpfloat (last_held_out (log), <,
                     g_array_index (log->reports, AgRunReport, 1).held_out_bits_per_dim - 0.5);

  for (int i = 0; i < 4; i++)
    {
      static const char *const names[] = { "best.safetensors", "checkpoint.previous.safetensors",
                                           "checkpoint.safetensors", "samples/step-00000150.png" };
      g_assert_true (exists (self->run, names[i]));
    }
  model = load_model (self->run, "model.safetensors");
  g_assert_cmpstr (g_hash_table_lookup (model->facts, "steps"), ==, "150");
  g_assert_cmpstr (g_hash_table_lookup (model->facts, "data"), ==, "data");
  g_assert_cmpfloat (
    fabs (g_ascii_strtod (g_hash_table_lookup (model->facts, "held_out_bits_per_dim"), NULL) -
          last_held_out (log)),
    <, 1e-4);
  test_options_clear (&options);
}

/* The number in the log, computed once more from the file and other noise. */
static void
test_held_out (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 60);
  g_autoptr (AgModel) model = NULL;
  g_autoptr (AgDataset) dataset = NULL;
  g_autoptr (AgRunLog) log = NULL;
  g_autoptr (GError) error = NULL;
  AgDatasetOptions dataset_options;
  AgFlowError flow_error;
  AgPool *pool;
  AgFlow *flow;
  AgScratch *scratch;
  const int *indices;
  double sum = 0;
  int n;

  options.evaluate_images = 1000;
  test_train (&options);
  log = load_log (self->run);
  model = load_model (self->run, "model.safetensors");
  ag_dataset_options_init (&dataset_options);
  dataset_options.height = dataset_options.width = 16;
  dataset_options.held_out = 0.2;
  dataset = ag_dataset_load (options.data, &dataset_options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_pool_new (1, &pool, &flow_error), ==, AG_OK);
  g_assert_cmpint (ag_flow_new (model->glow, &flow, &flow_error), ==, AG_OK);
  g_assert_cmpint (ag_scratch_new (flow, 1, pool, &scratch, &flow_error), ==, AG_OK);
  indices = ag_dataset_get_indices (dataset, AG_DATASET_HELD_OUT, &n);
  g_assert_cmpint (n, >, 2);
  for (int i = 0; i < n; i++)
    {
      ag_real x[768], eps[768], noise[768];
      double log_p;

      ag_random_uniform (99, (uint64_t) i, noise, 768);
      ag_values_from_bytes (ag_dataset_get_bytes (dataset, indices[i]), 768, 5, noise, x);
      g_assert_cmpint (ag_flow_encode (flow, scratch, 1, x, NULL, eps, &log_p, NULL, &flow_error),
                       ==, AG_OK);
      sum += ag_bits_per_dim (ag_flow_config (flow), log_p);
    }
  g_test_message ("%g in the log, %g with other noise", last_held_out (log), sum / n);
  g_assert_cmpfloat (fabs (last_held_out (log) - sum / n), <, 0.03);
  ag_scratch_free (scratch);
  ag_flow_free (flow);
  ag_pool_free (pool);
  test_options_clear (&options);
}

/* A report of the last step without an evaluation is followed by one with it, which is what the
 * caller is told too; a run that goes on has not seen it. */
static void
test_evaluated_at_end (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 9);
  AgTrainerOptions whole = test_options (self->data, self->other, 12);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = NULL;
  g_autoptr (AgRunLog) log = NULL;
  const AgRunReport *last;

  options.report_every = 3;
  options.evaluate_every = 6;
  trainer = ag_trainer_new (&options, NULL, NULL, &error);
  g_assert_no_error (error);
  ag_trainer_run (trainer, NULL, NULL, &error);
  g_assert_no_error (error);
  log = load_log (self->run);
  g_assert_cmpuint (log->reports->len, ==, 4); /* 3, 6, 9, 9 */
  last = &g_array_index (log->reports, AgRunReport, 3);
  g_assert_cmpuint (last[-1].step, ==, 9);
  g_assert_true (isnan (last[-1].held_out_bits_per_dim));
  g_assert_true (isfinite (last->held_out_bits_per_dim));
  g_assert_cmpfloat_with_epsilon (ag_trainer_get_progress (trainer)->held_out_bits_per_dim,
                                  last->held_out_bits_per_dim, 1e-6);
  g_clear_pointer (&trainer, ag_trainer_free);

  options.resume = TRUE;
  options.steps = 12;
  test_train (&options);
  test_train (&whole);
  test_assert_same_run (self->run, self->other);
  test_options_clear (&options);
  test_options_clear (&whole);
}

static void
test_samples (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 10);
  g_autofree char *path = g_build_filename (self->run, "samples", "step-00000010.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) grid = NULL;

  options.sample_images = 5;
  test_train (&options);
  grid = ag_image_load (file, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (grid->width, ==, 3 * 16 + 2 * 2);
  g_assert_cmpint (grid->height, ==, 2 * 16 + 2);
  test_options_clear (&options);
}

/* The average in the checkpoint is what model.safetensors holds. */
static void
test_average (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 20);
  g_autofree char *path = g_build_filename (self->run, "checkpoint.safetensors", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgSafetensors) checkpoint = NULL;
  g_autoptr (AgModel) model = NULL, raw = NULL;
  const AgSafetensor *average;
  ag_real *parameters, *raw_parameters;
  double difference = 0;
  size_t n;

  test_train (&options);
  checkpoint = ag_safetensors_open (file, &error);
  g_assert_no_error (error);
  average = ag_safetensors_find (checkpoint, "average.parameters");
  model = load_model (self->run, "model.safetensors");
  raw = load_model (self->run, "checkpoint.safetensors");
  parameters = ag_glow_parameters (model->glow, &n);
  raw_parameters = ag_glow_parameters (raw->glow, &n);
  g_assert_cmpuint (average->count, ==, n);
  for (size_t i = 0; i < n; i++)
    {
      float value;

      memcpy (&value, average->data + 4 * i, 4);
      g_assert_cmpfloat (value, ==, parameters[i]);
      difference += fabs (parameters[i] - raw_parameters[i]);
    }
  g_assert_cmpfloat (difference, >, 1e-3);
  test_options_clear (&options);
}

static void
test_resumes (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions whole = test_options (self->data, self->run, 20);
  AgTrainerOptions parts = test_options (self->data, self->other, 10);

  test_train (&whole);
  test_train (&parts);
  parts.resume = TRUE;
  parts.steps = 13;
  test_train (&parts);
  parts.steps = 20;
  test_train (&parts);
  test_assert_same_run (self->run, self->other);
  /* Nothing is left to do; nothing changes. */
  test_train (&parts);
  test_assert_same_run (self->run, self->other);
  test_options_clear (&whole);
  test_options_clear (&parts);
}

/* All that the user did not give comes from the run, the folder of images too. */
static void
test_resumes_by_itself (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions whole = test_options (self->data, self->run, 9);
  AgTrainerOptions parts = test_options (self->data, self->other, 5);
  AgTrainerOptions bare;

  test_train (&whole);
  test_train (&parts);
  ag_trainer_options_init (&bare);
  bare.run = parts.run;
  bare.resume = TRUE;
  bare.steps = 9;
  test_train (&bare);
  test_assert_same_run (self->run, self->other);
  test_options_clear (&whole);
  test_options_clear (&parts);
}

typedef struct
{
  atomic_bool cancel;
  guint64 at_step;
  AgTrainerPhase at_phase;
} Stopper;

static void
stop_at (const AgTrainerProgress *progress, gpointer data)
{
  Stopper *stopper = data;

  if (progress->step >= stopper->at_step && progress->phase == stopper->at_phase)
    atomic_store (&stopper->cancel, true);
}

/* Stops a run in a phase at a step, and goes on with the same trainer and with another. */
static void
check_stop (TestFolders *self, guint64 step, AgTrainerPhase phase, gboolean same_trainer)
{
  AgTrainerOptions whole = test_options (self->data, self->run, 20);
  AgTrainerOptions parts = test_options (self->data, self->other, 20);
  Stopper stopper = { .at_step = step, .at_phase = phase };
  AgTrainerCallbacks callbacks = { .progress = stop_at, .data = &stopper };
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = NULL;
  AgTrainerEnd end;

  test_train (&whole);
  trainer = ag_trainer_new (&parts, &callbacks, NULL, &error);
  g_assert_no_error (error);
  ag_trainer_run (trainer, &stopper.cancel, &end, &error);
  g_assert_no_error (error);
  g_assert_cmpint (end, ==, AG_TRAINER_STOPPED);
  g_assert_cmpuint (ag_trainer_get_progress (trainer)->step, >=, step);
  g_assert_true (exists (self->other, "model.safetensors"));
  if (same_trainer)
    {
      ag_trainer_run (trainer, NULL, &end, &error);
      g_assert_no_error (error);
      g_assert_cmpint (end, ==, AG_TRAINER_FINISHED);
    }
  else
    {
      g_clear_pointer (&trainer, ag_trainer_free);
      parts.resume = TRUE;
      test_train (&parts);
    }
  test_assert_same_run (self->run, self->other);
  test_options_clear (&whole);
  test_options_clear (&parts);
}

static void
test_stops_between_steps (TestFolders *self, gconstpointer unused)
{
  check_stop (self, 8, AG_TRAINER_TRAINING, FALSE);
}

static void
test_stops_in_evaluation (TestFolders *self, gconstpointer unused)
{
  check_stop (self, 12, AG_TRAINER_EVALUATING, FALSE);
}

static void
test_stops_and_goes_on (TestFolders *self, gconstpointer unused)
{
  check_stop (self, 12, AG_TRAINER_EVALUATING, TRUE);
}

static void
test_stops_at_end (TestFolders *self, gconstpointer unused)
{
  check_stop (self, 20, AG_TRAINER_EVALUATING, FALSE);
}

static void
test_limits (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = NULL;
  const AgTrainerProgress *progress;
  int n;

  options.epochs = 1.5;
  trainer = ag_trainer_new (&options, NULL, NULL, &error);
  g_assert_no_error (error);
  ag_trainer_run (trainer, NULL, NULL, &error);
  g_assert_no_error (error);
  ag_dataset_get_indices (ag_trainer_get_dataset (trainer), AG_DATASET_TRAINING, &n);
  progress = ag_trainer_get_progress (trainer);
  g_assert_cmpuint (progress->step, ==, (guint64) ceil (1.5 * n / 8));
  g_assert_cmpuint (progress->last_step, ==, progress->step);
  g_assert_cmpfloat (progress->seconds_left, ==, 0);
  g_clear_pointer (&trainer, ag_trainer_free);

  options.resume = TRUE;
  options.epochs = 0;
  options.minutes = 0.02;
  trainer = ag_trainer_new (&options, NULL, NULL, &error);
  g_assert_no_error (error);
  ag_trainer_run (trainer, NULL, NULL, &error);
  g_assert_no_error (error);
  progress = ag_trainer_get_progress (trainer);
  g_assert_cmpfloat (progress->seconds, >=, 1.2);
  g_assert_cmpuint (progress->last_step, ==, 0);
  test_options_clear (&options);
}

/* Warm-up and cool-down as the log shows them. */
static void
test_learning_rate (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 20);
  g_autoptr (AgRunLog) log = NULL;

  options.report_every = 1;
  options.evaluate_every = 1;
  options.warmup = 10;
  options.cooldown = 4;
  options.learning_rate = 0.01;
  test_train (&options);
  log = load_log (self->run);
  g_assert_cmpuint (log->reports->len, ==, 20);
  for (int t = 1; t <= 20; t++)
    {
      double expected = 0.01 * fmin (t / 10.0, 1) * fmin ((21 - t) / 5.0, 1);

      g_assert_cmpfloat (
        fabs (g_array_index (log->reports, AgRunReport, (guint) t - 1).learning_rate - expected), <,
        1e-9);
    }
  test_options_clear (&options);
}

/* Each kind of model and optimizer goes through, and goes on where it was. */
static void
test_kinds (TestFolders *self, gconstpointer unused)
{
  for (int i = 0; i < 8; i++)
    {
      g_autofree char *run = g_strdup_printf ("%s-%d", self->run, i);
      g_autofree char *other = g_strdup_printf ("%s-%d", self->other, i);
      AgTrainerOptions whole = test_options (self->data, run, 8);
      AgTrainerOptions parts = test_options (self->data, other, 4);
      AgTrainerOptions *both[] = { &whole, &parts };

      for (int k = 0; k < 2; k++)
        {
          both[k]->coupling = i % 2;
          both[k]->permutation = i / 2;
          both[k]->optimizer = i / 2 % 2;
          both[k]->channels = i == 3 ? 1 : 3;
          both[k]->average = i == 5 ? 0 : 0.9;
          both[k]->clip = i == 6 ? 1 : 0;
          both[k]->n_threads = 1 + i % 3;
          both[k]->gradient = i == 7 ? AG_GRADIENT_REVERSED : AG_GRADIENT_AUTO;
          both[k]->n_bits = 8 - i;
        }
      test_train (&whole);
      test_train (&parts);
      parts.resume = TRUE;
      parts.steps = 8;
      test_train (&parts);
      test_assert_same_run (run, other);
      test_options_clear (&whole);
      test_options_clear (&parts);
    }
}

/* A clip that never clips needs the gradient as a whole; without one each part of it is used as it
 * comes: the same run. */
static void
test_by_parts (TestFolders *self, gconstpointer unused)
{
  for (int average = 0; average < 2; average++)
    {
      g_autofree char *run = g_strdup_printf ("%s-%d", self->run, average);
      g_autofree char *other = g_strdup_printf ("%s-%d", self->other, average);
      AgTrainerOptions parts = test_options (self->data, run, 12);
      AgTrainerOptions whole = test_options (self->data, other, 12);
      g_autoptr (AgModel) model = NULL, other_model = NULL;
      ag_real *ours, *its;
      size_t n;

      parts.gradient = whole.gradient = AG_GRADIENT_REVERSED;
      parts.average = whole.average = 0.9 * average;
      whole.clip = 1e29;
      test_train (&parts);
      test_train (&whole);
      for (int i = 0; i < 2; i++)
        {
          const char *name = i ? "model.safetensors" : "checkpoint.safetensors";

          g_clear_pointer (&model, ag_model_unref);
          g_clear_pointer (&other_model, ag_model_unref);
          model = load_model (run, name);
          other_model = load_model (other, name);
          ours = ag_glow_parameters (model->glow, &n);
          its = ag_glow_parameters (other_model->glow, &n);
          g_assert_cmpmem (ours, n * sizeof *ours, its, n * sizeof *its);
        }
      test_options_clear (&parts);
      test_options_clear (&whole);
    }
}

/* The sum of the logs of the steps' scales, in absolute value, and of the top prior's. */
static double
sum_of_logs (AgModel *model, const char *suffix)
{
  double sum = 0;

  for (int i = 0; i < ag_glow_n_tensors (model->glow); i++)
    {
      const AgTensor *tensor = ag_glow_tensor (model->glow, i);

      for (size_t k = 0; g_str_has_suffix (tensor->name, suffix) && k < tensor->count; k++)
        sum += fabs ((double) tensor->values[k]);
    }
  return sum;
}

/* As NICE has it no step scales, from the first to the last; the prior does, and it learns. */
static void
test_nice (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 60);
  g_autoptr (AgModel) model = NULL;
  g_autoptr (AgRunLog) log = NULL;
  const AgRunReport *first, *last;

  options.preset = "nice";
  options.gradient = AG_GRADIENT_REVERSED;
  test_train (&options);
  model = load_model (self->run, "checkpoint.safetensors");
  g_assert_cmpint (ag_glow_config (model->glow)->coupling, ==, AG_COUPLING_ADDITIVE);
  g_assert_cmpint (ag_glow_config (model->glow)->permutation, ==, AG_PERMUTATION_REVERSE);
  g_assert_cmpfloat (sum_of_logs (model, ".actnorm.logs"), ==, 0);
  g_assert_cmpfloat (sum_of_logs (model, ".actnorm.bias"), >, 0);
  g_assert_cmpfloat (sum_of_logs (model, ".actnorm1.logs"), >, 0);
  g_assert_cmpfloat (sum_of_logs (model, "prior.bias"), >, 0);
  log = load_log (self->run);
  first = &g_array_index (log->reports, AgRunReport, 0);
  last = &g_array_index (log->reports, AgRunReport, log->reports->len - 1);
  g_test_message ("%g, then %g bits/dim", first->train_bits_per_dim, last->train_bits_per_dim);
  g_assert_cmpfloat (last->train_bits_per_dim, <, first->train_bits_per_dim - 0.2);
  test_options_clear (&options);
}

static void
test_classes (TestFolders *self, gconstpointer unused)
{
  g_autofree char *cifar = g_build_filename (self->base, "cifar", NULL);
  g_autofree guint8 *bytes = g_malloc (3073 * 20);
  AgTrainerOptions options = test_options (cifar, self->run, 5);
  g_autoptr (AgModel) model = NULL;

  for (int i = 0; i < 3073 * 20; i++)
    bytes[i] = (guint8) (i % 3073 == 0 ? i / 3073 % 10 : i % 251);
  test_write_bytes (cifar, "data_batch_1.bin", bytes, 3073 * 15);
  test_write_bytes (cifar, "test_batch.bin", bytes, 3073 * 5);
  options.conditional = 1;
  test_train (&options);
  model = load_model (self->run, "model.safetensors");
  g_assert_cmpint (ag_glow_config (model->glow)->classes, ==, 10);
  test_options_clear (&options);
}

static void
test_get_model (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 6);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = ag_trainer_new (&options, NULL, NULL, &error);
  g_autoptr (AgModel) model = NULL, file = NULL;
  ag_real *ours, *its;
  size_t n;

  g_assert_no_error (error);
  ag_trainer_run (trainer, NULL, NULL, &error);
  g_assert_no_error (error);
  model = ag_trainer_get_model (trainer, &error);
  g_assert_no_error (error);
  file = load_model (self->run, "model.safetensors");
  ours = ag_glow_parameters (model->glow, &n);
  its = ag_glow_parameters (file->glow, &n);
  g_assert_cmpmem (ours, n * sizeof (ag_real), its, n * sizeof (ag_real));
  test_options_clear (&options);
}

static void
add (const char *path, void (*func) (TestFolders *self, gconstpointer unused))
{
  g_test_add (path, TestFolders, NULL, test_folders_set_up, func, test_folders_tear_down);
}

void
test_trainer_add (void)
{
  add ("/train/trainer/learns", test_learns);
  add ("/train/trainer/held-out", test_held_out);
  add ("/train/trainer/evaluated-at-end", test_evaluated_at_end);
  add ("/train/trainer/samples", test_samples);
  add ("/train/trainer/average", test_average);
  add ("/train/trainer/resumes", test_resumes);
  add ("/train/trainer/resumes-by-itself", test_resumes_by_itself);
  add ("/train/trainer/stops-between-steps", test_stops_between_steps);
  add ("/train/trainer/stops-in-evaluation", test_stops_in_evaluation);
  add ("/train/trainer/stops-and-goes-on", test_stops_and_goes_on);
  add ("/train/trainer/stops-at-end", test_stops_at_end);
  add ("/train/trainer/limits", test_limits);
  add ("/train/trainer/learning-rate", test_learning_rate);
  add ("/train/trainer/kinds", test_kinds);
  add ("/train/trainer/by-parts", test_by_parts);
  add ("/train/trainer/nice", test_nice);
  add ("/train/trainer/classes", test_classes);
  add ("/train/trainer/get-model", test_get_model);
}
