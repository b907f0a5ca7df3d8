/* ag-cli-info.c: `info`: what a model is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>

#include "ag-cli.h"

AgModel *
ag_cli_load_model (const char *path, GError **error)
{
  g_autoptr (GFile) file = ag_cli_file (path);

  return ag_model_load (file, error);
}

/* The keys of the training facts in order, so that output is the same every time. */
static GList *
sorted_facts (AgModel *model)
{
  return g_list_sort (g_hash_table_get_keys (model->facts), (GCompareFunc) g_strcmp0);
}

static void
describe_as_json (AgModel *model, JsonBuilder *json)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autoptr (GList) facts = sorted_facts (model);

  if (config->image_width == config->image_height)
    ag_cli_json_int (json, "image_size", config->image_width);
  else
    {
      double size[2] = { config->image_height, config->image_width };

      ag_cli_json_doubles (json, "image_size", size, 2);
    }
  ag_cli_json_int (json, "channels", config->channels);
  ag_cli_json_int (json, "levels", config->levels);
  ag_cli_json_int (json, "depth", config->depth);
  ag_cli_json_int (json, "width", config->width);
  ag_cli_json_string (json, "coupling", ag_coupling_name (config->coupling));
  ag_cli_json_string (json, "permutation", ag_permutation_name (config->permutation));
  ag_cli_json_int (json, "n_bits", config->n_bits);
  ag_cli_json_int (json, "classes", config->classes);
  if (model->class_names)
    {
      json_builder_set_member_name (json, "class_names");
      json_builder_begin_array (json);
      for (char **name = model->class_names; *name; name++)
        json_builder_add_string_value (json, *name);
      json_builder_end_array (json);
    }
  ag_cli_json_int (json, "parameters", (gint64) ag_glow_config_n_parameters (config));
  json_builder_set_member_name (json, "attributes");
  json_builder_begin_array (json);
  for (guint a = 0; a < model->attributes->len; a++)
    json_builder_add_string_value (
      json, ((const AgModelAttribute *) g_ptr_array_index (model->attributes, a))->name);
  json_builder_end_array (json);
  json_builder_set_member_name (json, "mean_latent");
  json_builder_add_boolean_value (json, model->mean != NULL);
  if (model->percentiles)
    ag_cli_json_doubles (json, "percentiles", model->percentiles, 101);
  json_builder_set_member_name (json, "training");
  json_builder_begin_object (json);
  for (GList *fact = facts; fact; fact = fact->next)
    ag_cli_json_string (json, fact->data, g_hash_table_lookup (model->facts, fact->data));
  json_builder_end_object (json);
}

static void
describe_as_text (AgCli *cli, AgModel *model)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autoptr (GList) facts = sorted_facts (model);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint a = 0; a < model->attributes->len; a++)
    g_string_append_printf (
      names, " %s", ((const AgModelAttribute *) g_ptr_array_index (model->attributes, a))->name);
  /* The same words as in the file and in --json, so they are not translated. */
  ag_cli_print (cli, "image_size   %d×%d", config->image_width, config->image_height);
  ag_cli_print (cli, "channels     %d", config->channels);
  ag_cli_print (cli, "levels       %d", config->levels);
  ag_cli_print (cli, "depth        %d", config->depth);
  ag_cli_print (cli, "width        %d", config->width);
  ag_cli_print (cli, "coupling     %s", ag_coupling_name (config->coupling));
  ag_cli_print (cli, "permutation  %s", ag_permutation_name (config->permutation));
  ag_cli_print (cli, "n_bits       %d", config->n_bits);
  ag_cli_print (cli, "classes      %d", config->classes);
  for (int i = 0; model->class_names && model->class_names[i]; i++)
    ag_cli_print (cli, "class %-6d %s", i, model->class_names[i]);
  ag_cli_print (cli, "parameters   %" G_GSIZE_FORMAT, ag_glow_config_n_parameters (config));
  ag_cli_print (cli, "attributes  %s", names->len > 0 ? names->str : " -");
  if (model->percentiles)
    ag_cli_print (cli, "percentiles  5th %.4f, 50th %.4f, 95th %.4f", model->percentiles[5],
                  model->percentiles[50], model->percentiles[95]);
  for (GList *fact = facts; fact; fact = fact->next)
    ag_cli_print (cli, "%s: %s", (const char *) fact->data,
                  (const char *) g_hash_table_lookup (model->facts, fact->data));
}

void
ag_cli_describe_model (AgCli *cli, AgModel *model, JsonBuilder *json)
{
  describe_as_json (model, json);
  describe_as_text (cli, model);
}

int
ag_cli_info (AgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (JsonBuilder) json = NULL;

  if (!ag_cli_parse (cli, NULL, &argc, &argv, 1, 1))
    return cli->status;
  model = ag_cli_load_model (argv[1], &error);
  if (!model)
    return ag_cli_fail (cli, error);
  json = ag_cli_json_begin ();
  ag_cli_describe_model (cli, model, json);
  ag_cli_json_end (cli, json);
  return 0;
}
