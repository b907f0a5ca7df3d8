/* ag-gradient-step.c: backward through the conditioner, the linear part and the priors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The gradient of a folded convolution C = A W + bias is dA = dC W^T and dW = A^T dC, so every
 * convolution of the forward pass is two matrix products here, on tiles as there. A ReLU's gradient
 * is a mask on the product that made it. What leaves a tile for its neighbours goes through memory
 * and a barrier: the taps of conv1, summed afterwards.
 *
 * Threads sum over their own rows, see ag-gradient-sums.h, and add up the sums at the end of each
 * step.
 */
#include <math.h>
#include <string.h>

#include "ag-gradient-sums.h"

/* From the sums to the tensors of a convolution; this thread's share of it. */
void
ag_gradient_unfold_conv (AgGradientRun *run,
                         const AgFoldedConv *conv,
                         size_t at,
                         const AgConvTensors *tensors,
                         AgTeam *team,
                         int rank)
{
  AgConvSums offsets = ag_gradient_conv_sums (run->gradient->fold, conv);
  const ag_real *sums = run->gradient->members[0].open + at;
  int out = conv->outputs, taps = conv->kind == AG_CONV_SCATTERED ? 9 : 1;
  ag_real *weight = ag_gradient_of (run, tensors->weight);
  int begin, end;

  ag_team_share (team, rank, conv->rows, 1, &begin, &end);
  for (int i = begin; i < end; i++)
    {
      const ag_real *row = sums + offsets.weight + (ptrdiff_t) i * offsets.ld;

      for (int tap = 0; tap < taps; tap++)
        for (int j = 0; j < out; j++)
          weight[((ptrdiff_t) tap * conv->rows + i) * out + ag_conv_parameter_output (conv, j)] =
            row[tap * out + j] * conv->scale[j];
    }
  if (rank != ag_team_size (team) - 1)
    return;
  for (int j = 0; j < out; j++)
    {
      int o = ag_conv_parameter_output (conv, j);
      int positions = conv->kind == AG_CONV_POINTWISE ? 1 : AG_N_POSITIONS;
      ag_real bias = 0, edge[9] = { 0 };

      for (int position = 0; position < positions; position++)
        {
          ag_real sum = sums[offsets.bias + (size_t) (position * out + j)];

          bias += sum;
          for (int tap = 0; tap < 9; tap++)
            if (ag_tap_is_padding (position, tap))
              edge[tap] += sum;
        }
      ag_gradient_of (run, tensors->logs)[o] = 3 * sums[offsets.dots + (size_t) j];
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
                  const AgSumTile *sums,
                  int n_next)
{
  const AgFoldedConv *conv = rows->step->conv;
  const AgKernels *kernels = rows->fold->kernels;
  AgTile *tile = &member->tile;
  int begin = sums->begin, end = sums->end;
  int m = end - begin, c = rows->channels, out = conv[2].outputs;
  int ld_hidden = ag_ld_hidden (rows->fold), ld_taps = ag_ld_taps (rows->fold, &conv[2]);
  int ld_columns = ag_ld_columns (rows->fold, c / 2);
  const ag_real *h1 = kept->hidden[0] + (ptrdiff_t) begin * ld_hidden;
  const ag_real *h2 = kept->hidden[1] + (ptrdiff_t) begin * ld_hidden;
  ag_real *d1 = tile->hidden[0], *d2 = tile->hidden[1];
  AgTaps around = ag_rows_taps (rows, out, -1);
  AgConvTerms terms;
  AgGemm gemm;

  kernels->gather (&around, gradient->d_outputs, out, begin, end, member->d_taps, ld_taps);
  terms = (AgConvTerms){ .conv = &conv[2],
                         .group = AG_SUMS_CONV_2,
                         .a = h2,
                         .lda = ld_hidden,
                         .b = member->d_taps,
                         .ldb = ld_taps,
                         .d = gradient->d_outputs + (ptrdiff_t) begin * out,
                         .ld_d = out,
                         .output = kept->outputs + (ptrdiff_t) begin * out,
                         .ld_output = out };
  ag_gradient_sum_conv (rows, &terms, sums, member);
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

  terms = (AgConvTerms){ .conv = &conv[1],
                         .group = AG_SUMS_CONV_1,
                         .a = h1,
                         .lda = ld_hidden,
                         .b = d2,
                         .ldb = ld_hidden,
                         .d = d2,
                         .ld_d = ld_hidden,
                         .output = h2,
                         .ld_output = ld_hidden };
  ag_gradient_sum_conv (rows, &terms, sums, member);
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

  around = ag_rows_taps (rows, c / 2, 1);
  kernels->gather (&around, kept->out, c, begin, end, tile->columns, ld_columns);
  terms = (AgConvTerms){ .conv = &conv[0],
                         .group = AG_SUMS_CONV_0,
                         .a = tile->columns,
                         .lda = ld_columns,
                         .b = d1,
                         .ldb = ld_hidden,
                         .d = d1,
                         .ld_d = ld_hidden,
                         .output = h1,
                         .ld_output = ld_hidden };
  ag_gradient_sum_conv (rows, &terms, sums, member);
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

/* The conditioner of this thread's rows. */
static void
conditioner_rows (AgGradient *gradient,
                  const AgRows *rows,
                  const AgKept *kept,
                  const AgSumsLayout *layout,
                  AgTeam *team,
                  int rank)
{
  AgMember *member = &gradient->members[rank];
  AgStretch stretches[3];
  int n = ag_gradient_stretches (gradient, rows, team, rank, stretches);

  for (int i = 0; i < n; i++)
    {
      const AgStretch *stretch = &stretches[i];

      ag_gradient_begin_stretch (gradient, stretch, rank);
      for (int begin = stretch->begin; begin < stretch->end;)
        {
          AgSumTile tile =
            ag_gradient_cut_tile (gradient, rows, stretch, layout, begin, team, member);
          int m = tile.end - begin, left = stretch->end - tile.end;

          conditioner_tile (gradient, rows, kept, member, &tile, left < m ? left : m);
          begin = tile.end;
        }
      ag_gradient_end_stretch (gradient, stretch, rank);
    }
}

/* y = x M + bias: dM = x^T dy. */
static void
linear_tile (const AgRows *rows,
             const ag_real *x,
             const ag_real *dy,
             const AgSumTile *tile,
             AgMember *member)
{
  const AgKernels *kernels = rows->fold->kernels;
  int c = rows->channels, ld = ag_gradient_ld_sums (rows->fold, c);
  size_t at = tile->layout->at[AG_SUMS_LINEAR], n_matrix = (size_t) (c * ld);
  ag_real *bias = tile->open + at + n_matrix;
  AgGemmTn gemm = { .k = c,
                    .n = c,
                    .a = x + (ptrdiff_t) tile->begin * c,
                    .lda = c,
                    .b = dy + (ptrdiff_t) tile->begin * c,
                    .ldb = c,
                    .pieces = member->pieces,
                    .n_pieces = tile->n_pieces,
                    .open = tile->open + at,
                    .total = member->totals + at,
                    .ldc = ld,
                    .first = !member->has_totals[AG_SUMS_LINEAR] };
  bool first = gemm.first;

  kernels->gemm_tn (&gemm);
  for (int p = 0, row = 0; p < tile->n_pieces; p++)
    {
      const AgPiece *piece = &member->pieces[p];

      if (piece->opens)
        ag_gradient_zero (bias, (size_t) c);
      for (; row < piece->end; row++)
        for (int j = 0; j < c; j++)
          bias[j] += gemm.b[(ptrdiff_t) row * c + j];
      if (!piece->closes)
        continue;
      kernels->close_sums ((size_t) c, bias, gemm.total + n_matrix, first);
      first = false;
    }
  ag_gradient_note_totals (tile, AG_SUMS_LINEAR, member);
}

/* And dx = dy M^T, of this thread's rows. */
static void
linear_rows (AgGradient *gradient,
             const AgRows *rows,
             const ag_real *x,
             const ag_real *dy,
             ag_real *dx,
             const AgSumsLayout *layout,
             AgTeam *team,
             int rank)
{
  AgMember *member = &gradient->members[rank];
  AgStretch stretches[3];
  int n = ag_gradient_stretches (gradient, rows, team, rank, stretches);

  for (int i = 0; i < n; i++)
    {
      const AgStretch *stretch = &stretches[i];

      ag_gradient_begin_stretch (gradient, stretch, rank);
      for (int begin = stretch->begin; begin < stretch->end;)
        {
          AgSumTile tile =
            ag_gradient_cut_tile (gradient, rows, stretch, layout, begin, team, member);

          linear_tile (rows, x, dy, &tile, member);
          begin = tile.end;
        }
      ag_gradient_end_stretch (gradient, stretch, rank);
    }
  ag_rows_linear (rows, rows->begin, rows->end, dy, rows->step->backward, NULL, dx, &member->tile);
}

/* For ag_gradient_unfold_linear(), which may be a while off. */
static void
keep_linear (AgGradient *gradient, const AgRows *rows, int index, size_t at, AgTeam *team, int rank)
{
  int c = rows->channels, ld = ag_gradient_ld_sums (rows->fold, c), begin, end;
  const ag_real *sums = gradient->members[0].open + at;
  double *linear = gradient->linear[index];

  ag_team_share (team, rank, c, 1, &begin, &end);
  for (int i = begin; i < end; i++)
    for (int j = 0; j < c; j++)
      linear[i * c + j] = (double) sums[i * ld + j];
  for (int j = 0; rank == 0 && j < c; j++)
    linear[c * c + j] = (double) sums[c * ld + j];
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
  const AgFoldedConv *conv = rows->step->conv;
  ag_real *d = gradient->d_flowing[gradient_in];
  int c = rows->channels, ld_columns = ag_ld_columns (rows->fold, c / 2);
  AgSumsLayout layout = ag_gradient_step_layout (rows);
  AgTaps around = ag_rows_taps (rows, c / 2, -1);
  int index = level * rows->fold->config.depth + step;

  ag_gradient_begin_part (run, level, step, rank);
  ag_team_barrier (team);
  conditioner_rows (gradient, rows, kept, &layout, team, rank);
  ag_team_barrier (team);
  rows->fold->kernels->scatter (&around, gradient->d_columns, ld_columns, rows->begin, rows->end,
                                d + (ptrdiff_t) rows->begin * c, c);
  linear_rows (gradient, rows, x, d, gradient->d_flowing[!gradient_in], &layout, team, rank);
  ag_gradient_combine (run, &layout, team, rank);
  for (int i = 0; i < 3; i++)
    ag_gradient_unfold_conv (run, &conv[i], layout.at[i],
                             &ag_glow_step (run->glow, level, step)->conv[i], team, rank);
  keep_linear (gradient, rows, index, layout.at[AG_SUMS_LINEAR], team, rank);
  ag_gradient_end_part (run, level, step, team, rank);
}
