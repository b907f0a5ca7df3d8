/* test-image-values.c: between stored bytes and the numbers the flow sees
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>

static void
all_bytes (guint8 bytes[256])
{
  for (int i = 0; i < 256; i++)
    bytes[i] = (guint8) i;
}

static void
test_midpoint (void)
{
  guint8 bytes[256];
  ag_real values[256];

  all_bytes (bytes);
  for (int n_bits = 1; n_bits <= 8; n_bits++)
    {
      double bins = pow (2, n_bits);

      ag_values_from_bytes (bytes, 256, n_bits, NULL, values);
      for (int i = 0; i < 256; i++)
        test_close (values[i], (floor (i / pow (2, 8 - n_bits)) + 0.5) / bins - 0.5, 0);
    }
}

static void
test_noise (void)
{
  guint8 bytes[256];
  ag_real values[256], noise[256];

  all_bytes (bytes);
  ag_random_uniform (1, 2, noise, 256);
  noise[0] = 0;
  for (int n_bits = 1; n_bits <= 8; n_bits++)
    {
      double bins = pow (2, n_bits);

      ag_values_from_bytes (bytes, 256, n_bits, noise, values);
      for (int i = 0; i < 256; i++)
        test_close (values[i], (floor (i / pow (2, 8 - n_bits)) + (double) noise[i]) / bins - 0.5,
                    TEST_TOLERANCE (1e-7, 1e-15));
      g_assert_true (values[0] == (ag_real) -0.5);
    }
}

/* Bytes come back at 8 bits, and at fewer as the middle of their bin. */
static void
test_back (void)
{
  guint8 bytes[256], back[256];
  ag_real values[256];

  all_bytes (bytes);
  for (int n_bits = 1; n_bits <= 8; n_bits++)
    {
      int bin = 1 << (8 - n_bits);

      ag_values_from_bytes (bytes, 256, n_bits, NULL, values);
      ag_bytes_from_values (values, 256, back);
      for (int i = 0; i < 256; i++)
        g_assert_cmpint (back[i], ==, i / bin * bin + bin / 2);
    }
}

static void
test_out_of_range (void)
{
  const ag_real values[] = { (ag_real) -0.5,
                             (ag_real) 0.5,
                             (ag_real) -0.51,
                             (ag_real) 3,
                             (ag_real) -1e30,
                             (ag_real) 1e30,
                             (ag_real) INFINITY,
                             (ag_real) -INFINITY,
                             (ag_real) NAN,
                             (ag_real) 0.4999,
                             0 };
  static const guint8 expected[] = { 0, 255, 0, 255, 0, 255, 255, 0, 0, 255, 128 };
  guint8 bytes[G_N_ELEMENTS (values)];

  ag_bytes_from_values (values, G_N_ELEMENTS (values), bytes);
  g_assert_cmpmem (bytes, sizeof bytes, expected, sizeof expected);
}

void
test_image_values_add (void)
{
  g_test_add_func ("/flow/image-values/midpoint", test_midpoint);
  g_test_add_func ("/flow/image-values/noise", test_noise);
  g_test_add_func ("/flow/image-values/back", test_back);
  g_test_add_func ("/flow/image-values/out-of-range", test_out_of_range);
}
