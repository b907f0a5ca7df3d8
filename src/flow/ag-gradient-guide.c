/* ag-gradient-guide.c: drawing the latents of the last level to where their labels say
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-gradient-private.h"

/* How far one image's latent is beside its targets: from y, the output of the last level. */
static void
find_distances (AgGradientRun *run,
                const AgRows *rows,
                int image,
                const ag_real *y,
                AgMember *member)
{
  const AgGradientGuide *guide = &run->gradient->guide;
  int c = rows->channels, pixels = rows->height * rows->width,
      level = rows->fold->config.levels - 1;
  double sums[AG_GUIDE_MAX_AXES] = { 0 };

  for (int begin = 0, end; begin < pixels; begin = end)
    {
      end = begin + member->tile.rows < pixels ? begin + member->tile.rows : pixels;
      ag_prior_rows (rows, level, run->classes, y, image * pixels + begin, image * pixels + end,
                     member->prior, &member->tile);
      for (int pixel = begin; pixel < end; pixel++)
        {
          const ag_real *z = y + (ptrdiff_t) (image * pixels + pixel) * c;
          ag_real *eps = member->prior + (ptrdiff_t) (pixel - begin) * 2 * c, *inverse = eps + c;

          rows->fold->kernels->exp (inverse, (size_t) c, -1);
          for (int j = 0; j < c; j++)
            eps[j] = (z[j] - eps[j]) * inverse[j];
          for (int k = 0; k < guide->n_axes; k++)
            {
              const ag_real *axis = guide->axes + ((ptrdiff_t) k * pixels + pixel) * c;

              for (int j = 0; j < c; j++)
                sums[k] += (double) axis[j] * (double) eps[j];
            }
        }
    }
  for (int k = 0; k < guide->n_axes; k++)
    {
      ptrdiff_t at = (ptrdiff_t) image * guide->n_axes + k;

      guide->distances[at] = (ag_real) (sums[k] - (double) guide->targets[at]);
    }
}

void
ag_gradient_guide (AgGradientRun *run, const ag_real *y, AgTeam *team, int rank)
{
  AgGradient *gradient = run->gradient;
  AgRows rows = ag_gradient_rows (gradient, gradient->fold->config.levels - 1, team, rank);

  if (gradient->guide.n_axes == 0)
    return;
  /* An image's rows may be those of several threads. */
  ag_team_barrier (team);
  for (int i = rank; i < gradient->batch; i += ag_team_size (team))
    find_distances (run, &rows, i, y, &gradient->members[rank]);
  ag_team_barrier (team);
}

void
ag_gradient_guide_pull (const AgGradientRun *run, const AgRows *rows, int row, ag_real *pull)
{
  const AgGradientGuide *guide = &run->gradient->guide;
  int c = rows->channels, pixels = rows->height * rows->width;

  memset (pull, 0, (size_t) c * sizeof *pull);
  for (int k = 0; k < guide->n_axes; k++)
    {
      const ag_real *axis = guide->axes + ((ptrdiff_t) k * pixels + row % pixels) * c;
      ag_real distance = guide->distances[(ptrdiff_t) (row / pixels) * guide->n_axes + k];

      /* Where no target is known nothing pulls. */
      for (int j = 0; !isnan (distance) && j < c; j++)
        pull[j] += guide->weight * distance * axis[j];
    }
}
