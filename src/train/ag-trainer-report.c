/* ag-trainer-report.c: evaluation, samples and the log of a run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer-private.h"

#include <inttypes.h>
#include <math.h>

#include <glib/gi18n-lib.h>

#include "ag-evaluation.h"

/* Evaluations in a row without a new best before overfitting is pointed out. */
#define RISING_NOTICE 5

static gboolean
is_multiple (guint64 step, gint64 of)
{
  return of > 0 && step % (guint64) of == 0;
}

gboolean
ag_trainer_report_is_due (AgTrainer *self)
{
  const AgTrainCounters *counters = &self->state->counters;
  const AgTrainerOptions *options = &self->options;
  guint64 step = counters->step;

  return step > 0 && counters->reported_step != step &&
         (is_multiple (step, options->report_every) ||
          is_multiple (step, options->evaluate_every) || is_multiple (step, options->sample_every));
}

/* Takes note of a new value for held-out images. */
static gboolean
take_evaluation (AgTrainer *self, double bits, GError **error)
{
  AgTrainCounters *counters = &self->state->counters;

  counters->held_out_bits_per_dim = bits;
  if (!(bits >= counters->best_bits_per_dim))
    {
      counters->best_bits_per_dim = bits;
      counters->best_step = counters->step;
      counters->rising = 0;
      return ag_trainer_save_averaged (self, "best.safetensors", error);
    }
  if (++counters->rising == RISING_NOTICE)
    ag_trainer_notice (
      self,
      _ ("Held-out bits/dim has not fallen since step %" PRIu64
         ": the model may be learning the training pictures by heart. The best one "
         "is kept in best.safetensors."),
      counters->best_step);
  return TRUE;
}

/* A model that has run away has no number and no picture; the next steps will find it out too. */
static gboolean
excuse_divergence (AgTrainer *self, GError *problem, GError **error)
{
  if (problem == NULL)
    return TRUE;
  if (!g_error_matches (problem, AG_TRAINER_ERROR, AG_TRAINER_ERROR_DIVERGED))
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  ag_trainer_notice (self, _ ("The model of step %" PRIu64 " cannot be evaluated: %s"),
                     self->state->counters.step, problem->message);
  g_error_free (problem);
  return TRUE;
}

/* @bits is NAN if this is not the step for it, or there is nothing to evaluate on. */
static gboolean
evaluate (AgTrainer *self,
          gboolean is_final,
          const atomic_bool *cancel,
          double *bits,
          GError **error)
{
  const AgTrainerOptions *options = &self->options;
  AgTrainCounters *counters = &self->state->counters;
  GError *problem = NULL;

  *bits = NAN;
  if (!is_final && !is_multiple (counters->step, options->evaluate_every))
    return TRUE;
  ag_trainer_tell (self, AG_TRAINER_EVALUATING);
  ag_evaluate_held_out (ag_trainer_get_result (self)->glow, self->dataset, self->pool,
                        options->batch, options->evaluate_images, (guint64) options->seed, cancel,
                        bits, &problem);
  if (!excuse_divergence (self, problem, error))
    return FALSE;
  return !isfinite (*bits) || take_evaluation (self, *bits, error);
}

static gboolean
draw (AgTrainer *self, gboolean is_final, const atomic_bool *cancel, GError **error)
{
  const AgTrainerOptions *options = &self->options;
  guint64 step = self->state->counters.step;
  g_autofree char *name = g_strdup_printf ("samples/step-%08" PRIu64 ".png", step);
  g_autoptr (GFile) file = g_file_resolve_relative_path (self->run, name);
  GError *problem = NULL;

  if (options->sample_every == 0 || (!is_final && !is_multiple (step, options->sample_every)))
    return TRUE;
  ag_trainer_tell (self, AG_TRAINER_EVALUATING);
  ag_draw_samples (ag_trainer_get_result (self)->glow, self->pool, options->batch,
                   options->sample_images, (guint64) options->seed, file, cancel, &problem);
  return excuse_divergence (self, problem, error);
}

static gboolean
try_report (AgTrainer *self, gboolean is_final, const atomic_bool *cancel, GError **error)
{
  const AgTrainCounters *counters = &self->state->counters;
  AgRunReport report = {
    .step = counters->step,
    .images = counters->step * (guint64) self->options.batch,
    .train_bits_per_dim = counters->sum_steps > 0
                            ? counters->sum_bits_per_dim / (double) counters->sum_steps
                            : counters->recent_bits_per_dim,
    .learning_rate = counters->learning_rate,
    .gradient_norm = counters->gradient_norm,
    .images_per_second = self->progress.images_per_second,
    .seconds = counters->seconds,
  };
  gboolean is_reported = is_final && counters->reported_step == counters->step;

  if (!draw (self, is_final, cancel, error))
    return FALSE;
  /* At the end a report may be there already, and with it an evaluation. */
  if (is_reported && is_multiple (counters->step, self->options.evaluate_every))
    return TRUE;
  if (!evaluate (self, is_final, cancel, &report.held_out_bits_per_dim, error))
    return FALSE;
  return (is_reported && !isfinite (report.held_out_bits_per_dim)) ||
         ag_run_log_writer_report (self->log, &report, is_final, error);
}

/* A report that fails or is cancelled leaves no trace in the state and is made again later: a run
 * that is resumed there makes it too. */
gboolean
ag_trainer_report (AgTrainer *self, gboolean is_final, const atomic_bool *cancel, GError **error)
{
  AgTrainCounters *counters = &self->state->counters;
  AgTrainCounters before = *counters;
  GError *problem = NULL;

  if (ag_trainer_is_first (self))
    try_report (self, is_final, cancel, &problem);
  if (!ag_ranks_agree (self->options.ranks, problem, error))
    {
      *counters = before;
      return FALSE;
    }
  if (is_final)
    {
      ag_trainer_tell (self, AG_TRAINER_EVALUATING);
      return TRUE;
    }
  counters->sum_bits_per_dim = 0;
  counters->sum_steps = 0;
  counters->reported_step = counters->step;
  if (ag_trainer_is_first (self))
    counters->log_size = ag_run_log_writer_get_size (self->log);
  return ag_trainer_share_counters (self, NULL, error);
}
