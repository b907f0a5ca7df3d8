/* ag-grey-photo.h: black-and-white photos for models of colour photos
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model learns few faces without colour, and what moves one in colour tears those apart: under
 * strong sliders their shading fades to an even grey. So a grey face is given to the model in the
 * colours that faces of its brightness have, and of what an edit changes only the brightness is
 * put back: the photo stays grey.
 *
 * How well that works, with one of the bundled models and 8 black-and-white portraits: of the
 * standard deviation of brightness in the middle of the face, Young at 1.5, or where it ends,
 * leaves 52 to 97 % without this and 81 to 109 % with it, Smiling leaves 104 to 131 % and 98 to
 * 114 %. Eight faces in colour keep 95 to 125 %.
 */
#pragma once

#include "ag-codec.h"
#include "ag-image.h"

G_BEGIN_DECLS

/**
 * ag_grey_photo_values:
 * @face: in the model's size
 * @x: (out) (array): [height][width][channels], as from ag_codec_values_from_image()
 *
 * The numbers of a face in a photo for the model to encode. For any thread.
 *
 * Returns: whether the face is grey and the model's pictures are not: it has been given colours
 */
gboolean ag_grey_photo_values (const AgGlowConfig *config, AgImage *face, float *x);

/**
 * ag_grey_photo_difference:
 * @rgb: (inout) (array): [n_pixels][3]: what an edit changes; then what it changes of a grey photo
 *
 * For any thread.
 */
void ag_grey_photo_difference (float *rgb, gsize n_pixels);

/**
 * ag_grey_photo_fade:
 * @image: 8 bits per number
 * @share: 0 to 1: how much of its colours is taken away
 *
 * For any thread.
 *
 * Returns: (transfer full): @image itself, referenced, if @share is 0
 */
AgImage *ag_grey_photo_fade (AgImage *image, double share);

G_END_DECLS
