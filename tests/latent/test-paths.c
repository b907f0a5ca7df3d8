/* test-paths.c: ways from one latent to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-path.h"
#include "fixture.h"

#define N 192

static void
assert_same (const float *a, const float *b)
{
  g_assert_cmpmem (a, N * sizeof (float), b, N * sizeof (float));
}

static void
test_ends (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autofree float *a = fixture_normal (1, N), *b = fixture_normal (2, N);
  float out[N];

  for (AgPathKind kind = AG_PATH_LINEAR; kind <= AG_PATH_NORM; kind++)
    {
      ag_path_point (kind, config, a, b, (double[]){ 0, 0 }, out);
      assert_same (out, a);
      ag_path_point (kind, config, a, b, (double[]){ 1, 1 }, out);
      assert_same (out, b);
      /* The fine structure of one and the coarse one of the other. */
      ag_path_point (kind, config, a, b, (double[]){ 1, 0 }, out);
      g_assert_cmpmem (out, N / 2 * sizeof (float), b, N / 2 * sizeof (float));
      g_assert_cmpmem (out + N / 2, N / 2 * sizeof (float), a + N / 2, N / 2 * sizeof (float));
    }
}

static void
test_linear (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  g_autofree float *a = fixture_normal (1, N), *b = fixture_normal (2, N);
  float out[N];

  ag_path_point (AG_PATH_LINEAR, ag_glow_config (model->glow), a, b, (double[]){ 0.25, 0.25 }, out);
  for (int i = 0; i < N; i++)
    g_assert_cmpfloat_with_epsilon (out[i], 0.75 * a[i] + 0.25 * b[i], 1e-6);
}

/* Between latents of one norm the spherical path keeps it and turns evenly. */
static void
test_spherical (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  g_autofree float *a = fixture_normal (1, N), *b = fixture_normal (2, N);
  double norm = sqrt (fixture_dot (a, a, N)), angle;
  float out[N];

  for (int i = 0; i < N; i++)
    b[i] = -b[i];
  {
    float scale = (float) (norm / sqrt (fixture_dot (b, b, N)));

    for (int i = 0; i < N; i++)
      b[i] *= scale;
  }
  angle = acos (fixture_dot (a, b, N) / (norm * norm));
  for (int step = 1; step < 10; step++)
    {
      double t = step / 10.0;

      ag_path_point (AG_PATH_SPHERICAL, ag_glow_config (model->glow), a, b, (double[]){ t, t },
                     out);
      g_assert_cmpfloat_with_epsilon (sqrt (fixture_dot (out, out, N)), norm, 1e-4 * norm);
      g_assert_cmpfloat_with_epsilon (acos (fixture_dot (a, out, N) / (norm * norm)), t * angle,
                                      1e-4);
    }
}

/* The same latent twice, opposites, zeros: always numbers. */
static void
test_degenerate (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  g_autofree float *a = fixture_normal (1, N), *opposite = g_new (float, N);
  g_autofree float *zero = g_new0 (float, N);
  float out[N];

  for (int i = 0; i < N; i++)
    opposite[i] = -a[i];
  for (AgPathKind kind = AG_PATH_LINEAR; kind <= AG_PATH_NORM; kind++)
    {
      const float *ends[] = { a, opposite, zero };

      for (gsize e = 0; e < G_N_ELEMENTS (ends); e++)
        {
          ag_path_point (kind, ag_glow_config (model->glow), a, ends[e], (double[]){ 0.5, 0.5 },
                         out);
          for (int i = 0; i < N; i++)
            g_assert_true (isfinite (out[i]));
        }
      ag_path_point (kind, ag_glow_config (model->glow), a, a, (double[]){ 0.3, 0.3 }, out);
      for (int i = 0; i < N; i++)
        g_assert_cmpfloat_with_epsilon (out[i], a[i], 1e-5);
    }
}

static void
test_norm (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  g_autofree float *a = fixture_normal (1, N), *b = fixture_normal (2, N);
  float out[N];

  for (int i = 0; i < N; i++)
    b[i] *= 3;
  ag_path_point (AG_PATH_NORM, ag_glow_config (model->glow), a, b, (double[]){ 0.4, 0.4 }, out);
  for (int half = 0; half < 2; half++)
    {
      const float *p = a + half * N / 2, *q = b + half * N / 2, *r = out + half * N / 2;
      double expected =
        0.6 * sqrt (fixture_dot (p, p, N / 2)) + 0.4 * sqrt (fixture_dot (q, q, N / 2));

      g_assert_cmpfloat_with_epsilon (sqrt (fixture_dot (r, r, N / 2)), expected, 1e-4);
    }
}

static void
test_mix (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autofree float *a = fixture_normal (1, N), *b = fixture_normal (2, N);
  g_autofree float *c = fixture_normal (3, N);
  const float *eps[3] = { a, b, c };
  const double corner[] = { 0, 0, 1, 1, 0, 0 }, inside[] = { 0.5, 0.1, 0.25, 0.1, 0.25, 0.8 };
  float out[N];

  for (int keep = 0; keep < 2; keep++)
    {
      ag_path_mix (config, 3, eps, corner, keep, out);
      assert_same (out, b);
    }
  ag_path_mix (config, 3, eps, inside, false, out);
  for (int i = 0; i < N; i++)
    {
      int level = i >= N / 2;
      double expected = inside[level] * a[i] + inside[2 + level] * b[i] + inside[4 + level] * c[i];

      g_assert_cmpfloat_with_epsilon (out[i], expected, 1e-5);
    }
  ag_path_mix (config, 3, eps, inside, true, out);
  {
    double norm = 0;

    for (int k = 0; k < 3; k++)
      norm += inside[2 * k] * sqrt (fixture_dot (eps[k], eps[k], N / 2));
    g_assert_cmpfloat_with_epsilon (sqrt (fixture_dot (out, out, N / 2)), norm, 1e-4);
  }
}

static void
test_names (void)
{
  AgPathKind parsed;

  for (AgPathKind kind = AG_PATH_LINEAR; kind <= AG_PATH_NORM; kind++)
    {
      g_assert_true (ag_path_kind_parse (ag_path_kind_name (kind), &parsed));
      g_assert_cmpint (parsed, ==, kind);
    }
  g_assert_false (ag_path_kind_parse ("crooked", &parsed));
}

void
add_path_tests (void)
{
  g_test_add_func ("/latent/path/ends", test_ends);
  g_test_add_func ("/latent/path/linear", test_linear);
  g_test_add_func ("/latent/path/spherical", test_spherical);
  g_test_add_func ("/latent/path/degenerate", test_degenerate);
  g_test_add_func ("/latent/path/norm", test_norm);
  g_test_add_func ("/latent/path/mix", test_mix);
  g_test_add_func ("/latent/path/names", test_names);
}
