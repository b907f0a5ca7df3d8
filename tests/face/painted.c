/* painted.c: pictures made by formula
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "painted.h"

#include <math.h>

#include "ag-flow.h"

static AgImage *
take (int width, int height, guint8 *pixels)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, (gsize) width * (gsize) height * 3);

  return ag_image_new (width, height, bytes);
}

AgImage *
painted_ramp (int width, int height)
{
  guint8 *pixels = g_malloc ((gsize) width * (gsize) height * 3);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *p = pixels + ((gsize) y * (gsize) width + (gsize) x) * 3;

        p[0] = (guint8) lrint ((x + 0.5) * 255 / width);
        p[1] = (guint8) lrint ((y + 0.5) * 255 / height);
        p[2] = 77;
      }
  return take (width, height, pixels);
}

AgImage *
painted_noise (int width, int height)
{
  gsize n = (gsize) width * (gsize) height * 3;
  guint8 *pixels = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    pixels[i] = (guint8) ag_random_bits (4, 0, i);
  return take (width, height, pixels);
}

/* Soft-edged ellipse: 1 inside, 0 outside. */
static double
ellipse (double x, double y, double cx, double cy, double rx, double ry)
{
  double r = hypot ((x - cx) / rx, (y - cy) / ry);

  return CLAMP ((1.1 - r) / 0.2, 0, 1);
}

static double
mix (double a, double b, double t)
{
  return a + t * (b - a);
}

AgImage *
painted_face (int width, int height, double left_x, double right_x, double eye_y)
{
  guint8 *pixels = g_malloc ((gsize) width * (gsize) height * 3);
  double d = right_x - left_x, middle = 0.5 * (left_x + right_x);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        double px = x + 0.5, py = y + 0.5, v = 150;

        v = mix (v, 60, ellipse (px, py, middle, eye_y - 0.1 * d, 1.15 * d, 1.35 * d));
        v = mix (v, 200, ellipse (px, py, middle, eye_y + 0.45 * d, 0.95 * d, 1.35 * d));
        for (int side = -1; side <= 1; side += 2)
          {
            double eye = middle + side * 0.5 * d;

            v = mix (v, 140, 0.7 * ellipse (px, py, eye, eye_y - 0.02 * d, 0.34 * d, 0.2 * d));
            v = mix (v, 70, ellipse (px, py, eye, eye_y - 0.3 * d, 0.3 * d, 0.05 * d));
            v = mix (v, 225, ellipse (px, py, eye, eye_y, 0.2 * d, 0.1 * d));
            v = mix (v, 30, ellipse (px, py, eye, eye_y, 0.09 * d, 0.09 * d));
            v = mix (
              v, 120,
              ellipse (px, py, middle + side * 0.12 * d, eye_y + 0.62 * d, 0.07 * d, 0.05 * d));
          }
        v = mix (v, 225, 0.6 * ellipse (px, py, middle, eye_y + 0.3 * d, 0.07 * d, 0.3 * d));
        v = mix (v, 90, ellipse (px, py, middle, eye_y + 1.02 * d, 0.32 * d, 0.08 * d));
        for (int c = 0; c < 3; c++)
          pixels[((gsize) y * (gsize) width + (gsize) x) * 3 + (gsize) c] = (guint8) lrint (v);
      }
  return take (width, height, pixels);
}
