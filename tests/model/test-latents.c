/* test-latents.c: latents and value images as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-latents-file.h"
#include "test-model.h"

static const AgGlowConfig config = {
  .image_height = 8,
  .image_width = 4,
  .channels = 3,
  .levels = 2,
  .depth = 1,
  .width = 2,
  .coupling = AG_COUPLING_ADDITIVE,
  .permutation = AG_PERMUTATION_CONV,
  .n_bits = 8,
};

enum
{
  N = 3,
  DIMS = 8 * 4 * 3
};

static float *
count_up (void)
{
  float *values = g_new (float, N *DIMS);
  for (int i = 0; i < N * DIMS; i++)
    values[i] = (float) i;
  return values;
}

static void
test_latents (void)
{
  g_autoptr (GFile) file = new_test_file ("latents.safetensors");
  g_autofree float *eps = count_up ();
  g_autofree float *loaded = NULL, *low = NULL, *numbers = NULL;
  g_autofree double *bits = NULL;
  const double expected[N] = { 1.5, 2.5, -3 };
  g_autoptr (AgSafetensors) read = NULL;
  const AgSafetensor *tensor;
  GError *error = NULL;
  int n;

  g_assert_true (ag_latents_save (file, &config, N, eps, NULL, expected, &error));
  loaded = ag_latents_load (file, &config, &n, &low, &bits, &error);
  g_assert_no_error (error);
  g_assert_null (low);
  g_assert_cmpint (n, ==, N);
  g_assert_cmpmem (loaded, N * DIMS * sizeof *loaded, eps, N * DIMS * sizeof *eps);
  g_assert_cmpmem (bits, sizeof expected, expected, sizeof expected);

  /* In the file: [N,C,H,W]. Level 0 is 4 by 2 with 6 of 12 channels, level 1 is 2 by 1 with 24. */
  read = ag_safetensors_open (file, NULL);
  tensor = ag_safetensors_find (read, "eps.1");
  g_assert_cmpint (tensor->dims[0], ==, N);
  g_assert_cmpint (tensor->dims[1], ==, 24);
  g_assert_cmpint (tensor->dims[2], ==, 2);
  g_assert_cmpint (tensor->dims[3], ==, 1);
  numbers = g_new (float, tensor->count);
  ag_safetensor_read_float (tensor, numbers);
  for (int i = 0; i < N; i++)
    for (int c = 0; c < 24; c++)
      for (int y = 0; y < 2; y++)
        g_assert_true (numbers[(i * 24 + c) * 2 + y] ==
                       (float) (i * DIMS + 4 * 2 * 6 + y * 24 + c));
}

/* What rounding took lies beside the latents, fits them, and is not needed. */
static void
test_low (void)
{
  g_autoptr (GFile) file = new_test_file ("latents.safetensors");
  g_autofree float *eps = count_up (), *low = count_up ();
  g_autofree float *loaded = NULL, *loaded_low = NULL, *alone = NULL;
  g_autoptr (AgSafetensors) read = NULL;
  const double bits[N] = { 0 };
  GError *error = NULL;
  int n;

  for (int i = 0; i < N * DIMS; i++)
    low[i] /= -1e9f;
  g_assert_true (ag_latents_save (file, &config, N, eps, low, bits, &error));
  loaded = ag_latents_load (file, &config, &n, &loaded_low, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (loaded, N * DIMS * sizeof *loaded, eps, N * DIMS * sizeof *eps);
  g_assert_cmpmem (loaded_low, N * DIMS * sizeof *loaded_low, low, N * DIMS * sizeof *low);
  alone = ag_latents_load (file, &config, &n, NULL, NULL, &error);
  g_assert_cmpmem (alone, N * DIMS * sizeof *alone, eps, N * DIMS * sizeof *eps);
  read = ag_safetensors_open (file, NULL);
  g_assert_nonnull (ag_safetensors_find (read, "low.1"));

  low[7] = INFINITY;
  g_clear_pointer (&loaded_low, g_free);
  g_assert_true (ag_latents_save (file, &config, N, eps, low, bits, NULL));
  g_assert_null (ag_latents_load (file, &config, &n, &loaded_low, NULL, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, file,
                      "low.0");
  g_assert_null (loaded_low);
}

static void
test_values (void)
{
  g_autoptr (GFile) file = new_test_file ("image.safetensors");
  g_autofree float *values = count_up ();
  g_autofree float *loaded = NULL;
  int n;

  g_assert_true (ag_values_save (file, &config, N, values, NULL));
  loaded = ag_values_load (file, &config, &n, NULL);
  g_assert_cmpint (n, ==, N);
  g_assert_cmpmem (loaded, N * DIMS * sizeof *loaded, values, N * DIMS * sizeof *values);
}

static void
test_misfits (void)
{
  g_autoptr (GFile) file = new_test_file ("misfit.safetensors");
  g_autofree float *values = count_up ();
  const double bits[N] = { 0 };
  AgGlowConfig other = config;
  GError *error = NULL;
  int n;

  g_assert_true (ag_latents_save (file, &config, N, values, NULL, bits, NULL));
  other.levels = 1;
  g_assert_null (ag_latents_load (file, &other, &n, NULL, NULL, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, file,
                      "shape");
  g_assert_null (ag_values_load (file, &config, &n, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, file,
                      "image");
  values[5] = NAN;
  g_assert_true (ag_latents_save (file, &config, N, values, NULL, bits, NULL));
  g_assert_null (ag_latents_load (file, &config, &n, NULL, NULL, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, file,
                      "not finite");
}

void
add_latents_tests (void)
{
  g_test_add_func ("/latents/latents", test_latents);
  g_test_add_func ("/latents/low", test_low);
  g_test_add_func ("/latents/values", test_values);
  g_test_add_func ("/latents/misfits", test_misfits);
}
