/* ag-blend-pad.c: a point between up to four faces
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-pad.h"

#include <glib/gi18n-lib.h>

#include "ag-arrow-keys.h"
#include "ag-thumbnail.h"

#define N_CORNERS 4
#define SIDE      220
#define CORNER    64
#define RADIUS    9

/* Of the way from one corner to the next, for an arrow key without and with Shift. */
#define KEY_STEP      0.05
#define KEY_FINE_STEP 0.01

struct _AgBlendPad
{
  GtkWidget parent_instance;

  GtkWidget *thumbnails[N_CORNERS];
  gboolean used[N_CORNERS];
  double t, v;
};

enum
{
  SIGNAL_MOVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgBlendPad, ag_blend_pad, GTK_TYPE_WIDGET)

/* The point moves between the middles of the corners' faces. */
static double
get_length (int extent)
{
  return MAX (extent - CORNER, 1);
}

static void
ag_blend_pad_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AgBlendPad *self = AG_BLEND_PAD (widget);
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double x = CORNER / 2 + self->t * get_length (width);
  double y = CORNER / 2 + self->v * get_length (height);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height);
  GskRoundedRect rounded;
  GdkRGBA color, accent;
  cairo_t *cr;

  gtk_style_context_get_color (context, &color);
  if (!gtk_style_context_lookup_color (context, "accent_bg_color", &accent))
    accent = color;
  color.alpha *= 0.07f;
  gsk_rounded_rect_init_from_rect (&rounded, &bounds, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, &color, &bounds);
  gtk_snapshot_pop (snapshot);
  for (guint k = 0; k < N_CORNERS; k++)
    gtk_widget_snapshot_child (widget, self->thumbnails[k], snapshot);

  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_arc (cr, x, y, RADIUS, 0, 2 * G_PI);
  gdk_cairo_set_source_rgba (cr, &accent);
  cairo_fill_preserve (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_set_line_width (cr, 2.5);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
ag_blend_pad_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  *minimum = *natural = SIDE;
}

static void
ag_blend_pad_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AgBlendPad *self = AG_BLEND_PAD (widget);
  gboolean three = self->used[2] && !self->used[3];

  for (guint k = 0; k < N_CORNERS; k++)
    {
      GtkAllocation place = { k % 2 == 0 ? 0 : width - CORNER, k < 2 ? 0 : height - CORNER, CORNER,
                              CORNER };

      if (k == 2 && three)
        place.x = (width - CORNER) / 2;
      gtk_widget_size_allocate (self->thumbnails[k], &place, -1);
    }
}

static void
move_to (AgBlendPad *self, double x, double y)
{
  double width = get_length (gtk_widget_get_width (GTK_WIDGET (self)));
  double height = get_length (gtk_widget_get_height (GTK_WIDGET (self)));

  g_signal_emit (self, signals[SIGNAL_MOVED], 0, CLAMP ((x - CORNER / 2) / width, 0, 1),
                 CLAMP ((y - CORNER / 2) / height, 0, 1));
}

static void
drag_moved (AgBlendPad *self, double dx, double dy, GtkGestureDrag *drag)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (drag, &x, &y))
    move_to (self, x + dx, y + dy);
}

/* By keys, and for those who have neither these nor a pointer. */

static void
move_by (AgBlendPad *self, double dt, double dv)
{
  g_signal_emit (self, signals[SIGNAL_MOVED], 0, CLAMP (self->t + dt, 0, 1),
                 CLAMP (self->v + dv, 0, 1));
}

static gboolean
key_pressed (AgBlendPad *self, guint keyval, guint keycode, GdkModifierType modifiers)
{
  double step = (modifiers & GDK_SHIFT_MASK) != 0 ? KEY_FINE_STEP : KEY_STEP;
  int dx, dy;

  if ((modifiers & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 ||
      !ag_arrow_key_direction (keyval, &dx, &dy))
    return GDK_EVENT_PROPAGATE;
  move_by (self, dx * step, dy * step);
  return GDK_EVENT_STOP;
}

static void
move_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  double dt = g_str_equal (name, "pad.right") - g_str_equal (name, "pad.left");
  double dv = g_str_equal (name, "pad.down") - g_str_equal (name, "pad.up");

  move_by (AG_BLEND_PAD (widget), dt * KEY_STEP, dv * KEY_STEP);
}

static void
drag_begun (AgBlendPad *self, double x, double y)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
  move_to (self, x, y);
}

static void
ag_blend_pad_dispose (GObject *object)
{
  AgBlendPad *self = AG_BLEND_PAD (object);

  for (guint k = 0; k < N_CORNERS; k++)
    g_clear_pointer (&self->thumbnails[k], gtk_widget_unparent);
  G_OBJECT_CLASS (ag_blend_pad_parent_class)->dispose (object);
}

static void
ag_blend_pad_class_init (AgBlendPadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_blend_pad_dispose;
  widget_class->snapshot = ag_blend_pad_snapshot;
  widget_class->measure = ag_blend_pad_measure;
  widget_class->size_allocate = ag_blend_pad_size_allocate;
  signals[SIGNAL_MOVED] =
    g_signal_new ("moved", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_DOUBLE, G_TYPE_DOUBLE);
  gtk_widget_class_set_css_name (widget_class, "blendpad");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_install_action (widget_class, "pad.left", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "pad.right", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "pad.up", NULL, move_action);
  gtk_widget_class_install_action (widget_class, "pad.down", NULL, move_action);
}

static void
ag_blend_pad_init (AgBlendPad *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  for (guint k = 0; k < N_CORNERS; k++)
    {
      self->thumbnails[k] = ag_thumbnail_new ();
      gtk_widget_set_parent (self->thumbnails[k], GTK_WIDGET (self));
    }
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begun), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_moved), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (
    GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("The point between the faces"),
    GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _ ("Drag it, or move it with the arrow keys"), -1);
}

void
ag_blend_pad_set_face (AgBlendPad *self, guint corner, AgEditFace *face)
{
  g_return_if_fail (AG_IS_BLEND_PAD (self) && corner < N_CORNERS);

  self->used[corner] = face != NULL;
  ag_thumbnail_set_face (AG_THUMBNAIL (self->thumbnails[corner]), face);
  gtk_widget_set_visible (self->thumbnails[corner], face != NULL);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
ag_blend_pad_set_position (AgBlendPad *self, double t, double v)
{
  g_return_if_fail (AG_IS_BLEND_PAD (self));

  self->t = t;
  self->v = v;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
