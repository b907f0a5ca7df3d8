/* ag-file-job.c: something that is computed and written beside what one goes on doing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-file-job.h"

#include <glib/gi18n-lib.h>

#define POLL_MILLISECONDS 50

struct AgFileJob
{
  /* The main loop's. */
  AgFileJob **place;
  AgEditSession *edit;
  GTask *task;
  guint poll;
  guint64 number;

  /* The worker's until it is done with the job. */
  const AgFileJobKind *kind;
  gpointer data;
  gboolean written;
  GError *error;

  atomic_uint done; /* of a thousand */
};

static gboolean
tell (gpointer data)
{
  AgFileJob *job = data;

  job->kind->told (g_task_get_source_object (job->task));
  return G_SOURCE_CONTINUE;
}

static void
run (gpointer data, const atomic_bool *cancel)
{
  AgFileJob *job = data;

  job->written = job->kind->write (job->data, job, cancel, &job->error);
}

/* It has been written, perhaps in spite of being cancelled, or not, or was dropped before that. */
static void
answer (AgFileJob *job)
{
  if (job->written)
    g_task_return_boolean (job->task, TRUE);
  else if (job->error != NULL)
    g_task_return_error (job->task, g_steal_pointer (&job->error));
  else
    g_task_return_new_error (job->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("The operation was cancelled"));
}

static void
job_free (gpointer data)
{
  AgFileJob *job = data;

  g_clear_handle_id (&job->poll, g_source_remove);
  *job->place = NULL;
  (void) tell (job);
  answer (job);
  job->kind->free (job->data);
  /* Last, since it holds what the place is in. */
  g_object_unref (job->task);
  g_object_unref (job->edit);
  g_free (job);
}

static const AgWorkerJobKind job_kind = { run, NULL, job_free };

void
ag_file_job_start (AgFileJob **place,
                   AgEditSession *edit,
                   GTask *task,
                   const AgFileJobKind *kind,
                   gpointer data)
{
  AgFileJob *job;

  if (*place != NULL)
    {
      kind->free (data);
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_BUSY, "%s",
                               _ ("Another export is under way"));
      return;
    }
  job = g_new0 (AgFileJob, 1);
  job->place = place;
  job->edit = g_object_ref (edit);
  job->task = g_object_ref (task);
  job->kind = kind;
  job->data = data;
  *place = job;
  job->poll = g_timeout_add (POLL_MILLISECONDS, tell, job);
  job->number = ag_worker_push (ag_edit_session_get_file_worker (edit), &job_kind, job);
  kind->told (g_task_get_source_object (task));
}

void
ag_file_job_cancel (AgFileJob *job)
{
  AgWorker *worker = job != NULL ? ag_edit_session_get_file_worker (job->edit) : NULL;

  if (worker != NULL)
    ag_worker_cancel (worker, job->number);
}

void
ag_file_job_set_progress (guint done, guint total, gpointer job)
{
  atomic_store (&((AgFileJob *) job)->done, 1000 * done / total);
}

double
ag_file_job_get_progress (AgFileJob *job)
{
  return job != NULL ? atomic_load (&job->done) / 1000.0 : -1;
}
