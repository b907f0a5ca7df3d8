/* ag-chart.c: a chart of curves over steps, drawn with cairo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-chart.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#define LEFT   54.0
#define RIGHT  14.0
#define TOP    30.0
#define BOTTOM 38.0

/* What a name in the legend takes besides its text. */
#define LEGEND_MARK 38.0

/* The rectangle of the curves and what it shows. */
typedef struct
{
  double left, top, width, height;
  double x_min, x_max, y_min, y_max;
} Frame;

static void
curve_free (gpointer data)
{
  AgChartCurve *curve = data;

  g_free (curve->name);
  g_free (curve->x);
  g_free (curve->y);
  g_free (curve);
}

AgChart *
ag_chart_new (void)
{
  AgChart *self = g_new0 (AgChart, 1);

  self->curves = g_ptr_array_new_with_free_func (curve_free);
  self->x_min = self->x_max = NAN;
  self->foreground = (AgChartColour){ 0, 0, 0, 1 };
  self->x_title = g_strdup (_ ("Step"));
  self->y_title = g_strdup (_ ("bits/dim"));
  self->font_size = 12;
  return self;
}

void
ag_chart_free (AgChart *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->curves);
  g_free (self->x_title);
  g_free (self->y_title);
  g_free (self);
}

void
ag_chart_smooth (double *y, guint n, double amount)
{
  /* At most over a tenth of the curve or so. */
  double keep = amount <= 0 ? 0 : 1 - 1 / (1 + amount * fmax (n / 10.0, 4));
  double sum = 0, weight = 0;

  for (guint i = 0; i < n; i++)
    {
      if (!isfinite (y[i]))
        continue;
      sum = keep * sum + (1 - keep) * y[i];
      weight = keep * weight + (1 - keep);
      y[i] = sum / weight;
    }
}

/* Curves of runs */

static AgChartCurve *
add_curve (AgChart *self, const char *name, GArray *reports, gboolean is_held_out)
{
  AgChartCurve *curve = g_new0 (AgChartCurve, 1);

  curve->name = g_strdup (name);
  curve->x = g_new (double, (gsize) reports->len + 1);
  curve->y = g_new (double, (gsize) reports->len + 1);
  for (guint i = 0; i < reports->len; i++)
    {
      const AgRunReport *report = &g_array_index (reports, AgRunReport, i);
      double y = is_held_out ? report->held_out_bits_per_dim : report->train_bits_per_dim;

      if (!isfinite (y))
        continue;
      curve->x[curve->n] = (double) report->step;
      curve->y[curve->n++] = y;
    }
  g_ptr_array_add (self->curves, curve);
  return curve;
}

/* Told apart by the colour-blind too (Okabe & Ito); lighter on a dark ground. */
static AgChartColour
colour_of (guint index, gboolean is_dark)
{
  static const AgChartColour on_light[] = { { 0.00, 0.35, 0.70, 1 }, { 0.84, 0.37, 0.00, 1 },
                                            { 0.00, 0.55, 0.40, 1 }, { 0.72, 0.36, 0.58, 1 },
                                            { 0.45, 0.42, 0.00, 1 }, { 0.20, 0.20, 0.20, 1 } };
  static const AgChartColour on_dark[] = { { 0.45, 0.71, 1.00, 1 }, { 1.00, 0.64, 0.30, 1 },
                                           { 0.35, 0.85, 0.66, 1 }, { 0.95, 0.62, 0.83, 1 },
                                           { 0.94, 0.89, 0.40, 1 }, { 0.85, 0.85, 0.85, 1 } };

  index %= G_N_ELEMENTS (on_light);
  return is_dark ? on_dark[index] : on_light[index];
}

void
ag_chart_add_run (AgChart *self, const char *name, GArray *reports, guint index, gboolean is_dark)
{
  g_autofree char *training = NULL, *held_out = NULL;
  AgChartCurve *curve;

  if (name != NULL)
    {
      training = g_strdup (name);
      held_out = NULL;
    }
  else
    {
      training = g_strdup (_ ("Training"));
      held_out = g_strdup (_ ("Held out"));
    }
  curve = add_curve (self, training, reports, FALSE);
  curve->colour = colour_of (index, is_dark);
  curve = add_curve (self, held_out, reports, TRUE);
  curve->colour = colour_of (name != NULL ? index : index + 1, is_dark);
  curve->is_marked = curve->n <= 60;
  curve->is_dashed = name != NULL;
}

/* Axes */

gboolean
ag_chart_get_extent (const AgChart *self, double *min, double *max)
{
  *min = INFINITY;
  *max = -INFINITY;
  for (guint i = 0; i < self->curves->len; i++)
    {
      const AgChartCurve *curve = g_ptr_array_index (self->curves, i);

      if (curve->n == 0)
        continue;
      *min = fmin (*min, curve->x[0]);
      *max = fmax (*max, curve->x[curve->n - 1]);
    }
  return *min <= *max;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return first < second ? -1 : first > second;
}

/* What is shown of y: of many values all but the few highest, so that the first steps, which are
 * far off, do not press everything else to the ground; but always where the curves end. */
static gboolean
find_y (const AgChart *self, Frame *frame)
{
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double));
  double low, high, room, highest_end = -INFINITY;

  for (guint c = 0; c < self->curves->len; c++)
    {
      const AgChartCurve *curve = g_ptr_array_index (self->curves, c);
      double end = -INFINITY;

      for (guint i = 0; i < curve->n; i++)
        if (isfinite (curve->y[i]) && curve->x[i] >= frame->x_min && curve->x[i] <= frame->x_max)
          {
            g_array_append_val (values, curve->y[i]);
            end = curve->y[i];
          }
      highest_end = fmax (highest_end, end);
    }
  if (values->len == 0)
    return FALSE;
  g_array_sort (values, compare_doubles);
  low = g_array_index (values, double, 0);
  high = g_array_index (values, double, values->len - 1 - values->len * 3 / 100);
  high = fmax (high, highest_end);
  room = fmax (0.06 * (high - low), 0.01);
  frame->y_min = low - room;
  frame->y_max = high + room;
  return TRUE;
}

static double
nice_step (double range, int wanted)
{
  double rough = range / MAX (wanted, 1);
  double power = pow (10, floor (log10 (rough)));
  double part = rough / power;

  return power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
}

static void
set_colour (cairo_t *cr, AgChartColour colour, double alpha)
{
  cairo_set_source_rgba (cr, colour.r, colour.g, colour.b, colour.a * alpha);
}

static char *
format_x (double x)
{
  if (x >= 1e6)
    return g_strdup_printf ("%gM", round (x / 1e4) / 100);
  if (x >= 10000)
    return g_strdup_printf ("%gk", round (x / 10) / 100);
  return g_strdup_printf ("%g", x);
}

static void
draw_text (cairo_t *cr, const char *text, double x, double y, double align)
{
  cairo_text_extents_t extents;

  cairo_text_extents (cr, text, &extents);
  cairo_move_to (cr, x - align * extents.x_advance, y);
  cairo_show_text (cr, text);
}

static double
to_x (const Frame *frame, double x)
{
  return frame->left + (x - frame->x_min) / (frame->x_max - frame->x_min) * frame->width;
}

static double
to_y (const Frame *frame, double y)
{
  return frame->top + (frame->y_max - y) / (frame->y_max - frame->y_min) * frame->height;
}

/* Where the title of the vertical axis is, and how much of it to the left of that. */
static double
y_title_x (const Frame *frame)
{
  return frame->left - 8;
}

static double
y_title_align (const Frame *frame)
{
  return frame->left > 60 ? 1 : 0.6;
}

static void
draw_axes (const AgChart *self, cairo_t *cr, const Frame *frame)
{
  double step = nice_step (frame->y_max - frame->y_min, (int) (frame->height / 44));
  int digits = (int) CLAMP (ceil (-log10 (step) - 1e-9), 0, 6);

  cairo_set_line_width (cr, 1);
  for (double y = ceil (frame->y_min / step) * step; y <= frame->y_max; y += step)
    {
      /* Not -0 where rounding has left a little. */
      g_autofree char *text = g_strdup_printf ("%.*f", digits, fabs (y) < step / 2 ? 0 : y);
      double line = floor (to_y (frame, y)) + 0.5;

      set_colour (cr, self->foreground, 0.12);
      cairo_move_to (cr, frame->left, line);
      cairo_rel_line_to (cr, frame->width, 0);
      cairo_stroke (cr);
      set_colour (cr, self->foreground, 0.7);
      draw_text (cr, text, frame->left - 8, line + 0.35 * self->font_size, 1);
    }
  step = fmax (nice_step (frame->x_max - frame->x_min, (int) (frame->width / 80)), 1);
  for (double x = ceil (frame->x_min / step) * step; x <= frame->x_max; x += step)
    {
      g_autofree char *text = format_x (x);
      double along = to_x (frame, x);

      draw_text (cr, text, along, frame->top + frame->height + 1.5 * self->font_size,
                 along > frame->left + frame->width - 16 ? 1 : 0.5);
    }
  draw_text (cr, self->x_title, frame->left + frame->width / 2,
             frame->top + frame->height + 2.75 * self->font_size, 0.5);
  draw_text (cr, self->y_title, y_title_x (frame), self->font_size + 3, y_title_align (frame));
}

/* Curves */

/* Strokes from the lowest to the highest value of each column of pixels. */
static void
draw_line (cairo_t *cr, const Frame *frame, const double *xs, const double *ys, guint n)
{
  int column = G_MININT;
  double low = 0, high = 0, first = 0, last = 0;
  gboolean begun = FALSE;

  cairo_new_path (cr);
  for (guint i = 0; i <= n; i++)
    {
      int here = i < n ? (int) floor (to_x (frame, xs[i])) : G_MAXINT;
      double y = i < n ? to_y (frame, ys[i]) : 0;

      if (i < n && !isfinite (y))
        continue;
      if (here != column && column != G_MININT)
        {
          if (!begun)
            cairo_move_to (cr, column + 0.5, first);
          begun = TRUE;
          cairo_line_to (cr, column + 0.5, first);
          if (high > low)
            {
              cairo_line_to (cr, column + 0.5, low);
              cairo_line_to (cr, column + 0.5, high);
              cairo_line_to (cr, column + 0.5, last);
            }
        }
      if (here != column)
        low = high = first = y;
      low = fmin (low, y);
      high = fmax (high, y);
      last = y;
      column = here;
    }
  cairo_stroke (cr);
}

static void
draw_marks (cairo_t *cr, const Frame *frame, const AgChartCurve *curve, const double *ys)
{
  for (guint i = 0; i < curve->n; i++)
    if (isfinite (ys[i]))
      {
        cairo_new_sub_path (cr);
        cairo_arc (cr, to_x (frame, curve->x[i]), to_y (frame, ys[i]), 2.5, 0, 2 * G_PI);
      }
  cairo_fill (cr);
}

static void
draw_curve (const AgChart *self, cairo_t *cr, const Frame *frame, const AgChartCurve *curve)
{
  g_autofree double *smooth = g_memdup2 (curve->y, (gsize) (curve->n + 1) * sizeof (double));
  const double dashes[] = { 5, 4 };

  if (curve->n == 0)
    return;
  ag_chart_smooth (smooth, curve->n, curve->is_marked ? 0 : self->smoothing);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  if (self->smoothing > 0 && !curve->is_marked)
    {
      cairo_set_line_width (cr, 1);
      set_colour (cr, curve->colour, 0.25);
      draw_line (cr, frame, curve->x, curve->y, curve->n);
    }
  set_colour (cr, curve->colour, 1);
  cairo_set_line_width (cr, 2);
  if (curve->is_dashed)
    cairo_set_dash (cr, dashes, 2, 0);
  draw_line (cr, frame, curve->x, smooth, curve->n);
  cairo_set_dash (cr, NULL, 0, 0);
  /* One report alone makes no line. */
  if (curve->is_marked || curve->n == 1)
    draw_marks (cr, frame, curve, smooth);
}

/* Cuts a name so that it fits. */
static char *
fit_text (cairo_t *cr, const char *name, double width)
{
  glong n = g_utf8_strlen (name, -1);
  cairo_text_extents_t extents;

  cairo_text_extents (cr, name, &extents);
  if (extents.x_advance <= width)
    return g_strdup (name);
  while (n > 1)
    {
      g_autofree char *part = g_utf8_substring (name, 0, --n);
      g_autofree char *text = g_strconcat (part, "…", NULL);

      cairo_text_extents (cr, text, &extents);
      if (extents.x_advance <= width)
        return g_steal_pointer (&text);
    }
  return g_strdup ("…");
}

static void
draw_legend (const AgChart *self, cairo_t *cr, const Frame *frame)
{
  double right = frame->left + frame->width, room, wanted = 0;
  cairo_text_extents_t extents;
  guint n = 0;

  cairo_text_extents (cr, self->y_title, &extents);
  room = right - (y_title_x (frame) + (1 - y_title_align (frame)) * extents.x_advance) - 14;
  for (guint i = 0; i < self->curves->len; i++)
    {
      const AgChartCurve *curve = g_ptr_array_index (self->curves, i);

      if (curve->name == NULL)
        continue;
      cairo_text_extents (cr, curve->name, &extents);
      wanted += extents.x_advance + LEGEND_MARK;
      n++;
    }
  for (guint i = self->curves->len; i-- > 0;)
    {
      const AgChartCurve *curve = g_ptr_array_index (self->curves, i);
      g_autofree char *text = NULL;

      if (curve->name == NULL)
        continue;
      text = fit_text (cr, curve->name, wanted > room ? room / n - LEGEND_MARK : INFINITY);
      cairo_text_extents (cr, text, &extents);
      set_colour (cr, self->foreground, 0.85);
      draw_text (cr, text, right, self->font_size + 3, 1);
      right -= extents.x_advance + 8;
      set_colour (cr, curve->colour, 1);
      cairo_set_line_width (cr, 3);
      cairo_move_to (cr, right - 16, self->font_size - 1);
      cairo_rel_line_to (cr, 16, 0);
      cairo_stroke (cr);
      right -= 16 + 14;
    }
}

static gboolean
find_x (const AgChart *self, Frame *frame)
{
  double min, max;

  if (!ag_chart_get_extent (self, &min, &max))
    return FALSE;
  frame->x_min = isfinite (self->x_min) ? self->x_min : fmin (min, 0);
  frame->x_max = isfinite (self->x_max) ? self->x_max : max;
  if (frame->x_max <= frame->x_min)
    frame->x_max = frame->x_min + 1;
  return TRUE;
}

static void
make_frame (Frame *frame, double width, double height)
{
  frame->left = LEFT;
  frame->top = TOP;
  frame->width = fmax (width - LEFT - RIGHT, 1);
  frame->height = fmax (height - TOP - BOTTOM, 1);
}

double
ag_chart_find_x (const AgChart *self, double position, double width)
{
  Frame frame;

  make_frame (&frame, width, 1);
  if (!find_x (self, &frame))
    return NAN;
  return frame.x_min + (position - frame.left) / frame.width * (frame.x_max - frame.x_min);
}

void
ag_chart_draw (const AgChart *self, cairo_t *cr, double width, double height)
{
  Frame frame;

  make_frame (&frame, width, height);
  if (!find_x (self, &frame) || !find_y (self, &frame))
    return;
  cairo_save (cr);
  cairo_select_font_face (cr, "Cantarell, sans-serif", CAIRO_FONT_SLANT_NORMAL,
                          CAIRO_FONT_WEIGHT_NORMAL);
  cairo_set_font_size (cr, self->font_size);
  draw_axes (self, cr, &frame);
  draw_legend (self, cr, &frame);
  cairo_rectangle (cr, frame.left, frame.top - 4, frame.width + 4, frame.height + 8);
  cairo_clip (cr);
  for (guint i = 0; i < self->curves->len; i++)
    draw_curve (self, cr, &frame, g_ptr_array_index (self->curves, i));
  cairo_restore (cr);
}
