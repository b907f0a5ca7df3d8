/* ag-inference.h: encoding and decoding with a model that does not change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making an AgFlow folds every actnorm and 1×1 convolution into one matrix, both ways, and packs
 * all weights as the kernels want them. It holds what it needs; the AgGlow may be freed.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "ag-error.h"
#include "ag-glow.h"
#include "ag-pool.h"

typedef struct AgFlow AgFlow;

/**
 * AgScratch:
 *
 * The working memory of one caller. Belongs to one thread at a time.
 */
typedef struct AgScratch AgScratch;

/**
 * ag_flow_new:
 * @glow: passed by ag_glow_check()
 * @flow: (out) (transfer full): immutable; any number of threads may use it
 */
AgStatus ag_flow_new (const AgGlow *glow, AgFlow **flow, AgFlowError *error);

void ag_flow_free (AgFlow *flow);

const AgGlowConfig *ag_flow_config (const AgFlow *flow);

/**
 * ag_scratch_new:
 * @batch: how many images at most are worked on together; more are done in turns
 * @pool: (transfer none): must outlive the scratch
 */
AgStatus ag_scratch_new (const AgFlow *flow,
                         int batch,
                         AgPool *pool,
                         AgScratch **scratch,
                         AgFlowError *error);

void ag_scratch_free (AgScratch *scratch);

/**
 * ag_flow_encode:
 * @n: number of images, at least 1
 * @x: (array): [n][height][width][channels], preprocessed
 * @classes: (nullable) (array length=n): class of each image, for a class-conditional model
 * @eps: (out) (array): [n][N]: the latents
 * @log_p: (out) (optional) (array length=n): ln p(x), prior and log-determinants
 * @cancel: (nullable): looked at least every 50 ms; set it from any thread to make this return
 *   %AG_ERROR_CANCELLED
 *
 * The image and its latent determine each other. Not finite numbers are not an error here: they
 * stand in @eps and @log_p for the caller to judge.
 */
AgStatus ag_flow_encode (const AgFlow *flow,
                         AgScratch *scratch,
                         int n,
                         const ag_real *x,
                         const int *classes,
                         ag_real *eps,
                         double *log_p,
                         const atomic_bool *cancel,
                         AgFlowError *error);

/**
 * ag_flow_encode_exact:
 * @eps: (out) (array): [n][N]: the latents, as from ag_flow_encode()
 * @low: (out) (optional) (array): [n][N]: what rounding took from them: @eps + @low is the latent
 *   to twice the digits, for ag_flow_decode_exact()
 */
AgStatus ag_flow_encode_exact (const AgFlow *flow,
                               AgScratch *scratch,
                               int n,
                               const ag_real *x,
                               const int *classes,
                               ag_real *eps,
                               ag_real *low,
                               double *log_p,
                               const atomic_bool *cancel,
                               AgFlowError *error);

/**
 * ag_flow_decode:
 * @eps: (array): [n][N]
 * @x: (out) (array): [n][height][width][channels]; may hold anything, infinities included, if
 *   @eps is far from what the model has seen
 *
 * The exact inverse of ag_flow_encode(). On one machine @x has the same bits whatever the number of
 * threads and of images that are worked on together, and so have ag_flow_encode()'s @eps and
 * @log_p.
 */
AgStatus ag_flow_decode (const AgFlow *flow,
                         AgScratch *scratch,
                         int n,
                         const ag_real *eps,
                         const int *classes,
                         ag_real *x,
                         const atomic_bool *cancel,
                         AgFlowError *error);

/**
 * ag_flow_decode_exact:
 * @eps: (array): [n][N]
 * @low: (nullable) (array): [n][N]: added to @eps in double
 *
 * With both from ag_flow_encode_exact() an image comes back but for the rounding of its own
 * numbers, however unlike it is to what the model has learnt: without @low, an error of 2^-24 of a
 * latent of 60 grows to 2e-4 in a picture of noise. (Where a number that a conditioner reads lies
 * next to the middle between two floats it may be rounded differently on the way back; 2e-5 was
 * seen then.)
 */
AgStatus ag_flow_decode_exact (const AgFlow *flow,
                               AgScratch *scratch,
                               int n,
                               const ag_real *eps,
                               const ag_real *low,
                               const int *classes,
                               ag_real *x,
                               const atomic_bool *cancel,
                               AgFlowError *error);

/**
 * ag_flow_sample_eps:
 * @seed: picks the face
 * @temperature: (nullable) (array): one factor per level; %NULL for 1 everywhere
 * @eps: (out) (array): [N] standard normal numbers times the temperature of their level
 */
void ag_flow_sample_eps (const AgGlowConfig *config,
                         uint64_t seed,
                         const double *temperature,
                         ag_real *eps);

/**
 * ag_flow_macs:
 *
 * Returns: multiply-adds of encoding or decoding one image (the convolutions of all conditioners,
 *   the 1×1 convolutions and the split priors): the unit of the speed figures
 */
double ag_flow_macs (const AgGlowConfig *config);
