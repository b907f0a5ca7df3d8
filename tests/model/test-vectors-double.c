/* test-vectors-double.c: the recorded models in double precision
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-model.h"

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_vector_tests ();
  add_vector_gradient_tests ();
  return g_test_run ();
}
