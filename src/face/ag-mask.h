/* ag-mask.h: the part of the face square that an edit is limited to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A mask is a picture of one byte per pixel over the face square, rows from top to bottom: 255
 * where an edit acts, 0 where it does not. It belongs to the square and not to the photo, so that
 * it stays on the face when the eyes are moved. Pure functions, for any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

G_BEGIN_DECLS

/* Pixels per side, whatever the model's: on a portrait 3,000 pixels wide one is about 8 of the
 * photo, between which it is smooth. */
#define AG_MASK_SIZE 256

#define AG_MASK_BYTES (AG_MASK_SIZE * AG_MASK_SIZE)

/**
 * ag_mask_dot:
 * @mask: (inout) (array fixed-size=65536):
 * @u: of the dot's centre in the square, 0 to 1; may lie outside
 * @v: likewise
 * @radius: in sides of the square, more than 0
 * @amount: 1 to paint, -1 to erase; what lies between does so partly
 *
 * A soft dot: full up to half of the radius, fading to nothing at its rim. Painting twice at the
 * same place is the same as painting once.
 *
 * Returns: whether that changed anything
 */
bool ag_mask_dot (guint8 *mask, double u, double v, double radius, double amount);

/**
 * ag_mask_sample:
 * @mask: (array fixed-size=65536):
 * @factors: (out) (array): @n + 1 of them
 *
 * The mask at @n + 1 places of the square's row at @v, from edge to edge: bilinear, 0 to 1.
 */
void ag_mask_sample (const guint8 *mask, double v, int n, float *factors);

/**
 * ag_mask_resample:
 * @mask: (array fixed-size=65536):
 * @size: pixels per side of the result, 1 to 4096
 *
 * Area-averaging when shrinking, bilinear when growing.
 *
 * Returns: (transfer full): size * size factors of 0 to 1
 */
float *ag_mask_resample (const guint8 *mask, int size);

G_END_DECLS
