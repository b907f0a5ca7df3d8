/* ag-gradient-memory.c: the working memory of training: how much there is of what
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-gradient-sums.h"

/* The backward pass holds two wide activations, their two gradients and two sets of taps. */
static int
backward_tile_rows (const AgGlowConfig *config)
{
  size_t row = (4 * (size_t) config->width + 320) * sizeof (ag_real);
  int rows = (int) (320000 / row) / 12 * 12;

  return rows < 48 ? 48 : rows > 192 ? 192 : rows;
}

static void
build_kept (AgArena *arena,
            AgKept *kept,
            const AgFold *fold,
            size_t pixels,
            int channels,
            bool with_out)
{
  size_t out = (size_t) ag_coupling_n_outputs (fold->config.coupling, channels);

  if (with_out)
    kept->out = ag_arena_take (arena, pixels * (size_t) channels);
  for (int i = 0; i < 2; i++)
    kept->hidden[i] = ag_arena_take (arena, pixels * (size_t) ag_ld_hidden (fold));
  kept->outputs = ag_arena_take (arena, pixels * out);
}

static void
build_member (AgArena *arena, AgMember *member, const AgFold *fold, int batch, int n_threads)
{
  const AgGlowConfig *config = &fold->config;
  int rows = backward_tile_rows (config);
  size_t c = (size_t) fold->levels[config->levels - 1].channels;
  size_t n_sums = ag_gradient_sums_size (fold);

  member->open = ag_arena_take (arena, n_sums);
  if (ag_gradient_shares_blocks (batch, n_threads) && batch % n_threads != 0)
    member->head = ag_arena_take (arena, n_sums);
  member->totals = ag_arena_take_bytes (arena, n_sums * sizeof *member->totals);
  member->pieces = ag_arena_take_bytes (arena, (size_t) rows * sizeof *member->pieces);
  ag_tile_build (&member->tile, arena, fold, rows);
  member->d_taps = ag_arena_take (arena, (size_t) rows * (size_t) ag_ld_columns (fold, (int) c));
  member->sums = ag_arena_take_bytes (arena, (size_t) rows * sizeof *member->sums);
  member->prior = ag_arena_take (arena, (size_t) rows * 2 * c);
  member->log_p = ag_arena_take_bytes (arena, (size_t) batch * sizeof *member->log_p);
}

/* Largest over levels of what a pass needs for its pixels. */
static size_t
largest (const AgFold *fold, size_t batch, size_t (*per_pixel) (const AgFold *fold, int level))
{
  size_t most = 0;

  for (int l = 0; l < fold->config.levels; l++)
    {
      size_t pixels = (size_t) fold->levels[l].height * (size_t) fold->levels[l].width;
      size_t size = batch * pixels * per_pixel (fold, l);

      most = most < size ? size : most;
    }
  return most;
}

/* Taps, and gathered columns. */
static size_t
taps_per_pixel (const AgFold *fold, int level)
{
  int c = fold->levels[level].channels;

  return (size_t) ag_ld_columns (fold, ag_coupling_n_outputs (fold->config.coupling, c));
}

static void
build (AgGradient *gradient, AgArena *arena, const AgGlowConfig *config, int n_threads)
{
  bool stored = gradient->mode == AG_GRADIENT_STORED;
  unsigned use = AG_FOLD_TRAINING | (stored ? 0 : AG_FOLD_INVERSE | AG_FOLD_ON_DEMAND);
  size_t batch = (size_t) gradient->batch, n_dims = batch * ag_glow_config_n_dims (config);
  size_t n_steps = (size_t) (config->levels * config->depth);
  AgFold *fold = ag_fold_build (arena, config, ag_kernels_best (), use, n_threads);
  AgFold shape = { .config = *config, .kernels = ag_kernels_best () };

  for (int l = 0; l < config->levels; l++)
    shape.levels[l] = ag_glow_config_level (config, l);
  gradient->fold = fold;
  gradient->kept = ag_arena_take_bytes (arena, n_steps * sizeof *gradient->kept);
  gradient->linear = ag_arena_take_bytes (arena, n_steps * sizeof *gradient->linear);
  gradient->members = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *gradient->members);
  for (int l = 0; l < config->levels; l++)
    {
      AgGlowLevel *level = &shape.levels[l];
      size_t pixels = batch * (size_t) level->height * (size_t) level->width;
      size_t c = (size_t) level->channels;

      for (int k = 0; k < config->depth; k++)
        {
          AgKept kept = { 0 };
          double *linear = ag_arena_take_bytes (arena, (c * c + c) * sizeof *linear);

          if (stored)
            build_kept (arena, &kept, &shape, pixels, level->channels, true);
          if (gradient->kept != NULL)
            {
              gradient->kept[l * config->depth + k] = kept;
              gradient->linear[l * config->depth + k] = linear;
            }
        }
      if (stored)
        gradient->inputs[l] = ag_arena_take (arena, pixels * c);
      else
        gradient->tops[l] = ag_arena_take (arena, pixels * c);
    }
  if (!stored)
    {
      /* One step's activations serve all; the first level has the most pixels, the last the most
       * outputs, but never both: pixels shrink faster than channels grow. */
      AgKept kept = { 0 };
      size_t pixels = batch * (size_t) shape.levels[0].height * (size_t) shape.levels[0].width;

      build_kept (arena, &kept, &shape, pixels, shape.levels[0].channels, false);
      if (gradient->kept != NULL)
        gradient->kept[0] = kept;
    }
  for (int i = 0; i < 2; i++)
    {
      gradient->flowing[i] = ag_arena_take (arena, n_dims);
      gradient->d_flowing[i] = ag_arena_take (arena, n_dims);
    }
  gradient->taps = ag_arena_take (arena, largest (&shape, batch, taps_per_pixel));
  gradient->d_outputs = ag_arena_take (arena, 2 * n_dims);
  /* An input of a conditioner has no more channels than its output, and is half of all channels as
   * the input of a split's is; between a step's taps and its columns lies a barrier. */
  gradient->d_columns = gradient->taps;
  gradient->part = ag_arena_take (arena, ag_gradient_part_size (config));
  for (int i = 0; i < n_threads; i++)
    {
      AgMember member = { 0 };

      build_member (arena, &member, &shape, gradient->batch, n_threads);
      if (gradient->members != NULL)
        gradient->members[i] = member;
    }
}

size_t
ag_gradient_memory (const AgGlowConfig *config, int batch, AgGradientMode mode, int n_threads)
{
  AgGradient gradient = { .batch = batch, .mode = mode };
  AgArena arena = { 0 };

  build (&gradient, &arena, config, n_threads);
  return arena.used;
}

AgStatus
ag_gradient_new (const AgGlowConfig *config,
                 int batch,
                 AgGradientMode mode,
                 size_t memory_limit,
                 AgPool *pool,
                 AgGradient **out,
                 AgFlowError *error)
{
  int n_threads = ag_pool_n_threads (pool);
  AgStatus status = ag_glow_config_check (config, error);
  AgGradient *gradient;

  *out = NULL;
  if (status != AG_OK)
    return status;
  if (batch < 1 || batch > 65536 || !ag_rows_fit (config, batch))
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "a batch of %d images", batch);
  if (mode == AG_GRADIENT_AUTO)
    mode = ag_gradient_memory (config, batch, AG_GRADIENT_STORED, n_threads) <= memory_limit
             ? AG_GRADIENT_STORED
             : AG_GRADIENT_REVERSED;
  gradient = calloc (1, sizeof *gradient);
  if (gradient != NULL)
    {
      gradient->pool = pool;
      gradient->batch = batch;
      gradient->mode = mode;
      build (gradient, &gradient->arena, config, n_threads);
      ag_arena_allocate (&gradient->arena);
    }
  if (gradient == NULL || gradient->arena.base == NULL)
    {
      free (gradient);
      return ag_flow_error_set (error, AG_ERROR_MEMORY,
                                "training on %d images at once needs %zu MB of memory", batch,
                                ag_gradient_memory (config, batch, mode, n_threads) / 1000000);
    }
  build (gradient, &gradient->arena, config, n_threads);
  *out = gradient;
  return AG_OK;
}
