/* ag-file-dialogs.h: asking which file to open or save to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything that is GtkFileChooserNative is here. @folder is where to begin, nullable; the
 * callbacks are called once, or never if the dialog is dismissed.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * AgFilesChosenFunc:
 * @files: of GFile, at least one
 */
typedef void (*AgFilesChosenFunc) (GListModel *files, gpointer user_data);

void ag_file_dialogs_open_photos (GtkWindow *parent,
                                  GFile *folder,
                                  AgFilesChosenFunc chosen,
                                  gpointer user_data);
void ag_file_dialogs_open_model (GtkWindow *parent,
                                 GFile *folder,
                                 AgFilesChosenFunc chosen,
                                 gpointer user_data);

void ag_file_dialogs_choose_folder (GtkWindow *parent,
                                    GFile *folder,
                                    AgFilesChosenFunc chosen,
                                    gpointer user_data);

/**
 * ag_file_dialogs_save_picture:
 * @name: to begin with; its extension says which kind of files is shown
 */
void ag_file_dialogs_save_picture (GtkWindow *parent,
                                   GFile *folder,
                                   const char *name,
                                   AgFilesChosenFunc chosen,
                                   gpointer user_data);

/**
 * ag_file_dialogs_with_extension:
 * @chosen: may have been typed without an extension
 * @extension: of what is going to be in it, with the dot
 *
 * Returns: (transfer full): @chosen if it has an extension, @chosen with @extension otherwise
 */
GFile *ag_file_dialogs_with_extension (GFile *chosen, const char *extension);

/**
 * ag_file_dialogs_ask_folder:
 * @title: translated
 * @dismissed: (nullable): called with @user_data if none is chosen
 */
void ag_file_dialogs_ask_folder (GtkWindow *parent,
                                 const char *title,
                                 AgFilesChosenFunc chosen,
                                 gpointer user_data,
                                 GDestroyNotify dismissed);

/**
 * ag_file_dialogs_save_curves:
 * @name: to begin with; its extension is that of a picture or of a table
 */
void ag_file_dialogs_save_curves (GtkWindow *parent,
                                  const char *name,
                                  AgFilesChosenFunc chosen,
                                  gpointer user_data,
                                  GDestroyNotify dismissed);

/**
 * ag_file_dialogs_save_model:
 * @name: to begin with
 */
void ag_file_dialogs_save_model (GtkWindow *parent,
                                 GFile *folder,
                                 const char *name,
                                 AgFilesChosenFunc chosen,
                                 gpointer user_data);

G_END_DECLS
