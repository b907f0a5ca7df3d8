/* test-batches.c: batches as functions of seed and step
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-batches.h"

#include <math.h>

#include "test-dataset.h"
#include "test-images.h"

#define SIZE     8
#define N_VALUES (SIZE * SIZE * 3)

static AgDataset *
make_dataset (int n)
{
  char *folder = test_folder_new ();
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (GError) error = NULL;
  AgDatasetOptions options;
  AgDataset *dataset;

  test_save_faces (folder, n, SIZE, SIZE);
  ag_dataset_options_init (&options);
  options.height = options.width = SIZE;
  options.held_out = 0;
  dataset = ag_dataset_load (file, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  test_folder_free (folder);
  return dataset;
}

static AgBatches *
make_batches (AgDataset *dataset, const AgBatchOptions *options)
{
  g_autoptr (GError) error = NULL;
  AgBatches *batches = ag_batches_new (dataset, options, &error);

  g_assert_no_error (error);
  return batches;
}

/* Every image once in each epoch, in another order each time, batches across the border. */
static void
test_epochs (void)
{
  const int n = 10, batch = 4, n_epochs = 6;
  g_autoptr (AgDataset) dataset = make_dataset (n);
  AgBatchOptions options = { .batch = batch, .n_bits = 8, .seed = 3 };
  g_autoptr (AgBatches) batches = make_batches (dataset, &options);
  int order[60], n_moved = 0;

  for (guint64 step = 0; step < 15; step++)
    {
      const AgBatch *got = ag_batches_get (batches, step);

      g_assert_cmpuint (got->step, ==, step);
      memcpy (order + step * 4, got->images, sizeof (int) * 4);
    }
  for (int epoch = 0; epoch < n_epochs; epoch++)
    {
      int seen[10] = { 0 };

      for (int i = 0; i < n; i++)
        {
          seen[order[epoch * n + i]]++;
          n_moved += epoch > 0 && order[epoch * n + i] != order[i];
        }
      for (int i = 0; i < n; i++)
        g_assert_cmpint (seen[i], ==, 1);
    }
  g_assert_cmpint (n_moved, >, 25);
}

static void
assert_same (const AgBatch *a, const AgBatch *b, int n)
{
  g_assert_cmpmem (a->images, sizeof (int) * (gsize) n, b->images, sizeof (int) * (gsize) n);
  g_assert_cmpmem (a->x, sizeof (ag_real) * (gsize) n * N_VALUES, b->x,
                   sizeof (ag_real) * (gsize) n * N_VALUES);
}

/* In any order, from any place, also back: a step has its one batch. */
static void
test_any_order (void)
{
  static const guint64 steps[] = { 7, 8, 3, 3, 4, 1000000, 0, 1, 2, 7 };
  g_autoptr (AgDataset) dataset = make_dataset (5);
  AgBatchOptions options = {
    .batch = 3, .n_bits = 5, .seed = 1, .flip = TRUE, .shift = 1, .brightness = 0.2
  };
  g_autoptr (AgBatches) jumping = make_batches (dataset, &options);

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (AgBatches) fresh = make_batches (dataset, &options);

      assert_same (ag_batches_get (jumping, steps[i]), ag_batches_get (fresh, steps[i]), 3);
    }
}

static void
test_seeds (void)
{
  g_autoptr (AgDataset) dataset = make_dataset (5);
  AgBatchOptions options = { .batch = 5, .n_bits = 8, .seed = 1 };
  g_autoptr (AgBatches) one = make_batches (dataset, &options);
  g_autoptr (AgBatches) other = NULL;
  const AgBatch *a = ag_batches_get (one, 0), *b;
  int n_equal = 0;

  options.seed = 2;
  other = make_batches (dataset, &options);
  b = ag_batches_get (other, 0);
  for (int i = 0; i < 5 * N_VALUES; i++)
    n_equal += a->x[i] == b->x[i];
  g_assert_cmpint (n_equal, <, 10);
}

/* Values are the bytes, reduced to the depth, plus noise that fills the step between two. */
static void
test_values (void)
{
  g_autoptr (AgDataset) dataset = make_dataset (4);

  for (int n_bits = 1; n_bits <= 8; n_bits++)
    {
      AgBatchOptions options = { .batch = 4, .n_bits = n_bits, .seed = 5 };
      g_autoptr (AgBatches) batches = make_batches (dataset, &options);
      const AgBatch *batch = ag_batches_get (batches, 2);
      double sum = 0, bins = 1 << n_bits;

      for (int i = 0; i < 4 * N_VALUES; i++)
        {
          const guint8 *bytes = ag_dataset_get_bytes (dataset, batch->images[i / N_VALUES]);
          double noise = (batch->x[i] + 0.5) * bins - (bytes[i % N_VALUES] >> (8 - n_bits));

          g_assert_cmpfloat (noise, >=, -1e-4);
          g_assert_cmpfloat (noise, <=, 1 + 1e-4);
          sum += noise;
        }
      /* A mean of 768 uniform numbers has a deviation of 0.0104. */
      g_assert_cmpfloat (fabs (sum / (4 * N_VALUES) - 0.5), <, 0.06);
    }
}

static gboolean
is_image (const ag_real *x, const guint8 *bytes, gboolean mirrored)
{
  for (int y = 0; y < SIZE; y++)
    for (int column = 0; column < SIZE; column++)
      for (int c = 0; c < 3; c++)
        {
          int from = mirrored ? SIZE - 1 - column : column;
          double noise =
            (x[(y * SIZE + column) * 3 + c] + 0.5) * 256 - bytes[(y * SIZE + from) * 3 + c];

          if (noise < -1e-3 || noise > 1 + 1e-3)
            return FALSE;
        }
  return TRUE;
}

static void
test_flips (void)
{
  g_autoptr (AgDataset) dataset = make_dataset (6);
  AgBatchOptions options = { .batch = 8, .n_bits = 8, .seed = 5, .flip = TRUE };
  g_autoptr (AgBatches) batches = make_batches (dataset, &options);
  int n_flipped = 0;

  for (guint64 step = 0; step < 50; step++)
    {
      const AgBatch *batch = ag_batches_get (batches, step);

      for (int i = 0; i < 8; i++)
        {
          const guint8 *bytes = ag_dataset_get_bytes (dataset, batch->images[i]);
          gboolean flipped = is_image (batch->x + i * N_VALUES, bytes, TRUE);

          g_assert_true (flipped || is_image (batch->x + i * N_VALUES, bytes, FALSE));
          n_flipped += flipped;
        }
    }
  /* 200 of 400 with a deviation of 10. */
  g_assert_cmpint (n_flipped, >, 150);
  g_assert_cmpint (n_flipped, <, 250);
}

/* Whether @x is @bytes moved by (dx, dy), edges repeated. */
static gboolean
is_moved (const ag_real *x, const guint8 *bytes, int dx, int dy)
{
  for (int i = 0; i < N_VALUES; i++)
    {
      int y = CLAMP (i / (SIZE * 3) - dy, 0, SIZE - 1);
      int column = CLAMP (i / 3 % SIZE - dx, 0, SIZE - 1);
      double noise = (x[i] + 0.5) * 256 - bytes[(y * SIZE + column) * 3 + i % 3];

      if (noise < -1e-3 || noise > 1 + 1e-3)
        return FALSE;
    }
  return TRUE;
}

static void
test_shifts (void)
{
  g_autoptr (AgDataset) dataset = make_dataset (6);
  AgBatchOptions options = { .batch = 8, .n_bits = 8, .seed = 5, .shift = 2 };
  g_autoptr (AgBatches) batches = make_batches (dataset, &options);
  int counts[5][5] = { 0 };

  for (guint64 step = 0; step < 40; step++)
    {
      const AgBatch *batch = ag_batches_get (batches, step);

      for (int i = 0; i < 8; i++)
        {
          const guint8 *bytes = ag_dataset_get_bytes (dataset, batch->images[i]);
          gboolean found = FALSE;

          for (int dy = -2; dy <= 2; dy++)
            for (int dx = -2; dx <= 2; dx++)
              if (is_moved (batch->x + i * N_VALUES, bytes, dx, dy))
                {
                  counts[dy + 2][dx + 2]++;
                  found = TRUE;
                }
          g_assert_true (found);
        }
    }
  for (int i = 0; i < 25; i++)
    g_assert_cmpint (counts[i / 5][i % 5], >, 0);
}

static void
test_brightness (void)
{
  g_autoptr (AgDataset) dataset = make_dataset (6);
  AgBatchOptions options = { .batch = 8, .n_bits = 8, .seed = 5, .brightness = 0.25 };
  g_autoptr (AgBatches) batches = make_batches (dataset, &options);
  double lowest = 2, highest = 0;

  for (guint64 step = 0; step < 40; step++)
    {
      const AgBatch *batch = ag_batches_get (batches, step);

      for (int i = 0; i < 8; i++)
        {
          const guint8 *bytes = ag_dataset_get_bytes (dataset, batch->images[i]);
          double sum = 0, sum_bytes = 0;

          for (int k = 0; k < N_VALUES; k++)
            if (bytes[k] < 200)
              {
                sum += (batch->x[i * N_VALUES + k] + 0.5) * 256 - 0.5;
                sum_bytes += bytes[k];
              }
          lowest = fmin (lowest, sum / sum_bytes);
          highest = fmax (highest, sum / sum_bytes);
        }
    }
  g_assert_cmpfloat (lowest, >, 0.73);
  g_assert_cmpfloat (lowest, <, 0.8);
  g_assert_cmpfloat (highest, <, 1.27);
  g_assert_cmpfloat (highest, >, 1.2);
}

static void
test_refuses (void)
{
  g_autoptr (AgDataset) dataset = make_dataset (2);
  AgBatchOptions options = { .batch = 0, .n_bits = 8 };
  g_autoptr (GError) error = NULL;

  g_assert_null (ag_batches_new (dataset, &options, &error));
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY);
}

void
test_batches_add (void)
{
  g_test_add_func ("/dataset/batches/epochs", test_epochs);
  g_test_add_func ("/dataset/batches/any-order", test_any_order);
  g_test_add_func ("/dataset/batches/seeds", test_seeds);
  g_test_add_func ("/dataset/batches/values", test_values);
  g_test_add_func ("/dataset/batches/flips", test_flips);
  g_test_add_func ("/dataset/batches/shifts", test_shifts);
  g_test_add_func ("/dataset/batches/brightness", test_brightness);
  g_test_add_func ("/dataset/batches/refuses", test_refuses);
}
