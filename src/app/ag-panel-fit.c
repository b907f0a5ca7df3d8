/* ag-panel-fit.c: long words in a narrow panel
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A GtkDropDown's own factory makes labels that are as wide as their text. So it is given one for
 * its button, and then needs another one for its list, which would use the button's.
 */
#include "ag-panel-fit.h"

#include "ag-choice.h"

static void
setup_button (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_list_item_set_child (item, label);
}

static void
bind_button (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

static void
setup_row (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("object-select-symbolic"));
  gtk_list_item_set_child (item, box);
}

/* The mark stands at the item that is chosen. */
static void
update_mark (GtkDropDown *list, GParamSpec *pspec, GtkListItem *item)
{
  GtkWidget *mark = gtk_widget_get_last_child (gtk_list_item_get_child (item));

  gtk_widget_set_opacity (
    mark, gtk_drop_down_get_selected_item (list) == gtk_list_item_get_item (item) ? 1 : 0);
}

static void
bind_row (GtkListItemFactory *factory, GtkListItem *item, GtkDropDown *list)
{
  GtkWidget *label = gtk_widget_get_first_child (gtk_list_item_get_child (item));

  gtk_label_set_text (GTK_LABEL (label),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
  g_signal_connect (list, "notify::selected-item", G_CALLBACK (update_mark), item);
  update_mark (list, NULL, item);
}

static void
unbind_row (GtkListItemFactory *factory, GtkListItem *item, GtkDropDown *list)
{
  g_signal_handlers_disconnect_by_func (list, update_mark, item);
}

static void
fit_drop_down (GtkDropDown *list)
{
  GtkListItemFactory *button = gtk_signal_list_item_factory_new ();
  GtkListItemFactory *rows = gtk_signal_list_item_factory_new ();

  g_signal_connect (button, "setup", G_CALLBACK (setup_button), NULL);
  g_signal_connect (button, "bind", G_CALLBACK (bind_button), NULL);
  g_signal_connect_object (rows, "setup", G_CALLBACK (setup_row), list, 0);
  g_signal_connect_object (rows, "bind", G_CALLBACK (bind_row), list, 0);
  g_signal_connect_object (rows, "unbind", G_CALLBACK (unbind_row), list, 0);
  gtk_drop_down_set_list_factory (list, rows);
  gtk_drop_down_set_factory (list, button);
  g_object_unref (button);
  g_object_unref (rows);
}

void
ag_panel_name_button (GtkDropDown *list)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (list));

  gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  list, NULL, -1);
  ag_choice_add_actions (GTK_WIDGET (list));
}

void
ag_panel_fit (GtkWidget *panel)
{
  g_return_if_fail (GTK_IS_WIDGET (panel));

  if (GTK_IS_DROP_DOWN (panel))
    {
      fit_drop_down (GTK_DROP_DOWN (panel));
      ag_panel_name_button (GTK_DROP_DOWN (panel));
      return;
    }
  if (GTK_IS_LABEL (panel) && !gtk_label_get_wrap (GTK_LABEL (panel)))
    gtk_label_set_ellipsize (GTK_LABEL (panel), PANGO_ELLIPSIZE_END);
  for (GtkWidget *child = gtk_widget_get_first_child (panel); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    ag_panel_fit (child);
}
