/* ag-direction-noise.h: telling an estimated direction from its noise
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to this folder. Pure functions: a direction is N numbers, each with the variance that it
 * would have if other images of the same kind had been drawn.
 */
#pragma once

#include <glib.h>

#include "ag-flow.h"

G_BEGIN_DECLS

/* Takes away what is no more than noise from @direction: see ag-direction-noise.c.
 *
 * @config: (nullable): tells which numbers are neighbours; without it each stands alone
 * @shrinkage: how many times its noise counts as noise; 0 leaves all as it is */
void ag_direction_shrink (double *direction,
                          const double *variance,
                          gsize n_dims,
                          const AgGlowConfig *config,
                          double shrinkage);

/* Makes of two estimates of one direction, which may be of different length, the one that is
 * likeliest, of @within's length. Where @within has noise alone the other stays.
 *
 * @direction, @variance: (inout): the other estimate; then the common one */
void ag_direction_combine (double *direction,
                           double *variance,
                           const double *within,
                           const double *within_variance,
                           gsize n_dims);

G_END_DECLS
