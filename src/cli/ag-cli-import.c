/* ag-cli-import.c: `import`: another program's checkpoint becomes a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>

#include "ag-cli.h"

int
ag_cli_import (AgCli *cli, int argc, char **argv)
{
  int image_size = 0, n_bits = 0;
  g_autofree char *output = NULL;
  const GOptionEntry entries[] = {
    { "image-size", 0, 0, G_OPTION_ARG_INT, &image_size,
      N_ ("Pixels per side, where the checkpoint does not tell"), "N" },
    { "n-bits", 0, 0, G_OPTION_ARG_INT, &n_bits, N_ ("Colour depth it was trained with, 1 to 8"),
      "B" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &output, N_ ("The model to write"), "MODEL" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) source = NULL;
  g_autoptr (GFile) target = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (JsonBuilder) json = NULL;

  if (!ag_cli_parse (cli, entries, &argc, &argv, 1, 1))
    return cli->status;
  if (!output)
    return ag_cli_usage_error (cli, _ ("-o MODEL is missing"));
  if (image_size < 0 || image_size > 4096)
    return ag_cli_usage_error (cli, _ ("--image-size: a number from 2 to 4096"));
  if (n_bits < 0 || n_bits > 8)
    return ag_cli_usage_error (cli, _ ("--n-bits: a number from 1 to 8"));
  source = ag_cli_file (argv[1]);
  target = ag_cli_file (output);
  if (!ag_cli_check_output (output, &error))
    return ag_cli_fail (cli, error);
  model = ag_model_import (source, image_size, n_bits, &error);
  if (!model || !ag_model_save (model, target, AG_MODEL_STORAGE_F32, &error))
    return ag_cli_fail (cli, error);
  json = ag_cli_json_begin ();
  ag_cli_json_string (json, "output", output);
  ag_cli_describe_model (cli, model, json);
  ag_cli_json_end (cli, json);
  return 0;
}
