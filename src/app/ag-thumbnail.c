/* ag-thumbnail.c: a face on the shelf, small
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-thumbnail.h"

#include "ag-texture.h"

#define SIZE          64
#define CORNER_RADIUS 9.0f

struct _AgThumbnail
{
  GtkWidget parent_instance;

  AgEditFace *face;
  GdkTexture *texture;
};

G_DEFINE_FINAL_TYPE (AgThumbnail, ag_thumbnail, GTK_TYPE_WIDGET)

static void
ag_thumbnail_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AgThumbnail *self = AG_THUMBNAIL (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, SIZE, SIZE);
  GskRoundedRect rounded;
  GdkRGBA color;

  gsk_rounded_rect_init_from_rect (&rounded, &bounds, CORNER_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  if (self->texture != NULL)
    gtk_snapshot_append_texture (snapshot, self->texture, &bounds);
  else
    {
      gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
      color.alpha *= 0.1f;
      gtk_snapshot_append_color (snapshot, &color, &bounds);
    }
  gtk_snapshot_pop (snapshot);
}

static void
ag_thumbnail_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
update_texture (AgThumbnail *self)
{
  AgImage *picture = self->face != NULL ? ag_edit_face_get_picture (self->face) : NULL;

  g_clear_object (&self->texture);
  if (picture != NULL)
    self->texture = ag_texture_new (picture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ag_thumbnail_dispose (GObject *object)
{
  AgThumbnail *self = AG_THUMBNAIL (object);

  ag_thumbnail_set_face (self, NULL);
  g_clear_object (&self->texture);
  G_OBJECT_CLASS (ag_thumbnail_parent_class)->dispose (object);
}

static void
ag_thumbnail_class_init (AgThumbnailClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_thumbnail_dispose;
  widget_class->snapshot = ag_thumbnail_snapshot;
  widget_class->measure = ag_thumbnail_measure;
  gtk_widget_class_set_css_name (widget_class, "thumbnail");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ag_thumbnail_init (AgThumbnail *self)
{
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

GtkWidget *
ag_thumbnail_new (void)
{
  return g_object_new (AG_TYPE_THUMBNAIL, NULL);
}

void
ag_thumbnail_set_face (AgThumbnail *self, AgEditFace *face)
{
  g_return_if_fail (AG_IS_THUMBNAIL (self));

  if (self->face == face)
    return;
  if (self->face != NULL)
    g_signal_handlers_disconnect_by_func (self->face, update_texture, self);
  g_set_object (&self->face, face);
  if (face != NULL)
    {
      const char *name = ag_edit_face_get_name (face);

      g_signal_connect_swapped (face, "notify::face-picture", G_CALLBACK (update_texture), self);
      gtk_widget_set_tooltip_text (GTK_WIDGET (self), name);
      gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                      -1);
    }
  update_texture (self);
}
