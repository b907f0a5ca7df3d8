/* ag-sample-session-export.c: drawn faces as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computed and written by the worker for files, with a codec of its own, from what makes the faces:
 * so it does not matter what of them has been shown. A PNG says in a text chunk, as JSON, how it
 * was drawn:
 *
 *     { "format": "afterglow-sample", "version": 1,
 *       "model": { "name": "faces-64.safetensors", "sha256": "…" }, "columns": 4,
 *       "faces": [ { "seed": 1, "temperature": [0.7, …], "class": 0 }, … ] }
 *
 * with the faces from left to right and top to bottom, and temperatures per level, finest first.
 */
#include "ag-sample-session-private.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>

#include "ag-image-sheet.h"
#include "ag-json.h"

#define BATCH 8

/* White pixels between the faces of a sheet. */
#define GAP 2

typedef struct
{
  GTask *task; /* main loop only */
  AgEditEngine *engine;
  GFile *file;
  AgSample samples[AG_SAMPLE_MAX_FACES];
  guint n, n_columns;
  GError *error;
} Out;

static void
out_free (gpointer data)
{
  Out *out = data;

  /* Dropped before it was done. */
  if (out->task != NULL)
    g_task_return_new_error (out->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("The operation was cancelled"));
  g_clear_object (&out->task);
  g_clear_pointer (&out->engine, ag_edit_engine_unref);
  g_clear_object (&out->file);
  g_clear_error (&out->error);
  g_free (out);
}

static void
build_sample (const AgSample *sample, const AgGlowConfig *config, JsonBuilder *json)
{
  json_builder_begin_object (json);
  json_builder_set_member_name (json, "seed");
  json_builder_add_int_value (json, (gint64) sample->seed);
  json_builder_set_member_name (json, "temperature");
  json_builder_begin_array (json);
  for (int l = 0; l < config->levels; l++)
    json_builder_add_double_value (json, sample->temperature[l]);
  json_builder_end_array (json);
  if (config->classes > 0)
    {
      json_builder_set_member_name (json, "class");
      json_builder_add_int_value (json, sample->class_label);
    }
  json_builder_end_object (json);
}

static void
build_string (JsonBuilder *json, const char *name, const char *value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_string_value (json, value);
}

static char *
make_receipt (Out *out, const AgGlowConfig *config)
{
  g_autoptr (JsonBuilder) json = json_builder_new_immutable ();

  json_builder_begin_object (json);
  build_string (json, "format", "afterglow-sample");
  json_builder_set_member_name (json, "version");
  json_builder_add_int_value (json, 1);
  json_builder_set_member_name (json, "model");
  json_builder_begin_object (json);
  build_string (json, "name", ag_edit_engine_get_name (out->engine));
  build_string (json, "sha256", ag_edit_engine_get_hash (out->engine));
  json_builder_end_object (json);
  json_builder_set_member_name (json, "columns");
  json_builder_add_int_value (json, out->n_columns);
  json_builder_set_member_name (json, "faces");
  json_builder_begin_array (json);
  for (guint i = 0; i < out->n; i++)
    build_sample (&out->samples[i], config, json);
  json_builder_end_array (json);
  json_builder_end_object (json);
  return ag_json_to_text (json);
}

static gboolean
draw_batch (Out *out,
            AgCodec *codec,
            guint first,
            guint n,
            GPtrArray *images,
            const atomic_bool *cancel)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *eps = g_new (float, n *n_dims);
  g_autofree float *x = g_new (float, n *n_dims);
  int classes[BATCH] = { 0 };

  for (guint i = 0; i < n; i++)
    {
      const AgSample *sample = &out->samples[first + i];

      classes[i] = sample->class_label;
      ag_flow_sample_eps (config, sample->seed, sample->temperature, eps + i * n_dims);
    }
  if (!ag_codec_decode (codec, (int) n, eps, config->classes > 0 ? classes : NULL, x, cancel,
                        &out->error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (ag_sanity_check (x + i * n_dims, n_dims) == AG_SANITY_NOT_FINITE)
        {
          g_set_error (&out->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The model draws no picture from seed %u at this temperature"),
                       (guint) out->samples[first + i].seed);
          return FALSE;
        }
      g_ptr_array_add (images, ag_codec_image_from_values (config, x + i * n_dims));
    }
  return TRUE;
}

static void
out_run (gpointer data, const atomic_bool *cancel)
{
  Out *out = data;
  g_autoptr (AgCodec) codec =
    ag_codec_new_shared (ag_edit_engine_get_codec (out->engine), BATCH, 0, &out->error);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_image_unref);
  g_autofree char *receipt = NULL;
  g_autofree char *name = g_file_get_basename (out->file);
  g_autoptr (AgImage) sheet = NULL;

  if (codec == NULL)
    return;
  for (guint i = 0; i < out->n; i += BATCH)
    if (!draw_batch (out, codec, i, MIN (BATCH, out->n - i), images, cancel))
      return;
  sheet = ag_image_sheet ((AgImage *const *) images->pdata, images->len, out->n_columns, GAP,
                          &out->error);
  if (sheet == NULL)
    return;
  receipt = make_receipt (out, ag_codec_get_config (codec));
  {
    const char *text[] = { AG_SAMPLE_KEYWORD, receipt, NULL };
    gboolean png = name != NULL && g_str_has_suffix (name, ".png");

    (void) ag_image_save (sheet, out->file, 0, png ? text : NULL, NULL, &out->error);
  }
}

static void
out_done (gpointer data)
{
  Out *out = data;
  g_autoptr (GTask) task = g_steal_pointer (&out->task);

  if (out->error != NULL)
    g_task_return_error (task, g_steal_pointer (&out->error));
  else
    g_task_return_boolean (task, TRUE);
}

static const AgWorkerJobKind out_kind = { out_run, out_done, out_free };

void
ag_sample_session_export_async (AgSampleSession *self,
                                guint place,
                                GFile *file,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  AgWorker *worker;
  Out *out;

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
  out = g_new0 (Out, 1);
  out->task = g_object_ref (task);
  out->engine = ag_edit_engine_ref (self->engine);
  out->file = g_object_ref (file);
  out->n = place == AG_SAMPLE_ALL ? self->n_faces : 1;
  out->n_columns = place == AG_SAMPLE_ALL ? ag_sample_session_get_n_columns (self) : 1;
  for (guint i = 0; i < out->n; i++)
    out->samples[i] = self->faces[self->order[place == AG_SAMPLE_ALL ? i : place]].sample;
  ag_worker_push (worker, &out_kind, out);
}

gboolean
ag_sample_session_export_finish (AgSampleSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
