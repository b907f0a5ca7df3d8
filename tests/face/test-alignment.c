/* test-alignment.c: where the face square lies, and cutting it out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-alignment.h"
#include "painted.h"

static void
test_eyes (void)
{
  const AgEyes eyes = { 310.5, 220.25, 402, 251 };
  AgAlignment alignment;
  AgEyes again;
  double u, v, x, y;

  g_assert_true (ag_alignment_from_eyes (&eyes, &alignment));
  ag_alignment_to_square (&alignment, eyes.left_x, eyes.left_y, &u, &v);
  g_assert_cmpfloat_with_epsilon (u, 47 / 128.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (v, 60 / 128.0, 1e-12);
  ag_alignment_to_square (&alignment, eyes.right_x, eyes.right_y, &u, &v);
  g_assert_cmpfloat_with_epsilon (u, 81 / 128.0, 1e-12);
  g_assert_cmpfloat_with_epsilon (v, 60 / 128.0, 1e-12);
  ag_alignment_get_eyes (&alignment, &again);
  g_assert_cmpfloat_with_epsilon (again.left_x, eyes.left_x, 1e-9);
  g_assert_cmpfloat_with_epsilon (again.left_y, eyes.left_y, 1e-9);
  g_assert_cmpfloat_with_epsilon (again.right_x, eyes.right_x, 1e-9);
  g_assert_cmpfloat_with_epsilon (again.right_y, eyes.right_y, 1e-9);
  g_assert_cmpfloat_with_epsilon (ag_alignment_get_side (&alignment),
                                  hypot (91.5, 30.75) * 128 / 34, 1e-9);
  /* There and back. */
  ag_alignment_to_photo (&alignment, 0.2, 0.9, &x, &y);
  ag_alignment_to_square (&alignment, x, y, &u, &v);
  g_assert_cmpfloat_with_epsilon (u, 0.2, 1e-12);
  g_assert_cmpfloat_with_epsilon (v, 0.9, 1e-12);
}

static void
test_impossible_eyes (void)
{
  const AgEyes impossible[] = {
    { 10, 10, 10, 10.2 },
    { NAN, 0, 1, 1 },
    { 0, 0, INFINITY, 0 },
    { 0, 0, 1e9, 0 },
  };
  AgAlignment alignment = { 1, 2, 3, 4 };

  for (gsize i = 0; i < G_N_ELEMENTS (impossible); i++)
    g_assert_false (ag_alignment_from_eyes (&impossible[i], &alignment));
  g_assert_cmpfloat (alignment.ux, ==, 3);
}

static void
test_outside (void)
{
  const AgAlignment inside = { 10, 10, 50, 0 }, half = { -25, 10, 50, 0 };
  const AgAlignment away = { 300, 10, 50, 0 };
  /* A square on its corner around the photo's left edge: half of it is out. */
  const AgAlignment turned = { 0, 20, 30, 30 };

  g_assert_cmpfloat_with_epsilon (ag_alignment_get_outside (&inside, 100, 100), 0, 1e-12);
  g_assert_cmpfloat_with_epsilon (ag_alignment_get_outside (&half, 100, 100), 0.5, 1e-12);
  g_assert_cmpfloat_with_epsilon (ag_alignment_get_outside (&away, 100, 100), 1, 1e-12);
  g_assert_cmpfloat_with_epsilon (ag_alignment_get_outside (&turned, 100, 100), 0.5, 1e-12);
}

/* A linear ramp is reproduced by every step of the resampling, however turned and scaled. */
static void
test_crop_of_ramp (void)
{
  const struct
  {
    double angle, side;
    int size;
  } cases[] = {
    { 0.3, 40, 64 }, { -0.5, 300, 64 }, { 1.2, 200, 50 }, { 0.01, 64, 64 }, { 3.0, 350, 16 }
  };
  g_autoptr (AgImage) photo = painted_ramp (600, 500);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      double side = cases[i].side, angle = cases[i].angle;
      int size = cases[i].size;
      AgAlignment alignment = { .ux = side * cos (angle), .uy = side * sin (angle) };
      g_autoptr (AgImage) crop = NULL;

      alignment.x = 301 - 0.5 * (alignment.ux - alignment.uy);
      alignment.y = 247 - 0.5 * (alignment.uy + alignment.ux);
      crop = ag_alignment_crop (&alignment, photo, size);
      g_assert_cmpint (crop->width, ==, size);
      g_assert_cmpint (crop->height, ==, size);
      for (int j = 0; j < size; j++)
        for (int k = 0; k < size; k++)
          {
            const guint8 *p = ag_image_get_pixels (crop) + (j * size + k) * 3;
            double x, y;

            ag_alignment_to_photo (&alignment, (k + 0.5) / size, (j + 0.5) / size, &x, &y);
            g_assert_cmpfloat_with_epsilon (p[0], x * 255 / 600, 1.01);
            g_assert_cmpfloat_with_epsilon (p[1], y * 255 / 500, 1.01);
            g_assert_cmpint (p[2], ==, 77);
          }
    }
}

/* Beyond the border the photo is mirrored. */
static void
test_crop_reflects (void)
{
  g_autoptr (AgImage) photo = painted_ramp (200, 200);
  const AgAlignment alignment = { -60.5, 40, 100, 0 };
  g_autoptr (AgImage) crop = ag_alignment_crop (&alignment, photo, 50);

  for (int k = 0; k < 50; k++)
    {
      const guint8 *p = ag_image_get_pixels (crop) + (25 * 50 + k) * 3;
      double x = fabs (-60.5 + (k + 0.5) * 2);

      /* At the fold itself the ramp has a kink that resampling rounds off. */
      if (x > 3)
        g_assert_cmpfloat_with_epsilon (p[0], x * 255 / 200, 1.5);
    }
}

/* A square far outside any sense still gives a picture. */
static void
test_crop_far_outside (void)
{
  g_autoptr (AgImage) photo = painted_noise (30, 20);
  const AgAlignment alignment = { -1e5, 3e5, 2e5, -1e5 };
  g_autoptr (AgImage) crop = ag_alignment_crop (&alignment, photo, 16);

  g_assert_cmpint (crop->width, ==, 16);
}

static void
test_crop_of_whole_pixels (void)
{
  g_autoptr (AgImage) photo = painted_noise (90, 70);
  g_autoptr (AgImage) fitted = ag_image_fit (photo, 32, 32);
  g_autoptr (AgImage) crop = NULL, same = NULL;
  AgAlignment alignment;

  ag_alignment_from_centre (90, 70, &alignment);
  g_assert_cmpfloat (alignment.x, ==, 10);
  crop = ag_alignment_crop (&alignment, photo, 32);
  g_assert_cmpmem (ag_image_get_pixels (crop), 32 * 32 * 3, ag_image_get_pixels (fitted),
                   32 * 32 * 3);
  same = ag_alignment_crop (&alignment, photo, 70);
  for (int y = 0; y < 70; y++)
    g_assert_cmpmem (ag_image_get_pixels (same) + y * 70 * 3, 70 * 3,
                     ag_image_get_pixels (photo) + (y * 90 + 10) * 3, 70 * 3);
}

void
add_alignment_tests (void)
{
  g_test_add_func ("/face/alignment/eyes", test_eyes);
  g_test_add_func ("/face/alignment/impossible-eyes", test_impossible_eyes);
  g_test_add_func ("/face/alignment/outside", test_outside);
  g_test_add_func ("/face/alignment/crop-of-ramp", test_crop_of_ramp);
  g_test_add_func ("/face/alignment/crop-reflects", test_crop_reflects);
  g_test_add_func ("/face/alignment/crop-far-outside", test_crop_far_outside);
  g_test_add_func ("/face/alignment/crop-of-whole-pixels", test_crop_of_whole_pixels);
}
