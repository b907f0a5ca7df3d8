/* ag-image-resize.c: pictures of another size
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Separable. Each axis has its own filter: shrinking takes the mean over the area that becomes one
 * pixel, with fractions of pixels at its ends; growing interpolates with the cubic of Keys (1981),
 * a = -1/2. Rows are filtered across when they are first needed and kept only while they are, so
 * that memory does not depend on the height.
 */
#include <math.h>
#include <string.h>

#include "ag-image.h"

typedef struct
{
  int begin, count;
  float *weights;
} Taps;

/* What each pixel of one axis is made of. */
typedef struct
{
  Taps *taps;
  float *weights;
  int max_count;
} Axis;

static double
keys (double x)
{
  x = fabs (x);
  if (x < 1)
    return (1.5 * x - 2.5) * x * x + 1;
  if (x < 2)
    return ((-0.5 * x + 2.5) * x - 4) * x + 2;
  return 0;
}

/* The weight of source pixel @i for a target pixel that covers [@low, @high) of the source. */
static double
weight_of (int i, double low, double high, gboolean shrinks)
{
  if (shrinks)
    return MAX (0.0, MIN (high, i + 1.0) - MAX (low, (double) i));
  return keys (i + 0.5 - (low + high) / 2);
}

static void
axis_init (Axis *axis, int from, int to)
{
  double scale = (double) from / to;
  gboolean shrinks = to < from;
  int room = shrinks ? (int) ceil (scale) + 2 : 5;

  axis->taps = g_new (Taps, to);
  axis->weights = g_new0 (float, (gsize) to *(gsize) room);
  axis->max_count = 1;
  for (int i = 0; i < to; i++)
    {
      Taps *taps = &axis->taps[i];
      double low = i * scale, high = (i + 1) * scale, centre = (low + high) / 2, sum = 0;
      int first = (int) floor (shrinks ? low : centre - 2);
      int last = MIN ((int) ceil (shrinks ? high : centre + 2) - 1, first + room - 1);
      int begin = CLAMP (first, 0, from - 1), end = CLAMP (last, 0, from - 1);

      taps->begin = begin;
      taps->count = end - begin + 1;
      taps->weights = axis->weights + (gsize) i * (gsize) room;
      axis->max_count = MAX (axis->max_count, taps->count);
      /* Beyond the border the picture goes on with its last pixel. */
      for (int k = first; k <= last; k++)
        {
          double weight = weight_of (k, low, high, shrinks);
          taps->weights[CLAMP (k, begin, end) - begin] += (float) weight;
          sum += weight;
        }
      for (int k = 0; k < taps->count; k++)
        taps->weights[k] = (float) (taps->weights[k] / sum);
    }
}

static void
axis_clear (Axis *axis)
{
  g_free (axis->taps);
  g_free (axis->weights);
}

static void
filter_row (const guint8 *in, const Axis *axis, int width, float *out)
{
  for (int x = 0; x < width; x++)
    {
      const Taps *taps = &axis->taps[x];
      const guint8 *from = in + (gsize) taps->begin * 3;
      float r = 0, g = 0, b = 0;

      for (int k = 0; k < taps->count; k++)
        {
          float w = taps->weights[k];
          r += w * from[3 * k];
          g += w * from[3 * k + 1];
          b += w * from[3 * k + 2];
        }
      out[3 * x] = r;
      out[3 * x + 1] = g;
      out[3 * x + 2] = b;
    }
}

/* The part of @image at (@x, @y), @w by @h, as a picture of @width by @height. */
static AgImage *
resize_part (AgImage *image, int x, int y, int w, int h, int width, int height)
{
  const guint8 *pixels = ag_image_get_pixels (image) + ((gsize) y * image->width + x) * 3;
  gsize stride = (gsize) image->width * 3, row_size = (gsize) width * 3;
  guint8 *out = g_malloc (row_size * (gsize) height);
  g_autofree float *sum = g_new (float, row_size);
  g_autofree float *rows = NULL; /* a ring: source row r is at r % ring */
  g_autoptr (GBytes) bytes = NULL;
  int next = 0; /* source rows before it have been filtered */
  Axis across, down;

  axis_init (&across, w, width);
  axis_init (&down, h, height);
  rows = g_new (float, row_size *(gsize) down.max_count);
  for (int i = 0; i < height; i++)
    {
      const Taps *taps = &down.taps[i];
      guint8 *to = out + (gsize) i * row_size;

      next = MAX (next, taps->begin);
      for (; next < taps->begin + taps->count; next++)
        filter_row (pixels + (gsize) next * stride, &across, width,
                    rows + (gsize) (next % down.max_count) * row_size);
      memset (sum, 0, row_size * sizeof *sum);
      for (int k = 0; k < taps->count; k++)
        {
          const float *row = rows + (gsize) ((taps->begin + k) % down.max_count) * row_size;
          float weight = taps->weights[k];
          for (gsize j = 0; j < row_size; j++)
            sum[j] += weight * row[j];
        }
      for (gsize j = 0; j < row_size; j++)
        to[j] = (guint8) (CLAMP (sum[j], 0.0f, 255.0f) + 0.5f);
    }
  axis_clear (&across);
  axis_clear (&down);
  bytes = g_bytes_new_take (out, row_size * (gsize) height);
  return ag_image_new (width, height, bytes);
}

AgImage *
ag_image_resize (AgImage *image, int width, int height)
{
  g_return_val_if_fail (width > 0 && height > 0, NULL);
  if (width == image->width && height == image->height)
    return ag_image_ref (image);
  return resize_part (image, 0, 0, image->width, image->height, width, height);
}

AgImage *
ag_image_fit (AgImage *image, int width, int height)
{
  gint64 w = image->width, h = image->height;

  g_return_val_if_fail (width > 0 && height > 0, NULL);
  if (w * height > h * width)
    w = MAX (1, (h * width + height / 2) / height);
  else
    h = MAX (1, (w * height + width / 2) / width);
  w = MIN (w, image->width);
  h = MIN (h, image->height);
  if (w == image->width && h == image->height)
    return ag_image_resize (image, width, height);
  return resize_part (image, (int) (image->width - w) / 2, (int) (image->height - h) / 2, (int) w,
                      (int) h, width, height);
}
