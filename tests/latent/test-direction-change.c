/* test-direction-change.c: how far a face can be moved until its picture has changed too much
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-direction-change.h"
#include "fixture.h"

/* Of 8 × 8 pixels the face is in columns 1 to 5 and rows 2 to 6. What is outside, and what lies
 * beyond black and white, is not seen. */
static void
test_change (void)
{
  static const AgGlowConfig config = { .image_height = 8, .image_width = 8, .channels = 3 };
  float before[192], after[192];

  for (int i = 0; i < 64; i++)
    for (int c = 0; c < 3; c++)
      before[i * 3 + c] = after[i * 3 + c] = i % 2 ? 0.1f : -0.1f;
  g_assert_cmpfloat (ag_direction_change (&config, before, after), ==, 0);
  after[0] = 0.4f;
  after[7 * 8 * 3] = 0.4f;
  g_assert_cmpfloat (ag_direction_change (&config, before, after), ==, 0);

  /* One pixel of 25 becomes 0.3 darker, and another redder. */
  for (int c = 0; c < 3; c++)
    after[(3 * 8 + 3) * 3 + c] -= 0.3f;
  after[(4 * 8 + 2) * 3] += 0.25f;
  {
    double sum = 0, squares = 0, changes = 0.09 + pow (0.2126 * 0.25, 2);
    int n = 0;

    for (int row = 2; row < 7; row++)
      for (int column = 1; column < 6; column++, n++)
        {
          sum += before[(row * 8 + column) * 3];
          squares += before[(row * 8 + column) * 3] * before[(row * 8 + column) * 3];
        }
    g_assert_cmpfloat_with_epsilon (ag_direction_change (&config, before, after),
                                    sqrt (changes / (squares - sum * sum / n)), 1e-6);
  }

  after[(3 * 8 + 3) * 3 + 1] = NAN;
  g_assert_true (isinf (ag_direction_change (&config, before, after)));
  for (int i = 0; i < 192; i++)
    before[i] = -0.6f, after[i] = -3;
  g_assert_cmpfloat (ag_direction_change (&config, before, after), ==, 0);
  after[(3 * 8 + 3) * 3] = 0;
  g_assert_true (isinf (ag_direction_change (&config, before, after)));
}

/* What a slider value changes, the long way round. */
static double
change_at (AgCodec *codec,
           const float *direction,
           const float *eps,
           float temperature,
           double value)
{
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *z = g_new (float, n_dims), *x = g_new (float, n_dims);
  g_autofree float *base = g_new (float, n_dims);

  for (gsize i = 0; i < n_dims; i++)
    z[i] = temperature * eps[i];
  g_assert_true (ag_codec_decode (codec, 1, z, NULL, base, NULL, NULL));
  for (gsize i = 0; i < n_dims; i++)
    z[i] += (float) (value * direction[i]);
  g_assert_true (ag_codec_decode (codec, 1, z, NULL, x, NULL, NULL));
  return ag_direction_change (ag_codec_get_config (codec), base, x);
}

/* The ends are where the picture has changed by what is allowed, as exactly as is promised; sides
 * of which nothing is said are left alone. */
static void
test_find_ends (void)
{
  g_autoptr (AgModel) model = fixture_model_with_attributes (3);
  AgModelAttribute *first = g_ptr_array_index (model->attributes, 0);
  AgModelAttribute *last = g_ptr_array_index (model->attributes, 2);
  g_autoptr (AgCodec) codec = ag_codec_new (model, 1, 1, NULL);
  g_autoptr (AgDirectionSet) set = ag_direction_set_new (model, NULL);
  gsize n_dims = set->n_dims;
  g_autofree float *eps = fixture_normal (5, n_dims), *base = g_new (float, n_dims);
  g_autofree float *seen = g_new (float, n_dims);
  AgDirectionEnds ends[3], by_place[3];
  const double temperatures[] = { 1, 0.7 };

  first->most_change_up = 0.4;
  last->most_change_down = 0.1;
  last->most_change_up = 0.25;
  last->farthest_down = 0.01; /* nearer than the picture would allow */
  ag_direction_set_get_ends (set, eps, by_place);
  for (int t = 0; t < 2; t++)
    {
      float temperature = (float) temperatures[t];

      for (gsize i = 0; i < n_dims; i++)
        seen[i] = temperature * eps[i];
      g_assert_true (ag_codec_decode (codec, 1, seen, NULL, base, NULL, NULL));
      g_assert_true (
        ag_direction_find_ends (codec, set, NULL, eps, temperatures[t], base, ends, NULL, NULL));
      g_assert_cmpfloat (ends[0].lower, ==, by_place[0].lower);
      g_assert_cmpmem (&ends[1], sizeof ends[1], &by_place[1], sizeof by_place[1]);
      g_assert_cmpfloat (ends[2].lower, ==, -0.01);
      g_assert_cmpfloat (ends[0].upper, >, 0);
      g_assert_cmpfloat (change_at (codec, first->direction, eps, temperature, ends[0].upper), <=,
                         0.4 + 1e-6);
      g_assert_cmpfloat (
        change_at (codec, first->direction, eps, temperature, ends[0].upper + 0.01), >, 0.92 * 0.4);
      g_assert_cmpfloat (change_at (codec, last->direction, eps, temperature, ends[2].upper), <=,
                         0.25 + 1e-6);
      g_assert_cmpfloat (change_at (codec, last->direction, eps, temperature, ends[2].upper + 0.01),
                         >, 0.92 * 0.25);
    }

  /* What changes too little on the way to where sliders lead at most has no nearer end. */
  first->most_change_up = 1e9;
  g_assert_true (ag_direction_find_ends (codec, set, NULL, eps, 0.7, base, ends, NULL, NULL));
  g_assert_true (isinf (ends[0].upper));
}

static void
test_cancel (void)
{
  g_autoptr (AgModel) model = fixture_model_with_attributes (1);
  AgModelAttribute *attribute = g_ptr_array_index (model->attributes, 0);
  g_autoptr (AgCodec) codec = ag_codec_new (model, 1, 1, NULL);
  g_autoptr (AgDirectionSet) set = ag_direction_set_new (model, NULL);
  g_autofree float *eps = fixture_normal (5, set->n_dims);
  g_autoptr (GError) error = NULL;
  const atomic_bool cancel = true;
  AgDirectionEnds ends;

  g_assert_true (ag_direction_find_ends (codec, set, NULL, eps, 1, eps, &ends, &cancel, &error));
  attribute->most_change_down = 0.1;
  g_assert_false (ag_direction_find_ends (codec, set, NULL, eps, 1, eps, &ends, &cancel, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

void
add_direction_change_tests (void)
{
  g_test_add_func ("/latent/direction-change/change", test_change);
  g_test_add_func ("/latent/direction-change/find-ends", test_find_ends);
  g_test_add_func ("/latent/direction-change/cancel", test_cancel);
}
