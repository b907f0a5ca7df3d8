/* test-folders.c: folders of images: what is found, read, skipped, held out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "test-dataset.h"
#include "test-images.h"

static AgDataset *
load_with (const char *path, const AgDatasetOptions *options)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  AgDataset *dataset = ag_dataset_load (folder, options, NULL, NULL, NULL, &error);

  g_assert_no_error (error);
  return dataset;
}

static AgDatasetOptions
small_options (void)
{
  AgDatasetOptions options;

  ag_dataset_options_init (&options);
  options.height = options.width = 8;
  return options;
}

static void
test_finds (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgImage) face = test_draw_face (1, TRUE, 8, 8);
  g_autofree char *link_path = g_build_filename (folder, "a", "loop", NULL);
  g_autoptr (AgDataset) dataset = NULL;
  AgDatasetOptions options = small_options ();
  static const char *const expected[] = { "Z.PNG", "a/b/deep.webp", "a/one.jpg", "b.JPEG" };

  test_save (folder, "a/one.jpg", face);
  test_save (folder, "a/b/deep.webp", face);
  test_save (folder, "z.png", face);
  test_save (folder, "b.jpeg", face);
  test_save (folder, ".hidden.png", face);
  test_save (folder, ".trash/x.png", face);
  test_write (folder, "notes.txt", "no image");
  test_write (folder, "jpg", "no image");
  {
    g_autofree char *upper = g_build_filename (folder, "Z.PNG", NULL);
    g_autofree char *lower = g_build_filename (folder, "z.png", NULL);
    g_autofree char *upper2 = g_build_filename (folder, "b.JPEG", NULL);
    g_autofree char *lower2 = g_build_filename (folder, "b.jpeg", NULL);

    g_assert_cmpint (rename (lower, upper), ==, 0);
    g_assert_cmpint (rename (lower2, upper2), ==, 0);
  }
  g_assert_cmpint (symlink ("..", link_path), ==, 0);

  dataset = load_with (folder, &options);
  g_assert_cmpint (ag_dataset_get_kind (dataset), ==, AG_DATASET_IMAGES);
  g_assert_cmpint (ag_dataset_get_n_images (dataset), ==, G_N_ELEMENTS (expected));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (ag_dataset_get_name (dataset, (int) i), ==, expected[i]);
  g_assert_cmpint (ag_dataset_get_n_skipped (dataset), ==, 0);
  g_assert_cmpint (ag_dataset_get_n_attributes (dataset), ==, 0);
  g_assert_null (ag_dataset_get_labels (dataset));
  test_folder_free (folder);
}

/* At its own size an image comes through untouched; otherwise as the image library resizes it. */
static void
test_pixels (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgImage) same = test_draw_face (1, TRUE, 8, 8);
  g_autoptr (AgImage) larger = test_draw_face (2, TRUE, 40, 24);
  g_autoptr (AgImage) fitted = ag_image_fit (larger, 8, 8);
  AgDatasetOptions options = small_options ();
  g_autoptr (AgDataset) dataset = NULL, grey = NULL;

  test_save (folder, "0.png", same);
  test_save (folder, "1.png", larger);
  dataset = load_with (folder, &options);
  g_assert_cmpmem (ag_dataset_get_bytes (dataset, 0), 192, ag_image_get_pixels (same), 192);
  g_assert_cmpmem (ag_dataset_get_bytes (dataset, 1), 192, ag_image_get_pixels (fitted), 192);

  options.channels = 1;
  grey = load_with (folder, &options);
  for (int i = 0; i < 64; i++)
    {
      const guint8 *rgb = ag_image_get_pixels (same) + 3 * i;
      double luma = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];

      g_assert_cmpfloat (fabs (ag_dataset_get_bytes (grey, 0)[i] - luma), <, 1.01);
    }
  test_folder_free (folder);
}

static void
test_skips (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgImage) good = test_draw_face (1, TRUE, 16, 16);
  g_autoptr (AgImage) small = test_draw_face (1, TRUE, 16, 7);
  AgDatasetOptions options = small_options ();
  g_autoptr (AgDataset) dataset = NULL;
  g_autofree char *png = NULL, *path = g_build_filename (folder, "good.png", NULL);
  gsize size;

  test_save (folder, "good.png", good);
  test_save (folder, "small.png", small);
  test_write (folder, "empty.png", "");
  test_write (folder, "text.jpg", "not a picture at all");
  g_assert_true (g_file_get_contents (path, &png, &size, NULL));
  test_write_bytes (folder, "cut.png", png, size / 2);
  dataset = load_with (folder, &options);

  g_assert_cmpint (ag_dataset_get_n_images (dataset), ==, 1);
  g_assert_cmpstr (ag_dataset_get_name (dataset, 0), ==, "good.png");
  g_assert_cmpint (ag_dataset_get_n_skipped (dataset), ==, 4);
  for (int i = 0; i < 4; i++)
    {
      const AgDatasetSkipped *skipped = ag_dataset_get_skipped (dataset, i);

      g_assert_nonnull (strstr (skipped->reason, skipped->name));
      g_test_message ("%s", skipped->reason);
    }
  g_assert_cmpstr (ag_dataset_get_skipped (dataset, 2)->reason, ==,
                   "small.png: 16×7 pixels, smaller than the 8×8 that are needed");
  test_folder_free (folder);
}

static void
test_nothing_usable (void)
{
  char *folder = test_folder_new ();
  g_autofree char *missing = g_build_filename (folder, "missing", NULL);
  g_autofree char *file = g_build_filename (folder, "a.png", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (test_load (folder, 8, &error));
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY);
  g_assert_nonnull (strstr (error->message, folder));
  g_clear_error (&error);

  test_write (folder, "a.png", "x");
  g_assert_null (test_load (folder, 8, &error));
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY);
  g_assert_nonnull (strstr (error->message, "a.png"));
  g_clear_error (&error);

  g_assert_null (test_load (missing, 8, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_null (test_load (file, 8, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  test_folder_free (folder);
}

static void
test_cancel (void)
{
  char *path = test_folder_new ();
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  AgDatasetOptions options = small_options ();
  atomic_bool cancel = true;

  test_save_faces (path, 3, 8, 8);
  g_assert_null (ag_dataset_load (folder, &options, NULL, NULL, &cancel, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_folder_free (path);
}

static void
count_progress (int done, int total, gpointer data)
{
  int *last = data;

  g_assert_cmpint (done, >=, *last);
  g_assert_cmpint (done, <=, total);
  g_assert_cmpint (total, ==, 5);
  *last = done;
}

/* The number of threads and the place of the pixels make no difference. */
static void
test_memory (void)
{
  char *path = test_folder_new ();
  g_autofree char *cache = g_build_filename (g_get_user_cache_dir (), "afterglow", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  AgDatasetOptions options = small_options ();
  g_autoptr (AgDataset) one = NULL, other = NULL;
  g_autoptr (GDir) dir = NULL;
  int last = 0;

  test_save_faces (path, 5, 12, 12);
  options.n_threads = 1;
  one = ag_dataset_load (folder, &options, count_progress, &last, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (last, ==, 5);
  options.n_threads = 4;
  options.memory_limit = 1;
  other = load_with (path, &options);
  for (int i = 0; i < 5; i++)
    g_assert_cmpmem (ag_dataset_get_bytes (one, i), 192, ag_dataset_get_bytes (other, i), 192);
  g_assert_cmpuint (ag_dataset_get_fingerprint (one), ==, ag_dataset_get_fingerprint (other));
  dir = g_dir_open (cache, 0, &error);
  g_assert_no_error (error);
  g_assert_null (g_dir_read_name (dir));
  test_folder_free (path);
}

static GHashTable *
held_out_names (const char *folder, double share, guint64 seed)
{
  AgDatasetOptions options = small_options ();
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (AgDataset) dataset = NULL;
  int n_training, n;
  const int *indices;

  options.held_out = share;
  options.seed = seed;
  dataset = load_with (folder, &options);
  indices = ag_dataset_get_indices (dataset, AG_DATASET_HELD_OUT, &n);
  for (int i = 0; i < n; i++)
    g_hash_table_add (names, g_strdup (ag_dataset_get_name (dataset, indices[i])));
  ag_dataset_get_indices (dataset, AG_DATASET_TRAINING, &n_training);
  g_assert_cmpint (n + n_training, ==, ag_dataset_get_n_images (dataset));
  return names;
}

static void
test_held_out (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgImage) face = test_draw_face (500, TRUE, 8, 8);
  g_autoptr (GHashTable) first = NULL, again = NULL, more = NULL, none = NULL, other = NULL;
  GHashTableIter iter;
  gpointer name;

  test_save_faces (folder, 400, 8, 8);
  first = held_out_names (folder, 0.2, 1);
  again = held_out_names (folder, 0.2, 1);
  other = held_out_names (folder, 0.2, 2);
  none = held_out_names (folder, 0, 1);
  /* 80 are expected with a deviation of 8. */
  g_assert_cmpuint (g_hash_table_size (first), >, 40);
  g_assert_cmpuint (g_hash_table_size (first), <, 120);
  g_assert_cmpuint (g_hash_table_size (none), ==, 0);
  test_save (folder, "another.png", face);
  test_remove (folder, "face-000.png");
  more = held_out_names (folder, 0.2, 1);

  g_hash_table_iter_init (&iter, first);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      g_assert_true (g_hash_table_contains (again, name));
      if (g_strcmp0 (name, "face-000.png") != 0)
        g_assert_true (g_hash_table_contains (more, name));
    }
  g_assert_cmpuint (g_hash_table_size (again), ==, g_hash_table_size (first));
  g_assert_cmpuint (g_hash_table_size (other), >, 0);
  g_hash_table_iter_init (&iter, first);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (other, name))
      break;
  g_assert_false (g_hash_table_contains (other, name));
  test_folder_free (folder);
}

static void
test_held_out_of_few (void)
{
  char *folder = test_folder_new ();
  g_autoptr (GHashTable) one = NULL, two = NULL;

  test_save_faces (folder, 1, 8, 8);
  one = held_out_names (folder, 0.05, 1);
  g_assert_cmpuint (g_hash_table_size (one), ==, 0);
  test_save_faces (folder, 2, 8, 8);
  two = held_out_names (folder, 0.001, 1);
  g_assert_cmpuint (g_hash_table_size (two), ==, 1);
  test_folder_free (folder);
}

static void
test_fingerprint (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgImage) other = test_draw_face (99, TRUE, 8, 8);
  AgDatasetOptions options = small_options ();
  g_autoptr (AgDataset) before = NULL, renamed = NULL, changed = NULL;

  options.held_out = 0;
  test_save_faces (folder, 3, 8, 8);
  before = load_with (folder, &options);
  test_save (folder, "face-001.png", other);
  changed = load_with (folder, &options);
  g_assert_cmpuint (ag_dataset_get_fingerprint (before), !=, ag_dataset_get_fingerprint (changed));
  test_save_faces (folder, 3, 8, 8);
  renamed = load_with (folder, &options);
  g_assert_cmpuint (ag_dataset_get_fingerprint (before), ==, ag_dataset_get_fingerprint (renamed));
  test_folder_free (folder);
}

static void
test_shared_faces (void)
{
  const char *shared = g_getenv ("AG_TEST_SHARED");
  g_autofree char *faces = NULL;
  g_autoptr (AgDataset) dataset = NULL;
  AgDatasetOptions options = small_options ();
  int smiling = -1, n_smiling = 0;

  if (shared == NULL || *shared == '\0')
    {
      g_test_skip ("no shared faces");
      return;
    }
  faces = g_build_filename (shared, "faces", NULL);
  dataset = load_with (faces, &options);
  g_assert_cmpint (ag_dataset_get_n_images (dataset), ==, 2497);
  g_assert_cmpint (ag_dataset_get_n_attributes (dataset), ==, 11);
  for (int a = 0; a < 11; a++)
    if (g_strcmp0 (ag_dataset_get_attribute_name (dataset, a), "Smiling") == 0)
      smiling = a;
  for (int i = 0; i < 2497; i++)
    n_smiling += ag_dataset_get_attribute (dataset, i, smiling) == 1;
  g_assert_cmpint (n_smiling, >, 1000);
  g_assert_cmpstr (ag_dataset_get_name (dataset, 0), ==, "img/ca_003f.jpg");
}

void
test_folders_add (void)
{
  g_test_add_func ("/dataset/folders/finds", test_finds);
  g_test_add_func ("/dataset/folders/pixels", test_pixels);
  g_test_add_func ("/dataset/folders/skips", test_skips);
  g_test_add_func ("/dataset/folders/nothing-usable", test_nothing_usable);
  g_test_add_func ("/dataset/folders/cancel", test_cancel);
  g_test_add_func ("/dataset/folders/memory", test_memory);
  g_test_add_func ("/dataset/folders/held-out", test_held_out);
  g_test_add_func ("/dataset/folders/held-out-of-few", test_held_out_of_few);
  g_test_add_func ("/dataset/folders/fingerprint", test_fingerprint);
  g_test_add_func ("/dataset/folders/shared-faces", test_shared_faces);
}
