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
 * @pixels: [height][width][n_colours + alpha], in the file's own colour space and orientation
 * @icc: (nullable): colour profile
 * @exif: (nullable): beginning with the TIFF header
 *
 * What a decoder makes of a file. Starts zeroed; ends with ag_raster_clear().
 */
typedef struct
{
  int width, height;
  int n_colours;
  gboolean alpha, inverted;
  guint8 *pixels;
  GBytes *icc, *exif;
} AgRaster;

void ag_raster_clear (AgRaster *raster);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AgRaster, ag_raster_clear)

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

/* Encoders return %NULL with an error that names the file. */
GBytes *ag_jpeg_encode (AgImage *image, int quality, const char *name, GError **error);
GBytes *ag_png_encode (AgImage *image, const char *const *text, const char *name, GError **error);
GBytes *ag_webp_encode (AgImage *image, int quality, const char *name, GError **error);

/**
 * ag_exif_orientation:
 * @exif: beginning with the TIFF header
 *
 * Returns: 1 to 8; 1 if it does not say or is damaged
 */
int ag_exif_orientation (const guint8 *exif, gsize size);

/**
 * ag_raster_to_rgb:
 *
 * Converts to sRGB through the colour profile, if there is one that makes sense, and lays alpha
 * over white.
 *
 * Returns: (transfer full) (nullable): [height][width][3]; %NULL without memory
 */
guint8 *ag_raster_to_rgb (const AgRaster *raster);

/**
 * ag_rgb_orient:
 * @rgb: (transfer full): [height][width][3]
 * @width: (inout): may change places with @height
 * @orientation: as in EXIF
 *
 * Returns: (transfer full) (nullable): upright; %NULL without memory
 */
guint8 *ag_rgb_orient (guint8 *rgb, int *width, int *height, int orientation);

G_END_DECLS
