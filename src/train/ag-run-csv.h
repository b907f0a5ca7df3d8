/* ag-run-csv.h: the curves of runs as a table for other programs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ag_run_csv_new:
 *
 * Returns: (transfer full): a table in the form of RFC 4180, with its heads, to be added to. Lines
 *   end in a line feed alone; numbers have a point whatever the locale
 */
GString *ag_run_csv_new (void);

/**
 * ag_run_csv_add:
 * @name: of the run
 * @reports: (element-type AgRunReport): a row each; what is not finite is left empty
 */
void ag_run_csv_add (GString *csv, const char *name, const GArray *reports);

G_END_DECLS
