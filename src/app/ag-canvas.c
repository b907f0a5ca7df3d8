/* ag-canvas.c: the photo, with handles on the eyes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-canvas-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-steady-knob.h"

#define CORNER_RADIUS 9.0f

/* Room around the picture, less in a small window. */
#define MARGIN       24
#define SMALL_MARGIN 12
#define SMALL_SIZE   520

#define MIN_SIZE     120
#define NATURAL_SIZE 480

/* As the session fits them: a small picture is not magnified beyond what is bearable. */
#define MAX_PHOTO_FIT 4.0
#define MAX_DRAWN_FIT 12.0

#define SPLIT_STEP   0.02
#define SPLIT_PAGE   0.1
#define SPLIT_HEIGHT 44

static guint signals[AG_CANVAS_N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgCanvas, ag_canvas, GTK_TYPE_WIDGET)

void
ag_canvas_emit (AgCanvas *self, guint signal)
{
  g_signal_emit (self, signals[signal], 0);
}

void
ag_canvas_emit_at (AgCanvas *self, guint signal, double x, double y)
{
  g_signal_emit (self, signals[signal], 0, x, y);
}

void
ag_canvas_emit_face_chosen (AgCanvas *self, guint index)
{
  g_signal_emit (self, signals[AG_CANVAS_SIGNAL_FACE_CHOSEN], 0, index);
}

void
ag_canvas_emit_pulled (AgCanvas *self, double x, double y, double dx)
{
  g_signal_emit (self, signals[AG_CANVAS_SIGNAL_PULLED], 0, x, y, dx);
}

gboolean
ag_canvas_has_picture (AgCanvas *self)
{
  return ag_canvas_get_shown (self) != NULL && self->view.picture_width > 0;
}

gboolean
ag_canvas_has_handles (AgCanvas *self)
{
  return self->adjusting && self->has_eyes && self->original.texture != NULL;
}

static gboolean
shows_original (AgCanvas *self)
{
  return self->original.texture != NULL && (self->comparing || ag_canvas_has_handles (self));
}

static gboolean
has_split (AgCanvas *self)
{
  return self->split && !shows_original (self) && self->original.texture != NULL &&
         ag_canvas_has_picture (self);
}

GdkTexture *
ag_canvas_get_shown (AgCanvas *self)
{
  g_return_val_if_fail (AG_IS_CANVAS (self), NULL);

  if (shows_original (self) || self->picture.texture == NULL)
    return self->original.texture;
  return self->picture.texture;
}

/* Drawing. */

/* What is of another picture, or of one whose size is not known, stands in the middle. */
static void
get_middle (AgCanvas *self, GdkTexture *texture, graphene_rect_t *bounds)
{
  float device = (float) self->view.device;
  float width = (float) gdk_texture_get_width (texture) / device;
  float height = (float) gdk_texture_get_height (texture) / device;
  float scale = MIN (1, MIN ((float) self->view.width / width, (float) self->view.height / height));

  width *= scale;
  height *= scale;
  graphene_rect_init (bounds, floorf (((float) self->view.width - width) / 2 * device) / device,
                      floorf (((float) self->view.height - height) / 2 * device) / device, width,
                      height);
}

static void
draw_layer (AgCanvas *self,
            GtkSnapshot *snapshot,
            const AgCanvasLayer *layer,
            const AgCanvasLayer *whole)
{
  graphene_rect_t bounds, visible;

  if (layer->texture == NULL)
    return;
  if (!ag_canvas_view_place (&self->view, &layer->viewport, &bounds))
    {
      get_middle (self, layer->texture, &bounds);
      gtk_snapshot_append_texture (snapshot, layer->texture, &bounds);
      return;
    }
  ag_canvas_view_get_visible (&self->view, &visible);
  /* Just moved there, and not drawn yet. */
  if (whole->texture != NULL && whole->texture != layer->texture &&
      (bounds.origin.x > visible.origin.x + 1 || bounds.origin.y > visible.origin.y + 1 ||
       bounds.origin.x + bounds.size.width < visible.origin.x + visible.size.width - 1.5f ||
       bounds.origin.y + bounds.size.height < visible.origin.y + visible.size.height - 1.5f))
    {
      graphene_rect_t beneath;

      if (ag_canvas_view_place (&self->view, &whole->viewport, &beneath))
        gtk_snapshot_append_texture (snapshot, whole->texture, &beneath);
    }
  gtk_snapshot_append_texture (snapshot, layer->texture, &bounds);
}

static float
get_split (AgCanvas *self, const graphene_rect_t *visible)
{
  double at = gtk_range_get_value (GTK_RANGE (self->split_scale));

  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    at = 1 - at;
  return roundf (visible->origin.x + (float) at * visible->size.width);
}

/* The original on the left, and a line. */
static void
draw_split (AgCanvas *self, GtkSnapshot *snapshot)
{
  const GdkRGBA white = { 1, 1, 1, 0.95f }, shade = { 0, 0, 0, 0.35f };
  graphene_rect_t visible;
  float x;

  ag_canvas_view_get_visible (&self->view, &visible);
  x = get_split (self, &visible);
  gtk_snapshot_push_clip (snapshot,
                          &GRAPHENE_RECT_INIT (visible.origin.x, visible.origin.y,
                                               x - visible.origin.x, visible.size.height));
  draw_layer (self, snapshot, &self->original, &self->whole_original);
  gtk_snapshot_pop (snapshot);
  gtk_snapshot_append_color (snapshot, &shade,
                             &GRAPHENE_RECT_INIT (x - 2, visible.origin.y, 4, visible.size.height));
  gtk_snapshot_append_color (snapshot, &white,
                             &GRAPHENE_RECT_INIT (x - 1, visible.origin.y, 2, visible.size.height));
}

static void
draw_overlay (AgCanvas *self, GtkSnapshot *snapshot)
{
  const AgAlignment *square = &self->overlay_square;
  float scale = (float) (ag_canvas_view_get_zoom (&self->view) / self->view.device);
  float side = (float) ag_alignment_get_side (square);
  graphene_rect_t bounds;

  ag_canvas_view_get_bounds (&self->view, &bounds);
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &bounds.origin);
  gtk_snapshot_scale (snapshot, scale, scale);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) square->x, (float) square->y));
  gtk_snapshot_rotate (snapshot, (float) (atan2 (square->uy, square->ux) * 180 / G_PI));
  gtk_snapshot_append_texture (snapshot, self->overlay, &GRAPHENE_RECT_INIT (0, 0, side, side));
  gtk_snapshot_restore (snapshot);
}

static void
draw_brush (AgCanvas *self, GtkSnapshot *snapshot)
{
  double radius = self->brush * ag_canvas_view_get_zoom (&self->view) / self->view.device;
  float reach = (float) radius + 3;
  cairo_t *cr = gtk_snapshot_append_cairo (
    snapshot, &GRAPHENE_RECT_INIT ((float) self->pointer_x - reach, (float) self->pointer_y - reach,
                                   2 * reach, 2 * reach));

  cairo_arc (cr, self->pointer_x, self->pointer_y, radius, 0, 2 * G_PI);
  cairo_set_source_rgba (cr, 0, 0, 0, 0.5);
  cairo_set_line_width (cr, 3);
  cairo_stroke_preserve (cr);
  cairo_set_source_rgba (cr, 1, 1, 1, 0.95);
  cairo_set_line_width (cr, 1.25);
  cairo_stroke (cr);
  cairo_destroy (cr);
}

static void
draw_picture (AgCanvas *self, GtkSnapshot *snapshot)
{
  if (shows_original (self) || self->picture.texture == NULL)
    draw_layer (self, snapshot, &self->original, &self->whole_original);
  else
    draw_layer (self, snapshot, &self->picture, &self->whole_picture);
  if (self->overlay != NULL && !shows_original (self) && self->view.picture_width > 0)
    draw_overlay (self, snapshot);
  if (has_split (self))
    draw_split (self, snapshot);
  if (ag_canvas_has_handles (self))
    ag_canvas_draw_square (self, snapshot);
  else if (self->brush > 0 && self->pointer_inside)
    draw_brush (self, snapshot);
}

static void
ag_canvas_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AgCanvas *self = AG_CANVAS (widget);
  GdkTexture *shown = ag_canvas_get_shown (self);
  graphene_rect_t bounds;
  GskRoundedRect rounded;

  if (shown == NULL)
    return;
  if (self->view.picture_width > 0)
    ag_canvas_view_get_bounds (&self->view, &bounds);
  else
    get_middle (self, shown, &bounds);
  gsk_rounded_rect_init_from_rect (&rounded, &bounds, self->view.zoom > 0 ? 0 : CORNER_RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  draw_picture (self, snapshot);
  gtk_snapshot_pop (snapshot);

  ag_canvas_snapshot_faces (self, snapshot);
  gtk_widget_snapshot_child (widget, self->split_scale, snapshot);
  for (int i = 0; i < AG_CANVAS_N_EYES; i++)
    gtk_widget_snapshot_child (widget, self->handles[i], snapshot);
}

/* Layout. */

static void
place_split (AgCanvas *self)
{
  int least_width, least_height;
  graphene_rect_t visible;
  GtkAllocation allocation;

  ag_canvas_view_get_visible (&self->view, &visible);
  gtk_widget_measure (self->split_scale, GTK_ORIENTATION_HORIZONTAL, -1, &least_width, NULL, NULL,
                      NULL);
  gtk_widget_measure (self->split_scale, GTK_ORIENTATION_VERTICAL, -1, &least_height, NULL, NULL,
                      NULL);
  allocation.width = MAX ((int) visible.size.width, least_width);
  allocation.height = MAX (SPLIT_HEIGHT, least_height);
  allocation.x = (int) visible.origin.x;
  allocation.y = (int) (visible.origin.y + visible.size.height * 0.75f) - allocation.height / 2;
  gtk_widget_size_allocate (self->split_scale, &allocation, -1);
}

static void
ag_canvas_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  AgCanvas *self = AG_CANVAS (widget);
  gboolean changed = width != self->view.width || height != self->view.height ||
                     gtk_widget_get_scale_factor (widget) != self->view.device;
  int margin = MIN (width, height) < SMALL_SIZE ? SMALL_MARGIN : MARGIN;

  self->view.width = width;
  self->view.height = height;
  self->view.device = gtk_widget_get_scale_factor (widget);
  self->view.margin = margin;
  ag_canvas_view_clamp (&self->view);
  ag_canvas_place_handles (self);
  ag_canvas_place_faces (self);
  if (gtk_widget_should_layout (self->split_scale))
    place_split (self);
  g_signal_emit (self, signals[AG_CANVAS_SIGNAL_RESIZED], 0,
                 MAX (1, width - 2 * margin) * self->view.device,
                 MAX (1, height - 2 * margin) * self->view.device);
  if (changed)
    ag_canvas_emit (self, AG_CANVAS_SIGNAL_VIEW_CHANGED);
}

static void
ag_canvas_measure (GtkWidget *widget,
                   GtkOrientation orientation,
                   int for_size,
                   int *minimum,
                   int *natural,
                   int *minimum_baseline,
                   int *natural_baseline)
{
  GtkWidget *child;
  int ignored;

  for (child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_measure (child, orientation, -1, &ignored, NULL, NULL, NULL);
  *minimum = MIN_SIZE;
  *natural = NATURAL_SIZE;
}

void
ag_canvas_view_changed (AgCanvas *self)
{
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
  ag_canvas_emit (self, AG_CANVAS_SIGNAL_VIEW_CHANGED);
}

/* What is seen besides the picture depends on what is shown. */
static void
update_children (AgCanvas *self)
{
  for (int i = 0; i < AG_CANVAS_N_EYES; i++)
    gtk_widget_set_visible (self->handles[i], ag_canvas_has_handles (self));
  gtk_widget_set_visible (self->split_scale, has_split (self));
  gtk_widget_queue_allocate (GTK_WIDGET (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* The object. */

static void
layer_clear (AgCanvasLayer *layer)
{
  g_clear_object (&layer->texture);
}

static void
ag_canvas_dispose (GObject *object)
{
  AgCanvas *self = AG_CANVAS (object);

  for (int i = 0; i < AG_CANVAS_N_EYES; i++)
    g_clear_pointer (&self->handles[i], gtk_widget_unparent);
  g_clear_pointer (&self->split_scale, gtk_widget_unparent);
  if (self->frames != NULL)
    ag_canvas_clear_faces (self);
  g_clear_object (&self->overlay);
  layer_clear (&self->picture);
  layer_clear (&self->original);
  layer_clear (&self->whole_picture);
  layer_clear (&self->whole_original);
  G_OBJECT_CLASS (ag_canvas_parent_class)->dispose (object);
}

static void
install_signals (GType type)
{
  static const struct
  {
    const char *name;
    guint n_numbers;
  } all[AG_CANVAS_N_SIGNALS] = {
    [AG_CANVAS_SIGNAL_VIEW_CHANGED] = { "view-changed", 0 },
    [AG_CANVAS_SIGNAL_DRAG_BEGUN] = { "drag-begun", 0 },
    [AG_CANVAS_SIGNAL_EYES_MOVED] = { "eyes-moved", 0 },
    [AG_CANVAS_SIGNAL_DRAG_ENDED] = { "drag-ended", 0 },
    [AG_CANVAS_SIGNAL_HOVERED] = { "hovered", 2 },
    [AG_CANVAS_SIGNAL_CLICKED] = { "clicked", 2 },
    [AG_CANVAS_SIGNAL_PULLED] = { "pulled", 3 },
    [AG_CANVAS_SIGNAL_BRUSHED] = { "brushed", 2 },
  };
  GType numbers[] = { G_TYPE_DOUBLE, G_TYPE_DOUBLE, G_TYPE_DOUBLE };

  for (guint i = 0; i < AG_CANVAS_N_SIGNALS; i++)
    if (all[i].name != NULL)
      signals[i] = g_signal_newv (all[i].name, type, G_SIGNAL_RUN_LAST, NULL, NULL, NULL, NULL,
                                  G_TYPE_NONE, all[i].n_numbers, numbers);
  signals[AG_CANVAS_SIGNAL_FACE_CHOSEN] = g_signal_new (
    "face-chosen", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
  signals[AG_CANVAS_SIGNAL_RESIZED] =
    g_signal_new ("resized", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                  G_TYPE_INT, G_TYPE_INT);
}

static void
ag_canvas_class_init (AgCanvasClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_canvas_dispose;
  widget_class->snapshot = ag_canvas_snapshot;
  widget_class->size_allocate = ag_canvas_size_allocate;
  widget_class->measure = ag_canvas_measure;
  gtk_widget_class_set_css_name (widget_class, "canvas");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  ag_canvas_install_input (widget_class);
  install_signals (G_TYPE_FROM_CLASS (klass));
}

static void
ag_canvas_init (AgCanvas *self)
{
  self->view.device = 1;
  self->view.max_fit = MAX_DRAWN_FIT;
  ag_canvas_init_handles (self);
  /* A GtkScale, whose knob is on the line: keyboard and accessibility are GTK's own. */
  self->split_scale = gtk_scale_new_with_range (GTK_ORIENTATION_HORIZONTAL, 0, 1, SPLIT_STEP);
  gtk_range_set_increments (GTK_RANGE (self->split_scale), SPLIT_STEP, SPLIT_PAGE);
  gtk_range_set_value (GTK_RANGE (self->split_scale), 0.5);
  gtk_scale_set_draw_value (GTK_SCALE (self->split_scale), FALSE);
  ag_steady_knob_add (GTK_RANGE (self->split_scale));
  gtk_widget_add_css_class (self->split_scale, "split");
  gtk_widget_set_visible (self->split_scale, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->split_scale), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Line between original and edited"), -1);
  g_signal_connect_swapped (self->split_scale, "value-changed", G_CALLBACK (gtk_widget_queue_draw),
                            self);
  gtk_widget_set_parent (self->split_scale, GTK_WIDGET (self));
  ag_canvas_init_faces (self);
  ag_canvas_init_input (self);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

static gboolean
layer_set (AgCanvasLayer *layer, GdkTexture *texture, const AgEditViewport *viewport)
{
  if (layer->texture == texture && ag_edit_viewport_equal (&layer->viewport, viewport))
    return FALSE;
  g_set_object (&layer->texture, texture);
  layer->viewport = *viewport;
  return TRUE;
}

static gboolean
is_whole (AgCanvas *self, const AgEditViewport *viewport)
{
  return viewport->x == 0 && viewport->y == 0 && viewport->scale > 0 &&
         fabs (viewport->width / viewport->scale - self->view.picture_width) * viewport->scale <
           1.5;
}

void
ag_canvas_set_pictures (AgCanvas *self,
                        GdkTexture *picture,
                        const AgEditViewport *of_picture,
                        GdkTexture *original,
                        const AgEditViewport *of_original)
{
  gboolean had_original;

  g_return_if_fail (AG_IS_CANVAS (self));

  had_original = self->original.texture != NULL;
  (void) layer_set (&self->picture, picture, of_picture);
  (void) layer_set (&self->original, original, of_original);
  if (picture == NULL || is_whole (self, of_picture))
    (void) layer_set (&self->whole_picture, picture, of_picture);
  if (original == NULL || is_whole (self, of_original))
    (void) layer_set (&self->whole_original, original, of_original);
  if (had_original != (original != NULL))
    update_children (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_canvas_set_photo (AgCanvas *self, int width, int height, const AgEyes *eyes)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  self->has_eyes = eyes != NULL;
  if (eyes != NULL)
    self->eyes = *eyes;
  if (width != self->view.picture_width || height != self->view.picture_height)
    {
      self->view.picture_width = width;
      self->view.picture_height = height;
      layer_clear (&self->whole_picture);
      layer_clear (&self->whole_original);
      self->view.zoom = 0;
    }
  self->view.max_fit = eyes != NULL ? MAX_PHOTO_FIT : MAX_DRAWN_FIT;
  ag_canvas_view_clamp (&self->view);
  update_children (self);
  ag_canvas_emit (self, AG_CANVAS_SIGNAL_VIEW_CHANGED);
}

void
ag_canvas_get_eyes (AgCanvas *self, AgEyes *eyes)
{
  g_return_if_fail (AG_IS_CANVAS (self));
  *eyes = self->eyes;
}

void
ag_canvas_set_adjusting (AgCanvas *self, gboolean adjusting)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  self->adjusting = adjusting;
  update_children (self);
}

void
ag_canvas_set_comparing (AgCanvas *self, gboolean comparing)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  self->comparing = comparing;
  update_children (self);
}

void
ag_canvas_set_split (AgCanvas *self, gboolean split)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  self->split = split;
  update_children (self);
}

void
ag_canvas_zoom_by (AgCanvas *self, double factor)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  if (!ag_canvas_has_picture (self))
    return;
  ag_canvas_view_zoom_at (&self->view, ag_canvas_view_get_zoom (&self->view) * factor,
                          self->view.width / 2.0, self->view.height / 2.0);
  ag_canvas_view_changed (self);
}

void
ag_canvas_set_zoom (AgCanvas *self, double zoom)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  if (!ag_canvas_has_picture (self))
    return;
  ag_canvas_view_zoom_at (&self->view, zoom, self->view.width / 2.0, self->view.height / 2.0);
  ag_canvas_view_changed (self);
}

double
ag_canvas_get_zoom (AgCanvas *self, gboolean *fitted)
{
  g_return_val_if_fail (AG_IS_CANVAS (self), 1);

  if (fitted != NULL)
    *fitted = self->view.zoom <= 0;
  return ag_canvas_view_get_zoom (&self->view);
}

gboolean
ag_canvas_get_viewport (AgCanvas *self, AgEditViewport *viewport)
{
  g_return_val_if_fail (AG_IS_CANVAS (self), FALSE);
  return ag_canvas_view_get_viewport (&self->view, viewport);
}

void
ag_canvas_set_pull (AgCanvas *self, gboolean pull)
{
  g_return_if_fail (AG_IS_CANVAS (self));
  self->pull = pull;
}

void
ag_canvas_set_brush (AgCanvas *self, double radius)
{
  g_return_if_fail (AG_IS_CANVAS (self));

  self->brush = radius;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_canvas_set_overlay (AgCanvas *self, GdkTexture *overlay, const AgAlignment *square)
{
  g_return_if_fail (AG_IS_CANVAS (self));
  g_return_if_fail (overlay == NULL || square != NULL);

  if (self->overlay == overlay)
    return;
  g_set_object (&self->overlay, overlay);
  if (square != NULL)
    self->overlay_square = *square;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
