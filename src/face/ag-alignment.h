/* ag-alignment.h: where in a photo the face square lies
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A similarity transform (move, turn, scale; no mirror) between a photo and the unit square that
 * the model sees, in which the eyes are at fixed places. Coordinates are pixel-edge ones: the
 * first pixel of a photo covers 0 to 1, its centre is at 0.5. "Left" and "right" are as seen in
 * the picture. Pure functions, for any thread.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

#include "ag-image.h"

G_BEGIN_DECLS

/* Where the eyes are in the face square, of side 1: (47, 60) and (81, 60) of 128. */
#define AG_ALIGNMENT_LEFT_EYE_X  0.3671875
#define AG_ALIGNMENT_RIGHT_EYE_X 0.6328125
#define AG_ALIGNMENT_EYE_Y       0.46875

/**
 * AgEyes:
 *
 * The centres of both eyes in pixels of the photo.
 */
typedef struct
{
  double left_x, left_y, right_x, right_y;
} AgEyes;

/**
 * AgAlignment:
 * @x: photo position of the square's top left corner
 * @y: likewise
 * @ux: photo vector of the square's upper edge, from left to right; the left edge from top to
 *   bottom is (-@uy, @ux)
 * @uy: likewise
 *
 * Square to photo: (x, y) + u (ux, uy) + v (-uy, ux), with u and v from 0 to 1.
 */
typedef struct
{
  double x, y, ux, uy;
} AgAlignment;

/**
 * ag_alignment_from_eyes:
 *
 * Returns: %FALSE, and @alignment unchanged, if the eyes are closer than half a pixel, very far
 *   outside any photo, or not finite
 */
bool ag_alignment_from_eyes (const AgEyes *eyes, AgAlignment *alignment);

/**
 * ag_alignment_from_centre:
 *
 * The largest centred upright square of a photo that is @width by @height.
 */
void ag_alignment_from_centre (int width, int height, AgAlignment *alignment);

/**
 * ag_alignment_get_eyes:
 *
 * Where the eyes would be; the inverse of ag_alignment_from_eyes().
 */
void ag_alignment_get_eyes (const AgAlignment *alignment, AgEyes *eyes);

/**
 * ag_eyes_equal:
 *
 * Returns: whether they are exactly in the same places
 */
bool ag_eyes_equal (const AgEyes *a, const AgEyes *b);

/**
 * ag_eyes_fill_square:
 *
 * Whether a photo is a face square already, such as an aligned picture of a data set: square, and
 * @eyes, which a finder saw in it, where the square has them. A finder is off by up to 3.5 % of the
 * square's side.
 */
bool ag_eyes_fill_square (const AgEyes *eyes, const AgImage *photo);

/**
 * ag_alignment_get_side:
 *
 * Returns: side of the square in pixels of the photo
 */
double ag_alignment_get_side (const AgAlignment *alignment);

void ag_alignment_to_photo (const AgAlignment *alignment, double u, double v, double *x, double *y);
void
ag_alignment_to_square (const AgAlignment *alignment, double x, double y, double *u, double *v);

/**
 * ag_alignment_get_outside:
 *
 * Returns: the share of the square, 0 to 1, that lies outside a photo of @width by @height; there
 *   a crop is reflected
 */
double ag_alignment_get_outside (const AgAlignment *alignment, int width, int height);

/**
 * ag_alignment_crop:
 * @size: pixels, 1 to 4096
 *
 * The face square as a picture: bicubic at two or more samples per pixel of the photo and the
 * crop, then averaged; the photo is reflected at its borders.
 *
 * Returns: (transfer full): @size by @size
 */
AgImage *ag_alignment_crop (const AgAlignment *alignment, AgImage *photo, int size);

G_END_DECLS
