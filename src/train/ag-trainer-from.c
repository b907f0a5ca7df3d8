/* ag-trainer-from.c: a run that begins with the weights of a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer-private.h"

#include <inttypes.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-trainer-options.h"

/* What the model's file decides: its architecture. The seed and the share held out are taken too
 * unless something else is asked for, so that the images it has not seen are not shown to it now,
 * and so is what it has seen of each image. */
static void
read_options (AgModel *model, AgTrainerOptions *its)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  const char *seed = g_hash_table_lookup (model->facts, "seed");
  const char *held_out = g_hash_table_lookup (model->facts, "held_out");
  const char *crop = g_hash_table_lookup (model->facts, "crop");
  const char *scaling = g_hash_table_lookup (model->facts, "step_scaling");
  AgTrainerCrop kind;

  ag_trainer_options_init (its);
  its->image_size = config->image_width;
  its->channels = config->channels;
  its->n_bits = config->n_bits;
  its->levels = config->levels;
  its->depth = config->depth;
  its->width = config->width;
  its->coupling = (int) config->coupling;
  its->permutation = (int) config->permutation;
  its->conditional = config->classes > 0;
  its->scaling = scaling == NULL || strcmp (scaling, "0") != 0;
  if (seed != NULL)
    its->seed = g_ascii_strtoll (seed, NULL, 10);
  if (held_out != NULL)
    its->held_out = g_ascii_strtod (held_out, NULL);
  if (crop != NULL && ag_trainer_crop_parse (crop, &kind))
    its->crop = kind;
}

static double
get_fact (AgModel *model, const char *key)
{
  const char *text = g_hash_table_lookup (model->facts, key);

  return text ? g_ascii_strtod (text, NULL) : 0;
}

/* What it learnt before counts on; all other facts are those of the old weights. So are its
 * directions, which may guide the run all the same, see ag-trainer-guide.c. */
static void
keep_history (AgModel *model)
{
  double images = get_fact (model, "images") + get_fact (model, "earlier_images");
  double minutes = get_fact (model, "minutes") + get_fact (model, "earlier_minutes");
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  g_hash_table_remove_all (model->facts);
  g_clear_pointer (&model->mean, g_free);
  g_clear_pointer (&model->percentiles, g_free);
  g_hash_table_insert (model->facts, g_strdup ("earlier_images"),
                       g_strdup (g_ascii_formatd (text, sizeof text, "%.0f", images)));
  g_hash_table_insert (model->facts, g_strdup ("earlier_minutes"),
                       g_strdup (g_ascii_formatd (text, sizeof text, "%.6g", minutes)));
}

/* Additive couplings can be given bounded scales, which are 1 at first: the only part of an
 * architecture that can change. */
static gboolean
grow (AgModel *model, AgCoupling coupling, const char *name, GError **error)
{
  AgFlowError flow_error;
  AgGlow *grown;

  if (coupling != AG_COUPLING_AFFINE_BOUNDED ||
      ag_glow_config (model->glow)->coupling != AG_COUPLING_ADDITIVE)
    return TRUE;
  if (ag_glow_copy_bounded (model->glow, &grown, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, name);
      return FALSE;
    }
  ag_glow_free (model->glow);
  model->glow = grown;
  return TRUE;
}

gboolean
ag_trainer_take_model (AgTrainer *self, GFile *file, GError **error)
{
  g_autoptr (AgModel) model = ag_model_load_for_training (file, error);
  g_autofree char *name = g_file_get_parse_name (file);
  AgTrainerOptions its;

  if (model == NULL)
    return FALSE;
  if (ag_glow_config (model->glow)->image_width != ag_glow_config (model->glow)->image_height)
    {
      g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                   _ ("%s: only models of square pictures can be trained"), name);
      return FALSE;
    }
  if (!grow (model, (AgCoupling) self->options.coupling, name, error))
    return FALSE;
  read_options (model, &its);
  if (!ag_trainer_options_take_model (&self->options, &its, name, error))
    return FALSE;
  if (self->options.seed != its.seed || self->options.held_out != its.held_out)
    ag_trainer_notice (self,
                       _ ("%s: not known to have held out the same pictures: what is held out "
                          "now may be among those it has learnt"),
                       name);
  keep_history (model);
  self->model = g_steal_pointer (&model);
  return TRUE;
}

void
ag_trainer_copy_history (AgModel *from, AgModel *to)
{
  static const char *const keys[] = { "earlier_images", "earlier_minutes" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const char *value = g_hash_table_lookup (from->facts, keys[i]);
      if (value != NULL)
        g_hash_table_insert (to->facts, g_strdup (keys[i]), g_strdup (value));
    }
}
