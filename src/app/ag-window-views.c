/* ag-window-views.c: what goes from one view of the window to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-window-private.h"

gboolean
ag_window_shows_view (AgWindow *self, const char *name)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), name) == 0;
}

static void
show_view (GtkWidget *widget, const char *name, GVariant *parameter)
{
  adw_view_stack_set_visible_child_name (AG_WINDOW (widget)->views,
                                         g_variant_get_string (parameter, NULL));
}

void
ag_window_install_view_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.view", "s", show_view);
}

static void
edit_face (AgWindow *self, AgEditFace *face)
{
  ag_edit_session_set_face (self->session, face);
  adw_view_stack_set_visible_child_name (self->views, "edit");
}

void
ag_window_set_views_session (AgWindow *self, AgEditSession *session)
{
  ag_sample_page_set_session (self->sample_page, session);
  if (session == NULL)
    {
      g_signal_handlers_disconnect_by_data (self->sample_page, self);
      return;
    }
  g_signal_connect_swapped (self->sample_page, "edit", G_CALLBACK (edit_face), self);
  g_signal_connect_swapped (self->sample_page, "message", G_CALLBACK (ag_window_toast), self);
}
