/* ag-train-run.c: a training run, as somebody who watches it sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-file.h"
#include "ag-train-private.h"

enum
{
  PROP_STATE = 1,
  N_PROPS
};

enum
{
  PROGRESSED,
  REPORTED,
  NOTICED,
  N_SIGNALS
};

static GParamSpec *props[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgTrainRun, ag_train_run, G_TYPE_OBJECT)

static void
ag_train_run_finalize (GObject *object)
{
  AgTrainRun *self = AG_TRAIN_RUN (object);

  pthread_mutex_destroy (&self->shared.mutex);
  pthread_cond_destroy (&self->shared.changed);
  g_clear_pointer (&self->shared.log, ag_run_log_free);
  g_clear_pointer (&self->shared.samples, g_ptr_array_unref);
  g_clear_pointer (&self->shared.notices, g_ptr_array_unref);
  g_free (self->shared.message);
  g_clear_pointer (&self->log, ag_run_log_free);
  g_clear_pointer (&self->samples, g_ptr_array_unref);
  g_clear_pointer (&self->notices, g_ptr_array_unref);
  g_clear_object (&self->folder);
  g_clear_object (&self->data);
  g_clear_object (&self->labels);
  g_free (self->preset);
  g_free (self->name);
  g_free (self->message);
  G_OBJECT_CLASS (ag_train_run_parent_class)->finalize (object);
}

static void
ag_train_run_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_int (value, (int) AG_TRAIN_RUN (object)->state);
}

static void
ag_train_run_class_init (AgTrainRunClass *klass)
{
  static const char *const names[N_SIGNALS] = { "progressed", "reported", "noticed" };
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ag_train_run_finalize;
  object_class->get_property = ag_train_run_get_property;
  props[PROP_STATE] =
    g_param_spec_int ("state", NULL, NULL, 0, AG_TRAIN_RUN_FAILED, AG_TRAIN_RUN_QUEUED,
                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  for (int i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], AG_TYPE_TRAIN_RUN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                               G_TYPE_NONE, 0);
}

static void
ag_train_run_init (AgTrainRun *self)
{
  self->log = g_new0 (AgRunLog, 1);
  self->log->reports = g_array_new (FALSE, FALSE, sizeof (AgRunReport));
  self->log->best = -1;
  self->samples = g_ptr_array_new_with_free_func (g_object_unref);
  self->notices = g_ptr_array_new_with_free_func (g_free);
  self->shared.notices = g_ptr_array_new_with_free_func (g_free);
  self->progress.seconds_left = NAN;
  self->progress.train_bits_per_dim = self->progress.held_out_bits_per_dim = NAN;
  self->progress.best_held_out_bits_per_dim = NAN;
  pthread_mutex_init (&self->shared.mutex, NULL);
  pthread_cond_init (&self->shared.changed, NULL);
  atomic_init (&self->wants_sliders, false);
  atomic_init (&self->shared.stop, false);
  atomic_init (&self->shared.pending, false);
}

static void
take_options (AgTrainRun *self, const AgTrainerOptions *options)
{
  self->options = *options;
  self->has_options = TRUE;
  g_set_object (&self->data, options->data);
  g_set_object (&self->labels, options->labels);
  g_free (self->preset);
  self->preset = g_strdup (options->preset);
  self->options.data = self->data;
  self->options.labels = self->labels;
  self->options.run = self->folder;
  self->options.preset = self->preset;
}

AgTrainRun *
ag_train_run_new (GFile *folder, const AgTrainerOptions *options)
{
  AgTrainRun *self = g_object_new (AG_TYPE_TRAIN_RUN, NULL);

  self->folder = g_object_ref (folder);
  self->name = ag_file_name (folder);
  take_options (self, options);
  return self;
}

/* What the log's end and the checkpoint tell. */
static void
take_info (AgTrainRun *self, AgRunInfo *info)
{
  AgTrainerProgress *progress = &self->progress;
  GArray *reports = info->log->reports;

  info->options.data = info->data ? g_file_new_for_path (info->data) : NULL;
  info->options.labels = info->labels ? g_file_new_for_path (info->labels) : NULL;
  info->options.preset = info->preset;
  take_options (self, &info->options);
  g_clear_object (&info->options.data);
  g_clear_object (&info->options.labels);
  progress->step = info->step;
  progress->last_step = info->last_step;
  progress->images = info->step * (guint64) info->options.batch;
  progress->epoch = (double) progress->images / (double) MAX (info->n_training, 1);
  progress->seconds = info->seconds;
  if (reports->len > 0)
    {
      const AgRunReport *last = &g_array_index (reports, AgRunReport, reports->len - 1);

      progress->train_bits_per_dim = last->train_bits_per_dim;
      progress->learning_rate = last->learning_rate;
      progress->gradient_norm = last->gradient_norm;
    }
  for (guint i = 0; i < reports->len; i++)
    {
      double bits = g_array_index (reports, AgRunReport, i).held_out_bits_per_dim;

      if (isfinite (bits))
        progress->held_out_bits_per_dim = bits;
    }
  if (info->log->best >= 0)
    progress->best_held_out_bits_per_dim =
      g_array_index (reports, AgRunReport, info->log->best).held_out_bits_per_dim;
  ag_run_log_free (self->log);
  self->log = g_steal_pointer (&info->log);
}

AgTrainRun *
ag_train_run_open (GFile *folder)
{
  AgTrainRun *self = g_object_new (AG_TYPE_TRAIN_RUN, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgRunInfo) info = ag_run_info_load (folder, &error);

  self->folder = g_object_ref (folder);
  self->name = ag_file_name (folder);
  self->state = info == NULL        ? AG_TRAIN_RUN_FAILED
                : info->is_finished ? AG_TRAIN_RUN_FINISHED
                                    : AG_TRAIN_RUN_PAUSED;
  if (info != NULL)
    take_info (self, info);
  else
    self->message = g_strdup (error->message);
  g_ptr_array_unref (self->samples);
  self->samples = ag_train_run_list_samples (folder);
  return self;
}

static int
compare_files (gconstpointer a, gconstpointer b)
{
  return strcmp (g_file_peek_path (*(GFile *const *) a), g_file_peek_path (*(GFile *const *) b));
}

GPtrArray *
ag_train_run_list_samples (GFile *folder)
{
  g_autoptr (GFile) samples = g_file_get_child (folder, "samples");
  g_autoptr (GDir) dir = g_dir_open (g_file_peek_path (samples), 0, NULL);
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "step-") && g_str_has_suffix (name, ".png"))
      g_ptr_array_add (files, g_file_get_child (samples, name));
  g_ptr_array_sort (files, compare_files);
  return files;
}

guint64
ag_train_run_get_sample_step (GFile *sample)
{
  g_autofree char *name = g_file_get_basename (sample);

  return g_str_has_prefix (name, "step-") ? g_ascii_strtoull (name + 5, NULL, 10) : 0;
}

void
ag_train_run_set_state (AgTrainRun *self, AgTrainRunState state, const char *message)
{
  char *copy = g_strdup (message);

  g_free (self->message);
  self->message = copy;
  if (state != AG_TRAIN_RUN_RUNNING)
    self->waiting = FALSE;
  if (self->state == state && message == NULL)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_STATE]);
}

void
ag_train_run_take (AgTrainRun *self)
{
  AgTrainShared *shared = &self->shared;
  g_autoptr (GPtrArray) notices = NULL;
  g_autofree char *message = NULL;
  AgRunLog *log;
  GPtrArray *samples;
  AgTrainRunState state;

  atomic_store (&shared->pending, false);
  pthread_mutex_lock (&shared->mutex);
  state = shared->state;
  self->progress = shared->progress;
  self->waiting = shared->waiting;
  self->memory = shared->memory;
  log = g_steal_pointer (&shared->log);
  samples = g_steal_pointer (&shared->samples);
  notices = g_steal_pointer (&shared->notices);
  shared->notices = g_ptr_array_new_with_free_func (g_free);
  message = g_steal_pointer (&shared->message);
  pthread_mutex_unlock (&shared->mutex);

  if (log != NULL)
    {
      ag_run_log_free (self->log);
      self->log = log;
    }
  if (samples != NULL)
    {
      g_ptr_array_unref (self->samples);
      self->samples = samples;
    }
  for (guint i = 0; i < notices->len; i++)
    g_ptr_array_add (self->notices, g_strdup (g_ptr_array_index (notices, i)));
  /* Whoever has asked for a pause is told of it until it is there. */
  if (self->job != 0 && (self->state != AG_TRAIN_RUN_PAUSING || state != AG_TRAIN_RUN_RUNNING))
    if (state != self->state || message != NULL)
      ag_train_run_set_state (self, state, message);
  g_signal_emit (self, signals[PROGRESSED], 0);
  if (log != NULL || samples != NULL)
    g_signal_emit (self, signals[REPORTED], 0);
  if (notices->len > 0)
    g_signal_emit (self, signals[NOTICED], 0);
}

static gboolean
take_idle (gpointer data)
{
  ag_train_run_take (data);
  return G_SOURCE_REMOVE;
}

void
ag_train_run_deliver (AgTrainRun *self)
{
  if (!atomic_exchange (&self->shared.pending, true))
    g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, take_idle, g_object_ref (self), g_object_unref);
}

/* What others ask. */

GFile *
ag_train_run_get_folder (AgTrainRun *self)
{
  return self->folder;
}

const char *
ag_train_run_get_name (AgTrainRun *self)
{
  return self->name;
}

AgTrainRunState
ag_train_run_get_state (AgTrainRun *self)
{
  return self->state;
}

gboolean
ag_train_run_is_active (AgTrainRun *self)
{
  return self->job != 0;
}

const char *
ag_train_run_get_message (AgTrainRun *self)
{
  return self->message;
}

const AgTrainerProgress *
ag_train_run_get_progress (AgTrainRun *self)
{
  return &self->progress;
}

gboolean
ag_train_run_is_waiting (AgTrainRun *self)
{
  return self->waiting;
}

GArray *
ag_train_run_get_reports (AgTrainRun *self, int *best)
{
  if (best != NULL)
    *best = self->log->best;
  return self->log->reports;
}

GPtrArray *
ag_train_run_get_samples (AgTrainRun *self)
{
  return self->samples;
}

GPtrArray *
ag_train_run_get_notices (AgTrainRun *self)
{
  return self->notices;
}

guint64
ag_train_run_get_memory (AgTrainRun *self)
{
  return self->memory;
}

const AgTrainerOptions *
ag_train_run_get_options (AgTrainRun *self)
{
  return self->has_options ? &self->options : NULL;
}

static gint64
get_time (GFile *file)
{
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC,
                       G_FILE_QUERY_INFO_NONE, NULL, NULL);
  g_autoptr (GDateTime) time = info ? g_file_info_get_modification_date_time (info) : NULL;

  return time ? g_date_time_to_unix (time) * G_USEC_PER_SEC + g_date_time_get_microsecond (time)
              : -1;
}

gboolean
ag_train_run_has_sliders (AgTrainRun *self, AgTrainModel which)
{
  g_autoptr (GFile) model = g_file_get_child (self->folder, ag_train_model_name (which));
  g_autoptr (GFile) sliders = g_file_get_child (self->folder, ag_train_sliders_name (which));
  gint64 time = get_time (sliders);

  return time >= 0 && time >= get_time (model);
}

/* Steps are counted at the last report, where the last evaluation was too. */
static gboolean
is_best_the_last (AgTrainRun *self)
{
  int best = self->log->best;

  for (guint i = (guint) (best + 1); best >= 0 && i < self->log->reports->len; i++)
    if (isfinite (g_array_index (self->log->reports, AgRunReport, i).held_out_bits_per_dim))
      return FALSE;
  return TRUE;
}

GFile *
ag_train_run_get_model (AgTrainRun *self, AgTrainModel which)
{
  g_autoptr (GFile) file = NULL;

  if (which == AG_TRAIN_MODEL_BEST && is_best_the_last (self))
    return NULL;
  file = g_file_get_child (self->folder, ag_train_run_has_sliders (self, which)
                                           ? ag_train_sliders_name (which)
                                           : ag_train_model_name (which));
  return g_file_query_exists (file, NULL) ? g_steal_pointer (&file) : NULL;
}
