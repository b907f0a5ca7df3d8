/* ag-view-pixels.c: a part of a photo at the size it is shown at
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Separable. Each row of the view is a weighted sum of rows of the photo, kept in floats, and then
 * each of its pixels a weighted sum along that.
 */
#include "ag-view-pixels.h"

#include <math.h>
#include <string.h>

/* The photo's pixels that one pixel of the view is made of: from @first, @n of them. None where
 * there is no photo. */
typedef struct
{
  int first, n;
  float *weights;
} Taps;

/* The share of each of the photo's pixels in the span from @low to @high. */
static void
area_taps (double low, double high, int size, Taps *taps)
{
  double begin = CLAMP (low, 0, size), end = CLAMP (high, 0, size);

  taps->first = MIN ((int) begin, size - 1);
  taps->n = MAX (1, (int) ceil (end) - taps->first);
  taps->weights = g_new (float, taps->n);
  for (int k = 0; k < taps->n; k++)
    {
      double left = MAX (begin, taps->first + k), right = MIN (end, taps->first + k + 1);

      taps->weights[k] = (float) (MAX (0, right - left) / (end - begin));
    }
}

/* Catmull & Rom 1974 at @centre, the photo's edge pixels repeated. */
static void
cubic_taps (double centre, int size, Taps *taps)
{
  int base = (int) floor (centre - 0.5);
  double t = centre - 0.5 - base;
  double weights[4] = {
    0.5 * t * (-1 + t * (2 - t)),
    1 + 0.5 * t * t * (-5 + 3 * t),
    0.5 * t * (1 + t * (4 - 3 * t)),
    0.5 * t * t * (t - 1),
  };
  int last = MIN (base + 2, size - 1);

  taps->first = CLAMP (base - 1, 0, size - 1);
  taps->n = MAX (1, last - taps->first + 1);
  taps->weights = g_new0 (float, taps->n);
  for (int k = 0; k < 4; k++)
    {
      int index = CLAMP (base - 1 + k, 0, size - 1);

      taps->weights[CLAMP (index - taps->first, 0, taps->n - 1)] += (float) weights[k];
    }
}

static Taps *
taps_new (double start, double step, int n, int size)
{
  Taps *taps = g_new0 (Taps, n);

  for (int i = 0; i < n; i++)
    {
      double low = start + i * step, centre = low + 0.5 * step;

      if (centre < 0 || centre >= size)
        continue;
      if (step > 1)
        area_taps (low, low + step, size, &taps[i]);
      else
        cubic_taps (centre, size, &taps[i]);
    }
  return taps;
}

static void
taps_free (Taps *taps, int n)
{
  for (int i = 0; i < n; i++)
    g_free (taps[i].weights);
  g_free (taps);
}

/* The columns of the photo that any pixel of the view needs. */
static void
used_columns (const Taps *taps, int n, int *begin, int *end)
{
  *begin = G_MAXINT;
  *end = 0;
  for (int i = 0; i < n; i++)
    if (taps[i].n > 0)
      {
        *begin = MIN (*begin, taps[i].first);
        *end = MAX (*end, taps[i].first + taps[i].n);
      }
  *begin = MIN (*begin, *end);
}

static void
sum_rows (AgImage *photo, const Taps *taps, int begin, int end, float *sums)
{
  gsize n = (gsize) (end - begin) * 3;

  memset (sums, 0, n * sizeof (float));
  for (int k = 0; k < taps->n; k++)
    {
      const guint8 *row = ag_image_get_pixels (photo) +
                          ((gsize) (taps->first + k) * (gsize) photo->width + (gsize) begin) * 3;
      float weight = taps->weights[k];

      for (gsize i = 0; i < n; i++)
        sums[i] += weight * row[i];
    }
}

static void
sum_columns (const float *sums, int begin, const Taps *columns, int width, guint8 *out)
{
  for (int i = 0; i < width; i++)
    {
      const Taps *taps = &columns[i];
      const float *p = sums + (gsize) (taps->first - begin) * 3;
      float sum[3] = { 0 };

      if (taps->n == 0)
        continue;
      for (int k = 0; k < taps->n; k++)
        for (int c = 0; c < 3; c++)
          sum[c] += taps->weights[k] * p[3 * k + c];
      for (int c = 0; c < 3; c++)
        out[3 * i + c] = (guint8) lrintf (CLAMP (sum[c], 0.0f, 255.0f));
    }
}

GBytes *
ag_view_pixels (AgImage *photo, double x, double y, double scale, int width, int height)
{
  gsize n_bytes = (gsize) width * (gsize) height * 3;
  guint8 *pixels = g_malloc (n_bytes);
  Taps *columns = taps_new (x, 1 / scale, width, photo->width);
  Taps *rows = taps_new (y, 1 / scale, height, photo->height);
  g_autofree float *sums = NULL;
  int begin, end;

  memset (pixels, 255, n_bytes);
  used_columns (columns, width, &begin, &end);
  sums = g_new (float, (gsize) (end - begin) * 3 + 1);
  for (int j = 0; j < height && end > begin; j++)
    if (rows[j].n > 0)
      {
        sum_rows (photo, &rows[j], begin, end, sums);
        sum_columns (sums, begin, columns, width, pixels + (gsize) j * (gsize) width * 3);
      }
  taps_free (columns, width);
  taps_free (rows, height);
  return g_bytes_new_take (pixels, n_bytes);
}
