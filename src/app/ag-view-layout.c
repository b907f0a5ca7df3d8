/* ag-view-layout.c: shelf, stage and panel of a view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-view-layout.h"

#include <adwaita.h>
#include <math.h>

#include "ag-shelf.h"

#define PANEL_WIDTH 320

/* With fewer logical pixels for the stage there is no room beside the panel. */
#define STAGE_MIN_WIDTH 280

/* Of a narrow window's height, what the stage gets while the panel is unfolded, and what each gets
 * at least. */
#define STAGE_SHARE      0.56
#define STAGE_MIN_HEIGHT 200
#define PANEL_MIN_HEIGHT 160

#define FOLD_MILLISECONDS 250

struct _AgViewLayout
{
  GtkWidget parent_instance;

  GtkWidget *shelf; /* nullable */
  GtkWidget *stage, *panel;
  GtkWidget *handle; /* on the panel's upper edge */
  gboolean narrow, below, unfolded;
  guint rearrange; /* idle source */

  double shown; /* how much of the panel is: 0 is folded, 1 unfolded, more or less is neither */
  AdwAnimation *animation;
  gboolean dragged;
  double dragged_from;
  int way; /* of the handle from folded to unfolded */
};

enum
{
  PROP_0,
  PROP_NARROW,
  PROP_UNFOLDED,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (AgViewLayout,
                               ag_view_layout,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

static int
get_minimum (GtkWidget *widget, GtkOrientation orientation)
{
  int minimum = 0;

  if (widget != NULL)
    gtk_widget_measure (widget, orientation, -1, &minimum, NULL, NULL, NULL);
  return minimum;
}

/* Small enough for the narrow arrangement with the panel folded, whichever is in force. */
static void
ag_view_layout_measure (GtkWidget *widget,
                        GtkOrientation orientation,
                        int for_size,
                        int *minimum,
                        int *natural,
                        int *minimum_baseline,
                        int *natural_baseline)
{
  AgViewLayout *self = AG_VIEW_LAYOUT (widget);
  int shelf = get_minimum (self->shelf, orientation);
  int stage = get_minimum (self->stage, orientation);
  int panel = get_minimum (self->panel, orientation);
  int handle = get_minimum (self->handle, orientation);

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (panel, self->narrow ? MAX (shelf, stage) : stage);
      *natural = MAX (*minimum, 1000);
    }
  else
    {
      *minimum = MAX (stage, STAGE_MIN_HEIGHT) + handle + (self->narrow ? shelf : 0);
      *natural = MAX (*minimum, 700);
    }
}

/* What is folded away is not found by the focus either. */
static void
update_visible (AgViewLayout *self)
{
  if (self->panel != NULL)
    gtk_widget_set_child_visible (self->panel, !self->narrow || self->unfolded || self->shown > 0);
  gtk_widget_set_child_visible (self->handle, self->below);
}

static void
set_class (AgViewLayout *self, const char *name, gboolean set)
{
  if (set)
    gtk_widget_add_css_class (GTK_WIDGET (self), name);
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), name);
}

static gboolean
rearrange (gpointer data)
{
  AgViewLayout *self = data;

  self->rearrange = 0;
  update_visible (self);
  set_class (self, "narrow", self->narrow);
  set_class (self, "below", self->below);
  if (self->shelf != NULL)
    ag_shelf_set_direction (AG_SHELF (self->shelf),
                            self->narrow ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
  return G_SOURCE_REMOVE;
}

/* Widgets must not be changed in the middle of a layout, so the rest follows right after it. */
static void
set_narrow (AgViewLayout *self, gboolean narrow, gboolean below)
{
  if (self->narrow == narrow && self->below == below)
    return;
  self->narrow = narrow;
  self->below = below;
  if (self->rearrange == 0)
    self->rearrange = g_idle_add_full (G_PRIORITY_HIGH_IDLE, rearrange, self, NULL);
}

static void
place (GtkWidget *widget, int x, int y, int width, int height)
{
  GtkAllocation allocation = { x, y, MAX (width, get_minimum (widget, GTK_ORIENTATION_HORIZONTAL)),
                               MAX (height, get_minimum (widget, GTK_ORIENTATION_VERTICAL)) };

  if (widget != NULL)
    gtk_widget_size_allocate (widget, &allocation, -1);
}

static void
allocate_wide (AgViewLayout *self, int width, int height)
{
  int shelf = get_minimum (self->shelf, GTK_ORIENTATION_HORIZONTAL);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;

  place (self->shelf, rtl ? width - shelf : 0, 0, shelf, height);
  place (self->stage, rtl ? PANEL_WIDTH : shelf, 0, width - shelf - PANEL_WIDTH, height);
  place (self->panel, rtl ? 0 : width - PANEL_WIDTH, 0, PANEL_WIDTH, height);
}

/* Under the shelf, with the panel coming in from the side. */
static void
allocate_beside (AgViewLayout *self, int width, int height)
{
  int shelf = get_minimum (self->shelf, GTK_ORIENTATION_VERTICAL);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  int panel = (int) round (PANEL_WIDTH * self->shown);

  place (self->shelf, 0, 0, width, shelf);
  place (self->stage, rtl ? panel : 0, shelf, width - panel, height - shelf);
  place (self->panel, rtl ? panel - PANEL_WIDTH : width - panel, shelf, PANEL_WIDTH,
         height - shelf);
}

/* With the panel coming in from below. */
static void
allocate_below (AgViewLayout *self, int width, int height)
{
  int shelf = get_minimum (self->shelf, GTK_ORIENTATION_VERTICAL);
  int handle = get_minimum (self->handle, GTK_ORIENTATION_VERTICAL);
  int panel = MAX (PANEL_MIN_HEIGHT, get_minimum (self->panel, GTK_ORIENTATION_VERTICAL));
  int least = get_minimum (self->stage, GTK_ORIENTATION_VERTICAL);
  int folded = height - shelf - handle;
  int stage = MIN (MAX (STAGE_MIN_HEIGHT, (int) (height * STAGE_SHARE)), folded - panel);
  int bottom = shelf + folded - (int) round ((folded - stage) * self->shown);

  self->way = MAX (1, folded - stage);
  place (self->shelf, 0, 0, width, shelf);
  place (self->stage, 0, shelf, width, MAX (least, bottom - shelf));
  place (self->panel, 0, bottom + handle, width, folded - stage);
  place (self->handle, 0, bottom, width, handle);
}

static void
ag_view_layout_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AgViewLayout *self = AG_VIEW_LAYOUT (widget);
  int least = get_minimum (self->stage, GTK_ORIENTATION_HORIZONTAL);
  int beside = PANEL_WIDTH + MAX (STAGE_MIN_WIDTH, least);

  set_narrow (self, width < AG_VIEW_LAYOUT_NARROW, width < MIN (beside, AG_VIEW_LAYOUT_NARROW));
  if (self->below)
    allocate_below (self, width, height);
  else if (self->narrow)
    allocate_beside (self, width, height);
  else
    allocate_wide (self, width, height);
}

/* Folding. */

static void
set_shown (double shown, gpointer user_data)
{
  AgViewLayout *self = user_data;

  self->shown = shown;
  update_visible (self);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
animate (AgViewLayout *self)
{
  AdwTimedAnimation *animation = ADW_TIMED_ANIMATION (self->animation);

  adw_timed_animation_set_value_from (animation, self->shown);
  adw_timed_animation_set_value_to (animation, self->unfolded ? 1 : 0);
  adw_animation_play (self->animation);
}

/* The focus does not stay in what is no longer seen. */
static void
release_focus (AgViewLayout *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  if (focus != NULL && (focus == self->panel || gtk_widget_is_ancestor (focus, self->panel)))
    (void) gtk_widget_child_focus (self->stage, GTK_DIR_TAB_FORWARD);
}

static gboolean
is_on_handle (AgViewLayout *self, double x, double y)
{
  graphene_rect_t bounds;

  return gtk_widget_get_child_visible (self->handle) &&
         gtk_widget_compute_bounds (self->handle, GTK_WIDGET (self), &bounds) &&
         graphene_rect_contains_point (&bounds, &GRAPHENE_POINT_INIT ((float) x, (float) y));
}

/* The gesture is the layout's, which stays where it is while the handle moves. A press beside the
 * handle is not denied: GTK 4.8 would remember that for the next one if something else claims this
 * one. */
static void
drag_begin (AgViewLayout *self, double x, double y, GtkGesture *gesture)
{
  self->dragged = is_on_handle (self, x, y);
  if (!self->dragged)
    return;
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  adw_animation_pause (self->animation);
  self->dragged_from = self->shown;
}

static void
drag_update (AgViewLayout *self, double dx, double dy)
{
  if (self->dragged)
    set_shown (CLAMP (self->dragged_from - dy / self->way, 0, 1), self);
}

/* A click turns it over, a drag decides by where it ends: a third of the way is meant. */
static void
drag_end (AgViewLayout *self, double dx, double dy)
{
  gboolean unfold = self->shown > (self->unfolded ? 2.0 / 3 : 1.0 / 3);

  if (!self->dragged)
    return;
  if (!gtk_drag_check_threshold (GTK_WIDGET (self), 0, 0, (int) dx, (int) dy))
    unfold = !self->unfolded;
  if (unfold == self->unfolded)
    animate (self);
  else
    ag_view_layout_set_unfolded (self, unfold);
}

static void
add_handle (AgViewLayout *self)
{
  GtkWidget *pill = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkGesture *drag = gtk_gesture_drag_new ();

  /* For pointers and fingers; for keys and screen readers there is a button in the header bar. */
  self->handle = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->handle, "panel-handle");
  gtk_widget_set_hexpand (pill, TRUE);
  gtk_widget_set_halign (pill, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (pill, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->handle), pill);
  gtk_widget_set_cursor_from_name (self->handle, "row-resize");
  gtk_widget_set_child_visible (self->handle, FALSE);
  gtk_widget_set_parent (self->handle, GTK_WIDGET (self));
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begin), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_update), self);
  g_signal_connect_swapped (drag, "drag-end", G_CALLBACK (drag_end), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
}

/* The object. */

static void
ag_view_layout_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NARROW)
    g_value_set_boolean (value, AG_VIEW_LAYOUT (object)->narrow);
  else if (id == PROP_UNFOLDED)
    g_value_set_boolean (value, AG_VIEW_LAYOUT (object)->unfolded);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ag_view_layout_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_UNFOLDED)
    ag_view_layout_set_unfolded (AG_VIEW_LAYOUT (object), g_value_get_boolean (value));
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ag_view_layout_dispose (GObject *object)
{
  AgViewLayout *self = AG_VIEW_LAYOUT (object);

  g_clear_handle_id (&self->rearrange, g_source_remove);
  if (self->animation != NULL)
    adw_animation_reset (self->animation);
  g_clear_object (&self->animation);
  g_clear_pointer (&self->handle, gtk_widget_unparent);
  g_clear_pointer (&self->shelf, gtk_widget_unparent);
  g_clear_pointer (&self->stage, gtk_widget_unparent);
  g_clear_pointer (&self->panel, gtk_widget_unparent);
  G_OBJECT_CLASS (ag_view_layout_parent_class)->dispose (object);
}

static void
ag_view_layout_class_init (AgViewLayoutClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = ag_view_layout_get_property;
  object_class->set_property = ag_view_layout_set_property;
  object_class->dispose = ag_view_layout_dispose;
  widget_class->measure = ag_view_layout_measure;
  widget_class->size_allocate = ag_view_layout_size_allocate;

  properties[PROP_NARROW] =
    g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_UNFOLDED] =
    g_param_spec_boolean ("unfolded", NULL, NULL, FALSE,
                          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "viewlayout");
}

static void
ag_view_layout_init (AgViewLayout *self)
{
  self->animation =
    adw_timed_animation_new (GTK_WIDGET (self), 0, 0, FOLD_MILLISECONDS,
                             adw_callback_animation_target_new (set_shown, self, NULL));
  add_handle (self);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static void
add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  AgViewLayout *self = AG_VIEW_LAYOUT (buildable);
  GtkWidget **part = g_strcmp0 (type, "shelf") == 0   ? &self->shelf
                     : g_strcmp0 (type, "stage") == 0 ? &self->stage
                                                      : &self->panel;

  g_return_if_fail (GTK_IS_WIDGET (child) && *part == NULL);
  *part = GTK_WIDGET (child);
  gtk_widget_set_parent (*part, GTK_WIDGET (self));
  /* On top of whatever it slides over. */
  gtk_widget_insert_before (self->handle, GTK_WIDGET (self), NULL);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  iface->add_child = add_child;
}

gboolean
ag_view_layout_get_narrow (AgViewLayout *self)
{
  g_return_val_if_fail (AG_IS_VIEW_LAYOUT (self), FALSE);
  return self->narrow;
}

gboolean
ag_view_layout_get_unfolded (AgViewLayout *self)
{
  g_return_val_if_fail (AG_IS_VIEW_LAYOUT (self), FALSE);
  return self->unfolded;
}

void
ag_view_layout_set_unfolded (AgViewLayout *self, gboolean unfolded)
{
  g_return_if_fail (AG_IS_VIEW_LAYOUT (self));

  if (self->unfolded == unfolded)
    return;
  self->unfolded = unfolded;
  if (!unfolded && self->narrow)
    release_focus (self);
  update_visible (self);
  if (self->narrow)
    animate (self);
  else
    set_shown (unfolded, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNFOLDED]);
}

static GtkWidget *
find_slider (GtkWidget *widget)
{
  GtkWidget *found = NULL;

  if (!gtk_widget_get_visible (widget))
    return NULL;
  if (GTK_IS_SCALE (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_slider (child);
  return found;
}

void
ag_view_layout_focus_panel (AgViewLayout *self)
{
  GtkWidget *slider;

  g_return_if_fail (AG_IS_VIEW_LAYOUT (self));

  if (self->narrow)
    ag_view_layout_set_unfolded (self, TRUE);
  slider = find_slider (self->panel);
  if (slider == NULL || !gtk_widget_grab_focus (slider))
    (void) gtk_widget_child_focus (self->panel, GTK_DIR_TAB_FORWARD);
}

AgViewLayout *
ag_view_layout_find (GtkWidget *view)
{
  GtkWidget *child = view != NULL ? gtk_widget_get_first_child (view) : NULL;

  return AG_IS_VIEW_LAYOUT (child) ? AG_VIEW_LAYOUT (child) : NULL;
}
