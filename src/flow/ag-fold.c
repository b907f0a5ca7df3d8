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
build_linear (AgArena *arena, const AgFold *fold, AgFoldedStep *step, int channels)
{
  size_t square = (size_t) channels * (size_t) channels;
  size_t packed = ag_kernels_packed_size (fold->kernels, channels, channels);
  size_t padded = (size_t) ag_round_up (channels, fold->kernels->nr);

  if (fold->use & AG_FOLD_EXACT)
    {
      size_t stride = (size_t) ag_exact_stride (channels);
      size_t size = stride * (size_t) channels * sizeof (double);

      step->exact_forward = ag_arena_take_bytes (arena, size);
      step->exact_forward_bias = ag_arena_take_bytes (arena, stride * sizeof (double));
      step->exact_inverse = ag_arena_take_bytes (arena, size);
      step->exact_inverse_bias = ag_arena_take_bytes (arena, stride * sizeof (double));
    }
  if (fold->use & AG_FOLD_TRAINING)
    {
      step->forward = ag_arena_take (arena, packed);
      step->forward_bias = ag_arena_take (arena, padded);
    }
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
}

static void
build_convs (AgArena *arena, AgFold *fold, AgFoldedStep *step, int channels)
{
  const AgGlowConfig *config = &fold->config;

  step->conv[0].kind = AG_CONV_GATHERED;
  step->conv[0].inputs = channels / 2;
  step->conv[0].outputs = config->width;
  step->conv[1].kind = AG_CONV_POINTWISE;
  step->conv[1].inputs = step->conv[1].outputs = config->width;
  step->conv[2].kind = AG_CONV_SCATTERED;
  step->conv[2].inputs = config->width;
  step->conv[2].outputs = ag_coupling_n_outputs (config->coupling, channels);
  step->conv[2].halves = config->coupling != AG_COUPLING_ADDITIVE;
  for (int i = 0; i < 3; i++)
    build_conv (arena, fold, &step->conv[i]);
}

/* The steps of a level; on demand, even and odd ones share the memory of their convolutions. */
static void
build_level (AgArena *arena, AgFold *fold, int level)
{
  int depth = fold->config.depth, channels = fold->levels[level].channels;
  AgFoldedStep shared[2] = { { 0 } };

  for (int i = 0; (fold->use & AG_FOLD_ON_DEMAND) && i < 2; i++)
    build_convs (arena, fold, &shared[i], channels);
  for (int k = 0; k < depth; k++)
    {
      AgFoldedStep step = shared[k % 2];

      build_linear (arena, fold, &step, channels);
      if (!(fold->use & AG_FOLD_ON_DEMAND))
        build_convs (arena, fold, &step, channels);
      if (fold->steps != NULL)
        fold->steps[level * depth + k] = step;
    }
}

/* What one thread folds before packing: a panel's height of a convolution's rows, or a step's C×C.
 */
static size_t
largest_plain (const AgFold *fold)
{
  size_t c = (size_t) fold->levels[fold->config.levels - 1].channels;
  size_t w = (size_t) fold->config.width;
  size_t columns = (w > 9 * c ? w : 9 * c) * (size_t) fold->kernels->nr;

  return columns > c * c ? columns : c * c;
}

static size_t
largest_outputs (const AgFold *fold)
{
  size_t c = (size_t) fold->levels[fold->config.levels - 1].channels;

  return (size_t) fold->config.width > c ? (size_t) fold->config.width : c;
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
      build_level (arena, fold, l);
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
  fold->scales = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *fold->scales);
  fold->converted = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *fold->converted);
  fold->square = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *fold->square);
  fold->pivots = ag_arena_take_bytes (arena, (size_t) n_threads * sizeof *fold->pivots);
  for (int i = 0; i < n_threads; i++)
    {
      ag_real *plain = ag_arena_take (arena, largest_plain (fold));
      ag_real *scales = ag_arena_take (arena, largest_outputs (fold));
      ag_real *converted = ag_arena_take (arena, largest_outputs (fold));
      double *square = ag_arena_take_bytes (arena, (3 * n * n + n) * sizeof *square);
      int *pivots = ag_arena_take_bytes (arena, n * sizeof *pivots);

      if (placed != NULL)
        {
          fold->plain[i] = plain;
          fold->scales[i] = scales;
          fold->converted[i] = converted;
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
fold_bias (AgFoldedConv *conv, const AgConvTensors *tensors, const ag_real *scales)
{
  int positions = conv->kind == AG_CONV_POINTWISE ? 1 : AG_N_POSITIONS;

  for (int j = 0; j < conv->outputs; j++)
    {
      int o = ag_conv_parameter_output (conv, j);

      conv->scale[j] = scales[j];
      for (int position = 0; position < positions; position++)
        {
          ag_real sum = tensors->bias->values[o];

          for (int tap = 0; tensors->edge != NULL && tap < 9; tap++)
            if (ag_tap_is_padding (position, tap))
              sum += tensors->edge->values[tap * conv->outputs + o];
          conv->bias[position * conv->ld_bias + j] = sum * scales[j];
        }
    }
}

/* One row of weights, scaled and brought into the folded order. */
static void
fold_row (const AgFoldedConv *conv, const ag_real *scales, const ag_real *weight, ag_real *row)
{
  int half = conv->outputs / 2;

  if (conv->halves)
    for (int j = 0; j < half; j++)
      {
        row[j] = scales[j] * weight[2 * j];
        row[half + j] = scales[half + j] * weight[2 * j + 1];
      }
  else
    for (int j = 0; j < conv->outputs; j++)
      row[j] = scales[j] * weight[j];
}

/* Rows begin to end of a convolution's matrix, begin a multiple of nr; the share with row 0 also
 * does the biases. */
static void
fold_conv (const AgFold *fold,
           AgFoldedConv *conv,
           const AgConvTensors *tensors,
           int begin,
           int end,
           int rank)
{
  const AgKernels *kernels = fold->kernels;
  ag_real *plain = fold->plain[rank], *scales = fold->scales[rank];
  ag_real *converted = fold->converted[rank];
  size_t n = (size_t) conv->outputs;
  int nr = kernels->nr, panels = (conv->columns + nr - 1) / nr;
  int taps = conv->kind == AG_CONV_SCATTERED ? 9 : 1;

  if (begin == end)
    return;
  for (int j = 0; j < conv->outputs; j++)
    scales[j] = conv_scale (tensors, ag_conv_parameter_output (conv, j));
  if (begin == 0)
    fold_bias (conv, tensors, scales);
  for (int i = begin; i < end; i += nr)
    {
      int last = i + nr < end ? i + nr : end;

      /* Scattered weights come as [tap][in][out] and go to [in][tap][out]. */
      for (int tap = 0; tap < taps; tap++)
        for (int row = i; row < last; row++)
          {
            size_t at = ((size_t) tap * (size_t) conv->rows + (size_t) row) * n;

            fold_row (conv, scales, ag_tensor_numbers (tensors->weight, at, n, converted),
                      plain + (ptrdiff_t) (row - i) * conv->columns + tap * conv->outputs);
          }
      ag_kernels_pack (kernels, conv->rows, conv->columns, plain, conv->columns, 1, i, last, 0,
                       panels, conv->weight);
      if (conv->transposed != NULL)
        ag_kernels_pack (kernels, conv->columns, last - i, plain, 1, conv->columns, 0,
                         conv->columns, 0, 1, conv->transposed + (ptrdiff_t) i * conv->columns);
    }
}

/* The forward matrix M, its bias and, where asked for, the inverse in the type of training. */
static void
pack_linear (const AgFold *fold,
             AgFoldedStep *step,
             int n,
             const double *forward,
             const double *inverse,
             const double *bias,
             ag_real *plain)
{
  const AgKernels *kernels = fold->kernels;
  int panels = (n + kernels->nr - 1) / kernels->nr;

  memset (step->forward_bias, 0, (size_t) ag_round_up (n, kernels->nr) * sizeof (ag_real));
  for (int i = 0; i < n; i++)
    for (int o = 0; o < n; o++)
      {
        plain[i * n + o] = (ag_real) forward[i * n + o];
        step->forward_bias[o] += (ag_real) (bias[i] * forward[i * n + o]);
      }
  ag_kernels_pack (kernels, n, n, plain, n, 1, 0, n, 0, panels, step->forward);
  ag_kernels_pack (kernels, n, n, plain, 1, n, 0, n, 0, panels, step->backward);
  if (step->inverse == NULL)
    return;
  for (int i = 0; i < n * n; i++)
    plain[i] = (ag_real) inverse[i];
  for (int i = 0; i < n; i++)
    step->inverse_bias[i] = (ag_real) -bias[i];
  ag_kernels_pack (kernels, n, n, plain, n, 1, 0, n, 0, panels, step->inverse);
}

static void
copy_exact (AgFoldedStep *step,
            int n,
            const double *forward,
            const double *inverse,
            const double *bias)
{
  int stride = ag_exact_stride (n);

  /* What lies between a row's end and the next one is zero already. */
  memset (step->exact_forward_bias, 0, (size_t) stride * sizeof (double));
  for (int i = 0; i < n; i++)
    {
      memcpy (step->exact_forward + (ptrdiff_t) i * stride, forward + (ptrdiff_t) i * n,
              (size_t) n * sizeof (double));
      memcpy (step->exact_inverse + (ptrdiff_t) i * stride, inverse + (ptrdiff_t) i * n,
              (size_t) n * sizeof (double));
      for (int o = 0; o < n; o++)
        step->exact_forward_bias[o] += bias[i] * forward[i * n + o];
      step->exact_inverse_bias[i] = -bias[i];
    }
}

/* y = (x + b) s W: with M = diag (s) W, y = x M + b M, x = y M^-1 - b. */
static void
fold_linear (AgFold *fold, const AgGlow *glow, int level, int k, int rank)
{
  AgFoldedStep *step = &fold->steps[level * fold->config.depth + k];
  const AgStepTensors *tensors = ag_glow_step (glow, level, k);
  int n = fold->levels[level].channels;
  double *weight = fold->square[rank], *inverse = weight + n * n, *work = inverse + n * n;
  double *bias = work; /* once it is inverted */

  ag_glow_permutation_matrix (glow, level, k, weight);
  memcpy (inverse, weight, (size_t) (n * n) * sizeof *inverse);
  if (!ag_linear_invert (n, inverse, &step->log_det, work, fold->pivots[rank]))
    atomic_store (&fold->singular, 1 + level * fold->config.depth + k);
  if (step->matrix != NULL)
    {
      memcpy (step->matrix, weight, (size_t) (n * n) * sizeof *weight);
      memcpy (step->matrix_inverse, inverse, (size_t) (n * n) * sizeof *inverse);
    }
  for (int i = 0; i < n; i++)
    {
      double logs = 3 * (double) tensors->actnorm_logs->values[i];
      double scale = (double) tensors->actnorm_sign->values[i] * exp (logs);

      bias[i] = (double) tensors->actnorm_bias->values[i];
      step->log_det += logs;
      for (int o = 0; o < n; o++)
        {
          weight[i * n + o] *= scale;
          inverse[o * n + i] /= scale;
        }
    }
  if (fold->use & AG_FOLD_TRAINING)
    pack_linear (fold, step, n, weight, inverse, bias, fold->plain[rank]);
  if (fold->use & AG_FOLD_EXACT)
    copy_exact (step, n, weight, inverse, bias);
}

void
ag_fold_step (AgFold *fold, const AgGlow *glow, int level, int step, int rank)
{
  const AgStepTensors *tensors = ag_glow_step (glow, level, step);
  AgFoldedStep *folded = &fold->steps[level * fold->config.depth + step];

  fold_linear (fold, glow, level, step, rank);
  for (int i = 0; i < 3; i++)
    fold_conv (fold, &folded->conv[i], &tensors->conv[i], 0, folded->conv[i].rows, rank);
}

void
ag_fold_demand (AgFold *fold, const AgGlow *glow, int level, int step, AgTeam *team, int rank)
{
  const AgStepTensors *tensors = ag_glow_step (glow, level, step);
  AgFoldedStep *folded = &fold->steps[level * fold->config.depth + step];

  for (int i = 0; (fold->use & AG_FOLD_ON_DEMAND) && i < 3; i++)
    {
      int begin, end;

      ag_team_share (team, rank, folded->conv[i].rows, fold->kernels->nr, &begin, &end);
      fold_conv (fold, &folded->conv[i], &tensors->conv[i], begin, end, rank);
    }
}

static void
fold_priors (AgFold *fold, const AgGlow *glow, int rank)
{
  const AgConvTensors *top = &glow->top;
  int n = (int) top->bias->count;

  for (int l = 0; l < fold->config.levels - 1; l++)
    fold_conv (fold, &fold->splits[l], &glow->splits[l], 0, fold->splits[l].rows, rank);
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
    if (fold->use & AG_FOLD_ON_DEMAND)
      fold_linear (fold, glow, i / fold->config.depth, i % fold->config.depth, rank);
    else
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
