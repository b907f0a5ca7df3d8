/* ag-step.c: the passes over pixels that inference and training share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-step.h"

#include <math.h>
#include <string.h>

int
ag_ld_hidden (const AgFold *fold)
{
  return ag_round_up (fold->config.width, fold->kernels->nr) + fold->kernels->nr / 2;
}

int
ag_ld_columns (const AgFold *fold, int channels)
{
  return ag_round_up (9 * channels, fold->kernels->nr) + fold->kernels->nr / 2;
}

int
ag_ld_taps (const AgFold *fold, const AgFoldedConv *conv)
{
  return ag_ld_columns (fold, conv->outputs);
}

int
ag_tile_rows (const AgGlowConfig *config)
{
  /* Two wide activations, gathered taps and their products, in about 300 kB; a multiple of every
   * kernel's rows. */
  size_t row = (2 * (size_t) config->width + 160) * sizeof (ag_real);
  int rows = (int) (300000 / row) / 12 * 12;

  return rows < 48 ? 48 : rows > 192 ? 192 : rows;
}

void
ag_tile_build (AgTile *tile, AgArena *arena, const AgFold *fold, int rows)
{
  int c = fold->levels[fold->config.levels - 1].channels; /* the most of any level */

  tile->rows = rows;
  tile->columns = ag_arena_take (arena, (size_t) rows * (size_t) ag_ld_columns (fold, c));
  for (int i = 0; i < 2; i++)
    tile->hidden[i] = ag_arena_take (arena, (size_t) rows * (size_t) ag_ld_hidden (fold));
  tile->outputs = ag_arena_take (arena, (size_t) rows * (size_t) c);
  tile->bias = ag_arena_take_bytes (arena, (size_t) rows * sizeof *tile->bias);
}

void
ag_rows_bias (const AgRows *rows,
              const AgFoldedConv *conv,
              int begin,
              int end,
              const ag_real **bias)
{
  for (int row = begin; row < end; row++)
    bias[row - begin] =
      conv->bias +
      (conv->kind == AG_CONV_POINTWISE ? 0 : ag_position (rows->height, rows->width, row)) *
        conv->ld_bias;
}

void
ag_step_condition (const AgRows *rows,
                   const ag_real *y,
                   ag_real *taps,
                   ag_real *hidden1,
                   ag_real *hidden2,
                   AgTile *tile)
{
  const AgFoldedConv *conv = rows->step->conv;
  const AgKernels *kernels = rows->fold->kernels;
  AgTaps around = ag_rows_taps (rows, rows->channels / 2, 1);
  int ld_columns = ag_ld_columns (rows->fold, rows->channels / 2);
  int ld_hidden = ag_ld_hidden (rows->fold), ld_taps = ag_ld_taps (rows->fold, &conv[2]);

  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      ag_real *h1 = hidden1 != NULL ? hidden1 + (ptrdiff_t) begin * ld_hidden : tile->hidden[0];
      ag_real *h2 = hidden2 != NULL ? hidden2 + (ptrdiff_t) begin * ld_hidden : tile->hidden[1];
      AgGemm gemm;

      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      kernels->gather (&around, y, rows->channels, begin, end, tile->columns, ld_columns);
      ag_rows_bias (rows, &conv[0], begin, end, tile->bias);
      gemm = (AgGemm){ .m = end - begin,
                       .n = conv[0].columns,
                       .k = conv[0].rows,
                       .a = tile->columns,
                       .lda = ld_columns,
                       .b = conv[0].weight,
                       .c = h1,
                       .ldc = ld_hidden,
                       .bias = tile->bias,
                       .relu = true };
      kernels->gemm (&gemm);
      ag_rows_bias (rows, &conv[1], begin, end, tile->bias);
      gemm = (AgGemm){ .m = end - begin,
                       .n = conv[1].columns,
                       .k = conv[1].rows,
                       .a = h1,
                       .lda = ld_hidden,
                       .b = conv[1].weight,
                       .c = h2,
                       .ldc = ld_hidden,
                       .bias = tile->bias,
                       .relu = true };
      kernels->gemm (&gemm);
      gemm = (AgGemm){ .m = end - begin,
                       .n = conv[2].columns,
                       .k = conv[2].rows,
                       .a = h2,
                       .lda = ld_hidden,
                       .b = conv[2].weight,
                       .c = taps + (ptrdiff_t) begin * ld_taps,
                       .ldc = ld_taps };
      kernels->gemm (&gemm);
    }
}

void
ag_step_outputs (const AgRows *rows, const ag_real *taps, int begin, int end, ag_real *outputs)
{
  const AgFoldedConv *conv = &rows->step->conv[2];
  AgTaps around = ag_rows_taps (rows, conv->outputs, 1);
  int n = conv->outputs;

  for (int row = begin; row < end; row++)
    memcpy (outputs + (ptrdiff_t) (row - begin) * n,
            conv->bias + ag_position (rows->height, rows->width, row) * conv->ld_bias,
            (size_t) n * sizeof *outputs);
  rows->fold->kernels->scatter (&around, taps, ag_ld_taps (rows->fold, conv), begin, end, outputs,
                                n);
}

void
ag_step_scales (const AgRows *rows, int n_rows, ag_real *outputs)
{
  AgCoupling coupling = rows->fold->config.coupling;
  int n = rows->step->conv[2].outputs;
  ag_real shift = coupling == AG_COUPLING_AFFINE_BOUNDED ? 0 : 2;
  ag_real offset = ag_coupling_least_scale (coupling);

  if (coupling != AG_COUPLING_ADDITIVE)
    rows->fold->kernels->sigmoid (outputs + n / 2, n_rows, n / 2, n, shift, offset);
}

/* Logarithms are taken of products of a few factors: each factor is above 1e-39, so seven of them
 * stay within double's range. */
double
ag_step_sum_of_logs (const ag_real *scale, int n)
{
  double sum = 0;

  for (int j = 0; j < n; j += 7)
    {
      double product = 1;

      for (int i = j; i < n && i < j + 7; i++)
        product *= (double) scale[i];
      sum += log (product);
    }
  return sum;
}

void
ag_step_couple (const AgRows *rows,
                int begin,
                int end,
                const ag_real *outputs,
                ag_real *y,
                double *log_det)
{
  int half = rows->channels / 2, pixels = rows->height * rows->width;
  bool affine = rows->fold->config.coupling != AG_COUPLING_ADDITIVE;

  for (int row = begin; row < end; row++)
    {
      ag_real *restrict z2 = y + (ptrdiff_t) row * rows->channels + half;
      const ag_real *restrict shift = outputs + (ptrdiff_t) (row - begin) * (affine ? 2 : 1) * half;
      const ag_real *restrict scale = shift + half;

      if (affine)
        {
          for (int j = 0; j < half; j++)
            z2[j] = (z2[j] + shift[j]) * scale[j];
          if (log_det != NULL)
            log_det[row / pixels] += ag_step_sum_of_logs (scale, half);
        }
      else
        for (int j = 0; j < half; j++)
          z2[j] += shift[j];
    }
}

void
ag_step_uncouple (const AgRows *rows, int begin, int end, const ag_real *outputs, ag_real *y)
{
  int half = rows->channels / 2;
  bool affine = rows->fold->config.coupling != AG_COUPLING_ADDITIVE;

  for (int row = begin; row < end; row++)
    {
      ag_real *restrict z2 = y + (ptrdiff_t) row * rows->channels + half;
      const ag_real *restrict shift = outputs + (ptrdiff_t) (row - begin) * (affine ? 2 : 1) * half;
      const ag_real *restrict scale = shift + half;

      if (affine)
        for (int j = 0; j < half; j++)
          z2[j] = z2[j] / scale[j] - shift[j];
      else
        for (int j = 0; j < half; j++)
          z2[j] -= shift[j];
    }
}

void
ag_rows_linear (const AgRows *rows,
                int begin,
                int end,
                const ag_real *from,
                const ag_real *matrix,
                const ag_real *bias,
                ag_real *to,
                AgTile *tile)
{
  int n = rows->channels;

  for (int i = 0; i < tile->rows; i++)
    tile->bias[i] = bias;
  for (int tile_end; begin < end; begin = tile_end)
    {
      AgGemm gemm;

      tile_end = begin + tile->rows < end ? begin + tile->rows : end;
      gemm = (AgGemm){ .m = tile_end - begin,
                       .n = n,
                       .k = n,
                       .a = from + (ptrdiff_t) begin * n,
                       .lda = n,
                       .b = matrix,
                       .c = to + (ptrdiff_t) begin * n,
                       .ldc = n,
                       .bias = bias != NULL ? tile->bias : NULL };
      rows->fold->kernels->gemm (&gemm);
    }
}

void
ag_rows_squeeze (const AgRows *rows, const ag_real *from, int ld_from, ag_real *to)
{
  int w = rows->width, h = rows->height, c = rows->channels / 4;

  for (int row = rows->begin; row < rows->end; row++)
    {
      int x = row % w, y = row / w % h, image = row / (w * h);
      ptrdiff_t corner = ((ptrdiff_t) image * 2 * h + 2 * y) * 2 * w + 2 * x;
      ag_real *out = to + (ptrdiff_t) row * rows->channels;

      for (int offset = 0; offset < 4; offset++)
        {
          const ag_real *in = from + (corner + offset / 2 * 2 * w + offset % 2) * ld_from;

          for (int i = 0; i < c; i++)
            out[4 * i + offset] = in[i];
        }
    }
}

void
ag_rows_unsqueeze (const AgRows *rows, const ag_real *from, ag_real *to, int ld_to)
{
  int w = rows->width, h = rows->height, c = rows->channels / 4;

  for (int row = rows->begin; row < rows->end; row++)
    {
      int x = row % w, y = row / w % h, image = row / (w * h);
      ptrdiff_t corner = ((ptrdiff_t) image * 2 * h + 2 * y) * 2 * w + 2 * x;
      const ag_real *in = from + (ptrdiff_t) row * rows->channels;

      for (int offset = 0; offset < 4; offset++)
        {
          ag_real *out = to + (corner + offset / 2 * 2 * w + offset % 2) * ld_to;

          for (int i = 0; i < c; i++)
            out[i] = in[4 * i + offset];
        }
    }
}
