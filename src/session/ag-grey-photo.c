/* ag-grey-photo.c: black-and-white photos for models of colour photos
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-grey-photo.h"

#include <math.h>
#include <stdlib.h>

/* JPEG leaves grey pixels so much colour, of 255. */
#define NEARLY_GREY 3

/* Relative luminance of ITU-R BT.709, here of numbers as they are stored: what counts is that
 * giving colours and taking them away agree. */
#define RED_SHARE   0.2126f
#define GREEN_SHARE 0.7152f
#define BLUE_SHARE  0.0722f

/* The mean colours of the middle of 200 portraits by their brightness: red is brighter than that
 * and blue darker, black and white stay. What is left is green's. */
#define RED_POWER  0.7f
#define BLUE_POWER 1.2f

static gboolean
is_grey (AgImage *face)
{
  gsize size;
  const guint8 *pixels = g_bytes_get_data (face->pixels, &size);

  for (gsize i = 0; i + 2 < size; i += 3)
    if (abs (pixels[i] - pixels[i + 1]) > NEARLY_GREY ||
        abs (pixels[i + 2] - pixels[i + 1]) > NEARLY_GREY)
      return FALSE;
  return TRUE;
}

static float
get_brightness (const float *rgb)
{
  return RED_SHARE * rgb[0] + GREEN_SHARE * rgb[1] + BLUE_SHARE * rgb[2];
}

/* The model's numbers are 0 in the middle between black and white. */
gboolean
ag_grey_photo_values (const AgGlowConfig *config, AgImage *face, float *x)
{
  gsize n_pixels = (gsize) config->image_width * (gsize) config->image_height;

  ag_codec_values_from_image (config, face, x);
  if (config->channels != 3 || !is_grey (face))
    return FALSE;
  for (gsize i = 0; i < n_pixels; i++)
    {
      float *rgb = x + 3 * i, brightness = CLAMP (get_brightness (rgb) + 0.5f, 0.0f, 1.0f);
      float red = powf (brightness, RED_POWER), blue = powf (brightness, BLUE_POWER);
      float green = (brightness - RED_SHARE * red - BLUE_SHARE * blue) / GREEN_SHARE;

      rgb[0] = red - 0.5f;
      rgb[1] = fmaxf (green, 0) - 0.5f;
      rgb[2] = blue - 0.5f;
    }
  return TRUE;
}

void
ag_grey_photo_difference (float *rgb, gsize n_pixels)
{
  for (gsize i = 0; i < n_pixels; i++)
    {
      float change = get_brightness (rgb + 3 * i);

      rgb[3 * i] = rgb[3 * i + 1] = rgb[3 * i + 2] = change;
    }
}

AgImage *
ag_grey_photo_fade (AgImage *image, double share)
{
  gsize n = (gsize) image->width * (gsize) image->height * 3;
  const guint8 *from = ag_image_get_pixels (image);
  g_autoptr (GBytes) bytes = NULL;
  guint8 *to;

  if (share <= 0)
    return ag_image_ref (image);
  to = g_malloc (n);
  for (gsize i = 0; i < n; i += 3)
    {
      const float rgb[3] = { from[i], from[i + 1], from[i + 2] };
      float brightness = get_brightness (rgb);

      for (gsize c = 0; c < 3; c++)
        to[i + c] = (guint8) lrintf (rgb[c] + (float) share * (brightness - rgb[c]));
    }
  bytes = g_bytes_new_take (to, n);
  return ag_image_new (image->width, image->height, bytes);
}
