/* ag-model-read.c: models out of files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ag-json.h"
#include "ag-model-file.h"

/* More sliders than this are not a model but a mistake. */
#define MAX_ATTRIBUTES 1000

gboolean
ag_model_corrupt (AgSafetensors *file, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, "%s: %s",
               ag_safetensors_get_name (file), text);
  return FALSE;
}

static gboolean
check_format (AgSafetensors *file, GError **error)
{
  const char *format = ag_safetensors_get_metadata (file, "format");
  const char *version = ag_safetensors_get_metadata (file, "version");
  gint64 number;

  if (g_strcmp0 (format, AG_MODEL_FORMAT) != 0)
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT,
                   _ ("%s: this is not an Afterglow model"), ag_safetensors_get_name (file));
      return FALSE;
    }
  if (!version || !g_ascii_string_to_signed (version, 10, 1, G_MAXINT, &number, NULL))
    return ag_model_corrupt (file, error, _ ("the version of the format is missing"));
  if (number > AG_MODEL_VERSION)
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED,
                   _ ("%s: the model was written by a newer version of Afterglow"),
                   ag_safetensors_get_name (file));
      return FALSE;
    }
  return TRUE;
}

static JsonNode *
get_json (AgSafetensors *file, const char *key, JsonNodeType type)
{
  const char *text = ag_safetensors_get_metadata (file, key);
  g_autoptr (JsonNode) node = text ? ag_json_parse (text) : NULL;
  return node && json_node_get_node_type (node) == type ? g_steal_pointer (&node) : NULL;
}

static gboolean
read_architecture (AgSafetensors *file, AgGlowConfig *config, GError **error)
{
  g_autoptr (JsonNode) node = get_json (file, "architecture", JSON_NODE_OBJECT);
  JsonObject *object = node ? json_node_get_object (node) : NULL;
  const char *coupling, *permutation;
  AgFlowError flow_error;
  const int max = 1 << 20; /* what is sensible within it, the flow knows */

  memset (config, 0, sizeof *config);
  if (!object || !ag_json_get_int (object, "image_height", 1, max, &config->image_height) ||
      !ag_json_get_int (object, "image_width", 1, max, &config->image_width) ||
      !ag_json_get_int (object, "channels", 1, max, &config->channels) ||
      !ag_json_get_int (object, "levels", 1, max, &config->levels) ||
      !ag_json_get_int (object, "depth", 1, max, &config->depth) ||
      !ag_json_get_int (object, "width", 1, max, &config->width) ||
      !ag_json_get_int (object, "n_bits", 1, 8, &config->n_bits) ||
      !ag_json_get_int (object, "classes", 0, max, &config->classes))
    return ag_model_corrupt (file, error,
                             _ ("the description of the architecture is missing or damaged"));

  coupling = ag_json_get_string (object, "coupling");
  permutation = ag_json_get_string (object, "permutation");
  if (!coupling || !permutation || !ag_coupling_parse (coupling, &config->coupling) ||
      !ag_permutation_parse (permutation, &config->permutation))
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED,
                   _ ("%s: the coupling “%s” or the permutation “%s” is not known"),
                   ag_safetensors_get_name (file), coupling ? coupling : "",
                   permutation ? permutation : "");
      return FALSE;
    }
  if (ag_glow_config_check (config, &flow_error) != AG_OK)
    return ag_model_corrupt (file, error, "%s", flow_error.message);
  return TRUE;
}

/* A lying architecture must not make us allocate more than the file could fill. */
static gboolean
check_n_parameters (AgSafetensors *file, const AgGlowConfig *config, GError **error)
{
  gsize in_file = 0;

  for (guint i = 0; i < ag_safetensors_get_n_tensors (file); i++)
    in_file += ag_safetensors_get_tensor (file, i)->count;
  if (ag_glow_config_n_parameters (config) > in_file)
    return ag_model_corrupt (file, error, _ ("it holds fewer numbers than its architecture needs"));
  return TRUE;
}

static void
read_real (const AgSafetensor *tensor, ag_real *out)
{
#ifdef AG_FLOW_DOUBLE
  ag_safetensor_read_double (tensor, out);
#else
  ag_safetensor_read_float (tensor, out);
#endif
}

static gboolean
is_float (const AgSafetensor *tensor)
{
  return tensor->dtype == AG_DTYPE_F16 || tensor->dtype == AG_DTYPE_F32 ||
         tensor->dtype == AG_DTYPE_F64;
}

static gboolean
read_index (AgSafetensors *file, const AgSafetensor *source, const AgTensor *tensor, GError **error)
{
  g_autofree gint64 *numbers = g_new (gint64, source->count);

  ag_safetensor_read_int64 (source, numbers);
  for (gsize i = 0; i < source->count; i++)
    {
      if (numbers[i] < 0 || (guint64) numbers[i] >= source->count)
        return ag_model_corrupt (file, error, _ ("the tensor “%s” is not a permutation"),
                                 tensor->name);
      tensor->index[i] = (int32_t) numbers[i];
    }
  return TRUE;
}

static gboolean
is_aligned (const AgSafetensor *tensor)
{
  return ((guintptr) tensor->data & (ag_dtype_size (tensor->dtype) - 1)) == 0;
}

/* Whether the flow can compute with the numbers where they lie. */
static gboolean
is_lendable (const AgSafetensor *tensor)
{
  return G_BYTE_ORDER == G_LITTLE_ENDIAN && is_aligned (tensor) &&
         (tensor->dtype == AG_DTYPE_REAL || tensor->dtype == AG_DTYPE_F16);
}

static gboolean
read_tensor (AgSafetensors *file, AgGlow *glow, int index, GError **error)
{
  const AgTensor *tensor = ag_glow_tensor (glow, index);
  const AgSafetensor *source;
  gint64 dims[4];

  for (int i = 0; i < tensor->rank; i++)
    dims[i] = tensor->dims[i];
  source = ag_safetensors_require (file, tensor->name, tensor->rank, dims, error);
  if (!source)
    return FALSE;
  if (is_float (source) != (tensor->index == NULL))
    return ag_model_corrupt (file, error, _ ("the tensor “%s” has the wrong type"), tensor->name);
  if (tensor->index)
    return read_index (file, source, tensor, error);
  if (!tensor->lent)
    read_real (source, tensor->values);
  else if (source->dtype == AG_DTYPE_F16)
    ag_glow_lend (glow, index, NULL, (const guint16 *) (gconstpointer) source->data);
  else
    ag_glow_lend (glow, index, (const ag_real *) (gconstpointer) source->data, NULL);
  return TRUE;
}

/* Whether all convolutions' weights of a model can stay in the file. */
static gboolean
can_lend (AgSafetensors *file, const AgGlow *glow)
{
  for (int i = 0; i < ag_glow_n_tensors (glow); i++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, i);
      const AgSafetensor *source = ag_safetensors_find (file, tensor->name);

      if (tensor->lent && source && !is_lendable (source))
        return FALSE;
    }
  return TRUE;
}

/* A model that waits for its numbers; @lent if it may be and the file allows it. */
static AgGlow *
new_glow (AgSafetensors *file, const AgGlowConfig *config, gboolean lent, GError **error)
{
  AgFlowError flow_error;
  AgGlow *glow;

  if ((lent ? ag_glow_new_lent : ag_glow_new_zero) (config, &glow, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, ag_safetensors_get_name (file));
      return NULL;
    }
  if (!lent || can_lend (file, glow))
    return glow;
  ag_glow_free (glow);
  return new_glow (file, config, FALSE, error);
}

/* The kernel-level form is for other programs; here it only has to agree with the parameters. */
static gboolean
check_derived (AgSafetensors *file, AgGlow *glow, const AgTensor *tensor, GError **error)
{
  const AgSafetensor *source;
  g_autofree float *stored = NULL;
  float largest = 0;
  AgDerived derived;
  gboolean ok = TRUE;

  if (!ag_model_derive (glow, tensor, &derived))
    return TRUE;
  source = ag_safetensors_find (file, derived.name);
  if (source && source->count == derived.count && is_float (source))
    {
      stored = g_new (float, source->count);
      ag_safetensor_read_float (source, stored);
      for (gsize i = 0; i < derived.count; i++)
        largest = fmaxf (largest, fabsf (derived.values[i]));
      for (gsize i = 0; i < derived.count && ok; i++)
        ok = fabsf (stored[i] - derived.values[i]) <= 1e-3f * largest;
    }
  else if (source)
    ok = FALSE;
  if (!ok)
    ag_model_corrupt (file, error, _ ("the tensors “%s” and “%s” contradict each other"),
                      derived.name, tensor->name);
  g_free (derived.name);
  g_free (derived.values);
  return ok;
}

static AgGlow *
read_glow (AgSafetensors *file, const AgGlowConfig *config, gboolean lent, GError **error)
{
  AgFlowError flow_error;
  AgGlow *glow;

  if (!check_n_parameters (file, config, error))
    return NULL;
  glow = new_glow (file, config, lent, error);
  if (!glow)
    return NULL;
  for (int i = 0; i < ag_glow_n_tensors (glow); i++)
    if (!read_tensor (file, glow, i, error))
      goto fail;
  if (ag_glow_check (glow, &flow_error) != AG_OK)
    {
      ag_model_corrupt (file, error, "%s", flow_error.message);
      goto fail;
    }
  for (int i = 0; i < ag_glow_n_tensors (glow); i++)
    if (!check_derived (file, glow, ag_glow_tensor (glow, i), error))
      goto fail;
  return glow;

fail:
  ag_glow_free (glow);
  return NULL;
}

static gboolean
read_latent (AgSafetensors *file, AgGlow *glow, const char *name, float *vector, GError **error)
{
  for (int i = 0; i < ag_glow_config (glow)->levels; i++)
    {
      AgGlowLevel level = ag_glow_level (glow, i);
      g_autofree char *full = g_strdup_printf ("%s.%d", name, i);
      const gint64 dims[] = { level.height, level.width, level.eps_channels };
      const AgSafetensor *tensor = ag_safetensors_require (file, full, 3, dims, error);

      if (!tensor)
        return FALSE;
      ag_safetensor_read_float (tensor, vector + level.eps_offset);
      for (gsize k = 0; k < level.eps_count; k++)
        if (!isfinite (vector[level.eps_offset + k]))
          return ag_model_corrupt (file, error,
                                   _ ("the tensor “%s” has numbers that are not finite"), full);
    }
  return TRUE;
}

/* The average face is among the others, and some way leads from each. */
static gboolean
read_reach (JsonObject *statistics, AgModelAttribute *attribute)
{
  ag_json_get_double (statistics, "lowest", &attribute->lowest);
  ag_json_get_double (statistics, "highest", &attribute->highest);
  ag_json_get_double (statistics, "farthest_down", &attribute->farthest_down);
  ag_json_get_double (statistics, "farthest_up", &attribute->farthest_up);
  ag_json_get_double (statistics, "most_change_down", &attribute->most_change_down);
  ag_json_get_double (statistics, "most_change_up", &attribute->most_change_up);
  return attribute->lowest <= 0 && attribute->highest >= 0 && attribute->farthest_down > 0 &&
         attribute->farthest_up > 0 && attribute->most_change_down > 0 &&
         attribute->most_change_up > 0;
}

static gboolean
read_attribute (AgSafetensors *file,
                AgModel *model,
                const char *name,
                JsonObject *statistics,
                GError **error)
{
  gsize n_dims = ag_glow_n_dims (model->glow);
  JsonNode *node = statistics ? json_object_get_member (statistics, name) : NULL;
  g_autofree char *full = g_strdup_printf ("direction.%s", name);
  AgModelAttribute *attribute;

  if (*name == '\0' || ag_model_find_attribute (model, name))
    return ag_model_corrupt (file, error, _ ("the attribute “%s” is listed twice or has no name"),
                             name);
  attribute = ag_model_attribute_new (name, n_dims);
  g_ptr_array_add (model->attributes, attribute);
  if (node && JSON_NODE_HOLDS_OBJECT (node))
    {
      JsonObject *object = json_node_get_object (node);
      ag_json_get_int (object, "positive", 0, G_MAXINT, &attribute->n_positive);
      ag_json_get_int (object, "negative", 0, G_MAXINT, &attribute->n_negative);
      ag_json_get_double (object, "mean_projection", &attribute->mean_projection);
      if (!read_reach (object, attribute))
        return ag_model_corrupt (file, error, _ ("the reach of the attribute “%s” is damaged"),
                                 name);
    }
  return read_latent (file, model->glow, full, attribute->direction, error);
}

static gboolean
read_attributes (AgSafetensors *file, AgModel *model, GError **error)
{
  g_autoptr (JsonNode) names = get_json (file, "attributes", JSON_NODE_ARRAY);
  g_autoptr (JsonNode) statistics = get_json (file, "attribute_statistics", JSON_NODE_OBJECT);
  JsonArray *array = names ? json_node_get_array (names) : NULL;

  if (!array && ag_safetensors_get_metadata (file, "attributes"))
    return ag_model_corrupt (file, error, _ ("the list of attributes is damaged"));
  if (array && json_array_get_length (array) > MAX_ATTRIBUTES)
    return ag_model_corrupt (file, error, _ ("it has too many attributes"));
  for (guint i = 0; array && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        return ag_model_corrupt (file, error, _ ("the list of attributes is damaged"));
      if (!read_attribute (file, model, json_node_get_string (node),
                           statistics ? json_node_get_object (statistics) : NULL, error))
        return FALSE;
    }
  return TRUE;
}

static void
take_fact (JsonObject *object, const char *key, JsonNode *node, gpointer data)
{
  AgModel *model = data;
  char *text;

  if (!JSON_NODE_HOLDS_VALUE (node))
    return;
  text = json_node_get_value_type (node) == G_TYPE_STRING ? json_node_dup_string (node)
                                                          : json_to_string (node, FALSE);
  g_hash_table_insert (model->facts, g_strdup (key), text);
}

static gboolean
read_facts (AgSafetensors *file, AgModel *model, GError **error)
{
  g_autoptr (JsonNode) node = get_json (file, "training", JSON_NODE_OBJECT);

  if (!node && ag_safetensors_get_metadata (file, "training"))
    return ag_model_corrupt (file, error, _ ("the training facts are damaged"));
  if (node)
    json_object_foreach_member (json_node_get_object (node), take_fact, model);
  return TRUE;
}

static gboolean
read_class_names (AgSafetensors *file, AgModel *model, GError **error)
{
  g_autoptr (JsonNode) node = get_json (file, "class_names", JSON_NODE_ARRAY);
  JsonArray *array = node ? json_node_get_array (node) : NULL;
  guint n = (guint) ag_glow_config (model->glow)->classes;

  if (!ag_safetensors_get_metadata (file, "class_names"))
    return TRUE;
  if (!array || n == 0 || json_array_get_length (array) != n)
    return ag_model_corrupt (file, error, _ ("the names of the classes are damaged"));
  model->class_names = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      JsonNode *name = json_array_get_element (array, i);
      if (!JSON_NODE_HOLDS_VALUE (name) || json_node_get_value_type (name) != G_TYPE_STRING)
        return ag_model_corrupt (file, error, _ ("the names of the classes are damaged"));
      model->class_names[i] = json_node_dup_string (name);
    }
  return TRUE;
}

static gboolean
read_percentiles (AgSafetensors *file, AgModel *model, GError **error)
{
  const gint64 n = 101;
  const AgSafetensor *tensor;

  if (!ag_safetensors_find (file, "percentiles"))
    return TRUE;
  tensor = ag_safetensors_require (file, "percentiles", 1, &n, error);
  if (!tensor)
    return FALSE;
  model->percentiles = g_new (double, n);
  ag_safetensor_read_double (tensor, model->percentiles);
  for (int i = 0; i < n; i++)
    if (!isfinite (model->percentiles[i]) ||
        (i > 0 && model->percentiles[i] < model->percentiles[i - 1]))
      return ag_model_corrupt (file, error, _ ("the percentiles do not ascend"));
  return TRUE;
}

static gboolean
read_mixture (AgSafetensors *file, AgModel *model, GError **error)
{
  AgGlowLevel level = ag_glow_level (model->glow, ag_glow_config (model->glow)->levels - 1);
  const gint64 dims[] = { level.height, level.width, level.eps_channels };

  return ag_model_mixture_read (file, dims, &model->mixture, error);
}

static AgModel *
read_model (AgSafetensors *file, gboolean lent, GError **error)
{
  g_autoptr (AgModel) model = NULL;
  AgGlowConfig config;
  AgGlow *glow;

  if (!check_format (file, error) || !read_architecture (file, &config, error))
    return NULL;
  glow = read_glow (file, &config, lent, error);
  if (!glow)
    return NULL;
  model = ag_model_new (glow);
  if (!read_facts (file, model, error) || !read_attributes (file, model, error) ||
      !read_percentiles (file, model, error) || !read_class_names (file, model, error) ||
      !read_mixture (file, model, error))
    return NULL;
  if (ag_safetensors_find (file, "mean.0"))
    {
      model->mean = g_new (float, ag_glow_n_dims (glow));
      if (!read_latent (file, glow, "mean", model->mean, error))
        return NULL;
    }
  return g_steal_pointer (&model);
}

AgModel *
ag_model_read (AgSafetensors *file, GError **error)
{
  return read_model (file, FALSE, error);
}

AgModel *
ag_model_load (GFile *file, GError **error)
{
  g_autoptr (AgSafetensors) source = ag_safetensors_open (file, error);
  AgModel *model = source ? read_model (source, TRUE, error) : NULL;

  if (model && ag_glow_is_lent (model->glow))
    model->file = g_steal_pointer (&source);
  return model;
}

AgModel *
ag_model_load_for_training (GFile *file, GError **error)
{
  g_autoptr (AgSafetensors) source = ag_safetensors_open (file, error);
  return source ? ag_model_read (source, error) : NULL;
}
