/* ag-image-sheet.h: pictures side by side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For any thread.
 */
#pragma once

#include "ag-image.h"

G_BEGIN_DECLS

/**
 * ag_image_sheet:
 * @images: (array length=n): all of one size
 * @n: at least 1
 * @columns: how many stand in a row
 * @gap: white pixels between them
 *
 * Returns: (transfer full): the sheet, or %NULL with @error if it would be too large for a picture
 */
AgImage *ag_image_sheet (AgImage *const *images, guint n, guint columns, int gap, GError **error);

G_END_DECLS
