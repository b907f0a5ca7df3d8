/* ag-direction-estimator.c: attribute directions from running sums over encoded images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With x the numbers known about an image (attributes as ±½, then covariates) and z its latent,
 * what is kept is Σ x, Σ x xᵀ, Σ z, Σ z over the images with and without each attribute, and
 * Σ c z for each covariate c. The joint estimate solves the normal equations of the centred and
 * standardised x: (R + λ I) β = corr(x, z).
 *
 * Noise. Each of the N numbers of a direction has a standard error of its own, and N is large: of
 * a rare attribute a plain estimate is mostly noise, which moves pictures without meaning anything.
 * So every number d is multiplied by max (0, 1 − (s·se/d)²), the positive part of James & Stein's
 * estimator (1961) at s = 1.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-direction.h"

/* Of the correlation matrix's unit diagonal: small against any real correlation, yet enough when
 * two attributes are the same. */
#define RIDGE 1e-4

struct AgDirectionEstimator
{
  char **names;
  guint n_attributes, n_covariates;
  guint n_x; /* attributes and covariates */
  gsize n_dims;
  guint count;
  guint *n_positive, *n_negative; /* [n_attributes] */
  double *x_sum;                  /* [n_x] */
  double *xx_sum;                 /* [n_x][n_x] */
  double *z_sum, *z_square_sum;   /* [N] */
  double **positive_sum;          /* [n_attributes][N] */
  double **negative_sum;          /* [n_attributes][N] */
  double **covariate_sum;         /* [n_covariates][N] */
  double *x;                      /* [n_x]: of the image being added */
};

static void
free_rows (double **rows, guint n)
{
  if (rows)
    for (guint i = 0; i < n; i++)
      g_free (rows[i]);
  g_free (rows);
}

/* N comes from a file, so memory may not be there for it. */
static double **
try_rows (guint n, gsize n_dims)
{
  double **rows = g_new0 (double *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      rows[i] = g_try_new0 (double, n_dims);
      if (!rows[i])
        {
          free_rows (rows, i);
          return NULL;
        }
    }
  return rows;
}

AgDirectionEstimator *
ag_direction_estimator_new (const char *const *attributes,
                            guint n_covariates,
                            gsize n_dims,
                            GError **error)
{
  AgDirectionEstimator *self = g_new0 (AgDirectionEstimator, 1);

  self->names = g_strdupv ((char **) attributes);
  self->n_attributes = g_strv_length (self->names);
  self->n_covariates = n_covariates;
  self->n_x = self->n_attributes + n_covariates;
  self->n_dims = n_dims;
  self->n_positive = g_new0 (guint, self->n_attributes);
  self->n_negative = g_new0 (guint, self->n_attributes);
  self->x_sum = g_new0 (double, self->n_x);
  self->xx_sum = g_new0 (double, (gsize) self->n_x * self->n_x);
  self->x = g_new0 (double, self->n_x);
  self->z_sum = g_try_new0 (double, n_dims);
  self->z_square_sum = g_try_new0 (double, n_dims);
  self->positive_sum = try_rows (self->n_attributes, n_dims);
  self->negative_sum = try_rows (self->n_attributes, n_dims);
  self->covariate_sum = try_rows (n_covariates, n_dims);
  if (self->z_sum && self->z_square_sum && self->positive_sum && self->negative_sum &&
      self->covariate_sum)
    return self;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                       _ ("not enough memory to estimate directions"));
  ag_direction_estimator_free (self);
  return NULL;
}

void
ag_direction_estimator_free (AgDirectionEstimator *self)
{
  if (!self)
    return;
  free_rows (self->positive_sum, self->n_attributes);
  free_rows (self->negative_sum, self->n_attributes);
  free_rows (self->covariate_sum, self->n_covariates);
  g_strfreev (self->names);
  g_free (self->n_positive);
  g_free (self->n_negative);
  g_free (self->x_sum);
  g_free (self->xx_sum);
  g_free (self->z_sum);
  g_free (self->z_square_sum);
  g_free (self->x);
  g_free (self);
}

static void
add_scaled (double *sum, const float *eps, double factor, gsize n)
{
  for (gsize i = 0; i < n; i++)
    sum[i] += factor * eps[i];
}

static bool
all_finite (const float *eps, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (eps[i]))
      return false;
  return true;
}

bool
ag_direction_estimator_add (AgDirectionEstimator *self,
                            const float *eps,
                            const gint8 *labels,
                            const double *covariates)
{
  double *x = self->x;

  if (!all_finite (eps, self->n_dims))
    return false;
  for (guint c = 0; c < self->n_covariates; c++)
    {
      x[self->n_attributes + c] = covariates ? covariates[c] : 0;
      if (!isfinite (x[self->n_attributes + c]))
        return false;
    }
  self->count++;
  add_scaled (self->z_sum, eps, 1, self->n_dims);
  for (gsize i = 0; i < self->n_dims; i++)
    self->z_square_sum[i] += (double) eps[i] * eps[i];
  for (guint a = 0; a < self->n_attributes; a++)
    {
      x[a] = labels[a] > 0 ? 0.5 : labels[a] < 0 ? -0.5 : 0;
      self->n_positive[a] += labels[a] > 0;
      self->n_negative[a] += labels[a] < 0;
      if (labels[a] > 0)
        add_scaled (self->positive_sum[a], eps, 1, self->n_dims);
      else if (labels[a] < 0)
        add_scaled (self->negative_sum[a], eps, 1, self->n_dims);
    }
  for (guint c = 0; c < self->n_covariates; c++)
    add_scaled (self->covariate_sum[c], eps, x[self->n_attributes + c], self->n_dims);
  for (guint p = 0; p < self->n_x; p++)
    {
      self->x_sum[p] += x[p];
      for (guint q = 0; q < self->n_x; q++)
        self->xx_sum[p * self->n_x + q] += x[p] * x[q];
    }
  return true;
}

guint
ag_direction_estimator_get_count (AgDirectionEstimator *self)
{
  return self->count;
}

void
ag_direction_estimator_get_mean (AgDirectionEstimator *self, float *mean)
{
  for (gsize i = 0; i < self->n_dims; i++)
    mean[i] = self->count ? (float) (self->z_sum[i] / self->count) : 0;
}

static bool
has_both (AgDirectionEstimator *self, guint attribute)
{
  return self->n_positive[attribute] > 0 && self->n_negative[attribute] > 0;
}

/* Component @i of z_pos − z_neg. */
static inline double
mean_difference (AgDirectionEstimator *self, guint attribute, gsize i)
{
  return self->positive_sum[attribute][i] / self->n_positive[attribute] -
         self->negative_sum[attribute][i] / self->n_negative[attribute];
}

/* The deviation of each x; 0 for those that take no part: constant ones and attributes that only
 * one class is known of. */
static void
deviations (AgDirectionEstimator *self, double *deviation)
{
  for (guint p = 0; p < self->n_x; p++)
    {
      double mean = self->x_sum[p] / self->count;
      double square = self->xx_sum[p * self->n_x + p] / self->count;
      double variance = square - mean * mean;
      bool used = p >= self->n_attributes || has_both (self, p);

      deviation[p] = used && variance > 1e-12 * square ? sqrt (variance) : 0;
    }
}

/* The inverse of a symmetric positive definite matrix by Gauss-Jordan without pivoting, which is
 * stable for those. */
static void
invert_in_place (double *a, guint n)
{
  for (guint k = 0; k < n; k++)
    {
      double pivot = a[k * n + k];

      a[k * n + k] = 1;
      for (guint j = 0; j < n; j++)
        a[k * n + j] /= pivot;
      for (guint i = 0; i < n; i++)
        {
          double factor = a[i * n + k];

          if (i == k)
            continue;
          a[i * n + k] = 0;
          for (guint j = 0; j < n; j++)
            a[i * n + j] -= factor * a[k * n + j];
        }
    }
}

/* [n_x][n_x]: what covariances of x with z are to be multiplied by to give least-squares
 * coefficients; rows and columns of x that take no part are zero. */
static double *
solution_matrix (AgDirectionEstimator *self)
{
  guint n = self->n_x;
  g_autofree double *deviation = g_new (double, n);
  double *matrix = g_new (double, (gsize) n *n);

  deviations (self, deviation);
  for (guint p = 0; p < n; p++)
    for (guint q = 0; q < n; q++)
      {
        double covariance = self->xx_sum[p * n + q] / self->count -
                            self->x_sum[p] * self->x_sum[q] / self->count / self->count;
        bool used = deviation[p] > 0 && deviation[q] > 0;

        matrix[p * n + q] =
          (used ? covariance / (deviation[p] * deviation[q]) : p == q) + (p == q ? RIDGE : 0);
      }
  invert_in_place (matrix, n);
  for (guint p = 0; p < n; p++)
    for (guint q = 0; q < n; q++)
      {
        bool used = deviation[p] > 0 && deviation[q] > 0;

        matrix[p * n + q] = used ? matrix[p * n + q] / (deviation[p] * deviation[q]) : 0;
      }
  return matrix;
}

/* Component @i of the covariance of x number @p with z. */
static inline double
covariance_with_z (AgDirectionEstimator *self, guint p, gsize i)
{
  double sum = p < self->n_attributes ? 0.5 * (self->positive_sum[p][i] - self->negative_sum[p][i])
                                      : self->covariate_sum[p - self->n_attributes][i];

  return sum / self->count - self->x_sum[p] / self->count * (self->z_sum[i] / self->count);
}

static void
joint_direction (AgDirectionEstimator *self, const double *solution_row, double *direction)
{
  for (gsize i = 0; i < self->n_dims; i++)
    {
      double sum = 0;

      for (guint p = 0; p < self->n_x; p++)
        if (solution_row[p] != 0)
          sum += solution_row[p] * covariance_with_z (self, p, i);
      direction[i] = sum;
    }
}

/* @factor: what the variance of z is multiplied by to give that of the direction's numbers. */
static void
shrink (AgDirectionEstimator *self, double *direction, double shrinkage, double factor)
{
  for (gsize i = 0; i < self->n_dims; i++)
    {
      double mean = self->z_sum[i] / self->count;
      double variance = MAX (0, self->z_square_sum[i] / self->count - mean * mean);
      double noise = shrinkage * shrinkage * variance * factor;
      double square = direction[i] * direction[i];

      direction[i] *= square > noise ? 1 - noise / square : 0;
    }
}

/* Scales @direction to the distance between the class means along it and makes it an attribute's.
 * If the class means lie the other way round, which joint estimates of entangled attributes can
 * give, the estimate's own length stays. */
static AgModelAttribute *
finish (AgDirectionEstimator *self, guint a, const double *direction)
{
  AgModelAttribute *attribute;
  double square = 0, along = 0, mean = 0, factor;

  for (gsize i = 0; i < self->n_dims; i++)
    {
      square += direction[i] * direction[i];
      along += direction[i] * mean_difference (self, a, i);
      mean += direction[i] * self->z_sum[i] / self->count;
    }
  if (!(square > 0))
    return NULL;
  /* (d/|d|)·(z_pos − z_neg) is the length wanted. */
  factor = along > 0 ? along / square : 1;
  attribute = ag_model_attribute_new (self->names[a], self->n_dims);
  for (gsize i = 0; i < self->n_dims; i++)
    attribute->direction[i] = (float) (direction[i] * factor);
  attribute->n_positive = (int) self->n_positive[a];
  attribute->n_negative = (int) self->n_negative[a];
  attribute->mean_projection = mean / (square * factor);
  return attribute;
}

/* Direction of attribute @a; @solution is that of joint estimates. */
static void
estimate_one (AgDirectionEstimator *self,
              guint a,
              const double *solution,
              double shrinkage,
              double *direction)
{
  double factor;

  if (solution)
    {
      const double *row = solution + (gsize) a * self->n_x;

      joint_direction (self, row, direction);
      factor = row[a] / self->count;
    }
  else
    {
      for (gsize i = 0; i < self->n_dims; i++)
        direction[i] = mean_difference (self, a, i);
      factor = 1.0 / self->n_positive[a] + 1.0 / self->n_negative[a];
    }
  if (shrinkage > 0)
    shrink (self, direction, shrinkage, factor);
}

GPtrArray *
ag_direction_estimator_estimate (AgDirectionEstimator *self,
                                 AgDirectionMethod method,
                                 double shrinkage,
                                 GError **error)
{
  g_autoptr (GPtrArray) attributes =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ag_model_attribute_free);
  g_autofree double *direction = g_try_new (double, self->n_dims);
  g_autofree double *solution = NULL;

  if (!direction)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                           _ ("not enough memory to estimate directions"));
      return NULL;
    }
  if (method == AG_DIRECTION_JOINT && self->count > 0)
    solution = solution_matrix (self);
  for (guint a = 0; a < self->n_attributes; a++)
    {
      AgModelAttribute *attribute;

      if (!has_both (self, a))
        continue;
      estimate_one (self, a, solution, shrinkage, direction);
      attribute = finish (self, a, direction);
      if (attribute)
        g_ptr_array_add (attributes, attribute);
    }
  if (attributes->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("no attribute divides the images into two groups"));
      return NULL;
    }
  return g_steal_pointer (&attributes);
}
