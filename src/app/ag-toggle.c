/* ag-toggle.c: ticking and folding out through accessibility
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-toggle.h"

static void
add_toggle (GtkWidget *widget, GCallback toggle, gpointer object)
{
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSimpleAction) action = g_simple_action_new ("toggle", NULL);

  g_signal_connect_object (action, "activate", toggle, object, G_CONNECT_SWAPPED);
  g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
  gtk_widget_insert_action_group (widget, "row", G_ACTION_GROUP (group));
}

static void
tick (GtkCheckButton *check)
{
  gtk_check_button_set_active (check, !gtk_check_button_get_active (check));
}

void
ag_toggle_add_tick (GtkCheckButton *check)
{
  g_return_if_fail (GTK_IS_CHECK_BUTTON (check));

  add_toggle (GTK_WIDGET (check), G_CALLBACK (tick), check);
}

static void
expand (AdwExpanderRow *row)
{
  adw_expander_row_set_expanded (row, !adw_expander_row_get_expanded (row));
}

static void
tell_expanded (AdwExpanderRow *row, GParamSpec *spec, GtkWidget *head)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (head), GTK_ACCESSIBLE_STATE_EXPANDED,
                               adw_expander_row_get_expanded (row), -1);
}

/* The row with the title, of those that an expander row is made of. */
static GtkWidget *
find_head (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (ADW_IS_ACTION_ROW (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_head (child);
  return found;
}

void
ag_toggle_add_expand (AdwExpanderRow *row)
{
  GtkWidget *head = find_head (GTK_WIDGET (row));

  g_return_if_fail (head != NULL);

  add_toggle (head, G_CALLBACK (expand), row);
  g_signal_connect_object (row, "notify::expanded", G_CALLBACK (tell_expanded), head, 0);
  tell_expanded (row, NULL, head);
}
