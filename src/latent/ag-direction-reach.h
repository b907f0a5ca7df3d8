/* ag-direction-reach.h: how far a face can be moved along a direction
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A direction leads from the faces without an attribute past those with it to where no photos lie,
 * and what a model draws there is less and less of a face: hair turns blue, eyes and mouths fade.
 * How far that is depends on where a face is to begin with. So ends belong to places along the
 * direction, and to a slider value only for one face.
 *
 * And a direction is straight where the model is not: on faces unlike those it was found on, a long
 * way can lead to broken ones that are no farther out. So who makes a model looks, and says how far
 * a face is moved at most, and by how much its picture may change (ag-direction-change.h).
 *
 * Pure functions, for any thread.
 */
#pragma once

#include "ag-model.h"

G_BEGIN_DECLS

/**
 * ag_direction_find_reach:
 * @attribute: (inout): with a direction and a mean projection; its lowest and highest are set
 * @projections: (array length=n): of images on the direction, see ag_direction_project()
 * @labels: (array length=n): +1, -1, 0 for unknown (not counted)
 *
 * Photos lie as far out as three standard deviations beyond the mean of their class. A class of
 * fewer than 8 images does not tell how far: there is no end on its side.
 */
void ag_direction_find_reach (AgModelAttribute *attribute,
                              const double *projections,
                              const gint8 *labels,
                              guint n);

/**
 * AgDirectionEnds:
 * @lower: not positive: the least slider value for a face; -INFINITY for no end
 * @upper: not negative: the greatest; INFINITY for no end
 */
typedef struct
{
  double lower, upper;
} AgDirectionEnds;

/**
 * ag_direction_get_ends:
 * @projection: of a face on the attribute's direction, 0 at the average face; NaN if it is not
 *   known
 *
 * The slider values that lead to the lowest and the highest place at which photos lie. Where a
 * single face is cannot be told better than by two standard deviations, so it may always be moved
 * by five, but never by more than @attribute's farthest_down and farthest_up. Rounded inwards to
 * hundredths. How much the picture changes is not looked at: see ag_direction_find_ends().
 */
AgDirectionEnds ag_direction_get_ends (const AgModelAttribute *attribute, double projection);

/**
 * ag_direction_round_end:
 *
 * Returns: @end in hundredths, towards 0
 */
double ag_direction_round_end (double end);

G_END_DECLS
