/* ag-random.c: random numbers that are a function of a seed and a position
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-random.h"

#include <math.h>

/* Philox 4x32-10: constants of Salmon et al. 2011, table 2. */
static void
philox (uint64_t seed, uint64_t stream, uint64_t counter, uint32_t out[4])
{
  uint32_t key0 = (uint32_t) seed, key1 = (uint32_t) (seed >> 32);
  uint32_t c0 = (uint32_t) counter, c1 = (uint32_t) (counter >> 32);
  uint32_t c2 = (uint32_t) stream, c3 = (uint32_t) (stream >> 32);

  for (int round = 0; round < 10; round++)
    {
      uint64_t p0 = (uint64_t) c0 * 0xD2511F53u;
      uint64_t p1 = (uint64_t) c2 * 0xCD9E8D57u;

      c0 = (uint32_t) (p1 >> 32) ^ c1 ^ key0;
      c1 = (uint32_t) p1;
      c2 = (uint32_t) (p0 >> 32) ^ c3 ^ key1;
      c3 = (uint32_t) p0;
      key0 += 0x9E3779B9u;
      key1 += 0xBB67AE85u;
    }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

uint64_t
ag_random_bits (uint64_t seed, uint64_t stream, uint64_t index)
{
  uint32_t block[4];
  int half = (int) (index & 1) * 2;

  philox (seed, stream, index >> 1, block);
  return (uint64_t) block[half + 1] << 32 | block[half];
}

void
ag_random_uniform (uint64_t seed, uint64_t stream, ag_real *out, size_t n)
{
  for (size_t i = 0; i < n; i += 4)
    {
      uint32_t block[4];

      philox (seed, stream, i / 4, block);
      for (size_t j = 0; j < 4 && i + j < n; j++)
        out[i + j] = (ag_real) (block[j] >> 8) * (ag_real) 0x1p-24;
    }
}

void
ag_random_normal (uint64_t seed, uint64_t stream, ag_real *out, size_t n)
{
  for (size_t i = 0; i < n; i += 2)
    {
      uint32_t block[4];
      double u, v, radius;

      philox (seed, stream, i / 2, block);
      u = ((double) block[0] + 1) * 0x1p-32; /* (0, 1]: the logarithm is finite */
      v = ((double) block[1] + (double) block[2] * 0x1p-32) * 0x1p-32;
      radius = sqrt (-2 * log (u));
      out[i] = (ag_real) (radius * cos (2 * M_PI * v));
      if (i + 1 < n)
        out[i + 1] = (ag_real) (radius * sin (2 * M_PI * v));
    }
}

void
ag_random_shuffle (uint64_t seed, uint64_t stream, int *items, int n)
{
  for (int i = n - 1; i > 0; i--)
    {
      uint64_t bits = ag_random_bits (seed, stream, (uint64_t) i) >> 32;
      int j = (int) (bits * (uint64_t) (i + 1) >> 32);
      int item = items[i];

      items[i] = items[j];
      items[j] = item;
    }
}
