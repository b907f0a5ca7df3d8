/* ag-direction-change.c: how far a face can be moved until its picture has changed too much
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-direction-change.h"

#include <math.h>
#include <string.h>

/* Slider units: how exactly an end is found. */
#define TOLERANCE 0.03

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

/* Where to look next in an interval: in turns where a straight line says, beside that on the other
 * side of what is looked for, and in the middle, in case it is no straight line. */
static double
choose_probe (int turn, double inside, double outside, double share, gboolean last_was_inside)
{
  double width = outside - inside, step = copysign (TOLERANCE, width);

  switch (turn % 5)
    {
    case 0:
    case 2:
      return inside + CLAMP (share - 0.25 * step / width, 0.1, 0.9) * width;
    case 1:
    case 3:
      return last_was_inside ? inside + step : outside - step;
    default:
      return inside + 0.5 * width;
    }
}

static gboolean
find_end (Search *search, double most, double *end, GError **error)
{
  double inside = 0, outside = CLAMP (*end, -FARTHEST, FARTHEST);
  double least = 0, greatest;
  gboolean is_inside = FALSE;

  if (!measure (search, outside, &greatest, error))
    return FALSE;
  if (greatest <= most)
    return TRUE;
  for (int i = 0; i < MAX_PROBES && fabs (outside - inside) > TOLERANCE * (1 + 1e-6); i++)
    {
      double share = isfinite (greatest) ? (most - least) / (greatest - least) : 0.5;
      double value = choose_probe (i, inside, outside, share, is_inside), change;

      if (!measure (search, value, &change, error))
        return FALSE;
      is_inside = change <= most;
      if (is_inside)
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
