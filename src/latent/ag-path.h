/* ag-path.h: ways from one latent to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Latents of photos lie near a sphere of radius √N about zero; a straight way between two of them
 * passes through its inside, where pictures are plainer and likelier. The other two stay outside.
 * Every path gives exactly @a at 0 and exactly @b at 1. Pure functions, for any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "ag-flow.h"

G_BEGIN_DECLS

/**
 * AgPathKind:
 * @AG_PATH_LINEAR: (1 − t) a + t b
 * @AG_PATH_SPHERICAL: sin((1 − t) θ) / sin θ · a + sin(t θ) / sin θ · b, θ the angle between a and
 *   b (Shoemake 1985); straight where they are parallel
 * @AG_PATH_NORM: the straight way, each level scaled to the norm (1 − t) |a| + t |b| of that level
 */
typedef enum
{
  AG_PATH_LINEAR,
  AG_PATH_SPHERICAL,
  AG_PATH_NORM,
} AgPathKind;

const char *ag_path_kind_name (AgPathKind kind); /* "linear", "spherical", "norm" */
bool ag_path_kind_parse (const char *name, AgPathKind *kind);

/**
 * ag_path_point:
 * @a: (array): N numbers
 * @b: (array): N numbers
 * @t: (array): per level, finest first, 0 for @a to 1 for @b: whose fine and whose coarse structure
 *   is taken; the same number everywhere for the plain path
 * @out: (out) (array): N numbers; not @a or @b
 */
void ag_path_point (AgPathKind kind,
                    const AgGlowConfig *config,
                    const float *a,
                    const float *b,
                    const double *t,
                    float *out);

/**
 * ag_path_mix:
 * @eps: (array length=n): latents
 * @weights: (array): [n][levels], finest first; for each level they should sum to 1
 * @keep_norm: scale each level to the weighted mean of the norms
 * @out: (out) (array): N numbers; none of @eps
 *
 * A point among several latents, for a pad. Where one weight is 1 and the others 0, that latent
 * exactly.
 */
void ag_path_mix (const AgGlowConfig *config,
                  guint n,
                  const float *const *eps,
                  const double *weights,
                  bool keep_norm,
                  float *out);

G_END_DECLS
