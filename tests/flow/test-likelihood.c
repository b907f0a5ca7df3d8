/* test-likelihood.c: ln p(x), against the determinant of the whole flow's Jacobian
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>

#include "reference.h"

/* In double the library's own latents are differenced; in float that would show rounding only, so
 * there it is the reference's, which agree with them. */
static void
encode_in_double (TestModel *model,
                  const Reference *reference,
                  const double *x,
                  double *eps,
                  double *log_p)
{
  if (!TEST_IS_DOUBLE)
    reference_encode (reference, 1, x, model->classes, eps, log_p);
  else
    {
      g_autofree ag_real *got = NULL;

      for (size_t i = 0; i < model->n_dims; i++)
        model->x[i] = (ag_real) x[i];
      got = test_encode (model, log_p);
      for (size_t i = 0; i < model->n_dims; i++)
        eps[i] = (double) got[i];
    }
}

/* sum ln N(eps; 0, 1) + ln abs det d eps / d x */
static double
brute_force_log_p (TestModel *model)
{
  int n = (int) model->n_dims;
  g_autofree double *jacobian = g_new (double, n *n), *x = g_new (double, n);
  g_autofree double *above = g_new (double, n), *below = g_new (double, n);
  Reference *reference = reference_new (model->glow);
  double h = 1e-5, sum = 0, log_p;

  for (int i = 0; i < n; i++)
    x[i] = (double) model->x[i];
  for (int j = 0; j < n; j++)
    {
      double middle = x[j];

      x[j] = middle + h;
      encode_in_double (model, reference, x, above, &log_p);
      x[j] = middle - h;
      encode_in_double (model, reference, x, below, &log_p);
      x[j] = middle;
      for (int i = 0; i < n; i++)
        jacobian[i * n + j] = (above[i] - below[i]) / (2 * h);
    }
  encode_in_double (model, reference, x, above, &log_p);
  for (int i = 0; i < n; i++)
    sum -= 0.5 * (log (2 * G_PI) + above[i] * above[i]);
  reference_free (reference);
  return sum + reference_log_abs_det (n, jacobian);
}

static void
test_jacobian (void)
{
  static const AgGlowConfig configs[] = { { 4, 4, 1, 2, 2, 7, 0, 0, 8, 0 },
                                          { 4, 2, 3, 1, 2, 5, 0, 0, 8, 0 },
                                          { 4, 4, 3, 2, 1, 9, 0, 0, 5, 2 } };

  for (int i = 0; i < 24; i++)
    {
      AgGlowConfig config = configs[i / 8];
      TestModel *model;
      double log_p;

      config.coupling = (AgCoupling) (i % 3);
      config.permutation = (AgPermutation) (i / 2 % 4);
      model = test_model_new (&config, 1, 1, (guint64) i);
      g_free (test_encode (model, &log_p));
      test_close (log_p, brute_force_log_p (model), TEST_TOLERANCE (1e-3, 1e-6));
      test_model_free (model);
    }
}

static void
test_bits_per_dim (void)
{
  AgGlowConfig config = { 16, 8, 3, 2, 2, 7, 0, 0, 8, 0 };
  double n = 16 * 8 * 3;

  for (int n_bits = 1; n_bits <= 8; n_bits++)
    {
      config.n_bits = n_bits;
      /* A density of 1 everywhere tells nothing: every bit has to be sent. */
      test_close (ag_bits_per_dim (&config, 0), n_bits, 1e-12);
      test_close (ag_bits_per_dim (&config, 100),
                  -(100 - n * log (pow (2, n_bits))) / (n * log (2)), 1e-12);
    }
}

/* A class changes the density and nothing else. */
static void
test_classes (void)
{
  AgGlowConfig config = { 8, 8, 3, 2, 1, 9, AG_COUPLING_AFFINE, AG_PERMUTATION_CONV, 8, 3 };
  TestModel *model = test_model_new (&config, 3, 1, 4);
  double log_p[3];
  AgGlowLevel top = ag_glow_level (model->glow, 1);
  size_t n = model->n_dims;
  g_autofree ag_real *eps = NULL;

  for (size_t i = 0; i < n; i++)
    model->x[n + i] = model->x[2 * n + i] = model->x[i];
  for (int i = 0; i < 3; i++)
    model->classes[i] = i;
  eps = test_encode (model, log_p);
  for (size_t i = 1; i < 3; i++)
    {
      g_assert_cmpfloat (fabs (log_p[i] - log_p[0]), >, 1);
      g_assert_cmpmem (eps, top.eps_offset * sizeof *eps, eps + i * n,
                       top.eps_offset * sizeof *eps);
      g_assert_cmpfloat (
        test_max_difference (eps + top.eps_offset, eps + i * n + top.eps_offset, top.eps_count), >,
        0.1);
    }
  test_model_free (model);
}

/* What a new model says before training is known exactly: rotations and a standard normal. */
static void
test_start (void)
{
  for (int permutation = 0; permutation < 4; permutation++)
    {
      AgGlowConfig config = { 8, 8, 3, 3, 2, 9, AG_COUPLING_ADDITIVE, 0, 8, 0 };
      TestModel *model;
      AgFlowError error = { 0 };
      double log_p, expected = 0;

      config.permutation = (AgPermutation) permutation;
      model = test_model_new (&config, 1, 1, 4);
      ag_glow_free (model->glow);
      test_ok (ag_glow_new (&config, 6, &model->glow, &error), &error);
      g_free (test_encode (model, &log_p));
      for (size_t i = 0; i < model->n_dims; i++)
        expected -= 0.5 * (log (2 * G_PI) + (double) model->x[i] * (double) model->x[i]);
      test_close (log_p, expected, TEST_TOLERANCE (1e-3, 1e-10));
      test_model_free (model);
    }
}

/* An additive model that has been given bounded scales is the function it was; one that has scales
 * already cannot be given them. */
static void
test_grown (void)
{
  AgGlowConfig config = { .image_height = 8,
                          .image_width = 16,
                          .channels = 3,
                          .levels = 2,
                          .depth = 2,
                          .width = 8,
                          .permutation = AG_PERMUTATION_LU,
                          .n_bits = 5 };
  TestModel *model = test_model_new (&config, 2, 2, 11);
  size_t n = 2 * model->n_dims;
  AgGlow *additive = model->glow, *grown, *again;
  double expected_p[2], got_p[2];
  g_autofree ag_real *expected = test_encode (model, expected_p), *got = NULL;
  AgFlowError error = { 0 };

  test_ok (ag_glow_copy_bounded (additive, &grown, &error), &error);
  test_ok (ag_glow_check (grown, &error), &error);
  model->glow = grown;
  got = test_encode (model, got_p);
  test_close (test_max_difference (got, expected, n), 0, TEST_IS_DOUBLE ? 1e-12 : 1e-5);
  for (int i = 0; i < 2; i++)
    test_close (got_p[i] / expected_p[i], 1, TEST_IS_DOUBLE ? 1e-12 : 1e-6);
  g_assert_cmpint (ag_glow_copy_bounded (grown, &again, &error), ==, AG_ERROR_ARGUMENT);
  test_perturb (grown, ".coupling.conv3.weight", 0.1, 12);
  g_free (got);
  got = test_encode (model, NULL);
  g_assert_cmpfloat (test_max_difference (got, expected, n), >, 0.01);
  ag_glow_free (additive);
  test_model_free (model);
}

void
test_likelihood_add (void)
{
  g_test_add_func ("/flow/likelihood/jacobian", test_jacobian);
  g_test_add_func ("/flow/likelihood/bits-per-dim", test_bits_per_dim);
  g_test_add_func ("/flow/likelihood/classes", test_classes);
  g_test_add_func ("/flow/likelihood/start", test_start);
  g_test_add_func ("/flow/likelihood/grown", test_grown);
}
