/* ag-export-bar.h: how far an export is, and a way to cancel it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * It stands where nothing folds away and nothing is scrolled, and is seen while something is
 * exported, if that takes a while.
 *
 * Properties: `cancel-action`, the name of the action of the button Cancel.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AG_TYPE_EXPORT_BAR (ag_export_bar_get_type ())
G_DECLARE_FINAL_TYPE (AgExportBar, ag_export_bar, AG, EXPORT_BAR, GtkWidget)

/**
 * ag_export_bar_set_name:
 * @name: of the file or folder that is about to be written
 */
void ag_export_bar_set_name (AgExportBar *self, const char *name);

/**
 * ag_export_bar_set_progress:
 * @progress: 0 to 1; negative if nothing is exported
 *
 * To be called before what began an export becomes insensitive, and after it has become sensitive
 * again: the focus goes from it to Cancel and back.
 */
void ag_export_bar_set_progress (AgExportBar *self, double progress);

G_END_DECLS
