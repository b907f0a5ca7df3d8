/* ag-flow.h: the numeric library of Afterglow, in one include
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Glow (Kingma & Dhariwal 2018) in C: exact likelihood, exact inverse, exact gradients. Plain C11
 * with pthreads; no GLib, no global state, nothing printed, no exit. A complete
 * use, errors left out:
 *
 *     AgPool *pool = ag_pool_new (2, &error);
 *     AgGlow *glow;
 *     ag_glow_new (&config, seed, &glow, &error);          // parameters; or load them
 *
 *     AgFlow *flow;                                        // the same, folded for inference
 *     ag_flow_new (glow, &flow, &error);
 *     AgScratch *scratch;
 *     ag_scratch_new (flow, 1, pool, &scratch, &error);
 *     ag_flow_encode (flow, scratch, 1, x, NULL, eps, &log_p, NULL, &error);
 *     ag_flow_decode (flow, scratch, 1, eps, NULL, x, NULL, &error);
 *
 * An AgFlow is immutable and serves any number of threads at once, each with a scratch of its own.
 *
 * Arrays. Images are [n][height][width][channels] (NHWC) of ag_real. The latent of an image, its
 * eps, is one contiguous vector of as many numbers as the image has (ag_glow_n_dims()): level 0
 * first, each level [h][w][c]; ag_glow_level() tells where a level starts. Several images follow
 * each other. All editing happens on these vectors.
 */
#pragma once

#include "ag-error.h"
#include "ag-glow.h"
#include "ag-gradient.h"
#include "ag-image-values.h"
#include "ag-inference.h"
#include "ag-pool.h"
#include "ag-random.h"
#include "ag-real.h"
