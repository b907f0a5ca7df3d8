/* ag-work-share.c: looks at many images on several threads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-work-share.h"

#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#define MAX_THREADS 64

typedef struct
{
  int n;
  void (*one) (gpointer data, int item);
  gpointer data;
  atomic_int next, done;
  atomic_bool stop;

  pthread_mutex_t mutex;
  pthread_cond_t ended;
  int running; /* threads; guarded by mutex */
} Work;

static void *
work_thread (void *data)
{
  Work *work = data;
  int item;
  while (!atomic_load (&work->stop) && (item = atomic_fetch_add (&work->next, 1)) < work->n)
    {
      work->one (work->data, item);
      atomic_fetch_add (&work->done, 1);
    }
  pthread_mutex_lock (&work->mutex);
  work->running--;
  pthread_cond_signal (&work->ended);
  pthread_mutex_unlock (&work->mutex);
  return NULL;
}

/* Waits for the threads; tells of progress and looks at @cancel every tenth of a second. */
static void
watch (Work *work, AgDatasetProgress progress, gpointer data, const atomic_bool *cancel)
{
  pthread_mutex_lock (&work->mutex);
  while (work->running > 0)
    {
      struct timespec until;

      clock_gettime (CLOCK_MONOTONIC, &until);
      until.tv_nsec += 100 * 1000 * 1000;
      until.tv_sec += until.tv_nsec / 1000000000;
      until.tv_nsec %= 1000000000;
      if (pthread_cond_timedwait (&work->ended, &work->mutex, &until) == 0)
        continue;
      if (cancel != NULL && atomic_load (cancel))
        atomic_store (&work->stop, true);
      pthread_mutex_unlock (&work->mutex);
      if (progress != NULL)
        progress (atomic_load (&work->done), work->n, data);
      pthread_mutex_lock (&work->mutex);
    }
  pthread_mutex_unlock (&work->mutex);
}

gboolean
ag_work_share (int n,
               int n_threads,
               void (*one) (gpointer data, int item),
               gpointer data,
               AgDatasetProgress progress,
               gpointer progress_data,
               const atomic_bool *cancel,
               GError **error)
{
  Work work = { .n = n, .one = one, .data = data };
  pthread_t threads[MAX_THREADS];
  pthread_condattr_t attributes;
  int n_started = 0, code = 0;

  if (n == 0)
    return TRUE;
  if (n_threads <= 0)
    n_threads = (int) sysconf (_SC_NPROCESSORS_ONLN);
  n_threads = CLAMP (n_threads, 1, MIN (MAX_THREADS, n));
  pthread_mutex_init (&work.mutex, NULL);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&work.ended, &attributes);
  pthread_condattr_destroy (&attributes);

  work.running = n_threads;
  for (; n_started < n_threads && code == 0; n_started += code == 0)
    code = pthread_create (&threads[n_started], NULL, work_thread, &work);
  if (code != 0)
    {
      pthread_mutex_lock (&work.mutex);
      work.running -= n_threads - n_started;
      pthread_mutex_unlock (&work.mutex);
    }
  if (n_started > 0)
    watch (&work, progress, progress_data, cancel);
  for (int i = 0; i < n_started; i++)
    pthread_join (threads[i], NULL);
  pthread_cond_destroy (&work.ended);
  pthread_mutex_destroy (&work.mutex);

  if (n_started == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("Cannot start a thread: %s"),
                   g_strerror (code));
      return FALSE;
    }
  if (atomic_load (&work.stop) || (cancel != NULL && atomic_load (cancel)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Stopped"));
      return FALSE;
    }
  if (progress != NULL)
    progress (n, n, progress_data);
  return TRUE;
}
