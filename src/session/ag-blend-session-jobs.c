/* ag-blend-session-jobs.c: what the blend session has the worker do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The picture at the position is a render, of which the latest wins. Everything else is done one
 * job at a time in the queue, and is interrupted when a render comes: faces that are edited are
 * made ready; then, where the path is to be moved, if it is to go through likelier ground; then the
 * points of the path, from coarse to fine, so that the film strip fills in everywhere at once.
 */
#include "ag-blend-session-private.h"

#include <math.h>

/* How far the path may be moved, and in how many halvings that is found. */
#define LEAST_SHRINK 0.6
#define N_HALVINGS   5

typedef struct
{
  AgBlendSession *session; /* to be touched on the main loop only */
  AgEditEngine *engine;
  AgEditSubject *subjects[AG_BLEND_MAX_FACES];
  AgBlendPoint point;
  AgBlendRenderer *renderer; /* of a render */
  int size;
  guint index;    /* of a point or knot */
  double most;    /* bits/dim allowed at a knot */
  double shrink;  /* of a knot */
  AgFrame *frame; /* main loop only; nullable */
  GBytes *values; /* what the point decodes to, if that is known */
  AgSanity sanity;
  double bits_per_dim; /* NaN if it is not known */
  AgImage *image;
  GError *error;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    g_clear_pointer (&job->subjects[k], ag_edit_subject_unref);
  g_clear_pointer (&job->renderer, ag_blend_renderer_unref);
  g_clear_pointer (&job->engine, ag_edit_engine_unref);
  g_clear_pointer (&job->frame, ag_frame_unref);
  g_clear_pointer (&job->values, g_bytes_unref);
  g_clear_pointer (&job->image, ag_image_unref);
  g_clear_error (&job->error);
  g_free (job);
}

static Job *
job_new (AgBlendSession *self, const AgBlendPoint *point)
{
  g_autoptr (GBytes) key = g_bytes_new (point, sizeof *point);
  AgFrame *frame = ag_frame_cache_get (self->cache, key);
  Job *job = g_new0 (Job, 1);

  job->session = self;
  job->engine = ag_edit_engine_ref (self->engine);
  for (guint k = 0; k < self->n_faces; k++)
    job->subjects[k] = ag_edit_subject_ref (self->subjects[k]);
  job->point = *point;
  job->bits_per_dim = NAN;
  if (frame != NULL)
    {
      job->frame = ag_frame_ref (frame);
      job->values = g_bytes_ref (frame->values);
      job->sanity = frame->sanity;
      job->bits_per_dim = frame->bits_per_dim;
    }
  return job;
}

/* All faces have been described under one. */
static const int *
get_class (Job *job)
{
  return job->subjects[0]->class_label >= 0 ? &job->subjects[0]->class_label : NULL;
}

/* On the worker: what the point decodes to. */
static gboolean
decode (Job *job, const atomic_bool *cancel)
{
  AgCodec *codec = ag_edit_engine_get_codec (job->engine);
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *eps = NULL;
  g_autofree float *x = NULL;

  if (job->values != NULL)
    return TRUE;
  eps = g_new (float, n_dims);
  x = g_new (float, n_dims);
  ag_blend_point_eps (&job->point, ag_codec_get_config (codec), job->subjects, eps);
  if (!ag_codec_decode (codec, 1, eps, get_class (job), x, cancel, &job->error))
    return FALSE;
  job->sanity = ag_sanity_check (x, n_dims);
  job->values = g_bytes_new_take (g_steal_pointer (&x), n_dims * sizeof (float));
  return TRUE;
}

/* On the worker: how likely it is; what is no picture is not likely at all. */
static gboolean
judge (Job *job, const atomic_bool *cancel)
{
  AgCodec *codec = ag_edit_engine_get_codec (job->engine);
  g_autofree float *eps = NULL;

  if (!isnan (job->bits_per_dim))
    return TRUE;
  job->bits_per_dim = INFINITY;
  if (job->sanity != AG_SANITY_GOOD)
    return TRUE;
  eps = g_new (float, ag_codec_get_n_dims (codec));
  if (!ag_codec_encode (codec, 1, g_bytes_get_data (job->values, NULL), get_class (job), eps,
                        &job->bits_per_dim, cancel, &job->error))
    return FALSE;
  if (!isfinite (job->bits_per_dim))
    job->bits_per_dim = INFINITY;
  return TRUE;
}

/* Keeps what a job found out. Returns whether it is of use. */
static gboolean
take_frame (Job *job)
{
  AgBlendSession *self = job->session;
  g_autoptr (GBytes) key = NULL;

  if (job->error != NULL)
    {
      if (!g_error_matches (job->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        ag_blend_session_problem (self, job->error->message);
      return FALSE;
    }
  if (job->engine != self->engine)
    return FALSE;
  if (job->frame == NULL)
    {
      key = g_bytes_new (&job->point, sizeof job->point);
      job->frame = ag_frame_new (job->values, job->sanity);
      ag_frame_cache_add (self->cache, key, job->frame);
    }
  if (!isnan (job->bits_per_dim))
    job->frame->bits_per_dim = job->bits_per_dim;
  return TRUE;
}

/* The picture at the position. */

static void
render_run (gpointer data, const atomic_bool *cancel)
{
  Job *job = data;
  const AgGlowConfig *config = ag_codec_get_config (ag_edit_engine_get_codec (job->engine));

  if (decode (job, cancel) && job->sanity == AG_SANITY_GOOD)
    job->image = ag_blend_renderer_render (job->renderer, config, job->subjects, &job->point,
                                           job->values, job->size);
}

static void
render_done (gpointer data)
{
  Job *job = data;
  AgBlendSession *self = job->session;

  self->rendering = FALSE;
  if (take_frame (job) && self->ready)
    {
      self->beyond = job->image == NULL;
      if (job->image != NULL)
        {
          g_clear_pointer (&self->picture, ag_image_unref);
          self->picture = ag_image_ref (job->image);
        }
      ag_blend_session_emit (self, "picture-changed");
    }
  ag_blend_session_pump (self);
}

static const AgWorkerJobKind render_kind = { render_run, render_done, job_free };

static void
cancel_background (AgBlendSession *self, AgWorker *worker)
{
  if (self->background != 0)
    ag_worker_cancel (worker, self->background);
  self->background = 0;
}

void
ag_blend_session_render (AgBlendSession *self)
{
  AgWorker *worker = ag_edit_session_get_worker (self->edit);
  AgBlendPoint point;
  Job *job;

  if (worker == NULL || self->closed || !self->active || !self->ready || self->display_size < 1)
    return;
  ag_blend_session_make_point (self, self->t, &point);
  job = job_new (self, &point);
  job->renderer = ag_blend_renderer_ref (self->renderer);
  job->size = self->display_size;
  cancel_background (self, worker);
  self->rendering = TRUE;
  ag_worker_render (worker, AG_SHARED_LANE_BLEND, &render_kind, job);
}

/* The points of the path. */

static void
point_run (gpointer data, const atomic_bool *cancel)
{
  Job *job = data;

  if (decode (job, cancel))
    (void) judge (job, cancel);
}

static void
point_done (gpointer data)
{
  Job *job = data;
  AgBlendSession *self = job->session;

  self->background = 0;
  if (take_frame (job))
    {
      ag_blend_session_emit_point (self, job->index);
      ag_blend_session_pump (self);
    }
}

static const AgWorkerJobKind point_kind = { point_run, point_done, job_free };

/* Every 60th, 30th, 15th and so on, that is not known yet. */
static gboolean
find_point (AgBlendSession *self, guint *index)
{
  static const guint strides[] = { 60, 30, 15, 5, 3, 1 };

  for (gsize s = 0; s < G_N_ELEMENTS (strides); s++)
    for (guint i = 0; i < AG_BLEND_N_POINTS; i += strides[s])
      {
        AgFrame *frame = ag_blend_session_get_frame (self, i);

        if (frame == NULL || isnan (frame->bits_per_dim))
          {
            *index = i;
            return TRUE;
          }
      }
  return FALSE;
}

static gboolean
push_point (AgBlendSession *self, AgWorker *worker)
{
  AgBlendPoint point;
  guint index;
  Job *job;

  if (!find_point (self, &index))
    return FALSE;
  ag_blend_session_make_point (self, (double) index / (AG_BLEND_N_POINTS - 1), &point);
  job = job_new (self, &point);
  job->index = index;
  self->background = ag_worker_push (worker, &point_kind, job);
  return TRUE;
}

/* Where the path is moved. */

static gboolean
try_shrink (Job *job, double shrink, gboolean *allowed, const atomic_bool *cancel)
{
  Job try = { .engine = job->engine, .point = job->point, .bits_per_dim = NAN };
  gboolean done;

  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    try.subjects[k] = job->subjects[k];
  try.point.shrink = shrink;
  done = decode (&try, cancel) && judge (&try, cancel);
  *allowed = try.bits_per_dim <= job->most;
  g_clear_pointer (&try.values, g_bytes_unref);
  if (!done)
    g_propagate_error (&job->error, try.error);
  return done;
}

static void
knot_run (gpointer data, const atomic_bool *cancel)
{
  Job *job = data;
  double low = LEAST_SHRINK, high = 1;
  gboolean allowed;

  if (!decode (job, cancel) || !judge (job, cancel))
    return;
  job->shrink = 1;
  if (job->bits_per_dim <= job->most)
    return;
  for (int i = 0; i < N_HALVINGS; i++)
    {
      double middle = (low + high) / 2;

      if (!try_shrink (job, middle, &allowed, cancel))
        return;
      if (allowed)
        low = middle;
      else
        high = middle;
    }
  job->shrink = low;
}

static void
knot_done (gpointer data)
{
  Job *job = data;
  AgBlendSession *self = job->session;
  gboolean all = TRUE;

  self->background = 0;
  if (!take_frame (job))
    return;
  self->shrink[job->index] = job->shrink;
  for (guint k = 0; k < AG_BLEND_N_KNOTS; k++)
    all = all && !isnan (self->shrink[k]);
  if (all)
    {
      ag_blend_session_emit (self, "path-changed");
      ag_blend_session_render (self);
    }
  ag_blend_session_pump (self);
}

static const AgWorkerJobKind knot_kind = { knot_run, knot_done, job_free };

static gboolean
push_knot (AgBlendSession *self, AgWorker *worker)
{
  for (guint k = 0; self->likelier && k < AG_BLEND_N_KNOTS; k++)
    {
      double t = (double) k / (AG_BLEND_N_KNOTS - 1);
      AgFrame *first, *last;
      AgBlendPoint point;
      Job *job;

      if (!isnan (self->shrink[k]))
        continue;
      /* With what the ends have one begins; they are points like others. */
      first = ag_blend_session_get_frame (self, 0);
      last = ag_blend_session_get_frame (self, AG_BLEND_N_POINTS - 1);
      if (first == NULL || last == NULL || isnan (first->bits_per_dim) ||
          isnan (last->bits_per_dim))
        return push_point (self, worker);
      ag_blend_session_make_point (self, t, &point);
      job = job_new (self, &point);
      job->index = k;
      job->most = (1 - t) * first->bits_per_dim + t * last->bits_per_dim;
      self->background = ag_worker_push (worker, &knot_kind, job);
      return TRUE;
    }
  return FALSE;
}

void
ag_blend_session_pump (AgBlendSession *self)
{
  AgWorker *worker = ag_edit_session_get_worker (self->edit);

  if (worker == NULL || self->closed || !self->active || self->engine == NULL || self->rendering ||
      self->background != 0 || ag_blend_session_push_settle (self, worker) || !self->ready)
    return;
  if (!push_knot (self, worker))
    (void) push_point (self, worker);
}

void
ag_blend_session_cancel (AgBlendSession *self)
{
  AgWorker *worker = ag_edit_session_get_worker (self->edit);

  if (worker == NULL)
    return;
  if (self->rendering)
    ag_worker_cancel_renders (worker, AG_SHARED_LANE_BLEND);
  self->rendering = FALSE;
  cancel_background (self, worker);
}

gboolean
ag_blend_session_is_idle (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), TRUE);
  return !self->rendering && self->background == 0 && self->out == NULL;
}
