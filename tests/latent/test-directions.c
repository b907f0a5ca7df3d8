/* test-directions.c: directions, found again in latents that were made from known ones
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-direction-reach.h"
#include "ag-direction.h"
#include "ag-latent-edit.h"
#include "fixture.h"

#define N      60
#define IMAGES 500

static const char *const two_names[] = { "Glasses", "Old", NULL };

/* Latents z = ±½ a ± ½ b + colour · c + noise, where the two labels and the colour go together. */
typedef struct
{
  float *a, *b, *c;
  float *z;       /* [IMAGES][N] */
  gint8 *labels;  /* [IMAGES][2] */
  double *colour; /* [IMAGES] */
} World;

static World *
world_new (void)
{
  World *world = g_new0 (World, 1);
  g_autofree float *noise = fixture_normal (20, IMAGES * N);
  g_autofree float *random = g_new (float, IMAGES * 3);

  world->a = fixture_normal (21, N);
  world->b = fixture_normal (22, N);
  world->c = fixture_normal (23, N);
  world->z = g_new (float, IMAGES *N);
  world->labels = g_new (gint8, IMAGES * 2);
  world->colour = g_new (double, IMAGES);
  ag_random_uniform (24, 0, random, IMAGES * 3);
  for (int i = 0; i < IMAGES; i++)
    {
      int first = random[3 * i] < 0.4 ? 1 : -1;
      int second = random[3 * i + 1] < 0.8 ? first : -first;

      world->labels[2 * i] = (gint8) first;
      world->labels[2 * i + 1] = (gint8) second;
      world->colour[i] = random[3 * i + 2] + 0.5 * first;
      for (int k = 0; k < N; k++)
        world->z[i * N + k] =
          (float) (0.5 * first * world->a[k] + 0.5 * second * world->b[k] +
                   world->colour[i] * world->c[k] + 0.1 * noise[i * N + k] + 0.3);
    }
  return world;
}

static void
world_free (World *world)
{
  g_free (world->a);
  g_free (world->b);
  g_free (world->c);
  g_free (world->z);
  g_free (world->labels);
  g_free (world->colour);
  g_free (world);
}

static AgDirectionEstimator *
estimator_from_world (World *world)
{
  AgDirectionEstimator *estimator = ag_direction_estimator_new (two_names, 1, N, NULL);

  for (int i = 0; i < IMAGES; i++)
    g_assert_true (ag_direction_estimator_add (estimator, world->z + i * N, world->labels + 2 * i,
                                               world->colour + i));
  g_assert_cmpuint (ag_direction_estimator_get_count (estimator), ==, IMAGES);
  return estimator;
}

static double
cosine (const float *a, const float *b)
{
  return fixture_dot (a, b, N) / sqrt (fixture_dot (a, a, N) * fixture_dot (b, b, N));
}

/* z_pos − z_neg in the plainest way. */
static void
class_difference (World *world, int attribute, float *difference)
{
  for (int k = 0; k < N; k++)
    {
      double sum[2] = { 0 };
      int count[2] = { 0 };

      for (int i = 0; i < IMAGES; i++)
        {
          int positive = world->labels[2 * i + attribute] > 0;

          sum[positive] += world->z[i * N + k];
          count[positive]++;
        }
      difference[k] = (float) (sum[1] / count[1] - sum[0] / count[0]);
    }
}

static void
test_mean_difference (void)
{
  World *world = world_new ();
  g_autoptr (AgDirectionEstimator) estimator = estimator_from_world (world);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found =
    ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, 0, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (found->len, ==, 2);
  for (guint a = 0; a < 2; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (found, a);
      float expected[N];
      int positive = 0;

      class_difference (world, (int) a, expected);
      for (int k = 0; k < N; k++)
        g_assert_cmpfloat_with_epsilon (attribute->direction[k], expected[k], 1e-5);
      for (int i = 0; i < IMAGES; i++)
        positive += world->labels[2 * i + (int) a] > 0;
      g_assert_cmpint (attribute->n_positive, ==, positive);
      g_assert_cmpint (attribute->n_negative, ==, IMAGES - positive);
      g_assert_cmpstr (attribute->name, ==, two_names[a]);
    }
  world_free (world);
}

/* The labels go together, so that plain differences mix both attributes and the colour; the joint
 * estimate separates them. */
static void
test_joint_separates (void)
{
  World *world = world_new ();
  g_autoptr (AgDirectionEstimator) estimator = estimator_from_world (world);
  g_autoptr (GPtrArray) mean =
    ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, 0, NULL);
  g_autoptr (GPtrArray) joint =
    ag_direction_estimator_estimate (estimator, AG_DIRECTION_JOINT, 0, NULL);
  const float *truth[2] = { world->a, world->b };

  for (guint a = 0; a < 2; a++)
    {
      const AgModelAttribute *plain = g_ptr_array_index (mean, a);
      const AgModelAttribute *clean = g_ptr_array_index (joint, a);

      g_assert_cmpfloat (cosine (plain->direction, truth[a]), <, 0.95);
      g_assert_cmpfloat (cosine (clean->direction, truth[a]), >, 0.998);
    }
  world_free (world);
}

/* Slider value 1 is the distance between the class means along the direction, whatever the
 * method; and mean_projection is where the average image is. */
static void
test_slider_units (void)
{
  World *world = world_new ();
  g_autoptr (AgDirectionEstimator) estimator = estimator_from_world (world);

  for (AgDirectionMethod method = AG_DIRECTION_MEAN; method <= AG_DIRECTION_JOINT; method++)
    {
      g_autoptr (GPtrArray) found = ag_direction_estimator_estimate (estimator, method, 0, NULL);

      for (guint a = 0; a < 2; a++)
        {
          const AgModelAttribute *attribute = g_ptr_array_index (found, a);
          double sum[2] = { 0 };
          int count[2] = { 0 };

          for (int i = 0; i < IMAGES; i++)
            {
              int positive = world->labels[2 * i + (int) a] > 0;

              sum[positive] += ag_direction_project (attribute->direction, world->z + i * N, N);
              count[positive]++;
            }
          g_assert_cmpfloat_with_epsilon (sum[1] / count[1] - sum[0] / count[0], 1, 1e-5);
          g_assert_cmpfloat_with_epsilon ((sum[0] + sum[1]) / IMAGES, attribute->mean_projection,
                                          1e-5);
        }
    }
  world_free (world);
}

/* Solves a x = b by elimination with row exchanges. */
static void
solve (double *a, double *b, int n)
{
  for (int k = 0; k < n; k++)
    {
      int pivot = k;

      for (int i = k + 1; i < n; i++)
        if (fabs (a[i * n + k]) > fabs (a[pivot * n + k]))
          pivot = i;
      for (int j = 0; j < n; j++)
        {
          double t = a[k * n + j];

          a[k * n + j] = a[pivot * n + j];
          a[pivot * n + j] = t;
        }
      {
        double t = b[k];

        b[k] = b[pivot];
        b[pivot] = t;
      }
      for (int i = k + 1; i < n; i++)
        {
          double factor = a[i * n + k] / a[k * n + k];

          for (int j = k; j < n; j++)
            a[i * n + j] -= factor * a[k * n + j];
          b[i] -= factor * b[k];
        }
    }
  for (int k = n - 1; k >= 0; k--)
    {
      for (int j = k + 1; j < n; j++)
        b[k] -= a[k * n + j] * b[j];
      b[k] /= a[k * n + k];
    }
}

/* The direction of the joint estimate is that of the textbook's normal equations, with a constant
 * and without centring or ridge. */
static void
test_joint_against_normal_equations (void)
{
  World *world = world_new ();
  g_autoptr (AgDirectionEstimator) estimator = estimator_from_world (world);
  g_autoptr (GPtrArray) found =
    ag_direction_estimator_estimate (estimator, AG_DIRECTION_JOINT, 0, NULL);
  float expected[2][N];

  for (int k = 0; k < N; k++)
    {
      double a[16] = { 0 }, b[4] = { 0 };

      for (int i = 0; i < IMAGES; i++)
        {
          double x[4] = { 1, 0.5 * world->labels[2 * i], 0.5 * world->labels[2 * i + 1],
                          world->colour[i] };

          for (int p = 0; p < 4; p++)
            {
              b[p] += x[p] * world->z[i * N + k];
              for (int q = 0; q < 4; q++)
                a[p * 4 + q] += x[p] * x[q];
            }
        }
      solve (a, b, 4);
      expected[0][k] = (float) b[1];
      expected[1][k] = (float) b[2];
    }
  for (guint a = 0; a < 2; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (found, a);

      g_assert_cmpfloat (cosine (attribute->direction, expected[a]), >, 1 - 1e-6);
    }
  world_free (world);
}

static void
test_unknown_labels (void)
{
  static const char *const names[] = { "A", "Always", NULL };
  g_autoptr (AgDirectionEstimator) estimator = ag_direction_estimator_new (names, 0, 2, NULL);
  const float z[4][2] = { { 1, 0 }, { -1, 0 }, { 100, 100 }, { NAN, 0 } };
  const gint8 labels[4][2] = { { 1, 1 }, { -1, 1 }, { 0, 1 }, { 1, 1 } };
  g_autoptr (GPtrArray) found = NULL;
  float mean[2];

  for (int i = 0; i < 4; i++)
    g_assert_true (ag_direction_estimator_add (estimator, z[i], labels[i], NULL) == (i < 3));
  g_assert_cmpuint (ag_direction_estimator_get_count (estimator), ==, 3);
  ag_direction_estimator_get_mean (estimator, mean);
  g_assert_cmpfloat_with_epsilon (mean[0], 100 / 3.0, 1e-4);

  found = ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, 0, NULL);
  g_assert_cmpuint (found->len, ==, 1);
  g_assert_cmpfloat_with_epsilon (
    ((const AgModelAttribute *) g_ptr_array_index (found, 0))->direction[0], 2, 1e-6);
}

static void
test_nothing_to_tell_apart (void)
{
  static const char *const names[] = { "Always", NULL };
  g_autoptr (AgDirectionEstimator) estimator = ag_direction_estimator_new (names, 0, 2, NULL);
  const float z[2] = { 1, 2 };
  const gint8 label = 1;

  for (AgDirectionMethod method = AG_DIRECTION_MEAN; method <= AG_DIRECTION_JOINT; method++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ag_direction_estimator_estimate (estimator, method, 0, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      ag_direction_estimator_add (estimator, z, &label, NULL);
    }
}

/* Two columns of a table that say the same cannot be told apart, but do no harm. */
static void
test_same_attribute_twice (void)
{
  static const char *const names[] = { "A", "Same", NULL };
  g_autoptr (AgDirectionEstimator) estimator = ag_direction_estimator_new (names, 0, 2, NULL);
  g_autoptr (GPtrArray) found = NULL;

  for (int i = 0; i < 100; i++)
    {
      const gint8 sign = i % 2 ? 1 : -1, labels[2] = { sign, sign };
      const float z[2] = { sign, (float) (i / 2 % 2) };

      ag_direction_estimator_add (estimator, z, labels, NULL);
    }
  found = ag_direction_estimator_estimate (estimator, AG_DIRECTION_JOINT, 0, NULL);
  g_assert_cmpuint (found->len, ==, 2);
  for (guint a = 0; a < 2; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (found, a);

      g_assert_cmpfloat_with_epsilon (attribute->direction[0], 2, 1e-3);
      g_assert_cmpfloat_with_epsilon (attribute->direction[1], 0, 1e-3);
    }
}

/* Each number is weighed by its own standard error: by hand for one that stays and one that goes.
 */
static void
test_shrinkage_by_hand (void)
{
  static const char *const names[] = { "A", NULL };
  /* First numbers: means 6 and 2 with, variance of all 5; second: means 1 and 0. */
  const float z[4][2] = { { 7, 3 }, { 5, -1 }, { 3, 2 }, { 1, -2 } };
  const gint8 labels[4] = { 1, 1, -1, -1 };
  g_autoptr (AgDirectionEstimator) estimator = ag_direction_estimator_new (names, 0, 2, NULL);
  g_autoptr (GPtrArray) found = NULL;
  const AgModelAttribute *attribute;

  for (int i = 0; i < 4; i++)
    ag_direction_estimator_add (estimator, z[i], &labels[i], NULL);
  found = ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, 1, NULL);
  attribute = g_ptr_array_index (found, 0);
  /* se² is 5 (1/2 + 1/2) = 5 of a difference of 4: 4 (1 − 5/16) in that direction, which is then
   * scaled to the distance of 4 between the means; the second's 4.25 is more than its 1². */
  g_assert_cmpfloat_with_epsilon (attribute->direction[0], 4, 1e-6);
  g_assert_cmpfloat (attribute->direction[1], ==, 0);
}

/* Of a rare attribute that acts on a few of many numbers, noise is what shrinking takes away. */
static void
test_shrinkage_against_noise (void)
{
  static const char *const names[] = { "Rare", NULL };
  enum
  {
    n = 2000,
    images = 300,
    acts_on = 50
  };
  double cosines[2];

  for (int m = 0; m < 2; m++)
    {
      AgDirectionMethod method = m == 0 ? AG_DIRECTION_MEAN : AG_DIRECTION_JOINT;

      for (int shrunk = 0; shrunk < 2; shrunk++)
        {
          g_autoptr (AgDirectionEstimator) estimator =
            ag_direction_estimator_new (names, 0, n, NULL);
          g_autoptr (GPtrArray) found = NULL;
          const AgModelAttribute *attribute;
          double inside = 0;

          for (int i = 0; i < images; i++)
            {
              g_autofree float *z = fixture_normal (100 + (guint64) i, n);
              const gint8 label = i % 15 == 0 ? 1 : -1;

              for (int k = 0; k < acts_on; k++)
                z[k] += label * 0.5f;
              ag_direction_estimator_add (estimator, z, &label, NULL);
            }
          found = ag_direction_estimator_estimate (estimator, method, shrunk ? 2.25 : 0, NULL);
          attribute = g_ptr_array_index (found, 0);
          for (int k = 0; k < acts_on; k++)
            inside += attribute->direction[k];
          cosines[shrunk] =
            inside / sqrt (acts_on * fixture_dot (attribute->direction, attribute->direction, n));
        }
      g_assert_cmpfloat (cosines[0], <, 0.65);
      g_assert_cmpfloat (cosines[1], >, 0.8);
    }
}

static void
test_project (void)
{
  const float d[2] = { 3, 4 }, z[2] = { 6, 8 }, zero[2] = { 0, 0 };

  g_assert_cmpfloat_with_epsilon (ag_direction_project (d, z, 2), 2, 1e-12);
  g_assert_cmpfloat (ag_direction_project (zero, z, 2), ==, 0);
}

static void
test_orthogonalise (void)
{
  g_autofree float *d = fixture_normal (1, N), *original = g_memdup2 (d, N * sizeof (float));
  g_autofree float *p = fixture_normal (2, N), *q = fixture_normal (3, N);
  g_autofree float *twice = g_new (float, N);
  const float *locked[3] = { p, q, twice };

  /* A third that the others span changes nothing. */
  for (int i = 0; i < N; i++)
    twice[i] = 2 * p[i] - q[i];
  ag_direction_orthogonalise (d, locked, 3, N);
  g_assert_cmpfloat (fabs (cosine (d, p)), <, 1e-6);
  g_assert_cmpfloat (fabs (cosine (d, q)), <, 1e-6);
  /* What was taken away lies in the span: nothing is left of it outside. */
  for (int i = 0; i < N; i++)
    original[i] -= d[i];
  ag_direction_orthogonalise (original, locked, 2, N);
  g_assert_cmpfloat (fixture_dot (original, original, N), <, 1e-9);
  /* One within the span is gone, not turned into noise. */
  ag_direction_orthogonalise (twice, locked, 2, N);
  for (int i = 0; i < N; i++)
    g_assert_cmpfloat (twice[i], ==, 0);
}

static void
test_set_with_locks (void)
{
  g_autoptr (AgModel) model = fixture_model_with_attributes (4);
  const bool locked[4] = { false, true, false, true };
  g_autoptr (AgDirectionSet) plain = ag_direction_set_new (model, NULL);
  g_autoptr (AgDirectionSet) set = ag_direction_set_new (model, locked);

  g_assert_cmpuint (set->n, ==, 4);
  g_assert_cmpuint (set->n_dims, ==, 192);
  for (guint a = 0; a < 4; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, a);

      g_assert_true (plain->directions[a] == attribute->direction);
      if (locked[a])
        {
          g_assert_true (set->directions[a] == attribute->direction);
          continue;
        }
      for (guint b = 0; b < 4; b++)
        if (locked[b])
          g_assert_cmpfloat (fabs (fixture_dot (set->directions[a], set->directions[b], 192)), <,
                             1e-3);
    }
}

static void
test_score (void)
{
  const double projections[] = { 1, 2, 3, 2, 4, 6, 9 };
  const gint8 labels[] = { -1, -1, -1, 1, 1, 1, 0 };
  AgDirectionScore score = ag_direction_score (projections, labels, 7);

  g_assert_cmpuint (score.n_positive, ==, 3);
  g_assert_cmpuint (score.n_negative, ==, 3);
  g_assert_cmpfloat_with_epsilon (score.distance, 2, 1e-12);
  /* Means 4 and 2; sums of squares 8 and 2. */
  g_assert_cmpfloat_with_epsilon (score.effect_size, 2 / sqrt (10 / 4.0), 1e-12);
  /* At the middle, 3: two of three above and one on it below; two of three below, one on it. */
  g_assert_cmpfloat_with_epsilon (score.accuracy, 0.5 * (2 / 3.0 + 2.5 / 3.0), 1e-12);
  /* Pairs: 2 beats 1 and ties 2; 4 and 6 beat all. */
  g_assert_cmpfloat_with_epsilon (score.auc, (1.5 + 3 + 3) / 9, 1e-12);

  score = ag_direction_score (projections, labels, 3);
  g_assert_true (isnan (score.auc) && isnan (score.accuracy) && isnan (score.effect_size));
}

/* By hand: 1, 2, 3, 6 and four more of each class; a class of seven and a number that is none do
 * not count. */
static void
test_find_reach (void)
{
  const double projections[] = { 1, 2, 3, 6, 1, 2, 3, 6, -4, -2, -4, -2, -4, -2, -4, -2, 9, NAN };
  gint8 labels[] = { 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 1 };
  AgModelAttribute attribute = { .mean_projection = 0.5 };

  ag_direction_find_reach (&attribute, projections, labels, G_N_ELEMENTS (labels));
  g_assert_cmpfloat_with_epsilon (attribute.highest, 3 + 3 * sqrt (28 / 7.0) - 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (attribute.lowest, -3 - 3 * sqrt (8 / 7.0) - 0.5, 1e-12);
  labels[0] = 0;
  ag_direction_find_reach (&attribute, projections, labels, G_N_ELEMENTS (labels));
  g_assert_true (isinf (attribute.highest) && attribute.highest > 0);
  g_assert_true (isfinite (attribute.lowest));
}

/* Classes at -0.25 and 0.75 whose photos reach to -0.55 and 1.5: by 0.5 and 1.25 always. */
static void
test_ends (void)
{
  AgModelAttribute attribute = {
    .n_positive = 25, .n_negative = 75, .lowest = -0.55, .highest = 1.5
  };
  static const struct
  {
    double projection, lower, upper;
  } faces[] = { { 0, -0.55, 1.5 },    { -0.25, -0.5, 1.75 }, { 0.5, -1.05, 1.25 },
                { 2.5, -3.05, 1.25 }, { -3, -0.5, 4.5 },     { 0.255, -0.8, 1.25 },
                { 0.75, -1.3, 1.25 } };
  AgDirectionEnds ends;

  attribute.farthest_down = attribute.farthest_up = INFINITY;
  for (gsize i = 0; i < G_N_ELEMENTS (faces); i++)
    {
      ends = ag_direction_get_ends (&attribute, faces[i].projection);
      g_assert_cmpfloat_with_epsilon (ends.lower, faces[i].lower, 1e-9);
      g_assert_cmpfloat_with_epsilon (ends.upper, faces[i].upper, 1e-9);
    }
  ends = ag_direction_get_ends (&attribute, NAN);
  g_assert_true (isinf (ends.lower) && isinf (ends.upper));
  attribute.highest = INFINITY;
  ends = ag_direction_get_ends (&attribute, 0.5);
  g_assert_true (fabs (ends.lower + 1.05) < 1e-9 && isinf (ends.upper));
  attribute.farthest_down = 0.8;
  attribute.farthest_up = 0.7;
  ends = ag_direction_get_ends (&attribute, -0.25);
  g_assert_true (fabs (ends.lower + 0.5) < 1e-9 && fabs (ends.upper - 0.7) < 1e-9);
  ends = ag_direction_get_ends (&attribute, NAN);
  g_assert_true (fabs (ends.lower + 0.8) < 1e-9 && fabs (ends.upper - 0.7) < 1e-9);
}

void
add_direction_tests (void)
{
  g_test_add_func ("/latent/direction/find-reach", test_find_reach);
  g_test_add_func ("/latent/direction/ends", test_ends);
  g_test_add_func ("/latent/direction/mean-difference", test_mean_difference);
  g_test_add_func ("/latent/direction/joint-separates", test_joint_separates);
  g_test_add_func ("/latent/direction/slider-units", test_slider_units);
  g_test_add_func ("/latent/direction/normal-equations", test_joint_against_normal_equations);
  g_test_add_func ("/latent/direction/unknown-labels", test_unknown_labels);
  g_test_add_func ("/latent/direction/nothing-to-tell-apart", test_nothing_to_tell_apart);
  g_test_add_func ("/latent/direction/same-attribute-twice", test_same_attribute_twice);
  g_test_add_func ("/latent/direction/shrinkage-by-hand", test_shrinkage_by_hand);
  g_test_add_func ("/latent/direction/shrinkage-against-noise", test_shrinkage_against_noise);
  g_test_add_func ("/latent/direction/project", test_project);
  g_test_add_func ("/latent/direction/orthogonalise", test_orthogonalise);
  g_test_add_func ("/latent/direction/set-with-locks", test_set_with_locks);
  g_test_add_func ("/latent/direction/score", test_score);
}
