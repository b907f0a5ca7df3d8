/* ag-blend-session-faces.c: which faces are blended, and as what
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A face that is edited goes into the blend as it is edited (ag-blend-face.h). That is computed
 * while somebody looks at the blend, and the last few results are kept, so that going to Edit and
 * back, or exchanging two faces, computes nothing twice.
 */
#include "ag-blend-session-private.h"

#include "ag-blend-face.h"

/* Settled faces that are kept; each may hold an edited photo. */
#define N_SETTLED (AG_BLEND_MAX_FACES + 2)

/* What came of a face. */
typedef struct
{
  AgEditSubject *source;
  AgEditState *state;
  int class_label;
  AgEditSubject *subject; /* nullable: there is no picture of it */
} Settled;

static void
settled_free (gpointer data)
{
  Settled *settled = data;

  ag_edit_subject_unref (settled->source);
  ag_edit_state_free (settled->state);
  ag_edit_subject_unref (settled->subject);
  g_free (settled);
}

void
ag_blend_session_init_faces (AgBlendSession *self)
{
  self->settled = g_ptr_array_new_with_free_func (settled_free);
}

void
ag_blend_session_clear_subjects (AgBlendSession *self)
{
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    g_clear_pointer (&self->subjects[k], ag_edit_subject_unref);
}

static const AgEditState *
get_state (AgEditFace *face)
{
  return ag_edit_history_get (ag_edit_face_get_history (face));
}

/* The class that is asked for, or the first face's. */
static int
get_class (AgBlendSession *self)
{
  AgEditSubject *first = self->n_faces > 0 ? ag_edit_face_get_subject (self->faces[0]) : NULL;

  return self->class_label >= 0 || first == NULL ? self->class_label : first->class_label;
}

static Settled *
find_settled (AgBlendSession *self,
              AgEditSubject *source,
              const AgEditState *state,
              int class_label)
{
  for (guint i = 0; i < self->settled->len; i++)
    {
      Settled *settled = g_ptr_array_index (self->settled, i);

      if (settled->source == source && settled->class_label == class_label &&
          ag_edit_state_equal (settled->state, state))
        return settled;
    }
  return NULL;
}

/* Settling. */

typedef struct
{
  AgBlendSession *session; /* to be touched on the main loop only */
  AgEditEngine *engine;
  Settled *settled;
  char *name;
  GError *error;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->engine, ag_edit_engine_unref);
  g_clear_pointer (&job->settled, settled_free);
  g_clear_error (&job->error);
  g_free (job->name);
  g_free (job);
}

static void
settle_run (gpointer data, const atomic_bool *cancel)
{
  Job *job = data;
  Settled *settled = job->settled;

  settled->subject = ag_blend_face_settle (job->engine, settled->source, settled->state,
                                           settled->class_label, cancel, &job->error);
}

static void
settle_done (gpointer data)
{
  Job *job = data;
  AgBlendSession *self = job->session;

  self->background = 0;
  if (job->engine != self->engine)
    return;
  if (job->error != NULL && !g_error_matches (job->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autofree char *message = g_strdup_printf ("%s: %s", job->name, job->error->message);

      ag_blend_session_problem (self, message);
    }
  if (self->settled->len == N_SETTLED)
    g_ptr_array_remove_index (self->settled, 0);
  g_ptr_array_add (self->settled, g_steal_pointer (&job->settled));
  ag_blend_session_update_subjects (self);
  ag_blend_session_pump (self);
}

static const AgWorkerJobKind settle_kind = { settle_run, settle_done, job_free };

gboolean
ag_blend_session_push_settle (AgBlendSession *self, AgWorker *worker)
{
  int class_label = get_class (self);

  for (guint k = 0; k < self->n_faces; k++)
    {
      AgEditSubject *source = ag_edit_face_get_subject (self->faces[k]);
      const AgEditState *state = get_state (self->faces[k]);
      Job *job;

      if (source == NULL || ag_blend_face_is_settled (source, state, class_label) ||
          find_settled (self, source, state, class_label) != NULL)
        continue;
      job = g_new0 (Job, 1);
      job->session = self;
      job->engine = ag_edit_engine_ref (self->engine);
      job->name = g_strdup (ag_edit_face_get_name (self->faces[k]));
      job->settled = g_new0 (Settled, 1);
      job->settled->source = ag_edit_subject_ref (source);
      job->settled->state = ag_edit_state_copy (state);
      job->settled->class_label = class_label;
      self->background = ag_worker_push (worker, &settle_kind, job);
      return TRUE;
    }
  return FALSE;
}

/* What a face goes into the blend as; NULL as long as that is not known. */
static AgEditSubject *
get_settled (AgBlendSession *self, guint place)
{
  AgEditFace *face = place < self->n_faces ? self->faces[place] : NULL;
  AgEditSubject *source = face != NULL ? ag_edit_face_get_subject (face) : NULL;
  int class_label = get_class (self);
  Settled *settled;

  if (source == NULL)
    return NULL;
  if (ag_blend_face_is_settled (source, get_state (face), class_label))
    return source;
  settled = find_settled (self, source, get_state (face), class_label);
  return settled != NULL ? settled->subject : NULL;
}

void
ag_blend_session_update_subjects (AgBlendSession *self)
{
  gboolean ready = self->n_faces >= 2 && self->engine != NULL, same = TRUE;
  AgEditSubject *subjects[AG_BLEND_MAX_FACES];

  if (self->closed)
    return;
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    {
      subjects[k] = get_settled (self, k);
      same = same && subjects[k] == self->subjects[k];
      ready = ready && (k >= self->n_faces || subjects[k] != NULL);
    }
  if (same && self->ready == ready)
    {
      ag_blend_session_pump (self);
      return;
    }
  ag_blend_session_cancel (self);
  ag_blend_session_clear_subjects (self);
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    self->subjects[k] = subjects[k] != NULL ? ag_edit_subject_ref (subjects[k]) : NULL;
  self->ready = ready;
  self->beyond = FALSE;
  /* Otherwise the last picture stays until the new one is there. */
  if (self->n_faces < 2)
    g_clear_pointer (&self->picture, ag_image_unref);
  ag_blend_session_emit (self, "picture-changed");
  ag_blend_session_path_changed (self);
  ag_blend_session_emit (self, "changed");
}

/* Which faces. */

/* While nobody looks it does not matter; it is asked for when somebody does. */
static void
history_changed (AgBlendSession *self)
{
  if (self->active)
    ag_blend_session_update_subjects (self);
}

static void
place_face (AgBlendSession *self, guint place, AgEditFace *face)
{
  if (self->faces[place] != NULL)
    g_clear_signal_handler (&self->handlers[place], self->faces[place]);
  g_set_object (&self->faces[place], face);
  /* One face may stand in two places; then it is heard of twice, which does no harm. */
  if (face != NULL)
    self->handlers[place] = g_signal_connect_object (face, "notify::face-picture",
                                                     G_CALLBACK (ag_blend_session_update_subjects),
                                                     self, G_CONNECT_SWAPPED);
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
  ag_blend_session_update_subjects (self);
  ag_blend_session_take_wanted (self);
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
  ag_blend_session_clear_subjects (self);
  g_ptr_array_set_size (self->settled, 0);
  g_clear_pointer (&self->picture, ag_image_unref);
  g_clear_pointer (&self->wanted, ag_blend_receipt_free);
  self->class_label = -1;
  self->ready = FALSE;
  shelf_changed (self);
  ag_blend_session_emit (self, "changed");
}

void
ag_blend_session_watch_faces (AgBlendSession *self)
{
  g_signal_connect_object (self->edit, "notify::state", G_CALLBACK (model_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->edit, "history-changed", G_CALLBACK (history_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ag_edit_session_get_faces (self->edit), "items-changed",
                           G_CALLBACK (shelf_changed), self, G_CONNECT_SWAPPED);
  model_changed (self);
  shelf_changed (self);
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
  ag_blend_session_update_subjects (self);
  ag_blend_session_emit (self, "changed");
}

guint
ag_blend_session_get_n_faces (AgBlendSession *self)
{
  g_return_val_if_fail (AG_IS_BLEND_SESSION (self), 0);
  return self->n_faces;
}
