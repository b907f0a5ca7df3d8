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
#include "ag-mixture.h"

/* Few, so that one can cancel, and see how far it is. */
#define BATCH 4

typedef struct
{
  AgEditEngine *engine;
  GFile *file;
  AgSampleReceipt *receipt;
  gboolean with_receipt;
} Out;

static void
out_free (gpointer data)
{
  Out *out = data;

  g_clear_pointer (&out->engine, ag_edit_engine_unref);
  g_clear_pointer (&out->receipt, ag_sample_receipt_free);
  g_clear_object (&out->file);
  g_free (out);
}

static gboolean
out_write (gpointer data, AgFileJob *job, const atomic_bool *cancel, GError **error)
{
  Out *out = data;
  g_autoptr (AgCodec) codec =
    ag_codec_new_shared (ag_edit_engine_get_codec (out->engine), BATCH, 0, error);
  g_autoptr (GPtrArray) images = NULL;
  g_autofree char *receipt = ag_sample_receipt_to_text (out->receipt);
  const char *text[] = { AG_SAMPLE_KEYWORD, receipt, NULL };
  g_autoptr (AgImage) sheet = NULL;

  if (codec == NULL)
    return FALSE;
  images =
    ag_sample_draw (codec, BATCH, &g_array_index (out->receipt->samples, AgSample, 0),
                    out->receipt->samples->len, ag_file_job_set_progress, job, cancel, error);
  if (images == NULL)
    return FALSE;
  sheet = ag_image_sheet ((AgImage *const *) images->pdata, images->len, out->receipt->n_columns,
                          AG_SAMPLE_GAP, error);
  return sheet != NULL &&
         ag_image_save (sheet, out->file, 0,
                        out->with_receipt && ag_receipt_suits_file (out->file) ? text : NULL, NULL,
                        error);
}

static void
told (gpointer session)
{
  ag_sample_session_emit_progress (session);
}

static const AgFileJobKind out_kind = { out_write, out_free, told };

static Out *
out_new (AgSampleSession *self, guint place, GFile *file)
{
  Out *out = g_new0 (Out, 1);
  gboolean all = place == AG_SAMPLE_ALL;

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

  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));
  g_return_if_fail (place == AG_SAMPLE_ALL || place < self->n_faces);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ag_sample_session_export_async);
  if (self->closed || ag_edit_session_get_file_worker (self->edit) == NULL || self->engine == NULL)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             _ ("There is no picture yet"));
  else
    ag_file_job_start (&self->out, self->edit, task, &out_kind, out_new (self, place, file));
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
  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));
  ag_file_job_cancel (self->out);
}

double
ag_sample_session_get_export_progress (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), -1);
  return ag_file_job_get_progress (self->out);
}

/* The shelf. */

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
  AgModel *model;
  AgSampleFace *face;

  g_return_if_fail (AG_IS_SAMPLE_SESSION (self));
  g_return_if_fail (place < self->n_faces && self->engine != NULL);

  model = ag_edit_engine_get_model (self->engine);
  face = &self->faces[self->order[place]];
  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ag_sample_session_keep_async);
  /* The temperature stays a control of the face; factors of levels become part of it. */
  temperature =
    self->layout == AG_SAMPLE_COLUMNS
      ? ag_sample_session_get_column_temperature (self->order[place] % AG_SAMPLE_N_COLUMNS)
      : self->temperature;
  memcpy (factors, self->factors, sizeof factors);
  n_dims = ag_glow_n_dims (model->glow);
  numbers = g_new (float, n_dims);
  ag_mixture_sample_eps (model, face->sample.seed, factors, numbers);
  eps = g_bytes_new_take (numbers, n_dims * sizeof (float));
  name = g_strdup_printf (_ ("Seed %u"), (guint) face->sample.seed);
  ag_edit_session_keep (self->edit, name, eps, temperature, face->sample.class_label, &face->sample,
                        g_steal_pointer (&task));
}

AgEditFace *
ag_sample_session_keep_finish (AgSampleSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
