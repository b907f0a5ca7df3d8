/* ag-edit-session-history.c: undo, redo, and what the steps are called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A step's name is made when it is asked for, from what differs between its state and the one
 * before, so that it is right in every language and after every merge of steps.
 */
#include "ag-edit-session-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

static void
tell (AgEditSession *self, const char *property, gboolean *told)
{
  gboolean value;

  g_object_get (self, property, &value, NULL);
  if (value == *told)
    return;
  *told = value;
  g_object_notify (G_OBJECT (self), property);
}

/* The history is another with each move of a slider; what these say seldom is. */
void
ag_edit_session_notify_history (AgEditSession *self)
{
  tell (self, "can-undo", &self->told_can_undo);
  tell (self, "can-redo", &self->told_can_redo);
  tell (self, "neutral", &self->told_neutral);
  ag_edit_session_emit (self, "history-changed");
  ag_edit_session_touch_recovery (self);
}

void
ag_edit_session_controls_replaced (AgEditSession *self)
{
  ag_edit_session_emit (self, "controls-changed");
  ag_edit_session_emit (self, "mask-changed");
  ag_edit_session_notify_history (self);
  ag_edit_session_describe (self, self->face);
  ag_edit_session_update (self);
}

void
ag_edit_session_undo (AgEditSession *self)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (!self->closed && self->face != NULL &&
      ag_edit_history_undo (ag_edit_face_get_history (self->face)))
    ag_edit_session_controls_replaced (self);
}

void
ag_edit_session_redo (AgEditSession *self)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (!self->closed && self->face != NULL &&
      ag_edit_history_redo (ag_edit_face_get_history (self->face)))
    ag_edit_session_controls_replaced (self);
}

guint
ag_edit_session_get_n_steps (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 0);

  return self->face != NULL ? ag_edit_history_get_n_steps (ag_edit_face_get_history (self->face))
                            : 0;
}

guint
ag_edit_session_get_step (AgEditSession *self)
{
  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), 0);

  return self->face != NULL ? ag_edit_history_get_present (ag_edit_face_get_history (self->face))
                            : 0;
}

void
ag_edit_session_go_to_step (AgEditSession *self, guint step)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (!self->closed && self->face != NULL &&
      ag_edit_history_go (ag_edit_face_get_history (self->face), step))
    ag_edit_session_controls_replaced (self);
}

void
ag_edit_session_set_namer (AgEditSession *self, char *(*namer) (const char *attribute))
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  self->namer = namer;
}

static char *
get_title (AgEditSession *self, guint index)
{
  AgModel *model = ag_edit_session_get_model (self);
  const AgModelAttribute *attribute;

  if (model == NULL || index >= model->attributes->len)
    return g_strdup ("");
  attribute = g_ptr_array_index (model->attributes, index);
  return self->namer != NULL ? self->namer (attribute->name) : g_strdup (attribute->name);
}

/* With a true minus sign, and none before a zero. */
static char *
format_signed (double value)
{
  double rounded = round (value * 100) / 100;
  const char *sign = rounded > 0 ? "+" : rounded < 0 ? "\342\210\222" : "";
  g_autofree char *digits = g_strdup_printf ("%.2f", fabs (rounded));
  gsize length = strlen (digits);

  /* +0.6 and not +0.60, but +0.65. */
  if (length > 0 && digits[length - 1] == '0')
    digits[length - 1] = '\0';
  return g_strconcat (sign, digits, NULL);
}

static char *
name_strength (AgEditSession *self, guint level, double strength)
{
  guint n_levels = ag_edit_session_get_n_levels (self);

  if (level == 0)
    return g_strdup_printf (_ ("Fine strength %.2f"), strength);
  if (level + 1 == n_levels)
    return g_strdup_printf (_ ("Coarse strength %.2f"), strength);
  if (n_levels == 3)
    return g_strdup_printf (_ ("Middle strength %.2f"), strength);
  /* Translators: of one of several middle levels of detail, counted from the finest. */
  return g_strdup_printf (_ ("Strength of level %u: %.2f"), level + 1, strength);
}

static char *
name_lock (AgEditSession *self, guint index, gboolean locked)
{
  g_autofree char *title = get_title (self, index);

  return g_strdup_printf (locked ? _ ("%s locked") : _ ("%s unlocked"), title);
}

/* What differs between two states; several sliders at once are called by the first and a number. */
static char *
name_values (AgEditSession *self, const AgEditState *before, const AgEditState *after)
{
  guint first = G_MAXUINT, n = 0;
  g_autofree char *title = NULL, *number = NULL;

  for (guint i = 0; i < after->n_values; i++)
    if (before->values[i] != after->values[i])
      {
        n++;
        first = MIN (first, i);
      }
  if (n == 0)
    return NULL;
  title = get_title (self, first);
  number = format_signed (after->values[first]);
  if (n == 1)
    return g_strdup_printf ("%s %s", title, number);
  return g_strdup_printf (ngettext ("%s %s and %u more", "%s %s and %u more", n - 1), title, number,
                          n - 1);
}

static char *
name_difference (AgEditSession *self, const AgEditState *before, const AgEditState *after)
{
  char *name = before->n_values == after->n_values ? name_values (self, before, after) : NULL;

  if (name != NULL)
    return name;
  if (before->temperature != after->temperature)
    return g_strdup_printf (_ ("Temperature %.2f"), after->temperature);
  for (guint level = 0; level < AG_MAX_LEVELS; level++)
    if (before->strength[level] != after->strength[level])
      return name_strength (self, level, after->strength[level]);
  for (guint i = 0; i < MIN (before->n_values, after->n_values); i++)
    if (before->locked[i] != after->locked[i])
      return name_lock (self, i, after->locked[i]);
  if (!ag_eyes_equal (&before->eyes, &after->eyes))
    return g_strdup (_ ("Eyes moved"));
  if (before->class_label != after->class_label)
    return after->class_label < 0 ? g_strdup (_ ("Likeliest class"))
                                  : g_strdup_printf (_ ("Class %d"), after->class_label);
  if (after->mask == NULL)
    return g_strdup (_ ("Brush cleared"));
  return g_strdup (_ ("Brush"));
}

char *
ag_edit_session_get_step_name (AgEditSession *self, guint step)
{
  AgEditHistory *history;
  const AgEditState *before, *after;
  const char *key;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);
  g_return_val_if_fail (step < ag_edit_session_get_n_steps (self), NULL);

  history = ag_edit_face_get_history (self->face);
  after = ag_edit_history_peek (history, step, &key);
  if (step == 0)
    return g_strdup (key == NULL ? _ ("Original") : _ ("Earlier"));
  if (g_strcmp0 (key, "reset") == 0)
    return g_strdup (_ ("Reset"));
  if (g_strcmp0 (key, "face") == 0)
    return g_strdup (_ ("Another face"));
  if (g_strcmp0 (key, "receipt") == 0)
    return g_strdup (_ ("Continued from export"));
  if (key != NULL && g_str_has_prefix (key, "look "))
    return g_strdup_printf (_ ("Look “%s”"), key + strlen ("look "));
  before = ag_edit_history_peek (history, step - 1, NULL);
  return name_difference (self, before, after);
}
