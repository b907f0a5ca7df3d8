/* ag-cli-encode.c: `encode`: pictures become latents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <math.h>

#include "ag-cli.h"
#include "ag-latents-file.h"

static gboolean
encode_all (AgCli *cli,
            AgCodec *codec,
            AgCliImages *images,
            int batch,
            const int *classes,
            float *eps,
            float *low,
            double *bits_per_dim,
            GError **error)
{
  gsize n_dims = ag_codec_get_n_dims (codec);

  for (int i = 0; i < images->n; i += batch)
    {
      int n = MIN (batch, images->n - i);

      ag_cli_progress (cli, _ ("encoding %d of %d"), i + 1, images->n);
      if (!ag_codec_encode_exact (codec, n, images->x + (gsize) i * n_dims,
                                  classes ? classes + i : NULL, eps + (gsize) i * n_dims,
                                  low + (gsize) i * n_dims, bits_per_dim + i, ag_cli_cancel_flag (),
                                  error))
        return FALSE;
      for (int k = i; k < i + n; k++)
        if (!isfinite (bits_per_dim[k]))
          {
            g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FLOW,
                         _ ("%s: the model cannot encode it, its likelihood is not finite"),
                         (const char *) g_ptr_array_index (images->names, k));
            return FALSE;
          }
    }
  return TRUE;
}

static void
report (AgCli *cli, AgCliImages *images, const double *bits_per_dim, const char *output)
{
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();

  ag_cli_json_string (json, "output", output);
  ag_cli_json_int (json, "count", images->n);
  ag_cli_json_doubles (json, "bits_per_dim", bits_per_dim, images->n);
  json_builder_set_member_name (json, "images");
  json_builder_begin_array (json);
  for (int i = 0; i < images->n; i++)
    {
      const char *name = g_ptr_array_index (images->names, i);
      g_autofree char *base = g_path_get_basename (name);

      json_builder_begin_object (json);
      ag_cli_json_string (json, "file", base);
      ag_cli_json_double (json, "bits_per_dim", bits_per_dim[i]);
      json_builder_end_object (json);
      ag_cli_print (cli, _ ("%s: %.4f bits/dim"), name, bits_per_dim[i]);
    }
  json_builder_end_array (json);
  ag_cli_json_end (cli, json);
}

int
ag_cli_encode (AgCli *cli, int argc, char **argv)
{
  g_autofree char *output = NULL, *class_text = NULL;
  const GOptionEntry entries[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("The file of latents to write"),
      "LATENTS" },
    { "class", 0, 0, G_OPTION_ARG_STRING, &class_text,
      N_ ("Class of the images: name or number, or one for each with commas between"), "K" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) target = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (AgCodec) codec = NULL;
  g_autoptr (AgCliImages) images = NULL;
  g_autofree int *classes = NULL;
  g_autofree float *eps = NULL, *low = NULL;
  g_autofree double *bits_per_dim = NULL;
  const AgGlowConfig *config;
  int batch;

  if (!ag_cli_parse (cli, entries, &argc, &argv, 2, -1))
    return cli->status;
  if (!output)
    return ag_cli_usage_error (cli, _ ("-o LATENTS is missing"));
  target = ag_cli_file (output);
  if (!ag_cli_check_output (output, &error) || !(model = ag_cli_load_model (argv[1], &error)))
    return ag_cli_fail (cli, error);
  config = ag_glow_config (model->glow);
  images = ag_cli_images_load (cli, config, argv + 2, argc - 2, &error);
  if (!images)
    return ag_cli_fail (cli, error);
  if (!ag_cli_parse_classes (cli, model, class_text, images->n, &classes))
    return cli->status;
  batch = ag_cli_batch_size (config, images->n);
  codec = ag_codec_new (model, batch, cli->threads, &error);
  if (!codec)
    return ag_cli_fail (cli, error);
  eps = g_new (float, (gsize) images->n *ag_codec_get_n_dims (codec));
  low = g_new (float, (gsize) images->n *ag_codec_get_n_dims (codec));
  bits_per_dim = g_new (double, images->n);
  if (!encode_all (cli, codec, images, batch, classes, eps, low, bits_per_dim, &error) ||
      !ag_latents_save (target, config, images->n, eps, low, bits_per_dim, &error))
    return ag_cli_fail (cli, error);
  report (cli, images, bits_per_dim, output);
  return 0;
}
