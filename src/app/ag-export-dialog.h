/* ag-export-dialog.h: as what a picture is to be exported
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signal: `export` when that is decided; the dialog closes right after.
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define AG_TYPE_EXPORT_DIALOG (ag_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AgExportDialog, ag_export_dialog, AG, EXPORT_DIALOG, AdwWindow)

/**
 * ag_export_dialog_new:
 * @settings: (nullable): where the choices are remembered
 * @width: of the picture
 * @height: likewise
 * @original: (nullable): the extension with which the export is the original file, byte for byte;
 *   %NULL if the picture is edited or from no file
 */
AgExportDialog *ag_export_dialog_new (GtkWindow *parent,
                                      GSettings *settings,
                                      int width,
                                      int height,
                                      const char *original);

/**
 * ag_export_dialog_get_extension:
 *
 * Returns: "png", "jpg" or "webp"
 */
const char *ag_export_dialog_get_extension (AgExportDialog *self);

/* 1 to 100. */
int ag_export_dialog_get_quality (AgExportDialog *self);
gboolean ag_export_dialog_get_receipt (AgExportDialog *self);

G_END_DECLS
