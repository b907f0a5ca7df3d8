/* ag-cli-estimate.h: `train --estimate`
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-cli.h"
#include "ag-trainer-estimate.h"

G_BEGIN_DECLS

/**
 * ag_cli_estimate_run:
 * @data: path of a folder of pictures
 * @options: (inout): what was asked for; the rest is filled in from the preset
 *
 * Looks at the pictures, takes a few steps and prints what training would take.
 */
gboolean
ag_cli_estimate_run (AgCli *cli, const char *data, AgTrainerOptions *options, GError **error);

G_END_DECLS
