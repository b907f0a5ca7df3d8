/* ag-latent-edit.h: from sliders to a latent
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     z' = c + temperature · (eps − c) + Σ_a value_a · strength_level · direction_a
 *
 * level by level, c being the centre. A value beyond its end for this face does what the end does.
 * Pure functions, for any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "ag-direction.h"
#include "ag-flow.h"

G_BEGIN_DECLS

/**
 * AgLatentEdit:
 * @values: (nullable) (array): slider values, one per direction; %NULL for zeros
 * @strength: (nullable) (array): a factor of all directions per level, finest (level 0) first;
 *   %NULL for ones
 * @temperature: (nullable) (array): per level; %NULL for ones. Below 1 a face becomes more
 *   ordinary, above 1 less
 * @centre: (nullable) (array): N numbers that temperature scales about, for example the model's
 *   mean latent; %NULL for zero, the most likely latent
 * @ends: (nullable) (array): of each slider for this face, from ag_direction_find_ends(); %NULL for
 *   those of ag_direction_set_get_ends(), if there are values
 *
 * What the controls say. Belongs to the caller; nothing in it is owned.
 */
typedef struct
{
  const double *values;
  const double *strength;
  const double *temperature;
  const float *centre;
  const AgDirectionEnds *ends;
} AgLatentEdit;

/**
 * ag_latent_edit_is_neutral:
 *
 * Returns: whether the edit leaves every latent exactly as it is
 */
bool ag_latent_edit_is_neutral (const AgLatentEdit *edit,
                                const AgGlowConfig *config,
                                const AgDirectionSet *set);

/**
 * ag_latent_edit_apply:
 * @eps: (array): N numbers
 * @out: (out) (array): N numbers; may be @eps itself
 *
 * A neutral edit copies.
 */
void ag_latent_edit_apply (const AgLatentEdit *edit,
                           const AgGlowConfig *config,
                           const AgDirectionSet *set,
                           const float *eps,
                           float *out);

G_END_DECLS
