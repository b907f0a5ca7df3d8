/* ag-data.c: where the program's own files are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-data.h"

#include "ag-config.h"

#define MODEL "faces-64.safetensors"

const char *
ag_data_get_locale_dir (void)
{
  return g_file_test (AG_PKGDATADIR, G_FILE_TEST_IS_DIR) ? AG_LOCALEDIR : AG_BUILD_LOCALEDIR;
}

GFile *
ag_data_find_model (void)
{
  const char *asked_for = g_getenv ("AFTERGLOW_MODEL");
  g_autofree char *installed = g_build_filename (AG_PKGDATADIR, "models", MODEL, NULL);
  g_autofree char *in_tree = g_build_filename (AG_SOURCE_DATADIR, "models", MODEL, NULL);

  if (asked_for != NULL && *asked_for != '\0')
    return g_file_new_for_commandline_arg (asked_for);
  if (!g_file_test (installed, G_FILE_TEST_EXISTS) && g_file_test (in_tree, G_FILE_TEST_EXISTS))
    return g_file_new_for_path (in_tree);
  return g_file_new_for_path (installed);
}

GSettings *
ag_data_new_settings (void)
{
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) in_tree = NULL;
  g_autoptr (GSettingsSchema) schema = NULL;

  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, AG_APP_ID, TRUE);
  if (schema == NULL)
    {
      in_tree = g_settings_schema_source_new_from_directory (AG_BUILD_DATADIR, source, TRUE, NULL);
      if (in_tree != NULL)
        schema = g_settings_schema_source_lookup (in_tree, AG_APP_ID, FALSE);
    }
  return schema != NULL ? g_settings_new_full (schema, NULL, NULL) : NULL;
}
