/* ag-mixture.c: drawing latents as photos have them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-mixture.h"

/* Of the random numbers: ag_flow_sample_eps() has the first. */
#define STREAM_COMPONENT 1

static guint
choose_component (const AgModelMixture *mixture, guint64 seed)
{
  double rest = (double) (ag_random_bits (seed, STREAM_COMPONENT, 0) >> 11) * 0x1p-53;
  guint k = 0;

  while (k + 1 < mixture->n_components && rest >= mixture->weights[k])
    rest -= mixture->weights[k++];
  return k;
}

/* Makes standard normal numbers those of a component. */
static void
move_to_component (const AgModelMixture *mixture, guint component, float *top)
{
  const double *mean = mixture->means + (gsize) component * mixture->n_axes;
  double before[AG_MIXTURE_MAX_AXES];

  for (guint a = 0; a < mixture->n_axes; a++)
    {
      const float *axis = mixture->axes + a * mixture->n_axis;

      before[a] = 0;
      for (gsize j = 0; j < mixture->n_axis; j++)
        before[a] += (double) axis[j] * (double) top[j];
    }
  for (guint a = 0; a < mixture->n_axes; a++)
    {
      const float *axis = mixture->axes + a * mixture->n_axis;
      double change = mean[a] - before[a];

      for (guint b = 0; b <= a; b++)
        change += mixture->factor[a * mixture->n_axes + b] * before[b];
      for (gsize j = 0; j < mixture->n_axis; j++)
        top[j] += (float) (change * (double) axis[j]);
    }
}

void
ag_mixture_sample_eps (AgModel *model, guint64 seed, const double *temperature, float *eps)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  const AgModelMixture *mixture = model->mixture;

  ag_flow_sample_eps (config, seed, NULL, eps);
  if (mixture != NULL && mixture->n_components > 0)
    move_to_component (mixture, choose_component (mixture, seed),
                       eps + ag_glow_config_n_dims (config) - mixture->n_axis);
  for (int l = 0; temperature != NULL && l < config->levels; l++)
    {
      AgGlowLevel level = ag_glow_config_level (config, l);

      for (gsize i = 0; i < level.eps_count; i++)
        eps[level.eps_offset + i] *= (float) temperature[l];
    }
}
