/* ag-train-dialog.h: choosing pictures and a kind of model, before training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signal: `started (AgTrainRun)`, after which the dialog is closed.
 */
#pragma once

#include <adwaita.h>

#include "ag-train-session.h"
#include "ag-train-setup.h"

G_BEGIN_DECLS

#define AG_TYPE_TRAIN_DIALOG (ag_train_dialog_get_type ())
G_DECLARE_FINAL_TYPE (AgTrainDialog, ag_train_dialog, AG, TRAIN_DIALOG, AdwWindow)

AgTrainDialog *ag_train_dialog_new (GtkWindow *parent, AgTrainSession *session);

/**
 * ag_train_dialog_set_folder:
 *
 * Looks into @folder.
 */
void ag_train_dialog_set_folder (AgTrainDialog *self, GFile *folder);

/**
 * ag_train_dialog_get_setup:
 *
 * Returns: (transfer none) (nullable): what stands behind it
 */
AgTrainSetup *ag_train_dialog_get_setup (AgTrainDialog *self);

G_END_DECLS
