/* ag-cli-compare.c: `compare`: runs side by side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-chart.h"
#include "ag-cli.h"
#include "ag-run-csv.h"
#include "ag-run-info.h"

#define CHART_WIDTH  64
#define CHART_HEIGHT 16
#define MAX_VALUE    24 /* characters of a setting in the table */

typedef struct
{
  char *csv, *chart;
  double smoothing;
} Options;

static const AgRunInfo *
get_run (GPtrArray *runs, guint index)
{
  return g_ptr_array_index (runs, index);
}

static double
best_of (const AgRunInfo *run)
{
  return run->log->best < 0
           ? NAN
           : g_array_index (run->log->reports, AgRunReport, run->log->best).held_out_bits_per_dim;
}

static double
last_of (const AgRunInfo *run)
{
  guint n = run->log->reports->len;

  return n == 0 ? NAN : g_array_index (run->log->reports, AgRunReport, n - 1).train_bits_per_dim;
}

/* Text in a column of its own, in characters and not in bytes. */
static void
append_cell (GString *line, const char *text, int width)
{
  g_autofree char *cut = g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), width));

  g_string_append (line, cut);
  for (glong n = g_utf8_strlen (cut, -1); n < width + 2; n++)
    g_string_append_c (line, ' ');
}

static void
print_row (AgCli *cli, const char *name, char **cells, guint n)
{
  g_autoptr (GString) line = g_string_new (NULL);

  append_cell (line, name, 22);
  for (guint i = 0; i < n; i++)
    append_cell (line, cells[i], MAX_VALUE);
  ag_cli_print (cli, "%s", g_strchomp (line->str));
}

static char *
number_text (double value)
{
  return isfinite (value) ? g_strdup_printf ("%.4f", value) : g_strdup ("–");
}

static void
print_table (AgCli *cli, GPtrArray *runs, GPtrArray *differences)
{
  g_auto (GStrv) cells = g_new0 (char *, runs->len + 1);

#define ROW(title, expression)                                                                     \
  for (guint i = 0; i < runs->len; i++)                                                            \
    {                                                                                              \
      const AgRunInfo *run = get_run (runs, i);                                                    \
                                                                                                   \
      g_free (cells[i]);                                                                           \
      cells[i] = expression;                                                                       \
    }                                                                                              \
  print_row (cli, title, cells, runs->len)

  ROW ("", g_strdup (run->name));
  ROW (_ ("steps done"), g_strdup_printf ("%" PRIu64, run->step));
  ROW (_ ("hours"), g_strdup_printf ("%.2f", run->seconds / 3600));
  ROW (_ ("training bits/dim"), number_text (last_of (run)));
  ROW (_ ("best held out"), number_text (best_of (run)));
  for (guint d = 0; d < differences->len; d++)
    {
      const char *name = g_ptr_array_index (differences, d);

      ROW (name, g_strdup (ag_run_info_get_setting (run, name)));
    }
#undef ROW
}

/* Held-out bits/dim where there is any, else training: a digit for each run. */
static double
value_of (const AgRunReport *report, gboolean held_out)
{
  return held_out ? report->held_out_bits_per_dim : report->train_bits_per_dim;
}

static void
print_chart (AgCli *cli, GPtrArray *runs)
{
  char cells[CHART_HEIGHT][CHART_WIDTH + 1];
  double low = INFINITY, high = -INFINITY, end = 0;
  gboolean held_out = TRUE;

  for (guint r = 0; r < runs->len; r++)
    held_out = held_out && get_run (runs, r)->log->best >= 0;
  for (guint r = 0; r < runs->len; r++)
    for (guint i = 0; i < get_run (runs, r)->log->reports->len; i++)
      {
        const AgRunReport *report =
          &g_array_index (get_run (runs, r)->log->reports, AgRunReport, i);
        double value = value_of (report, held_out);

        if (!isfinite (value))
          continue;
        low = fmin (low, value);
        high = fmax (high, value);
        end = fmax (end, (double) report->step);
      }
  if (!(high >= low) || end <= 0)
    return;
  memset (cells, ' ', sizeof cells);
  for (guint r = 0; r < runs->len; r++)
    for (guint i = 0; i < get_run (runs, r)->log->reports->len; i++)
      {
        const AgRunReport *report =
          &g_array_index (get_run (runs, r)->log->reports, AgRunReport, i);
        double value = value_of (report, held_out);
        double y = (high - value) / fmax (high - low, 1e-9) * (CHART_HEIGHT - 1);

        if (isfinite (value))
          cells[(int) lround (y)][(int) ((double) report->step / end * (CHART_WIDTH - 1))] =
            (char) ('1' + r % 9);
      }
  ag_cli_print (cli, "\n%s", held_out ? _ ("held-out bits/dim") : _ ("training bits/dim"));
  for (int y = 0; y < CHART_HEIGHT; y++)
    {
      cells[y][CHART_WIDTH] = '\0';
      ag_cli_print (cli, "%8.3f │%s", high - (high - low) * y / (CHART_HEIGHT - 1),
                    g_strchomp (cells[y]));
    }
  ag_cli_print (cli, "         └%*.0f", CHART_WIDTH, end);
  for (guint r = 0; r < runs->len; r++)
    ag_cli_print (cli, "%8u  %s", r % 9 + 1, get_run (runs, r)->name);
}

static gboolean
write_csv (GPtrArray *runs, const char *path, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GString) csv = ag_run_csv_new ();

  for (guint r = 0; r < runs->len; r++)
    ag_run_csv_add (csv, get_run (runs, r)->name, get_run (runs, r)->log->reports);
  return ag_atomic_file_replace (file, csv->str, csv->len, error);
}

static gboolean
write_chart (GPtrArray *runs, const Options *options, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (options->chart);
  g_autoptr (AgChart) chart = ag_chart_new ();

  chart->smoothing = options->smoothing;
  for (guint r = 0; r < runs->len; r++)
    ag_chart_add_run (chart, runs->len > 1 ? get_run (runs, r)->name : NULL,
                      get_run (runs, r)->log->reports, r, FALSE);
  return ag_chart_save (chart, file, error);
}

static void
report_json (AgCli *cli, GPtrArray *runs, GPtrArray *differences)
{
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();

  json_builder_set_member_name (json, "runs");
  json_builder_begin_array (json);
  for (guint r = 0; r < runs->len; r++)
    {
      const AgRunInfo *run = get_run (runs, r);

      json_builder_begin_object (json);
      ag_cli_json_string (json, "name", run->name);
      ag_cli_json_int (json, "step", (gint64) run->step);
      ag_cli_json_double (json, "seconds", run->seconds);
      ag_cli_json_double (json, "train_bits_per_dim", last_of (run));
      ag_cli_json_double (json, "best_held_out_bits_per_dim", best_of (run));
      json_builder_set_member_name (json, "settings");
      json_builder_begin_object (json);
      for (guint d = 0; d < differences->len; d++)
        ag_cli_json_string (json, g_ptr_array_index (differences, d),
                            ag_run_info_get_setting (run, g_ptr_array_index (differences, d)));
      json_builder_end_object (json);
      json_builder_end_object (json);
    }
  json_builder_end_array (json);
  ag_cli_json_end (cli, json);
}

static int
compare (AgCli *cli, char **paths, int n, const Options *options)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_run_info_free);
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < n; i++)
    {
      g_autoptr (GFile) folder = g_file_new_for_commandline_arg (paths[i]);
      AgRunInfo *run = ag_run_info_load (folder, &error);

      if (!run)
        return ag_cli_fail (cli, error);
      g_ptr_array_add (runs, run);
    }
  if ((options->csv && !write_csv (runs, options->csv, &error)) ||
      (options->chart && !write_chart (runs, options, &error)))
    return ag_cli_fail (cli, error);
  differences = ag_run_info_find_differences (runs);
  report_json (cli, runs, differences);
  print_table (cli, runs, differences);
  print_chart (cli, runs);
  return 0;
}

int
ag_cli_compare (AgCli *cli, int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "csv", 0, 0, G_OPTION_ARG_FILENAME, &options.csv, N_ ("Write all reports as a table"),
      "FILE" },
    { "chart", 0, 0, G_OPTION_ARG_FILENAME, &options.chart, N_ ("Draw a chart: .png or .svg"),
      "FILE" },
    { "smoothing", 0, 0, G_OPTION_ARG_DOUBLE, &options.smoothing,
      N_ ("Of the chart's curves, 0 to 1"), "X" },
    G_OPTION_ENTRY_NULL,
  };
  int status;

  if (!ag_cli_parse (cli, entries, &argc, &argv, 1, 64))
    status = cli->status;
  else if (!(options.smoothing >= 0 && options.smoothing <= 1))
    status = ag_cli_usage_error (cli, _ ("--smoothing: a number from 0 to 1"));
  else
    status = compare (cli, argv + 1, argc - 1, &options);
  g_free (options.csv);
  g_free (options.chart);
  return status;
}
