/* test-gradient-parts.c: the gradient part by part, with parameters that change on the way
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>
#include <string.h>

#define BATCH 3

/* What is handed out, put together again. */
typedef struct
{
  ag_real *whole, *parameters;
  size_t below; /* where the last part began */
  int n_parts;
  gboolean adjoin;
} Parts;

/* Each thread takes its share, and makes the parameters useless: the pass is through with them. */
static void
collect (size_t offset, size_t n, const ag_real *gradient, AgTeam *team, int rank, void *data)
{
  Parts *parts = data;
  size_t begin = n * (size_t) rank / (size_t) ag_team_size (team);
  size_t end = n * ((size_t) rank + 1) / (size_t) ag_team_size (team);

  for (size_t i = begin; i < end; i++)
    {
      parts->whole[offset + i] = gradient[i];
      parts->parameters[offset + i] = (ag_real) NAN;
    }
  if (rank > 0)
    return;
  parts->adjoin = parts->adjoin && offset + n == parts->below;
  parts->below = offset;
  parts->n_parts++;
}

static void
check (const AgGlowConfig *config, AgGradientMode mode, int n_threads, gboolean keep)
{
  TestModel *model = test_model_new (config, BATCH, n_threads, 5);
  Parts parts = { .adjoin = TRUE };
  AgGradient *gradient;
  AgFlowError error = { 0 };
  double expected_log_p[BATCH], log_p[BATCH];
  g_autofree ag_real *expected = NULL;
  size_t n;

  parts.parameters = ag_glow_parameters (model->glow, &n);
  parts.below = n;
  parts.whole = test_reals (n);
  expected = test_reals (n);
  test_ok (ag_gradient_new (config, BATCH, mode, 0, model->pool, &gradient, &error), &error);
  if (keep)
    test_ok (ag_gradient_keep_boundaries (gradient, &error), &error);
  test_ok (ag_gradient_run (gradient, model->glow, model->x, model->classes, expected_log_p,
                            expected, NULL, NULL, &error),
           &error);
  test_ok (ag_gradient_run_by_parts (gradient, model->glow, model->x, model->classes, log_p,
                                     collect, &parts, NULL, &error),
           &error);
  g_assert_cmpmem (parts.whole, n * sizeof (ag_real), expected, n * sizeof (ag_real));
  g_assert_cmpmem (log_p, sizeof log_p, expected_log_p, sizeof expected_log_p);
  g_assert_true (parts.adjoin);
  g_assert_cmpuint (parts.below, ==, 0);
  g_assert_cmpint (parts.n_parts, ==, config->levels * (config->depth + 1));
  ag_gradient_free (gradient);
  g_free (parts.whole);
  test_model_free (model);
}

/* The same bytes as the whole gradient, each number once, whatever the model is. */
static void
test_same (void)
{
  for (int i = 0; i < 24; i++)
    {
      AgGlowConfig config = { 16, 16, 3, 1 + i % 3, 1 + i % 2, 24, 0, 0, 8, i % 5 == 0 ? 3 : 0 };

      config.coupling = (AgCoupling) (i % 3);
      config.permutation = (AgPermutation) (i / 3 % 4);
      config.width = i % 4 == 3 ? 2 : 24;
      check (&config, i % 2 ? AG_GRADIENT_REVERSED : AG_GRADIENT_STORED, 1 + i % 4, FALSE);
      check (&config, AG_GRADIENT_REVERSED, 2, TRUE);
    }
}

static void
refuse (size_t offset, size_t n, const ag_real *gradient, AgTeam *team, int rank, void *data)
{
  g_assert_not_reached ();
}

/* What is known to be wrong before the way back leaves the parameters alone. */
static void
test_nothing_given (void)
{
  const AgGlowConfig config = {
    16, 16, 3, 2, 2, 24, AG_COUPLING_AFFINE, AG_PERMUTATION_CONV, 8, 0
  };
  TestModel *model = test_model_new (&config, BATCH, 2, 5);
  AgGradient *gradient;
  AgFlowError error = { 0 };
  atomic_bool cancel = true;
  double log_p[BATCH];

  test_ok (
    ag_gradient_new (&config, BATCH, AG_GRADIENT_REVERSED, 0, model->pool, &gradient, &error),
    &error);
  g_assert_cmpint (ag_gradient_run_by_parts (gradient, model->glow, model->x, NULL, log_p, refuse,
                                             NULL, &cancel, &error),
                   ==, AG_ERROR_CANCELLED);
  model->x[0] = (ag_real) INFINITY;
  g_assert_cmpint (ag_gradient_run_by_parts (gradient, model->glow, model->x, NULL, log_p, refuse,
                                             NULL, NULL, &error),
                   ==, AG_ERROR_NOT_FINITE);
  test_set (model->glow, "level.1.step.0.permutation.weight", 1);
  g_assert_cmpint (ag_gradient_run_by_parts (gradient, model->glow, model->x, NULL, log_p, refuse,
                                             NULL, NULL, &error),
                   ==, AG_ERROR_SINGULAR);
  ag_gradient_free (gradient);
  test_model_free (model);
}

void
test_gradient_parts_add (void)
{
  g_test_add_func ("/flow/gradient/parts/same", test_same);
  g_test_add_func ("/flow/gradient/parts/nothing-given", test_nothing_given);
}
