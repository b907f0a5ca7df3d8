/* main.c: starts Afterglow
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>
#include <locale.h>

#include "ag-application.h"
#include "ag-data.h"

int
main (int argc, char **argv)
{
  g_autoptr (AgApplication) application = NULL;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, ag_data_get_locale_dir ());
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  application = ag_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
