/* ag-edit-session-mask.c: the brush that limits an edit to a region
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-session-private.h"

#include <math.h>
#include <string.h>

#include "ag-mask.h"

static void
change_mask (AgEditSession *self, GBytes *mask)
{
  g_autoptr (AgEditState) state = ag_edit_state_copy (ag_edit_session_get_present (self));

  ag_edit_state_set_mask (state, mask);
  ag_edit_session_change (self, state, "mask");
  ag_edit_session_emit (self, "mask-changed");
}

void
ag_edit_session_brush (AgEditSession *self, double x, double y, double radius, double amount)
{
  g_autofree guint8 *mask = NULL;
  g_autoptr (GBytes) bytes = NULL;
  AgAlignment square;
  GBytes *present;
  double u, v;

  g_return_if_fail (AG_IS_EDIT_SESSION (self));
  g_return_if_fail (isfinite (x) && isfinite (y) && radius > 0);

  if (self->closed || !ag_edit_session_get_square (self, &square))
    return;
  mask = g_malloc (AG_MASK_BYTES);
  present = ag_edit_session_get_present (self)->mask;
  /* What is painted first is the region; what is erased first is missing from the whole. */
  if (present != NULL)
    memcpy (mask, g_bytes_get_data (present, NULL), AG_MASK_BYTES);
  else
    memset (mask, amount >= 0 ? 0 : 255, AG_MASK_BYTES);
  ag_alignment_to_square (&square, x, y, &u, &v);
  if (!ag_mask_dot (mask, u, v, radius / ag_alignment_get_side (&square), amount))
    return;
  bytes = g_bytes_new_take (g_steal_pointer (&mask), AG_MASK_BYTES);
  change_mask (self, bytes);
}

GBytes *
ag_edit_session_get_mask (AgEditSession *self, int *size)
{
  const AgEditState *state;

  g_return_val_if_fail (AG_IS_EDIT_SESSION (self), NULL);

  state = ag_edit_session_get_present (self);
  *size = AG_MASK_SIZE;
  return state != NULL ? state->mask : NULL;
}

void
ag_edit_session_clear_mask (AgEditSession *self)
{
  g_return_if_fail (AG_IS_EDIT_SESSION (self));

  if (self->closed || self->face == NULL || ag_edit_session_get_present (self)->mask == NULL)
    return;
  ag_edit_history_seal (ag_edit_face_get_history (self->face));
  change_mask (self, NULL);
  ag_edit_history_seal (ag_edit_face_get_history (self->face));
}
