/* ag-model-mixture.c: how photos lie in the last level of a model's latents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-model-mixture.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-model-file.h"

/* How far from right angles and length 1 axes may be that were stored as F16. */
#define TOLERANCE 1e-2

AgModelMixture *
ag_model_mixture_new (guint n_axes, gsize n_axis, guint n_components)
{
  AgModelMixture *mixture = g_new0 (AgModelMixture, 1);

  mixture->n_axes = n_axes;
  mixture->n_axis = n_axis;
  mixture->n_components = n_components;
  mixture->axes = g_new0 (float, n_axes *n_axis);
  mixture->weights = g_new0 (double, n_components);
  mixture->means = g_new0 (double, (gsize) n_components *n_axes);
  mixture->factor = g_new0 (double, (gsize) n_axes *n_axes);
  return mixture;
}

AgModelMixture *
ag_model_mixture_copy (const AgModelMixture *mixture)
{
  AgModelMixture *copy;
  gsize n, k;

  if (mixture == NULL)
    return NULL;
  n = mixture->n_axes;
  k = mixture->n_components;
  copy = g_memdup2 (mixture, sizeof *mixture);
  copy->axes = g_memdup2 (mixture->axes, n * mixture->n_axis * sizeof *copy->axes);
  copy->weights = g_memdup2 (mixture->weights, k * sizeof *copy->weights);
  copy->means = g_memdup2 (mixture->means, k * n * sizeof *copy->means);
  copy->factor = g_memdup2 (mixture->factor, n * n * sizeof *copy->factor);
  return copy;
}

void
ag_model_mixture_free (AgModelMixture *mixture)
{
  if (mixture == NULL)
    return;
  g_free (mixture->axes);
  g_free (mixture->weights);
  g_free (mixture->means);
  g_free (mixture->factor);
  g_free (mixture);
}

/* Whether all numbers are finite, and axes are axes. */
static gboolean
check_axes (AgSafetensors *file, const AgModelMixture *mixture, GError **error)
{
  for (guint a = 0; a < mixture->n_axes; a++)
    for (guint b = 0; b <= a; b++)
      {
        const float *one = mixture->axes + a * mixture->n_axis;
        const float *other = mixture->axes + b * mixture->n_axis;
        double dot = 0;

        for (gsize j = 0; j < mixture->n_axis; j++)
          dot += (double) one[j] * (double) other[j];
        if (!(fabs (dot - (a == b)) < TOLERANCE))
          return ag_model_corrupt (
            file, error, _ ("the tensor “%s” does not hold axes at right angles"), "mixture.axes");
      }
  return TRUE;
}

static gboolean
read_numbers (AgSafetensors *file,
              const char *name,
              int rank,
              const gint64 *dims,
              double *out,
              GError **error)
{
  const AgSafetensor *tensor = ag_safetensors_require (file, name, rank, dims, error);

  if (tensor == NULL)
    return FALSE;
  ag_safetensor_read_double (tensor, out);
  for (gsize i = 0; i < tensor->count; i++)
    if (!isfinite (out[i]))
      return ag_model_corrupt (file, error, _ ("the tensor “%s” has numbers that are not finite"),
                               name);
  return TRUE;
}

static gboolean
read_weights (AgSafetensors *file, AgModelMixture *mixture, GError **error)
{
  gint64 n = mixture->n_components;
  gboolean ok = read_numbers (file, "mixture.weights", 1, &n, mixture->weights, error);
  double sum = 0;

  if (!ok)
    return FALSE;
  for (guint k = 0; k < mixture->n_components; k++)
    {
      ok = ok && mixture->weights[k] >= 0;
      sum += mixture->weights[k];
    }
  if (!ok || fabs (sum - 1) > TOLERANCE)
    return ag_model_corrupt (file, error, _ ("the tensor “%s” does not hold shares of one"),
                             "mixture.weights");
  /* They were rounded. */
  for (guint k = 0; k < mixture->n_components; k++)
    mixture->weights[k] /= sum;
  return TRUE;
}

gboolean
ag_model_mixture_read (AgSafetensors *file,
                       const gint64 *dims,
                       AgModelMixture **mixture,
                       GError **error)
{
  const gint64 axes_dims[] = { -1, dims[0], dims[1], dims[2] };
  const AgSafetensor *axes, *weights = ag_safetensors_find (file, "mixture.weights");
  g_autoptr (AgModelMixture) read = NULL;
  gint64 n, k;

  *mixture = NULL;
  if (ag_safetensors_find (file, "mixture.axes") == NULL)
    return TRUE;
  axes = ag_safetensors_require (file, "mixture.axes", 4, axes_dims, error);
  if (axes == NULL)
    return FALSE;
  n = axes->dims[0];
  k = weights != NULL && weights->rank == 1 ? weights->dims[0] : 0;
  if (n < 1 || n > AG_MIXTURE_MAX_AXES || k > AG_MIXTURE_MAX_COMPONENTS)
    return ag_model_corrupt (file, error, _ ("its mixture has too many parts, or none"));
  read = ag_model_mixture_new ((guint) n, (gsize) (dims[0] * dims[1] * dims[2]), (guint) k);
  ag_safetensor_read_float (axes, read->axes);
  if (!check_axes (file, read, error))
    return FALSE;
  if (weights != NULL)
    {
      const gint64 means_dims[] = { k, n }, factor_dims[] = { n, n };

      if (!read_weights (file, read, error) ||
          !read_numbers (file, "mixture.means", 2, means_dims, read->means, error) ||
          !read_numbers (file, "mixture.factor", 2, factor_dims, read->factor, error))
        return FALSE;
    }
  *mixture = g_steal_pointer (&read);
  return TRUE;
}

void
ag_model_mixture_add_to_writer (const AgModelMixture *mixture,
                                const gint64 *dims,
                                AgDtype axes_as,
                                AgSafetensorsWriter *writer)
{
  gint64 n = mixture->n_axes, k = mixture->n_components;
  const gint64 axes_dims[] = { n, dims[0], dims[1], dims[2] };
  const gint64 means_dims[] = { k, n }, factor_dims[] = { n, n };

  ag_safetensors_writer_add (writer, "mixture.axes", AG_DTYPE_F32, mixture->axes, axes_as, 4,
                             axes_dims);
  if (k == 0)
    return;
  ag_safetensors_writer_add (writer, "mixture.weights", AG_DTYPE_F64, mixture->weights,
                             AG_DTYPE_F32, 1, &k);
  ag_safetensors_writer_add (writer, "mixture.means", AG_DTYPE_F64, mixture->means, AG_DTYPE_F32, 2,
                             means_dims);
  ag_safetensors_writer_add (writer, "mixture.factor", AG_DTYPE_F64, mixture->factor, AG_DTYPE_F32,
                             2, factor_dims);
}
