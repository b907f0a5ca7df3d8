/* ag-gradient-step.c: backward through the conditioner, the linear part and the priors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of a folded convolution C = A W + bias is dA = dC W^T and dW = A^T dC, so every
 * convolution of the forward pass is two matrix products here, on tiles as there. A ReLU's gradient
 * is a mask on the product that made it. What leaves a tile for its neighbours goes through memory
 * and a barrier: the taps of conv1, summed afterwards.
 *
 * Threads sum over their own rows and add up the sums at the end of each step, in the order of
 * their ranks.
 */
#include <math.h>
#include <string.h>

#include "ag-gradient-private.h"

static void
zero (ag_real *values, size_t n)
{
  memset (values, 0, n * sizeof *values);
}

static void
zero_conv (AgConvSums *sums, const AgFoldedConv *conv)
{
  int positions = conv->kind == AG_CONV_POINTWISE ? 1 : AG_N_POSITIONS;

  zero (sums->weight, (size_t) conv->rows * (size_t) conv->columns);
  zero (sums->bias, (size_t) (positions * conv->outputs));
  zero (sums->dots, (size_t) conv->outputs);
}

/* Adds rows of a convolution's output gradient to its bias and scale sums. */
static void
sum_rows (const AgRows *rows,
          const AgFoldedConv *conv,
          int begin,
          int end,
          const ag_real *d,
          ptrdiff_t ld_d,
          const ag_real *output,
          ptrdiff_t ld_output,
          AgConvSums *sums,
          ag_real **pointers)
{
  for (int row = begin; row < end; row++)
    pointers[row - begin] =
      sums->bias +
      (conv->kind == AG_CONV_POINTWISE ? 0 : ag_position (rows->height, rows->width, row)) *
        conv->outputs;
  rows->fold->kernels->row_sums (end - begin, conv->outputs, d, ld_d, pointers, output, ld_output,
                                 sums->dots);
}

/* From threads' sums to the tensors of a convolution; this thread's share of it. */
static void
unfold_conv (AgGradientRun *run,
             const AgFoldedConv *conv,
             int which,
             const AgConvTensors *tensors,
             AgTeam *team,
             int rank)
{
  AgGradient *gradient = run->gradient;
  int n_threads = ag_team_size (team), out = conv->outputs;
  int taps = conv->kind == AG_CONV_SCATTERED ? 9 : 1;
  ag_real *weight = ag_gradient_of (run, tensors->weight);
  int begin, end;

  ag_team_share (team, rank, conv->rows, 1, &begin, &end);
  for (int i = begin; i < end; i++)
    {
      ag_real *total = gradient->members[0].conv[which].weight + (ptrdiff_t) i * conv->columns;

      for (int t = 1; t < n_threads; t++)
        {
          const ag_real *part =
            gradient->members[t].conv[which].weight + (ptrdiff_t) i * conv->columns;

          for (int j = 0; j < conv->columns; j++)
            total[j] += part[j];
        }
      for (int tap = 0; tap < taps; tap++)
        for (int j = 0; j < out; j++)
          weight[((ptrdiff_t) tap * conv->rows + i) * out + ag_conv_parameter_output (conv, j)] =
            total[tap * out + j] * conv->scale[j];
    }
  if (rank != n_threads - 1)
    return;
  for (int j = 0; j < out; j++)
    {
      int o = ag_conv_parameter_output (conv, j);
      int positions = conv->kind == AG_CONV_POINTWISE ? 1 : AG_N_POSITIONS;
      ag_real dots = 0, bias = 0, edge[9] = { 0 };

      for (int t = 0; t < n_threads; t++)
        dots += gradient->members[t].conv[which].dots[j];
      for (int position = 0; position < positions; position++)
        {
          ag_real sum = 0;

          for (int t = 0; t < n_threads; t++)
            sum += gradient->members[t].conv[which].bias[position * out + j];
          bias += sum;
          for (int tap = 0; tap < 9; tap++)
            if (ag_tap_is_padding (position, tap))
              edge[tap] += sum;
        }
      ag_gradient_of (run, tensors->logs)[o] = 3 * dots;
      ag_gradient_of (run, tensors->bias)[o] = bias * conv->scale[j];
      for (int tap = 0; tensors->edge != NULL && tap < 9; tap++)
        ag_gradient_of (run, tensors->edge)[tap * out + o] = edge[tap] * conv->scale[j];
    }
}

void
ag_gradient_coupling (AgGradientRun *run,
                      const AgRows *rows,
                      const AgKept *kept,
                      ag_real *d,
                      int rank)
{
  AgTile *tile = &run->gradient->members[rank].tile;
  int c = rows->channels, half = c / 2, out = rows->step->conv[2].outputs;
  ag_real least = ag_coupling_least_scale (rows->fold->config.coupling);

  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      memcpy (tile->outputs, kept->outputs + (ptrdiff_t) begin * out,
              (size_t) (end - begin) * (size_t) out * sizeof (ag_real));
      ag_step_scales (rows, end - begin, tile->outputs);
      for (int row = begin; row < end; row++)
        {
          const ag_real *scale = tile->outputs + (ptrdiff_t) (row - begin) * out + half;
          const ag_real *z2 = kept->out + (ptrdiff_t) row * c + half;
          ag_real *d_out = run->gradient->d_outputs + (ptrdiff_t) row * out;
          ag_real *d2 = d + (ptrdiff_t) row * c + half;

          if (out == half)
            {
              memcpy (d_out, d2, (size_t) half * sizeof *d2);
              continue;
            }
          /* z2' = (z2 + shift) s with s = least + r, where r is a sigmoid of u: dr/du = r (1 - r),
           * so d ln s/du = r / s (1 - r). Without a least scale that is 1 - s. */
          for (int j = 0; j < half; j++)
            {
              ag_real r = scale[j] - least;

              d_out[half + j] = (d2[j] * z2[j] - run->unit) * (r / scale[j]) * (1 - r);
              d2[j] *= scale[j];
              d_out[j] = d2[j];
            }
        }
    }
}

/* The wide part: from d_outputs to the sums of the three convolutions and to d_columns. What
 * forward has kept comes from far away in memory: every product asks for what the next one but one
 * needs. */
static void
conditioner_tile (AgGradient *gradient,
                  const AgRows *rows,
                  const AgKept *kept,
                  AgMember *member,
                  int begin,
                  int end)
{
  const AgFoldedConv *conv = rows->step->conv;
  const AgKernels *kernels = rows->fold->kernels;
  AgTile *tile = &member->tile;
  int m = end - begin, c = rows->channels, out = conv[2].outputs;
  int ld_hidden = ag_ld_hidden (rows->fold), ld_taps = ag_ld_taps (rows->fold, &conv[2]);
  int ld_columns = ag_ld_columns (rows->fold, c / 2);
  const ag_real *h1 = kept->hidden[0] + (ptrdiff_t) begin * ld_hidden;
  const ag_real *h2 = kept->hidden[1] + (ptrdiff_t) begin * ld_hidden;
  ag_real *d1 = tile->hidden[0], *d2 = tile->hidden[1];
  int n_next = rows->end - end < m ? rows->end - end : m;
  AgTaps around = ag_rows_taps (rows, out, -1);
  AgGemm gemm;

  sum_rows (rows, &conv[2], begin, end, gradient->d_outputs + (ptrdiff_t) begin * out, out,
            kept->outputs + (ptrdiff_t) begin * out, out, &member->conv[2], member->sums);
  kernels->gather (&around, gradient->d_outputs, out, begin, end, member->d_taps, ld_taps);
  kernels->gemm_tn (m, conv[2].rows, conv[2].columns, h2, ld_hidden, member->d_taps, ld_taps,
                    member->conv[2].weight, conv[2].columns);
  gemm = (AgGemm){ .m = m,
                   .n = conv[2].rows,
                   .k = conv[2].columns,
                   .a = member->d_taps,
                   .lda = ld_taps,
                   .b = conv[2].transposed,
                   .c = d2,
                   .ldc = ld_hidden,
                   .mask = h2,
                   .ld_mask = ld_hidden,
                   .next = h1,
                   .next_bytes = (size_t) (m * ld_hidden) * sizeof *h1 };
  kernels->gemm (&gemm);

  sum_rows (rows, &conv[1], begin, end, d2, ld_hidden, h2, ld_hidden, &member->conv[1],
            member->sums);
  kernels->gemm_tn (m, conv[1].rows, conv[1].columns, h1, ld_hidden, d2, ld_hidden,
                    member->conv[1].weight, conv[1].columns);
  gemm = (AgGemm){ .m = m,
                   .n = conv[1].rows,
                   .k = conv[1].columns,
                   .a = d2,
                   .lda = ld_hidden,
                   .b = conv[1].transposed,
                   .c = d1,
                   .ldc = ld_hidden,
                   .mask = h1,
                   .ld_mask = ld_hidden };
  kernels->gemm (&gemm);

  sum_rows (rows, &conv[0], begin, end, d1, ld_hidden, h1, ld_hidden, &member->conv[0],
            member->sums);
  around = ag_rows_taps (rows, c / 2, 1);
  kernels->gather (&around, kept->out, c, begin, end, tile->columns, ld_columns);
  kernels->gemm_tn (m, conv[0].rows, conv[0].columns, tile->columns, ld_columns, d1, ld_hidden,
                    member->conv[0].weight, conv[0].columns);
  gemm = (AgGemm){ .m = m,
                   .n = conv[0].rows,
                   .k = conv[0].columns,
                   .a = d1,
                   .lda = ld_hidden,
                   .b = conv[0].transposed,
                   .c = gradient->d_columns + (ptrdiff_t) begin * ld_columns,
                   .ldc = ld_columns,
                   .next = h2 + (ptrdiff_t) m * ld_hidden,
                   .next_bytes = (size_t) (n_next * ld_hidden) * sizeof *h2 };
  kernels->gemm (&gemm);
}

/* y = x M + bias: dx = dy M^T, dM = x^T dy. */
static void
linear_rows (const AgRows *rows, const ag_real *x, const ag_real *dy, ag_real *dx, AgMember *member)
{
  int c = rows->channels;

  rows->fold->kernels->gemm_tn (rows->end - rows->begin, c, c, x + (ptrdiff_t) rows->begin * c, c,
                                dy + (ptrdiff_t) rows->begin * c, c, member->linear, c);
  for (int row = rows->begin; row < rows->end; row++)
    for (int j = 0; j < c; j++)
      member->linear_bias[j] += dy[(ptrdiff_t) row * c + j];
  ag_rows_linear (rows, rows->begin, rows->end, dy, rows->step->backward, NULL, dx, &member->tile);
}

static void
sum_linear (AgGradient *gradient, const AgRows *rows, int index, AgTeam *team, int rank)
{
  int c = rows->channels, begin, end;
  double *matrix = gradient->linear[index], *bias = matrix + c * c;

  ag_team_share (team, rank, c * c, 1, &begin, &end);
  for (int i = begin; i < end; i++)
    {
      matrix[i] = 0;
      for (int t = 0; t < ag_team_size (team); t++)
        matrix[i] += (double) gradient->members[t].linear[i];
    }
  for (int j = 0; rank == 0 && j < c; j++)
    {
      bias[j] = 0;
      for (int t = 0; t < ag_team_size (team); t++)
        bias[j] += (double) gradient->members[t].linear_bias[j];
    }
}

void
ag_gradient_step (AgGradientRun *run,
                  const AgRows *rows,
                  int level,
                  int step,
                  const AgKept *kept,
                  const ag_real *x,
                  int gradient_in,
                  AgTeam *team,
                  int rank)
{
  AgGradient *gradient = run->gradient;
  AgMember *member = &gradient->members[rank];
  const AgFoldedConv *conv = rows->step->conv;
  ag_real *d = gradient->d_flowing[gradient_in];
  int c = rows->channels, ld_columns = ag_ld_columns (rows->fold, c / 2);
  AgTaps around = ag_rows_taps (rows, c / 2, -1);
  int index = level * rows->fold->config.depth + step;

  ag_gradient_begin_part (run, level, step, rank);
  ag_team_barrier (team);
  for (int i = 0; i < 3; i++)
    zero_conv (&member->conv[i], &conv[i]);
  zero (member->linear, (size_t) (c * c));
  zero (member->linear_bias, (size_t) c);
  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + member->tile.rows < rows->end ? begin + member->tile.rows : rows->end;
      conditioner_tile (gradient, rows, kept, member, begin, end);
    }
  ag_team_barrier (team);
  rows->fold->kernels->scatter (&around, gradient->d_columns, ld_columns, rows->begin, rows->end,
                                d + (ptrdiff_t) rows->begin * c, c);
  linear_rows (rows, x, d, gradient->d_flowing[!gradient_in], member);
  ag_team_barrier (team);
  for (int i = 0; i < 3; i++)
    unfold_conv (run, &conv[i], i, &ag_glow_step (run->glow, level, step)->conv[i], team, rank);
  sum_linear (gradient, rows, index, team, rank);
  ag_gradient_end_part (run, level, step, team, rank);
}

/* One row's -ln p (eps) = logs + eps^2 / 2 + const, eps = (z - mean) exp (-logs): its gradient,
 * times unit, with respect to z, mean and logs. */
static void
gaussian_row (int n,
              ag_real unit,
              const AgKernels *kernels,
              const ag_real *z,
              const ag_real *prior,
              ag_real *d_z,
              ag_real *d_prior)
{
  ag_real *inverse = d_prior + n;

  memcpy (inverse, prior + n, (size_t) n * sizeof *inverse);
  kernels->exp (inverse, (size_t) n, -1);
  for (int j = 0; j < n; j++)
    {
      ag_real eps = (z[j] - prior[j]) * inverse[j];

      d_z[j] = unit * eps * inverse[j];
      d_prior[j] = -d_z[j];
      inverse[j] = unit * (1 - eps * eps);
    }
}

/* The split's convolution, like conv1 of a step but for the ReLU. */
static void
split_tile (AgGradient *gradient,
            const AgRows *rows,
            int level,
            AgMember *member,
            int begin,
            int end)
{
  const AgFoldedConv *conv = &rows->fold->splits[level];
  const AgKernels *kernels = rows->fold->kernels;
  const ag_real *d_prior = gradient->d_outputs + (ptrdiff_t) begin * conv->outputs;
  int ld_columns = ag_ld_columns (rows->fold, conv->inputs);
  AgGemm gemm = { .m = end - begin,
                  .n = conv->rows,
                  .k = conv->columns,
                  .a = d_prior,
                  .lda = conv->outputs,
                  .b = conv->transposed,
                  .c = gradient->d_columns + (ptrdiff_t) begin * ld_columns,
                  .ldc = ld_columns };

  sum_rows (rows, conv, begin, end, d_prior, conv->outputs, member->prior, conv->outputs,
            &member->conv[0], member->sums);
  kernels->gemm_tn (end - begin, conv->rows, conv->columns, member->tile.columns, ld_columns,
                    d_prior, conv->outputs, member->conv[0].weight, conv->columns);
  kernels->gemm (&gemm);
}

/* The top's tables: sums of d_prior by position and by class. */
static void
top_tile (AgGradientRun *run, const AgRows *rows, AgMember *member, int begin, int end)
{
  int n = 2 * rows->channels, pixels = rows->height * rows->width;

  for (int row = begin; row < end; row++)
    {
      const ag_real *d_prior = run->gradient->d_outputs + (ptrdiff_t) row * n;
      ag_real *sums =
        member->conv[0].bias + (ptrdiff_t) ag_position (rows->height, rows->width, row) * n;

      for (int j = 0; j < n; j++)
        sums[j] += d_prior[j];
      for (int j = 0; member->classes != NULL && j < n; j++)
        member->classes[(ptrdiff_t) run->classes[row / pixels] * n + j] += d_prior[j];
    }
}

static void
unfold_top (AgGradientRun *run, AgTeam *team)
{
  const AgGradient *gradient = run->gradient;
  const AgConvTensors *top = &run->glow->top;
  const AgTensor *classes = run->glow->class_embedding;
  int n = (int) top->bias->count;

  zero (ag_gradient_of (run, top->edge), top->edge->count);
  for (int o = 0; o < n; o++)
    {
      ag_real scale = (ag_real) exp (3 * (double) top->logs->values[o]), bias = 0, dots = 0;

      for (int position = 0; position < AG_N_POSITIONS; position++)
        {
          ag_real sum = 0;

          for (int t = 0; t < ag_team_size (team); t++)
            sum += gradient->members[t].conv[0].bias[position * n + o];
          bias += sum;
          dots += sum * gradient->fold->top[position * n + o];
          for (int tap = 0; tap < 9; tap++)
            if (ag_tap_is_padding (position, tap))
              ag_gradient_of (run, top->edge)[tap * n + o] += sum * scale;
        }
      ag_gradient_of (run, top->bias)[o] = bias * scale;
      ag_gradient_of (run, top->logs)[o] = 3 * dots;
    }
  for (size_t i = 0; classes != NULL && i < classes->count; i++)
    {
      ag_real sum = 0;

      for (int t = 0; t < ag_team_size (team); t++)
        sum += gradient->members[t].classes[i];
      ag_gradient_of (run, classes)[i] = sum;
    }
}

void
ag_gradient_prior (AgGradientRun *run,
                   const AgRows *rows,
                   int level,
                   const ag_real *y,
                   ag_real *d,
                   AgTeam *team,
                   int rank)
{
  AgGradient *gradient = run->gradient;
  AgMember *member = &gradient->members[rank];
  bool split = level < rows->fold->config.levels - 1;
  const AgFoldedConv *conv = &rows->fold->splits[level];
  int c = rows->channels, n = ag_prior_channels (rows, level);
  AgTaps around = ag_rows_taps (rows, c / 2, -1);

  ag_gradient_begin_part (run, level, rows->fold->config.depth, rank);
  /* Others may still read the sums of the step before. */
  ag_team_barrier (team);
  if (split)
    zero_conv (&member->conv[0], conv);
  else
    zero (member->conv[0].bias, AG_N_POSITIONS * 2 * (size_t) c);
  if (!split && member->classes != NULL)
    zero (member->classes, run->glow->class_embedding->count);
  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + member->tile.rows < rows->end ? begin + member->tile.rows : rows->end;
      ag_prior_rows (rows, level, run->classes, y, begin, end, member->prior, &member->tile);
      for (int row = begin; row < end; row++)
        gaussian_row (n, run->unit, rows->fold->kernels, y + (ptrdiff_t) row * c + c - n,
                      member->prior + (ptrdiff_t) (row - begin) * 2 * n,
                      d + (ptrdiff_t) row * c + c - n,
                      gradient->d_outputs + (ptrdiff_t) row * 2 * n);
      if (split)
        split_tile (gradient, rows, level, member, begin, end);
      else
        top_tile (run, rows, member, begin, end);
    }
  ag_team_barrier (team);
  if (split)
    {
      rows->fold->kernels->scatter (&around, gradient->d_columns, ag_ld_columns (rows->fold, c / 2),
                                    rows->begin, rows->end, d + (ptrdiff_t) rows->begin * c, c);
      unfold_conv (run, conv, 0, &run->glow->splits[level], team, rank);
    }
  else if (rank == 0)
    unfold_top (run, team);
  ag_gradient_end_part (run, level, rows->fold->config.depth, team, rank);
}
