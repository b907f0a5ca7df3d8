/* ag-worker.c: the thread that computes, and how results come back to the main loop
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-worker.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <pthread.h>
#include <string.h>

typedef enum
{
  JOB_RENDER,
  JOB_QUEUED,
  JOB_REFINE,
} JobClass;

typedef struct Job Job;

struct Job
{
  const AgWorkerJobKind *kind;
  gpointer data;
  JobClass class;
  guint lane;
  guint64 number;
  atomic_bool cancel;
  Job *next;
};

typedef struct
{
  Job *first, *last;
} JobList;

/* The fields below `mutex` are guarded by it, those above belong to the creating thread. */
struct _AgWorker
{
  GObject parent_instance;

  GSource *delivery;
  pthread_t thread;
  gboolean started, stopped;

  pthread_mutex_t mutex;
  pthread_cond_t wake;
  Job *renders[AG_WORKER_N_LANES];
  JobList queue;
  Job *refinement;
  Job *running;
  JobList finished;
  guint64 last_number;
  gboolean stop;
};

G_DEFINE_FINAL_TYPE (AgWorker, ag_worker, G_TYPE_OBJECT)

/* What the main context keeps: a way to the worker that does not keep it alive. */
typedef struct
{
  GSource source;
  AgWorker *worker;
} Delivery;

static Job *
job_new (JobClass class, const AgWorkerJobKind *kind, gpointer data)
{
  Job *job = g_new0 (Job, 1);

  job->kind = kind;
  job->data = data;
  job->class = class;
  atomic_init (&job->cancel, false);
  return job;
}

static void
job_free (Job *job)
{
  if (job == NULL)
    return;
  job->kind->free (job->data);
  g_free (job);
}

static gboolean
job_is_cancelled (Job *job)
{
  return atomic_load_explicit (&job->cancel, memory_order_relaxed);
}

static void
job_cancel (Job *job)
{
  atomic_store_explicit (&job->cancel, true, memory_order_relaxed);
}

static void
list_append (JobList *list, Job *job)
{
  job->next = NULL;
  if (list->last != NULL)
    list->last->next = job;
  else
    list->first = job;
  list->last = job;
}

static Job *
list_pop (JobList *list)
{
  Job *job = list->first;

  if (job == NULL)
    return NULL;
  list->first = job->next;
  if (list->first == NULL)
    list->last = NULL;
  job->next = NULL;
  return job;
}

/* Mutex held. */
static Job *
next_render (AgWorker *self)
{
  Job **oldest = NULL;

  for (guint lane = 0; lane < AG_WORKER_FAIR_LANE; lane++)
    if (self->renders[lane] != NULL)
      return g_steal_pointer (&self->renders[lane]);
  for (guint lane = AG_WORKER_FAIR_LANE; lane < AG_WORKER_N_LANES; lane++)
    if (self->renders[lane] != NULL &&
        (oldest == NULL || self->renders[lane]->number < (*oldest)->number))
      oldest = &self->renders[lane];
  return oldest != NULL ? g_steal_pointer (oldest) : NULL;
}

/* Called with the mutex held, on the worker's thread. */
static Job *
next_job (AgWorker *self)
{
  Job *job;

  if ((job = next_render (self)) != NULL)
    return job;
  if ((job = list_pop (&self->queue)) != NULL)
    return job;
  return g_steal_pointer (&self->refinement);
}

/* Of a lane's finished renders only the newest is worth delivering. Mutex held. */
static void
supersede_finished (AgWorker *self, Job *newer)
{
  for (Job *job = self->finished.first; job != NULL; job = job->next)
    if (job->class == newer->class && job->lane == newer->lane)
      job_cancel (job);
}

static void *
worker_main (void *data)
{
  AgWorker *self = data;

  pthread_mutex_lock (&self->mutex);
  while (!self->stop)
    {
      Job *job = next_job (self);

      if (job == NULL)
        {
          pthread_cond_wait (&self->wake, &self->mutex);
          continue;
        }
      self->running = job;
      pthread_mutex_unlock (&self->mutex);

      if (!job_is_cancelled (job))
        job->kind->run (job->data, &job->cancel);

      pthread_mutex_lock (&self->mutex);
      self->running = NULL;
      if (job->class != JOB_QUEUED && !job_is_cancelled (job))
        supersede_finished (self, job);
      list_append (&self->finished, job);
      g_source_set_ready_time (self->delivery, 0);
    }
  pthread_mutex_unlock (&self->mutex);
  return NULL;
}

/* Delivers one job per turn of the main loop, so that what it redraws is not held up. */
static gboolean
delivery_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_autoptr (AgWorker) self = g_object_ref (((Delivery *) source)->worker);
  Job *job;

  pthread_mutex_lock (&self->mutex);
  job = list_pop (&self->finished);
  g_source_set_ready_time (source, self->finished.first != NULL ? 0 : -1);
  pthread_mutex_unlock (&self->mutex);

  if (job == NULL)
    return G_SOURCE_CONTINUE;
  if (!job_is_cancelled (job) && job->kind->done != NULL)
    job->kind->done (job->data);
  job_free (job);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs delivery_funcs = { NULL, NULL, delivery_dispatch, NULL, NULL, NULL };

void
ag_worker_stop (AgWorker *self)
{
  Job *job;

  g_return_if_fail (AG_IS_WORKER (self));
  if (self->stopped)
    return;
  self->stopped = TRUE;

  if (self->started)
    {
      pthread_mutex_lock (&self->mutex);
      self->stop = TRUE;
      if (self->running != NULL)
        job_cancel (self->running);
      pthread_cond_signal (&self->wake);
      pthread_mutex_unlock (&self->mutex);
      pthread_join (self->thread, NULL);
    }
  if (self->delivery != NULL)
    g_source_destroy (self->delivery);
  g_clear_pointer (&self->delivery, g_source_unref);

  while ((job = next_job (self)) != NULL)
    job_free (job);
  while ((job = list_pop (&self->finished)) != NULL)
    job_free (job);
}

static void
ag_worker_dispose (GObject *object)
{
  ag_worker_stop (AG_WORKER (object));
  G_OBJECT_CLASS (ag_worker_parent_class)->dispose (object);
}

static void
ag_worker_finalize (GObject *object)
{
  AgWorker *self = AG_WORKER (object);

  pthread_cond_destroy (&self->wake);
  pthread_mutex_destroy (&self->mutex);
  G_OBJECT_CLASS (ag_worker_parent_class)->finalize (object);
}

static void
ag_worker_class_init (AgWorkerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ag_worker_dispose;
  object_class->finalize = ag_worker_finalize;
}

static void
ag_worker_init (AgWorker *self)
{
  pthread_mutex_init (&self->mutex, NULL);
  pthread_cond_init (&self->wake, NULL);
}

AgWorker *
ag_worker_new (GError **error)
{
  g_autoptr (AgWorker) self = g_object_new (AG_TYPE_WORKER, NULL);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();
  int failure;

  self->delivery = g_source_new (&delivery_funcs, sizeof (Delivery));
  ((Delivery *) self->delivery)->worker = self;
  g_source_set_static_name (self->delivery, "[afterglow] worker results");
  /* Before GDK's redraw, so that a result is in the next frame. */
  g_source_set_priority (self->delivery, G_PRIORITY_HIGH_IDLE);
  g_source_attach (self->delivery, context);

  failure = pthread_create (&self->thread, NULL, worker_main, self);
  if (failure != 0)
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (failure),
                   _ ("The thread that computes could not be started: %s"), g_strerror (failure));
      return NULL;
    }
  self->started = TRUE;
  return g_steal_pointer (&self);
}

/* Puts @job in one of the single places, @place, and frees who was there. */
static void
take_place (AgWorker *self, Job **place, Job *job)
{
  Job *replaced;

  if (self->stopped)
    {
      job_free (job);
      return;
    }
  pthread_mutex_lock (&self->mutex);
  replaced = *place;
  job->number = ++self->last_number;
  *place = job;
  if (self->running != NULL && self->running->class == JOB_REFINE)
    job_cancel (self->running);
  pthread_cond_signal (&self->wake);
  pthread_mutex_unlock (&self->mutex);
  job_free (replaced);
}

void
ag_worker_render (AgWorker *self, guint lane, const AgWorkerJobKind *kind, gpointer data)
{
  Job *job;

  g_return_if_fail (AG_IS_WORKER (self));
  g_return_if_fail (lane < AG_WORKER_N_LANES);

  job = job_new (JOB_RENDER, kind, data);
  job->lane = lane;
  take_place (self, &self->renders[lane], job);
}

void
ag_worker_refine (AgWorker *self, const AgWorkerJobKind *kind, gpointer data)
{
  g_return_if_fail (AG_IS_WORKER (self));

  take_place (self, &self->refinement, job_new (JOB_REFINE, kind, data));
}

guint64
ag_worker_push (AgWorker *self, const AgWorkerJobKind *kind, gpointer data)
{
  Job *job;
  guint64 number;

  g_return_val_if_fail (AG_IS_WORKER (self), 0);

  job = job_new (JOB_QUEUED, kind, data);
  if (self->stopped)
    {
      job_free (job);
      return 0;
    }
  pthread_mutex_lock (&self->mutex);
  number = job->number = ++self->last_number;
  list_append (&self->queue, job);
  pthread_cond_signal (&self->wake);
  pthread_mutex_unlock (&self->mutex);
  return number;
}

/* Marks what @matches in every place; a marked job is skipped by the worker and freed in its turn
 * by the delivery. */
static void
cancel_matching (AgWorker *self, gboolean (*matches) (const Job *job, guint64 key), guint64 key)
{
  Job *lists[] = { self->queue.first, self->finished.first };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (Job *job = lists[i]; job != NULL; job = job->next)
      if (matches (job, key))
        job_cancel (job);
  for (guint lane = 0; lane < AG_WORKER_N_LANES; lane++)
    if (self->renders[lane] != NULL && matches (self->renders[lane], key))
      job_cancel (self->renders[lane]);
  if (self->refinement != NULL && matches (self->refinement, key))
    job_cancel (self->refinement);
  if (self->running != NULL && matches (self->running, key))
    job_cancel (self->running);
}

static gboolean
has_number (const Job *job, guint64 number)
{
  return job->class == JOB_QUEUED && job->number == number;
}

static gboolean
is_render_of_lane (const Job *job, guint64 lane)
{
  return job->class == JOB_REFINE || (job->class == JOB_RENDER && job->lane == lane);
}

void
ag_worker_cancel (AgWorker *self, guint64 job)
{
  g_return_if_fail (AG_IS_WORKER (self));

  pthread_mutex_lock (&self->mutex);
  cancel_matching (self, has_number, job);
  pthread_mutex_unlock (&self->mutex);
}

void
ag_worker_cancel_renders (AgWorker *self, guint lane)
{
  g_return_if_fail (AG_IS_WORKER (self));
  g_return_if_fail (lane < AG_WORKER_N_LANES);

  pthread_mutex_lock (&self->mutex);
  cancel_matching (self, is_render_of_lane, lane);
  pthread_mutex_unlock (&self->mutex);
}

gboolean
ag_worker_interrupt_render (AgWorker *self, guint lane)
{
  gboolean running;

  g_return_val_if_fail (AG_IS_WORKER (self), FALSE);
  g_return_val_if_fail (lane < AG_WORKER_N_LANES, FALSE);

  pthread_mutex_lock (&self->mutex);
  running =
    self->running != NULL && self->running->class == JOB_RENDER && self->running->lane == lane;
  if (running)
    job_cancel (self->running);
  pthread_mutex_unlock (&self->mutex);
  return running;
}

gboolean
ag_worker_is_idle (AgWorker *self)
{
  gboolean idle;

  g_return_val_if_fail (AG_IS_WORKER (self), TRUE);

  pthread_mutex_lock (&self->mutex);
  idle = self->queue.first == NULL && self->refinement == NULL && self->running == NULL &&
         self->finished.first == NULL;
  for (guint lane = 0; lane < AG_WORKER_N_LANES; lane++)
    idle = idle && self->renders[lane] == NULL;
  pthread_mutex_unlock (&self->mutex);
  return idle;
}
