/* test-initialize.c: data-dependent initialisation, measured by reference.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "reference.h"

typedef struct
{
  bool shifts; /* the steps' own actnorms only shift */
  int seen;
} Probe;

/* Every channel of every actnorm's output has mean 0 and variance 1, or mean 0 only. */
static void
check_moments (const char *name, const RefImages *images, gpointer data)
{
  Probe *probe = data;
  int rows = images->n * images->height * images->width, n = images->channels;

  probe->seen++;
  for (int j = 0; j < n; j++)
    {
      double mean = 0, square = 0;

      for (int p = 0; p < rows; p++)
        {
          mean += images->values[p * n + j] / rows;
          square += images->values[p * n + j] * images->values[p * n + j] / rows;
        }
      test_close_at (name, "the mean", mean, 0, TEST_TOLERANCE (1e-4, 1e-9));
      if (!probe->shifts || !g_str_has_suffix (name, ".actnorm"))
        test_close_at (name, "the variance", square - mean * mean, 1, TEST_TOLERANCE (1e-4, 1e-9));
    }
}

static void
show_reference (const TestModel *model, Probe *probe)
{
  size_t count = model->n_dims * (size_t) model->batch;
  Reference *reference = reference_new (model->glow);
  g_autofree double *x = g_new (double, count), *eps = g_new (double, count);
  g_autofree double *log_p = g_new (double, model->batch);

  for (size_t i = 0; i < count; i++)
    x[i] = (double) model->x[i];
  reference->probe = check_moments;
  reference->probe_data = probe;
  reference_encode (reference, model->batch, x, model->classes, eps, log_p);
  reference_free (reference);
}

static AgStatus
initialize (TestModel *model, AgGradientMode mode, const atomic_bool *cancel)
{
  AgGradient *gradient;
  AgFlowError error = { 0 };
  AgStatus status;

  test_ok (ag_gradient_new (ag_glow_config (model->glow), model->batch, mode, 0, model->pool,
                            &gradient, &error),
           &error);
  status = ag_gradient_initialize (gradient, model->glow, model->x, cancel, &error);
  ag_gradient_free (gradient);
  return status;
}

/* From a new model, and from one whose other layers do something already. */
static void
test_moments (void)
{
  for (int i = 0; i < 16; i++)
    {
      AgGlowConfig config = { .image_height = 16,
                              .image_width = 8 * (1 + i % 2),
                              .channels = i / 4 % 2 ? 3 : 1,
                              .levels = 1 + i % 3,
                              .depth = 1 + i / 2 % 3,
                              .width = 5 + 8 * (i % 3),
                              .coupling = (AgCoupling) (i % 3),
                              .permutation = (AgPermutation) (i / 2 % 4),
                              .n_bits = 8,
                              .classes = i / 8 * 2 };
      TestModel *model = test_model_new (&config, 12, 1 + i % 3, (guint64) i);
      Probe probe = { 0 };
      AgFlowError error = { 0 };

      if (i % 2 == 0)
        {
          ag_glow_free (model->glow);
          test_ok (ag_glow_new (&config, (guint64) i, &model->glow, &error), &error);
        }
      /* Values like those of a picture: neighbours alike, not centred. */
      for (size_t j = 1; j < 12 * model->n_dims; j++)
        model->x[j] =
          (ag_real) (0.6 * (double) model->x[j - 1] + 0.4 * (double) model->x[j] + 0.03);
      g_assert_cmpint (initialize (model, i % 3 ? AG_GRADIENT_STORED : AG_GRADIENT_REVERSED, NULL),
                       ==, AG_OK);
      test_ok (ag_glow_check (model->glow, &error), &error);
      show_reference (model, &probe);
      g_assert_cmpint (probe.seen, ==, 3 * config.levels * config.depth);
      test_model_free (model);
    }
}

/* Steps that only shift are volume preserving: with reversed channels and additive couplings the
 * variances of the input all arrive. */
static void
test_shifts (void)
{
  AgGlowConfig config = { 16, 16, 3, 2, 2, 12, AG_COUPLING_ADDITIVE, AG_PERMUTATION_REVERSE, 8, 0 };
  TestModel *model = test_model_new (&config, 12, 2, 5);
  Probe probe = { .shifts = true };
  AgGradient *gradient;
  AgFlowError error = { 0 };

  test_ok (
    ag_gradient_new (&config, model->batch, AG_GRADIENT_STORED, 0, model->pool, &gradient, &error),
    &error);
  test_ok (ag_gradient_initialize_shifts (gradient, model->glow, model->x, NULL, &error), &error);
  ag_gradient_free (gradient);
  for (int i = 0; i < ag_glow_n_tensors (model->glow); i++)
    {
      const AgTensor *tensor = ag_glow_tensor (model->glow, i);

      for (size_t k = 0; g_str_has_suffix (tensor->name, ".actnorm.logs") && k < tensor->count; k++)
        g_assert_true (tensor->values[k] == 0);
    }
  show_reference (model, &probe);
  g_assert_cmpint (probe.seen, ==, 3 * config.levels * config.depth);
  test_model_free (model);
}

/* The same whatever was there before, whoever computes it and how often. */
static void
test_repeatable (void)
{
  AgGlowConfig config = { 16, 16, 3, 2, 2, 20, AG_COUPLING_AFFINE, AG_PERMUTATION_LU, 8, 0 };
  g_autofree ag_real *first = NULL;

  for (int n_threads = 1; n_threads <= 3; n_threads++)
    for (int again = 0; again < 2; again++)
      {
        TestModel *model = test_model_new (&config, 4, n_threads, 3);
        size_t n;
        ag_real *parameters;

        if (again)
          {
            test_perturb (model->glow, ".actnorm", 1, 8);
            g_assert_cmpint (initialize (model, AG_GRADIENT_STORED, NULL), ==, AG_OK);
          }
        g_assert_cmpint (initialize (model, AG_GRADIENT_STORED, NULL), ==, AG_OK);
        parameters = ag_glow_parameters (model->glow, &n);
        if (first == NULL)
          first = g_memdup2 (parameters, n * sizeof *parameters);
        g_assert_cmpmem (parameters, n * sizeof *parameters, first, n * sizeof *parameters);
        test_model_free (model);
      }
}

/* Blank pictures have no variance to divide by; a blank channel among others neither. */
static void
test_constant (void)
{
  static const double constants[] = { 0, 0.25, -0.498 };

  for (size_t c = 0; c < G_N_ELEMENTS (constants); c++)
    for (int one_channel = 0; one_channel <= 1; one_channel++)
      {
        AgGlowConfig config = {
          16, 16, 3, 2, 3, 20, AG_COUPLING_AFFINE, AG_PERMUTATION_CONV, 8, 0
        };
        TestModel *model = test_model_new (&config, 2, 2, 3);
        g_autofree ag_real *eps = NULL;
        double log_p[2];
        AgFlowError error = { 0 };

        for (size_t i = 0; i < 2 * model->n_dims; i++)
          if (!one_channel || i % 3 == 1)
            model->x[i] = (ag_real) constants[c];
        g_assert_cmpint (initialize (model, AG_GRADIENT_REVERSED, NULL), ==, AG_OK);
        test_ok (ag_glow_check (model->glow, &error), &error);
        eps = test_encode (model, log_p);
        for (size_t i = 0; i < 2 * model->n_dims; i++)
          g_assert_true (isfinite (eps[i]));
        g_assert_true (isfinite (log_p[0]) && isfinite (log_p[1]));
        test_model_free (model);
      }
}

static void
test_cancel (void)
{
  AgGlowConfig config = { 16, 16, 3, 2, 2, 20, AG_COUPLING_AFFINE, AG_PERMUTATION_LU, 8, 0 };
  TestModel *model = test_model_new (&config, 2, 2, 3);
  atomic_bool cancel = true;

  g_assert_cmpint (initialize (model, AG_GRADIENT_STORED, &cancel), ==, AG_ERROR_CANCELLED);
  atomic_store (&cancel, false);
  g_assert_cmpint (initialize (model, AG_GRADIENT_STORED, &cancel), ==, AG_OK);
  test_model_free (model);
}

void
test_initialize_add (void)
{
  g_test_add_func ("/flow/initialize/moments", test_moments);
  g_test_add_func ("/flow/initialize/shifts", test_shifts);
  g_test_add_func ("/flow/initialize/repeatable", test_repeatable);
  g_test_add_func ("/flow/initialize/constant", test_constant);
  g_test_add_func ("/flow/initialize/cancel", test_cancel);
}
