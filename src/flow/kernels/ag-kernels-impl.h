/* ag-kernels-impl.h: the innermost loops, for one instruction set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Included once by each ag-kernels-*.c, which says how long a vector is and how many rows of C fit
 * the registers. Vectors are GCC's and clang's vector extensions, so one text serves float, double
 * and all instruction sets.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "ag-kernels.h"

#define LANES ((int) (AG_VECTOR_BYTES / sizeof (ag_real)))
#define NR    (2 * LANES)
#define MR    AG_KERNELS_ROWS
#define KC    256
#define AHEAD 32 /* rows of B that are asked for before they are read */

#define INLINE static inline __attribute__ ((always_inline))

typedef ag_real Vec __attribute__ ((vector_size (AG_VECTOR_BYTES)));
typedef ag_real VecUnaligned
  __attribute__ ((vector_size (AG_VECTOR_BYTES), aligned (sizeof (ag_real)), may_alias));

/* Whole numbers as wide as those of a Vec: what comparisons give, and masks. */
#ifdef AG_FLOW_DOUBLE
typedef int64_t Bits __attribute__ ((vector_size (AG_VECTOR_BYTES)));
#else
typedef int32_t Bits __attribute__ ((vector_size (AG_VECTOR_BYTES)));
#endif

INLINE Vec
load (const ag_real *p)
{
  return *(const VecUnaligned *) p;
}

INLINE void
store (ag_real *p, Vec v)
{
  *(VecUnaligned *) p = v;
}

#include "ag-kernels-gemm.h"

/* On to the next pixel of a batch of images. */
INLINE void
next_pixel (int width, int height, int *x, int *y)
{
  *x += 1;
  if (*x < width)
    return;
  *x = 0;
  *y = *y + 1 < height ? *y + 1 : 0;
}

/* Calls function (n, ...) with a constant n for the usual numbers of channels, so that what it does
 * with them is a few moves. */
#define CHANNELS_CASE(n, function, ...)                                                            \
  case n:                                                                                          \
    function (n, __VA_ARGS__);                                                                     \
    break;
#define WITH_CHANNELS(channels, function, ...)                                                     \
  do                                                                                               \
    switch (channels)                                                                              \
      {                                                                                            \
        CHANNELS_CASE (2, function, __VA_ARGS__)                                                   \
        CHANNELS_CASE (4, function, __VA_ARGS__)                                                   \
        CHANNELS_CASE (6, function, __VA_ARGS__)                                                   \
        CHANNELS_CASE (8, function, __VA_ARGS__)                                                   \
        CHANNELS_CASE (12, function, __VA_ARGS__)                                                  \
        CHANNELS_CASE (24, function, __VA_ARGS__)                                                  \
        CHANNELS_CASE (48, function, __VA_ARGS__)                                                  \
      default:                                                                                     \
        function (channels, __VA_ARGS__);                                                          \
        break;                                                                                     \
      }                                                                                            \
  while (0)

INLINE void
gather_rows (int n,
             const AgTaps *taps,
             const ag_real *source,
             ptrdiff_t ld_source,
             int begin,
             int end,
             ag_real *columns,
             ptrdiff_t ld_columns)
{
  int w = taps->width, h = taps->height, x = begin % w, y = begin / w % h;

  for (int p = begin; p < end; p++, columns += ld_columns)
    {
      bool inside = x > 0 && x < w - 1 && y > 0 && y < h - 1;

      for (int tap = 0; tap < 9; tap++)
        {
          int dy = taps->sign * (tap / 3 - 1), dx = taps->sign * (tap % 3 - 1);

          if (inside || (y + dy >= 0 && y + dy < h && x + dx >= 0 && x + dx < w))
            memcpy (columns + tap * n, source + (p + dy * w + dx) * ld_source,
                    (size_t) n * sizeof *columns);
          else
            memset (columns + tap * n, 0, (size_t) n * sizeof *columns);
        }
      next_pixel (w, h, &x, &y);
    }
}

static void
gather (const AgTaps *taps,
        const ag_real *source,
        ptrdiff_t ld_source,
        int begin,
        int end,
        ag_real *columns,
        ptrdiff_t ld_columns)
{
  WITH_CHANNELS (taps->channels, gather_rows, taps, source, ld_source, begin, end, columns,
                 ld_columns);
}

/* sums += what the taps of the mask have in vector v of their n channels: a whole vector is summed
 * up, of which perhaps only a part are channels, and that part is added. */
INLINE void
scatter_vector (int n,
                int v,
                int mask,
                const ptrdiff_t offset[9],
                const ag_real *columns,
                ag_real *sums)
{
  int first = v * LANES, count = n - first < LANES ? n - first : LANES;
  Vec sum = { 0 };

#pragma GCC unroll 9
  for (int tap = 0; tap < 9; tap++)
    if (mask >> tap & 1)
      sum += load (columns + offset[tap] + first);
#pragma GCC unroll 16
  for (int j = 0; j < count; j++)
    sums[first + j] += sum[j];
}

#define ALL_TAPS 0x1ff

INLINE void
scatter_rows (int n,
              const AgTaps *taps,
              const ag_real *columns,
              ptrdiff_t ld_columns,
              int begin,
              int end,
              ag_real *sums,
              ptrdiff_t ld_sums)
{
  int w = taps->width, h = taps->height, x = begin % w, y = begin / w % h;
  int vectors = (n + LANES - 1) / LANES;
  ptrdiff_t offset[9];

  for (int tap = 0; tap < 9; tap++)
    offset[tap] = taps->sign * ((tap / 3 - 1) * w + tap % 3 - 1) * ld_columns + tap * n;
  for (int p = begin; p < end; p++, sums += ld_sums)
    {
      const ag_real *here = columns + p * ld_columns;
      int mask = 0;

      for (int tap = 0; tap < 9; tap++)
        {
          int ty = y + taps->sign * (tap / 3 - 1), tx = x + taps->sign * (tap % 3 - 1);

          mask |= (ty >= 0 && ty < h && tx >= 0 && tx < w) << tap;
        }
      if (mask == ALL_TAPS)
        for (int v = 0; v < vectors; v++)
          scatter_vector (n, v, ALL_TAPS, offset, here, sums);
      else
        for (int v = 0; v < vectors; v++)
          scatter_vector (n, v, mask, offset, here, sums);
      next_pixel (w, h, &x, &y);
    }
}

static void
scatter (const AgTaps *taps,
         const ag_real *columns,
         ptrdiff_t ld_columns,
         int begin,
         int end,
         ag_real *sums,
         ptrdiff_t ld_sums)
{
  WITH_CHANNELS (taps->channels, scatter_rows, taps, columns, ld_columns, begin, end, sums,
                 ld_sums);
}

#ifdef AG_FLOW_DOUBLE
INLINE Vec
exp_vector (Vec x)
{
  for (int i = 0; i < LANES; i++)
    x[i] = exp (x[i]);
  return x;
}
#else
/* exp by reduction to [-ln 2 / 2, ln 2 / 2] and a polynomial (Cephes' expf); within 2 ulp. */
INLINE Vec
exp_vector (Vec x)
{
  const Vec zero = { 0 };
  const ag_real magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
  const Vec high = zero + 88.3f, low = zero - 87.3f;
  Bits too_high = x > high, too_low = x < low; /* false for NaN, which passes through */
  Vec shifted, n, r, y;

  x =
    (Vec) (((Bits) high & too_high) | ((Bits) low & too_low) | ((Bits) x & ~(too_high | too_low)));
  shifted = x * 1.44269504088896341f + magic;
  n = shifted - magic;
  r = x - n * 0.693359375f + n * 2.12194440e-4f;
  y = zero + 1.9875691500e-4f;
  y = y * r + 1.3981999507e-3f;
  y = y * r + 8.3334519073e-3f;
  y = y * r + 4.1665795894e-2f;
  y = y * r + 1.6666665459e-1f;
  y = y * r + 5.0000001201e-1f;
  y = y * r * r + r + 1.0f;
  return y * (Vec) (((Bits) shifted - 0x4B400000 + 127) << 23);
}
#endif

static void
exp_array (ag_real *values, size_t n, ag_real factor)
{
  size_t i = 0;

  for (; i + (size_t) LANES <= n; i += (size_t) LANES)
    store (values + i, exp_vector (factor * load (values + i)));
  if (i < n)
    {
      /* What lies behind must neither be changed nor wait for a call of memcpy(). */
      ag_real part[LANES] = { 0 };

      for (size_t j = i; j < n; j++)
        part[j - i] = values[j];
      store (part, exp_vector (factor * load (part)));
      for (size_t j = i; j < n; j++)
        values[j] = part[j - i];
    }
}

INLINE Vec
shifted_sigmoid (Vec v, ag_real shift, ag_real offset)
{
  return 1 / (1 + exp_vector (-(v + shift))) + offset;
}

/* Of a whole vector the first n numbers; what follows belongs to later rows and stays. */
INLINE void
sigmoid_part (ag_real *values, int n, ag_real shift, ag_real offset)
{
  Bits lane, mine;
  Vec before = load (values);

  for (int i = 0; i < LANES; i++)
    lane[i] = i;
  mine = lane < n;
  store (values,
         (Vec) (((Bits) shifted_sigmoid (before, shift, offset) & mine) | ((Bits) before & ~mine)));
}

static void
sigmoid_rows (ag_real *values, int m, int n, ptrdiff_t ld, ag_real shift, ag_real offset)
{
  int whole = n / LANES * LANES, rest = n - whole;
  /* Rows whose vectors overlap are not written right after each other: the load of the second
   * would wait for the store of the first. */
  int apart = 1 + (int) ((LANES - 1) / ld);

  for (int i = 0; i < m; i++)
    for (int j = 0; j < whole; j += LANES)
      store (values + i * ld + j, shifted_sigmoid (load (values + i * ld + j), shift, offset));
  for (int first = 0; rest > 0 && first < apart; first++)
    for (int i = first; i < m; i += apart)
      {
        ag_real *to = values + i * ld + whole, part[LANES] = { 0 };

        if (i * ld + whole + LANES <= (m - 1) * ld + n)
          {
            sigmoid_part (to, rest, shift, offset);
            continue;
          }
        for (int j = 0; j < rest; j++)
          part[j] = to[j];
        sigmoid_part (part, rest, shift, offset);
        for (int j = 0; j < rest; j++)
          to[j] = part[j];
      }
}

#define EXACT_LANES ((int) (AG_VECTOR_BYTES / sizeof (double)))

typedef double ExactVec __attribute__ ((vector_size (AG_VECTOR_BYTES)));
typedef double ExactUnaligned
  __attribute__ ((vector_size (AG_VECTOR_BYTES), aligned (sizeof (double)), may_alias));

typedef struct
{
  int n, columns; /* of each row, and how many of this block's two vectors */
  const double *from, *matrix, *bias;
  double *to;
} ExactBlock;

/* A block of rows by two vectors, of which the first columns numbers are written. */
INLINE void
exact_block (int rows, const ExactBlock *block)
{
  int n = block->n, ld = ag_exact_stride (n);
  const double *from = block->from, *matrix = block->matrix;
  double *to = block->to;
  ExactVec sums[MR][2];

#pragma GCC unroll 16
  for (int i = 0; i < rows; i++)
    {
      sums[i][0] = *(const ExactUnaligned *) block->bias;
      sums[i][1] = *(const ExactUnaligned *) (block->bias + EXACT_LANES);
    }
  for (int k = 0; k < n; k++, matrix += ld)
    {
      ExactVec m0 = *(const ExactUnaligned *) matrix;
      ExactVec m1 = *(const ExactUnaligned *) (matrix + EXACT_LANES);

      for (int i = 0; i < 2 * EXACT_LANES; i += 8)
        __builtin_prefetch (matrix + AHEAD * ld + i, 0, 3);
#pragma GCC unroll 16
      for (int i = 0; i < rows; i++)
        {
          sums[i][0] += from[i * n + k] * m0;
          sums[i][1] += from[i * n + k] * m1;
        }
    }
#pragma GCC unroll 16
  for (int i = 0; i < rows; i++, to += n)
    if (block->columns == 2 * EXACT_LANES)
      {
        *(ExactUnaligned *) to = sums[i][0];
        *(ExactUnaligned *) (to + EXACT_LANES) = sums[i][1];
      }
    else
      {
        double part[2 * EXACT_LANES];

        *(ExactUnaligned *) part = sums[i][0];
        *(ExactUnaligned *) (part + EXACT_LANES) = sums[i][1];
        memcpy (to, part, (size_t) block->columns * sizeof *to);
      }
}

static void
exact_linear (int m,
              int n,
              const double *from,
              const double *matrix,
              const double *bias,
              double *to)
{
  for (int j = 0; j < n; j += 2 * EXACT_LANES)
    for (int i = 0, rows; i < m; i += rows)
      {
        ExactBlock block = { .n = n,
                             .columns = n - j < 2 * EXACT_LANES ? n - j : 2 * EXACT_LANES,
                             .from = from + (ptrdiff_t) i * n,
                             .matrix = matrix + j,
                             .bias = bias + j,
                             .to = to + (ptrdiff_t) i * n + j };

        rows = next_rows (m - i);
        WITH_ROWS (rows, exact_block, &block)
      }
}

/* Down so many vectors of columns, with sums and dots in registers as long as rows add to the same
 * sums, as nearly all inside an image do. The order of additions is that of the rows. */
INLINE void
sum_columns (int vectors,
             int m,
             const ag_real *a,
             ptrdiff_t lda,
             ag_real *const *sums,
             ptrdiff_t offset,
             const ag_real *b,
             ptrdiff_t ldb,
             ag_real *dots)
{
  Vec sum[4], dot[4];

#pragma GCC unroll 4
  for (int v = 0; v < vectors; v++)
    dot[v] = load (dots + v * LANES);
  for (int i = 0, next; i < m; i = next)
    {
      ag_real *to = sums[i] + offset;

#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++)
        sum[v] = load (to + v * LANES);
      for (next = i; next < m && sums[next] + offset == to; next++)
#pragma GCC unroll 4
        for (int v = 0; v < vectors; v++)
          {
            Vec row = load (a + next * lda + v * LANES);

            sum[v] += row;
            dot[v] += row * load (b + next * ldb + v * LANES);
          }
#pragma GCC unroll 4
      for (int v = 0; v < vectors; v++)
        store (to + v * LANES, sum[v]);
    }
#pragma GCC unroll 4
  for (int v = 0; v < vectors; v++)
    store (dots + v * LANES, dot[v]);
}

static void
row_sums (int m,
          int n,
          const ag_real *a,
          ptrdiff_t lda,
          ag_real *const *sums,
          const ag_real *b,
          ptrdiff_t ldb,
          ag_real *dots)
{
  int done = 0;

  for (; done + 4 * LANES <= n; done += 4 * LANES)
    sum_columns (4, m, a + done, lda, sums, done, b + done, ldb, dots + done);
  for (; done + LANES <= n; done += LANES)
    sum_columns (1, m, a + done, lda, sums, done, b + done, ldb, dots + done);
  for (int i = 0; i < m; i++)
    for (int j = done; j < n; j++)
      {
        sums[i][j] += a[i * lda + j];
        dots[j] += a[i * lda + j] * b[i * ldb + j];
      }
}

extern const AgKernels AG_KERNELS_SET;

const AgKernels AG_KERNELS_SET = {
  .name = AG_KERNELS_NAME,
  .nr = NR,
  .gemm = gemm,
  .gemm_tn = gemm_tn,
  .close_sums = close_sums,
  .gather = gather,
  .scatter = scatter,
  .exact_linear = exact_linear,
  .sigmoid = sigmoid_rows,
  .exp = exp_array,
  .row_sums = row_sums,
};
