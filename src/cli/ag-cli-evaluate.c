/* ag-cli-evaluate.c: `evaluate`: how likely pictures are under a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A likelihood of pixels that are whole numbers is estimated with uniform noise added to them
 * (Theis, van den Oord & Bethge 2016); the noise is a function of the seed and the image, so that
 * two models are compared on the same numbers.
 */
#include <glib/gi18n.h>

#include "ag-cli-data.h"
#include "ag-cli.h"
#include "ag-likelihood.h"

typedef struct
{
  const int *images;
  int n;
  gint64 seed;
} Request;

static gboolean
evaluate (AgCli *cli,
          AgCodec *codec,
          AgDataset *dataset,
          const Request *request,
          const int *classes,
          double *bits_per_dim,
          GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  int batch = ag_cli_batch_size (config, request->n);
  g_autofree float *x = g_new (float, (gsize) batch *n_dims);
  g_autofree float *eps = g_new (float, (gsize) batch *n_dims);
  g_autofree float *noise = g_new (float, n_dims);

  for (int i = 0; i < request->n; i += batch)
    {
      int n = MIN (batch, request->n - i);

      ag_cli_progress (cli, _ ("evaluating %d of %d"), i + 1, request->n);
      for (int k = 0; k < n; k++)
        {
          int image = request->images[i + k];

          ag_random_uniform ((guint64) request->seed, (guint64) image, noise, n_dims);
          ag_values_from_bytes (ag_dataset_get_bytes (dataset, image), n_dims, config->n_bits,
                                noise, x + (gsize) k * n_dims);
        }
      if (!ag_codec_encode (codec, n, x, classes ? classes + i : NULL, eps, bits_per_dim + i,
                            ag_cli_cancel_flag (), error))
        return FALSE;
    }
  return TRUE;
}

static void
report (AgCli *cli, const AgLikelihoodStatistics *statistics)
{
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();

  ag_cli_json_int (json, "count", statistics->count);
  ag_cli_json_int (json, "not_finite", statistics->n_not_finite);
  ag_cli_json_double (json, "mean", statistics->mean);
  ag_cli_json_double (json, "standard_error", statistics->standard_error);
  ag_cli_json_doubles (json, "percentiles", statistics->percentiles, AG_LIKELIHOOD_N_PERCENTILES);
  ag_cli_json_end (cli, json);
  ag_cli_print (cli, _ ("mean            %.4f bits/dim"), statistics->mean);
  ag_cli_print (cli, _ ("standard_error  %.4f"), statistics->standard_error);
  ag_cli_print (cli, _ ("percentiles     5th %.4f, 25th %.4f, 50th %.4f, 75th %.4f, 95th %.4f"),
                statistics->percentiles[5], statistics->percentiles[25],
                statistics->percentiles[50], statistics->percentiles[75],
                statistics->percentiles[95]);
  ag_cli_print (cli, _ ("count           %u"), statistics->count);
}

static int
run (AgCli *cli, AgModel *model, AgDataset *dataset, const char *class_text, const Request *request)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autofree double *bits_per_dim = g_new (double, request->n);
  g_autofree int *classes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgCodec) codec = NULL;
  AgLikelihoodStatistics statistics;

  if (!ag_cli_data_classes (cli, model, dataset, class_text, request->images, request->n, &classes))
    return cli->status;
  codec = ag_codec_new (model, ag_cli_batch_size (config, request->n), cli->threads, &error);
  if (!codec || !evaluate (cli, codec, dataset, request, classes, bits_per_dim, &error))
    return ag_cli_fail (cli, error);
  ag_likelihood_statistics (bits_per_dim, (guint) request->n, &statistics);
  if (statistics.n_not_finite > 0)
    ag_cli_note (cli,
                 ngettext ("the likelihood of %u image is not finite; it is not counted",
                           "the likelihoods of %u images are not finite; they are not counted",
                           statistics.n_not_finite),
                 statistics.n_not_finite);
  report (cli, &statistics);
  return statistics.count > 0 ? 0 : AG_CLI_FAILED;
}

int
ag_cli_evaluate (AgCli *cli, int argc, char **argv)
{
  AgCliDataOptions options = { .held_out = 0 };
  Request request = { 0 };
  g_autofree char *part = NULL;
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options.folder, N_ ("A folder of pictures"), "DIR" },
    { "part", 0, 0, G_OPTION_ARG_STRING, &part,
      N_ ("Which pictures: all (if not given), training or held-out"), "PART" },
    { "held-out", 0, 0, G_OPTION_ARG_DOUBLE, &options.held_out,
      N_ ("Share that is held out, where the data itself sets none apart"), "SHARE" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &request.seed,
      N_ ("Of the noise and of the held-out share; 0 if not given"), "S" },
    { "crop", 0, 0, G_OPTION_ARG_STRING, &options.crop, AG_CLI_CROP_HELP, "KIND" },
    { "class", 0, 0, G_OPTION_ARG_STRING, &options.class_text,
      N_ ("Class of all pictures; the data's own if not given"), "K" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (AgDataset) dataset = NULL;
  g_autofree int *images = NULL;
  int status;

  if (!ag_cli_parse (cli, entries, &argc, &argv, 1, 1))
    status = cli->status;
  else if (!ag_cli_data_check (cli, &options))
    status = cli->status;
  else if (part && !ag_cli_data_is_part (part))
    status = ag_cli_usage_error (cli, _ ("--part: all, training or held-out"));
  else if (options.seed = request.seed,
           !(model = ag_cli_load_model (argv[1], &error)) ||
             !(dataset = ag_cli_data_load (cli, model, &options, &error)) ||
             !(images = ag_cli_data_select (dataset, part, &request.n, &error)))
    status = ag_cli_fail (cli, error);
  else
    {
      request.images = images;
      status = run (cli, model, dataset, options.class_text, &request);
    }
  ag_cli_data_options_clear (&options);
  return status;
}
