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

static void update_subjects (AgBlendSession *self);

static void
clear_subjects (AgBlendSession *self)
{
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    g_clear_pointer (&self->subjects[k], ag_edit_subject_unref);
}

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

  clear_subjects (self);
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

/* The path is another: what is computed for the old one is not wanted any more. */
static void
path_changed (AgBlendSession *self)
{
  if (self->closed)
    return;
  ag_blend_session_cancel (self);
  reset_shrink (self);
  ag_blend_session_emit (self, "path-changed");
  ag_blend_session_render (self);
  ag_blend_session_pump (self);
}

/* Faces. */

static gboolean
same_subjects (AgBlendSession *self)
{
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    {
      AgEditSubject *subject =
        self->faces[k] != NULL ? ag_edit_face_get_subject (self->faces[k]) : NULL;

      if (subject != self->subjects[k])
        return FALSE;
    }
  return TRUE;
}

/* Follows what the model says about the faces. */
static void
update_subjects (AgBlendSession *self)
{
  gboolean ready = self->n_faces >= 2 && self->engine != NULL;

  if (self->closed || (same_subjects (self) && self->ready == ready))
    return;
  ag_blend_session_cancel (self);
  clear_subjects (self);
  for (guint k = 0; k < self->n_faces; k++)
    {
      AgEditSubject *subject = ag_edit_face_get_subject (self->faces[k]);

      self->subjects[k] = subject != NULL ? ag_edit_subject_ref (subject) : NULL;
      ready = ready && subject != NULL;
    }
  self->ready = ready;
  self->beyond = FALSE;
  if (!ready)
    g_clear_pointer (&self->picture, ag_image_unref);
  ag_blend_session_emit (self, "picture-changed");
  path_changed (self);
  ag_blend_session_emit (self, "changed");
}

static void
place_face (AgBlendSession *self, guint place, AgEditFace *face)
{
  if (self->faces[place] != NULL)
    g_signal_handlers_disconnect_by_func (self->faces[place], update_subjects, self);
  g_set_object (&self->faces[place], face);
  /* One face may stand in two places; then it is heard of twice, which does no harm. */
  if (face != NULL)
    g_signal_connect_object (face, "notify::face-picture", G_CALLBACK (update_subjects), self,
                             G_CONNECT_SWAPPED);
}

static gboolean
is_on_shelf (AgBlendSession *self, AgEditFace *face)
{
  return g_list_store_find (G_LIST_STORE (ag_edit_session_get_faces (self->edit)), face, NULL);
}

/* Until somebody has chosen, the first two faces of the shelf. */
static void
choose_first (AgBlendSession *self)
{
  GListModel *faces = ag_edit_session_get_faces (self->edit);

  for (guint i = 0; i < g_list_model_get_n_items (faces) && self->n_faces < 2; i++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (faces, i);

      if (self->n_faces == 0 || self->faces[0] != face)
        place_face (self, self->n_faces++, face);
    }
}

/* A face that has left the shelf leaves the blend. */
static void
shelf_changed (AgBlendSession *self)
{
  AgEditFace *kept[AG_BLEND_MAX_FACES] = { NULL };
  guint n = 0;

  if (self->closed)
    return;
  for (guint k = 0; self->chosen && k < self->n_faces; k++)
    if (is_on_shelf (self, self->faces[k]))
      kept[n++] = g_object_ref (self->faces[k]);
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    {
      place_face (self, k, kept[k]);
      g_clear_object (&kept[k]);
    }
  self->n_faces = n;
  choose_first (self);
  if (self->n_faces <= 2)
    self->v = 0;
  update_subjects (self);
}

static void
model_changed (AgBlendSession *self)
{
  AgEditEngine *engine = ag_edit_session_get_engine (self->edit);

  if (engine == self->engine || self->closed)
    return;
  ag_blend_session_cancel (self);
  g_clear_pointer (&self->engine, ag_edit_engine_unref);
  self->engine = engine != NULL ? ag_edit_engine_ref (engine) : NULL;
  ag_frame_cache_clear (self->cache);
  for (guint l = 0; l < AG_MAX_LEVELS; l++)
    self->mix[l] = 0;
  clear_subjects (self);
  self->ready = FALSE;
  shelf_changed (self);
  ag_blend_session_emit (self, "changed");
}

AgBlendSession *
ag_blend_session_new (AgEditSession *edit)
{
  AgBlendSession *self = g_object_new (AG_TYPE_BLEND_SESSION, NULL);

  self->edit = g_object_ref (edit);
  g_signal_connect_object (edit, "notify::state", G_CALLBACK (model_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ag_edit_session_get_faces (edit), "items-changed",
                           G_CALLBACK (shelf_changed), self, G_CONNECT_SWAPPED);
  model_changed (self);
  shelf_changed (self);
  return self;
}

void
ag_blend_session_close (AgBlendSession *self)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self));

  if (self->closed)
    return;
  ag_blend_session_cancel (self);
  ag_blend_session_drop_export (self);
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
  ag_blend_session_render (self);
  ag_blend_session_pump (self);
}

AgEditFace *
ag_blend_session_get_face (AgBlendSession *self, guint place)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), NULL);
  return place < self->n_faces ? self->faces[place] : NULL;
}

void
ag_blend_session_set_face (AgBlendSession *self, guint place, AgEditFace *face)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self) && place < AG_BLEND_MAX_FACES);
  g_return_if_fail (face == NULL || AG_IS_EDIT_FACE (face));

  self->chosen = TRUE;
  if (face != NULL)
    {
      place = MIN (place, self->n_faces);
      if (place == self->n_faces)
        self->n_faces++;
      place_face (self, place, face);
    }
  else if (place < self->n_faces)
    {
      for (guint k = place; k + 1 < self->n_faces; k++)
        place_face (self, k, self->faces[k + 1]);
      place_face (self, --self->n_faces, NULL);
    }
  if (self->n_faces <= 2)
    self->v = 0;
  update_subjects (self);
  ag_blend_session_emit (self, "changed");
}

guint
ag_blend_session_get_n_faces (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), 0);
  return self->n_faces;
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
  path_changed (self);
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
  path_changed (self);
  ag_blend_session_emit (self, "changed");
}

guint
ag_blend_session_get_n_levels (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), 0);
  return self->engine != NULL ? (guint) ag_blend_session_get_config (self)->levels : 0;
}

void
ag_blend_session_set_likelier (AgBlendSession *self, gboolean likelier)
{
  g_return_if_fail (AG_IS_BLEND_SESSION (self));

  if (self->likelier == likelier)
    return;
  self->likelier = likelier;
  path_changed (self);
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
      path_changed (self);
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
