/* ag-model-derive.c: the kernel-level form of the parameters
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-model-file.h"

/* The tensor that stands beside @tensor under another last name. */
static const AgTensor *
sibling (const AgGlow *glow, const AgTensor *tensor, const char *suffix, const char *other)
{
  g_autofree char *name = g_strdup_printf (
    "%.*s%s", (int) (strlen (tensor->name) - strlen (suffix)), tensor->name, other);
  return ag_glow_find_tensor (glow, name);
}

static void
derive_scale (const AgTensor *logs, const AgTensor *sign, float *scale)
{
  for (size_t i = 0; i < logs->count; i++)
    {
      double s = exp (3.0 * (double) logs->values[i]);
      scale[i] = (float) (sign && sign->values[i] < 0 ? -s : s);
    }
}

/* W = P (L + I) (U + S): with M = (L + I) (U + S), row i of W is row index[i] of M. */
static void
derive_weight (const AgTensor *lu, const AgTensor *sign, const AgTensor *index, float *weight)
{
  int n = lu->dims[0];

  for (int i = 0; i < n; i++)
    {
      int row = index->index[i];
      for (int o = 0; o < n; o++)
        {
          double sum = 0;
          for (int k = 0; k <= MIN (row, o); k++)
            {
              double l = k == row ? 1.0 : (double) lu->values[(size_t) row * n + k];
              double u = (double) lu->values[(size_t) k * n + o];
              sum += l * (k == o ? (double) sign->values[k] * exp (u) : u);
            }
          weight[(size_t) i * n + o] = (float) sum;
        }
    }
}

static void
begin (AgDerived *derived, const AgTensor *tensor, const char *suffix, const char *other)
{
  derived->name = g_strdup_printf ("%.*s%s", (int) (strlen (tensor->name) - strlen (suffix)),
                                   tensor->name, other);
  derived->rank = tensor->rank;
  for (int i = 0; i < tensor->rank; i++)
    derived->dims[i] = tensor->dims[i];
  derived->count = tensor->count;
  derived->values = g_new (float, tensor->count);
}

gboolean
ag_model_derive (const AgGlow *glow, const AgTensor *tensor, AgDerived *derived)
{
  memset (derived, 0, sizeof *derived);
  if (g_str_has_suffix (tensor->name, ".logs"))
    {
      begin (derived, tensor, ".logs", ".scale");
      derive_scale (tensor, sibling (glow, tensor, ".logs", ".sign"), derived->values);
      return TRUE;
    }
  if (g_str_has_suffix (tensor->name, ".permutation.lu"))
    {
      begin (derived, tensor, ".lu", ".weight");
      derive_weight (tensor, sibling (glow, tensor, ".lu", ".sign"),
                     sibling (glow, tensor, ".lu", ".index"), derived->values);
      return TRUE;
    }
  return FALSE;
}
