/* ag-patch-add.h: the kernel that adds a difference to pixels
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to this folder: shared by ag_patch_apply() and views.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

G_BEGIN_DECLS

/**
 * AgPatchMap:
 * @u: of the centre of the first pixel in the face square
 * @v: likewise
 * @u_x: change of u from one pixel to the next in a row; v changes by -@u_y
 * @u_y: change of u from one row to the next; v changes by @u_x
 *
 * From pixels to the face square of side 1: the inverse of an AgAlignment, at the middle of pixels.
 */
typedef struct
{
  double u, v, u_x, u_y;
} AgPatchMap;

/**
 * AgPatchChange:
 * @difference: (array): [size][size][3] in the model's units; numbers that are not finite count as
 *   zero
 * @size: the model's
 * @mask: (nullable): where it is added, see ag-mask.h
 */
typedef struct
{
  const float *difference;
  int size;
  const guint8 *mask;
} AgPatchChange;

/**
 * ag_patch_difference_is_zero:
 * @difference: (array): [size][size][3]
 */
bool ag_patch_difference_is_zero (const float *difference, int size);

/**
 * ag_patch_add:
 * @rgb: (inout) (array): [height][width][3]; those inside the square are changed
 * @deep: whether they are guint16 instead of bytes
 * @finest: nodes per pixel of the model at most, between which the result is bilinear. The error
 *   against true bicubic is below 1/(2 finest²) of a difference that alternates from one pixel of
 *   the model to the next, and far less for what models draw: 4 for a view, 16 for an export.
 */
void ag_patch_add (void *rgb,
                   bool deep,
                   int width,
                   int height,
                   const AgPatchMap *map,
                   const AgPatchChange *change,
                   int finest);

G_END_DECLS
