/* test-likelihood.c: statistics of bits/dim
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-likelihood.h"
#include "ag-surprise.h"
#include "fixture.h"

static void
test_statistics (void)
{
  double values[103];
  AgLikelihoodStatistics statistics;

  /* 0 to 100 in another order, and two that do not count. */
  for (int i = 0; i < 101; i++)
    values[i] = i * 37 % 101;
  values[101] = NAN;
  values[102] = INFINITY;
  ag_likelihood_statistics (values, 103, &statistics);
  g_assert_cmpuint (statistics.count, ==, 101);
  g_assert_cmpuint (statistics.n_not_finite, ==, 2);
  g_assert_cmpfloat_with_epsilon (statistics.mean, 50, 1e-12);
  /* The variance of 0 to n - 1 is (n² − 1) / 12, times n / (n − 1) for a sample. */
  g_assert_cmpfloat_with_epsilon (statistics.standard_error,
                                  sqrt ((101 * 101 - 1) / 12.0 * 101 / 100 / 101), 1e-12);
  for (int p = 0; p <= 100; p++)
    g_assert_cmpfloat_with_epsilon (statistics.percentiles[p], p, 1e-12);
}

static void
test_few_values (void)
{
  AgLikelihoodStatistics statistics;

  ag_likelihood_statistics (NULL, 0, &statistics);
  g_assert_cmpuint (statistics.count, ==, 0);
  g_assert_true (isnan (statistics.mean) && isnan (statistics.percentiles[50]));
  ag_likelihood_statistics ((double[]){ 2 }, 1, &statistics);
  g_assert_cmpfloat (statistics.mean, ==, 2);
  g_assert_true (isnan (statistics.standard_error));
  g_assert_cmpfloat (statistics.percentiles[0], ==, 2);
  g_assert_cmpfloat (statistics.percentiles[100], ==, 2);
  ag_likelihood_statistics ((double[]){ 3, 1 }, 2, &statistics);
  g_assert_cmpfloat_with_epsilon (statistics.percentiles[25], 1.5, 1e-12);
}

static void
test_percentile (void)
{
  double percentiles[101];

  for (int p = 0; p <= 100; p++)
    percentiles[p] = 1 + 0.01 * p;
  g_assert_cmpfloat (ag_likelihood_percentile (percentiles, 0), ==, 0);
  g_assert_cmpfloat (ag_likelihood_percentile (percentiles, 3), ==, 100);
  g_assert_cmpfloat (ag_likelihood_percentile (percentiles, NAN), ==, 100);
  g_assert_cmpfloat_with_epsilon (ag_likelihood_percentile (percentiles, 1.005), 0.5, 1e-9);
  for (int p = 1; p < 100; p++)
    g_assert_cmpfloat_with_epsilon (ag_likelihood_percentile (percentiles, 1.0025 + 0.01 * p),
                                    p + 0.25, 1e-9);
  /* Equal values in a row, as a small held-out set gives them. */
  for (int p = 20; p < 60; p++)
    percentiles[p] = percentiles[20];
  g_assert_cmpfloat_with_epsilon (ag_likelihood_percentile (percentiles, percentiles[20]), 59,
                                  1e-9);
}

/* A number far out is a surprise where it stands, at its level and in the sum of all. */
static void
test_surprise (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  const AgGlowConfig *config = ag_glow_config (model->glow);
  AgGlowLevel coarse = ag_glow_config_level (config, 1);
  gsize n = ag_glow_n_dims (model->glow);
  g_autofree float *eps = fixture_normal (5, n), *fine = NULL, *top = NULL, *all = NULL;
  double sum = 0, total = 0;
  int width, height, largest = 0;

  /* Row 1, column 0 of the 2×2 positions of the coarse level, its third channel. */
  eps[coarse.eps_offset + (gsize) (2 * coarse.eps_channels + 2)] = 20;
  top = ag_surprise_map (config, eps, 1, &width, &height);
  g_assert_cmpint (width, ==, 2);
  g_assert_cmpint (height, ==, 2);
  for (int i = 1; i < 4; i++)
    if (top[i] > top[largest])
      largest = i;
  g_assert_cmpint (largest, ==, 2);

  fine = ag_surprise_map (config, eps, 0, &width, &height);
  g_assert_cmpint (width, ==, 4);
  for (int i = 0; i < 16; i++)
    g_assert_cmpfloat (fine[i], <, top[2]);

  all = ag_surprise_map (config, eps, AG_SURPRISE_ALL_LEVELS, &width, &height);
  g_assert_cmpint (width, ==, 4);
  for (gsize i = 0; i < n; i++)
    sum += 0.5 * ((double) eps[i] * eps[i] - 1);
  for (int i = 0; i < 16; i++)
    total += all[i] * (double) n / 16;
  g_assert_cmpfloat_with_epsilon (total, sum, 1e-3);
  g_assert_cmpfloat (all[2 * 4], >, all[2 * 4 + 2]);
}

void
add_likelihood_tests (void)
{
  g_test_add_func ("/latent/likelihood/statistics", test_statistics);
  g_test_add_func ("/latent/likelihood/few-values", test_few_values);
  g_test_add_func ("/latent/likelihood/percentile", test_percentile);
  g_test_add_func ("/latent/likelihood/surprise", test_surprise);
}
