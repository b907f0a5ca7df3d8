/* ag-prior.h: the Gaussians that score the latent
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * At every level but the last, the second half of the channels leaves and is scored by a Gaussian
 * whose mean and log-deviation a convolution computes from the first half; at the last, all
 * channels are, by one that depends on the position and the class alone.
 */
#pragma once

#include "ag-step.h"

#define AG_HALF_LN_2PI 0.91893853320467274178

/* Channels that leave at a level: C/2, at the last C. They are the last of each row. */
static inline int
ag_prior_channels (const AgRows *rows, int level)
{
  return rows->fold->levels[level].eps_channels;
}

/**
 * ag_prior_rows:
 * @classes: (nullable): of each image
 * @y: [P][C]
 * @begin: first row; at most as many rows as a tile has
 * @prior: (out): [end - begin][2 n]: means, then log-deviations of the n channels that leave
 * @tile: its columns hold the gathered taps afterwards
 *
 * Reads neighbours of @y.
 */
void ag_prior_rows (const AgRows *rows,
                    int level,
                    const int *classes,
                    const ag_real *y,
                    int begin,
                    int end,
                    ag_real *prior,
                    AgTile *tile);

/* log_p[image] += ln p of the channels that leave; prior is working memory for a tile. */
void ag_prior_score (const AgRows *rows,
                     int level,
                     const int *classes,
                     const ag_real *y,
                     double *log_p,
                     ag_real *prior,
                     AgTile *tile);
