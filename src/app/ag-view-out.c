/* ag-view-out.c: what a view says and shows of what leaves it
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

static gboolean
has_focus (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && (focus == widget || gtk_widget_is_ancestor (focus, widget));
}

void
ag_view_out_show_progress (GtkWidget *row, GtkProgressBar *bar, GtkWidget *instead, double progress)
{
  GtkWidget *shown = progress >= 0 ? row : instead, *hidden = progress >= 0 ? instead : row;
  gboolean had_focus = has_focus (hidden);

  gtk_progress_bar_set_fraction (bar, MAX (progress, 0));
  if (gtk_widget_get_visible (shown) && !gtk_widget_get_visible (hidden))
    return;
  gtk_widget_set_visible (shown, TRUE);
  /* What is hidden loses the focus, and it would go anywhere. */
  if (had_focus && GTK_IS_BUTTON (shown))
    (void) gtk_widget_grab_focus (shown);
  else if (had_focus)
    (void) gtk_widget_child_focus (shown, GTK_DIR_TAB_FORWARD);
  gtk_widget_set_visible (hidden, FALSE);
}
