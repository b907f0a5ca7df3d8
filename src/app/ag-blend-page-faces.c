/* ag-blend-page-faces.c: which faces are blended
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-page-private.h"

#include <glib/gi18n-lib.h>

#include "ag-panel-fit.h"
#include "ag-thumbnail.h"

/* A face in a list: small, and what it is called. */

static void
setup_item (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  GtkWidget *label = gtk_label_new (NULL);

  gtk_box_append (GTK_BOX (box), ag_thumbnail_new ());
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), label);
  gtk_list_item_set_child (item, box);
}

static void
bind_item (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  AgEditFace *face = gtk_list_item_get_item (item);
  GtkWidget *thumbnail = gtk_widget_get_first_child (gtk_list_item_get_child (item));

  ag_thumbnail_set_face (AG_THUMBNAIL (thumbnail), face);
  gtk_label_set_text (GTK_LABEL (gtk_widget_get_next_sibling (thumbnail)),
                      ag_edit_face_get_name (face));
}

static void
unbind_item (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  ag_thumbnail_set_face (AG_THUMBNAIL (gtk_widget_get_first_child (gtk_list_item_get_child (item))),
                         NULL);
}

static void
face_chosen (AgBlendPage *self, GParamSpec *pspec, GtkDropDown *list)
{
  AgEditFace *face = gtk_drop_down_get_selected_item (list);

  /* What is about to be shown was not chosen. */
  if (self->updating || self->show_faces != 0 || self->blend == NULL || face == NULL)
    return;
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    if (self->faces[k] == list && ag_blend_session_get_face (self->blend, k) != face)
      ag_blend_session_set_face (self->blend, k, face);
}

static void
remove_clicked (AgBlendPage *self, GtkWidget *button)
{
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    if (gtk_widget_is_ancestor (button, self->rows[k]))
      ag_blend_session_set_face (self->blend, k, NULL);
}

static const char *
get_title (guint place)
{
  switch (place)
    {
    case 0:
      return _ ("First face");
    case 1:
      return _ ("Second face");
    case 2:
      return _ ("Third face");
    default:
      return _ ("Fourth face");
    }
}

static void
build_row (AgBlendPage *self, guint place)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *list = gtk_drop_down_new (NULL, NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("list-remove-symbolic");

  g_signal_connect (factory, "setup", G_CALLBACK (setup_item), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_item), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_item), NULL);
  gtk_drop_down_set_factory (GTK_DROP_DOWN (list), factory);
  g_object_unref (factory);
  gtk_widget_set_hexpand (list, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  get_title (place), -1);
  ag_panel_name_button (GTK_DROP_DOWN (list));
  g_signal_connect_swapped (list, "notify::selected-item", G_CALLBACK (face_chosen), self);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (button, place >= 2);
  gtk_widget_set_tooltip_text (button, _ ("Leave This Face Out"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Leave this face out"), -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (remove_clicked), self);

  self->faces[place] = GTK_DROP_DOWN (list);
  self->rows[place] = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  gtk_box_append (GTK_BOX (self->rows[place]), list);
  gtk_box_append (GTK_BOX (self->rows[place]), button);
  gtk_widget_add_css_class (self->rows[place], "face-row");
  gtk_box_append (self->face_rows, self->rows[place]);
}

void
ag_blend_page_build_faces (AgBlendPage *self)
{
  for (guint place = 0; place < AG_BLEND_MAX_FACES; place++)
    build_row (self, place);
}

void
ag_blend_page_list_faces (AgBlendPage *self, GListModel *faces)
{
  gboolean updating = self->updating;

  self->updating = TRUE;
  for (guint place = 0; place < AG_BLEND_MAX_FACES; place++)
    if (self->faces[place] != NULL)
      gtk_drop_down_set_model (self->faces[place], faces);
  self->updating = updating;
}

static void
select_face (GtkDropDown *list, AgEditFace *face)
{
  GListModel *faces = gtk_drop_down_get_model (list);

  for (guint i = 0; face != NULL && faces != NULL && i < g_list_model_get_n_items (faces); i++)
    {
      g_autoptr (AgEditFace) item = g_list_model_get_item (faces, i);

      if (item == face)
        {
          gtk_drop_down_set_selected (list, i);
          return;
        }
    }
  gtk_drop_down_set_selected (list, GTK_INVALID_LIST_POSITION);
}

static gboolean
show_faces (gpointer data)
{
  AgBlendPage *self = data;

  self->show_faces = 0;
  self->updating = TRUE;
  for (guint place = 0; place < AG_BLEND_MAX_FACES; place++)
    select_face (self->faces[place], ag_blend_session_get_face (self->blend, place));
  self->updating = FALSE;
  return G_SOURCE_REMOVE;
}

/* The lists may be in the middle of hearing of a change of the shelf themselves, so what is
 * selected in them follows right after it. */
void
ag_blend_page_update_faces (AgBlendPage *self)
{
  guint n = ag_blend_session_get_n_faces (self->blend);

  if (self->show_faces == 0)
    self->show_faces = g_idle_add_full (G_PRIORITY_HIGH_IDLE, show_faces, self, NULL);
  for (guint place = 0; place < AG_BLEND_MAX_FACES; place++)
    {
      AgEditFace *face = ag_blend_session_get_face (self->blend, place);

      gtk_widget_set_visible (self->rows[place], place < MAX (n, 2));
      ag_blend_pad_set_face (self->pad, place, face);
    }
  gtk_widget_set_visible (self->add_button, n >= 2 && n < AG_BLEND_MAX_FACES);
  gtk_widget_set_visible (self->pad_box, n > 2);
  gtk_widget_set_visible (self->mix_expander, n <= 2);
}
