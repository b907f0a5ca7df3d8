/* test-dataset.c: the tests of src/dataset
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-dataset.h"

#include "test-images.h"

int
main (int argc, char **argv)
{
  char *cache = test_folder_new ();
  int result;

  /* One of our own, so that the tests can look into it. */
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  test_tables_add ();
  test_folders_add ();
  test_packed_add ();
  test_batches_add ();
  test_inspection_add ();
  test_classes_add ();
  test_covariates_add ();
  test_duplicates_add ();
  result = g_test_run ();
  test_folder_free (cache);
  return result;
}
