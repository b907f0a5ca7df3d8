/* ag-glow-private.h: where the tensors of a model lie
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-glow.h"

/* A scaled convolution: conv1 with its actnorm, conv2 with its, conv3, a split prior, the top. */
typedef struct
{
  AgTensor *weight; /* [3,3,in,out] or [in,out]; NULL for the top prior, whose input is zero */
  AgTensor *edge;   /* [3,3,out]; NULL for conv2 */
  AgTensor *bias;   /* [out] */
  AgTensor *logs;   /* [out] */
  AgTensor *sign;   /* [out]; NULL where it is +1 */
} AgConvTensors;

typedef struct
{
  AgTensor *actnorm_bias, *actnorm_logs, *actnorm_sign;
  AgTensor *weight; /* conv */
  AgTensor *lu;     /* lu */
  AgTensor *sign;   /* lu */
  AgTensor *index;  /* lu, shuffle, reverse */
  AgConvTensors conv[3];
} AgStepTensors;

struct AgGlow
{
  AgGlowConfig config;
  AgGlowLevel levels[AG_MAX_LEVELS];
  bool lent;
  size_t n_parameters, n_reals, n_indices;
  ag_real *parameters; /* n_parameters; NULL if lent */
  ag_real *reals;      /* the real buffers; if lent, all parameters but convolutions' weights too */
  int32_t *indices;    /* the index buffers */
  int n_tensors;
  AgTensor *tensors;
  AgStepTensors *steps;                /* [levels][depth] */
  AgConvTensors splits[AG_MAX_LEVELS]; /* of all levels but the last */
  AgConvTensors top;
  AgTensor *class_embedding; /* NULL without classes */
};

static inline const AgStepTensors *
ag_glow_step (const AgGlow *glow, int level, int step)
{
  return &glow->steps[level * glow->config.depth + step];
}

/* Outputs of a coupling's conditioner at a level with that many channels. */
static inline int
ag_coupling_n_outputs (AgCoupling coupling, int channels)
{
  return coupling == AG_COUPLING_ADDITIVE ? channels / 2 : channels / 2 * 2;
}

/* W[i,o] in double of a step's permutation, C×C, without its actnorm. */
void ag_glow_permutation_matrix (const AgGlow *glow, int level, int step, double *weight);
