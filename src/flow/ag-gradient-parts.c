/* ag-gradient-parts.c: the gradient of one step after the other, for updates on the way
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The backward pass folds a step's parameters before it uses them, and nothing before that step
 * reads them again: once their gradient is there they may change, and the next step's gradient
 * may take its place. The vector of parameters is in the order of the forward pass, a level's prior
 * after its steps, so each part is one piece of it.
 */
#include <math.h>

#include "ag-gradient-private.h"

typedef struct
{
  size_t first, n;
} Part;

static Part
find_part (const AgGlow *glow, int level, int step)
{
  const AgTensor *first, *last;

  if (step < glow->config.depth)
    {
      first = ag_glow_step (glow, level, step)->actnorm_bias;
      last = ag_glow_step (glow, level, step)->conv[2].logs;
    }
  else if (level < glow->config.levels - 1)
    {
      first = glow->splits[level].weight;
      last = glow->splits[level].logs;
    }
  else
    {
      first = glow->top.edge;
      last = glow->class_embedding ? glow->class_embedding : glow->top.logs;
    }
  return (Part){ first->offset, last->offset + last->count - first->offset };
}

/* A convolution with its weights, edge kernel, bias and scale; the edge kernel, which conv2 has
 * not, is counted always. */
static size_t
conv_size (size_t taps, size_t inputs, size_t outputs)
{
  return taps * inputs * outputs + 9 * outputs + 2 * outputs;
}

size_t
ag_gradient_part_size (const AgGlowConfig *config)
{
  size_t w = (size_t) config->width, most = 0;

  for (int l = 0; l < config->levels; l++)
    {
      size_t c = (size_t) ag_glow_config_level (config, l).channels;
      size_t out = (size_t) ag_coupling_n_outputs (config->coupling, (int) c);
      size_t step =
        2 * c + c * c + conv_size (9, c / 2, w) + conv_size (1, w, w) + conv_size (9, w, out);
      size_t prior = l < config->levels - 1
                       ? conv_size (9, c / 2, c)
                       : conv_size (0, 0, 2 * c) + (size_t) config->classes * 2 * c;

      most = most < step ? step : most;
      most = most < prior ? prior : most;
    }
  return most;
}

void
ag_gradient_begin_part (AgGradientRun *run, int level, int step, int rank)
{
  if (run->take != NULL && rank == 0)
    run->first = find_part (run->glow, level, step).first;
}

void
ag_gradient_end_part (AgGradientRun *run, int level, int step, AgTeam *team, int rank)
{
  Part part;

  if (run->take == NULL)
    return;
  part = find_part (run->glow, level, step);
  ag_team_barrier (team);
  if (step < run->glow->config.depth)
    {
      if (rank == 0)
        ag_gradient_unfold_linear (run, level, step, rank);
      ag_team_barrier (team);
    }
  if (!run->is_apart)
    run->take (part.first, part.n, run->parameters, team, rank, run->take_data);
}

bool
ag_gradient_commit (AgGradientRun *run, AgTeam *team, int rank)
{
  const AgGradient *gradient = run->gradient;
  const AgGradientPeers *peers = &gradient->peers;

  if (run->take == NULL && peers->agree == NULL)
    return true;
  ag_team_barrier (team);
  if (rank == 0)
    {
      double sum = 0;

      for (int t = 0; t < ag_team_size (team); t++)
        for (int i = 0; i < gradient->batch; i++)
          sum += gradient->members[t].log_p[i];
      run->diverged = !isfinite (sum) || atomic_load (&gradient->fold->singular) != 0;
      run->is_agreed = true;
      run->is_apart = peers->agree != NULL && !peers->agree (!run->diverged, peers->data);
      run->cancel = NULL;
    }
  ag_team_barrier (team);
  return !run->diverged && !run->is_apart;
}
