/* ag-likelihood.h: what bits/dim say about a picture, and about a set of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pure functions, for any thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define AG_LIKELIHOOD_N_PERCENTILES 101

/**
 * AgLikelihoodStatistics:
 * @count: finite values
 * @n_not_finite: values left out since they are not finite
 * @mean: bits/dim
 * @standard_error: of the mean: sample deviation over the root of @count; NaN for fewer than 2
 * @percentiles: 0th to 100th, ascending, interpolated linearly between order statistics; NaN for
 *   none
 */
typedef struct
{
  guint count, n_not_finite;
  double mean, standard_error;
  double percentiles[AG_LIKELIHOOD_N_PERCENTILES];
} AgLikelihoodStatistics;

/**
 * ag_likelihood_statistics:
 * @bits_per_dim: (array length=n):
 */
void
ag_likelihood_statistics (const double *bits_per_dim, guint n, AgLikelihoodStatistics *statistics);

/**
 * ag_likelihood_percentile:
 * @percentiles: (array fixed-size=101): ascending, as AgModel holds them
 *
 * Returns: 0 to 100: the share of held-out photos that have fewer bits/dim, that is, are likelier.
 *   50 is an ordinary photo. 100 if @bits_per_dim is not finite.
 */
double ag_likelihood_percentile (const double *percentiles, double bits_per_dim);

G_END_DECLS
