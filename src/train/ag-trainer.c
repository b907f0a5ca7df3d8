/* ag-trainer.c: the steps of a run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer-private.h"

#include <inttypes.h>
#include <math.h>
#include <time.h>

#include <glib/gi18n-lib.h>

#include "ag-optimizer.h"

#define RECENT_SHARE 0.02
#define RATE_SPACING 0.5
#define RATE_WINDOW  30.0

double
ag_trainer_clock (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

void
ag_trainer_notice (AgTrainer *self, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  if (self->callbacks.notice == NULL)
    return;
  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  self->callbacks.notice (message, self->callbacks.data);
}

/* Progress */

static void
rate_add (AgRate *rate, double time, guint64 step)
{
  guint last = (rate->n - 1) % AG_RATE_SAMPLES;

  if (rate->n > 0 && (time - rate->times[last] < RATE_SPACING || step < rate->steps[last]))
    return;
  rate->times[rate->n % AG_RATE_SAMPLES] = time;
  rate->steps[rate->n % AG_RATE_SAMPLES] = step;
  rate->n++;
}

/* Steps per second; 0 if not known yet. */
static double
rate_get (const AgRate *rate, double time, guint64 step)
{
  guint first = rate->n > AG_RATE_SAMPLES ? rate->n - AG_RATE_SAMPLES : 0;

  while (first + 1 < rate->n && time - rate->times[first % AG_RATE_SAMPLES] > RATE_WINDOW)
    first++;
  if (rate->n == 0 || step <= rate->steps[first % AG_RATE_SAMPLES] ||
      time - rate->times[first % AG_RATE_SAMPLES] < 1e-3)
    return 0;
  return (double) (step - rate->steps[first % AG_RATE_SAMPLES]) /
         (time - rate->times[first % AG_RATE_SAMPLES]);
}

static double
find_seconds_left (AgTrainer *self, double steps_per_second)
{
  const AgTrainCounters *counters = &self->state->counters;
  double left = NAN;

  if (self->last_step != G_MAXUINT64 && counters->step >= self->last_step)
    return 0;
  if (self->last_step != G_MAXUINT64 && steps_per_second > 0)
    left = (double) (self->last_step - counters->step) / steps_per_second;
  if (self->options.minutes > 0)
    left = fmin (left, fmax (60 * self->options.minutes - counters->seconds, 0));
  return left;
}

void
ag_trainer_tell (AgTrainer *self, AgTrainerPhase phase)
{
  AgTrainerProgress *progress = &self->progress;

  progress->phase = phase;
  progress->step_bits_per_dim = self->step_bits_per_dim;
  progress->train_bits_per_dim = NAN;
  progress->held_out_bits_per_dim = progress->best_held_out_bits_per_dim = NAN;
  progress->seconds_left = NAN;
  if (self->state != NULL)
    {
      const AgTrainCounters *counters = &self->state->counters;
      double per_second = rate_get (&self->rate, ag_trainer_clock (), counters->step);

      progress->step = counters->step;
      progress->last_step = self->last_step == G_MAXUINT64 ? 0 : self->last_step;
      progress->images = counters->step * (guint64) self->options.batch;
      progress->epoch = (double) progress->images / (double) self->n_training;
      progress->seconds = counters->seconds;
      progress->images_per_second = per_second * self->options.batch;
      progress->seconds_left = find_seconds_left (self, per_second);
      progress->train_bits_per_dim = counters->recent_bits_per_dim;
      progress->held_out_bits_per_dim = counters->held_out_bits_per_dim;
      progress->best_held_out_bits_per_dim = counters->best_bits_per_dim;
      progress->learning_rate = counters->learning_rate;
      progress->gradient_norm = counters->gradient_norm;
      progress->drift = self->gradient ? ag_gradient_drift (self->gradient) : 0;
    }
  if (self->callbacks.progress != NULL)
    self->callbacks.progress (progress, self->callbacks.data);
}

/* A step */

static double
find_learning_rate (AgTrainer *self, guint64 t)
{
  const AgTrainerOptions *options = &self->options;
  double rate = options->learning_rate * self->state->counters.rate_scale;

  if (options->warmup > 0 && t < (guint64) options->warmup)
    rate *= (double) t / (double) options->warmup;
  if (options->cooldown > 0 && self->last_step != G_MAXUINT64 && t <= self->last_step &&
      self->last_step - t < (guint64) options->cooldown)
    rate *= (double) (self->last_step - t + 1) / (double) (options->cooldown + 1);
  return rate;
}

static AgOptimizerStep
make_step (AgTrainer *self, double scale)
{
  const AgTrainerOptions *options = &self->options;
  AgTrainState *state = self->state;
  guint64 t = state->counters.step + 1;

  return (AgOptimizerStep){
    .kind = (AgOptimizerKind) options->optimizer,
    .n = state->n,
    .parameters = state->parameters,
    .m = state->m,
    .v = state->v,
    .average = state->average,
    .t = t,
    .learning_rate = find_learning_rate (self, t),
    .beta1 = options->beta1,
    .beta2 = options->beta2,
    .average_decay = ag_average_decay (options->average, t),
    .scale = scale,
  };
}

static void
count_step (AgTrainer *self, const AgOptimizerStep *step, double norm, double bits)
{
  AgTrainCounters *counters = &self->state->counters;

  counters->learning_rate = step->learning_rate;
  counters->gradient_norm = norm;
  counters->step++;
  counters->sum_bits_per_dim += bits;
  counters->sum_steps++;
  if (isnan (counters->recent_bits_per_dim))
    counters->recent_bits_per_dim = bits;
  counters->recent_bits_per_dim += RECENT_SHARE * (bits - counters->recent_bits_per_dim);
  if (counters->step > counters->furthest_step)
    {
      counters->furthest_step = counters->step;
      counters->rollbacks = 0;
    }
  self->step_bits_per_dim = bits;
}

/* How a process fared with its part of a batch; the gravest counts for all. */
typedef enum
{
  OUTCOME_GOOD,
  OUTCOME_DRIFTED,
  OUTCOME_DIVERGED,
  OUTCOME_FAILED,
} OutcomeKind;

typedef struct
{
  int kind; /* an OutcomeKind */
  double drift;
  double bits_per_dim; /* the sum over its images */
} Outcome;

/* The gradient of the batch, with this process's part of the images. */
static void
try_gradient (AgTrainer *self,
              const AgBatch *batch,
              const atomic_bool *cancel,
              Outcome *outcome,
              GError **error)
{
  const AgGlowConfig *config = ag_glow_config (self->model->glow);
  const ag_real *x = batch->x + (gsize) self->first * ag_glow_n_dims (self->model->glow);
  AgFlowError flow_error;
  AgStatus status = ag_gradient_run (self->gradient, self->model->glow, x,
                                     config->classes > 0 ? batch->classes + self->first : NULL,
                                     self->log_p, self->gradient_vector, NULL, cancel, &flow_error);

  *outcome = (Outcome){ .kind = OUTCOME_GOOD };
  /* Another process failed, which will say so itself. */
  if (status == AG_ERROR_PEERS)
    return;
  if (ag_train_status_is_divergence (status))
    {
      outcome->kind = OUTCOME_DIVERGED;
      return;
    }
  if (status != AG_OK)
    {
      outcome->kind = OUTCOME_FAILED;
      ag_error_from_flow (error, &flow_error, _ ("Training"));
      return;
    }
  outcome->drift = ag_gradient_drift (self->gradient);
  if (!self->state->counters.keeps_boundaries && outcome->drift > self->drift_limit)
    outcome->kind = OUTCOME_DRIFTED;
  for (int i = 0; i < self->share; i++)
    outcome->bits_per_dim += ag_train_bits_per_dim (config, self->log_p[i]);
}

/* The outcome of all processes. */
static gboolean
find_outcome (AgTrainer *self,
              const AgBatch *batch,
              const atomic_bool *cancel,
              Outcome *outcome,
              GError **error)
{
  int size = ag_ranks_get_size (self->options.ranks);
  g_autofree Outcome *all = g_new (Outcome, size);
  g_autoptr (GError) problem = NULL;
  Outcome mine;

  try_gradient (self, batch, cancel, &mine, &problem);
  if (self->peers_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&self->peers_error));
      return FALSE;
    }
  if (!ag_ranks_gather (self->options.ranks, &mine, sizeof mine, all, error))
    return FALSE;
  *outcome = all[0];
  for (int i = 1; i < size; i++)
    {
      outcome->kind = MAX (outcome->kind, all[i].kind);
      outcome->drift = fmax (outcome->drift, all[i].drift);
      outcome->bits_per_dim += all[i].bits_per_dim;
    }
  return outcome->kind != OUTCOME_FAILED ||
         ag_ranks_agree (self->options.ranks, g_steal_pointer (&problem), error);
}

/* With the gradient as a whole; computed once more where the way back lost it. */
static gboolean
take_whole_step (AgTrainer *self, const AgBatch *batch, const atomic_bool *cancel, GError **error)
{
  double clip = self->options.clip, norm;
  AgOptimizerStep step;
  Outcome outcome;

  if (!find_outcome (self, batch, cancel, &outcome, error))
    return FALSE;
  if (outcome.kind == OUTCOME_DRIFTED &&
      (!ag_trainer_keep_boundaries (self, outcome.drift, error) ||
       !find_outcome (self, batch, cancel, &outcome, error)))
    return FALSE;
  if (outcome.kind == OUTCOME_DIVERGED)
    return ag_trainer_roll_back (self, error);
  ag_trainer_hold_scales (self);
  norm = ag_vector_norm (self->gradient_vector, self->state->n, self->pool);
  if (!isfinite (outcome.bits_per_dim) || !isfinite (norm))
    return ag_trainer_roll_back (self, error);
  step = make_step (self, clip > 0 && norm > clip ? clip / norm : 1);
  ag_optimizer_run (&step, self->gradient_vector, self->pool);
  count_step (self, &step, norm, outcome.bits_per_dim / self->options.batch);
  return TRUE;
}

/* Every part of the gradient is used as soon as it is there. What turns out to be wrong with it
 * then has spoilt the state. */
static gboolean
take_step_by_parts (AgTrainer *self,
                    const AgBatch *batch,
                    const atomic_bool *cancel,
                    GError **error)
{
  AgOptimizerParts parts = { .step = make_step (self, 1) };
  double drift, norm, bits = 0;
  AgFlowError flow_error;
  AgStatus status =
    ag_gradient_run_by_parts (self->gradient, self->model->glow, batch->x, batch->classes,
                              self->log_p, ag_optimizer_take, &parts, cancel, &flow_error);

  if (ag_train_status_is_divergence (status))
    return ag_trainer_roll_back (self, error);
  if (status != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, _ ("Training"));
      return FALSE;
    }
  drift = ag_gradient_drift (self->gradient);
  norm = ag_optimizer_parts_norm (&parts);
  self->is_spoilt =
    !isfinite (norm) || (!self->state->counters.keeps_boundaries && drift > self->drift_limit);
  if (!isfinite (norm))
    return ag_trainer_roll_back (self, error);
  if (self->is_spoilt)
    return ag_trainer_keep_boundaries (self, drift, error);
  for (int i = 0; i < self->share; i++)
    bits += ag_train_bits_per_dim (ag_glow_config (self->model->glow), self->log_p[i]);
  count_step (self, &parts.step, norm, bits / self->options.batch);
  return TRUE;
}

static gboolean
take_step (AgTrainer *self, const atomic_bool *cancel, GError **error)
{
  const AgBatch *batch = ag_batches_get (self->batches, self->state->counters.step);

  ag_trainer_guide_batch (self, batch);
  return self->gradient_vector != NULL ? take_whole_step (self, batch, cancel, error)
                                       : take_step_by_parts (self, batch, cancel, error);
}

/* The run */

static void
update_seconds (AgTrainer *self)
{
  double now = ag_trainer_clock ();

  self->state->counters.seconds = self->seconds_before + (now - self->sitting_begin);
  rate_add (&self->rate, now, self->state->counters.step);
}

static gboolean
is_at_end (AgTrainer *self)
{
  const AgTrainCounters *counters = &self->state->counters;

  return counters->step >= self->last_step ||
         (self->options.minutes > 0 && counters->seconds >= 60 * self->options.minutes);
}

static gboolean
checkpoint_is_due (AgTrainer *self)
{
  const AgTrainerOptions *options = &self->options;
  guint64 step = self->state->counters.step;

  return (options->checkpoint_every > 0 && step % (guint64) options->checkpoint_every == 0) ||
         (options->checkpoint_seconds > 0 &&
          ag_trainer_clock () - self->last_saved >= options->checkpoint_seconds);
}

/* What a run that was killed wrote after its last checkpoint will be written again. */
static gboolean
cut_log (AgTrainer *self, GError **error)
{
  gboolean is_shorter = FALSE;
  GError *problem = NULL;

  if (self->log_is_cut)
    return TRUE;
  if (ag_trainer_is_first (self))
    ag_run_log_writer_truncate (self->log, self->state->counters.log_size, &is_shorter, &problem);
  if (!ag_ranks_agree (self->options.ranks, problem, error))
    return FALSE;
  if (is_shorter)
    ag_trainer_notice (self, _ ("log.jsonl: reports that were written before are missing"));
  self->log_is_cut = TRUE;
  return TRUE;
}

/* A cancel flag is seen by the gradient, of which nothing is used then: all processes stop after
 * the same step. */
static gboolean
run_steps (AgTrainer *self, const atomic_bool *cancel, GError **error)
{
  while (!is_at_end (self))
    {
      gboolean save_is_due;

      if (!take_step (self, cancel, error))
        return FALSE;
      update_seconds (self);
      if (ag_trainer_report_is_due (self) && !ag_trainer_report (self, FALSE, cancel, error))
        return FALSE;
      ag_trainer_tell (self, AG_TRAINER_TRAINING);
      save_is_due = checkpoint_is_due (self);
      if (!ag_trainer_share_counters (self, &save_is_due, error) ||
          (!is_at_end (self) && save_is_due && !ag_trainer_save (self, TRUE, error)))
        return FALSE;
    }
  return TRUE;
}

/* The checkpoint first: the report at the end belongs to the end, not to a run that goes on from
 * here with a later one. */
static gboolean
finish (AgTrainer *self, const atomic_bool *cancel, GError **error)
{
  GError *problem = NULL;

  if (!ag_trainer_save (self, FALSE, error) ||
      (!self->has_final && !ag_trainer_report (self, TRUE, cancel, error)))
    return FALSE;
  self->has_final = TRUE;
  if (ag_trainer_is_first (self))
    ag_trainer_save_averaged (self, "model.safetensors", &problem);
  return ag_ranks_agree (self->options.ranks, problem, error);
}

gboolean
ag_trainer_run (AgTrainer *self, const atomic_bool *cancel, AgTrainerEnd *end, GError **error)
{
  g_autoptr (GError) local = NULL;
  gboolean ok;

  self->sitting_begin = ag_trainer_clock ();
  self->seconds_before = self->state->counters.seconds;
  self->rate.n = 0;
  rate_add (&self->rate, self->sitting_begin, self->state->counters.step);
  if (end != NULL)
    *end = AG_TRAINER_FINISHED;
  if (is_at_end (self) && self->log_is_cut && self->has_final)
    return TRUE;
  if (!cut_log (self, error))
    return FALSE;
  ok = (!ag_trainer_report_is_due (self) || ag_trainer_report (self, FALSE, cancel, &local)) &&
       run_steps (self, cancel, &local) && finish (self, cancel, &local);
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      if (end != NULL)
        *end = AG_TRAINER_STOPPED;
      return ag_trainer_save (self, TRUE, error);
    }
  if (ok)
    return TRUE;
  /* Whatever it was, what has been learnt is kept if it can be. */
  if (!self->is_spoilt)
    ag_trainer_save (self, TRUE, NULL);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

const AgTrainerOptions *
ag_trainer_get_options (AgTrainer *self)
{
  return &self->options;
}

AgDataset *
ag_trainer_get_dataset (AgTrainer *self)
{
  return self->dataset;
}

const AgTrainerProgress *
ag_trainer_get_progress (AgTrainer *self)
{
  return &self->progress;
}
