/* ag-curves-out.h: the curves of training runs, written to a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-train-run.h"

G_BEGIN_DECLS

/**
 * ag_curves_out_async:
 * @runs: (element-type AgTrainRun): what they have reported until now is taken at once
 * @smoothing: of a picture's curves, 0 to 1
 * @file: whose name ends in .png or .svg for a picture, or in .csv for the numbers
 *
 * Written on a thread of its own, beside @file, and renamed. On the main loop.
 */
void ag_curves_out_async (GPtrArray *runs,
                          double smoothing,
                          GFile *file,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);

/**
 * ag_curves_out_finish:
 *
 * Returns: whether the file is there; else @error names it and the cause
 */
gboolean ag_curves_out_finish (GAsyncResult *result, GError **error);

/**
 * ag_curves_out_ask:
 * @view: whose signal "message" gets the words for what has become of it
 * @runs: (element-type AgTrainRun): copied; what they have reported until a file is chosen
 *
 * Asks for a file and writes it.
 */
void ag_curves_out_ask (GtkWidget *view, GPtrArray *runs, double smoothing);

G_END_DECLS
