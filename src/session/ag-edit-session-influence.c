/* ag-edit-session-influence.c: what is found out while nothing else is to be done
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where each attribute acts in the chosen face; and, for a slow model, anchors for predictions,
 * some of which are the same decodes.
 */
#include "ag-edit-session-private.h"

static void
influence_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  job->values = ag_edit_engine_decode (job->engine, job->subject, job->state, &job->sanity, cancel,
                                       &job->error);
}

/* The maps of the chosen face; NULL before it is described. */
static AgInfluence *
get_influence (AgEditSession *self)
{
  AgModel *model = ag_edit_session_get_model (self);
  AgInfluence *influence;

  if (ag_edit_session_get_subject (self) == NULL || model == NULL)
    return NULL;
  influence = ag_edit_face_get_influence (self->face);
  if (influence == NULL)
    {
      const AgGlowConfig *config = ag_glow_config (model->glow);

      influence = ag_influence_new (model->attributes->len, config->image_height, config->channels);
      ag_edit_face_take_influence (self->face, influence);
    }
  return influence;
}

void
ag_edit_session_add_influence (AgEditSession *self,
                               AgEditSubject *subject,
                               guint index,
                               GBytes *values)
{
  AgInfluence *influence = get_influence (self);

  if (influence == NULL || subject != ag_edit_session_get_subject (self))
    return;
  ag_influence_add (influence, index, g_bytes_get_data (subject->base, NULL),
                    values != NULL ? g_bytes_get_data (values, NULL) : NULL);
  ag_edit_session_emit (self, "influence-changed");
}

static void
influence_done (gpointer data)
{
  AgEditJob *job = data;

  if (!ag_edit_job_is_current (job) || job->error != NULL)
    return;
  ag_edit_session_add_influence (job->session, job->subject, (guint) job->seed,
                                 job->sanity == AG_SANITY_GOOD ? job->values : NULL);
  ag_edit_session_push_idle (job->session);
}

static const AgWorkerJobKind influence_kind = { influence_run, influence_done, ag_edit_job_free };

void
ag_edit_session_push_idle (AgEditSession *self)
{
  AgInfluence *influence = get_influence (self);
  AgEditSubject *subject = ag_edit_session_get_subject (self);
  guint n_values = ag_edit_session_get_n_values (self), next;
  AgEditJob *job;

  if (ag_edit_session_push_anchor (self) || influence == NULL || subject == NULL)
    return;
  next = ag_influence_next (influence);
  if (next >= n_values)
    return;
  job = ag_edit_job_new (self);
  job->subject = ag_edit_subject_ref (subject);
  job->state = ag_edit_state_new (n_values);
  job->state->temperature = subject->temperature;
  job->state->values[next] = 1;
  job->seed = next;
  ag_worker_refine (self->worker, &influence_kind, job);
}

gboolean
ag_edit_session_get_influence_ready (AgEditSession *self)
{
  AgInfluence *influence;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);

  influence = get_influence (self);
  return influence != NULL && ag_influence_next (influence) >= ag_edit_session_get_n_values (self);
}

gboolean
ag_edit_session_get_square (AgEditSession *self, AgAlignment *square)
{
  AgEditSubject *subject;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);

  subject = ag_edit_session_get_subject (self);
  if (subject == NULL)
    return FALSE;
  if (subject->photo != NULL)
    *square = subject->alignment;
  else
    ag_alignment_from_centre (subject->face->width, subject->face->height, square);
  return TRUE;
}

guint
ag_edit_session_rank_at (AgEditSession *self, double x, double y, guint max, guint *indices)
{
  AgInfluence *influence;
  AgAlignment square;
  double u, v;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 0);

  influence = get_influence (self);
  if (influence == NULL || !ag_edit_session_get_square (self, &square))
    return 0;
  ag_alignment_to_square (&square, x, y, &u, &v);
  return ag_influence_rank (influence, u, v, max, indices);
}

GBytes *
ag_edit_session_get_influence (AgEditSession *self, guint index, int *size)
{
  AgInfluence *influence;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);

  influence = get_influence (self);
  return influence != NULL ? ag_influence_get_map (influence, index, size) : NULL;
}
