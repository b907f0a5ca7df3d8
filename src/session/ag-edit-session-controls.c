/* ag-edit-session-controls.c: what sliders and handles set, and its history
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-session-private.h"

#include <math.h>

/* Changes of one control that follow each other this closely are one step of the history. */
#define SAME_STEP_US G_USEC_PER_SEC

guint
ag_edit_session_get_n_values (AgEditSession *self)
{
  AgModel *model = ag_edit_session_get_model (self);

  return model != NULL ? model->attributes->len : 0;
}

double
ag_edit_session_get_value (AgEditSession *self, guint index)
{
  const AgEditState *state;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 0);

  state = ag_edit_session_get_present (self);
  return state != NULL && index < state->n_values ? state->values[index] : 0;
}

void
ag_edit_session_change (AgEditSession *self, const AgEditState *state, const char *key)
{
  AgEditHistory *history = ag_edit_face_get_history (self->face);
  gint64 now = g_get_monotonic_time ();

  if (ag_edit_state_equal (ag_edit_history_get (history), state))
    return;
  if (!self->dragging && now - self->last_change > SAME_STEP_US)
    ag_edit_history_seal (history);
  self->last_change = now;
  ag_edit_history_record (history, state, key);
  ag_edit_session_notify_history (self);
  ag_edit_session_describe (self, self->face);
  ag_edit_session_update (self);
}

void
ag_edit_session_set_value (AgEditSession *self, guint index, double value)
{
  g_autoptr (AgEditState) state = NULL;
  g_autofree char *key = g_strdup_printf ("value %u", index);
  double lower, upper;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (isfinite (value));

  if (self->closed || self->face == NULL || index >= ag_edit_session_get_present (self)->n_values)
    return;
  state = ag_edit_state_copy (ag_edit_session_get_present (self));
  ag_edit_session_get_ends (self, index, &lower, &upper);
  state->values[index] = CLAMP (value, lower, upper);
  ag_edit_session_change (self, state, key);
}

double
ag_edit_session_get_temperature (AgEditSession *self)
{
  const AgEditState *state;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 1);

  state = ag_edit_session_get_present (self);
  return state != NULL ? state->temperature : 1;
}

void
ag_edit_session_set_temperature (AgEditSession *self, double temperature)
{
  g_autoptr (AgEditState) state = NULL;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (isfinite (temperature) && temperature >= 0);

  if (self->closed || self->face == NULL)
    return;
  state = ag_edit_state_copy (ag_edit_session_get_present (self));
  state->temperature = temperature;
  ag_edit_session_change (self, state, "temperature");
}

double
ag_edit_session_get_neutral_temperature (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 1);

  return self->face != NULL ? ag_edit_face_get_neutral_temperature (self->face) : 1;
}

guint
ag_edit_session_get_n_levels (AgEditSession *self)
{
  AgModel *model = ag_edit_session_get_model (self);

  return model != NULL ? (guint) ag_glow_config (model->glow)->levels : 0;
}

double
ag_edit_session_get_strength (AgEditSession *self, guint level)
{
  const AgEditState *state;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 1);

  state = ag_edit_session_get_present (self);
  return state != NULL && level < AG_MAX_LEVELS ? state->strength[level] : 1;
}

void
ag_edit_session_set_strength (AgEditSession *self, guint level, double strength)
{
  g_autoptr (AgEditState) state = NULL;
  g_autofree char *key = g_strdup_printf ("strength %u", level);

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (isfinite (strength));

  if (self->closed || self->face == NULL || level >= ag_edit_session_get_n_levels (self))
    return;
  state = ag_edit_state_copy (ag_edit_session_get_present (self));
  state->strength[level] = strength;
  ag_edit_session_change (self, state, key);
}

gboolean
ag_edit_session_get_locked (AgEditSession *self, guint index)
{
  const AgEditState *state;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);

  state = ag_edit_session_get_present (self);
  return state != NULL && index < state->n_values && state->locked[index];
}

void
ag_edit_session_set_locked (AgEditSession *self, guint index, gboolean locked)
{
  g_autoptr (AgEditState) state = NULL;
  g_autofree char *key = g_strdup_printf ("lock %u", index);

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->closed || self->face == NULL || index >= ag_edit_session_get_present (self)->n_values)
    return;
  state = ag_edit_state_copy (ag_edit_session_get_present (self));
  state->locked[index] = locked != FALSE;
  ag_edit_session_change (self, state, key);
}

gboolean
ag_edit_session_get_projection (AgEditSession *self, guint index, double *position)
{
  AgEditSubject *subject;
  AgModel *model;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);

  subject = ag_edit_session_get_subject (self);
  model = ag_edit_session_get_model (self);
  if (subject == NULL || model == NULL || index >= model->attributes->len ||
      subject->projections == NULL)
    return FALSE;
  *position = subject->projections[index];
  return isfinite (*position);
}

void
ag_edit_session_get_ends (AgEditSession *self, guint index, double *lower, double *upper)
{
  const AgDirectionEnds *ends;
  AgEditSubject *subject;
  AgModel *model;

  *lower = -INFINITY;
  *upper = INFINITY;
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  subject = ag_edit_session_get_subject (self);
  model = ag_edit_session_get_model (self);
  ends = subject != NULL ? ag_edit_subject_get_ends (subject) : NULL;
  if (ends == NULL || model == NULL || index >= model->attributes->len)
    return;
  *lower = ends[index].lower;
  *upper = ends[index].upper;
}

gboolean
ag_edit_session_get_eyes (AgEditSession *self, AgEyes *eyes)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), FALSE);

  if (self->face == NULL || ag_edit_face_get_photo (self->face) == NULL)
    return FALSE;
  *eyes = ag_edit_session_get_present (self)->eyes;
  return TRUE;
}

void
ag_edit_session_set_eyes (AgEditSession *self, const AgEyes *eyes)
{
  g_autoptr (AgEditState) state = NULL;
  AgAlignment alignment;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->closed || self->face == NULL || ag_edit_face_get_photo (self->face) == NULL ||
      !ag_alignment_from_eyes (eyes, &alignment))
    return;
  state = ag_edit_state_copy (ag_edit_session_get_present (self));
  state->eyes = *eyes;
  ag_edit_face_set_eyes_found (self->face, TRUE);
  ag_edit_session_change (self, state, "eyes");
}

guint
ag_edit_session_get_n_classes (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 0);

  return self->engine != NULL ? (guint) ag_edit_engine_get_n_classes (self->engine) : 0;
}

int
ag_edit_session_get_class (AgEditSession *self)
{
  AgEditSubject *subject;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), -1);

  if (self->face == NULL)
    return -1;
  /* A face that was drawn has the class that it was drawn under. */
  subject = ag_edit_face_get_photo (self->face) == NULL ? ag_edit_session_get_subject (self) : NULL;
  return subject != NULL ? subject->class_label : ag_edit_session_get_present (self)->class_label;
}

void
ag_edit_session_set_class (AgEditSession *self, int class_label)
{
  g_autoptr (AgEditState) state = NULL;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (class_label >= -1);

  if (self->closed || self->face == NULL || ag_edit_face_get_photo (self->face) == NULL ||
      class_label >= (int) ag_edit_session_get_n_classes (self))
    return;
  state = ag_edit_state_copy (ag_edit_session_get_present (self));
  state->class_label = class_label;
  ag_edit_session_change (self, state, "class");
}

void
ag_edit_session_begin_drag (AgEditSession *self)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  self->dragging = TRUE;
  if (self->face != NULL)
    ag_edit_history_seal (ag_edit_face_get_history (self->face));
}

void
ag_edit_session_end_drag (AgEditSession *self)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  self->dragging = FALSE;
  if (self->face == NULL)
    return;
  ag_edit_history_seal (ag_edit_face_get_history (self->face));
  ag_edit_session_notify_history (self);
}

gboolean
ag_edit_session_is_neutral (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), TRUE);

  return self->face == NULL ||
         ag_edit_state_is_neutral (ag_edit_session_get_present (self),
                                   ag_edit_face_get_neutral_temperature (self->face));
}

gboolean
ag_edit_session_is_reset (AgEditSession *self)
{
  g_autoptr (AgEditState) neutral = NULL;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), TRUE);

  if (self->face == NULL)
    return TRUE;
  neutral = ag_edit_face_get_neutral (self->face);
  return ag_edit_state_equal (neutral, ag_edit_session_get_present (self));
}

void
ag_edit_session_replace (AgEditSession *self, const AgEditState *state, const char *key)
{
  AgEditHistory *history = ag_edit_face_get_history (self->face);

  ag_edit_history_seal (history);
  ag_edit_history_record (history, state, key);
  ag_edit_history_seal (history);
  ag_edit_session_controls_replaced (self);
}

void
ag_edit_session_reset (AgEditSession *self)
{
  g_autoptr (AgEditState) neutral = NULL;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->closed || self->face == NULL)
    return;
  neutral = ag_edit_face_get_neutral (self->face);
  ag_edit_session_replace (self, neutral, "reset");
}
