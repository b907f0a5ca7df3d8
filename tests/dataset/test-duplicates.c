/* test-duplicates.c: pictures that look alike, and parts that are cut out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "ag-inspection.h"
#include "test-dataset.h"
#include "test-images.h"

#define N_FACES 20

/* Each face twice: face-007.png and, saved again, twins/face-007.jpg. */
static char *
make_folder (void)
{
  char *path = test_folder_new ();

  for (int i = 0; i < N_FACES; i++)
    {
      g_autoptr (AgImage) face = test_draw_face (i, i % 2 == 0, 64, 64);
      g_autofree char *name = g_strdup_printf ("face-%03d.png", i);
      g_autofree char *twin = g_strdup_printf ("twins/face-%03d.jpg", i);

      test_save (path, name, face);
      test_save (path, twin, face);
    }
  return path;
}

static AgDataset *
load (const char *path,
      AgDatasetDuplicates duplicates,
      guint64 seed,
      const AgDatasetCrop *crop,
      GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  AgDatasetOptions options;

  ag_dataset_options_init (&options);
  options.height = options.width = 16;
  options.held_out = 0.3;
  options.seed = seed;
  options.duplicates = duplicates;
  options.crop = crop;
  return ag_dataset_load (folder, &options, NULL, NULL, NULL, error);
}

/* Which faces a part has: bit 0 for the face itself, bit 1 for its twin. */
static void
list_part (AgDataset *dataset, AgDatasetPart part, guint8 faces[N_FACES])
{
  int n;
  const int *images = ag_dataset_get_indices (dataset, part, &n);

  memset (faces, 0, N_FACES);
  for (int i = 0; i < n; i++)
    {
      const char *name = ag_dataset_get_name (dataset, images[i]);
      const char *number = strstr (name, "face-") + strlen ("face-");

      faces[g_ascii_strtoull (number, NULL, 10)] |= g_str_has_prefix (name, "twins") ? 2 : 1;
    }
}

/* How many faces stand on both sides. */
static int
count_leaks (AgDataset *dataset)
{
  guint8 training[N_FACES], held_out[N_FACES];
  int n = 0;

  list_part (dataset, AG_DATASET_TRAINING, training);
  list_part (dataset, AG_DATASET_HELD_OUT, held_out);
  for (int i = 0; i < N_FACES; i++)
    n += training[i] != 0 && held_out[i] != 0;
  return n;
}

static int
count_part (AgDataset *dataset, AgDatasetPart part)
{
  int n;

  ag_dataset_get_indices (dataset, part, &n);
  return n;
}

static void
test_sides (void)
{
  char *path = make_folder ();
  g_autoptr (GError) error = NULL;
  int n_leaks = 0;

  for (guint64 seed = 0; seed < 5; seed++)
    {
      g_autoptr (AgDataset) kept = load (path, AG_DATASET_DUPLICATES_KEEP, seed, NULL, &error);
      g_autoptr (AgDataset) together =
        load (path, AG_DATASET_DUPLICATES_TOGETHER, seed, NULL, &error);
      g_autoptr (AgDataset) fewer =
        load (path, AG_DATASET_DUPLICATES_LEAVE_OUT, seed, NULL, &error);

      g_assert_no_error (error);
      n_leaks += count_leaks (kept);
      g_assert_cmpint (count_leaks (together), ==, 0);
      g_assert_cmpint (ag_dataset_get_n_images (together), ==, 2 * N_FACES);
      g_assert_cmpint (count_part (together, AG_DATASET_HELD_OUT), >, 0);
      g_assert_cmpint (count_part (together, AG_DATASET_TRAINING), >, N_FACES);
      g_assert_cmpint (ag_dataset_get_n_images (fewer), ==, N_FACES);
      g_assert_cmpint (count_leaks (fewer), ==, 0);
      g_assert_cmpint (ag_dataset_get_n_skipped (fewer), ==, 0);
      g_assert_nonnull (strstr (ag_dataset_get_notes (fewer)[0], "20"));
    }
  /* Or the test would not show anything. */
  g_assert_cmpint (n_leaks, >, 0);
  test_folder_free (path);
}

/* Nothing but one picture again and again: it is trained on all the same. */
static void
test_all_alike (void)
{
  char *path = test_folder_new ();
  g_autoptr (AgImage) face = test_draw_face (1, TRUE, 64, 64);
  g_autoptr (AgDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d.png", i);

      test_save (path, name, face);
    }
  dataset = load (path, AG_DATASET_DUPLICATES_TOGETHER, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count_part (dataset, AG_DATASET_TRAINING), ==, 4);
  test_folder_free (path);
}

/* What the data sets apart stays there; what looks like it is not trained on. */
static void
test_partition (void)
{
  char *path = make_folder ();
  g_autoptr (GString) table = g_string_new (NULL);
  g_autoptr (AgDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < N_FACES; i++)
    g_string_append_printf (table, "face-%03d.png 0\ntwins/face-%03d.jpg %d\n", i, i,
                            i < 5 ? 1 : 0);
  test_write (path, "list_eval_partition.txt", table->str);
  dataset = load (path, AG_DATASET_DUPLICATES_TOGETHER, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (count_part (dataset, AG_DATASET_HELD_OUT), ==, 5);
  g_assert_cmpint (count_part (dataset, AG_DATASET_TRAINING), ==, 2 * N_FACES - 10);
  g_assert_cmpint (count_leaks (dataset), ==, 0);
  test_folder_free (path);
}

/* A crop that sees something in every second picture, and calls it white. */

static gboolean
is_seen (const char *path)
{
  return (path[strlen (path) - 5] - '0') % 2 == 0;
}

static double
measure_part (AgImage *image, const char *path, gpointer data, char **reason)
{
  if (is_seen (path))
    return image->width / 2.0;
  *reason = g_strdup ("nothing there");
  return 0;
}

static AgImage *
cut_part (AgImage *image, const char *path, int width, int height, gpointer data, char **reason)
{
  gsize size = (gsize) width * (gsize) height * 3;
  g_autoptr (GBytes) pixels = NULL;
  guint8 *bytes;

  if (measure_part (image, path, data, reason) == 0)
    return NULL;
  bytes = g_malloc (size);
  memset (bytes, 255, size);
  pixels = g_bytes_new_take (bytes, size);
  return ag_image_new (width, height, pixels);
}

static void
test_crop (void)
{
  static const AgDatasetCrop crop = { measure_part, cut_part, NULL };
  char *path = make_folder ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = load (path, AG_DATASET_DUPLICATES_TOGETHER, 0, &crop, &error);
  g_autoptr (AgInspection) inspection = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_images (dataset), ==, N_FACES);
  g_assert_cmpint (ag_dataset_get_n_skipped (dataset), ==, N_FACES);
  g_assert_cmpstr (ag_dataset_get_skipped (dataset, 0)->reason, ==, "face-001.png: nothing there");
  g_assert_cmpint (ag_dataset_get_bytes (dataset, 3)[0], ==, 255);

  inspection = ag_inspect_folder (folder, NULL, &crop, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (inspection->n_readable, ==, 2 * N_FACES);
  g_assert_cmpuint (inspection->without->len, ==, N_FACES);
  g_assert_cmpuint (inspection->unreadable->len, ==, 0);
  g_assert_cmpint (ag_inspection_count (inspection, 32), ==, N_FACES);
  g_assert_cmpint (ag_inspection_count (inspection, 33), ==, 0);
  test_folder_free (path);
}

void
test_duplicates_add (void)
{
  g_test_add_func ("/dataset/duplicates/sides", test_sides);
  g_test_add_func ("/dataset/duplicates/all-alike", test_all_alike);
  g_test_add_func ("/dataset/duplicates/partition", test_partition);
  g_test_add_func ("/dataset/crop", test_crop);
}
