/* ag-blend-session.c: the way from one face to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-session-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-codec.h"

enum
{
  SIGNAL_PICTURE_CHANGED,
  SIGNAL_POINT_CHANGED,
  SIGNAL_PATH_CHANGED,
  SIGNAL_CHANGED,
  SIGNAL_PROGRESS,
  SIGNAL_PROBLEM,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgBlendSession, ag_blend_session, G_TYPE_OBJECT)

static void
ag_blend_session_dispose (GObject *object)
{
  AgBlendSession *self = AG_BLEND_SESSION (object);

  ag_blend_session_close (self);
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    g_clear_object (&self->faces[k]);
  G_OBJECT_CLASS (ag_blend_session_parent_class)->dispose (object);
}

static void
ag_blend_session_finalize (GObject *object)
{
  AgBlendSession *self = AG_BLEND_SESSION (object);

  ag_blend_session_clear_subjects (self);
  g_clear_pointer (&self->settled, g_ptr_array_unref);
  g_clear_pointer (&self->wanted, ag_blend_receipt_free);
  g_clear_pointer (&self->picture, ag_image_unref);
  g_clear_pointer (&self->renderer, ag_blend_renderer_unref);
  g_clear_pointer (&self->engine, ag_edit_engine_unref);
  g_clear_pointer (&self->cache, ag_frame_cache_free);
  g_clear_object (&self->edit);
  G_OBJECT_CLASS (ag_blend_session_parent_class)->finalize (object);
}

static void
ag_blend_session_class_init (AgBlendSessionClass *klass)
{
  static const char *const names[] = { "picture-changed", "point-changed", "path-changed",
                                       "changed",         "progress",      "problem" };
  GType type = G_TYPE_FROM_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_blend_session_dispose;
  G_OBJECT_CLASS (klass)->finalize = ag_blend_session_finalize;

  for (guint i = 0; i < N_SIGNALS; i++)
    {
      if (i == SIGNAL_POINT_CHANGED || i == SIGNAL_PROBLEM)
        signals[i] =
          g_signal_new (names[i], type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                        i == SIGNAL_PROBLEM ? G_TYPE_STRING : G_TYPE_UINT);
      else
        signals[i] =
          g_signal_new (names[i], type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
    }
}

static void
reset_shrink (AgBlendSession *self)
{
  for (guint k = 0; k < AG_BLEND_N_KNOTS; k++)
    self->shrink[k] = k == 0 || k == AG_BLEND_N_KNOTS - 1 ? 1 : NAN;
}

static void
ag_blend_session_init (AgBlendSession *self)
{
  self->cache = ag_frame_cache_new (AG_FRAME_CACHE_SIZE);
  self->class_label = -1;
  ag_blend_session_init_faces (self);
  self->renderer = ag_blend_renderer_new ();
  self->kind = AG_PATH_SPHERICAL;
  self->t = 0.5;
  reset_shrink (self);
}

void
ag_blend_session_emit (AgBlendSession *self, const char *signal)
{
  if (!self->closed)
    g_signal_emit_by_name (self, signal);
}

void
ag_blend_session_emit_point (AgBlendSession *self, guint point)
{
  if (!self->closed)
    g_signal_emit (self, signals[SIGNAL_POINT_CHANGED], 0, point);
}

void
ag_blend_session_problem (AgBlendSession *self, const char *message)
{
  if (!self->closed)
    g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, message);
}

const AgGlowConfig *
ag_blend_session_get_config (AgBlendSession *self)
{
  return self->engine != NULL ? ag_glow_config (ag_edit_engine_get_model (self->engine)->glow)
                              : NULL;
}

/* Points. */

/* What the latent at @t is multiplied by; 1 until all knots are known. */
static double
get_shrink (AgBlendSession *self, double t)
{
  double at = t * (AG_BLEND_N_KNOTS - 1);
  guint knot = MIN ((guint) at, AG_BLEND_N_KNOTS - 2);

  for (guint k = 0; k < AG_BLEND_N_KNOTS; k++)
    if (!self->likelier || isnan (self->shrink[k]))
      return 1;
  at -= knot;
  return at == 0   ? self->shrink[knot]
         : at == 1 ? self->shrink[knot + 1]
                   : (1 - at) * self->shrink[knot] + at * self->shrink[knot + 1];
}

void
ag_blend_session_make_point (AgBlendSession *self, double t, AgBlendPoint *point)
{
  ag_blend_point_init (point, ag_blend_session_get_config (self), self->subjects, self->n_faces,
                       self->kind, self->mix, t, self->v);
  point->shrink = get_shrink (self, t);
}

AgFrame *
ag_blend_session_get_frame (AgBlendSession *self, guint index)
{
  g_autoptr (GBytes) key = NULL;
  AgBlendPoint point;

  if (!self->ready)
    return NULL;
  ag_blend_session_make_point (self, (double) index / (AG_BLEND_N_POINTS - 1), &point);
  key = g_bytes_new (&point, sizeof point);
  return ag_frame_cache_get (self->cache, key);
}

void
ag_blend_session_path_changed (AgBlendSession *self)
{
  if (self->closed)
    return;
  ag_blend_session_cancel (self);
  reset_shrink (self);
  ag_blend_session_emit (self, "path-changed");
  ag_blend_session_render (self);
  ag_blend_session_pump (self);
}

AgBlendSession *
ag_blend_session_new (AgEditSession *edit)
{
  AgBlendSession *self = g_object_new (AG_TYPE_BLEND_SESSION, NULL);

  self->edit = g_object_ref (edit);
  ag_blend_session_watch_faces (self);
  return self;
}

void
ag_blend_session_close (AgBlendSession *self)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self));

  if (self->closed)
    return;
  ag_blend_session_cancel (self);
  ag_blend_session_cancel_export (self);
  self->closed = TRUE;
}

void
ag_blend_session_set_active (AgBlendSession *self, gboolean active)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self));

  if (self->active == active || self->closed)
    return;
  self->active = active;
  if (!active)
    {
      ag_blend_session_cancel (self);
      return;
    }
  ag_blend_session_update_subjects (self);
  ag_blend_session_render (self);
  ag_blend_session_pump (self);
}

gboolean
ag_blend_session_is_ready (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), FALSE);
  return self->ready;
}

/* The path. */

AgPathKind
ag_blend_session_get_kind (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), AG_PATH_LINEAR);
  return self->kind;
}

void
ag_blend_session_set_kind (AgBlendSession *self, AgPathKind kind)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self));

  if (self->kind == kind)
    return;
  self->kind = kind;
  ag_blend_session_path_changed (self);
  ag_blend_session_emit (self, "changed");
}

double
ag_blend_session_get_mix (AgBlendSession *self, guint level)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self) && level < AG_MAX_LEVELS, 0);
  return self->mix[level];
}

void
ag_blend_session_set_mix (AgBlendSession *self, guint level, double mix)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self) && level < AG_MAX_LEVELS);
  g_return_if_fail (mix >= -1 && mix <= 1);

  if (self->mix[level] == mix)
    return;
  self->mix[level] = mix;
  ag_blend_session_path_changed (self);
  ag_blend_session_emit (self, "changed");
}

guint
ag_blend_session_get_n_levels (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), 0);
  return self->engine != NULL ? (guint) ag_blend_session_get_config (self)->levels : 0;
}

int
ag_blend_session_get_class (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), -1);
  return self->class_label;
}

void
ag_blend_session_set_class (AgBlendSession *self, int class_label)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self));
  g_return_if_fail (class_label >= -1);

  if (self->class_label == class_label ||
      class_label >= (int) ag_edit_session_get_n_classes (self->edit))
    return;
  self->class_label = class_label;
  ag_blend_session_update_subjects (self);
  ag_blend_session_emit (self, "changed");
}

void
ag_blend_session_set_likelier (AgBlendSession *self, gboolean likelier)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self));

  if (self->likelier == likelier)
    return;
  self->likelier = likelier;
  ag_blend_session_path_changed (self);
  ag_blend_session_emit (self, "changed");
}

gboolean
ag_blend_session_get_likelier (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), FALSE);
  return self->likelier;
}

void
ag_blend_session_set_position (AgBlendSession *self, double t, double v)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self));
  g_return_if_fail (t >= 0 && t <= 1 && v >= 0 && v <= 1);

  if (self->n_faces <= 2)
    v = 0;
  if (self->t == t && self->v == v)
    return;
  self->t = t;
  if (self->v != v)
    {
      self->v = v;
      ag_blend_session_path_changed (self);
    }
  else
    ag_blend_session_render (self);
  ag_blend_session_emit (self, "changed");
}

double
ag_blend_session_get_t (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), 0);
  return self->t;
}

double
ag_blend_session_get_v (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), 0);
  return self->v;
}

/* Pictures. */

void
ag_blend_session_set_display_size (AgBlendSession *self, int size)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self) && size <= 4096);

  if (self->display_size == size)
    return;
  self->display_size = size;
  ag_blend_session_render (self);
}

AgImage *
ag_blend_session_get_picture (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), NULL);
  return self->picture;
}

gboolean
ag_blend_session_is_beyond (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), FALSE);
  return self->beyond;
}

AgImage *
ag_blend_session_get_point_image (AgBlendSession *self, guint point)
{
  AgFrame *frame;

  g_return_val_if_fail (AG_IS_BLEND_SESSION (self) && point < AG_BLEND_N_POINTS, NULL);

  frame = ag_blend_session_get_frame (self, point);
  if (frame == NULL || frame->sanity != AG_SANITY_GOOD)
    return NULL;
  return ag_codec_image_from_values (ag_blend_session_get_config (self),
                                     g_bytes_get_data (frame->values, NULL));
}

double
ag_blend_session_get_point_bits (AgBlendSession *self, guint point)
{
  AgFrame *frame;

  g_return_val_if_fail (AG_IS_BLEND_SESSION (self) && point < AG_BLEND_N_POINTS, NAN);

  frame = ag_blend_session_get_frame (self, point);
  return frame != NULL && isfinite (frame->bits_per_dim) ? frame->bits_per_dim : NAN;
}
