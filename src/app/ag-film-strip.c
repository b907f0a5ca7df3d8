/* ag-film-strip.c: what lies along a path, small, and how likely it is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-film-strip.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-texture.h"

#define TILE_SIZE    56
#define GAP          6
#define CURVE_HEIGHT 44
#define LEAST_SPAN   0.1 /* bits/dim that fill the curve's height at least */
#define MARK_WIDTH   2

struct _AgFilmStrip
{
  GtkWidget parent_instance;

  GdkTexture *textures[AG_FILM_STRIP_N_POINTS];
  double bits[AG_FILM_STRIP_N_POINTS];
  double position;
};

enum
{
  SIGNAL_PICKED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (AgFilmStrip, ag_film_strip, GTK_TYPE_WIDGET)

/* How many pictures fit, such that each of them is at a point. */
static guint
get_n_tiles (int width)
{
  static const guint counts[] = { 61, 31, 21, 16, 13, 11, 7, 6, 5, 4, 3 };

  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    if ((int) counts[i] * TILE_SIZE <= width)
      return counts[i];
  return 2;
}

static void
draw_tiles (AgFilmStrip *self, GtkSnapshot *snapshot, int width, const GdkRGBA *color)
{
  guint n = get_n_tiles (width);
  guint stride = (AG_FILM_STRIP_N_POINTS - 1) / (n - 1);
  float tile = (float) width / (float) n;
  graphene_rect_t row = GRAPHENE_RECT_INIT (0, 0, (float) width, TILE_SIZE);
  GskRoundedRect rounded;
  GdkRGBA ground = *color;

  ground.alpha *= 0.08f;
  gsk_rounded_rect_init_from_rect (&rounded, &row, 6);
  gtk_snapshot_push_rounded_clip (snapshot, &rounded);
  gtk_snapshot_append_color (snapshot, &ground, &row);
  for (guint i = 0; i < n; i++)
    {
      GdkTexture *texture = self->textures[i * stride];
      float x = roundf (tile * (float) i), right = roundf (tile * (float) (i + 1));
      graphene_rect_t bounds = GRAPHENE_RECT_INIT (x, 0, right - x, TILE_SIZE);
      float side = MAX (right - x, TILE_SIZE);
      graphene_rect_t picture =
        GRAPHENE_RECT_INIT (x + (right - x - side) / 2, (TILE_SIZE - side) / 2, side, side);

      if (texture == NULL)
        continue;
      gtk_snapshot_push_clip (snapshot, &bounds);
      gtk_snapshot_append_texture (snapshot, texture, &picture);
      gtk_snapshot_pop (snapshot);
    }
  gtk_snapshot_pop (snapshot);
}

/* The range of what is known; FALSE if that is too little for a curve. */
static gboolean
get_range (AgFilmStrip *self, double *low, double *high)
{
  guint n = 0;

  *low = INFINITY;
  *high = -INFINITY;
  for (guint i = 0; i < AG_FILM_STRIP_N_POINTS; i++)
    if (!isnan (self->bits[i]))
      {
        *low = MIN (*low, self->bits[i]);
        *high = MAX (*high, self->bits[i]);
        n++;
      }
  if (*high - *low < LEAST_SPAN)
    {
      double middle = (*high + *low) / 2;

      *low = middle - LEAST_SPAN / 2;
      *high = middle + LEAST_SPAN / 2;
    }
  return n >= 2;
}

static gboolean
is_unlikely (AgFilmStrip *self, double position, double bits)
{
  double first = self->bits[0], last = self->bits[AG_FILM_STRIP_N_POINTS - 1];

  return !isnan (first) && !isnan (last) && bits > (1 - position) * first + position * last + 1e-3;
}

static void
draw_curve (AgFilmStrip *self, cairo_t *cr, int width, const GdkRGBA *color, const GdkRGBA *alarm)
{
  double low, high, x0 = 0, y0 = 0;
  gboolean begun = FALSE;

  if (!get_range (self, &low, &high))
    return;
  cairo_set_line_width (cr, 2);
  cairo_set_line_cap (cr, CAIRO_LINE_CAP_BUTT);
  for (guint i = 0; i < AG_FILM_STRIP_N_POINTS; i++)
    {
      double position = (double) i / (AG_FILM_STRIP_N_POINTS - 1);
      double x = 1 + position * (width - 2);
      double y = 3 + (high - self->bits[i]) / (high - low) * (CURVE_HEIGHT - 6);

      if (isnan (self->bits[i]))
        continue;
      if (begun)
        {
          gdk_cairo_set_source_rgba (cr,
                                     is_unlikely (self, position, self->bits[i]) ? alarm : color);
          cairo_move_to (cr, x0, y0);
          cairo_line_to (cr, x, y);
          cairo_stroke (cr);
        }
      x0 = x;
      y0 = y;
      begun = TRUE;
    }
}

static void
ag_film_strip_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  AgFilmStrip *self = AG_FILM_STRIP (widget);
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  int width = gtk_widget_get_width (widget);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, TILE_SIZE + GAP, (float) width, CURVE_HEIGHT);
  graphene_rect_t mark = GRAPHENE_RECT_INIT ((float) (self->position * (width - MARK_WIDTH)), 0,
                                             MARK_WIDTH, TILE_SIZE + GAP + CURVE_HEIGHT);
  GdkRGBA color, faint, alarm, accent;
  cairo_t *cr;

  gtk_style_context_get_color (context, &color);
  if (!gtk_style_context_lookup_color (context, "warning_color", &alarm))
    alarm = color;
  if (!gtk_style_context_lookup_color (context, "accent_bg_color", &accent))
    accent = color;
  faint = color;
  faint.alpha *= 0.55f;
  draw_tiles (self, snapshot, width, &color);
  cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  cairo_translate (cr, 0, TILE_SIZE + GAP);
  draw_curve (self, cr, width, &faint, &alarm);
  cairo_destroy (cr);
  gtk_snapshot_append_color (snapshot, &accent, &mark);
}

static void
ag_film_strip_measure (GtkWidget *widget,
                       GtkOrientation orientation,
                       int for_size,
                       int *minimum,
                       int *natural,
                       int *minimum_baseline,
                       int *natural_baseline)
{
  if (orientation == GTK_ORIENTATION_VERTICAL)
    *minimum = *natural = TILE_SIZE + GAP + CURVE_HEIGHT;
  else
    {
      *minimum = 2 * TILE_SIZE;
      *natural = 7 * TILE_SIZE;
    }
}

static void
pick (AgFilmStrip *self, double x)
{
  int width = gtk_widget_get_width (GTK_WIDGET (self));

  g_signal_emit (self, signals[SIGNAL_PICKED], 0, CLAMP (x / MAX (width, 1), 0, 1));
}

static void
drag_begun (AgFilmStrip *self, double x, double y)
{
  pick (self, x);
}

static void
drag_moved (AgFilmStrip *self, double dx, double dy, GtkGestureDrag *drag)
{
  double x, y;

  if (gtk_gesture_drag_get_start_point (drag, &x, &y))
    pick (self, x + dx);
}

static void
ag_film_strip_dispose (GObject *object)
{
  ag_film_strip_clear (AG_FILM_STRIP (object));
  G_OBJECT_CLASS (ag_film_strip_parent_class)->dispose (object);
}

static void
ag_film_strip_class_init (AgFilmStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ag_film_strip_dispose;
  widget_class->snapshot = ag_film_strip_snapshot;
  widget_class->measure = ag_film_strip_measure;
  signals[SIGNAL_PICKED] = g_signal_new ("picked", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_DOUBLE);
  gtk_widget_class_set_css_name (widget_class, "filmstrip");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ag_film_strip_init (AgFilmStrip *self)
{
  GtkGesture *drag = gtk_gesture_drag_new ();

  for (guint i = 0; i < AG_FILM_STRIP_N_POINTS; i++)
    self->bits[i] = NAN;
  g_signal_connect_swapped (drag, "drag-begin", G_CALLBACK (drag_begun), self);
  g_signal_connect_swapped (drag, "drag-update", G_CALLBACK (drag_moved), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (drag));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Pictures along the way, and how likely they are"), -1);
}

void
ag_film_strip_set_point (AgFilmStrip *self, guint point, AgImage *image, double bits_per_dim)
{
  g_return_if_fail (AG_IS_FILM_STRIP (self) && point < AG_FILM_STRIP_N_POINTS);

  g_clear_object (&self->textures[point]);
  if (image != NULL)
    self->textures[point] = ag_texture_new (image);
  self->bits[point] = bits_per_dim;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_film_strip_clear (AgFilmStrip *self)
{
  g_return_if_fail (AG_IS_FILM_STRIP (self));

  for (guint i = 0; i < AG_FILM_STRIP_N_POINTS; i++)
    {
      g_clear_object (&self->textures[i]);
      self->bits[i] = NAN;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
ag_film_strip_set_position (AgFilmStrip *self, double position)
{
  g_return_if_fail (AG_IS_FILM_STRIP (self));

  if (self->position == position)
    return;
  self->position = position;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

guint
ag_film_strip_count_shown (AgFilmStrip *self)
{
  guint n, stride, shown = 0;

  g_return_val_if_fail (AG_IS_FILM_STRIP (self), 0);

  n = get_n_tiles (gtk_widget_get_width (GTK_WIDGET (self)));
  stride = (AG_FILM_STRIP_N_POINTS - 1) / (n - 1);
  for (guint i = 0; i < n; i++)
    shown += self->textures[i * stride] != NULL;
  return shown;
}
