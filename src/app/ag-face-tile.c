/* ag-face-tile.c: a face in a grid
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-face-tile.h"

#include "ag-texture.h"

#define NATURAL_SIZE  120
#define CORNER_RADIUS 6.0f

struct _AgFaceTile
{
  GtkWidget parent_instance;

  AgImage *image;
  GdkTexture *texture; /* of the image in the size it is shown at; nullable */
  int texture_size;
  gboolean dimmed;
};

enum
{
  SIGNAL_RESIZED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgFaceTile, ag_face_tile, GTK_TYPE_WIDGET)

/* Model pixels are few; magnified by GDK they would show as lozenges. */
static GdkTexture *
get_texture (AgFaceTile *self, int size)
{
  int height = size * self->image->height / self->image->width;
  g_autoptr (AgImage) resized = NULL;

  /* Somebody has taken care of that already. */
  if (2 * self->image->width > size)
    {
      if (self->texture == NULL)
        self->texture = ag_texture_new (self->image);
      return self->texture;
    }
  if (self->texture == NULL || self->texture_size != size)
    {
      g_clear_object (&self->texture);
      resized = ag_image_resize (self->image, size, MAX (1, height));
      self->texture = ag_texture_new (resized);
      self->texture_size = size;
    }
  return self->texture;
}

static void
ag_face_tile_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AgFaceTile *self = AG_FACE_TILE (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int side = MIN (width, height);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (
    (float) ((width - side) / 2), (float) ((height - side) / 2), (float) side, (float) side);
  GskRoundedRect rounded;
  GdkRGBA color;

  if (side < 1)
    return;
  gsk_rounded_rect_init_from_rect (&rounded, &bounds, CORNER_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  if (self->image != NULL)
    {
      gtk_snapshot_push_opacity (snapshot, self->dimmed ? 0.4 : 1);
      gtk_snapshot_append_texture (
        snapshot, get_texture (self, side * gtk_widget_get_scale_factor (widget)), &bounds);
      gtk_snapshot_pop (snapshot);
    }
  else
    {
      gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
      color.alpha *= 0.08f;
      gtk_snapshot_append_color (snapshot, &color, &bounds);
    }
  gtk_snapshot_pop (snapshot);
}

static void
ag_face_tile_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  *minimum = 8;
  *natural = NATURAL_SIZE;
}

static void
ag_face_tile_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  g_signal_emit (widget, signals[SIGNAL_RESIZED], 0,
                 MIN (width, height) * gtk_widget_get_scale_factor (widget));
}

static void
ag_face_tile_dispose (GObject *object)
{
  AgFaceTile *self = AG_FACE_TILE (object);

  g_clear_pointer (&self->image, ag_image_unref);
  g_clear_object (&self->texture);
  G_OBJECT_CLASS (ag_face_tile_parent_class)->dispose (object);
}

static void
ag_face_tile_class_init (AgFaceTileClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_face_tile_dispose;
  widget_class->snapshot = ag_face_tile_snapshot;
  widget_class->measure = ag_face_tile_measure;
  widget_class->size_allocate = ag_face_tile_size_allocate;
  signals[SIGNAL_RESIZED] = g_signal_new ("resized", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT);
  gtk_widget_class_set_css_name (widget_class, "facetile");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ag_face_tile_init (AgFaceTile *self)
{
}

GtkWidget *
ag_face_tile_new (void)
{
  return g_object_new (AG_TYPE_FACE_TILE, NULL);
}

void
ag_face_tile_set_image (AgFaceTile *self, AgImage *image)
{
  g_return_if_fail (AG_IS_FACE_TILE (self));

  if (image != NULL)
    ag_image_ref (image);
  g_clear_pointer (&self->image, ag_image_unref);
  g_clear_object (&self->texture);
  self->image = image;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_face_tile_set_dimmed (AgFaceTile *self, gboolean dimmed)
{
  g_return_if_fail (AG_IS_FACE_TILE (self));

  if (self->dimmed == dimmed)
    return;
  self->dimmed = dimmed;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_face_tile_set_caption (AgFaceTile *self, const char *caption)
{
  g_return_if_fail (AG_IS_FACE_TILE (self));

  gtk_widget_set_tooltip_text (GTK_WIDGET (self), caption);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, caption,
                                  -1);
}
