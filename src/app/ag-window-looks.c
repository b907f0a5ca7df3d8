/* ag-window-looks.c: looks, and applying one to a folder of photos
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-window-private.h"

#include <glib/gi18n-lib.h>

#include "ag-edit-session-work.h"
#include "ag-file-dialogs.h"
#include "ag-file.h"

/* As many problems are listed; of the others their number. */
#define MAX_LISTED 8

/* One look on its way through a folder. */
typedef struct
{
  AgWindow *window; /* held */
  AgLook *look;
  GFile *from, *to;
  GPtrArray *files;
  GCancellable *cancellable;
  GtkWidget *dialog;
  GtkProgressBar *bar;
} Batch;

static void
batch_free (Batch *batch)
{
  if (batch->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (batch->dialog));
  g_object_unref (batch->window);
  ag_look_free (batch->look);
  g_clear_object (&batch->from);
  g_clear_object (&batch->to);
  g_clear_pointer (&batch->files, g_ptr_array_unref);
  g_object_unref (batch->cancellable);
  g_free (batch);
}

/* What it came to. */

static char *
describe_problems (GPtrArray *problems)
{
  GString *text = g_string_new (NULL);
  guint more = problems->len > MAX_LISTED ? problems->len - MAX_LISTED : 0;

  for (guint i = 0; i < problems->len - more; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "",
                            (const char *) g_ptr_array_index (problems, i));
  if (more > 0)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text, ngettext ("and %u more", "and %u more", more), more);
    }
  return g_string_free (text, FALSE);
}

static void
report (Batch *batch, guint n, GPtrArray *problems, GError *error)
{
  g_autofree char *folder = ag_file_name (batch->to);
  g_autofree char *title = NULL;
  g_autofree char *text = NULL;
  GtkWidget *dialog;

  /* Translators: %s is a folder */
  title = g_strdup_printf (
    ngettext ("%u photo was written to %s", "%u photos were written to %s", n), n, folder);
  if (error == NULL && (problems == NULL || problems->len == 0))
    {
      ag_window_toast (batch->window, title);
      return;
    }
  if (error != NULL && problems != NULL && problems->len > 0)
    g_ptr_array_add (problems, g_strdup (error->message));
  text = problems != NULL && problems->len > 0 ? describe_problems (problems)
                                               : g_strdup (error != NULL ? error->message : "");
  dialog = adw_message_dialog_new (GTK_WINDOW (batch->window), title, text);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _ ("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
applied (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Batch *batch = user_data;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  guint n = ag_edit_session_apply_look_to_files_finish (AG_EDIT_SESSION (source), result, &problems,
                                                        &error);

  if (batch->dialog != NULL)
    gtk_window_destroy (GTK_WINDOW (batch->dialog));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (&error);
  report (batch, n, problems, error);
  batch_free (batch);
}

/* While it goes on. */

static void
progressed (guint done, guint total, gpointer user_data)
{
  Batch *batch = user_data;
  g_autofree char *text = NULL;

  /* Translators: how many photos are done */
  text = g_strdup_printf (_ ("%u of %u"), done, total);
  gtk_progress_bar_set_fraction (batch->bar, total > 0 ? (double) done / total : 0);
  gtk_progress_bar_set_text (batch->bar, text);
}

static void
cancelled (Batch *batch)
{
  g_cancellable_cancel (batch->cancellable);
}

static void
show_progress (Batch *batch)
{
  g_autofree char *title = g_strdup_printf (_ ("Applying “%s”"), batch->look->name);
  GtkWidget *bar = gtk_progress_bar_new ();

  batch->bar = GTK_PROGRESS_BAR (bar);
  gtk_progress_bar_set_show_text (batch->bar, TRUE);
  gtk_progress_bar_set_ellipsize (batch->bar, PANGO_ELLIPSIZE_MIDDLE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  batch->dialog = adw_message_dialog_new (GTK_WINDOW (batch->window), title, NULL);
  adw_message_dialog_set_extra_child (ADW_MESSAGE_DIALOG (batch->dialog), bar);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (batch->dialog), "cancel", _ ("_Stop"));
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (batch->dialog), "cancel");
  g_signal_connect_swapped (batch->dialog, "response", G_CALLBACK (cancelled), batch);
  g_object_add_weak_pointer (G_OBJECT (batch->dialog), (gpointer *) &batch->dialog);
  gtk_window_present (GTK_WINDOW (batch->dialog));
}

static void
start (Batch *batch)
{
  show_progress (batch);
  ag_edit_session_apply_look_to_files_async (batch->window->session, batch->look, batch->files,
                                             batch->to, progressed, batch, batch->cancellable,
                                             applied, batch);
}

/* Which folders. */

static void
target_chosen (GListModel *files, gpointer user_data)
{
  Batch *batch = user_data;

  batch->to = g_list_model_get_item (files, 0);
  if (batch->window->session == NULL)
    batch_free (batch);
  else
    start (batch);
}

static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *files = ag_edit_session_list_photos (data, &error);

  if (files == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, files, (GDestroyNotify) g_ptr_array_unref);
}

static void
listed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Batch *batch = user_data;
  g_autofree char *name = ag_file_name (batch->from);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  batch->files = g_task_propagate_pointer (G_TASK (result), &error);
  if (batch->files == NULL)
    text = g_strdup (error->message);
  else if (batch->files->len == 0)
    /* Translators: %s is a folder */
    text = g_strdup_printf (_ ("%s: there are no photos in it"), name);
  if (text != NULL)
    {
      ag_window_toast (batch->window, text);
      batch_free (batch);
      return;
    }
  ag_file_dialogs_ask_folder (GTK_WINDOW (batch->window), _ ("Where to Write the Edited Photos"),
                              target_chosen, batch, (GDestroyNotify) batch_free);
}

static void
source_chosen (GListModel *files, gpointer user_data)
{
  Batch *batch = user_data;
  g_autoptr (GTask) task = g_task_new (NULL, batch->cancellable, listed, batch);

  batch->from = g_list_model_get_item (files, 0);
  g_task_set_task_data (task, g_object_ref (batch->from), g_object_unref);
  g_task_run_in_thread (task, list_thread);
}

static void
folder_wanted (AgWindow *self, AgLook *look)
{
  Batch *batch = g_new0 (Batch, 1);

  batch->window = g_object_ref (self);
  batch->look = ag_look_copy (look);
  batch->cancellable = g_cancellable_new ();
  ag_file_dialogs_ask_folder (GTK_WINDOW (self), _ ("Photos to Apply the Look To"), source_chosen,
                              batch, (GDestroyNotify) batch_free);
}

/* What was deleted comes back. */

typedef struct
{
  AgLooksPopover *popover; /* not owned: the toast is gone before it */
  AgLook *look;
} Deleted;

static void
deleted_free (gpointer data, GClosure *closure)
{
  Deleted *deleted = data;

  ag_look_free (deleted->look);
  g_free (deleted);
}

static void
restore (AdwToast *toast, Deleted *deleted)
{
  ag_looks_popover_save (deleted->popover, deleted->look);
}

static void
look_deleted (AgWindow *self, AgLook *look, AgLooksPopover *popover)
{
  /* Translators: %s is the name that somebody gave to a look */
  g_autofree char *text = g_strdup_printf (_ ("The look “%s” was deleted"), look->name);
  AdwToast *toast = ag_window_add_undo_toast (self, text);
  Deleted *deleted = g_new0 (Deleted, 1);

  deleted->popover = popover;
  deleted->look = ag_look_copy (look);
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (restore), deleted, deleted_free, 0);
}

void
ag_window_init_looks (AgWindow *self, AgLooksPopover *popover)
{
  g_signal_connect_swapped (popover, "folder-wanted", G_CALLBACK (folder_wanted), self);
  g_signal_connect_swapped (popover, "deleted", G_CALLBACK (look_deleted), self);
  g_signal_connect_swapped (popover, "problem", G_CALLBACK (ag_window_toast), self);
}
