/* ag-sample-session-export.c: drawn faces on their way to the shelf and to files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files are computed and written by the worker for files, with a codec of its own, from what makes
 * the faces: so it does not matter what of them has been shown.
 */
#include "ag-sample-session-private.h"

#include <glib/gi18n-lib.h>

#include "ag-image-sheet.h"

/* Few, so that one can cancel, and see how far it is. */
#define BATCH             4
#define POLL_MILLISECONDS 50

struct AgSampleOut
{
  AgSampleSession *session; /* main loop only; the task holds it */
  GTask *task;              /* likewise */
  guint poll;               /* likewise */
  guint64 job;              /* likewise */
  AgEditEngine *engine;
  GFile *file;
  AgSampleReceipt *receipt;
  gboolean with_receipt;
  atomic_uint done; /* of a thousand */
  gboolean written; /* by the worker; to be read when it is done with it */
  GError *error;
};

static void
out_free (gpointer data)
{
  AgSampleOut *out = data;

  g_clear_handle_id (&out->poll, g_source_remove);
  if (out->session->out == out)
    {
      out->session->out = NULL;
      ag_sample_session_emit_progress (out->session);
    }
  /* Dropped, too late perhaps. */
  if (out->task != NULL && out->written)
    g_task_return_boolean (out->task, TRUE);
  else if (out->task != NULL)
    g_task_return_new_error (out->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("The operation was cancelled"));
  g_clear_object (&out->task);
  g_clear_pointer (&out->engine, ag_edit_engine_unref);
  g_clear_pointer (&out->receipt, ag_sample_receipt_free);
  g_clear_object (&out->file);
  g_clear_error (&out->error);
  g_free (out);
}

static void
on_progress (guint done, guint total, gpointer data)
{
  AgSampleOut *out = data;

  atomic_store (&out->done, 1000 * done / total);
}

static void
out_run (gpointer data, const atomic_bool *cancel)
{
  AgSampleOut *out = data;
  g_autoptr (AgCodec) codec =
    ag_codec_new_shared (ag_edit_engine_get_codec (out->engine), BATCH, 0, &out->error);
  g_autoptr (GPtrArray) images = NULL;
  g_autofree char *receipt = ag_sample_receipt_to_text (out->receipt);
  const char *text[] = { AG_SAMPLE_KEYWORD, receipt, NULL };
  g_autoptr (AgImage) sheet = NULL;

  if (codec == NULL)
    return;
  images = ag_sample_draw (codec, BATCH, &g_array_index (out->receipt->samples, AgSample, 0),
                           out->receipt->samples->len, on_progress, out, cancel, &out->error);
  if (images == NULL)
    return;
  sheet = ag_image_sheet ((AgImage *const *) images->pdata, images->len, out->receipt->n_columns,
                          AG_SAMPLE_GAP, &out->error);
  if (sheet != NULL)
    out->written = ag_image_save (
      sheet, out->file, 0, out->with_receipt && ag_receipt_suits_file (out->file) ? text : NULL,
      NULL, &out->error);
}

static void
out_done (gpointer data)
{
  AgSampleOut *out = data;
  AgSampleSession *self = out->session;
  g_autoptr (GTask) task = g_steal_pointer (&out->task);

  self->out = NULL;
  if (out->error != NULL)
    g_task_return_error (task, g_steal_pointer (&out->error));
  else
    g_task_return_boolean (task, TRUE);
  ag_sample_session_emit_progress (self);
}

static const AgWorkerJobKind out_kind = { out_run, out_done, out_free };

static gboolean
poll_progress (gpointer data)
{
  AgSampleOut *out = data;

  ag_sample_session_emit_progress (out->session);
  return G_SOURCE_CONTINUE;
}

static AgSampleOut *
out_new (AgSampleSession *self, guint place, GFile *file)
{
  AgSampleOut *out = g_new0 (AgSampleOut, 1);
  gboolean all = place == AG_SAMPLE_ALL;

  out->session = self;
  out->engine = ag_edit_engine_ref (self->engine);
  out->file = g_object_ref (file);
  out->with_receipt = ag_edit_session_get_receipts (self->edit);
  out->receipt = ag_sample_receipt_new (
    ag_edit_engine_get_name (self->engine), ag_edit_engine_get_hash (self->engine),
    all ? ag_sample_session_get_n_columns (self) : 1, (int) ag_sample_session_get_n_levels (self));
  for (guint i = 0; i < (all ? self->n_faces : 1); i++)
    ag_sample_receipt_add (out->receipt, &self->faces[self->order[all ? i : place]].sample);
  return out;
}

void
ag_sample_session_export_async (AgSampleSession *self,
                                guint place,
                                GFile *file,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  AgWorker *worker;
  AgSampleOut *out;

  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));
  g_return_if_fail (place == AG_SAMPLE_ALL || place < self->n_faces);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ag_sample_session_export_async);
  worker = ag_edit_session_get_file_worker (self->edit);
  if (self->closed || worker == NULL || self->engine == NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                               _ ("There is no picture yet"));
      return;
    }
  if (self->out != NULL)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "%s",
                               _ ("Another export is under way"));
      return;
    }
  out = out_new (self, place, file);
  out->task = g_object_ref (task);
  self->out = out;
  out->poll = g_timeout_add (POLL_MILLISECONDS, poll_progress, out);
  out->job = ag_worker_push (worker, &out_kind, out);
  ag_sample_session_emit_progress (self);
}

gboolean
ag_sample_session_export_finish (AgSampleSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ag_sample_session_cancel_export (AgSampleSession *self)
{
  AgWorker *worker;

  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));

  worker = ag_edit_session_get_file_worker (self->edit);
  if (self->out == NULL || worker == NULL)
    return;
  g_clear_handle_id (&self->out->poll, g_source_remove);
  ag_worker_cancel (worker, self->out->job);
}

double
ag_sample_session_get_export_progress (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), -1);
  return self->out != NULL ? atomic_load (&self->out->done) / 1000.0 : -1;
}

/* The shelf. */

static void
kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  AgEditFace *face = ag_edit_session_keep_finish (AG_EDIT_SESSION (source), result, &error);

  if (face != NULL)
    ag_edit_face_set_sample (face, g_task_get_task_data (task));
  if (face != NULL)
    g_task_return_pointer (task, face, g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ag_sample_session_keep_async (AgSampleSession *self,
                              guint place,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GBytes) eps = NULL;
  g_autofree char *name = NULL;
  double temperature, factors[AG_MAX_LEVELS];
  gsize n_dims;
  float *numbers;
  const AgGlowConfig *config;
  AgSampleFace *face;

  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));
  g_return_if_fail (place < self->n_faces && self->engine != NULL);

  config = ag_glow_config (ag_edit_engine_get_model (self->engine)->glow);
  face = &self->faces[self->order[place]];
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ag_sample_session_keep_async);
  g_task_set_task_data (task, g_memdup2 (&face->sample, sizeof face->sample), g_free);
  /* The temperature stays a control of the face; factors of levels become part of it. */
  temperature =
    self->layout == AG_SAMPLE_COLUMNS
      ? ag_sample_session_get_column_temperature (self->order[place] % AG_SAMPLE_N_COLUMNS)
      : self->temperature;
  memcpy (factors, self->factors, sizeof factors);
  n_dims = ag_glow_config_n_dims (config);
  numbers = g_new (float, n_dims);
  ag_flow_sample_eps (config, face->sample.seed, factors, numbers);
  eps = g_bytes_new_take (numbers, n_dims * sizeof (float));
  name = g_strdup_printf (_ ("Seed %u"), (guint) face->sample.seed);
  ag_edit_session_keep_async (self->edit, name, eps, temperature, face->sample.class_label,
                              cancellable, kept, g_steal_pointer (&task));
}

AgEditFace *
ag_sample_session_keep_finish (AgSampleSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
