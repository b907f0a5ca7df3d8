/* ag-edit-session-pictures.c: pictures at the size they are shown at, and how likely they are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-session-private.h"

#include <math.h>

/* Microseconds: a pointer that drags moves more often. It is looked that often whether it does. */
#define REST      30000
#define REST_STEP 2000
#define PAINT     10000 /* of that, what it takes to show a prediction */

/* How likely the edited face is. */

static void
set_likelihood (AgEditSession *self, gboolean known, double bits_per_dim, GBytes *eps)
{
  if (self->likelihood_known == known && (!known || self->bits_per_dim == bits_per_dim))
    return;
  g_clear_pointer (&self->seen_eps, g_bytes_unref);
  self->seen_eps = eps != NULL ? g_bytes_ref (eps) : NULL;
  self->likelihood_known = known;
  self->bits_per_dim = bits_per_dim;
  ag_edit_session_emit (self, "likelihood-changed");
}

static void
judge_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  ag_edit_engine_judge (job->engine, job->values, job->subject->class_label, &job->number,
                        &job->eps, cancel, &job->error);
}

static void
judge_done (gpointer data)
{
  AgEditJob *job = data;

  if (!ag_edit_job_is_current (job) || job->error != NULL)
    return;
  set_likelihood (job->session, TRUE, job->number, job->eps);
  ag_edit_session_push_idle (job->session);
}

static const AgWorkerJobKind judge_kind = { judge_run, judge_done, ag_edit_job_free };

static void
push_judge (AgEditSession *self, AgEditSubject *subject, GBytes *values)
{
  AgEditJob *job = ag_edit_job_new (self);

  job->subject = ag_edit_subject_ref (subject);
  job->values = g_bytes_ref (values);
  ag_worker_refine (self->worker, &judge_kind, job);
}

/* Pictures at the size they are shown at. */

void
ag_edit_session_set_picture (AgEditSession *self, AgImage *image, const AgEditViewport *viewport)
{
  if (self->picture == image)
    return;
  self->picture_viewport = *viewport;
  ag_image_ref (image);
  g_clear_pointer (&self->picture, ag_image_unref);
  self->picture = image;
  ag_edit_session_emit (self, "picture-changed");
}

static void
original_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  if (job->subject != NULL)
    job->image =
      ag_edit_view_show (job->view, job->engine, job->subject, NULL, NULL, &job->viewport);
  else
    job->image = ag_edit_view_show_photo (job->view, job->photo, &job->viewport);
}

static gconstpointer
get_source (AgEditFace *face)
{
  AgImage *photo = ag_edit_face_get_photo (face);

  return photo != NULL ? (gconstpointer) photo : ag_edit_face_get_subject (face);
}

static gboolean
shows_original (AgEditSession *self)
{
  AgEditSubject *subject = ag_edit_session_get_subject (self);

  return subject == NULL ||
         ag_edit_subject_is_neutral (subject, ag_edit_session_get_present (self));
}

static void
original_done (gpointer data)
{
  AgEditJob *job = data;
  AgEditSession *self = job->session;

  if (job->face != self->face)
    return;
  g_clear_pointer (&self->original, ag_image_unref);
  self->original = ag_image_ref (job->image);
  self->original_source = get_source (self->face);
  self->original_viewport = job->viewport;
  if (shows_original (self))
    ag_edit_session_set_picture (self, self->original, &self->original_viewport);
  else
    ag_edit_session_emit (self, "picture-changed");
}

static const AgWorkerJobKind original_kind = { original_run, original_done, ag_edit_job_free };

static void
picture_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  if (job->values == NULL)
    job->values = ag_edit_engine_decode (job->engine, job->subject, job->state, &job->sanity,
                                         cancel, &job->error);
  if (job->values == NULL || job->sanity != AG_SANITY_GOOD)
    return;
  job->shown =
    ag_edit_engine_limit_to_mask (job->engine, job->subject, job->state->mask, job->values);
  job->image = ag_edit_view_show (job->view, job->engine, job->subject, job->values,
                                  job->state->mask, &job->viewport);
}

static void
picture_done (gpointer data)
{
  AgEditJob *job = data;
  AgEditSession *self = job->session;

  if (!ag_edit_job_is_current (job))
    return;
  if (job->error != NULL)
    {
      if (!g_error_matches (job->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        ag_edit_session_problem (self, job->error->message);
      return;
    }
  if (job->image == NULL)
    {
      ag_edit_session_push_limit (self, job->subject, job->state);
      return;
    }
  ag_edit_session_set_sane (self, job->subject, job->state);
  ag_edit_session_set_exact (self, job->subject, job->state, job->values);
  ag_edit_session_set_picture (self, job->image, &job->viewport);
  push_judge (self, job->subject, job->shown);
}

static const AgWorkerJobKind picture_kind = { picture_run, picture_done, ag_edit_job_free };

static void
wait_while_wanted (int time, const atomic_bool *cancel)
{
  for (int waited = 0; waited < time && !atomic_load (cancel); waited += REST_STEP)
    g_usleep (REST_STEP);
}

/* What follows a prediction has all processors, as nobody drags, once that has been painted. */
static void
exact_run (gpointer data, const atomic_bool *cancel)
{
  AgEditJob *job = data;

  wait_while_wanted (PAINT, cancel);
  ag_edit_engine_note_rest (job->engine);
  picture_run (data, cancel);
}

static const AgWorkerJobKind exact_kind = { exact_run, picture_done, ag_edit_job_free };

/* While a slider moves the next prediction would cancel it half-way: it begins when that rests. */
static void
resting_run (gpointer data, const atomic_bool *cancel)
{
  wait_while_wanted (REST - PAINT, cancel);
  exact_run (data, cancel);
}

static const AgWorkerJobKind resting_kind = { resting_run, picture_done, ag_edit_job_free };

static void
push_exact (AgEditSession *self, AgEditJob *job)
{
  gint64 now = g_get_monotonic_time ();
  gboolean moving = now - self->last_prediction < REST;

  self->last_prediction = now;
  ag_worker_cancel_renders (self->worker, AG_EDIT_LANE_PICTURE);
  ag_worker_refine (self->worker, moving ? &resting_kind : &exact_kind, job);
}

/* The largest size of the picture's shape that fits, not magnified beyond what is bearable. */
static void
fit (AgEditSession *self, int picture_width, int picture_height, int *width, int *height)
{
  double most = ag_edit_face_get_photo (self->face) != NULL ? 4.0 : 12.0;
  double scale = MIN ((double) self->display_width / picture_width,
                      (double) self->display_height / picture_height);

  scale = MIN (scale, most);
  *width = MAX (1, (int) floor (picture_width * scale + 1e-6));
  /* By the width's scale, which is the view's, so that no row lies outside of the photo. */
  *height = MAX (1, (int) floor ((double) picture_height * *width / picture_width + 1e-6));
}

/* What is to be shown of a picture of that size. */
static AgEditViewport
get_viewport (AgEditSession *self, int picture_width, int picture_height)
{
  AgEditViewport viewport = self->viewport;

  if (viewport.width > 0 && viewport.x < picture_width && viewport.y < picture_height)
    return viewport;
  fit (self, picture_width, picture_height, &viewport.width, &viewport.height);
  viewport.x = viewport.y = 0;
  viewport.scale = (double) viewport.width / picture_width;
  return viewport;
}

static void
update_original (AgEditSession *self, AgEditSubject *subject, const AgEditViewport *viewport)
{
  AgEditJob *job;

  if (self->original != NULL && self->original_source == get_source (self->face) &&
      ag_edit_viewport_equal (&self->original_viewport, viewport))
    return;

  job = ag_edit_job_new (self);
  job->face = g_object_ref (self->face);
  if (subject != NULL)
    job->subject = ag_edit_subject_ref (subject);
  else
    job->photo = ag_image_ref (ag_edit_face_get_photo (self->face));
  job->view = self->views[AG_EDIT_LANE_ORIGINAL];
  job->viewport = *viewport;
  ag_worker_render (self->worker, AG_EDIT_LANE_ORIGINAL, &original_kind, job);
}

static void
update_edited (AgEditSession *self, AgEditSubject *subject, const AgEditViewport *viewport)
{
  const AgEditState *state = ag_edit_session_get_present (self);
  AgEditJob *job;

  if (ag_edit_limit_covers (self->limit, subject, state))
    state = self->limit->at;
  else
    ag_edit_session_clear_limit (self);

  job = ag_edit_job_new (self);
  job->subject = ag_edit_subject_ref (subject);
  job->state = ag_edit_state_copy (state);
  job->view = self->views[AG_EDIT_LANE_PICTURE];
  job->viewport = *viewport;
  /* Moved or zoomed only: nothing is to be decoded. */
  if (self->exact != NULL && ag_edit_state_equal (self->exact, state) &&
      ag_edit_preview_get_subject (self->preview) == subject)
    job->values = g_bytes_ref (self->exact_values);
  if (job->values == NULL && ag_edit_session_push_preview (self, subject, state, viewport))
    push_exact (self, job);
  else
    ag_worker_render (self->worker, AG_EDIT_LANE_PICTURE, &picture_kind, job);
}

void
ag_edit_session_update (AgEditSession *self)
{
  AgEditSubject *subject = ag_edit_session_get_subject (self);
  AgEditViewport viewport;
  AgImage *photo;

  if (self->face == NULL || self->display_width < 1 || self->display_height < 1)
    return;

  photo = ag_edit_face_get_photo (self->face);
  if (photo == NULL)
    photo = subject->face;
  viewport = get_viewport (self, photo->width, photo->height);
  update_original (self, subject, &viewport);

  if (!shows_original (self))
    {
      update_edited (self, subject, &viewport);
      return;
    }
  ag_worker_cancel_renders (self->worker, AG_EDIT_LANE_PREVIEW);
  ag_worker_cancel_renders (self->worker, AG_EDIT_LANE_PICTURE);
  ag_edit_session_clear_limit (self);
  if (subject != NULL)
    {
      ag_edit_session_set_exact (self, subject, ag_edit_session_get_present (self), subject->base);
      ag_edit_session_set_sane (self, subject, ag_edit_session_get_present (self));
      set_likelihood (self, TRUE, subject->bits_per_dim, subject->seen_eps);
      ag_edit_session_push_idle (self);
    }
  if (self->original != NULL && self->original_source == get_source (self->face))
    ag_edit_session_set_picture (self, self->original, &self->original_viewport);
}

void
ag_edit_session_clear_results (AgEditSession *self)
{
  for (guint lane = 0; lane < AG_EDIT_N_LANES; lane++)
    ag_worker_cancel_renders (self->worker, lane);
  g_clear_pointer (&self->sane, ag_edit_state_free);
  g_clear_pointer (&self->sane_subject, ag_edit_subject_unref);
  ag_edit_session_clear_limit (self);
  ag_edit_session_clear_preview (self);
  set_likelihood (self, FALSE, 0, NULL);
}
