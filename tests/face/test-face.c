/* test-face.c: the tests of src/face
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "painted.h"

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_alignment_tests ();
  add_finder_tests ();
  add_patch_tests ();
  return g_test_run ();
}
