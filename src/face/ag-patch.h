/* ag-patch.h: putting an edit back into the photograph
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the model changed, decode(z') − decode(z), is a small picture of differences. It is
 * resampled (bicubic, Catmull & Rom 1974) to where the face square lies in the photo, fades out
 * towards the square's edge, and is added to the photo's own pixels. So detail finer than the
 * model stays, and pixels outside the square are never touched.
 */
#pragma once

#include <glib.h>

#include "ag-alignment.h"
#include "ag-image.h"

G_BEGIN_DECLS

/* The difference fades in over this share of the square's side: wide enough that a backdrop which
 * got a little lighter shows no edge, and no wider than what lies around most faces. */
#define AG_PATCH_FEATHER 0.16

/**
 * ag_patch_apply:
 * @difference: (array): [size][size][3] in the model's units (1 is the range from black to white)
 * @size: the model's, 1 to 4096
 * @mask: (nullable): where the difference is added, see ag-mask.h; %NULL for everywhere
 *
 * A photo that is held in 16 bits is edited in those. May be called from any thread.
 *
 * Returns: (transfer full): the edited photo; @photo itself, referenced, if every difference is
 *   zero
 */
AgImage *ag_patch_apply (AgImage *photo,
                         const AgAlignment *alignment,
                         const float *difference,
                         int size,
                         GBytes *mask);

/**
 * AgPatchView:
 *
 * A part of a photo at the size it is shown at, ready to have differences added many times a
 * second. Immutable once made: any thread may render from it.
 */
typedef struct AgPatchView AgPatchView;

/**
 * ag_patch_view_new:
 * @x: left edge of the part, in pixels of the photo; may lie outside, then white shows
 * @y: its top edge
 * @scale: pixels of the view per pixel of the photo, more than 0
 * @width: of the view in pixels, 1 to 16384
 * @height: likewise
 *
 * Resamples the photo once (area-averaging or bicubic).
 *
 * Returns: (transfer full):
 */
AgPatchView *ag_patch_view_new (AgImage *photo,
                                const AgAlignment *alignment,
                                double x,
                                double y,
                                double scale,
                                int width,
                                int height);

AgPatchView *ag_patch_view_ref (AgPatchView *self);
void ag_patch_view_unref (AgPatchView *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgPatchView, ag_patch_view_unref)

int ag_patch_view_get_width (AgPatchView *self);
int ag_patch_view_get_height (AgPatchView *self);

/**
 * ag_patch_view_render:
 * @difference: (nullable) (array): [size][size][3] in the model's units; %NULL for none: the photo
 * @size: the model's
 * @mask: (nullable): as in ag_patch_apply()
 *
 * Returns: (transfer full): RGB, 8 bits each, without padding: width * height * 3 bytes
 */
GBytes *ag_patch_view_render (AgPatchView *self, const float *difference, int size, GBytes *mask);

G_END_DECLS
