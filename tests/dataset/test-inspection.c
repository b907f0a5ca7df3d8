/* test-inspection.c: what is told of a folder before training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-inspection.h"
#include "test-dataset.h"
#include "test-images.h"

static AgInspection *
inspect (const char *path, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);

  return ag_inspect_folder (folder, NULL, NULL, NULL, NULL, NULL, error);
}

static void
save_face (const char *folder, const char *name, int seed, int size)
{
  g_autoptr (AgImage) face = test_draw_face (seed, seed % 2 == 0, size, size);

  test_save (folder, name, face);
}

static void
test_counts (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgImage) wide = test_draw_face (7, TRUE, 90, 30);
  g_autoptr (AgInspection) inspection = NULL;
  g_autoptr (GError) error = NULL;

  save_face (folder, "a/0.png", 1, 16);
  save_face (folder, "b/c/1.jpg", 2, 48);
  test_save (folder, "2.webp", wide);
  test_write (folder, "bad.png", "no picture");
  inspection = inspect (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (inspection->kind, ==, AG_DATASET_IMAGES);
  g_assert_cmpint (inspection->n_found, ==, 4);
  g_assert_cmpint (inspection->n_readable, ==, 3);
  g_assert_cmpint (inspection->min_width, ==, 16);
  g_assert_cmpint (inspection->max_width, ==, 90);
  g_assert_cmpint (inspection->max_height, ==, 30);
  g_assert_cmpint (ag_inspection_count (inspection, 1), ==, 3);
  g_assert_cmpint (ag_inspection_count (inspection, 16), ==, 3);
  g_assert_cmpint (ag_inspection_count (inspection, 17), ==, 2);
  g_assert_cmpint (ag_inspection_count (inspection, 31), ==, 1);
  g_assert_cmpint (ag_inspection_count (inspection, 49), ==, 0);
  g_assert_cmpuint (inspection->unreadable->len, ==, 1);
  {
    const AgDatasetSkipped *skipped = g_ptr_array_index (inspection->unreadable, 0);

    g_assert_cmpstr (skipped->name, ==, "bad.png");
    g_assert_nonnull (strstr (skipped->reason, "bad.png"));
  }
  g_assert_cmpint (inspection->labels, ==, AG_INSPECTION_NO_LABELS);
  test_folder_free (folder);
}

/* A copy is found whatever was done to it; other faces are not taken for copies. */
static void
test_twins (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgImage) face = test_draw_face (3, TRUE, 96, 96);
  g_autoptr (AgImage) smaller = ag_image_resize (face, 61, 61);
  g_autoptr (AgInspection) inspection = NULL;
  g_autoptr (GError) error = NULL;

  test_save_faces (folder, 60, 64, 64);
  inspection = inspect (folder, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < inspection->twins->len; i++)
    {
      const AgInspectedTwin *twin = g_ptr_array_index (inspection->twins, i);

      g_test_message ("%s of %s", twin->name, twin->of);
    }
  g_assert_cmpuint (inspection->twins->len, ==, 0);
  g_clear_pointer (&inspection, ag_inspection_free);

  test_save (folder, "z/one.png", face);
  test_save (folder, "z/saved-again.jpg", face);
  test_save (folder, "z/smaller.webp", smaller);
  test_remove (folder, "face-003.png");
  inspection = inspect (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (inspection->twins->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      const AgInspectedTwin *twin = g_ptr_array_index (inspection->twins, i);

      g_assert_cmpstr (twin->name, ==, i == 0 ? "z/saved-again.jpg" : "z/smaller.webp");
      g_assert_cmpstr (twin->of, ==, "z/one.png");
    }
  test_folder_free (folder);
}

static void
assert_attribute (const AgInspection *inspection,
                  guint index,
                  const char *name,
                  int with,
                  int without)
{
  const AgInspectedAttribute *attribute;

  g_assert_cmpuint (index, <, inspection->attributes->len);
  attribute = g_ptr_array_index (inspection->attributes, index);
  g_assert_cmpstr (attribute->name, ==, name);
  g_assert_cmpint (attribute->n_with, ==, with);
  g_assert_cmpint (attribute->n_without, ==, without);
}

static void
test_table (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgInspection) inspection = NULL, other = NULL;
  g_autoptr (GError) error = NULL;

  test_save_faces (folder, 3, 16, 16);
  test_write (folder, "list_attr.txt",
              "3\nHat Smiling\nface-000.png 1 -1\nface-001.png -1 -1\nface-002.png 1 0\n");
  test_write (folder, "list_eval_partition.txt",
              "face-000.png 0\nface-001.png 0\nface-002.png 1\n");
  inspection = inspect (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (inspection->labels, ==, AG_INSPECTION_TABLE);
  g_assert_cmpstr (inspection->table, ==, "list_attr.txt");
  g_assert_cmpstr (inspection->partition, ==, "list_eval_partition.txt");
  g_assert_cmpint (inspection->n_set_apart, ==, 1);
  assert_attribute (inspection, 0, "Hat", 2, 1);
  assert_attribute (inspection, 1, "Smiling", 0, 2);

  /* A table for other files is told, and the images still are. */
  test_write (folder, "list_attr.txt", "1\nHat\nelsewhere.png 1\n");
  other = inspect (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (other->n_readable, ==, 3);
  g_assert_cmpint (other->labels, ==, AG_INSPECTION_NO_LABELS);
  g_assert_nonnull (other->table_problem);
  g_assert_nonnull (strstr (other->table_problem, "elsewhere.png"));
  test_folder_free (folder);
}

static void
test_names (void)
{
  char *folder = test_folder_new (), *other = test_folder_new ();
  g_autoptr (AgInspection) classes = NULL, utkface = NULL;
  g_autoptr (AgDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  save_face (folder, "cats/0.png", 1, 16);
  save_face (folder, "dogs/0.png", 2, 16);
  save_face (folder, "dogs/1.png", 3, 16);
  save_face (folder, "emus/0.png", 4, 16);
  classes = inspect (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (classes->labels, ==, AG_INSPECTION_CLASS_FOLDERS);
  assert_attribute (classes, 0, "cats", 1, 3);
  assert_attribute (classes, 1, "dogs", 2, 2);
  assert_attribute (classes, 2, "emus", 1, 3);
  dataset = test_load (folder, 16, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_attributes (dataset), ==, 3);
  g_assert_cmpint (ag_dataset_get_attribute (dataset, 1, 1), ==, 1);
  g_assert_cmpint (ag_dataset_get_attribute (dataset, 1, 0), ==, -1);

  save_face (other, "26_0_1_20170116184024662.jpg", 1, 16);
  save_face (other, "61_1_20170109150557335.jpg", 2, 16);
  for (int i = 0; i < 30; i++)
    {
      g_autofree char *name = g_strdup_printf ("part1/%d_1_4_2017010915055733%d.jpg", 45 + i, i);

      save_face (other, name, 3 + i, 16);
    }
  utkface = inspect (other, &error);
  g_assert_no_error (error);
  g_assert_cmpint (utkface->labels, ==, AG_INSPECTION_UTKFACE);
  assert_attribute (utkface, 0, "Male", 1, 30);
  assert_attribute (utkface, 1, "Young", 1, 30);
  assert_attribute (utkface, 2, "Age_60_Plus", 15, 16);
  test_folder_free (folder);
  test_folder_free (other);
}

static void
test_bad (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgInspection) inspection = NULL;
  g_autoptr (GError) error = NULL;
  atomic_bool cancel = true;
  g_autoptr (GFile) file = g_file_new_for_path (folder);

  g_assert_null (inspect (folder, &error));
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY);
  g_clear_error (&error);

  test_write (folder, "1.png", "x");
  test_write (folder, "2.jpg", "y");
  inspection = inspect (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpint (inspection->n_readable, ==, 0);
  g_assert_cmpuint (inspection->unreadable->len, ==, 2);

  g_assert_null (ag_inspect_folder (file, NULL, NULL, NULL, NULL, &cancel, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  test_folder_free (folder);
}

static void
test_shared (void)
{
  static const struct
  {
    const char *name;
    AgDatasetKind kind;
    AgInspectionLabels labels;
    guint n_attributes;
  } cases[] = {
    { "faces", AG_DATASET_IMAGES, AG_INSPECTION_TABLE, 11 },
    { "mnist", AG_DATASET_MNIST, AG_INSPECTION_CLASSES, 0 },
    { "cifar10", AG_DATASET_CIFAR10, AG_INSPECTION_CLASSES, 0 },
  };
  const char *shared = g_getenv ("AG_TEST_SHARED");

  if (shared == NULL || *shared == '\0')
    {
      g_test_skip ("no shared data");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_build_filename (shared, cases[i].name, NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (AgInspection) inspection = NULL;

      if (!g_file_test (path, G_FILE_TEST_IS_DIR))
        continue;
      inspection = inspect (path, &error);
      g_assert_no_error (error);
      g_assert_cmpint (inspection->kind, ==, cases[i].kind);
      g_assert_cmpint (inspection->labels, ==, cases[i].labels);
      g_assert_cmpuint (inspection->attributes->len, ==, cases[i].n_attributes);
      g_test_message ("%s: %d images, %u twins, %d set apart", cases[i].name, inspection->n_found,
                      inspection->twins->len, inspection->n_set_apart);
      for (guint k = 0; k < MIN (inspection->twins->len, 12); k++)
        {
          const AgInspectedTwin *twin = g_ptr_array_index (inspection->twins, k);

          g_test_message ("  %s like %s", twin->name, twin->of);
        }
    }
}

void
test_inspection_add (void)
{
  g_test_add_func ("/dataset/inspection/counts", test_counts);
  g_test_add_func ("/dataset/inspection/twins", test_twins);
  g_test_add_func ("/dataset/inspection/table", test_table);
  g_test_add_func ("/dataset/inspection/names", test_names);
  g_test_add_func ("/dataset/inspection/bad", test_bad);
  g_test_add_func ("/dataset/inspection/shared", test_shared);
}
