/* test-tables.c: attribute and partition tables, whole and defective
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-dataset.h"
#include "test-images.h"

/* A folder with img/face-000.png to img/face-003.png and a table. */
static char *
make_folder (const char *table_name, const char *table)
{
  char *folder = test_folder_new ();
  g_autofree char *images = g_build_filename (folder, "img", NULL);

  test_save_faces (images, 4, 8, 8);
  test_write (folder, table_name, table);
  return folder;
}

/* Attributes of all images as text: + - and 0, images apart by blanks. */
static char *
describe (AgDataset *dataset)
{
  GString *text = g_string_new (NULL);

  for (int a = 0; a < ag_dataset_get_n_attributes (dataset); a++)
    g_string_append_printf (text, "%s ", ag_dataset_get_attribute_name (dataset, a));
  for (int i = 0; i < ag_dataset_get_n_images (dataset); i++)
    {
      for (int a = 0; a < ag_dataset_get_n_attributes (dataset); a++)
        g_string_append_c (text, "-0+"[1 + ag_dataset_get_attribute (dataset, i, a)]);
      g_string_append_c (text, ' ');
    }
  return g_string_free (text, FALSE);
}

static void
assert_table (const char *table_name, const char *table, const char *expected)
{
  char *folder = make_folder (table_name, table);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = test_load (folder, 8, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  text = describe (dataset);
  g_assert_cmpstr (text, ==, expected);
  test_folder_free (folder);
}

static void
assert_defect (const char *table_name, const char *table, const char *message)
{
  char *folder = make_folder (table_name, table);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = test_load (folder, 8, &error);

  g_assert_null (dataset);
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE);
  g_assert_cmpstr (error->message, ==, message);
  test_folder_free (folder);
}

#define CELEBA "list_attr_celeba.txt"

static void
test_celeba (void)
{
  assert_table (CELEBA,
                "4\nSmiling  Male\nface-000.png  1 -1\nface-001.png -1  1\n"
                "face-002.png 1 1\nface-003.png -1 -1\n",
                "Smiling Male +- -+ ++ -- ");
  /* Windows line ends, no end of the last line, another order, an image the table leaves out,
   * a path instead of a name. */
  assert_table (CELEBA, "3\r\nSmiling\r\nface-002.png 1\r\nimg/face-000.png -1\r\nface-003.png 0",
                "Smiling - 0 + 0 ");
}

static void
test_celeba_defects (void)
{
  assert_defect (CELEBA, "", CELEBA ": the file is empty");
  assert_defect (CELEBA, "Smiling\n", CELEBA ": line 1: does not hold the number of pictures");
  assert_defect (CELEBA, "-1\nA\n", CELEBA ": line 1: does not hold the number of pictures");
  assert_defect (CELEBA, "1\n",
                 CELEBA ": line 1: the file ends before the names of the attributes");
  assert_defect (CELEBA, "2\nA\nface-000.png 1\n",
                 CELEBA ": line 1: says 2 pictures, but 1 lines follow");
  assert_defect (CELEBA, "1\nA\nface-000.png 1\nface-001.png 1\n",
                 CELEBA ": line 1: says 1 pictures, but 2 lines follow");
  assert_defect (CELEBA, "2\nA\nface-000.png 1\n\nface-009.png 1\n",
                 CELEBA ": line 5: names face-009.png, which is not in the folder");
  assert_defect (CELEBA, "2\nA\nface-000.png 1\nface-000.png 1\n",
                 CELEBA ": line 4: names face-000.png a second time");
  assert_defect (CELEBA, "1\nA B\nface-000.png 1\n",
                 CELEBA ": line 3: has 1 values where there are 2 attributes");
  assert_defect (CELEBA, "1\nA\nface-000.png 2\n", CELEBA ": line 3: 2 is not 1, -1 or 0");
  assert_defect (CELEBA, "1\nA A\nface-000.png 1 1\n",
                 CELEBA ": line 2: two attributes have the name A");
}

static void
test_binary_table (void)
{
  char *folder = make_folder ("unused.dat", "");
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = NULL;

  test_write_bytes (folder, CELEBA, "1\nA\n\0\n", 6);
  dataset = test_load (folder, 8, &error);
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE);
  g_assert_cmpstr (error->message, ==, CELEBA ": not a text file");
  test_folder_free (folder);
}

static void
test_csv (void)
{
  /* A byte order mark, a column of numbers, 0 as without, empty as not known. */
  assert_table ("labels.csv",
                "\xEF\xBB\xBF"
                "file,Smiling,age,Male\nface-000.png,1,31,0\n"
                "face-001.png,0,40,1\nface-003.png,,22,1\n",
                "Smiling Male +- -+ 00 0+ ");
  /* 0 as not known beside -1; quotes, line ends within them, semicolons. */
  assert_table ("labels.csv",
                "file;\"Big; smile\";Male\r\n\"face-000.png\";1;TRUE\r\nface-001.png;0;false\r\n"
                "face-002.png;-1;\"1\"\r\n",
                "Big; smile Male ++ 0- -+ 00 ");
  assert_table ("labels.csv", "file,\"A \"\"b\"\"\nc\"\nface-000.png,1\n", "A \"b\"\nc + 0 0 0 ");
  /* A table of something else is no attribute table if nobody said it were. */
  assert_table ("sources.csv", "name,from\nx,y\n", "    ");
}

static void
test_csv_defects (void)
{
  assert_defect ("labels.csv", "file,A\nface-000.png,1\nface-009.png,1\n",
                 "labels.csv: line 3: names face-009.png, which is not in the folder");
  assert_defect ("labels.csv", "file,A,B\nface-000.png,1\n",
                 "labels.csv: line 2: has 2 fields where the header has 3");
  assert_defect ("labels.csv", "file,A\n\"face-000.png,1\n",
                 "labels.csv: line 2: a quoted field does not end");
  assert_defect ("labels.csv", "file,A\nface-000.png,1\nface-000.png,1\n",
                 "labels.csv: line 3: names face-000.png a second time");
}

static void
test_csv_notes (void)
{
  char *folder = make_folder ("labels.csv", "file,A,B\nface-000.png,1,1\nface-001.png,1,x\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = test_load (folder, 8, &error);
  const char *const *notes;

  g_assert_no_error (error);
  notes = ag_dataset_get_notes (dataset);
  g_assert_cmpstr (notes[0], ==,
                   "labels.csv: line 3: the column B is not an attribute, as it holds x");
  g_assert_null (notes[1]);
  test_folder_free (folder);
}

static void
test_given_table (void)
{
  char *folder = make_folder ("list_attr.txt", "1\nA\nface-000.png 1\n");
  g_autoptr (GFile) data = g_file_new_for_path (folder);
  g_autoptr (GFile) given = g_file_get_child (data, "other.csv");
  g_autoptr (GError) error = NULL;
  AgDatasetOptions options;
  g_autoptr (AgDataset) dataset = NULL;

  test_write (folder, "other.csv", "f,name\nface-000.png,x\n");
  ag_dataset_options_init (&options);
  options.height = options.width = 8;
  options.labels = given;
  dataset = ag_dataset_load (data, &options, NULL, NULL, NULL, &error);
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE);
  g_clear_error (&error);

  test_remove (folder, "other.csv");
  dataset = ag_dataset_load (data, &options, NULL, NULL, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (g_str_has_prefix (error->message, "other.csv: "));
  g_clear_error (&error);

  test_write (folder, "other.csv", "f,B\nface-000.png,1\n");
  dataset = ag_dataset_load (data, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ag_dataset_get_labels (dataset) == given);
  g_assert_cmpstr (ag_dataset_get_attribute_name (dataset, 0), ==, "B");
  test_folder_free (folder);
}

static void
test_ambiguous (void)
{
  char *folder = make_folder (CELEBA, "1\nA\nface-000.png 1\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) image = test_draw_face (0, FALSE, 8, 8);
  g_autoptr (AgDataset) dataset = NULL;

  test_save (folder, "more/face-000.png", image);
  dataset = test_load (folder, 8, &error);
  g_assert_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE);
  g_assert_cmpstr (error->message, ==,
                   CELEBA ": line 3: names face-000.png, of which the folder has several");
  g_clear_error (&error);

  test_write (folder, CELEBA, "1\nA\nmore/face-000.png 1\n");
  dataset = test_load (folder, 8, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ag_dataset_get_name (dataset, 4), ==, "more/face-000.png");
  g_assert_cmpint (ag_dataset_get_attribute (dataset, 4, 0), ==, 1);
  g_assert_cmpint (ag_dataset_get_attribute (dataset, 0, 0), ==, 0);
  test_folder_free (folder);
}

static void
assert_parts (const char *table, const char *training, const char *held_out)
{
  char *folder = make_folder ("list_eval_partition.txt", table);
  const char *expected[2] = { training, held_out };
  g_autoptr (GError) error = NULL;
  g_autoptr (AgDataset) dataset = test_load (folder, 8, &error);

  g_assert_no_error (error);
  for (int part = 0; part < 2; part++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      int n;
      const int *indices = ag_dataset_get_indices (dataset, (AgDatasetPart) part, &n);

      for (int i = 0; i < n; i++)
        g_string_append_printf (text, "%d ", indices[i]);
      g_assert_cmpstr (text->str, ==, expected[part]);
    }
  test_folder_free (folder);
}

static void
test_partition (void)
{
  assert_parts ("face-000.png 0\nface-001.png 1\nface-002.png 2\nface-003.png 0\n", "0 3 ", "1 ");
  assert_parts ("face-000.png 0\nface-001.png 2\nface-002.png 2\n", "0 3 ", "1 2 ");
  assert_defect ("list_eval_partition.txt", "face-000.png 3\n",
                 "list_eval_partition.txt: line 1: is not a file and 0, 1 or 2");
  assert_defect ("list_eval_partition.txt", "face-000.png 0\nnone.png 0\n",
                 "list_eval_partition.txt: line 2: names none.png, which is not in the folder");
}

void
test_tables_add (void)
{
  g_test_add_func ("/dataset/tables/celeba", test_celeba);
  g_test_add_func ("/dataset/tables/celeba-defects", test_celeba_defects);
  g_test_add_func ("/dataset/tables/binary", test_binary_table);
  g_test_add_func ("/dataset/tables/csv", test_csv);
  g_test_add_func ("/dataset/tables/csv-defects", test_csv_defects);
  g_test_add_func ("/dataset/tables/csv-notes", test_csv_notes);
  g_test_add_func ("/dataset/tables/given", test_given_table);
  g_test_add_func ("/dataset/tables/ambiguous", test_ambiguous);
  g_test_add_func ("/dataset/tables/partition", test_partition);
}
