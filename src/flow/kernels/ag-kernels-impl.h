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

/* n is a constant for the usual sizes, so that a copy is a few moves. */
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
  int w = taps->width, h = taps->height;

  for (int p = begin; p < end; p++, columns += ld_columns)
    {
      int x = p % w, y = p / w % h;
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
#define GATHER(n) gather_rows (n, taps, source, ld_source, begin, end, columns, ld_columns)
  switch (taps->channels)
    {
    case 2:
      GATHER (2);
      break;
    case 4:
      GATHER (4);
      break;
    case 6:
      GATHER (6);
      break;
    case 8:
      GATHER (8);
      break;
    case 12:
      GATHER (12);
      break;
    case 24:
      GATHER (24);
      break;
    case 48:
      GATHER (48);
      break;
    default:
      GATHER (taps->channels);
      break;
    }
#undef GATHER
}

/* n is a constant for the usual sizes, so that the sums stay in registers. */
INLINE void
scatter_pixel (int n,
               int taps_mask,
               const ptrdiff_t offset[9],
               const ag_real *restrict columns,
               ag_real *restrict sums)
{
  for (int tap = 0; tap < 9; tap++)
    if (taps_mask >> tap & 1)
      for (int j = 0; j < n; j++)
        sums[j] += columns[offset[tap] + tap * n + j];
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
  int w = taps->width, h = taps->height, n = taps->channels;
  ptrdiff_t offset[9];

  for (int tap = 0; tap < 9; tap++)
    offset[tap] = taps->sign * ((tap / 3 - 1) * w + tap % 3 - 1) * ld_columns;
  for (int p = begin; p < end; p++, sums += ld_sums)
    {
      int x = p % w, y = p / w % h, mask = 0;
      const ag_real *here = columns + p * ld_columns;

      for (int tap = 0; tap < 9; tap++)
        {
          int ty = y + taps->sign * (tap / 3 - 1), tx = x + taps->sign * (tap % 3 - 1);

          mask |= (ty >= 0 && ty < h && tx >= 0 && tx < w) << tap;
        }
      switch (n)
        {
        case 2:
          scatter_pixel (2, mask, offset, here, sums);
          break;
        case 4:
          scatter_pixel (4, mask, offset, here, sums);
          break;
        case 6:
          scatter_pixel (6, mask, offset, here, sums);
          break;
        case 8:
          scatter_pixel (8, mask, offset, here, sums);
          break;
        case 12:
          scatter_pixel (12, mask, offset, here, sums);
          break;
        case 24:
          scatter_pixel (24, mask, offset, here, sums);
          break;
        case 48:
          scatter_pixel (48, mask, offset, here, sums);
          break;
        default:
          scatter_pixel (n, mask, offset, here, sums);
          break;
        }
    }
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
  typedef int32_t Ints __attribute__ ((vector_size (AG_VECTOR_BYTES)));
  const Vec zero = { 0 };
  const ag_real magic = 12582912.0f; /* 1.5 * 2^23: adding it rounds to an integer */
  const Vec high = zero + 88.3f, low = zero - 87.3f;
  Ints too_high = x > high, too_low = x < low; /* false for NaN, which passes through */
  Vec shifted, n, r, y;

  x =
    (Vec) (((Ints) high & too_high) | ((Ints) low & too_low) | ((Ints) x & ~(too_high | too_low)));
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
  return y * (Vec) (((Ints) shifted - 0x4B400000 + 127) << 23);
}
#endif

/* Calls function with every vector of an array and puts the result back; the last one may be short,
 * and what lies behind it must neither be changed nor wait for a call of memcpy(). */
INLINE void
map_vectors (ag_real *values,
             size_t n,
             Vec (*function) (Vec v, ag_real a, ag_real b),
             ag_real a,
             ag_real b)
{
  size_t i = 0;

  for (; i + (size_t) LANES <= n; i += (size_t) LANES)
    store (values + i, function (load (values + i), a, b));
  if (i < n)
    {
      ag_real part[NR] = { 0 };

      for (size_t j = i; j < n; j++)
        part[j - i] = values[j];
      store (part, function (load (part), a, b));
      for (size_t j = i; j < n; j++)
        values[j] = part[j - i];
    }
}

INLINE Vec
scaled_exp (Vec v, ag_real factor, ag_real offset)
{
  return exp_vector (factor * v) + offset;
}

INLINE Vec
shifted_sigmoid (Vec v, ag_real shift, ag_real offset)
{
  return 1 / (1 + exp_vector (-(v + shift))) + offset;
}

static void
exp_array (ag_real *values, size_t n, ag_real factor)
{
  map_vectors (values, n, scaled_exp, factor, 0);
}

static void
sigmoid_array (ag_real *values, size_t n, ag_real shift, ag_real offset)
{
  map_vectors (values, n, shifted_sigmoid, shift, offset);
}

#define EXACT_LANES ((int) (AG_VECTOR_BYTES / sizeof (double)))
#define EXACT_ROWS  6

typedef double ExactVec __attribute__ ((vector_size (AG_VECTOR_BYTES)));
typedef double ExactUnaligned
  __attribute__ ((vector_size (AG_VECTOR_BYTES), aligned (sizeof (double)), may_alias));

/* A block of rows by two vectors, of which the first columns numbers are written. */
INLINE void
exact_block (int rows,
             int n,
             int columns,
             const double *from,
             const double *matrix,
             const double *bias,
             double *to)
{
  int ld = ag_exact_stride (n);
  ExactVec sums[EXACT_ROWS][2];

#pragma GCC unroll 8
  for (int i = 0; i < rows; i++)
    {
      sums[i][0] = *(const ExactUnaligned *) bias;
      sums[i][1] = *(const ExactUnaligned *) (bias + EXACT_LANES);
    }
  for (int k = 0; k < n; k++, matrix += ld)
    {
      ExactVec m0 = *(const ExactUnaligned *) matrix;
      ExactVec m1 = *(const ExactUnaligned *) (matrix + EXACT_LANES);

#pragma GCC unroll 8
      for (int i = 0; i < rows; i++)
        {
          sums[i][0] += from[i * n + k] * m0;
          sums[i][1] += from[i * n + k] * m1;
        }
    }
  for (int i = 0; i < rows; i++, to += n)
    if (columns == 2 * EXACT_LANES)
      {
        *(ExactUnaligned *) to = sums[i][0];
        *(ExactUnaligned *) (to + EXACT_LANES) = sums[i][1];
      }
    else
      for (int j = 0; j < columns; j++)
        to[j] = sums[i][j / EXACT_LANES][j % EXACT_LANES];
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
    {
      int columns = n - j < 2 * EXACT_LANES ? n - j : 2 * EXACT_LANES, i = 0;

      for (; i + EXACT_ROWS <= m; i += EXACT_ROWS)
        exact_block (EXACT_ROWS, n, columns, from + (ptrdiff_t) i * n, matrix + j, bias + j,
                     to + (ptrdiff_t) i * n + j);
      for (; i < m; i++)
        exact_block (1, n, columns, from + (ptrdiff_t) i * n, matrix + j, bias + j,
                     to + (ptrdiff_t) i * n + j);
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
  .sigmoid = sigmoid_array,
  .exp = exp_array,
  .row_sums = row_sums,
};
