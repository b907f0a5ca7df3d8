/* ag-fold.c: parameters as the passes want them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-fold.h"

#include <math.h>
#include <string.h>

#include "ag-linear.h"

static void
build_conv (AgArena *arena, AgFold *fold, AgFoldedConv *conv)
{
  size_t rows = (size_t) conv->inputs, columns = (size_t) conv->outputs;
  int positions = conv->kind == AG_CONV_POINTWISE ? 1 : AG_N_POSITIONS;

  if (conv->kind == AG_CONV_GATHERED)
    rows *= 9;
  if (conv->kind == AG_CONV_SCATTERED)
    columns *= 9;
  conv->rows = (int) rows;
  conv->columns = (int) columns;
  conv->weight =
    ag_arena_take (arena, ag_kernels_packed_size (fold->kernels, conv->rows, conv->columns));
  if (fold->use & AG_FOLD_TRAINING)
    conv->transposed =
      ag_arena_take (arena, ag_kernels_packed_size (fold->kernels, conv->columns, conv->rows));
  conv->ld_bias = ag_round_up (conv->outputs, fold->kernels->nr);
  conv->scale = ag_arena_take (arena, (size_t) conv->outputs);
  conv->bias = ag_arena_take (arena, (size_t) positions * (size_t) conv->ld_bias);
}

static void
build_step (AgArena *arena, AgFold *fold, AgFoldedStep *step, int channels)
{
  const AgGlowConfig *config = &fold->config;
  size_t square = (size_t) channels * (size_t) channels;
  size_t packed = ag_kernels_packed_size (fold->kernels, channels, channels);
  size_t padded = (size_t) ag_round_up (channels, fold->kernels->nr);
  int out = ag_coupling_n_outputs (config->coupling, channels);

  step->forward = ag_arena_take (arena, packed);
  step->forward_bias = ag_arena_take (arena, padded);
  if (fold->use & AG_FOLD_INVERSE)
    {
      step->inverse = ag_arena_take (arena, packed);
      step->inverse_bias = ag_arena_take (arena, padded);
    }
  if (fold->use & AG_FOLD_TRAINING)
    {
      step->backward = ag_arena_take (arena, packed);
      step->matrix = ag_arena_take_bytes (arena, square * sizeof (double));
      step->matrix_inverse = ag_arena_take_bytes (arena, square * sizeof (double));
    }
  step->conv[0].kind = AG_CONV_GATHERED;
  step->conv[0].inputs = channels / 2;
  step->conv[0].outputs = config->width;
  step->conv[1].kind = AG_CONV_POINTWISE;
  step->conv[1].inputs = step->conv[1].outputs = config->width;
  step->conv[2].kind = AG_CONV_SCATTERED;
  step->conv[2].inputs = config->width;
  step->conv[2].outputs = out;
  step->conv[2].halves = config->coupling == AG_COUPLING_AFFINE;
  for (int i = 0; i < 3; i++)
    build_conv (arena, fold, &step->conv[i]);
}

/* The largest plain matrix that one thread folds. */
static size_t
largest_plain (const AgGlowConfig *config)
{
  size_t c = (size_t) ag_glow_config_level (config, config->levels - 1).channels;
  size_t w = (size_t) config->width;
  size_t largest = w * w;

  if (largest < 9 * c * w) /* conv1 has c / 2 inputs, conv3 at most c outputs */
    largest = 9 * c * w;
  if (largest < 9 * c * c)
    largest = 9 * c * c;
  return largest;
}

AgFold *
ag_fold_build (AgArena *arena,
               const AgGlowConfig *config,
               const AgKernels *kernels,
               unsigned use,
               int n_threads)
{
  AgFold *placed = ag_arena_take_bytes (arena, sizeof *placed);
  AgFold counted = { .config = *config, .kernels = kernels, .use = use, .n_threads = n_threads };
  AgFold *fold = placed != NULL ? placed : &counted;
  size_t n_steps = (size_t) (config->levels * config->depth);
  size_t n = (size_t) ag_glow_config_level (config, config->levels - 1).channels;

  memcpy (fold, &counted, sizeof counted);
  for (int l = 0; l < config->levels; l++)
    fold->levels[l] = ag_glow_config_level (config, l);
  fold->steps = ag_arena_take_bytes (arena, n_steps * sizeof *fold->steps);
  for (int l = 0; l < config->levels; l++)
    {
      for (int k = 0; k < config->depth; k++)
        {
          AgFoldedStep counted_step = { 0 };

          build_step (arena, fold,
                      fold->steps != NULL ? &fold->steps[l * config->depth + k] : &counted_step,
                      fold->levels[l].channels);
        }
      if (l < config->levels - 1)
        {
          fold->splits[l] = (AgFoldedConv){ .kind = AG_CONV_GATHERED,
                                            .inputs = fold->levels[l].channels / 2,
                                            .outputs = fold->levels[l].channels,
                                            .halves = true };
          build_conv (arena, fold, &fold->splits[l]);
        }
    }
  fold->top = ag_arena_take (arena, AG_N_POSITIONS * 2 * n);
  if (config->classes > 0)
    fold->class_embedding = ag_arena_take (arena, (size_t) config->classes * 2 * n);
  fold->plain = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *fold->plain);
  fold->square = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *fold->square);
  fold->pivots = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *fold->pivots);
  for (int i = 0; i < n_threads; i++)
    {
      ag_real *plain = ag_arena_take (arena, largest_plain (config));
      double *square = ag_arena_take_bytes (arena, (3 * n * n + n) * sizeof *square);
      int *pivots = ag_arena_take_bytes (arena, n * sizeof *pivots);

      if (placed != NULL)
        {
          fold->plain[i] = plain;
          fold->square[i] = square;
          fold->pivots[i] = pivots;
        }
    }
  return placed;
}

/* sign * exp (3 logs) of output o, in the order of the parameters. */
static ag_real
conv_scale (const AgConvTensors *tensors, int o)
{
  ag_real sign = tensors->sign != NULL ? tensors->sign->values[o] : 1;

  return sign * (ag_real) exp (3 * (double) tensors->logs->values[o]);
}

static void
fold_bias (AgFoldedConv *conv, const AgConvTensors *tensors)
{
  int positions = conv->kind == AG_CONV_POINTWISE ? 1 : AG_N_POSITIONS;

  for (int j = 0; j < conv->outputs; j++)
    {
      int o = ag_conv_parameter_output (conv, j);

      conv->scale[j] = conv_scale (tensors, o);
      for (int position = 0; position < positions; position++)
        {
          ag_real sum = tensors->bias->values[o];

          for (int tap = 0; tensors->edge != NULL && tap < 9; tap++)
            if (ag_tap_is_padding (position, tap))
              sum += tensors->edge->values[tap * conv->outputs + o];
          conv->bias[position * conv->ld_bias + j] = sum * conv->scale[j];
        }
    }
}

/* One row of weights, scaled and brought into the folded order. */
static void
fold_row (const AgFoldedConv *conv, const ag_real *weight, ag_real *row)
{
  int half = conv->outputs / 2;

  if (conv->halves)
    for (int j = 0; j < half; j++)
      {
        row[j] = conv->scale[j] * weight[2 * j];
        row[half + j] = conv->scale[half + j] * weight[2 * j + 1];
      }
  else
    for (int j = 0; j < conv->outputs; j++)
      row[j] = conv->scale[j] * weight[j];
}

static void
fold_conv (const AgFold *fold, AgFoldedConv *conv, const AgConvTensors *tensors, ag_real *plain)
{
  const ag_real *weight = tensors->weight->values;
  const AgKernels *kernels = fold->kernels;
  int taps = conv->kind == AG_CONV_SCATTERED ? 9 : 1;

  fold_bias (conv, tensors);
  /* Scattered weights come as [tap][in][out] and go to [in][tap][out]. */
  for (int tap = 0; tap < taps; tap++)
    for (int i = 0; i < conv->rows; i++, weight += conv->outputs)
      fold_row (conv, weight, plain + (ptrdiff_t) i * conv->columns + tap * conv->outputs);
  ag_kernels_pack (kernels, conv->rows, conv->columns, plain, conv->columns, 1, conv->weight, 0,
                   (conv->columns + kernels->nr - 1) / kernels->nr);
  if (conv->transposed != NULL)
    ag_kernels_pack (kernels, conv->columns, conv->rows, plain, 1, conv->columns, conv->transposed,
                     0, (conv->rows + kernels->nr - 1) / kernels->nr);
}

/* y = (x + b) s W: with M = diag (s) W, y = x M + b M, x = y M^-1 - b. */
static void
fold_linear (AgFold *fold, const AgGlow *glow, int level, int k, int rank)
{
  AgFoldedStep *step = &fold->steps[level * fold->config.depth + k];
  const AgStepTensors *tensors = ag_glow_step (glow, level, k);
  int n = fold->levels[level].channels, nr = fold->kernels->nr, panels = (n + nr - 1) / nr;
  double *weight = fold->square[rank], *inverse = weight + n * n, *work = inverse + n * n;
  ag_real *plain = fold->plain[rank];

  ag_glow_permutation_matrix (glow, level, k, weight);
  memcpy (inverse, weight, (size_t) (n * n) * sizeof *inverse);
  if (!ag_linear_invert (n, inverse, &step->log_det, work, fold->pivots[rank]))
    atomic_store (&fold->singular, 1 + level * fold->config.depth + k);
  if (step->matrix != NULL)
    {
      memcpy (step->matrix, weight, (size_t) (n * n) * sizeof *weight);
      memcpy (step->matrix_inverse, inverse, (size_t) (n * n) * sizeof *inverse);
    }
  memset (step->forward_bias, 0, (size_t) ag_round_up (n, nr) * sizeof (ag_real));
  for (int i = 0; i < n; i++)
    {
      double logs = 3 * (double) tensors->actnorm_logs->values[i];
      double scale = (double) tensors->actnorm_sign->values[i] * exp (logs);
      double bias = (double) tensors->actnorm_bias->values[i];

      step->log_det += logs;
      for (int o = 0; o < n; o++)
        {
          weight[i * n + o] *= scale;
          inverse[o * n + i] /= scale;
          plain[i * n + o] = (ag_real) weight[i * n + o];
          step->forward_bias[o] += (ag_real) (bias * weight[i * n + o]);
        }
      if (step->inverse_bias != NULL)
        step->inverse_bias[i] = (ag_real) -bias;
    }
  ag_kernels_pack (fold->kernels, n, n, plain, n, 1, step->forward, 0, panels);
  if (step->backward != NULL)
    ag_kernels_pack (fold->kernels, n, n, plain, 1, n, step->backward, 0, panels);
  if (step->inverse != NULL)
    {
      for (int i = 0; i < n * n; i++)
        plain[i] = (ag_real) inverse[i];
      ag_kernels_pack (fold->kernels, n, n, plain, n, 1, step->inverse, 0, panels);
    }
}

void
ag_fold_step (AgFold *fold, const AgGlow *glow, int level, int step, int rank)
{
  const AgStepTensors *tensors = ag_glow_step (glow, level, step);
  AgFoldedStep *folded = &fold->steps[level * fold->config.depth + step];

  fold_linear (fold, glow, level, step, rank);
  for (int i = 0; i < 3; i++)
    fold_conv (fold, &folded->conv[i], &tensors->conv[i], fold->plain[rank]);
}

static void
fold_priors (AgFold *fold, const AgGlow *glow, int rank)
{
  const AgConvTensors *top = &glow->top;
  int n = (int) top->bias->count;

  for (int l = 0; l < fold->config.levels - 1; l++)
    fold_conv (fold, &fold->splits[l], &glow->splits[l], fold->plain[rank]);
  for (int position = 0; position < AG_N_POSITIONS; position++)
    for (int o = 0; o < n; o++)
      {
        ag_real sum = top->bias->values[o];

        for (int tap = 0; tap < 9; tap++)
          if (ag_tap_is_padding (position, tap))
            sum += top->edge->values[tap * n + o];
        fold->top[position * n + o] = sum * conv_scale (top, o);
      }
  if (fold->class_embedding != NULL)
    memcpy (fold->class_embedding, glow->class_embedding->values,
            glow->class_embedding->count * sizeof (ag_real));
}

void
ag_fold_run (AgFold *fold, const AgGlow *glow, AgTeam *team, int rank)
{
  int n_steps = fold->config.levels * fold->config.depth;

  /* Round robin, as the steps of one level cost the same and those of others do not. */
  for (int i = rank; i < n_steps; i += ag_team_size (team))
    ag_fold_step (fold, glow, i / fold->config.depth, i % fold->config.depth, rank);
  if (rank == ag_team_size (team) - 1)
    fold_priors (fold, glow, rank);
}

AgStatus
ag_fold_status (const AgFold *fold, AgFlowError *error)
{
  int singular = atomic_load (&fold->singular);

  if (singular == 0)
    return AG_OK;
  return ag_flow_error_set (
    error, AG_ERROR_SINGULAR, "the 1×1 convolution of level %d, step %d is singular",
    (singular - 1) / fold->config.depth, (singular - 1) % fold->config.depth);
}
