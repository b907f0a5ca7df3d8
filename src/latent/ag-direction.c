/* ag-direction.c: what is done with directions once they are known
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-direction.h"

#include <math.h>
#include <stdlib.h>

static double
dot (const float *a, const float *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) a[i] * b[i];
  return sum;
}

double
ag_direction_project (const float *direction, const float *eps, gsize n_dims)
{
  double square = dot (direction, direction, n_dims);

  return square > 0 ? dot (direction, eps, n_dims) / square : 0;
}

static double *
widen (const float *a, gsize n)
{
  double *wide = g_new (double, n);

  for (gsize i = 0; i < n; i++)
    wide[i] = a[i];
  return wide;
}

static double
dot_wide (const double *a, const double *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

/* Removes from @a its part along each of the orthogonal @basis. */
static void
remove_span (double *a, GPtrArray *basis, gsize n)
{
  for (guint k = 0; k < basis->len; k++)
    {
      const double *b = g_ptr_array_index (basis, k);
      double factor = dot_wide (a, b, n) / dot_wide (b, b, n);

      for (gsize i = 0; i < n; i++)
        a[i] -= factor * b[i];
    }
}

static GPtrArray *
orthogonal_basis (const float *const *vectors, guint n_vectors, gsize n)
{
  GPtrArray *basis = g_ptr_array_new_with_free_func (g_free);

  for (guint k = 0; k < n_vectors; k++)
    {
      double *b = widen (vectors[k], n);
      double before = dot_wide (b, b, n);

      remove_span (b, basis, n);
      /* One that the others span already adds nothing but rounding. */
      if (dot_wide (b, b, n) > 1e-10 * before)
        g_ptr_array_add (basis, b);
      else
        g_free (b);
    }
  return basis;
}

static void
orthogonalise_to_basis (float *direction, GPtrArray *basis, gsize n)
{
  g_autofree double *wide = widen (direction, n);
  double before = dot_wide (wide, wide, n);
  bool gone;

  remove_span (wide, basis, n);
  /* A direction within the span has only rounding left, which must not be taken for a direction. */
  gone = dot_wide (wide, wide, n) <= 1e-10 * before;
  for (gsize i = 0; i < n; i++)
    direction[i] = gone ? 0 : (float) wide[i];
}

void
ag_direction_orthogonalise (float *direction,
                            const float *const *locked,
                            guint n_locked,
                            gsize n_dims)
{
  g_autoptr (GPtrArray) basis = orthogonal_basis (locked, n_locked, n_dims);

  if (basis->len > 0)
    orthogonalise_to_basis (direction, basis, n_dims);
}

AgDirectionSet *
ag_direction_set_new (AgModel *model, const bool *locked)
{
  AgDirectionSet *self = g_new0 (AgDirectionSet, 1);
  g_autofree const float **span = NULL;
  g_autoptr (GPtrArray) basis = NULL;
  guint n_locked = 0;

  g_atomic_ref_count_init (&self->ref_count);
  self->model = ag_model_ref (model);
  self->n_dims = ag_glow_n_dims (model->glow);
  self->n = model->attributes->len;
  self->directions = g_new0 (const float *, self->n + 1);
  span = g_new0 (const float *, self->n + 1);
  for (guint a = 0; a < self->n; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, a);

      self->directions[a] = attribute->direction;
      if (locked && locked[a])
        span[n_locked++] = attribute->direction;
    }
  self->owned = g_ptr_array_new_with_free_func (g_free);
  if (n_locked == 0)
    return self;
  basis = orthogonal_basis (span, n_locked, self->n_dims);
  for (guint a = 0; a < self->n; a++)
    if (!locked[a])
      {
        float *direction = g_memdup2 (self->directions[a], self->n_dims * sizeof (float));

        orthogonalise_to_basis (direction, basis, self->n_dims);
        g_ptr_array_add (self->owned, direction);
        self->directions[a] = direction;
      }
  return self;
}

AgDirectionSet *
ag_direction_set_ref (AgDirectionSet *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ag_direction_set_unref (AgDirectionSet *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->owned);
  ag_model_unref (self->model);
  g_free (self->directions);
  g_free (self);
}

void
ag_direction_set_get_ends (const AgDirectionSet *set, const float *eps, AgDirectionEnds *ends)
{
  for (guint a = 0; a < set->n; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (set->model->attributes, a);

      ends[a] = ag_direction_get_ends (
        attribute,
        ag_direction_project (attribute->direction, eps, set->n_dims) - attribute->mean_projection);
    }
}

static int
compare_double (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* The projections of one class, ascending. */
static double *
select_class (const double *projections, const gint8 *labels, guint n, int sign, guint *count)
{
  double *selected = g_new (double, n + 1);

  *count = 0;
  for (guint i = 0; i < n; i++)
    if (labels[i] * sign > 0 && isfinite (projections[i]))
      selected[(*count)++] = projections[i];
  qsort (selected, *count, sizeof (double), compare_double);
  return selected;
}

/* Welford's sums in one pass. */
static void
moments (const double *values, guint n, double *mean, double *square_sum)
{
  *mean = *square_sum = 0;
  for (guint i = 0; i < n; i++)
    {
      double delta = values[i] - *mean;

      *mean += delta / (i + 1);
      *square_sum += delta * (values[i] - *mean);
    }
}

static double
share_beyond (const double *values, guint n, double threshold, int sign)
{
  double count = 0;

  for (guint i = 0; i < n; i++)
    {
      double beyond = (values[i] - threshold) * sign;

      count += beyond > 0 ? 1 : beyond == 0 ? 0.5 : 0;
    }
  return count / n;
}

/* Mann & Whitney's statistic of two ascending lists over the number of pairs. */
static double
area_under_curve (const double *positive,
                  guint n_positive,
                  const double *negative,
                  guint n_negative)
{
  guint below = 0, equal_end = 0;
  double sum = 0;

  for (guint i = 0; i < n_positive; i++)
    {
      while (below < n_negative && negative[below] < positive[i])
        below++;
      equal_end = MAX (equal_end, below);
      while (equal_end < n_negative && negative[equal_end] <= positive[i])
        equal_end++;
      sum += below + 0.5 * (equal_end - below);
    }
  return sum / ((double) n_positive * n_negative);
}

AgDirectionScore
ag_direction_score (const double *projections, const gint8 *labels, guint n)
{
  AgDirectionScore score = { .distance = NAN, .effect_size = NAN, .accuracy = NAN, .auc = NAN };
  g_autofree double *positive = NULL, *negative = NULL;
  double mean_p, mean_n, squares_p, squares_n, middle;

  positive = select_class (projections, labels, n, +1, &score.n_positive);
  negative = select_class (projections, labels, n, -1, &score.n_negative);
  if (score.n_positive == 0 || score.n_negative == 0)
    return score;
  moments (positive, score.n_positive, &mean_p, &squares_p);
  moments (negative, score.n_negative, &mean_n, &squares_n);
  score.distance = mean_p - mean_n;
  middle = 0.5 * (mean_p + mean_n);
  score.accuracy = 0.5 * (share_beyond (positive, score.n_positive, middle, +1) +
                          share_beyond (negative, score.n_negative, middle, -1));
  score.auc = area_under_curve (positive, score.n_positive, negative, score.n_negative);
  if (score.n_positive + score.n_negative > 2 && squares_p + squares_n > 0)
    score.effect_size = (mean_p - mean_n) /
                        sqrt ((squares_p + squares_n) / (score.n_positive + score.n_negative - 2));
  return score;
}
