/* test-patch.c: putting a difference back into a photo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-mask.h"
#include "ag-patch.h"
#include "painted.h"

#define SIZE 32

static const AgAlignment turned = { 60.3, 20.7, 110, 31 };

/* A smooth hill of up to a fifth of the range, different in each channel. */
static float *
hill (void)
{
  float *difference = g_new (float, SIZE *SIZE * 3);

  for (int j = 0; j < SIZE; j++)
    for (int i = 0; i < SIZE; i++)
      for (int c = 0; c < 3; c++)
        difference[(j * SIZE + i) * 3 + c] =
          (float) (0.2 * sin (G_PI * (i + 0.5) / SIZE) * sin (G_PI * (j + 0.5) / SIZE) *
                   (c == 1 ? -0.5 : 1));
  return difference;
}

static void
test_zero_is_the_photo (void)
{
  g_autoptr (AgImage) photo = painted_noise (200, 160);
  g_autofree float *zero = g_new0 (float, SIZE *SIZE * 3);
  g_autoptr (AgImage) result = ag_patch_apply (photo, &turned, zero, SIZE, NULL);

  g_assert_true (result == photo);
}

static void
test_outside_is_untouched (void)
{
  g_autoptr (AgImage) photo = painted_noise (200, 160);
  g_autofree float *difference = g_new (float, SIZE *SIZE * 3);
  g_autoptr (AgImage) result = NULL;
  int changed = 0;

  for (int i = 0; i < SIZE * SIZE * 3; i++)
    difference[i] = 0.3f;
  result = ag_patch_apply (photo, &turned, difference, SIZE, NULL);
  for (int y = 0; y < 160; y++)
    for (int x = 0; x < 200; x++)
      {
        const guint8 *p = ag_image_get_pixels (photo) + (y * 200 + x) * 3;
        const guint8 *q = ag_image_get_pixels (result) + (y * 200 + x) * 3;
        double u, v;

        ag_alignment_to_square (&turned, x + 0.5, y + 0.5, &u, &v);
        if (u <= 0 || u >= 1 || v <= 0 || v >= 1)
          g_assert_cmpmem (p, 3, q, 3);
        else if (MIN (MIN (u, 1 - u), MIN (v, 1 - v)) > AG_PATCH_FEATHER + 0.01)
          for (int c = 0; c < 3; c++)
            g_assert_cmpint (q[c], ==, MIN (255, p[c] + 77)); /* 0.3 · 256 = 76.8 */
        changed += memcmp (p, q, 3) != 0;
      }
  g_assert_cmpint (changed, >, 8000);
}

/* In the middle, away from the fade, the photo changes by the difference at that place. */
static void
test_is_added_where_it_belongs (void)
{
  g_autoptr (AgImage) photo = painted_ramp (200, 160);
  g_autofree float *difference = hill ();
  g_autoptr (AgImage) result = ag_patch_apply (photo, &turned, difference, SIZE, NULL);

  for (int y = 0; y < 160; y++)
    for (int x = 0; x < 200; x++)
      {
        double u, v, expected;
        int i = (y * 200 + x) * 3, before, after;

        ag_alignment_to_square (&turned, x + 0.5, y + 0.5, &u, &v);
        if (MIN (MIN (u, 1 - u), MIN (v, 1 - v)) < AG_PATCH_FEATHER + 0.01)
          continue;
        expected = 256 * 0.2 * sin (G_PI * u) * sin (G_PI * v);
        before = ag_image_get_pixels (photo)[i + 1];
        after = ag_image_get_pixels (result)[i + 1];
        g_assert_cmpfloat_with_epsilon (after, MAX (0, before - 0.5 * expected), 0.8);
      }
}

/* A face smaller than the model's picture: differences are averaged, not picked. */
static void
test_small_face (void)
{
  g_autoptr (AgImage) photo = painted_ramp (64, 64);
  const AgAlignment small = { 20, 20, 16, 0 };
  g_autofree float *difference = g_new (float, 64 * 64 * 3);
  g_autoptr (AgImage) result = NULL;

  /* Stripes one pixel wide cancel. */
  for (int i = 0; i < 64 * 64; i++)
    for (int c = 0; c < 3; c++)
      difference[3 * i + c] = i % 2 ? 0.4f : -0.4f;
  result = ag_patch_apply (photo, &small, difference, 64, NULL);
  for (int i = 0; i < 64 * 64 * 3; i++)
    g_assert_cmpint (ABS (ag_image_get_pixels (result)[i] - ag_image_get_pixels (photo)[i]), <=, 4);
}

static void
test_not_finite (void)
{
  g_autoptr (AgImage) photo = painted_noise (100, 100);
  const AgAlignment square = { 10, 10, 80, 0 };
  g_autofree float *difference = g_new (float, SIZE *SIZE * 3);
  g_autoptr (AgImage) result = NULL;

  for (int i = 0; i < SIZE * SIZE * 3; i++)
    difference[i] = i % 3 == 0 ? NAN : i % 3 == 1 ? 1e30f : -INFINITY;
  result = ag_patch_apply (photo, &square, difference, SIZE, NULL);
  for (int i = 0; i < 100 * 100; i++)
    {
      const guint8 *p = ag_image_get_pixels (photo) + 3 * i;
      const guint8 *q = ag_image_get_pixels (result) + 3 * i;

      g_assert_cmpint (q[0], ==, p[0]);
      g_assert_cmpint (q[2], ==, p[2]);
    }
  g_assert_cmpint (ag_image_get_pixels (result)[(50 * 100 + 50) * 3 + 1], ==, 255);
}

static void
test_square_beyond_the_photo (void)
{
  g_autoptr (AgImage) photo = painted_noise (50, 50);
  const AgAlignment squares[] = { { -40, -40, 200, 30 }, { 500, 500, 20, 0 }, { -30, 10, 40, 0 } };
  g_autofree float *difference = hill ();

  for (gsize i = 0; i < G_N_ELEMENTS (squares); i++)
    {
      g_autoptr (AgImage) result = ag_patch_apply (photo, &squares[i], difference, SIZE, NULL);

      g_assert_cmpint (result->width, ==, 50);
    }
}

static void
test_view_of_photo (void)
{
  g_autoptr (AgImage) photo = painted_noise (120, 90);
  g_autoptr (AgPatchView) same = ag_patch_view_new (photo, &turned, 0, 0, 1, 120, 90);
  g_autoptr (AgPatchView) part = ag_patch_view_new (photo, &turned, 30, 20, 1, 40, 30);
  g_autoptr (AgPatchView) beyond = ag_patch_view_new (photo, &turned, -10, 0, 1, 40, 30);
  g_autoptr (GBytes) all = ag_patch_view_render (same, NULL, 0, NULL);
  g_autoptr (GBytes) some = ag_patch_view_render (part, NULL, 0, NULL);
  g_autoptr (GBytes) border = ag_patch_view_render (beyond, NULL, 0, NULL);
  const guint8 *pixels = ag_image_get_pixels (photo);

  g_assert_cmpmem (g_bytes_get_data (all, NULL), g_bytes_get_size (all), pixels, 120 * 90 * 3);
  for (int y = 0; y < 30; y++)
    {
      g_assert_cmpmem ((const guint8 *) g_bytes_get_data (some, NULL) + y * 40 * 3, 40 * 3,
                       pixels + ((20 + y) * 120 + 30) * 3, 40 * 3);
      g_assert_cmpmem ((const guint8 *) g_bytes_get_data (border, NULL) + (y * 40 + 10) * 3, 30 * 3,
                       pixels + y * 120 * 3, 30 * 3);
      g_assert_cmpint (((const guint8 *) g_bytes_get_data (border, NULL))[y * 40 * 3], ==, 255);
    }
}

/* Larger or smaller, a ramp stays the ramp it was. */
static void
test_view_scales (void)
{
  g_autoptr (AgImage) photo = painted_ramp (400, 300);
  const double scales[] = { 0.13, 0.5, 0.77, 1.6, 3 };

  for (gsize s = 0; s < G_N_ELEMENTS (scales); s++)
    {
      g_autoptr (AgPatchView) view =
        ag_patch_view_new (photo, &turned, 50.4, 33.3, scales[s], 30, 20);
      g_autoptr (GBytes) bytes = ag_patch_view_render (view, NULL, 0, NULL);
      const guint8 *pixels = g_bytes_get_data (bytes, NULL);

      for (int y = 0; y < 20; y++)
        for (int x = 0; x < 30; x++)
          {
            double px = 50.4 + (x + 0.5) / scales[s], py = 33.3 + (y + 0.5) / scales[s];

            g_assert_cmpfloat_with_epsilon (pixels[(y * 30 + x) * 3], px * 255 / 400, 1.01);
            g_assert_cmpfloat_with_epsilon (pixels[(y * 30 + x) * 3 + 1], py * 255 / 300, 1.01);
          }
    }
}

/* What is shown is what is exported. */
static void
test_view_agrees_with_export (void)
{
  g_autoptr (AgImage) photo = painted_ramp (200, 160);
  g_autofree float *difference = hill ();
  g_autoptr (AgImage) exported = ag_patch_apply (photo, &turned, difference, SIZE, NULL);
  g_autoptr (AgPatchView) view = ag_patch_view_new (photo, &turned, 0, 0, 1, 200, 160);
  g_autoptr (GBytes) shown = ag_patch_view_render (view, difference, SIZE, NULL);
  const guint8 *pixels = g_bytes_get_data (shown, NULL);

  g_assert_cmpint (ag_patch_view_get_width (view), ==, 200);
  g_assert_cmpint (ag_patch_view_get_height (view), ==, 160);
  for (int i = 0; i < 200 * 160 * 3; i++)
    g_assert_cmpint (ABS (pixels[i] - ag_image_get_pixels (exported)[i]), <=, 1);
}

/* A photo of 16 bits is edited in 16 bits. */
static void
test_deep (void)
{
  g_autoptr (AgImage) photo = painted_noise (200, 160);
  g_autofree float *difference = hill ();
  g_autoptr (AgImage) result = NULL;
  guint16 *words = g_new (guint16, 200 * 160 * 3);
  const guint16 *edited;
  int n_between = 0;

  for (int i = 0; i < 200 * 160 * 3; i++)
    words[i] = (guint16) (20000 + 100 * ag_image_get_pixels (photo)[i]);
  photo->deep = g_bytes_new_take (words, 200 * 160 * 6);
  result = ag_patch_apply (photo, &turned, difference, SIZE, NULL);
  edited = g_bytes_get_data (result->deep, NULL);
  for (int y = 0; y < 160; y++)
    for (int x = 0; x < 200; x++)
      {
        const int i = (y * 200 + x) * 3;
        double u, v;

        ag_alignment_to_square (&turned, x + 0.5, y + 0.5, &u, &v);
        if (u <= 0 || u >= 1 || v <= 0 || v >= 1)
          g_assert_cmpmem (words + i, 6, edited + i, 6);
        else if (MIN (MIN (u, 1 - u), MIN (v, 1 - v)) > AG_PATCH_FEATHER + 0.01)
          {
            double expected = 65792 * 0.2 * sin (G_PI * u) * sin (G_PI * v);

            /* An eighth of what a byte is. */
            g_assert_cmpfloat_with_epsilon (edited[i] - words[i], expected, 32);
            n_between += (edited[i] - words[i]) % 257 != 0;
          }
        g_assert_cmpint (ag_image_get_pixels (result)[i], ==, (int) lround (edited[i] / 257.0));
      }
  g_assert_cmpint (n_between, >, 1000);
}

/* The mask's edge is as sharp in a large photo as the mask is, however coarse the model. */
static void
test_mask (void)
{
  enum
  {
    WIDTH = 1700,
    HEIGHT = 60,
    PIXEL = 1600 / AG_MASK_SIZE + 1
  };
  const AgAlignment large = { 50, -770, 1600, 0 };
  g_autoptr (AgImage) photo = painted_ramp (WIDTH, HEIGHT);
  g_autofree float *difference = g_new (float, SIZE *SIZE * 3);
  guint8 *bytes = g_malloc0 (AG_MASK_BYTES);
  g_autoptr (GBytes) mask = g_bytes_new_take (bytes, AG_MASK_BYTES);
  g_autoptr (AgImage) all = NULL, part = NULL;
  g_autoptr (AgPatchView) view =
    ag_patch_view_new (photo, &large, 0, 0, 0.5, WIDTH / 2, HEIGHT / 2);
  g_autoptr (GBytes) shown = NULL;

  for (int i = 0; i < SIZE * SIZE * 3; i++)
    difference[i] = -0.1f;
  for (int i = 0; i < AG_MASK_BYTES; i++)
    bytes[i] = i % AG_MASK_SIZE < AG_MASK_SIZE / 2 ? 255 : 0;
  all = ag_patch_apply (photo, &large, difference, SIZE, NULL);
  part = ag_patch_apply (photo, &large, difference, SIZE, mask);
  shown = ag_patch_view_render (view, difference, SIZE, mask);
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH; x++)
      {
        const gsize i = (gsize) (y * WIDTH + x) * 3;

        if (x < 850 - PIXEL)
          g_assert_cmpmem (ag_image_get_pixels (part) + i, 3, ag_image_get_pixels (all) + i, 3);
        else if (x > 850 + PIXEL)
          g_assert_cmpmem (ag_image_get_pixels (part) + i, 3, ag_image_get_pixels (photo) + i, 3);
      }
  /* The same half as large, where it is seen while somebody paints. */
  for (int x = 0; x < WIDTH / 2; x++)
    if (x < 425 - 2 * PIXEL || x > 425 + 2 * PIXEL)
      g_assert_cmpint (
        ABS (((const guint8 *) g_bytes_get_data (shown, NULL))[(15 * (WIDTH / 2) + x) * 3] -
             ag_image_get_pixels (part)[(30 * WIDTH + 2 * x) * 3]),
        <=, 2);

  /* All of it is the same as no mask. */
  memset (bytes, 255, AG_MASK_BYTES);
  {
    g_autoptr (AgImage) whole = ag_patch_apply (photo, &large, difference, SIZE, mask);

    g_assert_true (g_bytes_equal (whole->pixels, all->pixels));
  }
}

void
add_patch_tests (void)
{
  g_test_add_func ("/face/patch/deep", test_deep);
  g_test_add_func ("/face/patch/mask", test_mask);
  g_test_add_func ("/face/patch/zero-is-the-photo", test_zero_is_the_photo);
  g_test_add_func ("/face/patch/outside-is-untouched", test_outside_is_untouched);
  g_test_add_func ("/face/patch/added-where-it-belongs", test_is_added_where_it_belongs);
  g_test_add_func ("/face/patch/small-face", test_small_face);
  g_test_add_func ("/face/patch/not-finite", test_not_finite);
  g_test_add_func ("/face/patch/square-beyond-the-photo", test_square_beyond_the_photo);
  g_test_add_func ("/face/patch/view-of-photo", test_view_of_photo);
  g_test_add_func ("/face/patch/view-scales", test_view_scales);
  g_test_add_func ("/face/patch/view-agrees-with-export", test_view_agrees_with_export);
}
