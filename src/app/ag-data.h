/* ag-data.h: where the program's own files are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Installed, or, where the program runs from its build folder, in the source tree.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ag_data_get_locale_dir:
 *
 * Returns: (transfer none): the folder of translations
 */
const char *ag_data_get_locale_dir (void);

/**
 * ag_data_find_model:
 *
 * Returns: (transfer full): the bundled model, or what the environment variable AFTERGLOW_MODEL
 *   names; it need not exist
 */
GFile *ag_data_find_model (void);

/**
 * ag_data_new_settings:
 *
 * Returns: (transfer full) (nullable): %NULL if the schema is nowhere; then nothing is remembered
 */
GSettings *ag_data_new_settings (void);

G_END_DECLS
