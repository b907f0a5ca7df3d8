/* ag-influence.h: where in a face each attribute acts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For each attribute a map over the face square: how much the picture changes there when the
 * attribute's slider goes from 0 to 1, the others at rest. That is the difference of two decodes,
 * its absolute value averaged over colours and a neighbourhood. Belongs to one thread at a time.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

G_BEGIN_DECLS

typedef struct AgInfluence AgInfluence;

/**
 * ag_influence_new:
 * @n: attributes
 * @size: pixels per side of a map: the model's
 * @channels: of the model
 */
AgInfluence *ag_influence_new (guint n, int size, int channels);
void ag_influence_free (AgInfluence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgInfluence, ag_influence_free)

/**
 * ag_influence_next:
 *
 * Returns: an attribute whose map is missing; the number of attributes if none is
 */
guint ag_influence_next (AgInfluence *self);

/**
 * ag_influence_add:
 * @base: (array): [size][size][channels]: the unedited face, decoded
 * @moved: (nullable) (array): the same with slider @index at 1; %NULL if that was no picture: an
 *   attribute that acts nowhere
 */
void ag_influence_add (AgInfluence *self, guint index, const float *base, const float *moved);

/**
 * ag_influence_rank:
 * @u: in the face square, 0 to 1
 * @v: likewise
 * @indices: (out) (array length=max): those that act at that point, the first most
 *
 * What counts is how much more an attribute changes there than elsewhere: otherwise those that
 * change everything would come first everywhere. One that changes nothing to speak of there is left
 * out.
 *
 * Returns: how many, at most @max
 */
guint ag_influence_rank (AgInfluence *self, double u, double v, guint max, guint *indices);

/**
 * ag_influence_get_map:
 * @size: (out): pixels per side
 *
 * Returns: (transfer full) (nullable): a byte per pixel, 255 where it acts most; %NULL if the map
 * is missing
 */
GBytes *ag_influence_get_map (AgInfluence *self, guint index, int *size);

G_END_DECLS
