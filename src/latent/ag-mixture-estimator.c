/* ag-mixture-estimator.c: how photos lie along axes of the last level
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With p a photo's projections on the axes and y its labels, least squares gives p ≈ b + B y. A
 * component's mean is b + B y of its label combination, and the covariance of all components that
 * of the residuals.
 */
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ag-direction.h"
#include "ag-mixture.h"

/* What is kept of photos: so many, or so many bytes. */
#define MAX_PHOTOS AG_MIXTURE_MAX_COMPONENTS
#define MAX_BYTES  (64 * 1024 * 1024)

/* Of each label and each axis: with fewer photos their numbers are known too badly. */
#define MIN_PHOTOS 4

/* Of an axis's length: a direction that is nearly in the span of other axes has none of its own. */
#define MIN_REST 0.1

/* Of labels' variance, which is at most 1: a label that all photos have tells nothing. */
#define RIDGE 1e-3

/* Added to the variances of residuals. */
#define MIN_VARIANCE 1e-6

struct AgMixtureEstimator
{
  gsize offset, n_axis; /* of the last level */
  guint n_labels;
  guint n_photos, n_seen;
  guint n, max; /* photos that are kept */
  float *tops;  /* [max][n_axis] */
  gint8 *labels;
};

AgMixtureEstimator *
ag_mixture_estimator_new (const AgGlowConfig *config,
                          guint n_labels,
                          guint n_photos,
                          GError **error)
{
  AgMixtureEstimator *self = g_new0 (AgMixtureEstimator, 1);
  AgGlowLevel top = ag_glow_config_level (config, config->levels - 1);

  self->offset = top.eps_offset;
  self->n_axis = top.eps_count;
  self->n_labels = n_labels;
  self->n_photos = MAX (n_photos, 1);
  self->max = (guint) MIN (MIN (n_photos, MAX_PHOTOS),
                           MAX_BYTES / (top.eps_count * sizeof (float) + n_labels));
  self->tops = g_try_new (float, self->max * self->n_axis + 1);
  self->labels = g_try_new (gint8, (gsize) self->max * n_labels + 1);
  if (self->tops != NULL && self->labels != NULL)
    return self;
  ag_mixture_estimator_free (self);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                       _ ("not enough memory to see how photos lie"));
  return NULL;
}

void
ag_mixture_estimator_free (AgMixtureEstimator *self)
{
  if (self == NULL)
    return;
  g_free (self->tops);
  g_free (self->labels);
  g_free (self);
}

static gboolean
all_finite (const float *numbers, gsize n)
{
  for (gsize j = 0; j < n; j++)
    if (!isfinite (numbers[j]))
      return FALSE;
  return TRUE;
}

void
ag_mixture_estimator_add (AgMixtureEstimator *self, const float *eps, const gint8 *labels)
{
  const float *top = eps + self->offset;
  guint64 seen = self->n_seen++;
  /* Evenly spread: photo number `seen` is the first of another part of the max parts. */
  gboolean wanted =
    seen == 0 || seen * self->max / self->n_photos != (seen - 1) * self->max / self->n_photos;

  if (!wanted || self->n == self->max || !all_finite (top, self->n_axis))
    return;
  memcpy (self->tops + self->n * self->n_axis, top, self->n_axis * sizeof *top);
  memcpy (self->labels + (gsize) self->n * self->n_labels, labels, self->n_labels);
  self->n++;
}

/* Axes */

/* Makes a vector the next axis, if enough of it is new. */
static void
add_axis (AgModelMixture *mixture, const float *vector)
{
  const float *others[AG_MIXTURE_MAX_AXES];
  float *axis = mixture->axes + mixture->n_axes * mixture->n_axis;
  double before = 0, after = 0;

  for (guint a = 0; a < mixture->n_axes; a++)
    others[a] = mixture->axes + a * mixture->n_axis;
  memcpy (axis, vector, mixture->n_axis * sizeof *axis);
  ag_direction_orthogonalise (axis, others, mixture->n_axes, mixture->n_axis);
  for (gsize j = 0; j < mixture->n_axis; j++)
    {
      before += (double) vector[j] * (double) vector[j];
      after += (double) axis[j] * (double) axis[j];
    }
  if (!(after > MIN_REST * MIN_REST * before))
    return;
  for (gsize j = 0; j < mixture->n_axis; j++)
    axis[j] = (float) ((double) axis[j] / sqrt (after));
  mixture->n_axes++;
}

/* A mixture with room for as many axes and components as there may be. */
static AgModelMixture *
find_axes (AgMixtureEstimator *self, AgModel *model)
{
  const AgModelMixture *known = model->mixture;
  AgModelMixture *mixture = ag_model_mixture_new (AG_MIXTURE_MAX_AXES, self->n_axis, self->n);

  mixture->n_axes = mixture->n_components = 0;
  for (guint a = 0; known != NULL && a < known->n_axes; a++)
    add_axis (mixture, known->axes + a * known->n_axis);
  for (guint a = 0; a < model->attributes->len && mixture->n_axes < AG_MIXTURE_MAX_AXES; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, a);

      add_axis (mixture, attribute->direction + self->offset);
    }
  return mixture;
}

/* Least squares */

/* The lower triangle L of a = L·Lᵀ in place of a symmetric positive definite a; zero above. */
static void
factorise (double *a, guint n)
{
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      {
        double sum = a[i * n + j];

        if (j > i)
          {
            a[i * n + j] = 0;
            continue;
          }
        for (guint k = 0; k < j; k++)
          sum -= a[i * n + k] * a[j * n + k];
        a[i * n + j] = i == j ? sqrt (sum) : sum / a[j * n + j];
      }
}

/* Solves L·Lᵀ x = b in place of b. */
static void
solve (const double *factor, guint n, double *b)
{
  for (guint i = 0; i < n; i++)
    {
      for (guint k = 0; k < i; k++)
        b[i] -= factor[i * n + k] * b[k];
      b[i] /= factor[i * n + i];
    }
  for (guint i = n; i-- > 0;)
    {
      for (guint k = i + 1; k < n; k++)
        b[i] -= factor[k * n + i] * b[k];
      b[i] /= factor[i * n + i];
    }
}

/* Of all photos: what least squares works with, and what it gives. */
typedef struct
{
  guint n, n_axes, n_labels;
  double *projections;      /* [n][n_axes] */
  const gint8 *labels;      /* [n][n_labels] */
  double *label_means;      /* [n_labels] */
  double *projection_means; /* [n_axes] */
  double *coefficients;     /* [n_axes][n_labels]: B */
} Fit;

static void
fit_clear (Fit *fit)
{
  g_free (fit->projections);
  g_free (fit->label_means);
  g_free (fit->projection_means);
  g_free (fit->coefficients);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fit, fit_clear)

static void
project (AgMixtureEstimator *self, const AgModelMixture *mixture, Fit *fit)
{
  for (guint i = 0; i < fit->n; i++)
    {
      const float *top = self->tops + i * self->n_axis;

      for (guint a = 0; a < fit->n_axes; a++)
        {
          const float *axis = mixture->axes + a * mixture->n_axis;
          double dot = 0;

          for (gsize j = 0; j < self->n_axis; j++)
            dot += (double) axis[j] * (double) top[j];
          fit->projections[(gsize) i * fit->n_axes + a] = dot;
          fit->projection_means[a] += dot / fit->n;
        }
      for (guint l = 0; l < fit->n_labels; l++)
        fit->label_means[l] += (double) fit->labels[(gsize) i * fit->n_labels + l] / fit->n;
    }
}

static double
get_label (const Fit *fit, guint photo, guint label)
{
  return fit->labels[(gsize) photo * fit->n_labels + label] - fit->label_means[label];
}

static void
find_coefficients (Fit *fit)
{
  guint n = fit->n_labels;
  g_autofree double *matrix = g_new0 (double, (gsize) n *n + 1);

  for (guint i = 0; i < fit->n; i++)
    for (guint l = 0; l < n; l++)
      {
        double label = get_label (fit, i, l);

        for (guint m = 0; m < n; m++)
          matrix[l * n + m] += label * get_label (fit, i, m) / fit->n;
        for (guint a = 0; a < fit->n_axes; a++)
          fit->coefficients[a * n + l] +=
            label * (fit->projections[(gsize) i * fit->n_axes + a] - fit->projection_means[a]) /
            fit->n;
      }
  for (guint l = 0; l < n; l++)
    matrix[l * n + l] += RIDGE;
  factorise (matrix, n);
  for (guint a = 0; a < fit->n_axes; a++)
    solve (matrix, n, fit->coefficients + a * n);
}

/* What the labels of a photo say of its projections. */
static void
predict (const Fit *fit, guint photo, double *out)
{
  for (guint a = 0; a < fit->n_axes; a++)
    {
      out[a] = fit->projection_means[a];
      for (guint l = 0; l < fit->n_labels; l++)
        out[a] += fit->coefficients[a * fit->n_labels + l] * get_label (fit, photo, l);
    }
}

static void
find_factor (const Fit *fit, double *factor)
{
  double rest[AG_MIXTURE_MAX_AXES];
  guint n = fit->n_axes;

  for (guint i = 0; i < fit->n; i++)
    {
      predict (fit, i, rest);
      for (guint a = 0; a < n; a++)
        rest[a] = fit->projections[(gsize) i * n + a] - rest[a];
      for (guint a = 0; a < n; a++)
        for (guint b = 0; b < n; b++)
          factor[a * n + b] += rest[a] * rest[b] / fit->n;
    }
  for (guint a = 0; a < n; a++)
    factor[a * n + a] += MIN_VARIANCE;
  factorise (factor, n);
}

/* A component for each label combination, in the order they come. */
static void
find_components (const Fit *fit, AgModelMixture *mixture)
{
  g_autoptr (GHashTable) components =
    g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);

  for (guint i = 0; i < fit->n; i++)
    {
      GBytes *labels = g_bytes_new_static (fit->labels + (gsize) i * fit->n_labels, fit->n_labels);
      guint k = GPOINTER_TO_UINT (g_hash_table_lookup (components, labels));

      if (k == 0)
        {
          k = ++mixture->n_components;
          predict (fit, i, mixture->means + (gsize) (k - 1) * fit->n_axes);
        }
      mixture->weights[k - 1] += 1.0 / fit->n;
      g_hash_table_insert (components, labels, GUINT_TO_POINTER (k));
    }
}

AgModelMixture *
ag_mixture_estimator_estimate (AgMixtureEstimator *self, AgModel *model)
{
  g_autoptr (AgModelMixture) mixture = find_axes (self, model);
  g_auto (Fit) fit = {
    .n = self->n, .n_axes = mixture->n_axes, .n_labels = self->n_labels, .labels = self->labels
  };

  if (mixture->n_axes == 0 || self->n < MIN_PHOTOS * (mixture->n_axes + self->n_labels))
    return NULL;
  fit.projections = g_new (double, (gsize) fit.n *fit.n_axes);
  fit.label_means = g_new0 (double, fit.n_labels + 1);
  fit.projection_means = g_new0 (double, fit.n_axes);
  fit.coefficients = g_new0 (double, (gsize) fit.n_axes *fit.n_labels + 1);
  project (self, mixture, &fit);
  find_coefficients (&fit);
  find_factor (&fit, mixture->factor);
  find_components (&fit, mixture);
  return g_steal_pointer (&mixture);
}
