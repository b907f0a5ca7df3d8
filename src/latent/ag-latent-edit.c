/* ag-latent-edit.c: from sliders to a latent
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-latent-edit.h"

#include <string.h>

static bool
moves (const AgLatentEdit *edit, const AgGlowConfig *config, const AgDirectionSet *set)
{
  bool any_strength = !edit->strength;

  for (int l = 0; edit->strength && l < config->levels; l++)
    any_strength = any_strength || edit->strength[l] != 0;
  if (!any_strength || !edit->values || !set)
    return false;
  for (guint a = 0; a < set->n; a++)
    if (edit->values[a] != 0)
      return true;
  return false;
}

bool
ag_latent_edit_is_neutral (const AgLatentEdit *edit,
                           const AgGlowConfig *config,
                           const AgDirectionSet *set)
{
  for (int l = 0; edit->temperature && l < config->levels; l++)
    if (edit->temperature[l] != 1)
      return false;
  return !moves (edit, config, set);
}

static void
scale_level (const AgLatentEdit *edit, AgGlowLevel level, double temperature, float *out)
{
  float *z = out + level.eps_offset;
  const float *centre = edit->centre ? edit->centre + level.eps_offset : NULL;
  float t = (float) temperature;

  for (gsize i = 0; i < level.eps_count; i++)
    {
      float c = centre ? centre[i] : 0;

      z[i] = c + t * (z[i] - c);
    }
}

static void
move_level (const double *values,
            double strength,
            const AgDirectionSet *set,
            AgGlowLevel level,
            float *out)
{
  float *z = out + level.eps_offset;

  for (guint a = 0; a < set->n; a++)
    {
      float amount = (float) (values[a] * strength);
      const float *direction = set->directions[a] + level.eps_offset;

      if (amount == 0)
        continue;
      for (gsize i = 0; i < level.eps_count; i++)
        z[i] += amount * direction[i];
    }
}

/* None further than to its end. */
static double *
limit_values (const AgLatentEdit *edit, const AgDirectionSet *set, const float *eps)
{
  g_autofree AgDirectionEnds *found = NULL;
  const AgDirectionEnds *ends = edit->ends;
  double *values;

  if (!edit->values || !set)
    return NULL;
  if (!ends)
    {
      found = g_new (AgDirectionEnds, set->n + 1);
      ag_direction_set_get_ends (set, eps, found);
      ends = found;
    }
  values = g_new (double, set->n + 1);
  for (guint a = 0; a < set->n; a++)
    values[a] = CLAMP (edit->values[a], ends[a].lower, ends[a].upper);
  return values;
}

void
ag_latent_edit_apply (const AgLatentEdit *edit,
                      const AgGlowConfig *config,
                      const AgDirectionSet *set,
                      const float *eps,
                      float *out)
{
  g_autofree double *values = limit_values (edit, set, eps);

  if (out != eps)
    memcpy (out, eps, ag_glow_config_n_dims (config) * sizeof (float));
  for (int l = 0; l < config->levels; l++)
    {
      AgGlowLevel level = ag_glow_config_level (config, l);

      if (edit->temperature && edit->temperature[l] != 1)
        scale_level (edit, level, edit->temperature[l], out);
      if (values)
        move_level (values, edit->strength ? edit->strength[l] : 1, set, level, out);
    }
}
