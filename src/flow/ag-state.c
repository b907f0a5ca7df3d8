/* ag-state.c: what encoding and decoding carry from step to step
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-state.h"

#include "ag-prior.h"

void
ag_state_build (AgState *state, AgArena *arena, size_t count)
{
  state->values = ag_arena_take_bytes (arena, count * sizeof (double));
  state->next = ag_arena_take_bytes (arena, count * sizeof (double));
  state->narrow = ag_arena_take (arena, count);
}

void
ag_state_swap (AgState *state)
{
  double *values = state->next;

  state->next = state->values;
  state->values = values;
}

/* The pixel of the level before (or of the image) that is the first of a row's four. */
static ptrdiff_t
get_corner (const AgRows *rows, int row)
{
  int w = rows->width, h = rows->height;
  int x = row % w, y = row / w % h, image = row / (w * h);

  return ((ptrdiff_t) image * 2 * h + 2 * y) * 2 * w + 2 * x;
}

void
ag_state_squeeze (AgState *state, const AgRows *rows, const ag_real *x, int channels)
{
  int c = rows->channels / 4;

  for (int row = rows->begin; row < rows->end; row++)
    {
      double *to = state->next + (ptrdiff_t) row * rows->channels;
      ptrdiff_t corner = get_corner (rows, row);

      for (int offset = 0; offset < 4; offset++)
        {
          ptrdiff_t at = (corner + offset / 2 * 2 * rows->width + offset % 2) * channels;

          if (x != NULL)
            for (int i = 0; i < c; i++)
              to[4 * i + offset] = (double) x[at + i];
          else
            for (int i = 0; i < c; i++)
              to[4 * i + offset] = state->values[at + i];
        }
    }
  ag_state_swap (state);
}

void
ag_state_unsqueeze (AgState *state, const AgRows *rows, ag_real *x, int channels)
{
  int c = rows->channels / 4;

  for (int row = rows->begin; row < rows->end; row++)
    {
      const double *from = state->values + (ptrdiff_t) row * rows->channels;
      ptrdiff_t corner = get_corner (rows, row);

      for (int offset = 0; offset < 4; offset++)
        {
          ptrdiff_t at = (corner + offset / 2 * 2 * rows->width + offset % 2) * channels;
          ag_real *narrow = (x != NULL ? x : state->narrow) + at;

          for (int i = 0; i < c; i++)
            narrow[i] = (ag_real) from[4 * i + offset];
          if (x == NULL)
            for (int i = 0; i < c; i++)
              state->next[at + i] = from[4 * i + offset];
        }
    }
  ag_state_swap (state);
}

void
ag_state_linear (AgState *state, const AgRows *rows, const double *matrix, const double *bias)
{
  int n = rows->channels, half = n / 2;
  ptrdiff_t first = (ptrdiff_t) rows->begin * n;

  rows->fold->kernels->exact_linear (rows->end - rows->begin, n, state->values + first, matrix,
                                     bias, state->next + first);
  for (int row = rows->begin; row < rows->end; row++)
    {
      const double *restrict z1 = state->next + (ptrdiff_t) row * n;
      ag_real *restrict narrow = state->narrow + (ptrdiff_t) row * n;

      for (int j = 0; j < half; j++)
        narrow[j] = (ag_real) z1[j];
    }
}

void
ag_state_couple (AgState *state,
                 const AgRows *rows,
                 int begin,
                 int end,
                 const ag_real *outputs,
                 double *log_det)
{
  int half = rows->channels / 2;
  bool affine = rows->fold->config.coupling != AG_COUPLING_ADDITIVE;

  for (int row = begin; row < end; row++)
    {
      double *restrict z2 = state->values + (ptrdiff_t) row * rows->channels + half;
      const ag_real *restrict shift = outputs + (ptrdiff_t) (row - begin) * (affine ? 2 : 1) * half;
      const ag_real *restrict scale = shift + half;

      if (affine)
        {
          for (int j = 0; j < half; j++)
            z2[j] = (z2[j] + (double) shift[j]) * (double) scale[j];
          log_det[row] += ag_step_sum_of_logs (scale, half);
        }
      else
        for (int j = 0; j < half; j++)
          z2[j] += (double) shift[j];
    }
}

void
ag_state_uncouple (AgState *state, const AgRows *rows, int begin, int end, const ag_real *outputs)
{
  int half = rows->channels / 2;
  bool affine = rows->fold->config.coupling != AG_COUPLING_ADDITIVE;

  for (int row = begin; row < end; row++)
    {
      double *restrict z2 = state->values + (ptrdiff_t) row * rows->channels + half;
      const ag_real *restrict shift = outputs + (ptrdiff_t) (row - begin) * (affine ? 2 : 1) * half;
      const ag_real *restrict scale = shift + half;

      if (affine)
        for (int j = 0; j < half; j++)
          z2[j] = z2[j] / (double) scale[j] - (double) shift[j];
      else
        for (int j = 0; j < half; j++)
          z2[j] -= (double) shift[j];
    }
}

/* Where a row's part of the latent lies. */
static ptrdiff_t
get_eps_offset (const AgRows *rows, int level, int row)
{
  const AgGlowLevel *shape = &rows->fold->levels[level];
  int pixels = rows->height * rows->width;

  return (ptrdiff_t) ag_glow_config_n_dims (&rows->fold->config) * (row / pixels) +
         (ptrdiff_t) shape->eps_offset + (ptrdiff_t) (row % pixels) * shape->eps_channels;
}

/* Both ways use the same deviations, so that their rounding cancels. */
void
ag_state_to_eps (const AgState *state,
                 const AgRows *rows,
                 int level,
                 const int *classes,
                 ag_real *eps,
                 ag_real *low,
                 double *log_p,
                 ag_real *prior,
                 AgTile *tile)
{
  int n = ag_prior_channels (rows, level), skip = rows->channels - n;

  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      ag_prior_rows (rows, level, classes, state->narrow, begin, end, prior, tile);
      for (int row = begin; row < end; row++)
        {
          const double *z = state->values + (ptrdiff_t) row * rows->channels + skip;
          ag_real *mean = prior + (ptrdiff_t) (row - begin) * 2 * n, *deviation = mean + n;
          ptrdiff_t at = get_eps_offset (rows, level, row);
          double sum = -n * AG_HALF_LN_2PI;

          for (int j = 0; j < n; j++)
            sum -= (double) deviation[j];
          rows->fold->kernels->exp (deviation, (size_t) n, 1);
          for (int j = 0; j < n; j++)
            {
              double exact = (z[j] - (double) mean[j]) / (double) deviation[j];

              eps[at + j] = (ag_real) exact;
              if (low != NULL)
                low[at + j] = (ag_real) (exact - (double) eps[at + j]);
              sum -= 0.5 * exact * exact;
            }
          log_p[row] += sum;
        }
    }
}

void
ag_state_from_eps (AgState *state,
                   const AgRows *rows,
                   int level,
                   const int *classes,
                   const ag_real *eps,
                   const ag_real *low,
                   ag_real *prior,
                   AgTile *tile)
{
  int n = ag_prior_channels (rows, level), skip = rows->channels - n;

  for (int begin = rows->begin, end; begin < rows->end; begin = end)
    {
      end = begin + tile->rows < rows->end ? begin + tile->rows : rows->end;
      ag_prior_rows (rows, level, classes, state->narrow, begin, end, prior, tile);
      for (int row = begin; row < end; row++)
        {
          double *z = state->values + (ptrdiff_t) row * rows->channels + skip;
          ag_real *mean = prior + (ptrdiff_t) (row - begin) * 2 * n, *deviation = mean + n;
          ptrdiff_t at = get_eps_offset (rows, level, row);

          rows->fold->kernels->exp (deviation, (size_t) n, 1);
          for (int j = 0; j < n; j++)
            {
              double exact = (double) eps[at + j] + (low != NULL ? (double) low[at + j] : 0);

              z[j] = (double) mean[j] + (double) deviation[j] * exact;
            }
          /* At the top all channels come from here, and the first step reads the first half. */
          for (int j = 0; skip == 0 && j < n / 2; j++)
            state->narrow[(ptrdiff_t) row * n + j] = (ag_real) z[j];
        }
    }
}
