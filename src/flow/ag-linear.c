/* ag-linear.c: small dense matrices in double
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * By hand and not by LAPACK: these matrices are a hundred rows at most and our own threads already
 * share them out, while OpenBLAS would start threads of its own inside each call, which then spin
 * on the processors that the passes need (5 % of a training step was lost to it).
 */
#include "ag-linear.h"

#include <math.h>
#include <stddef.h>

/* to -= factor * from */
static void
subtract_row (int n, double factor, const double *restrict from, double *restrict to)
{
  for (int j = 0; j < n; j++)
    to[j] -= factor * from[j];
}

bool
ag_linear_factor (int n, double *a, int32_t *index, int *pivots)
{
  for (int i = 0; i < n; i++)
    pivots[i] = i;
  for (int k = 0; k < n; k++)
    {
      int best = k;

      for (int i = k + 1; i < n; i++)
        if (fabs (a[i * n + k]) > fabs (a[best * n + k]))
          best = i;
      if (!(fabs (a[best * n + k]) > 0) || !isfinite (a[best * n + k]))
        return false;
      if (best != k)
        {
          int row = pivots[k];

          pivots[k] = pivots[best];
          pivots[best] = row;
          for (int j = 0; j < n; j++)
            {
              double value = a[k * n + j];

              a[k * n + j] = a[best * n + j];
              a[best * n + j] = value;
            }
        }
      for (int i = k + 1; i < n; i++)
        {
          double factor = a[i * n + k] / a[k * n + k];

          a[i * n + k] = factor;
          subtract_row (n - k - 1, factor, a + k * n + k + 1, a + i * n + k + 1);
        }
    }
  /* Row k of L U is row pivots[k] of a, so P has its 1 of row pivots[k] in column k. */
  for (int k = 0; k < n; k++)
    index[pivots[k]] = k;
  return true;
}

static double
largest (int n, const double *a)
{
  double most = 0;

  for (int i = 0; i < n * n; i++)
    most = fmax (most, fabs (a[i]));
  return most;
}

bool
ag_linear_invert (int n, double *a, double *log_abs_det, double *scratch, int *pivots)
{
  int32_t *index = (int32_t *) scratch;
  double *inverse = scratch + n, sum = 0, size = largest (n, a);

  if (!ag_linear_factor (n, a, index, pivots))
    return false;
  for (int i = 0; i < n; i++)
    sum += log (fabs (a[i * n + i]));
  /* L U X = P^T: column by column it would be strided, so all columns at once, row by row. */
  for (int i = 0; i < n * n; i++)
    inverse[i] = 0;
  for (int i = 0; i < n; i++)
    inverse[index[i] * n + i] = 1;
  for (int i = 0; i < n; i++)
    for (int k = 0; k < i; k++)
      subtract_row (n, a[i * n + k], inverse + k * n, inverse + i * n);
  for (int i = n - 1; i >= 0; i--)
    {
      for (int k = i + 1; k < n; k++)
        subtract_row (n, a[i * n + k], inverse + k * n, inverse + i * n);
      for (int j = 0; j < n; j++)
        inverse[i * n + j] /= a[i * n + i];
    }
  for (int i = 0; i < n * n; i++)
    a[i] = inverse[i];
  *log_abs_det = sum;
  /* Rounding turns most zero pivots into tiny ones. */
  return isfinite (sum) && size * largest (n, a) < 1e13;
}

void
ag_linear_orthogonalize (int n, double *a)
{
  for (int i = 0; i < n; i++)
    {
      double *row = a + (ptrdiff_t) i * n, norm = 0;

      for (int pass = 0; pass < 2; pass++)
        for (int j = 0; j < i; j++)
          {
            const double *other = a + (ptrdiff_t) j * n;
            double dot = 0;

            for (int k = 0; k < n; k++)
              dot += row[k] * other[k];
            for (int k = 0; k < n; k++)
              row[k] -= dot * other[k];
          }
      for (int k = 0; k < n; k++)
        norm += row[k] * row[k];
      for (int k = 0; k < n; k++)
        row[k] /= sqrt (norm);
    }
}
