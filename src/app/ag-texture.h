/* ag-texture.h: between pictures and GDK's textures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gdk/gdk.h>

#include "ag-image.h"

G_BEGIN_DECLS

/**
 * ag_texture_new:
 *
 * Shares the pixels, which are immutable. For any thread.
 *
 * Returns: (transfer full):
 */
GdkTexture *ag_texture_new (AgImage *image);

/**
 * ag_texture_to_image_async:
 *
 * Converts a texture from a drop or the clipboard, what is transparent over white, on a thread.
 */
void ag_texture_to_image_async (GdkTexture *texture,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);

/**
 * ag_texture_to_image_finish:
 *
 * Returns: (transfer full): or %NULL with @error
 */
AgImage *ag_texture_to_image_finish (GAsyncResult *result, GError **error);

G_END_DECLS
