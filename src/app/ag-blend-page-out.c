/* ag-blend-page-out.c: a blend on its way to the shelf and to files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-page-private.h"

#include <glib/gi18n-lib.h>

#include "ag-file-dialogs.h"
#include "ag-file.h"
#include "ag-view-out.h"

/* As in the panel's list of formats. */
enum
{
  FORMAT_ANIMATION,
  FORMAT_STRIP,
  FORMAT_FRAMES,
};

/* How long the way takes at a speed of 1. */
#define SECONDS 2.0

/* Keeping. */

static void
kept (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgEditFace) face =
    ag_blend_session_keep_finish (AG_BLEND_SESSION (source), result, &error);

  ag_view_keeping_end (user_data, face, error);
}

static void
keep (AgBlendPage *self, const char *signal)
{
  if (self->blend == NULL)
    return;
  ag_blend_session_keep_async (self->blend, self->cancellable, kept,
                               ag_view_keeping_new (GTK_WIDGET (self), signal));
}

static void
keep_face (GtkWidget *widget, const char *name, GVariant *parameter)
{
  keep (AG_BLEND_PAGE (widget), "message");
}

static void
edit_face (GtkWidget *widget, const char *name, GVariant *parameter)
{
  keep (AG_BLEND_PAGE (widget), "edit");
}

/* Exporting. */

typedef struct
{
  AgBlendPage *page;
  AgBlendOutput output;
  char *name;
} Exporting;

static void
exported (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Exporting *exporting = user_data;
  g_autoptr (GError) error = NULL;

  (void) ag_blend_session_export_finish (AG_BLEND_SESSION (source), result, &error);
  ag_view_out_exported (GTK_WIDGET (exporting->page), exporting->name, error);
  g_object_unref (exporting->page);
  g_free (exporting->name);
  g_free (exporting);
}

/* What is in the file and what it is called agree. */
static GFile *
with_extension (GFile *file, const AgBlendOutput *output)
{
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *extended = NULL;

  if (!output->still && output->format == AG_BLEND_FRAMES)
    return g_object_ref (file);
  if (output->still || output->format != AG_BLEND_ANIMATION)
    return ag_file_dialogs_with_extension (file, ".png");
  /* No other kind of file holds an animation. */
  if (g_str_has_suffix (uri, ".webp"))
    return g_object_ref (file);
  extended = g_strconcat (uri, ".webp", NULL);
  return g_file_new_for_uri (extended);
}

static void
file_chosen (GListModel *files, gpointer user_data)
{
  Exporting *question = user_data;
  AgBlendPage *self = question->page;
  g_autoptr (GFile) chosen = g_list_model_get_item (files, 0);
  g_autoptr (GFile) file = with_extension (chosen, &question->output);
  Exporting *exporting;

  if (self->blend == NULL)
    return;
  exporting = g_new0 (Exporting, 1);
  exporting->page = g_object_ref (self);
  exporting->output = question->output;
  exporting->name = ag_file_name (file);
  ag_export_bar_set_name (self->export_bar, exporting->name);
  ag_blend_session_export_async (self->blend, &exporting->output, file, exported, exporting);
}

static void
describe_output (AgBlendPage *self, gboolean still, AgBlendOutput *output)
{
  static const AgBlendFormat formats[] = {
    [FORMAT_ANIMATION] = AG_BLEND_ANIMATION,
    [FORMAT_STRIP] = AG_BLEND_STRIP,
    [FORMAT_FRAMES] = AG_BLEND_FRAMES,
  };
  guint times = 1u << gtk_drop_down_get_selected (self->size);
  AgModel *model = ag_edit_session_get_model (self->session);

  *output = (AgBlendOutput){ .still = still };
  output->format = formats[gtk_drop_down_get_selected (self->format)];
  output->n_frames = (guint) gtk_spin_button_get_value_as_int (self->n_frames);
  output->seconds = SECONDS / ag_control_row_get_value (self->speed);
  output->ping_pong = gtk_switch_get_active (self->ping_pong);
  output->size = (int) times * ag_glow_config (model->glow)->image_height;
}

void
ag_blend_page_save (AgBlendPage *self, gboolean still)
{
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self)));
  /* Lives as long as the page; the dialog is modal, so one is enough. */
  Exporting *question;

  g_return_if_fail (AG_IS_BLEND_PAGE (self));

  if (self->blend == NULL || !ag_blend_session_is_ready (self->blend))
    {
      ag_blend_page_message (self, _ ("A blend needs two faces"));
      return;
    }
  if (ag_blend_session_get_export_progress (self->blend) >= 0)
    {
      ag_blend_page_message (self, _ ("Another export is under way"));
      return;
    }
  question = g_new0 (Exporting, 1);
  question->page = self;
  describe_output (self, still, &question->output);
  g_object_set_data_full (G_OBJECT (self), "question", question, g_free);
  if (!still && question->output.format == AG_BLEND_FRAMES)
    ag_file_dialogs_ask_folder (window, _ ("Choose a Folder for the Frames"), file_chosen, question,
                                NULL);
  else if (!still && question->output.format == AG_BLEND_ANIMATION)
    ag_file_dialogs_save_picture (window, NULL, _ ("blend.webp"), file_chosen, question);
  else
    ag_file_dialogs_save_picture (window, NULL, _ ("blend.png"), file_chosen, question);
}

static void export(GtkWidget *widget, const char *name, GVariant *parameter)
{
  ag_blend_page_save (AG_BLEND_PAGE (widget), FALSE);
}

static void
cancel_export (GtkWidget *widget, const char *name, GVariant *parameter)
{
  AgBlendPage *self = AG_BLEND_PAGE (widget);

  if (self->blend != NULL)
    ag_blend_session_cancel_export (self->blend);
}

void
ag_blend_page_update_progress (AgBlendPage *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double progress = ag_blend_session_get_export_progress (self->blend);
  gboolean exporting = progress >= 0;

  if (exporting)
    ag_export_bar_set_progress (self->export_bar, progress);
  gtk_widget_action_set_enabled (widget, "blend.export",
                                 !exporting && ag_blend_session_is_ready (self->blend));
  gtk_widget_action_set_enabled (widget, "blend.cancel-export", exporting);
  if (!exporting)
    ag_export_bar_set_progress (self->export_bar, progress);
}

void
ag_blend_page_install_out (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "blend.keep", NULL, keep_face);
  gtk_widget_class_install_action (widget_class, "blend.edit", NULL, edit_face);
  gtk_widget_class_install_action (widget_class, "blend.export", NULL, export);
  gtk_widget_class_install_action (widget_class, "blend.cancel-export", NULL, cancel_export);
}
