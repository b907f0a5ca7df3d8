/* test-edit.c: from sliders to a latent
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
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

void
add_edit_tests (void)
{
  g_test_add_func ("/latent/edit/formula", test_formula);
  g_test_add_func ("/latent/edit/neutral", test_neutral);
  g_test_add_func ("/latent/edit/lock-holds", test_lock_holds);
}
