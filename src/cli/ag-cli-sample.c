/* ag-cli-sample.c: `sample`: draw new pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>

#include "ag-cli.h"
#include "ag-file.h"
#include "ag-mixture.h"
#include "ag-receipt.h"
#include "ag-sample-receipt.h"

#define MAX_SAMPLES 65536

typedef struct
{
  int n;
  gint64 seed;
  double *temperature; /* per level */
  char *model_name, *model_hash;
  int n_levels;
  const int *classes; /* nullable */
} Request;

static char *
describe (int first, int n, int columns, gpointer data)
{
  const Request *request = data;
  g_autoptr (AgSampleReceipt) receipt = ag_sample_receipt_new (
    request->model_name, request->model_hash, (guint) columns, request->n_levels);

  for (int i = first; i < first + n; i++)
    {
      AgSample sample = { .seed = (guint64) (request->seed + i),
                          .class_label = request->classes ? request->classes[i] : 0 };

      for (int l = 0; l < request->n_levels; l++)
        sample.temperature[l] = request->temperature[l];
      ag_sample_receipt_add (receipt, &sample);
    }
  return ag_sample_receipt_to_text (receipt);
}

/* One number for all levels, or one for each. */
static gboolean
parse_temperature (AgCli *cli, const AgGlowConfig *config, const char *text, Request *request)
{
  g_autofree double *numbers = NULL;
  int n = 0;

  numbers = ag_cli_parse_numbers (text, &n);
  if (!numbers || (n != 1 && n != config->levels))
    {
      cli->status = ag_cli_usage_error (
        cli, _ ("-T: one number, or %d with commas between, level 0 first"), config->levels);
      return FALSE;
    }
  request->temperature = g_new (double, config->levels);
  for (int l = 0; l < config->levels; l++)
    {
      request->temperature[l] = numbers[n == 1 ? 0 : l];
      if (request->temperature[l] < 0 || request->temperature[l] > 10)
        {
          cli->status = ag_cli_usage_error (cli, _ ("-T: a temperature from 0 to 10"));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
draw (AgCli *cli,
      AgCodec *codec,
      const Request *request,
      const int *classes,
      int batch,
      float *x,
      GError **error)
{
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *eps = g_new (float, (gsize) batch *n_dims);

  for (int i = 0; i < request->n; i += batch)
    {
      int n = MIN (batch, request->n - i);

      ag_cli_progress (cli, _ ("drawing %d of %d"), i + 1, request->n);
      for (int k = 0; k < n; k++)
        ag_mixture_sample_eps (ag_codec_get_model (codec), (guint64) (request->seed + i + k),
                               request->temperature, eps + (gsize) k * n_dims);
      if (!ag_codec_decode (codec, n, eps, classes ? classes + i : NULL, x + (gsize) i * n_dims,
                            ag_cli_cancel_flag (), error))
        return FALSE;
    }
  return TRUE;
}

static int
sample (AgCli *cli, AgModel *model, Request *request, const char *class_text, const char *output)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  int batch = ag_cli_batch_size (config, request->n);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgCodec) codec = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (JsonBuilder) json = NULL;
  g_autofree int *classes = NULL;
  g_autofree float *x = NULL;

  if (!ag_cli_parse_classes (cli, model, class_text, request->n, &classes))
    return cli->status;
  request->classes = classes;
  request->n_levels = config->levels;
  codec = ag_codec_new (model, batch, cli->threads, &error);
  if (!codec)
    return ag_cli_fail (cli, error);
  for (int i = 0; i < request->n; i++)
    g_ptr_array_add (names, g_strdup_printf ("seed-%04" G_GINT64_FORMAT, request->seed + i));
  x = g_try_new (float, (gsize) request->n *ag_codec_get_n_dims (codec));
  if (!x)
    {
      ag_cli_note (cli, _ ("not enough memory for so many pictures"));
      return AG_CLI_FAILED;
    }
  if (!draw (cli, codec, request, classes, batch, x, &error) ||
      (!ag_cli_is_safetensors (output) &&
       !ag_cli_check_sane (cli, config, request->n, x, names, &error)) ||
      !ag_cli_write_pictures (config, request->n, x, output, names, AG_SAMPLE_KEYWORD, describe,
                              request, &error))
    return ag_cli_fail (cli, error);
  json = ag_cli_json_begin ();
  ag_cli_json_string (json, "output", output);
  ag_cli_json_int (json, "count", request->n);
  ag_cli_json_int (json, "seed", request->seed);
  ag_cli_json_doubles (json, "temperature", request->temperature, config->levels);
  ag_cli_json_end (cli, json);
  ag_cli_print (cli, ngettext ("%s: %d picture", "%s: %d pictures", (gulong) request->n), output,
                request->n);
  return 0;
}

int
ag_cli_sample (AgCli *cli, int argc, char **argv)
{
  Request request = { .n = 1 };
  g_autofree char *output = NULL, *class_text = NULL, *temperature_text = NULL;
  const GOptionEntry entries[] = {
    { "count", 'n', 0, G_OPTION_ARG_INT, &request.n, N_ ("How many pictures; 1 if not given"),
      "N" },
    { "temperature", 'T', 0, G_OPTION_ARG_STRING, &temperature_text,
      N_ ("Temperature, or one for each level with commas between; 0.7 if not given"), "T" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &request.seed,
      N_ ("Of the first picture, the others follow; 0 if not given"), "S" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_ ("A folder; or a picture, a sheet if there are several; or .safetensors for the numbers"),
      "DIR|PNG" },
    { "class", 0, 0, G_OPTION_ARG_STRING, &class_text,
      N_ ("Class of the pictures: name or number, or one for each with commas between"), "K" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (GFile) model_file = NULL;
  int status;

  if (!ag_cli_parse (cli, entries, &argc, &argv, 1, 1))
    return cli->status;
  if (!output)
    return ag_cli_usage_error (cli, _ ("-o DIR|PNG is missing"));
  if (request.n < 1 || request.n > MAX_SAMPLES)
    return ag_cli_usage_error (cli, _ ("-n: a number from 1 to %d"), MAX_SAMPLES);
  if (request.seed < 0 || request.seed > G_MAXINT64 - MAX_SAMPLES)
    return ag_cli_usage_error (cli, _ ("--seed: a number that is not negative"));
  model_file = ag_cli_file (argv[1]);
  if (!ag_cli_check_output (output, &error) || !(model = ag_cli_load_model (argv[1], &error)) ||
      !(request.model_hash = ag_receipt_hash_file (model_file, &error)))
    return ag_cli_fail (cli, error);
  request.model_name = g_file_get_basename (model_file);
  if (!parse_temperature (cli, ag_glow_config (model->glow),
                          temperature_text ? temperature_text : "0.7", &request))
    status = cli->status;
  else
    status = sample (cli, model, &request, class_text, output);
  g_free (request.temperature);
  g_free (request.model_name);
  g_free (request.model_hash);
  return status;
}
