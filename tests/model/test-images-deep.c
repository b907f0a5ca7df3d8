/* test-images-deep.c: PNGs of 16 bits, edited and saved
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "test-images.h"
#include "test-model.h"

#define WIDTH  24
#define HEIGHT 16
#define CHANGE 5003 /* no multiple of what a byte is */

typedef struct
{
  int type, channels;
  gboolean profile;
} Kind;

static const Kind kinds[] = {
  { PNG_COLOR_TYPE_RGB, 3, FALSE },  { PNG_COLOR_TYPE_RGB_ALPHA, 4, FALSE },
  { PNG_COLOR_TYPE_GRAY, 1, FALSE }, { PNG_COLOR_TYPE_GRAY_ALPHA, 2, FALSE },
  { PNG_COLOR_TYPE_RGB, 3, TRUE },   { PNG_COLOR_TYPE_RGB_ALPHA, 4, TRUE },
};

/* Colours that need all 16 bits; with alpha the second half of each row is transparent to some
 * degree. */
static int *
make_samples (int channels, int depth)
{
  int *samples = g_new (int, WIDTH *HEIGHT *channels), max = (1 << depth) - 1;
  gboolean alpha = channels % 2 == 0;

  for (int i = 0; i < WIDTH * HEIGHT; i++)
    for (int c = 0; c < channels; c++)
      if (alpha && c == channels - 1)
        samples[i * channels + c] = i % WIDTH < WIDTH / 2 ? max : i % WIDTH * max / WIDTH;
      else
        samples[i * channels + c] = (i * 3701 + c * 9109 + i / WIDTH * 1103) % (max - CHANGE);
  return samples;
}

static AgImage *
load_kind (const Kind *kind, const int *samples, int orientation)
{
  g_autoptr (GBytes) icc = kind->profile ? make_profile () : NULL;
  PngOptions options = { .type = kind->type, .depth = 16, .icc = icc, .orientation = orientation };
  g_autoptr (GBytes) bytes = make_png (WIDTH, HEIGHT, kind->channels, samples, &options);
  g_autoptr (GError) error = NULL;
  AgImage *image = ag_image_load_bytes (bytes, "deep.png", &error);

  g_assert_no_error (error);
  g_assert_nonnull (image->deep);
  return image;
}

/* Pixels of one corner made brighter. */
static AgImage *
edit (AgImage *photo)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (photo->deep, &size);
  guint16 *deep = g_memdup2 (data, size);
  g_autoptr (GBytes) bytes = g_bytes_new_take (deep, size);

  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 8; x++)
      for (int c = 0; c < 3; c++)
        {
          guint16 *p = deep + (y * photo->width + x) * 3 + c;
          *p = (guint16) MIN (*p + CHANGE, 65535);
        }
  return ag_image_new_edited_deep (photo, bytes);
}

static AgImage *
save_and_load (AgImage *image, const char *name)
{
  g_autoptr (GFile) file = new_test_file (name);
  g_autoptr (GError) error = NULL;
  AgImage *saved;

  ag_image_save (image, file, 100, NULL, NULL, &error);
  g_assert_no_error (error);
  saved = ag_image_load (file, NULL, &error);
  g_assert_no_error (error);
  return saved;
}

/* Where a pixel of the file comes to lie in a picture that is held that way. */
static int
turn (int x, int y, int orientation)
{
  return orientation == 6 ? x * HEIGHT + HEIGHT - 1 - y : y * WIDTH + x;
}

/* The numbers of the file, its alpha included, are there again outside of the corner; in it the
 * colours are those of the edit. */
static void
assert_kept (const Kind *kind,
             const int *samples,
             AgImage *photo,
             AgImage *edited,
             AgImage *saved,
             int orientation)
{
  const guint16 *before_seen = g_bytes_get_data (photo->deep, NULL);
  GBytes *bytes = saved->native ? saved->native : saved->deep;
  const guint16 *numbers = g_bytes_get_data (bytes, NULL);
  const guint16 *seen = g_bytes_get_data (edited->deep, NULL);
  const guint16 *again = g_bytes_get_data (saved->deep, NULL);
  int n = saved->native ? saved->native_channels : 3, n_changed = 0;

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, (gsize) (WIDTH * HEIGHT * n * 2));
  g_assert_cmpint (n, ==, kind->channels % 2 == 0 ? 4 : 3);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        int at = turn (x, y, orientation);
        const int *before = samples + (y * WIDTH + x) * kind->channels;

        if (n == 4)
          g_assert_cmpint (numbers[at * 4 + 3], ==, before[kind->channels - 1]);
        for (int c = 0; c < 3; c++)
          if (at % saved->width >= 8 || at / saved->width >= 8)
            g_assert_cmpint (numbers[at * n + c], ==, before[kind->channels > 2 ? c : 0]);
          else
            {
              n_changed += numbers[at * n + c] != before[kind->channels > 2 ? c : 0];
              /* Numbers of another curve are coarser than these in the shadows; a colour that sRGB
               * has not is seen as the nearest, from which nothing follows. */
              if (before_seen[at * 3 + c] > 0 && seen[at * 3 + c] < 65535)
                g_assert_cmpint (abs (again[at * 3 + c] - seen[at * 3 + c]), <=,
                                 kind->profile ? 64 : 0);
            }
      }
  g_assert_cmpint (n_changed, ==, 8 * 8 * 3);
}

static void
test_edited (void)
{
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (int orientation = 1; orientation <= 6; orientation += 5)
      {
        g_autofree int *samples = make_samples (kinds[k].channels, 16);
        g_autoptr (AgImage) photo = load_kind (&kinds[k], samples, orientation);
        g_autoptr (AgImage) edited = edit (photo);
        g_autoptr (AgImage) saved = save_and_load (edited, "edited.png");

        g_assert_cmpint (saved->width, ==, orientation == 6 ? HEIGHT : WIDTH);
        assert_kept (&kinds[k], samples, photo, edited, saved, orientation);
      }
}

/* What was not edited is the same, whether its file is at hand or not. */
static void
test_neutral (void)
{
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autofree int *samples = make_samples (kinds[k].channels, 16);
      g_autoptr (AgImage) photo = load_kind (&kinds[k], samples, 6);
      g_autoptr (AgImage) saved = save_and_load (photo, "neutral.png");

      g_assert_true (g_bytes_equal (photo->deep, saved->deep));
      g_assert_true (g_bytes_equal (photo->pixels, saved->pixels));
      g_assert_cmpint (photo->native != NULL, ==, saved->native != NULL);
      g_assert_true (!photo->native || g_bytes_equal (photo->native, saved->native));
    }
}

/* Other formats have 8 bits: the nearest ones. */
static void
test_other_formats (void)
{
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    {
      g_autofree int *samples = make_samples (kinds[k].channels, 16);
      g_autoptr (AgImage) photo = load_kind (&kinds[k], samples, 1);
      g_autoptr (AgImage) edited = edit (photo);
      g_autoptr (AgImage) webp = save_and_load (edited, "edited.webp");
      g_autoptr (AgImage) jpeg = save_and_load (edited, "edited.jpg");

      g_assert_null (webp->deep);
      g_assert_null (jpeg->deep);
      g_assert_cmpint (jpeg->width, ==, WIDTH);
      if (kinds[k].profile)
        g_assert_true (g_bytes_equal (webp->icc, photo->icc));
      else
        for (gsize i = 0; i < WIDTH * HEIGHT * 3; i++)
          /* White is laid under bytes instead of words. */
          g_assert_cmpint (abs (ag_image_get_pixels (webp)[i] - ag_image_get_pixels (edited)[i]),
                           <=, kinds[k].channels % 2 == 0 ? 1 : 0);
    }
}

/* An edit in bytes of a photo in words, such as a resampled one. */
static void
test_edited_in_bytes (void)
{
  g_autofree int *samples = make_samples (3, 16);
  g_autoptr (AgImage) photo = load_kind (&kinds[0], samples, 1);
  guint8 *pixels = g_memdup2 (ag_image_get_pixels (photo), WIDTH * HEIGHT * 3);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, WIDTH * HEIGHT * 3);
  g_autoptr (AgImage) edited = NULL, saved = NULL;
  const guint16 *before, *after;

  pixels[0] ^= 64;
  edited = ag_image_new_edited (photo, bytes);
  saved = save_and_load (edited, "bytes.png");
  before = g_bytes_get_data (photo->deep, NULL);
  after = g_bytes_get_data (saved->deep, NULL);
  g_assert_cmpint (after[0] - before[0], ==, (pixels[0] - (pixels[0] ^ 64)) * 257);
  g_assert_cmpmem (before + 3, (WIDTH * HEIGHT - 1) * 6, after + 3, (WIDTH * HEIGHT - 1) * 6);
}

void
add_image_deep_tests (void)
{
  g_test_add_func ("/image/deep/edited", test_edited);
  g_test_add_func ("/image/deep/neutral", test_neutral);
  g_test_add_func ("/image/deep/other-formats", test_other_formats);
  g_test_add_func ("/image/deep/edited-in-bytes", test_edited_in_bytes);
}
