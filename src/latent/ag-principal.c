/* ag-principal.c: the directions in which faces differ most
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-principal.h"

#include <math.h>
#include <string.h>

#include "ag-random.h"

#define ITERATIONS 30

static void
subtract_mean (float *rows, guint n, gsize n_dims)
{
  g_autofree double *mean = g_new0 (double, n_dims);

  for (guint i = 0; i < n; i++)
    for (gsize d = 0; d < n_dims; d++)
      mean[d] += rows[i * n_dims + d];
  for (guint i = 0; i < n; i++)
    for (gsize d = 0; d < n_dims; d++)
      rows[i * n_dims + d] -= (float) (mean[d] / n);
}

static double
dot (const float *a, const float *b, gsize n)
{
  /* Several sums, so that the compiler may use vectors. */
  float sums[16] = { 0 };
  double sum = 0;
  gsize i = 0;

  for (; i + 16 <= n; i += 16)
    for (int k = 0; k < 16; k++)
      sums[k] += a[i + (gsize) k] * b[i + (gsize) k];
  for (; i < n; i++)
    sum += (double) a[i] * b[i];
  for (int k = 0; k < 16; k++)
    sum += sums[k];
  return sum;
}

/* Gram-Schmidt, twice for the sake of rounding. */
static void
orthonormalise (float *directions, guint k, gsize n_dims)
{
  for (guint j = 0; j < k; j++)
    {
      float *direction = directions + j * n_dims;
      double norm;

      for (int pass = 0; pass < 2; pass++)
        for (guint i = 0; i < j; i++)
          {
            const float *before = directions + i * n_dims;
            float part = (float) dot (direction, before, n_dims);

            for (gsize d = 0; d < n_dims; d++)
              direction[d] -= part * before[d];
          }
      norm = sqrt (dot (direction, direction, n_dims));
      for (gsize d = 0; d < n_dims; d++)
        direction[d] = norm > 0 ? (float) (direction[d] / norm) : 0;
    }
}

gboolean
ag_principal_find (float *rows,
                   guint n,
                   gsize n_dims,
                   guint k,
                   float *directions,
                   double *deviations,
                   const atomic_bool *cancel)
{
  g_autofree float *next = g_new (float, k *n_dims);

  subtract_mean (rows, n, n_dims);
  ag_random_normal (1, 0, directions, k * n_dims);
  orthonormalise (directions, k, n_dims);
  for (int iteration = 0; iteration <= ITERATIONS; iteration++)
    {
      memset (next, 0, k * n_dims * sizeof (float));
      memset (deviations, 0, k * sizeof (double));
      for (guint i = 0; i < n; i++)
        {
          const float *row = rows + i * n_dims;

          if (cancel != NULL && atomic_load (cancel))
            return FALSE;
          for (guint j = 0; j < k; j++)
            {
              float along = (float) dot (row, directions + j * n_dims, n_dims);

              deviations[j] += (double) along * along;
              for (gsize d = 0; d < n_dims; d++)
                next[j * n_dims + d] += along * row[d];
            }
        }
      if (iteration == ITERATIONS)
        break;
      memcpy (directions, next, k * n_dims * sizeof (float));
      orthonormalise (directions, k, n_dims);
    }
  for (guint j = 0; j < k; j++)
    deviations[j] = sqrt (deviations[j] / (n - 1));
  return TRUE;
}
