/* ag-edit-session-preview.c: answering at once where the model takes its time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With a model that decodes within a frame or two none of this happens. With a slower one, what a
 * slider does is shown as a prediction first, and the exact picture is a refinement: it replaces
 * the prediction when the slider rests for as long as it takes. While nothing else is to be done,
 * anchors for predictions are decoded, those of the control that was moved last first.
 */
#include "ag-edit-session-private.h"

/* Decodes that take longer, in microseconds, are predicted: with the time it takes to show a
 * picture they would no longer follow a pointer at 25 pictures a second. */
#define SLOW 30000

static gboolean
is_slow (AgEditSession *self)
{
  return self->engine != NULL && ag_edit_engine_get_decode_time (self->engine) > SLOW;
}

void
ag_edit_session_clear_preview (AgEditSession *self)
{
  g_clear_pointer (&self->exact, ag_edit_state_free);
  g_clear_pointer (&self->exact_values, g_bytes_unref);
  g_clear_pointer (&self->preview, ag_edit_preview_free);
}

void
ag_edit_session_set_exact (AgEditSession *self,
                           AgEditSubject *subject,
                           const AgEditState *state,
                           GBytes *values)
{
  if (self->preview == NULL || !ag_edit_preview_suits (self->preview, subject, state))
    {
      ag_edit_session_clear_preview (self);
      self->preview = ag_edit_preview_new (subject, state);
    }
  g_clear_pointer (&self->exact, ag_edit_state_free);
  g_clear_pointer (&self->exact_values, g_bytes_unref);
  self->exact = ag_edit_state_copy (state);
  self->exact_values = g_bytes_ref (values);
}

static void
preview_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  job->values = ag_edit_prediction_sum (job->prediction);
  job->sanity = ag_edit_engine_check (job->engine, job->values);
  if (job->sanity != AG_SANITY_GOOD)
    return;
  job->image = ag_edit_view_show (job->view, job->engine, job->subject, job->values,
                                  job->state->mask, &job->viewport);
}

static void
preview_done (gpointer data)
{
  AgEditJob *job = data;

  /* Where the prediction is no picture, the exact one decides what is shown. */
  if (ag_edit_job_is_current (job) && job->image != NULL)
    ag_edit_session_set_picture (job->session, job->image, &job->viewport);
}

static const AgWorkerJobKind preview_kind = { preview_run, preview_done, ag_edit_job_free };

gboolean
ag_edit_session_push_preview (AgEditSession *self,
                              AgEditSubject *subject,
                              const AgEditState *state,
                              const AgEditViewport *viewport)
{
  g_autoptr (AgEditPrediction) prediction = NULL;
  AgEditJob *job;

  if (!is_slow (self) || self->exact == NULL || self->preview == NULL ||
      !ag_edit_preview_suits (self->preview, subject, state))
    return FALSE;
  /* What was moved last: its anchors are wanted most. */
  for (guint i = 0; i < state->n_values; i++)
    if (state->values[i] != self->exact->values[i])
      self->last_control = i;
  if (state->temperature != self->exact->temperature)
    self->last_control = state->n_values;
  prediction = ag_edit_preview_predict (self->preview, self->exact, self->exact_values, state);
  if (prediction == NULL)
    return FALSE;

  job = ag_edit_job_new (self);
  job->subject = ag_edit_subject_ref (subject);
  job->state = ag_edit_state_copy (state);
  job->prediction = g_steal_pointer (&prediction);
  job->view = self->views[AG_EDIT_LANE_PREVIEW];
  job->viewport = *viewport;
  ag_worker_render (self->worker, AG_EDIT_LANE_PREVIEW, &preview_kind, job);
  return TRUE;
}

static void
anchor_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  job->values = ag_edit_engine_decode (job->engine, job->subject, job->state, &job->sanity, cancel,
                                       &job->error);
}

static void
anchor_done (gpointer data)
{
  AgEditJob *job = data;
  AgEditSession *self = job->session;
  g_autoptr (AgEditState) rest = NULL;
  GBytes *values;

  if (job->error != NULL || self->preview == NULL ||
      !ag_edit_preview_suits (self->preview, job->subject, job->state))
    return;
  values = job->sanity == AG_SANITY_GOOD ? job->values : NULL;
  ag_edit_preview_add (self->preview, &job->anchor, values);
  /* The same decode that tells where the attribute acts. */
  rest = ag_edit_state_new (job->state->n_values);
  if (job->anchor.control < rest->n_values && job->state->values[job->anchor.control] == 1 &&
      ag_edit_state_same_sense (job->state, rest))
    ag_edit_session_add_influence (self, job->subject, job->anchor.control, values);
  ag_edit_session_push_idle (self);
}

static const AgWorkerJobKind anchor_kind = { anchor_run, anchor_done, ag_edit_job_free };

gboolean
ag_edit_session_push_anchor (AgEditSession *self)
{
  g_autoptr (AgEditState) state = NULL;
  AgEditAnchor anchor;
  AgEditJob *job;

  if (!is_slow (self) || self->preview == NULL)
    return FALSE;
  state = ag_edit_preview_next (self->preview, self->last_control, &anchor);
  if (state == NULL)
    return FALSE;
  job = ag_edit_job_new (self);
  job->subject = ag_edit_subject_ref (ag_edit_preview_get_subject (self->preview));
  job->state = g_steal_pointer (&state);
  job->anchor = anchor;
  ag_worker_refine (self->worker, &anchor_kind, job);
  return TRUE;
}
