/* ag-canvas-faces.c: a frame around each face of a photo, to choose one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>

#include "ag-canvas-private.h"

/* No smaller than a finger, however small the face. */
#define LEAST_SIZE 32.0

typedef struct
{
  GtkWidget *button;
  graphene_rect_t box; /* pixels of the picture */
} Frame;

void
ag_canvas_init_faces (AgCanvas *self)
{
  self->frames = g_array_new (FALSE, FALSE, sizeof (Frame));
}

static void
clear_frames (AgCanvas *self)
{
  for (guint i = 0; i < self->frames->len; i++)
    gtk_widget_unparent (g_array_index (self->frames, Frame, i).button);
  g_array_set_size (self->frames, 0);
}

void
ag_canvas_clear_faces (AgCanvas *self)
{
  clear_frames (self);
  g_clear_pointer (&self->frames, g_array_unref);
}

static void
frame_clicked (AgCanvas *self, GtkWidget *button)
{
  for (guint i = 0; i < self->frames->len; i++)
    if (g_array_index (self->frames, Frame, i).button == button)
      {
        ag_canvas_emit_face_chosen (self, i);
        return;
      }
}

void
ag_canvas_set_faces (AgCanvas *self, const graphene_rect_t *boxes, guint n, int chosen)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  clear_frames (self);
  for (guint i = 0; i < n; i++)
    {
      /* Translators: the faces of a photo are numbered */
      g_autofree char *label = g_strdup_printf (_ ("Face %u of %u"), i + 1, n);
      Frame frame = { gtk_button_new (), boxes[i] };

      gtk_widget_add_css_class (frame.button, "face-frame");
      if ((int) i == chosen)
        gtk_widget_add_css_class (frame.button, "chosen");
      gtk_widget_set_tooltip_text (frame.button, label);
      gtk_accessible_update_property (GTK_ACCESSIBLE (frame.button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      label, -1);
      g_signal_connect_swapped (frame.button, "clicked", G_CALLBACK (frame_clicked), self);
      gtk_widget_set_parent (frame.button, GTK_WIDGET (self));
      g_array_append_val (self->frames, frame);
    }
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_canvas_place_faces (AgCanvas *self)
{
  double scale = ag_canvas_view_get_zoom (&self->view) / self->view.device;

  for (guint i = 0; i < self->frames->len; i++)
    {
      const Frame *frame = &g_array_index (self->frames, Frame, i);
      double width = MAX (LEAST_SIZE, frame->box.size.width * scale);
      double height = MAX (LEAST_SIZE, frame->box.size.height * scale);
      GtkAllocation allocation;
      double x, y;

      ag_canvas_view_from_picture (&self->view, frame->box.origin.x + frame->box.size.width / 2,
                                   frame->box.origin.y + frame->box.size.height / 2, &x, &y);
      allocation.x = (int) (x - width / 2);
      allocation.y = (int) (y - height / 2);
      allocation.width = (int) width;
      allocation.height = (int) height;
      gtk_widget_size_allocate (frame->button, &allocation, -1);
    }
}

void
ag_canvas_snapshot_faces (AgCanvas *self, GtkSnapshot *snapshot)
{
  for (guint i = 0; i < self->frames->len; i++)
    gtk_widget_snapshot_child (GTK_WIDGET (self), g_array_index (self->frames, Frame, i).button,
                               snapshot);
}
