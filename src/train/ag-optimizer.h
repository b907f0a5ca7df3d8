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
 * @gradient: of the loss at @parameters
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
  const ag_real *gradient;
  ag_real *m, *v, *average;
  uint64_t t;
  double learning_rate, beta1, beta2;
  double average_decay;
  double scale;
} AgOptimizerStep;

/**
 * ag_vector_norm:
 *
 * Returns: the Euclidean norm of @x, not finite if any number of it is not; the same bytes for the
 *   same number of threads
 */
double ag_vector_norm (const ag_real *x, size_t n, AgPool *pool);

/**
 * ag_optimizer_run:
 *
 * Takes a step on the threads of @pool.
 */
void ag_optimizer_run (const AgOptimizerStep *step, AgPool *pool);

/**
 * ag_average_decay:
 * @decay: in the long run
 * @t: number of the step, from 1
 *
 * Returns: min (@decay, (1 + t) / (10 + t)): early on the average follows the parameters closely,
 *   so that it is not biased towards where they started
 */
double ag_average_decay (double decay, uint64_t t);
