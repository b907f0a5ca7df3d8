/* ag-cli-bench.c: `bench`: speed and memory
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Prints one JSON line per case, with the keys of the PyTorch program it is compared with, and
 * beside them the machine's own sgemm rate, measured just before, and the share of it that the
 * flow's useful multiply-adds reach. Training counts as three forwards.
 */
#include <glib/gi18n.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "ag-cli-bench.h"
#include "ag-cli.h"
#include "ag-json.h"

/* The fastest of several runs is what the machine can do when nothing else is in the way; at least
 * so many runs, and for at least so long. */
#define MIN_SECONDS 0.4

double
ag_cli_bench_best (int runs, GFunc function, gpointer data)
{
  gint64 begin = g_get_monotonic_time (), best = G_MAXINT64;

  for (int run = 0; run < runs || g_get_monotonic_time () - begin < MIN_SECONDS * G_USEC_PER_SEC;
       run++)
    {
      gint64 start = g_get_monotonic_time (), time;

      function (data, NULL);
      time = g_get_monotonic_time () - start;
      best = MIN (best, time);
    }
  return (double) MAX (best, 1) / G_USEC_PER_SEC;
}

/* IMG:K:L:WIDTH:BATCH, perhaps with a coupling, for example :additive. */
static gboolean
parse_case (const char *text, AgCliBenchCase *bench_case)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);
  guint n = g_strv_length (parts);
  guint64 numbers[5];

  if (n != 5 && n != 6)
    return FALSE;
  for (int i = 0; i < 5; i++)
    if (!g_ascii_string_to_unsigned (parts[i], 10, 1, 65536, &numbers[i], NULL))
      return FALSE;
  bench_case->config = (AgGlowConfig){
    .image_height = (int) numbers[0],
    .image_width = (int) numbers[0],
    .channels = 3,
    .depth = (int) numbers[1],
    .levels = (int) numbers[2],
    .width = (int) numbers[3],
    .coupling = AG_COUPLING_AFFINE,
    .permutation = AG_PERMUTATION_LU,
    .n_bits = 8,
  };
  bench_case->batch = (int) numbers[4];
  bench_case->name = text;
  return n == 5 || ag_coupling_parse (parts[5], &bench_case->config.coupling);
}

static int
peak_memory_mb (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (int) (usage.ru_maxrss / 1024);
}

static void
add_result (JsonBuilder *json,
            const AgCliBenchCase *bench_case,
            const AgCliBenchResult *result,
            int threads,
            double gflops)
{
  double macs = ag_flow_macs (&bench_case->config);
  double limit = gflops * 1e9 / 2; /* multiply-adds a second */

  ag_cli_json_string (json, "case", bench_case->name);
  ag_cli_json_int (json, "threads", threads);
  if (result->train_seconds > 0)
    ag_cli_json_double (json, "train_images_per_s", bench_case->batch / result->train_seconds);
  ag_cli_json_double (json, "encode_ms", result->encode_seconds * 1e3);
  ag_cli_json_double (json, "decode_ms", result->decode_seconds * 1e3);
  ag_cli_json_int (json, "parameters", (gint64) ag_glow_config_n_parameters (&bench_case->config));
  ag_cli_json_int (json, "peak_rss_mb", peak_memory_mb ());
  ag_cli_json_double (json, "sgemm_gflops", gflops);
  ag_cli_json_string (json, "sgemm_kernel", ag_cli_bench_sgemm_kernel ());
  ag_cli_json_double (json, "share_of_sgemm", macs / result->decode_seconds / limit);
  ag_cli_json_double (json, "share_of_sgemm_encode", macs / result->encode_seconds / limit);
  ag_cli_json_double (json, "share_of_sgemm_decode", macs / result->decode_seconds / limit);
  if (result->train_seconds > 0)
    {
      ag_cli_json_double (json, "share_of_sgemm_train",
                          3 * macs * bench_case->batch / result->train_seconds / limit);
      ag_cli_json_string (json, "gradient", result->gradient);
    }
  ag_cli_json_string (json, "coupling", ag_coupling_name (bench_case->config.coupling));
}

/* Runs a case and adds it as an object of its own. */
static gboolean
run_case (AgCli *cli,
          const AgCliBenchCase *bench_case,
          AgGradientMode mode,
          JsonBuilder *json,
          GError **error)
{
  g_autoptr (JsonBuilder) line = ag_cli_json_begin ();
  g_autofree char *text = NULL;
  AgCliBenchResult result = { 0 };
  double gflops;
  int threads;

  ag_cli_progress (cli, _ ("measuring %s"), bench_case->name);
  threads = cli->threads > 0 ? cli->threads : (int) g_get_num_processors ();
  gflops = ag_cli_bench_measure_sgemm (threads);
  if (!ag_cli_bench_measure (cli, bench_case, mode, &result, error))
    return FALSE;
  add_result (line, bench_case, &result, threads, gflops);
  json_builder_end_object (line);
  text = ag_json_to_text (line);
  ag_cli_print (cli, "%s", text);
  json_builder_add_value (json, json_builder_get_root (line));
  return TRUE;
}

static gboolean
add_case (AgCli *cli, GArray *cases, GPtrArray *models, const char *text)
{
  AgCliBenchCase bench_case = { .batch = 1, .name = text };
  g_autoptr (GError) error = NULL;
  AgModel *model;
  AgFlowError flow_error;

  if (strchr (text, ':') && !g_file_test (text, G_FILE_TEST_EXISTS))
    {
      if (!parse_case (text, &bench_case))
        cli->status = ag_cli_usage_error (cli, _ ("“%s” is not IMG:K:L:WIDTH:BATCH"), text);
      else if (ag_glow_config_check (&bench_case.config, &flow_error) != AG_OK)
        cli->status = ag_cli_usage_error (cli, "%s: %s", text, flow_error.message);
      else
        {
          g_array_append_val (cases, bench_case);
          return TRUE;
        }
      return FALSE;
    }
  model = ag_cli_load_model (text, &error);
  if (!model)
    {
      cli->status = ag_cli_fail (cli, error);
      return FALSE;
    }
  g_ptr_array_add (models, model);
  bench_case.model = model;
  bench_case.config = *ag_glow_config (model->glow);
  g_array_append_val (cases, bench_case);
  return TRUE;
}

/* One case is the object itself; several are its `cases`. */
static void
print_json (AgCli *cli, JsonBuilder *list)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (JsonBuilder) json = NULL;
  g_autoptr (JsonGenerator) generator = NULL;
  g_autofree char *text = NULL;
  JsonArray *array;

  json_builder_end_array (list);
  if (!cli->json)
    return;
  root = json_builder_get_root (list);
  array = json_node_get_array (root);
  generator = json_generator_new ();
  if (json_array_get_length (array) == 1)
    json_generator_set_root (generator, json_array_get_element (array, 0));
  else
    {
      g_autoptr (JsonNode) whole = NULL;

      json = ag_cli_json_begin ();
      json_builder_set_member_name (json, "cases");
      json_builder_add_value (json, g_steal_pointer (&root));
      json_builder_end_object (json);
      whole = json_builder_get_root (json);
      json_generator_set_root (generator, whole);
    }
  text = json_generator_to_data (generator, NULL);
  ag_cli_progress_end (cli);
  g_print ("%s\n", text);
}

static gboolean
parse_mode (const char *text, AgGradientMode *mode)
{
  if (!text || g_str_equal (text, "auto"))
    *mode = AG_GRADIENT_AUTO;
  else if (g_str_equal (text, "stored"))
    *mode = AG_GRADIENT_STORED;
  else if (g_str_equal (text, "reversed"))
    *mode = AG_GRADIENT_REVERSED;
  else
    return FALSE;
  return TRUE;
}

int
ag_cli_bench (AgCli *cli, int argc, char **argv)
{
  g_autofree char *mode_text = NULL;
  const GOptionEntry entries[] = {
    { "gradient", 0, 0, G_OPTION_ARG_STRING, &mode_text,
      N_ ("How training remembers: auto, stored or reversed"), "MODE" },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GArray) cases = g_array_new (FALSE, TRUE, sizeof (AgCliBenchCase));
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_model_unref);
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (GError) error = NULL;
  AgGradientMode mode;

  ag_cli_bench_choose_sgemm (argv);
  if (!ag_cli_parse (cli, entries, &argc, &argv, 0, -1))
    return cli->status;
  if (!parse_mode (mode_text, &mode))
    return ag_cli_usage_error (cli, _ ("--gradient: auto, stored or reversed"));
  for (int i = 1; i < argc; i++)
    if (!add_case (cli, cases, models, argv[i]))
      return cli->status;
  /* The published size of the bundled model's kind. */
  if (argc == 1 && !add_case (cli, cases, models, "64:16:4:128:16"))
    return cli->status;
  json_builder_begin_array (json);
  for (guint i = 0; i < cases->len; i++)
    if (!run_case (cli, &g_array_index (cases, AgCliBenchCase, i), mode, json, &error))
      return ag_cli_fail (cli, error);
  print_json (cli, json);
  return 0;
}
