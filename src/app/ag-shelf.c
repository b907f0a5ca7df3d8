/* ag-shelf.c: the faces at hand, in a column or a row
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-shelf.h"

#include "ag-thumbnail.h"

struct _AgShelf
{
  GtkBox parent_instance;

  GtkScrolledWindow *scroller;
  GtkListView *list;
  GtkSingleSelection *selection;
  GtkPopover *menu;
  GtkWidget *add_button;
  AgEditSession *session;
  guint scroll_source;
};

G_DEFINE_FINAL_TYPE (AgShelf, ag_shelf, GTK_TYPE_BOX)

/* The menu of the chosen face. */

static void
popup_menu (AgShelf *self)
{
  GtkWidget *child = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  graphene_rect_t bounds;
  GdkRectangle at = { 0, 0, 1, 1 };

  if (child == NULL || !gtk_widget_is_ancestor (child, GTK_WIDGET (self->list)))
    child = GTK_WIDGET (self->list);
  if (gtk_widget_compute_bounds (child, GTK_WIDGET (self), &bounds))
    at = (GdkRectangle){ (int) bounds.origin.x, (int) bounds.origin.y, (int) bounds.size.width,
                         MIN ((int) bounds.size.height, 72) };
  gtk_popover_set_pointing_to (self->menu, &at);
  gtk_popover_popup (self->menu);
}

/* The keys go back to the face, not to whatever had them before it was chosen. */
static void
menu_closed (AgShelf *self)
{
  (void) gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
item_clicked (GtkGesture *gesture, int n_press, double x, double y, GtkListItem *item)
{
  GtkWidget *child = gtk_list_item_get_child (item);
  AgShelf *self = AG_SHELF (gtk_widget_get_ancestor (child, AG_TYPE_SHELF));

  gtk_single_selection_set_selected (self->selection, gtk_list_item_get_position (item));
  gtk_widget_grab_focus (gtk_widget_get_parent (child));
  popup_menu (self);
}

static void
item_pressed_long (GtkGesture *gesture, double x, double y, GtkListItem *item)
{
  item_clicked (gesture, 1, x, y, item);
}

/* Tab leaves the list, as it does elsewhere; within it there are the arrow keys. */
static gboolean
leave_list (AgShelf *self, gboolean backward)
{
  if (!backward)
    return gtk_widget_grab_focus (self->add_button);
  /* From the first face on it goes as usual. */
  (void) gtk_widget_grab_focus (gtk_widget_get_first_child (GTK_WIDGET (self->list)));
  return GDK_EVENT_PROPAGATE;
}

static gboolean
key_pressed (AgShelf *self, guint keyval, guint keycode, GdkModifierType modifiers)
{
  if (keyval == GDK_KEY_Delete || keyval == GDK_KEY_KP_Delete)
    return gtk_widget_activate_action (GTK_WIDGET (self), "win.remove-face", NULL);
  if (keyval == GDK_KEY_Tab || keyval == GDK_KEY_ISO_Left_Tab)
    return (modifiers & GDK_CONTROL_MASK) == 0 ? leave_list (self, keyval == GDK_KEY_ISO_Left_Tab)
                                               : GDK_EVENT_PROPAGATE;
  if (keyval != GDK_KEY_Menu && !(keyval == GDK_KEY_F10 && (modifiers & GDK_SHIFT_MASK) != 0))
    return GDK_EVENT_PROPAGATE;
  popup_menu (self);
  return GDK_EVENT_STOP;
}

static void
setup_item (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *child = ag_thumbnail_new ();
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *hold = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (item_clicked), item);
  gtk_widget_add_controller (child, GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (hold), TRUE);
  g_signal_connect (hold, "pressed", G_CALLBACK (item_pressed_long), item);
  gtk_widget_add_controller (child, GTK_EVENT_CONTROLLER (hold));
  gtk_list_item_set_child (item, child);
}

static void
bind_item (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  GtkWidget *child = gtk_list_item_get_child (item);
  AgEditFace *face = gtk_list_item_get_item (item);

  ag_thumbnail_set_face (AG_THUMBNAIL (child), face);
  /* It is the row that has the focus. */
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_parent (child)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, ag_edit_face_get_name (face), -1);
}

static void
unbind_item (GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  ag_thumbnail_set_face (AG_THUMBNAIL (gtk_list_item_get_child (item)), NULL);
}

static void
selected_changed (AgShelf *self)
{
  AgEditFace *face = gtk_single_selection_get_selected_item (self->selection);

  if (self->session != NULL && face != NULL)
    ag_edit_session_set_face (self->session, face);
}

static void
scroll_to (AgShelf *self, guint position)
{
  (void) gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", position);
}

static void
face_changed (AgShelf *self)
{
  GListModel *faces = ag_edit_session_get_faces (self->session);
  AgEditFace *chosen = ag_edit_session_get_face (self->session);

  for (guint i = 0; i < g_list_model_get_n_items (faces); i++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (faces, i);

      if (face != chosen)
        continue;
      gtk_single_selection_set_selected (self->selection, i);
      scroll_to (self, i);
      return;
    }
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

/* An ordinary wheel moves the row sideways. */
static gboolean
scrolled (AgShelf *self, double dx, double dy, GtkEventControllerScroll *controller)
{
  GtkAdjustment *adjustment;

  if (gtk_orientable_get_orientation (GTK_ORIENTABLE (self)) == GTK_ORIENTATION_VERTICAL || dx != 0)
    return GDK_EVENT_PROPAGATE;
  adjustment = gtk_scrolled_window_get_hadjustment (self->scroller);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) +
                                          dy * gtk_adjustment_get_step_increment (adjustment));
  return GDK_EVENT_STOP;
}

static void
ag_shelf_dispose (GObject *object)
{
  AgShelf *self = AG_SHELF (object);

  ag_shelf_set_session (self, NULL);
  g_clear_handle_id (&self->scroll_source, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), AG_TYPE_SHELF);
  G_OBJECT_CLASS (ag_shelf_parent_class)->dispose (object);
}

static void
ag_shelf_class_init (AgShelfClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_shelf_dispose;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/io/github/afterglow/Afterglow/shelf.ui");
  gtk_widget_class_bind_template_child (widget_class, AgShelf, scroller);
  gtk_widget_class_bind_template_child (widget_class, AgShelf, list);
  gtk_widget_class_bind_template_child (widget_class, AgShelf, selection);
  gtk_widget_class_bind_template_child (widget_class, AgShelf, menu);
  gtk_widget_class_bind_template_child (widget_class, AgShelf, add_button);
  gtk_widget_class_bind_template_callback (widget_class, key_pressed);
  gtk_widget_class_bind_template_callback (widget_class, setup_item);
  gtk_widget_class_bind_template_callback (widget_class, bind_item);
  gtk_widget_class_bind_template_callback (widget_class, unbind_item);
  gtk_widget_class_bind_template_callback (widget_class, menu_closed);
  gtk_widget_class_bind_template_callback (widget_class, selected_changed);
  gtk_widget_class_bind_template_callback (widget_class, scrolled);
}

static void
ag_shelf_init (AgShelf *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
ag_shelf_set_session (AgShelf *self, AgEditSession *session)
{
  g_return_if_fail (AG_IS_SHELF (self));

  if (self->session == session)
    return;
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_set_object (&self->session, session);
  if (session == NULL)
    {
      if (self->selection != NULL)
        gtk_single_selection_set_model (self->selection, NULL);
      return;
    }
  gtk_single_selection_set_model (self->selection, ag_edit_session_get_faces (session));
  g_signal_connect_swapped (session, "notify::face", G_CALLBACK (face_changed), self);
  face_changed (self);
}

static gboolean
scroll_to_chosen (gpointer data)
{
  AgShelf *self = data;
  guint chosen = gtk_single_selection_get_selected (self->selection);

  self->scroll_source = 0;
  if (chosen != GTK_INVALID_LIST_POSITION)
    scroll_to (self, chosen);
  return G_SOURCE_REMOVE;
}

void
ag_shelf_set_direction (AgShelf *self, GtkOrientation orientation)
{
  gboolean column = orientation == GTK_ORIENTATION_VERTICAL;

  g_return_if_fail (AG_IS_SHELF (self));

  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), orientation);
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->list), orientation);
  gtk_scrolled_window_set_policy (self->scroller, column ? GTK_POLICY_NEVER : GTK_POLICY_EXTERNAL,
                                  column ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_widget_set_vexpand (GTK_WIDGET (self->scroller), column);
  gtk_widget_set_hexpand (GTK_WIDGET (self->scroller), !column);
  /* The list keeps a place of the other direction. It knows its new size once it has been laid out,
   * which a frame does at a higher priority. */
  g_clear_handle_id (&self->scroll_source, g_source_remove);
  self->scroll_source = g_idle_add_full (G_PRIORITY_LOW, scroll_to_chosen, self, NULL);
}
