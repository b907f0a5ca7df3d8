/* test-chart.c: what a chart of training runs shows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-chart.h"
#include "ag-run-info.h"

#define WIDTH  600
#define HEIGHT 300

/* The first and last columns of pixels that have ink of a colour, or FALSE. */
static gboolean
find_ink (const AgChart *chart, AgChartColour colour, int *first, int *last)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, HEIGHT);
  cairo_t *cr = cairo_create (surface);
  const guchar *pixels;
  int stride = cairo_image_surface_get_stride (surface);

  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  ag_chart_draw (chart, cr, WIDTH, HEIGHT);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  pixels = cairo_image_surface_get_data (surface);
  *first = WIDTH;
  *last = -1;
  /* Below the legend. */
  for (int y = 31; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        const guchar *pixel = pixels + y * stride + 4 * x;

        if (fabs (pixel[2] / 255. - colour.r) < 0.02 && fabs (pixel[1] / 255. - colour.g) < 0.02 &&
            fabs (pixel[0] / 255. - colour.b) < 0.02)
          {
            *first = MIN (*first, x);
            *last = MAX (*last, x);
          }
      }
  cairo_surface_destroy (surface);
  return *last >= 0;
}

static AgChart *
make_chart (double (*value) (int step), int n)
{
  AgChart *chart = ag_chart_new ();
  g_autoptr (GArray) reports = g_array_new (FALSE, TRUE, sizeof (AgRunReport));

  for (int i = 1; i <= n; i++)
    {
      AgRunReport report = { .step = (guint64) i,
                             .train_bits_per_dim = value (i),
                             .held_out_bits_per_dim = NAN };

      g_array_append_val (reports, report);
    }
  ag_chart_add_run (chart, NULL, reports, 0, FALSE);
  return chart;
}

/* What is learnt by heart rises to the end: that end is what somebody wants to see. */
static double
rise (int step)
{
  return 4 + pow (step / 50., 3);
}

static double
fall (int step)
{
  return step < 4 ? 1000 : 4 - step / 200.;
}

static void
test_end (void)
{
  g_autoptr (AgChart) rising = make_chart (rise, 200), falling = make_chart (fall, 200);
  const AgChartCurve *curve = g_ptr_array_index (rising->curves, 0);
  int first, last;

  g_assert_true (find_ink (rising, curve->colour, &first, &last));
  g_assert_cmpint (last, >=, WIDTH - 18);
  g_assert_cmpint (first, <=, 60);

  /* The first steps, far off as they are, are left above the chart. */
  curve = g_ptr_array_index (falling->curves, 0);
  g_assert_true (find_ink (falling, curve->colour, &first, &last));
  g_assert_cmpint (last, >=, WIDTH - 18);
  g_assert_cmpint (first, >=, 60);
}

/* The first report is seen as well, though it makes no line. */
static void
test_first (void)
{
  g_autoptr (AgChart) chart = make_chart (rise, 1);
  const AgChartCurve *curve = g_ptr_array_index (chart->curves, 0);
  int first, last;

  g_assert_true (find_ink (chart, curve->colour, &first, &last));
  g_assert_cmpint (last, >, first);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/chart/end", test_end);
  g_test_add_func ("/session/chart/first", test_first);
  return g_test_run ();
}
