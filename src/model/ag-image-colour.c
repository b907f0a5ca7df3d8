/* ag-image-colour.c: from a file's colours to sRGB
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <lcms2.h>
#include <stdlib.h>
#include <string.h>

#include "ag-image-private.h"

#define GRID 6 /* sample colours per axis when a profile is compared with sRGB */

static cmsColorSpaceSignature
expected_space (int n_colours)
{
  return n_colours == 1 ? cmsSigGrayData : n_colours == 3 ? cmsSigRgbData : cmsSigCmykData;
}

static cmsUInt32Number
format_of (const AgRaster *raster)
{
  int space = raster->n_colours == 1 ? PT_GRAY : raster->n_colours == 3 ? PT_RGB : PT_CMYK;

  return (cmsUInt32Number) (COLORSPACE_SH (space) | CHANNELS_SH (raster->n_colours) |
                            EXTRA_SH (raster->alpha ? 1 : 0) | BYTES_SH (raster->deep ? 2 : 1) |
                            FLAVOR_SH (raster->inverted ? 1 : 0));
}

/* Words are converted exactly: through lcms's tables they would be wrong by up to 0.08 of the range
 * in the shadows. That costs 0.19 s per megapixel, five times as much. Bytes need no tables. */
static cmsUInt32Number
flags_for (gboolean deep)
{
  return cmsFLAGS_BLACKPOINTCOMPENSATION | (deep ? cmsFLAGS_NOOPTIMIZE : 0);
}

/* A profile that says sRGB, in whichever words, changes nothing: then no rounding shall either. */
static gboolean
is_srgb (cmsHPROFILE profile, cmsHPROFILE srgb)
{
  cmsHTRANSFORM transform =
    cmsCreateTransform (profile, TYPE_RGB_8, srgb, TYPE_RGB_8, INTENT_RELATIVE_COLORIMETRIC, 0);
  gboolean same = TRUE;

  if (!transform)
    return TRUE;
  for (int i = 0; i < GRID * GRID * GRID && same; i++)
    {
      guint8 in[3] = { (guint8) (i % GRID * 255 / (GRID - 1)),
                       (guint8) (i / GRID % GRID * 255 / (GRID - 1)),
                       (guint8) (i / GRID / GRID * 255 / (GRID - 1)) };
      guint8 out[3];

      cmsDoTransform (transform, in, out, 1);
      for (int c = 0; c < 3; c++)
        same = same && abs (in[c] - out[c]) <= 1;
    }
  cmsDeleteTransform (transform);
  return same;
}

/* Returns: (nullable): %NULL if the pixels are to be taken as sRGB */
static cmsHTRANSFORM
make_transform (const AgRaster *raster)
{
  cmsHTRANSFORM transform = NULL;
  cmsHPROFILE profile, srgb;
  gconstpointer data;
  gsize size;

  if (!raster->icc)
    return NULL;
  data = g_bytes_get_data (raster->icc, &size);
  profile = cmsOpenProfileFromMem (data, (cmsUInt32Number) size);
  if (!profile)
    return NULL;
  srgb = cmsCreate_sRGBProfile ();
  if (srgb && cmsGetColorSpace (profile) == expected_space (raster->n_colours) &&
      !(raster->n_colours == 3 && is_srgb (profile, srgb)))
    transform = cmsCreateTransform (profile, format_of (raster), srgb,
                                    raster->deep ? TYPE_RGB_16 : TYPE_RGB_8,
                                    INTENT_RELATIVE_COLORIMETRIC, flags_for (raster->deep));
  if (srgb)
    cmsCloseProfile (srgb);
  cmsCloseProfile (profile);
  return transform;
}

/* Without a profile: CMYK as if inks were perfect filters, the rest as sRGB. */
static void
convert_plain (const AgRaster *raster, const guint8 *in, guint8 *out)
{
  gsize channels = (gsize) (raster->n_colours + (raster->alpha ? 1 : 0));
  int flip = raster->inverted ? 0 : 255;

  for (gsize x = 0; x < (gsize) raster->width; x++)
    for (gsize c = 0; c < 3; c++)
      if (raster->n_colours == 4)
        out[3 * x + c] =
          (guint8) (((in[channels * x + c] ^ flip) * (in[channels * x + 3] ^ flip) + 127) / 255);
      else
        ag_sample_put (
          out, 3 * x + c, raster->deep,
          ag_sample_get (in, channels * x + (raster->n_colours == 1 ? 0 : c), raster->deep));
}

static void
lay_over_white (const AgRaster *raster, const guint8 *in, guint8 *out)
{
  gsize channels = (gsize) raster->n_colours + 1;
  guint32 max = ag_sample_max (raster->deep);

  for (gsize x = 0; x < (gsize) raster->width; x++)
    {
      guint32 alpha = ag_sample_get (in, channels * x + channels - 1, raster->deep);

      /* Just below 2^32 at most. */
      for (gsize i = 3 * x; i < 3 * x + 3; i++)
        ag_sample_put (
          out, i, raster->deep,
          (ag_sample_get (out, i, raster->deep) * alpha + max * (max - alpha) + max / 2) / max);
    }
}

/* Whether the profile is one for RGB, and whether it is another one than sRGB. */
static gboolean
is_rgb_profile (GBytes *icc, gboolean *differs)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (icc, &size);
  cmsHPROFILE profile = cmsOpenProfileFromMem (data, (cmsUInt32Number) size);
  cmsHPROFILE srgb = profile ? cmsCreate_sRGBProfile () : NULL;
  gboolean is_rgb = srgb && cmsGetColorSpace (profile) == cmsSigRgbData;

  *differs = is_rgb && !is_srgb (profile, srgb);
  if (srgb)
    cmsCloseProfile (srgb);
  if (profile)
    cmsCloseProfile (profile);
  return is_rgb;
}

static void
add_alpha (const AgRaster *raster, const guint8 *in, guint8 *out)
{
  gsize channels = (gsize) raster->n_colours + 1;
  gboolean deep = raster->deep;

  /* From the end, since the colours stand in the same memory three by three. */
  for (gsize x = (gsize) raster->width; x-- > 0;)
    {
      ag_sample_put (out, 4 * x + 3, deep, ag_sample_get (in, channels * x + channels - 1, deep));
      for (gsize c = 3; c-- > 0;)
        ag_sample_put (out, 4 * x + c, deep, ag_sample_get (out, 3 * x + c, deep));
    }
}

guint8 *
ag_raster_to_native (const AgRaster *raster, int *channels, gboolean *keeps_icc)
{
  gsize width = (gsize) raster->width, height = (gsize) raster->height;
  gsize sample_size = raster->deep ? 2 : 1;
  gboolean differs = FALSE;
  cmsHTRANSFORM transform;
  guint8 *native;

  *keeps_icc = raster->n_colours == 3 && raster->icc && is_rgb_profile (raster->icc, &differs);
  *channels = raster->alpha ? 4 : 3;
  if (!raster->alpha && !differs)
    return NULL;
  native = g_try_malloc (width * height * (gsize) *channels * sample_size);
  if (!native)
    return NULL;
  if (raster->n_colours == 3)
    {
      memcpy (native, raster->pixels, width * height * (gsize) *channels * sample_size);
      return native;
    }
  /* Grey with alpha is written as RGB with alpha. */
  transform = make_transform (raster);
  for (gsize y = 0; y < height; y++)
    {
      const guint8 *in = raster->pixels + y * width * (gsize) (raster->n_colours + 1) * sample_size;
      guint8 *out = native + y * width * 4 * sample_size;

      if (transform)
        cmsDoTransform (transform, in, out, (cmsUInt32Number) width);
      else
        convert_plain (raster, in, out);
      add_alpha (raster, in, out);
    }
  if (transform)
    cmsDeleteTransform (transform);
  return native;
}

gboolean
ag_profile_is_grey (GBytes *icc)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (icc, &size);
  cmsHPROFILE profile = cmsOpenProfileFromMem (data, (cmsUInt32Number) size);
  gboolean is_grey = profile && cmsGetColorSpace (profile) == cmsSigGrayData;

  if (profile)
    cmsCloseProfile (profile);
  return is_grey;
}

static void
convert_from_srgb (GBytes *icc,
                   const void *from,
                   void *to,
                   cmsUInt32Number from_format,
                   cmsUInt32Number to_format,
                   gboolean deep,
                   gsize n)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (icc, &size);
  cmsHPROFILE profile = cmsOpenProfileFromMem (data, (cmsUInt32Number) size);
  cmsHPROFILE srgb = cmsCreate_sRGBProfile ();
  cmsHTRANSFORM transform = cmsCreateTransform (srgb, from_format, profile, to_format,
                                                INTENT_RELATIVE_COLORIMETRIC, flags_for (deep));

  if (transform)
    {
      cmsDoTransform (transform, from, to, (cmsUInt32Number) n);
      cmsDeleteTransform (transform);
    }
  cmsCloseProfile (srgb);
  cmsCloseProfile (profile);
}

void
ag_colour_from_srgb (GBytes *icc, void *pixels, gboolean deep, gsize n)
{
  cmsUInt32Number format = deep ? TYPE_RGB_16 : TYPE_RGB_8;

  convert_from_srgb (icc, pixels, pixels, format, format, deep, n);
}

void
ag_grey_from_srgb (GBytes *icc, const void *rgb, void *grey, gboolean deep, gsize n)
{
  convert_from_srgb (icc, rgb, grey, deep ? TYPE_RGB_16 : TYPE_RGB_8,
                     deep ? TYPE_GRAY_16 : TYPE_GRAY_8, deep, n);
}

guint8 *
ag_raster_to_rgb (const AgRaster *raster)
{
  gsize channels = (gsize) (raster->n_colours + (raster->alpha ? 1 : 0));
  gsize width = (gsize) raster->width, sample_size = raster->deep ? 2 : 1;
  guint8 *rgb = g_try_malloc (width * (gsize) raster->height * 3 * sample_size);
  cmsHTRANSFORM transform = rgb ? make_transform (raster) : NULL;

  for (gsize y = 0; rgb && y < (gsize) raster->height; y++)
    {
      const guint8 *in = raster->pixels + y * width * channels * sample_size;
      guint8 *out = rgb + y * width * 3 * sample_size;

      if (transform)
        cmsDoTransform (transform, in, out, (cmsUInt32Number) width);
      else
        convert_plain (raster, in, out);
      if (raster->alpha)
        lay_over_white (raster, in, out);
    }
  if (transform)
    cmsDeleteTransform (transform);
  return rgb;
}
