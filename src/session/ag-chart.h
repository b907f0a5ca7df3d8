/* ag-chart.h: a chart of curves over steps, drawn with cairo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same drawing for the window, for PNG and for SVG. Whatever the number of points, at most one
 * stroke from the lowest to the highest value is drawn for each column of pixels. Pure functions,
 * for any thread.
 */
#pragma once

#include <cairo.h>
#include <gio/gio.h>

#include "ag-run-info.h"

G_BEGIN_DECLS

typedef struct
{
  double r, g, b, a;
} AgChartColour;

/**
 * AgChartCurve:
 * @name: for the legend; %NULL to leave it out of that
 * @x: (array length=n): ascending
 * @y: (array length=n): NAN where there is none
 * @colour: of the line
 * @is_marked: whether points are few and are marked
 * @is_dashed: whether the line is
 */
typedef struct
{
  char *name;
  guint n;
  double *x, *y;
  AgChartColour colour;
  gboolean is_marked, is_dashed;
} AgChartCurve;

/**
 * AgChart:
 * @curves: (element-type AgChartCurve):
 * @x_min: what is shown; NAN for all
 * @x_max: likewise
 * @smoothing: 0 for none to 1 for most; the unsmoothed curve stays faintly behind
 * @foreground: of text and lines
 * @x_title: below the axis
 * @y_title: above the axis
 * @font_size: pixels
 */
typedef struct
{
  GPtrArray *curves;
  double x_min, x_max;
  double smoothing;
  AgChartColour foreground;
  char *x_title, *y_title;
  double font_size;
} AgChart;

AgChart *ag_chart_new (void);
void ag_chart_free (AgChart *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgChart, ag_chart_free)

/**
 * ag_chart_add_run:
 * @name: (nullable): of the run, where there are several
 * @reports: (element-type AgRunReport):
 * @index: which colour
 * @is_dark: whether the ground is
 *
 * Adds bits/dim of training and of held-out images.
 */
void
ag_chart_add_run (AgChart *self, const char *name, GArray *reports, guint index, gboolean is_dark);

/**
 * ag_chart_get_extent:
 * @min: (out): smallest x of all curves
 * @max: (out): largest
 *
 * Returns: whether there is anything to draw
 */
gboolean ag_chart_get_extent (const AgChart *self, double *min, double *max);

/**
 * ag_chart_draw:
 *
 * Draws into 0, 0 to @width, @height, without a ground.
 */
void ag_chart_draw (const AgChart *self, cairo_t *cr, double width, double height);

/**
 * ag_chart_find_x:
 * @position: in pixels
 *
 * Returns: the x that is drawn there
 */
double ag_chart_find_x (const AgChart *self, double position, double width);

/**
 * ag_chart_save:
 * @file: ends in .png or .svg
 *
 * Draws on white, 960 by 540. Written beside @file and renamed.
 */
gboolean ag_chart_save (const AgChart *self, GFile *file, GError **error);

/**
 * ag_chart_smooth:
 * @y: (inout) (array length=n): NAN is passed over
 *
 * Exponential mean, corrected for its start; @amount as in AgChart.
 */
void ag_chart_smooth (double *y, guint n, double amount);

G_END_DECLS
