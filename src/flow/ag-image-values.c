/* ag-image-values.c: between stored bytes and the numbers the flow sees
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-image-values.h"

void
ag_values_from_bytes (const uint8_t *bytes,
                      size_t n,
                      int n_bits,
                      const ag_real *noise,
                      ag_real *values)
{
  int shift = 8 - n_bits;
  ag_real bin = 1 / (ag_real) (1 << n_bits);

  for (size_t i = 0; i < n; i++)
    {
      ag_real u = noise != NULL ? noise[i] : (ag_real) 0.5;

      values[i] = ((ag_real) (bytes[i] >> shift) + u) * bin - (ag_real) 0.5;
    }
}

void
ag_bytes_from_values (const ag_real *values, size_t n, uint8_t *bytes)
{
  for (size_t i = 0; i < n; i++)
    {
      ag_real value = (values[i] + (ag_real) 0.5) * 256;

      /* Written so that NaN becomes 0. */
      bytes[i] = value >= 255 ? 255 : value > 0 ? (uint8_t) value : 0;
    }
}
