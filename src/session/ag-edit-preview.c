/* ag-edit-preview.c: what a picture will look like, before a slow model has drawn it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-preview.h"

#define N_POSITIONS 4

/* Distances from rest, the near ones first, which is the order they are decoded in. */
static const double slider_positions[N_POSITIONS] = { 1, -1, 2, -2 };
static const double temperature_positions[N_POSITIONS] = { -0.25, 0.25, -0.5, 0.5 };

typedef struct
{
  gboolean tried;
  GBytes *values; /* NULL if that was no picture */
} Anchor;

struct AgEditPreview
{
  AgEditSubject *subject;
  AgEditState *rest; /* of the sense that anchors are decoded in, nothing moved */
  guint n_values;
  Anchor (*anchors)[N_POSITIONS]; /* of each slider, then of the temperature */
};

typedef struct
{
  GBytes *values;
  float weight;
} Term;

struct AgEditPrediction
{
  GArray *terms; /* of Term */
};

static const double *
get_positions (AgEditPreview *self, guint control)
{
  return control < self->n_values ? slider_positions : temperature_positions;
}

/* How far a control is from where it leaves the face unchanged. */
static double
get_distance (AgEditPreview *self, const AgEditState *state, guint control)
{
  return control < self->n_values ? state->values[control]
                                  : state->temperature - self->subject->temperature;
}

AgEditPreview *
ag_edit_preview_new (AgEditSubject *subject, const AgEditState *sense)
{
  AgEditPreview *self = g_new0 (AgEditPreview, 1);

  self->subject = ag_edit_subject_ref (subject);
  self->n_values = sense->n_values;
  self->rest = ag_edit_state_new (sense->n_values);
  self->rest->temperature = subject->temperature;
  ag_edit_state_take_sense (self->rest, sense);
  self->anchors = g_malloc0_n (self->n_values + 1, sizeof *self->anchors);
  return self;
}

void
ag_edit_preview_free (AgEditPreview *self)
{
  for (guint control = 0; control <= self->n_values; control++)
    for (guint i = 0; i < N_POSITIONS; i++)
      g_clear_pointer (&self->anchors[control][i].values, g_bytes_unref);
  g_free (self->anchors);
  ag_edit_state_free (self->rest);
  ag_edit_subject_unref (self->subject);
  g_free (self);
}

AgEditSubject *
ag_edit_preview_get_subject (AgEditPreview *self)
{
  return self->subject;
}

bool
ag_edit_preview_suits (AgEditPreview *self, AgEditSubject *subject, const AgEditState *state)
{
  return self->subject == subject && ag_edit_state_same_sense (self->rest, state);
}

static gboolean
find_untried (AgEditPreview *self, guint favourite, AgEditAnchor *anchor)
{
  for (guint i = 0; favourite <= self->n_values && i < N_POSITIONS; i++)
    if (!self->anchors[favourite][i].tried)
      {
        *anchor = (AgEditAnchor){ favourite, i };
        return TRUE;
      }
  for (guint i = 0; i < N_POSITIONS; i++)
    for (guint control = 0; control <= self->n_values; control++)
      if (!self->anchors[control][i].tried)
        {
          *anchor = (AgEditAnchor){ control, i };
          return TRUE;
        }
  return FALSE;
}

AgEditState *
ag_edit_preview_next (AgEditPreview *self, guint favourite, AgEditAnchor *anchor)
{
  AgEditState *state;

  if (!find_untried (self, favourite, anchor))
    return NULL;
  state = ag_edit_state_copy (self->rest);
  if (anchor->control < self->n_values)
    state->values[anchor->control] = slider_positions[anchor->position];
  else
    state->temperature += temperature_positions[anchor->position];
  return state;
}

void
ag_edit_preview_add (AgEditPreview *self, const AgEditAnchor *anchor, GBytes *values)
{
  Anchor *slot = &self->anchors[anchor->control][anchor->position];

  g_clear_pointer (&slot->values, g_bytes_unref);
  slot->values = values != NULL ? g_bytes_ref (values) : NULL;
  slot->tried = TRUE;
}

static void
add_term (AgEditPrediction *prediction, GBytes *values, double weight)
{
  Term term = { g_bytes_ref (values), (float) weight };

  g_array_append_val (prediction->terms, term);
}

/* Adds weight times what moving a control to that distance from rest changes. The nearest anchor
 * inward and the nearest outward on that side are joined by a straight line, rest being the
 * innermost; beyond the last, the last stretch goes on. */
static gboolean
add_change (AgEditPreview *self,
            AgEditPrediction *prediction,
            guint control,
            double distance,
            double weight)
{
  const double *positions = get_positions (self, control);
  double inner = 0, outer = 0, t;
  GBytes *inner_values = self->subject->base, *outer_values = NULL;

  if (distance == 0)
    return TRUE;
  /* Positions of one side come in order of their distance. */
  for (guint i = 0; i < N_POSITIONS; i++)
    {
      if (self->anchors[control][i].values == NULL || positions[i] * distance < 0)
        continue;
      if (outer_values != NULL && ABS (distance) <= ABS (outer))
        break;
      if (outer_values != NULL)
        {
          inner = outer;
          inner_values = outer_values;
        }
      outer = positions[i];
      outer_values = self->anchors[control][i].values;
    }
  if (outer_values == NULL)
    return FALSE;
  t = (distance - inner) / (outer - inner);
  add_term (prediction, outer_values, weight * t);
  add_term (prediction, inner_values, weight * (1 - t));
  add_term (prediction, self->subject->base, -weight);
  return TRUE;
}

AgEditPrediction *
ag_edit_preview_predict (AgEditPreview *self,
                         const AgEditState *from,
                         GBytes *values,
                         const AgEditState *to)
{
  g_autoptr (AgEditPrediction) prediction = g_new0 (AgEditPrediction, 1);

  prediction->terms = g_array_new (FALSE, FALSE, sizeof (Term));
  add_term (prediction, values, 1);
  for (guint control = 0; control <= self->n_values; control++)
    {
      double before = get_distance (self, from, control), after = get_distance (self, to, control);

      if (before != after && (!add_change (self, prediction, control, before, -1) ||
                              !add_change (self, prediction, control, after, 1)))
        return NULL;
    }
  return g_steal_pointer (&prediction);
}

GBytes *
ag_edit_prediction_sum (AgEditPrediction *self)
{
  gsize size = g_bytes_get_size (g_array_index (self->terms, Term, 0).values);
  float *sum = g_malloc0 (size);

  for (guint i = 0; i < self->terms->len; i++)
    {
      const Term *term = &g_array_index (self->terms, Term, i);
      const float *numbers = g_bytes_get_data (term->values, NULL);

      for (gsize j = 0; j < size / sizeof (float); j++)
        sum[j] += term->weight * numbers[j];
    }
  return g_bytes_new_take (sum, size);
}

void
ag_edit_prediction_free (AgEditPrediction *self)
{
  for (guint i = 0; i < self->terms->len; i++)
    g_bytes_unref (g_array_index (self->terms, Term, i).values);
  g_array_unref (self->terms);
  g_free (self);
}
