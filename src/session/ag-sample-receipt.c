/* ag-sample-receipt.c: how drawn faces were drawn
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-sample-receipt.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-json.h"
#include "ag-mixture.h"
#include "ag-receipt.h"
#include "ag-sanity.h"

#define FORMAT  "afterglow-sample"
#define VERSION 1

/* What the command line can be asked for. */
#define MAX_SAMPLES     65536
#define MAX_TEMPERATURE 100.0

AgSampleReceipt *
ag_sample_receipt_new (const char *model_name,
                       const char *model_hash,
                       guint n_columns,
                       int n_levels)
{
  AgSampleReceipt *receipt = g_new0 (AgSampleReceipt, 1);

  receipt->model_name = g_strdup (model_name);
  receipt->model_hash = g_strdup (model_hash);
  receipt->n_columns = n_columns;
  receipt->n_levels = n_levels;
  receipt->samples = g_array_new (FALSE, FALSE, sizeof (AgSample));
  return receipt;
}

void
ag_sample_receipt_free (AgSampleReceipt *receipt)
{
  if (receipt == NULL)
    return;
  g_array_unref (receipt->samples);
  g_free (receipt->model_name);
  g_free (receipt->model_hash);
  g_free (receipt);
}

void
ag_sample_receipt_add (AgSampleReceipt *receipt, const AgSample *sample)
{
  g_array_append_vals (receipt->samples, sample, 1);
}

void
ag_sample_build (const AgSample *sample, int n_levels, JsonBuilder *json)
{
  json_builder_begin_object (json);
  ag_json_add_int (json, "seed", (gint64) sample->seed);
  ag_json_add_doubles (json, "temperature", sample->temperature, n_levels);
  ag_json_add_int (json, "class", sample->class_label);
  json_builder_end_object (json);
}

char *
ag_sample_receipt_to_text (const AgSampleReceipt *receipt)
{
  g_autoptr (JsonBuilder) json = json_builder_new_immutable ();

  json_builder_begin_object (json);
  ag_receipt_build_head (json, FORMAT, VERSION, receipt->model_name, receipt->model_hash);
  ag_json_add_int (json, "columns", receipt->n_columns);
  json_builder_set_member_name (json, "faces");
  json_builder_begin_array (json);
  for (guint i = 0; i < receipt->samples->len; i++)
    ag_sample_build (&g_array_index (receipt->samples, AgSample, i), receipt->n_levels, json);
  json_builder_end_array (json);
  json_builder_end_object (json);
  return ag_json_to_text (json);
}

gboolean
ag_sample_read (JsonObject *object, int *n_levels, AgSample *sample)
{
  JsonNode *seed = json_object_get_member (object, "seed");
  JsonArray *temperatures = ag_json_get_array (object, "temperature");
  AgSample read = { 0 };

  if (seed == NULL || !JSON_NODE_HOLDS_VALUE (seed) ||
      json_node_get_value_type (seed) != G_TYPE_INT64 || json_node_get_int (seed) < 0 ||
      temperatures == NULL || json_array_get_length (temperatures) < 1 ||
      json_array_get_length (temperatures) > AG_MAX_LEVELS ||
      !ag_json_get_int (object, "class", 0, G_MAXINT, &read.class_label))
    return FALSE;
  read.seed = (guint64) json_node_get_int (seed);
  *n_levels = (int) json_array_get_length (temperatures);
  for (int l = 0; l < *n_levels; l++)
    {
      JsonNode *node = json_array_get_element (temperatures, (guint) l);

      if (!JSON_NODE_HOLDS_VALUE (node))
        return FALSE;
      read.temperature[l] = json_node_get_double (node);
      if (!(read.temperature[l] >= 0 && read.temperature[l] <= MAX_TEMPERATURE))
        return FALSE;
    }
  *sample = read;
  return TRUE;
}

static AgSampleReceipt *
read_receipt (JsonObject *object)
{
  JsonArray *faces = ag_json_get_array (object, "faces");
  g_autoptr (AgSampleReceipt) receipt = NULL;
  int n_columns;

  if (g_strcmp0 (ag_json_get_string (object, "format"), FORMAT) != 0 ||
      !ag_json_get_int (object, "columns", 1, MAX_SAMPLES, &n_columns) || faces == NULL ||
      json_array_get_length (faces) < 1 || json_array_get_length (faces) > MAX_SAMPLES)
    return NULL;
  receipt = ag_sample_receipt_new (NULL, NULL, (guint) n_columns, 0);
  if (!ag_receipt_read_model (object, &receipt->model_name, &receipt->model_hash))
    return NULL;
  for (guint i = 0; i < json_array_get_length (faces); i++)
    {
      JsonObject *face = ag_json_as_object (json_array_get_element (faces, i));
      AgSample sample;
      int n_levels;

      if (face == NULL || !ag_sample_read (face, &n_levels, &sample) ||
          (i > 0 && n_levels != receipt->n_levels))
        return NULL;
      receipt->n_levels = n_levels;
      ag_sample_receipt_add (receipt, &sample);
    }
  return g_steal_pointer (&receipt);
}

AgSampleReceipt *
ag_sample_receipt_parse (const char *text, const char *name, GError **error)
{
  g_autoptr (JsonNode) root = ag_json_parse (text);
  JsonObject *object = ag_json_as_object (root);
  AgSampleReceipt *receipt = object != NULL ? read_receipt (object) : NULL;

  if (receipt == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: its receipt is damaged"),
                 name);
  return receipt;
}

/* Drawing. */

static gboolean
draw_batch (AgCodec *codec,
            const AgSample *samples,
            guint n,
            GPtrArray *images,
            const atomic_bool *cancel,
            GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *eps = g_new (float, n *n_dims);
  g_autofree float *x = g_new (float, n *n_dims);
  g_autofree int *classes = g_new (int, n);

  for (guint i = 0; i < n; i++)
    {
      classes[i] = samples[i].class_label;
      ag_mixture_sample_eps (ag_codec_get_model (codec), samples[i].seed, samples[i].temperature,
                             eps + i * n_dims);
    }
  if (!ag_codec_decode (codec, (int) n, eps, config->classes > 0 ? classes : NULL, x, cancel,
                        error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (ag_sanity_check (x + i * n_dims, n_dims) == AG_SANITY_NOT_FINITE)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                       _ ("The model draws no picture from seed %u at this temperature"),
                       (guint) samples[i].seed);
          return FALSE;
        }
      g_ptr_array_add (images, ag_codec_image_from_values (config, x + i * n_dims));
    }
  return TRUE;
}

GPtrArray *
ag_sample_draw (AgCodec *codec,
                int batch,
                const AgSample *samples,
                guint n,
                AgSampleProgress progress,
                gpointer user_data,
                const atomic_bool *cancel,
                GError **error)
{
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_image_unref);

  for (guint i = 0; i < n; i += (guint) batch)
    {
      guint part = MIN ((guint) batch, n - i);

      if (!draw_batch (codec, samples + i, part, images, cancel, error))
        return NULL;
      if (progress != NULL)
        progress (i + part, n, user_data);
    }
  return g_steal_pointer (&images);
}
