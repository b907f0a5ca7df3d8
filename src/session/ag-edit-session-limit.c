/* ag-edit-session-limit.c: where the model ends
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When a state decodes to no picture, the worker looks how far one gets from the last state that
 * did. What lies beyond is not decoded again but shown as the limit.
 */
#include "ag-edit-session-private.h"

#include <math.h>

/* Controls are numbered: sliders, then temperature and strengths from the other end. */
static double *
locate (AgEditState *state, guint control)
{
  if (control < state->n_values)
    return &state->values[control];
  if (control == AG_EDIT_SESSION_TEMPERATURE)
    return &state->temperature;
  return &state->strength[AG_EDIT_SESSION_STRENGTH (0) - control];
}

double
ag_edit_state_get_control (const AgEditState *state, guint control)
{
  return *locate ((AgEditState *) state, control);
}

/* The control in which two states differ most. */
static guint
largest_change (const AgEditState *a, const AgEditState *b)
{
  guint largest = AG_EDIT_SESSION_TEMPERATURE;
  double most = fabs (a->temperature - b->temperature);

  for (guint i = 0; i < a->n_values; i++)
    if (fabs (a->values[i] - b->values[i]) > most)
      {
        most = fabs (a->values[i] - b->values[i]);
        largest = i;
      }
  for (guint level = 0; level < AG_MAX_LEVELS; level++)
    if (fabs (a->strength[level] - b->strength[level]) > most)
      {
        most = fabs (a->strength[level] - b->strength[level]);
        largest = AG_EDIT_SESSION_STRENGTH (level);
      }
  return largest;
}

static void
limit_free (AgEditLimit *limit)
{
  ag_edit_subject_unref (limit->subject);
  ag_edit_state_free (limit->to);
  ag_edit_state_free (limit->at);
  g_free (limit);
}

void
ag_edit_session_clear_limit (AgEditSession *self)
{
  if (self->limit == NULL)
    return;
  g_clear_pointer (&self->limit, limit_free);
  ag_edit_session_emit (self, "limit-changed");
}

gboolean
ag_edit_limit_covers (const AgEditLimit *limit, AgEditSubject *subject, const AgEditState *state)
{
  g_autoptr (AgEditState) same = NULL;
  double at, to, here;

  if (limit == NULL || limit->subject != subject)
    return FALSE;
  if (ag_edit_state_equal (state, limit->to))
    return TRUE;

  at = ag_edit_state_get_control (limit->at, limit->control);
  to = ag_edit_state_get_control (limit->to, limit->control);
  here = ag_edit_state_get_control (state, limit->control);
  same = ag_edit_state_copy (state);
  *locate (same, limit->control) = at;
  return ag_edit_state_equal (same, limit->at) && (here - at) * (to - at) > 0;
}

void
ag_edit_session_set_sane (AgEditSession *self, AgEditSubject *subject, const AgEditState *state)
{
  AgEditState *copy = ag_edit_state_copy (state);

  g_clear_pointer (&self->sane, ag_edit_state_free);
  self->sane = copy;
  ag_edit_subject_ref (subject);
  g_clear_pointer (&self->sane_subject, ag_edit_subject_unref);
  self->sane_subject = subject;
}

static void
limit_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  ag_edit_engine_find_limit (job->engine, job->subject, job->from, job->state, &job->number, cancel,
                             &job->error);
}

static void
limit_done (gpointer data)
{
  AgEditJob *job = data;
  AgEditSession *self = job->session;

  if (!ag_edit_job_is_current (job) || job->error != NULL)
    return;
  ag_edit_session_clear_limit (self);
  self->limit = g_new0 (AgEditLimit, 1);
  self->limit->subject = ag_edit_subject_ref (job->subject);
  self->limit->control = largest_change (job->from, job->state);
  self->limit->to = ag_edit_state_copy (job->state);
  self->limit->at = ag_edit_state_mix (job->from, job->state, job->number);
  ag_edit_session_emit (self, "limit-changed");
  ag_edit_session_update (self);
}

static const AgWorkerJobKind limit_kind = { limit_run, limit_done, ag_edit_job_free };

void
ag_edit_session_push_limit (AgEditSession *self, AgEditSubject *subject, const AgEditState *to)
{
  AgEditJob *job = ag_edit_job_new (self);

  job->subject = ag_edit_subject_ref (subject);
  job->state = ag_edit_state_copy (to);
  /* From the picture that stands there; from the unedited face if that was another's. */
  if (self->sane_subject == subject)
    job->from = ag_edit_state_copy (self->sane);
  else
    {
      job->from = ag_edit_state_new (to->n_values);
      ag_edit_state_take_sense (job->from, to);
      job->from->temperature = subject->temperature;
      job->from->eyes = to->eyes;
    }
  ag_worker_refine (self->worker, &limit_kind, job);
}
