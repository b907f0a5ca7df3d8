/* ag-window-views.c: what goes from one view of the window to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-window-private.h"

#include <glib/gi18n-lib.h>

#include "ag-view-layout.h"

gboolean
ag_window_shows_view (AgWindow *self, const char *name)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->views), name) == 0;
}

static void
show_view (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AdwViewStack *views = AG_WINDOW (widget)->views;

  adw_view_stack_set_visible_child_name (views, g_variant_get_string (parameter, NULL));
  /* Keys go on in the view. */
  (void) gtk_widget_child_focus (adw_view_stack_get_visible_child (views), GTK_DIR_TAB_FORWARD);
}

gboolean
ag_window_save_view (AgWindow *self, gboolean single)
{
  if (ag_window_shows_view (self, "blend"))
    ag_blend_page_save (self->blend_page, single);
  else if (ag_window_shows_view (self, "sample"))
    ag_sample_page_save (self->sample_page, !single);
  else
    return FALSE;
  return TRUE;
}

/* The chosen face of the shelf becomes the second one of the blend. */
static void
blend_chosen (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);
  AgEditFace *face = self->session != NULL ? ag_edit_session_get_face (self->session) : NULL;
  AgBlendSession *blend = ag_blend_page_get_blend (self->blend_page);

  if (face == NULL || blend == NULL)
    return;
  if (ag_blend_session_get_face (blend, 0) == face && ag_blend_session_get_face (blend, 1) != NULL)
    ag_blend_session_set_face (blend, 0, ag_blend_session_get_face (blend, 1));
  ag_blend_session_set_face (blend, 1, face);
  adw_view_stack_set_visible_child_name (self->views, "blend");
}

/* The panel of the view that is seen, which folds away in a narrow window. */

static AgViewLayout *
get_layout (AgWindow *self)
{
  return ag_view_layout_find (adw_view_stack_get_visible_child (self->views));
}

void
ag_window_update_panel_button (AgWindow *self)
{
  AgViewLayout *layout = get_layout (self);

  gtk_widget_set_visible (self->panel_button, self->narrow && layout != NULL);
  if (self->panel_binding != NULL)
    g_binding_unbind (self->panel_binding);
  g_clear_object (&self->panel_binding);
  if (layout != NULL)
    self->panel_binding =
      g_object_ref (g_object_bind_property (layout, "unfolded", self->panel_button, "active",
                                            G_BINDING_BIDIRECTIONAL | G_BINDING_SYNC_CREATE));
}

static void
toggle_panel (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgViewLayout *layout = get_layout (AG_WINDOW (widget));

  if (layout == NULL)
    return;
  if (ag_view_layout_get_narrow (layout) && ag_view_layout_get_unfolded (layout))
    ag_view_layout_set_unfolded (layout, FALSE);
  else
    ag_view_layout_focus_panel (layout);
}

/* Escape: out of whatever one is in, one thing after the other. */
static void
leave (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);
  AgViewLayout *layout = get_layout (self);

  if (ag_window_shows_view (self, "edit") && ag_edit_page_leave_mode (self->edit_page))
    return;
  if (layout != NULL && ag_view_layout_get_narrow (layout))
    ag_view_layout_set_unfolded (layout, FALSE);
}

void
ag_window_install_view_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.view", "s", show_view);
  gtk_widget_class_install_action (widget_class, "win.blend-face", NULL, blend_chosen);
  gtk_widget_class_install_action (widget_class, "win.toggle-panel", NULL, toggle_panel);
  gtk_widget_class_install_action (widget_class, "win.leave", NULL, leave);
}

static void
edit_face (AgWindow *self, AgEditFace *face)
{
  ag_edit_session_set_face (self->session, face);
  adw_view_stack_set_visible_child_name (self->views, "edit");
}

/* The face is blended with the one that is being edited, or with whatever is there. */
static void
blend_face (AgWindow *self, AgEditFace *face)
{
  AgBlendSession *blend = ag_blend_page_get_blend (self->blend_page);
  AgEditFace *other = ag_edit_session_get_face (self->session);

  if (other != NULL && other != face)
    ag_blend_session_set_face (blend, 0, other);
  ag_blend_session_set_face (blend, 1, face);
  adw_view_stack_set_visible_child_name (self->views, "blend");
}

/* Pictures of a blend, or of faces that were drawn, that were opened in Edit. */

static void
tell_model (AgWindow *self, AgEditFace *face, const char *name, const char *hash)
{
  g_autofree char *text = NULL;

  if (ag_edit_session_is_model (self->session, hash))
    return;
  /* Translators: the names of a picture's and a model's file */
  text = g_strdup_printf (_ ("%s was made with another model (%s); it will look different"),
                          ag_edit_face_get_name (face), name);
  ag_window_toast (self, text);
}

static gboolean
go_to_sample (AgWindow *self, AgEditFace *face, const char *text, GError **error)
{
  AgSampleSession *samples = ag_sample_page_get_samples (self->sample_page);
  g_autoptr (AgSampleReceipt) receipt =
    ag_sample_receipt_parse (text, ag_edit_face_get_name (face), error);

  if (receipt == NULL)
    return FALSE;
  adw_view_stack_set_visible_child_name (self->views, "sample");
  tell_model (self, face, receipt->model_name, receipt->model_hash);
  ag_sample_session_go_to_receipt (samples, receipt);
  return TRUE;
}

static gboolean
go_to_blend (AgWindow *self, AgEditFace *face, const char *text, GError **error)
{
  AgBlendSession *blend = ag_blend_page_get_blend (self->blend_page);
  g_autoptr (AgBlendReceipt) receipt =
    ag_blend_receipt_parse (text, ag_edit_face_get_name (face), error);

  if (receipt == NULL)
    return FALSE;
  adw_view_stack_set_visible_child_name (self->views, "blend");
  tell_model (self, face, receipt->model_name, receipt->model_hash);
  ag_blend_session_go_to_receipt (blend, g_steal_pointer (&receipt), ag_edit_face_get_file (face));
  return TRUE;
}

static void
go_on (AgWindow *self, AdwToast *toast)
{
  AgEditFace *face = g_object_get_data (G_OBJECT (toast), "face");
  AgImage *image = ag_edit_face_get_photo (face);
  const char *sample = ag_image_get_text (image, AG_SAMPLE_KEYWORD);
  g_autoptr (GError) error = NULL;

  if (self->session == NULL || ag_edit_session_get_model (self->session) == NULL)
    return;
  if (!(sample != NULL
          ? go_to_sample (self, face, sample, &error)
          : go_to_blend (self, face, ag_image_get_text (image, AG_BLEND_KEYWORD), &error)))
    ag_window_toast (self, error->message);
}

static void
receipt_found (AgWindow *self, AgEditFace *face)
{
  gboolean sample = ag_image_get_text (ag_edit_face_get_photo (face), AG_SAMPLE_KEYWORD) != NULL;
  /* Translators: %s is a file's name */
  g_autofree char *text = g_strdup_printf (
    sample ? _ ("%s was drawn here") : _ ("%s was blended here"), ag_edit_face_get_name (face));
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  adw_toast_set_button_label (toast, _ ("_Go On From It"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (toast, 0);
  g_object_set_data_full (G_OBJECT (toast), "face", g_object_ref (face), g_object_unref);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (go_on), self, G_CONNECT_SWAPPED);
  ag_window_add_toast (self, toast);
}

void
ag_window_set_views_session (AgWindow *self, AgEditSession *session)
{
  ag_blend_page_set_session (self->blend_page, session);
  ag_sample_page_set_session (self->sample_page, session);
  if (session == NULL)
    {
      g_signal_handlers_disconnect_by_data (self->blend_page, self);
      g_signal_handlers_disconnect_by_data (self->sample_page, self);
      return;
    }
  g_signal_connect_object (session, "view-receipt-found", G_CALLBACK (receipt_found), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_swapped (self->blend_page, "edit", G_CALLBACK (edit_face), self);
  g_signal_connect_swapped (self->blend_page, "message", G_CALLBACK (ag_window_toast), self);
  g_signal_connect_swapped (self->sample_page, "blend", G_CALLBACK (blend_face), self);
  g_signal_connect_swapped (self->sample_page, "edit", G_CALLBACK (edit_face), self);
  g_signal_connect_swapped (self->sample_page, "message", G_CALLBACK (ag_window_toast), self);
}

AgBlendPage *
ag_window_get_blend_page (AgWindow *self)
{
  g_return_val_if_fail (AG_IS_WINDOW (self), NULL);
  return self->blend_page;
}

AgSamplePage *
ag_window_get_sample_page (AgWindow *self)
{
  g_return_val_if_fail (AG_IS_WINDOW (self), NULL);
  return self->sample_page;
}
