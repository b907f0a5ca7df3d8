/* ag-glow-config.c: the shape of a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-glow-private.h"

#include <math.h>
#include <string.h>

static const char *const coupling_names[] = { "additive", "affine", "affine-bounded" };
static const char *const permutation_names[] = { "reverse", "shuffle", "conv", "lu" };

static int
find_name (const char *const *names, int n, const char *name)
{
  for (int i = 0; i < n; i++)
    if (strcmp (names[i], name) == 0)
      return i;
  return -1;
}

const char *
ag_coupling_name (AgCoupling coupling)
{
  return coupling_names[coupling];
}

const char *
ag_permutation_name (AgPermutation permutation)
{
  return permutation_names[permutation];
}

bool
ag_coupling_parse (const char *name, AgCoupling *coupling)
{
  int found = find_name (coupling_names, 3, name);

  if (found >= 0)
    *coupling = (AgCoupling) found;
  return found >= 0;
}

bool
ag_permutation_parse (const char *name, AgPermutation *permutation)
{
  int found = find_name (permutation_names, 4, name);

  if (found >= 0)
    *permutation = (AgPermutation) found;
  return found >= 0;
}

static AgStatus
check_range (const char *what, int value, int least, int most, AgFlowError *error)
{
  if (value >= least && value <= most)
    return AG_OK;
  return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "%s is %d: from %d to %d are possible", what,
                            value, least, most);
}

AgStatus
ag_glow_config_check (const AgGlowConfig *config, AgFlowError *error)
{
  const struct
  {
    const char *what;
    int value, least, most;
  } ranges[] = {
    { "the image height", config->image_height, 2, 4096 },
    { "the image width", config->image_width, 2, 4096 },
    { "the number of levels", config->levels, 1, AG_MAX_LEVELS },
    { "the depth", config->depth, 1, 1024 },
    { "the width", config->width, 1, 8192 },
    { "the number of bits", config->n_bits, 1, 8 },
    { "the number of classes", config->classes, 0, 100000 },
    { "the coupling", (int) config->coupling, AG_COUPLING_ADDITIVE, AG_COUPLING_AFFINE_BOUNDED },
    { "the permutation", (int) config->permutation, AG_PERMUTATION_REVERSE, AG_PERMUTATION_LU },
  };
  int unit;

  for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
    if (check_range (ranges[i].what, ranges[i].value, ranges[i].least, ranges[i].most, error))
      return AG_ERROR_ARGUMENT;
  if (config->channels != 1 && config->channels != 3)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "%d channels: 1 or 3 are possible",
                              config->channels);
  unit = 1 << config->levels;
  if (config->image_height % unit != 0 || config->image_width % unit != 0)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT,
                              "an image of %d by %d pixels cannot have %d levels: its sides must "
                              "be divisible by %d",
                              config->image_width, config->image_height, config->levels, unit);
  if (ag_glow_config_n_parameters (config) > (size_t) 1 << 32)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "the model would have %zu parameters",
                              ag_glow_config_n_parameters (config));
  return AG_OK;
}

AgGlowLevel
ag_glow_config_level (const AgGlowConfig *config, int level)
{
  AgGlowLevel result = { config->image_height, config->image_width, config->channels, 0, 0, 0 };

  /* Each level quarters the pixels, quadruples the channels and lets half of them go. */
  for (int i = 0; i <= level; i++)
    {
      bool last = i == config->levels - 1;

      result.channels = i == 0 ? config->channels * 4 : result.channels * 2;
      result.height /= 2;
      result.width /= 2;
      result.eps_channels = last ? result.channels : result.channels / 2;
      result.eps_offset += result.eps_count;
      result.eps_count =
        (size_t) result.height * (size_t) result.width * (size_t) result.eps_channels;
    }
  return result;
}

size_t
ag_glow_config_n_dims (const AgGlowConfig *config)
{
  return (size_t) config->image_height * (size_t) config->image_width * (size_t) config->channels;
}

size_t
ag_glow_config_n_parameters (const AgGlowConfig *config)
{
  size_t w = (size_t) config->width, total = 0, top = 0;

  for (int i = 0; i < config->levels; i++)
    {
      size_t n = (size_t) ag_glow_config_level (config, i).channels, half = n / 2;
      size_t out = (size_t) ag_coupling_n_outputs (config->coupling, (int) n);
      bool matrix =
        config->permutation == AG_PERMUTATION_CONV || config->permutation == AG_PERMUTATION_LU;
      size_t step = 2 * n + (matrix ? n * n : 0) + 9 * half * w + 9 * w + 2 * w + w * w + 2 * w +
                    9 * w * out + 9 * out + 2 * out;

      total += step * (size_t) config->depth;
      if (i < config->levels - 1)
        total += 9 * half * n + 9 * n + 2 * n;
      top = 2 * n;
    }
  return total + 11 * top + (size_t) config->classes * top;
}

double
ag_bits_per_dim (const AgGlowConfig *config, double log_p)
{
  double n = (double) ag_glow_config_n_dims (config);

  return -(log_p - n * config->n_bits * M_LN2) / (n * M_LN2);
}
