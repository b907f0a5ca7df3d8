/* ag-train-page.h: the view in which models are trained
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of runs beside the one that is chosen; in narrow windows one or the other. A folder that
 * is dropped, or the action `train.new`, begins with AgTrainDialog. Signals: `open-model (GFile)`,
 * `message (char *)`.
 */
#pragma once

#include <adwaita.h>

#include "ag-train-session.h"

G_BEGIN_DECLS

#define AG_TYPE_TRAIN_PAGE (ag_train_page_get_type ())
G_DECLARE_FINAL_TYPE (AgTrainPage, ag_train_page, AG, TRAIN_PAGE, GtkWidget)

/**
 * ag_train_page_set_session:
 * @session: (nullable):
 */
void ag_train_page_set_session (AgTrainPage *self, AgTrainSession *session);

/**
 * ag_train_page_show_run:
 *
 * Chooses a run, whatever is shown now.
 */
void ag_train_page_show_run (AgTrainPage *self, AgTrainRun *run);

/**
 * ag_train_page_show_run_named:
 *
 * Chooses the run of that name, if there is one still.
 */
void ag_train_page_show_run_named (AgTrainPage *self, const char *name);

/**
 * ag_train_page_get_run:
 *
 * Returns: (transfer none) (nullable): the run that is shown
 */
AgTrainRun *ag_train_page_get_run (AgTrainPage *self);

/**
 * ag_train_page_new_run:
 * @folder: (nullable): of images, to begin with
 *
 * Opens the dialog.
 */
void ag_train_page_new_run (AgTrainPage *self, GFile *folder);

G_END_DECLS
