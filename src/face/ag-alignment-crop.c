/* ag-alignment-crop.c: the face square as a picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A photo can have sixty pixels to one of the crop. Such a photo is first averaged over whole
 * blocks, down to two to four pixels per pixel of the crop, which costs one look at each of its
 * pixels; then every pixel of the crop is the mean of a grid of bicubic samples.
 */
#include <math.h>
#include <string.h>

#include "ag-alignment.h"

/* Red, green, blue and nothing: one vector register. */
typedef float Vec4 __attribute__ ((vector_size (16)));

/* Part of a photo, averaged over blocks: sample (i, j) is the mean of the photo's pixels from
 * (left + i·factor, top + j·factor) to the next. */
typedef struct
{
  int left, top, factor;
  int width, height;
  Vec4 *pixels;
} Reduced;

/* The range of pixels along one axis of the photo that the crop needs. */
static void
needed_range (double low, double high, int size, int *begin, int *end)
{
  /* Bicubic taps reach two samples of up to a block further. */
  if (low < 0 || high > size)
    {
      *begin = 0;
      *end = size;
      return;
    }
  *begin = (int) low;
  *end = MIN (size, (int) ceil (high) + 1);
}

static void
needed_rectangle (const AgAlignment *alignment,
                  AgImage *photo,
                  double margin,
                  int *x0,
                  int *x1,
                  int *y0,
                  int *y1)
{
  double ux = alignment->ux, uy = alignment->uy;
  double left = alignment->x + MIN (0, ux) + MIN (0, -uy) - margin;
  double right = alignment->x + MAX (0, ux) + MAX (0, -uy) + margin;
  double top = alignment->y + MIN (0, uy) + MIN (0, ux) - margin;
  double bottom = alignment->y + MAX (0, uy) + MAX (0, ux) + margin;

  needed_range (left, right, photo->width, x0, x1);
  needed_range (top, bottom, photo->height, y0, y1);
}

/* Adds a row of pixels to a row of sums, one sum per block. */
static void
add_row (const guint8 *pixels, int n, int factor, Vec4 *sums)
{
  for (int x = 0; x < n; sums++)
    for (int end = MIN (n, x + factor); x < end; x++)
      {
        const guint8 *p = pixels + 3 * (gsize) x;

        *sums += (Vec4){ p[0], p[1], p[2], 0 };
      }
}

static void
reduce (const AgAlignment *alignment, AgImage *photo, int factor, Reduced *reduced)
{
  const guint8 *pixels = ag_image_get_pixels (photo);
  int x0, x1, y0, y1;

  needed_rectangle (alignment, photo, 3.0 * factor, &x0, &x1, &y0, &y1);
  reduced->left = x0;
  reduced->top = y0;
  reduced->factor = factor;
  reduced->width = (x1 - x0 + factor - 1) / factor;
  reduced->height = (y1 - y0 + factor - 1) / factor;
  reduced->pixels =
    g_aligned_alloc0 ((gsize) reduced->width * (gsize) reduced->height, sizeof (Vec4), 16);
  for (int y = y0; y < y1; y++)
    add_row (pixels + ((gsize) y * (gsize) photo->width + (gsize) x0) * 3, x1 - x0, factor,
             reduced->pixels + (gsize) ((y - y0) / factor) * (gsize) reduced->width);
  for (int j = 0; j < reduced->height; j++)
    for (int i = 0; i < reduced->width; i++)
      {
        /* The last block of a row or column may be a smaller one. */
        int columns = MIN (factor, x1 - x0 - i * factor);
        int rows = MIN (factor, y1 - y0 - j * factor);

        reduced->pixels[(gsize) j * (gsize) reduced->width + (gsize) i] /= (float) (columns * rows);
      }
}

/* Mirrors a position at 0 and @size until it lies between. */
static double
reflect (double x, double size)
{
  if (x >= 0 && x <= size)
    return x;
  x = fmod (fabs (x), 2 * size);
  return x > size ? 2 * size - x : x;
}

static int
reflect_index (int i, int n)
{
  if (i < 0)
    i = -1 - i;
  if (i >= n)
    i = 2 * n - 1 - i;
  return CLAMP (i, 0, n - 1);
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

/* The bicubic value at a position of the photo. */
static Vec4
sample (const Reduced *reduced, AgImage *photo, double x, double y)
{
  double i = (reflect (x, photo->width) - reduced->left) / reduced->factor - 0.5;
  double j = (reflect (y, photo->height) - reduced->top) / reduced->factor - 0.5;
  int i0 = (int) floor (i), j0 = (int) floor (j), columns[4];
  float wx[4], wy[4];
  Vec4 sum = { 0 };

  cubic_weights ((float) (i - i0), wx);
  cubic_weights ((float) (j - j0), wy);
  for (int k = 0; k < 4; k++)
    columns[k] = reflect_index (i0 - 1 + k, reduced->width);
  for (int k = 0; k < 4; k++)
    {
      const Vec4 *row = reduced->pixels + (gsize) reflect_index (j0 - 1 + k, reduced->height) *
                                            (gsize) reduced->width;

      sum += wy[k] * (wx[0] * row[columns[0]] + wx[1] * row[columns[1]] + wx[2] * row[columns[2]] +
                      wx[3] * row[columns[3]]);
    }
  return sum;
}

static void
crop_pixel (const AgAlignment *alignment,
            const Reduced *reduced,
            AgImage *photo,
            int size,
            int samples,
            int i,
            int j,
            guint8 *out)
{
  Vec4 sum = { 0 };

  for (int b = 0; b < samples; b++)
    for (int a = 0; a < samples; a++)
      {
        double u = (i + (a + 0.5) / samples) / size, v = (j + (b + 0.5) / samples) / size;
        double x, y;

        ag_alignment_to_photo (alignment, u, v, &x, &y);
        sum += sample (reduced, photo, x, y);
      }
  sum /= (float) (samples * samples);
  for (int c = 0; c < 3; c++)
    out[c] = (guint8) lrintf (CLAMP (sum[c], 0.0f, 255.0f));
}

/* Whether the square is upright, inside, and begins and ends on whole pixels. */
static bool
is_whole (const AgAlignment *alignment, AgImage *photo)
{
  return alignment->uy == 0 && alignment->ux >= 1 && alignment->x >= 0 && alignment->y >= 0 &&
         alignment->x + alignment->ux <= photo->width &&
         alignment->y + alignment->ux <= photo->height && floor (alignment->x) == alignment->x &&
         floor (alignment->y) == alignment->y && floor (alignment->ux) == alignment->ux;
}

static AgImage *
cut_out (const AgAlignment *alignment, AgImage *photo)
{
  int x = (int) alignment->x, y = (int) alignment->y, side = (int) alignment->ux;
  guint8 *pixels = g_malloc ((gsize) side * side * 3);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, (gsize) side * side * 3);

  for (int j = 0; j < side; j++)
    memcpy (pixels + (gsize) j * side * 3,
            ag_image_get_pixels (photo) + ((gsize) (y + j) * photo->width + x) * 3,
            (gsize) side * 3);
  return ag_image_new (side, side, bytes);
}

AgImage *
ag_alignment_crop (const AgAlignment *alignment, AgImage *photo, int size)
{
  double scale = ag_alignment_get_side (alignment) / size;
  int factor = scale >= 4 ? (int) (scale / 2) : 1;
  int samples = CLAMP ((int) ceil (1.5 * scale / factor), 2, 6);
  gsize n_bytes = (gsize) size * size * 3;
  g_autoptr (GBytes) bytes = NULL;
  Reduced reduced;
  guint8 *pixels;

  if (is_whole (alignment, photo))
    {
      /* Nothing to turn: the same resampling as the photos a model was trained on got. */
      g_autoptr (AgImage) square = cut_out (alignment, photo);

      return ag_image_resize (square, size, size);
    }
  reduce (alignment, photo, factor, &reduced);
  pixels = g_malloc (n_bytes);
  bytes = g_bytes_new_take (pixels, n_bytes);
  for (int j = 0; j < size; j++)
    for (int i = 0; i < size; i++)
      crop_pixel (alignment, &reduced, photo, size, samples, i, j,
                  pixels + ((gsize) j * size + i) * 3);
  g_aligned_free (reduced.pixels);
  return ag_image_new (size, size, bytes);
}
