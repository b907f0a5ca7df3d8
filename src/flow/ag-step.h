/* ag-step.h: the passes over pixels that inference and training share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A batch is a matrix with one row per pixel: P = images * height * width rows, images after each
 * other. Every function here works on rows begin to end, so that the threads of a team share the
 * rows; where a pass reads the neighbours of its rows, a barrier must lie before it.
 *
 * A step of the flow is two passes. ag_step_condition() runs the wide part of the conditioner on
 * tiles of rows small enough that the activations stay in the second-level cache, and leaves for
 * every pixel what its nine taps contribute to its neighbours. Then, after a barrier,
 * ag_step_outputs() sums the taps, and the coupling and the next linear part work on the same rows.
 */
#pragma once

#include <limits.h>

#include "ag-fold.h"

/**
 * AgRows:
 * @fold: the model
 * @step: the step
 * @height: of an image at this level
 * @width: likewise
 * @channels: C
 * @begin: first row
 * @end: one past the last
 */
typedef struct
{
  const AgFold *fold;
  const AgFoldedStep *step;
  int height, width, channels;
  int begin, end;
} AgRows;

/* Rows are counted in int: whether those of so many images are few enough. */
static inline bool
ag_rows_fit (const AgGlowConfig *config, int batch)
{
  AgGlowLevel most = ag_glow_config_level (config, 0);

  return (size_t) batch * (size_t) most.height * (size_t) most.width <= INT_MAX / 2;
}

static inline AgTaps
ag_rows_taps (const AgRows *rows, int channels, int sign)
{
  return (AgTaps){ rows->height, rows->width, channels, sign };
}

/**
 * AgTile:
 * @rows: how many rows a tile has
 * @columns: gathered taps: [rows][ld_columns]
 * @hidden: two wide activations: [rows][ld_hidden]
 * @outputs: [rows][outputs]: what the conditioner gives
 * @bias: [rows]: where each row's bias lies
 *
 * Working memory of one thread for one tile.
 */
typedef struct
{
  int rows;
  ag_real *columns, *hidden[2], *outputs;
  const ag_real **bias;
} AgTile;

/* Strides, in numbers. A hidden row gets half a panel of padding, since rows at a stride of a power
 * of two would fall into a few sets of the first-level cache when a column of them is read. */
int ag_ld_hidden (const AgFold *fold);
int ag_ld_columns (const AgFold *fold, int channels);          /* 9 * channels, padded */
int ag_ld_taps (const AgFold *fold, const AgFoldedConv *conv); /* 9 * outputs, padded */

/* Takes a tile that serves every level from an arena. */
void ag_tile_build (AgTile *tile, AgArena *arena, const AgFold *fold, int rows);

/* How many rows a tile should have for the activations to stay in the second-level cache. */
int ag_tile_rows (const AgGlowConfig *config);

/* Points bias[i] to the bias of row begin + i. */
void ag_rows_bias (const AgRows *rows,
                   const AgFoldedConv *conv,
                   int begin,
                   int end,
                   const ag_real **bias);

/**
 * ag_step_condition:
 * @y: [P][C]: its first half is the input of the conditioner
 * @taps: (out): [P][ag_ld_taps()]
 * @hidden1: (out) (nullable): [P][ag_ld_hidden()]: kept activations, or %NULL to use the tile's
 * @hidden2: (out) (nullable): likewise
 *
 * Reads neighbours of @y.
 */
void ag_step_condition (const AgRows *rows,
                        const ag_real *y,
                        ag_real *taps,
                        ag_real *hidden1,
                        ag_real *hidden2,
                        AgTile *tile);

/**
 * ag_step_outputs:
 * @begin: first row, within @rows
 * @end: one past the last
 * @outputs: (out): [end - begin][outputs]: shifts, then for affine coupling what
 *   ag_step_scales() makes scales of
 *
 * Reads neighbours of @taps.
 */
void
ag_step_outputs (const AgRows *rows, const ag_real *taps, int begin, int end, ag_real *outputs);

/* What the scales of a coupling lie above: they are that plus a sigmoid. */
static inline ag_real
ag_coupling_least_scale (AgCoupling coupling)
{
  return coupling == AG_COUPLING_AFFINE_BOUNDED ? (ag_real) 0.5 : 0;
}

/* For affine couplings: the second half of each row becomes the scales, in place. */
void ag_step_scales (const AgRows *rows, int n_rows, ag_real *outputs);

/* The sum of the logarithms of n scales. */
double ag_step_sum_of_logs (const ag_real *scale, int n);

/* y's second half becomes (z2 + shift) scale, in place; log_det[image] += sum ln scale. */
void ag_step_couple (const AgRows *rows,
                     int begin,
                     int end,
                     const ag_real *outputs,
                     ag_real *y,
                     double *log_det);

/* The inverse of it. */
void ag_step_uncouple (const AgRows *rows, int begin, int end, const ag_real *outputs, ag_real *y);

/* to = from M + bias, row by row, C to C; M packed. */
void ag_rows_linear (const AgRows *rows,
                     int begin,
                     int end,
                     const ag_real *from,
                     const ag_real *matrix,
                     const ag_real *bias,
                     ag_real *to,
                     AgTile *tile);

/**
 * ag_rows_squeeze:
 * @rows: of the level after the squeeze
 * @from: [4 P][ld_from]: before it; the first C / 4 channels are taken
 * @to: (out): [P][C]
 */
void ag_rows_squeeze (const AgRows *rows, const ag_real *from, int ld_from, ag_real *to);

/* The inverse of it. */
void ag_rows_unsqueeze (const AgRows *rows, const ag_real *from, ag_real *to, int ld_to);
