/* ag-kernels-impl.h: the innermost loops, for one instruction set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Included once by each ag-kernels-*.c, which says how long a vector is and how many rows of C fit
 * the registers. Vectors are GCC's and clang's vector extensions, so one text serves float, double
 * and all instruction sets.
 *
 * The matrix product is a register block of AG_KERNELS_ROWS rows by two vectors. A is read where it
 * lies: its elements are broadcast one by one, each row a stream of its own, so activations need
 * not be packed. With 6×16 floats on AVX2 a step of k takes 8 loads and 12 multiply-adds, which
 * keeps both multiply-add units busy. K is cut into pieces so that the panel of B in use stays in
 * the first-level cache while all rows of A pass it.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "ag-kernels.h"

#define LANES ((int) (AG_VECTOR_BYTES / sizeof (ag_real)))
#define NR    (2 * LANES)
#define MR    AG_KERNELS_ROWS
#define KC    256

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

/* NaN counts as positive: what went wrong in the wide activations must not look like a zero. */
INLINE Vec
keep_positive (Vec v, Vec mask)
{
#ifdef AG_FLOW_DOUBLE
  typedef int64_t Bits __attribute__ ((vector_size (AG_VECTOR_BYTES)));
#else
  typedef int32_t Bits __attribute__ ((vector_size (AG_VECTOR_BYTES)));
#endif

  return (Vec) ((Bits) v & ~(Bits) (mask <= 0));
}

/* acc += A B for a block of rows by NR columns; rows is a constant wherever this is used. */
INLINE void
multiply (int rows,
          int k,
          const ag_real *a,
          ptrdiff_t row_stride,
          ptrdiff_t k_stride,
          const ag_real *b,
          ptrdiff_t ldb,
          Vec acc[MR][2])
{
  for (int p = 0; p < k; p++)
    {
      Vec b0 = load (b), b1 = load (b + LANES);

#pragma GCC unroll 16
      for (int i = 0; i < rows; i++)
        {
          ag_real value = a[i * row_stride];

          acc[i][0] += value * b0;
          acc[i][1] += value * b1;
        }
      a += k_stride;
      b += ldb;
    }
}

typedef struct
{
  const AgGemm *gemm;
  int row, column; /* of C */
  int k_begin, k_end;
  const ag_real *b; /* the panel's row k_begin */
} Block;

INLINE void
gemm_block (int rows, const Block *block)
{
  const AgGemm *g = block->gemm;
  ag_real *c = g->c + block->row * g->ldc + block->column;
  bool whole = block->column + NR <= g->n || block->column + NR <= g->ldc;
  bool last = block->k_end == g->k;
  Vec acc[MR][2];

#pragma GCC unroll 16
  for (int i = 0; i < rows; i++)
    {
      ag_real part[NR] = { 0 };
      const ag_real *from = part;

      if (block->k_begin > 0 && whole)
        from = c + i * g->ldc;
      else if (block->k_begin > 0)
        memcpy (part, c + i * g->ldc, (size_t) (g->n - block->column) * sizeof part[0]);
      else if (g->bias != NULL)
        from = g->bias[block->row + i] + block->column;
      acc[i][0] = load (from);
      acc[i][1] = load (from + LANES);
    }
  multiply (rows, block->k_end - block->k_begin, g->a + block->row * g->lda + block->k_begin,
            g->lda, 1, block->b, NR, acc);
#pragma GCC unroll 16
  for (int i = 0; i < rows; i++)
    {
      if (last && g->relu)
        {
          acc[i][0] = keep_positive (acc[i][0], acc[i][0]);
          acc[i][1] = keep_positive (acc[i][1], acc[i][1]);
        }
      if (last && g->mask != NULL)
        {
          const ag_real *mask = g->mask + (block->row + i) * g->ld_mask + block->column;

          acc[i][0] = keep_positive (acc[i][0], load (mask));
          acc[i][1] = keep_positive (acc[i][1], load (mask + LANES));
        }
      if (whole)
        {
          store (c + i * g->ldc, acc[i][0]);
          store (c + i * g->ldc + LANES, acc[i][1]);
        }
      else
        {
          ag_real part[NR];

          store (part, acc[i][0]);
          store (part + LANES, acc[i][1]);
          memcpy (c + i * g->ldc, part, (size_t) (g->n - block->column) * sizeof part[0]);
        }
    }
}

/* Calls function (rows, argument) with a constant number of rows, so that it is compiled for each
 * and the block stays in registers. */
#define ROWS_CASE(n, function, argument)                                                           \
  case n:                                                                                          \
    function (n, argument);                                                                        \
    break;
#if MR == 4
#define WITH_ROWS(rows, function, argument)                                                        \
  switch (rows)                                                                                    \
    {                                                                                              \
      ROWS_CASE (1, function, argument)                                                            \
      ROWS_CASE (2, function, argument)                                                            \
      ROWS_CASE (3, function, argument)                                                            \
    default:                                                                                       \
      function (4, argument);                                                                      \
      break;                                                                                       \
    }
#elif MR == 6
#define WITH_ROWS(rows, function, argument)                                                        \
  switch (rows)                                                                                    \
    {                                                                                              \
      ROWS_CASE (1, function, argument)                                                            \
      ROWS_CASE (2, function, argument)                                                            \
      ROWS_CASE (3, function, argument)                                                            \
      ROWS_CASE (4, function, argument)                                                            \
      ROWS_CASE (5, function, argument)                                                            \
    default:                                                                                       \
      function (6, argument);                                                                      \
      break;                                                                                       \
    }
#else
#define WITH_ROWS(rows, function, argument)                                                        \
  switch (rows)                                                                                    \
    {                                                                                              \
      ROWS_CASE (1, function, argument)                                                            \
      ROWS_CASE (2, function, argument)                                                            \
      ROWS_CASE (3, function, argument)                                                            \
      ROWS_CASE (4, function, argument)                                                            \
      ROWS_CASE (5, function, argument)                                                            \
      ROWS_CASE (6, function, argument)                                                            \
      ROWS_CASE (7, function, argument)                                                            \
      ROWS_CASE (8, function, argument)                                                            \
      ROWS_CASE (9, function, argument)                                                            \
      ROWS_CASE (10, function, argument)                                                           \
      ROWS_CASE (11, function, argument)                                                           \
    default:                                                                                       \
      function (12, argument);                                                                     \
      break;                                                                                       \
    }
#endif

/* How many rows the next block takes when left remain: an even cut of the last two blocks keeps
 * enough independent sums in flight to hide the latency of the multiply-adds. */
INLINE int
next_rows (int left)
{
  if (left >= 2 * MR || left <= MR)
    return left < MR ? left : MR;
  return (left + 1) / 2;
}

static void
gemm (const AgGemm *g)
{
  for (int k = 0; k < g->k; k += KC)
    {
      Block block = { .gemm = g, .k_begin = k, .k_end = g->k - k < KC ? g->k : k + KC };

      for (int j = 0; j < g->n; j += NR)
        {
          block.column = j;
          block.b = g->b + (ptrdiff_t) j * g->k + (ptrdiff_t) k * NR;
          for (int i = 0, rows; i < g->m; i += rows)
            {
              rows = next_rows (g->m - i);
              block.row = i;
              WITH_ROWS (rows, gemm_block, &block)
            }
        }
    }
}

typedef struct
{
  int m, columns;
  const ag_real *a, *b;
  ptrdiff_t lda, ldb, ldc;
  ag_real *c;
  int n_last; /* of the m rows so many are read from here, as NR numbers each */
  const ag_real *last;
} TransposedBlock;

INLINE void
gemm_tn_block (int rows, const TransposedBlock *t)
{
  Vec acc[MR][2];

#pragma GCC unroll 16
  for (int i = 0; i < rows; i++)
    acc[i][0] = acc[i][1] = (Vec){ 0 };
  multiply (rows, t->m - t->n_last, t->a, 1, t->lda, t->b, t->ldb, acc);
  if (t->n_last > 0)
    multiply (rows, t->n_last, t->a + (t->m - t->n_last) * t->lda, 1, t->lda, t->last, NR, acc);
  for (int i = 0; i < rows; i++)
    {
      ag_real *c = t->c + i * t->ldc;

      if (t->columns == NR)
        {
          store (c, load (c) + acc[i][0]);
          store (c + LANES, load (c + LANES) + acc[i][1]);
        }
      else
        {
          ag_real part[NR];

          store (part, acc[i][0]);
          store (part + LANES, acc[i][1]);
          for (int j = 0; j < t->columns; j++)
            c[j] += part[j];
        }
    }
}

/* Rows at the end of B from column j on whose vectors would reach past its last row. */
INLINE int
rows_at_end (int m, int j, ptrdiff_t ldb)
{
  ptrdiff_t rows = (j + NR - 1) / ldb;

  return rows < m ? (int) rows : m;
}

static void
gemm_tn (int m,
         int k,
         int n,
         const ag_real *a,
         ptrdiff_t lda,
         const ag_real *b,
         ptrdiff_t ldb,
         ag_real *c,
         ptrdiff_t ldc)
{
  for (int j = 0; j < n; j += NR)
    {
      int columns = n - j < NR ? n - j : NR, n_last = rows_at_end (m, j, ldb);
      ag_real last[NR * NR];

      for (int p = 0; p < n_last; p++)
        for (int i = 0; i < NR; i++)
          last[p * NR + i] = i < columns ? b[(m - n_last + p) * ldb + j + i] : 0;
      for (int i = 0, rows; i < k; i += rows)
        {
          TransposedBlock block = { m,   columns, a + i,           b + j,  lda,
                                    ldb, ldc,     c + i * ldc + j, n_last, last };

          rows = next_rows (k - i);
          WITH_ROWS (rows, gemm_tn_block, &block)
        }
    }
}

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
map_vectors (ag_real *values, size_t n, Vec (*function) (Vec v, ag_real factor), ag_real factor)
{
  size_t i = 0;

  for (; i + (size_t) LANES <= n; i += (size_t) LANES)
    store (values + i, function (load (values + i), factor));
  if (i < n)
    {
      ag_real part[NR] = { 0 };

      for (size_t j = i; j < n; j++)
        part[j - i] = values[j];
      store (part, function (load (part), factor));
      for (size_t j = i; j < n; j++)
        values[j] = part[j - i];
    }
}

INLINE Vec
scaled_exp (Vec v, ag_real factor)
{
  return exp_vector (factor * v);
}

INLINE Vec
shifted_sigmoid (Vec v, ag_real shift)
{
  return 1 / (1 + exp_vector (-(v + shift)));
}

static void
exp_array (ag_real *values, size_t n, ag_real factor)
{
  map_vectors (values, n, scaled_exp, factor);
}

static void
sigmoid_array (ag_real *values, size_t n)
{
  map_vectors (values, n, shifted_sigmoid, 2);
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
  for (int i = 0; i < m; i++)
    {
      const ag_real *restrict row = a + i * lda, *restrict other = b + i * ldb;
      ag_real *restrict sum = sums[i], *restrict dot = dots;

      for (int j = 0; j < n; j++)
        {
          sum[j] += row[j];
          dot[j] += row[j] * other[j];
        }
    }
}

extern const AgKernels AG_KERNELS_SET;

const AgKernels AG_KERNELS_SET = {
  .name = AG_KERNELS_NAME,
  .nr = NR,
  .gemm = gemm,
  .gemm_tn = gemm_tn,
  .gather = gather,
  .scatter = scatter,
  .sigmoid = sigmoid_array,
  .exp = exp_array,
  .row_sums = row_sums,
};
