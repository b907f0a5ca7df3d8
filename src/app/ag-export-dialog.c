/* ag-export-dialog.c: as what a picture is to be exported
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-export-dialog.h"

#include <glib/gi18n-lib.h>

#include "ag-choice.h"

struct _AgExportDialog
{
  AdwWindow parent_instance;

  AdwPreferencesGroup *group;
  AdwComboRow *format;
  GtkWidget *quality_row, *receipt_row;
  GtkRange *quality;
  GtkSwitch *receipt;
  GtkWidget *export_button;

  GSettings *settings;
  char *size;
  char *original;
};

static guint export_signal;

/* In the order of the list. */
static const char *const extensions[] = { "png", "jpg", "webp" };

G_DEFINE_FINAL_TYPE (AgExportDialog, ag_export_dialog, ADW_TYPE_WINDOW)

static void
format_changed (AgExportDialog *self)
{
  const char *extension = ag_export_dialog_get_extension (self);
  gboolean original = g_strcmp0 (self->original, extension) == 0;
  g_autofree char *text = NULL;

  gtk_widget_set_visible (self->quality_row, !original && !g_str_equal (extension, "png"));
  gtk_widget_set_visible (self->receipt_row, !original && g_str_equal (extension, "png"));
  if (original)
    /* Translators: %s is a size like “1,024 × 768 pixels” */
    text =
      g_strdup_printf (_ ("%s. Nothing is edited: the file is copied byte for byte"), self->size);
  adw_preferences_group_set_description (self->group, text != NULL ? text : self->size);
}

static void
remember (AgExportDialog *self)
{
  if (self->settings == NULL)
    return;
  g_settings_set_string (self->settings, "export-format", ag_export_dialog_get_extension (self));
  g_settings_set_int (self->settings, "export-quality", ag_export_dialog_get_quality (self));
  g_settings_set_boolean (self->settings, "export-receipt", gtk_switch_get_active (self->receipt));
}

static void
export_clicked (AgExportDialog *self)
{
  g_object_ref (self);
  remember (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  g_signal_emit (self, export_signal, 0);
  gtk_window_destroy (GTK_WINDOW (self));
  g_object_unref (self);
}

/* Return exports. Given the focus before it is seen, GTK 4.8 tells nobody that this is a dialog. */
static void
ag_export_dialog_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ag_export_dialog_parent_class)->map (widget);
  gtk_window_set_focus (GTK_WINDOW (widget), AG_EXPORT_DIALOG (widget)->export_button);
}

static void
ag_export_dialog_finalize (GObject *object)
{
  AgExportDialog *self = AG_EXPORT_DIALOG (object);

  g_clear_object (&self->settings);
  g_free (self->size);
  g_free (self->original);
  G_OBJECT_CLASS (ag_export_dialog_parent_class)->finalize (object);
}

static void
ag_export_dialog_class_init (AgExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ag_export_dialog_finalize;
  widget_class->map = ag_export_dialog_map;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, AgExportDialog, group);
  gtk_widget_class_bind_template_child (widget_class, AgExportDialog, format);
  gtk_widget_class_bind_template_child (widget_class, AgExportDialog, quality_row);
  gtk_widget_class_bind_template_child (widget_class, AgExportDialog, quality);
  gtk_widget_class_bind_template_child (widget_class, AgExportDialog, receipt_row);
  gtk_widget_class_bind_template_child (widget_class, AgExportDialog, receipt);
  gtk_widget_class_bind_template_child (widget_class, AgExportDialog, export_button);
  gtk_widget_class_bind_template_callback (widget_class, format_changed);
  gtk_widget_class_bind_template_callback (widget_class, export_clicked);
  export_signal = g_signal_new ("export", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
}

static void
ag_export_dialog_init (AgExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  ag_choice_mend (GTK_WIDGET (self->format));
}

static void
recall (AgExportDialog *self)
{
  g_autofree char *format = g_settings_get_string (self->settings, "export-format");

  for (guint i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (g_str_equal (extensions[i], format))
      adw_combo_row_set_selected (self->format, i);
  gtk_range_set_value (self->quality, g_settings_get_int (self->settings, "export-quality"));
  gtk_switch_set_active (self->receipt, g_settings_get_boolean (self->settings, "export-receipt"));
}

AgExportDialog *
ag_export_dialog_new (GtkWindow *parent,
                      GSettings *settings,
                      int width,
                      int height,
                      const char *original)
{
  AgExportDialog *self = g_object_new (AG_TYPE_EXPORT_DIALOG, "transient-for", parent, NULL);

  self->size = g_strdup_printf (_ ("%d × %d pixels"), width, height);
  self->original = g_strdup (original);
  if (settings != NULL)
    {
      self->settings = g_object_ref (settings);
      recall (self);
    }
  format_changed (self);
  return self;
}

const char *
ag_export_dialog_get_extension (AgExportDialog *self)
{
  guint selected;

  g_return_val_if_fail (AG_IS_EXPORT_DIALOG (self), "png");
  selected = adw_combo_row_get_selected (self->format);
  return selected < G_N_ELEMENTS (extensions) ? extensions[selected] : extensions[0];
}

int
ag_export_dialog_get_quality (AgExportDialog *self)
{
  g_return_val_if_fail (AG_IS_EXPORT_DIALOG (self), 92);
  return (int) gtk_range_get_value (self->quality);
}

gboolean
ag_export_dialog_get_receipt (AgExportDialog *self)
{
  g_return_val_if_fail (AG_IS_EXPORT_DIALOG (self), TRUE);
  return gtk_switch_get_active (self->receipt);
}
