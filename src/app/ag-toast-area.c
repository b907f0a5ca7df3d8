/* ag-toast-area.c: messages over a part of a view, where they cover no control
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-toast-area.h"

#include <math.h>

/* As long as a toast takes to rise. */
#define YIELD_MILLISECONDS 300

struct _AgToastArea
{
  GtkWidget parent_instance;

  AdwToastOverlay *overlay;
  GListModel *children; /* of the overlay: what the toasts lie on, and toasts */
  gboolean yields;
  double room; /* that is left for toasts, in logical pixels */
  AdwAnimation *animation;
};

enum
{
  PROP_0,
  PROP_YIELDS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AgToastArea,
                               ag_toast_area,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static void
set_room (double room, gpointer user_data)
{
  AgToastArea *self = user_data;
  GtkWidget *child = adw_toast_overlay_get_child (self->overlay);

  self->room = room;
  if (child != NULL)
    gtk_widget_set_margin_bottom (child, (int) lround (room));
}

/* As high as the highest toast, with its margins. */
static int
get_room_of_toasts (AgToastArea *self)
{
  int room = 0;

  for (guint i = 0; i < g_list_model_get_n_items (self->children); i++)
    {
      g_autoptr (GtkWidget) child = g_list_model_get_item (self->children, i);
      GtkRequisition size;

      if (child == adw_toast_overlay_get_child (self->overlay))
        continue;
      gtk_widget_get_preferred_size (child, NULL, &size);
      room = MAX (room, size.height);
    }
  return room;
}

static void
toasts_changed (AgToastArea *self)
{
  AdwTimedAnimation *animation = ADW_TIMED_ANIMATION (self->animation);
  int room = self->yields ? get_room_of_toasts (self) : 0;

  if (adw_timed_animation_get_value_to (animation) == room)
    return;
  adw_timed_animation_set_value_from (animation, self->room);
  adw_timed_animation_set_value_to (animation, room);
  adw_animation_play (self->animation);
}

static void
ag_toast_area_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_YIELDS)
    g_value_set_boolean (value, AG_TOAST_AREA (object)->yields);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ag_toast_area_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_YIELDS)
    ag_toast_area_set_yields (AG_TOAST_AREA (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ag_toast_area_dispose (GObject *object)
{
  AgToastArea *self = AG_TOAST_AREA (object);

  if (self->children != NULL)
    g_signal_handlers_disconnect_by_data (self->children, self);
  g_clear_object (&self->children);
  if (self->animation != NULL)
    adw_animation_reset (self->animation);
  g_clear_object (&self->animation);
  if (self->overlay != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->overlay));
  self->overlay = NULL;
  G_OBJECT_CLASS (ag_toast_area_parent_class)->dispose (object);
}

static void
ag_toast_area_class_init (AgToastAreaClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ag_toast_area_get_property;
  object_class->set_property = ag_toast_area_set_property;
  object_class->dispose = ag_toast_area_dispose;
  properties[PROP_YIELDS] =
    g_param_spec_boolean ("yields", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "toastarea");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ag_toast_area_init (AgToastArea *self)
{
  self->overlay = ADW_TOAST_OVERLAY (adw_toast_overlay_new ());
  gtk_widget_set_parent (GTK_WIDGET (self->overlay), GTK_WIDGET (self));
  self->animation =
    adw_timed_animation_new (GTK_WIDGET (self), 0, 0, YIELD_MILLISECONDS,
                             adw_callback_animation_target_new (set_room, self, NULL));
  self->children = gtk_widget_observe_children (GTK_WIDGET (self->overlay));
  g_signal_connect_swapped (self->children, "items-changed", G_CALLBACK (toasts_changed), self);
}

static void
add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  g_return_if_fail (GTK_IS_WIDGET (child));
  adw_toast_overlay_set_child (AG_TOAST_AREA (buildable)->overlay, GTK_WIDGET (child));
}

static void
buildable_init (GtkBuildableIface *iface)
{
  iface->add_child = add_child;
}

void
ag_toast_area_add (AgToastArea *self, AdwToast *toast)
{
  g_return_if_fail (AG_IS_TOAST_AREA (self));
  adw_toast_overlay_add_toast (self->overlay, toast);
}

void
ag_toast_area_set_yields (AgToastArea *self, gboolean yields)
{
  g_return_if_fail (AG_IS_TOAST_AREA (self));

  if (self->yields == yields)
    return;
  self->yields = yields;
  toasts_changed (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_YIELDS]);
}

AgToastArea *
ag_toast_area_find (GtkWidget *view)
{
  AgToastArea *found = NULL;

  if (view == NULL || AG_IS_TOAST_AREA (view))
    return (AgToastArea *) view;
  for (GtkWidget *child = gtk_widget_get_first_child (view); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = ag_toast_area_find (child);
  return found;
}
