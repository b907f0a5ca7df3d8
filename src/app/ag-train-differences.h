/* ag-train-differences.h: a table of the settings in which training runs differ
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-train-run.h"

G_BEGIN_DECLS

/**
 * ag_train_differences_show:
 * @run: (nullable): that the others are compared with
 * @others: (element-type AgTrainRun):
 *
 * Fills @grid, or hides it where there is nothing to compare.
 */
void ag_train_differences_show (GtkGrid *grid, AgTrainRun *run, GPtrArray *others);

G_END_DECLS
