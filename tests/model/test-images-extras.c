/* test-images-extras.c: profiles and orientation in every container, alpha and frames of WebP
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include <webp/encode.h>

#include "test-images.h"
#include "test-model.h"

static void
put (GByteArray *out, guint32 value, guint bytes)
{
  guint8 little[4] = { (guint8) value, (guint8) (value >> 8), (guint8) (value >> 16),
                       (guint8) (value >> 24) };
  g_byte_array_append (out, little, bytes);
}

static void
put_chunk (GByteArray *out, const char *fourcc, const guint8 *data, gsize size)
{
  g_byte_array_append (out, (const guint8 *) fourcc, 4);
  put (out, (guint32) size, 4);
  g_byte_array_append (out, data, (guint) size);
  if (size % 2)
    put (out, 0, 1);
}

/* The chunk of a losslessly encoded picture of 2 by 1: a colour with alpha, and a half transparent
 * one, without the container. */
static GByteArray *
make_frame (void)
{
  const guint8 rgba[] = { 250, 20, 30, 255, 0, 100, 200, 51 };
  guint8 *data = NULL;
  gsize size = WebPEncodeLosslessRGBA (rgba, 2, 1, 8, &data);
  GByteArray *chunk = g_byte_array_new ();

  g_assert_cmpuint (size, >, 12);
  g_byte_array_append (chunk, data + 12, (guint) (size - 12));
  WebPFree (data);
  return chunk;
}

/* The container by hand, as its specification has it. */
static AgImage *
load_webp (guint8 flags, GByteArray *chunks)
{
  const guint8 canvas[10] = { flags, 0, 0, 0, 1, 0, 0, 0, 0, 0 };
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  AgImage *image;

  g_byte_array_append (file, (const guint8 *) "RIFF", 4);
  put (file, 4 + 18 + chunks->len, 4);
  g_byte_array_append (file, (const guint8 *) "WEBP", 4);
  put_chunk (file, "VP8X", canvas, 10);
  g_byte_array_append (file, chunks->data, chunks->len);
  bytes = g_bytes_new (file->data, file->len);
  image = ag_image_load_bytes (bytes, "picture.webp", &error);
  g_assert_no_error (error);
  return image;
}

static void
assert_pixels (AgImage *image, const guint8 *expected, gsize size)
{
  gsize n;
  gconstpointer pixels = g_bytes_get_data (image->pixels, &n);

  g_assert_cmpmem (pixels, n, expected, size);
}

static const guint8 over_white[] = { 250, 20, 30, 204, 224, 244 };

static void
test_webp_alpha (void)
{
  g_autoptr (GByteArray) chunks = make_frame ();
  g_autoptr (AgImage) image = load_webp (0x10, chunks);

  g_assert_cmpint (image->width, ==, 2);
  assert_pixels (image, over_white, 6);
}

/* With and without the name that JPEG puts before the block. */
static void
test_webp_exif (void)
{
  for (int i = 0; i < 2; i++)
    {
      const guint8 turned[] = { 204, 224, 244, 250, 20, 30 };
      g_autoptr (GByteArray) chunks = make_frame ();
      g_autoptr (AgImage) image = NULL;
      guint8 exif[32] = "Exif\0";

      make_exif (exif + 6, 8, TRUE); /* the right end of the file is the top */
      put_chunk (chunks, "EXIF", i ? exif : exif + 6, i ? 32 : 26);
      image = load_webp (0x18, chunks);
      g_assert_cmpint (image->width, ==, 1);
      g_assert_cmpint (image->height, ==, 2);
      assert_pixels (image, turned, 6);
      g_assert_cmpuint (g_bytes_get_size (image->exif), ==, 26);
    }
}

static void
test_webp_animation (void)
{
  g_autoptr (GByteArray) frame = make_frame ();
  g_autoptr (GByteArray) chunks = g_byte_array_new ();
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  g_autoptr (AgImage) image = NULL;
  const guint8 loop[6] = { 0 };
  const guint8 place[16] = { 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 100, 0, 0, 2 };

  put_chunk (chunks, "ANIM", loop, 6);
  g_byte_array_append (payload, place, 16);
  g_byte_array_append (payload, frame->data, frame->len);
  put_chunk (chunks, "ANMF", payload->data, payload->len);
  put_chunk (chunks, "ANMF", payload->data, payload->len);
  image = load_webp (0x12, chunks);
  assert_pixels (image, over_white, 6);
}

static void
test_png_exif (void)
{
  const int samples[] = { 1, 2, 3, 4, 5, 6 };
  const guint8 turned[] = { 4, 5, 6, 1, 2, 3 };
  PngOptions options = { .type = PNG_COLOR_TYPE_RGB, .depth = 8, .orientation = 8 };
  g_autoptr (GBytes) bytes = make_png (2, 1, 3, samples, &options);
  g_autoptr (AgImage) image = ag_image_load_bytes (bytes, "picture", NULL);

  g_assert_cmpint (image->height, ==, 2);
  assert_pixels (image, turned, 6);
}

/* A profile in many markers of a JPEG arrives whole; one that is not a profile is ignored. */
static void
test_jpeg_profile (void)
{
  g_autofree guint8 *profile = g_malloc0 (200000);
  g_autoptr (GBytes) icc = NULL, bytes = NULL;
  g_autoptr (AgImage) image = NULL;
  guint8 pixels[16 * 16 * 3];
  JpegOptions options = { .space = JCS_RGB };

  memset (pixels, 90, sizeof pixels);
  for (int i = 0; i < 200000; i++)
    profile[i] = (guint8) g_test_rand_int ();
  icc = g_bytes_new (profile, 200000);
  options.icc = icc;
  bytes = make_jpeg (16, 16, 3, pixels, &options);
  image = ag_image_load_bytes (bytes, "picture", NULL);
  g_assert_true (g_bytes_equal (image->icc, icc));
  g_assert_cmpint (abs (ag_image_get_pixels (image)[0] - 90), <=, 1);
}

void
add_image_extra_tests (void)
{
  g_test_add_func ("/image/webp/alpha", test_webp_alpha);
  g_test_add_func ("/image/webp/exif", test_webp_exif);
  g_test_add_func ("/image/webp/animation", test_webp_animation);
  g_test_add_func ("/image/png/exif", test_png_exif);
  g_test_add_func ("/image/jpeg/profile", test_jpeg_profile);
}
