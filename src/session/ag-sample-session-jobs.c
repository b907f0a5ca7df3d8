/* ag-sample-session-jobs.c: what the sample session has the worker do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One job is one face, so that faces follow one by one. Whatever comes back is shown, even if the
 * temperature has been moved on meanwhile: it is on the way there. Faces take turns, and every
 * second one is the chosen face while that is not as it should be. When something is moved, the
 * face that is being computed even gives way to it, but no two in a row do, and none a second time
 * before it has been drawn, so that a slider that is moved without a pause moves all of them.
 */
#include "ag-sample-session-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-mixture.h"

#define CHOSEN_LANE 0

typedef struct
{
  AgSampleSession *session; /* to be touched on the main loop only */
  AgEditEngine *engine;
  guint lane, index;
  AgSample sample;
  GBytes *key;
  AgFrame *frame; /* main loop only */
  GBytes *values;
  AgSanity sanity;
  double bits_per_dim;
  GError *error;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->engine, ag_edit_engine_unref);
  g_clear_pointer (&job->key, g_bytes_unref);
  g_clear_pointer (&job->frame, ag_frame_unref);
  g_clear_pointer (&job->values, g_bytes_unref);
  g_clear_error (&job->error);
  g_free (job);
}

static Job *
job_new (AgSampleSession *self, guint index)
{
  AgSampleFace *face = &self->faces[index];
  Job *job = g_new0 (Job, 1);

  job->session = self;
  job->engine = ag_edit_engine_ref (self->engine);
  job->index = index;
  job->sample = face->sample;
  job->key = g_bytes_ref (face->key);
  return job;
}

static void
report (AgSampleSession *self, GError *error)
{
  if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ag_sample_session_problem (self, error->message);
}

/* Drawing. */

static void
draw_run (gpointer data, const atomic_bool *cancel)
{
  Job *job = data;
  AgCodec *codec = ag_edit_engine_get_codec (job->engine);
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *eps = g_new (float, n_dims);
  g_autofree float *x = g_new (float, n_dims);

  ag_mixture_sample_eps (ag_codec_get_model (codec), job->sample.seed, job->sample.temperature,
                         eps);
  if (!ag_codec_decode (codec, 1, eps, config->classes > 0 ? &job->sample.class_label : NULL, x,
                        cancel, &job->error))
    return;
  job->sanity = ag_sanity_check (x, n_dims);
  job->values = g_bytes_new_take (g_steal_pointer (&x), n_dims * sizeof (float));
}

static void
show (AgSampleSession *self, guint index, GBytes *key, AgFrame *frame)
{
  AgSampleFace *face = &self->faces[index];

  g_bytes_ref (key);
  g_clear_pointer (&face->shown, g_bytes_unref);
  face->shown = key;
  face->beyond = frame->sanity != AG_SANITY_GOOD;
  if (!face->beyond)
    {
      ag_frame_ref (frame);
      g_clear_pointer (&face->frame, ag_frame_unref);
      face->frame = frame;
    }
  ag_sample_session_emit_face (self, index);
}

static void
draw_done (gpointer data)
{
  Job *job = data;
  AgSampleSession *self = job->session;
  g_autoptr (AgFrame) frame = NULL;

  self->lanes[job->lane].busy = FALSE;
  if (job->lane != CHOSEN_LANE)
    self->chosen_last = self->gave_way = FALSE;
  if (job->engine == self->engine)
    {
      if (job->index < self->n_faces)
        self->faces[job->index].under_way = self->faces[job->index].gave_way = FALSE;
      if (job->values == NULL)
        {
          report (self, job->error);
          return;
        }
      frame = ag_frame_new (job->values, job->sanity);
      ag_frame_cache_add (self->cache, job->key, frame);
      if (job->index < self->n_faces && self->faces[job->index].sample.seed == job->sample.seed)
        show (self, job->index, job->key, frame);
    }
  ag_sample_session_pump (self);
}

static const AgWorkerJobKind draw_kind = { draw_run, draw_done, job_free };

/* Judging: how likely a face is. */

static void
judge_run (gpointer data, const atomic_bool *cancel)
{
  Job *job = data;
  AgCodec *codec = ag_edit_engine_get_codec (job->engine);
  const AgGlowConfig *config = ag_codec_get_config (codec);
  g_autofree float *eps = g_new (float, ag_codec_get_n_dims (codec));

  ag_codec_encode (codec, 1, g_bytes_get_data (job->values, NULL),
                   config->classes > 0 ? &job->sample.class_label : NULL, eps, &job->bits_per_dim,
                   cancel, &job->error);
}

static void
judge_done (gpointer data)
{
  Job *job = data;
  AgSampleSession *self = job->session;

  self->judging = 0;
  if (job->error != NULL)
    {
      report (self, job->error);
      return;
    }
  /* What the flow breaks down on is as unlikely as can be, but it is known. */
  job->frame->bits_per_dim = isfinite (job->bits_per_dim) ? job->bits_per_dim : INFINITY;
  if (job->engine == self->engine && job->index < self->n_faces)
    ag_sample_session_emit_face (self, job->index);
  ag_sample_session_pump (self);
}

static const AgWorkerJobKind judge_kind = { judge_run, judge_done, job_free };

/* What is next. */

static gboolean
is_stale (AgSampleFace *face)
{
  return !face->under_way && (face->shown == NULL || !g_bytes_equal (face->shown, face->key));
}

/* Shows what has been computed before. Returns whether there is something to compute. */
static gboolean
needs_drawing (AgSampleSession *self, guint index)
{
  AgSampleFace *face = &self->faces[index];
  AgFrame *frame;

  if (!is_stale (face))
    return FALSE;
  frame = ag_frame_cache_get (self->cache, face->key);
  if (frame == NULL)
    return TRUE;
  show (self, index, face->key, frame);
  return FALSE;
}

/* One of the faces that are not chosen. */
static gboolean
find_next (AgSampleSession *self, guint *index)
{
  for (guint i = 0; i < self->n_faces; i++)
    {
      guint at = self->order[(self->next + i) % self->n_faces];

      if (at != self->chosen && needs_drawing (self, at))
        {
          self->next = (self->next + i + 1) % self->n_faces;
          *index = at;
          return TRUE;
        }
    }
  return FALSE;
}

static void
stop_judging (AgSampleSession *self, AgWorker *worker)
{
  if (self->judging != 0)
    ag_worker_cancel (worker, self->judging);
  self->judging = 0;
}

static void
draw (AgSampleSession *self, AgWorker *worker, guint lane, guint index)
{
  Job *job = job_new (self, index);

  stop_judging (self, worker);
  job->lane = lane;
  self->lanes[lane] = (AgSampleLane){ .busy = TRUE, .index = index };
  self->faces[index].under_way = TRUE;
  ag_worker_render (worker, AG_SHARED_LANE_SAMPLE + lane, &draw_kind, job);
}

static gboolean
others_are_drawn (AgSampleSession *self)
{
  for (guint lane = CHOSEN_LANE + 1; lane < AG_SAMPLE_N_JOBS; lane++)
    if (self->lanes[lane].busy)
      return TRUE;
  return FALSE;
}

static void
draw_next (AgSampleSession *self, AgWorker *worker)
{
  guint index;

  if (!self->lanes[CHOSEN_LANE].busy && !(self->chosen_last && others_are_drawn (self)) &&
      needs_drawing (self, self->chosen))
    {
      draw (self, worker, CHOSEN_LANE, self->chosen);
      self->chosen_last = TRUE;
    }
  for (guint lane = CHOSEN_LANE + 1; lane < AG_SAMPLE_N_JOBS; lane++)
    if (!self->lanes[lane].busy && find_next (self, &index))
      draw (self, worker, lane, index);
}

static void
judge_next (AgSampleSession *self, AgWorker *worker)
{
  if (self->judging != 0)
    return;
  for (guint i = 0; i < self->n_faces; i++)
    {
      AgSampleFace *face = &self->faces[self->order[i]];
      Job *job;

      if (face->frame == NULL || !isnan (face->frame->bits_per_dim))
        continue;
      job = job_new (self, self->order[i]);
      job->frame = ag_frame_ref (face->frame);
      job->values = g_bytes_ref (face->frame->values);
      self->judging = ag_worker_push (worker, &judge_kind, job);
      return;
    }
  ag_sample_session_update_order (self);
}

gboolean
ag_sample_session_is_drawing (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), FALSE);

  for (guint lane = 0; lane < AG_SAMPLE_N_JOBS; lane++)
    if (self->lanes[lane].busy)
      return TRUE;
  return FALSE;
}

void
ag_sample_session_pump (AgSampleSession *self)
{
  AgWorker *worker = ag_edit_session_get_worker (self->edit);

  if (worker == NULL || self->closed || !self->active || self->engine == NULL ||
      self->chosen >= self->n_faces)
    return;
  draw_next (self, worker);
  if (!ag_sample_session_is_drawing (self))
    judge_next (self, worker);
}

static void
free_lane (AgSampleSession *self, guint lane)
{
  if (self->lanes[lane].busy)
    self->faces[self->lanes[lane].index].under_way = FALSE;
  self->lanes[lane].busy = FALSE;
}

void
ag_sample_session_hurry (AgSampleSession *self)
{
  AgWorker *worker = ag_edit_session_get_worker (self->edit);

  self->chosen_last = FALSE;
  for (guint lane = CHOSEN_LANE + 1; worker != NULL && lane < AG_SAMPLE_N_JOBS; lane++)
    if (self->lanes[lane].busy && !self->gave_way &&
        !self->faces[self->lanes[lane].index].gave_way && needs_drawing (self, self->chosen) &&
        ag_worker_interrupt_render (worker, AG_SHARED_LANE_SAMPLE + lane))
      {
        free_lane (self, lane);
        self->gave_way = self->faces[self->lanes[lane].index].gave_way = TRUE;
      }
  ag_sample_session_pump (self);
}

void
ag_sample_session_cancel (AgSampleSession *self)
{
  AgWorker *worker = ag_edit_session_get_worker (self->edit);

  if (worker == NULL)
    return;
  for (guint lane = 0; lane < AG_SAMPLE_N_JOBS; lane++)
    {
      if (self->lanes[lane].busy)
        ag_worker_cancel_renders (worker, AG_SHARED_LANE_SAMPLE + lane);
      free_lane (self, lane);
    }
  stop_judging (self, worker);
}

gboolean
ag_sample_session_is_idle (AgSampleSession *self)
{
  g_return_val_if_fail (AG_IS_SAMPLE_SESSION (self), TRUE);
  return !ag_sample_session_is_drawing (self) && self->judging == 0;
}
