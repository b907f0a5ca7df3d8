/* ag-optimizer.h: Adam and Adamax on a vector of parameters
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "ag-flow.h"
#include "ag-trainer.h"

/**
 * AgOptimizerStep:
 * @kind: which rule
 * @n: length of all vectors
 * @parameters: (inout):
 * @m: (inout): first moment, zero before step 1
 * @v: (inout): second moment, or for Adamax the decaying maximum; zero before step 1
 * @average: (inout) (nullable): moving average of the parameters
 * @t: number of this step, from 1
 * @learning_rate: of this step
 * @beta1: decay of @m
 * @beta2: decay of @v
 * @average_decay: of @average at this step, see ag_average_decay()
 * @scale: factor for the gradient, for clipping
 *
 * Kingma & Ba 2015, "Adam: a method for stochastic optimization", algorithms 1 and 2, with
 * epsilon 1e-8 in both.
 */
typedef struct
{
  AgOptimizerKind kind;
  size_t n;
  ag_real *parameters;
  ag_real *m, *v, *average;
  uint64_t t;
  double learning_rate, beta1, beta2;
  double average_decay;
  double scale;
} AgOptimizerStep;

/**
 * ag_vector_norm:
 *
 * Returns: the Euclidean norm of @x, not finite if any number of it is not; the same bytes for any
 *   number of threads
 */
double ag_vector_norm (const ag_real *x, size_t n, AgPool *pool);

/**
 * ag_optimizer_run:
 * @gradient: (array): of the loss, as long as the other vectors
 *
 * Takes a step on the threads of @pool.
 */
void ag_optimizer_run (const AgOptimizerStep *step, const ag_real *gradient, AgPool *pool);

/**
 * AgOptimizerParts:
 * @step: what is to be done
 * @squares: of each thread: sum of the squares of the gradient that it has seen; zero at first
 *
 * A step that is taken part by part, as the gradient comes.
 */
typedef struct
{
  AgOptimizerStep step;
  double squares[AG_MAX_THREADS];
} AgOptimizerParts;

/**
 * ag_optimizer_take:
 * @parts: an #AgOptimizerParts
 *
 * An #AgGradientTake for ag_gradient_run_by_parts(): the numbers are those that
 * ag_optimizer_run() finds with the whole gradient.
 */
void ag_optimizer_take (size_t offset,
                        size_t n,
                        const ag_real *gradient,
                        AgTeam *team,
                        int rank,
                        void *parts);

/**
 * ag_optimizer_parts_norm:
 *
 * Returns: after the last part, the norm of the gradient; as ag_vector_norm() but for rounding
 */
double ag_optimizer_parts_norm (const AgOptimizerParts *parts);

/**
 * ag_average_decay:
 * @decay: in the long run
 * @t: number of the step, from 1
 *
 * Returns: min (@decay, (1 + t) / (10 + t)): early on the average follows the parameters closely,
 *   so that it is not biased towards where they started
 */
double ag_average_decay (double decay, uint64_t t);
