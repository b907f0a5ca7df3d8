/* ag-run-info.c: a run folder as it lies on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-run-info.h"

#include <inttypes.h>
#include <string.h>

#include "ag-checkpoint.h"
#include "ag-file.h"
#include "ag-trainer-options.h"
#include "ag-trainer-private.h"

static void
setting_clear (gpointer data)
{
  AgRunSetting *setting = data;

  g_free (setting->value);
}

void
ag_run_info_free (AgRunInfo *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->folder);
  g_clear_pointer (&self->settings, g_array_unref);
  g_clear_pointer (&self->log, ag_run_log_free);
  g_free (self->name);
  g_free (self->preset);
  g_free (self->data);
  g_free (self->labels);
  g_free (self);
}

static void
add_setting (AgRunInfo *self, const char *name, char *value)
{
  AgRunSetting setting = { name, value };

  g_array_append_val (self->settings, setting);
}

static void
fill_settings (AgRunInfo *self)
{
  int n;
  const AgOption *table = ag_trainer_options_table (&n);

  self->settings = g_array_new (FALSE, FALSE, sizeof (AgRunSetting));
  g_array_set_clear_func (self->settings, setting_clear);
  add_setting (self, "data", g_strdup (self->data ? self->data : ""));
  add_setting (self, "images", g_strdup_printf ("%" PRIu64, self->n_training));
  add_setting (self, "preset", g_strdup (self->preset));
  for (int i = 0; i < n; i++)
    add_setting (self, table[i].name,
                 ag_option_get_text (&table[i], ag_option_get (&table[i], &self->options)));
  add_setting (self, "steps", g_strdup_printf ("%" PRId64, self->options.steps));
  add_setting (self, "epochs", g_strdup_printf ("%.10g", self->options.epochs));
  add_setting (self, "minutes", g_strdup_printf ("%.10g", self->options.minutes));
}

static gboolean
load_log (AgRunInfo *self, GError **error)
{
  g_autoptr (GFile) file = g_file_get_child (self->folder, "log.jsonl");

  if (g_file_query_exists (file, NULL))
    {
      self->log = ag_run_log_load (file, error);
      return self->log != NULL;
    }
  self->log = g_new0 (AgRunLog, 1);
  self->log->reports = g_array_new (FALSE, FALSE, sizeof (AgRunReport));
  self->log->best = -1;
  return TRUE;
}

AgRunInfo *
ag_run_info_load (GFile *folder, GError **error)
{
  g_autoptr (AgRunInfo) self = g_new0 (AgRunInfo, 1);
  g_autoptr (AgCheckpoint) checkpoint = NULL;
  AgTrainCounters counters;
  guint64 last_step;

  self->folder = g_object_ref (folder);
  self->name = ag_file_name (folder);
  checkpoint = ag_checkpoint_peek (folder, &counters, error);
  if (checkpoint == NULL)
    {
      g_prefix_error (error, "%s: ", self->name);
      return NULL;
    }
  self->options = checkpoint->options;
  self->preset = g_strdup (checkpoint->preset ? checkpoint->preset : "");
  self->data = g_strdup (checkpoint->data);
  self->labels = g_strdup (checkpoint->labels);
  self->n_training = checkpoint->n_training;
  self->step = counters.step;
  self->seconds = counters.seconds;
  last_step = ag_trainer_find_last_step (&self->options, self->n_training);
  self->last_step = last_step == G_MAXUINT64 ? 0 : last_step;
  self->is_finished = self->step >= last_step ||
                      (self->options.minutes > 0 && self->seconds >= 60 * self->options.minutes);
  fill_settings (self);
  return load_log (self, error) ? g_steal_pointer (&self) : NULL;
}

const char *
ag_run_info_get_setting (const AgRunInfo *self, const char *name)
{
  for (guint i = 0; i < self->settings->len; i++)
    {
      const AgRunSetting *setting = &g_array_index (self->settings, AgRunSetting, i);

      if (strcmp (setting->name, name) == 0)
        return setting->value;
    }
  return NULL;
}

GPtrArray *
ag_run_info_find_differences (GPtrArray *runs)
{
  const AgRunInfo *first = g_ptr_array_index (runs, 0);
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < first->settings->len; i++)
    {
      const AgRunSetting *setting = &g_array_index (first->settings, AgRunSetting, i);
      gboolean differs = FALSE;

      for (guint k = 1; k < runs->len; k++)
        differs |= g_strcmp0 (setting->value, ag_run_info_get_setting (g_ptr_array_index (runs, k),
                                                                       setting->name)) != 0;
      if (differs)
        g_ptr_array_add (names, (char *) setting->name);
    }
  return names;
}
