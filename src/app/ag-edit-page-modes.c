/* ag-edit-page-modes.c: what the photo of the Edit view is shown for: comparing, eyes, brush, faces
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>

#include "ag-edit-page-private.h"

/* Share of the face square that is better not outside of the photo. */
#define MUCH_OUTSIDE 0.2

gboolean
ag_edit_page_get_adjusting (AgEditPage *self)
{
  g_return_val_if_fail (AG_IS_EDIT_PAGE (self), FALSE);
  return self->adjusting;
}

static const char *
get_hint (AgEditPage *self)
{
  double outside;

  if (self->choosing)
    return _ ("Click on the face to edit");
  if (!ag_edit_face_get_eyes_found (ag_edit_session_get_face (self->session)))
    return ag_edit_session_get_n_photo_faces (self->session) > 0
             ? _ ("The eyes were not found: place a ring on each")
             : _ ("No face was found: place a ring on each eye");
  if (ag_edit_session_get_outside (self->session, &outside) && outside > MUCH_OUTSIDE)
    return _ ("The photo cuts off a part of the face: the model has to guess it");
  return _ ("Place a ring on each eye");
}

/* What is not seen is not there for a screen reader either: it stays only until it has faded. */
static void
reveal (GtkRevealer *revealer, gboolean shown)
{
  if (shown)
    gtk_widget_set_visible (GTK_WIDGET (revealer), TRUE);
  gtk_revealer_set_reveal_child (revealer, shown);
  gtk_widget_set_can_target (GTK_WIDGET (revealer), shown);
}

void
ag_edit_page_child_revealed (GtkRevealer *revealer)
{
  if (!gtk_revealer_get_child_revealed (revealer) && !gtk_revealer_get_reveal_child (revealer))
    gtk_widget_set_visible (GTK_WIDGET (revealer), FALSE);
}

/* What is said of something else is said above what lies at the lower edge of the photo. */
static void
lift_toasts (AgEditPage *self)
{
  GtkWidget *toasts = GTK_WIDGET (self->toasts);

  if (gtk_revealer_get_reveal_child (self->hint) ||
      gtk_revealer_get_reveal_child (self->brush_revealer))
    gtk_widget_add_css_class (toasts, "lifted");
  else
    gtk_widget_remove_css_class (toasts, "lifted");
}

/* What is to be done. */
static void
show_hint (AgEditPage *self)
{
  gboolean hint = (self->adjusting || self->choosing) && !self->awaiting && self->session != NULL &&
                  ag_edit_session_get_face (self->session) != NULL;

  if (hint)
    gtk_label_set_text (self->hint_label, get_hint (self));
  reveal (self->hint, hint);
  lift_toasts (self);
}

void
ag_edit_page_update_modes (AgEditPage *self)
{
  ag_canvas_set_adjusting (self->canvas, self->adjusting && !self->awaiting);
  if (self->session != NULL)
    ag_edit_tools_offer_faces (self->tools, self->choosing && !self->awaiting);
  show_hint (self);
}

void
ag_edit_page_set_adjusting (AgEditPage *self, gboolean adjusting)
{
  AgEyes eyes;

  g_return_if_fail (AG_IS_EDIT_PAGE (self));

  /* What was drawn has its face in place. */
  adjusting = adjusting && self->session != NULL && ag_edit_session_get_eyes (self->session, &eyes);
  if (self->adjusting == adjusting)
    return;
  self->adjusting = adjusting;
  if (adjusting)
    {
      ag_edit_page_set_brushing (self, FALSE);
      ag_edit_page_set_choosing (self, FALSE);
    }
  ag_edit_page_update_modes (self);
  g_object_notify (G_OBJECT (self), "adjusting");
}

void
ag_edit_page_set_comparing (AgEditPage *self, gboolean comparing)
{
  g_return_if_fail (AG_IS_EDIT_PAGE (self));

  if (self->comparing == comparing)
    return;
  self->comparing = comparing;
  ag_canvas_set_comparing (self->canvas, comparing);
  gtk_widget_set_visible (self->original_badge, comparing);
  g_object_notify (G_OBJECT (self), "comparing");
}

void
ag_edit_page_set_split (AgEditPage *self, gboolean split)
{
  g_return_if_fail (AG_IS_EDIT_PAGE (self));

  if (self->split == split)
    return;
  self->split = split;
  ag_canvas_set_split (self->canvas, split);
  g_object_notify (G_OBJECT (self), "split");
}

void
ag_edit_page_set_brushing (AgEditPage *self, gboolean brushing)
{
  g_return_if_fail (AG_IS_EDIT_PAGE (self));

  if (self->brushing == brushing)
    return;
  self->brushing = brushing;
  if (brushing)
    ag_edit_page_set_adjusting (self, FALSE);
  reveal (self->brush_revealer, brushing);
  lift_toasts (self);
  ag_edit_page_update_brush (self);
  if (brushing)
    gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
  g_object_notify (G_OBJECT (self), "brushing");
}

void
ag_edit_page_set_choosing (AgEditPage *self, gboolean choosing)
{
  g_return_if_fail (AG_IS_EDIT_PAGE (self));

  choosing =
    choosing && self->session != NULL && ag_edit_session_get_n_photo_faces (self->session) > 1;
  if (choosing)
    {
      ag_edit_page_set_brushing (self, FALSE);
      ag_edit_page_set_adjusting (self, FALSE);
    }
  self->choosing = choosing;
  ag_edit_page_update_modes (self);
  g_object_notify (G_OBJECT (self), "choosing");
}

void
ag_edit_page_set_overlay (AgEditPage *self, int overlay)
{
  g_return_if_fail (AG_IS_EDIT_PAGE (self));

  if (self->overlay == overlay)
    return;
  self->overlay = overlay;
  ag_edit_tools_set_overlay (self->tools, overlay);
  g_object_notify (G_OBJECT (self), "overlay");
}

gboolean
ag_edit_page_leave_mode (AgEditPage *self)
{
  gboolean left;

  g_return_val_if_fail (AG_IS_EDIT_PAGE (self), FALSE);

  left = self->adjusting || self->brushing || self->choosing;
  ag_edit_page_set_adjusting (self, FALSE);
  ag_edit_page_set_brushing (self, FALSE);
  ag_edit_page_set_choosing (self, FALSE);
  return left;
}
