/* ag-edit-face.c: a face on the shelf
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-face.h"

#include <string.h>

struct _AgEditFace
{
  GObject parent_instance;

  char *name;
  GFile *file;
  AgImage *photo;
  AgEditSubject *subject;
  AgInfluence *influence;
  AgEditHistory *history;
  double temperature;
  gboolean eyes_found;
  guint64 pending;
  AgEyes pending_eyes;
  int pending_class;

  GBytes *content;
  char *hash;
  GArray *faces;     /* of AgFace */
  GArray *unrefined; /* of AgEyes, as a face finder saw them */
  AgReceipt *receipt;
  guint64 seed;
  AgSample *sample; /* nullable */
};

enum
{
  PROP_0,
  PROP_NAME,
  PROP_FACE_PICTURE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AgEditFace, ag_edit_face, G_TYPE_OBJECT)

static void
ag_edit_face_finalize (GObject *object)
{
  AgEditFace *self = AG_EDIT_FACE (object);

  g_free (self->name);
  g_free (self->hash);
  g_free (self->sample);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_clear_pointer (&self->faces, g_array_unref);
  g_array_unref (self->unrefined);
  g_clear_pointer (&self->receipt, ag_receipt_free);
  g_clear_object (&self->file);
  g_clear_pointer (&self->photo, ag_image_unref);
  g_clear_pointer (&self->subject, ag_edit_subject_unref);
  g_clear_pointer (&self->influence, ag_influence_free);
  g_clear_pointer (&self->history, ag_edit_history_free);
  G_OBJECT_CLASS (ag_edit_face_parent_class)->finalize (object);
}

static void
ag_edit_face_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  AgEditFace *self = AG_EDIT_FACE (object);

  switch (id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_FACE_PICTURE:
      g_value_set_pointer (value, ag_edit_face_get_picture (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ag_edit_face_class_init (AgEditFaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ag_edit_face_finalize;
  object_class->get_property = ag_edit_face_get_property;

  properties[PROP_NAME] =
    g_param_spec_string ("name", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  /* An AgImage, which has no GType. */
  properties[PROP_FACE_PICTURE] =
    g_param_spec_pointer ("face-picture", NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ag_edit_face_init (AgEditFace *self)
{
  self->temperature = 1;
  self->unrefined = g_array_new (FALSE, FALSE, sizeof (AgEyes));
}

AgEditFace *
ag_edit_face_new_photo (const char *name,
                        GFile *file,
                        AgImage *photo,
                        const AgEyes *eyes,
                        gboolean eyes_found)
{
  AgEditFace *self = g_object_new (AG_TYPE_EDIT_FACE, NULL);
  g_autoptr (AgEditState) state = ag_edit_state_new (0);

  self->name = g_strdup (name);
  self->file = file != NULL ? g_object_ref (file) : NULL;
  self->photo = ag_image_ref (photo);
  self->eyes_found = eyes_found;
  state->eyes = *eyes;
  self->history = ag_edit_history_new (state);
  return self;
}

AgEditFace *
ag_edit_face_new_drawn (const char *name, AgEditSubject *subject)
{
  AgEditFace *self = g_object_new (AG_TYPE_EDIT_FACE, NULL);
  g_autoptr (AgEditState) state = ag_edit_state_new (0);

  self->name = g_strdup (name);
  self->subject = ag_edit_subject_ref (subject);
  self->temperature = subject->temperature;
  self->eyes_found = TRUE;
  state->temperature = subject->temperature;
  self->history = ag_edit_history_new (state);
  return self;
}

void
ag_edit_face_set_origin (AgEditFace *self,
                         GBytes *content,
                         const char *hash,
                         GArray *faces,
                         const AgReceipt *receipt)
{
  g_return_if_fail (AG_IS_EDIT_FACE (self));

  g_free (self->hash);
  g_clear_pointer (&self->content, g_bytes_unref);
  g_clear_pointer (&self->faces, g_array_unref);
  g_clear_pointer (&self->receipt, ag_receipt_free);
  self->content = content != NULL ? g_bytes_ref (content) : NULL;
  self->hash = g_strdup (hash);
  self->faces = faces != NULL ? g_array_copy (faces) : NULL;
  g_array_set_size (self->unrefined, 0);
  for (guint i = 0; faces != NULL && i < faces->len; i++)
    g_array_append_val (self->unrefined, g_array_index (faces, AgFace, i).eyes);
  self->receipt = receipt != NULL ? ag_receipt_copy (receipt) : NULL;
}

const char *
ag_edit_face_get_photo_hash (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->hash;
}

GBytes *
ag_edit_face_get_content (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->content;
}

const AgReceipt *
ag_edit_face_get_receipt (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->receipt;
}

GArray *
ag_edit_face_get_faces (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->faces;
}

guint64
ag_edit_face_get_seed (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), 0);
  return self->seed;
}

void
ag_edit_face_set_seed (AgEditFace *self, guint64 seed)
{
  g_return_if_fail (AG_IS_EDIT_FACE (self));
  self->seed = seed;
}

const AgSample *
ag_edit_face_get_sample (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->sample;
}

void
ag_edit_face_set_sample (AgEditFace *self, const AgSample *sample)
{
  g_return_if_fail (AG_IS_EDIT_FACE (self));

  g_free (self->sample);
  self->sample = g_memdup2 (sample, sizeof *sample);
}

const char *
ag_edit_face_get_name (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->name;
}

GFile *
ag_edit_face_get_file (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->file;
}

AgImage *
ag_edit_face_get_photo (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->photo;
}

AgImage *
ag_edit_face_get_picture (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->subject != NULL ? self->subject->face : NULL;
}

AgEditSubject *
ag_edit_face_get_subject (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->subject;
}

void
ag_edit_face_set_subject (AgEditFace *self, AgEditSubject *subject)
{
  g_return_if_fail (AG_IS_EDIT_FACE (self));

  g_clear_pointer (&self->influence, ag_influence_free);
  g_clear_pointer (&self->subject, ag_edit_subject_unref);
  if (subject != NULL)
    self->subject = ag_edit_subject_ref (subject);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FACE_PICTURE]);
}

AgInfluence *
ag_edit_face_get_influence (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->influence;
}

void
ag_edit_face_take_influence (AgEditFace *self, AgInfluence *influence)
{
  g_return_if_fail (AG_IS_EDIT_FACE (self));
  g_clear_pointer (&self->influence, ag_influence_free);
  self->influence = influence;
}

gboolean
ag_edit_face_get_eyes_found (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), FALSE);
  return self->eyes_found;
}

void
ag_edit_face_set_eyes_found (AgEditFace *self, gboolean found)
{
  g_return_if_fail (AG_IS_EDIT_FACE (self));
  self->eyes_found = found;
}

gboolean
ag_edit_face_get_can_refine (AgEditFace *self)
{
  const AgEyes *eyes;

  g_return_val_if_fail (AG_IS_EDIT_FACE (self), FALSE);

  eyes = &ag_edit_history_get (self->history)->eyes;
  for (guint i = 0; i < self->unrefined->len; i++)
    if (ag_eyes_equal (&g_array_index (self->unrefined, AgEyes, i), eyes))
      return TRUE;
  return FALSE;
}

void
ag_edit_face_settle_eyes (AgEditFace *self, const AgEyes *eyes)
{
  g_return_if_fail (AG_IS_EDIT_FACE (self));

  for (guint i = self->unrefined->len; i-- > 0;)
    if (ag_eyes_equal (&g_array_index (self->unrefined, AgEyes, i), eyes))
      g_array_remove_index_fast (self->unrefined, i);
}

void
ag_edit_face_refine_eyes (AgEditFace *self, const AgEyes *from, const AgEyes *to)
{
  g_return_if_fail (AG_IS_EDIT_FACE (self));

  ag_edit_history_correct_eyes (self->history, from, to);
  for (guint i = 0; self->faces != NULL && i < self->faces->len; i++)
    {
      AgFace *face = &g_array_index (self->faces, AgFace, i);

      if (ag_eyes_equal (&face->eyes, from))
        face->eyes = *to;
    }
  ag_edit_face_settle_eyes (self, from);
}

guint64
ag_edit_face_get_pending (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), 0);
  return self->pending;
}

void
ag_edit_face_set_pending (AgEditFace *self, guint64 job, const AgEditState *state)
{
  g_return_if_fail (AG_IS_EDIT_FACE (self));
  g_return_if_fail ((job != 0) == (state != NULL));

  self->pending = job;
  if (state == NULL)
    return;
  self->pending_eyes = state->eyes;
  self->pending_class = state->class_label;
}

gboolean
ag_edit_face_is_pending (AgEditFace *self, const AgEditState *state)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), FALSE);

  return self->pending != 0 && ag_eyes_equal (&self->pending_eyes, &state->eyes) &&
         self->pending_class == state->class_label;
}

void
ag_edit_face_reset (AgEditFace *self, guint n_values)
{
  g_autoptr (AgEditState) state = NULL;

  g_return_if_fail (AG_IS_EDIT_FACE (self));

  state = ag_edit_state_new (n_values);
  state->temperature = self->temperature;
  state->eyes = ag_edit_history_get (self->history)->eyes;
  ag_edit_history_free (self->history);
  self->history = ag_edit_history_new (state);
}

AgEditHistory *
ag_edit_face_get_history (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);
  return self->history;
}

AgEditState *
ag_edit_face_get_neutral (AgEditFace *self)
{
  const AgEditState *present;
  AgEditState *neutral;

  g_return_val_if_fail (AG_IS_EDIT_FACE (self), NULL);

  present = ag_edit_history_get (self->history);
  neutral = ag_edit_state_new (present->n_values);
  neutral->temperature = self->temperature;
  neutral->eyes = present->eyes;
  neutral->class_label = present->class_label;
  memcpy (neutral->locked, present->locked, present->n_values * sizeof (bool));
  return neutral;
}

double
ag_edit_face_get_neutral_temperature (AgEditFace *self)
{
  g_return_val_if_fail (AG_IS_EDIT_FACE (self), 1);
  return self->temperature;
}
