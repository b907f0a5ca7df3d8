/* ag-edit-session-jobs.c: what the edit session has the worker do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each kind of job is a `run` for the worker's thread and a `done` for the main loop. A result is
 * only used if it still is about the model and the subject that are in force.
 */
#include "ag-edit-session-private.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* How the shelf's own faces are drawn: the paper's choice for good-looking samples, and seeds at
 * which the bundled model draws men and women, young and old, clearly. */
#define DRAW_TEMPERATURE  0.7
#define DRAW_FIRST_SEED   76
#define MAX_DRAW_FAILURES 16

AgEditJob *
ag_edit_job_new (AgEditSession *self)
{
  AgEditJob *job = g_new0 (AgEditJob, 1);

  job->session = self;
  if (self->engine != NULL)
    job->engine = ag_edit_engine_ref (self->engine);
  return job;
}

void
ag_edit_job_free (gpointer data)
{
  AgEditJob *job = data;

  /* Dropped before it was done. */
  if (job->task != NULL)
    g_task_return_new_error (job->task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "%s",
                             _ ("The operation was cancelled"));
  g_clear_object (&job->task);
  g_clear_object (&job->face);
  g_clear_object (&job->file);
  g_clear_pointer (&job->engine, ag_edit_engine_unref);
  g_clear_pointer (&job->subject, ag_edit_subject_unref);
  g_clear_pointer (&job->state, ag_edit_state_free);
  g_clear_pointer (&job->from, ag_edit_state_free);
  g_clear_pointer (&job->photo, ag_image_unref);
  g_clear_pointer (&job->values, g_bytes_unref);
  g_clear_pointer (&job->shown, g_bytes_unref);
  g_clear_pointer (&job->eps, g_bytes_unref);
  g_clear_pointer (&job->prediction, ag_edit_prediction_free);
  g_clear_pointer (&job->image, ag_image_unref);
  g_clear_pointer (&job->receipt, ag_receipt_free);
  g_clear_error (&job->error);
  g_free (job);
}

AgEditSubject *
ag_edit_session_get_subject (AgEditSession *self)
{
  return self->face != NULL ? ag_edit_face_get_subject (self->face) : NULL;
}

const AgEditState *
ag_edit_session_get_present (AgEditSession *self)
{
  return self->face != NULL ? ag_edit_history_get (ag_edit_face_get_history (self->face)) : NULL;
}

gboolean
ag_edit_job_is_current (AgEditJob *job)
{
  return job->engine == job->session->engine &&
         job->subject == ag_edit_session_get_subject (job->session);
}

/* Loading a model. */

static void
load_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  g_clear_pointer (&job->engine, ag_edit_engine_unref);
  job->engine = ag_edit_engine_load (job->file, &job->error);
}

static void
load_done (gpointer data)
{
  AgEditJob *job = data;

  ag_edit_session_set_engine (job->session, job->engine,
                              job->error != NULL ? job->error->message : NULL);
}

static const AgWorkerJobKind load_kind = { load_run, load_done, ag_edit_job_free };

void
ag_edit_session_push_load (AgEditSession *self, GFile *file)
{
  AgEditJob *job = ag_edit_job_new (self);

  job->file = g_object_ref (file);
  ag_worker_push (self->worker, &load_kind, job);
}

/* Drawing a face for the shelf. */

static void
draw_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  job->subject =
    ag_edit_engine_draw (job->engine, job->seed, job->temperature, cancel, &job->error);
}

/* How many seeds there are up to this one. Seeds before the first, of faces that an earlier version
 * left, go by themselves. */
static guint64
count_to (guint64 seed)
{
  return seed >= DRAW_FIRST_SEED ? seed - DRAW_FIRST_SEED + 1 : seed;
}

static void
draw_done (gpointer data)
{
  AgEditJob *job = data;
  AgEditSession *self = job->session;
  g_autoptr (AgEditFace) face = NULL;
  g_autofree char *name = NULL;
  AgSample sample = { .seed = job->seed };

  if (job->engine != self->engine)
    return;
  if (job->subject == NULL)
    {
      /* A model may draw nothing from one seed and a face from the next. */
      if (++self->n_draw_failures < MAX_DRAW_FAILURES)
        ag_edit_session_push_draw (self);
      else if (self->n_draw_failures == MAX_DRAW_FAILURES)
        ag_edit_session_problem (self, job->error->message);
      return;
    }
  self->n_draw_failures = 0;
  name = g_strdup_printf (_ ("Drawn face %" PRIu64), count_to (job->seed));
  face = ag_edit_face_new_drawn (name, job->subject);
  ag_edit_face_set_seed (face, job->seed);
  sample.class_label = MAX (0, job->subject->class_label);
  for (int level = 0; level < AG_MAX_LEVELS; level++)
    sample.temperature[level] = job->temperature;
  ag_edit_face_set_sample (face, &sample);
  ag_edit_face_reset (face, ag_edit_engine_get_model (self->engine)->attributes->len);
  g_list_store_append (self->faces, face);
  if (job->receipt != NULL)
    ag_edit_session_apply_receipt (self, face, job->receipt);
  if (job->receipt != NULL || (self->face == NULL && self->n_opening == 0))
    ag_edit_session_set_face (self, face);
}

static const AgWorkerJobKind draw_kind = { draw_run, draw_done, ag_edit_job_free };

void
ag_edit_session_push_draw (AgEditSession *self)
{
  AgEditJob *job = ag_edit_job_new (self);

  job->seed = DRAW_FIRST_SEED + self->n_drawn++;
  job->temperature = DRAW_TEMPERATURE;
  ag_worker_push (self->worker, &draw_kind, job);
}

void
ag_edit_session_push_redraw (AgEditSession *self, guint64 seed, const AgReceipt *receipt)
{
  AgEditJob *job = ag_edit_job_new (self);

  job->seed = seed;
  job->temperature = DRAW_TEMPERATURE;
  job->receipt = ag_receipt_copy (receipt);
  /* So that it is not drawn a second time. */
  if (seed >= DRAW_FIRST_SEED)
    self->n_drawn = MAX (self->n_drawn, (guint) count_to (seed));
  ag_worker_push (self->worker, &draw_kind, job);
}

/* Describing a photo's face: its latent. */

static void
describe_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  /* Where that fails, so does what follows, and says why. */
  job->refine = job->refine &&
                ag_edit_engine_refine (job->engine, job->photo, &job->eyes, cancel, NULL) &&
                ag_alignment_from_eyes (&job->eyes, &job->alignment);
  job->subject = ag_edit_engine_encode (job->engine, job->photo, &job->alignment, job->class_label,
                                        cancel, &job->error);
}

static void
describe_done (gpointer data)
{
  AgEditJob *job = data;
  AgEditSession *self = job->session;

  if (job->engine != self->engine)
    return;
  ag_edit_face_set_pending (job->face, 0, NULL);
  if (job->refine)
    {
      ag_edit_face_refine_eyes (job->face, &job->found, &job->eyes);
      ag_edit_session_touch_recovery (self);
      if (job->face == self->face)
        ag_edit_session_emit (self, "controls-changed");
    }
  if (job->subject != NULL)
    ag_edit_face_set_subject (job->face, job->subject);
  else
    {
      g_autofree char *message =
        g_strdup_printf ("%s: %s", ag_edit_face_get_name (job->face), job->error->message);

      ag_edit_session_problem (self, message);
    }
  if (job->face == self->face)
    {
      ag_edit_session_update (self);
      ag_edit_session_notify_busy (self);
    }
}

static const AgWorkerJobKind describe_kind = { describe_run, describe_done, ag_edit_job_free };

/* Whether there is a subject, and it was made under that class, or found it. */
static gboolean
is_described (AgEditFace *face, const AgAlignment *alignment, int class_label)
{
  AgEditSubject *subject = ag_edit_face_get_subject (face);

  return subject != NULL && subject->alignment.x == alignment->x &&
         subject->alignment.y == alignment->y && subject->alignment.ux == alignment->ux &&
         subject->alignment.uy == alignment->uy && subject->asked_class == class_label;
}

void
ag_edit_session_describe (AgEditSession *self, AgEditFace *face)
{
  const AgEditState *state = ag_edit_history_get (ag_edit_face_get_history (face));
  AgImage *photo = ag_edit_face_get_photo (face);
  AgAlignment alignment;
  AgEditJob *job;

  if (self->engine == NULL || photo == NULL || !ag_alignment_from_eyes (&state->eyes, &alignment))
    return;

  /* Looking for the likeliest place takes a while, and need not begin anew with each slider that
   * is moved meanwhile. */
  if (ag_edit_face_is_pending (face, state))
    return;
  ag_worker_cancel (self->worker, ag_edit_face_get_pending (face));
  ag_edit_face_set_pending (face, 0, NULL);
  if (!is_described (face, &alignment, state->class_label))
    {
      job = ag_edit_job_new (self);
      job->face = g_object_ref (face);
      job->photo = ag_image_ref (photo);
      job->alignment = alignment;
      job->found = job->eyes = state->eyes;
      job->class_label = state->class_label;
      job->refine = ag_edit_face_get_can_refine (face);
      ag_edit_face_set_pending (face, ag_worker_push (self->worker, &describe_kind, job), state);
    }
  if (face == self->face)
    ag_edit_session_notify_busy (self);
}

/* The picture at its full resolution. */

static void
export_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  job->values = ag_edit_engine_decode (job->engine, job->subject, job->state, &job->sanity, cancel,
                                       &job->error);
  if (job->values == NULL)
    return;
  if (job->sanity == AG_SANITY_GOOD)
    job->image = ag_edit_engine_apply (job->engine, job->subject, job->values, job->state->mask);
  else
    g_set_error (&job->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("The model draws no picture this far out"));
}

static void
export_done (gpointer data)
{
  AgEditJob *job = data;
  g_autoptr (GTask) task = g_steal_pointer (&job->task);

  if (job->image != NULL)
    g_task_return_pointer (task, g_steal_pointer (&job->image), (GDestroyNotify) ag_image_unref);
  else
    g_task_return_error (task, g_steal_pointer (&job->error));
}

static const AgWorkerJobKind export_kind = { export_run, export_done, ag_edit_job_free };

void
ag_edit_session_push_export (AgEditSession *self, GTask *task)
{
  AgEditSubject *subject = ag_edit_session_get_subject (self);
  const AgEditState *state = ag_edit_session_get_present (self);
  AgEditJob *job = ag_edit_job_new (self);

  job->task = g_object_ref (task);
  job->subject = ag_edit_subject_ref (subject);
  job->state = ag_edit_state_copy (
    ag_edit_limit_covers (self->limit, subject, state) ? self->limit->at : state);
  ag_worker_push (self->worker, &export_kind, job);
}
