/* ag-edit-state.c: what the controls of one face say, and how that came about
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-state.h"

#include <string.h>

/* A state is some hundred bytes; this is a long day's work. */
#define MAX_STEPS 1000

typedef struct
{
  AgEditState *state;
  char *key;
} Step;

struct AgEditHistory
{
  GPtrArray *steps;
  guint present;
  bool sealed;
};

AgEditState *
ag_edit_state_new (guint n_values)
{
  AgEditState *state = g_new0 (AgEditState, 1);

  state->n_values = n_values;
  state->values = g_new0 (double, MAX (n_values, 1));
  state->locked = g_new0 (bool, MAX (n_values, 1));
  for (int level = 0; level < AG_MAX_LEVELS; level++)
    state->strength[level] = 1;
  state->temperature = 1;
  state->class_label = -1;
  return state;
}

AgEditState *
ag_edit_state_copy (const AgEditState *state)
{
  AgEditState *copy = ag_edit_state_new (state->n_values);

  memcpy (copy->values, state->values, state->n_values * sizeof (double));
  ag_edit_state_take_sense (copy, state);
  ag_edit_state_set_mask (copy, state->mask);
  copy->temperature = state->temperature;
  copy->eyes = state->eyes;
  copy->class_label = state->class_label;
  return copy;
}

void
ag_edit_state_free (AgEditState *state)
{
  if (state == NULL)
    return;
  g_clear_pointer (&state->mask, g_bytes_unref);
  g_free (state->values);
  g_free (state->locked);
  g_free (state);
}

bool
ag_edit_state_same_sense (const AgEditState *a, const AgEditState *b)
{
  for (int level = 0; level < AG_MAX_LEVELS; level++)
    if (a->strength[level] != b->strength[level])
      return false;
  return a->n_values == b->n_values &&
         memcmp (a->locked, b->locked, a->n_values * sizeof (bool)) == 0;
}

void
ag_edit_state_take_sense (AgEditState *state, const AgEditState *from)
{
  g_return_if_fail (state->n_values == from->n_values);

  memcpy (state->strength, from->strength, sizeof state->strength);
  memcpy (state->locked, from->locked, state->n_values * sizeof (bool));
}

void
ag_edit_state_set_mask (AgEditState *state, GBytes *mask)
{
  if (mask != NULL)
    g_bytes_ref (mask);
  g_clear_pointer (&state->mask, g_bytes_unref);
  state->mask = mask;
}

static bool
same_mask (const AgEditState *a, const AgEditState *b)
{
  return a->mask == b->mask ||
         (a->mask != NULL && b->mask != NULL && g_bytes_equal (a->mask, b->mask));
}

static bool
mask_is_empty (GBytes *mask)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (mask, &size);

  for (gsize i = 0; i < size; i++)
    if (bytes[i] != 0)
      return false;
  return true;
}

bool
ag_edit_state_moves_sliders (const AgEditState *state)
{
  for (guint i = 0; i < state->n_values; i++)
    if (state->values[i] != 0)
      return true;
  return false;
}

bool
ag_edit_state_is_neutral (const AgEditState *state, double temperature)
{
  bool moved = state->temperature != temperature;
  bool any_strength = false;

  for (int level = 0; level < AG_MAX_LEVELS; level++)
    any_strength = any_strength || state->strength[level] != 0;
  moved = moved || (any_strength && ag_edit_state_moves_sliders (state));
  return !moved || (state->mask != NULL && mask_is_empty (state->mask));
}

bool
ag_edit_state_equal (const AgEditState *a, const AgEditState *b)
{
  if (!ag_edit_state_same_sense (a, b) || a->temperature != b->temperature ||
      a->class_label != b->class_label)
    return false;
  for (guint i = 0; i < a->n_values; i++)
    if (a->values[i] != b->values[i])
      return false;
  return ag_eyes_equal (&a->eyes, &b->eyes) && same_mask (a, b);
}

AgEditState *
ag_edit_state_mix (const AgEditState *a, const AgEditState *b, double t)
{
  AgEditState *mix = ag_edit_state_copy (b);

  g_return_val_if_fail (a->n_values == b->n_values, mix);

  for (guint i = 0; i < mix->n_values; i++)
    mix->values[i] = (1 - t) * a->values[i] + t * b->values[i];
  for (int level = 0; level < AG_MAX_LEVELS; level++)
    mix->strength[level] = (1 - t) * a->strength[level] + t * b->strength[level];
  mix->temperature = (1 - t) * a->temperature + t * b->temperature;
  return mix;
}

static Step *
step_new (const AgEditState *state, const char *key)
{
  Step *step = g_new0 (Step, 1);

  step->state = ag_edit_state_copy (state);
  step->key = g_strdup (key);
  return step;
}

static void
step_free (gpointer data)
{
  Step *step = data;

  ag_edit_state_free (step->state);
  g_free (step->key);
  g_free (step);
}

static Step *
get_step (AgEditHistory *self, guint index)
{
  return g_ptr_array_index (self->steps, index);
}

AgEditHistory *
ag_edit_history_new (const AgEditState *initial)
{
  AgEditHistory *self = g_new0 (AgEditHistory, 1);

  self->steps = g_ptr_array_new_with_free_func (step_free);
  g_ptr_array_add (self->steps, step_new (initial, NULL));
  self->sealed = true;
  return self;
}

void
ag_edit_history_free (AgEditHistory *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->steps);
  g_free (self);
}

const AgEditState *
ag_edit_history_get (AgEditHistory *self)
{
  return get_step (self, self->present)->state;
}

void
ag_edit_history_record (AgEditHistory *self, const AgEditState *state, const char *key)
{
  Step *present = get_step (self, self->present);

  if (ag_edit_state_equal (present->state, state))
    return;

  g_ptr_array_set_size (self->steps, (gint) self->present + 1);
  if (!self->sealed && g_strcmp0 (present->key, key) == 0)
    {
      ag_edit_state_free (present->state);
      present->state = ag_edit_state_copy (state);
      return;
    }
  ag_edit_history_seal (self);
  g_ptr_array_add (self->steps, step_new (state, key));
  if (self->steps->len > MAX_STEPS)
    g_ptr_array_remove_index (self->steps, 0);
  self->present = self->steps->len - 1;
  self->sealed = false;
}

void
ag_edit_history_correct_eyes (AgEditHistory *self, const AgEyes *from, const AgEyes *to)
{
  for (guint i = 0; i < self->steps->len; i++)
    {
      AgEditState *state = get_step (self, i)->state;

      if (ag_eyes_equal (&state->eyes, from))
        state->eyes = *to;
    }
}

void
ag_edit_history_seal (AgEditHistory *self)
{
  if (self->sealed)
    return;
  self->sealed = true;
  if (ag_edit_state_equal (get_step (self, self->present)->state,
                           get_step (self, self->present - 1)->state))
    {
      g_ptr_array_remove_index (self->steps, self->present);
      self->present--;
    }
}

bool
ag_edit_history_can_undo (AgEditHistory *self)
{
  return self->present > 0;
}

bool
ag_edit_history_can_redo (AgEditHistory *self)
{
  return self->present + 1 < self->steps->len;
}

bool
ag_edit_history_undo (AgEditHistory *self)
{
  ag_edit_history_seal (self);
  if (!ag_edit_history_can_undo (self))
    return false;
  self->present--;
  return true;
}

bool
ag_edit_history_redo (AgEditHistory *self)
{
  ag_edit_history_seal (self);
  if (!ag_edit_history_can_redo (self))
    return false;
  self->present++;
  return true;
}

guint
ag_edit_history_get_n_steps (AgEditHistory *self)
{
  return self->steps->len;
}

guint
ag_edit_history_get_present (AgEditHistory *self)
{
  return self->present;
}

const AgEditState *
ag_edit_history_peek (AgEditHistory *self, guint step, const char **key)
{
  g_return_val_if_fail (step < self->steps->len, NULL);

  if (key != NULL)
    *key = get_step (self, step)->key;
  return get_step (self, step)->state;
}

bool
ag_edit_history_go (AgEditHistory *self, guint step)
{
  ag_edit_history_seal (self);
  if (step >= self->steps->len || step == self->present)
    return false;
  self->present = step;
  return true;
}
