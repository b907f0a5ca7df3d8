/* ag-gradient-linear.c: from the gradient of a step's one matrix to its actnorm and permutation
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-gradient-private.h"

/* W = P (L + I)(U + S). With g the gradient of W and its rows brought into the order of L:
 * dL = g (U + S)^T below the diagonal, d(U + S) = (L + I)^T g on and above it. */
static void
unfold_lu (const AgStepTensors *tensors, int n, const double *g, double nats, ag_real *d_lu)
{
  const ag_real *lu = tensors->lu->values;
  const int32_t *index = tensors->index->index;

  memset (d_lu, 0, (size_t) (n * n) * sizeof *d_lu);
  for (int i = 0; i < n; i++)
    {
      const double *row = g + i * n;
      int r = index[i];

      for (int k = 0; k < r; k++)
        {
          double sum = row[k] * (double) tensors->sign->values[k] * exp ((double) lu[k * n + k]);

          for (int j = k + 1; j < n; j++)
            sum += row[j] * (double) lu[k * n + j];
          d_lu[r * n + k] = (ag_real) sum;
        }
    }
  for (int k = 0; k < n; k++)
    for (int i = 0; i < n; i++)
      {
        const double *row = g + i * n;
        int r = index[i];
        double l = r == k ? 1 : r > k ? (double) lu[r * n + k] : 0;

        for (int j = k; r >= k && j < n; j++)
          d_lu[k * n + j] += (ag_real) (l * row[j]);
      }
  for (int k = 0; k < n; k++)
    {
      double s = (double) tensors->sign->values[k] * exp ((double) lu[k * n + k]);

      d_lu[k * n + k] = (ag_real) ((double) d_lu[k * n + k] * s - nats);
    }
}

void
ag_gradient_unfold_linear (AgGradientRun *run, int level, int step, int rank)
{
  AgGradient *gradient = run->gradient;
  const AgFold *fold = gradient->fold;
  const AgStepTensors *tensors = ag_glow_step (run->glow, level, step);
  const AgFoldedStep *folded = ag_fold_get_step (fold, level, step);
  const AgGlowLevel *shape = &fold->levels[level];
  int n = shape->channels;
  double *d_matrix = gradient->linear[level * fold->config.depth + step];
  const double *d_bias = d_matrix + n * n;
  double *g = fold->square[rank];
  /* What a unit of log-determinant per pixel weighs, over all images. */
  double nats = (double) run->unit * run->n_images * shape->height * shape->width;

  for (int i = 0; i < n; i++)
    {
      double scale = (double) tensors->actnorm_sign->values[i] *
                     exp (3 * (double) tensors->actnorm_logs->values[i]);
      double bias = (double) tensors->actnorm_bias->values[i], d_b = 0, d_logs = 0;

      for (int o = 0; o < n; o++)
        {
          double m = scale * folded->matrix[i * n + o];
          double d_m = d_matrix[i * n + o] + bias * d_bias[o];

          d_b += m * d_bias[o];
          d_logs += m * d_m;
          g[i * n + o] = scale * d_m;
        }
      ag_gradient_of (run, tensors->actnorm_bias)[i] = (ag_real) d_b;
      ag_gradient_of (run, tensors->actnorm_logs)[i] = (ag_real) (3 * (d_logs - nats));
    }
  if (tensors->weight != NULL)
    for (int i = 0; i < n; i++)
      for (int o = 0; o < n; o++)
        ag_gradient_of (run, tensors->weight)[i * n + o] =
          (ag_real) (g[i * n + o] - nats * folded->matrix_inverse[o * n + i]);
  else if (tensors->lu != NULL)
    unfold_lu (tensors, n, g, nats, ag_gradient_of (run, tensors->lu));
}
