/* ag-gradient-sums.h: sums over a batch that do not depend on how it is shared out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of a weight is a sum over all pixels of the batch, and a sum of floats depends on
 * the order. Were that the order of threads or processes, they would decide which way the optimizer
 * goes wherever a gradient is zero but for rounding. So the rows of an image, in blocks of at most
 * 1024, are summed up one after the other as numbers of the model, and the sums of blocks, rounded
 * to multiples of AG_SUM_UNIT, in double: exactly, thus in any order.
 *
 * A thread whose share ends inside a block begins there, and leaves the sums of that block's head
 * to the next thread, which goes on with them when the rest of its share is done. That needs a
 * block that begins in every share, as there is where threads are no more than images. If they
 * are more, each sums up its rows for itself.
 */
#pragma once

#include <string.h>

#include "ag-gradient-private.h"

static inline void
ag_gradient_zero (ag_real *values, size_t n)
{
  memset (values, 0, n * sizeof *values);
}

/* Sums that are closed together. */
typedef enum
{
  AG_SUMS_CONV_0, /* and the priors */
  AG_SUMS_CONV_1,
  AG_SUMS_CONV_2,
  AG_SUMS_LINEAR,
  AG_N_SUMS,
} AgSumsGroup;

/* Where the groups of a step begin in a vector of sums; the last number is its length. */
typedef struct
{
  size_t at[AG_N_SUMS + 1];
} AgSumsLayout;

/* Of a convolution, in the folded order. */
typedef struct
{
  size_t weight; /* [rows][ld] */
  int ld;
  size_t bias; /* [AG_N_POSITIONS][outputs], of conv2 [1][outputs] */
  size_t dots; /* [outputs]: sum of output times its gradient */
  size_t n;
} AgConvSums;

AgConvSums ag_gradient_conv_sums (const AgFold *fold, const AgFoldedConv *conv);

/* The stride of a matrix in the sums. */
int ag_gradient_ld_sums (const AgFold *fold, int columns);

/* Numbers in the sums of the largest step or prior of a model; of the fold only its shape is read.
 */
size_t ag_gradient_sums_size (const AgFold *fold);

AgSumsLayout ag_gradient_step_layout (const AgRows *rows);

/* Whether threads share blocks as said above. */
static inline bool
ag_gradient_shares_blocks (int batch, int n_threads)
{
  return n_threads <= batch;
}

/* Part of a thread's rows; they are to be done in this order. */
typedef struct
{
  int begin, end;
  ag_real *open; /* where the sums of a block that is not complete are */
  bool is_head;  /* of a block that the next thread goes on with */
  bool is_tail;  /* of one that the thread before has begun */
} AgStretch;

/* Begins a phase of sums: all threads, between the same two barriers. Returns the number of
 * stretches, at most 3. */
int ag_gradient_stretches (AgGradient *gradient,
                           const AgRows *rows,
                           AgTeam *team,
                           int rank,
                           AgStretch stretches[3]);

/* Before the sums of a stretch are touched, and when it is done. */
void ag_gradient_begin_stretch (AgGradient *gradient, const AgStretch *stretch, int rank);
void ag_gradient_end_stretch (AgGradient *gradient, const AgStretch *stretch, int rank);

/* A tile of rows within a stretch, and where it adds to the sums. */
typedef struct
{
  int begin, end;
  ag_real *open;
  const AgSumsLayout *layout;
  int n_pieces; /* in the member's */
} AgSumTile;

/* The tile that begins at a row; its pieces are put into the member's. */
AgSumTile ag_gradient_cut_tile (const AgGradient *gradient,
                                const AgRows *rows,
                                const AgStretch *stretch,
                                const AgSumsLayout *layout,
                                int begin,
                                AgTeam *team,
                                AgMember *member);

/* What a tile adds to the sums of a convolution: the product of rows of a and b to its weights, and
 * rows of the gradient d of its output, alone and times the output, to its biases and scales. */
typedef struct
{
  const AgFoldedConv *conv;
  AgSumsGroup group;
  const ag_real *a, *b, *d, *output;
  int lda, ldb, ld_d, ld_output;
} AgConvTerms;

void ag_gradient_sum_conv (const AgRows *rows,
                           const AgConvTerms *terms,
                           const AgSumTile *tile,
                           AgMember *member);

/* Notes which blocks a tile has closed, for what else is summed up. */
void ag_gradient_note_totals (const AgSumTile *tile, AgSumsGroup group, AgMember *member);

/* From the sums to the tensors of a convolution; this thread's share of it. */
void ag_gradient_unfold_conv (AgGradientRun *run,
                              const AgFoldedConv *conv,
                              size_t at,
                              const AgConvTensors *tensors,
                              AgTeam *team,
                              int rank);

/* After all phases of a step or a prior: adds up the totals of all threads, and processes, in the
 * open sums of the first member. Barriers before and after are done here. */
void ag_gradient_combine (AgGradientRun *run, const AgSumsLayout *layout, AgTeam *team, int rank);
