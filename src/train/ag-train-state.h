/* ag-train-state.h: all that changes while a model trains
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "ag-flow.h"

G_BEGIN_DECLS

/**
 * AgTrainCounters:
 * @step: steps done
 * @reported_step: the last step that has its report in the log
 * @seconds: of training, of all sittings
 * @rate_scale: 1, halved at each rollback
 * @rollbacks: since the last step that went further than any before
 * @furthest_step: that any step has reached, rollbacks or not
 * @sum_bits_per_dim: of the steps since the last report
 * @sum_steps: how many those are
 * @learning_rate: of the last step
 * @gradient_norm: of the last step
 * @recent_bits_per_dim: decaying mean for display; NAN at first
 * @held_out_bits_per_dim: at the last evaluation; NAN before
 * @best_bits_per_dim: lowest of those; NAN before
 * @best_step: where that was
 * @rising: evaluations in a row that were worse than the best
 * @keeps_boundaries: 1 once reversal has drifted too far for this model, see ag-gradient.h; 0
 * before
 * @log_size: bytes of the log that belong to this state
 *
 * The numbers of a state; plain data.
 */
typedef struct
{
  guint64 step, reported_step;
  double seconds;
  double rate_scale;
  guint64 rollbacks, furthest_step;
  double sum_bits_per_dim;
  guint64 sum_steps;
  double learning_rate, gradient_norm;
  double recent_bits_per_dim;
  double held_out_bits_per_dim, best_bits_per_dim;
  guint64 best_step;
  guint64 rising;
  guint64 keeps_boundaries;
  guint64 log_size;
} AgTrainCounters;

/**
 * AgTrainState:
 * @counters: see there
 * @n: numbers in each of the vectors
 * @parameters: (transfer none): the model's own vector
 * @m: of the optimizer
 * @v: of the optimizer
 * @average: (nullable): of the parameters; %NULL if there is no averaging
 * @owned: what the pointers above point into, the models' vectors apart
 */
typedef struct
{
  AgTrainCounters counters;
  size_t n;
  ag_real *parameters, *m, *v, *average;
  ag_real *owned, *owned_average;
} AgTrainState;

/**
 * ag_train_state_new:
 * @glow: whose parameters these are
 *
 * Returns: (nullable) (transfer full): at step 0, the average equal to the parameters; %NULL if
 *   memory is short
 */
AgTrainState *ag_train_state_new (AgGlow *glow, gboolean has_average);

/**
 * ag_train_state_set_averaged:
 * @averaged: of the same shape: its parameters become the average, and lose what they were
 *
 * From here on the average is a model at any moment, and there is no other copy of it.
 */
void ag_train_state_set_averaged (AgTrainState *self, AgGlow *averaged);

void ag_train_state_free (AgTrainState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgTrainState, ag_train_state_free)

/**
 * ag_train_state_copy:
 * @to: of the same shape
 * @pool: whose threads copy
 */
void ag_train_state_copy (const AgTrainState *from, AgTrainState *to, AgPool *pool);

/**
 * ag_train_status_is_divergence:
 *
 * Returns: whether the flow could not compute because the parameters have run away: numbers that
 *   are not finite, or matrices that cannot be inverted
 */
gboolean ag_train_status_is_divergence (AgStatus status);

/**
 * ag_train_bits_per_dim:
 *
 * Returns: ag_bits_per_dim() in multiples of 2^-36, which add up to the same in any order: it makes
 *   no difference which process or thread an image was given to
 */
double ag_train_bits_per_dim (const AgGlowConfig *config, double log_p);

G_END_DECLS
