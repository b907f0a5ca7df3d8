/* ag-chart-view.h: the curves of training runs, to be looked at closely
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scroll, pinch or press + and - to zoom along the steps, drag or press the arrow keys to move,
 * double-click or press 0 for all. Pointing tells the numbers.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AG_TYPE_CHART_VIEW (ag_chart_view_get_type ())
G_DECLARE_FINAL_TYPE (AgChartView, ag_chart_view, AG, CHART_VIEW, GtkWidget)

/**
 * ag_chart_view_clear:
 *
 * Forgets all runs; the zoom stays.
 */
void ag_chart_view_clear (AgChartView *self);

/**
 * ag_chart_view_add_run:
 * @name: (nullable): %NULL if it is the only one
 * @reports: (element-type AgRunReport): copied
 */
void ag_chart_view_add_run (AgChartView *self, const char *name, GArray *reports);

/**
 * ag_chart_view_set_smoothing:
 * @smoothing: 0 to 1
 */
void ag_chart_view_set_smoothing (AgChartView *self, double smoothing);

/**
 * ag_chart_view_zoom_out:
 *
 * Shows all steps.
 */
void ag_chart_view_zoom_out (AgChartView *self);

/**
 * ag_chart_view_show_latest:
 * @share: of what is shown now, 0 to 1
 *
 * Zooms in to the last steps.
 */
void ag_chart_view_show_latest (AgChartView *self, double share);

/**
 * ag_chart_view_get_zoom:
 * @min: (out): first step that is shown
 * @max: (out): last
 *
 * Returns: whether not all steps are shown
 */
gboolean ag_chart_view_get_zoom (AgChartView *self, double *min, double *max);

G_END_DECLS
