/* ag-direction-change.c: how far a face can be moved until its picture has changed too much
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-direction-change.h"

#include <math.h>

/* Of what the picture may change: an end is where it changes by so much or more. Each decode that
 * it takes to find that is time until a face can be edited. */
#define ENOUGH 0.92

/* Slider units: nearer to each other are no two ends. */
#define TOLERANCE 0.01

/* Where a slider has no end, nobody looks further than they can be dragged. */
#define FARTHEST 3.0

#define MAX_PROBES 12

typedef struct
{
  AgCodec *codec;
  const int *classes;
  const float *eps, *base;
  float temperature;
  const float *direction;
  float *moved, *x;
  const atomic_bool *cancel;
} Search;

/* As it is shown. */
static double
brightness (const AgGlowConfig *config, const float *pixel)
{
  double sum = 0;
  static const double weights[] = { 0.2126, 0.7152, 0.0722 };

  if (config->channels != 3)
    return CLAMP (pixel[0], -0.5f, 0.5f);
  for (int c = 0; c < 3; c++)
    sum += weights[c] * CLAMP (pixel[c], -0.5f, 0.5f);
  return sum;
}

double
ag_direction_change (const AgGlowConfig *config, const float *before, const float *after)
{
  int width = config->image_width, height = config->image_height;
  double sum = 0, squares = 0, changes = 0;
  int n = 0;

  for (int row = height * 11 / 32; row < height * 29 / 32; row++)
    for (int column = width * 7 / 32; column < width * 25 / 32; column++, n++)
      {
        gsize i = (gsize) config->channels * (gsize) (row * width + column);
        double b = brightness (config, before + i);
        double change = brightness (config, after + i) - b;

        sum += b;
        squares += b * b;
        changes += change * change;
      }
  /* Of no number that is not finite is it said that it is little. */
  if (!(changes <= G_MAXDOUBLE))
    return INFINITY;
  if (n == 0 || changes == 0)
    return 0;
  return sqrt (changes / fmax (squares - sum / n * sum, 0));
}

static gboolean
measure (Search *search, double value, double *change, GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (search->codec);
  gsize n_dims = ag_codec_get_n_dims (search->codec);

  for (gsize i = 0; i < n_dims; i++)
    search->moved[i] = search->temperature * search->eps[i] + (float) value * search->direction[i];
  if (!ag_codec_decode (search->codec, 1, search->moved, search->classes, search->x, search->cancel,
                        error))
    return FALSE;
  *change = ag_direction_change (config, search->base, search->x);
  return TRUE;
}

/* Looks between an end that changes too little and one that changes too much, where a straight line
 * between them says, or in the middle, in case it is no straight line. */
static gboolean
find_end (Search *search, double most, double *end, GError **error)
{
  double inside = 0, outside = CLAMP (*end, -FARTHEST, FARTHEST);
  double least = 0, greatest;

  if (!measure (search, outside, &greatest, error))
    return FALSE;
  if (greatest <= most)
    return TRUE;
  for (int i = 0; i < MAX_PROBES && least < ENOUGH * most && fabs (outside - inside) > TOLERANCE;
       i++)
    {
      double aim = 0.5 * (1 + ENOUGH) * most, value, change;
      double share = i % 3 < 2 && isfinite (greatest) ? (aim - least) / (greatest - least) : 0.5;

      value = inside + CLAMP (share, 0.05, 0.95) * (outside - inside);
      if (!measure (search, value, &change, error))
        return FALSE;
      if (change <= most)
        inside = value, least = change;
      else
        outside = value, greatest = change;
    }
  *end = ag_direction_round_end (inside);
  return TRUE;
}

gboolean
ag_direction_find_ends (AgCodec *codec,
                        const AgDirectionSet *set,
                        const int *classes,
                        const float *eps,
                        double temperature,
                        const float *base,
                        AgDirectionEnds *ends,
                        const atomic_bool *cancel,
                        GError **error)
{
  GPtrArray *attributes = ag_codec_get_model (codec)->attributes;
  g_autofree float *moved = g_new (float, set->n_dims), *x = g_new (float, set->n_dims);
  Search search = { .codec = codec,
                    .classes = classes,
                    .eps = eps,
                    .base = base,
                    .temperature = (float) temperature,
                    .moved = moved,
                    .x = x,
                    .cancel = cancel };

  ag_direction_set_get_ends (set, eps, ends);
  for (guint a = 0; a < set->n; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (attributes, a);

      search.direction = set->directions[a];
      if ((isfinite (attribute->most_change_down) &&
           !find_end (&search, attribute->most_change_down, &ends[a].lower, error)) ||
          (isfinite (attribute->most_change_up) &&
           !find_end (&search, attribute->most_change_up, &ends[a].upper, error)))
        return FALSE;
    }
  return TRUE;
}
