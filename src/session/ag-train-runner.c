/* ag-train-runner.c: what the training thread does
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "ag-face-crops.h"
#include "ag-train-private.h"

#define TELL_EVERY   (G_USEC_PER_SEC / 5)
#define LOG_EVERY    (2 * G_USEC_PER_SEC)
#define LOW_PRIORITY 19

/* The gate */

AgTrainGate *
ag_train_gate_new (void)
{
  AgTrainGate *self = g_new0 (AgTrainGate, 1);
  pthread_condattr_t attributes;

  g_atomic_ref_count_init (&self->ref_count);
  pthread_mutex_init (&self->mutex, NULL);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&self->changed, &attributes);
  pthread_condattr_destroy (&attributes);
  return self;
}

AgTrainGate *
ag_train_gate_ref (AgTrainGate *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ag_train_gate_unref (AgTrainGate *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->mutex);
  g_free (self);
}

/* Telling the main loop */

static void
set_state (AgTrainJob *job, AgTrainRunState state, char *message)
{
  AgTrainShared *shared = &job->run->shared;

  pthread_mutex_lock (&shared->mutex);
  shared->state = state;
  g_free (shared->message);
  shared->message = message;
  pthread_mutex_unlock (&shared->mutex);
  ag_train_run_deliver (job->run);
}

static void
set_waiting (AgTrainJob *job, gboolean waiting)
{
  pthread_mutex_lock (&job->run->shared.mutex);
  job->run->shared.waiting = waiting;
  pthread_mutex_unlock (&job->run->shared.mutex);
  ag_train_run_deliver (job->run);
}

static guint64
resident_bytes (void)
{
  unsigned long size = 0, pages = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  if (file == NULL)
    return 0;
  if (fscanf (file, "%lu %lu", &size, &pages) != 2)
    pages = 0;
  fclose (file);
  return (guint64) pages * (guint64) sysconf (_SC_PAGESIZE);
}

/* The log and the list of samples are read here, so that the main loop does not have to. */
static void
read_reports (AgTrainJob *job)
{
  AgTrainShared *shared = &job->run->shared;
  AgRunLog *log = ag_run_log_load (job->options.run, NULL);
  GPtrArray *samples = ag_train_run_list_samples (job->options.run);

  pthread_mutex_lock (&shared->mutex);
  if (log != NULL)
    {
      g_clear_pointer (&shared->log, ag_run_log_free);
      shared->log = log;
    }
  g_clear_pointer (&shared->samples, g_ptr_array_unref);
  shared->samples = samples;
  shared->memory = resident_bytes ();
  pthread_mutex_unlock (&shared->mutex);
  ag_train_run_deliver (job->run);
}

/* Between two steps: waits while somebody edits. */
static void
give_way (AgTrainJob *job)
{
  AgTrainGate *gate = job->gate;
  gboolean waited = FALSE;

  pthread_mutex_lock (&gate->mutex);
  while (!atomic_load (&job->run->shared.stop))
    {
      gint64 now = g_get_monotonic_time ();
      gint64 until = gate->n_holds > 0 ? now + G_USEC_PER_SEC / 5 : gate->hold_until;
      struct timespec time = { .tv_sec = (time_t) (until / G_USEC_PER_SEC),
                               .tv_nsec = (long) (until % G_USEC_PER_SEC) * 1000 };

      if (until <= now)
        break;
      if (!waited)
        {
          waited = TRUE;
          pthread_mutex_unlock (&gate->mutex);
          set_waiting (job, TRUE);
          pthread_mutex_lock (&gate->mutex);
          continue;
        }
      pthread_cond_timedwait (&gate->changed, &gate->mutex, &time);
    }
  pthread_mutex_unlock (&gate->mutex);
  if (waited)
    set_waiting (job, FALSE);
}

static void
tell_progress (const AgTrainerProgress *progress, gpointer data)
{
  AgTrainJob *job = data;
  AgTrainShared *shared = &job->run->shared;
  gint64 now = g_get_monotonic_time ();

  if (progress->phase == AG_TRAINER_TRAINING)
    give_way (job);
  if (progress->phase == job->last_phase && now - job->last_told < TELL_EVERY)
    return;
  job->last_phase = progress->phase;
  job->last_told = now;
  pthread_mutex_lock (&shared->mutex);
  shared->progress = *progress;
  if (progress->phase >= AG_TRAINER_TRAINING && shared->state == AG_TRAIN_RUN_STARTING)
    shared->state = AG_TRAIN_RUN_RUNNING;
  pthread_mutex_unlock (&shared->mutex);
  if (progress->phase == AG_TRAINER_TRAINING && now - job->last_log >= LOG_EVERY)
    {
      job->last_log = now;
      read_reports (job);
    }
  ag_train_run_deliver (job->run);
}

static void
tell_notice (const char *message, gpointer data)
{
  AgTrainJob *job = data;

  pthread_mutex_lock (&job->run->shared.mutex);
  g_ptr_array_add (job->run->shared.notices, g_strdup (message));
  pthread_mutex_unlock (&job->run->shared.mutex);
  ag_train_run_deliver (job->run);
}

/* Training */

/* Waits with all that has been learnt in memory until somebody has made room.
 *
 * Returns: whether to go on */
static gboolean
wait_for_room (AgTrainJob *job, const GError *error)
{
  AgTrainShared *shared = &job->run->shared;
  gboolean go_on;

  set_state (job, AG_TRAIN_RUN_PAUSED,
             g_strdup_printf (_ ("Training has paused, because there is no room on the disk (%s). "
                                 "Make some and resume: nothing has been lost."),
                              error->message));
  pthread_mutex_lock (&shared->mutex);
  shared->blocked = TRUE;
  shared->go_on = FALSE;
  while (!shared->go_on && !atomic_load (&shared->stop))
    pthread_cond_wait (&shared->changed, &shared->mutex);
  go_on = shared->go_on;
  shared->blocked = shared->go_on = FALSE;
  pthread_mutex_unlock (&shared->mutex);
  if (go_on)
    set_state (job, AG_TRAIN_RUN_RUNNING, NULL);
  return go_on;
}

/* Options as they have been resolved, for a run that goes on. */
static void
take_numbers (AgTrainJob *job, const AgTrainerOptions *options)
{
  AgTrainerOptions ours = job->options;

  job->options = *options;
  job->options.data = ours.data;
  job->options.labels = ours.labels;
  job->options.run = ours.run;
  job->options.from = ours.from;
  job->options.preset = ours.preset;
}

static void
train (AgTrainJob *job, AgFaceCrops *faces)
{
  AgTrainerCallbacks callbacks = { tell_progress, tell_notice, job };
  AgTrainShared *shared = &job->run->shared;
  g_autoptr (AgTrainer) trainer = NULL;

  set_state (job, AG_TRAIN_RUN_STARTING, NULL);
  job->options.faces = faces ? ag_face_crops_get_crop (faces) : NULL;
  trainer = ag_trainer_new (&job->options, &callbacks, &shared->stop, &job->error);
  job->options.faces = NULL;
  if (trainer == NULL)
    return;
  take_numbers (job, ag_trainer_get_options (trainer));
  while (!ag_trainer_run (trainer, &shared->stop, &job->end, &job->error))
    {
      if (!g_error_matches (job->error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ||
          !wait_for_room (job, job->error))
        break;
      g_clear_error (&job->error);
    }
  pthread_mutex_lock (&shared->mutex);
  shared->progress = *ag_trainer_get_progress (trainer);
  pthread_mutex_unlock (&shared->mutex);
  read_reports (job);
}

static void
tell_sliders (int done, int total, gpointer data)
{
  AgTrainJob *job = data;
  AgTrainShared *shared = &job->run->shared;

  pthread_mutex_lock (&shared->mutex);
  shared->progress.done = done;
  shared->progress.total = total;
  pthread_mutex_unlock (&shared->mutex);
  give_way (job);
  ag_train_run_deliver (job->run);
}

/* A model without sliders is a model all the same. */
static void
make_sliders (AgTrainJob *job, AgFaceCrops *faces)
{
  g_autoptr (GError) error = NULL;

  if (atomic_load (&job->run->wants_sliders))
    atomic_store (&job->run->shared.stop, false);
  set_state (job, AG_TRAIN_RUN_SLIDERS, NULL);
  if (!ag_train_make_sliders (job->options.run, job->model,
                              faces ? ag_face_crops_get_crop (faces) : NULL, &job->options,
                              &job->run->shared.stop, tell_sliders, job, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *message =
        g_strdup_printf (_ ("Sliders could not be made: %s"), error->message);
      tell_notice (message, job);
    }
}

static void
job_run (gpointer data, const atomic_bool *cancel)
{
  AgTrainJob *job = data;
  g_autoptr (AgFaceCrops) faces = NULL;

  /* The threads that the trainer makes have the priority of the one that makes them. */
  setpriority (PRIO_PROCESS, (id_t) gettid (), LOW_PRIORITY);
  if (job->finds_faces)
    {
      faces = ag_face_crops_new (&job->error);
      if (faces == NULL)
        return;
    }
  if (job->trains)
    train (job, faces);
  if (job->error == NULL &&
      (!job->trains || job->end == AG_TRAINER_FINISHED || atomic_load (&job->run->wants_sliders)))
    make_sliders (job, faces);
}

static void
job_done (gpointer data)
{
  AgTrainJob *job = data;
  AgTrainRun *run = job->run;
  gboolean cancelled = g_error_matches (job->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  ag_train_run_take (run);
  run->job = 0;
  if (job->error != NULL && !cancelled)
    ag_train_run_set_state (run, AG_TRAIN_RUN_FAILED, job->error->message);
  else if (!job->trains)
    ag_train_run_set_state (run, job->before, NULL);
  else if (!cancelled && job->end == AG_TRAINER_FINISHED)
    ag_train_run_set_state (run, AG_TRAIN_RUN_FINISHED, NULL);
  else
    ag_train_run_set_state (run, AG_TRAIN_RUN_PAUSED, NULL);
  job->ended (run, job->data);
}

static void
job_free (gpointer data)
{
  AgTrainJob *job = data;

  g_clear_object (&job->options.data);
  g_clear_object (&job->options.labels);
  g_clear_object (&job->options.run);
  g_clear_object (&job->options.from);
  g_clear_object (&job->run);
  g_clear_pointer (&job->gate, ag_train_gate_unref);
  g_clear_error (&job->error);
  g_free (job->preset);
  g_free (job);
}

const AgWorkerJobKind ag_train_job_kind = { .run = job_run, .done = job_done, .free = job_free };
