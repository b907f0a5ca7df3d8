/* ag-file-dialogs.c: asking which file to open or save to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-file-dialogs.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  AgFilesChosenFunc chosen;
  gpointer user_data;
  GDestroyNotify dismissed; /* nullable */
} Question;

static void
answered (GtkNativeDialog *dialog, int response, gpointer data)
{
  Question *question = data;

  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));

      if (g_list_model_get_n_items (files) > 0)
        {
          question->chosen (files, question->user_data);
          question->dismissed = NULL;
        }
    }
  if (question->dismissed != NULL)
    question->dismissed (question->user_data);
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
question_free (gpointer data, GClosure *closure)
{
  g_free (data);
}

static void
ask (GtkFileChooserNative *dialog,
     GFile *folder,
     AgFilesChosenFunc chosen,
     gpointer user_data,
     GDestroyNotify dismissed)
{
  Question *question = g_new (Question, 1);

  question->dismissed = dismissed;
  question->chosen = chosen;
  question->user_data = user_data;
  /* A folder that is gone would greet with an error instead of the chooser's own choice. */
  if (folder != NULL && g_file_query_exists (folder, NULL))
    (void) gtk_file_chooser_set_current_folder (GTK_FILE_CHOOSER (dialog), folder, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_data (dialog, "response", G_CALLBACK (answered), question, question_free, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
add_filter (GtkFileChooserNative *dialog, const char *name, const char *const *suffixes)
{
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();

  gtk_file_filter_set_name (filter, name);
  for (; suffixes != NULL && *suffixes != NULL; suffixes++)
    gtk_file_filter_add_suffix (filter, *suffixes);
  if (suffixes == NULL)
    gtk_file_filter_add_pattern (filter, "*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (dialog), filter);
}

void
ag_file_dialogs_open_photos (GtkWindow *parent,
                             GFile *folder,
                             AgFilesChosenFunc chosen,
                             gpointer user_data)
{
  static const char *const photos[] = { "jpg", "jpeg", "png", "webp", NULL };
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
    _ ("Open Photos"), parent, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel"));

  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  add_filter (dialog, _ ("Photos"), photos);
  add_filter (dialog, _ ("All files"), NULL);
  ask (dialog, folder, chosen, user_data, NULL);
}

void
ag_file_dialogs_open_model (GtkWindow *parent,
                            GFile *folder,
                            AgFilesChosenFunc chosen,
                            gpointer user_data)
{
  static const char *const models[] = { "safetensors", NULL };
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
    _ ("Open a Model"), parent, GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Open"), _ ("_Cancel"));

  add_filter (dialog, _ ("Models"), models);
  add_filter (dialog, _ ("All files"), NULL);
  ask (dialog, folder, chosen, user_data, NULL);
}

void
ag_file_dialogs_choose_folder (GtkWindow *parent,
                               GFile *folder,
                               AgFilesChosenFunc chosen,
                               gpointer user_data)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
    _ ("Choose a Folder of Pictures"), parent, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Choose"),
    _ ("_Cancel"));

  ask (dialog, folder, chosen, user_data, NULL);
}

void
ag_file_dialogs_save_picture (GtkWindow *parent,
                              GFile *folder,
                              const char *name,
                              AgFilesChosenFunc chosen,
                              gpointer user_data)
{
  static const char *const png[] = { "png", NULL };
  static const char *const jpeg[] = { "jpg", "jpeg", NULL };
  static const char *const webp[] = { "webp", NULL };
  const char *dot = strrchr (name, '.');
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
    _ ("Save Picture"), parent, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  if (g_strcmp0 (dot, ".jpg") == 0)
    add_filter (dialog, _ ("JPEG pictures"), jpeg);
  else if (g_strcmp0 (dot, ".webp") == 0)
    add_filter (dialog, _ ("WebP pictures"), webp);
  else
    add_filter (dialog, _ ("PNG pictures"), png);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  ask (dialog, folder, chosen, user_data, NULL);
}

void
ag_file_dialogs_ask_folder (GtkWindow *parent,
                            const char *title,
                            AgFilesChosenFunc chosen,
                            gpointer user_data,
                            GDestroyNotify dismissed)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
    title, parent, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Choose"), _ ("_Cancel"));

  ask (dialog, NULL, chosen, user_data, dismissed);
}

void
ag_file_dialogs_save_model (GtkWindow *parent,
                            GFile *folder,
                            const char *name,
                            AgFilesChosenFunc chosen,
                            gpointer user_data)
{
  static const char *const models[] = { "safetensors", NULL };
  GtkFileChooserNative *dialog =
    gtk_file_chooser_native_new (_ ("Save a Copy of the Model"), parent,
                                 GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  add_filter (dialog, _ ("Models"), models);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  ask (dialog, folder, chosen, user_data, NULL);
}

void
ag_file_dialogs_save_curves (GtkWindow *parent,
                             const char *name,
                             AgFilesChosenFunc chosen,
                             gpointer user_data,
                             GDestroyNotify dismissed)
{
  static const char *const kinds[] = { "png", "svg", "csv", NULL };
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (
    _ ("Save the Curves"), parent, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Save"), _ ("_Cancel"));

  add_filter (dialog, _ ("Pictures (.png, .svg) and tables (.csv)"), kinds);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  ask (dialog, NULL, chosen, user_data, dismissed);
}

GFile *
ag_file_dialogs_with_extension (GFile *chosen, const char *extension)
{
  g_autofree char *uri = g_file_get_uri (chosen);
  g_autofree char *name = g_file_get_basename (chosen);
  g_autofree char *extended = NULL;

  if (name == NULL || strchr (name, '.') != NULL)
    return g_object_ref (chosen);
  extended = g_strconcat (uri, extension, NULL);
  return g_file_new_for_uri (extended);
}
