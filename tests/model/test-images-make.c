/* test-images-make.c: making image files with the libraries themselves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-images.h"

#include <lcms2.h>
#include <string.h>

static void
append (png_structp png, png_bytep data, size_t n)
{
  g_byte_array_append (png_get_io_ptr (png), data, (guint) n);
}

static void
no_flush (png_structp png)
{
}

static void
put_row (guint8 *row, const int *samples, int n, int depth)
{
  memset (row, 0, (gsize) (n * depth + 7) / 8);
  for (int i = 0; i < n; i++)
    if (depth == 16)
      {
        row[2 * i] = (guint8) (samples[i] >> 8);
        row[2 * i + 1] = (guint8) samples[i];
      }
    else
      row[i * depth / 8] |= (guint8) (samples[i] << (8 - depth - i * depth % 8));
}

void
make_exif (guint8 *out, int orientation, gboolean big_endian)
{
  static const guint8 little[26] = { 'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1 };
  static const guint8 big[26] = { 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1 };

  memcpy (out, big_endian ? big : little, 26);
  out[big_endian ? 19 : 18] = (guint8) orientation;
}

static void
set_info (png_structp png, png_infop info, const PngOptions *options)
{
  guint8 exif[26];
  gsize size;

  if (options->palette)
    png_set_PLTE (png, info, options->palette, options->n_palette);
  if (options->alpha)
    png_set_tRNS (png, info, options->alpha, options->n_palette, NULL);
  if (options->icc)
    {
      gconstpointer data = g_bytes_get_data (options->icc, &size);
      png_set_iCCP (png, info, "profile", 0, data, (png_uint_32) size);
    }
  if (options->orientation)
    {
      make_exif (exif, options->orientation, TRUE);
      png_set_eXIf_1 (png, info, sizeof exif, exif);
    }
}

GBytes *
make_png (int width, int height, int channels, const int *samples, const PngOptions *options)
{
  GByteArray *out = g_byte_array_new ();
  png_structp png = png_create_write_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  gsize stride = ((gsize) (width * channels * options->depth) + 7) / 8;
  g_autofree guint8 *data = g_malloc (stride * (gsize) height);
  g_autofree png_bytep *rows = g_new (png_bytep, height);

  for (int y = 0; y < height; y++)
    {
      rows[y] = data + (gsize) y * stride;
      put_row (rows[y], samples + y * width * channels, width * channels, options->depth);
    }
  png_set_write_fn (png, out, append, no_flush);
  png_set_IHDR (png, info, (png_uint_32) width, (png_uint_32) height, options->depth, options->type,
                options->interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  set_info (png, info, options);
  png_write_info (png, info);
  png_write_image (png, rows);
  png_write_end (png, info);
  png_destroy_write_struct (&png, &info);
  return g_byte_array_free_to_bytes (out);
}

typedef struct
{
  const guint8 *data;
  gsize at;
} Source;

static void
give (png_structp png, png_bytep out, size_t n)
{
  Source *source = png_get_io_ptr (png);

  memcpy (out, source->data + source->at, n);
  source->at += n;
}

void
check_png_text (const guint8 *data, gsize size, const char *const *text)
{
  Source source = { data, 0 };
  png_structp png = png_create_read_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  png_textp found;
  int n;

  png_set_read_fn (png, &source, give);
  png_read_info (png, info);
  png_get_text (png, info, &found, &n);
  for (int i = 0; text[2 * i]; i++)
    {
      g_assert_cmpint (i, <, n);
      g_assert_cmpint (found[i].compression, ==, PNG_ITXT_COMPRESSION_NONE);
      g_assert_cmpstr (found[i].key, ==, text[2 * i]);
      g_assert_cmpstr (found[i].text, ==, text[2 * i + 1]);
    }
  png_destroy_read_struct (&png, &info, NULL);
}

GBytes *
make_jpeg (int width, int height, int channels, const guint8 *pixels, const JpegOptions *options)
{
  struct jpeg_compress_struct cinfo;
  struct jpeg_error_mgr errors;
  unsigned char *data = NULL;
  unsigned long size = 0;
  GBytes *bytes;

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_compress (&cinfo);
  jpeg_mem_dest (&cinfo, &data, &size);
  cinfo.image_width = (JDIMENSION) width;
  cinfo.image_height = (JDIMENSION) height;
  cinfo.input_components = channels;
  cinfo.in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 3 ? JCS_RGB : JCS_CMYK;
  jpeg_set_defaults (&cinfo);
  jpeg_set_colorspace (&cinfo, channels == 3 ? JCS_YCbCr : options->space);
  cinfo.write_Adobe_marker = options->adobe;
  jpeg_set_quality (&cinfo, 95, TRUE);
  if (options->progressive)
    jpeg_simple_progression (&cinfo);
  jpeg_start_compress (&cinfo, TRUE);
  if (options->orientation)
    {
      guint8 marker[32] = "Exif\0";
      make_exif (marker + 6, options->orientation, options->big_endian);
      jpeg_write_marker (&cinfo, JPEG_APP0 + 1, marker, sizeof marker);
    }
  if (options->icc)
    {
      gsize n;
      gconstpointer icc = g_bytes_get_data (options->icc, &n);
      jpeg_write_icc_profile (&cinfo, icc, (unsigned int) n);
    }
  while (cinfo.next_scanline < cinfo.image_height)
    {
      JSAMPROW row = (JSAMPROW) pixels + cinfo.next_scanline * cinfo.image_width * (guint) channels;
      jpeg_write_scanlines (&cinfo, &row, 1);
    }
  jpeg_finish_compress (&cinfo);
  jpeg_destroy_compress (&cinfo);
  bytes = g_bytes_new (data, size);
  free (data);
  return bytes;
}

static GBytes *
save_profile (cmsHPROFILE profile)
{
  cmsUInt32Number size = 0;
  guint8 *data;

  g_assert_true (cmsSaveProfileToMem (profile, NULL, &size));
  data = g_malloc (size);
  g_assert_true (cmsSaveProfileToMem (profile, data, &size));
  cmsCloseProfile (profile);
  return g_bytes_new_take (data, size);
}

GBytes *
make_grey_profile (void)
{
  cmsToneCurve *curve = cmsBuildGamma (NULL, 1.5);
  GBytes *bytes = save_profile (cmsCreateGrayProfile (cmsD50_xyY (), curve));

  cmsFreeToneCurve (curve);
  return bytes;
}

GBytes *
make_profile (void)
{
  const cmsCIExyY white = { 0.3127, 0.3290, 1 };
  const cmsCIExyYTRIPLE primaries = { { 0.68, 0.32, 1 }, { 0.21, 0.71, 1 }, { 0.15, 0.06, 1 } };
  cmsToneCurve *curve = cmsBuildGamma (NULL, 1.8);
  cmsToneCurve *curves[] = { curve, curve, curve };
  cmsHPROFILE profile = cmsCreateRGBProfile (&white, &primaries, curves);

  cmsFreeToneCurve (curve);
  return save_profile (profile);
}
