/* ag-curves-out.c: the curves of training runs, written to a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-curves-out.h"

#include "ag-atomic-file.h"
#include "ag-chart.h"
#include "ag-file-dialogs.h"
#include "ag-file.h"
#include "ag-run-csv.h"
#include "ag-view-out.h"

typedef struct
{
  GPtrArray *names;   /* of char */
  GPtrArray *reports; /* of GArray */
  double smoothing;
  GFile *file;
} Curves;

static void
curves_free (gpointer data)
{
  Curves *self = data;

  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->reports);
  g_object_unref (self->file);
  g_free (self);
}

static gboolean
write_numbers (const Curves *self, GError **error)
{
  g_autoptr (GString) csv = ag_run_csv_new ();

  for (guint i = 0; i < self->names->len; i++)
    ag_run_csv_add (csv, g_ptr_array_index (self->names, i), g_ptr_array_index (self->reports, i));
  return ag_atomic_file_replace (self->file, csv->str, csv->len, error);
}

static gboolean
write_picture (const Curves *self, GError **error)
{
  g_autoptr (AgChart) chart = ag_chart_new ();
  gboolean several = self->names->len > 1;

  chart->smoothing = self->smoothing;
  for (guint i = 0; i < self->names->len; i++)
    ag_chart_add_run (chart, several ? g_ptr_array_index (self->names, i) : NULL,
                      g_ptr_array_index (self->reports, i), i, FALSE);
  return ag_chart_save (chart, self->file, error);
}

static void
write_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Curves *self = data;
  g_autofree char *name = ag_file_name (self->file);
  GError *error = NULL;

  if (g_str_has_suffix (name, ".csv") ? write_numbers (self, &error) : write_picture (self, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ag_curves_out_async (GPtrArray *runs,
                     double smoothing,
                     GFile *file,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Curves *self = g_new0 (Curves, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->reports = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  self->smoothing = smoothing;
  self->file = g_object_ref (file);
  for (guint i = 0; i < runs->len; i++)
    {
      AgTrainRun *run = g_ptr_array_index (runs, i);

      g_ptr_array_add (self->names, g_strdup (ag_train_run_get_name (run)));
      g_ptr_array_add (self->reports, g_array_copy (ag_train_run_get_reports (run, NULL)));
    }
  g_task_set_source_tag (task, ag_curves_out_async);
  g_task_set_task_data (task, self, curves_free);
  g_task_run_in_thread (task, write_thread);
}

gboolean
ag_curves_out_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* A question under way. */
typedef struct
{
  GtkWidget *view;
  GPtrArray *runs;
  double smoothing;
} Asking;

static void
asking_free (gpointer data)
{
  Asking *self = data;

  g_object_unref (self->view);
  g_ptr_array_unref (self->runs);
  g_free (self);
}

static void
written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) view = user_data;
  g_autoptr (GError) error = NULL;
  const Curves *curves = g_task_get_task_data (G_TASK (result));
  g_autofree char *name = ag_file_name (curves->file);

  (void) ag_curves_out_finish (result, &error);
  ag_view_out_exported (view, name, error);
}

static void
file_chosen (GListModel *files, gpointer user_data)
{
  Asking *self = user_data;
  g_autoptr (GFile) chosen = g_list_model_get_item (files, 0);
  g_autoptr (GFile) file = ag_file_dialogs_with_extension (chosen, ".png");

  ag_curves_out_async (self->runs, self->smoothing, file, NULL, written, g_object_ref (self->view));
  asking_free (self);
}

void
ag_curves_out_ask (GtkWidget *view, GPtrArray *runs, double smoothing)
{
  Asking *self = g_new (Asking, 1);
  g_autofree char *name =
    g_strconcat (ag_train_run_get_name (g_ptr_array_index (runs, 0)), ".png", NULL);

  self->view = g_object_ref (view);
  self->runs = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < runs->len; i++)
    g_ptr_array_add (self->runs, g_object_ref (g_ptr_array_index (runs, i)));
  self->smoothing = smoothing;
  ag_file_dialogs_save_curves (GTK_WINDOW (gtk_widget_get_root (view)), name, file_chosen, self,
                               asking_free);
}
