/* ag-initialize.c: data-dependent initialisation of actnorms
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Goes through the flow once, layer by layer; each actnorm is set from the batch as it arrives
 * there and the step folded anew, so that what follows sees its output.
 */
#include <math.h>
#include <string.h>

#include "ag-gradient-private.h"

typedef struct
{
  AgGradient *gradient;
  AgGlow *glow;
  const ag_real *x;
  bool scales; /* whether the steps' own actnorms do more than shift */
  const atomic_bool *cancel;
  bool stop;
} Initialization;

/* Makes (x + bias) * exp (3 logs) have mean 0 and variance 1 in each of n columns. A column that
 * does not vary, as in a batch of blank pictures, keeps a scale of at most 1e3. */
static void
standardize (int n_rows,
             int n,
             const ag_real *x,
             ptrdiff_t ld,
             const AgTensor *bias,
             const AgTensor *logs)
{
  for (int j = 0; j < n; j++)
    {
      double mean = 0, variance = 0;

      for (int i = 0; i < n_rows; i++)
        mean += (double) x[i * ld + j];
      mean /= n_rows;
      for (int i = 0; i < n_rows; i++)
        variance += ((double) x[i * ld + j] - mean) * ((double) x[i * ld + j] - mean);
      variance /= n_rows;
      bias->values[j] = (ag_real) -mean;
      logs->values[j] = (ag_real) (log (fmin (1 / sqrt (variance), 1e3)) / 3);
    }
}

static void
set_identity (const AgTensor *bias, const AgTensor *logs, const AgTensor *sign)
{
  for (size_t i = 0; i < bias->count; i++)
    {
      bias->values[i] = logs->values[i] = 0;
      sign->values[i] = 1;
    }
}

/* conv1 or conv2 without the ReLU, over this thread's rows. */
static void
raw_conv (const AgRows *rows, int which, const ag_real *from, ag_real *to, AgTile *tile)
{
  const AgFoldedConv *conv = &rows->step->conv[which];
  AgTaps around = ag_rows_taps (rows, conv->inputs, 1);
  int ld_hidden = ag_ld_hidden (rows->fold), ld_columns = ag_ld_columns (rows->fold, conv->inputs);

  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      AgGemm gemm;

      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      ag_rows_bias (rows, conv, begin, end, tile->bias);
      gemm = (AgGemm){ .m = end - begin,
                       .n = conv->columns,
                       .k = conv->rows,
                       .b = conv->weight,
                       .c = to + (ptrdiff_t) begin * ld_hidden,
                       .ldc = ld_hidden,
                       .bias = tile->bias };
      if (which == 0)
        {
          rows->fold->kernels->gather (&around, from, rows->channels, begin, end, tile->columns,
                                       ld_columns);
          gemm.a = tile->columns;
          gemm.lda = ld_columns;
        }
      else
        {
          gemm.a = from + (ptrdiff_t) begin * ld_hidden;
          gemm.lda = ld_hidden;
        }
      rows->fold->kernels->gemm (&gemm);
    }
}

/* Sets the actnorm behind conv1 or conv2 from that convolution's output, and folds again. */
static void
set_inner_actnorm (Initialization *run,
                   const AgRows *rows,
                   int level,
                   int step,
                   int which,
                   const ag_real *output,
                   AgTeam *team,
                   int rank)
{
  const AgConvTensors *tensors = &ag_glow_step (run->glow, level, step)->conv[which];

  ag_team_barrier (team);
  if (rank == 0)
    {
      standardize (run->gradient->batch * rows->height * rows->width, run->glow->config.width,
                   output, ag_ld_hidden (rows->fold), tensors->bias, tensors->logs);
      ag_fold_step (run->gradient->fold, run->glow, level, step, 0);
    }
  ag_team_barrier (team);
}

static void
initialize_step (Initialization *run,
                 const AgRows *rows,
                 int level,
                 int step,
                 const ag_real *x,
                 ag_real *y,
                 AgTeam *team,
                 int rank)
{
  AgGradient *gradient = run->gradient;
  const AgStepTensors *tensors = ag_glow_step (run->glow, level, step);
  AgKept *kept = &gradient->kept[0];
  AgTile *tile = &gradient->members[rank].tile;
  int ld_hidden = ag_ld_hidden (rows->fold);

  ag_team_barrier (team);
  if (rank == 0)
    {
      for (int i = 0; i < 2; i++)
        set_identity (tensors->conv[i].bias, tensors->conv[i].logs, tensors->conv[i].sign);
      set_identity (tensors->actnorm_bias, tensors->actnorm_logs, tensors->actnorm_sign);
      standardize (gradient->batch * rows->height * rows->width, rows->channels, x, rows->channels,
                   tensors->actnorm_bias, tensors->actnorm_logs);
      for (size_t j = 0; !run->scales && j < tensors->actnorm_logs->count; j++)
        tensors->actnorm_logs->values[j] = 0;
      ag_fold_step (gradient->fold, run->glow, level, step, 0);
      if (run->cancel != NULL && atomic_load_explicit (run->cancel, memory_order_relaxed))
        run->stop = true;
    }
  ag_team_barrier (team);
  if (run->stop)
    return;
  ag_rows_linear (rows, rows->begin, rows->end, x, rows->step->forward, rows->step->forward_bias, y,
                  tile);
  ag_team_barrier (team);
  raw_conv (rows, 0, y, kept->hidden[0], tile);
  set_inner_actnorm (run, rows, level, step, 0, kept->hidden[0], team, rank);
  raw_conv (rows, 0, y, kept->hidden[0], tile);
  for (int row = rows->begin; row < rows->end; row++)
    for (int j = 0; j < run->glow->config.width; j++)
      kept->hidden[0][(ptrdiff_t) row * ld_hidden + j] =
        (ag_real) fmax ((double) kept->hidden[0][(ptrdiff_t) row * ld_hidden + j], 0);
  raw_conv (rows, 1, kept->hidden[0], kept->hidden[1], tile);
  set_inner_actnorm (run, rows, level, step, 1, kept->hidden[1], team, rank);

  ag_step_condition (rows, y, gradient->taps, NULL, NULL, tile);
  ag_team_barrier (team);
  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      ag_step_outputs (rows, gradient->taps, begin, end, tile->outputs);
      ag_step_scales (rows, end - begin, tile->outputs);
      ag_step_couple (rows, begin, end, tile->outputs, y, NULL);
    }
}

static void
initialize_member (AgTeam *team, int rank, void *data)
{
  Initialization *run = data;
  AgGradient *gradient = run->gradient;
  const AgGlowConfig *config = &gradient->fold->config;
  ag_real *below = NULL;

  ag_fold_run (gradient->fold, run->glow, team, rank);
  for (int l = 0; l < config->levels; l++)
    {
      AgRows rows = ag_gradient_rows (gradient, l, team, rank);
      ag_real *x = below == gradient->flowing[0] ? gradient->flowing[1] : gradient->flowing[0];

      ag_team_barrier (team);
      ag_rows_squeeze (&rows, l == 0 ? run->x : below,
                       l == 0 ? config->channels : rows.channels / 2, x);
      for (int k = 0; k < config->depth; k++)
        {
          ag_real *y = x == gradient->flowing[0] ? gradient->flowing[1] : gradient->flowing[0];

          /* The level below is read by the squeezes of all threads before it is overwritten. */
          rows.step = ag_fold_get_step (gradient->fold, l, k);
          initialize_step (run, &rows, l, k, x, y, team, rank);
          if (run->stop)
            return;
          x = y;
        }
      below = x;
    }
}

static AgStatus
initialize (AgGradient *gradient,
            AgGlow *glow,
            const ag_real *x,
            bool scales,
            const atomic_bool *cancel,
            AgFlowError *error)
{
  Initialization run = {
    .gradient = gradient, .glow = glow, .x = x, .scales = scales, .cancel = cancel
  };

  if (memcmp (&gradient->fold->config, ag_glow_config (glow), sizeof (AgGlowConfig)) != 0)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "the model has another shape");
  atomic_store (&gradient->fold->singular, 0);
  ag_pool_run (gradient->pool, initialize_member, &run);
  if (run.stop)
    return ag_flow_error_set (error, AG_ERROR_CANCELLED, "cancelled");
  return ag_fold_status (gradient->fold, error);
}

AgStatus
ag_gradient_initialize (AgGradient *gradient,
                        AgGlow *glow,
                        const ag_real *x,
                        const atomic_bool *cancel,
                        AgFlowError *error)
{
  return initialize (gradient, glow, x, true, cancel, error);
}

AgStatus
ag_gradient_initialize_shifts (AgGradient *gradient,
                               AgGlow *glow,
                               const ag_real *x,
                               const atomic_bool *cancel,
                               AgFlowError *error)
{
  return initialize (gradient, glow, x, false, cancel, error);
}
