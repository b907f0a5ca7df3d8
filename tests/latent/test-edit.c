/* test-edit.c: from sliders to a latent
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-latent-edit.h"
#include "fixture.h"

static void
test_formula (void)
{
  g_autoptr (AgModel) model = fixture_model_with_attributes (2);
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autoptr (AgDirectionSet) set = ag_direction_set_new (model, NULL);
  gsize n = set->n_dims, split = ag_glow_config_level (config, 1).eps_offset;
  g_autofree float *eps = fixture_normal (1, n), *centre = fixture_normal (2, n);
  g_autofree float *out = g_new (float, n);
  const double values[] = { 0.5, -2 }, strength[] = { 0.25, 1.5 }, temperature[] = { 0.5, 1 };
  AgLatentEdit edit = { values, strength, temperature, centre };

  g_assert_false (ag_latent_edit_is_neutral (&edit, config, set));
  ag_latent_edit_apply (&edit, config, set, eps, out);
  for (gsize i = 0; i < n; i++)
    {
      int level = i >= split;
      double moved = values[0] * set->directions[0][i] + values[1] * set->directions[1][i];
      double expected =
        centre[i] + temperature[level] * (eps[i] - centre[i]) + strength[level] * moved;

      g_assert_cmpfloat_with_epsilon (out[i], expected, 1e-5);
    }
  /* In place gives the same. */
  ag_latent_edit_apply (&edit, config, set, eps, eps);
  g_assert_cmpmem (eps, n * sizeof (float), out, n * sizeof (float));
}

static void
test_neutral (void)
{
  g_autoptr (AgModel) model = fixture_model_with_attributes (2);
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autoptr (AgDirectionSet) set = ag_direction_set_new (model, NULL);
  g_autofree float *eps = fixture_normal (1, set->n_dims);
  g_autofree float *out = g_new (float, set->n_dims);
  const double zeros[] = { 0, 0 }, ones[] = { 1, 1 }, values[] = { 1, 0 };
  const AgLatentEdit neutral[] = {
    { 0 },
    { .values = zeros },
    { .values = zeros, .temperature = ones, .centre = eps },
    { .values = values, .strength = zeros },
  };
  AgLatentEdit not_neutral = { .values = values, .strength = values };

  for (gsize i = 0; i < G_N_ELEMENTS (neutral); i++)
    {
      g_assert_true (ag_latent_edit_is_neutral (&neutral[i], config, set));
      memset (out, 0, set->n_dims * sizeof (float));
      ag_latent_edit_apply (&neutral[i], config, set, eps, out);
      g_assert_cmpmem (out, set->n_dims * sizeof (float), eps, set->n_dims * sizeof (float));
    }
  g_assert_false (ag_latent_edit_is_neutral (&not_neutral, config, set));
}

/* A lock keeps the projection on the locked attribute where it is. */
static void
test_lock_holds (void)
{
  g_autoptr (AgModel) model = fixture_model_with_attributes (3);
  const AgGlowConfig *config = ag_glow_config (model->glow);
  const bool locked[] = { false, true, false };
  g_autoptr (AgDirectionSet) set = ag_direction_set_new (model, locked);
  g_autofree float *eps = fixture_normal (1, set->n_dims);
  g_autofree float *out = g_new (float, set->n_dims);
  const double values[] = { 3, 0, -2 };
  AgLatentEdit edit = { .values = values };
  const float *kept = set->directions[1];

  ag_latent_edit_apply (&edit, config, set, eps, out);
  g_assert_cmpfloat_with_epsilon (ag_direction_project (kept, out, set->n_dims),
                                  ag_direction_project (kept, eps, set->n_dims), 1e-5);
}

/* A value beyond its end does what the end does, with locks and without; the end is this face's. */
static void
test_values_end (void)
{
  g_autoptr (AgModel) model = fixture_model_with_attributes (3);
  const AgGlowConfig *config = ag_glow_config (model->glow);
  gsize n_dims = ag_glow_n_dims (model->glow);
  AgModelAttribute *ending = g_ptr_array_index (model->attributes, 1);
  const bool locks[][3] = { { false, false, false }, { true, false, false } };
  g_autofree float *eps = fixture_normal (5, n_dims);
  g_autofree float *beyond = g_new (float, n_dims), *at_end = g_new (float, n_dims);
  double projection, far[] = { 2.5, 40, -1 }, end[] = { 2.5, 0, -1 };
  AgDirectionEnds ends[3];

  projection = fixture_dot (ending->direction, eps, n_dims) /
                 fixture_dot (ending->direction, ending->direction, n_dims) -
               ending->mean_projection;
  ending->n_positive = ending->n_negative = 10;
  ending->highest = fabs (projection) + 3;
  end[1] =
    floor (100 * MAX (ending->highest - projection, 5 / 3.0 * (ending->highest - 0.5))) / 100;
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (AgDirectionSet) set = ag_direction_set_new (model, locks[i]);
      AgLatentEdit far_edit = { .values = far }, end_edit = { .values = end };

      ag_direction_set_get_ends (set, eps, ends);
      g_assert_cmpfloat (ends[1].upper, ==, end[1]);
      g_assert_true (isinf (ends[0].upper) && isinf (ends[2].lower));
      ag_latent_edit_apply (&far_edit, config, set, eps, beyond);
      ag_latent_edit_apply (&end_edit, config, set, eps, at_end);
      g_assert_cmpmem (beyond, n_dims * sizeof (float), at_end, n_dims * sizeof (float));
      end[1] -= 0.01;
      ag_latent_edit_apply (&end_edit, config, set, eps, at_end);
      g_assert_cmpint (memcmp (beyond, at_end, n_dims * sizeof (float)), !=, 0);
      end[1] += 0.01;
    }
}

void
add_edit_tests (void)
{
  g_test_add_func ("/latent/edit/formula", test_formula);
  g_test_add_func ("/latent/edit/neutral", test_neutral);
  g_test_add_func ("/latent/edit/lock-holds", test_lock_holds);
  g_test_add_func ("/latent/edit/values-end", test_values_end);
}
