/* ag-window-continue.c: going on where one was: recent photos, exported pictures, after a crash
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-window-private.h"

#include <glib/gi18n-lib.h>

#include "ag-edit-session-work.h"
#include "ag-file-dialogs.h"
#include "ag-file.h"
#include "ag-recent.h"

/* Recent photos. */

static void
fill_recent (AgWindow *self, GPtrArray *files)
{
  g_autoptr (GMenu) photos = g_menu_new ();
  g_autoptr (GMenu) rest = g_menu_new ();

  g_menu_remove_all (self->recent_menu);
  for (guint i = 0; i < files->len; i++)
    {
      GFile *file = g_ptr_array_index (files, i);
      g_autofree char *uri = g_file_get_uri (file);
      g_autofree char *name = ag_file_name (file);
      g_autoptr (GMenuItem) item = NULL;
      g_auto (GStrv) parts = g_strsplit (name, "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts);

      item = g_menu_item_new (label, NULL);
      g_menu_item_set_action_and_target (item, "win.open-recent", "s", uri);
      g_menu_append_item (photos, item);
    }
  if (files->len > 0)
    {
      g_menu_append_section (self->recent_menu, _ ("Recent Photos"), G_MENU_MODEL (photos));
      g_menu_append (rest, _ ("_Forget Them"), "win.clear-recent");
    }
  g_menu_append (rest, _ ("Open a _Model…"), "win.open-model");
  g_menu_append_section (self->recent_menu, NULL, G_MENU_MODEL (rest));
}

static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, ag_recent_list (), (GDestroyNotify) g_ptr_array_unref);
}

static void
listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgWindow) self = user_data;
  g_autoptr (GPtrArray) files = g_task_propagate_pointer (G_TASK (result), NULL);

  if (files != NULL)
    fill_recent (self, files);
}

/* Now, and whenever the menu is opened. */
static void
list_recent (AgWindow *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, listed, g_object_ref (self));

  g_task_run_in_thread (task, list_thread);
}

static void
open_recent (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GFile) file = g_file_new_for_uri (g_variant_get_string (parameter, NULL));

  ag_window_open_file (AG_WINDOW (widget), file);
}

static void
clear_recent (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  ag_recent_clear ();
  fill_recent (AG_WINDOW (widget), none);
}

/* After a crash. */

static void
recovery_answered (AgWindow *self, const char *response)
{
  if (g_str_equal (response, "restore"))
    ag_edit_session_recover (self->session);
  else if (g_str_equal (response, "discard"))
    ag_edit_session_discard_recoverable (self->session);
}

static char *
list_recoverable (AgEditSession *session, guint n)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = ag_edit_session_get_recoverable_name (session, i);

      g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", name);
    }
  return g_string_free (text, FALSE);
}

/* As soon as there is a model to edit with. */
static void
offer_recovery (AgWindow *self)
{
  guint n = ag_edit_session_get_n_recoverable (self->session);
  g_autofree char *names = NULL;
  GtkWidget *dialog;

  if (n == 0 || ag_edit_session_get_model (self->session) == NULL)
    return;
  g_signal_handlers_disconnect_by_func (self->session, offer_recovery, self);
  names = list_recoverable (self->session, n);
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Restore Your Edits?"), NULL);
  adw_message_dialog_format_body (ADW_MESSAGE_DIALOG (dialog),
                                  _ ("Afterglow ended unexpectedly. What was being edited was "
                                     "kept:\n%s"),
                                  names);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "discard", _ ("_Discard"),
                                    "restore", _ ("_Restore"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "restore");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "later");
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "restore",
                                              ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "discard",
                                              ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (recovery_answered), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
ag_window_set_recovery_folder (AgWindow *self, GFile *folder)
{
  g_return_if_fail (AG_IS_WINDOW (self));

  if (self->session == NULL)
    return;
  ag_edit_session_set_recovery_folder (self->session, folder);
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (offer_recovery), self,
                           G_CONNECT_SWAPPED);
  offer_recovery (self);
}

/* Exported pictures tell how they were made. */

static void
go_on (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_edit_session_continue (AG_WINDOW (widget)->session, NULL);
}

static void
go_on_from_toast (AgWindow *self)
{
  ag_edit_session_continue (self->session, NULL);
}

static void
receipt_found (AgWindow *self, AgEditFace *face)
{
  g_autofree char *text = NULL;
  g_autofree char *escaped = NULL;
  AdwToast *toast;

  /* Translators: %s is a file's name */
  text = g_strdup_printf (_ ("%s was edited here"), ag_edit_face_get_name (face));
  escaped = g_markup_escape_text (text, -1);
  toast = adw_toast_new (escaped);
  adw_toast_set_button_label (toast, _ ("_Go On From It"));
  adw_toast_set_priority (toast, ADW_TOAST_PRIORITY_HIGH);
  adw_toast_set_timeout (toast, 0);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (go_on_from_toast), self,
                           G_CONNECT_SWAPPED);
  ag_window_add_toast (self, toast);
}

static void
source_chosen (GListModel *files, gpointer user_data)
{
  AgWindow *self = user_data;
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);

  if (self->session != NULL)
    ag_edit_session_continue (self->session, file);
}

static void
source_answered (AgWindow *self, const char *response)
{
  if (g_str_equal (response, "choose"))
    ag_file_dialogs_open_photos (GTK_WINDOW (self), NULL, source_chosen, self);
}

static void
source_needed (AgWindow *self, const char *name)
{
  g_autofree char *text = NULL;
  GtkWidget *dialog;

  /* Translators: %s is a file's name */
  text = g_strdup_printf (_ ("The edit was made from %s, which is neither beside the picture nor "
                             "among recent photos."),
                          name);
  dialog = adw_message_dialog_new (GTK_WINDOW (self), _ ("Where Is the Original Photo?"), text);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _ ("_Cancel"), "choose",
                                    _ ("Choose a _Photo…"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "choose");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "choose",
                                              ADW_RESPONSE_SUGGESTED);
  g_signal_connect_object (dialog, "response", G_CALLBACK (source_answered), self,
                           G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
ag_window_install_continue_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.open-recent", "s", open_recent);
  gtk_widget_class_install_action (widget_class, "win.clear-recent", NULL, clear_recent);
  gtk_widget_class_install_action (widget_class, "win.continue", NULL, go_on);
}

/* The two halves of the button have no names of their own. */
static void
name_halves (GtkWidget *split)
{
  GtkWidget *child;

  for (child = gtk_widget_get_first_child (split); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      const char *label = GTK_IS_MENU_BUTTON (child) ? _ ("Recent photos") : _ ("Open photos");

      gtk_accessible_update_property (GTK_ACCESSIBLE (child), GTK_ACCESSIBLE_PROPERTY_LABEL, label,
                                      -1);
      if (GTK_IS_MENU_BUTTON (child))
        gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (child)),
                                        GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
    }
}

void
ag_window_init_continue (AgWindow *self)
{
  AgEditSession *session = self->session;

  name_halves (self->open_button);
  list_recent (self);
  g_signal_connect_object (adw_split_button_get_popover (ADW_SPLIT_BUTTON (self->open_button)),
                           "map", G_CALLBACK (list_recent), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "receipt-found", G_CALLBACK (receipt_found), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "source-needed", G_CALLBACK (source_needed), self,
                           G_CONNECT_SWAPPED);
}
