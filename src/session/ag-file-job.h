/* ag-file-job.h: something that is computed and written beside what one goes on doing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The worker for files does it. A session has one such job at a time, tells how far it is, and can
 * cancel it:
 *
 *     static const AgFileJobKind kind = { .write = out_write, .free = out_free, .told = progress };
 *
 *     ag_file_job_start (&self->out, self->edit, task, &kind, out);     // of a task of ours
 *     …
 *     ag_file_job_cancel (self->out);           // the task ends with G_IO_ERROR_CANCELLED
 *
 * All functions but ag_file_job_set_progress() belong to the thread that created the edit session.
 */
#pragma once

#include "ag-edit-session-shared.h"

G_BEGIN_DECLS

typedef struct AgFileJob AgFileJob;

/**
 * AgFileJobKind:
 * @write: on the worker's thread; leaves nothing behind if it fails or is cancelled
 * @free: frees the data
 * @told: called with the task's source object now and then, and at last: ag_file_job_get_progress()
 *   has something new to say
 */
typedef struct
{
  gboolean (*write) (gpointer data, AgFileJob *job, const atomic_bool *cancel, GError **error);
  void (*free) (gpointer data);
  void (*told) (gpointer source);
} AgFileJobKind;

/**
 * ag_file_job_start:
 * @place: where the job is kept until it is done; %NULL is in it unless another is under way, which
 *   is an error. Part of the task's source object
 * @task: (transfer none): returns whether the files have been written
 * @data: (transfer full):
 */
void ag_file_job_start (AgFileJob **place,
                        AgEditSession *edit,
                        GTask *task,
                        const AgFileJobKind *kind,
                        gpointer data);

/**
 * ag_file_job_cancel:
 * @job: (nullable):
 */
void ag_file_job_cancel (AgFileJob *job);

/**
 * ag_file_job_set_progress:
 *
 * From any thread. Of the type of AgBlendProgress and AgSampleProgress, with the job as their data.
 */
void ag_file_job_set_progress (guint done, guint total, gpointer job);

/**
 * ag_file_job_get_progress:
 * @job: (nullable):
 *
 * Returns: 0 to 1; negative if there is no job
 */
double ag_file_job_get_progress (AgFileJob *job);

G_END_DECLS
