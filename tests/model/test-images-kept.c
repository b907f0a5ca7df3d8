/* test-images-kept.c: what an edited photo keeps of its file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "ag-image-private.h"
#include "test-images.h"
#include "test-model.h"

#define WIDTH  24
#define HEIGHT 16

static const char xmp_packet[] = "<x:xmpmeta><rdf:Description tiff:Orientation=\"6\"/></x:xmpmeta>";

static AgImage *
load (GBytes *bytes, const char *name)
{
  g_autoptr (GError) error = NULL;
  AgImage *image = ag_image_load_bytes (bytes, name, &error);

  g_assert_no_error (error);
  return image;
}

/* Colours of every kind, the second half of each row transparent to some degree if there is alpha.
 */
static int *
make_samples (int channels)
{
  int *samples = g_new (int, WIDTH *HEIGHT *channels);

  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      for (int c = 0; c < 3; c++)
        samples[i * channels + c] = (i * 37 + c * 91 + i / WIDTH * 11) % 256;
      if (channels == 4)
        samples[i * 4 + 3] = i % WIDTH < WIDTH / 2 ? 255 : i % WIDTH * 9;
    }
  return samples;
}

static GBytes *
make_jpeg_photo (GBytes *icc, int orientation)
{
  g_autofree int *samples = make_samples (3);
  guint8 pixels[WIDTH * HEIGHT * 3];
  JpegOptions options = { .space = JCS_YCbCr, .orientation = orientation, .icc = icc };

  for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
    pixels[i] = (guint8) samples[i];
  return make_jpeg (WIDTH, HEIGHT, 3, pixels, &options);
}

/* Pixels of one corner made brighter. */
static AgImage *
edit (AgImage *photo)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (photo->pixels, &size);
  guint8 *pixels = g_memdup2 (data, size);
  g_autoptr (GBytes) bytes = NULL;

  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 8; x++)
      for (int c = 0; c < 3; c++)
        {
          guint8 *p = pixels + (y * photo->width + x) * 3 + c;
          *p = (guint8) MIN (*p + 20, 255);
        }
  bytes = g_bytes_new_take (pixels, size);
  return ag_image_new_edited (photo, bytes);
}

static GFile *
save (AgImage *image, const char *name)
{
  GFile *file = new_test_file (name);
  g_autoptr (GError) error = NULL;

  ag_image_save (image, file, 100, NULL, NULL, &error);
  g_assert_no_error (error);
  return file;
}

static int
get_orientation (AgImage *image)
{
  gsize size;
  const guint8 *exif = g_bytes_get_data (image->exif, &size);

  return ag_exif_orientation (exif, size);
}

/* The photo's bytes are the same outside of the corner, in the file's own colours. */
static void
assert_kept (AgImage *photo, AgImage *saved, GBytes *photo_native, GBytes *saved_native, int n)
{
  const guint8 *before = g_bytes_get_data (photo_native, NULL);
  const guint8 *after = g_bytes_get_data (saved_native, NULL);
  int n_changed = 0;

  g_assert_cmpint (saved->width, ==, photo->width);
  g_assert_cmpint (saved->height, ==, photo->height);
  g_assert_cmpuint (g_bytes_get_size (photo_native), ==, g_bytes_get_size (saved_native));
  for (int y = 0; y < photo->height; y++)
    for (int x = 0; x < photo->width; x++)
      {
        int at = (y * photo->width + x) * n;
        gboolean same = memcmp (before + at, after + at, (gsize) n) == 0;

        if (x >= 8 || y >= 8)
          g_assert_true (same);
        else
          n_changed += !same;
      }
  g_assert_cmpint (n_changed, >, 30);
}

/* Whether none of the three numbers of number @k's pixel is at an end of the range. */
static gboolean
is_inside (AgImage *image, gsize k)
{
  const guint8 *p = ag_image_get_pixels (image) + k / 3 * 3;

  return MIN (p[0], MIN (p[1], p[2])) > 0 && MAX (p[0], MAX (p[1], p[2])) < 255;
}

/* JPEG in, PNG and lossless WebP out, with each orientation, with a profile and without. */
static void
test_orientations (void)
{
  g_autoptr (GBytes) icc = make_profile ();

  for (int i = 0; i < 16; i++)
    {
      GBytes *profile = i < 8 ? icc : NULL;
      g_autoptr (GBytes) bytes = make_jpeg_photo (profile, i % 8 + 1);
      g_autoptr (AgImage) photo = load (bytes, "photo.jpg");
      g_autoptr (AgImage) edited = edit (photo);

      for (int webp = 0; webp < 2; webp++)
        {
          g_autoptr (GFile) file = save (edited, webp ? "edited.webp" : "edited.png");
          g_autoptr (AgImage) saved = ag_image_load (file, NULL, NULL);

          g_assert_nonnull (saved);
          g_assert_cmpint (photo->width, ==, i % 8 < 4 ? WIDTH : HEIGHT);
          g_assert_cmpint (get_orientation (saved), ==, 1);
          g_assert_true (!profile || g_bytes_equal (saved->icc, profile));
          assert_kept (photo, saved, photo->pixels, saved->pixels, 3);
          if (profile)
            {
              assert_kept (photo, saved, photo->native, saved->native, 3);
              /* Colours that the profile cannot hold exactly come near; of one that sRGB has not,
               * the nearest was seen, from which nothing follows. */
              for (gsize k = 0; k < g_bytes_get_size (edited->pixels); k++)
                if (is_inside (photo, k) && is_inside (edited, k))
                  g_assert_cmpint (
                    abs (ag_image_get_pixels (edited)[k] - ag_image_get_pixels (saved)[k]), <=, 6);
            }
          else
            g_assert_true (g_bytes_equal (edited->pixels, saved->pixels));
        }
    }
}

/* An unedited photo in another format has the same pixels, in whatever colours. */
static void
test_neutral (void)
{
  g_autoptr (GBytes) icc = make_profile ();

  for (int orientation = 1; orientation <= 8; orientation++)
    {
      g_autoptr (GBytes) bytes = make_jpeg_photo (icc, orientation);
      g_autoptr (AgImage) photo = load (bytes, "photo.jpg");
      g_autoptr (GFile) file = save (photo, "neutral.png");
      g_autoptr (AgImage) saved = ag_image_load (file, NULL, NULL);

      g_assert_true (g_bytes_equal (photo->pixels, saved->pixels));
      g_assert_true (g_bytes_equal (photo->native, saved->native));
    }
}

static void
test_alpha (void)
{
  g_autoptr (GBytes) icc = make_profile ();

  for (int profile = 0; profile < 2; profile++)
    {
      g_autofree int *samples = make_samples (4);
      PngOptions options = { .type = PNG_COLOR_TYPE_RGB_ALPHA,
                             .depth = 8,
                             .icc = profile ? icc : NULL };
      g_autoptr (GBytes) bytes = make_png (WIDTH, HEIGHT, 4, samples, &options);
      g_autoptr (AgImage) photo = load (bytes, "photo.png");
      g_autoptr (AgImage) edited = edit (photo);
      g_autoptr (GFile) png = save (edited, "alpha.png");
      g_autoptr (AgImage) saved = ag_image_load (png, NULL, NULL);
      g_autoptr (GFile) jpeg = save (edited, "alpha.jpg");
      g_autoptr (AgImage) flat = ag_image_load (jpeg, NULL, NULL);
      const guint8 *native = g_bytes_get_data (saved->native, NULL);

      assert_kept (photo, saved, photo->native, saved->native, 4);
      for (int i = 0; i < WIDTH * HEIGHT; i++)
        g_assert_cmpint (native[4 * i + 3], ==, samples[4 * i + 3]);
      /* Without alpha the colours are sRGB over white. */
      g_assert_null (flat->icc);
      g_assert_cmpint (flat->width, ==, WIDTH);
    }
}

/* EXIF and XMP go along, say that the picture is upright, and have no thumbnail of the old face. */
static void
test_blocks (void)
{
  guint8 block[40] = { 0 };
  g_autoptr (GBytes) bytes = make_jpeg_photo (NULL, 6);
  g_autoptr (AgImage) photo = load (bytes, "photo.jpg");
  static const char *const names[] = { "blocks.jpg", "blocks.png", "blocks.webp" };

  make_exif (block, 6, FALSE);
  block[22] = 26; /* the next directory, the thumbnail's */
  g_clear_pointer (&photo->exif, g_bytes_unref);
  photo->exif = g_bytes_new (block, sizeof block);
  photo->xmp = g_bytes_new (xmp_packet, strlen (xmp_packet));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (AgImage) edited = edit (photo);
      g_autoptr (GFile) file = save (edited, names[i]);
      g_autoptr (AgImage) saved = ag_image_load (file, NULL, NULL);
      const guint8 *exif;
      gsize size;

      g_assert_nonnull (saved->xmp);
      g_assert_nonnull (g_strstr_len (g_bytes_get_data (saved->xmp, NULL),
                                      (gssize) g_bytes_get_size (saved->xmp),
                                      "tiff:Orientation=\"1\""));
      exif = g_bytes_get_data (saved->exif, &size);
      g_assert_cmpuint (size, ==, sizeof block);
      g_assert_cmpint (exif[18], ==, 1);
      g_assert_cmpint (exif[22], ==, 0);
    }
}

/* Damaged blocks and false profiles do not keep a picture from being opened or saved. */
static void
test_damaged_blocks (void)
{
  static const guint8 blocks[][12] = { "garbage", "II*\0\377\377\377\377\0",
                                       "MM\0*\0\0\0\10\377\377", "II*\0\10\0\0\0\1" };

  for (gsize i = 0; i < G_N_ELEMENTS (blocks); i++)
    for (gsize size = 0; size <= sizeof blocks[i]; size += 3)
      {
        g_autoptr (GBytes) bytes = make_jpeg_photo (NULL, 1);
        g_autoptr (AgImage) photo = load (bytes, "photo.jpg");
        g_autoptr (AgImage) edited = NULL;

        g_clear_pointer (&photo->exif, g_bytes_unref);
        photo->exif = g_bytes_new (blocks[i], size);
        photo->icc = g_bytes_new ("no profile", 10);
        edited = edit (photo);
        for (int k = 0; k < 3; k++)
          {
            static const char *const names[] = { "damaged.jpg", "damaged.png", "damaged.webp" };
            g_autoptr (GFile) file = save (edited, names[k]);
            g_autoptr (AgImage) saved = ag_image_load (file, NULL, NULL);

            g_assert_nonnull (saved);
            g_assert_null (saved->icc);
          }
      }
}

static void
test_texts (void)
{
  const char *const text[] = { "Receipt", "{\"a\": \"\303\244\"}", "Author", "Ada", NULL };
  const char *const other[] = { "Receipt", "another", NULL };
  g_autoptr (GBytes) bytes = make_jpeg_photo (NULL, 1);
  g_autoptr (AgImage) photo = load (bytes, "photo.jpg");
  g_autoptr (GFile) file = new_test_file ("texts.png");
  g_autoptr (AgImage) first = NULL, second = NULL;

  g_assert_null (ag_image_get_text (photo, "Receipt"));
  g_assert_true (ag_image_save (photo, file, 0, text, NULL, NULL));
  first = ag_image_load (file, NULL, NULL);
  g_assert_cmpstr (ag_image_get_text (first, "Receipt"), ==, text[1]);
  g_assert_cmpstr (ag_image_get_text (first, "Author"), ==, "Ada");
  g_assert_null (ag_image_get_text (first, "Nothing"));
  /* What is saved anew goes before what was there. */
  g_assert_true (ag_image_save (first, file, 0, other, NULL, NULL));
  second = ag_image_load (file, NULL, NULL);
  g_assert_cmpstr (ag_image_get_text (second, "Receipt"), ==, "another");
  g_assert_cmpstr (ag_image_get_text (second, "Author"), ==, "Ada");
}

void
add_image_kept_tests (void)
{
  g_test_add_func ("/image/kept/orientations", test_orientations);
  g_test_add_func ("/image/kept/neutral", test_neutral);
  g_test_add_func ("/image/kept/alpha", test_alpha);
  g_test_add_func ("/image/kept/blocks", test_blocks);
  g_test_add_func ("/image/kept/damaged-blocks", test_damaged_blocks);
  g_test_add_func ("/image/kept/texts", test_texts);
}
