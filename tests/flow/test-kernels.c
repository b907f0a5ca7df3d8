/* test-kernels.c: matrix products of every set of kernels, against plain loops
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What may be read but must not matter (the slack behind arrays, what lies between a row's numbers
 * and its stride) holds NaN, so that one wrong number taken from there shows.
 */
#include "test-flow.h"

#include <math.h>

#include "ag-kernels.h"

#define GUARD 64

/* rows of n random numbers at a stride of ld, NaN everywhere else. */
static ag_real *
random_matrix (int rows, int n, int ld, guint64 seed)
{
  size_t size = (size_t) (rows * ld) + AG_KERNELS_SLACK;
  ag_real *matrix = g_new (ag_real, size);

  for (size_t i = 0; i < size; i++)
    matrix[i] = (ag_real) NAN;
  for (int i = 0; i < rows; i++)
    ag_random_normal (seed, (guint64) i, matrix + i * ld, (size_t) n);
  return matrix;
}

typedef struct
{
  int m, n, k;
  int pad_a, pad_c; /* added to the least strides */
  gboolean bias, relu, mask;
} GemmCase;

/* The operands of a case and C between two guards. */
typedef struct
{
  AgGemm gemm;
  ag_real *a, *b, *packed, *c, *mask, *bias_rows;
  const ag_real **bias;
  size_t c_size;
} GemmData;

static void
gemm_data_init (GemmData *data, const AgKernels *kernels, const GemmCase *test)
{
  int m = test->m, n = test->n, k = test->k, lda = k + test->pad_a, ldc = n + test->pad_c;
  int panels = (n + kernels->nr - 1) / kernels->nr;

  data->a = random_matrix (m, k, lda, 1);
  data->b = random_matrix (k, n, n, 2);
  data->packed = random_matrix (k, 0, ag_round_up (n, kernels->nr), 0);
  ag_kernels_pack (kernels, k, n, data->b, n, 1, 0, k, 0, panels, data->packed);
  data->c_size = (size_t) (m * ldc);
  data->c = g_new (ag_real, data->c_size + 2 * GUARD);
  for (size_t i = 0; i < data->c_size + 2 * GUARD; i++)
    data->c[i] = 12345;
  data->mask = random_matrix (m, n, n + 3, 3);
  /* Few rows of bias, as positions at the border have, shared by the rows of C. */
  data->bias_rows = random_matrix (3, n, ag_round_up (n, kernels->nr), 4);
  data->bias = g_new (const ag_real *, m);
  for (int i = 0; i < m; i++)
    data->bias[i] = data->bias_rows + i * 5 % 3 * ag_round_up (n, kernels->nr);
  data->gemm = (AgGemm){ .m = m,
                         .n = n,
                         .k = k,
                         .a = data->a,
                         .lda = lda,
                         .b = data->packed,
                         .c = data->c + GUARD,
                         .ldc = ldc,
                         .bias = test->bias ? data->bias : NULL,
                         .mask = test->mask ? data->mask : NULL,
                         .ld_mask = n + 3,
                         .relu = test->relu,
                         .next = data->packed,
                         .next_bytes = 64 * (size_t) (m % 5) };
}

static void
gemm_data_clear (GemmData *data)
{
  g_free (data->a);
  g_free (data->b);
  g_free (data->packed);
  g_free (data->c);
  g_free (data->mask);
  g_free (data->bias_rows);
  g_free (data->bias);
}

static void
check_gemm (const AgKernels *kernels, const GemmCase *test)
{
  double tolerance = TEST_TOLERANCE (4e-6, 1e-14) * sqrt (test->k + 1) * 4;
  GemmData data;

  gemm_data_init (&data, kernels, test);
  kernels->gemm (&data.gemm);
  for (int i = 0; i < test->m; i++)
    for (int j = 0; j < test->n; j++)
      {
        double sum = test->bias ? (double) data.bias[i][j] : 0;

        for (int p = 0; p < test->k; p++)
          sum += (double) data.a[i * data.gemm.lda + p] * (double) data.b[p * test->n + j];
        if (test->relu)
          sum = fmax (sum, 0);
        if (test->mask && !(data.mask[i * (test->n + 3) + j] > 0))
          sum = 0;
        test_close (data.gemm.c[i * data.gemm.ldc + j], sum, tolerance);
      }
  for (int i = 0; i < GUARD; i++)
    {
      g_assert_true (data.c[i] == 12345);
      g_assert_true (data.c[GUARD + data.c_size + (size_t) i] == 12345);
    }
  gemm_data_clear (&data);
}

static void
test_gemm_rows (gconstpointer data)
{
  /* Every count of rows meets each width of a last panel once or more. */
  for (int m = 1; m <= 40; m++)
    for (int n = 1 + m % 7; n <= 70; n += 9)
      check_gemm (data, &(GemmCase){ .m = m, .n = n, .k = 1 + (m * 5 + n) % 23, .pad_a = n % 3 });
}

static void
test_gemm_options (gconstpointer data)
{
  for (int options = 0; options < 8; options++)
    for (int m = 1; m <= 29; m += 4)
      for (int pad = 0; pad <= 40; pad += pad < 9 ? 3 : 31)
        check_gemm (data, &(GemmCase){ .m = m,
                                       .n = 19 + m % 3,
                                       .k = 13,
                                       .pad_c = pad,
                                       .bias = (options & 1) != 0,
                                       .relu = (options & 2) != 0,
                                       .mask = (options & 4) != 0 });
}

/* What is not a number stays one, and leaves the other rows alone. */
static void
test_gemm_nan (gconstpointer data)
{
  const AgKernels *kernels = data;

  for (int options = 0; options < 4; options++)
    {
      GemmCase test = { .m = 5, .n = 21, .k = 9, .relu = options & 1, .mask = (options & 2) != 0 };
      GemmData d;

      gemm_data_init (&d, kernels, &test);
      d.a[2 * d.gemm.lda + 4] = (ag_real) NAN;
      d.mask[3 * d.gemm.ld_mask + 7] = (ag_real) NAN;
      for (int j = 0; j < test.n; j++)
        d.mask[2 * d.gemm.ld_mask + j] = 1;
      kernels->gemm (&d.gemm);
      for (int i = 0; i < test.m; i++)
        for (int j = 0; j < test.n; j++)
          g_assert_true (isnan (d.gemm.c[i * d.gemm.ldc + j]) == (i == 2));
      gemm_data_clear (&d);
    }
}

static void
test_gemm_deep (gconstpointer data)
{
  /* Around and above the depth at which the product is cut into pieces. */
  static const int depths[] = { 255, 256, 257, 300, 513 };

  for (size_t i = 0; i < G_N_ELEMENTS (depths); i++)
    for (int pad = 0; pad <= 32; pad += 16)
      for (int n = 5; n <= 37; n += 16)
        check_gemm (data, &(GemmCase){ .m = 13,
                                       .n = n,
                                       .k = depths[i],
                                       .pad_c = pad,
                                       .bias = TRUE,
                                       .relu = i % 2 == 0,
                                       .mask = i % 2 == 1 });
}

/* Sums over three blocks of rows, the first begun before and the last going on, in one call or cut
 * up between several: what is left open and what is closed is the same to the last bit. */
static void
check_gemm_tn (const AgKernels *kernels, int m, int k, int n, int pad)
{
  g_autofree ag_real *a = random_matrix (m, k, k + pad, 5);
  g_autofree ag_real *with_slack = random_matrix (m, n, n + pad, 6);
  /* Ends with its last row, for the address sanitizer to guard. */
  g_autofree ag_real *b = g_memdup2 (with_slack, (size_t) (m * (n + pad)) * sizeof *b);
  int ldc = ag_round_up (n, kernels->nr / 2), size = k * ldc;
  g_autofree ag_real *before = random_matrix (k, n, ldc, 7);
  int ends[] = { m / 3, m / 3 + m / 4, m };
  g_autofree ag_real *open = g_new (ag_real, size + 2 * GUARD);
  g_autofree double *total = g_new (double, size + 2 * GUARD);
  g_autofree ag_real *cut_open = NULL;
  g_autofree double *cut_total = NULL;
  AgPiece pieces[] = { { ends[0], false, true },
                       { ends[1], true, true },
                       { ends[2], true, false } };
  AgGemmTn gemm = {
    k, n, a, k + pad, b, n + pad, pieces, 3, open + GUARD, total + GUARD, ldc, true
  };

  for (int i = 0; i < size + 2 * GUARD; i++)
    total[i] = open[i] = 12345;
  memcpy (open + GUARD, before, (size_t) size * sizeof *open);
  cut_open = g_memdup2 (open, (size_t) (size + 2 * GUARD) * sizeof *open);
  cut_total = g_memdup2 (total, (size_t) (size + 2 * GUARD) * sizeof *total);
  kernels->gemm_tn (&gemm);

  gemm.open = cut_open + GUARD;
  gemm.total = cut_total + GUARD;
  for (int begin = 0, end, block = 0; begin < m; begin = end)
    {
      AgPiece piece = { 0 };

      for (; ends[block] <= begin; block++)
        {
        }
      end = MIN (begin + 1 + begin % 7, ends[block]);
      piece = (AgPiece){ end - begin, begin > 0 && block > 0 && begin == ends[block - 1],
                         block < 2 && end == ends[block] };
      gemm.a = a + begin * (k + pad);
      gemm.b = b + begin * (n + pad);
      gemm.pieces = &piece;
      gemm.n_pieces = 1;
      gemm.first = block == 0;
      kernels->gemm_tn (&gemm);
    }

  for (int i = 0; i < k; i++)
    for (int j = 0; j < ldc; j++)
      {
        int at = GUARD + i * ldc + j;
        double closed = (double) before[i * ldc + j], left = 0;

        for (int p = 0; p < m && j < n; p++)
          *(p < ends[1] ? &closed : &left) +=
            (double) a[p * (k + pad) + i] * (double) b[p * (n + pad) + j];
        if (j < n)
          {
            g_assert_true (open[at] == cut_open[at] && total[at] == cut_total[at]);
            test_close (total[at], closed, TEST_TOLERANCE (4e-6, 2e-13) * sqrt (m + 1) * 4);
            test_close (open[at], left, TEST_TOLERANCE (4e-6, 1e-14) * sqrt (m + 1) * 4);
            g_assert_true (remainder (total[at], AG_SUM_UNIT) == 0);
          }
        open[at] = 12345;
        total[at] = 12345;
      }
  for (int i = 0; i < size + 2 * GUARD; i++)
    g_assert_true (open[i] == 12345 && total[i] == 12345);
}

static void
test_gemm_tn (gconstpointer data)
{
  for (int k = 1; k <= 40; k++)
    check_gemm_tn (data, 4 + k * 7 % 60, k, 1 + k * 11 % 67, k % 4);
  for (int n = 1; n <= 68; n++)
    check_gemm_tn (data, 9, 5, n, 0);
}

/* In any order the same bits, whatever the sizes of the numbers; what is not finite stays so. */
static void
test_close_sums (gconstpointer data)
{
  const AgKernels *kernels = data;
  enum
  {
    N = 37,
    TERMS = 50,
  };
  ag_real terms[TERMS][N];
  double forth[N], back[N], expected[N] = { 0 };

  for (int t = 0; t < TERMS; t++)
    {
      ag_random_normal (3, (uint64_t) t, terms[t], N);
      for (int i = 0; i < N; i++)
        {
          terms[t][i] *= (ag_real) ldexp (1, -t % 40);
          expected[i] += (double) terms[t][i];
        }
    }
  for (int t = 0; t < TERMS; t++)
    {
      kernels->close_sums (N, terms[t], forth, t == 0);
      kernels->close_sums (N, terms[TERMS - 1 - t], back, t == 0);
    }
  g_assert_cmpmem (forth, sizeof forth, back, sizeof back);
  for (int i = 0; i < N; i++)
    test_close (forth[i], expected[i], TERMS * AG_SUM_UNIT / 2 + 1e-14);
  terms[0][3] = (ag_real) NAN;
  terms[0][36] = (ag_real) INFINITY;
  kernels->close_sums (N, terms[0], forth, false);
  g_assert_true (isnan (forth[3]) && isinf (forth[36]) && isfinite (forth[4]));
}

static void
test_pack (gconstpointer data)
{
  const AgKernels *kernels = data;

  for (int n = 1; n <= 70; n += 3)
    for (int transposed = 0; transposed <= 1; transposed++)
      {
        int k = 7, nr = kernels->nr, panels = (n + nr - 1) / nr;
        size_t size = ag_kernels_packed_size (kernels, k, n);
        g_autofree ag_real *b = random_matrix (k, n, n, 8);
        g_autofree ag_real *packed = random_matrix (k, 0, ag_round_up (n, nr), 0);
        int row_stride = transposed ? 1 : n, column_stride = transposed ? k : 1;

        g_assert_cmpuint (size, ==, (size_t) (k * panels * nr));
        /* In four shares, as threads would: rows 0 to 2 and 3 to 6 of two groups of panels. */
        for (int share = 0; share < 4; share++)
          {
            int k_begin = share % 2 ? 3 : 0, k_end = share % 2 ? k : 3;

            ag_kernels_pack (kernels, k, n, b + k_begin * row_stride, row_stride, column_stride,
                             k_begin, k_end, share / 2 ? panels / 2 : 0,
                             share / 2 ? panels : panels / 2, packed);
          }
        for (int panel = 0; panel < panels; panel++)
          for (int p = 0; p < k; p++)
            for (int i = 0; i < nr; i++)
              {
                int j = panel * nr + i;
                ag_real expected = j < n ? b[p * row_stride + j * column_stride] : 0;

                g_assert_true (packed[(panel * k + p) * nr + i] == expected);
              }
        g_assert_true (isnan (packed[size]));
      }
}

/* A row comes out the same, to the bit, whichever rows it is multiplied with: on it rests that
 * results do not depend on the number of threads. */
static void
test_exact_linear (gconstpointer data)
{
  const AgKernels *kernels = data;

  for (int n = 4; n <= 52; n += 4)
    for (int m = 1; m <= 15; m++)
      {
        int ld = ag_exact_stride (n);
        g_autofree double *from = g_new (double, m *n);
        g_autofree double *matrix = g_new0 (double, n *ld);
        g_autofree double *bias = g_new0 (double, ld);
        g_autofree double *to = g_new (double, m *n + GUARD);
        g_autofree double *alone = g_new (double, n);

        for (int i = 0; i < m * n; i++)
          from[i] = g_test_rand_double_range (-1, 1);
        for (int i = 0; i < n; i++)
          bias[i] = g_test_rand_double_range (-1, 1);
        for (int i = 0; i < n * n; i++)
          matrix[i / n * ld + i % n] = g_test_rand_double_range (-1, 1);
        for (int i = 0; i < m * n + GUARD; i++)
          to[i] = 12345;
        kernels->exact_linear (m, n, from, matrix, bias, to);
        for (int i = 0; i < m; i++)
          {
            for (int j = 0; j < n; j++)
              {
                double sum = bias[j];

                for (int k = 0; k < n; k++)
                  sum += from[i * n + k] * matrix[k * ld + j];
                g_assert_cmpfloat (fabs (to[i * n + j] - sum), <, 1e-13);
              }
            kernels->exact_linear (1, n, from + i * n, matrix, bias, alone);
            g_assert_cmpmem (alone, (gsize) n * sizeof *alone, to + i * n, (gsize) n * sizeof *to);
          }
        for (int i = m * n; i < m * n + GUARD; i++)
          g_assert_true (to[i] == 12345);
      }
}

static void
test_list (void)
{
  const AgKernels *const *list = ag_kernels_list ();
  gboolean generic = FALSE;

  g_assert_true (ag_kernels_best () == list[0]);
  for (int i = 0; list[i] != NULL; i++)
    {
      g_test_message ("%s: panels of %d", list[i]->name, list[i]->nr);
      generic = generic || g_strcmp0 (list[i]->name, "generic") == 0;
    }
  g_assert_true (generic);
}

void
test_kernels_add (void)
{
  static const struct
  {
    const char *name;
    GTestDataFunc function;
  } tests[] = {
    { "gemm/rows", test_gemm_rows },       { "gemm/options", test_gemm_options },
    { "gemm/deep", test_gemm_deep },       { "gemm/nan", test_gemm_nan },
    { "gemm-tn", test_gemm_tn },           { "close-sums", test_close_sums },
    { "exact-linear", test_exact_linear }, { "pack", test_pack },
  };

  g_test_add_func ("/flow/kernels/list", test_list);
  for (const AgKernels *const *set = ag_kernels_list (); *set != NULL; set++)
    for (size_t i = 0; i < G_N_ELEMENTS (tests); i++)
      {
        g_autofree char *path =
          g_strdup_printf ("/flow/kernels/%s/%s", (*set)->name, tests[i].name);

        g_test_add_data_func (path, *set, tests[i].function);
      }
}
