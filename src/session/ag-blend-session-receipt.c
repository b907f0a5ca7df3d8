/* ag-blend-session-receipt.c: going on from a blend that was exported
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Its faces are taken from the shelf, opened or drawn once more; when all of them are there they
 * take their places. Until then what is wanted is remembered.
 */
#include "ag-blend-session-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ag-mixture.h"

static gboolean
same_sample (const AgSample *a, const AgSample *b, int n_levels)
{
  for (int l = 0; l < n_levels; l++)
    if (a->temperature[l] != b->temperature[l])
      return FALSE;
  return a->seed == b->seed && a->class_label == b->class_label;
}

/* The face of the shelf that a receipt is about; NULL if there is none. */
static AgEditFace *
find_face (AgBlendSession *self, const AgBlendReceiptFace *wanted, int n_levels)
{
  GListModel *shelf = ag_edit_session_get_faces (self->edit);

  for (guint i = 0; i < g_list_model_get_n_items (shelf); i++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (shelf, i);
      const AgSample *sample = ag_edit_face_get_sample (face);
      const char *hash = ag_edit_face_get_photo_hash (face);

      /* The shelf keeps it. */
      if (wanted->kind == AG_BLEND_FACE_PHOTO && hash != NULL &&
          g_strcmp0 (hash, wanted->edit->photo_hash) == 0)
        return face;
      if (wanted->kind == AG_BLEND_FACE_DRAWN && sample != NULL &&
          same_sample (sample, &wanted->sample, n_levels))
        return face;
    }
  return NULL;
}

void
ag_blend_session_take_wanted (AgBlendSession *self)
{
  AgEditFace *faces[AG_BLEND_MAX_FACES] = { NULL };
  g_autoptr (AgBlendReceipt) wanted = NULL;

  if (self->wanted == NULL)
    return;
  for (guint k = 0; k < self->wanted->n_faces; k++)
    {
      faces[k] = find_face (self, &self->wanted->faces[k], self->wanted->n_levels);
      if (faces[k] == NULL)
        return;
    }
  wanted = g_steal_pointer (&self->wanted);
  for (guint k = 0; k < wanted->n_faces; k++)
    ag_blend_session_set_face (self, k, faces[k]);
  while (ag_blend_session_get_n_faces (self) > wanted->n_faces)
    ag_blend_session_set_face (self, wanted->n_faces, NULL);
  if (wanted->places->len == 1)
    {
      const AgBlendPlace *place = &g_array_index (wanted->places, AgBlendPlace, 0);

      ag_blend_session_set_position (self, place->t, place->v);
    }
  else
    ag_blend_session_set_position (self, self->t,
                                   g_array_index (wanted->places, AgBlendPlace, 0).v);
}

/* Drawing one that is not on the shelf. */

static void
drawn (GObject *source, GAsyncResult *result, gpointer user_data)
{
  AgBlendSession *self = AG_BLEND_SESSION (source);
  g_autoptr (AgReceipt) edit = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgEditFace) face = g_task_propagate_pointer (G_TASK (result), &error);

  if (face != NULL)
    {
      ag_edit_session_apply_receipt (self->edit, face, edit);
      ag_blend_session_take_wanted (self);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ag_blend_session_problem (self, error->message);
}

static void
draw_wanted (AgBlendSession *self, const AgBlendReceiptFace *wanted)
{
  const AgGlowConfig *config = ag_blend_session_get_config (self);
  gsize n_dims = ag_glow_config_n_dims (config);
  float *numbers = g_new (float, n_dims);
  g_autoptr (GBytes) eps = g_bytes_new_take (numbers, n_dims * sizeof (float));
  GTask *task = g_task_new (self, NULL, drawn, ag_receipt_copy (wanted->edit));

  g_task_set_source_tag (task, draw_wanted);
  ag_mixture_sample_eps (ag_edit_engine_get_model (self->engine), wanted->sample.seed,
                         wanted->sample.temperature, numbers);
  ag_edit_session_keep (self->edit, wanted->edit->photo_name, eps, 1,
                        MIN (wanted->sample.class_label, MAX (config->classes - 1, 0)),
                        &wanted->sample, task);
}

static void
get_wanted (AgBlendSession *self, const AgBlendReceiptFace *wanted, GFile *beside)
{
  AgEditFace *face = find_face (self, wanted, self->wanted->n_levels);
  g_autofree char *message = NULL;

  if (wanted->kind == AG_BLEND_FACE_PHOTO)
    ag_edit_session_take_up (self->edit, wanted->edit, beside);
  else if (wanted->kind == AG_BLEND_FACE_DRAWN && face != NULL)
    ag_edit_session_apply_receipt (self->edit, face, wanted->edit);
  else if (wanted->kind == AG_BLEND_FACE_DRAWN)
    draw_wanted (self, wanted);
  else
    {
      /* Translators: %s is a face's name, for example “Blend at 50 %” */
      message = g_strdup_printf (_ ("The picture does not say what “%s” was made from"),
                                 wanted->edit->photo_name);
      ag_blend_session_problem (self, message);
    }
}

void
ag_blend_session_go_to_receipt (AgBlendSession *self, AgBlendReceipt *receipt, GFile *beside)
{
  const AgGlowConfig *config;
  gboolean likelier = FALSE;

  g_return_if_fail (AG_IS_BLEND_SESSION (self));

  g_clear_pointer (&self->wanted, ag_blend_receipt_free);
  if (self->closed || self->engine == NULL)
    {
      ag_blend_receipt_free (receipt);
      return;
    }
  config = ag_blend_session_get_config (self);
  for (guint i = 0; i < receipt->places->len; i++)
    likelier = likelier || g_array_index (receipt->places, AgBlendPlace, i).shrink != 1;
  ag_blend_session_set_kind (self, receipt->kind);
  for (int l = 0; l < MIN (config->levels, receipt->n_levels); l++)
    ag_blend_session_set_mix (self, (guint) l, receipt->mix[l]);
  ag_blend_session_set_class (self, receipt->class_label);
  ag_blend_session_set_likelier (self, likelier);
  self->wanted = receipt;
  for (guint k = 0; self->wanted == receipt && k < receipt->n_faces; k++)
    get_wanted (self, &receipt->faces[k], beside);
  ag_blend_session_take_wanted (self);
}
