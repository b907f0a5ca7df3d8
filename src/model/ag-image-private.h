/* ag-image-private.h: what the image codecs share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-image.h"

G_BEGIN_DECLS

/* Colour profiles and EXIF blocks larger than this are ignored. */
#define AG_IMAGE_MAX_EXTRA (32 * 1024 * 1024)

/**
 * AgRaster:
 * @n_colours: 1 grey, 3 RGB, 4 CMYK
 * @alpha: whether one more channel follows, not premultiplied
 * @inverted: CMYK only: 255 stands for no ink
 * @deep: whether samples are guint16 in the machine's order instead of bytes; not for CMYK
 * @pixels: [height][width][n_colours + alpha], in the file's own colour space and orientation
 * @icc: (nullable): colour profile
 * @exif: (nullable): beginning with the TIFF header
 * @xmp: (nullable): a packet
 * @text: (nullable): pairs of keyword and text
 * @lost_text: whether there was one that is damaged
 *
 * What a decoder makes of a file. Starts zeroed; ends with ag_raster_clear().
 */
typedef struct
{
  int width, height;
  int n_colours;
  gboolean alpha, inverted, deep;
  guint8 *pixels;
  GBytes *icc, *exif, *xmp;
  char **text;
  gboolean lost_text;
} AgRaster;

void ag_raster_clear (AgRaster *raster);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AgRaster, ag_raster_clear)

/* Sample @i of a row that is @deep or not. */
static inline guint32
ag_sample_get (const void *row, gsize i, gboolean deep)
{
  return deep ? ((const guint16 *) row)[i] : ((const guint8 *) row)[i];
}

static inline void
ag_sample_put (void *row, gsize i, gboolean deep, guint32 value)
{
  if (deep)
    ((guint16 *) row)[i] = (guint16) value;
  else
    ((guint8 *) row)[i] = (guint8) value;
}

static inline guint32
ag_sample_max (gboolean deep)
{
  return deep ? 65535 : 255;
}

/**
 * ag_samples_narrow:
 * @deep: [n]
 * @bytes: (out): [n]: the nearest
 */
void ag_samples_narrow (const guint16 *deep, guint8 *bytes, gsize n);

/**
 * ag_image_check_size:
 * @name: what to call the file
 *
 * Whether a picture that is told to be so large may be read.
 */
gboolean ag_image_check_size (guint64 width, guint64 height, const char *name, GError **error);

/**
 * ag_raster_allocate:
 *
 * Allocates the pixels of a raster whose other fields are set.
 */
gboolean ag_raster_allocate (AgRaster *raster, const char *name, GError **error);

gboolean
ag_jpeg_decode (const guint8 *data, gsize size, AgRaster *raster, const char *name, GError **error);
gboolean
ag_png_decode (const guint8 *data, gsize size, AgRaster *raster, const char *name, GError **error);
gboolean
ag_webp_decode (const guint8 *data, gsize size, AgRaster *raster, const char *name, GError **error);

/**
 * AgImageOutput:
 * @channels: 1 for grey, 3, or 4 with alpha
 * @deep: whether samples are guint16 in the machine's order
 * @pixels: [height][width][@channels]
 * @icc: (nullable): the profile of @pixels; they are sRGB without one
 * @exif: (nullable): beginning with the TIFF header
 * @xmp: (nullable):
 *
 * What is to be written to a file.
 */
typedef struct
{
  int width, height, channels;
  gboolean deep;
  GBytes *pixels, *icc, *exif, *xmp;
} AgImageOutput;

/* What a format has beside RGB of 8 bits. */
typedef enum
{
  AG_OUTPUT_ALPHA = 1 << 0,
  AG_OUTPUT_DEEP = 1 << 1,
  AG_OUTPUT_GREY = 1 << 2,
} AgOutputFlags;

/**
 * ag_image_get_output:
 * @format: what the format has
 * @output: (out): to be cleared with ag_image_output_clear()
 */
void ag_image_get_output (AgImage *image, AgOutputFlags format, AgImageOutput *output);
void ag_image_output_clear (AgImageOutput *output);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AgImageOutput, ag_image_output_clear)

/* Encoders return %NULL with an error that names the file. */
GBytes *ag_jpeg_encode (const AgImageOutput *image, int quality, const char *name, GError **error);
GBytes *ag_png_encode (const AgImageOutput *image,
                       const char *const *text,
                       const char *name,
                       GError **error);
GBytes *ag_webp_encode (const AgImageOutput *image, int quality, const char *name, GError **error);

/**
 * ag_exif_orientation:
 * @exif: beginning with the TIFF header
 *
 * Returns: 1 to 8; 1 if it does not say or is damaged
 */
int ag_exif_orientation (const guint8 *exif, gsize size);

/**
 * ag_exif_make_upright:
 *
 * Returns: (transfer full) (nullable): a copy that says that the picture is upright and has no
 *   thumbnail, which would show it as it was; %NULL if it is no EXIF block
 */
GBytes *ag_exif_make_upright (GBytes *exif);

/**
 * ag_xmp_make_upright:
 *
 * Returns: (transfer full): a copy in which tiff:Orientation, if it is there, is 1
 */
GBytes *ag_xmp_make_upright (GBytes *xmp);

/**
 * ag_raster_to_native:
 * @channels: (out): 3 or 4
 * @keeps_icc: (out): whether what ag_raster_to_rgb() gives, or the result if there is one, is in
 * the colours of the raster's profile
 *
 * Returns: (transfer full) (nullable): [height][width][@channels]: RGB and perhaps alpha as the
 *   file has them, deep if the raster is; %NULL if that is what ag_raster_to_rgb() gives, or
 * without memory
 */
guint8 *ag_raster_to_native (const AgRaster *raster, int *channels, gboolean *keeps_icc);

/**
 * ag_colour_from_srgb:
 * @icc: a profile for RGB
 * @pixels: (inout): [n][3]
 * @deep: whether they are guint16
 *
 * Converts from sRGB.
 */
void ag_colour_from_srgb (GBytes *icc, void *pixels, gboolean deep, gsize n);

/**
 * ag_profile_is_grey:
 *
 * Returns: whether @icc is a profile for grey
 */
gboolean ag_profile_is_grey (GBytes *icc);

/**
 * ag_grey_from_srgb:
 * @icc: a profile for grey
 * @rgb: [n][3]
 * @grey: (out): [n]
 * @deep: whether they are guint16
 */
void ag_grey_from_srgb (GBytes *icc, const void *rgb, void *grey, gboolean deep, gsize n);

/**
 * ag_raster_to_rgb:
 *
 * Converts to sRGB through the colour profile, if there is one that makes sense, and lays alpha
 * over white.
 *
 * Returns: (transfer full) (nullable): [height][width][3], deep if the raster is; %NULL without
 *   memory
 */
guint8 *ag_raster_to_rgb (const AgRaster *raster);

/**
 * ag_rgb_orient:
 * @rgb: (transfer full): [height][width][@pixel_size]
 * @pixel_size: bytes of a pixel
 * @width: (inout): may change places with @height
 * @orientation: as in EXIF
 *
 * Returns: (transfer full) (nullable): upright; %NULL without memory
 */
guint8 *ag_rgb_orient (guint8 *rgb, int pixel_size, int *width, int *height, int orientation);

G_END_DECLS
