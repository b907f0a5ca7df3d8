/* test-optimizer.c: Adam and Adamax against the formulas of the paper, in double
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-optimizer.h"

#include <math.h>
#include <string.h>

#include "test-train.h"

#define N_STEPS 25

/* Kingma & Ba 2015, algorithms 1 and 2, a number at a time. */
static void
reference (const AgOptimizerStep *s, double *p, double *m, double *v, double *a, double g)
{
  const double epsilon = 1e-8;

  g *= s->scale;
  *m = s->beta1 * *m + (1 - s->beta1) * g;
  if (s->kind == AG_OPTIMIZER_ADAM)
    {
      double m_hat, v_hat;

      *v = s->beta2 * *v + (1 - s->beta2) * g * g;
      m_hat = *m / (1 - pow (s->beta1, (double) s->t));
      v_hat = *v / (1 - pow (s->beta2, (double) s->t));
      *p -= s->learning_rate * m_hat / (sqrt (v_hat) + epsilon);
    }
  else
    {
      *v = fmax (s->beta2 * *v, fabs (g));
      *p -= s->learning_rate / (1 - pow (s->beta1, (double) s->t)) * *m / (*v + epsilon);
    }
  *a = s->average_decay * *a + (1 - s->average_decay) * *p;
}

static double
gradient_at (size_t i, uint64_t t)
{
  double scale = pow (10, (double) (i % 7) - 4);

  return scale * (sin (0.7 * (double) i + 0.3 * (double) t) + 0.2);
}

static void
check (AgOptimizerKind kind, size_t n, int n_threads)
{
  ag_real *vectors = g_new0 (ag_real, 5 * n);
  double *references = g_new0 (double, 4 * n);
  AgFlowError error;
  AgPool *pool;
  AgOptimizerStep step = {
    .kind = kind,
    .n = n,
    .parameters = vectors,
    .m = vectors + n,
    .v = vectors + 2 * n,
    .average = vectors + 3 * n,
    .beta1 = 0.9,
    .beta2 = 0.99,
  };

  g_assert_cmpint (ag_pool_new (n_threads, &pool, &error), ==, AG_OK);
  for (uint64_t t = 1; t <= N_STEPS; t++)
    {
      step.t = t;
      step.learning_rate = 1e-2 / (double) t;
      step.average_decay = ag_average_decay (0.95, t);
      step.scale = t % 3 == 0 ? 0.25 : 1;
      for (size_t i = 0; i < n; i++)
        vectors[4 * n + i] = (ag_real) gradient_at (i, t);
      for (size_t i = 0; i < n; i++)
        reference (&step, &references[4 * i], &references[4 * i + 1], &references[4 * i + 2],
                   &references[4 * i + 3], vectors[4 * n + i]);
      ag_optimizer_run (&step, vectors + 4 * n, pool);
    }
  for (size_t i = 0; i < n; i++)
    for (size_t k = 0; k < 4; k++)
      g_assert_cmpfloat (fabs (vectors[k * n + i] - references[4 * i + k]), <,
                         5e-6 + 1e-4 * fabs (references[4 * i + k]));
  ag_pool_free (pool);
  g_free (vectors);
  g_free (references);
}

static void
test_formulas (void)
{
  static const size_t sizes[] = { 1, 7, 1024, 1025, 5000, 70001 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (int n_threads = 1; n_threads <= 3; n_threads++)
      {
        check (AG_OPTIMIZER_ADAM, sizes[i], n_threads);
        check (AG_OPTIMIZER_ADAMAX, sizes[i], n_threads);
      }
}

/* The first step of Adam is the learning rate in the direction of the gradient's sign, whatever
 * its size: known without any formula of ours. */
static void
test_first_step (void)
{
  ag_real p[3] = { 1, 2, 3 }, m[3] = { 0 }, v[3] = { 0 };
  const ag_real g[3] = { 100, -0.001f, 0 };
  AgOptimizerStep step = { .n = 3,
                           .parameters = p,
                           .m = m,
                           .v = v,
                           .t = 1,
                           .learning_rate = 0.125,
                           .beta1 = 0.9,
                           .beta2 = 0.999,
                           .scale = 1 };
  AgFlowError error;
  AgPool *pool;

  g_assert_cmpint (ag_pool_new (1, &pool, &error), ==, AG_OK);
  ag_optimizer_run (&step, g, pool);
  g_assert_cmpfloat (fabs (p[0] - 0.875), <, 1e-5);
  g_assert_cmpfloat (fabs (p[1] - 2.125), <, 1e-4);
  g_assert_cmpfloat (p[2], ==, 3);
  ag_pool_free (pool);
}

static void
test_norm (void)
{
  const size_t n = 100003;
  g_autofree ag_real *x = g_new (ag_real, n);
  AgFlowError error;
  AgPool *pool;
  double sum = 0, norm, first = 0;

  for (size_t i = 0; i < n; i++)
    {
      x[i] = (ag_real) gradient_at (i, 3);
      sum += (double) x[i] * (double) x[i];
    }
  for (int n_threads = 1; n_threads <= 4; n_threads++)
    {
      g_assert_cmpint (ag_pool_new (n_threads, &pool, &error), ==, AG_OK);
      norm = ag_vector_norm (x, n, pool);
      g_assert_cmpfloat (fabs (norm / sqrt (sum) - 1), <, 1e-12);
      first = n_threads == 1 ? norm : first;
      g_assert_cmpfloat (norm, ==, first);
      x[n - 1] = (ag_real) NAN;
      g_assert_true (isnan (ag_vector_norm (x, n, pool)));
      x[n - 1] = (ag_real) INFINITY;
      g_assert_false (isfinite (ag_vector_norm (x, n, pool)));
      x[n - 1] = (ag_real) gradient_at (n - 1, 3);
      ag_pool_free (pool);
    }
}

/* A quadratic bowl, from far away: both find its bottom. */
static void
test_converges (void)
{
  for (int kind = AG_OPTIMIZER_ADAM; kind <= AG_OPTIMIZER_ADAMAX; kind++)
    {
      ag_real p[4] = { 3, -2, 5, 0 }, m[4] = { 0 }, v[4] = { 0 }, g[4];
      const double bottom[4] = { 1, 1, -1, 0.5 }, steep[4] = { 1, 100, 0.1, 7 };
      AgFlowError error;
      AgPool *pool;

      g_assert_cmpint (ag_pool_new (2, &pool, &error), ==, AG_OK);
      for (uint64_t t = 1; t <= 4000; t++)
        {
          AgOptimizerStep step = { .kind = (AgOptimizerKind) kind,
                                   .n = 4,
                                   .parameters = p,
                                   .m = m,
                                   .v = v,
                                   .t = t,
                                   .learning_rate = 0.05 * (1 - (double) t / 4001),
                                   .beta1 = 0.9,
                                   .beta2 = 0.99,
                                   .scale = 1 };

          for (int i = 0; i < 4; i++)
            g[i] = (ag_real) (steep[i] * (p[i] - bottom[i]));
          ag_optimizer_run (&step, g, pool);
        }
      for (int i = 0; i < 4; i++)
        g_assert_cmpfloat (fabs (p[i] - bottom[i]), <, 1e-3);
      ag_pool_free (pool);
    }
}

static void
test_average_decay (void)
{
  g_assert_cmpfloat (fabs (ag_average_decay (0.999, 1) - 2.0 / 11), <, 1e-12);
  g_assert_cmpfloat (ag_average_decay (0.999, 1000000), ==, 0.999);
  g_assert_cmpfloat (ag_average_decay (0, 5), ==, 0);
}

void
test_optimizer_add (void)
{
  g_test_add_func ("/train/optimizer/formulas", test_formulas);
  g_test_add_func ("/train/optimizer/first-step", test_first_step);
  g_test_add_func ("/train/optimizer/norm", test_norm);
  g_test_add_func ("/train/optimizer/converges", test_converges);
  g_test_add_func ("/train/optimizer/average-decay", test_average_decay);
}
