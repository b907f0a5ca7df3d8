/* ag-view-layout.c: shelf, stage and panel of a view
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-view-layout.h"

#include "ag-shelf.h"

/* Below this many logical pixels the parts stand below each other. */
#define NARROW_WIDTH 720
#define PANEL_WIDTH  320

/* Of a narrow window's height, what the stage gets and what it gets at least. */
#define STAGE_SHARE      0.56
#define STAGE_MIN_HEIGHT 200
#define PANEL_MIN_HEIGHT 120

struct _AgViewLayout
{
  GtkWidget parent_instance;

  GtkWidget *shelf; /* nullable */
  GtkWidget *stage, *panel;
  gboolean narrow;
  guint rearrange; /* idle source */
};

enum
{
  PROP_0,
  PROP_NARROW,
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

/* Small enough for the narrow arrangement, whichever is in force. */
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

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (panel, self->narrow ? MAX (shelf, stage) : stage);
      *natural = MAX (*minimum, 1000);
    }
  else
    {
      *minimum =
        MAX (stage, STAGE_MIN_HEIGHT) + MAX (panel, PANEL_MIN_HEIGHT) + (self->narrow ? shelf : 0);
      *natural = MAX (*minimum, 700);
    }
}

static gboolean
rearrange (gpointer data)
{
  AgViewLayout *self = data;

  self->rearrange = 0;
  if (self->narrow)
    gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
  if (self->shelf != NULL)
    ag_shelf_set_direction (AG_SHELF (self->shelf),
                            self->narrow ? GTK_ORIENTATION_HORIZONTAL : GTK_ORIENTATION_VERTICAL);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_NARROW]);
  return G_SOURCE_REMOVE;
}

/* Widgets must not be changed in the middle of a layout, so the rest follows right after it. */
static void
set_narrow (AgViewLayout *self, gboolean narrow)
{
  if (self->narrow == narrow)
    return;
  self->narrow = narrow;
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

static void
allocate_narrow (AgViewLayout *self, int width, int height)
{
  int shelf = get_minimum (self->shelf, GTK_ORIENTATION_VERTICAL);
  int panel = MAX (PANEL_MIN_HEIGHT, get_minimum (self->panel, GTK_ORIENTATION_VERTICAL));
  int least = MAX (STAGE_MIN_HEIGHT, get_minimum (self->stage, GTK_ORIENTATION_VERTICAL));
  int stage = CLAMP ((int) (height * STAGE_SHARE), least, MAX (least, height - shelf - panel));

  place (self->shelf, 0, 0, width, shelf);
  place (self->stage, 0, shelf, width, stage);
  place (self->panel, 0, shelf + stage, width, height - shelf - stage);
}

static void
ag_view_layout_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AgViewLayout *self = AG_VIEW_LAYOUT (widget);

  set_narrow (self, width < NARROW_WIDTH);
  if (self->narrow)
    allocate_narrow (self, width, height);
  else
    allocate_wide (self, width, height);
}

static void
ag_view_layout_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NARROW)
    g_value_set_boolean (value, AG_VIEW_LAYOUT (object)->narrow);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ag_view_layout_dispose (GObject *object)
{
  AgViewLayout *self = AG_VIEW_LAYOUT (object);

  g_clear_handle_id (&self->rearrange, g_source_remove);
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
  object_class->dispose = ag_view_layout_dispose;
  widget_class->measure = ag_view_layout_measure;
  widget_class->size_allocate = ag_view_layout_size_allocate;

  properties[PROP_NARROW] =
    g_param_spec_boolean ("narrow", NULL, NULL, FALSE,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "viewlayout");
}

static void
ag_view_layout_init (AgViewLayout *self)
{
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
