/* ag-train-run-view.h: one training run: its curves, its numbers, what it draws
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals: `open-model (GFile)`, `message (char *)`.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-train-session.h"

G_BEGIN_DECLS

#define AG_TYPE_TRAIN_RUN_VIEW (ag_train_run_view_get_type ())
G_DECLARE_FINAL_TYPE (AgTrainRunView, ag_train_run_view, AG, TRAIN_RUN_VIEW, GtkWidget)

/**
 * ag_train_run_view_set_run:
 * @session: (nullable): whose run it is
 * @run: (nullable): what to show
 */
void ag_train_run_view_set_run (AgTrainRunView *self, AgTrainSession *session, AgTrainRun *run);

/**
 * ag_train_run_describe:
 *
 * Returns: (transfer full): in words where a run is, for lists too: "Paused at step 1,200"
 */
char *ag_train_run_describe (AgTrainRun *run);

G_END_DECLS
