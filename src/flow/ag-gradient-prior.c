/* ag-gradient-prior.c: backward through the Gaussians that score the latent
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-gradient-sums.h"

/* One row's -ln p (eps) = logs + eps^2 / 2 + const, eps = (z - mean) exp (-logs): its gradient,
 * times unit, with respect to z, mean and logs. With pull, which is [n], that is added to the
 * gradient with respect to eps. */
static void
gaussian_row (int n,
              ag_real unit,
              const ag_real *pull,
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
      ag_real d_eps = pull != NULL ? eps + pull[j] : eps;

      d_z[j] = unit * d_eps * inverse[j];
      d_prior[j] = -d_z[j];
      inverse[j] = unit * (1 - d_eps * eps);
    }
}

/* The split's convolution, like conv1 of a step but for the ReLU. */
static void
split_tile (AgGradient *gradient,
            const AgRows *rows,
            int level,
            AgMember *member,
            const AgSumTile *tile)
{
  const AgFoldedConv *conv = &rows->fold->splits[level];
  const ag_real *d_prior = gradient->d_outputs + (ptrdiff_t) tile->begin * conv->outputs;
  int ld_columns = ag_ld_columns (rows->fold, conv->inputs);
  AgConvTerms terms = { .conv = conv,
                        .group = AG_SUMS_CONV_0,
                        .a = member->tile.columns,
                        .lda = ld_columns,
                        .b = d_prior,
                        .ldb = conv->outputs,
                        .d = d_prior,
                        .ld_d = conv->outputs,
                        .output = member->prior,
                        .ld_output = conv->outputs };
  AgGemm gemm = { .m = tile->end - tile->begin,
                  .n = conv->rows,
                  .k = conv->columns,
                  .a = d_prior,
                  .lda = conv->outputs,
                  .b = conv->transposed,
                  .c = gradient->d_columns + (ptrdiff_t) tile->begin * ld_columns,
                  .ldc = ld_columns };

  ag_gradient_sum_conv (rows, &terms, tile, member);
  rows->fold->kernels->gemm (&gemm);
}

/* Where the tables of the top are in the sums: one by position, then one by class. A block is of
 * one image, so while it is open only the row of its class is kept. */
static size_t
top_classes_at (int channels)
{
  return AG_N_POSITIONS * 2 * (size_t) channels;
}

/* The top's tables: sums of d_prior by position and by class. */
static void
top_tile (AgGradientRun *run, const AgRows *rows, AgMember *member, const AgSumTile *tile)
{
  const AgKernels *kernels = rows->fold->kernels;
  int n = 2 * rows->channels, pixels = rows->height * rows->width, row = tile->begin;
  size_t at = top_classes_at (rows->channels);
  ag_real *of_class = tile->open + at;

  for (int p = 0; p < tile->n_pieces; p++)
    {
      const AgPiece *piece = &member->pieces[p];
      int image = row / pixels;

      if (piece->opens)
        ag_gradient_zero (tile->open, at + (size_t) n);
      for (; row < tile->begin + piece->end; row++)
        {
          const ag_real *d_prior = run->gradient->d_outputs + (ptrdiff_t) row * n;
          ag_real *sums = tile->open + (ptrdiff_t) ag_position (rows->height, rows->width, row) * n;

          for (int j = 0; j < n; j++)
            sums[j] += d_prior[j];
          for (int j = 0; run->classes != NULL && j < n; j++)
            of_class[j] += d_prior[j];
        }
      if (!piece->closes)
        continue;
      kernels->close_sums (at, tile->open, member->totals, false);
      if (run->classes != NULL)
        kernels->close_sums ((size_t) n, of_class,
                             member->totals + at + (ptrdiff_t) run->classes[image] * n, false);
    }
}

static void
unfold_top (AgGradientRun *run)
{
  const AgGradient *gradient = run->gradient;
  const ag_real *sums = gradient->members[0].open;
  const AgConvTensors *top = &run->glow->top;
  const AgTensor *classes = run->glow->class_embedding;
  int n = (int) top->bias->count;

  ag_gradient_zero (ag_gradient_of (run, top->edge), top->edge->count);
  for (int o = 0; o < n; o++)
    {
      ag_real scale = (ag_real) exp (3 * (double) top->logs->values[o]), bias = 0, dots = 0;

      for (int position = 0; position < AG_N_POSITIONS; position++)
        {
          ag_real sum = sums[position * n + o];

          bias += sum;
          dots += sum * gradient->fold->top[position * n + o];
          for (int tap = 0; tap < 9; tap++)
            if (ag_tap_is_padding (position, tap))
              ag_gradient_of (run, top->edge)[tap * n + o] += sum * scale;
        }
      ag_gradient_of (run, top->bias)[o] = bias * scale;
      ag_gradient_of (run, top->logs)[o] = 3 * dots;
    }
  if (classes != NULL)
    memcpy (ag_gradient_of (run, classes), sums + top_classes_at (n / 2),
            classes->count * sizeof *sums);
}

static AgSumsLayout
prior_layout (const AgGradientRun *run, const AgRows *rows, int level)
{
  const AgGlowConfig *config = &rows->fold->config;
  const AgFoldedConv *conv = &rows->fold->splits[level];
  size_t n = level < config->levels - 1
               ? ag_gradient_conv_sums (rows->fold, conv).n
               : top_classes_at (rows->channels) +
                   (run->classes != NULL ? run->glow->class_embedding->count : 0);
  AgSumsLayout layout = { { 0 } };

  for (int group = AG_SUMS_CONV_0; group < AG_N_SUMS; group++)
    layout.at[group + 1] = n;
  return layout;
}

static void
prior_tile (AgGradientRun *run,
            const AgRows *rows,
            int level,
            const ag_real *y,
            ag_real *d,
            const AgSumTile *tile,
            AgMember *member)
{
  int c = rows->channels, n = ag_prior_channels (rows, level);
  bool is_guided = run->gradient->guide.n_axes > 0 && level == rows->fold->config.levels - 1;
  /* Room that only the steps use. */
  ag_real *pull = is_guided ? member->d_taps : NULL;

  ag_prior_rows (rows, level, run->classes, y, tile->begin, tile->end, member->prior,
                 &member->tile);
  for (int row = tile->begin; row < tile->end; row++)
    {
      if (is_guided)
        ag_gradient_guide_pull (run, rows, row, pull);
      gaussian_row (n, run->unit, pull, rows->fold->kernels, y + (ptrdiff_t) row * c + c - n,
                    member->prior + (ptrdiff_t) (row - tile->begin) * 2 * n,
                    d + (ptrdiff_t) row * c + c - n,
                    run->gradient->d_outputs + (ptrdiff_t) row * 2 * n);
    }
  if (level < rows->fold->config.levels - 1)
    split_tile (run->gradient, rows, level, member, tile);
  else
    top_tile (run, rows, member, tile);
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
  AgSumsLayout layout = prior_layout (run, rows, level);
  int c = rows->channels, n;
  AgTaps around = ag_rows_taps (rows, c / 2, -1);
  AgStretch stretches[3];

  ag_gradient_begin_part (run, level, rows->fold->config.depth, rank);
  /* Others may still read the sums of the step before. */
  ag_team_barrier (team);
  if (!split)
    {
      memset (member->totals, 0, layout.at[AG_N_SUMS] * sizeof *member->totals);
      member->has_totals[AG_SUMS_CONV_0] = true;
    }
  n = ag_gradient_stretches (gradient, rows, team, rank, stretches);
  for (int i = 0; i < n; i++)
    {
      ag_gradient_begin_stretch (gradient, &stretches[i], rank);
      for (int begin = stretches[i].begin; begin < stretches[i].end;)
        {
          AgSumTile tile =
            ag_gradient_cut_tile (gradient, rows, &stretches[i], &layout, begin, team, member);

          prior_tile (run, rows, level, y, d, &tile, member);
          begin = tile.end;
        }
      ag_gradient_end_stretch (gradient, &stretches[i], rank);
    }
  ag_gradient_combine (run, &layout, team, rank);
  if (split)
    {
      rows->fold->kernels->scatter (&around, gradient->d_columns, ag_ld_columns (rows->fold, c / 2),
                                    rows->begin, rows->end, d + (ptrdiff_t) rows->begin * c, c);
      ag_gradient_unfold_conv (run, conv, 0, &run->glow->splits[level], team, rank);
    }
  else if (rank == 0)
    {
      unfold_top (run);
    }
  ag_gradient_end_part (run, level, rows->fold->config.depth, team, rank);
}
