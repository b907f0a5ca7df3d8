/* ag-view-pixels.h: a part of a photo at the size it is shown at
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to this folder.
 */
#pragma once

#include "ag-image.h"

G_BEGIN_DECLS

/**
 * ag_view_pixels:
 * @x: left edge of the part in pixels of the photo
 * @y: its top edge
 * @scale: pixels of the result per pixel of the photo
 * @width: of the result
 * @height: likewise
 *
 * Averages over the photo's pixels when shrinking, bicubic when growing; the same pixels where a
 * part is shown one to one. White where there is no photo.
 *
 * Returns: (transfer full): width * height * 3 bytes
 */
GBytes *ag_view_pixels (AgImage *photo, double x, double y, double scale, int width, int height);

G_END_DECLS
