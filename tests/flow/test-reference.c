/* test-reference.c: the whole flow against the plain loops of reference.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>

#include "reference.h"

/* Not square, down to one pixel, one row and one column; one and three channels. */
static const struct
{
  int height, width, channels, levels;
} shapes[] = { { 8, 8, 3, 2 }, { 4, 12, 1, 2 }, { 8, 4, 3, 2 },
               { 2, 2, 3, 1 }, { 8, 8, 1, 3 },  { 16, 6, 3, 1 } };

static const int widths[] = { 7, 20, 33 };

#define N_CONFIGS (2 * 4 * 2 * (int) G_N_ELEMENTS (shapes))

/* Every coupling, permutation and prior on every shape, with the other numbers changing along. */
static AgGlowConfig
nth_config (int i)
{
  size_t shape = (size_t) i / 16;

  return (AgGlowConfig){ .image_height = shapes[shape].height,
                         .image_width = shapes[shape].width,
                         .channels = shapes[shape].channels,
                         .levels = shapes[shape].levels,
                         .depth = 1 + i % 3,
                         .width = widths[(i + i / 3) % 3],
                         .coupling = (AgCoupling) (i % 3),
                         .permutation = (AgPermutation) (i / 2 % 4),
                         .n_bits = 1 + i % 8,
                         .classes = i / 8 % 2 * 3 };
}

static double *
doubles (const ag_real *values, size_t n)
{
  double *copy = g_new (double, n);

  for (size_t i = 0; i < n; i++)
    copy[i] = (double) values[i];
  return copy;
}

static void
check_close (const ag_real *got, const double *expected, size_t n)
{
  double most = 1;

  for (size_t i = 0; i < n; i++)
    most = fmax (most, fabs (expected[i]));
  for (size_t i = 0; i < n; i++)
    test_close (got[i], expected[i], most * TEST_TOLERANCE (1e-4, 1e-10));
}

static void
check_encode (const TestModel *model, const Reference *reference, const AgFlow *flow, int batch)
{
  size_t count = model->n_dims * (size_t) model->batch;
  g_autofree double *x = doubles (model->x, count), *expected = g_new (double, count);
  g_autofree double *log_p = g_new (double, model->batch);
  g_autofree double *expected_log_p = g_new (double, model->batch);
  g_autofree ag_real *eps = test_reals (count);
  AgScratch *scratch;
  AgFlowError error = { 0 };

  test_ok (ag_scratch_new (flow, batch, model->pool, &scratch, &error), &error);
  test_ok (ag_flow_encode (flow, scratch, model->batch, model->x, model->classes, eps, log_p, NULL,
                           &error),
           &error);
  ag_scratch_free (scratch);
  reference_encode (reference, model->batch, x, model->classes, expected, expected_log_p);
  check_close (eps, expected, count);
  for (int i = 0; i < model->batch; i++)
    test_close (log_p[i] / (double) model->n_dims, expected_log_p[i] / (double) model->n_dims,
                TEST_TOLERANCE (1e-4, 1e-10));
}

static void
check_decode (const TestModel *model, const Reference *reference, const AgFlow *flow, int batch)
{
  size_t count = model->n_dims * (size_t) model->batch;
  g_autofree ag_real *eps = test_reals (count), *x = test_reals (count);
  g_autofree double *expected = g_new0 (double, count), *wide = NULL;
  AgScratch *scratch;
  AgFlowError error = { 0 };

  /* At full temperature the scales of a model that nobody trained run away. */
  ag_random_normal (77, 0, eps, count);
  for (size_t i = 0; i < count; i++)
    eps[i] *= (ag_real) 0.5;
  wide = doubles (eps, count);
  test_ok (ag_scratch_new (flow, batch, model->pool, &scratch, &error), &error);
  test_ok (ag_flow_decode (flow, scratch, model->batch, eps, model->classes, x, NULL, &error),
           &error);
  ag_scratch_free (scratch);
  reference_decode (reference, model->batch, wide, model->classes, expected);
  check_close (x, expected, count);
}

static void
test_shape (gconstpointer data)
{
  int shape = GPOINTER_TO_INT (data);

  for (int i = shape * 16; i < shape * 16 + 16; i++)
    {
      AgGlowConfig config = nth_config (i);
      TestModel *model = test_model_new (&config, 1 + i % 5, 1 + i % 3, (guint64) i);
      Reference *reference = reference_new (model->glow);
      AgFlow *flow;
      AgFlowError error = { 0 };

      g_test_message ("%s %s %d:%d:%d, batch %d", ag_coupling_name (config.coupling),
                      ag_permutation_name (config.permutation), config.levels, config.depth,
                      config.width, model->batch);
      test_ok (ag_flow_new (model->glow, &flow, &error), &error);
      check_encode (model, reference, flow, 1 + i % 3);
      check_decode (model, reference, flow, 1 + i % 4);
      ag_flow_free (flow);
      reference_free (reference);
      test_model_free (model);
    }
}

/* Wide enough for the products to be cut into pieces, and more pixels than a tile has. */
static void
test_large (void)
{
  AgGlowConfig config = { 24, 16, 3, 2, 2, 270, AG_COUPLING_AFFINE, AG_PERMUTATION_CONV, 8, 0 };
  TestModel *model = test_model_new (&config, 2, 2, 99);
  Reference *reference;
  AgFlow *flow;
  AgFlowError error = { 0 };

  /* So many channels inside would make the outputs too large with the usual weights. */
  test_set (model->glow, "conv3.weight", 0);
  test_perturb (model->glow, "conv3.weight", 0.005, 1);
  reference = reference_new (model->glow);
  test_ok (ag_flow_new (model->glow, &flow, &error), &error);
  check_encode (model, reference, flow, 2);
  check_decode (model, reference, flow, 2);
  ag_flow_free (flow);
  reference_free (reference);
  test_model_free (model);
}

/* The reference itself: its decode is the inverse of its encode. */
static void
test_itself (void)
{
  for (int i = 0; i < N_CONFIGS; i += 7)
    {
      AgGlowConfig config = nth_config (i);
      TestModel *model = test_model_new (&config, 2, 1, (guint64) i);
      Reference *reference = reference_new (model->glow);
      size_t count = 2 * model->n_dims;
      g_autofree double *x = doubles (model->x, count), *eps = g_new (double, count);
      g_autofree double *back = g_new (double, count);
      double log_p[2];

      reference_encode (reference, 2, x, model->classes, eps, log_p);
      reference_decode (reference, 2, eps, model->classes, back);
      for (size_t j = 0; j < count; j++)
        test_close (back[j], x[j], 1e-11);
      reference_free (reference);
      test_model_free (model);
    }
}

void
test_reference_add (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      g_autofree char *path = g_strdup_printf ("/flow/reference/%dx%dx%d", shapes[i].width,
                                               shapes[i].height, shapes[i].channels);

      g_test_add_data_func (path, GINT_TO_POINTER (i), test_shape);
    }
  g_test_add_func ("/flow/reference/large", test_large);
  g_test_add_func ("/flow/reference/itself", test_itself);
}
