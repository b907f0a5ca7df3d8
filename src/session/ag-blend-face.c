/* ag-blend-face.c: a face as it goes into a blend
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-face.h"

gboolean
ag_blend_face_is_settled (AgEditSubject *subject, const AgEditState *state, int class_label)
{
  return ag_edit_subject_is_neutral (subject, state) &&
         (subject->class_label < 0 || subject->class_label == class_label);
}

/* What the edited face decodes to, in N floats, wherever the mask is. */
static GBytes *
decode_edit (AgEditEngine *engine,
             AgEditSubject *subject,
             const AgEditState *state,
             const atomic_bool *cancel,
             GError **error)
{
  g_autoptr (GBytes) values = NULL;
  g_autoptr (AgEditState) rest = NULL, at = NULL;
  AgSanity sanity;
  double limit;

  values = ag_edit_engine_decode (engine, subject, state, &sanity, cancel, error);
  if (values == NULL)
    return NULL;
  if (sanity == AG_SANITY_GOOD)
    return g_steal_pointer (&values);

  rest = ag_edit_state_copy (state);
  for (guint i = 0; i < rest->n_values; i++)
    rest->values[i] = 0;
  rest->temperature = subject->temperature;
  if (!ag_edit_engine_find_limit (engine, subject, rest, state, &limit, cancel, error))
    return NULL;
  g_clear_pointer (&values, g_bytes_unref);
  at = ag_edit_state_mix (rest, state, limit);
  values = ag_edit_engine_decode (engine, subject, at, &sanity, cancel, error);
  return g_steal_pointer (&values);
}

AgEditSubject *
ag_blend_face_settle (AgEditEngine *engine,
                      AgEditSubject *subject,
                      const AgEditState *state,
                      int class_label,
                      const atomic_bool *cancel,
                      GError **error)
{
  gboolean neutral = ag_edit_subject_is_neutral (subject, state);
  const AgGlowConfig *config = ag_glow_config (ag_edit_engine_get_model (engine)->glow);
  g_autoptr (AgEditSubject) settled = NULL;
  g_autoptr (GBytes) decoded = NULL, values = NULL, eps = NULL;
  double bits_per_dim;

  if (ag_blend_face_is_settled (subject, state, class_label))
    return ag_edit_subject_ref (subject);
  decoded =
    neutral ? g_bytes_ref (subject->base) : decode_edit (engine, subject, state, cancel, error);
  if (decoded == NULL)
    return NULL;
  values = neutral ? g_bytes_ref (decoded)
                   : ag_edit_engine_limit_to_mask (engine, subject, state->mask, decoded);
  if (!ag_edit_engine_judge (engine, values, class_label, &bits_per_dim, &eps, cancel, error))
    return NULL;
  settled = ag_edit_subject_new (eps, values);
  settled->seen_eps = g_bytes_ref (eps);
  settled->is_grey = subject->is_grey;
  settled->bits_per_dim = bits_per_dim;
  if (config->classes > 0)
    settled->class_label = settled->asked_class = class_label;
  if (subject->photo == NULL)
    {
      settled->face = ag_codec_image_from_values (config, g_bytes_get_data (values, NULL));
      return g_steal_pointer (&settled);
    }
  settled->alignment = subject->alignment;
  settled->photo = neutral ? ag_image_ref (subject->photo)
                           : ag_edit_engine_apply (engine, subject, decoded, state->mask);
  settled->face = ag_alignment_crop (&settled->alignment, settled->photo, AG_EDIT_FACE_SIZE);
  return g_steal_pointer (&settled);
}
