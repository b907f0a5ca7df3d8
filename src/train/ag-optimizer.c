/* ag-optimizer.c: Adam and Adamax on a vector of parameters
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bound by memory: a step reads five vectors and writes four. Blocks that fit in the first-level
 * caches would not make it faster, as every number is used once.
 */
#include "ag-optimizer.h"

#include <math.h>

#define ALIGN    1024
#define LANES    8
#define EPSILON  1e-8f
#define N_PIECES 256 /* of a vector, for its norm */

/* A vector in pieces that are the same for any number of threads, so that the sum is too. */
typedef struct
{
  const ag_real *x;
  size_t n;
  double sums[N_PIECES];
} Norm;

/* The factors of a step, in the type that the loops compute in. */
typedef struct
{
  ag_real scale; /* of the gradient, for clipping */
  ag_real beta1, one_minus_beta1, beta2, one_minus_beta2;
  ag_real rate;       /* learning rate / (1 - beta1^t) */
  ag_real correction; /* Adam: 1 / sqrt (1 - beta2^t) */
  ag_real average;    /* 1 - decay */
} Factors;

/* The fixed share of a thread, in whole blocks of ALIGN numbers. */
static void
get_share (AgTeam *team, int rank, size_t n, size_t *begin, size_t *end)
{
  size_t n_blocks = (n + ALIGN - 1) / ALIGN, size = (size_t) ag_team_size (team);

  *begin = n_blocks * (size_t) rank / size * ALIGN;
  *end = n_blocks * ((size_t) rank + 1) / size * ALIGN;
  if (*begin > n)
    *begin = n;
  if (*end > n)
    *end = n;
}

/* In double: a float sum over millions of squares would lose the small ones. The lanes let the
 * compiler vectorise what it may not reorder itself. */
static double
sum_of_squares (const ag_real *x, size_t n)
{
  double lanes[LANES] = { 0 }, sum = 0;
  size_t i = 0;

  for (; i + LANES <= n; i += LANES)
    for (int k = 0; k < LANES; k++)
      lanes[k] += (double) x[i + (size_t) k] * (double) x[i + (size_t) k];
  for (; i < n; i++)
    sum += (double) x[i] * (double) x[i];
  for (int k = 0; k < LANES; k++)
    sum += lanes[k];
  return sum;
}

static void
adam (const Factors *f,
      size_t n,
      const ag_real *restrict gradient,
      ag_real *restrict p,
      ag_real *restrict m,
      ag_real *restrict v)
{
  const Factors k = *f;

  for (size_t i = 0; i < n; i++)
    {
      ag_real g = gradient[i] * k.scale;

      m[i] = k.beta1 * m[i] + k.one_minus_beta1 * g;
      v[i] = k.beta2 * v[i] + k.one_minus_beta2 * g * g;
#ifdef AG_FLOW_DOUBLE
      p[i] -= k.rate * m[i] / (sqrt (v[i]) * k.correction + EPSILON);
#else
      p[i] -= k.rate * m[i] / (sqrtf (v[i]) * k.correction + EPSILON);
#endif
    }
}

static void
adamax (const Factors *f,
        size_t n,
        const ag_real *restrict gradient,
        ag_real *restrict p,
        ag_real *restrict m,
        ag_real *restrict u)
{
  const Factors k = *f;

  for (size_t i = 0; i < n; i++)
    {
      ag_real g = gradient[i] * k.scale;
      ag_real size = g < 0 ? -g : g;
      ag_real decayed = k.beta2 * u[i];

      m[i] = k.beta1 * m[i] + k.one_minus_beta1 * g;
      u[i] = decayed > size ? decayed : size;
      p[i] -= k.rate * m[i] / (u[i] + EPSILON);
    }
}

static void
follow (ag_real share, size_t n, const ag_real *restrict p, ag_real *restrict average)
{
  for (size_t i = 0; i < n; i++)
    average[i] += share * (p[i] - average[i]);
}

static void
norm_share (AgTeam *team, int rank, void *data)
{
  Norm *norm = data;
  size_t size = (norm->n + N_PIECES - 1) / N_PIECES;
  int first, last;

  ag_team_share (team, rank, N_PIECES, 1, &first, &last);
  for (int i = first; i < last; i++)
    {
      size_t begin = (size_t) i * size < norm->n ? (size_t) i * size : norm->n;
      size_t end = begin + size < norm->n ? begin + size : norm->n;

      norm->sums[i] = sum_of_squares (norm->x + begin, end - begin);
    }
}

double
ag_vector_norm (const ag_real *x, size_t n, AgPool *pool)
{
  Norm norm = { .x = x, .n = n };
  double sum = 0;

  ag_pool_run (pool, norm_share, &norm);
  for (int i = 0; i < N_PIECES; i++)
    sum += norm.sums[i];
  return sqrt (sum);
}

static Factors
make_factors (const AgOptimizerStep *step)
{
  double t = (double) step->t;

  return (Factors){
    .scale = (ag_real) step->scale,
    .beta1 = (ag_real) step->beta1,
    .one_minus_beta1 = (ag_real) (1 - step->beta1),
    .beta2 = (ag_real) step->beta2,
    .one_minus_beta2 = (ag_real) (1 - step->beta2),
    .rate = (ag_real) (step->learning_rate / (1 - pow (step->beta1, t))),
    .correction = (ag_real) (1 / sqrt (1 - pow (step->beta2, t))),
    .average = (ag_real) (1 - step->average_decay),
  };
}

/* This thread's share of a part of the vectors, a few blocks at a time, so that the average finds
 * the parameters in the cache. */
static void
update (const AgOptimizerStep *step,
        const ag_real *gradient,
        size_t offset,
        size_t size,
        AgTeam *team,
        int rank)
{
  const size_t tile = 4 * ALIGN;
  Factors factors = make_factors (step);
  size_t begin, end;

  get_share (team, rank, size, &begin, &end);
  for (size_t i = begin; i < end; i += tile)
    {
      size_t n = end - i < tile ? end - i : tile, at = offset + i;

      if (step->kind == AG_OPTIMIZER_ADAM)
        adam (&factors, n, gradient + i, step->parameters + at, step->m + at, step->v + at);
      else
        adamax (&factors, n, gradient + i, step->parameters + at, step->m + at, step->v + at);
      if (step->average != NULL)
        follow (factors.average, n, step->parameters + at, step->average + at);
    }
}

typedef struct
{
  const AgOptimizerStep *step;
  const ag_real *gradient;
} Whole;

static void
run_share (AgTeam *team, int rank, void *data)
{
  const Whole *whole = data;

  update (whole->step, whole->gradient, 0, whole->step->n, team, rank);
}

void
ag_optimizer_run (const AgOptimizerStep *step, const ag_real *gradient, AgPool *pool)
{
  Whole whole = { step, gradient };

  ag_pool_run (pool, run_share, &whole);
}

void
ag_optimizer_take (size_t offset,
                   size_t n,
                   const ag_real *gradient,
                   AgTeam *team,
                   int rank,
                   void *data)
{
  AgOptimizerParts *parts = data;
  size_t begin, end;

  get_share (team, rank, n, &begin, &end);
  parts->squares[rank] += sum_of_squares (gradient + begin, end - begin);
  update (&parts->step, gradient, offset, n, team, rank);
}

double
ag_optimizer_parts_norm (const AgOptimizerParts *parts)
{
  double sum = 0;

  for (int i = 0; i < AG_MAX_THREADS; i++)
    sum += parts->squares[i];
  return sqrt (sum);
}

double
ag_average_decay (double decay, uint64_t t)
{
  double early = (1 + (double) t) / (10 + (double) t);

  return early < decay ? early : decay;
}
