/* test-images.h: making image files with the libraries themselves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdio.h>

#include <gio/gio.h>
#include <jpeglib.h>
#include <png.h>

#include "ag-image.h"

typedef struct
{
  int type, depth;
  gboolean interlaced;
  const png_color *palette;
  int n_palette;
  const png_byte *alpha; /* (nullable): of the palette */
  GBytes *icc;           /* (nullable) */
  int orientation;       /* 0 for none */
} PngOptions;

/* @samples: [height][width][channels] of @options->depth bits each */
GBytes *
make_png (int width, int height, int channels, const int *samples, const PngOptions *options);

/* Fails the test unless the file has these keywords and texts. */
void check_png_text (const guint8 *data, gsize size, const char *const *text);

typedef struct
{
  J_COLOR_SPACE space; /* of the file */
  gboolean adobe;      /* whether to mark it as Adobe's programs do */
  gboolean progressive;
  int orientation; /* 0 for none */
  gboolean big_endian;
  GBytes *icc; /* (nullable) */
} JpegOptions;

/* @pixels: [height][width][channels]; for YCCK they are CMYK */
GBytes *
make_jpeg (int width, int height, int channels, const guint8 *pixels, const JpegOptions *options);

/* A profile for RGB with other primaries and another curve than sRGB. */
GBytes *make_profile (void);

/* One for grey with another curve. */
GBytes *make_grey_profile (void);

/* A TIFF structure with nothing but that orientation; 26 bytes. */
void make_exif (guint8 *out, int orientation, gboolean big_endian);
