/* test-flow.c: the tests of src/flow
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>
#include <string.h>

#include "ag-kernels.h"

void
test_close_at (const char *place, const char *what, double got, double expected, double tolerance)
{
  if (fabs (got - expected) <= tolerance)
    return;
  g_error ("%s: %s is %.17g, off from %.17g by %g, more than %g", place, what, got, expected,
           got - expected, tolerance);
}

void
test_ok (AgStatus status, const AgFlowError *error)
{
  if (status != AG_OK)
    g_error ("status %d: %s", (int) status, error->message);
}

ag_real *
test_reals (size_t n)
{
  return g_new0 (ag_real, n + AG_KERNELS_SLACK);
}

double
test_max_difference (const ag_real *a, const ag_real *b, size_t n)
{
  double most = 0;

  for (size_t i = 0; i < n; i++)
    {
      double difference = fabs ((double) a[i] - (double) b[i]);

      if (isnan (difference))
        return difference;
      most = fmax (most, difference);
    }
  return most;
}

double
test_max_abs (const ag_real *a, size_t n)
{
  double most = 0;

  for (size_t i = 0; i < n; i++)
    most = fmax (most, fabs ((double) a[i]));
  return most;
}

void
test_perturb (AgGlow *glow, const char *part, double deviation, guint64 seed)
{
  for (int t = 0; t < ag_glow_n_tensors (glow); t++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, t);

      if (!tensor->trainable || strstr (tensor->name, part) == NULL)
        continue;
      g_autofree ag_real *noise = test_reals (tensor->count);

      ag_random_normal (seed, (guint64) t, noise, tensor->count);
      for (size_t i = 0; i < tensor->count; i++)
        tensor->values[i] += (ag_real) deviation * noise[i];
    }
}

void
test_set (AgGlow *glow, const char *part, double value)
{
  for (int t = 0; t < ag_glow_n_tensors (glow); t++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, t);

      for (size_t i = 0; strstr (tensor->name, part) != NULL && i < tensor->count; i++)
        tensor->values[i] = (ag_real) value;
    }
}

/* Of actnorms; a triangular matrix has signs of both kinds already, and with others its inverse
 * would be huge. */
static void
flip_signs (AgGlow *glow, guint64 seed)
{
  for (int t = 0; t < ag_glow_n_tensors (glow); t++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, t);

      if (!g_str_has_suffix (tensor->name, ".sign") || strstr (tensor->name, "permutation") != NULL)
        continue;
      for (size_t i = 0; i < tensor->count; i++)
        if (ag_random_bits (seed, (guint64) t, i) & 1)
          tensor->values[i] = -tensor->values[i];
    }
}

TestModel *
test_model_new (const AgGlowConfig *config, int batch, int n_threads, guint64 seed)
{
  TestModel *model = g_new0 (TestModel, 1);
  AgFlowError error = { 0 };
  size_t count;

  test_ok (ag_glow_new (config, seed, &model->glow, &error), &error);
  test_ok (ag_pool_new (n_threads, &model->pool, &error), &error);
  /* Hidden layers near their scale after initialisation, the rest around zero. */
  test_perturb (model->glow, "conv1.weight", 0.2, seed + 1);
  test_perturb (model->glow, "conv2.weight", 0.2, seed + 1);
  test_perturb (model->glow, "conv3.weight", 0.03, seed + 1);
  test_perturb (model->glow, "split.weight", 0.03, seed + 1);
  test_perturb (model->glow, "edge", 0.1, seed + 1);
  test_perturb (model->glow, "bias", 0.2, seed + 1);
  test_perturb (model->glow, "logs", 0.05, seed + 1);
  test_perturb (model->glow, "permutation", 0.03, seed + 1);
  test_perturb (model->glow, "prior.class", 0.5, seed + 1);
  flip_signs (model->glow, seed + 2);
  test_ok (ag_glow_check (model->glow, &error), &error);

  model->batch = batch;
  model->n_dims = ag_glow_n_dims (model->glow);
  count = model->n_dims * (size_t) batch;
  model->x = test_reals (count);
  ag_random_uniform (seed, 1000, model->x, count);
  for (size_t i = 0; i < count; i++)
    model->x[i] -= (ag_real) 0.5;
  model->classes = g_new0 (int, batch);
  for (int i = 0; config->classes > 0 && i < batch; i++)
    model->classes[i] = (i * 2 + 1) % config->classes;
  return model;
}

void
test_model_free (TestModel *model)
{
  ag_glow_free (model->glow);
  ag_pool_free (model->pool);
  g_free (model->x);
  g_free (model->classes);
  g_free (model);
}

ag_real *
test_encode (const TestModel *model, double *log_p)
{
  ag_real *eps = test_reals (model->n_dims * (size_t) model->batch);
  AgFlow *flow;
  AgScratch *scratch;
  AgFlowError error = { 0 };

  test_ok (ag_flow_new (model->glow, &flow, &error), &error);
  test_ok (ag_scratch_new (flow, model->batch, model->pool, &scratch, &error), &error);
  test_ok (ag_flow_encode (flow, scratch, model->batch, model->x, model->classes, eps, log_p, NULL,
                           &error),
           &error);
  ag_scratch_free (scratch);
  ag_flow_free (flow);
  return eps;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_kernels_add ();
  test_kernels_elements_add ();
  test_linear_add ();
  test_pool_add ();
  test_random_add ();
  test_image_values_add ();
  test_glow_add ();
  test_reference_add ();
  test_inference_add ();
  test_likelihood_add ();
  test_differences_add ();
  test_gradient_add ();
  test_gradient_parts_add ();
  test_initialize_add ();
  return g_test_run ();
}
