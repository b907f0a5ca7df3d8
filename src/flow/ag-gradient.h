/* ag-gradient.h: likelihood and its gradient, for training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two ways to the same gradient. Stored: what the backward pass needs is kept from the forward
 * pass; memory grows with the number of steps. Reversed: each step's input is recomputed from its
 * output, as the flow is invertible; memory does not depend on depth, for a third more work.
 *
 * The gradient is the same bytes for any number of threads up to that of the images, and for any
 * number of processes that share the images out. With more threads than images it is the same for
 * the same number of them.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "ag-error.h"
#include "ag-glow.h"
#include "ag-pool.h"

/**
 * AgGradientMode:
 * @AG_GRADIENT_AUTO: stored if it fits the memory limit, else reversed
 * @AG_GRADIENT_STORED: keep activations
 * @AG_GRADIENT_REVERSED: recompute them
 */
typedef enum
{
  AG_GRADIENT_AUTO,
  AG_GRADIENT_STORED,
  AG_GRADIENT_REVERSED,
} AgGradientMode;

/**
 * AgGradient:
 *
 * The working memory and folded weights of training. Belongs to one thread at a time.
 */
typedef struct AgGradient AgGradient;

/**
 * ag_gradient_memory:
 *
 * Returns: bytes that ag_gradient_new() will allocate for that mode (not AUTO)
 */
size_t
ag_gradient_memory (const AgGlowConfig *config, int batch, AgGradientMode mode, int n_threads);

/**
 * ag_gradient_new:
 * @batch: images per call, exactly
 * @mode: see there
 * @memory_limit: bytes, for %AG_GRADIENT_AUTO
 * @pool: (transfer none): must outlive the gradient
 */
AgStatus ag_gradient_new (const AgGlowConfig *config,
                          int batch,
                          AgGradientMode mode,
                          size_t memory_limit,
                          AgPool *pool,
                          AgGradient **gradient,
                          AgFlowError *error);

void ag_gradient_free (AgGradient *gradient);

/**
 * ag_gradient_mode:
 *
 * Returns: how it works: stored or reversed
 */
AgGradientMode ag_gradient_mode (const AgGradient *gradient);

/**
 * AgGradientPeers:
 * @batch: images of all processes together
 * @agree: called once in every run, when the forward pass is over or has failed, with how it went:
 *   returns whether it went well in all processes. If it did not, the run ends.
 * @sum: called several times in every run on which all have agreed, with as many numbers in all
 *   processes: puts the sums of their @totals, computed in double, into @sums. Returns %FALSE if
 *   that was not possible; then the run ends.
 *
 * The other processes that work on the same batch, each with its own images. The functions are
 * called by the thread that runs the gradient.
 */
typedef struct
{
  int batch;
  bool (*agree) (bool is_good, void *data);
  bool (*sum) (const double *totals, ag_real *sums, size_t n, void *data);
  void *data;
} AgGradientPeers;

/**
 * ag_gradient_set_peers:
 *
 * From the next run on the gradient's images are a share of a batch, and the result is the gradient
 * of the whole of it. %AG_ERROR_PEERS says that a run has ended because of another process; a
 * likelihood that is not finite is %AG_ERROR_NOT_FINITE then. @cancel is only seen until all have
 * agreed.
 */
void ag_gradient_set_peers (AgGradient *gradient, const AgGradientPeers *peers);

#define AG_GUIDE_MAX_AXES 64

/**
 * AgGradientGuide:
 * @n_axes: 0 to %AG_GUIDE_MAX_AXES; 0 for none
 * @weight: of the term below, at least 0
 * @axes: (array): [n_axes][height][width][channels] of the last level: vectors of length 1 in its
 *   latent, at right angles to each other
 * @targets: (array): [batch][n_axes]: where each image should be along each axis; NAN where that is
 *   not known
 * @distances: (out) (array): [batch][n_axes]: how far it is beside that; written by each run
 *
 * A term that is added to what is minimised, in nats for each image: weight / 2 times the sum over
 * the axes of (axis · eps - target)^2. It is as if, given its labels, the Gaussian of the latent
 * had its mean at the targets and were narrower along the axes, by 1 / sqrt (1 + weight): the flow
 * learns to put along an axis what the labels tell, and nothing else. The likelihood that a run
 * returns is without it.
 *
 * The arrays stay the caller's and are read and written by runs only.
 */
typedef struct
{
  int n_axes;
  ag_real weight;
  const ag_real *axes;
  const ag_real *targets;
  ag_real *distances;
} AgGradientGuide;

/**
 * ag_gradient_set_guide:
 *
 * From the next run on the gradient has that term too.
 */
void ag_gradient_set_guide (AgGradient *gradient, const AgGradientGuide *guide);

/**
 * ag_gradient_initialize:
 * @x: (array): [batch][height][width][channels]
 *
 * Data-dependent initialisation: sets every actnorm so that on this batch its output has mean 0
 * and variance 1 in each channel.
 */
AgStatus ag_gradient_initialize (AgGradient *gradient,
                                 AgGlow *glow,
                                 const ag_real *x,
                                 const atomic_bool *cancel,
                                 AgFlowError *error);

/**
 * ag_gradient_initialize_shifts:
 * @x: (array): [batch][height][width][channels]
 *
 * The same for a flow whose steps do not scale: their actnorms only shift, those inside the
 * couplings are set as above.
 */
AgStatus ag_gradient_initialize_shifts (AgGradient *gradient,
                                        AgGlow *glow,
                                        const ag_real *x,
                                        const atomic_bool *cancel,
                                        AgFlowError *error);

/**
 * ag_gradient_run:
 * @x: (array): [batch][height][width][channels]
 * @classes: (nullable) (array length=batch):
 * @log_p: (out) (array length=batch): ln p(x) of each image
 * @parameters: (out) (array): gradient of the mean bits/dim of the batch with respect to the
 *   vector of parameters; overwritten
 * @input: (out) (optional) (array): the same with respect to @x
 *
 * Not finite numbers are not an error here; the trainer judges them.
 */
AgStatus ag_gradient_run (AgGradient *gradient,
                          const AgGlow *glow,
                          const ag_real *x,
                          const int *classes,
                          double *log_p,
                          ag_real *parameters,
                          ag_real *input,
                          const atomic_bool *cancel,
                          AgFlowError *error);

/**
 * AgGradientTake:
 * @offset: of the part in the vector of parameters
 * @n: numbers in it
 * @gradient: (array length=n): of the mean bits/dim of the batch with respect to them
 * @team: the threads of the run: each calls with the same part
 * @rank: of this one
 *
 * Is given a part of the gradient as soon as no more is to be read of those parameters: it may
 * change them, each thread its share. @gradient holds until the last of the threads returns.
 */
typedef void (*AgGradientTake) (size_t offset,
                                size_t n,
                                const ag_real *gradient,
                                AgTeam *team,
                                int rank,
                                void *data);

/**
 * ag_gradient_run_by_parts:
 * @x: (array): [batch][height][width][channels]
 * @classes: (nullable) (array length=batch):
 * @log_p: (out) (array length=batch): ln p(x) of each image
 * @take: called for each step and each prior, from the last to the first
 * @cancel: seen in the forward pass only, before the first part is given
 *
 * ag_gradient_run() for those who need no more than one step's gradient at a time, such as an
 * optimizer without clipping: the gradient as a whole, as large as the model, never exists. The
 * numbers are the same bytes.
 *
 * %AG_ERROR_NOT_FINITE if a likelihood is not finite and %AG_ERROR_SINGULAR are found out before
 * the first part is given; parts that are not finite are given all the same.
 */
AgStatus ag_gradient_run_by_parts (AgGradient *gradient,
                                   const AgGlow *glow,
                                   const ag_real *x,
                                   const int *classes,
                                   double *log_p,
                                   AgGradientTake take,
                                   void *data,
                                   const atomic_bool *cancel,
                                   AgFlowError *error);

/**
 * ag_gradient_drift:
 *
 * Returns: in reversed mode, the largest difference between the input of the last
 *   ag_gradient_run() and what reversal recomputed of it; 0 in stored mode
 */
double ag_gradient_drift (const AgGradient *gradient);

/**
 * ag_gradient_keep_boundaries:
 *
 * For reversed mode, when ag_gradient_drift() says that recomputing inputs from outputs has become
 * too inexact for this model: from the next run on the output of every step is kept, as many
 * numbers as its level has, and only what is inside a step is recomputed. Does nothing in stored
 * mode or when done already.
 */
AgStatus ag_gradient_keep_boundaries (AgGradient *gradient, AgFlowError *error);
