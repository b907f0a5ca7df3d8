/* ag-history-popover.c: the steps of the edit, to go back and forth in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-history-popover.h"

#include <glib/gi18n-lib.h>

struct _AgHistoryPopover
{
  GtkPopover parent_instance;

  GtkListBox *list;
  AgEditSession *session;
  gboolean filling, moving;
};

G_DEFINE_FINAL_TYPE (AgHistoryPopover, ag_history_popover, GTK_TYPE_POPOVER)

static void
add_step (AgHistoryPopover *self, guint step)
{
  g_autofree char *name = ag_edit_session_get_step_name (self->session, step);
  GtkWidget *label = gtk_label_new (name);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_box_append (self->list, label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (label)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* What was undone, and comes back with redo. */
static void
dim_undone (AgHistoryPopover *self, guint n, guint present)
{
  for (guint i = 0; i < n; i++)
    {
      GtkListBoxRow *row = gtk_list_box_get_row_at_index (self->list, (int) i);

      if (i > present)
        gtk_widget_add_css_class (GTK_WIDGET (row), "dim-label");
      else
        gtk_widget_remove_css_class (GTK_WIDGET (row), "dim-label");
    }
}

static void
fill (AgHistoryPopover *self)
{
  GtkWidget *child;
  guint n, present;

  if (self->moving || !gtk_widget_get_mapped (GTK_WIDGET (self)) || self->session == NULL)
    return;
  self->filling = TRUE;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, child);
  n = ag_edit_session_get_n_steps (self->session);
  present = ag_edit_session_get_step (self->session);
  for (guint i = 0; i < n; i++)
    add_step (self, i);
  dim_undone (self, n, present);
  gtk_list_box_select_row (self->list, gtk_list_box_get_row_at_index (self->list, (int) present));
  self->filling = FALSE;
}

static void
focus_present (AgHistoryPopover *self)
{
  GtkListBoxRow *row;

  fill (self);
  row = gtk_list_box_get_selected_row (self->list);
  if (row != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (row));
}

/* Moving along the list moves through the history: one sees what each step did. */
static void
row_selected (AgHistoryPopover *self, GtkListBoxRow *row)
{
  guint step;

  if (self->filling || row == NULL || self->session == NULL)
    return;
  step = (guint) gtk_list_box_row_get_index (row);
  /* The rows stay what they are. */
  self->moving = TRUE;
  ag_edit_session_go_to_step (self->session, step);
  self->moving = FALSE;
  dim_undone (self, ag_edit_session_get_n_steps (self->session), step);
}

static void
ag_history_popover_dispose (GObject *object)
{
  ag_history_popover_set_session (AG_HISTORY_POPOVER (object), NULL);
  G_OBJECT_CLASS (ag_history_popover_parent_class)->dispose (object);
}

static void
ag_history_popover_class_init (AgHistoryPopoverClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ag_history_popover_dispose;
}

static void
ag_history_popover_init (AgHistoryPopover *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "history");
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_BROWSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("History"), -1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroller), 420);
  gtk_widget_set_size_request (scroller, 230, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), GTK_WIDGET (self->list));
  gtk_popover_set_child (GTK_POPOVER (self), scroller);
  gtk_widget_add_css_class (GTK_WIDGET (self), "menu");
  g_signal_connect (self, "map", G_CALLBACK (focus_present), NULL);
  g_signal_connect_swapped (self->list, "row-selected", G_CALLBACK (row_selected), self);
}

void
ag_history_popover_set_session (AgHistoryPopover *self, AgEditSession *session)
{
  g_return_if_fail (AG_IS_HISTORY_POPOVER (self));

  if (self->session == session)
    return;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session != NULL)
    g_signal_connect_swapped (session, "history-changed", G_CALLBACK (fill), self);
}
