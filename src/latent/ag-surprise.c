/* ag-surprise.c: which parts of a picture a model finds unlikely
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-surprise.h"

/* Sum of ½ (eps² − 1) over the channels at each position of a level. Latents are stored pixel by
 * pixel, channels innermost. */
static void
sum_channels (const AgGlowLevel *level, const float *eps, float *sums)
{
  const float *at = eps + level->eps_offset;

  for (int i = 0; i < level->height * level->width; i++)
    {
      float sum = 0;

      for (int c = 0; c < level->eps_channels; c++, at++)
        sum += 0.5f * (*at * *at - 1);
      sums[i] = sum;
    }
}

/* Adds a level's sums, spread evenly over the finer positions that they are about. */
static void
spread (const AgGlowLevel *level, const float *sums, int width, int height, float *out)
{
  int factor = width / level->width;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      out[y * width + x] +=
        sums[y / factor * level->width + x / factor] / (float) (factor * factor);
}

float *
ag_surprise_map (const AgGlowConfig *config, const float *eps, int level, int *width, int *height)
{
  AgGlowLevel finest = ag_glow_config_level (config, 0);
  AgGlowLevel first = ag_glow_config_level (config, MAX (level, 0));
  int from = MAX (level, 0), to = level < 0 ? config->levels : level + 1;
  gsize n = (gsize) first.width * (gsize) first.height;
  g_autofree float *sums = g_new (float, (gsize) finest.width *(gsize) finest.height);
  float *map = g_new0 (float, n);
  float numbers = 0;

  for (int l = from; l < to; l++)
    {
      AgGlowLevel part = ag_glow_config_level (config, l);

      sum_channels (&part, eps, sums);
      spread (&part, sums, first.width, first.height, map);
      numbers += (float) part.eps_count / (float) n;
    }
  for (gsize i = 0; i < n; i++)
    map[i] /= numbers;
  *width = first.width;
  *height = first.height;
  return map;
}
