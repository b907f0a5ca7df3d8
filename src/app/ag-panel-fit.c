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

/* The mark stands at the item that is chosen in the list, a GtkDropDown or an AdwComboRow. */
static void
update_mark (GObject *list, GParamSpec *pspec, GtkListItem *item)
{
  GtkWidget *mark = gtk_widget_get_last_child (gtk_list_item_get_child (item));
  g_autoptr (GObject) selected = NULL;

  g_object_get (list, "selected-item", &selected, NULL);
  gtk_widget_set_opacity (mark, selected == gtk_list_item_get_item (item) ? 1 : 0);
}

static void
bind_row (GtkListItemFactory *factory, GtkListItem *item, GObject *list)
{
  GtkWidget *label = gtk_widget_get_first_child (gtk_list_item_get_child (item));

  gtk_label_set_text (GTK_LABEL (label),
                      gtk_string_object_get_string (gtk_list_item_get_item (item)));
  g_signal_connect (list, "notify::selected-item", G_CALLBACK (update_mark), item);
  update_mark (list, NULL, item);
}

static void
unbind_row (GtkListItemFactory *factory, GtkListItem *item, GObject *list)
{
  g_signal_handlers_disconnect_by_func (list, update_mark, item);
}

/* For what is chosen, in a label that @setup makes, and for the list that drops down. */
static void
set_factories (gpointer list, GCallback setup)
{
  g_autoptr (GtkListItemFactory) chosen = gtk_signal_list_item_factory_new ();
  g_autoptr (GtkListItemFactory) rows = gtk_signal_list_item_factory_new ();

  g_signal_connect (chosen, "setup", setup, NULL);
  g_signal_connect (chosen, "bind", G_CALLBACK (bind_button), NULL);
  g_signal_connect_object (rows, "setup", G_CALLBACK (setup_row), list, 0);
  g_signal_connect_object (rows, "bind", G_CALLBACK (bind_row), list, 0);
  g_signal_connect_object (rows, "unbind", G_CALLBACK (unbind_row), list, 0);
  g_object_set (list, "list-factory", rows, NULL);
  g_object_set (list, "factory", chosen, NULL);
}

static void
setup_value (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_list_item_set_child (item, label);
}

void
ag_panel_fit_combo_row (AdwComboRow *row)
{
  g_return_if_fail (ADW_IS_COMBO_ROW (row));
  set_factories (row, G_CALLBACK (setup_value));
}

void
ag_panel_name_button (GtkDropDown *list)
{
  GtkWidget *button = gtk_widget_get_first_child (GTK_WIDGET (list));

  gtk_accessible_update_relation (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_RELATION_LABELLED_BY,
                                  list, NULL, -1);
  ag_choice_mend (GTK_WIDGET (list));
}

void
ag_panel_fit (GtkWidget *panel)
{
  g_return_if_fail (GTK_IS_WIDGET (panel));

  if (GTK_IS_DROP_DOWN (panel))
    {
      set_factories (panel, G_CALLBACK (setup_button));
      ag_panel_name_button (GTK_DROP_DOWN (panel));
      return;
    }
  if (GTK_IS_LABEL (panel) && !gtk_label_get_wrap (GTK_LABEL (panel)))
    gtk_label_set_ellipsize (GTK_LABEL (panel), PANGO_ELLIPSIZE_END);
  for (GtkWidget *child = gtk_widget_get_first_child (panel); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    ag_panel_fit (child);
}
