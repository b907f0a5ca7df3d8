/* test-kernels-elements.c: every set's gathers, sums and functions, against plain loops
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <float.h>
#include <math.h>

#include "ag-kernels.h"

#define GUARD 64

/* Images of every awkward shape: one pixel, one row, one column, two wide. */
static const struct
{
  int n, height, width;
} shapes[] = { { 3, 1, 1 }, { 2, 1, 5 }, { 2, 5, 1 }, { 2, 2, 2 }, { 1, 3, 7 }, { 3, 4, 6 } };

/* The usual numbers of channels have loops of their own; the others do not. */
static const int channels[] = { 1, 2, 3, 4, 5, 6, 8, 12, 13, 24, 48, 50 };

/* The pixel where a tap of a pixel lies, or -1 outside the image. */
static int
tap_pixel (const AgTaps *taps, int pixel, int tap)
{
  int size = taps->height * taps->width;
  int y = pixel % size / taps->width + taps->sign * (tap / 3 - 1);
  int x = pixel % taps->width + taps->sign * (tap % 3 - 1);

  if (y < 0 || y >= taps->height || x < 0 || x >= taps->width)
    return -1;
  return pixel / size * size + y * taps->width + x;
}

static void
check_gather (const AgKernels *kernels, const AgTaps *taps, int n_pixels)
{
  int c = taps->channels, ld = c + 3, ld_columns = 9 * c + 5, begin = n_pixels / 3;
  g_autofree ag_real *source = test_reals ((size_t) (n_pixels * ld));
  size_t size = (size_t) ((n_pixels - begin) * ld_columns);
  g_autofree ag_real *columns = g_new (ag_real, size + GUARD);

  ag_random_normal (1, 2, source, (size_t) (n_pixels * ld));
  for (size_t i = 0; i < size + GUARD; i++)
    columns[i] = 12345;
  kernels->gather (taps, source, ld, begin, n_pixels, columns, ld_columns);
  for (int p = begin; p < n_pixels; p++)
    for (int i = 0; i < ld_columns; i++)
      {
        ag_real got = columns[(p - begin) * ld_columns + i], expected = 12345;

        if (i < 9 * c)
          {
            int from = tap_pixel (taps, p, i / c);

            expected = from < 0 ? 0 : source[from * ld + i % c];
          }
        g_assert_true (got == expected);
      }
  for (int i = 0; i < GUARD; i++)
    g_assert_true (columns[size + (size_t) i] == 12345);
}

static void
check_scatter (const AgKernels *kernels, const AgTaps *taps, int n_pixels)
{
  int c = taps->channels, ld = c + 2, ld_columns = 9 * c + 4, begin = n_pixels / 3;
  size_t count = (size_t) ((n_pixels - begin) * ld);
  g_autofree ag_real *columns = test_reals ((size_t) (n_pixels * ld_columns));
  g_autofree ag_real *sums = test_reals (count), *before = test_reals (count);

  ag_random_normal (1, 3, columns, (size_t) (n_pixels * ld_columns));
  ag_random_normal (1, 4, sums, count);
  ag_random_normal (1, 4, before, count);
  kernels->scatter (taps, columns, ld_columns, begin, n_pixels, sums, ld);
  for (int p = begin; p < n_pixels; p++)
    for (int j = 0; j < ld; j++)
      {
        int i = (p - begin) * ld + j;
        double expected = (double) before[i];

        for (int tap = 0; j < c && tap < 9; tap++)
          {
            int from = tap_pixel (taps, p, tap);

            if (from >= 0)
              expected += (double) columns[from * ld_columns + tap * c + j];
          }
        test_close (sums[i], expected, j < c ? TEST_TOLERANCE (5e-6, 1e-14) : 0);
      }
}

static void
each_taps (const AgKernels *kernels,
           void (*check) (const AgKernels *kernels, const AgTaps *taps, int n_pixels))
{
  for (size_t s = 0; s < G_N_ELEMENTS (shapes); s++)
    for (size_t c = 0; c < G_N_ELEMENTS (channels); c++)
      for (int sign = -1; sign <= 1; sign += 2)
        check (kernels, &(AgTaps){ shapes[s].height, shapes[s].width, channels[c], sign },
               shapes[s].n * shapes[s].height * shapes[s].width);
}

static void
test_gather (gconstpointer data)
{
  each_taps (data, check_gather);
}

static void
test_scatter (gconstpointer data)
{
  each_taps (data, check_scatter);
}

static double
ag_real_epsilon (void)
{
  return TEST_TOLERANCE ((double) FLT_EPSILON, DBL_EPSILON);
}

static void
test_exp (gconstpointer data)
{
  const AgKernels *kernels = data;
  enum
  {
    N = 17500
  };
  g_autofree ag_real *values = g_new (ag_real, N);

  for (int factor = -1; factor <= 1; factor += 2)
    {
      for (int i = 0; i < N; i++)
        values[i] = (ag_real) ((i - N / 2) * 0.009973);
      kernels->exp (values, N, (ag_real) factor);
      for (int i = 0; i < N; i++)
        {
          double x = factor * (double) (ag_real) ((i - N / 2) * 0.009973);

          if (x > -87.3 && x < 88.3)
            test_close (values[i] / exp (x), 1, 2 * ag_real_epsilon ());
        }
    }
}

static void
test_exp_extremes (gconstpointer data)
{
  const AgKernels *kernels = data;
  ag_real values[] = { 0, 100, -100, (ag_real) INFINITY, (ag_real) -INFINITY, (ag_real) NAN, 1 };

  kernels->exp (values, G_N_ELEMENTS (values), 1);
  g_assert_true (values[0] == 1);
  g_assert_true (values[1] > (ag_real) 1e38);
  g_assert_true (values[2] >= 0 && values[2] < (ag_real) 2e-38);
  g_assert_true (values[3] > (ag_real) 1e38);
  g_assert_true (values[4] >= 0 && values[4] < (ag_real) 2e-38);
  g_assert_true (isnan (values[5]));
  test_close (values[6], G_E, 4 * ag_real_epsilon ());
}

static void
test_sigmoid (gconstpointer data)
{
  const AgKernels *kernels = data;
  enum
  {
    N = 16001
  };
  g_autofree ag_real *values = g_new (ag_real, N);

  for (int i = 0; i < N; i++)
    values[i] = (ag_real) ((i - N / 2) * 0.01);
  kernels->sigmoid (values, 1, N, N, 2, 0);
  for (int i = 0; i < N; i++)
    {
      /* The addition rounds like any; what is measured is what follows. */
      ag_real sum = (ag_real) ((i - N / 2) * 0.01) + 2;

      test_close (values[i] * (1 + exp (-(double) sum)), 1, 4 * ag_real_epsilon ());
    }
}

static void
test_sigmoid_extremes (gconstpointer data)
{
  const AgKernels *kernels = data;
  ag_real values[] = { -2, 100, -100, (ag_real) INFINITY, (ag_real) -INFINITY, (ag_real) NAN };

  kernels->sigmoid (values, 1, G_N_ELEMENTS (values), G_N_ELEMENTS (values), 2, 0);
  g_assert_true (values[0] == (ag_real) 0.5);
  g_assert_true (values[1] == 1);
  /* A scale that is zero could not be undone; double's range is as good as endless here. */
  g_assert_true (values[2] > 0 && values[2] < (ag_real) 1e-37);
  g_assert_true (values[3] == 1);
  g_assert_true (values[4] >= 0 && values[4] < (ag_real) 1e-37);
  g_assert_true (TEST_IS_DOUBLE || values[4] > 0);
  g_assert_true (isnan (values[5]));
}

/* Every length around that of vectors; nothing behind the last number is touched. */
static void
test_lengths (gconstpointer data)
{
  const AgKernels *kernels = data;

  for (size_t n = 0; n <= 70; n++)
    {
      ag_real a[80], b[80];

      for (size_t i = 0; i < 80; i++)
        a[i] = b[i] = (ag_real) i / 16;
      kernels->exp (a, n, -1);
      kernels->sigmoid (b, 1, (int) n, 80, -1, (ag_real) 0.5);
      for (size_t i = 0; i < 80; i++)
        {
          double x = (double) i / 16;

          if (i < n)
            {
              test_close (a[i], exp (-x), 4 * ag_real_epsilon ());
              test_close (b[i], 0.5 + 1 / (1 + exp (1 - x)), 4 * ag_real_epsilon ());
            }
          else
            g_assert_true (a[i] == (ag_real) x && b[i] == (ag_real) x);
        }
    }
}

/* Rows of every length and distance: all their numbers and no others. */
static void
test_sigmoid_rows (gconstpointer data)
{
  const AgKernels *kernels = data;

  for (int n = 1; n <= 40; n++)
    for (int ld = n; ld <= 2 * n + 1; ld += n % 3 + 1)
      {
        int m = 1 + n % 7, end = (m - 1) * ld + n;
        g_autofree ag_real *values = test_reals ((size_t) (end + 100));

        for (int i = 0; i < end + 100; i++)
          values[i] = (ag_real) (i % 50) / 8 - 3;
        kernels->sigmoid (values, m, n, ld, 2, (ag_real) 0.5);
        for (int i = 0; i < end + 100; i++)
          {
            double x = (double) (i % 50) / 8 - 3;

            if (i < end && i % ld < n)
              test_close (values[i], 0.5 + 1 / (1 + exp (-x - 2)), 4 * ag_real_epsilon ());
            else
              g_assert_true (values[i] == (ag_real) x);
          }
      }
}

static void
test_row_sums (gconstpointer data)
{
  const AgKernels *kernels = data;

  for (int n = 1; n <= 70; n++)
    {
      int m = 1 + n * 7 % 50, lda = n + 2, ldb = n + 5;
      g_autofree ag_real *a = test_reals ((size_t) (m * lda)), *b = test_reals ((size_t) (m * ldb));
      ag_real sums[4][80] = { { 0 } }, dots[80] = { 0 }, *rows[64];
      double expected_sums[4][80] = { { 0 } }, expected_dots[80] = { 0 };

      ag_random_normal (1, 5, a, (size_t) (m * lda));
      ag_random_normal (1, 6, b, (size_t) (m * ldb));
      for (int i = 0; i < m; i++)
        {
          rows[i] = sums[i * 5 % 4];
          for (int j = 0; j < n; j++)
            {
              expected_sums[i * 5 % 4][j] += (double) a[i * lda + j];
              expected_dots[j] += (double) a[i * lda + j] * (double) b[i * ldb + j];
            }
        }
      kernels->row_sums (m, n, a, lda, rows, b, ldb, dots);
      for (int j = 0; j < 80; j++)
        {
          for (int i = 0; i < 4; i++)
            test_close (sums[i][j], expected_sums[i][j], j < n ? TEST_TOLERANCE (2e-5, 1e-13) : 0);
          test_close (dots[j], expected_dots[j], j < n ? TEST_TOLERANCE (2e-5, 1e-13) : 0);
        }
    }
}

void
test_kernels_elements_add (void)
{
  static const struct
  {
    const char *name;
    GTestDataFunc function;
  } tests[] = {
    { "gather", test_gather },
    { "scatter", test_scatter },
    { "exp", test_exp },
    { "exp/extremes", test_exp_extremes },
    { "sigmoid", test_sigmoid },
    { "sigmoid/extremes", test_sigmoid_extremes },
    { "sigmoid/rows", test_sigmoid_rows },
    { "lengths", test_lengths },
    { "row-sums", test_row_sums },
  };

  for (const AgKernels *const *set = ag_kernels_list (); *set != NULL; set++)
    for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
      {
        g_autofree char *path =
          g_strdup_printf ("/flow/kernels/%s/%s", (*set)->name, tests[i].name);

        g_test_add_data_func (path, *set, tests[i].function);
      }
}
