/* ag-trainer-save.c: the model and the checkpoint of a run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer-private.h"

#include <inttypes.h>
#include <math.h>

#include <glib/gi18n-lib.h>

#include "ag-checkpoint.h"

static void set_fact (AgModel *model, const char *key, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static void
set_fact (AgModel *model, const char *key, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_hash_table_insert (model->facts, g_strdup (key), g_strdup_vprintf (format, args));
  va_end (args);
}

static void
set_real_fact (AgModel *model, const char *key, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (value))
    set_fact (model, key, "%s", g_ascii_formatd (text, sizeof text, "%.6g", value));
  else
    g_hash_table_remove (model->facts, key);
}

/* What a model tells of its training. The folder's name only: the path is nobody's business whom
 * the model is given to. */
static void
set_facts (AgTrainer *self, AgModel *model)
{
  const AgTrainCounters *counters = &self->state->counters;
  const AgTrainerOptions *options = &self->options;
  guint64 images = counters->step * (guint64) options->batch;
  g_autofree char *base = g_file_get_basename (self->data);
  g_autofree char *data = g_filename_display_name (base);

  set_fact (model, "data", "%s", data);
  set_fact (model, "training_images", "%" PRIu64, self->n_training);
  set_fact (model, "steps", "%" PRIu64, counters->step);
  set_fact (model, "images", "%" PRIu64, images);
  set_real_fact (model, "epochs", (double) images / (double) self->n_training);
  set_real_fact (model, "minutes", counters->seconds / 60);
  set_real_fact (model, "train_bits_per_dim", counters->recent_bits_per_dim);
  set_real_fact (model, "held_out_bits_per_dim", counters->held_out_bits_per_dim);
  set_fact (model, "preset", "%s", self->preset);
  set_fact (model, "optimizer", "%s", ag_optimizer_name ((AgOptimizerKind) options->optimizer));
  set_fact (model, "batch", "%d", options->batch);
  if (ag_ranks_get_size (options->ranks) > 1)
    set_fact (model, "processes", "%d", ag_ranks_get_size (options->ranks));
  else
    g_hash_table_remove (model->facts, "processes");
  set_real_fact (model, "lr", options->learning_rate);
  set_real_fact (model, "average", options->average);
  set_fact (model, "seed", "%" PRId64, options->seed);
  set_real_fact (model, "held_out", options->held_out);
  if (options->guide > 0)
    set_real_fact (model, "guide", options->guide);
  else
    g_hash_table_remove (model->facts, "guide");
  set_fact (model, "step_scaling", "%d", options->scaling);
  set_fact (model, "near_duplicates", "%s",
            ag_dataset_duplicates_name ((AgDatasetDuplicates) options->duplicates));
  set_fact (model, "crop", "%s", ag_trainer_crop_name ((AgTrainerCrop) options->crop));
}

/* With its facts as they are now. */
static AgModel *
get_result (AgTrainer *self)
{
  AgModel *result = ag_trainer_get_result (self);

  if (result != self->model)
    ag_trainer_copy_history (self->model, result);
  set_facts (self, result);
  return result;
}

gboolean
ag_trainer_save_averaged (AgTrainer *self, const char *name, GError **error)
{
  g_autoptr (GFile) file = g_file_get_child (self->run, name);

  return ag_model_save (get_result (self), file, AG_MODEL_STORAGE_F32, error);
}

static gboolean
save (AgTrainer *self, gboolean with_model, GError **error)
{
  g_autofree char *data = g_file_get_path (self->data);
  g_autofree char *labels = self->labels ? g_file_get_path (self->labels) : NULL;
  AgCheckpoint checkpoint = {
    .model = self->model,
    .state = self->state,
    .options = self->options,
    .data = data,
    .labels = labels,
    .preset = self->preset,
    .n_training = self->n_training,
    .fingerprint = self->fingerprint,
  };

  /* A share of a machine's threads is no measure for a run that goes on alone. */
  if (ag_ranks_get_size (self->options.ranks) > 1)
    checkpoint.options.n_threads = 0;
  set_facts (self, self->model);
  /* The log first: a checkpoint counts on its part of it. */
  return ag_run_log_writer_sync (self->log, error) &&
         ag_checkpoint_write (&checkpoint, self->run, error) &&
         (!with_model || ag_trainer_save_averaged (self, "model.safetensors", error));
}

gboolean
ag_trainer_save (AgTrainer *self, gboolean with_model, GError **error)
{
  GError *problem = NULL;

  ag_trainer_tell (self, AG_TRAINER_SAVING);
  if (ag_trainer_is_first (self))
    save (self, with_model, &problem);
  if (!ag_ranks_agree (self->options.ranks, problem, error))
    return FALSE;
  self->last_saved = ag_trainer_clock ();
  return TRUE;
}

AgModel *
ag_trainer_get_model (AgTrainer *self, GError **error)
{
  AgModel *result = get_result (self), *model;
  AgFlowError flow_error;
  AgGlow *glow;

  if (ag_glow_copy (result->glow, &glow, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, _ ("Model"));
      return NULL;
    }
  model = ag_model_new (glow);
  ag_trainer_name_classes (self, model);
  ag_trainer_copy_directions (result, model);
  ag_trainer_copy_history (result, model);
  set_facts (self, model);
  return model;
}
