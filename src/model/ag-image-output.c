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
static guint32
remove_white (guint32 seen, guint32 alpha, guint32 max)
{
  gint64 value = ((gint64) seen - max + alpha) * max / MAX (alpha, 1);

  return (guint32) CLAMP (value, 0, max);
}

/* What the photo and its edited form look like, as samples of the photo's depth. */
typedef struct
{
  const void *before, *after; /* [n_pixels][3] */
  gboolean deep, same_depth;
} Seen;

static Seen
get_seen (AgImage *photo, AgImage *image)
{
  gboolean deep = photo->deep && image->deep;

  return (Seen){ .before = g_bytes_get_data (deep ? photo->deep : photo->pixels, NULL),
                 .after = g_bytes_get_data (deep ? image->deep : image->pixels, NULL),
                 .deep = deep,
                 .same_depth = deep || !photo->deep };
}

static inline gboolean
is_edited (const Seen *seen, gsize i)
{
  gsize size = seen->deep ? 6 : 3;

  return memcmp ((const guint8 *) seen->before + size * i, (const guint8 *) seen->after + size * i,
                 size) != 0;
}

/* Those pixels of @seen, which is the photo or its edited form, that are edited, in the photo's
 * colours and bits; @n of them. */
static guint8 *
gather (AgImage *photo, const Seen *seen, const void *from, const guint8 *native, gsize n)
{
  gboolean deep = photo->deep != NULL;
  guint32 max = ag_sample_max (deep), scale = seen->same_depth ? 1 : 257;
  gsize n_pixels = (gsize) photo->width * (gsize) photo->height, k = 0;
  guint8 *gathered = g_malloc (n * 6 + 1);

  for (gsize i = 0; i < n_pixels; i++)
    if (is_edited (seen, i))
      {
        guint32 alpha = max;

        if (photo->native && photo->native_channels == 4)
          alpha = ag_sample_get (native, 4 * i + 3, deep);
        for (gsize c = 0; c < 3; c++)
          ag_sample_put (
            gathered, k++, deep,
            remove_white (ag_sample_get (from, 3 * i + c, seen->deep) * scale, alpha, max));
      }
  if (photo->keeps_icc && photo->native)
    ag_colour_from_srgb (photo->icc, gathered, deep, n);
  return gathered;
}

/* Adds the edit to @native, the photo's own colours. As a difference: colours that sRGB has not
 * stay what they are where the edit is slight, and roundings on the way to sRGB cancel. */
static void
add_edit (AgImage *photo, AgImage *image, guint8 *native, gsize channels)
{
  Seen seen = get_seen (photo, image);
  gboolean deep = photo->deep != NULL;
  gint64 max = ag_sample_max (deep);
  gsize n_pixels = (gsize) photo->width * (gsize) photo->height, n = 0, k = 0;
  g_autofree guint8 *before = NULL, *after = NULL;

  for (gsize i = 0; i < n_pixels; i++)
    n += is_edited (&seen, i);
  before = gather (photo, &seen, seen.before, native, n);
  after = gather (photo, &seen, seen.after, native, n);
  for (gsize i = 0; i < n_pixels; i++)
    for (gsize c = 0; c < 3 && is_edited (&seen, i); c++, k++)
      {
        gint64 value = ag_sample_get (native, channels * i + c, deep);

        value += (gint64) ag_sample_get (after, k, deep) - ag_sample_get (before, k, deep);
        /* What cannot be seen stays what it is. */
        if (channels == 3 || ag_sample_get (native, channels * i + 3, deep) > 0)
          ag_sample_put (native, channels * i + c, deep, (guint32) CLAMP (value, 0, max));
      }
}

/* In the photo's own bits: @source, which are the photo's pixels in whatever form, with the edit.
 */
static GBytes *
get_edited_pixels (AgImage *photo, AgImage *image, GBytes *source, gsize channels)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (source, &size);
  guint8 *copy;

  if (photo == image)
    return g_bytes_ref (source);
  copy = g_memdup2 (data, size);
  add_edit (photo, image, copy, channels);
  return g_bytes_new_take (copy, size);
}

/* Grey pictures. */

/* How far apart the numbers of a grey pixel may be: converted from a profile, they are rounded one
 * by one. */
#define GREY_SPREAD 2

/* Whether the edit of a grey photo has no colours. */
static gboolean
is_grey_edit (AgImage *photo, AgImage *image)
{
  Seen seen = get_seen (photo, image);
  gsize n_pixels = (gsize) photo->width * (gsize) photo->height;
  guint32 most = seen.deep ? GREY_SPREAD * 257 : GREY_SPREAD;

  for (gsize i = 0; i < n_pixels; i++)
    if (is_edited (&seen, i))
      {
        guint32 r = ag_sample_get (seen.after, 3 * i, seen.deep);
        guint32 g = ag_sample_get (seen.after, 3 * i + 1, seen.deep);
        guint32 b = ag_sample_get (seen.after, 3 * i + 2, seen.deep);

        if (MAX (r, MAX (g, b)) - MIN (r, MIN (g, b)) > most)
          return FALSE;
      }
  return TRUE;
}

/* The @n edited pixels of the photo or its edited form in the file's own shades. */
static guint8 *
gather_grey (AgImage *photo, const Seen *seen, const void *from, gsize n)
{
  gboolean deep = photo->deep != NULL;
  g_autofree guint8 *rgb = gather (photo, seen, from, NULL, n);
  guint8 *grey = g_malloc (n * 2 + 1);

  if (photo->grey_icc)
    ag_grey_from_srgb (photo->icc, rgb, grey, deep, n);
  else
    for (gsize k = 0; k < n; k++)
      ag_sample_put (grey, k, deep, ag_sample_get (rgb, 3 * k + 1, deep));
  return grey;
}

/* The file's own samples with the edit, as a difference like that of colours. */
static GBytes *
get_edited_grey (AgImage *photo, AgImage *image)
{
  Seen seen = get_seen (photo, image);
  gboolean deep = photo->deep != NULL;
  gint64 max = ag_sample_max (deep);
  gsize size, n_pixels = (gsize) photo->width * (gsize) photo->height, n = 0, k = 0;
  gconstpointer data = g_bytes_get_data (photo->grey, &size);
  g_autofree guint8 *before = NULL, *after = NULL;
  guint8 *grey;

  if (photo == image)
    return g_bytes_ref (photo->grey);
  for (gsize i = 0; i < n_pixels; i++)
    n += is_edited (&seen, i);
  before = gather_grey (photo, &seen, seen.before, n);
  after = gather_grey (photo, &seen, seen.after, n);
  grey = g_memdup2 (data, size);
  for (gsize i = 0; i < n_pixels; i++)
    if (is_edited (&seen, i))
      {
        gint64 value = ag_sample_get (grey, i, deep);

        value += (gint64) ag_sample_get (after, k, deep) - ag_sample_get (before, k, deep);
        ag_sample_put (grey, i, deep, (guint32) CLAMP (value, 0, max));
        k++;
      }
  return g_bytes_new_take (grey, size);
}

static void
narrow (AgImageOutput *output)
{
  gsize n = g_bytes_get_size (output->pixels) / 2;
  guint8 *bytes = g_malloc (n);

  ag_samples_narrow (g_bytes_get_data (output->pixels, NULL), bytes, n);
  g_bytes_unref (output->pixels);
  output->pixels = g_bytes_new_take (bytes, n);
  output->deep = FALSE;
}

void
ag_image_get_output (AgImage *image, AgOutputFlags format, AgImageOutput *output)
{
  AgImage *photo = image->origin ? image->origin : image;
  gboolean deep = (format & AG_OUTPUT_DEEP) != 0;
  gboolean native =
    photo->native && ((format & AG_OUTPUT_ALPHA) != 0 || photo->native_channels == 3);
  gboolean grey = photo->grey && (format & AG_OUTPUT_GREY) != 0 && is_grey_edit (photo, image);

  memset (output, 0, sizeof *output);
  output->width = image->width;
  output->height = image->height;
  output->channels = grey ? 1 : native ? photo->native_channels : 3;
  output->deep = photo->deep && (grey || native || deep);
  if (grey)
    output->pixels = get_edited_grey (photo, image);
  else if (native)
    output->pixels =
      get_edited_pixels (photo, image, photo->native, (gsize) photo->native_channels);
  else if (output->deep)
    output->pixels = get_edited_pixels (photo, image, photo->deep, 3);
  else
    output->pixels = g_bytes_ref (image->pixels);
  if (output->deep && !deep)
    narrow (output);
  /* Without the native pixels, those of a photo that had some are sRGB. */
  if (grey ? photo->grey_icc : photo->keeps_icc && (native || !photo->native))
    output->icc = g_bytes_ref (photo->icc);
  if (photo->exif)
    output->exif = ag_exif_make_upright (photo->exif);
  if (photo->xmp)
    output->xmp = ag_xmp_make_upright (photo->xmp);
}
