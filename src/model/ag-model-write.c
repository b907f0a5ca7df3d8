/* ag-model-write.c: models into files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-json.h"
#include "ag-model-file.h"

static const char notes[] =
  "Glow in channels-last layout. For level l, step k: x = (x + actnorm.bias) * actnorm.scale; "
  "y_o = sum_i x_i permutation.weight[i,o], or y_o = x_index[o] where there is only an index; "
  "coupling: h = relu((conv(z1, conv1.weight) + edge + actnorm1.bias) * actnorm1.scale), "
  "h = relu((h conv2.weight + actnorm2.bias) * actnorm2.scale), "
  "f = (conv(h, conv3.weight) + edge + conv3.bias) * conv3.scale. An edge kernel [3,3,out] adds "
  "the taps that fall outside of the picture. scale = sign * exp(3 logs). split and prior: means "
  "and log-deviations, interleaved in split, in halves in prior. To draw as photos lie, make the "
  "numbers p of a standard normal latent of the last level along mixture.axes "
  "mixture.means[k] + mixture.factor p, k drawn by mixture.weights; then scale by the temperature.";

static void
add_int (JsonBuilder *builder, const char *key, int value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

static void
add_string (JsonBuilder *builder, const char *key, const char *value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
}

static char *
architecture_text (const AgGlowConfig *config)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  add_int (builder, "image_height", config->image_height);
  add_int (builder, "image_width", config->image_width);
  add_int (builder, "channels", config->channels);
  add_int (builder, "levels", config->levels);
  add_int (builder, "depth", config->depth);
  add_int (builder, "width", config->width);
  add_string (builder, "coupling", ag_coupling_name (config->coupling));
  add_string (builder, "permutation", ag_permutation_name (config->permutation));
  add_int (builder, "n_bits", config->n_bits);
  add_int (builder, "classes", config->classes);
  json_builder_end_object (builder);
  return ag_json_to_text (builder);
}

/* In the order of the keys, so that the same model gives the same file. */
static char *
facts_text (GHashTable *facts)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();
  GList *keys = g_list_sort (g_hash_table_get_keys (facts), (GCompareFunc) strcmp);

  json_builder_begin_object (builder);
  for (GList *key = keys; key; key = key->next)
    {
      g_autofree char *name = g_utf8_make_valid (key->data, -1);
      g_autofree char *value = g_utf8_make_valid (g_hash_table_lookup (facts, key->data), -1);
      add_string (builder, name, value);
    }
  json_builder_end_object (builder);
  g_list_free (keys);
  return ag_json_to_text (builder);
}

static char *
attributes_text (GPtrArray *attributes)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_array (builder);
  for (guint i = 0; i < attributes->len; i++)
    json_builder_add_string_value (builder, ((AgModelAttribute *) attributes->pdata[i])->name);
  json_builder_end_array (builder);
  return ag_json_to_text (builder);
}

static char *
class_names_text (char **names)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_array (builder);
  for (; *names; names++)
    {
      g_autofree char *name = g_utf8_make_valid (*names, -1);
      json_builder_add_string_value (builder, name);
    }
  json_builder_end_array (builder);
  return ag_json_to_text (builder);
}

/* JSON has no infinity: an end that is not there is left out. */
static void
add_end (JsonBuilder *builder, const char *key, double end)
{
  if (!isfinite (end))
    return;
  json_builder_set_member_name (builder, key);
  json_builder_add_double_value (builder, end);
}

static char *
statistics_text (GPtrArray *attributes)
{
  g_autoptr (JsonBuilder) builder = json_builder_new_immutable ();

  json_builder_begin_object (builder);
  for (guint i = 0; i < attributes->len; i++)
    {
      const AgModelAttribute *attribute = attributes->pdata[i];
      json_builder_set_member_name (builder, attribute->name);
      json_builder_begin_object (builder);
      add_int (builder, "positive", attribute->n_positive);
      add_int (builder, "negative", attribute->n_negative);
      json_builder_set_member_name (builder, "mean_projection");
      json_builder_add_double_value (
        builder, isfinite (attribute->mean_projection) ? attribute->mean_projection : 0);
      add_end (builder, "lowest", attribute->lowest);
      add_end (builder, "highest", attribute->highest);
      add_end (builder, "farthest_down", attribute->farthest_down);
      add_end (builder, "farthest_up", attribute->farthest_up);
      add_end (builder, "most_change_down", attribute->most_change_down);
      add_end (builder, "most_change_up", attribute->most_change_up);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  return ag_json_to_text (builder);
}

static void
add_metadata (AgModel *model, AgSafetensorsWriter *writer)
{
  g_autofree char *version = g_strdup_printf ("%d", AG_MODEL_VERSION);
  g_autofree char *architecture = architecture_text (ag_glow_config (model->glow));
  g_autofree char *facts = facts_text (model->facts);
  g_autofree char *attributes = attributes_text (model->attributes);
  g_autofree char *statistics = statistics_text (model->attributes);

  ag_safetensors_writer_set_metadata (writer, "format", AG_MODEL_FORMAT);
  ag_safetensors_writer_set_metadata (writer, "version", version);
  ag_safetensors_writer_set_metadata (writer, "architecture", architecture);
  ag_safetensors_writer_set_metadata (writer, "training", facts);
  ag_safetensors_writer_set_metadata (writer, "attributes", attributes);
  ag_safetensors_writer_set_metadata (writer, "attribute_statistics", statistics);
  ag_safetensors_writer_set_metadata (writer, "notes", notes);
  if (model->class_names)
    {
      g_autofree char *names = class_names_text (model->class_names);
      ag_safetensors_writer_set_metadata (writer, "class_names", names);
    }
}

/* Convolutions are nearly all of a model and bear rounding; all else is small and does not. */
static AgDtype
stored_as (const AgTensor *tensor, AgModelStorage storage)
{
  gboolean is_conv = tensor->rank >= 2 && g_str_has_suffix (tensor->name, ".weight") &&
                     !g_str_has_suffix (tensor->name, ".permutation.weight");
  return is_conv && storage == AG_MODEL_STORAGE_F16 ? AG_DTYPE_F16 : AG_DTYPE_F32;
}

static void
add_tensor (AgModel *model,
            const AgTensor *tensor,
            AgSafetensorsWriter *writer,
            AgModelStorage storage)
{
  AgDerived derived;
  gint64 dims[4];

  for (int i = 0; i < tensor->rank; i++)
    dims[i] = tensor->dims[i];
  if (tensor->index)
    ag_safetensors_writer_add (writer, tensor->name, AG_DTYPE_I32, tensor->index, AG_DTYPE_I32,
                               tensor->rank, dims);
  else if (tensor->halves)
    {
      ag_real *numbers = g_new (ag_real, tensor->count);

      ag_tensor_numbers (tensor, 0, tensor->count, numbers);
      ag_safetensors_writer_take (writer, tensor->name, AG_DTYPE_REAL, numbers,
                                  stored_as (tensor, storage), tensor->rank, dims);
    }
  else
    ag_safetensors_writer_add (writer, tensor->name, AG_DTYPE_REAL, tensor->values,
                               stored_as (tensor, storage), tensor->rank, dims);

  if (ag_model_derive (model->glow, tensor, &derived))
    {
      ag_safetensors_writer_take (writer, derived.name, AG_DTYPE_F32, derived.values, AG_DTYPE_F32,
                                  derived.rank, derived.dims);
      g_free (derived.name);
    }
}

/* A latent vector as one tensor per level. */
static void
add_latent (AgModel *model,
            const char *name,
            const float *vector,
            AgSafetensorsWriter *writer,
            AgModelStorage storage)
{
  for (int i = 0; i < ag_glow_config (model->glow)->levels; i++)
    {
      AgGlowLevel level = ag_glow_level (model->glow, i);
      g_autofree char *full = g_strdup_printf ("%s.%d", name, i);
      gint64 dims[] = { level.height, level.width, level.eps_channels };

      ag_safetensors_writer_add (writer, full, AG_DTYPE_F32, vector + level.eps_offset,
                                 storage == AG_MODEL_STORAGE_F16 ? AG_DTYPE_F16 : AG_DTYPE_F32, 3,
                                 dims);
    }
}

static void
add_mixture (AgModel *model, AgSafetensorsWriter *writer, AgModelStorage storage)
{
  AgGlowLevel level = ag_glow_level (model->glow, ag_glow_config (model->glow)->levels - 1);
  const gint64 dims[] = { level.height, level.width, level.eps_channels };

  ag_model_mixture_add_to_writer (
    model->mixture, dims, storage == AG_MODEL_STORAGE_F16 ? AG_DTYPE_F16 : AG_DTYPE_F32, writer);
}

void
ag_model_add_to_writer (AgModel *model, AgSafetensorsWriter *writer, AgModelStorage storage)
{
  const gint64 n_percentiles = 101;

  add_metadata (model, writer);
  for (int i = 0; i < ag_glow_n_tensors (model->glow); i++)
    add_tensor (model, ag_glow_tensor (model->glow, i), writer, storage);
  for (guint i = 0; i < model->attributes->len; i++)
    {
      const AgModelAttribute *attribute = model->attributes->pdata[i];
      g_autofree char *name = g_strdup_printf ("direction.%s", attribute->name);
      add_latent (model, name, attribute->direction, writer, storage);
    }
  if (model->mean)
    add_latent (model, "mean", model->mean, writer, storage);
  if (model->mixture)
    add_mixture (model, writer, storage);
  if (model->percentiles)
    ag_safetensors_writer_add (writer, "percentiles", AG_DTYPE_F64, model->percentiles,
                               AG_DTYPE_F64, 1, &n_percentiles);
}

gboolean
ag_model_save (AgModel *model, GFile *file, AgModelStorage storage, GError **error)
{
  g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();

  ag_model_add_to_writer (model, writer, storage);
  return ag_safetensors_writer_write (writer, file, error);
}
