/* test-gradient.c: training passes: modes, threads, memory, refusals, cancelling
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "ag-gradient-private.h"

static const AgGlowConfig usual = {
  16, 16, 3, 2, 3, 24, AG_COUPLING_AFFINE, AG_PERMUTATION_LU, 8, 3
};

typedef struct
{
  size_t n_parameters, n_inputs;
  ag_real *parameters, *input;
  double log_p[8];
  double drift;
} Result;

static AgGradient *
gradient_new (const TestModel *model, AgGradientMode mode, AgPool *pool)
{
  AgGradient *gradient;
  AgFlowError error = { 0 };

  test_ok (
    ag_gradient_new (ag_glow_config (model->glow), model->batch, mode, 0, pool, &gradient, &error),
    &error);
  g_assert_cmpint (ag_gradient_mode (gradient), ==, mode);
  return gradient;
}

static AgStatus
run (AgGradient *gradient, const TestModel *model, Result *result, const atomic_bool *cancel)
{
  return ag_gradient_run (gradient, model->glow, model->x, model->classes, result->log_p,
                          result->parameters, result->input, cancel, NULL);
}

static Result
result_new (const TestModel *model)
{
  Result result = { .n_inputs = model->n_dims * (size_t) model->batch };

  ag_glow_parameters (model->glow, &result.n_parameters);
  result.parameters = test_reals (result.n_parameters);
  result.input = test_reals (result.n_inputs);
  return result;
}

static void
result_clear (Result *result)
{
  g_free (result->parameters);
  g_free (result->input);
}

static Result
compute (const TestModel *model, AgGradientMode mode, int n_threads)
{
  Result result = result_new (model);
  AgPool *pool;
  AgGradient *gradient;
  AgFlowError error = { 0 };

  test_ok (ag_pool_new (n_threads, &pool, &error), &error);
  gradient = gradient_new (model, mode, pool);
  g_assert_cmpint (run (gradient, model, &result, NULL), ==, AG_OK);
  result.drift = ag_gradient_drift (gradient);
  ag_gradient_free (gradient);
  ag_pool_free (pool);
  return result;
}

/* Parameters' gradients are made of sums that are rounded to multiples of AG_SUM_UNIT. */
static void
assert_similar (const TestModel *model, const Result *a, const Result *b, double tolerance)
{
  for (int t = 0; t < ag_glow_n_tensors (model->glow); t++)
    {
      const AgTensor *tensor = ag_glow_tensor (model->glow, t);

      if (tensor->trainable)
        test_close_at (tensor->name, "largest difference",
                       test_max_difference (a->parameters + tensor->offset,
                                            b->parameters + tensor->offset, tensor->count),
                       0,
                       tolerance * test_max_abs (b->parameters + tensor->offset, tensor->count) +
                         16 * AG_SUM_UNIT);
    }
  test_close (test_max_difference (a->input, b->input, a->n_inputs), 0,
              tolerance * test_max_abs (b->input, b->n_inputs));
  for (int i = 0; i < model->batch; i++)
    test_close (a->log_p[i], b->log_p[i], tolerance * (double) model->n_dims);
}

static void
assert_same_bytes (const TestModel *model, const Result *a, const Result *b)
{
  g_assert_cmpmem (a->parameters, a->n_parameters * sizeof (ag_real), b->parameters,
                   a->n_parameters * sizeof (ag_real));
  g_assert_cmpmem (a->input, a->n_inputs * sizeof (ag_real), b->input,
                   a->n_inputs * sizeof (ag_real));
  g_assert_cmpmem (a->log_p, (size_t) model->batch * sizeof (double), b->log_p,
                   (size_t) model->batch * sizeof (double));
}

/* Kept or recomputed activations give the same gradients, and the likelihood is that of encoding.
 */
static void
test_modes (void)
{
  for (int i = 0; i < 12; i++)
    {
      AgGlowConfig config = usual;
      TestModel *model;
      Result stored, reversed;
      double log_p[3];

      config.coupling = (AgCoupling) (i % 3);
      config.permutation = (AgPermutation) (i / 3);
      model = test_model_new (&config, 3, 1, (guint64) i);
      stored = compute (model, AG_GRADIENT_STORED, 2);
      reversed = compute (model, AG_GRADIENT_REVERSED, 2);
      assert_similar (model, &stored, &reversed, TEST_TOLERANCE (1e-3, 1e-10));
      g_assert_cmpfloat (stored.drift, ==, 0);
      g_assert_cmpfloat (reversed.drift, <, TEST_TOLERANCE (1e-4, 1e-12));
      g_assert_cmpfloat (reversed.drift, >, 0);
      g_free (test_encode (model, log_p));
      for (int j = 0; j < 3; j++)
        test_close (stored.log_p[j], log_p[j],
                    (double) model->n_dims * TEST_TOLERANCE (1e-5, 1e-13));
      result_clear (&stored);
      result_clear (&reversed);
      test_model_free (model);
    }
}

/* The third way: outputs of steps are kept, what is inside them is recomputed. */
static void
test_boundaries (void)
{
  for (int i = 0; i < 4; i++)
    {
      AgGlowConfig config = usual;
      TestModel *model;
      AgGradient *gradient;
      Result stored, result;
      AgFlowError error = { 0 };

      config.coupling = (AgCoupling) (i % 3);
      config.depth = 1 + i;
      model = test_model_new (&config, 3, 2, (guint64) i);
      stored = compute (model, AG_GRADIENT_STORED, 2);
      result = result_new (model);
      gradient = gradient_new (model, AG_GRADIENT_REVERSED, model->pool);
      if (i / 2)
        g_assert_cmpint (run (gradient, model, &result, NULL), ==, AG_OK);
      test_ok (ag_gradient_keep_boundaries (gradient, &error), &error);
      test_ok (ag_gradient_keep_boundaries (gradient, &error), &error);
      for (int again = 0; again < 2; again++)
        {
          g_assert_cmpint (run (gradient, model, &result, NULL), ==, AG_OK);
          /* Nothing went through an inverse. */
          assert_similar (model, &result, &stored, TEST_TOLERANCE (1e-6, 1e-14));
          g_assert_cmpfloat (ag_gradient_drift (gradient), ==, 0);
        }
      ag_gradient_free (gradient);
      result_clear (&stored);
      result_clear (&result);
      test_model_free (model);
    }
}

/* The same bytes for any number of threads up to that of the images, whether shares are whole
 * images or not; with more of them, for the same number. */
static void
check_threads (const AgGlowConfig *config, int batch, AgGradientMode mode)
{
  TestModel *model = test_model_new (config, batch, 1, 9);
  Result one = compute (model, mode, 1);

  for (int n_threads = 1; n_threads <= batch + 2; n_threads++)
    {
      Result first = compute (model, mode, n_threads);

      if (n_threads <= batch)
        {
          /* The likelihood of an image that two threads share is added up in another order. */
          for (int i = 0; i < batch; i++)
            {
              test_close (first.log_p[i], one.log_p[i], 1e-12 * fabs (one.log_p[i]));
              first.log_p[i] = one.log_p[i];
            }
          assert_same_bytes (model, &first, &one);
        }
      else
        {
          Result again = compute (model, mode, n_threads);

          assert_same_bytes (model, &first, &again);
          assert_similar (model, &first, &one, TEST_TOLERANCE (3e-5, 1e-12));
          result_clear (&again);
        }
      result_clear (&first);
    }
  result_clear (&one);
  test_model_free (model);
}

static void
test_threads (void)
{
  for (int i = 0; i < 6; i++)
    {
      AgGlowConfig config = usual;

      config.coupling = (AgCoupling) (i % 3);
      config.permutation = (AgPermutation) (i % 4);
      config.levels = 1 + i % 3;
      config.classes = i % 2 ? 3 : 0;
      check_threads (&config, 1 + (i + 2) % 5, i / 3 ? AG_GRADIENT_STORED : AG_GRADIENT_REVERSED);
    }
}

/* Images of several blocks each. */
static void
test_threads_blocks (void)
{
  const AgGlowConfig config = {
    80, 72, 1, 2, 1, 6, AG_COUPLING_ADDITIVE, AG_PERMUTATION_CONV, 8, 0
  };

  check_threads (&config, 3, AG_GRADIENT_STORED);
}

/* One gradient used again and again, with other parameters in between, without the input's part. */
static void
test_reuse (void)
{
  TestModel *model = test_model_new (&usual, 2, 2, 9);
  AgGradient *gradient = gradient_new (model, AG_GRADIENT_STORED, model->pool);
  Result first = result_new (model), other = result_new (model), again = result_new (model);
  AgFlowError error = { 0 };
  size_t n;
  ag_real *parameters = ag_glow_parameters (model->glow, &n);
  g_autofree ag_real *kept = test_reals (n);

  g_assert_cmpint (run (gradient, model, &first, NULL), ==, AG_OK);
  memcpy (kept, parameters, n * sizeof *kept);
  test_perturb (model->glow, "", 0.01, 1);
  g_assert_cmpint (run (gradient, model, &other, NULL), ==, AG_OK);
  g_assert_cmpfloat (test_max_difference (first.parameters, other.parameters, n), >, 1e-3);
  memcpy (parameters, kept, n * sizeof *kept);
  test_ok (ag_gradient_run (gradient, model->glow, model->x, model->classes, again.log_p,
                            again.parameters, NULL, NULL, &error),
           &error);
  g_assert_cmpfloat (test_max_abs (again.input, again.n_inputs), ==, 0);
  memcpy (again.input, first.input, first.n_inputs * sizeof *first.input);
  assert_same_bytes (model, &first, &again);
  result_clear (&first);
  result_clear (&other);
  result_clear (&again);
  ag_gradient_free (gradient);
  test_model_free (model);
}

static void
test_cancel (void)
{
  TestModel *model = test_model_new (&usual, 2, 2, 9);

  for (int mode = AG_GRADIENT_STORED; mode <= AG_GRADIENT_REVERSED; mode++)
    {
      AgGradient *gradient = gradient_new (model, (AgGradientMode) mode, model->pool);
      Result result = result_new (model), after = result_new (model);
      atomic_bool cancel = true;

      g_assert_cmpint (run (gradient, model, &result, NULL), ==, AG_OK);
      g_assert_cmpint (run (gradient, model, &after, &cancel), ==, AG_ERROR_CANCELLED);
      atomic_store (&cancel, false);
      g_assert_cmpint (run (gradient, model, &after, &cancel), ==, AG_OK);
      assert_same_bytes (model, &result, &after);
      result_clear (&result);
      result_clear (&after);
      ag_gradient_free (gradient);
    }
  test_model_free (model);
}

static gpointer
cancel_on_and_off (gpointer data)
{
  atomic_bool *flags = data;

  while (!atomic_load (&flags[1]))
    {
      atomic_store (&flags[0], true);
      g_thread_yield ();
      atomic_store (&flags[0], false);
      g_thread_yield ();
    }
  return NULL;
}

static void
test_cancel_meanwhile (void)
{
  TestModel *model = test_model_new (&usual, 2, 2, 9);
  AgGradient *gradient = gradient_new (model, AG_GRADIENT_REVERSED, model->pool);
  Result expected = result_new (model), result = result_new (model);
  atomic_bool flags[2] = { false, false };
  GThread *thread;

  g_assert_cmpint (run (gradient, model, &expected, NULL), ==, AG_OK);
  thread = g_thread_new ("cancel", cancel_on_and_off, flags);
  for (int i = 0; i < 60; i++)
    {
      AgStatus status = run (gradient, model, &result, &flags[0]);

      g_assert_true (status == AG_OK || status == AG_ERROR_CANCELLED);
      if (status == AG_OK)
        assert_same_bytes (model, &result, &expected);
    }
  atomic_store (&flags[1], true);
  g_thread_join (thread);
  result_clear (&expected);
  result_clear (&result);
  ag_gradient_free (gradient);
  test_model_free (model);
}

static void
test_arguments (void)
{
  static const int bad_classes[] = { 0, 3 };
  TestModel *model = test_model_new (&usual, 2, 1, 9);
  AgGlowConfig other = usual;
  AgGradient *gradient;
  Result result = result_new (model);
  AgFlowError error = { 0 };

  for (int batch = -1; batch <= 0; batch++)
    {
      gradient = (void *) model;
      g_assert_cmpint (
        ag_gradient_new (&usual, batch, AG_GRADIENT_STORED, 0, model->pool, &gradient, &error), ==,
        AG_ERROR_ARGUMENT);
      g_assert_null (gradient);
    }
  /* More pixels than are counted. */
  other = (AgGlowConfig){ 4096, 4096, 1, 1, 1, 1, 0, 0, 8, 0 };
  g_assert_cmpint (
    ag_gradient_new (&other, 1024, AG_GRADIENT_STORED, 0, model->pool, &gradient, &error), ==,
    AG_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error.message, "1024 images"));
  other = usual;
  other.depth = 0;
  g_assert_cmpint (
    ag_gradient_new (&other, 2, AG_GRADIENT_STORED, 0, model->pool, &gradient, &error), ==,
    AG_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error.message, "depth"));

  gradient = gradient_new (model, AG_GRADIENT_STORED, model->pool);
  g_assert_cmpint (ag_gradient_run (gradient, model->glow, model->x, NULL, result.log_p,
                                    result.parameters, NULL, NULL, &error),
                   ==, AG_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error.message, "class"));
  g_assert_cmpint (ag_gradient_run (gradient, model->glow, model->x, bad_classes, result.log_p,
                                    result.parameters, NULL, NULL, &error),
                   ==, AG_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error.message, "image 1"));
  ag_gradient_free (gradient);

  other = usual;
  other.width++;
  test_ok (ag_gradient_new (&other, 2, AG_GRADIENT_STORED, 0, model->pool, &gradient, &error),
           &error);
  g_assert_cmpint (run (gradient, model, &result, NULL), ==, AG_ERROR_ARGUMENT);
  g_assert_cmpint (ag_gradient_initialize (gradient, model->glow, model->x, NULL, &error), ==,
                   AG_ERROR_ARGUMENT);
  ag_gradient_free (gradient);
  ag_gradient_free (NULL);
  result_clear (&result);
  test_model_free (model);
}

/* As a training run that went wrong would meet them. */
static void
test_bad_numbers (void)
{
  AgGlowConfig config = usual;
  TestModel *model;
  AgGradient *gradient;
  Result expected, result;
  ag_real kept;

  config.permutation = AG_PERMUTATION_CONV;
  config.depth = 1;
  model = test_model_new (&config, 2, 2, 9);
  gradient = gradient_new (model, AG_GRADIENT_STORED, model->pool);
  expected = result_new (model);
  result = result_new (model);
  g_assert_cmpint (run (gradient, model, &expected, NULL), ==, AG_OK);

  kept = model->x[5];
  model->x[5] = (ag_real) NAN;
  g_assert_cmpint (run (gradient, model, &result, NULL), ==, AG_OK);
  g_assert_false (isfinite (result.log_p[0]));
  g_assert_true (isfinite (result.log_p[1]));
  model->x[5] = kept;

  for (int t = 0; t < ag_glow_n_tensors (model->glow); t++)
    {
      const AgTensor *tensor = ag_glow_tensor (model->glow, t);
      gboolean finite = TRUE;
      AgStatus status;

      if (!tensor->trainable)
        continue;
      kept = tensor->values[0];
      tensor->values[0] = (ag_real) NAN;
      status = run (gradient, model, &result, NULL);
      for (int i = 0; i < model->batch; i++)
        finite = finite && isfinite (result.log_p[i]);
      finite = finite && isfinite (test_max_difference (result.parameters, expected.parameters,
                                                        expected.n_parameters));
      if (status == AG_OK && finite)
        g_error ("NaN in %s goes unnoticed", tensor->name);
      tensor->values[0] = kept;
    }
  g_assert_cmpint (run (gradient, model, &result, NULL), ==, AG_OK);
  assert_same_bytes (model, &result, &expected);
  result_clear (&expected);
  result_clear (&result);
  ag_gradient_free (gradient);
  test_model_free (model);
}

static void
test_singular (void)
{
  AgGlowConfig config = usual;
  TestModel *model;
  AgGradient *gradient;
  Result result;
  AgFlowError error = { 0 };

  config.permutation = AG_PERMUTATION_CONV;
  model = test_model_new (&config, 2, 2, 9);
  gradient = gradient_new (model, AG_GRADIENT_STORED, model->pool);
  result = result_new (model);
  test_set (model->glow, "level.1.step.0.permutation.weight", 0);
  g_assert_cmpint (ag_gradient_run (gradient, model->glow, model->x, model->classes, result.log_p,
                                    result.parameters, NULL, NULL, &error),
                   ==, AG_ERROR_SINGULAR);
  g_assert_nonnull (strstr (error.message, "level 1, step 0"));
  result_clear (&result);
  ag_gradient_free (gradient);
  test_model_free (model);
}

/* What is estimated is what is taken, for odd shapes as well. */
static void
test_memory (void)
{
  AgFlowError error = { 0 };

  for (int i = 0; i < 48; i++)
    {
      AgGlowConfig config = { 8 * (1 + i % 2),
                              8,
                              1 + i / 2 % 2 * 2,
                              1 + i % 3,
                              1 + i % 4,
                              7,
                              (AgCoupling) (i / 3 % 2),
                              (AgPermutation) (i % 4),
                              8,
                              i % 3 };
      int n_threads = 1 + i % 3, batch = 1 + i % 5;
      AgGradientMode mode = i / 4 % 2 ? AG_GRADIENT_STORED : AG_GRADIENT_REVERSED;
      AgPool *pool;
      AgGradient *gradient;

      config.width = 7 + 13 * (i % 4);
      test_ok (ag_pool_new (n_threads, &pool, &error), &error);
      test_ok (ag_gradient_new (&config, batch, mode, 0, pool, &gradient, &error), &error);
      g_assert_cmpuint (gradient->arena.used, ==,
                        ag_gradient_memory (&config, batch, mode, n_threads));
      ag_gradient_free (gradient);
      ag_pool_free (pool);
    }
}

static size_t
memory (int depth, int batch, AgGradientMode mode)
{
  AgGlowConfig config = usual;

  config.depth = depth;
  return ag_gradient_memory (&config, batch, mode, 2);
}

/* Without kept activations more steps need room for their weights, however many images there
 * are; with them it is the images that count. */
static void
test_memory_by_depth (void)
{
  size_t one = memory (16, 1, AG_GRADIENT_REVERSED) - memory (4, 1, AG_GRADIENT_REVERSED);
  size_t many = memory (16, 64, AG_GRADIENT_REVERSED) - memory (4, 64, AG_GRADIENT_REVERSED);
  size_t stored = memory (16, 64, AG_GRADIENT_STORED) - memory (4, 64, AG_GRADIENT_STORED);

  g_assert_cmpuint (one, ==, many);
  g_assert_cmpuint (stored, >, 20 * many);
}

static void
test_auto (void)
{
  TestModel *model = test_model_new (&usual, 2, 1, 9);
  size_t needed = ag_gradient_memory (&usual, 2, AG_GRADIENT_STORED, 1);
  AgGradient *gradient;
  AgFlowError error = { 0 };

  for (size_t short_by = 0; short_by <= 1; short_by++)
    {
      test_ok (ag_gradient_new (&usual, 2, AG_GRADIENT_AUTO, needed - short_by, model->pool,
                                &gradient, &error),
               &error);
      g_assert_cmpint (ag_gradient_mode (gradient), ==,
                       short_by ? AG_GRADIENT_REVERSED : AG_GRADIENT_STORED);
      ag_gradient_free (gradient);
    }
  test_model_free (model);
}

void
test_gradient_add (void)
{
  g_test_add_func ("/flow/gradient/modes", test_modes);
  g_test_add_func ("/flow/gradient/boundaries", test_boundaries);
  g_test_add_func ("/flow/gradient/threads", test_threads);
  g_test_add_func ("/flow/gradient/threads/blocks", test_threads_blocks);
  g_test_add_func ("/flow/gradient/reuse", test_reuse);
  g_test_add_func ("/flow/gradient/cancel", test_cancel);
  g_test_add_func ("/flow/gradient/cancel/meanwhile", test_cancel_meanwhile);
  g_test_add_func ("/flow/gradient/arguments", test_arguments);
  g_test_add_func ("/flow/gradient/bad-numbers", test_bad_numbers);
  g_test_add_func ("/flow/gradient/singular", test_singular);
  g_test_add_func ("/flow/gradient/memory", test_memory);
  g_test_add_func ("/flow/gradient/memory/depth", test_memory_by_depth);
  g_test_add_func ("/flow/gradient/auto", test_auto);
}
