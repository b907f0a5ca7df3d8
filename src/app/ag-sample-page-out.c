/* ag-sample-page-out.c: drawn faces on their way to the shelf and to files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-sample-page-private.h"

#include <glib/gi18n-lib.h>

#include "ag-file-dialogs.h"
#include "ag-file.h"
#include "ag-view-out.h"

/* Keeping. */

static void
kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgEditFace) face =
    ag_sample_session_keep_finish (AG_SAMPLE_SESSION (source), result, &error);

  ag_view_keeping_end (user_data, face, error);
}

static void
keep (AgSamplePage *self, const char *signal)
{
  if (self->samples == NULL || ag_edit_session_get_model (self->session) == NULL)
    return;
  ag_sample_session_keep_async (self->samples, ag_sample_session_get_chosen (self->samples),
                                self->cancellable, kept,
                                ag_view_keeping_new (GTK_WIDGET (self), signal));
}

static void
keep_face (GtkWidget *widget, const char *name, GVariant *parameter)
{
  keep (AG_SAMPLE_PAGE (widget), "message");
}

static void
edit_face (GtkWidget *widget, const char *name, GVariant *parameter)
{
  keep (AG_SAMPLE_PAGE (widget), "edit");
}

static void
blend_face (GtkWidget *widget, const char *name, GVariant *parameter)
{
  keep (AG_SAMPLE_PAGE (widget), "blend");
}

/* Out. */

typedef struct
{
  AgSamplePage *page;
  char *name;
} Exporting;

static void
exported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Exporting *exporting = user_data;
  g_autoptr (GError) error = NULL;

  (void) ag_sample_session_export_finish (AG_SAMPLE_SESSION (source), result, &error);
  ag_view_out_exported (GTK_WIDGET (exporting->page), exporting->name, error);
  g_object_unref (exporting->page);
  g_free (exporting->name);
  g_free (exporting);
}

static void
export_to (AgSamplePage *self, GFile *chosen, guint place)
{
  g_autoptr (GFile) file = ag_file_dialogs_with_extension (chosen, ".png");
  Exporting *exporting;

  if (self->samples == NULL)
    return;
  exporting = g_new0 (Exporting, 1);
  exporting->page = g_object_ref (self);
  exporting->name = ag_file_name (file);
  ag_export_bar_set_name (self->export_bar, exporting->name);
  ag_sample_session_export_async (self->samples, place, file, exported, exporting);
}

static void
sheet_chosen (GListModel *files, gpointer user_data)
{
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);

  export_to (user_data, file, AG_SAMPLE_ALL);
}

static void
face_file_chosen (GListModel *files, gpointer user_data)
{
  AgSamplePage *self = user_data;
  g_autoptr (GFile) file = g_list_model_get_item (files, 0);

  if (self->samples != NULL)
    export_to (self, file, ag_sample_session_get_chosen (self->samples));
}

void
ag_sample_page_save (AgSamplePage *self, gboolean sheet)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  g_autofree char *name = NULL;
  guint seed;

  g_return_if_fail (AG_IS_SAMPLE_PAGE (self));

  if (self->samples == NULL || ag_edit_session_get_model (self->session) == NULL)
    return;
  if (ag_sample_session_get_export_progress (self->samples) >= 0)
    {
      g_signal_emit_by_name (self, "message", _ ("Another export is under way"));
      return;
    }
  seed = sheet ? ag_sample_session_get_seed (self->samples)
               : (guint) ag_sample_session_get_sample (self->samples,
                                                       ag_sample_session_get_chosen (self->samples))
                   ->seed;
  /* Translators: the name of a file */
  name = g_strdup_printf (sheet ? _ ("faces from seed %u.png") : _ ("seed %u.png"), seed);
  ag_file_dialogs_save_picture (window, NULL, name, sheet ? sheet_chosen : face_file_chosen, self);
}

static void
export_sheet (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_sample_page_save (AG_SAMPLE_PAGE (widget), TRUE);
}

static void
export_face (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_sample_page_save (AG_SAMPLE_PAGE (widget), FALSE);
}

static void
cancel_export (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgSamplePage *self = AG_SAMPLE_PAGE (widget);

  if (self->samples != NULL)
    ag_sample_session_cancel_export (self->samples);
}

void
ag_sample_page_update_progress (AgSamplePage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double progress = ag_sample_session_get_export_progress (self->samples);
  gboolean exporting = progress >= 0;
  gboolean can_export = !exporting && ag_edit_session_get_model (self->session) != NULL;

  if (exporting)
    ag_export_bar_set_progress (self->export_bar, progress);
  gtk_widget_action_set_enabled (widget, "sample.export-sheet", can_export);
  gtk_widget_action_set_enabled (widget, "sample.export-face", can_export);
  gtk_widget_action_set_enabled (widget, "sample.cancel-export", exporting);
  if (!exporting)
    ag_export_bar_set_progress (self->export_bar, progress);
}

void
ag_sample_page_install_out (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "sample.keep", NULL, keep_face);
  gtk_widget_class_install_action (widget_class, "sample.edit", NULL, edit_face);
  gtk_widget_class_install_action (widget_class, "sample.export-sheet", NULL, export_sheet);
  gtk_widget_class_install_action (widget_class, "sample.export-face", NULL, export_face);
  gtk_widget_class_install_action (widget_class, "sample.cancel-export", NULL, cancel_export);
  gtk_widget_class_install_action (widget_class, "sample.blend", NULL, blend_face);
}
