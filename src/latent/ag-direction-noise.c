/* ag-direction-noise.c: telling an estimated direction from its noise
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shrinking. Each of the N numbers of a direction has a standard error, and N is large: a plain
 * estimate is mostly noise, which moves pictures without meaning anything. One number alone cannot
 * tell; but an attribute acts in some places of the picture, so numbers are judged together with
 * their neighbours. With E the sum of squares of all channels in the 3×3 places round a number, and
 * V the sum of their variances, it is multiplied by
 *
 *     max (0, 1 − shrinkage · V/E),
 *
 * which is the positive part of James & Stein's estimator (1961) for overlapping blocks (Cai &
 * Silverman 2001, NeighCoeff). Levels of few places are judged place by place.
 *
 * Combining. Two estimates p = s_p u + noise and q = s_q u + noise of the direction u, |u| = 1: the
 * sum with weights s/V each, V being the sum of variances, has the most of u for its noise. The
 * lengths s are not known, but |p|² − V_p is what to expect of s_p².
 */
#include "ag-direction-noise.h"

#include <math.h>

/* Levels with fewer places than this either way are judged place by place. */
#define MIN_SIDE_FOR_NEIGHBOURS 8

static double
factor (double square, double variance, double shrinkage)
{
  return square > 0 ? MAX (0, 1 - shrinkage * variance / square) : 0;
}

/* The sum over the places that are at most @radius away from (@x, @y). */
static double
sum_near (const double *places, int height, int width, int y, int x, int radius)
{
  double sum = 0;

  for (int v = MAX (0, y - radius); v <= MIN (height - 1, y + radius); v++)
    for (int u = MAX (0, x - radius); u <= MIN (width - 1, x + radius); u++)
      sum += places[v * width + u];
  return sum;
}

static void
shrink_level (double *direction, const double *variance, const AgGlowLevel *level, double shrinkage)
{
  int height = level->height, width = level->width;
  gsize n = (gsize) height * (gsize) width, channels = level->eps_count / n;
  int radius = MIN (height, width) < MIN_SIDE_FOR_NEIGHBOURS ? 0 : 1;
  g_autofree double *squares = g_new0 (double, n);
  g_autofree double *variances = g_new0 (double, n);

  for (gsize i = 0; i < level->eps_count; i++)
    {
      squares[i / channels] += direction[i] * direction[i];
      variances[i / channels] += variance[i];
    }
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        double f = factor (sum_near (squares, height, width, y, x, radius),
                           sum_near (variances, height, width, y, x, radius), shrinkage);
        double *d = direction + (gsize) (y * width + x) * channels;

        for (gsize c = 0; c < channels; c++)
          d[c] *= f;
      }
}

void
ag_direction_shrink (double *direction,
                     const double *variance,
                     gsize n_dims,
                     const AgGlowConfig *config,
                     double shrinkage)
{
  if (shrinkage <= 0)
    return;
  if (!config)
    for (gsize i = 0; i < n_dims; i++)
      direction[i] *= factor (direction[i] * direction[i], variance[i], shrinkage);
  for (int l = 0; config && l < config->levels; l++)
    {
      AgGlowLevel level = ag_glow_config_level (config, l);

      shrink_level (direction + level.eps_offset, variance + level.eps_offset, &level, shrinkage);
    }
}

static void
length_and_noise (const double *d, const double *variance, gsize n, double *length, double *noise)
{
  double square = 0;

  *noise = 0;
  for (gsize i = 0; i < n; i++)
    {
      square += d[i] * d[i];
      *noise += variance[i];
    }
  *length = sqrt (MAX (0, square - *noise));
}

void
ag_direction_combine (double *direction,
                      double *variance,
                      const double *within,
                      const double *within_variance,
                      gsize n_dims)
{
  double length, noise, within_length, within_noise, weight, within_weight, scale;

  length_and_noise (direction, variance, n_dims, &length, &noise);
  length_and_noise (within, within_variance, n_dims, &within_length, &within_noise);
  if (!(within_length > 0))
    return;
  /* Weights but for a common factor, so that no noise at all may be. */
  weight = length * within_noise;
  within_weight = within_length * noise;
  if (!(weight + within_weight > 0))
    within_weight = 1;
  scale = within_length / (weight * length + within_weight * within_length);
  for (gsize i = 0; i < n_dims; i++)
    {
      direction[i] = scale * (weight * direction[i] + within_weight * within[i]);
      variance[i] =
        scale * scale *
        (weight * weight * variance[i] + within_weight * within_weight * within_variance[i]);
    }
}
