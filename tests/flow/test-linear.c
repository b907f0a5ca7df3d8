/* test-linear.c: small dense matrices
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>
#include <string.h>

#include "ag-linear.h"
#include "reference.h"

static double *
random_square (int n, guint64 seed)
{
  g_autofree ag_real *normal = test_reals ((size_t) (n * n));
  double *a = g_new (double, n *n);

  ag_random_normal (seed, 0, normal, (size_t) (n * n));
  for (int i = 0; i < n * n; i++)
    a[i] = (double) normal[i];
  return a;
}

static gboolean
invert (int n, double *a, double *log_abs_det)
{
  g_autofree double *scratch = g_new (double, n *n + n);
  g_autofree int *pivots = g_new (int, n);

  return ag_linear_invert (n, a, log_abs_det, scratch, pivots);
}

static void
test_invert (void)
{
  for (int n = 1; n <= 48; n += n < 12 ? 1 : 12)
    {
      g_autofree double *a = random_square (n, (guint64) n), *inverse = g_new (double, n *n);
      g_autofree double *copy = g_new (double, n *n);
      double log_det;

      /* Nothing on the diagonal: it cannot be done without exchanging rows. */
      for (int i = 0; n > 1 && i < n; i++)
        a[i * n + i] = 0;
      memcpy (inverse, a, (gsize) (n * n) * sizeof *a);
      memcpy (copy, a, (gsize) (n * n) * sizeof *a);
      g_assert_true (invert (n, inverse, &log_det));
      test_close (log_det, reference_log_abs_det (n, copy), 1e-10);
      for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
          {
            double sum = 0;

            for (int k = 0; k < n; k++)
              sum += a[i * n + k] * inverse[k * n + j];
            test_close (sum, i == j, 1e-9);
          }
    }
}

static void
test_factor (void)
{
  for (int n = 1; n <= 48; n += n < 12 ? 1 : 12)
    {
      g_autofree double *a = random_square (n, (guint64) n), *lu = g_new (double, n *n);
      g_autofree gint32 *index = g_new (gint32, n);
      g_autofree int *pivots = g_new (int, n);

      memcpy (lu, a, (gsize) (n * n) * sizeof *a);
      g_assert_true (ag_linear_factor (n, lu, index, pivots));
      for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
          {
            double sum = 0;
            int row = index[i];

            for (int k = 0; k <= row && k <= j; k++)
              sum += (k == row ? 1 : lu[row * n + k]) * lu[k * n + j];
            test_close (sum, a[i * n + j], 1e-12);
            g_assert_true (i <= j || fabs (lu[i * n + j]) <= 1);
          }
    }
}

static void
test_singular (void)
{
  double zero[] = { 0 }, twice[] = { 1, 2, 2, 4 }, nan[] = { 1, 0, NAN, 1 };
  double late[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 }, infinite[] = { INFINITY, 0, 0, 1 }, log_det;

  g_assert_false (invert (1, zero, &log_det));
  g_assert_false (invert (2, twice, &log_det));
  g_assert_false (invert (2, nan, &log_det));
  g_assert_false (invert (2, infinite, &log_det));
  /* Rounding hides this one, or not: what comes out must then be enormous. */
  g_assert_true (!invert (3, late, &log_det) || log_det < -30);
}

static void
test_orthogonalize (void)
{
  for (int n = 1; n <= 48; n += n < 12 ? 1 : 12)
    {
      g_autofree double *a = random_square (n, 100 + (guint64) n);

      /* Two rows that are nearly the same, so that one pass would not do. */
      for (int j = 0; n > 2 && j < n; j++)
        a[n + j] = a[j] + 1e-7 * a[n + j];
      ag_linear_orthogonalize (n, a);
      for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
          {
            double dot = 0;

            for (int k = 0; k < n; k++)
              dot += a[i * n + k] * a[j * n + k];
            test_close (dot, i == j, 1e-13);
          }
    }
}

void
test_linear_add (void)
{
  g_test_add_func ("/flow/linear/invert", test_invert);
  g_test_add_func ("/flow/linear/factor", test_factor);
  g_test_add_func ("/flow/linear/singular", test_singular);
  g_test_add_func ("/flow/linear/orthogonalize", test_orthogonalize);
}
