/* test-images-damage.c: files that are not the pictures they claim to be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>
#include <webp/encode.h>

#include "ag-image-private.h"
#include "test-images.h"
#include "test-model.h"

enum
{
  W = 40,
  H = 30
};

static GBytes *
noise_png (gboolean interlaced)
{
  g_autofree int *samples = g_new (int, W *H * 3);
  PngOptions options = {
    .type = PNG_COLOR_TYPE_RGB, .depth = 8, .interlaced = interlaced, .orientation = 6
  };

  for (int i = 0; i < W * H * 3; i++)
    samples[i] = g_test_rand_int_range (0, 256);
  return make_png (W, H, 3, samples, &options);
}

static GBytes *
noise_jpeg (gboolean progressive)
{
  guint8 pixels[W * H * 3];
  JpegOptions options = { .space = JCS_RGB, .orientation = 3, .progressive = progressive };

  for (int i = 0; i < W * H * 3; i++)
    pixels[i] = (guint8) g_test_rand_int ();
  return make_jpeg (W, H, 3, pixels, &options);
}

static GBytes *
noise_webp (gboolean lossless)
{
  guint8 pixels[W * H * 3], *data = NULL;
  GBytes *bytes;
  gsize size;

  for (int i = 0; i < W * H * 3; i++)
    pixels[i] = (guint8) g_test_rand_int ();
  size = lossless ? WebPEncodeLosslessRGB (pixels, W, H, W * 3, &data)
                  : WebPEncodeRGB (pixels, W, H, W * 3, 80, &data);
  bytes = g_bytes_new (data, size);
  WebPFree (data);
  return bytes;
}

/* However much of the end is missing, it is an error, and where the beginning tells what it was,
 * the error says that the file ends early. */
static void
check_cuts (GBytes *whole, gsize n_trailing)
{
  gsize size = g_bytes_get_size (whole);

  for (gsize n = 12; n + n_trailing < size; n += n < 100 ? 1 : 17)
    {
      g_autoptr (GBytes) cut = g_bytes_new_from_bytes (whole, 0, n);
      GError *error = NULL;

      g_assert_null (ag_image_load_bytes (cut, "photo.jpg", &error));
      g_assert_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_CORRUPT);
      g_assert_cmpstr (error->message, ==, "photo.jpg: the file ends early");
      g_error_free (error);
    }
}

static void
test_cuts (void)
{
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) png = noise_png (i), jpeg = noise_jpeg (i), webp = noise_webp (i);

      check_cuts (png, 0);
      /* Without its end marker a JPEG has all its pixels, and is an error all the same. */
      check_cuts (jpeg, 0);
      check_cuts (webp, 0);
    }
}

/* With any bytes changed, it is a picture or an error that names the file. */
static void
check_changes (GBytes *whole)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (whole, &size);
  g_autofree guint8 *changed = g_memdup2 (data, size);

  for (int i = 0; i < 400; i++)
    {
      int n = g_test_rand_int_range (1, 4);
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (AgImage) image = NULL;
      GError *error = NULL;

      for (int k = 0; k < n; k++)
        changed[g_test_rand_int_range (0, k ? 64 : (gint32) size)] = (guint8) g_test_rand_int ();
      bytes = g_bytes_new (changed, size);
      image = ag_image_load_bytes (bytes, "picture", &error);
      g_assert_true ((image == NULL) == (error != NULL));
      if (error)
        g_assert_true (g_str_has_prefix (error->message, "picture: "));
      g_clear_error (&error);
      memcpy (changed, data, size);
    }
}

static void
test_changes (void)
{
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GBytes) png = noise_png (i), jpeg = noise_jpeg (i), webp = noise_webp (i);

      check_changes (png);
      check_changes (jpeg);
      check_changes (webp);
    }
}

static void
expect (const void *data, gsize size, int code, const char *part)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GFile) file = new_test_file ("picture.png");
  GError *error = NULL;

  g_assert_null (ag_image_load_bytes (bytes, "picture.png", &error));
  assert_error_names (error, AG_IMAGE_ERROR, code, file, part);
}

static void
test_other_files (void)
{
  g_autoptr (GBytes) png = noise_png (FALSE);
  gsize size;
  g_autofree guint8 *huge = g_memdup2 (g_bytes_get_data (png, &size), g_bytes_get_size (png));
  guint32 crc;

  expect ("", 0, AG_IMAGE_ERROR_CORRUPT, "empty");
  expect ("GIF89a", 6, AG_IMAGE_ERROR_FORMAT, "not a picture");
  expect ("hello, world, this is text", 26, AG_IMAGE_ERROR_FORMAT, "not a picture");
  expect ("\xff\xd8\xff", 3, AG_IMAGE_ERROR_CORRUPT, "ends early");

  /* A PNG that says 30000 by 30000. */
  huge[18] = 30000 >> 8;
  huge[19] = 30000 & 255;
  huge[22] = 30000 >> 8;
  huge[23] = 30000 & 255;
  crc = 0xffffffff;
  for (int i = 12; i < 29; i++)
    {
      crc ^= huge[i];
      for (int k = 0; k < 8; k++)
        crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
  crc = GUINT32_TO_BE (~crc);
  memcpy (huge + 29, &crc, 4);
  expect (huge, size, AG_IMAGE_ERROR_SIZE, "too large");
}

static void
test_files (void)
{
  g_autoptr (GFile) missing = new_test_file ("missing.png");
  GError *error = NULL;

  g_assert_null (ag_image_load (missing, NULL, &error));
  assert_error_names (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, missing, "No such file");
}

static void
test_exif (void)
{
  guint8 exif[26];

  for (int i = 0; i < 200000; i++)
    {
      make_exif (exif, i % 9, i & 1);
      exif[g_test_rand_int_range (0, 26)] = (guint8) g_test_rand_int ();
      exif[g_test_rand_int_range (0, 26)] = (guint8) g_test_rand_int ();
      int orientation = ag_exif_orientation (exif, (gsize) g_test_rand_int_range (0, 27));
      g_assert_cmpint (orientation, >=, 1);
      g_assert_cmpint (orientation, <=, 8);
    }
  make_exif (exif, 9, FALSE);
  g_assert_cmpint (ag_exif_orientation (exif, 26), ==, 1);
  make_exif (exif, 7, FALSE);
  g_assert_cmpint (ag_exif_orientation (exif, 26), ==, 7);
  g_assert_cmpint (ag_exif_orientation (exif, 20), ==, 1);
}

void
add_image_damage_tests (void)
{
  g_test_add_func ("/image/damage/cuts", test_cuts);
  g_test_add_func ("/image/damage/changes", test_changes);
  g_test_add_func ("/image/damage/other-files", test_other_files);
  g_test_add_func ("/image/damage/files", test_files);
  g_test_add_func ("/image/damage/exif", test_exif);
}
