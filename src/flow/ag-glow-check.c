/* ag-glow-check.c: whether numbers that came from a file make a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-glow-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ag-linear.h"

void
ag_glow_permutation_matrix (const AgGlow *glow, int level, int step, double *weight)
{
  const AgStepTensors *tensors = ag_glow_step (glow, level, step);
  int n = glow->levels[level].channels;

  if (glow->config.permutation == AG_PERMUTATION_CONV)
    {
      for (int i = 0; i < n * n; i++)
        weight[i] = (double) tensors->weight->values[i];
      return;
    }
  memset (weight, 0, (size_t) (n * n) * sizeof *weight);
  if (glow->config.permutation != AG_PERMUTATION_LU)
    {
      for (int o = 0; o < n; o++)
        weight[tensors->index->index[o] * n + o] = 1;
      return;
    }
  /* Row i of W is row r = index[i] of (L + I)(U + S). */
  for (int i = 0; i < n; i++)
    {
      const ag_real *lu = tensors->lu->values;
      int r = tensors->index->index[i];
      double *row = weight + i * n;

      for (int k = 0; k <= r; k++)
        {
          double l = k == r ? 1 : (double) lu[r * n + k];

          row[k] += l * (double) tensors->sign->values[k] * exp ((double) lu[k * n + k]);
          for (int j = k + 1; j < n; j++)
            row[j] += l * (double) lu[k * n + j];
        }
    }
}

static bool
all_finite (const AgTensor *tensor)
{
  ag_real scratch[1024];
  bool finite = true;

  for (size_t i = 0; finite && i < tensor->count; i += 1024)
    {
      size_t n = tensor->count - i < 1024 ? tensor->count - i : 1024;
      const ag_real *numbers = ag_tensor_numbers (tensor, i, n, scratch);

      /* To the end, without a way out: that is a loop of a few instructions. */
      for (size_t k = 0; k < n; k++)
        finite &= isfinite (numbers[k]) != 0;
    }
  return finite;
}

static AgStatus
check_tensor (const AgTensor *tensor, AgFlowError *error)
{
  const char *part = strrchr (tensor->name, '.');
  bool is_sign = part != NULL && strcmp (part, ".sign") == 0;
  bool is_logs = part != NULL && strcmp (part, ".logs") == 0;

  if (tensor->index != NULL)
    {
      /* A permutation of n numbers: each value in range and none twice. */
      for (size_t i = 0; i < tensor->count; i++)
        {
          int32_t value = tensor->index[i];
          bool seen = false;

          for (size_t j = 0; j < i; j++)
            seen = seen || tensor->index[j] == value;
          if (value < 0 || (size_t) value >= tensor->count || seen)
            return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "%s is not a permutation",
                                      tensor->name);
        }
      return AG_OK;
    }
  if (!all_finite (tensor))
    return ag_flow_error_set (error, AG_ERROR_NOT_FINITE, "%s holds a number that is not finite",
                              tensor->name);
  for (size_t i = 0; (is_sign || is_logs) && i < tensor->count; i++)
    {
      double value = (double) tensor->values[i];

      if (is_sign && fabs (value) != 1)
        return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "%s holds %g where +1 or -1 belongs",
                                  tensor->name, value);
      if (is_logs && fabs (value) > 25)
        return ag_flow_error_set (error, AG_ERROR_SINGULAR,
                                  "%s holds %g, a scale that cannot be inverted", tensor->name,
                                  value);
    }
  return AG_OK;
}

AgStatus
ag_glow_check (const AgGlow *glow, AgFlowError *error)
{
  int n = glow->levels[glow->config.levels - 1].channels;
  size_t count = (size_t) n * (size_t) n;
  double *weight, *scratch;
  int *pivots;
  AgStatus status = AG_OK;

  for (int i = 0; i < glow->n_tensors; i++)
    {
      status = check_tensor (&glow->tensors[i], error);
      if (status != AG_OK)
        return status;
    }
  weight = malloc (count * sizeof *weight);
  scratch = malloc ((count + (size_t) n) * sizeof *scratch);
  pivots = malloc ((size_t) n * sizeof *pivots);
  if (weight == NULL || scratch == NULL || pivots == NULL)
    status = ag_flow_error_set (error, AG_ERROR_MEMORY, "no memory to check a model");
  for (int l = 0; status == AG_OK && l < glow->config.levels; l++)
    for (int k = 0; status == AG_OK && k < glow->config.depth; k++)
      {
        double log_det;

        ag_glow_permutation_matrix (glow, l, k, weight);
        if (!ag_linear_invert (glow->levels[l].channels, weight, &log_det, scratch, pivots))
          status = ag_flow_error_set (error, AG_ERROR_SINGULAR,
                                      "the 1×1 convolution of level %d, step %d is singular", l, k);
      }
  free (weight);
  free (scratch);
  free (pivots);
  return status;
}
