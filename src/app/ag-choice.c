/* ag-choice.c: choosing from a list that drops down, by every means
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-choice.h"

/* Through accessibility. */

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

static void
add_actions (GtkWidget *list)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  add_action (group, "next", G_CALLBACK (choose_next), list);
  add_action (group, "previous", G_CALLBACK (choose_previous), list);
  gtk_widget_insert_action_group (list, "choice", G_ACTION_GROUP (group));
}

/* By keys. */

static GtkWidget *
find (GtkWidget *widget, GType type)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

/* GTK 4.8 would give the keys to the first row, where Return chooses the row that is marked: the
 * one that is chosen, or the one that was left with Escape the last time. */
static void
dropped_down (GtkWidget *popover, GtkWidget *list)
{
  GtkWidget *rows = find (popover, GTK_TYPE_LIST_VIEW);
  guint selected;

  g_object_get (list, "selected", &selected, NULL);
  if (rows == NULL || selected == GTK_INVALID_LIST_POSITION)
    return;
  (void) gtk_widget_activate_action (rows, "list.select-item", "(ubb)", selected, FALSE, FALSE);
  (void) gtk_widget_activate_action (rows, "list.scroll-to-item", "u", selected);
  for (GtkWidget *row = gtk_widget_get_first_child (rows); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if ((gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_SELECTED) != 0)
      (void) gtk_widget_grab_focus (row);
}

/* By pointer. */

static gboolean
renew_surface (gpointer data)
{
  GtkPopover *popover = data;

  /* Neither open again nor gone with its window. */
  if (gtk_widget_get_realized (GTK_WIDGET (popover)) &&
      !gtk_widget_get_mapped (GTK_WIDGET (popover)))
    {
      gtk_popover_set_autohide (popover, FALSE);
      gtk_popover_set_autohide (popover, TRUE);
      gtk_widget_realize (GTK_WIDGET (popover));
    }
  return G_SOURCE_REMOVE;
}

/* On X11, GTK 4.8 has the surface of a list that is gone take the next click, wherever that is,
 * when another row was chosen. A new surface does not know of that. */
static void
rolled_up (GtkWidget *popover)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, renew_surface, g_object_ref (popover), g_object_unref);
}

void
ag_choice_mend (GtkWidget *list)
{
  GtkWidget *popover;

  g_return_if_fail (GTK_IS_WIDGET (list));

  add_actions (list);
  popover = find (list, GTK_TYPE_POPOVER);
  if (popover == NULL)
    return;
  g_signal_connect_object (popover, "map", G_CALLBACK (dropped_down), list, G_CONNECT_AFTER);
  g_signal_connect (popover, "unmap", G_CALLBACK (rolled_up), NULL);
}
