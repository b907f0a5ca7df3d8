/* ag-prior.c: the Gaussians that score the latent
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-prior.h"

#include <string.h>

static void
split_prior (const AgRows *rows,
             int level,
             const ag_real *y,
             int begin,
             int end,
             ag_real *prior,
             AgTile *tile)
{
  const AgFoldedConv *conv = &rows->fold->splits[level];
  AgTaps around = ag_rows_taps (rows, conv->inputs, 1);
  int ld_columns = ag_ld_columns (rows->fold, conv->inputs);
  AgGemm gemm;

  rows->fold->kernels->gather (&around, y, rows->channels, begin, end, tile->columns, ld_columns);
  ag_rows_bias (rows, conv, begin, end, tile->bias);
  gemm = (AgGemm){ .m = end - begin,
                   .n = conv->columns,
                   .k = conv->rows,
                   .a = tile->columns,
                   .lda = ld_columns,
                   .b = conv->weight,
                   .c = prior,
                   .ldc = conv->outputs,
                   .bias = tile->bias };
  rows->fold->kernels->gemm (&gemm);
}

static void
top_prior (const AgRows *rows, int row, int class_index, ag_real *prior)
{
  const AgFold *fold = rows->fold;
  int n = 2 * rows->channels;

  memcpy (prior, fold->top + (ptrdiff_t) ag_position (rows->height, rows->width, row) * n,
          (size_t) n * sizeof *prior);
  if (fold->class_embedding != NULL)
    for (int j = 0; j < n; j++)
      prior[j] += fold->class_embedding[(ptrdiff_t) class_index * n + j];
}

void
ag_prior_rows (const AgRows *rows,
               int level,
               const int *classes,
               const ag_real *y,
               int begin,
               int end,
               ag_real *prior,
               AgTile *tile)
{
  int pixels = rows->height * rows->width;

  if (level < rows->fold->config.levels - 1)
    split_prior (rows, level, y, begin, end, prior, tile);
  else
    for (int row = begin; row < end; row++)
      top_prior (rows, row, classes != NULL ? classes[row / pixels] : 0,
                 prior + (ptrdiff_t) (row - begin) * 2 * rows->channels);
}

void
ag_prior_score (const AgRows *rows,
                int level,
                const int *classes,
                const ag_real *y,
                double *log_p,
                ag_real *prior,
                AgTile *tile)
{
  int n = ag_prior_channels (rows, level), skip = rows->channels - n;
  int pixels = rows->height * rows->width;

  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      ag_prior_rows (rows, level, classes, y, begin, end, prior, tile);
      for (int row = begin; row < end; row++)
        {
          const ag_real *z = y + (ptrdiff_t) row * rows->channels + skip;
          ag_real *mean = prior + (ptrdiff_t) (row - begin) * 2 * n, *logs = mean + n;
          double sum = -n * AG_HALF_LN_2PI;

          for (int j = 0; j < n; j++)
            sum -= (double) logs[j];
          rows->fold->kernels->exp (logs, (size_t) n, -1);
          for (int j = 0; j < n; j++)
            {
              ag_real eps = (z[j] - mean[j]) * logs[j];

              sum -= 0.5 * (double) eps * (double) eps;
            }
          log_p[row / pixels] += sum;
        }
    }
}
