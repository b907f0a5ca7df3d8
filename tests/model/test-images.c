/* test-images.c: pictures of every kind come out as the pixels that went in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The files are made here with libpng and libjpeg, not with the code under test.
 */
#include "test-images.h"

#include <lcms2.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "test-model.h"

static AgImage *
load (GBytes *bytes)
{
  GError *error = NULL;
  AgImage *image = ag_image_load_bytes (bytes, "picture", &error);

  g_assert_no_error (error);
  return image;
}

static void
assert_pixel (AgImage *image, int x, int y, int r, int g, int b, int tolerance)
{
  const guint8 *at = ag_image_get_pixels (image) + (y * image->width + x) * 3;

  if (abs (at[0] - r) > tolerance || abs (at[1] - g) > tolerance || abs (at[2] - b) > tolerance)
    g_error ("pixel (%d,%d) is %d %d %d, not %d %d %d", x, y, at[0], at[1], at[2], r, g, b);
}

/* Sample @i of a picture, any sequence that uses all values. */
static int
sample (int i, int depth)
{
  return (i * 37 + i / 5 * 11) & ((1 << depth) - 1);
}

/* Grey of 1, 2, 4, 8 and 16 bits, RGB of 8 and 16, each plain and interlaced. */
static void
test_png_depths (void)
{
  static const struct
  {
    int type, depth, channels;
  } kinds[] = {
    { PNG_COLOR_TYPE_GRAY, 1, 1 }, { PNG_COLOR_TYPE_GRAY, 2, 1 },  { PNG_COLOR_TYPE_GRAY, 4, 1 },
    { PNG_COLOR_TYPE_GRAY, 8, 1 }, { PNG_COLOR_TYPE_GRAY, 16, 1 }, { PNG_COLOR_TYPE_RGB, 8, 3 },
    { PNG_COLOR_TYPE_RGB, 16, 3 },
  };

  for (guint k = 0; k < G_N_ELEMENTS (kinds) * 2; k++)
    {
      const int w = 13, h = 9, depth = kinds[k / 2].depth, channels = kinds[k / 2].channels;
      g_autofree int *samples = g_new (int, w *h *channels);
      PngOptions options = { .type = kinds[k / 2].type, .depth = depth, .interlaced = k % 2 };
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (AgImage) image = NULL;

      for (int i = 0; i < w * h * channels; i++)
        samples[i] = sample (i, depth);
      bytes = make_png (w, h, channels, samples, &options);
      image = load (bytes);
      g_assert_cmpint (image->width, ==, w);
      g_assert_cmpint (image->height, ==, h);
      for (int i = 0; i < w * h; i++)
        {
          int value[3];
          for (int c = 0; c < 3; c++)
            value[c] = (int) lround (samples[i * channels + (channels == 3 ? c : 0)] * 255.0 /
                                     ((1 << depth) - 1));
          assert_pixel (image, i % w, i / w, value[0], value[1], value[2], 0);
        }
    }
}

static void
test_png_palette (void)
{
  const int samples[] = { 0, 1, 2, 1 };
  const png_color palette[] = { { 10, 20, 30 }, { 200, 100, 0 }, { 0, 0, 0 } };
  const png_byte alpha[] = { 255, 128, 0 };
  PngOptions options = {
    .type = PNG_COLOR_TYPE_PALETTE, .depth = 2, .palette = palette, .n_palette = 3
  };
  g_autoptr (GBytes) bytes = make_png (2, 2, 1, samples, &options);
  g_autoptr (AgImage) opaque = load (bytes);
  g_autoptr (GBytes) with_alpha = NULL;
  g_autoptr (AgImage) image = NULL;

  assert_pixel (opaque, 0, 0, 10, 20, 30, 0);
  assert_pixel (opaque, 1, 1, 200, 100, 0, 0);
  options.alpha = alpha;
  with_alpha = make_png (2, 2, 1, samples, &options);
  image = load (with_alpha);
  assert_pixel (image, 0, 0, 10, 20, 30, 0);
  assert_pixel (image, 1, 0, 227, 177, 127, 0); /* half over white */
  assert_pixel (image, 0, 1, 255, 255, 255, 0);
}

static void
test_png_alpha (void)
{
  const int rgba[] = { 100, 150, 200, 255, 100, 150, 200, 0, 100, 150, 200, 51, 0, 0, 0, 128 };
  const int grey16[] = { 0x8000, 0xffff, 0x0000, 0x8080 };
  PngOptions options = { .type = PNG_COLOR_TYPE_RGB_ALPHA, .depth = 8 };
  g_autoptr (GBytes) bytes = make_png (2, 2, 4, rgba, &options);
  g_autoptr (AgImage) image = load (bytes);
  g_autoptr (GBytes) grey_bytes = NULL;
  g_autoptr (AgImage) grey = NULL;

  assert_pixel (image, 0, 0, 100, 150, 200, 0);
  assert_pixel (image, 1, 0, 255, 255, 255, 0);
  assert_pixel (image, 0, 1, 224, 234, 244, 0);
  assert_pixel (image, 1, 1, 127, 127, 127, 0);
  options = (PngOptions){ .type = PNG_COLOR_TYPE_GRAY_ALPHA, .depth = 16, .interlaced = TRUE };
  grey_bytes = make_png (2, 1, 2, grey16, &options);
  grey = load (grey_bytes);
  assert_pixel (grey, 0, 0, 128, 128, 128, 0);
  assert_pixel (grey, 1, 0, 127, 127, 127, 0);
}

/* What comes out is what lcms says of each colour in floating point. */
static void
test_profile (void)
{
  g_autoptr (GBytes) icc = make_profile ();
  gsize icc_size;
  gconstpointer icc_data = g_bytes_get_data (icc, &icc_size);
  cmsHPROFILE from = cmsOpenProfileFromMem (icc_data, (cmsUInt32Number) icc_size);
  cmsHPROFILE to = cmsCreate_sRGBProfile ();
  cmsHTRANSFORM transform =
    cmsCreateTransform (from, TYPE_RGB_DBL, to, TYPE_RGB_DBL, INTENT_RELATIVE_COLORIMETRIC, 0);
  const int samples[] = { 128, 128, 128, 200, 120, 60, 30, 60, 90, 255, 255, 255 };
  PngOptions options = { .type = PNG_COLOR_TYPE_RGB, .depth = 8, .icc = icc };
  g_autoptr (GBytes) bytes = make_png (4, 1, 3, samples, &options);
  g_autoptr (AgImage) image = load (bytes);

  g_assert_true (g_bytes_equal (image->icc, icc));
  for (int i = 0; i < 4; i++)
    {
      double in[3], out[3];
      for (int c = 0; c < 3; c++)
        in[c] = samples[i * 3 + c] / 255.0;
      cmsDoTransform (transform, in, out, 1);
      for (int c = 0; c < 3; c++)
        out[c] = CLAMP (out[c], 0, 1) * 255;
      assert_pixel (image, i, 0, (int) lround (out[0]), (int) lround (out[1]),
                    (int) lround (out[2]), 2);
    }
  cmsDeleteTransform (transform);
  cmsCloseProfile (from);
  cmsCloseProfile (to);
}

/* An embedded sRGB profile must not change a single pixel. */
static void
test_srgb_profile (void)
{
  cmsHPROFILE profile = cmsCreate_sRGBProfile ();
  cmsUInt32Number size = 0;
  g_autofree guint8 *data = NULL;
  g_autoptr (GBytes) icc = NULL, bytes = NULL;
  g_autoptr (AgImage) image = NULL;
  int samples[256 * 3];
  PngOptions options = { .type = PNG_COLOR_TYPE_RGB, .depth = 8 };

  cmsSaveProfileToMem (profile, NULL, &size);
  data = g_malloc (size);
  cmsSaveProfileToMem (profile, data, &size);
  cmsCloseProfile (profile);
  icc = g_bytes_new (data, size);
  options.icc = icc;
  for (int i = 0; i < 256 * 3; i++)
    samples[i] = sample (i, 8);
  bytes = make_png (256, 1, 3, samples, &options);
  image = load (bytes);
  for (int i = 0; i < 256; i++)
    assert_pixel (image, i, 0, samples[3 * i], samples[3 * i + 1], samples[3 * i + 2], 0);
}

static void
test_jpeg_colours (void)
{
  /* Ink as amounts: 255 is full. Adobe's programs store 255 - that. */
  static const struct
  {
    int space, channels, in[4], out[3];
    gboolean adobe;
  } kinds[] = {
    { JCS_GRAYSCALE, 1, { 90 }, { 90, 90, 90 }, FALSE },
    { JCS_RGB, 3, { 200, 100, 50 }, { 200, 100, 50 }, FALSE },
    { JCS_CMYK, 4, { 255, 128, 0, 51 }, { 0, 102, 204 }, FALSE },
    { JCS_CMYK, 4, { 0, 127, 255, 204 }, { 0, 102, 204 }, TRUE },
    { JCS_YCCK, 4, { 0, 127, 255, 204 }, { 0, 102, 204 }, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autofree guint8 *pixels = g_malloc (20 * 10 * 4);
      JpegOptions options = { .space = (J_COLOR_SPACE) kinds[i].space, .adobe = kinds[i].adobe };
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (AgImage) image = NULL;

      for (int k = 0; k < 20 * 10 * kinds[i].channels; k++)
        pixels[k] = (guint8) kinds[i].in[k % kinds[i].channels];
      bytes = make_jpeg (20, 10, kinds[i].channels, pixels, &options);
      image = load (bytes);
      g_assert_cmpint (image->width, ==, 20);
      g_assert_cmpint (image->height, ==, 10);
      assert_pixel (image, 3, 7, kinds[i].out[0], kinds[i].out[1], kinds[i].out[2], 4);
    }
}

/* Red top left, green top right, blue bottom left, as the person stood before the camera; the file
 * holds it turned as each orientation says. */
static void
test_orientation (void)
{
  /* Where the four corners of the upright picture are in the file: top left, top right, bottom
   * left; each as 0 top left, 1 top right, 2 bottom left, 3 bottom right (EXIF 2.3, 4.6.4). */
  static const int corners[8][3] = { { 0, 1, 2 }, { 1, 0, 3 }, { 3, 2, 1 }, { 2, 3, 0 },
                                     { 0, 2, 1 }, { 2, 0, 3 }, { 3, 1, 2 }, { 1, 3, 0 } };
  static const guint8 colours[3][3] = { { 250, 0, 0 }, { 0, 250, 0 }, { 0, 0, 250 } };

  for (int orientation = 1; orientation <= 8; orientation++)
    for (int big = 0; big < 2; big++)
      {
        const int w = 48, h = 32;
        gboolean turned = orientation >= 5;
        g_autofree guint8 *pixels = g_malloc0 (w * h * 3);
        JpegOptions options = { .space = JCS_RGB, .orientation = orientation, .big_endian = big };
        g_autoptr (GBytes) bytes = NULL;
        g_autoptr (AgImage) image = NULL;

        for (int y = 0; y < h; y++)
          for (int x = 0; x < w; x++)
            for (int k = 0; k < 3; k++)
              if (corners[orientation - 1][k] == (y >= h / 2) * 2 + (x >= w / 2))
                memcpy (pixels + (y * w + x) * 3, colours[k], 3);
        bytes = make_jpeg (w, h, 3, pixels, &options);
        image = load (bytes);
        g_assert_cmpint (image->width, ==, turned ? h : w);
        g_assert_cmpint (image->height, ==, turned ? w : h);
        assert_pixel (image, 4, 4, 250, 0, 0, 8);
        assert_pixel (image, image->width - 5, 4, 0, 250, 0, 8);
        assert_pixel (image, 4, image->height - 5, 0, 0, 250, 8);
        assert_pixel (image, image->width - 5, image->height - 5, 0, 0, 0, 8);
      }
}

static AgImage *
make_picture (int width, int height)
{
  guint8 *pixels = g_malloc ((gsize) width * (gsize) height * 3);
  g_autoptr (GBytes) bytes = NULL;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *at = pixels + (y * width + x) * 3;
        at[0] = (guint8) (255 * x / width);
        at[1] = (guint8) (255 * y / height);
        at[2] = (guint8) (128 + 100 * sin (x * 0.2) * cos (y * 0.3));
      }
  bytes = g_bytes_new_take (pixels, (gsize) width * (gsize) height * 3);
  return ag_image_new (width, height, bytes);
}

static double
difference (AgImage *a, AgImage *b)
{
  double sum = 0;
  int n = a->width * a->height * 3;

  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->height, ==, b->height);
  for (int i = 0; i < n; i++)
    sum += abs (ag_image_get_pixels (a)[i] - ag_image_get_pixels (b)[i]);
  return sum / n;
}

static void
test_save (void)
{
  static const struct
  {
    const char *name;
    int quality;
    double tolerance;
  } kinds[] = {
    { "saved.png", 0, 0 },   { "saved.webp", 100, 0 }, { "saved.jpg", 0, 2 },
    { "saved.JPEG", 50, 5 }, { "saved.webp", 0, 4 },
  };
  g_autoptr (AgImage) image = make_picture (101, 67);
  g_autoptr (GFile) other = new_test_file ("saved.gif");
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (GFile) file = new_test_file (kinds[i].name);
      g_autoptr (AgImage) loaded = NULL;

      g_assert_true (ag_image_save (image, file, kinds[i].quality, NULL, NULL, &error));
      g_assert_no_error (error);
      loaded = ag_image_load (file, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpfloat (difference (image, loaded), <=, kinds[i].tolerance);
    }
  g_assert_false (ag_image_save (image, other, 0, NULL, NULL, &error));
  assert_error_names (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_FORMAT, other, ".png");
}

static void
test_text (void)
{
  const char *const text[] = { "Software", "Afterglow", "Receipt", "{\"name\": \"Ä\"}", NULL };
  g_autoptr (AgImage) image = make_picture (5, 4);
  g_autoptr (GFile) file = new_test_file ("text.png");
  g_autofree char *contents = NULL;
  gsize size;

  g_assert_true (ag_image_save (image, file, 0, text, NULL, NULL));
  g_assert_true (g_file_get_contents (g_file_peek_path (file), &contents, &size, NULL));
  check_png_text ((guint8 *) contents, size, text);
}

static void
test_resize (void)
{
  const guint8 four[] = { 0, 10, 20, 100, 110, 120, 200, 210, 220, 40, 50, 60 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (four, sizeof four);
  g_autoptr (AgImage) image = ag_image_new (2, 2, bytes);
  g_autoptr (AgImage) same = ag_image_resize (image, 2, 2);
  g_autoptr (AgImage) mean = ag_image_resize (image, 1, 1);
  g_autoptr (AgImage) row = ag_image_resize (image, 2, 1);
  g_autoptr (AgImage) picture = make_picture (120, 90);
  g_autoptr (AgImage) third = ag_image_resize (picture, 40, 30);
  g_autoptr (AgImage) grown = ag_image_resize (picture, 360, 270);
  g_autoptr (AgImage) back = ag_image_resize (grown, 120, 90);
  g_autoptr (AgImage) odd = ag_image_resize (picture, 37, 400);

  g_assert_true (same == image);
  assert_pixel (mean, 0, 0, 85, 95, 105, 0);
  assert_pixel (row, 0, 0, 100, 110, 120, 0);
  assert_pixel (row, 1, 0, 70, 80, 90, 0);
  for (int y = 0; y < 30; y++)
    for (int x = 0; x < 40; x++)
      {
        int sum[3] = { 0 };
        for (int i = 0; i < 9; i++)
          for (int c = 0; c < 3; c++)
            sum[c] +=
              ag_image_get_pixels (picture)[((y * 3 + i / 3) * 120 + x * 3 + i % 3) * 3 + c];
        assert_pixel (third, x, y, (sum[0] + 4) / 9, (sum[1] + 4) / 9, (sum[2] + 4) / 9, 0);
      }
  g_assert_cmpfloat (difference (picture, back), <, 1);
  g_assert_cmpint (odd->width, ==, 37);
  g_assert_cmpint (odd->height, ==, 400);
}

/* Fractions of pixels: 3 to 2 gives (2a + b) / 3 and (b + 2c) / 3. */
static void
test_resize_fractions (void)
{
  const guint8 three[] = { 0, 0, 0, 90, 90, 90, 255, 255, 255 };
  g_autoptr (GBytes) bytes = g_bytes_new_static (three, sizeof three);
  g_autoptr (AgImage) image = ag_image_new (3, 1, bytes);
  g_autoptr (AgImage) two = ag_image_resize (image, 2, 1);

  assert_pixel (two, 0, 0, 30, 30, 30, 0);
  assert_pixel (two, 1, 0, 200, 200, 200, 0);
}

static void
test_fit (void)
{
  g_autoptr (AgImage) picture = make_picture (120, 90);
  g_autoptr (AgImage) square = ag_image_fit (picture, 90, 90);
  g_autoptr (AgImage) wide = ag_image_fit (picture, 120, 30);
  g_autoptr (AgImage) thin = ag_image_fit (picture, 1, 300);

  for (int y = 0; y < 90; y += 7)
    for (int x = 0; x < 90; x += 7)
      {
        const guint8 *at = ag_image_get_pixels (picture) + (y * 120 + x + 15) * 3;
        assert_pixel (square, x, y, at[0], at[1], at[2], 0);
      }
  assert_pixel (wide, 60, 0, 127, 255 * 30 / 90, ag_image_get_pixels (wide)[60 * 3 + 2], 0);
  g_assert_cmpint (thin->height, ==, 300);
}

void
add_image_tests (void)
{
  g_test_add_func ("/image/png/depths", test_png_depths);
  g_test_add_func ("/image/png/palette", test_png_palette);
  g_test_add_func ("/image/png/alpha", test_png_alpha);
  g_test_add_func ("/image/png/text", test_text);
  g_test_add_func ("/image/profile", test_profile);
  g_test_add_func ("/image/srgb-profile", test_srgb_profile);
  g_test_add_func ("/image/jpeg/colours", test_jpeg_colours);
  g_test_add_func ("/image/orientation", test_orientation);
  g_test_add_func ("/image/save", test_save);
  g_test_add_func ("/image/resize", test_resize);
  g_test_add_func ("/image/resize-fractions", test_resize_fractions);
  g_test_add_func ("/image/fit", test_fit);
}
