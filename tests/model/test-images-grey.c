/* test-images-grey.c: grey photos stay grey, in the shades of their own profile
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdlib.h>
#include <string.h>

#include "ag-image.h"
#include "test-images.h"
#include "test-model.h"

#define WIDTH  24
#define HEIGHT 16
#define CORNER 8 /* pixels that are edited */
#define EDIT   20

static GBytes *
make_photo (gboolean jpeg, int depth, GBytes *icc)
{
  PngOptions png = { .type = PNG_COLOR_TYPE_GRAY, .depth = depth, .icc = icc };
  JpegOptions options = { .space = JCS_GRAYSCALE, .icc = icc };
  guint8 pixels[WIDTH * HEIGHT];
  int samples[WIDTH * HEIGHT];

  for (int i = 0; i < WIDTH * HEIGHT; i++)
    {
      samples[i] = (depth == 16 ? 257 : 1) * (i % WIDTH * 5 + i / WIDTH * 4 + 40);
      pixels[i] = (guint8) samples[i];
    }
  return jpeg ? make_jpeg (WIDTH, HEIGHT, 1, pixels, &options)
              : make_png (WIDTH, HEIGHT, 1, samples, &png);
}

/* The corner made brighter, its first number by @tint more. */
static AgImage *
edit (AgImage *photo, int tint)
{
  gboolean deep = photo->deep != NULL;
  gsize size;
  gconstpointer data = g_bytes_get_data (deep ? photo->deep : photo->pixels, &size);
  gpointer copy = g_memdup2 (data, size);
  guint8 *numbers = copy;
  guint16 *deep_numbers = copy;
  g_autoptr (GBytes) bytes = g_bytes_new_take (copy, size);

  for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
    if (i / 3 % WIDTH < CORNER && i / 3 / WIDTH < CORNER)
      {
        int more = EDIT + (i % 3 == 0 ? tint : 0);

        if (deep)
          deep_numbers[i] = (guint16) (deep_numbers[i] + more * 257);
        else
          numbers[i] = (guint8) (numbers[i] + more);
      }
  return deep ? ag_image_new_edited_deep (photo, bytes) : ag_image_new_edited (photo, bytes);
}

/* What libpng finds in a file: grey samples of either depth; FALSE if there are colours. */
static gboolean
read_png (GBytes *file, int *samples, GBytes **icc)
{
  png_structp png = png_create_read_struct (PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png_create_info_struct (png);
  FILE *stream = fmemopen ((gpointer) g_bytes_get_data (file, NULL), g_bytes_get_size (file), "rb");
  png_charp name;
  png_bytep profile;
  png_uint_32 size;
  int method;
  gboolean grey;

  png_init_io (png, stream);
  png_read_png (png, info, PNG_TRANSFORM_IDENTITY, NULL);
  grey = png_get_color_type (png, info) == PNG_COLOR_TYPE_GRAY;
  *icc =
    png_get_iCCP (png, info, &name, &method, &profile, &size) ? g_bytes_new (profile, size) : NULL;
  for (int i = 0; grey && i < WIDTH * HEIGHT; i++)
    {
      const guint8 *row = png_get_rows (png, info)[i / WIDTH];
      int x = i % WIDTH;

      samples[i] = png_get_bit_depth (png, info) == 16 ? row[2 * x] * 256 + row[2 * x + 1] : row[x];
    }
  png_destroy_read_struct (&png, &info, NULL);
  fclose (stream);
  return grey;
}

/* Likewise libjpeg. */
static gboolean
read_jpeg (GBytes *file, int *samples, GBytes **icc)
{
  struct jpeg_decompress_struct cinfo;
  struct jpeg_error_mgr errors;
  JOCTET *profile;
  unsigned int size;
  gboolean grey;

  cinfo.err = jpeg_std_error (&errors);
  jpeg_create_decompress (&cinfo);
  jpeg_mem_src (&cinfo, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  jpeg_save_markers (&cinfo, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header (&cinfo, TRUE);
  *icc = NULL;
  if (jpeg_read_icc_profile (&cinfo, &profile, &size))
    {
      *icc = g_bytes_new (profile, size);
      free (profile);
    }
  grey = cinfo.num_components == 1;
  jpeg_start_decompress (&cinfo);
  while (cinfo.output_scanline < cinfo.output_height)
    {
      guint8 row[WIDTH * 3];
      JSAMPROW rows = row;
      int *out = samples + cinfo.output_scanline * WIDTH;

      jpeg_read_scanlines (&cinfo, &rows, 1);
      for (int x = 0; grey && x < WIDTH; x++)
        out[x] = row[x];
    }
  jpeg_finish_decompress (&cinfo);
  jpeg_destroy_decompress (&cinfo);
  return grey;
}

static void
assert_same_profile (GBytes *icc, GBytes *saved)
{
  g_assert_true (icc ? saved && g_bytes_equal (icc, saved) : saved == NULL);
}

/* Edited and saved as PNG and JPEG: samples outside of the corner are the file's own, those in it
 * are seen by as much brighter as they were made. */
static void
check_photo (GBytes *bytes, gboolean from_jpeg, GBytes *icc)
{
  g_autoptr (AgImage) photo = ag_image_load_bytes (bytes, "photo", NULL);
  g_autoptr (AgImage) edited = edit (photo, 0), coloured = edit (photo, 40);
  int before[WIDTH * HEIGHT], after[WIDTH * HEIGHT];
  GBytes *profile;

  g_assert_true ((from_jpeg ? read_jpeg : read_png) (bytes, before, &profile));
  g_clear_pointer (&profile, g_bytes_unref);
  for (int to_jpeg = 0; to_jpeg < 2; to_jpeg++)
    {
      const char *name = to_jpeg ? "grey.jpg" : "grey.png";
      g_autoptr (GBytes) file = ag_image_encode (edited, name, 100, NULL, NULL);
      g_autoptr (GBytes) colours = ag_image_encode (coloured, name, 100, NULL, NULL);
      g_autoptr (AgImage) again = ag_image_load_bytes (file, name, NULL);
      int range = !to_jpeg && photo->deep ? 1 : photo->deep ? 257 : 1;

      g_assert_true ((to_jpeg ? read_jpeg : read_png) (file, after, &profile));
      assert_same_profile (icc, profile);
      g_clear_pointer (&profile, g_bytes_unref);
      for (int i = 0; i < WIDTH * HEIGHT; i++)
        {
          gboolean inside = i % WIDTH < CORNER && i / WIDTH < CORNER;
          int seen = ag_image_get_pixels (again)[3 * i];
          int expected = ag_image_get_pixels (photo)[3 * i] + (inside ? EDIT : 0);

          if (!to_jpeg && !inside)
            g_assert_cmpint (after[i], ==, before[i]);
          else if (!inside && (i % WIDTH >= 2 * CORNER || i / WIDTH >= CORNER))
            g_assert_cmpint (abs (after[i] * range - before[i]), <=, 2 * range);
          g_assert_cmpint (abs (seen - expected), <=, 4);
        }
      /* An edit with colours needs a picture that has them, without the profile for grey. */
      g_assert_false ((to_jpeg ? read_jpeg : read_png) (colours, after, &profile));
      g_assert_null (profile);
    }
}

static void
test_grey (void)
{
  g_autoptr (GBytes) icc = make_grey_profile ();

  for (int i = 0; i < 2; i++)
    {
      GBytes *profile = i ? icc : NULL;
      g_autoptr (GBytes) jpeg = make_photo (TRUE, 8, profile);
      g_autoptr (GBytes) png = make_photo (FALSE, 8, profile);
      g_autoptr (GBytes) deep = make_photo (FALSE, 16, profile);

      check_photo (jpeg, TRUE, profile);
      check_photo (png, FALSE, profile);
      check_photo (deep, FALSE, profile);
    }
}

void
add_image_grey_tests (void)
{
  g_test_add_func ("/image/grey", test_grey);
}
