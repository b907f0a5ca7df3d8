/* ag-trainer-setup.c: making a trainer, for a new run or one that goes on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer-private.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "ag-checkpoint.h"
#include "ag-pixel-store.h"
#include "ag-trainer-options.h"

/* clang-format off */
G_DEFINE_QUARK (ag-trainer-error-quark, ag_trainer_error)
/* clang-format on */

/* A quarter of a step of 8 bits: by then reversal has lost what it recomputes from. */
#define DRIFT_LIMIT 1e-3

/* Skipped files that are told of one by one. */
#define MAX_SKIPPED_NOTICES 20

void
ag_trainer_free (AgTrainer *self)
{
  if (self == NULL)
    return;
  ag_batches_free (self->batches);
  ag_gradient_free (self->gradient);
  ag_trainer_guide_free (self->guide);
  ag_train_state_free (self->state);
  g_clear_pointer (&self->model, ag_model_unref);
  g_clear_pointer (&self->averaged, ag_model_unref);
  ag_pool_free (self->pool);
  ag_run_log_writer_free (self->log);
  g_clear_pointer (&self->dataset, ag_dataset_unref);
  g_free (self->gradient_vector);
  g_free (self->log_p);
  g_clear_error (&self->peers_error);
  g_free (self->preset);
  g_strfreev (self->classes);
  g_clear_object (&self->data);
  g_clear_object (&self->labels);
  g_clear_object (&self->run);
  g_clear_object (&self->from);
  g_free (self);
}

/* Options */

/* Takes over a checkpoint's options, model and state. */
static gboolean
take_checkpoint (AgTrainer *self, gboolean exists, GError **error)
{
  g_autoptr (AgCheckpoint) checkpoint = NULL;
  g_autofree char *problem = NULL;

  if (!exists)
    {
      g_autofree char *name = g_file_get_parse_name (self->run);
      g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_NO_RUN,
                   _ ("%s: there is no checkpoint to go on from"), name);
      return FALSE;
    }
  checkpoint = ag_checkpoint_read (self->run, &problem, error);
  if (checkpoint == NULL)
    return FALSE;
  if (problem != NULL)
    ag_trainer_notice (self, _ ("%s. Going on from the checkpoint before it."), problem);
  if (!ag_trainer_options_take_run (&self->options, &checkpoint->options, error))
    return FALSE;
  if (self->data == NULL && checkpoint->data != NULL)
    self->data = g_file_new_for_path (checkpoint->data);
  if (self->labels == NULL && checkpoint->labels != NULL)
    self->labels = g_file_new_for_path (checkpoint->labels);
  self->preset = g_strdup (checkpoint->preset ? checkpoint->preset : "");
  self->n_training = checkpoint->n_training;
  self->fingerprint = checkpoint->fingerprint;
  self->model = g_steal_pointer (&checkpoint->model);
  self->state = g_steal_pointer (&checkpoint->state);
  return TRUE;
}

/* In process 0, which alone reads the run folder and the model to begin with. */
static gboolean
resolve_options (AgTrainer *self, const AgTrainerOptions *options, GError **error)
{
  gboolean exists;

  if (options->run == NULL || g_file_peek_path (options->run) == NULL)
    {
      g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                           _ ("The run needs a folder on this computer"));
      return FALSE;
    }
  if (options->resume && options->from != NULL)
    {
      g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                           _ ("A run goes on with its own weights, or begins with a model's: "
                              "not both"));
      return FALSE;
    }
  if (!ag_checkpoint_look (self->run, &exists, error))
    return FALSE;
  if (options->resume)
    {
      if (!take_checkpoint (self, exists, error))
        return FALSE;
    }
  else if (exists)
    {
      g_autofree char *name = g_file_get_parse_name (self->run);
      g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_EXISTS,
                   _ ("%s: there is a run in this folder already; resume it or choose another "
                      "folder"),
                   name);
      return FALSE;
    }
  else if ((self->from == NULL || ag_trainer_take_model (self, self->from, error)) &&
           ag_trainer_options_apply_preset (&self->options, error))
    {
      self->preset = g_strdup (self->options.preset);
    }
  else
    {
      return FALSE;
    }
  if (self->data == NULL)
    {
      g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                           _ ("Training needs a folder of pictures"));
      return FALSE;
    }
  self->options.data = self->data;
  self->options.labels = self->labels;
  self->options.run = self->run;
  self->options.from = self->from;
  self->options.preset = self->preset;
  return TRUE;
}

static gboolean
take_options (AgTrainer *self, const AgTrainerOptions *options, GError **error)
{
  GError *problem = NULL;

  self->run = options->run ? g_object_ref (options->run) : NULL;
  self->data = options->data ? g_object_ref (options->data) : NULL;
  self->labels = options->labels ? g_object_ref (options->labels) : NULL;
  self->from = options->from ? g_object_ref (options->from) : NULL;
  self->options = *options;
  if (ag_trainer_is_first (self))
    resolve_options (self, options, &problem);
  return ag_ranks_agree (options->ranks, problem, error) &&
         ag_trainer_share_options (self, options, error);
}

/* Images */

static void
tell_loading (int done, int total, gpointer data)
{
  AgTrainer *self = data;

  self->progress.done = done;
  self->progress.total = total;
  ag_trainer_tell (self, AG_TRAINER_LOADING);
}

static void
tell_skipped (AgTrainer *self)
{
  int n = ag_dataset_get_n_skipped (self->dataset);

  for (int i = 0; i < MIN (n, MAX_SKIPPED_NOTICES); i++)
    ag_trainer_notice (self, "%s", ag_dataset_get_skipped (self->dataset, i)->reason);
  if (n > 0)
    ag_trainer_notice (
      self, ngettext ("%d picture of %d cannot be used", "%d pictures of %d cannot be used", n), n,
      n + ag_dataset_get_n_images (self->dataset));
  for (const char *const *note = ag_dataset_get_notes (self->dataset); *note != NULL; note++)
    ag_trainer_notice (self, "%s", *note);
}

/* A folder that has changed is said, but is no reason to throw a run away: an image that was
 * added is trained on, and as the held-out ones are chosen by name, none changes sides. */
static void
compare_images (AgTrainer *self)
{
  int n;
  guint64 fingerprint = ag_dataset_get_fingerprint (self->dataset);

  ag_dataset_get_indices (self->dataset, AG_DATASET_TRAINING, &n);
  if (self->n_training != 0 && fingerprint != self->fingerprint)
    ag_trainer_notice (self,
                       _ ("The pictures have changed since this run was begun (%" PRIu64
                          " to train on then, %d now). It goes on with those that are there."),
                       self->n_training, n);
  self->n_training = (guint64) n;
  self->fingerprint = fingerprint;
}

static gboolean
load_images (AgTrainer *self, const atomic_bool *cancel, GError **error)
{
  const AgTrainerOptions *options = &self->options;
  int n, n_local = ag_ranks_get_local_size (options->ranks);
  AgDatasetOptions dataset_options;

  ag_dataset_options_init (&dataset_options);
  ag_trainer_ask_for_classes (self, &dataset_options);
  dataset_options.height = dataset_options.width = options->image_size;
  dataset_options.channels = options->channels;
  dataset_options.held_out = options->held_out;
  dataset_options.seed = (guint64) options->seed;
  dataset_options.labels = self->labels;
  dataset_options.memory_limit = (guint64) options->memory_limit / 2;
  if (options->memory_limit == 0 && n_local > 1)
    dataset_options.memory_limit = ag_memory_available () / 2 / (guint64) n_local;
  dataset_options.n_threads = MIN (options->n_threads, 64);
  dataset_options.duplicates = (AgDatasetDuplicates) options->duplicates;
  if (options->crop == AG_TRAINER_CROP_FACES)
    dataset_options.crop = options->faces;
  if (options->crop == AG_TRAINER_CROP_FACES && options->faces == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("Faces cannot be found here: train on the middle of the pictures"));
      return FALSE;
    }
  self->dataset = ag_dataset_load (self->data, &dataset_options, tell_loading, self, cancel, error);
  self->options.faces = NULL; /* only promised until now */
  if (self->dataset == NULL)
    return FALSE;
  tell_skipped (self);
  compare_images (self);
  ag_dataset_get_indices (self->dataset, AG_DATASET_HELD_OUT, &n);
  if (n == 0)
    ag_trainer_notice (self, _ ("No pictures are held out: whether the model learns the training "
                                "pictures by heart will not be seen."));
  return ag_trainer_take_classes (self, error);
}

/* The model */

static gboolean
set_flow_error (GError **error, const AgFlowError *flow_error)
{
  ag_error_from_flow (error, flow_error, _ ("Training"));
  return FALSE;
}

static gboolean
set_memory_error (GError **error)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       _ ("Not enough memory to train a model of this size"));
  return FALSE;
}

static AgGlowConfig
make_config (AgTrainer *self)
{
  const AgTrainerOptions *options = &self->options;

  return (AgGlowConfig){
    .image_height = options->image_size,
    .image_width = options->image_size,
    .channels = options->channels,
    .levels = options->levels,
    .depth = options->depth,
    .width = options->width,
    .coupling = (AgCoupling) options->coupling,
    .permutation = (AgPermutation) options->permutation,
    .n_bits = options->n_bits,
    .classes = options->conditional ? ag_dataset_get_n_classes (self->dataset) : 0,
  };
}

/* A model from a file has to be of the shape that the options say: a checkpoint may be damaged, and
 * the data may have another number of classes than the model. */
static gboolean
check_model (AgTrainer *self, const AgGlowConfig *config, GError **error)
{
  const AgGlowConfig *found = ag_glow_config (self->model->glow);

  if (found->image_height == config->image_height && found->image_width == config->image_width &&
      found->channels == config->channels && found->levels == config->levels &&
      found->depth == config->depth && found->width == config->width &&
      found->coupling == config->coupling && found->permutation == config->permutation &&
      found->n_bits == config->n_bits && found->classes == config->classes)
    return TRUE;
  g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_CHECKPOINT,
                       self->options.resume
                         ? _ ("The checkpoint's model and options contradict each other")
                         : _ ("The model and the data have different numbers of classes"));
  return FALSE;
}

static gboolean
make_pool (AgTrainer *self, GError **error)
{
  AgFlowError flow_error;
  int asked = self->options.n_threads;

  if (ag_pool_new (MAX (asked, 0), &self->pool, &flow_error) != AG_OK)
    return set_flow_error (error, &flow_error);
  self->options.n_threads = ag_pool_n_threads (self->pool);
  return TRUE;
}

/* The other processes are given the numbers of process 0 later. */
static gboolean
make_model (AgTrainer *self, GError **error)
{
  AgGlowConfig config = make_config (self);
  AgFlowError flow_error;
  AgStatus status;
  AgGlow *glow;

  if (self->model != NULL)
    {
      ag_trainer_name_classes (self, self->model);
      return check_model (self, &config, error);
    }
  status = ag_trainer_is_first (self)
             ? ag_glow_new (&config, (uint64_t) self->options.seed, &glow, &flow_error)
             : ag_glow_new_zero (&config, &glow, &flow_error);
  if (status != AG_OK)
    return set_flow_error (error, &flow_error);
  self->model = ag_model_new (glow);
  ag_trainer_name_classes (self, self->model);
  return TRUE;
}

static gboolean
make_memory (AgTrainer *self, GError **error)
{
  const AgTrainerOptions *options = &self->options;
  AgGlowConfig config = *ag_glow_config (self->model->glow);
  AgFlowError flow_error;

  if (ag_gradient_new (&config, self->share, (AgGradientMode) options->gradient, 0, self->pool,
                       &self->gradient, &flow_error) != AG_OK)
    return set_flow_error (error, &flow_error);
  ag_trainer_connect_gradient (self);
  if (!ag_trainer_steps_by_parts (self))
    {
      self->gradient_vector = g_try_new (ag_real, ag_glow_config_n_parameters (&config));
      if (self->gradient_vector == NULL)
        return set_memory_error (error);
    }
  self->log_p = g_try_new (double, (gsize) self->share);
  return self->log_p != NULL || set_memory_error (error);
}

static gboolean
make_averaged (AgTrainer *self, GError **error)
{
  AgFlowError flow_error;
  AgGlow *glow;

  if (self->state->average == NULL)
    return TRUE;
  if (ag_glow_copy (self->model->glow, &glow, &flow_error) != AG_OK)
    return set_flow_error (error, &flow_error);
  self->averaged = ag_model_new (glow);
  ag_trainer_name_classes (self, self->averaged);
  ag_trainer_copy_directions (self->model, self->averaged);
  ag_train_state_set_averaged (self->state, glow);
  return TRUE;
}

static gboolean
make_batches (AgTrainer *self, GError **error)
{
  const AgTrainerOptions *options = &self->options;
  AgBatchOptions batch_options = {
    .batch = options->batch,
    .n_bits = options->n_bits,
    .seed = (guint64) options->seed,
    .flip = options->flip,
    .shift = options->shift,
    .brightness = options->brightness,
  };

  self->batches = ag_batches_new (self->dataset, &batch_options, error);
  return self->batches != NULL;
}

/* Sets the actnorms from the whole of the first batch. Where several processes train together the
 * first does it for all, the way that needs less memory. */
static gboolean
initialize (AgTrainer *self, const atomic_bool *cancel, GError **error)
{
  const AgBatch *batch = ag_batches_get (self->batches, 0);
  AgGradient *whole = NULL;
  AgFlowError flow_error;
  AgStatus status = AG_OK;

  ag_trainer_tell (self, AG_TRAINER_INITIALIZING);
  if (self->share < self->options.batch)
    status = ag_gradient_new (ag_glow_config (self->model->glow), self->options.batch,
                              AG_GRADIENT_REVERSED, 0, self->pool, &whole, &flow_error);
  if (status == AG_OK)
    status = ag_trainer_initialize_model (self, whole ? whole : self->gradient, batch->x, cancel,
                                          &flow_error);
  ag_gradient_free (whole);
  return status == AG_OK || set_flow_error (error, &flow_error);
}

/* The state of process 0: new, or read from the checkpoint. */
static gboolean
make_state (AgTrainer *self, const atomic_bool *cancel, GError **error)
{
  gboolean is_new = !self->options.resume && self->from == NULL;
  GError *problem = NULL;
  AgFlowError flow_error;

  if ((!is_new || !ag_trainer_is_first (self) || initialize (self, cancel, &problem)) &&
      self->state == NULL)
    {
      self->state = ag_train_state_new (self->model->glow, self->options.average > 0);
      if (self->state == NULL)
        set_memory_error (&problem);
    }
  if (!ag_ranks_agree (self->options.ranks, problem, error) ||
      !ag_trainer_share_state (self, error))
    return FALSE;
  problem = NULL;
  if (make_averaged (self, &problem) && self->state->counters.keeps_boundaries &&
      ag_gradient_keep_boundaries (self->gradient, &flow_error) != AG_OK)
    set_flow_error (&problem, &flow_error);
  return ag_ranks_agree (self->options.ranks, problem, error);
}

/* The run folder */

static gboolean
make_folder (GFile *folder, GError **error)
{
  g_autofree char *path = g_file_get_path (folder);
  g_autofree char *name = g_file_get_parse_name (folder);

  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (errno), "%s: %s", name,
               g_strerror (errno));
  return FALSE;
}

/* What a run that was killed while it wrote has left: hidden files, by the names of ours, and a
 * checkpoint that had not got its name yet. Only called with the lock. */
static void
remove_leftovers (GFile *folder)
{
  g_autofree char *path = g_file_get_path (folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *full = g_build_filename (path, name, NULL);

      if ((name[0] == '.' && (strstr (name, ".safetensors") || strstr (name, ".png"))) ||
          strcmp (name, "checkpoint.next.safetensors") == 0)
        g_unlink (full);
    }
}

static gboolean
open_folder (AgTrainer *self, GError **error)
{
  g_autoptr (GFile) samples = g_file_get_child (self->run, "samples");

  if (!make_folder (self->run, error) || !make_folder (samples, error))
    return FALSE;
  self->log = ag_run_log_writer_open (self->run, error);
  if (self->log == NULL)
    return FALSE;
  remove_leftovers (self->run);
  remove_leftovers (samples);
  return TRUE;
}

guint64
ag_trainer_find_last_step (const AgTrainerOptions *options, guint64 n_training)
{
  guint64 last = G_MAXUINT64;

  if (options->steps > 0)
    last = (guint64) options->steps;
  if (options->epochs > 0)
    last = MIN (last, (guint64) ceil (options->epochs * (double) n_training / options->batch));
  return last;
}

/* What a process does by itself goes wrong in all if it goes wrong in one. */
static gboolean
prepare (AgTrainer *self, const atomic_bool *cancel, GError **error)
{
  AgRanks *ranks = self->options.ranks;
  GError *problem = NULL;

  load_images (self, cancel, &problem);
  if (!ag_ranks_agree (ranks, problem, error) || !ag_trainer_compare_images (self, error))
    return FALSE;
  problem = NULL;
  if (make_pool (self, &problem))
    make_model (self, &problem);
  if (!ag_ranks_agree (ranks, problem, error) || !ag_trainer_make_guide (self, error) ||
      !ag_trainer_choose_gradient (self, error))
    return FALSE;
  problem = NULL;
  if (make_memory (self, &problem) && make_batches (self, &problem) && ag_trainer_is_first (self))
    open_folder (self, &problem);
  return ag_ranks_agree (ranks, problem, error);
}

AgTrainer *
ag_trainer_new (const AgTrainerOptions *options,
                const AgTrainerCallbacks *callbacks,
                const atomic_bool *cancel,
                GError **error)
{
  g_autoptr (AgTrainer) self = g_new0 (AgTrainer, 1);

  if (callbacks != NULL)
    self->callbacks = *callbacks;
  self->step_bits_per_dim = NAN;
  self->drift_limit = DRIFT_LIMIT;
  if (!take_options (self, options, error) || !prepare (self, cancel, error))
    return NULL;
  self->last_step = ag_trainer_find_last_step (&self->options, self->n_training);
  if (!make_state (self, cancel, error))
    return NULL;
  self->seconds_before = self->state->counters.seconds;
  self->last_saved = ag_trainer_clock ();
  if (!options->resume && !ag_trainer_save (self, FALSE, error))
    return NULL;
  return g_steal_pointer (&self);
}
