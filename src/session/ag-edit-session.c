/* ag-edit-session.c: everything an editor of faces holds open
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-session-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-likelihood.h"
#include "ag-surprise.h"

/* How many faces stand on the shelf before any file is opened. */
#define N_FIRST_FACES 8

/* Nats per number above what is expected that are shown as the utmost. */
#define GREAT_SURPRISE 0.5f

enum
{
  PROP_0,
  PROP_STATE,
  PROP_FACE,
  PROP_BUSY,
  PROP_CAN_UNDO,
  PROP_CAN_REDO,
  PROP_NEUTRAL,
  N_PROPS,
};

enum
{
  SIGNAL_PICTURE_CHANGED,
  SIGNAL_CONTROLS_CHANGED,
  SIGNAL_LIKELIHOOD_CHANGED,
  SIGNAL_LIMIT_CHANGED,
  SIGNAL_HISTORY_CHANGED,
  SIGNAL_INFLUENCE_CHANGED,
  SIGNAL_MASK_CHANGED,
  SIGNAL_RECEIPT_FOUND,
  SIGNAL_VIEW_RECEIPT_FOUND,
  SIGNAL_SOURCE_NEEDED,
  SIGNAL_PROBLEM,
  N_SIGNALS,
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgEditSession, ag_edit_session, G_TYPE_OBJECT)

static AgEditHistory *
get_history (AgEditSession *self)
{
  return self->face != NULL ? ag_edit_face_get_history (self->face) : NULL;
}

static gboolean
is_busy (AgEditSession *self)
{
  return self->n_opening > 0 || (self->face != NULL && ag_edit_face_get_pending (self->face) != 0);
}

static void
ag_edit_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AgEditSession *self = AG_EDIT_SESSION (object);
  AgEditHistory *history = get_history (self);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    case PROP_FACE:
      g_value_set_object (value, self->face);
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, is_busy (self));
      break;
    case PROP_CAN_UNDO:
      g_value_set_boolean (value, history != NULL && ag_edit_history_can_undo (history));
      break;
    case PROP_CAN_REDO:
      g_value_set_boolean (value, history != NULL && ag_edit_history_can_redo (history));
      break;
    case PROP_NEUTRAL:
      g_value_set_boolean (value, ag_edit_session_is_neutral (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ag_edit_session_dispose (GObject *object)
{
  AgEditSession *self = AG_EDIT_SESSION (object);

  ag_edit_session_close (self);
  G_OBJECT_CLASS (ag_edit_session_parent_class)->dispose (object);
}

static void
ag_edit_session_finalize (GObject *object)
{
  AgEditSession *self = AG_EDIT_SESSION (object);

  g_clear_object (&self->worker);
  g_clear_object (&self->files);
  ag_edit_session_clear_preview (self);
  g_clear_pointer (&self->seen_eps, g_bytes_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->recovery_folder);
  g_clear_pointer (&self->left, g_ptr_array_unref);
  g_clear_object (&self->face);
  g_clear_object (&self->faces);
  g_clear_pointer (&self->engine, ag_edit_engine_unref);
  g_clear_pointer (&self->failure, g_free);
  g_clear_pointer (&self->picture, ag_image_unref);
  g_clear_pointer (&self->original, ag_image_unref);
  for (guint lane = 0; lane < AG_EDIT_N_LANES; lane++)
    g_clear_pointer (&self->views[lane], ag_edit_view_free);
  G_OBJECT_CLASS (ag_edit_session_parent_class)->finalize (object);
}

static void
ag_edit_session_class_init (AgEditSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ag_edit_session_get_property;
  object_class->dispose = ag_edit_session_dispose;
  object_class->finalize = ag_edit_session_finalize;

  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, AG_EDIT_SESSION_EMPTY,
                                             AG_EDIT_SESSION_FAILED, AG_EDIT_SESSION_EMPTY, flags);
  properties[PROP_FACE] = g_param_spec_object ("face", NULL, NULL, AG_TYPE_EDIT_FACE, flags);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_UNDO] = g_param_spec_boolean ("can-undo", NULL, NULL, FALSE, flags);
  properties[PROP_CAN_REDO] = g_param_spec_boolean ("can-redo", NULL, NULL, FALSE, flags);
  properties[PROP_NEUTRAL] = g_param_spec_boolean ("neutral", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_PICTURE_CHANGED] =
    g_signal_new ("picture-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CONTROLS_CHANGED] =
    g_signal_new ("controls-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_LIKELIHOOD_CHANGED] =
    g_signal_new ("likelihood-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_LIMIT_CHANGED] =
    g_signal_new ("limit-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_HISTORY_CHANGED] =
    g_signal_new ("history-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_INFLUENCE_CHANGED] =
    g_signal_new ("influence-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MASK_CHANGED] =
    g_signal_new ("mask-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
  signals[SIGNAL_RECEIPT_FOUND] =
    g_signal_new ("receipt-found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, AG_TYPE_EDIT_FACE);
  signals[SIGNAL_VIEW_RECEIPT_FOUND] =
    g_signal_new ("view-receipt-found", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, AG_TYPE_EDIT_FACE);
  signals[SIGNAL_SOURCE_NEEDED] =
    g_signal_new ("source-needed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                  NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  signals[SIGNAL_PROBLEM] = g_signal_new ("problem", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ag_edit_session_init (AgEditSession *self)
{
  self->faces = g_list_store_new (AG_TYPE_EDIT_FACE);
  self->cancellable = g_cancellable_new ();
  self->told_neutral = TRUE;
  for (guint lane = 0; lane < AG_EDIT_N_LANES; lane++)
    self->views[lane] = ag_edit_view_new ();
}

AgEditSession *
ag_edit_session_new (GError **error)
{
  g_autoptr (AgEditSession) self = g_object_new (AG_TYPE_EDIT_SESSION, NULL);

  self->worker = ag_worker_new (error);
  if (self->worker == NULL)
    return NULL;
  self->files = ag_worker_new (error);
  if (self->files == NULL)
    return NULL;
  return g_steal_pointer (&self);
}

void
ag_edit_session_close (AgEditSession *self)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->closed)
    return;
  self->closed = TRUE;
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->recovery_timeout, g_source_remove);
  if (self->worker == NULL)
    return;
  ag_edit_session_clear_results (self);
  ag_worker_stop (self->worker);
  if (self->files != NULL)
    ag_worker_stop (self->files);
  ag_edit_session_end_recovery (self);
}

void
ag_edit_session_emit (AgEditSession *self, const char *signal)
{
  if (!self->closed)
    g_signal_emit_by_name (self, signal);
}

void
ag_edit_session_problem (AgEditSession *self, const char *message)
{
  if (!self->closed)
    g_signal_emit (self, signals[SIGNAL_PROBLEM], 0, message);
}

void
ag_edit_session_notify_busy (AgEditSession *self)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
}

static void
set_state (AgEditSession *self, AgEditSessionState state, const char *failure)
{
  g_free (self->failure);
  self->failure = g_strdup (failure);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* The model. */

void
ag_edit_session_load_model (AgEditSession *self, GFile *file)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (G_IS_FILE (file));

  if (self->closed)
    return;
  set_state (self, AG_EDIT_SESSION_LOADING, NULL);
  ag_edit_session_push_load (self, file);
}

/* Photos stay on the shelf, with the new model's sliders; drawn faces were the old model's. */
static void
adapt_faces (AgEditSession *self)
{
  guint n_values = ag_edit_engine_get_model (self->engine)->attributes->len;

  if (self->face != NULL && ag_edit_face_get_photo (self->face) == NULL)
    ag_edit_session_set_face (self, NULL);

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->faces)); i-- > 0;)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (G_LIST_MODEL (self->faces), i);

      if (ag_edit_face_get_photo (face) == NULL)
        {
          g_list_store_remove (self->faces, i);
          continue;
        }
      ag_worker_cancel (self->worker, ag_edit_face_get_pending (face));
      ag_edit_face_set_pending (face, 0, NULL);
      ag_edit_face_set_subject (face, NULL);
      ag_edit_face_reset (face, n_values);
      ag_edit_session_describe (self, face);
    }
}

void
ag_edit_session_set_engine (AgEditSession *self, AgEditEngine *engine, const char *failure)
{
  if (engine == NULL)
    {
      ag_edit_session_problem (self, failure);
      set_state (self, self->engine != NULL ? AG_EDIT_SESSION_READY : AG_EDIT_SESSION_FAILED,
                 failure);
      return;
    }
  ag_edit_session_clear_results (self);
  g_clear_pointer (&self->engine, ag_edit_engine_unref);
  self->engine = ag_edit_engine_ref (engine);
  self->n_drawn = self->n_draw_failures = 0;
  adapt_faces (self);
  set_state (self, AG_EDIT_SESSION_READY, NULL);
  ag_edit_session_draw_faces (self, N_FIRST_FACES);
  ag_edit_session_emit (self, "controls-changed");
  ag_edit_session_notify_history (self);
}

AgEditSessionState
ag_edit_session_get_state (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), AG_EDIT_SESSION_EMPTY);
  return self->state;
}

const char *
ag_edit_session_get_failure (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  return self->failure;
}

AgModel *
ag_edit_session_get_model (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  return self->engine != NULL ? ag_edit_engine_get_model (self->engine) : NULL;
}

gboolean
ag_edit_session_is_model (AgEditSession *self, const char *hash)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);
  return self->engine != NULL && g_strcmp0 (ag_edit_engine_get_hash (self->engine), hash) == 0;
}

/* The shelf. */

GListModel *
ag_edit_session_get_faces (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  return G_LIST_MODEL (self->faces);
}

void
ag_edit_session_draw_faces (AgEditSession *self, guint n)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->engine == NULL || self->closed)
    return;
  for (guint i = 0; i < n; i++)
    ag_edit_session_push_draw (self);
}

AgEditFace *
ag_edit_session_get_face (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  return self->face;
}

void
ag_edit_session_set_face (AgEditSession *self, AgEditFace *face)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (face == NULL || AG_IS_EDIT_FACE (face));

  if (self->closed || self->face == face)
    return;
  if (self->face != NULL)
    ag_edit_history_seal (get_history (self));
  ag_edit_session_clear_results (self);
  self->dragging = FALSE;
  self->last_change = 0;
  g_set_object (&self->face, face);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FACE]);
  ag_edit_session_emit (self, "controls-changed");
  ag_edit_session_emit (self, "mask-changed");
  ag_edit_session_emit (self, "influence-changed");
  ag_edit_session_notify_history (self);
  ag_edit_session_notify_busy (self);
  ag_edit_session_update (self);
}

void
ag_edit_session_add_photo (AgEditSession *self, AgEditFace *face)
{
  if (self->engine != NULL)
    ag_edit_face_reset (face, ag_edit_engine_get_model (self->engine)->attributes->len);
  g_list_store_insert (self->faces, 0, face);
  /* In this order the photo is seen before the worker begins to look at its face. */
  ag_edit_session_set_face (self, face);
  ag_edit_session_describe (self, face);
}

void
ag_edit_session_remove_face (AgEditSession *self, AgEditFace *face)
{
  guint position;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->closed || !g_list_store_find (self->faces, face, &position))
    return;
  ag_worker_cancel (self->worker, ag_edit_face_get_pending (face));
  ag_edit_face_set_pending (face, 0, NULL);
  if (self->face == face)
    {
      GListModel *model = G_LIST_MODEL (self->faces);
      guint next = position + 1 < g_list_model_get_n_items (model) ? position + 1 : position - 1;
      g_autoptr (AgEditFace) neighbour =
        position == 0 && next == G_MAXUINT ? NULL : g_list_model_get_item (model, next);

      ag_edit_session_set_face (self, neighbour);
    }
  g_list_store_remove (self->faces, position);
}

void
ag_edit_session_restore_face (AgEditSession *self, AgEditFace *face, guint position)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->faces));

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (AG_IS_EDIT_FACE (face));

  if (self->closed || g_list_store_find (self->faces, face, NULL))
    return;
  g_list_store_insert (self->faces, MIN (position, n), face);
  ag_edit_session_describe (self, face);
  ag_edit_session_set_face (self, face);
}

/* Pictures. */

void
ag_edit_session_set_display_size (AgEditSession *self, int width, int height)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->closed || (self->display_width == width && self->display_height == height))
    return;
  self->display_width = width;
  self->display_height = height;
  ag_edit_session_update (self);
}

void
ag_edit_session_set_viewport (AgEditSession *self, const AgEditViewport *viewport)
{
  const AgEditViewport whole = { 0 };

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (viewport == NULL ||
                    (viewport->scale > 0 && viewport->width > 0 && viewport->height > 0 &&
                     viewport->width <= 16384 && viewport->height <= 16384));

  if (viewport == NULL)
    viewport = &whole;
  if (self->closed || ag_edit_viewport_equal (&self->viewport, viewport))
    return;
  self->viewport = *viewport;
  ag_edit_session_update (self);
}

gboolean
ag_edit_session_get_picture_size (AgEditSession *self, int *width, int *height)
{
  AgEditSubject *subject;
  AgImage *photo;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);

  if (self->face == NULL)
    return FALSE;
  photo = ag_edit_face_get_photo (self->face);
  subject = ag_edit_face_get_subject (self->face);
  if (photo == NULL && subject != NULL)
    photo = subject->face;
  if (photo == NULL)
    return FALSE;
  *width = photo->width;
  *height = photo->height;
  return TRUE;
}

void
ag_edit_session_get_picture_viewports (AgEditSession *self,
                                       AgEditViewport *picture,
                                       AgEditViewport *original)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  *picture = self->picture_viewport;
  *original = self->original_viewport;
}

AgImage *
ag_edit_session_get_picture (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  return self->picture;
}

AgImage *
ag_edit_session_get_original (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  return self->original;
}

/* What is known about the picture. */

gboolean
ag_edit_session_get_likelihood (AgEditSession *self, double *bits_per_dim, double *percentile)
{
  AgModel *model;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);

  if (!self->likelihood_known)
    return FALSE;
  model = ag_edit_session_get_model (self);
  if (bits_per_dim != NULL)
    *bits_per_dim = self->bits_per_dim;
  if (percentile != NULL)
    *percentile = model->percentiles != NULL
                    ? ag_likelihood_percentile (model->percentiles, self->bits_per_dim)
                    : -1;
  return TRUE;
}

GBytes *
ag_edit_session_get_surprise (AgEditSession *self, int level, int *size)
{
  const AgGlowConfig *config;
  g_autofree float *map = NULL;
  guint8 *bytes;
  int width, height;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);

  if (self->seen_eps == NULL || self->engine == NULL)
    return NULL;
  config = ag_glow_config (ag_edit_engine_get_model (self->engine)->glow);
  if (level >= config->levels)
    return NULL;
  map = ag_surprise_map (config, g_bytes_get_data (self->seen_eps, NULL), level, &width, &height);
  bytes = g_malloc ((gsize) width * (gsize) height);
  for (int i = 0; i < width * height; i++)
    bytes[i] = (guint8) lrintf (255 * CLAMP (map[i] / GREAT_SURPRISE, 0.0f, 1.0f));
  *size = width;
  return g_bytes_new_take (bytes, (gsize) width * (gsize) height);
}

gboolean
ag_edit_session_get_limit (AgEditSession *self, guint *control, double *value)
{
  const AgEditLimit *limit;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);

  limit = self->limit;
  if (limit == NULL)
    return FALSE;
  if (control != NULL)
    *control = limit->control;
  if (value != NULL)
    *value = ag_edit_state_get_control (limit->at, limit->control);
  return TRUE;
}

gboolean
ag_edit_session_is_idle (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), TRUE);

  return self->closed ||
         (self->n_opening == 0 && self->n_exporting == 0 && ag_worker_is_idle (self->worker));
}
