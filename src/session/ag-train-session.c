/* ag-train-session.c: training runs, one after the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-session.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "ag-checkpoint.h"
#include "ag-file.h"
#include "ag-train-private.h"

#define INTERACTION (G_USEC_PER_SEC)
#define MAX_NAME    80 /* characters of a folder's name */

struct _AgTrainSession
{
  GObject parent_instance;

  GFile *folder;
  GListStore *runs;
  AgWorker *worker;
  AgTrainGate *gate;
  guint n_active;
  gboolean closed;
};

enum
{
  PROP_ACTIVE = 1,
  N_PROPS
};

static GParamSpec *props[N_PROPS];
static guint ended_signal;

G_DEFINE_FINAL_TYPE (AgTrainSession, ag_train_session, G_TYPE_OBJECT)

static void
ag_train_session_dispose (GObject *object)
{
  AgTrainSession *self = AG_TRAIN_SESSION (object);

  ag_train_session_close (self);
  g_clear_object (&self->worker);
  g_clear_object (&self->runs);
  g_clear_object (&self->folder);
  G_OBJECT_CLASS (ag_train_session_parent_class)->dispose (object);
}

static void
ag_train_session_finalize (GObject *object)
{
  g_clear_pointer (&AG_TRAIN_SESSION (object)->gate, ag_train_gate_unref);
  G_OBJECT_CLASS (ag_train_session_parent_class)->finalize (object);
}

static void
ag_train_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *spec)
{
  g_value_set_boolean (value, ag_train_session_is_active (AG_TRAIN_SESSION (object)));
}

static void
ag_train_session_class_init (AgTrainSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ag_train_session_dispose;
  object_class->finalize = ag_train_session_finalize;
  object_class->get_property = ag_train_session_get_property;
  props[PROP_ACTIVE] =
    g_param_spec_boolean ("active", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, props);
  ended_signal = g_signal_new ("ended", AG_TYPE_TRAIN_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 1, AG_TYPE_TRAIN_RUN);
}

static void
ag_train_session_init (AgTrainSession *self)
{
  self->runs = g_list_store_new (AG_TYPE_TRAIN_RUN);
  self->gate = ag_train_gate_new ();
}

/* The list */

typedef struct
{
  GFile *folder;
  gint64 time;
} Found;

static int
compare_found (gconstpointer a, gconstpointer b)
{
  gint64 first = ((const Found *) a)->time, second = ((const Found *) b)->time;

  return first < second ? 1 : first > second ? -1 : 0;
}

/* A folder with a checkpoint or a log is a run, whoever has made it. One that may not be looked
 * into is taken for a run too: it tells why it cannot be shown. */
static void
find_runs (AgTrainSession *self)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));
  g_autoptr (GDir) dir = g_dir_open (g_file_peek_path (self->folder), 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (GFile) folder = g_file_get_child (self->folder, name);
      g_autofree char *log = g_build_filename (g_file_peek_path (folder), "log.jsonl", NULL);
      gboolean exists;
      GStatBuf info;

      if (name[0] == '.' ||
          (ag_checkpoint_look (folder, &exists, NULL) && !exists && g_stat (log, &info) != 0))
        continue;
      if (g_stat (g_file_peek_path (folder), &info) != 0)
        continue;
      g_array_append_val (found, ((Found){ g_object_ref (folder), info.st_mtime }));
    }
  g_array_sort (found, compare_found);
  for (guint i = 0; i < found->len; i++)
    {
      Found *entry = &g_array_index (found, Found, i);
      g_autoptr (AgTrainRun) run = ag_train_run_open (entry->folder);

      g_list_store_append (self->runs, run);
      g_object_unref (entry->folder);
    }
}

AgTrainSession *
ag_train_session_new (GFile *folder, GError **error)
{
  g_autoptr (AgTrainSession) self = g_object_new (AG_TYPE_TRAIN_SESSION, NULL);

  self->folder = g_object_ref (folder);
  self->worker = ag_worker_new (error);
  if (self->worker == NULL)
    return NULL;
  find_runs (self);
  return g_steal_pointer (&self);
}

GFile *
ag_train_session_get_folder (AgTrainSession *self)
{
  return self->folder;
}

GListModel *
ag_train_session_get_runs (AgTrainSession *self)
{
  return G_LIST_MODEL (self->runs);
}

gboolean
ag_train_session_is_active (AgTrainSession *self)
{
  return self->n_active > 0;
}

/* Jobs */

static void
change_active (AgTrainSession *self, int by)
{
  gboolean before = self->n_active > 0;

  self->n_active = (guint) ((int) self->n_active + by);
  if (before != (self->n_active > 0))
    g_object_notify_by_pspec (G_OBJECT (self), props[PROP_ACTIVE]);
}

static void
job_ended (AgTrainRun *run, gpointer data)
{
  AgTrainSession *self = data;

  if (self->closed)
    return;
  change_active (self, -1);
  g_signal_emit (self, ended_signal, 0, run);
}

/* It has paused with all it has learnt in memory, as there is no room on the disk: for somebody who
 * does not look, that is the end for now. */
static void
state_changed (AgTrainSession *self, GParamSpec *spec, AgTrainRun *run)
{
  if (!self->closed && run->job != 0 && run->state == AG_TRAIN_RUN_PAUSED && run->message != NULL)
    g_signal_emit (self, ended_signal, 0, run);
}

/* @options without pointers but preset. */
static void
push (AgTrainSession *self,
      AgTrainRun *run,
      const AgTrainerOptions *options,
      gboolean trains,
      AgTrainModel model)
{
  AgTrainJob *job = g_new0 (AgTrainJob, 1);
  AgTrainShared *shared = &run->shared;

  job->run = g_object_ref (run);
  job->gate = ag_train_gate_ref (self->gate);
  job->options = *options;
  job->preset = g_strdup (options->preset);
  job->options.preset = job->preset;
  job->options.run = g_object_ref (run->folder);
  job->options.data = run->data ? g_object_ref (run->data) : NULL;
  job->options.labels = run->labels ? g_object_ref (run->labels) : NULL;
  job->options.from = NULL;
  job->trains = trains;
  job->model = model;
  job->finds_faces = run->has_options && run->options.crop == AG_TRAINER_CROP_FACES;
  job->before = run->state;
  job->ended = job_ended;
  job->data = self;
  job->last_phase = AG_TRAINER_SAVING;
  atomic_store (&run->wants_sliders, false);
  atomic_store (&shared->stop, false);
  pthread_mutex_lock (&shared->mutex);
  shared->state = AG_TRAIN_RUN_QUEUED;
  shared->progress = run->progress;
  shared->memory = 0;
  g_clear_pointer (&shared->message, g_free);
  pthread_mutex_unlock (&shared->mutex);
  g_signal_handlers_disconnect_by_func (run, state_changed, self);
  g_signal_connect_object (run, "notify::state", G_CALLBACK (state_changed), self,
                           G_CONNECT_SWAPPED);
  run->job = ag_worker_push (self->worker, &ag_train_job_kind, job);
  ag_train_run_set_state (run, AG_TRAIN_RUN_QUEUED, NULL);
  change_active (self, 1);
}

/* A name that is a folder's, and no other's: "Holiday", "Holiday 2" … */
static char *
make_folder_name (AgTrainSession *self, const char *name)
{
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *cut = g_utf8_substring (valid, 0, MIN (g_utf8_strlen (valid, -1), MAX_NAME));
  char *base = g_strstrip (cut);

  g_strdelimit (base, "/\\\n\r\t", '-');
  while (*base == '.')
    base++;
  if (*base == '\0')
    base = (char *) _ ("Model");
  for (int i = 1;; i++)
    {
      g_autofree char *full = i == 1 ? g_strdup (base) : g_strdup_printf ("%s %d", base, i);
      g_autoptr (GFile) file = g_file_get_child (self->folder, full);

      if (!g_file_query_exists (file, NULL))
        return g_steal_pointer (&full);
    }
}

AgTrainRun *
ag_train_session_start (AgTrainSession *self,
                        const char *name,
                        const AgTrainerOptions *options,
                        GError **error)
{
  g_autofree char *folder_name = make_folder_name (self, name);
  g_autoptr (GFile) folder = g_file_get_child (self->folder, folder_name);
  g_autoptr (AgTrainRun) run = NULL;

  g_return_val_if_fail (!self->closed, NULL);
  if (g_mkdir_with_parents (g_file_peek_path (folder), 0777) != 0)
    {
      ag_file_set_errno (error, folder, errno);
      return NULL;
    }
  run = ag_train_run_new (folder, options);
  g_list_store_insert (self->runs, 0, run);
  push (self, run, options, TRUE, AG_TRAIN_MODEL_LAST);
  return run;
}

static void
end_job (AgTrainSession *self, AgTrainRun *run, gboolean wants_sliders)
{
  AgTrainShared *shared = &run->shared;

  if (run->job == 0)
    return;
  if (run->state == AG_TRAIN_RUN_QUEUED && !ag_checkpoint_exists (run->folder))
    {
      /* Nothing has been done for it yet. */
      ag_worker_cancel (self->worker, run->job);
      run->job = 0;
      ag_train_run_set_state (run, AG_TRAIN_RUN_PAUSED, NULL);
      change_active (self, -1);
      return;
    }
  atomic_store (&run->wants_sliders, wants_sliders);
  atomic_store (&shared->stop, true);
  pthread_mutex_lock (&shared->mutex);
  pthread_cond_signal (&shared->changed);
  pthread_mutex_unlock (&shared->mutex);
  pthread_mutex_lock (&self->gate->mutex);
  pthread_cond_broadcast (&self->gate->changed);
  pthread_mutex_unlock (&self->gate->mutex);
  ag_train_run_set_state (run, AG_TRAIN_RUN_PAUSING, NULL);
}

void
ag_train_session_pause (AgTrainSession *self, AgTrainRun *run)
{
  end_job (self, run, FALSE);
}

void
ag_train_session_stop (AgTrainSession *self, AgTrainRun *run)
{
  if (run->job != 0)
    end_job (self, run, TRUE);
  else
    ag_train_session_make_sliders (self, run, AG_TRAIN_MODEL_LAST);
}

/* It is still in the thread's hands, which waits for room on the disk. */
static gboolean
unblock (AgTrainRun *run)
{
  AgTrainShared *shared = &run->shared;
  gboolean blocked;

  pthread_mutex_lock (&shared->mutex);
  blocked = shared->blocked;
  if (blocked)
    {
      shared->go_on = TRUE;
      pthread_cond_signal (&shared->changed);
    }
  pthread_mutex_unlock (&shared->mutex);
  return blocked;
}

void
ag_train_session_resume (AgTrainSession *self, AgTrainRun *run)
{
  AgTrainerOptions options;

  if (run->job != 0)
    {
      unblock (run);
      return;
    }
  if (!ag_checkpoint_exists (run->folder) && run->has_options)
    {
      push (self, run, &run->options, TRUE, AG_TRAIN_MODEL_LAST);
      return;
    }
  ag_trainer_options_init (&options);
  options.resume = TRUE;
  if (run->state == AG_TRAIN_RUN_FINISHED && run->has_options)
    {
      options.steps = run->options.steps = 2 * run->options.steps;
      options.epochs = run->options.epochs = 2 * run->options.epochs;
      options.minutes = run->options.minutes = 2 * run->options.minutes;
    }
  push (self, run, &options, TRUE, AG_TRAIN_MODEL_LAST);
}

void
ag_train_session_make_sliders (AgTrainSession *self, AgTrainRun *run, AgTrainModel model)
{
  if (run->job == 0 && run->has_options)
    push (self, run, &run->options, FALSE, model);
}

gboolean
ag_train_session_remove (AgTrainSession *self, AgTrainRun *run, GError **error)
{
  guint position;

  g_return_val_if_fail (run->job == 0, FALSE);
  if (!g_file_trash (run->folder, NULL, error))
    return FALSE;
  if (g_list_store_find (self->runs, run, &position))
    g_list_store_remove (self->runs, position);
  return TRUE;
}

/* Giving way */

void
ag_train_session_interact (AgTrainSession *self)
{
  pthread_mutex_lock (&self->gate->mutex);
  self->gate->hold_until = g_get_monotonic_time () + INTERACTION;
  pthread_mutex_unlock (&self->gate->mutex);
}

void
ag_train_session_hold (AgTrainSession *self, gboolean hold)
{
  pthread_mutex_lock (&self->gate->mutex);
  self->gate->n_holds += hold ? 1 : -1;
  pthread_cond_broadcast (&self->gate->changed);
  pthread_mutex_unlock (&self->gate->mutex);
}

void
ag_train_session_close (AgTrainSession *self)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->runs)); i++)
    {
      g_autoptr (AgTrainRun) run = g_list_model_get_item (G_LIST_MODEL (self->runs), i);

      end_job (self, run, FALSE);
    }
  if (self->worker != NULL)
    ag_worker_stop (self->worker);
}
