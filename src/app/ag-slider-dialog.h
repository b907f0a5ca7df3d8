/* ag-slider-dialog.h: making a slider from two sets of photos, and naming others
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signal: `saved (GFile)`: a copy of the model with the slider in it.
 */
#pragma once

#include <adwaita.h>

#include "ag-model.h"
#include "ag-photo-tray.h"

G_BEGIN_DECLS

#define AG_TYPE_SLIDER_DIALOG (ag_slider_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AgSliderDialog, ag_slider_dialog, AG, SLIDER_DIALOG, AdwWindow)

AgSliderDialog *ag_slider_dialog_new (GtkWindow *parent, AgModel *model);

/**
 * ag_slider_dialog_get_tray:
 * @with: which of the two
 */
AgPhotoTray *ag_slider_dialog_get_tray (AgSliderDialog *self, gboolean with);
void ag_slider_dialog_set_name (AgSliderDialog *self, const char *name);

/**
 * ag_slider_dialog_is_ready:
 *
 * Returns: whether there is something to save
 */
gboolean ag_slider_dialog_is_ready (AgSliderDialog *self);

/**
 * ag_slider_dialog_save_to:
 *
 * What the action `dialog.save` does once a file has been chosen.
 */
void ag_slider_dialog_save_to (AgSliderDialog *self, GFile *file);

G_END_DECLS
