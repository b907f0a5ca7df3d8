/* ag-direction-reach.h: how far pictures can be moved along a direction
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-codec.h"

G_BEGIN_DECLS

/**
 * ag_direction_shorten:
 * @codec: of the model that the direction is for
 * @eps: (array): [n][N]: latents of pictures
 * @classes: (nullable) (array length=n): their classes, for a class-conditional model
 * @within: positive; slider units either way
 * @attribute: (inout): its direction may become shorter
 * @share: (out): of its length that is left, above 0.05 to 1
 *
 * Makes a direction no longer than that each of the pictures, moved by ±@within slider units, is
 * still one: ag_sanity_check() finds it good, and what is in its middle has at least half of its
 * contrast. Where an attribute changes much at once, hair against a backdrop, three class distances
 * are more than there are colours for.
 *
 * Returns: %FALSE with @error if decoding failed
 */
gboolean ag_direction_shorten (AgCodec *codec,
                               const float *eps,
                               const int *classes,
                               int n,
                               double within,
                               AgModelAttribute *attribute,
                               double *share,
                               GError **error);

G_END_DECLS
