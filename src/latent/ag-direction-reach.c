/* ag-direction-reach.c: how far pictures can be moved along a direction
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-direction-reach.h"

#include <math.h>

#include "ag-sanity.h"

/* Slider units: how exactly an end is found, and the least there is of a side. */
#define TOLERANCE 0.02
#define LEAST     0.1

/* One picture on its way. */
typedef struct
{
  AgCodec *codec;
  const float *eps, *direction;
  const int *class_label;
  double sign;
  double contrast; /* at the start */
  float *moved, *x;
} Way;

static gboolean
look (double position, gpointer data, bool *sane, GError **error)
{
  Way *way = data;
  const AgGlowConfig *config = ag_codec_get_config (way->codec);
  gsize n_dims = ag_codec_get_n_dims (way->codec);

  for (gsize j = 0; j < n_dims; j++)
    way->moved[j] = way->eps[j] + (float) (way->sign * position) * way->direction[j];
  if (!ag_codec_decode (way->codec, 1, way->moved, way->class_label, way->x, NULL, error))
    return FALSE;
  *sane = ag_sanity_check (way->x, n_dims) == AG_SANITY_GOOD &&
          ag_sanity_contrast (config, way->x) >= AG_SANITY_LEAST_CONTRAST * way->contrast;
  return TRUE;
}

/* Draws both ends in to where a picture stays one. */
static gboolean
draw_in (Way *way, double ends[2], GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (way->codec);

  if (!ag_codec_decode (way->codec, 1, way->eps, way->class_label, way->x, NULL, error))
    return FALSE;
  /* A picture that the model cannot give back says nothing of the direction. */
  if (ag_sanity_check (way->x, ag_codec_get_n_dims (way->codec)) != AG_SANITY_GOOD)
    return TRUE;
  way->contrast = ag_sanity_contrast (config, way->x);
  for (int side = 0; side < 2; side++)
    {
      way->sign = side == 0 ? -1 : 1;
      if (!ag_sanity_search (0, ends[side], TOLERANCE, look, way, &ends[side], error))
        return FALSE;
    }
  return TRUE;
}

/* Inwards, to what sliders show. */
static double
round_end (double end)
{
  return MAX (floor (end * 100) / 100, LEAST);
}

gboolean
ag_direction_find_reach (AgCodec *codec,
                         const float *eps,
                         const int *classes,
                         int n,
                         double within,
                         AgModelAttribute *attribute,
                         GError **error)
{
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *moved = g_new (float, n_dims);
  g_autofree float *x = g_new (float, n_dims);
  double ends[2] = { within, within };

  for (int i = 0; i < n; i++)
    {
      Way way = { .codec = codec,
                  .eps = eps + (gsize) i * n_dims,
                  .direction = attribute->direction,
                  .class_label = classes != NULL ? classes + i : NULL,
                  .moved = moved,
                  .x = x };

      if (!draw_in (&way, ends, error))
        return FALSE;
    }
  attribute->lowest = ends[0] < within ? -round_end (ends[0]) : -INFINITY;
  attribute->highest = ends[1] < within ? round_end (ends[1]) : INFINITY;
  return TRUE;
}
