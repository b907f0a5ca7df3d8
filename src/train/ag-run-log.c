/* ag-run-log.c: the reports of a training run, read back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-run-log.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "ag-file.h"
#include "ag-json.h"
#include "ag-trainer.h"

#define MAX_BYTES (1024 * 1024 * 1024)

void
ag_run_log_free (AgRunLog *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->reports);
  g_free (self);
}

static double
get_number (JsonObject *object, const char *key)
{
  double value;

  return ag_json_get_double (object, key, &value) ? value : NAN;
}

/* Returns FALSE if the line is neither a report nor an event. */
static gboolean
read_line (AgRunLog *self, const char *line)
{
  g_autoptr (JsonNode) node = ag_json_parse (line);
  JsonObject *object;
  AgRunReport report = { 0 };
  double step, images;

  if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;
  object = json_node_get_object (node);
  step = get_number (object, "step");
  if (!(step >= 0 && step < 1e18))
    return FALSE;
  if (ag_json_get_string (object, "event") != NULL)
    return TRUE;
  images = get_number (object, "images");
  if (!(images >= 0 && images < 1e18))
    return FALSE;
  report.step = (guint64) step;
  report.images = (guint64) images;
  report.train_bits_per_dim = get_number (object, "train_bits_per_dim");
  report.held_out_bits_per_dim = get_number (object, "held_out_bits_per_dim");
  report.learning_rate = get_number (object, "lr");
  report.gradient_norm = get_number (object, "gradient_norm");
  report.images_per_second = get_number (object, "images_per_s");
  report.seconds = get_number (object, "seconds");
  g_array_append_val (self->reports, report);
  return TRUE;
}

static gboolean
read_lines (AgRunLog *self, char *text, const char *name, GError **error)
{
  guint number = 1;
  char *end;

  for (char *line = text; (end = strchr (line, '\n')) != NULL; line = end + 1, number++)
    {
      *end = '\0';
      if (*line == '\0' || read_line (self, line))
        continue;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("%s: line %u: not a report of a training run"), name, number);
      return FALSE;
    }
  return TRUE;
}

static int
find_best (const AgRunLog *self)
{
  int best = -1;
  double lowest = INFINITY;

  for (guint i = 0; i < self->reports->len; i++)
    {
      double bits = g_array_index (self->reports, AgRunReport, i).held_out_bits_per_dim;

      if (bits < lowest)
        {
          lowest = bits;
          best = (int) i;
        }
    }
  return best;
}

AgRunLog *
ag_run_log_load (GFile *file, GError **error)
{
  g_autoptr (AgRunLog) self = g_new0 (AgRunLog, 1);
  g_autoptr (GFile) log = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *name = NULL, *text = NULL;

  if (g_file_query_file_type (file, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY)
    log = g_file_get_child (file, "log.jsonl");
  else
    log = g_object_ref (file);
  name = ag_file_name (log);
  self->reports = g_array_new (FALSE, FALSE, sizeof (AgRunReport));
  bytes = ag_file_read (log, MAX_BYTES, NULL, error);
  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  if (!read_lines (self, text, name, error))
    return NULL;
  self->best = find_best (self);
  return g_steal_pointer (&self);
}
