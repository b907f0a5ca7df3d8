/* ag-cli-decode.c: `decode`: latents become pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>

#include "ag-cli.h"
#include "ag-file.h"
#include "ag-latents-file.h"

static gboolean
decode_all (AgCli *cli,
            AgCodec *codec,
            int n,
            const float *eps,
            const float *low,
            const int *classes,
            int batch,
            float *x,
            GError **error)
{
  gsize n_dims = ag_codec_get_n_dims (codec);

  for (int i = 0; i < n; i += batch)
    {
      ag_cli_progress (cli, _ ("decoding %d of %d"), i + 1, n);
      if (!ag_codec_decode_exact (codec, MIN (batch, n - i), eps + (gsize) i * n_dims,
                                  low ? low + (gsize) i * n_dims : NULL,
                                  classes ? classes + i : NULL, x + (gsize) i * n_dims,
                                  ag_cli_cancel_flag (), error))
        return FALSE;
    }
  return TRUE;
}

/* What each latent is called in an error: its file, and its number if there are several. */
static GPtrArray *
latent_names (const char *path, int n)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GFile) file = ag_cli_file (path);
  g_autofree char *name = ag_file_name (file);

  for (int i = 0; i < n; i++)
    g_ptr_array_add (names, n == 1 ? g_strdup (name) : g_strdup_printf ("%s:%d", name, i));
  return names;
}

static GPtrArray *
output_names (int n)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < n; i++)
    g_ptr_array_add (names, g_strdup_printf ("%04d", i));
  return names;
}

static gboolean
check_and_write (AgCli *cli,
                 const AgGlowConfig *config,
                 int n,
                 const float *x,
                 const char *input,
                 const char *output,
                 GError **error)
{
  g_autoptr (GPtrArray) inputs = latent_names (input, n);
  g_autoptr (GPtrArray) outputs = output_names (n);

  /* Numbers are written as they are; a picture should be one. */
  if (!ag_cli_is_safetensors (output) && !ag_cli_check_sane (cli, config, n, x, inputs, error))
    return FALSE;
  return ag_cli_write_pictures (config, n, x, output, outputs, NULL, NULL, NULL, error);
}

int
ag_cli_decode (AgCli *cli, int argc, char **argv)
{
  g_autofree char *output = NULL, *class_text = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output,
      N_ ("A folder; or a picture, a sheet if there are several; or .safetensors for the numbers"),
      "DIR|PNG|SAFETENSORS" },
    { "class", 0, 0, G_OPTION_ARG_STRING, &class_text,
      N_ ("Class of the latents: name or number, or one for each with commas between"), "K" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) source = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (AgCodec) codec = NULL;
  g_autoptr (JsonBuilder) json = NULL;
  g_autofree int *classes = NULL;
  g_autofree float *eps = NULL, *low = NULL, *x = NULL;
  const AgGlowConfig *config;
  int n, batch;

  if (!ag_cli_parse (cli, entries, &argc, &argv, 2, 2))
    return cli->status;
  if (!output)
    return ag_cli_usage_error (cli, _ ("-o DIR|PNG|SAFETENSORS is missing"));
  source = ag_cli_file (argv[2]);
  if (!ag_cli_check_output (output, &error) || !(model = ag_cli_load_model (argv[1], &error)))
    return ag_cli_fail (cli, error);
  config = ag_glow_config (model->glow);
  eps = ag_latents_load (source, config, &n, &low, NULL, &error);
  if (!eps)
    return ag_cli_fail (cli, error);
  if (!ag_cli_parse_classes (cli, model, class_text, n, &classes))
    return cli->status;
  batch = ag_cli_batch_size (config, n);
  codec = ag_codec_new (model, batch, cli->threads, &error);
  if (!codec)
    return ag_cli_fail (cli, error);
  x = g_new (float, (gsize) n *ag_codec_get_n_dims (codec));
  if (!decode_all (cli, codec, n, eps, low, classes, batch, x, &error) ||
      !check_and_write (cli, config, n, x, argv[2], output, &error))
    return ag_cli_fail (cli, error);
  json = ag_cli_json_begin ();
  ag_cli_json_string (json, "output", output);
  ag_cli_json_int (json, "count", n);
  ag_cli_json_end (cli, json);
  ag_cli_print (cli, ngettext ("%s: %d picture", "%s: %d pictures", (gulong) n), output, n);
  return 0;
}
