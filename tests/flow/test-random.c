/* test-random.c: random numbers, against a second Philox and their distributions
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>
#include <string.h>

/* As in the paper: counter and key as arrays, one round after the other. */
static void
philox_round (guint32 counter[4], const guint32 key[2])
{
  guint64 p0 = 0xD2511F53ull * counter[0], p1 = 0xCD9E8D57ull * counter[2];
  guint32 next[4] = { (guint32) (p1 >> 32) ^ counter[1] ^ key[0], (guint32) p1,
                      (guint32) (p0 >> 32) ^ counter[3] ^ key[1], (guint32) p0 };

  memcpy (counter, next, sizeof next);
}

static void
philox (guint32 counter[4], const guint32 key[2])
{
  for (guint32 round = 0; round < 10; round++)
    {
      guint32 bumped[2] = { key[0] + round * 0x9E3779B9u, key[1] + round * 0xBB67AE85u };

      philox_round (counter, bumped);
    }
}

/* The vectors that come with the authors' Random123; the library is compared with what passes
 * them, since its counters do not reach all of those. */
static void
test_known_answers (void)
{
  static const struct
  {
    guint32 counter[4], key[2], result[4];
  } vectors[] = {
    { { 0 }, { 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff },
      { 0xffffffff, 0xffffffff },
      { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 },
      { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (vectors); i++)
    {
      guint32 counter[4];

      memcpy (counter, vectors[i].counter, sizeof counter);
      philox (counter, vectors[i].key);
      g_assert_cmpmem (counter, sizeof counter, vectors[i].result, sizeof counter);
    }
  g_assert_cmphex (ag_random_bits (0, 0, 0), ==, 0xe169c58d6627e8d5u);
  g_assert_cmphex (ag_random_bits (0, 0, 1), ==, 0x9b00dbd8bc57ac4cu);
}

/* The seed is the key, the stream the upper half of the counter. */
static void
test_bits (void)
{
  static const guint64 numbers[] = { 0,          1, 7, 0xffffffff, 0x100000000, 0x123456789abcdef0,
                                     G_MAXUINT64 };
  enum
  {
    N = G_N_ELEMENTS (numbers)
  };

  for (size_t i = 0; i < N * N * N; i++)
    {
      guint64 seed = numbers[i % N], stream = numbers[i / N % N], index = numbers[i / N / N];
      guint64 block = index / 2;
      guint32 key[2] = { (guint32) seed, (guint32) (seed >> 32) };
      guint32 counter[4] = { (guint32) block, (guint32) (block >> 32), (guint32) stream,
                             (guint32) (stream >> 32) };
      const guint32 *half = counter + index % 2 * 2;

      philox (counter, key);
      g_assert_cmphex (ag_random_bits (seed, stream, index), ==, (guint64) half[1] << 32 | half[0]);
    }
}

static void
test_uniform (void)
{
  enum
  {
    N = 200000
  };
  g_autofree ag_real *values = g_new (ag_real, N);
  double mean = 0, square = 0, lag = 0;

  ag_random_uniform (11, 12, values, N);
  for (int i = 0; i < N; i++)
    {
      double value = (double) values[i] - 0.5;

      g_assert_true (values[i] >= 0 && values[i] < 1);
      g_assert_true (values[i] * (ag_real) 0x1p24 == (ag_real) floor ((double) values[i] * 0x1p24));
      mean += value / N;
      square += value * value / N;
      lag += i > 0 ? value * ((double) values[i - 1] - 0.5) / N : 0;
    }
  /* Five standard deviations of each. */
  test_close (mean, 0, 5 * sqrt (1.0 / 12 / N));
  test_close (square, 1.0 / 12, 5 * sqrt (1.0 / 180 / N));
  test_close (lag, 0, 5.0 / 12 / sqrt (N));
}

static void
test_normal (void)
{
  enum
  {
    N = 400000
  };
  static const double expected[] = { 0, 1, 0, 3 };
  /* Variances of the first four powers. */
  static const double variance[] = { 1, 2, 15, 96 };
  g_autofree ag_real *values = g_new (ag_real, N);
  double moments[4] = { 0 }, lag = 0;
  int beyond = 0;

  ag_random_normal (21, 22, values, N);
  for (int i = 0; i < N; i++)
    {
      for (int power = 1; power <= 4; power++)
        moments[power - 1] += pow ((double) values[i], power) / N;
      lag += i > 0 ? (double) values[i] * (double) values[i - 1] / N : 0;
      beyond += fabs ((double) values[i]) > 1.959963985;
    }
  for (int power = 1; power <= 4; power++)
    test_close (moments[power - 1], expected[power - 1], 5 * sqrt (variance[power - 1] / N));
  test_close (lag, 0, 5 / sqrt (N));
  test_close ((double) beyond / N, 0.05, 5 * sqrt (0.05 * 0.95 / N));
}

/* The first k numbers do not depend on how many are asked for, and nothing behind is written. */
static void
test_prefix (void)
{
  enum
  {
    N = 23
  };
  ag_real uniform[N], normal[N], part[N + 1];

  ag_random_uniform (31, 32, uniform, N);
  ag_random_normal (31, 32, normal, N);
  for (size_t n = 0; n <= N; n++)
    {
      part[n] = 7;
      ag_random_uniform (31, 32, part, n);
      g_assert_cmpmem (part, n * sizeof *part, uniform, n * sizeof *part);
      ag_random_normal (31, 32, part, n);
      g_assert_cmpmem (part, n * sizeof *part, normal, n * sizeof *part);
      g_assert_true (part[n] == 7);
    }
}

static void
test_streams (void)
{
  enum
  {
    N = 10000
  };
  g_autofree ag_real *a = g_new (ag_real, N), *b = g_new (ag_real, N);
  static const guint64 others[][2] = { { 41, 43 }, { 40, 42 }, { 42, 41 } };

  ag_random_normal (41, 42, a, N);
  for (size_t i = 0; i < G_N_ELEMENTS (others); i++)
    {
      double correlation = 0;

      ag_random_normal (others[i][0], others[i][1], b, N);
      for (int j = 0; j < N; j++)
        correlation += (double) a[j] * (double) b[j] / N;
      test_close (correlation, 0, 5 / sqrt (N));
    }
}

static void
test_shuffle (void)
{
  enum
  {
    N = 6,
    TRIES = 12000
  };
  int counts[N][N] = { { 0 } }, single = 5;

  for (guint64 seed = 0; seed < TRIES; seed++)
    {
      int items[N], seen = 0;

      for (int i = 0; i < N; i++)
        items[i] = i;
      ag_random_shuffle (seed, 3, items, N);
      for (int i = 0; i < N; i++)
        {
          g_assert_cmpint (items[i], >=, 0);
          g_assert_cmpint (items[i], <, N);
          seen |= 1 << items[i];
          counts[i][items[i]]++;
        }
      g_assert_cmpint (seen, ==, (1 << N) - 1);
    }
  /* Each item is as often at each place. */
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++)
      test_close (counts[i][j], TRIES / N, 5 * sqrt (TRIES / N));
  ag_random_shuffle (1, 2, &single, 1);
  g_assert_cmpint (single, ==, 5);
  ag_random_shuffle (1, 2, NULL, 0);
}

void
test_random_add (void)
{
  g_test_add_func ("/flow/random/known-answers", test_known_answers);
  g_test_add_func ("/flow/random/bits", test_bits);
  g_test_add_func ("/flow/random/uniform", test_uniform);
  g_test_add_func ("/flow/random/normal", test_normal);
  g_test_add_func ("/flow/random/prefix", test_prefix);
  g_test_add_func ("/flow/random/streams", test_streams);
  g_test_add_func ("/flow/random/shuffle", test_shuffle);
}
