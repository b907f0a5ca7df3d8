/* ag-likelihood.c: what bits/dim say about a picture, and about a set of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-likelihood.h"

#include <math.h>
#include <stdlib.h>

static int
compare_double (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

void
ag_likelihood_statistics (const double *bits_per_dim, guint n, AgLikelihoodStatistics *statistics)
{
  g_autofree double *sorted = g_new (double, n + 1);
  double mean = 0, squares = 0;
  guint count = 0;

  for (guint i = 0; i < n; i++)
    if (isfinite (bits_per_dim[i]))
      {
        double delta = bits_per_dim[i] - mean;

        sorted[count++] = bits_per_dim[i];
        mean += delta / count;
        squares += delta * (bits_per_dim[i] - mean);
      }
  qsort (sorted, count, sizeof (double), compare_double);
  statistics->count = count;
  statistics->n_not_finite = n - count;
  statistics->mean = count > 0 ? mean : NAN;
  statistics->standard_error = count > 1 ? sqrt (squares / (count - 1) / count) : NAN;
  for (int p = 0; p < AG_LIKELIHOOD_N_PERCENTILES; p++)
    {
      double position = count > 0 ? p * (count - 1) / 100.0 : 0;
      guint below = (guint) position;

      if (count == 0)
        statistics->percentiles[p] = NAN;
      else if (below + 1 >= count)
        statistics->percentiles[p] = sorted[count - 1];
      else
        statistics->percentiles[p] =
          sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
    }
}

double
ag_likelihood_percentile (const double *percentiles, double bits_per_dim)
{
  int last = AG_LIKELIHOOD_N_PERCENTILES - 1;

  if (!isfinite (bits_per_dim) || bits_per_dim >= percentiles[last])
    return 100;
  if (bits_per_dim <= percentiles[0])
    return 0;
  for (int p = last - 1; p > 0; p--)
    if (percentiles[p] <= bits_per_dim)
      /* Below the next one, so the two differ. */
      return p + (bits_per_dim - percentiles[p]) / (percentiles[p + 1] - percentiles[p]);
  return (bits_per_dim - percentiles[0]) / (percentiles[1] - percentiles[0]);
}
