/* test-differences.c: gradients, against finite differences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is differenced is the mean bits/dim (with the term of a guide) that reference.c computes in
 * double from its own copy of the parameters, so the steps are exact in the build in float as well;
 * its gradients are as good as float allows.
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
  const AgGradientGuide *guide; /* or NULL */
  double *x, *eps, *log_p;
  ag_real *parameters, *input; /* the gradient to be checked */
  int checked, kinks;
  double worst; /* error over scale */
} Check;

static void
check_init (Check *check, TestModel *model, AgGradientMode mode, const AgGradientGuide *guide)
{
  size_t count = model->n_dims * (size_t) model->batch, n;
  AgGradient *gradient;
  AgFlowError error = { 0 };

  memset (check, 0, sizeof *check);
  check->model = model;
  check->guide = guide;
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
  if (guide != NULL)
    ag_gradient_set_guide (gradient, guide);
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

/* Numbers of one image in the last level's latent. */
static size_t
count_top (const TestModel *model)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  AgGlowLevel top = ag_glow_config_level (config, config->levels - 1);

  return (size_t) top.height * (size_t) top.width * (size_t) top.channels;
}

/* How far an image is beside its target along an axis, from its latent. */
static double
find_distance (const TestModel *model,
               const AgGradientGuide *guide,
               const double *eps,
               int i,
               int k)
{
  size_t n = count_top (model);
  const double *top = eps + (size_t) (i + 1) * model->n_dims - n;
  double sum = -(double) guide->targets[i * guide->n_axes + k];

  for (size_t j = 0; j < n; j++)
    sum += top[j] * (double) guide->axes[(size_t) k * n + j];
  return sum;
}

/* The term of the guide for an image, in nats. */
static double
find_term (const TestModel *model, const AgGradientGuide *guide, const double *eps, int i)
{
  double sum = 0;

  for (int k = 0; k < guide->n_axes; k++)
    {
      double distance = find_distance (model, guide, eps, i, k);

      if (!isnan (distance))
        sum += 0.5 * (double) guide->weight * distance * distance;
    }
  return sum;
}

static double
mean_bits_per_dim (Check *check)
{
  const TestModel *model = check->model;
  double n = (double) model->n_dims, sum = 0;

  reference_encode (check->reference, model->batch, check->x, model->classes, check->eps,
                    check->log_p);
  for (int i = 0; i < model->batch; i++)
    {
      double nats = -check->log_p[i];

      if (check->guide != NULL)
        nats += find_term (model, check->guide, check->eps, i);
      sum += nats / (n * G_LN2);
    }
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
check_everything (TestModel *model, AgGradientMode mode, int n, const AgGradientGuide *guide)
{
  Check check;

  check_init (&check, model, mode, guide);
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
      check_everything (model, (AgGradientMode) mode, 8, NULL);
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

  check_everything (model, i / 2 % 2 ? AG_GRADIENT_STORED : AG_GRADIENT_REVERSED, 2, NULL);
  test_model_free (model);
}

/* Down to one pixel, where every pixel lies at all borders, and grey. */
static void
test_pixel (void)
{
  AgGlowConfig config = { 8, 8, 1, 3, 1, 7, AG_COUPLING_AFFINE, AG_PERMUTATION_LU, 8, 2 };
  TestModel *model = test_model_new (&config, 2, 2, 6);

  check_everything (model, AG_GRADIENT_REVERSED, 2, NULL);
  test_model_free (model);
}

/* Random axes at right angles, by Gram and Schmidt. */
static void
make_axes (ag_real *axes, size_t n, int n_axes)
{
  ag_random_normal (7, 1, axes, n * (size_t) n_axes);
  for (int k = 0; k < n_axes; k++)
    {
      ag_real *axis = axes + (size_t) k * n;
      double length = 0;

      for (int other = 0; other < k; other++)
        {
          const ag_real *before = axes + (size_t) other * n;
          double dot = 0;

          for (size_t j = 0; j < n; j++)
            dot += (double) axis[j] * (double) before[j];
          for (size_t j = 0; j < n; j++)
            axis[j] -= (ag_real) (dot * (double) before[j]);
        }
      for (size_t j = 0; j < n; j++)
        length += (double) axis[j] * (double) axis[j];
      for (size_t j = 0; j < n; j++)
        axis[j] = (ag_real) ((double) axis[j] / sqrt (length));
    }
}

/* The likelihood is without the term, the distances are those of the latents, and what has no
 * target is not pulled. */
static void
check_guide (const TestModel *model, AgGradientMode mode, AgGradientGuide *guide)
{
  Check free, guided;
  int n = model->batch * guide->n_axes;

  check_init (&free, (TestModel *) model, mode, NULL);
  check_init (&guided, (TestModel *) model, mode, guide);
  mean_bits_per_dim (&guided);
  for (int i = 0; i < model->batch; i++)
    test_close (guided.log_p[i], free.log_p[i],
                (double) model->n_dims * TEST_TOLERANCE (1e-5, 1e-12));
  for (int i = 0; i < n; i++)
    {
      double expected =
        find_distance (model, guide, guided.eps, i / guide->n_axes, i % guide->n_axes);

      g_assert_true (isnan (expected) == (i == 1));
      if (i != 1)
        test_close ((double) guide->distances[i], expected, TEST_TOLERANCE (1e-4, 1e-11));
    }
  g_assert_cmpfloat (test_max_difference (guided.input, free.input, model->n_dims), >, 1e-3);
  check_clear (&free);
  check_clear (&guided);
}

static void
test_guide (void)
{
  AgGlowConfig config = { 16, 8, 3, 2, 2, 7, AG_COUPLING_ADDITIVE, AG_PERMUTATION_LU, 5, 3 };
  ag_real targets[] = { 2, (ag_real) NAN, -1, 0.5, 0, -3 }, distances[6];

  for (int mode = AG_GRADIENT_STORED; mode <= AG_GRADIENT_REVERSED; mode++)
    {
      TestModel *model = test_model_new (&config, 2, mode, 8);
      size_t n = count_top (model);
      g_autofree ag_real *axes = test_reals (3 * n);
      AgGradientGuide guide = { 3, 30, axes, targets, distances };

      make_axes (axes, n, 3);
      check_guide (model, (AgGradientMode) mode, &guide);
      check_everything (model, (AgGradientMode) mode, 2, &guide);
      test_model_free (model);
    }
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
  g_test_add_func ("/flow/differences/guide", test_guide);
}
