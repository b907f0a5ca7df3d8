/* ag-glow.c: a model's tensors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-glow-private.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ag-half.h"
#include "ag-linear.h"
#include "ag-random.h"

/* Laying out happens twice with the same code: first to count, then to name and place. */
typedef struct
{
  AgGlow *glow;
  bool placing;
  const char *prefix;
} Layout;

enum Kind
{
  PARAMETER,
  WEIGHT, /* a parameter that may be lent */
  REAL_BUFFER,
  INDEX_BUFFER,
};

static AgTensor *
add (Layout *layout, enum Kind kind, const char *name, int rank, ...)
{
  AgGlow *glow = layout->glow;
  AgTensor *tensor = NULL, counted = { .rank = rank, .count = 1 };
  bool trainable = kind == PARAMETER || kind == WEIGHT;
  va_list dims;

  va_start (dims, rank);
  for (int i = 0; i < rank; i++)
    {
      counted.dims[i] = va_arg (dims, int);
      counted.count *= (size_t) counted.dims[i];
    }
  va_end (dims);
  if (layout->placing)
    {
      tensor = &glow->tensors[glow->n_tensors];
      *tensor = counted;
      snprintf (tensor->name, sizeof tensor->name, "%s%s", layout->prefix, name);
      tensor->trainable = trainable;
      tensor->offset = trainable ? glow->n_parameters : 0;
      if (kind == INDEX_BUFFER)
        tensor->index = glow->indices + glow->n_indices;
      else if (trainable && !glow->lent)
        tensor->values = glow->parameters + glow->n_parameters;
      else if (kind != WEIGHT)
        tensor->values = glow->reals + glow->n_reals;
      else
        tensor->lent = true;
    }
  if (trainable)
    glow->n_parameters += counted.count;
  if (kind == INDEX_BUFFER)
    glow->n_indices += counted.count;
  if (kind == REAL_BUFFER || (kind == PARAMETER && glow->lent))
    glow->n_reals += counted.count;
  glow->n_tensors++;
  return tensor;
}

static void
add_step (Layout *layout, AgStepTensors *step, int channels)
{
  const AgGlowConfig *config = &layout->glow->config;
  int half = channels / 2, width = config->width;
  int out = ag_coupling_n_outputs (config->coupling, channels);
  AgConvTensors *conv = step->conv;

  step->actnorm_bias = add (layout, PARAMETER, "actnorm.bias", 1, channels);
  step->actnorm_logs = add (layout, PARAMETER, "actnorm.logs", 1, channels);
  step->actnorm_sign = add (layout, REAL_BUFFER, "actnorm.sign", 1, channels);
  if (config->permutation == AG_PERMUTATION_CONV)
    step->weight = add (layout, PARAMETER, "permutation.weight", 2, channels, channels);
  else if (config->permutation == AG_PERMUTATION_LU)
    {
      step->lu = add (layout, PARAMETER, "permutation.lu", 2, channels, channels);
      step->sign = add (layout, REAL_BUFFER, "permutation.sign", 1, channels);
    }
  if (config->permutation != AG_PERMUTATION_CONV)
    step->index = add (layout, INDEX_BUFFER, "permutation.index", 1, channels);

  conv[0].weight = add (layout, WEIGHT, "coupling.conv1.weight", 4, 3, 3, half, width);
  conv[0].edge = add (layout, PARAMETER, "coupling.conv1.edge", 3, 3, 3, width);
  conv[0].bias = add (layout, PARAMETER, "coupling.actnorm1.bias", 1, width);
  conv[0].logs = add (layout, PARAMETER, "coupling.actnorm1.logs", 1, width);
  conv[0].sign = add (layout, REAL_BUFFER, "coupling.actnorm1.sign", 1, width);
  conv[1].weight = add (layout, WEIGHT, "coupling.conv2.weight", 2, width, width);
  conv[1].bias = add (layout, PARAMETER, "coupling.actnorm2.bias", 1, width);
  conv[1].logs = add (layout, PARAMETER, "coupling.actnorm2.logs", 1, width);
  conv[1].sign = add (layout, REAL_BUFFER, "coupling.actnorm2.sign", 1, width);
  conv[2].weight = add (layout, WEIGHT, "coupling.conv3.weight", 4, 3, 3, width, out);
  conv[2].edge = add (layout, PARAMETER, "coupling.conv3.edge", 3, 3, 3, out);
  conv[2].bias = add (layout, PARAMETER, "coupling.conv3.bias", 1, out);
  conv[2].logs = add (layout, PARAMETER, "coupling.conv3.logs", 1, out);
}

static void
lay_out (AgGlow *glow, bool placing)
{
  const AgGlowConfig *config = &glow->config;
  Layout layout = { glow, placing, "" };
  char prefix[48];
  int channels = glow->levels[config->levels - 1].channels;

  glow->n_parameters = glow->n_reals = glow->n_indices = 0;
  glow->n_tensors = 0;
  layout.prefix = prefix;
  for (int l = 0; l < config->levels; l++)
    {
      AgConvTensors *split = &glow->splits[l];
      int n = glow->levels[l].channels;

      for (int k = 0; k < config->depth; k++)
        {
          snprintf (prefix, sizeof prefix, "level.%d.step.%d.", l, k);
          add_step (&layout, &glow->steps[l * config->depth + k], n);
        }
      if (l == config->levels - 1)
        break;
      snprintf (prefix, sizeof prefix, "level.%d.", l);
      split->weight = add (&layout, WEIGHT, "split.weight", 4, 3, 3, n / 2, n);
      split->edge = add (&layout, PARAMETER, "split.edge", 3, 3, 3, n);
      split->bias = add (&layout, PARAMETER, "split.bias", 1, n);
      split->logs = add (&layout, PARAMETER, "split.logs", 1, n);
    }
  layout.prefix = "";
  glow->top.edge = add (&layout, PARAMETER, "prior.edge", 3, 3, 3, 2 * channels);
  glow->top.bias = add (&layout, PARAMETER, "prior.bias", 1, 2 * channels);
  glow->top.logs = add (&layout, PARAMETER, "prior.logs", 1, 2 * channels);
  if (config->classes > 0)
    glow->class_embedding =
      add (&layout, PARAMETER, "prior.class", 2, config->classes, 2 * channels);
}

static AgStatus
new_zero (const AgGlowConfig *config, bool lent, AgGlow **out, AgFlowError *error)
{
  AgGlow *glow;
  AgStatus status = ag_glow_config_check (config, error);

  *out = NULL;
  if (status != AG_OK)
    return status;
  glow = calloc (1, sizeof *glow);
  if (glow == NULL)
    return ag_flow_error_set (error, AG_ERROR_MEMORY, "no memory for a model");
  glow->config = *config;
  glow->lent = lent;
  for (int l = 0; l < config->levels; l++)
    glow->levels[l] = ag_glow_config_level (config, l);
  glow->steps = calloc ((size_t) (config->levels * config->depth), sizeof *glow->steps);
  if (glow->steps != NULL)
    {
      lay_out (glow, false);
      glow->tensors = calloc ((size_t) glow->n_tensors, sizeof *glow->tensors);
      if (!lent)
        glow->parameters = calloc (glow->n_parameters, sizeof *glow->parameters);
      glow->reals = calloc (glow->n_reals, sizeof *glow->reals);
      glow->indices = calloc (glow->n_indices + 1, sizeof *glow->indices);
    }
  if (glow->tensors == NULL || (glow->parameters == NULL && !lent) || glow->reals == NULL ||
      glow->indices == NULL)
    {
      size_t n = glow->n_parameters;

      ag_glow_free (glow);
      return ag_flow_error_set (error, AG_ERROR_MEMORY, "no memory for a model of %zu parameters",
                                n);
    }
  lay_out (glow, true);
  *out = glow;
  return AG_OK;
}

AgStatus
ag_glow_new_zero (const AgGlowConfig *config, AgGlow **glow, AgFlowError *error)
{
  return new_zero (config, false, glow, error);
}

AgStatus
ag_glow_new_lent (const AgGlowConfig *config, AgGlow **glow, AgFlowError *error)
{
  return new_zero (config, true, glow, error);
}

void
ag_glow_lend (AgGlow *glow, int index, const ag_real *reals, const uint16_t *halves)
{
  AgTensor *tensor = &glow->tensors[index];

  /* Nobody writes to a model that is lent its weights: see ag_glow_parameters(). */
  tensor->values = (ag_real *) reals;
  tensor->halves = reals == NULL ? halves : NULL;
}

bool
ag_glow_is_lent (const AgGlow *glow)
{
  return glow->lent;
}

const ag_real *
ag_tensor_numbers (const AgTensor *tensor, size_t begin, size_t n, ag_real *scratch)
{
  if (tensor->halves == NULL)
    return tensor->values + begin;
#ifdef AG_FLOW_DOUBLE
  for (size_t i = 0; i < n; i++)
    scratch[i] = (ag_real) ag_float_from_half (tensor->halves[begin + i]);
#else
  ag_floats_from_halves (tensor->halves + begin, n, scratch);
#endif
  return scratch;
}

void
ag_glow_free (AgGlow *glow)
{
  if (glow == NULL)
    return;
  free (glow->tensors);
  free (glow->parameters);
  free (glow->reals);
  free (glow->indices);
  free (glow->steps);
  free (glow);
}

/* Into a configuration whose tensors have as many numbers, or a multiple: the others become 0. */
static AgStatus
copy_as (const AgGlow *glow, const AgGlowConfig *config, AgGlow **copy, AgFlowError *error)
{
  AgStatus status = ag_glow_new_zero (config, copy, error);

  if (status != AG_OK)
    return status;
  for (int i = 0; i < glow->n_tensors; i++)
    {
      const AgTensor *from = &glow->tensors[i];
      AgTensor *to = &(*copy)->tensors[i];
      size_t stride = to->count / from->count;
      const ag_real *numbers;

      if (from->index != NULL)
        {
          memcpy (to->index, from->index, from->count * sizeof *to->index);
          continue;
        }
      numbers = ag_tensor_numbers (from, 0, from->count, to->values);
      if (numbers == to->values && stride == 1)
        continue;
      for (size_t k = from->count; k-- > 0;) /* from the end: they may lie in one place */
        {
          to->values[k * stride] = numbers[k];
          for (size_t unknown = 1; unknown < stride; unknown++)
            to->values[k * stride + unknown] = 0;
        }
    }
  return AG_OK;
}

AgStatus
ag_glow_copy (const AgGlow *glow, AgGlow **copy, AgFlowError *error)
{
  return copy_as (glow, &glow->config, copy, error);
}

/* The same tensors, but that the conditioners' last convolutions have twice the outputs: a shift as
 * it was, then a scale of which nothing is known yet. */
AgStatus
ag_glow_copy_bounded (const AgGlow *glow, AgGlow **copy, AgFlowError *error)
{
  AgGlowConfig config = glow->config;

  if (config.coupling != AG_COUPLING_ADDITIVE)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "the coupling is %s and not additive",
                              ag_coupling_name (config.coupling));
  config.coupling = AG_COUPLING_AFFINE_BOUNDED;
  return copy_as (glow, &config, copy, error);
}

/* Every random tensor draws from a stream of its own: its place in the list. */
static void
fill_normal (const AgGlow *glow, uint64_t seed, const AgTensor *tensor, ag_real deviation)
{
  ag_random_normal (seed, (uint64_t) (tensor - glow->tensors), tensor->values, tensor->count);
  for (size_t i = 0; i < tensor->count; i++)
    tensor->values[i] *= deviation;
}

static void
fill_one (const AgTensor *tensor)
{
  for (size_t i = 0; i < tensor->count; i++)
    tensor->values[i] = 1;
}

static AgStatus
randomize_permutation (AgGlow *glow, uint64_t seed, int level, int step, AgFlowError *error)
{
  const AgStepTensors *tensors = ag_glow_step (glow, level, step);
  AgPermutation kind = glow->config.permutation;
  int n = glow->levels[level].channels;
  AgStatus status = AG_OK;

  if (kind == AG_PERMUTATION_REVERSE || kind == AG_PERMUTATION_SHUFFLE)
    {
      for (int i = 0; i < n; i++)
        tensors->index->index[i] = n - 1 - i;
      if (kind == AG_PERMUTATION_SHUFFLE)
        ag_random_shuffle (seed, (uint64_t) (tensors->index - glow->tensors), tensors->index->index,
                           n);
      return AG_OK;
    }
  const AgTensor *target = kind == AG_PERMUTATION_CONV ? tensors->weight : tensors->lu;
  size_t count = (size_t) n * (size_t) n;
  double *rotation = malloc (count * sizeof *rotation);
  ag_real *weight = malloc (count * sizeof *weight);

  if (rotation == NULL || weight == NULL)
    status = ag_flow_error_set (error, AG_ERROR_MEMORY, "no memory for a rotation");
  else
    {
      ag_random_normal (seed, (uint64_t) (target - glow->tensors), weight, count);
      for (size_t i = 0; i < count; i++)
        rotation[i] = (double) weight[i];
      ag_linear_orthogonalize (n, rotation);
      for (size_t i = 0; i < count; i++)
        weight[i] = (ag_real) rotation[i];
      status = ag_glow_set_permutation_weight (glow, level, step, weight, error);
    }
  free (rotation);
  free (weight);
  return status;
}

AgStatus
ag_glow_new (const AgGlowConfig *config, uint64_t seed, AgGlow **out, AgFlowError *error)
{
  AgGlow *glow;
  AgStatus status = ag_glow_new_zero (config, &glow, error);

  *out = NULL;
  for (int l = 0; status == AG_OK && l < config->levels; l++)
    for (int k = 0; status == AG_OK && k < config->depth; k++)
      {
        const AgStepTensors *step = ag_glow_step (glow, l, k);

        fill_one (step->actnorm_sign);
        fill_one (step->conv[0].sign);
        fill_one (step->conv[1].sign);
        fill_normal (glow, seed, step->conv[0].weight, (ag_real) 0.05);
        fill_normal (glow, seed, step->conv[0].edge, (ag_real) 0.05);
        fill_normal (glow, seed, step->conv[1].weight, (ag_real) 0.05);
        status = randomize_permutation (glow, seed, l, k, error);
      }
  if (status != AG_OK)
    {
      ag_glow_free (glow);
      return status;
    }
  *out = glow;
  return AG_OK;
}

AgStatus
ag_glow_set_permutation_weight (AgGlow *glow,
                                int level,
                                int step,
                                const ag_real *weight,
                                AgFlowError *error)
{
  const AgStepTensors *tensors = ag_glow_step (glow, level, step);
  int n = glow->levels[level].channels;
  size_t count = (size_t) n * (size_t) n;
  double *factors;
  int *pivots;
  bool factored;

  if (glow->config.permutation == AG_PERMUTATION_CONV)
    {
      memcpy (tensors->weight->values, weight, count * sizeof *weight);
      return AG_OK;
    }
  if (glow->config.permutation != AG_PERMUTATION_LU)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "a %s permutation has no matrix",
                              ag_permutation_name (glow->config.permutation));
  factors = malloc (count * sizeof *factors);
  pivots = malloc ((size_t) n * sizeof *pivots);
  if (factors == NULL || pivots == NULL)
    {
      free (factors);
      free (pivots);
      return ag_flow_error_set (error, AG_ERROR_MEMORY, "no memory to factor a matrix");
    }
  for (size_t i = 0; i < count; i++)
    factors[i] = (double) weight[i];
  factored = ag_linear_factor (n, factors, tensors->index->index, pivots);
  for (int i = 0; factored && i < n; i++)
    for (int j = 0; j < n; j++)
      {
        double value = factors[i * n + j];

        if (i == j)
          tensors->sign->values[i] = value < 0 ? -1 : 1;
        tensors->lu->values[i * n + j] = (ag_real) (i == j ? log (fabs (value)) : value);
      }
  free (factors);
  free (pivots);
  if (!factored)
    return ag_flow_error_set (error, AG_ERROR_SINGULAR,
                              "the 1×1 convolution of level %d, step %d is singular", level, step);
  return AG_OK;
}

const AgGlowConfig *
ag_glow_config (const AgGlow *glow)
{
  return &glow->config;
}

size_t
ag_glow_n_dims (const AgGlow *glow)
{
  return ag_glow_config_n_dims (&glow->config);
}

AgGlowLevel
ag_glow_level (const AgGlow *glow, int level)
{
  return glow->levels[level];
}

ag_real *
ag_glow_parameters (AgGlow *glow, size_t *n)
{
  if (n != NULL)
    *n = glow->n_parameters;
  return glow->parameters;
}

int
ag_glow_n_tensors (const AgGlow *glow)
{
  return glow->n_tensors;
}

const AgTensor *
ag_glow_tensor (const AgGlow *glow, int index)
{
  return &glow->tensors[index];
}

const AgTensor *
ag_glow_find_tensor (const AgGlow *glow, const char *name)
{
  for (int i = 0; i < glow->n_tensors; i++)
    if (strcmp (glow->tensors[i].name, name) == 0)
      return &glow->tensors[i];
  return NULL;
}
