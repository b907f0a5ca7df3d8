/* ag-linear.c: small dense matrices in double, by LAPACK
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-linear.h"

#include <math.h>
#include <stddef.h>

/* LAPACK is column-major: it sees the transpose of ours, whose inverse is the transpose of the
 * inverse and whose determinant is the same. */
extern void dgetrf_ (const int *m, const int *n, double *a, const int *lda, int *pivots, int *info);
extern void dgetri_ (const int *n,
                     double *a,
                     const int *lda,
                     const int *pivots,
                     double *work,
                     const int *lwork,
                     int *info);

bool
ag_linear_invert (int n, double *a, double *log_abs_det, double *scratch, int *pivots)
{
  int info = 0, lwork = n * n;
  double sum = 0;

  for (int i = 0; i < n * n; i++)
    if (!isfinite (a[i]))
      return false;
  dgetrf_ (&n, &n, a, &n, pivots, &info);
  if (info != 0)
    return false;
  for (int i = 0; i < n; i++)
    sum += log (fabs (a[i * n + i]));
  dgetri_ (&n, a, &n, pivots, scratch, &lwork, &info);
  *log_abs_det = sum;
  return info == 0 && isfinite (sum);
}

bool
ag_linear_factor (int n, double *a, int32_t *index, int *pivots)
{
  /* Row-major elimination by hand: LAPACK would factor the transpose, whose L and U are others. */
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
          for (int j = k + 1; j < n; j++)
            a[i * n + j] -= factor * a[k * n + j];
        }
    }
  /* Row k of L U is row pivots[k] of a, so P has its 1 of row pivots[k] in column k. */
  for (int k = 0; k < n; k++)
    index[pivots[k]] = k;
  return true;
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
