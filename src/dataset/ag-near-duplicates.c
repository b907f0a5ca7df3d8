/* ag-near-duplicates.c: pictures that are the same to the eye
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-near-duplicates.h"

#include <math.h>
#include <string.h>

#define N_GREY   (AG_LOOK_WIDTH * AG_LOOK_HEIGHT)
#define N_GROUPS (AG_LOOK_BITS / 16)

/* Contrast is made equal to this deviation, unless it is so small that it is only noise. */
#define DEVIATION     32.0
#define MAX_GAIN      6.0
#define BRIGHTER      4  /* differences below this are noise */
#define MAX_BITS      24 /* of 256 that may differ */
#define MAX_MEAN_GREY 1.5
#define MAX_COLOUR    12

/* Candidates that are looked at for each picture and group, so that a folder of blank pages is not
 * compared each with each. */
#define MAX_CANDIDATES 32

void
ag_picture_look_init (AgPictureLook *look, AgImage *image)
{
  g_autoptr (AgImage) small = ag_image_resize (image, AG_LOOK_WIDTH, AG_LOOK_HEIGHT);
  const guint8 *rgb = ag_image_get_pixels (small);
  double grey[N_GREY], colour[3] = { 0 }, mean = 0, square = 0, gain;
  int bit = 0;

  memset (look, 0, sizeof *look);
  for (int i = 0; i < N_GREY; i++)
    {
      grey[i] = 0.299 * rgb[3 * i] + 0.587 * rgb[3 * i + 1] + 0.114 * rgb[3 * i + 2];
      mean += grey[i] / N_GREY;
      for (int c = 0; c < 3; c++)
        colour[c] += rgb[3 * i + c] / (double) N_GREY;
    }
  for (int i = 0; i < N_GREY; i++)
    square += (grey[i] - mean) * (grey[i] - mean) / N_GREY;
  gain = fmin (DEVIATION / fmax (sqrt (square), 1e-3), MAX_GAIN);
  for (int i = 0; i < N_GREY; i++)
    look->grey[i] = (gint8) CLAMP (lround (gain * (grey[i] - mean)), -127, 127);
  for (int c = 0; c < 3; c++)
    look->colour[c] = (guint8) lround (colour[c]);
  for (int y = 0; y < AG_LOOK_HEIGHT; y++)
    for (int x = 0; x + 1 < AG_LOOK_WIDTH; x++, bit++)
      if (look->grey[y * AG_LOOK_WIDTH + x + 1] - look->grey[y * AG_LOOK_WIDTH + x] > BRIGHTER)
        look->bits[bit / 8] |= (guint8) (1 << bit % 8);
}

gboolean
ag_picture_look_is_near (const AgPictureLook *a, const AgPictureLook *b)
{
  int bits = 0, difference = 0;

  for (int c = 0; c < 3; c++)
    if (ABS (a->colour[c] - b->colour[c]) > MAX_COLOUR)
      return FALSE;
  for (int i = 0; i < AG_LOOK_BITS / 8; i++)
    bits += __builtin_popcount (a->bits[i] ^ b->bits[i]);
  if (bits > MAX_BITS)
    return FALSE;
  for (int i = 0; i < N_GREY; i++)
    difference += ABS (a->grey[i] - b->grey[i]);
  return difference <= MAX_MEAN_GREY * N_GREY;
}

static int
find_twin (const AgPictureLook *looks, const int *heads, const int *nexts, int n, int image)
{
  int twin = -1;

  for (int group = 0; group < N_GROUPS; group++)
    {
      guint value = looks[image].bits[2 * group] | looks[image].bits[2 * group + 1] << 8;
      int other = heads[group * 65536 + (int) value];

      for (int k = 0; other >= 0 && k < MAX_CANDIDATES; k++)
        {
          if ((twin < 0 || other < twin) && ag_picture_look_is_near (&looks[image], &looks[other]))
            twin = other;
          other = nexts[(gsize) group * (gsize) n + (gsize) other];
        }
    }
  return twin;
}

void
ag_near_duplicates_find (const AgPictureLook *looks, const gboolean *valid, int n, int *twins)
{
  g_autofree int *heads = g_new (int, N_GROUPS * 65536); /* the last image with these bits */
  g_autofree int *nexts = g_new (int, (gsize) N_GROUPS *(gsize) MAX (n, 1)); /* the one before */

  memset (heads, 0xff, N_GROUPS * 65536 * sizeof (int));
  for (int i = 0; i < n; i++)
    {
      twins[i] = -1;
      if (!valid[i])
        continue;
      twins[i] = find_twin (looks, heads, nexts, n, i);
      for (int group = 0; group < N_GROUPS; group++)
        {
          int value = looks[i].bits[2 * group] | looks[i].bits[2 * group + 1] << 8;

          nexts[(gsize) group * (gsize) n + (gsize) i] = heads[group * 65536 + value];
          heads[group * 65536 + value] = i;
        }
    }
}
