/* ag-image-output.c: what of a picture goes into a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pictures are edited as opaque sRGB. Where the photo was something else, what was not edited is
 * written as it was read, in the file's own colours, and only what was edited is converted.
 */
#include <string.h>

#include "ag-image-private.h"

void
ag_image_output_clear (AgImageOutput *output)
{
  g_clear_pointer (&output->pixels, g_bytes_unref);
  g_clear_pointer (&output->icc, g_bytes_unref);
  g_clear_pointer (&output->exif, g_bytes_unref);
  g_clear_pointer (&output->xmp, g_bytes_unref);
}

/* The colour that gives @seen when it is laid over white with that alpha. */
static guint8
remove_white (guint8 seen, guint8 alpha)
{
  int value = ((int) seen - 255 + alpha) * 255 / MAX (alpha, 1);

  return (guint8) CLAMP (value, 0, 255);
}

static inline gboolean
is_edited (AgImage *photo, AgImage *image, gsize i)
{
  const guint8 *before = ag_image_get_pixels (photo) + 3 * i;
  const guint8 *after = ag_image_get_pixels (image) + 3 * i;

  return before[0] != after[0] || before[1] != after[1] || before[2] != after[2];
}

/* The edited picture in the photo's own colours. */
static GBytes *
convert (AgImage *photo, AgImage *image)
{
  const guint8 *seen = ag_image_get_pixels (image);
  gsize channels = (gsize) photo->native_channels, size, n = 0;
  gsize n_pixels = (gsize) photo->width * (gsize) photo->height;
  gconstpointer data = g_bytes_get_data (photo->native, &size);
  guint8 *native = g_memdup2 (data, size);
  g_autofree guint8 *edited = NULL;

  for (gsize i = 0; i < n_pixels; i++)
    n += is_edited (photo, image, i);
  edited = g_malloc (n * 3 + 1);
  n = 0;
  for (gsize i = 0; i < n_pixels; i++)
    {
      guint8 alpha = channels == 4 ? native[channels * i + 3] : 255;

      for (gsize c = 0; c < 3 && is_edited (photo, image, i); c++)
        edited[n++] = remove_white (seen[3 * i + c], alpha);
    }
  if (photo->keeps_icc)
    ag_colour_from_srgb (photo->icc, edited, n / 3);
  n = 0;
  for (gsize i = 0; i < n_pixels; i++)
    if (is_edited (photo, image, i))
      {
        /* What cannot be seen stays what it is. */
        if (channels == 3 || native[channels * i + 3] > 0)
          memcpy (native + channels * i, edited + n, 3);
        n += 3;
      }
  return g_bytes_new_take (native, size);
}

void
ag_image_get_output (AgImage *image, gboolean alpha, AgImageOutput *output)
{
  AgImage *photo = image->origin ? image->origin : image;
  gboolean native = photo->native && (alpha || photo->native_channels == 3);

  memset (output, 0, sizeof *output);
  output->width = image->width;
  output->height = image->height;
  output->channels = native ? photo->native_channels : 3;
  if (!native)
    output->pixels = g_bytes_ref (image->pixels);
  else if (photo == image)
    output->pixels = g_bytes_ref (photo->native);
  else
    output->pixels = convert (photo, image);
  /* Without the native pixels, those of a photo that had some are sRGB. */
  if (photo->keeps_icc && (native || !photo->native))
    output->icc = g_bytes_ref (photo->icc);
  if (photo->exif)
    output->exif = ag_exif_make_upright (photo->exif);
  if (photo->xmp)
    output->xmp = ag_xmp_make_upright (photo->xmp);
}
