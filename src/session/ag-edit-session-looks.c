/* ag-edit-session-looks.c: looks and receipts given to faces, and the faces of a photo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-session-private.h"

#include <glib/gi18n-lib.h>

AgLook *
ag_edit_session_make_look (AgEditSession *self, const char *name)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);

  if (self->face == NULL || self->engine == NULL)
    return ag_look_new (name);
  return ag_look_from_state (name, ag_edit_session_get_model (self),
                             ag_edit_session_get_present (self),
                             ag_edit_face_get_neutral_temperature (self->face));
}

static void
tell_missing (AgEditSession *self, const char *what, const char *missing)
{
  g_autofree char *message = NULL;

  if (missing == NULL)
    return;
  message = g_strdup_printf (_ ("%s: left out, since it is not to be had here: %s"), what, missing);
  ag_edit_session_problem (self, message);
}

void
ag_edit_session_apply_look (AgEditSession *self, const AgLook *look)
{
  g_autoptr (AgEditState) state = NULL;
  g_autofree char *key = NULL, *missing = NULL;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (look != NULL);

  if (self->closed || self->face == NULL || self->engine == NULL)
    return;
  state = ag_edit_state_copy (ag_edit_session_get_present (self));
  missing = ag_look_apply (look, ag_edit_session_get_model (self), state,
                           ag_edit_face_get_neutral_temperature (self->face));
  key = g_strconcat ("look ", look->name != NULL ? look->name : "", NULL);
  ag_edit_session_replace (self, state, key);
  tell_missing (self, look->name != NULL ? look->name : _ ("Look"), missing);
}

void
ag_edit_session_apply_receipt (AgEditSession *self, AgEditFace *face, const AgReceipt *receipt)
{
  AgEditHistory *history = ag_edit_face_get_history (face);
  g_autoptr (AgEditState) state = ag_edit_state_copy (ag_edit_history_get (history));
  g_autofree char *missing = NULL;

  if (self->engine == NULL || state->n_values != ag_edit_session_get_n_values (self))
    return;
  missing = ag_look_apply (receipt->look, ag_edit_session_get_model (self), state,
                           ag_edit_face_get_neutral_temperature (face));
  ag_edit_state_set_mask (state, receipt->mask);
  if (receipt->photo_class < ag_edit_engine_get_n_classes (self->engine))
    state->class_label = receipt->photo_class;
  ag_edit_history_seal (history);
  ag_edit_history_record (history, state, "receipt");
  ag_edit_history_seal (history);
  if (face == self->face)
    ag_edit_session_controls_replaced (self);
  tell_missing (self, ag_edit_face_get_name (face), missing);
  if (g_strcmp0 (receipt->model_hash, ag_edit_engine_get_hash (self->engine)) != 0)
    {
      g_autofree char *message =
        g_strdup_printf (_ ("%s was edited with another model (%s); it will look different"),
                         ag_edit_face_get_name (face), receipt->model_name);

      ag_edit_session_problem (self, message);
    }
}

/* The faces of a photo. */

/* The @index-th face of the photo; NULL if there are fewer. */
static const AgFace *
get_face (AgEditSession *self, guint index)
{
  GArray *faces = self->face != NULL ? ag_edit_face_get_faces (self->face) : NULL;

  return faces != NULL && index < faces->len ? &g_array_index (faces, AgFace, index) : NULL;
}

guint
ag_edit_session_get_n_photo_faces (AgEditSession *self)
{
  GArray *faces;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 0);

  faces = self->face != NULL ? ag_edit_face_get_faces (self->face) : NULL;
  return faces != NULL ? faces->len : 0;
}

void
ag_edit_session_get_photo_face (AgEditSession *self, guint index, AgFace *face)
{
  const AgFace *found;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  found = get_face (self, index);
  g_return_if_fail (found != NULL);
  *face = *found;
}

int
ag_edit_session_get_photo_face_index (AgEditSession *self)
{
  const AgFace *face;
  AgEyes eyes;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), -1);

  if (!ag_edit_session_get_eyes (self, &eyes))
    return -1;
  /* The one whose box the middle between the eyes is in. */
  for (guint i = 0; (face = get_face (self, i)) != NULL; i++)
    {
      double x = (eyes.left_x + eyes.right_x) / 2 - face->x;
      double y = (eyes.left_y + eyes.right_y) / 2 - face->y;

      if (x >= 0 && y >= 0 && x < face->width && y < face->height)
        return (int) i;
    }
  return -1;
}

void
ag_edit_session_choose_photo_face (AgEditSession *self, guint index)
{
  g_autoptr (AgEditState) state = NULL;
  AgAlignment alignment;
  AgFace face;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (index < ag_edit_session_get_n_photo_faces (self));

  ag_edit_session_get_photo_face (self, index, &face);
  if (self->closed || !ag_alignment_from_eyes (&face.eyes, &alignment))
    return;
  state = ag_edit_face_get_neutral (self->face);
  state->eyes = face.eyes;
  ag_edit_face_set_eyes_found (self->face, face.eyes_found);
  ag_edit_session_replace (self, state, "face");
}

gboolean
ag_edit_session_get_outside (AgEditSession *self, double *share)
{
  AgAlignment square;
  AgImage *photo;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);

  photo = self->face != NULL ? ag_edit_face_get_photo (self->face) : NULL;
  if (photo == NULL || !ag_edit_session_get_square (self, &square))
    return FALSE;
  *share = ag_alignment_get_outside (&square, photo->width, photo->height);
  return TRUE;
}
