/* ag-patch-add.c: the kernel that adds a difference to pixels
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs at every slider tick over the whole view, on one thread beside the flow. So the bicubic
 * part, with the fade, is done once on a grid that is finer than the model's pixels, where the
 * weights repeat; between the grid's nodes the rest is bilinear, and red, green and blue are lanes
 * of one vector. Which pixels of a row lie in the square is known beforehand: nothing is tested
 * per pixel.
 */
#include "ag-patch-add.h"

#include <math.h>

#include "ag-mask.h"
#include "ag-patch.h"

#define MAX_SUBSAMPLES 8

typedef float Vec4 __attribute__ ((vector_size (16)));

/* The difference in units of bytes at nodes (i, j) / cells of the square, edges included. */
typedef struct
{
  int cells;
  Vec4 *nodes; /* [cells + 1][cells + 1] */
} Grid;

bool
ag_patch_difference_is_zero (const float *difference, int size)
{
  for (gsize i = 0; i < (gsize) size * (gsize) size * 3; i++)
    if (difference[i] != 0)
      return false;
  return true;
}

/* Catmull & Rom 1974. */
static void
cubic_weights (float t, float weights[4])
{
  weights[0] = 0.5f * t * (-1 + t * (2 - t));
  weights[1] = 1 + 0.5f * t * t * (-5 + 3 * t);
  weights[2] = 0.5f * t * (1 + t * (4 - 3 * t));
  weights[3] = 0.5f * t * t * (t - 1);
}

/* The four samples, of @size along an axis, around node @k of @finer nodes per sample. */
static void
cubic_taps (int k, int finer, int size, int index[4], float weights[4])
{
  float at = (float) k / (float) finer - 0.5f;
  int base = (int) floorf (at);

  cubic_weights (at - (float) base, weights);
  for (int tap = 0; tap < 4; tap++)
    index[tap] = CLAMP (base - 1 + tap, 0, size - 1);
}

/* 0 at the edges of the square (t = 0 or 1) to 1 further in, smoothly. */
static float
fade (float t)
{
  float edge = MIN (t, 1 - t) / (float) AG_PATCH_FEATHER;

  edge = CLAMP (edge, 0.0f, 1.0f);
  return edge * edge * (3 - 2 * edge);
}

/* One vector per pixel, in units of bytes. */
static Vec4 *
load_pixels (const float *difference, int size)
{
  gsize n = (gsize) size * (gsize) size;
  Vec4 *pixels = g_aligned_alloc0 (n, sizeof (Vec4), 64);

  for (gsize i = 0; i < n; i++)
    for (int c = 0; c < 3; c++)
      {
        float value = difference[3 * i + (gsize) c] * 256;

        /* Clamped so that a picture gone wild cannot overflow the arithmetic of bytes. */
        pixels[i][c] = isfinite (value) ? CLAMP (value, -512.0f, 512.0f) : 0;
      }
  return pixels;
}

/* [size][cells + 1]: finer along rows only. */
static Vec4 *
refine_rows (const float *difference, int size, int finer)
{
  int n = size * finer + 1;
  Vec4 *pixels = load_pixels (difference, size);
  Vec4 *rows = g_aligned_alloc ((gsize) size * (gsize) n, sizeof (Vec4), 64);

  for (int k = 0; k < n; k++)
    {
      int index[4];
      float weights[4];

      cubic_taps (k, finer, size, index, weights);
      for (int y = 0; y < size; y++)
        {
          const Vec4 *row = pixels + (gsize) y * (gsize) size;
          Vec4 sum = { 0 };

          for (int tap = 0; tap < 4; tap++)
            sum += weights[tap] * row[index[tap]];
          rows[(gsize) y * (gsize) n + (gsize) k] = sum * fade ((float) k / (float) (n - 1));
        }
    }
  g_aligned_free (pixels);
  return rows;
}

static void
limit_to_mask (Vec4 *row, const guint8 *mask, double v, int cells, float *factors)
{
  ag_mask_sample (mask, v, cells, factors);
  for (int i = 0; i <= cells; i++)
    row[i] *= factors[i];
}

static void
grid_init (Grid *grid, const AgPatchChange *change, int finer)
{
  int size = change->size, n = size * finer + 1;
  Vec4 *rows = refine_rows (change->difference, size, finer);
  g_autofree float *factors = g_new (float, n);

  grid->cells = n - 1;
  grid->nodes = g_aligned_alloc ((gsize) n * (gsize) n, sizeof (Vec4), 64);
  for (int k = 0; k < n; k++)
    {
      Vec4 *out = grid->nodes + (gsize) k * (gsize) n;
      float strength = fade ((float) k / (float) (n - 1));
      const Vec4 *p[4];
      int index[4];
      float w[4];

      cubic_taps (k, finer, size, index, w);
      for (int tap = 0; tap < 4; tap++)
        {
          p[tap] = rows + (gsize) index[tap] * (gsize) n;
          w[tap] *= strength;
        }
      for (int i = 0; i < n; i++)
        out[i] = w[0] * p[0][i] + w[1] * p[1][i] + w[2] * p[2][i] + w[3] * p[3][i];
      if (change->mask)
        limit_to_mask (out, change->mask, (double) k / (n - 1), n - 1, factors);
    }
  g_aligned_free (rows);
}

/* The difference at (u, v), both in cells, from 0 to their number. */
static inline Vec4
grid_at (const Grid *grid, float u, float v)
{
  int last = grid->cells - 1;
  int i = (int) u, j = (int) v;
  const Vec4 *p, *q;
  Vec4 upper, lower;

  i = i > last ? last : i;
  j = j > last ? last : j;
  p = grid->nodes + (gsize) j * (gsize) (grid->cells + 1) + i;
  q = p + grid->cells + 1;
  u -= (float) i;
  v -= (float) j;
  upper = p[0] + u * (p[1] - p[0]);
  lower = q[0] + u * (q[1] - q[0]);
  return upper + v * (lower - upper);
}

/* Where pixels are wider than cells: the mean over a pixel. */
static Vec4
grid_mean (const Grid *grid, float u, float v, float u_x, float u_y, int n)
{
  float cells = (float) grid->cells;
  Vec4 sum = { 0 };

  for (int b = 0; b < n; b++)
    for (int a = 0; a < n; a++)
      {
        float x = ((float) a + 0.5f) / (float) n - 0.5f, y = ((float) b + 0.5f) / (float) n - 0.5f;
        float us = u + x * u_x + y * u_y, vs = v - x * u_y + y * u_x;

        sum += grid_at (grid, CLAMP (us, 0, cells), CLAMP (vs, 0, cells));
      }
  return sum / (float) (n * n);
}

static inline guint8
add_to_byte (guint8 byte, float change)
{
  /* The offset makes truncation round down for negative sums too. */
  int value = (int) ((float) byte + change + 2000.5f) - 2000;

  return (guint8) (value < 0 ? 0 : value > 255 ? 255 : value);
}

static inline guint16
add_to_word (guint16 word, float change)
{
  float value = (float) word + change * 257 + 0.5f;

  return (guint16) CLAMP (value, 0, 65535);
}

/* Where along a row 0 < at + x·slope < 1; narrows [*begin, *end). */
static void
narrow (double at, double slope, int *begin, int *end)
{
  double low, high;

  if (slope == 0)
    {
      if (!(at > 0 && at < 1))
        *end = *begin;
      return;
    }
  low = (slope > 0 ? -at : 1 - at) / slope;
  high = (slope > 0 ? 1 - at : -at) / slope;
  *begin = (int) CLAMP (ceil (low), *begin, *end);
  *end = (int) CLAMP (ceil (high), *begin, *end);
}

static void
add_row (void *rgb,
         bool deep,
         int width,
         const AgPatchMap *map,
         int y,
         const Grid *grid,
         int subsamples)
{
  double u0 = map->u + y * map->u_y, v0 = map->v + y * map->u_x;
  double cells = grid->cells;
  double u_x = map->u_x * cells, u_y = map->u_y * cells;
  int begin = 0, end = width;

  narrow (u0, map->u_x, &begin, &end);
  narrow (v0, -map->u_y, &begin, &end);
  u0 *= cells;
  v0 *= cells;
  for (int x = begin; x < end; x++)
    {
      float u = (float) (u0 + x * u_x), v = (float) (v0 - x * u_y);
      Vec4 change = subsamples == 1 ? grid_at (grid, u, v)
                                    : grid_mean (grid, u, v, (float) u_x, (float) u_y, subsamples);

      if (deep)
        {
          guint16 *pixel = (guint16 *) rgb + (gsize) x * 3;

          pixel[0] = add_to_word (pixel[0], change[0]);
          pixel[1] = add_to_word (pixel[1], change[1]);
          pixel[2] = add_to_word (pixel[2], change[2]);
        }
      else
        {
          guint8 *pixel = (guint8 *) rgb + (gsize) x * 3;

          pixel[0] = add_to_byte (pixel[0], change[0]);
          pixel[1] = add_to_byte (pixel[1], change[1]);
          pixel[2] = add_to_byte (pixel[2], change[2]);
        }
    }
}

void
ag_patch_add (void *rgb,
              bool deep,
              int width,
              int height,
              const AgPatchMap *map,
              const AgPatchChange *change,
              int finest)
{
  int size = change->size;
  gsize stride = (gsize) width * 3 * (deep ? 2 : 1);
  double samples_per_pixel = hypot (map->u_x, map->u_y) * size;
  int finer = (int) CLAMP (ceil (1 / samples_per_pixel), 1, finest);
  int subsamples = (int) CLAMP (ceil (samples_per_pixel - 0.01), 1, MAX_SUBSAMPLES);
  Grid grid;

  /* The mask may be finer than what it limits, however small that is shown. */
  if (change->mask)
    finer = MAX (finer, MIN (finest, (AG_MASK_SIZE + size - 1) / size));
  /* A large model needs no finer grid, and would need much memory for one. */
  while (finer > 1 && (gint64) finer * size > 2048)
    finer--;
  grid_init (&grid, change, finer);
  for (int y = 0; y < height; y++)
    add_row ((guint8 *) rgb + (gsize) y * stride, deep, width, map, y, &grid, subsamples);
  g_aligned_free (grid.nodes);
}
