/* ag-hold-button.c: a button that is on while it is held down
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-hold-button.h"

struct _AgHoldButton
{
  GtkButton parent_instance;

  gboolean held;
};

enum
{
  PROP_0,
  PROP_HELD,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (AgHoldButton, ag_hold_button, GTK_TYPE_BUTTON)

static gboolean
watch_event (GtkEventControllerLegacy *controller, GdkEvent *event, AgHoldButton *self)
{
  switch ((int) gdk_event_get_event_type (event))
    {
    case GDK_BUTTON_PRESS:
      if (gdk_button_event_get_button (event) != GDK_BUTTON_PRIMARY)
        return GDK_EVENT_PROPAGATE;
      ag_hold_button_set_held (self, TRUE);
      return GDK_EVENT_STOP;
    case GDK_TOUCH_BEGIN:
      ag_hold_button_set_held (self, TRUE);
      return GDK_EVENT_STOP;
    case GDK_BUTTON_RELEASE:
    case GDK_TOUCH_END:
    case GDK_TOUCH_CANCEL:
      ag_hold_button_set_held (self, FALSE);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static gboolean
is_activating (guint keyval)
{
  return keyval == GDK_KEY_space || keyval == GDK_KEY_KP_Space || keyval == GDK_KEY_Return ||
         keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter;
}

static gboolean
key_pressed (AgHoldButton *self, guint keyval)
{
  if (!is_activating (keyval))
    return GDK_EVENT_PROPAGATE;
  ag_hold_button_set_held (self, TRUE);
  return GDK_EVENT_STOP;
}

static void
key_released (AgHoldButton *self, guint keyval)
{
  if (is_activating (keyval))
    ag_hold_button_set_held (self, FALSE);
}

static void
focus_left (AgHoldButton *self)
{
  ag_hold_button_set_held (self, FALSE);
}

static void
ag_hold_button_clicked (GtkButton *button)
{
  AgHoldButton *self = AG_HOLD_BUTTON (button);

  ag_hold_button_set_held (self, !self->held);
}

static void
ag_hold_button_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_HELD)
    g_value_set_boolean (value, AG_HOLD_BUTTON (object)->held);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ag_hold_button_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_HELD)
    ag_hold_button_set_held (AG_HOLD_BUTTON (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ag_hold_button_class_init (AgHoldButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ag_hold_button_get_property;
  object_class->set_property = ag_hold_button_set_property;
  GTK_BUTTON_CLASS (klass)->clicked = ag_hold_button_clicked;

  properties[PROP_HELD] =
    g_param_spec_boolean ("held", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ag_hold_button_init (AgHoldButton *self)
{
  GtkEventController *pointer = gtk_event_controller_legacy_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  gtk_event_controller_set_propagation_phase (pointer, GTK_PHASE_CAPTURE);
  g_signal_connect (pointer, "event", G_CALLBACK (watch_event), self);
  gtk_widget_add_controller (GTK_WIDGET (self), pointer);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (key_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);

  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_left), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
}

gboolean
ag_hold_button_get_held (AgHoldButton *self)
{
  g_return_val_if_fail (AG_IS_HOLD_BUTTON (self), FALSE);
  return self->held;
}

void
ag_hold_button_set_held (AgHoldButton *self, gboolean held)
{
  g_return_if_fail (AG_IS_HOLD_BUTTON (self));

  if (self->held == held)
    return;
  self->held = held;
  if (held)
    gtk_widget_set_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_CHECKED, FALSE);
  else
    gtk_widget_unset_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_CHECKED);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HELD]);
}
