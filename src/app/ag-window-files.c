/* ag-window-files.c: what comes into the window and goes out of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-window-private.h"

#include <glib/gi18n-lib.h>

#include "ag-export-dialog.h"
#include "ag-file-dialogs.h"
#include "ag-file.h"
#include "ag-texture.h"

/* Opening. */

void
ag_window_open_file (AgWindow *self, GFile *file)
{
  g_autofree char *name = NULL;

  g_return_if_fail (AG_IS_WINDOW (self));
  g_return_if_fail (G_IS_FILE (file));

  if (self->session == NULL)
    return;
  name = g_file_get_basename (file);
  if (name != NULL && g_str_has_suffix (name, ".safetensors"))
    ag_edit_session_load_model (self->session, file);
  else
    ag_edit_session_open_file (self->session, file);
}

static void
open_files (AgWindow *self, GListModel *files)
{
  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      ag_window_open_file (self, file);
    }
}

static GFile *
get_folder (AgWindow *self, const char *key)
{
  g_autofree char *uri = NULL;

  if (self->settings == NULL)
    return NULL;
  uri = g_settings_get_string (self->settings, key);
  return *uri != '\0' ? g_file_new_for_uri (uri) : NULL;
}

static void
remember_folder (AgWindow *self, const char *key, GFile *file)
{
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autofree char *uri = folder != NULL ? g_file_get_uri (folder) : NULL;

  if (self->settings != NULL && uri != NULL)
    g_settings_set_string (self->settings, key, uri);
}

static void
photos_chosen (GListModel *files, gpointer user_data)
{
  AgWindow *self = user_data;
  g_autoptr (GFile) first = g_list_model_get_item (files, 0);

  remember_folder (self, "open-folder", first);
  open_files (self, files);
}

static void
open_photos (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);
  g_autoptr (GFile) folder = get_folder (self, "open-folder");

  ag_file_dialogs_open_photos (GTK_WINDOW (self), folder, photos_chosen, self);
}

static void
model_chosen (GListModel *files, gpointer user_data)
{
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);

  ag_window_load_model (user_data, file);
}

static void
open_model (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_file_dialogs_open_model (GTK_WINDOW (widget), NULL, model_chosen, widget);
}

static void
texture_converted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) image = ag_texture_to_image_finish (result, &error);

  if (image != NULL && self->session != NULL)
    ag_edit_session_open_image (self->session, _ ("Pasted picture"), image);
  else if (error != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ag_window_toast (self, error->message);
}

static void
open_texture (AgWindow *self, GdkTexture *texture)
{
  ag_texture_to_image_async (texture, self->cancellable, texture_converted, g_object_ref (self));
}

static gboolean
open_value (AgWindow *self, const GValue *value)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      g_autoptr (GSList) files = gdk_file_list_get_files (g_value_get_boxed (value));

      for (GSList *link = files; link != NULL; link = link->next)
        ag_window_open_file (self, link->data);
      return files != NULL;
    }
  if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    {
      ag_window_open_file (self, g_value_get_object (value));
      return TRUE;
    }
  if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    {
      open_texture (self, g_value_get_object (value));
      return TRUE;
    }
  return FALSE;
}

/* Drops. */

static gboolean
dropped (AgWindow *self, const GValue *value)
{
  return open_value (self, value);
}

static GdkDragAction
drop_entered (AgWindow *self, double x, double y)
{
  gtk_widget_add_css_class (self->drop_frame, "drop");
  return GDK_ACTION_COPY;
}

static void
drop_left (AgWindow *self)
{
  gtk_widget_remove_css_class (self->drop_frame, "drop");
}

void
ag_window_init_drops (AgWindow *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE, GDK_TYPE_TEXTURE };

  gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
  g_signal_connect_swapped (target, "drop", G_CALLBACK (dropped), self);
  g_signal_connect_swapped (target, "enter", G_CALLBACK (drop_entered), self);
  g_signal_connect_swapped (target, "leave", G_CALLBACK (drop_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

/* The clipboard. */

static void
pasted (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (value != NULL)
    (void) open_value (self, value);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ag_window_toast (self, error->message);
}

static void
paste (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  g_autoptr (GdkContentFormats) readable = NULL;
  GType types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };

  readable = gdk_content_formats_union_deserialize_gtypes (gdk_content_formats_ref (formats));
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (gdk_content_formats_contain_gtype (readable, types[i]))
      {
        gdk_clipboard_read_value_async (clipboard, types[i], G_PRIORITY_DEFAULT, self->cancellable,
                                        pasted, g_object_ref (self));
        return;
      }
  ag_window_toast (self, _ ("There is no picture on the clipboard"));
}

static void
rendered_for_clipboard (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (AgWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) image =
    ag_edit_session_render_finish (AG_EDIT_SESSION (source), result, &error);
  g_autoptr (GdkTexture) texture = NULL;

  if (image == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        ag_window_toast (self, error->message);
      return;
    }
  texture = ag_texture_new (image);
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self)), texture);
  ag_window_toast (self, _ ("The picture was copied"));
}

static void
copy (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);

  ag_edit_session_render_async (self->session, self->cancellable, rendered_for_clipboard,
                                g_object_ref (self));
}

/* Saving. */

typedef struct
{
  AgWindow *window;
  char *name;
} Saving;

static void
saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Saving *saving = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  saving->window->n_saving--;
  if (ag_edit_session_save_finish (AG_EDIT_SESSION (source), result, &error))
    {
      /* Translators: %s is a file's name */
      text = g_strdup_printf (_ ("Saved as %s"), saving->name);
      ag_window_toast (saving->window, text);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      saving->window->closing = FALSE;
      ag_window_toast (saving->window, error->message);
    }
  if (saving->window->closing && saving->window->n_saving == 0)
    gtk_window_close (GTK_WINDOW (saving->window));
  g_object_unref (saving->window);
  g_free (saving->name);
  g_free (saving);
}

static void
save_chosen (GListModel *files, gpointer user_data)
{
  AgWindow *self = user_data;
  g_autoptr (GFile) chosen = g_list_model_get_item (files, 0);
  g_autoptr (GFile) file = ag_file_dialogs_with_extension (chosen, ".png");
  Saving *saving;

  if (self->session == NULL)
    return;
  remember_folder (self, "save-folder", file);
  saving = g_new0 (Saving, 1);
  saving->window = g_object_ref (self);
  saving->name = ag_file_name (file);
  self->n_saving++;
  ag_edit_session_save_async (self->session, file, self->cancellable, saved, saving);
}

/* "photo.jpg" becomes "photo edited.png". */
static char *
suggest_name (AgEditSession *session, const char *extension)
{
  g_autofree char *stem = g_strdup (ag_edit_face_get_name (ag_edit_session_get_face (session)));
  g_autofree char *edited = NULL;
  char *dot = strrchr (stem, '.');

  if (dot != NULL && dot != stem)
    *dot = '\0';
  if (ag_edit_session_is_neutral (session))
    return g_strconcat (stem, ".", extension, NULL);
  /* Translators: the name of a file; %s is that of the photo that was edited */
  edited = g_strdup_printf (_ ("%s edited"), stem);
  return g_strconcat (edited, ".", extension, NULL);
}

/* Beside the photo; what is from no file, where the last one went. */
static GFile *
suggest_folder (AgWindow *self)
{
  GFile *photo = ag_edit_face_get_file (ag_edit_session_get_face (self->session));
  GFile *folder = photo != NULL ? g_file_get_parent (photo) : NULL;

  return folder != NULL ? folder : get_folder (self, "save-folder");
}

static void
save_as (AgWindow *self, const char *extension)
{
  g_autoptr (GFile) folder = NULL;
  g_autofree char *suggestion = NULL;

  if (self->session == NULL || ag_edit_session_get_face (self->session) == NULL)
    return;
  folder = suggest_folder (self);
  suggestion = suggest_name (self->session, extension);
  ag_file_dialogs_save_picture (GTK_WINDOW (self), folder, suggestion, save_chosen, self);
}

static void
save (GtkWidget *widget, const char *name, GVariant *parameter)
{
  if (!ag_window_save_view (AG_WINDOW (widget), TRUE))
    save_as (AG_WINDOW (widget), "png");
}

static void
export_decided (AgWindow *self, AgExportDialog *dialog)
{
  ag_edit_session_set_quality (self->session, ag_export_dialog_get_quality (dialog));
  ag_edit_session_set_receipts (self->session, ag_export_dialog_get_receipt (dialog));
  save_as (self, ag_export_dialog_get_extension (dialog));
}

/* Where the export would be the file itself. */
static const char *
get_original_extension (AgEditSession *session)
{
  GFile *file = ag_edit_face_get_file (ag_edit_session_get_face (session));
  g_autofree char *name = file != NULL ? g_file_get_basename (file) : NULL;
  g_autofree char *lower = name != NULL ? g_ascii_strdown (name, -1) : NULL;

  if (lower == NULL || !ag_edit_session_is_neutral (session))
    return NULL;
  if (g_str_has_suffix (lower, ".jpg") || g_str_has_suffix (lower, ".jpeg"))
    return "jpg";
  if (g_str_has_suffix (lower, ".webp"))
    return "webp";
  return g_str_has_suffix (lower, ".png") ? "png" : NULL;
}

static void
export_picture (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgWindow *self = AG_WINDOW (widget);
  AgExportDialog *dialog;
  int width, height;

  if (ag_window_save_view (self, FALSE) || self->session == NULL ||
      !ag_edit_session_get_picture_size (self->session, &width, &height))
    return;
  dialog = ag_export_dialog_new (GTK_WINDOW (self), self->settings, width, height,
                                 get_original_extension (self->session));
  g_signal_connect_object (dialog, "export", G_CALLBACK (export_decided), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

void
ag_window_install_file_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.open", NULL, open_photos);
  gtk_widget_class_install_action (widget_class, "win.open-model", NULL, open_model);
  gtk_widget_class_install_action (widget_class, "win.paste", NULL, paste);
  gtk_widget_class_install_action (widget_class, "win.copy", NULL, copy);
  gtk_widget_class_install_action (widget_class, "win.save", NULL, save);
  gtk_widget_class_install_action (widget_class, "win.export", NULL, export_picture);
}
