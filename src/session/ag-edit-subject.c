/* ag-edit-subject.c: a face made ready for editing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-engine.h"

#include "ag-direction-change.h"
#include "ag-direction.h"

AgEditSubject *
ag_edit_subject_new (GBytes *eps, GBytes *base)
{
  static _Atomic guint64 n_subjects;
  AgEditSubject *subject = g_new0 (AgEditSubject, 1);

  subject->eps = g_bytes_ref (eps);
  subject->base = g_bytes_ref (base);
  subject->temperature = 1;
  subject->class_label = subject->asked_class = -1;
  subject->serial = atomic_fetch_add (&n_subjects, 1) + 1;
  g_atomic_ref_count_init (&subject->ref_count);
  return subject;
}

AgEditSubject *
ag_edit_subject_ref (AgEditSubject *subject)
{
  g_atomic_ref_count_inc (&subject->ref_count);
  return subject;
}

void
ag_edit_subject_unref (AgEditSubject *subject)
{
  if (subject == NULL || !g_atomic_ref_count_dec (&subject->ref_count))
    return;
  g_clear_pointer (&subject->photo, ag_image_unref);
  g_clear_pointer (&subject->face, ag_image_unref);
  g_clear_pointer (&subject->seen_eps, g_bytes_unref);
  g_free (subject->projections);
  g_free (subject->ends);
  g_free (atomic_load (&subject->measured_ends));
  g_bytes_unref (subject->eps);
  g_bytes_unref (subject->base);
  g_free (subject);
}

void
ag_edit_subject_project (AgEditSubject *subject, const AgModel *model)
{
  const float *eps = g_bytes_get_data (subject->eps, NULL);
  gsize n_dims = g_bytes_get_size (subject->eps) / sizeof (float);

  g_free (subject->projections);
  g_free (subject->ends);
  g_free (atomic_exchange (&subject->measured_ends, NULL));
  subject->projections = g_new (double, model->attributes->len);
  subject->ends = g_new (AgDirectionEnds, model->attributes->len + 1);
  for (guint i = 0; i < model->attributes->len; i++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, i);

      subject->projections[i] =
        ag_direction_project (attribute->direction, eps, n_dims) - attribute->mean_projection;
      subject->ends[i] = ag_direction_get_ends (attribute, subject->projections[i]);
    }
}

const AgDirectionEnds *
ag_edit_subject_get_ends (AgEditSubject *subject)
{
  const AgDirectionEnds *measured = atomic_load (&subject->measured_ends);

  return measured != NULL ? measured : subject->ends;
}

gboolean
ag_edit_subject_measure_ends (AgEditSubject *subject,
                              AgCodec *codec,
                              const atomic_bool *cancel,
                              GError **error)
{
  g_autoptr (AgDirectionSet) set = NULL;
  g_autofree AgDirectionEnds *ends = NULL;
  const int *classes = ag_codec_get_config (codec)->classes > 0 ? &subject->class_label : NULL;

  if (atomic_load (&subject->measured_ends) != NULL)
    return TRUE;
  set = ag_direction_set_new (ag_codec_get_model (codec), NULL);
  ends = g_new (AgDirectionEnds, set->n + 1);
  if (!ag_direction_find_ends (codec, set, classes, g_bytes_get_data (subject->eps, NULL),
                               subject->temperature, g_bytes_get_data (subject->base, NULL), ends,
                               cancel, error))
    return FALSE;
  atomic_store (&subject->measured_ends, g_steal_pointer (&ends));
  return TRUE;
}

bool
ag_edit_subject_is_neutral (AgEditSubject *subject, const AgEditState *state)
{
  return ag_edit_state_is_neutral (state, subject->temperature);
}
