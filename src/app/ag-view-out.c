/* ag-view-out.c: what a view says of what leaves it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-view-out.h"

#include <glib/gi18n-lib.h>

void
ag_view_out_kept (GtkWidget *view, const char *signal, AgEditFace *face, const GError *error)
{
  g_autofree char *text = NULL;

  if (face != NULL && !g_str_equal (signal, "message"))
    g_signal_emit_by_name (view, signal, face);
  else if (face != NULL)
    {
      /* Translators: %s is a face's name, for example “Seed 12” */
      text = g_strdup_printf (_ ("“%s” is on the shelf"), ag_edit_face_get_name (face));
      g_signal_emit_by_name (view, "message", text);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit_by_name (view, "message", error->message);
}

void
ag_view_out_exported (GtkWidget *view, const char *name, const GError *error)
{
  g_autofree char *text = NULL;

  if (error == NULL)
    text = g_strdup_printf (_ ("Saved as %s"), name);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    text = g_strdup (_ ("Cancelled; nothing was written"));
  else
    text = g_strdup (error->message);
  g_signal_emit_by_name (view, "message", text);
}
