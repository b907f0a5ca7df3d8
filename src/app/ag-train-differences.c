/* ag-train-differences.c: a table of the settings in which training runs differ
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-differences.h"

#include <glib/gi18n-lib.h>

static void
attach (GtkGrid *grid, const char *text, gboolean heading, int column, int row)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_widget_set_tooltip_text (label, text);
  gtk_widget_add_css_class (label, heading ? "heading" : column == 0 ? "dim-label" : "numeric");
  gtk_grid_attach (grid, label, column, row, 1, 1);
}

void
ag_train_differences_show (GtkGrid *grid, AgTrainRun *run, GPtrArray *others)
{
  g_autoptr (GPtrArray) infos = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_run_info_free);
  g_autoptr (GPtrArray) names = NULL;
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (grid))) != NULL)
    gtk_grid_remove (grid, child);
  gtk_widget_set_visible (GTK_WIDGET (grid), FALSE);
  for (guint i = 0; i <= others->len; i++)
    {
      AgTrainRun *one = i == 0 ? run : g_ptr_array_index (others, i - 1);
      AgRunInfo *info = ag_run_info_load (ag_train_run_get_folder (one), NULL);

      if (info != NULL)
        g_ptr_array_add (infos, info);
    }
  if (infos->len < 2)
    return;
  names = ag_run_info_find_differences (infos);
  gtk_widget_set_visible (GTK_WIDGET (grid), TRUE);
  attach (grid, names->len > 0 ? _ ("What differs") : _ ("The settings are the same"), TRUE, 0, 0);
  for (guint c = 0; c < infos->len; c++)
    {
      AgRunInfo *info = g_ptr_array_index (infos, c);

      attach (grid, info->name, TRUE, (int) c + 1, 0);
      for (guint i = 0; i < names->len; i++)
        {
          const char *name = g_ptr_array_index (names, i);

          if (c == 0)
            attach (grid, name, FALSE, 0, (int) i + 1);
          attach (grid, ag_run_info_get_setting (info, name), FALSE, (int) c + 1, (int) i + 1);
        }
    }
}
