/* ag-face-refine.c: where the model itself thinks that the face is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-face-refine.h"

#include <math.h>

/* What a step away from where the face was found costs, in energy per number of the coarsest level
 * per square of the step. Of 0, 0.8, 2.4 and 6.4 the third was best for small errors. */
#define CAUTION 2.4

/* In eye distances, powers of e, and radians; one round over all four numbers each. */
static const double steps[] = { 0.08, 0.05, 0.03 };

/* So that no crop of the search is copied pixel by pixel, which would be sharper than the others.
 */
#define OFF_GRID 0.006

enum
{
  X,
  Y,
  SCALE,
  ANGLE,
  N_PARAMETERS,
};

typedef struct
{
  AgCodec *codec;
  AgImage *photo;
  AgEyes eyes; /* that were found */
  double distance, angle;
  float *x, *eps;
  const atomic_bool *cancel;
} Search;

/* The eyes moved, the distance between them scaled and turned about their middle. */
static void
move_eyes (const Search *search, const double p[N_PARAMETERS], AgEyes *eyes)
{
  double x = (search->eyes.left_x + search->eyes.right_x) / 2 + p[X] * search->distance;
  double y = (search->eyes.left_y + search->eyes.right_y) / 2 + p[Y] * search->distance;
  double half = search->distance / 2 * exp (p[SCALE]);
  double dx = half * cos (search->angle + p[ANGLE]), dy = half * sin (search->angle + p[ANGLE]);

  *eyes = (AgEyes){ x - dx, y - dy, x + dx, y + dy };
}

/* What is to be least. */
static gboolean
get_cost (Search *search, const double p[N_PARAMETERS], double *cost, GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (search->codec);
  AgGlowLevel top = ag_glow_config_level (config, config->levels - 1);
  g_autoptr (AgImage) crop = NULL;
  AgAlignment alignment;
  AgEyes eyes;
  double energy = 0;

  *cost = INFINITY;
  move_eyes (search, p, &eyes);
  if (!ag_alignment_from_eyes (&eyes, &alignment))
    return TRUE;
  crop = ag_alignment_crop (&alignment, search->photo, config->image_width);
  ag_codec_values_from_image (config, crop, search->x);
  if (!ag_codec_encode (search->codec, 1, search->x, NULL, search->eps, NULL, search->cancel,
                        error))
    return FALSE;
  for (gsize i = 0; i < top.eps_count; i++)
    {
      double number = search->eps[top.eps_offset + i];

      energy += 0.5 * number * number;
    }
  energy /= (double) top.eps_count;
  for (int k = 0; k < N_PARAMETERS; k++)
    energy += CAUTION * p[k] * p[k];
  if (isfinite (energy))
    *cost = energy;
  return TRUE;
}

/* Moves one number to the least of the parabola through it and a step to either side, at most a
 * step away. */
static gboolean
improve (Search *search, double p[N_PARAMETERS], int k, double step, GError **error)
{
  double centre = p[k], costs[3], curvature, move;

  for (int i = 0; i < 3; i++)
    {
      p[k] = centre + (i - 1) * step;
      if (!get_cost (search, p, &costs[i], error))
        return FALSE;
    }
  p[k] = centre;
  if (!isfinite (costs[0]) || !isfinite (costs[1]) || !isfinite (costs[2]))
    return TRUE;
  curvature = costs[0] - 2 * costs[1] + costs[2];
  if (curvature > 0)
    move = CLAMP (0.5 * (costs[0] - costs[2]) / curvature, -1, 1);
  else
    move = costs[0] < costs[2] ? -1 : 1;
  p[k] = centre + move * step;
  return TRUE;
}

gboolean
ag_face_refine (AgCodec *codec,
                AgImage *photo,
                AgEyes *eyes,
                const atomic_bool *cancel,
                GError **error)
{
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *x = g_new (float, n_dims), *eps = g_new (float, n_dims);
  double dx = eyes->right_x - eyes->left_x, dy = eyes->right_y - eyes->left_y;
  double p[N_PARAMETERS] = { OFF_GRID, OFF_GRID, 0, 0 };
  Search search = { .codec = codec,
                    .photo = photo,
                    .eyes = *eyes,
                    .distance = hypot (dx, dy),
                    .angle = atan2 (dy, dx),
                    .x = x,
                    .eps = eps,
                    .cancel = cancel };

  for (gsize round = 0; round < G_N_ELEMENTS (steps); round++)
    for (int k = 0; k < N_PARAMETERS; k++)
      if (!improve (&search, p, k, steps[round], error))
        return FALSE;
  move_eyes (&search, p, eyes);
  return TRUE;
}
