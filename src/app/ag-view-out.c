/* ag-view-out.c: what a view says of what leaves it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-view-out.h"

#include <glib/gi18n-lib.h>

struct _AgViewKeeping
{
  GtkWidget *view;
  const char *signal;
};

AgViewKeeping *
ag_view_keeping_new (GtkWidget *view, const char *signal)
{
  AgViewKeeping *self = g_new (AgViewKeeping, 1);

  self->view = g_object_ref (view);
  self->signal = signal;
  return self;
}

void
ag_view_keeping_end (AgViewKeeping *self, AgEditFace *face, const GError *error)
{
  g_autofree char *text = NULL;

  if (face != NULL && !g_str_equal (self->signal, "message"))
    g_signal_emit_by_name (self->view, self->signal, face);
  else if (face != NULL)
    {
      /* Translators: %s is a face's name, for example “Seed 12” */
      text = g_strdup_printf (_ ("“%s” is on the shelf"), ag_edit_face_get_name (face));
      g_signal_emit_by_name (self->view, "message", text);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_signal_emit_by_name (self->view, "message", error->message);
  g_object_unref (self->view);
  g_free (self);
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
