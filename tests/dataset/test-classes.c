/* test-classes.c: which image is of which class
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "ag-inspection.h"
#include "test-dataset.h"
#include "test-images.h"

static void
save_face (const char *folder, const char *name, int seed)
{
  g_autoptr (AgImage) face = test_draw_face (seed, seed % 2 == 0, 16, 16);

  test_save (folder, name, face);
}

static AgDataset *
load (const char *path, const char *const *classes, GError **error)
{
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  AgDatasetOptions options;

  ag_dataset_options_init (&options);
  options.height = options.width = 16;
  options.duplicates = AG_DATASET_DUPLICATES_KEEP;
  options.by_class = TRUE;
  options.classes = classes;
  return ag_dataset_load (folder, &options, NULL, NULL, NULL, error);
}

/* Names and classes of all images, as "a/0.png:a b/1.png:b ". */
static char *
describe (AgDataset *dataset)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; i < ag_dataset_get_n_images (dataset); i++)
    g_string_append_printf (text, "%s:%s ", ag_dataset_get_name (dataset, i),
                            ag_dataset_get_class_name (dataset, ag_dataset_get_class (dataset, i)));
  return g_string_free (text, FALSE);
}

/* In the order of a model they have its numbers, and what it does not know is left out. */
static void
test_folders (void)
{
  static const char *const of_model[] = { "owls", "emus", "cats", NULL };
  static const char *const unknown[] = { "cars", "boats", NULL };
  char *folder = test_folder_new ();
  g_autoptr (AgDataset) dataset = NULL, arranged = NULL, none = NULL;
  g_autofree char *text = NULL, *arranged_text = NULL;
  g_autoptr (GError) error = NULL;

  save_face (folder, "cats/0.png", 1);
  save_face (folder, "dogs/0.png", 2);
  save_face (folder, "dogs/1.png", 3);
  save_face (folder, "emus/0.png", 4);
  dataset = load (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_classes (dataset), ==, 3);
  text = describe (dataset);
  g_assert_cmpstr (text, ==, "cats/0.png:cats dogs/0.png:dogs dogs/1.png:dogs emus/0.png:emus ");

  arranged = load (folder, of_model, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_classes (arranged), ==, 3);
  arranged_text = describe (arranged);
  g_assert_cmpstr (arranged_text, ==, "cats/0.png:cats emus/0.png:emus ");
  g_assert_cmpint (ag_dataset_get_class (arranged, 0), ==, 2);
  g_assert_cmpint (ag_dataset_get_n_skipped (arranged), ==, 2);
  g_assert_cmpstr (ag_dataset_get_skipped (arranged, 0)->reason, ==,
                   "dogs/0.png: the model has no class “dogs”");

  none = load (folder, unknown, &error);
  g_assert_null (none);
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY);
  g_assert_nonnull (strstr (error->message, "the model has no class “cats”"));
  test_folder_free (folder);
}

/* An image beside the folders, or one folder alone, and there are no classes. */
static void
test_none (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgDataset) one = NULL, beside = NULL;
  g_autoptr (GError) error = NULL;

  save_face (folder, "cats/0.png", 1);
  one = load (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_classes (one), ==, 0);
  g_assert_cmpint (ag_dataset_get_class (one, 0), ==, -1);
  save_face (folder, "dogs/0.png", 2);
  save_face (folder, "beside.png", 3);
  beside = load (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_images (beside), ==, 3);
  g_assert_cmpint (ag_dataset_get_n_classes (beside), ==, 0);
  test_folder_free (folder);
}

/* A table tells attributes; the folders are classes all the same. */
static void
test_with_table (void)
{
  char *folder = test_folder_new ();
  g_autoptr (AgDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;

  save_face (folder, "cats/0.png", 1);
  save_face (folder, "dogs/1.png", 2);
  test_write (folder, "list_attr.txt", "2\nHat\ncats/0.png 1\ndogs/1.png -1\n");
  dataset = load (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_attributes (dataset), ==, 1);
  g_assert_cmpint (ag_dataset_get_n_classes (dataset), ==, 2);
  test_folder_free (folder);
}

/* Groups of gender and age that there are; a name of another form is of none. */
static void
test_utkface (void)
{
  static const struct
  {
    const char *name, *class_name;
  } expected[] = { { "39_0_1_20170116184024660.jpg", "Male_Under_40" },
                   { "40_0_1_20170116184024661.jpg", "Male_40_To_59" },
                   { "59_0_1_20170116184024662.jpg", "Male_40_To_59" },
                   { "60_1_1_20170116184024663.jpg", "Female_60_Plus" } };
  char *folder = test_folder_new ();
  g_autoptr (GFile) file = g_file_new_for_path (folder);
  g_autoptr (AgInspection) inspection = NULL;
  g_autoptr (AgDataset) dataset = NULL;
  g_autoptr (GError) error = NULL;
  int n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    save_face (folder, expected[i].name, (int) i);
  for (int i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("%d_1_4_2017010915055733%d.jpg", 20 + i / 2, i);

      save_face (folder, name, 10 + i);
    }
  save_face (folder, "61_1_20170109150557335.jpg", 40);

  inspection = ag_inspect_folder (file, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (inspection->classes->len, ==, 4);
  for (guint c = 0; c < inspection->classes->len; c++)
    n += ((const AgInspectedClass *) g_ptr_array_index (inspection->classes, c))->n;
  g_assert_cmpint (n, ==, 24);
  g_assert_cmpint (inspection->n_classless, ==, 1);

  dataset = load (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_images (dataset), ==, 24);
  g_assert_cmpint (ag_dataset_get_n_classes (dataset), ==, 4);
  g_assert_cmpstr (ag_dataset_get_class_name (dataset, 0), ==, "Female_Under_40");
  for (int i = 0; i < ag_dataset_get_n_images (dataset); i++)
    for (gsize k = 0; k < G_N_ELEMENTS (expected); k++)
      if (g_str_equal (ag_dataset_get_name (dataset, i), expected[k].name))
        g_assert_cmpstr (ag_dataset_get_class_name (dataset, ag_dataset_get_class (dataset, i)), ==,
                         expected[k].class_name);
  test_folder_free (folder);
}

/* CIFAR-10's classes have the names of its own file, if there is one, or else those that they are
 * known by. */
static void
test_packed (void)
{
  char *folder = test_folder_new ();
  g_autofree guint8 *bytes = g_malloc0 (3073 * 10);
  g_autoptr (AgDataset) known = NULL, named = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 10; i++)
    bytes[3073 * i] = (guint8) i;
  test_write_bytes (folder, "data_batch_1.bin", bytes, 3073 * 10);
  known = load (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_dataset_get_n_classes (known), ==, 10);
  g_assert_cmpstr (ag_dataset_get_class_name (known, 3), ==, "cat");
  test_write (folder, "batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n");
  named = load (folder, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ag_dataset_get_class_name (named, 3), ==, "d");
  g_assert_cmpint (ag_dataset_get_class (named, 3), ==, 3);
  test_folder_free (folder);
}

void
test_classes_add (void)
{
  g_test_add_func ("/dataset/classes/folders", test_folders);
  g_test_add_func ("/dataset/classes/none", test_none);
  g_test_add_func ("/dataset/classes/with-table", test_with_table);
  g_test_add_func ("/dataset/classes/utkface", test_utkface);
  g_test_add_func ("/dataset/classes/packed", test_packed);
}
