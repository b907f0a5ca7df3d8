/* test-likelihood.c: statistics of bits/dim
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-likelihood.h"
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

void
add_likelihood_tests (void)
{
  g_test_add_func ("/latent/likelihood/statistics", test_statistics);
  g_test_add_func ("/latent/likelihood/few-values", test_few_values);
  g_test_add_func ("/latent/likelihood/percentile", test_percentile);
}
