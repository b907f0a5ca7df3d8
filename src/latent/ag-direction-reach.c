/* ag-direction-reach.c: how far pictures can be moved along a direction
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-direction-reach.h"

#include "ag-sanity.h"

/* Of the length: how exactly the end is found, and the least that is left of it. */
#define TOLERANCE 0.02
#define LEAST     0.05

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

/* The position, up to @most, up to which a picture stays one, both ways. */
static gboolean
find_end (Way *way, double most, double *end, GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (way->codec);

  *end = most;
  if (!ag_codec_decode (way->codec, 1, way->eps, way->class_label, way->x, NULL, error))
    return FALSE;
  /* A picture that the model cannot give back says nothing of the direction. */
  if (ag_sanity_check (way->x, ag_codec_get_n_dims (way->codec)) != AG_SANITY_GOOD)
    return TRUE;
  way->contrast = ag_sanity_contrast (config, way->x);
  for (way->sign = -1; way->sign <= 1; way->sign += 2)
    if (!ag_sanity_search (0, *end, TOLERANCE * most, look, way, end, error))
      return FALSE;
  return TRUE;
}

gboolean
ag_direction_shorten (AgCodec *codec,
                      const float *eps,
                      const int *classes,
                      int n,
                      double within,
                      AgModelAttribute *attribute,
                      double *share,
                      GError **error)
{
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *moved = g_new (float, n_dims);
  g_autofree float *x = g_new (float, n_dims);
  double end = within;

  for (int i = 0; i < n; i++)
    {
      Way way = { .codec = codec,
                  .eps = eps + (gsize) i * n_dims,
                  .direction = attribute->direction,
                  .class_label = classes != NULL ? classes + i : NULL,
                  .moved = moved,
                  .x = x };

      if (!find_end (&way, end, &end, error))
        return FALSE;
    }
  *share = MAX (end / within, LEAST);
  for (gsize j = 0; j < n_dims; j++)
    attribute->direction[j] *= (float) *share;
  attribute->mean_projection /= *share;
  return TRUE;
}
