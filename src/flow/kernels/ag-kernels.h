/* ag-kernels.h: the innermost loops, one set per instruction set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ag-kernels-impl.h is compiled once for every instruction set worth it; ag_kernels_best() picks
 * by what the processor has. Everything above talks to the loops through this table and is
 * compiled once.
 *
 * Two rules spare the loops their edge cases. Matrices that are read may be read up to
 * AG_KERNELS_SLACK numbers past their end, so buffers are allocated that much longer. And rows
 * whose stride leaves room for whole vectors are written with whole vectors: what follows a row's
 * numbers up to its stride is padding that anyone may overwrite.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "ag-real.h"

#define AG_KERNELS_SLACK 128

/* Multiples of this add up exactly in double while they stay below 512, so sums of them are the
 * same in whatever order. It is small beside what an optimizer sees of a gradient in bits/dim: Adam
 * takes all below 1e-8 for little. */
#define AG_SUM_UNIT 0x1p-44

/**
 * AgGemm:
 * @m: rows of A and C
 * @n: columns of B and C
 * @k: columns of A, rows of B
 * @a: (array): element (i, p) at a[i * lda + p]
 * @b: (array): packed by ag_kernels_pack()
 * @c: (array): element (i, j) at c[i * ldc + j]
 * @bias: (nullable) (array length=m): for each row the numbers it starts from, padded to whole
 *   panels; %NULL for zero
 * @mask: (nullable): where mask[i * ld_mask + j] is zero or less, C becomes zero: the gradient of
 *   a ReLU whose output @mask is
 * @relu: whether negative results become zero; NaN stays
 * @next: (nullable): memory that will be read soon and is not in the caches now; asked for bit by
 *   bit while the product is computed
 * @next_bytes: so much of it
 *
 * C = f(bias + A B)
 */
typedef struct
{
  int m, n, k;
  const ag_real *a;
  ptrdiff_t lda;
  const ag_real *b;
  ag_real *c;
  ptrdiff_t ldc;
  const ag_real *const *bias;
  const ag_real *mask;
  ptrdiff_t ld_mask;
  bool relu;
  const void *next;
  size_t next_bytes;
} AgGemm;

/**
 * AgPiece:
 * @end: one past its last row; it begins where the one before ends, the first one at 0
 * @opens: whether its sums begin at zero; else they go on from what is in open
 * @closes: whether its sums are complete and go to the totals; else they are left in open
 *
 * Rows whose products are summed up one after the other, in ag_real.
 */
typedef struct
{
  int end;
  bool opens, closes;
} AgPiece;

/**
 * AgGemmTn:
 * @k: columns of A, rows of C
 * @n: columns of B and C
 * @a: (array): element (p, i) at a[p * lda + i]
 * @b: (array): element (p, j) at b[p * ldb + j]; nothing is read past its last row, where another
 *   thread may be writing
 * @pieces: (array length=n_pieces): the rows of A and B
 * @open: (array): element (i, j) of C at open[i * ldc + j], of a piece that is not complete
 * @total: (array): likewise the sum of the C of those that are, each number of them rounded to a
 * multiple of AG_SUM_UNIT
 * @ldc: room for whole vectors, half a panel each
 * @first: whether there is nothing in @total yet
 *
 * C = A^T B of each piece: gradients of weights. How a piece is cut up between calls makes no
 * difference to a single bit.
 */
typedef struct
{
  int k, n;
  const ag_real *a;
  ptrdiff_t lda;
  const ag_real *b;
  ptrdiff_t ldb;
  const AgPiece *pieces;
  int n_pieces;
  ag_real *open;
  double *total;
  ptrdiff_t ldc;
  bool first;
} AgGemmTn;

/**
 * AgTaps:
 * @height: of an image, in pixels; images follow each other
 * @width: likewise
 * @channels: per tap
 * @sign: +1: tap (dy, dx) of pixel (y, x) is pixel (y + dy - 1, x + dx - 1); -1: the other way,
 *   as gradients go
 *
 * How the nine taps of a 3×3 convolution lie around a pixel. Tap 3 * dy + dx.
 */
typedef struct
{
  int height, width, channels, sign;
} AgTaps;

typedef struct
{
  const char *name;
  int nr; /* columns of a packed panel */

  void (*gemm) (const AgGemm *gemm);

  void (*gemm_tn) (const AgGemmTn *gemm);

  /* total[i] += open[i], or with first = open[i], rounded to a multiple of AG_SUM_UNIT. */
  void (*close_sums) (size_t n, const ag_real *open, double *total, bool first);

  /* columns[p - begin][tap][c] = source[tap of p][c], zero outside the image, for pixels begin to
   * end of the batch. */
  void (*gather) (const AgTaps *taps,
                  const ag_real *source,
                  ptrdiff_t ld_source,
                  int begin,
                  int end,
                  ag_real *columns,
                  ptrdiff_t ld_columns);

  /* sums[p - begin][c] += sum over taps of columns[tap of p][tap][c]. */
  void (*scatter) (const AgTaps *taps,
                   const ag_real *columns,
                   ptrdiff_t ld_columns,
                   int begin,
                   int end,
                   ag_real *sums,
                   ptrdiff_t ld_sums);

  /* to[i * n + j] = bias[j] + sum over k of from[i * n + k] * matrix[k * ld + j], over m rows of n,
   * with ld = ag_exact_stride (n). */
  void (*exact_linear) (int m,
                        int n,
                        const double *from,
                        const double *matrix,
                        const double *bias,
                        double *to);

  /* value = 1 / (1 + exp(-(value + shift))) + offset, for n numbers of each of m rows at stride
   * ld. What lies between the rows must not be in use by other threads. */
  void (*sigmoid) (ag_real *values, int m, int n, ptrdiff_t ld, ag_real shift, ag_real offset);

  /* values[i] = exp(factor * values[i]) */
  void (*exp) (ag_real *values, size_t n, ag_real factor);

  /* sums[i][j] += a[i * lda + j] and dots[j] += a[i * lda + j] * b[i * ldb + j], over m rows of n:
   * the gradients of a scaled convolution's biases and scales. */
  void (*row_sums) (int m,
                    int n,
                    const ag_real *a,
                    ptrdiff_t lda,
                    ag_real *const *sums,
                    const ag_real *b,
                    ptrdiff_t ldb,
                    ag_real *dots);
} AgKernels;

/**
 * ag_kernels_best:
 *
 * Returns: (transfer none): the fastest set this processor can run
 */
const AgKernels *ag_kernels_best (void);

/**
 * ag_kernels_list:
 *
 * Returns: (transfer none): every set this processor can run, ended by %NULL, the best first
 */
const AgKernels *const *ag_kernels_list (void);

static inline int
ag_round_up (int n, int unit)
{
  return (n + unit - 1) / unit * unit;
}

/* The stride of matrices and biases for exact_linear(): zeros up to there. */
static inline int
ag_exact_stride (int n)
{
  return ag_round_up (n, 16);
}

/* Numbers in a packed k×n matrix. */
static inline size_t
ag_kernels_packed_size (const AgKernels *kernels, int k, int n)
{
  return (size_t) k * (size_t) ag_round_up (n, kernels->nr);
}

/**
 * ag_kernels_pack:
 * @b: (array): element (p, j) at b[(p - k_begin) * row_stride + j * column_stride]
 * @k_begin: first row to pack
 * @k_end: one past the last
 * @panel_begin: first panel to pack
 * @panel_end: one past the last, so that threads can share the work either way
 * @packed: (out): the whole packed matrix: panels of nr columns, row by row, missing columns zero
 */
void ag_kernels_pack (const AgKernels *kernels,
                      int k,
                      int n,
                      const ag_real *b,
                      ptrdiff_t row_stride,
                      ptrdiff_t column_stride,
                      int k_begin,
                      int k_end,
                      int panel_begin,
                      int panel_end,
                      ag_real *packed);
