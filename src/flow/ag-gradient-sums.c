/* ag-gradient-sums.c: sums over a batch that do not depend on how it is shared out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-gradient-sums.h"

#include <sched.h>

#define BLOCK_ROWS 1024
#define ALIGN      16  /* numbers: groups begin at cache lines */
#define CHUNK      512 /* numbers that are added up at once, in the first-level cache */

int
ag_gradient_ld_sums (const AgFold *fold, int columns)
{
  return ag_round_up (columns, fold->kernels->nr / 2);
}

static AgConvSums
conv_sums (const AgFold *fold, AgConvKind kind, int rows, int columns, int outputs)
{
  size_t positions = kind == AG_CONV_POINTWISE ? 1 : AG_N_POSITIONS;
  AgConvSums sums = { .weight = 0, .ld = ag_gradient_ld_sums (fold, columns) };

  sums.bias = (size_t) rows * (size_t) sums.ld;
  sums.dots = sums.bias + positions * (size_t) outputs;
  sums.n = sums.dots + (size_t) outputs;
  return sums;
}

AgConvSums
ag_gradient_conv_sums (const AgFold *fold, const AgFoldedConv *conv)
{
  return conv_sums (fold, conv->kind, conv->rows, conv->columns, conv->outputs);
}

static size_t
aligned (size_t n)
{
  return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static size_t
conv_size (const AgFold *fold, AgConvKind kind, int rows, int columns, int outputs)
{
  return aligned (conv_sums (fold, kind, rows, columns, outputs).n);
}

static size_t
linear_size (const AgFold *fold, int channels)
{
  return aligned ((size_t) channels * (size_t) ag_gradient_ld_sums (fold, channels) +
                  (size_t) channels);
}

size_t
ag_gradient_sums_size (const AgFold *fold)
{
  const AgGlowConfig *config = &fold->config;
  int w = config->width;
  size_t most = 0;

  for (int l = 0; l < config->levels; l++)
    {
      int c = fold->levels[l].channels, out = ag_coupling_n_outputs (config->coupling, c);
      size_t step = conv_size (fold, AG_CONV_GATHERED, 9 * c / 2, w, w) +
                    conv_size (fold, AG_CONV_POINTWISE, w, w, w) +
                    conv_size (fold, AG_CONV_SCATTERED, w, 9 * out, out) + linear_size (fold, c);
      size_t prior = l < config->levels - 1
                       ? conv_size (fold, AG_CONV_GATHERED, 9 * c / 2, c, c)
                       : aligned ((AG_N_POSITIONS + (size_t) config->classes) * 2 * (size_t) c);

      most = most < step ? step : most;
      most = most < prior ? prior : most;
    }
  return most;
}

AgSumsLayout
ag_gradient_step_layout (const AgRows *rows)
{
  AgSumsLayout layout = { { 0 } };

  for (int i = 0; i < 3; i++)
    layout.at[i + 1] =
      layout.at[i] + aligned (ag_gradient_conv_sums (rows->fold, &rows->step->conv[i]).n);
  layout.at[AG_N_SUMS] = layout.at[AG_SUMS_LINEAR] + linear_size (rows->fold, rows->channels);
  return layout;
}

static int
block_begin (const AgRows *rows, int row)
{
  int pixels = rows->height * rows->width;

  return row - row % pixels % BLOCK_ROWS;
}

static int
block_end (const AgRows *rows, int row)
{
  int pixels = rows->height * rows->width, image_end = (row / pixels + 1) * pixels;
  int end = block_begin (rows, row) + BLOCK_ROWS;

  return end < image_end ? end : image_end;
}

int
ag_gradient_stretches (AgGradient *gradient,
                       const AgRows *rows,
                       AgTeam *team,
                       int rank,
                       AgStretch stretches[3])
{
  AgMember *member = &gradient->members[rank];
  int middle = rows->begin, head = rows->end, n = 0;

  member->phase++;
  if (rows->begin < rows->end && ag_gradient_shares_blocks (gradient->batch, ag_team_size (team)))
    {
      if (block_begin (rows, rows->begin) != rows->begin)
        middle = block_end (rows, rows->begin);
      if (block_end (rows, rows->end - 1) != rows->end)
        head = block_begin (rows, rows->end - 1);
    }
  if (head < rows->end)
    stretches[n++] =
      (AgStretch){ .begin = head, .end = rows->end, .open = member->head, .is_head = true };
  if (middle < head)
    stretches[n++] = (AgStretch){ .begin = middle, .end = head, .open = member->open };
  if (rows->begin < middle)
    stretches[n++] =
      (AgStretch){ .begin = rows->begin, .end = middle, .open = member[-1].head, .is_tail = true };
  return n;
}

void
ag_gradient_begin_stretch (AgGradient *gradient, const AgStretch *stretch, int rank)
{
  AgMember *member = &gradient->members[rank];

  /* Heads are done first: this one has been there for long, unless threads are held up. */
  if (stretch->is_tail)
    while (atomic_load_explicit (&member[-1].handed_over, memory_order_acquire) != member->phase)
      sched_yield ();
}

void
ag_gradient_end_stretch (AgGradient *gradient, const AgStretch *stretch, int rank)
{
  AgMember *member = &gradient->members[rank];

  if (stretch->is_head)
    atomic_store_explicit (&member->handed_over, member->phase, memory_order_release);
}

/* Where a tile ends: where blocks end, if it can. */
static int
tile_end (const AgRows *rows, const AgStretch *stretch, int begin, int tile_rows)
{
  int end = begin + tile_rows, border;

  if (end >= stretch->end)
    return stretch->end;
  border = block_begin (rows, end);
  return border > begin ? border : end;
}

/* Cuts rows begin to end at the borders of blocks. Returns the number of pieces. */
static int
cut (const AgGradient *gradient,
     const AgRows *rows,
     int begin,
     int end,
     AgTeam *team,
     AgPiece *pieces)
{
  bool shares = ag_gradient_shares_blocks (gradient->batch, ag_team_size (team));
  int n = 0;

  for (int row = begin, next; row < end; row = next)
    {
      int border = block_end (rows, row);

      next = border < end ? border : end;
      pieces[n++] = (AgPiece){
        .end = next - begin,
        .opens = row == block_begin (rows, row) || (!shares && row == rows->begin),
        .closes = next == border || (!shares && next == rows->end),
      };
    }
  return n;
}

AgSumTile
ag_gradient_cut_tile (const AgGradient *gradient,
                      const AgRows *rows,
                      const AgStretch *stretch,
                      const AgSumsLayout *layout,
                      int begin,
                      AgTeam *team,
                      AgMember *member)
{
  AgSumTile tile = { .begin = begin, .open = stretch->open, .layout = layout };

  tile.end = tile_end (rows, stretch, begin, member->tile.rows);
  tile.n_pieces = cut (gradient, rows, begin, tile.end, team, member->pieces);
  return tile;
}

static void
sum_rows (const AgRows *rows,
          const AgConvTerms *terms,
          const AgSumTile *tile,
          const AgConvSums *sums,
          AgMember *member)
{
  const AgKernels *kernels = rows->fold->kernels;
  const AgFoldedConv *conv = terms->conv;
  ag_real *open = tile->open + tile->layout->at[terms->group];
  double *totals = member->totals + tile->layout->at[terms->group];
  bool first = !member->has_totals[terms->group];

  for (int p = 0, i = 0; p < tile->n_pieces; i = member->pieces[p].end, p++)
    {
      const AgPiece *piece = &member->pieces[p];

      if (piece->opens)
        ag_gradient_zero (open + sums->bias, sums->n - sums->bias);
      for (int j = i; j < piece->end; j++)
        member->sums[j] = open + sums->bias +
                          (conv->kind == AG_CONV_POINTWISE
                             ? 0
                             : ag_position (rows->height, rows->width, tile->begin + j)) *
                            conv->outputs;
      kernels->row_sums (piece->end - i, conv->outputs, terms->d + (ptrdiff_t) i * terms->ld_d,
                         terms->ld_d, member->sums + i,
                         terms->output + (ptrdiff_t) i * terms->ld_output, terms->ld_output,
                         open + sums->dots);
      if (!piece->closes)
        continue;
      kernels->close_sums (sums->n - sums->bias, open + sums->bias, totals + sums->bias, first);
      first = false;
    }
}

void
ag_gradient_note_totals (const AgSumTile *tile, AgSumsGroup group, AgMember *member)
{
  for (int p = 0; p < tile->n_pieces; p++)
    member->has_totals[group] = member->has_totals[group] || member->pieces[p].closes;
}

void
ag_gradient_sum_conv (const AgRows *rows,
                      const AgConvTerms *terms,
                      const AgSumTile *tile,
                      AgMember *member)
{
  const AgFoldedConv *conv = terms->conv;
  AgConvSums sums = ag_gradient_conv_sums (rows->fold, conv);
  size_t at = tile->layout->at[terms->group];
  AgGemmTn gemm = { .k = conv->rows,
                    .n = conv->columns,
                    .a = terms->a,
                    .lda = terms->lda,
                    .b = terms->b,
                    .ldb = terms->ldb,
                    .pieces = member->pieces,
                    .n_pieces = tile->n_pieces,
                    .open = tile->open + at + sums.weight,
                    .total = member->totals + at + sums.weight,
                    .ldc = sums.ld,
                    .first = !member->has_totals[terms->group] };

  sum_rows (rows, terms, tile, &sums, member);
  rows->fold->kernels->gemm_tn (&gemm);
  ag_gradient_note_totals (tile, terms->group, member);
}

/* Clears the totals of what this thread had no share of. */
static void
clear_missing (AgMember *member, const AgSumsLayout *layout)
{
  for (int group = 0; group < AG_N_SUMS; group++)
    if (!member->has_totals[group])
      memset (member->totals + layout->at[group], 0,
              (layout->at[group + 1] - layout->at[group]) * sizeof *member->totals);
}

void
ag_gradient_combine (AgGradientRun *run, const AgSumsLayout *layout, AgTeam *team, int rank)
{
  AgGradient *gradient = run->gradient;
  const AgGradientPeers *peers = &gradient->peers;
  AgMember *first = &gradient->members[0];
  int n = (int) layout->at[AG_N_SUMS], begin, end;

  clear_missing (&gradient->members[rank], layout);
  memset (gradient->members[rank].has_totals, 0, sizeof first->has_totals);
  ag_team_barrier (team);
  ag_team_share (team, rank, n, ALIGN, &begin, &end);
  for (int chunk = begin, chunk_end; chunk < end; chunk = chunk_end)
    {
      chunk_end = chunk + CHUNK < end ? chunk + CHUNK : end;
      for (int t = 1; t < ag_team_size (team); t++)
        for (int i = chunk; i < chunk_end; i++)
          first->totals[i] += gradient->members[t].totals[i];
      for (int i = chunk; i < chunk_end; i++)
        first->open[i] = (ag_real) first->totals[i];
    }
  ag_team_barrier (team);
  if (peers->sum == NULL)
    return;
  if (rank == 0 && !run->is_apart &&
      !peers->sum (first->totals, first->open, (size_t) n, peers->data))
    run->is_apart = run->stop = true;
  ag_team_barrier (team);
}
