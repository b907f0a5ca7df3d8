/* ag-choice.c: choosing from a list that drops down, through accessibility
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-choice.h"

static void
choose (GtkWidget *list, gboolean next)
{
  g_autoptr (GListModel) model = NULL;
  guint selected, n;

  g_object_get (list, "model", &model, "selected", &selected, NULL);
  n = model != NULL ? g_list_model_get_n_items (model) : 0;
  if (selected == GTK_INVALID_LIST_POSITION)
    selected = next ? 0 : n - 1;
  else
    selected += next ? 1 : -1;
  /* Before the first one it is larger than any position. */
  if (selected < n)
    g_object_set (list, "selected", selected, NULL);
}

static void
choose_next (GtkWidget *list)
{
  choose (list, TRUE);
}

static void
choose_previous (GtkWidget *list)
{
  choose (list, FALSE);
}

static void
add_action (GSimpleActionGroup *group, const char *name, GCallback activated, GtkWidget *list)
{
  g_autoptr (GSimpleAction) action = g_simple_action_new (name, NULL);

  g_signal_connect_object (action, "activate", activated, list, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
}

void
ag_choice_add_actions (GtkWidget *list)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_return_if_fail (GTK_IS_WIDGET (list));

  add_action (group, "next", G_CALLBACK (choose_next), list);
  add_action (group, "previous", G_CALLBACK (choose_previous), list);
  gtk_widget_insert_action_group (list, "choice", G_ACTION_GROUP (group));
}
