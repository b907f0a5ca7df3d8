/* test-mixture.c: drawing latents as photos have them, and seeing how photos have them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-mixture.h"
#include "fixture.h"

#define N_DIMS   192
#define TOP      96 /* where the last level begins */
#define N_TOP    96
#define N_LABELS 2
#define N_DRAWS  4000

/* Three axes that are sums of a few numbers; two components. */
static AgModel *
mixed_model (void)
{
  AgModel *model = fixture_model (3);
  AgModelMixture *mixture = ag_model_mixture_new (3, N_TOP, 2);
  static const double means[] = { 3, -1, 0, -2, 1, 5 };
  static const double factor[] = { 0.5, 0, 0, 0.3, 0.4, 0, -1, 0.2, 2 };

  mixture->axes[0] = mixture->axes[1] = (float) M_SQRT1_2;
  mixture->axes[N_TOP] = (float) M_SQRT1_2;
  mixture->axes[N_TOP + 1] = (float) -M_SQRT1_2;
  mixture->axes[2 * N_TOP + 50] = 1;
  mixture->weights[0] = 0.3;
  mixture->weights[1] = 0.7;
  memcpy (mixture->means, means, sizeof means);
  memcpy (mixture->factor, factor, sizeof factor);
  model->mixture = mixture;
  return model;
}

static void
project (const AgModelMixture *mixture, const float *eps, double *out)
{
  for (guint a = 0; a < mixture->n_axes; a++)
    out[a] = fixture_dot (mixture->axes + a * mixture->n_axis, eps + TOP, N_TOP);
}

/* Without a mixture, or with axes alone, what is drawn is what the flow's own function draws. */
static void
test_plain (void)
{
  g_autoptr (AgModel) model = mixed_model ();
  const AgGlowConfig *config = ag_glow_config (model->glow);
  const double temperature[] = { 0.5, 2 };
  float plain[N_DIMS], drawn[N_DIMS];

  ag_flow_sample_eps (config, 9, temperature, plain);
  ag_mixture_sample_eps (model, 9, temperature, drawn);
  g_assert_cmpmem (plain, TOP * sizeof (float), drawn, TOP * sizeof (float));
  g_assert_true (memcmp (plain, drawn, sizeof plain) != 0);
  model->mixture->n_components = 0;
  ag_mixture_sample_eps (model, 9, temperature, drawn);
  g_assert_cmpmem (plain, sizeof plain, drawn, sizeof drawn);
  g_clear_pointer (&model->mixture, ag_model_mixture_free);
  ag_mixture_sample_eps (model, 9, temperature, drawn);
  g_assert_cmpmem (plain, sizeof plain, drawn, sizeof drawn);
}

/* Numbers along the axes have the mixture's mean and covariance; the rest of the latent is as it
 * was, and the temperature multiplies all of it. */
static void
test_sample (void)
{
  g_autoptr (AgModel) model = mixed_model ();
  const AgModelMixture *mixture = model->mixture;
  const double temperature[] = { 0.5, 0.7 };
  double mean[3] = { 0 }, square[9] = { 0 };

  for (guint64 seed = 0; seed < N_DRAWS; seed++)
    {
      float plain[N_DIMS], drawn[N_DIMS], cooled[N_DIMS];
      double p[3], before[3];

      ag_flow_sample_eps (ag_glow_config (model->glow), seed, NULL, plain);
      ag_mixture_sample_eps (model, seed, NULL, drawn);
      ag_mixture_sample_eps (model, seed, temperature, cooled);
      project (mixture, drawn, p);
      project (mixture, plain, before);
      for (int j = 0; j < N_DIMS; j++)
        {
          double rest = drawn[j] - plain[j];

          for (int a = 0; j >= TOP && a < 3; a++)
            rest -= (p[a] - before[a]) * mixture->axes[a * N_TOP + j - TOP];
          g_assert_cmpfloat (fabs (rest), <, 1e-5);
          g_assert_cmpfloat_with_epsilon (cooled[j], drawn[j] * temperature[j >= TOP], 1e-5);
        }
      for (int a = 0; a < 3; a++)
        {
          mean[a] += p[a] / N_DRAWS;
          for (int b = 0; b < 3; b++)
            square[3 * a + b] += p[a] * p[b] / N_DRAWS;
        }
    }
  for (int a = 0; a < 3; a++)
    for (int b = 0; b < 3; b++)
      {
        double expected = 0, wanted = 0.3 * mixture->means[a] + 0.7 * mixture->means[3 + a];

        for (int c = 0; c < 3; c++)
          expected += mixture->factor[3 * a + c] * mixture->factor[3 * b + c];
        for (int k = 0; k < 2; k++)
          expected += mixture->weights[k] * mixture->means[3 * k + a] * mixture->means[3 * k + b];
        g_assert_cmpfloat_with_epsilon (mean[a], wanted, 0.15);
        g_assert_cmpfloat_with_epsilon (square[3 * a + b], expected, 0.05 * (10 + fabs (expected)));
      }
}

/* Photos whose numbers along two axes say their labels, the second together with a third. */
static void
make_photo (guint64 i, gint8 *labels, float *eps)
{
  float noise[2];

  ag_random_normal (5, i, eps, N_DIMS);
  ag_random_normal (6, i, noise, 2);
  labels[0] = i % 4 == 0 ? 1 : -1;
  labels[1] = i % 2 == 0 ? 1 : -1;
  eps[TOP] = 1.5f * labels[0] + 0.5f + 0.3f * noise[0];
  eps[TOP + 1] = -2.0f * labels[1] + 0.3f * noise[0] + 0.4f * noise[1];
}

static void
add_photos (AgMixtureEstimator *estimator, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      float eps[N_DIMS];
      gint8 labels[N_LABELS];

      make_photo (i, labels, eps);
      ag_mixture_estimator_add (estimator, eps, labels);
    }
}

/* The model knows the first axis; a direction has the second, another is in their span. */
static AgModel *
model_for_photos (void)
{
  AgModel *model = fixture_model_with_attributes (2);
  float *second = ((AgModelAttribute *) g_ptr_array_index (model->attributes, 0))->direction;
  float *both = ((AgModelAttribute *) g_ptr_array_index (model->attributes, 1))->direction;

  memset (second + TOP, 0, N_TOP * sizeof (float));
  memset (both + TOP, 0, N_TOP * sizeof (float));
  second[TOP] = 3;
  second[TOP + 1] = 4;
  both[TOP] = -2;
  both[TOP + 1] = 7;
  model->mixture = ag_model_mixture_new (1, N_TOP, 0);
  model->mixture->axes[0] = 1;
  return model;
}

static void
test_estimate (void)
{
  g_autoptr (AgModel) model = model_for_photos ();
  g_autoptr (GError) error = NULL;
  const guint n = 2400;
  g_autoptr (AgMixtureEstimator) estimator =
    ag_mixture_estimator_new (ag_glow_config (model->glow), N_LABELS, n, &error);
  g_autoptr (AgModelMixture) mixture = NULL;
  /* In the order in which their labels come: ++, --, -+. */
  static const double weights[] = { 0.25, 0.5, 0.25 };
  static const double means[] = { 2, -2, -1, 2, -1, -2 };
  static const double factor[] = { 0.3, 0, 0.3, 0.4 };

  g_assert_no_error (error);
  add_photos (estimator, n);
  mixture = ag_mixture_estimator_estimate (estimator, model);
  g_assert_cmpuint (mixture->n_axes, ==, 2);
  g_assert_cmpfloat_with_epsilon (mixture->axes[0], 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (mixture->axes[N_TOP + 1], 1, 1e-6);
  g_assert_cmpuint (mixture->n_components, ==, 3);
  for (int k = 0; k < 3; k++)
    {
      g_assert_cmpfloat_with_epsilon (mixture->weights[k], weights[k], 1e-9);
      for (int a = 0; a < 2; a++)
        g_assert_cmpfloat_with_epsilon (mixture->means[2 * k + a], means[2 * k + a], 0.04);
    }
  for (int i = 0; i < 4; i++)
    g_assert_cmpfloat_with_epsilon (mixture->factor[i], factor[i], 0.02);

  /* What it says can be drawn from and be written. */
  ag_model_mixture_free (model->mixture);
  model->mixture = g_steal_pointer (&mixture);
  {
    float eps[N_DIMS];

    ag_mixture_sample_eps (model, 1, NULL, eps);
    g_assert_true (isfinite (eps[TOP]));
  }
}

/* From too few photos nothing is told; photos without numbers do not count. */
static void
test_few (void)
{
  g_autoptr (AgModel) model = model_for_photos ();
  g_autoptr (AgMixtureEstimator) estimator =
    ag_mixture_estimator_new (ag_glow_config (model->glow), N_LABELS, 100, NULL);
  float broken[N_DIMS] = { 0 };
  const gint8 labels[N_LABELS] = { 1, 1 };

  broken[TOP + 3] = NAN;
  for (int i = 0; i < 85; i++)
    ag_mixture_estimator_add (estimator, broken, labels);
  add_photos (estimator, 15);
  g_assert_null (ag_mixture_estimator_estimate (estimator, model));
}

/* Of very many photos some are kept, from the first to the last. */
static void
test_many (void)
{
  g_autoptr (AgModel) model = model_for_photos ();
  const guint n = 3 * AG_MIXTURE_MAX_COMPONENTS + 1;
  g_autoptr (AgMixtureEstimator) estimator =
    ag_mixture_estimator_new (ag_glow_config (model->glow), N_LABELS, n, NULL);
  g_autoptr (AgModelMixture) mixture = NULL;

  for (guint i = 0; i < n; i++)
    {
      float eps[N_DIMS];
      gint8 labels[N_LABELS];

      make_photo (i, labels, eps);
      labels[1] = i < n / 2 ? -1 : 1;
      ag_mixture_estimator_add (estimator, eps, labels);
    }
  mixture = ag_mixture_estimator_estimate (estimator, model);
  g_assert_cmpuint (mixture->n_components, ==, 4);
  /* Two in each half of the photos, of a quarter and of three quarters of it. */
  for (int k = 0; k < 4; k += 2)
    {
      g_assert_cmpfloat_with_epsilon (mixture->weights[k] + mixture->weights[k + 1], 0.5, 0.01);
      g_assert_cmpfloat_with_epsilon (fabs (mixture->weights[k] - mixture->weights[k + 1]), 0.25,
                                      0.02);
    }
}

void
add_mixture_tests (void)
{
  g_test_add_func ("/latent/mixture/plain", test_plain);
  g_test_add_func ("/latent/mixture/sample", test_sample);
  g_test_add_func ("/latent/mixture/estimate", test_estimate);
  g_test_add_func ("/latent/mixture/few", test_few);
  g_test_add_func ("/latent/mixture/many", test_many);
}
