/* ag-cli-bench-measure.c: measuring one case of `bench`
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>

#include "ag-cli-bench.h"
#include "ag-optimizer.h"
#include "ag-pixel-store.h"

typedef struct
{
  AgPool *pool;
  AgGlow *glow;
  AgGradient *gradient;
  AgOptimizerParts parts;
  float *x, *parameters_gradient; /* NULL if the step is taken part by part, as trainers do */
  double *log_p;
  int *classes;
  AgStatus status;
  AgFlowError error;
} Training;

static void
training_clear (Training *training)
{
  if (training->gradient)
    ag_gradient_free (training->gradient);
  if (training->glow)
    ag_glow_free (training->glow);
  ag_pool_free (training->pool);
  g_free (training->x);
  g_free (training->parameters_gradient);
  g_free (training->log_p);
  g_free (training->classes);
  g_free (training->parts.step.m);
  g_free (training->parts.step.v);
}

static AgStatus
training_init (Training *training,
               const AgCliBenchCase *bench_case,
               AgGradientMode mode,
               int threads)
{
  const AgGlowConfig *config = &bench_case->config;
  gsize n_dims = ag_glow_config_n_dims (config), n;
  AgFlowError *error = &training->error;

  if (ag_pool_new (threads, &training->pool, error) != AG_OK ||
      ag_glow_new (config, 0, &training->glow, error) != AG_OK ||
      ag_gradient_new (config, bench_case->batch, mode, ag_memory_available () / 2, training->pool,
                       &training->gradient, error) != AG_OK)
    return error->status;
  training->parts.step.parameters = ag_glow_parameters (training->glow, &n);
  if (ag_gradient_mode (training->gradient) == AG_GRADIENT_STORED)
    training->parameters_gradient = g_new (float, n);
  training->parts.step.n = n;
  training->parts.step.m = g_new0 (float, n);
  training->parts.step.v = g_new0 (float, n);
  training->parts.step.kind = AG_OPTIMIZER_ADAM;
  /* So small that a fresh model, shown noise, does not run away: the rate does not depend on it. */
  training->parts.step.learning_rate = 1e-7;
  training->parts.step.beta1 = 0.9;
  training->parts.step.beta2 = 0.999;
  training->parts.step.scale = 1;
  training->log_p = g_new (double, bench_case->batch);
  training->classes = config->classes > 0 ? g_new0 (int, bench_case->batch) : NULL;
  training->x = g_new (float, (gsize) bench_case->batch *n_dims);
  ag_random_uniform (0, 0, training->x, (gsize) bench_case->batch * n_dims);
  for (gsize i = 0; i < (gsize) bench_case->batch * n_dims; i++)
    training->x[i] -= 0.5f;
  return ag_gradient_initialize (training->gradient, training->glow, training->x,
                                 ag_cli_cancel_flag (), error);
}

static void
train (gpointer data, gpointer unused)
{
  Training *training = data;
  float *gradient = training->parameters_gradient;

  if (training->status != AG_OK)
    return;
  training->parts.step.t++;
  training->status =
    gradient == NULL
      ? ag_gradient_run_by_parts (training->gradient, training->glow, training->x,
                                  training->classes, training->log_p, ag_optimizer_take,
                                  &training->parts, ag_cli_cancel_flag (), &training->error)
      : ag_gradient_run (training->gradient, training->glow, training->x, training->classes,
                         training->log_p, gradient, NULL, ag_cli_cancel_flag (), &training->error);
  if (training->status == AG_OK && gradient != NULL)
    ag_optimizer_run (&training->parts.step, gradient, training->pool);
}

static gboolean
measure_training (AgCli *cli,
                  const AgCliBenchCase *bench_case,
                  AgGradientMode mode,
                  AgCliBenchResult *result,
                  AgGlow **glow,
                  GError **error)
{
  Training training = { 0 };

  training.status = training_init (&training, bench_case, mode, cli->threads);
  if (training.status == AG_OK)
    {
      train (&training, NULL);
      result->train_seconds = ag_cli_bench_best (3, train, &training);
      result->gradient =
        ag_gradient_mode (training.gradient) == AG_GRADIENT_STORED ? "stored" : "reversed";
    }
  if (training.status != AG_OK)
    ag_error_from_flow (error, &training.error, bench_case->name);
  else
    *glow = g_steal_pointer (&training.glow);
  training_clear (&training);
  return *glow != NULL;
}

typedef struct
{
  AgCodec *codec;
  float *x, *eps;
  int *class;
  GError *error;
} Inference;

static void
encode (gpointer data, gpointer unused)
{
  Inference *inference = data;

  if (!inference->error)
    ag_codec_encode (inference->codec, 1, inference->x, inference->class, inference->eps, NULL,
                     ag_cli_cancel_flag (), &inference->error);
}

static void
decode (gpointer data, gpointer unused)
{
  Inference *inference = data;

  if (!inference->error)
    ag_codec_decode (inference->codec, 1, inference->eps, inference->class, inference->x,
                     ag_cli_cancel_flag (), &inference->error);
}

static gboolean
measure_inference (AgCli *cli, AgModel *model, AgCliBenchResult *result, GError **error)
{
  gsize n_dims = ag_glow_n_dims (model->glow);
  g_autoptr (AgCodec) codec = ag_codec_new (model, 1, cli->threads, error);
  g_autofree float *x = g_new (float, n_dims), *eps = g_new (float, n_dims);
  int class = 0;
  Inference inference = { .codec = codec, .x = x, .eps = eps };

  if (!codec)
    return FALSE;
  if (ag_glow_config (model->glow)->classes > 0)
    inference.class = &class;
  ag_random_uniform (1, 0, x, n_dims);
  for (gsize i = 0; i < n_dims; i++)
    x[i] -= 0.5f;
  encode (&inference, NULL);
  result->encode_seconds = ag_cli_bench_best (5, encode, &inference);
  result->decode_seconds = ag_cli_bench_best (5, decode, &inference);
  if (!inference.error)
    return TRUE;
  g_propagate_error (error, inference.error);
  return FALSE;
}

gboolean
ag_cli_bench_measure (AgCli *cli,
                      const AgCliBenchCase *bench_case,
                      AgGradientMode mode,
                      AgCliBenchResult *result,
                      GError **error)
{
  g_autoptr (AgModel) fresh = NULL;
  AgGlow *glow = NULL;

  if (bench_case->model)
    return measure_inference (cli, bench_case->model, result, error);
  if (!measure_training (cli, bench_case, mode, result, &glow, error))
    return FALSE;
  fresh = ag_model_new (glow);
  return measure_inference (cli, fresh, result, error);
}
