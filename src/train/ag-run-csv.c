/* ag-run-csv.c: the curves of runs as a table for other programs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-run-csv.h"

#include <inttypes.h>
#include <math.h>

#include "ag-run-log.h"

GString *
ag_run_csv_new (void)
{
  return g_string_new ("run,step,images,train_bits_per_dim,held_out_bits_per_dim,lr,gradient_norm,"
                       "images_per_s,seconds\n");
}

static void
append_number (GString *csv, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_c (csv, ',');
  if (isfinite (value))
    g_string_append (csv, g_ascii_formatd (text, sizeof text, "%.10g", value));
}

static void
append_quoted (GString *csv, const char *text)
{
  g_string_append_c (csv, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *text);
    }
  g_string_append_c (csv, '"');
}

void
ag_run_csv_add (GString *csv, const char *name, const GArray *reports)
{
  for (guint i = 0; i < reports->len; i++)
    {
      const AgRunReport *report = &g_array_index (reports, AgRunReport, i);

      append_quoted (csv, name);
      g_string_append_printf (csv, ",%" PRIu64 ",%" PRIu64, report->step, report->images);
      append_number (csv, report->train_bits_per_dim);
      append_number (csv, report->held_out_bits_per_dim);
      append_number (csv, report->learning_rate);
      append_number (csv, report->gradient_norm);
      append_number (csv, report->images_per_second);
      append_number (csv, report->seconds);
      g_string_append_c (csv, '\n');
    }
}
