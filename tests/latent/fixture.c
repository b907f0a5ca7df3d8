/* fixture.c: small models and latents for these tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "fixture.h"

AgModel *
fixture_model (int channels)
{
  const AgGlowConfig config = {
    .image_height = 8,
    .image_width = 8,
    .channels = channels,
    .levels = 2,
    .depth = 2,
    .width = 8,
    .coupling = AG_COUPLING_AFFINE,
    .permutation = AG_PERMUTATION_LU,
    .n_bits = 8,
  };
  AgFlowError error;
  AgGlow *glow;

  g_assert_cmpint (ag_glow_new (&config, 7, &glow, &error), ==, AG_OK);
  return ag_model_new (glow);
}

AgModel *
fixture_model_with_attributes (int n)
{
  AgModel *model = fixture_model (3);
  gsize n_dims = ag_glow_n_dims (model->glow);

  for (int a = 0; a < n; a++)
    {
      g_autofree char *name = g_strdup_printf ("Attribute_%d", a);
      AgModelAttribute *attribute = ag_model_attribute_new (name, n_dims);

      ag_random_normal (11, (guint64) a, attribute->direction, n_dims);
      g_ptr_array_add (model->attributes, attribute);
    }
  return model;
}

float *
fixture_normal (guint64 seed, gsize n)
{
  float *numbers = g_new (float, n);

  ag_random_normal (seed, 3, numbers, n);
  return numbers;
}

double
fixture_dot (const float *a, const float *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) a[i] * b[i];
  return sum;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_codec_tests ();
  add_direction_change_tests ();
  add_direction_noise_tests ();
  add_direction_tests ();
  add_edit_tests ();
  add_likelihood_tests ();
  add_mixture_tests ();
  add_path_tests ();
  add_sanity_tests ();
  return g_test_run ();
}
