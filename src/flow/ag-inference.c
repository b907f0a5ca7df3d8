/* ag-inference.c: encoding and decoding with a model that does not change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The whole of an encode or decode is one function that all threads of the pool run together, with
 * a barrier wherever a pass reads what other threads wrote: two per step. Between them threads take
 * rows until none are left, so that they arrive at the barrier at about the same time; what each
 * row adds to the likelihood is kept by row and added up in order.
 */
#include "ag-inference.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ag-random.h"
#include "ag-state.h"

struct AgFlow
{
  AgArena arena;
  AgFold *fold;
};

/* Of a step. */
enum
{
  PASS_CONDITION,
  PASS_COUPLE,
  N_PASSES
};

struct AgScratch
{
  AgArena arena;
  AgPool *pool;
  int batch;
  AgState state;
  ag_real *taps;             /* [P][ld_taps] */
  ag_real **prior;           /* of each thread: [tile rows][2C] */
  double *row_log_p;         /* [P]: of a level */
  double *log_p;             /* [batch] */
  AgTile *tiles;             /* of each thread */
  AgShare *shares[N_PASSES]; /* of each thread */
};

/* One call's arguments, as the threads see them. */
typedef struct
{
  const AgFold *fold;
  AgScratch *scratch;
  int n;
  const ag_real *x;
  ag_real *x_out;
  const int *classes;
  const ag_real *eps, *low;
  ag_real *eps_out, *low_out;
  const atomic_bool *cancel;
  bool stop; /* written by rank 0 before a barrier, read by all after it */
} Run;

typedef struct
{
  AgFlow *flow;
  const AgGlow *glow;
} FoldJob;

static void
fold_member (AgTeam *team, int rank, void *data)
{
  FoldJob *job = data;

  ag_fold_run (job->flow->fold, job->glow, team, rank);
}

AgStatus
ag_flow_new (const AgGlow *glow, AgFlow **out, AgFlowError *error)
{
  const AgGlowConfig *config = ag_glow_config (glow);
  const AgKernels *kernels = ag_kernels_best ();
  AgFlow *flow = calloc (1, sizeof *flow);
  AgPool *self = NULL;
  FoldJob job = { flow, glow };
  AgStatus status;

  *out = NULL;
  if (flow != NULL)
    {
      ag_fold_build (&flow->arena, config, kernels, AG_FOLD_EXACT, 1);
      ag_arena_allocate (&flow->arena);
    }
  if (flow == NULL || flow->arena.base == NULL)
    {
      free (flow);
      return ag_flow_error_set (error, AG_ERROR_MEMORY, "no memory to fold a model");
    }
  flow->fold = ag_fold_build (&flow->arena, config, kernels, AG_FOLD_EXACT, 1);
  status = ag_pool_new (1, &self, error);
  if (status == AG_OK)
    {
      ag_pool_run (self, fold_member, &job);
      ag_pool_free (self);
      status = ag_fold_status (flow->fold, error);
    }
  if (status != AG_OK)
    {
      ag_flow_free (flow);
      return status;
    }
  *out = flow;
  return AG_OK;
}

void
ag_flow_free (AgFlow *flow)
{
  if (flow == NULL)
    return;
  ag_arena_free (&flow->arena);
  free (flow);
}

const AgGlowConfig *
ag_flow_config (const AgFlow *flow)
{
  return &flow->fold->config;
}

static void
build_scratch (AgScratch *scratch, const AgFold *fold)
{
  AgArena *arena = &scratch->arena;
  size_t batch = (size_t) scratch->batch, taps = 0;
  size_t n_dims = ag_glow_config_n_dims (&fold->config);
  int n_threads = ag_pool_n_threads (scratch->pool), rows = ag_tile_rows (&fold->config);
  int most_channels = fold->levels[fold->config.levels - 1].channels;
  size_t most_pixels = (size_t) fold->levels[0].height * (size_t) fold->levels[0].width;

  for (int l = 0; l < fold->config.levels; l++)
    {
      const AgGlowLevel *level = &fold->levels[l];
      const AgFoldedStep *step = ag_fold_get_step (fold, l, 0);
      size_t size =
        (size_t) level->height * (size_t) level->width * (size_t) ag_ld_taps (fold, &step->conv[2]);

      taps = taps < size ? size : taps;
    }
  ag_state_build (&scratch->state, arena, batch * n_dims);
  scratch->taps = ag_arena_take (arena, batch * taps);
  scratch->prior = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *scratch->prior);
  scratch->log_p = ag_arena_take_bytes (arena, batch * sizeof (double));
  scratch->row_log_p = ag_arena_take_bytes (arena, batch * most_pixels * sizeof (double));
  scratch->tiles = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *scratch->tiles);
  for (int i = 0; i < N_PASSES; i++)
    scratch->shares[i] = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof (AgShare));
  for (int i = 0; i < n_threads; i++)
    {
      AgTile tile;
      ag_real *prior = ag_arena_take (arena, (size_t) rows * (size_t) (2 * most_channels));

      ag_tile_build (&tile, arena, fold, rows);
      if (scratch->tiles != NULL)
        {
          scratch->prior[i] = prior;
          scratch->tiles[i] = tile;
        }
    }
}

AgStatus
ag_scratch_new (const AgFlow *flow, int batch, AgPool *pool, AgScratch **out, AgFlowError *error)
{
  AgScratch *scratch;

  *out = NULL;
  if (batch < 1 || batch > 4096 || !ag_rows_fit (&flow->fold->config, batch))
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "a batch of %d images", batch);
  scratch = calloc (1, sizeof *scratch);
  if (scratch != NULL)
    {
      scratch->pool = pool;
      scratch->batch = batch;
      build_scratch (scratch, flow->fold);
      ag_arena_allocate (&scratch->arena);
    }
  if (scratch == NULL || scratch->arena.base == NULL)
    {
      free (scratch);
      return ag_flow_error_set (error, AG_ERROR_MEMORY, "no memory to work on %d images", batch);
    }
  build_scratch (scratch, flow->fold);
  *out = scratch;
  return AG_OK;
}

void
ag_scratch_free (AgScratch *scratch)
{
  if (scratch == NULL)
    return;
  ag_arena_free (&scratch->arena);
  free (scratch);
}

/* The rows of a level, of which begin to end are for this thread to squeeze and the like. */
static AgRows
level_rows (const Run *run, int level, AgTeam *team, int rank)
{
  const AgGlowLevel *shape = &run->fold->levels[level];
  AgRows rows = {
    .fold = run->fold, .height = shape->height, .width = shape->width, .channels = shape->channels
  };

  ag_team_share (team, rank, run->n * shape->height * shape->width, 1, &rows.begin, &rows.end);
  return rows;
}

/* A barrier at which all threads agree whether to go on. */
static bool
meet (Run *run, AgTeam *team, int rank)
{
  if (rank == 0 && run->cancel != NULL && atomic_load_explicit (run->cancel, memory_order_relaxed))
    run->stop = true;
  ag_team_barrier (team);
  return !run->stop;
}

/* Rows that are worth being taken alone: the weights must be read for them, once more. */
#define LEAST_ROWS 64

/* Puts the next rows of a pass into rows. */
static bool
take_rows (Run *run, AgTeam *team, int rank, int pass, AgRows *rows)
{
  return ag_team_take (team, rank, run->scratch->shares[pass], run->n * rows->height * rows->width,
                       LEAST_ROWS, &rows->begin, &rows->end);
}

static void
run_conditioner (Run *run, AgTeam *team, int rank, const AgState *state, const AgRows *of_level)
{
  AgScratch *scratch = run->scratch;
  AgRows rows = *of_level;

  ag_share_reset (scratch->shares[PASS_COUPLE], rank);
  while (take_rows (run, team, rank, PASS_CONDITION, &rows))
    ag_step_condition (&rows, state->narrow, scratch->taps, NULL, NULL, &scratch->tiles[rank]);
}

static void
encode_rows (Run *run, int rank, AgState *state, const AgRows *rows, int level, int step)
{
  AgScratch *scratch = run->scratch;
  AgTile *tile = &scratch->tiles[rank];
  AgRows next = *rows;

  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      ag_step_outputs (rows, scratch->taps, begin, end, tile->outputs);
      ag_step_scales (rows, end - begin, tile->outputs);
      ag_state_couple (state, rows, begin, end, tile->outputs, scratch->row_log_p);
    }
  if (step + 1 < run->fold->config.depth)
    {
      next.step = ag_fold_get_step (run->fold, level, step + 1);
      ag_state_linear (state, &next, next.step->exact_forward, next.step->exact_forward_bias);
    }
  else
    ag_state_to_eps (state, rows, level, run->classes, run->eps_out, run->low_out,
                     scratch->row_log_p, scratch->prior[rank], tile);
}

static void
add_up (Run *run, const AgRows *rows)
{
  int pixels = rows->height * rows->width;

  for (int row = 0; row < run->n * pixels; row++)
    run->scratch->log_p[row / pixels] += run->scratch->row_log_p[row];
}

static bool
encode_level (Run *run, AgTeam *team, int rank, AgState *state, int level)
{
  const AgGlowConfig *config = &run->fold->config;
  AgScratch *scratch = run->scratch;
  AgRows rows = level_rows (run, level, team, rank);

  ag_state_squeeze (state, &rows, level == 0 ? run->x : NULL,
                    level == 0 ? config->channels : rows.channels / 2);
  /* Other threads may still read what is overwritten in their squeeze. */
  if (!meet (run, team, rank))
    return false;
  for (int row = rows.begin; row < rows.end; row++)
    scratch->row_log_p[row] = 0;
  rows.step = ag_fold_get_step (run->fold, level, 0);
  ag_state_linear (state, &rows, rows.step->exact_forward, rows.step->exact_forward_bias);
  ag_state_swap (state);
  for (int k = 0; k < config->depth; k++)
    {
      rows.step = ag_fold_get_step (run->fold, level, k);
      ag_team_barrier (team);
      run_conditioner (run, team, rank, state, &rows);
      if (!meet (run, team, rank))
        return false;
      ag_share_reset (scratch->shares[PASS_CONDITION], rank);
      while (take_rows (run, team, rank, PASS_COUPLE, &rows))
        encode_rows (run, rank, state, &rows, level, k);
      if (k + 1 < config->depth)
        ag_state_swap (state);
    }
  ag_team_barrier (team);
  if (rank == 0)
    add_up (run, &rows);
  return true;
}

static void
encode_member (AgTeam *team, int rank, void *data)
{
  Run *run = data;
  AgState state = run->scratch->state;

  for (int i = 0; i < N_PASSES; i++)
    ag_share_reset (run->scratch->shares[i], rank);
  for (int l = 0; l < run->fold->config.levels; l++)
    if (!encode_level (run, team, rank, &state, l))
      return;
}

static void
decode_rows (Run *run, int rank, AgState *state, const AgRows *rows)
{
  AgScratch *scratch = run->scratch;
  AgTile *tile = &scratch->tiles[rank];

  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      ag_step_outputs (rows, scratch->taps, begin, end, tile->outputs);
      ag_step_scales (rows, end - begin, tile->outputs);
      ag_state_uncouple (state, rows, begin, end, tile->outputs);
    }
  ag_state_linear (state, rows, rows->step->exact_inverse, rows->step->exact_inverse_bias);
}

static bool
decode_level (Run *run, AgTeam *team, int rank, AgState *state, int level)
{
  const AgGlowConfig *config = &run->fold->config;
  AgScratch *scratch = run->scratch;
  AgRows own = level_rows (run, level, team, rank), rows = own;

  /* The first half is there already, unsqueezed by the level below. */
  ag_state_from_eps (state, &own, level, run->classes, run->eps, run->low, scratch->prior[rank],
                     &scratch->tiles[rank]);
  for (int k = config->depth - 1; k >= 0; k--)
    {
      rows.step = ag_fold_get_step (run->fold, level, k);
      ag_team_barrier (team);
      run_conditioner (run, team, rank, state, &rows);
      if (!meet (run, team, rank))
        return false;
      ag_share_reset (scratch->shares[PASS_CONDITION], rank);
      while (take_rows (run, team, rank, PASS_COUPLE, &rows))
        decode_rows (run, rank, state, &rows);
      ag_state_swap (state);
    }
  ag_team_barrier (team);
  ag_state_unsqueeze (state, &own, level == 0 ? run->x_out : NULL,
                      level == 0 ? config->channels : own.channels / 2);
  return true;
}

static void
decode_member (AgTeam *team, int rank, void *data)
{
  Run *run = data;
  AgState state = run->scratch->state;

  for (int i = 0; i < N_PASSES; i++)
    ag_share_reset (run->scratch->shares[i], rank);
  for (int l = run->fold->config.levels - 1; l >= 0; l--)
    {
      if (!decode_level (run, team, rank, &state, l))
        return;
      if (l > 0)
        ag_team_barrier (team);
    }
}

static AgStatus
check_call (const AgFlow *flow, int n, const int *classes, AgFlowError *error)
{
  int n_classes = flow->fold->config.classes;

  if (n < 1)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "%d images", n);
  if (n_classes > 0 && classes == NULL)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "the model needs a class, 0 to %d",
                              n_classes - 1);
  for (int i = 0; n_classes > 0 && i < n; i++)
    if (classes[i] < 0 || classes[i] >= n_classes)
      return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "class %d: the model has 0 to %d",
                                classes[i], n_classes - 1);
  return AG_OK;
}

AgStatus
ag_flow_encode_exact (const AgFlow *flow,
                      AgScratch *scratch,
                      int n,
                      const ag_real *x,
                      const int *classes,
                      ag_real *eps,
                      ag_real *low,
                      double *log_p,
                      const atomic_bool *cancel,
                      AgFlowError *error)
{
  const AgFold *fold = flow->fold;
  size_t n_dims = ag_glow_config_n_dims (&fold->config);
  double constant = 0;
  AgStatus status = check_call (flow, n, classes, error);

  if (status != AG_OK)
    return status;
  for (int l = 0; l < fold->config.levels; l++)
    for (int k = 0; k < fold->config.depth; k++)
      constant +=
        fold->levels[l].height * fold->levels[l].width * ag_fold_get_step (fold, l, k)->log_det;
  for (int i = 0; i < n; i += scratch->batch)
    {
      Run run = { .fold = fold,
                  .scratch = scratch,
                  .n = n - i < scratch->batch ? n - i : scratch->batch,
                  .x = x + (size_t) i * n_dims,
                  .classes = fold->config.classes > 0 ? classes + i : NULL,
                  .eps_out = eps + (size_t) i * n_dims,
                  .low_out = low != NULL ? low + (size_t) i * n_dims : NULL,
                  .cancel = cancel };

      for (int j = 0; j < run.n; j++)
        scratch->log_p[j] = constant;
      ag_pool_run (scratch->pool, encode_member, &run);
      if (run.stop)
        return ag_flow_error_set (error, AG_ERROR_CANCELLED, "cancelled");
      if (log_p != NULL)
        memcpy (log_p + i, scratch->log_p, (size_t) run.n * sizeof *log_p);
    }
  return AG_OK;
}

AgStatus
ag_flow_encode (const AgFlow *flow,
                AgScratch *scratch,
                int n,
                const ag_real *x,
                const int *classes,
                ag_real *eps,
                double *log_p,
                const atomic_bool *cancel,
                AgFlowError *error)
{
  return ag_flow_encode_exact (flow, scratch, n, x, classes, eps, NULL, log_p, cancel, error);
}

AgStatus
ag_flow_decode_exact (const AgFlow *flow,
                      AgScratch *scratch,
                      int n,
                      const ag_real *eps,
                      const ag_real *low,
                      const int *classes,
                      ag_real *x,
                      const atomic_bool *cancel,
                      AgFlowError *error)
{
  size_t n_dims = ag_glow_config_n_dims (&flow->fold->config);
  AgStatus status = check_call (flow, n, classes, error);

  if (status != AG_OK)
    return status;
  for (int i = 0; i < n; i += scratch->batch)
    {
      Run run = { .fold = flow->fold,
                  .scratch = scratch,
                  .n = n - i < scratch->batch ? n - i : scratch->batch,
                  .x_out = x + (size_t) i * n_dims,
                  .classes = flow->fold->config.classes > 0 ? classes + i : NULL,
                  .eps = eps + (size_t) i * n_dims,
                  .low = low != NULL ? low + (size_t) i * n_dims : NULL,
                  .cancel = cancel };

      ag_pool_run (scratch->pool, decode_member, &run);
      if (run.stop)
        return ag_flow_error_set (error, AG_ERROR_CANCELLED, "cancelled");
    }
  return AG_OK;
}

AgStatus
ag_flow_decode (const AgFlow *flow,
                AgScratch *scratch,
                int n,
                const ag_real *eps,
                const int *classes,
                ag_real *x,
                const atomic_bool *cancel,
                AgFlowError *error)
{
  return ag_flow_decode_exact (flow, scratch, n, eps, NULL, classes, x, cancel, error);
}

void
ag_flow_sample_eps (const AgGlowConfig *config,
                    uint64_t seed,
                    const double *temperature,
                    ag_real *eps)
{
  ag_random_normal (seed, 0, eps, ag_glow_config_n_dims (config));
  for (int l = 0; temperature != NULL && l < config->levels; l++)
    {
      AgGlowLevel level = ag_glow_config_level (config, l);

      for (size_t i = 0; i < level.eps_count; i++)
        eps[level.eps_offset + i] *= (ag_real) temperature[l];
    }
}

double
ag_flow_macs (const AgGlowConfig *config)
{
  double total = 0, w = config->width;

  for (int l = 0; l < config->levels; l++)
    {
      AgGlowLevel level = ag_glow_config_level (config, l);
      double c = level.channels, out = ag_coupling_n_outputs (config->coupling, level.channels);
      double pixels = (double) level.height * level.width;
      double step = 9 * c / 2 * w + w * w + 9 * w * out + c * c;

      total += pixels * config->depth * step;
      if (l < config->levels - 1)
        total += pixels * 9 * c / 2 * c;
    }
  return total;
}
