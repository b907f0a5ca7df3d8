/* ag-gradient.c: likelihood and its gradient, for training
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-gradient.h"

#include <math.h>
#include <string.h>

#include "ag-gradient-sums.h"

void
ag_gradient_free (AgGradient *gradient)
{
  if (gradient == NULL)
    return;
  ag_arena_free (&gradient->arena);
  ag_arena_free (&gradient->boundary_arena);
  free (gradient);
}

void
ag_gradient_set_peers (AgGradient *gradient, const AgGradientPeers *peers)
{
  gradient->peers = *peers;
}

void
ag_gradient_set_guide (AgGradient *gradient, const AgGradientGuide *guide)
{
  gradient->guide = *guide;
}

AgGradientMode
ag_gradient_mode (const AgGradient *gradient)
{
  return gradient->mode;
}

double
ag_gradient_drift (const AgGradient *gradient)
{
  double drift = 0;

  for (int i = 0; i < ag_pool_n_threads (gradient->pool); i++)
    drift = fmax (drift, gradient->members[i].drift);
  return drift;
}

static void
build_boundaries (AgGradient *gradient, AgArena *arena)
{
  const AgGlowConfig *config = &gradient->fold->config;
  size_t n_steps = (size_t) (config->levels * config->depth);
  ag_real **boundaries = ag_arena_take_bytes (arena, n_steps * sizeof *boundaries);

  for (int l = 0; l < config->levels; l++)
    for (int k = 0; k < config->depth; k++)
      {
        const AgGlowLevel *level = &gradient->fold->levels[l];
        ag_real *out = ag_arena_take (arena, (size_t) gradient->batch * (size_t) level->height *
                                               (size_t) level->width * (size_t) level->channels);

        if (boundaries != NULL)
          boundaries[l * config->depth + k] = out;
      }
  gradient->boundaries = boundaries;
}

AgStatus
ag_gradient_keep_boundaries (AgGradient *gradient, AgFlowError *error)
{
  if (gradient->mode == AG_GRADIENT_STORED || gradient->boundaries != NULL)
    return AG_OK;
  gradient->boundary_arena = (AgArena){ 0 };
  build_boundaries (gradient, &gradient->boundary_arena);
  ag_arena_allocate (&gradient->boundary_arena);
  if (gradient->boundary_arena.base == NULL)
    return ag_flow_error_set (error, AG_ERROR_MEMORY, "no memory to keep the outputs of steps");
  build_boundaries (gradient, &gradient->boundary_arena);
  return AG_OK;
}

static bool
meet (AgGradientRun *run, AgTeam *team, int rank)
{
  if (rank == 0 && run->cancel != NULL && atomic_load_explicit (run->cancel, memory_order_relaxed))
    run->stop = true;
  ag_team_barrier (team);
  return !run->stop;
}

/* Where the forward pass leaves the output of a level's last step. */
static ag_real *
level_output (const AgGradient *gradient, int level)
{
  int last = (level + 1) * gradient->fold->config.depth - 1;

  if (gradient->mode == AG_GRADIENT_STORED)
    return gradient->kept[last].out;
  return gradient->boundaries != NULL ? gradient->boundaries[last] : gradient->tops[level];
}

/* What went into a level: the images, or the first half of the channels of the level before. */
static void
squeeze_input (const AgGradientRun *run, const AgRows *rows, int level, ag_real *to)
{
  const AgGradient *gradient = run->gradient;
  const AgGlowConfig *config = &gradient->fold->config;
  const ag_real *below = level > 0 ? level_output (gradient, level - 1) : run->x;

  ag_rows_squeeze (rows, below, level == 0 ? config->channels : rows->channels / 2, to);
}

static bool
forward_level (AgGradientRun *run, int level, AgTeam *team, int rank)
{
  AgGradient *gradient = run->gradient;
  AgTile *tile = &gradient->members[rank].tile;
  bool stored = gradient->mode == AG_GRADIENT_STORED;
  int depth = gradient->fold->config.depth;
  AgRows rows = ag_gradient_rows (gradient, level, team, rank);
  ag_real *x = stored ? gradient->inputs[level] : gradient->flowing[0], *y = NULL;

  squeeze_input (run, &rows, level, x);
  for (int k = 0; k < depth; k++, x = y)
    {
      AgKept *kept = stored ? &gradient->kept[level * depth + k] : &gradient->kept[0];

      if (stored)
        y = kept->out;
      else if (gradient->boundaries != NULL)
        y = gradient->boundaries[level * depth + k];
      else
        y = k == depth - 1 ? gradient->tops[level] : gradient->flowing[(k + 1) % 2];
      rows.step = ag_fold_get_step (gradient->fold, level, k);
      ag_fold_demand (gradient->fold, run->glow, level, k, team, rank);
      ag_rows_linear (&rows, rows.begin, rows.end, x, rows.step->forward, rows.step->forward_bias,
                      y, tile);
      if (!meet (run, team, rank))
        return false;
      ag_step_condition (&rows, y, gradient->taps, kept->hidden[0], kept->hidden[1], tile);
      ag_team_barrier (team);
      for (int begin = rows.begin, end; begin < rows.end; begin = end)
        {
          int n = rows.step->conv[2].outputs;
          ag_real *outputs = kept->outputs + (ptrdiff_t) begin * n;

          end = begin + tile->rows < rows.end ? begin + tile->rows : rows.end;
          ag_step_outputs (&rows, gradient->taps, begin, end, outputs);
          memcpy (tile->outputs, outputs, (size_t) (end - begin) * (size_t) n * sizeof *outputs);
          ag_step_scales (&rows, end - begin, tile->outputs);
          ag_step_couple (&rows, begin, end, tile->outputs, y, gradient->members[rank].log_p);
        }
    }
  ag_prior_score (&rows, level, run->classes, y, gradient->members[rank].log_p,
                  gradient->members[rank].prior, tile);
  return true;
}

/* Fills in kept for a step whose output is in kept->out. */
static void
recompute_step (AgGradientRun *run, const AgRows *rows, AgKept *kept, AgTeam *team, int rank)
{
  AgGradient *gradient = run->gradient;

  ag_step_condition (rows, kept->out, gradient->taps, kept->hidden[0], kept->hidden[1],
                     &gradient->members[rank].tile);
  ag_team_barrier (team);
  ag_step_outputs (rows, gradient->taps, rows->begin, rows->end,
                   kept->outputs + (ptrdiff_t) rows->begin * rows->step->conv[2].outputs);
}

/* From a step's output, in kept->out and changed, to its input. */
static void
reverse_step (const AgRows *rows, AgKept *kept, ag_real *x, AgTile *tile)
{
  int c = rows->channels, n = rows->step->conv[2].outputs;

  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      memcpy (tile->outputs, kept->outputs + (ptrdiff_t) begin * n,
              (size_t) (end - begin) * (size_t) n * sizeof (ag_real));
      ag_step_scales (rows, end - begin, tile->outputs);
      ag_step_uncouple (rows, begin, end, tile->outputs, kept->out);
    }
  ag_rows_linear (rows, rows->begin, rows->end, kept->out, rows->step->inverse, NULL, x, tile);
  for (int row = rows->begin; row < rows->end; row++)
    for (int j = 0; j < c; j++)
      x[(ptrdiff_t) row * c + j] += rows->step->inverse_bias[j];
}

static void
measure_drift (AgGradientRun *run,
               const AgRows *rows,
               int level,
               const ag_real *x,
               ag_real *scratch,
               int rank)
{
  AgMember *member = &run->gradient->members[rank];

  squeeze_input (run, rows, level, scratch);
  for (ptrdiff_t i = (ptrdiff_t) rows->begin * rows->channels;
       i < (ptrdiff_t) rows->end * rows->channels; i++)
    member->drift = fmax (member->drift, fabs ((double) x[i] - (double) scratch[i]));
}

/* Where a step's input is, for the backward pass: kept, or recomputed from its output. */
static ag_real *
step_input (AgGradientRun *run, const AgRows *rows, int level, int step, AgKept *kept, int rank)
{
  AgGradient *gradient = run->gradient;
  int index = level * gradient->fold->config.depth + step;
  ag_real *x = gradient->flowing[step % 2];

  if (gradient->mode == AG_GRADIENT_STORED)
    return step == 0 ? gradient->inputs[level] : gradient->kept[index - 1].out;
  if (gradient->boundaries != NULL && step > 0)
    return gradient->boundaries[index - 1];
  if (gradient->boundaries != NULL)
    squeeze_input (run, rows, level, x);
  else
    reverse_step (rows, kept, x, &gradient->members[rank].tile);
  return x;
}

/* Returns which of d_flowing holds the gradient of the level's input, or -1 if cancelled. */
static int
backward_level (AgGradientRun *run, int level, int current, AgTeam *team, int rank)
{
  AgGradient *gradient = run->gradient;
  bool stored = gradient->mode == AG_GRADIENT_STORED;
  int depth = gradient->fold->config.depth;
  AgRows rows = ag_gradient_rows (gradient, level, team, rank);
  AgKept recomputed = gradient->kept[0];
  ag_real *x = level_output (gradient, level);

  ag_gradient_prior (run, &rows, level, x, gradient->d_flowing[current], team, rank);
  for (int k = depth - 1; k >= 0; k--)
    {
      AgKept *kept = stored ? &gradient->kept[level * depth + k] : &recomputed;

      rows.step = ag_fold_get_step (gradient->fold, level, k);
      ag_fold_demand (gradient->fold, run->glow, level, k, team, rank);
      if (!meet (run, team, rank))
        return -1;
      recomputed.out = x;
      if (!stored)
        recompute_step (run, &rows, kept, team, rank);
      ag_gradient_coupling (run, &rows, kept, gradient->d_flowing[current], rank);
      x = step_input (run, &rows, level, k, kept, rank);
      ag_gradient_step (run, &rows, level, k, kept, x, current, team, rank);
      current = !current;
    }
  if (!stored && gradient->boundaries == NULL)
    measure_drift (run, &rows, level, x, gradient->flowing[1], rank);
  return current;
}

static void
gradient_member (AgTeam *team, int rank, void *data)
{
  AgGradientRun *run = data;
  AgGradient *gradient = run->gradient;
  const AgGlowConfig *config = &gradient->fold->config;
  int current = 0, n_steps = config->levels * config->depth;

  memset (gradient->members[rank].log_p, 0,
          (size_t) gradient->batch * sizeof *gradient->members[rank].log_p);
  gradient->members[rank].drift = 0;
  gradient->members[rank].phase = 0;
  atomic_store (&gradient->members[rank].handed_over, 0);
  ag_fold_run (gradient->fold, run->glow, team, rank);
  ag_team_barrier (team);
  for (int l = 0; l < config->levels; l++)
    if (!forward_level (run, l, team, rank))
      return;
  if (!ag_gradient_commit (run, team, rank))
    return;
  ag_gradient_guide (run, level_output (gradient, config->levels - 1), team, rank);
  for (int l = config->levels - 1; l >= 0; l--)
    {
      AgRows rows = ag_gradient_rows (gradient, l, team, rank);

      current = backward_level (run, l, current, team, rank);
      if (current < 0)
        return;
      if (l > 0)
        ag_rows_unsqueeze (&rows, gradient->d_flowing[current], gradient->d_flowing[!current],
                           rows.channels / 2);
      else if (run->input != NULL)
        ag_rows_unsqueeze (&rows, gradient->d_flowing[current], run->input, config->channels);
      current = !current;
    }
  ag_team_barrier (team);
  for (int i = rank; run->take == NULL && i < n_steps; i += ag_team_size (team))
    ag_gradient_unfold_linear (run, i / config->depth, i % config->depth, rank);
}

static AgStatus
check_arguments (const AgGradientRun *run, const int *classes, AgFlowError *error)
{
  const AgGlowConfig *config = &run->gradient->fold->config;

  if (memcmp (config, ag_glow_config (run->glow), sizeof *config) != 0)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "the model has another shape");
  for (int i = 0; config->classes > 0 && i < run->gradient->batch; i++)
    if (classes == NULL || classes[i] < 0 || classes[i] >= config->classes)
      return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "image %d has no class from 0 to %d", i,
                                config->classes - 1);
  return AG_OK;
}

static AgStatus
get_status (const AgGradientRun *run, AgFlowError *error)
{
  AgStatus status = ag_fold_status (run->gradient->fold, error);

  if (status != AG_OK)
    return status;
  if (run->diverged)
    return ag_flow_error_set (error, AG_ERROR_NOT_FINITE, "a likelihood is not finite");
  if (run->is_apart)
    return ag_flow_error_set (error, AG_ERROR_PEERS, "another process failed");
  if (run->stop)
    return ag_flow_error_set (error, AG_ERROR_CANCELLED, "cancelled");
  return AG_OK;
}

static void
collect_log_p (const AgGradient *gradient, double *log_p)
{
  const AgGlowConfig *config = &gradient->fold->config;
  double constant = 0;

  for (int l = 0; l < config->levels; l++)
    for (int k = 0; k < config->depth; k++)
      constant += gradient->fold->levels[l].height * gradient->fold->levels[l].width *
                  ag_fold_get_step (gradient->fold, l, k)->log_det;
  for (int i = 0; i < gradient->batch; i++)
    {
      log_p[i] = constant;
      for (int rank = 0; rank < ag_pool_n_threads (gradient->pool); rank++)
        log_p[i] += gradient->members[rank].log_p[i];
    }
}

/* What ag_gradient_run() and ag_gradient_run_by_parts() have in common. */
static AgStatus
run_pass (AgGradientRun *run, const int *classes, double *log_p, AgFlowError *error)
{
  AgGradient *gradient = run->gradient;
  const AgGradientPeers *peers = &gradient->peers;
  const AgGlowConfig *config = &gradient->fold->config;
  AgStatus status = check_arguments (run, classes, error);

  run->classes = config->classes > 0 ? classes : NULL;
  run->n_images = peers->batch > 0 ? peers->batch : gradient->batch;
  run->unit = (ag_real) (1 / ((double) ag_glow_config_n_dims (config) * M_LN2 * run->n_images));
  if (status == AG_OK)
    {
      atomic_store (&gradient->fold->singular, 0);
      ag_pool_run (gradient->pool, gradient_member, run);
      status = get_status (run, error);
    }
  if (peers->agree != NULL && !run->is_agreed)
    peers->agree (false, peers->data);
  if (status == AG_OK)
    collect_log_p (gradient, log_p);
  return status;
}

AgStatus
ag_gradient_run (AgGradient *gradient,
                 const AgGlow *glow,
                 const ag_real *x,
                 const int *classes,
                 double *log_p,
                 ag_real *parameters,
                 ag_real *input,
                 const atomic_bool *cancel,
                 AgFlowError *error)
{
  AgGradientRun run = { .gradient = gradient,
                        .glow = glow,
                        .x = x,
                        .parameters = parameters,
                        .input = input,
                        .cancel = cancel };

  return run_pass (&run, classes, log_p, error);
}

AgStatus
ag_gradient_run_by_parts (AgGradient *gradient,
                          const AgGlow *glow,
                          const ag_real *x,
                          const int *classes,
                          double *log_p,
                          AgGradientTake take,
                          void *data,
                          const atomic_bool *cancel,
                          AgFlowError *error)
{
  AgGradientRun run = { .gradient = gradient,
                        .glow = glow,
                        .x = x,
                        .parameters = gradient->part,
                        .take = take,
                        .take_data = data,
                        .cancel = cancel };

  return run_pass (&run, classes, log_p, error);
}
