/* ag-kernels-gemm.h: the matrix products, for one instruction set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Part of ag-kernels-impl.h.
 *
 * The matrix product is a register block of AG_KERNELS_ROWS rows by two vectors. A is read where it
 * lies: its elements are broadcast one by one, each row a stream of its own, so activations need
 * not be packed. With 6×16 floats on AVX2 a step of k takes 8 loads, a prefetch and 12
 * multiply-adds, which keeps both multiply-add units busy. K is cut into pieces so that the panel
 * of B in use stays in the first-level cache while all rows of A pass it. A last panel whose second
 * vector would be padding alone is computed with one vector: 108 columns, as the first level has,
 * are 3.5 panels of AVX-512 and not 4.
 */

/* NaN counts as positive: what went wrong in the wide activations must not look like a zero. */
INLINE Vec
keep_positive (Vec v, Vec mask)
{
  return (Vec) ((Bits) v & ~(Bits) (mask <= 0));
}

/* Asks for a row of a panel, line of the cache by line. With short vectors a row is less than a
 * line and is not waited for. */
INLINE void
prefetch_row (const ag_real *p)
{
  const int line = (int) (64 / sizeof *p);

  for (int i = 0; i + line <= NR; i += line)
    __builtin_prefetch (p + i, 0, 3);
}

/* acc += A B for a block of rows by so many vectors of columns; both are constants wherever this is
 * used. The small levels' weights come from the third-level cache, once for each few rows, and the
 * processor by itself does not look far enough ahead for that. */
INLINE void
multiply (int rows,
          int vectors,
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
      Vec b0 = load (b), b1 = vectors > 1 ? load (b + LANES) : b0;

      prefetch_row (b + AHEAD * ldb);
#pragma GCC unroll 16
      for (int i = 0; i < rows; i++)
        {
          ag_real value = a[i * row_stride];

          acc[i][0] += value * b0;
          if (vectors > 1)
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
gemm_block (int rows, int vectors, const Block *block)
{
  const AgGemm *g = block->gemm;
  ag_real *c = g->c + block->row * g->ldc + block->column;
  int columns = vectors * LANES;
  bool whole = block->column + columns <= g->n || block->column + columns <= g->ldc;
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
#pragma GCC unroll 2
      for (int v = 0; v < vectors; v++)
        acc[i][v] = load (from + v * LANES);
    }
  multiply (rows, vectors, block->k_end - block->k_begin,
            g->a + block->row * g->lda + block->k_begin, g->lda, 1, block->b, NR, acc);
#pragma GCC unroll 16
  for (int i = 0; i < rows; i++)
    {
      const ag_real *mask = g->mask + (block->row + i) * g->ld_mask + block->column;
      ag_real part[NR];

#pragma GCC unroll 2
      for (int v = 0; v < vectors; v++)
        {
          if (last && g->relu)
            acc[i][v] = keep_positive (acc[i][v], acc[i][v]);
          if (last && g->mask != NULL)
            acc[i][v] = keep_positive (acc[i][v], load (mask + v * LANES));
          store ((whole ? c + i * g->ldc : part) + v * LANES, acc[i][v]);
        }
      if (!whole)
        memcpy (c + i * g->ldc, part, (size_t) (g->n - block->column) * sizeof part[0]);
    }
}

INLINE void
gemm_panel (int rows, const Block *block)
{
  gemm_block (rows, 2, block);
}

/* The last panel, when half of it is padding. */
INLINE void
gemm_half_panel (int rows, const Block *block)
{
  gemm_block (rows, 1, block);
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

/* Asks for the part of what comes next that is due from done to then of all rows of blocks. */
INLINE void
prefetch_next (const AgGemm *g, int done, int then, int all)
{
  const char *next = (const char *) g->next;
  size_t begin = g->next_bytes * (size_t) done / (size_t) all;
  size_t end = g->next_bytes * (size_t) then / (size_t) all;

  for (size_t i = (begin + 63) / 64 * 64; i < end; i += 64)
    __builtin_prefetch (next + i, 0, 2);
}

static void
gemm (const AgGemm *g)
{
  int n_panels = (g->n + NR - 1) / NR, n_pieces = (g->k + KC - 1) / KC;

  for (int piece = 0; piece < n_pieces; piece++)
    {
      int k = piece * KC;
      Block block = { .gemm = g, .k_begin = k, .k_end = g->k - k < KC ? g->k : k + KC };

      for (int panel = 0; panel < n_panels; panel++)
        {
          bool half = g->n - panel * NR <= LANES;

          block.column = panel * NR;
          block.b = g->b + (ptrdiff_t) block.column * g->k + (ptrdiff_t) k * NR;
          for (int i = 0, rows; i < g->m; i += rows)
            {
              int done = (piece * n_panels + panel) * g->m + i;

              rows = next_rows (g->m - i);
              block.row = i;
              if (g->next_bytes > 0)
                prefetch_next (g, done, done + rows, n_pieces * n_panels * g->m);
              if (half)
                {
                  WITH_ROWS (rows, gemm_half_panel, &block)
                }
              else
                {
                  WITH_ROWS (rows, gemm_panel, &block)
                }
            }
        }
    }
}

/* What is closed is rounded to multiples of AG_SUM_UNIT: adding this leaves no room for less. */
#define ROUNDING (0x1.8p52 * AG_SUM_UNIT)

typedef double Wide __attribute__ ((vector_size (AG_VECTOR_BYTES)));
typedef double WideUnaligned
  __attribute__ ((vector_size (AG_VECTOR_BYTES), aligned (sizeof (double)), may_alias));

#define WIDE_LANES ((int) (AG_VECTOR_BYTES / sizeof (double)))

INLINE Wide
widen (const ag_real *p)
{
#ifdef AG_FLOW_DOUBLE
  return load (p);
#else
  typedef float Half
    __attribute__ ((vector_size (AG_VECTOR_BYTES / 2), aligned (sizeof (float)), may_alias));

  return __builtin_convertvector(*(const Half *) p, Wide);
#endif
}

INLINE void
close_vector (const ag_real *x, double *total, bool first)
{
  Wide sum = widen (x) + ROUNDING - ROUNDING;

  if (!first)
    sum += *(const WideUnaligned *) total;
  *(WideUnaligned *) total = sum;
}

static void
close_sums (size_t n, const ag_real *open, double *total, bool first)
{
  size_t i = 0;

  for (; i + WIDE_LANES <= n; i += WIDE_LANES)
    close_vector (open + i, total + i, first);
  for (; i < n; i++)
    total[i] = (first ? 0 : total[i]) + ((double) open[i] + ROUNDING - ROUNDING);
}

typedef struct
{
  const AgGemmTn *gemm;
  int row, column;     /* of C */
  int n_direct;        /* rows of B that are read where they are, the others here: */
  const ag_real *last; /* as NR numbers each */
} TransposedBlock;

/* acc += A^T B for rows begin to end of both. */
INLINE void
multiply_rows (int rows, int vectors, const TransposedBlock *t, int begin, int end, Vec acc[MR][2])
{
  const AgGemmTn *g = t->gemm;
  const ag_real *a = g->a + t->row;
  int direct = end < t->n_direct ? end : t->n_direct;

  if (begin < direct)
    multiply (rows, vectors, direct - begin, a + begin * g->lda, 1, g->lda,
              g->b + begin * g->ldb + t->column, g->ldb, acc);
  begin = begin > direct ? begin : direct;
  if (begin < end)
    multiply (rows, vectors, end - begin, a + begin * g->lda, 1, g->lda,
              t->last + (begin - t->n_direct) * NR, NR, acc);
}

/* Not inlined, as what follows is compiled for every number of rows. */
static __attribute__ ((noinline)) void
close_block (int rows, int columns, const ag_real *block, double *total, ptrdiff_t ld, bool first)
{
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j += WIDE_LANES)
      close_vector (block + i * NR + j, total + i * ld + j, first);
}

/* The totals are larger than the caches next to the processor: they are asked for early. */
INLINE void
prefetch_totals (int rows, int columns, const double *total, ptrdiff_t ld)
{
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j += 8)
      __builtin_prefetch (total + i * ld + j, 1, 3);
}

INLINE void
gemm_tn_block (int rows, int vectors, const TransposedBlock *t)
{
  const AgGemmTn *g = t->gemm;
  ag_real *open = g->open + t->row * g->ldc + t->column;
  double *total = g->total + t->row * g->ldc + t->column;
  bool first = g->first;

  for (int p = 0, begin = 0; p < g->n_pieces; begin = g->pieces[p].end, p++)
    {
      const AgPiece *piece = &g->pieces[p];
      ag_real closed[MR * NR], *to = piece->closes ? closed : open;
      ptrdiff_t ld_to = piece->closes ? NR : g->ldc;
      Vec acc[MR][2];

      if (piece->closes && p == 0)
        prefetch_totals (rows, vectors * LANES, total, g->ldc);
#pragma GCC unroll 16
      for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++)
          acc[i][v] =
            piece->opens || v >= vectors ? (Vec){ 0 } : load (open + i * g->ldc + v * LANES);
      multiply_rows (rows, vectors, t, begin, piece->end, acc);
#pragma GCC unroll 16
      for (int i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (int v = 0; v < vectors; v++)
          store (to + i * ld_to + v * LANES, acc[i][v]);
      if (piece->closes)
        close_block (rows, vectors * LANES, closed, total, g->ldc, first);
      first = first && !piece->closes;
    }
}

INLINE void
gemm_tn_panel (int rows, const TransposedBlock *t)
{
  gemm_tn_block (rows, 2, t);
}

INLINE void
gemm_tn_half_panel (int rows, const TransposedBlock *t)
{
  gemm_tn_block (rows, 1, t);
}

/* Rows at the end of B from column j on whose vectors would reach past its last row. */
INLINE int
rows_at_end (int m, int j, ptrdiff_t ldb)
{
  ptrdiff_t rows = (j + NR - 1) / ldb;

  return rows < m ? (int) rows : m;
}

static void
gemm_tn (const AgGemmTn *g)
{
  int m = g->n_pieces > 0 ? g->pieces[g->n_pieces - 1].end : 0;

  for (int j = 0; j < g->n; j += NR)
    {
      int columns = g->n - j < NR ? g->n - j : NR, n_last = rows_at_end (m, j, g->ldb);
      ag_real last[NR * NR];

      for (int p = 0; p < n_last; p++)
        for (int i = 0; i < NR; i++)
          last[p * NR + i] = i < columns ? g->b[(m - n_last + p) * g->ldb + j + i] : 0;
      for (int i = 0, rows; i < g->k; i += rows)
        {
          TransposedBlock block = { g, i, j, m - n_last, last };

          rows = next_rows (g->k - i);
          if (columns <= LANES)
            {
              WITH_ROWS (rows, gemm_tn_half_panel, &block)
            }
          else
            {
              WITH_ROWS (rows, gemm_tn_panel, &block)
            }
        }
    }
}
