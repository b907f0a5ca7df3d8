/* ag-blend-session-export.c: a blend on its way to the shelf and to files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files are written by the worker for files, with a codec of its own, so that one can go on moving
 * the scrubber meanwhile.
 */
#include "ag-blend-session-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#define BATCH   8
#define QUALITY 90

typedef struct
{
  AgEditEngine *engine;
  AgEditSubject *subjects[AG_BLEND_MAX_FACES];
  AgBlendOutput output;
  AgBlendReceipt *receipt;
  gboolean with_receipt;
  AgBlendPoint *points;
  guint n_points;
  GFile *file;
} Out;

static void
out_free (gpointer data)
{
  Out *out = data;

  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    g_clear_pointer (&out->subjects[k], ag_edit_subject_unref);
  g_clear_pointer (&out->engine, ag_edit_engine_unref);
  g_clear_object (&out->file);
  g_clear_pointer (&out->receipt, ag_blend_receipt_free);
  g_free (out->points);
  g_free (out);
}

static gboolean
write_still (Out *out, AgCodec *codec, int size, const atomic_bool *cancel, GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  int class_label = out->subjects[0]->class_label;
  g_autofree float *eps = g_new (float, n_dims);
  g_autofree float *x = g_new (float, n_dims);
  g_autoptr (AgBlendRenderer) renderer = ag_blend_renderer_new ();
  g_autoptr (GBytes) values = NULL;
  g_autoptr (AgImage) image = NULL;
  g_autofree char *receipt = NULL;
  const char *text[] = { AG_BLEND_KEYWORD, NULL, NULL };

  ag_blend_point_eps (out->points, config, out->subjects, eps);
  if (!ag_codec_decode (codec, 1, eps, class_label >= 0 ? &class_label : NULL, x, cancel, error))
    return FALSE;
  values = g_bytes_new_take (g_steal_pointer (&x), n_dims * sizeof (float));
  if (ag_edit_engine_check (out->engine, values) != AG_SANITY_GOOD)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("The model draws no picture here"));
      return FALSE;
    }
  image = ag_blend_renderer_render (renderer, config, out->subjects, out->points, values, size);
  text[1] = receipt = ag_blend_receipt_to_text (out->receipt, 0, 1);
  return ag_image_save (image, out->file, 0,
                        out->with_receipt && ag_receipt_suits_file (out->file) ? text : NULL, NULL,
                        error);
}

static gboolean
out_write (gpointer data, AgFileJob *job, const atomic_bool *cancel, GError **error)
{
  Out *out = data;
  g_autoptr (AgCodec) codec =
    ag_codec_new_shared (ag_edit_engine_get_codec (out->engine), BATCH, 0, error);
  AgBlendExport what = {
    .format = out->output.format,
    .points = out->points,
    .n_points = out->n_points,
    .subjects = out->subjects,
    .ping_pong = out->output.ping_pong,
    .quality = QUALITY,
    .receipt = out->with_receipt ? out->receipt : NULL,
  };

  if (codec == NULL)
    return FALSE;
  what.size = out->receipt->size;
  what.milliseconds = (guint) MAX (1, lrint (1000 * out->output.seconds / out->n_points));
  if (out->output.still)
    return write_still (out, codec, what.size, cancel, error);
  return ag_blend_export_write (&what, codec, BATCH, out->file, ag_file_job_set_progress, job,
                                cancel, error);
}

static void
told (gpointer session)
{
  ag_blend_session_emit (session, "progress");
}

static const AgFileJobKind out_kind = { out_write, out_free, told };

/* Everything but where the frames are. */
static AgBlendReceipt *
receipt_new (AgBlendSession *self, const AgBlendOutput *output)
{
  const AgGlowConfig *config = ag_blend_session_get_config (self);
  AgBlendReceipt *receipt = ag_blend_receipt_new (ag_edit_engine_get_name (self->engine),
                                                  ag_edit_engine_get_hash (self->engine));

  receipt->class_label = self->subjects[0]->class_label;
  receipt->kind = self->kind;
  receipt->n_levels = config->levels;
  memcpy (receipt->mix, self->mix, sizeof receipt->mix);
  receipt->size = output->size > 0 ? output->size : config->image_height;
  for (guint k = 0; k < self->n_faces; k++)
    {
      AgEditFace *face = self->faces[k];
      const AgSample *sample = ag_edit_face_get_sample (face);
      AgBlendFaceKind kind = ag_edit_face_get_photo (face) != NULL ? AG_BLEND_FACE_PHOTO
                             : sample != NULL                      ? AG_BLEND_FACE_DRAWN
                                                                   : AG_BLEND_FACE_OTHER;

      ag_blend_receipt_add_face (receipt, kind, ag_edit_session_make_receipt (self->edit, face),
                                 sample);
    }
  return receipt;
}

static Out *
out_new (AgBlendSession *self, const AgBlendOutput *output, GFile *file)
{
  Out *out = g_new0 (Out, 1);

  out->output = *output;
  out->file = g_object_ref (file);
  out->engine = ag_edit_engine_ref (self->engine);
  for (guint k = 0; k < self->n_faces; k++)
    out->subjects[k] = ag_edit_subject_ref (self->subjects[k]);
  out->with_receipt = ag_edit_session_get_receipts (self->edit);
  out->receipt = receipt_new (self, output);
  out->n_points = output->still ? 1 : output->n_frames;
  out->points = g_new (AgBlendPoint, out->n_points);
  for (guint i = 0; i < out->n_points; i++)
    {
      AgBlendPlace place = { .v = self->v };

      place.t = output->still       ? self->t
                : out->n_points > 1 ? (double) i / (out->n_points - 1)
                                    : 0.5;
      ag_blend_session_make_point (self, place.t, &out->points[i]);
      place.shrink = out->points[i].shrink;
      g_array_append_val (out->receipt->places, place);
    }
  return out;
}

void
ag_blend_session_export_async (AgBlendSession *self,
                               const AgBlendOutput *output,
                               GFile *file,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (AG_IS_BLEND_SESSION (self));
  g_return_if_fail (output->still ||
                    (output->n_frames >= 1 && output->n_frames <= AG_BLEND_MAX_FRAMES));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ag_blend_session_export_async);
  if (self->closed || ag_edit_session_get_file_worker (self->edit) == NULL || !self->ready)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             _ ("A blend needs two faces"));
  else
    ag_file_job_start (&self->out, self->edit, task, &out_kind, out_new (self, output, file));
}

gboolean
ag_blend_session_export_finish (AgBlendSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ag_blend_session_cancel_export (AgBlendSession *self)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self));
  ag_file_job_cancel (self->out);
}

double
ag_blend_session_get_export_progress (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), -1);
  return ag_file_job_get_progress (self->out);
}

/* The shelf. */

void
ag_blend_session_keep_async (AgBlendSession *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  const AgGlowConfig *config;
  g_autoptr (GTask) task = NULL;
  g_autoptr (GBytes) eps = NULL;
  g_autofree char *name = NULL;
  AgBlendPoint point;
  float *numbers;
  gsize n_dims;

  g_return_if_fail (AG_IS_BLEND_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ag_blend_session_keep_async);
  if (self->closed || !self->ready)
    {
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                               _ ("A blend needs two faces"));
      return;
    }
  config = ag_blend_session_get_config (self);
  n_dims = ag_glow_config_n_dims (config);
  numbers = g_new (float, n_dims);
  ag_blend_session_make_point (self, self->t, &point);
  ag_blend_point_eps (&point, config, self->subjects, numbers);
  eps = g_bytes_new_take (numbers, n_dims * sizeof (float));
  /* Translators: the name of a face that lies between two others */
  name = g_strdup_printf (_ ("Blend at %.0f %%"), 100 * self->t);
  ag_edit_session_keep (self->edit, name, eps, 1, self->subjects[0]->class_label, NULL,
                        g_steal_pointer (&task));
}

AgEditFace *
ag_blend_session_keep_finish (AgBlendSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
