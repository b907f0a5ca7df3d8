/* ag-direction-reach.h: how far pictures can be moved along a direction
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-codec.h"

G_BEGIN_DECLS

/**
 * ag_direction_find_reach:
 * @codec: of the model that the direction is for
 * @eps: (array): [n][N]: latents of pictures
 * @classes: (nullable) (array length=n): their classes, for a class-conditional model
 * @within: positive; slider units either way: no end is looked for further out
 * @attribute: (inout): whose lowest and highest value are set
 *
 * Finds the ends up to which each of the pictures, moved along a direction, is still one:
 * ag_sanity_check() finds it good, and what is in its middle has at least half of its contrast.
 * Where an attribute changes much at once, hair against a backdrop, three class distances are more
 * than there are colours for. A side on which none breaks within @within has no end.
 *
 * Returns: %FALSE with @error if decoding failed
 */
gboolean ag_direction_find_reach (AgCodec *codec,
                                  const float *eps,
                                  const int *classes,
                                  int n,
                                  double within,
                                  AgModelAttribute *attribute,
                                  GError **error);

G_END_DECLS
