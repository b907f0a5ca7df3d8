/* ag-chart-save.c: a chart as a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include <cairo-svg.h>
#include <glib/gi18n-lib.h>

#include "ag-atomic-file.h"
#include "ag-chart.h"
#include "ag-file.h"

#define WIDTH  960
#define HEIGHT 540
#define SCALE  2 /* of PNG, for screens and print */

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static cairo_status_t
draw_on (const AgChart *self, cairo_surface_t *surface, double scale)
{
  cairo_t *cr = cairo_create (surface);
  cairo_status_t status;

  cairo_scale (cr, scale, scale);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  cairo_translate (cr, 16, 16);
  ag_chart_draw (self, cr, WIDTH - 32, HEIGHT - 32);
  status = cairo_status (cr);
  cairo_destroy (cr);
  return status;
}

gboolean
ag_chart_save (const AgChart *self, GFile *file, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *name = ag_file_name (file);
  gboolean is_svg = g_str_has_suffix (name, ".svg");
  cairo_surface_t *surface;
  cairo_status_t status;

  if (!is_svg && !g_str_has_suffix (name, ".png"))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME,
                   _ ("%s: a chart is written as .png or .svg"), name);
      return FALSE;
    }
  if (is_svg)
    surface = cairo_svg_surface_create_for_stream (append, bytes, WIDTH, HEIGHT);
  else
    surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, SCALE * WIDTH, SCALE * HEIGHT);
  status = draw_on (self, surface, is_svg ? 1 : SCALE);
  if (status == CAIRO_STATUS_SUCCESS && !is_svg)
    status = cairo_surface_write_to_png_stream (surface, append, bytes);
  cairo_surface_finish (surface);
  cairo_surface_destroy (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    return ag_atomic_file_replace (file, bytes->data, bytes->len, error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s: %s", name,
               cairo_status_to_string (status));
  return FALSE;
}
