/* test-covariates.c: what else images differ in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-covariates.h"

#include "test-dataset.h"
#include "test-images.h"

#define SIZE 32

/* Red rises from left to right, green from top to bottom; a blue square in the upper left corner.
 */
static AgImage *
draw (void)
{
  guint8 *bytes = g_new0 (guint8, SIZE * SIZE * 3);
  g_autoptr (GBytes) pixels = g_bytes_new_take (bytes, SIZE * SIZE * 3);

  for (int y = 0; y < SIZE; y++)
    for (int x = 0; x < SIZE; x++)
      {
        guint8 *pixel = bytes + (y * SIZE + x) * 3;

        pixel[0] = (guint8) (8 * x);
        pixel[1] = (guint8) (8 * y);
        pixel[2] = x < 5 && y < 3 ? 255 : 0;
      }
  return ag_image_new (SIZE, SIZE, pixels);
}

static AgDataset *
load (const char *folder)
{
  g_autoptr (GError) error = NULL;
  AgDataset *dataset = test_load (folder, SIZE, &error);

  g_assert_no_error (error);
  return dataset;
}

/* Means by the formula for a ramp: half of its ends' sum. */
static void
test_colours (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgImage) image = draw ();
  g_autoptr (AgDataset) dataset = NULL;
  g_autoptr (AgCovariates) covariates = NULL;
  double out[AG_MAX_COVARIATES];
  const double unit = 8 / 255.0;

  test_save (folder, "one.png", image);
  dataset = load (folder);
  covariates = ag_covariates_new (dataset, TRUE);
  g_assert_cmpuint (covariates->n, ==, AG_N_COVARIATE_COLOURS);
  ag_covariates_get (covariates, dataset, 0, out);
  g_assert_cmpfloat_with_epsilon (out[0], 15.5 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[1], 15.5 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[2], 15.0 / (SIZE * SIZE), 1e-6);
  /* The corners: 5 × 3 pixels. */
  g_assert_cmpfloat_with_epsilon (out[3], 2 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[4], 1 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[5], 1, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[6], 29 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[7], 1 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[8], 0, 1e-6);
  /* The sides: 3 × 12 pixels from the 10th row on. */
  g_assert_cmpfloat_with_epsilon (out[9], 1 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[10], 15.5 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[12], 30 * unit, 1e-6);
  g_assert_cmpfloat_with_epsilon (out[13], 15.5 * unit, 1e-6);
  test_folder_free (folder);
}

/* Sources are told by the letters names begin with; the last follows from the others. */
static void
test_groups (void)
{
  static const char *const names[] = { "b_1.png", "a_1.png", "c1.png", "a_2.png", "7.png" };
  static const int groups[] = { 0, 0, 1, 2, -1 }; /* of 7, a_1, a_2, b_1, c1, in that order */
  char *folder = test_folder_new ();
  g_autoptr (AgDataset) dataset = NULL;
  g_autoptr (AgCovariates) covariates = NULL;
  double out[AG_MAX_COVARIATES];

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (AgImage) face = test_draw_face ((int) i, FALSE, SIZE, SIZE);

      test_save (folder, names[i], face);
    }
  dataset = load (folder);
  covariates = ag_covariates_new (dataset, FALSE);
  g_assert_cmpuint (covariates->n, ==, 3 + 2);
  g_assert_cmpint (covariates->group[0], ==, -1);
  for (int i = 1; i < 5; i++)
    {
      g_assert_cmpint (covariates->group[i], ==, groups[i - 1]);
      ag_covariates_get (covariates, dataset, i, out);
      g_assert_cmpfloat (out[3], ==, groups[i - 1] == 0);
      g_assert_cmpfloat (out[4], ==, groups[i - 1] == 1);
    }
  test_folder_free (folder);
}

void
test_covariates_add (void)
{
  g_test_add_func ("/dataset/covariates/colours", test_colours);
  g_test_add_func ("/dataset/covariates/groups", test_groups);
}
