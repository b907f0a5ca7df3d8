/* ag-state.h: what encoding and decoding carry from step to step
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In double, while the conditioner, which is where the time goes, computes in float: it gets the
 * same numbers in both directions then, and what it makes of them cancels. All that a photo loses
 * on its way to the latent and back is the rounding of the latent to float, and not even that if
 * what rounding took is kept too (ag_flow_encode_exact()). With the state in float too, a picture
 * of noise, which lies far from what a model has learnt, came back 5e-4 off.
 *
 * Each thread has a copy of its own, and works on its rows; where neighbours are read, or rows are
 * written that another thread has read, a barrier must lie before it.
 */
#pragma once

#include "ag-step.h"

/**
 * AgState:
 * @values: [P][C]: activations between steps
 * @next: [P][C]: where the next ones are written
 * @narrow: [P][C]: of the first half of each row of @values, what the conditioner reads
 */
typedef struct
{
  double *values, *next;
  ag_real *narrow;
} AgState;

void ag_state_build (AgState *state, AgArena *arena, size_t count);

/* Space to depth, from an image of as many channels or, with x NULL, from the level before. Reads
 * rows of other threads, and writes what they may have read. */
void ag_state_squeeze (AgState *state, const AgRows *rows, const ag_real *x, int channels);

/* Depth to space, into an image or, with x NULL, into the first half of the rows of the level
 * before. Writes rows of other threads. */
void ag_state_unsqueeze (AgState *state, const AgRows *rows, ag_real *x, int channels);

/* Actnorm and permutation, or their inverse, into what ag_state_swap() then makes the values.
 * Writes what other threads may have read. */
void ag_state_linear (AgState *state, const AgRows *rows, const double *matrix, const double *bias);
void ag_state_swap (AgState *state);

/* The second half of rows begin to end; outputs as from ag_step_outputs() and ag_step_scales().
 * log_det[row] gets what is gained. */
void ag_state_couple (AgState *state,
                      const AgRows *rows,
                      int begin,
                      int end,
                      const ag_real *outputs,
                      double *log_det);
void
ag_state_uncouple (AgState *state, const AgRows *rows, int begin, int end, const ag_real *outputs);

/* eps = (z - mean) exp (-logs) of the channels that leave, and log_p[row] += its ln p; eps is
 * [images][N], low likewise or NULL: what eps lost by rounding; prior working memory for a tile.
 * Reads neighbours. */
void ag_state_to_eps (const AgState *state,
                      const AgRows *rows,
                      int level,
                      const int *classes,
                      ag_real *eps,
                      ag_real *low,
                      double *log_p,
                      ag_real *prior,
                      AgTile *tile);

/* The inverse: fills in the channels that left. */
void ag_state_from_eps (AgState *state,
                        const AgRows *rows,
                        int level,
                        const int *classes,
                        const ag_real *eps,
                        const ag_real *low,
                        ag_real *prior,
                        AgTile *tile);
