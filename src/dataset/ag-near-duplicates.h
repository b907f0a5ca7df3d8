/* ag-near-duplicates.h: pictures that are the same to the eye
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A picture that is there twice, saved again, resized or a little brighter, weighs twice in
 * training, and one that is both trained on and held out makes the held-out number too good. Each
 * picture is shrunk to a small grey one. 256 bits say where that becomes brighter from left to
 * right; two pictures that share one of sixteen groups of these bits are compared number by number.
 */
#pragma once

#include "ag-image.h"

G_BEGIN_DECLS

#define AG_LOOK_WIDTH  17
#define AG_LOOK_HEIGHT 16
#define AG_LOOK_BITS   256

/**
 * AgPictureLook:
 * @grey: the small picture, its mean subtracted and its contrast made equal
 * @colour: mean red, green and blue
 * @bits: see above
 *
 * What a picture looks like, in 340 bytes.
 */
typedef struct
{
  gint8 grey[AG_LOOK_WIDTH * AG_LOOK_HEIGHT];
  guint8 colour[3];
  guint8 bits[AG_LOOK_BITS / 8];
} AgPictureLook;

/**
 * ag_picture_look_init:
 *
 * Any thread.
 */
void ag_picture_look_init (AgPictureLook *look, AgImage *image);

/**
 * ag_picture_look_is_near:
 *
 * Returns: whether two pictures are the same to the eye
 */
gboolean ag_picture_look_is_near (const AgPictureLook *a, const AgPictureLook *b);

/**
 * ag_near_duplicates_find:
 * @looks: (array length=n):
 * @valid: (array length=n): those that are to be compared
 * @twins: (out) (array length=n): for each the first of those before it that it is near to; -1
 */
void ag_near_duplicates_find (const AgPictureLook *looks, const gboolean *valid, int n, int *twins);

G_END_DECLS
