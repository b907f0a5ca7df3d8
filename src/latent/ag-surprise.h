/* ag-surprise.h: which parts of a picture a model finds unlikely
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The latent keeps its place in the picture: what stands at a position of a level is about that
 * part of it. Under the model its numbers are standard normal, so −ln p = ½ eps² + const, whose
 * mean is known: what exceeds it is surprise. (The rest of the likelihood, the flow's determinants,
 * has no place of its own in an additive model.) Pure functions, for any thread.
 */
#pragma once

#include <glib.h>

#include "ag-flow.h"

G_BEGIN_DECLS

/* Every level together, at the finest one's resolution. */
#define AG_SURPRISE_ALL_LEVELS (-1)

/**
 * ag_surprise_map:
 * @eps: (array): a latent, N numbers
 * @level: 0 for the finest, or %AG_SURPRISE_ALL_LEVELS
 * @width: (out): of the map: a level's
 * @height: (out):
 *
 * Returns: (transfer full): [height][width]: mean over what stands there of ½ (eps² − 1), in nats
 *   per number: 0 is as expected, −½ the least surprising there can be
 */
float *
ag_surprise_map (const AgGlowConfig *config, const float *eps, int level, int *width, int *height);

G_END_DECLS
