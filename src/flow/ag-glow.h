/* ag-glow.h: a Glow model: its shape and its parameters
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parameters are one contiguous vector of reals, so that an optimizer, an average over time, a
 * checkpoint or a sum over machines is one loop. Tensors name the parts of it. What training must
 * not change (signs, permutations) are buffers and lie beside it.
 *
 * The parts and their tensors, for level l, step k, C channels after the squeeze, c = C/2, width
 * w, and out = c channels from the conditioner for additive coupling, 2c for the others:
 *
 *   level.l.step.k.actnorm.bias, .logs           [C]         y = (x + bias) * sign * exp(3 logs)
 *   level.l.step.k.actnorm.sign        (buffer)  [C]         +1 or -1
 *   level.l.step.k.permutation.weight            [C,C]       conv: y_o = sum_i x_i W[i,o]
 *   level.l.step.k.permutation.lu                [C,C]       lu: W = P (L + I) (U + S); L strictly
 *                                                            below, U above, log_s on the diagonal
 *   level.l.step.k.permutation.sign    (buffer)  [C]         lu: S = diag (sign * exp (log_s))
 *   level.l.step.k.permutation.index   (buffer)  [C]         lu: row i of P has its 1 in column
 *                                                            index[i]; else: y_o = x_index[o]
 *   level.l.step.k.coupling.conv1.weight         [3,3,c,w]   cross-correlation, [dy,dx,in,out]
 *   level.l.step.k.coupling.conv1.edge           [3,3,w]
 *   level.l.step.k.coupling.actnorm1.bias, .logs [w]         + .sign [w] (buffer)
 *   level.l.step.k.coupling.conv2.weight         [w,w]       [in,out]
 *   level.l.step.k.coupling.actnorm2.bias, .logs [w]         + .sign [w] (buffer)
 *   level.l.step.k.coupling.conv3.weight         [3,3,w,out]
 *   level.l.step.k.coupling.conv3.edge           [3,3,out]
 *   level.l.step.k.coupling.conv3.bias, .logs    [out]       (conv + edge + bias) * exp(3 logs);
 *                                                            affine: shift, scale interleaved
 *   level.l.split.weight, .edge, .bias, .logs                as conv3, from c to 2c channels:
 *                                                            mean, log-deviation interleaved
 *   prior.edge [3,3,2C], prior.bias [2C], prior.logs [2C]    the top: means, then log-deviations
 *   prior.class                                  [classes,2C] added to the top's, if classes > 0
 *
 * An AgGlow is plain data: any number of threads may read it; a thread that changes it must be the
 * only one that uses it.
 *
 * Nearly all of a model are the weights of its convolutions (conv1, conv2, conv3, split). For
 * inference they need not be copied out of the file that holds them: ag_glow_new_lent() makes a
 * model that reads them where they are. It cannot be changed or trained; ag_glow_copy() makes one
 * of it that can.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ag-error.h"
#include "ag-real.h"

/**
 * AgCoupling:
 * @AG_COUPLING_ADDITIVE: z2 + shift (Dinh et al. 2014)
 * @AG_COUPLING_AFFINE: (z2 + shift) * sigmoid (u + 2), as published with Glow. The scale may be
 * next to zero, and what is divided by it endless: latents that are moved off the data soon decode
 * to no picture.
 * @AG_COUPLING_AFFINE_BOUNDED: (z2 + shift) * (sigmoid (u) + 1/2): a scale between 1/2 and 3/2,
 * which is 1 where u is 0, so that it starts as the additive one
 *
 * What a step does with the second half of its channels, given what the conditioner makes of the
 * first.
 */
typedef enum
{
  AG_COUPLING_ADDITIVE,
  AG_COUPLING_AFFINE,
  AG_COUPLING_AFFINE_BOUNDED,
} AgCoupling;

typedef enum
{
  AG_PERMUTATION_REVERSE,
  AG_PERMUTATION_SHUFFLE,
  AG_PERMUTATION_CONV,
  AG_PERMUTATION_LU,
} AgPermutation;

#define AG_MAX_LEVELS 12

/**
 * AgGlowConfig:
 * @image_height: pixels, divisible by 2^@levels, at most 4096
 * @image_width: likewise
 * @channels: 1 or 3
 * @levels: 1 to %AG_MAX_LEVELS
 * @depth: steps per level, 1 to 1024
 * @width: channels inside the coupling's conditioner, 1 to 8192
 * @coupling: the kind of coupling
 * @permutation: the kind of channel permutation
 * @n_bits: colour depth, 1 to 8
 * @classes: number of classes of a class-conditional prior; 0 for none
 */
typedef struct
{
  int image_height, image_width, channels;
  int levels, depth, width;
  AgCoupling coupling;
  AgPermutation permutation;
  int n_bits;
  int classes;
} AgGlowConfig;

/**
 * AgGlowLevel:
 * @height: pixels after this level's squeeze
 * @width: likewise
 * @channels: after this level's squeeze
 * @eps_channels: of this level's part of the latent: half of @channels, at the last level all
 * @eps_offset: where that part starts in the latent vector of an image
 * @eps_count: how many numbers it has
 */
typedef struct
{
  int height, width, channels, eps_channels;
  size_t eps_offset, eps_count;
} AgGlowLevel;

/**
 * AgTensor:
 * @name: as listed above
 * @rank: 1 to 4
 * @dims: sizes, outermost first; row-major
 * @count: the product of @dims
 * @values: (nullable): the numbers, inside the model's vector of parameters or a real buffer
 * @halves: (nullable): instead of @values, for numbers that are lent at half precision
 * @index: (nullable): instead of @values, for the permutation.index buffers
 * @trainable: whether it lies in the vector of parameters
 * @offset: where, if so
 * @lent: whether the numbers belong to somebody else, see ag_glow_new_lent()
 *
 * What holds for every tensor's numbers, wherever they lie, is what ag_tensor_numbers() gives.
 */
typedef struct
{
  char name[64];
  int rank;
  int dims[4];
  size_t count;
  ag_real *values;
  const uint16_t *halves;
  int32_t *index;
  bool trainable;
  size_t offset;
  bool lent;
} AgTensor;

typedef struct AgGlow AgGlow;

/* "additive", "affine", "affine-bounded" */
const char *ag_coupling_name (AgCoupling coupling);
const char *
ag_permutation_name (AgPermutation permutation); /* "reverse", "shuffle", "conv", "lu" */
bool ag_coupling_parse (const char *name, AgCoupling *coupling);
bool ag_permutation_parse (const char *name, AgPermutation *permutation);

/**
 * ag_glow_config_check:
 *
 * Whether a configuration is one this library can compute, said in words if not. Also refuses
 * what would have more than 2^32 parameters.
 */
AgStatus ag_glow_config_check (const AgGlowConfig *config, AgFlowError *error);

/**
 * ag_glow_config_n_parameters:
 *
 * Returns: how many trainable numbers a model of this (valid) shape has; allocates nothing
 */
size_t ag_glow_config_n_parameters (const AgGlowConfig *config);

/**
 * ag_glow_config_level:
 * @level: 0 to config->levels - 1
 */
AgGlowLevel ag_glow_config_level (const AgGlowConfig *config, int level);

/**
 * ag_glow_config_n_dims:
 *
 * Returns: N = height * width * channels, the length of an image and of its latent
 */
size_t ag_glow_config_n_dims (const AgGlowConfig *config);

/**
 * ag_glow_new:
 * @seed: of the random rotations, shuffles and weights
 * @glow: (out) (transfer full): ready for training: rotations orthogonal, inner convolutions
 *   normal with deviation 0.05, last convolutions and priors zero, actnorms the identity until
 *   ag_gradient_initialize()
 */
AgStatus ag_glow_new (const AgGlowConfig *config, uint64_t seed, AgGlow **glow, AgFlowError *error);

/**
 * ag_glow_new_zero:
 * @glow: (out) (transfer full): with every tensor zero, for a reader to fill in; to be passed
 *   through ag_glow_check() then
 */
AgStatus ag_glow_new_zero (const AgGlowConfig *config, AgGlow **glow, AgFlowError *error);

/**
 * ag_glow_new_lent:
 * @glow: (out) (transfer full): as ag_glow_new_zero(), but with no memory for the weights of
 *   convolutions and no vector of parameters. Each tensor that is @lent must be passed to
 *   ag_glow_lend() before it is used in any way.
 */
AgStatus ag_glow_new_lent (const AgGlowConfig *config, AgGlow **glow, AgFlowError *error);

/**
 * ag_glow_lend:
 * @glow: made by ag_glow_new_lent()
 * @index: of a tensor that is @lent
 * @reals: (nullable) (transfer none): its numbers, aligned as reals are; they must stay, and stay
 *   as they are, as long as @glow
 * @halves: (nullable) (transfer none): or at half precision, aligned to two bytes
 */
void ag_glow_lend (AgGlow *glow, int index, const ag_real *reals, const uint16_t *halves);

/**
 * ag_glow_is_lent:
 *
 * Returns: whether it was made by ag_glow_new_lent()
 */
bool ag_glow_is_lent (const AgGlow *glow);

/**
 * ag_tensor_numbers:
 * @tensor: not a permutation.index
 * @begin: the first number that is wanted
 * @n: how many
 * @scratch: (array length=n): room, used where they have to be converted
 *
 * Returns: (transfer none) (array length=n): the numbers, in @scratch or where they are
 */
const ag_real *ag_tensor_numbers (const AgTensor *tensor, size_t begin, size_t n, ag_real *scratch);

/**
 * ag_glow_copy:
 * @copy: (out) (transfer full): with all its numbers in memory of its own, also if @glow is lent
 *   them
 */
AgStatus ag_glow_copy (const AgGlow *glow, AgGlow **copy, AgFlowError *error);

/**
 * ag_glow_copy_bounded:
 * @glow: with additive coupling; an %AG_ERROR_ARGUMENT otherwise
 * @copy: (out) (transfer full): the same function with %AG_COUPLING_AFFINE_BOUNDED, whose scales
 *   are all 1 (u is 0) until they are trained. A model grown so need not learn again what it knows
 *   (Chen et al. 2016, Net2Net).
 */
AgStatus ag_glow_copy_bounded (const AgGlow *glow, AgGlow **copy, AgFlowError *error);

void ag_glow_free (AgGlow *glow);

const AgGlowConfig *ag_glow_config (const AgGlow *glow);
size_t ag_glow_n_dims (const AgGlow *glow);
AgGlowLevel ag_glow_level (const AgGlow *glow, int level);

/**
 * ag_glow_parameters:
 * @n: (out) (optional): how many
 *
 * Returns: (transfer none) (nullable): the vector of parameters, for reading and writing; %NULL if
 *   @glow is lent its weights
 */
ag_real *ag_glow_parameters (AgGlow *glow, size_t *n);

int ag_glow_n_tensors (const AgGlow *glow);

/**
 * ag_glow_tensor:
 * @index: 0 to ag_glow_n_tensors() - 1; the order is the order of computation and never changes
 *
 * Returns: (transfer none): valid as long as @glow
 */
const AgTensor *ag_glow_tensor (const AgGlow *glow, int index);

/**
 * ag_glow_find_tensor:
 *
 * Returns: (nullable) (transfer none): the tensor of that name
 */
const AgTensor *ag_glow_find_tensor (const AgGlow *glow, const char *name);

/**
 * ag_glow_check:
 *
 * Whether the numbers make a model: all finite, signs ±1, indices permutations, scales and 1×1
 * convolutions invertible. Names the tensor that is not.
 */
AgStatus ag_glow_check (const AgGlow *glow, AgFlowError *error);

/**
 * ag_glow_set_permutation_weight:
 * @weight: (array): W[i,o], C×C, invertible
 *
 * Sets the matrix of a 1×1 convolution whatever form the model keeps it in: as it is for `conv`;
 * factored with partial pivoting for `lu`. A %AG_ERROR_ARGUMENT for other permutations.
 */
AgStatus ag_glow_set_permutation_weight (AgGlow *glow,
                                         int level,
                                         int step,
                                         const ag_real *weight,
                                         AgFlowError *error);

/**
 * ag_bits_per_dim:
 * @log_p: ln p(x), as ag_flow_encode() gives it
 *
 * Returns: -(@log_p - N ln n_bins) / (N ln 2)
 */
double ag_bits_per_dim (const AgGlowConfig *config, double log_p);
