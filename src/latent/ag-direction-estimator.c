/* ag-direction-estimator.c: attribute directions from running sums over encoded images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With x the numbers known about an image (attributes as ±½, then covariates) and z its latent,
 * what is kept is Σ x, Σ x xᵀ, Σ z, Σ z over the images with and without each attribute, and
 * Σ c z for each covariate c. The joint estimate of an attribute solves the normal equations of the
 * centred and standardised x, without those that are not held equal: (R + λ I) β = corr(x, z).
 *
 * Of images of one person d = mean of z with the attribute − mean of z without it is summed over
 * people, with its square. Nothing that belongs to the person is in d.
 */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-direction-noise.h"
#include "ag-direction-people.h"
#include "ag-direction.h"

/* Of the correlation matrix's unit diagonal: small against any real correlation, yet enough when
 * two attributes are the same. */
#define RIDGE 1e-4

/* Of fewer people differences are not worth looking at: their variance is not known well. */
#define MIN_PEOPLE 8

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
  bool *not_held;                 /* [n_attributes][n_attributes] */
  AgGlowConfig config;            /* if levels > 0 */
  AgDirectionPeople *people;      /* (nullable) */
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
  self->not_held = g_new0 (bool, (gsize) self->n_attributes * self->n_attributes + 1);
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
  g_free (self->not_held);
  ag_direction_people_free (self->people);
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

gboolean
ag_direction_estimator_add_of_person (AgDirectionEstimator *self,
                                      guint person,
                                      const float *eps,
                                      const gint8 *labels,
                                      GError **error)
{
  if (!self->people)
    self->people = ag_direction_people_new (self->n_attributes, self->n_dims);
  if (!self->people)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                           _ ("not enough memory to estimate directions"));
      return FALSE;
    }
  if (all_finite (eps, self->n_dims))
    ag_direction_people_add (self->people, person, eps, labels);
  return TRUE;
}

void
ag_direction_estimator_set_places (AgDirectionEstimator *self, const AgGlowConfig *config)
{
  self->config = *config;
}

void
ag_direction_estimator_let_vary (AgDirectionEstimator *self, guint attribute, guint other)
{
  g_return_if_fail (attribute < self->n_attributes && other < self->n_attributes);

  if (attribute != other)
    self->not_held[attribute * self->n_attributes + other] = true;
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

/* The deviation of each x; 0 for those that take no part in the estimate of @attribute: constant
 * ones, attributes that only one class is known of, and those that are not held equal. */
static void
deviations (AgDirectionEstimator *self, guint attribute, double *deviation)
{
  const bool *not_held = self->not_held + attribute * self->n_attributes;

  for (guint p = 0; p < self->n_x; p++)
    {
      double mean = self->x_sum[p] / self->count;
      double square = self->xx_sum[p * self->n_x + p] / self->count;
      double variance = square - mean * mean;
      bool used = p >= self->n_attributes || (has_both (self, p) && !not_held[p]);

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

/* [n_x]: what covariances of x with z are to be multiplied by to give the least-squares
 * coefficient of @attribute; 0 for an x that takes no part. */
static double *
solution_row (AgDirectionEstimator *self, guint attribute)
{
  guint n = self->n_x;
  g_autofree double *deviation = g_new (double, n);
  g_autofree double *matrix = g_new (double, (gsize) n *n);
  double *row = g_new (double, n);

  deviations (self, attribute, deviation);
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
  for (guint q = 0; q < n; q++)
    {
      bool used = deviation[attribute] > 0 && deviation[q] > 0;

      row[q] = used ? matrix[attribute * n + q] / (deviation[attribute] * deviation[q]) : 0;
    }
  return row;
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

/* Scales @direction to the distance of the class means along it and makes it an attribute's. If
 * they lie the other way round, which joint estimates of entangled attributes can give, the
 * estimate's own length stays. */
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

/* What is worked with: a direction, the variance of its numbers, and the same within people. */
typedef struct
{
  double *direction, *variance, *within, *within_variance;
} Estimate;

static void
estimate_clear (Estimate *estimate)
{
  g_free (estimate->direction);
  g_free (estimate->variance);
  g_free (estimate->within);
  g_free (estimate->within_variance);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Estimate, estimate_clear)

static bool
estimate_init (Estimate *estimate, gsize n_dims)
{
  estimate->direction = g_try_new (double, n_dims);
  estimate->variance = g_try_new (double, n_dims);
  estimate->within = g_try_new (double, n_dims);
  estimate->within_variance = g_try_new (double, n_dims);
  return estimate->direction && estimate->variance && estimate->within && estimate->within_variance;
}

/* Over all images. */
static void
estimate_all (AgDirectionEstimator *self, guint a, AgDirectionMethod method, Estimate *e)
{
  double factor; /* what the variance of z is multiplied by to give that of the direction's */

  if (method == AG_DIRECTION_JOINT)
    {
      g_autofree double *row = solution_row (self, a);

      joint_direction (self, row, e->direction);
      factor = row[a] / self->count;
    }
  else
    {
      for (gsize i = 0; i < self->n_dims; i++)
        e->direction[i] = mean_difference (self, a, i);
      factor = 1.0 / self->n_positive[a] + 1.0 / self->n_negative[a];
    }
  for (gsize i = 0; i < self->n_dims; i++)
    {
      double mean = self->z_sum[i] / self->count;

      e->variance[i] = MAX (0, self->z_square_sum[i] / self->count - mean * mean) * factor;
    }
}

static AgModelAttribute *
estimate_one (AgDirectionEstimator *self,
              guint a,
              AgDirectionMethod method,
              double shrinkage,
              Estimate *e)
{
  estimate_all (self, a, method, e);
  if (self->people &&
      ag_direction_people_difference (self->people, a, e->within, e->within_variance) >= MIN_PEOPLE)
    ag_direction_combine (e->direction, e->variance, e->within, e->within_variance, self->n_dims);
  ag_direction_shrink (e->direction, e->variance, self->n_dims,
                       self->config.levels > 0 ? &self->config : NULL, shrinkage);
  return finish (self, a, e->direction);
}

GPtrArray *
ag_direction_estimator_estimate (AgDirectionEstimator *self,
                                 AgDirectionMethod method,
                                 double shrinkage,
                                 GError **error)
{
  g_autoptr (GPtrArray) attributes =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ag_model_attribute_free);
  g_auto (Estimate) estimate = { 0 };
  bool divided = false;

  if (!estimate_init (&estimate, self->n_dims))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE,
                           _ ("not enough memory to estimate directions"));
      return NULL;
    }
  for (guint a = 0; a < self->n_attributes; a++)
    {
      AgModelAttribute *attribute;

      if (!has_both (self, a))
        continue;
      divided = true;
      attribute = estimate_one (self, a, method, shrinkage, &estimate);
      if (attribute)
        g_ptr_array_add (attributes, attribute);
    }
  if (attributes->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           divided
                             ? _ ("what the attributes change cannot be told from noise; more "
                                  "images are needed")
                             : _ ("no attribute divides the images into two groups"));
      return NULL;
    }
  return g_steal_pointer (&attributes);
}
