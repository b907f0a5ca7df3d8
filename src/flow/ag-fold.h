/* ag-fold.h: parameters as the passes want them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Folding multiplies scales into weights, makes actnorm and permutation one matrix, turns edge
 * kernels into biases that depend on the position, and packs everything for the matrix product. In
 * inference it happens once per model, in training before every pass.
 *
 * Two conventions differ from the parameters'. The outputs of conv3 and of split priors,
 * interleaved there, are in halves here (shifts, then scales; means, then log-deviations), so that
 * loops over them are contiguous. And conv3 is multiplied before it is shifted: its matrix is [w, 9
 * * out], tap by tap, since the wide activations then need not be moved.
 */
#pragma once

#include <stdatomic.h>

#include "ag-arena.h"
#include "ag-glow-private.h"
#include "ag-pool.h"

/* A pixel's position, by which borders it lies at: what the edge kernel adds depends on that. */
enum
{
  AG_AT_TOP = 1,
  AG_AT_BOTTOM = 2,
  AG_AT_LEFT = 4,
  AG_AT_RIGHT = 8,
  AG_N_POSITIONS = 16,
};

static inline int
ag_position (int height, int width, int pixel)
{
  int x = pixel % width, y = pixel / width % height;

  return (y == 0 ? AG_AT_TOP : 0) | (y == height - 1 ? AG_AT_BOTTOM : 0) |
         (x == 0 ? AG_AT_LEFT : 0) | (x == width - 1 ? AG_AT_RIGHT : 0);
}

/* Whether that tap of a 3×3 kernel falls on the padding. */
static inline bool
ag_tap_is_padding (int position, int tap)
{
  return (tap / 3 == 0 && (position & AG_AT_TOP)) || (tap / 3 == 2 && (position & AG_AT_BOTTOM)) ||
         (tap % 3 == 0 && (position & AG_AT_LEFT)) || (tap % 3 == 2 && (position & AG_AT_RIGHT));
}

typedef enum
{
  AG_CONV_GATHERED,  /* conv1, split: [9 * in, out], im2col then multiply */
  AG_CONV_POINTWISE, /* conv2: [in, out] */
  AG_CONV_SCATTERED, /* conv3: [in, 9 * out], multiply then shift and add */
} AgConvKind;

/**
 * AgFoldedConv:
 * @inputs: channels in
 * @outputs: channels out
 * @halves: whether outputs are interleaved in the parameters and in halves here
 * @rows: of the folded matrix
 * @columns: of the folded matrix
 * @weight: packed
 * @transposed: packed transpose, for the gradient with respect to the input; %NULL in inference
 * @scale: [outputs]: what the weights and biases were multiplied by
 * @bias: [AG_N_POSITIONS or 1][ld_bias]
 */
typedef struct
{
  AgConvKind kind;
  int inputs, outputs;
  bool halves;
  int rows, columns;
  ag_real *weight, *transposed;
  ag_real *scale, *bias;
  int ld_bias;
} AgFoldedConv;

/**
 * AgFoldedStep:
 * @forward: packed C×C: actnorm and permutation; %NULL in inference
 * @forward_bias: [C]
 * @inverse: packed C×C; %NULL unless asked for
 * @inverse_bias: [C]
 * @exact_forward: @forward in double, rows ag_exact_stride() apart; %NULL but in inference
 * @exact_forward_bias: [ag_exact_stride()]
 * @exact_inverse: likewise
 * @exact_inverse_bias: likewise
 * @backward: packed transpose of @forward; %NULL in inference
 * @matrix: C×C, row-major: the permutation's W alone; %NULL in inference
 * @matrix_inverse: likewise its inverse
 * @log_det: per pixel: of actnorm and permutation
 */
typedef struct
{
  ag_real *forward, *forward_bias;
  ag_real *inverse, *inverse_bias;
  double *exact_forward, *exact_forward_bias;
  double *exact_inverse, *exact_inverse_bias;
  ag_real *backward;
  double *matrix, *matrix_inverse;
  double log_det;
  AgFoldedConv conv[3];
} AgFoldedStep;

typedef enum
{
  AG_FOLD_TRAINING = 1,  /* what gradients need */
  AG_FOLD_INVERSE = 2,   /* and those by reversal */
  AG_FOLD_ON_DEMAND = 4, /* convolutions only when a step comes up: memory for two per level */
  AG_FOLD_EXACT = 8, /* for encoding and decoding: actnorm and permutation in double, both ways */
} AgFoldUse;

typedef struct
{
  AgGlowConfig config;
  AgGlowLevel levels[AG_MAX_LEVELS];
  const AgKernels *kernels;
  unsigned use;
  AgFoldedStep *steps;                /* [levels][depth] */
  AgFoldedConv splits[AG_MAX_LEVELS]; /* of all levels but the last */
  ag_real *top;                       /* [AG_N_POSITIONS][2C]: means, then log-deviations */
  ag_real *class_embedding;           /* [classes][2C] or NULL */

  /* Of each thread: what is on its way to being packed, scales, a row of weights that are stored
   * in another way, and three C×C for inverting. */
  ag_real **plain, **scales, **converted;
  double **square;
  int **pivots;
  int n_threads;
  atomic_int singular; /* 0, or 1 + the index of a step that cannot be inverted */
} AgFold;

/* Takes the memory of a fold for teams of up to n_threads from an arena. */
AgFold *ag_fold_build (AgArena *arena,
                       const AgGlowConfig *config,
                       const AgKernels *kernels,
                       unsigned use,
                       int n_threads);

/* This thread's share of folding glow; a barrier must follow. */
void ag_fold_run (AgFold *fold, const AgGlow *glow, AgTeam *team, int rank);

/* One step, the whole of it, by one thread; for data-dependent initialisation. */
void ag_fold_step (AgFold *fold, const AgGlow *glow, int level, int step, int rank);

/* This thread's share of folding a step's convolutions, if they are folded on demand; a barrier
 * must follow. Two steps on, the same memory is written again: a barrier must lie between the last
 * use of a step and the demand for the next but one. */
void ag_fold_demand (AgFold *fold, const AgGlow *glow, int level, int step, AgTeam *team, int rank);

AgStatus ag_fold_status (const AgFold *fold, AgFlowError *error);

static inline const AgFoldedStep *
ag_fold_get_step (const AgFold *fold, int level, int step)
{
  return &fold->steps[level * fold->config.depth + step];
}

/* Output j of the folded order in the order of the parameters. */
static inline int
ag_conv_parameter_output (const AgFoldedConv *conv, int j)
{
  int half = conv->outputs / 2;

  return !conv->halves ? j : j < half ? 2 * j : 2 * (j - half) + 1;
}
