/* test-flow.h: what the tests of src/flow share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All of this is compiled against each build of the library. In the build in double a tolerance
 * says that a formula is right, in float that rounding stays within bounds.
 */
#pragma once

#include <glib.h>

#include "ag-flow.h"

#ifdef AG_FLOW_DOUBLE
#define TEST_IS_DOUBLE                      TRUE
#define TEST_TOLERANCE(in_float, in_double) (in_double)
#else
#define TEST_IS_DOUBLE                      FALSE
#define TEST_TOLERANCE(in_float, in_double) (in_float)
#endif

/* Fails unless the numbers differ by at most tolerance; NaN always fails. */
#define test_close(got, expected, tolerance)                                                       \
  test_close_at (G_STRLOC, #got, got, expected, tolerance)

void
test_close_at (const char *place, const char *what, double got, double expected, double tolerance);

/* Fails with the message unless the call worked: test_ok (ag_...(..., &error), &error). */
void test_ok (AgStatus status, const AgFlowError *error);

/**
 * TestModel:
 * @glow: with every part of it at work: biases and scales moved away from their start, negative
 *   scales, priors that are not zero
 * @pool: threads to compute with
 * @batch: images in @x
 * @n_dims: numbers per image
 * @x: [batch][height][width][channels], -0.5 to 0.5
 * @classes: [batch]
 */
typedef struct
{
  AgGlow *glow;
  AgPool *pool;
  int batch;
  size_t n_dims;
  ag_real *x;
  int *classes;
} TestModel;

TestModel *test_model_new (const AgGlowConfig *config, int batch, int n_threads, guint64 seed);
void test_model_free (TestModel *model);

/* Adds normal numbers of that deviation to every tensor whose name contains part. */
void test_perturb (AgGlow *glow, const char *part, double deviation, guint64 seed);

/* Sets every number of the tensors whose name contains part. */
void test_set (AgGlow *glow, const char *part, double value);

/* Latents [batch][N] of the model's images, by the library; log_p may be NULL. */
ag_real *test_encode (const TestModel *model, double *log_p);

/* Room for n numbers and what kernels may read behind them; g_free(). */
ag_real *test_reals (size_t n);

/* Largest absolute difference; NaN if any number is. */
double test_max_difference (const ag_real *a, const ag_real *b, size_t n);
double test_max_abs (const ag_real *a, size_t n);

void test_differences_add (void);
void test_glow_add (void);
void test_gradient_add (void);
void test_gradient_parts_add (void);
void test_image_values_add (void);
void test_inference_add (void);
void test_initialize_add (void);
void test_kernels_add (void);
void test_kernels_elements_add (void);
void test_likelihood_add (void);
void test_linear_add (void);
void test_pool_add (void);
void test_random_add (void);
void test_reference_add (void);
