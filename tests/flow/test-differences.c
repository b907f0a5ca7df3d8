/* test-differences.c: gradients, against finite differences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is differenced is the mean bits/dim that reference.c computes in double from its own copy
 * of the parameters, so the steps are exact in the build in float as well; its gradients are as
 * good as float allows.
 *
 * Central differences at h and 2 h tell three things apart: they agree with each other and the
 * gradient; they agree with each other only, then the gradient is wrong; they differ, then a ReLU
 * switches within reach, and another element is drawn. That must stay the exception.
 */
#include "test-flow.h"

#include <math.h>
#include <string.h>

#include "reference.h"

typedef struct
{
  TestModel *model;
  Reference *reference;
  double *x, *eps, *log_p;
  ag_real *parameters, *input; /* the gradient to be checked */
  int checked, kinks;
  double worst; /* error over scale */
} Check;

static void
check_init (Check *check, TestModel *model, AgGradientMode mode)
{
  size_t count = model->n_dims * (size_t) model->batch, n;
  AgGradient *gradient;
  AgFlowError error = { 0 };

  memset (check, 0, sizeof *check);
  check->model = model;
  check->reference = reference_new (model->glow);
  check->x = g_new (double, count);
  for (size_t i = 0; i < count; i++)
    check->x[i] = (double) model->x[i];
  check->eps = g_new (double, count);
  check->log_p = g_new (double, model->batch);
  ag_glow_parameters (model->glow, &n);
  check->parameters = test_reals (n);
  check->input = test_reals (count);
  test_ok (ag_gradient_new (ag_glow_config (model->glow), model->batch, mode, 0, model->pool,
                            &gradient, &error),
           &error);
  test_ok (ag_gradient_run (gradient, model->glow, model->x, model->classes, check->log_p,
                            check->parameters, check->input, NULL, &error),
           &error);
  ag_gradient_free (gradient);
}

static void
check_clear (Check *check)
{
  reference_free (check->reference);
  g_free (check->x);
  g_free (check->eps);
  g_free (check->log_p);
  g_free (check->parameters);
  g_free (check->input);
}

static double
mean_bits_per_dim (Check *check)
{
  const TestModel *model = check->model;
  double n = (double) model->n_dims, sum = 0;

  reference_encode (check->reference, model->batch, check->x, model->classes, check->eps,
                    check->log_p);
  for (int i = 0; i < model->batch; i++)
    sum -= check->log_p[i] / (n * G_LN2);
  return sum / model->batch;
}

static double
central_difference (Check *check, double *variable, double h)
{
  double middle = *variable, above, below;

  *variable = middle + h;
  above = mean_bits_per_dim (check);
  *variable = middle - h;
  below = mean_bits_per_dim (check);
  *variable = middle;
  return (above - below) / (2 * h);
}

/* Returns FALSE if there is a kink. Errors are relative to the largest gradient of the tensor; the
 * absolute term is what differences of numbers around 1 cannot resolve. */
static gboolean
check_element (Check *check, const char *name, size_t i, double *variable, double got, double scale)
{
  const double h = 1e-5;
  double near = central_difference (check, variable, h);
  double far = central_difference (check, variable, 2 * h);
  double expected = (4 * near - far) / 3;
  double error = fabs (got - expected);

  if (fabs (near - far) > 3e-7 * scale + 1e-9)
    return FALSE;
  if (!(error <= TEST_TOLERANCE (2e-5, 1e-6) * scale + TEST_TOLERANCE (1e-7, 5e-10)))
    g_error ("%s[%zu]: the gradient is %.12g, differences give %.12g; the largest of the tensor "
             "is %g",
             name, i, got, expected, scale);
  if (scale > 1e-3)
    check->worst = fmax (check->worst, error / scale);
  return TRUE;
}

static void
check_some (Check *check,
            const char *name,
            double *variables,
            const ag_real *got,
            size_t count,
            int n)
{
  double scale = test_max_abs (got, count);
  guint64 draw = 0;

  for (int done = 0; done < n && done < (int) count; done++)
    {
      size_t i;

      do
        {
          i = (size_t) (ag_random_bits (g_str_hash (name), (guint64) done, draw++) % count);
          check->checked++;
        }
      while (!check_element (check, name, i, &variables[i], (double) got[i], scale) &&
             ++check->kinks < G_MAXINT);
    }
}

static void
check_everything (TestModel *model, AgGradientMode mode, int n)
{
  Check check;

  check_init (&check, model, mode);
  for (int t = 0; t < ag_glow_n_tensors (model->glow); t++)
    {
      const AgTensor *tensor = ag_glow_tensor (model->glow, t);

      if (tensor->trainable)
        check_some (&check, tensor->name, check.reference->values[t],
                    check.parameters + tensor->offset, tensor->count, n);
    }
  check_some (&check, "the input", check.x, check.input, model->n_dims * (size_t) model->batch,
              4 * n);
  g_test_message ("%d elements, %d at a kink, largest relative error %.2g", check.checked,
                  check.kinks, check.worst);
  g_assert_cmpint (check.kinks, <=, 3 + check.checked / 20);
  check_clear (&check);
}

/* One layer at a time: everything else is made to do nothing. */
typedef struct
{
  const char *name;
  int levels;
  AgCoupling coupling;
  AgPermutation permutation;
  int classes;
  gboolean actnorm, matrix, conditioner, split, prior; /* what stays */
} Layer;

static const Layer layers[] = {
  { "actnorm", 1, 0, AG_PERMUTATION_REVERSE, 0, .actnorm = TRUE },
  { "reverse", 1, 0, AG_PERMUTATION_REVERSE, 0 },
  { "shuffle", 1, 0, AG_PERMUTATION_SHUFFLE, 0 },
  { "conv", 1, 0, AG_PERMUTATION_CONV, 0, .matrix = TRUE },
  { "lu", 1, 0, AG_PERMUTATION_LU, 0, .matrix = TRUE },
  { "additive", 1, AG_COUPLING_ADDITIVE, AG_PERMUTATION_REVERSE, 0, .conditioner = TRUE },
  { "affine", 1, AG_COUPLING_AFFINE, AG_PERMUTATION_REVERSE, 0, .conditioner = TRUE },
  { "affine-bounded", 1, AG_COUPLING_AFFINE_BOUNDED, AG_PERMUTATION_REVERSE, 0,
    .conditioner = TRUE },
  { "split", 2, 0, AG_PERMUTATION_REVERSE, 0, .split = TRUE },
  { "prior", 1, 0, AG_PERMUTATION_REVERSE, 0, .prior = TRUE },
  { "class", 1, 0, AG_PERMUTATION_REVERSE, 3, .prior = TRUE },
};

static void
test_layer (gconstpointer data)
{
  const Layer *layer = data;
  AgGlowConfig config = { .image_height = 8,
                          .image_width = 4,
                          .channels = 3,
                          .levels = layer->levels,
                          .depth = 1,
                          .width = 9,
                          .coupling = layer->coupling,
                          .permutation = layer->permutation,
                          .n_bits = 8,
                          .classes = layer->classes };

  for (int mode = AG_GRADIENT_STORED; mode <= AG_GRADIENT_REVERSED; mode++)
    {
      TestModel *model = test_model_new (&config, 3, mode, (guint64) mode);
      AgGlow *glow = model->glow;

      if (!layer->actnorm)
        {
          test_set (glow, ".actnorm.bias", 0);
          test_set (glow, ".actnorm.logs", 0);
          test_set (glow, ".actnorm.sign", 1);
        }
      if (!layer->conditioner)
        test_set (glow, "conv3", 0);
      if (!layer->split)
        test_set (glow, "split", 0);
      if (!layer->prior)
        test_set (glow, "prior", 0);
      check_everything (model, (AgGradientMode) mode, 8);
      test_model_free (model);
    }
}

/* All together: each coupling with each permutation, two levels, two steps. */
static void
test_whole (gconstpointer data)
{
  int i = GPOINTER_TO_INT (data);
  AgGlowConfig config = { .image_height = 4,
                          .image_width = 8,
                          .channels = 3,
                          .levels = 2,
                          .depth = 2,
                          .width = 7,
                          .coupling = (AgCoupling) (i % 3),
                          .permutation = (AgPermutation) (i / 3),
                          .n_bits = 5,
                          .classes = i / 2 % 2 * 3 };
  TestModel *model = test_model_new (&config, 2, 1 + i % 3, (guint64) i);

  check_everything (model, i / 2 % 2 ? AG_GRADIENT_STORED : AG_GRADIENT_REVERSED, 2);
  test_model_free (model);
}

/* Down to one pixel, where every pixel lies at all borders, and grey. */
static void
test_pixel (void)
{
  AgGlowConfig config = { 8, 8, 1, 3, 1, 7, AG_COUPLING_AFFINE, AG_PERMUTATION_LU, 8, 2 };
  TestModel *model = test_model_new (&config, 2, 2, 6);

  check_everything (model, AG_GRADIENT_REVERSED, 2);
  test_model_free (model);
}

void
test_differences_add (void)
{
  for (size_t i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      g_autofree char *path = g_strconcat ("/flow/differences/layer/", layers[i].name, NULL);

      g_test_add_data_func (path, &layers[i], test_layer);
    }
  for (int i = 0; i < 12; i++)
    {
      g_autofree char *path =
        g_strdup_printf ("/flow/differences/whole/%s/%s", ag_coupling_name ((AgCoupling) (i % 3)),
                         ag_permutation_name ((AgPermutation) (i / 3)));

      g_test_add_data_func (path, GINT_TO_POINTER (i), test_whole);
    }
  g_test_add_func ("/flow/differences/pixel", test_pixel);
}
