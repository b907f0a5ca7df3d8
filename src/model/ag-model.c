/* ag-model.c: a model file in memory
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-model.h"

#include <math.h>
#include <string.h>

/* clang-format off */
G_DEFINE_QUARK (ag-model-error-quark, ag_model_error)
/* clang-format on */

AgModel *
ag_model_new (AgGlow *glow)
{
  AgModel *model = g_new0 (AgModel, 1);

  g_atomic_ref_count_init (&model->ref_count);
  model->glow = glow;
  model->attributes = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_model_attribute_free);
  model->facts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return model;
}

AgModel *
ag_model_ref (AgModel *model)
{
  g_atomic_ref_count_inc (&model->ref_count);
  return model;
}

void
ag_model_unref (AgModel *model)
{
  if (!model || !g_atomic_ref_count_dec (&model->ref_count))
    return;
  ag_glow_free (model->glow);
  g_clear_pointer (&model->file, ag_safetensors_free); /* it lends the glow its weights */
  g_ptr_array_unref (model->attributes);
  g_hash_table_unref (model->facts);
  g_strfreev (model->class_names);
  g_free (model->mean);
  g_free (model->percentiles);
  ag_model_mixture_free (model->mixture);
  g_free (model);
}

AgModelAttribute *
ag_model_attribute_new (const char *name, gsize n_dims)
{
  AgModelAttribute *attribute = g_new0 (AgModelAttribute, 1);

  attribute->name = g_utf8_make_valid (name, -1); /* tables may be in any encoding */
  attribute->direction = g_new0 (float, n_dims);
  attribute->lowest = -INFINITY;
  attribute->highest = INFINITY;
  attribute->farthest_down = attribute->farthest_up = INFINITY;
  attribute->most_change_down = attribute->most_change_up = INFINITY;
  return attribute;
}

AgModelAttribute *
ag_model_attribute_copy (const AgModelAttribute *attribute, gsize n_dims)
{
  AgModelAttribute *copy = g_memdup2 (attribute, sizeof *attribute);

  copy->name = g_strdup (attribute->name);
  copy->direction = g_memdup2 (attribute->direction, n_dims * sizeof *copy->direction);
  return copy;
}

void
ag_model_attribute_free (AgModelAttribute *attribute)
{
  if (!attribute)
    return;
  g_free (attribute->name);
  g_free (attribute->direction);
  g_free (attribute);
}

const AgModelAttribute *
ag_model_find_attribute (AgModel *model, const char *name)
{
  for (guint i = 0; i < model->attributes->len; i++)
    {
      const AgModelAttribute *attribute = model->attributes->pdata[i];
      if (strcmp (attribute->name, name) == 0)
        return attribute;
    }
  return NULL;
}

int
ag_model_find_class (AgModel *model, const char *name)
{
  for (int i = 0; model->class_names && model->class_names[i]; i++)
    if (strcmp (model->class_names[i], name) == 0)
      return i;
  return -1;
}

void
ag_error_from_flow (GError **error, const AgFlowError *flow_error, const char *what)
{
  gboolean cancelled = flow_error->status == AG_ERROR_CANCELLED;

  g_set_error (error, cancelled ? G_IO_ERROR : AG_MODEL_ERROR,
               cancelled ? (int) G_IO_ERROR_CANCELLED : (int) AG_MODEL_ERROR_FLOW, "%s: %s", what,
               flow_error->message);
}
