/* test-direction-noise.c: directions that stand out of much noise, and people seen more than once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-direction.h"
#include "fixture.h"

#define N 192 /* of the fixture's model */

static double
cosine (const float *a, const float *b)
{
  return fixture_dot (a, b, N) / sqrt (fixture_dot (a, a, N) * fixture_dot (b, b, N));
}

static const AgModelAttribute *
attribute_at (GPtrArray *found, guint a)
{
  return g_ptr_array_index (found, a);
}

/* Level 0 of the fixture is 4×4 places of 6 channels, so each place stands alone: by hand. */
static void
test_places_by_hand (void)
{
  static const char *const names[] = { "A", NULL };
  g_autoptr (AgModel) model = fixture_model (3);
  g_autoptr (AgDirectionEstimator) estimator = ag_direction_estimator_new (names, 0, N, NULL);
  g_autoptr (GPtrArray) alone = NULL, together = NULL;
  const gint8 labels[4] = { 1, 1, -1, -1 };

  for (int i = 0; i < 4; i++)
    {
      float z[N] = { 0 };

      /* In the first place one number differs by 4 with a variance of 5, and one by 1 with a
       * variance of 4.25; in the second place the latter alone. */
      z[0] = (float[]){ 7, 5, 3, 1 }[i];
      z[1] = z[6] = (float[]){ 3, -1, 2, -2 }[i];
      ag_direction_estimator_add (estimator, z, &labels[i], NULL);
    }
  alone = ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, 1, NULL);
  ag_direction_estimator_set_places (estimator, ag_glow_config (model->glow));
  together = ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, 1, NULL);
  g_assert_cmpfloat_with_epsilon (attribute_at (alone, 0)->direction[0], 4, 1e-5);
  g_assert_cmpfloat (attribute_at (alone, 0)->direction[1], ==, 0);
  /* A square of 17 against 5 + 4.25 of noise: both are multiplied by the same, and then scaled to
   * the distance of the means along (4, 1). */
  g_assert_cmpfloat_with_epsilon (attribute_at (together, 0)->direction[0], 4, 1e-5);
  g_assert_cmpfloat_with_epsilon (attribute_at (together, 0)->direction[1], 1, 1e-5);
  g_assert_cmpfloat (attribute_at (together, 0)->direction[6], ==, 0);
}

/* Of an attribute that acts in one place on many channels, knowing the places finds more. */
static void
test_places_against_noise (void)
{
  static const char *const names[] = { "Rare", NULL };
  g_autoptr (AgModel) model = fixture_model (3);
  AgGlowLevel last = ag_glow_level (model->glow, 1);
  g_autoptr (AgDirectionEstimator) estimator = ag_direction_estimator_new (names, 0, N, NULL);
  g_autofree float *truth = fixture_normal (5, N);
  double cosines[3];

  /* The last level's first place, all of its channels. */
  for (gsize i = 0; i < N; i++)
    if (i < last.eps_offset || i >= last.eps_offset + (gsize) last.eps_channels)
      truth[i] = 0;
  for (int i = 0; i < 200; i++)
    {
      g_autofree float *z = fixture_normal (100 + (guint64) i, N);
      const gint8 label = i % 10 == 0 ? 1 : -1;

      for (int k = 0; k < N; k++)
        z[k] += (float) label * 0.3f * truth[k];
      ag_direction_estimator_add (estimator, z, &label, NULL);
    }
  for (int way = 0; way < 3; way++)
    {
      g_autoptr (GPtrArray) found = NULL;

      if (way == 2)
        ag_direction_estimator_set_places (estimator, ag_glow_config (model->glow));
      found = ag_direction_estimator_estimate (estimator, AG_DIRECTION_JOINT,
                                               way == 0 ? 0 : AG_DIRECTION_SHRINKAGE, NULL);
      cosines[way] = cosine (attribute_at (found, 0)->direction, truth);
    }
  g_assert_cmpfloat (cosines[1], >, cosines[0]);
  g_assert_cmpfloat (cosines[2], >, cosines[1] + 0.03);
  g_assert_cmpfloat (cosines[2], >, 0.85);
}

/* Everybody who is seen once and has the attribute differs from the others in something else, too,
 * and labels of the rest are often wrong. Forty people seen with and without it tell. */
static void
test_people (void)
{
  static const char *const names[] = { "Smiling", NULL };
  g_autoptr (AgDirectionEstimator) estimator = ag_direction_estimator_new (names, 0, N, NULL);
  g_autoptr (AgDirectionEstimator) few = ag_direction_estimator_new (names, 0, N, NULL);
  g_autofree float *truth = fixture_normal (1, N), *confound = fixture_normal (2, N);
  g_autoptr (GPtrArray) before = NULL, after = NULL, too_few = NULL;
  g_autofree float *distance = g_new0 (float, N); /* of the class means */
  const float *direction;

  for (int i = 0; i < 400; i++)
    {
      g_autofree float *z = fixture_normal (1000 + (guint64) i, N);
      const gint8 label = i % 2 ? 1 : -1;
      float smile = i % 5 == 0 ? -label : label;

      for (int k = 0; k < N; k++)
        {
          z[k] += 0.5f * smile * truth[k] + 0.5f * (float) label * confound[k];
          distance[k] += (float) label * z[k] / 200;
        }
      g_assert_true (ag_direction_estimator_add (estimator, z, &label, NULL));
      g_assert_true (ag_direction_estimator_add (few, z, &label, NULL));
    }
  before = ag_direction_estimator_estimate (estimator, AG_DIRECTION_JOINT, 0, NULL);
  for (guint person = 0; person < 40; person++)
    for (int image = 0; image < 3; image++)
      {
        g_autofree float *who = fixture_normal (5000 + person, N);
        g_autofree float *z = fixture_normal (6000 + 3 * person + (guint64) image, N);
        const gint8 label = image == 0 ? 1 : -1;

        for (int k = 0; k < N; k++)
          z[k] = 5 * who[k] + 0.2f * z[k] + 0.5f * (float) label * truth[k];
        g_assert_true (ag_direction_estimator_add_of_person (estimator, person, z, &label, NULL));
        if (person < 3)
          g_assert_true (ag_direction_estimator_add_of_person (few, person, z, &label, NULL));
      }
  after = ag_direction_estimator_estimate (estimator, AG_DIRECTION_JOINT, 0, NULL);
  too_few = ag_direction_estimator_estimate (few, AG_DIRECTION_JOINT, 0, NULL);
  g_assert_cmpfloat (cosine (attribute_at (before, 0)->direction, truth), <, 0.6);
  g_assert_cmpfloat (cosine (attribute_at (after, 0)->direction, truth), >, 0.95);
  /* Slider value 1 is what lies between the class means all the same. */
  direction = attribute_at (after, 0)->direction;
  g_assert_cmpfloat_with_epsilon (fixture_dot (direction, distance, N),
                                  fixture_dot (direction, direction, N), 1e-3);
  /* Three people are no reason to change anything. */
  g_assert_cmpmem (attribute_at (too_few, 0)->direction, N * sizeof (float),
                   attribute_at (before, 0)->direction, N * sizeof (float));
}

/* Where hair greys with age, age without grey hair is not what is asked for. */
static void
test_let_vary (void)
{
  static const char *const names[] = { "Old", "Gray", NULL };
  g_autoptr (AgDirectionEstimator) estimator = ag_direction_estimator_new (names, 0, N, NULL);
  g_autofree float *old = fixture_normal (1, N), *gray = fixture_normal (2, N);
  g_autofree float *both = g_new (float, N);
  g_autoptr (GPtrArray) equal = NULL, varying = NULL;

  for (int k = 0; k < N; k++)
    both[k] = old[k] + 0.8f * gray[k];
  for (int i = 0; i < 1000; i++)
    {
      g_autofree float *z = fixture_normal (100 + (guint64) i, N);
      const gint8 is_old = i % 2 ? 1 : -1;
      const gint8 labels[] = { is_old, (gint8) (i / 2 % 10 == 0 ? -is_old : is_old) };

      for (int k = 0; k < N; k++)
        z[k] = 0.1f * z[k] + 0.5f * (float) labels[0] * old[k] + 0.5f * (float) labels[1] * gray[k];
      ag_direction_estimator_add (estimator, z, labels, NULL);
    }
  equal = ag_direction_estimator_estimate (estimator, AG_DIRECTION_JOINT, 0, NULL);
  ag_direction_estimator_let_vary (estimator, 0, 1);
  varying = ag_direction_estimator_estimate (estimator, AG_DIRECTION_JOINT, 0, NULL);
  g_assert_cmpfloat (cosine (attribute_at (equal, 0)->direction, old), >, 0.99);
  g_assert_cmpfloat (cosine (attribute_at (varying, 0)->direction, both), >, 0.99);
  /* The other way round it is held equal as before. */
  g_assert_cmpfloat (cosine (attribute_at (varying, 1)->direction, gray), >, 0.99);
}

void
add_direction_noise_tests (void)
{
  g_test_add_func ("/latent/direction/places-by-hand", test_places_by_hand);
  g_test_add_func ("/latent/direction/places-against-noise", test_places_against_noise);
  g_test_add_func ("/latent/direction/people", test_people);
  g_test_add_func ("/latent/direction/let-vary", test_let_vary);
}
