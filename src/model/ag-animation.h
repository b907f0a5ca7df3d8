/* ag-animation.h: animated WebP, through libwebp's encoder of animations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     g_autoptr (AgAnimation) film = ag_animation_new (64, 64, 90, error);
 *     ag_animation_add (film, image, 40, error);           // once for each frame
 *     return ag_animation_save (film, file, error);
 *
 * One AgAnimation belongs to one thread at a time. Errors name the file where there is one.
 */
#pragma once

#include "ag-image.h"

G_BEGIN_DECLS

typedef struct AgAnimation AgAnimation;

/**
 * ag_animation_new:
 * @width: 1 to 16383 pixels
 * @height: likewise
 * @quality: 1 to 100, of which the last is lossless
 *
 * It is repeated for ever.
 *
 * Returns: (transfer full): or %NULL with @error if there is no memory for it
 */
AgAnimation *ag_animation_new (int width, int height, int quality, GError **error);

/**
 * ag_animation_add:
 * @image: of the animation's size
 * @milliseconds: that it is shown
 */
gboolean ag_animation_add (AgAnimation *self, AgImage *image, guint milliseconds, GError **error);

/**
 * ag_animation_save:
 *
 * Writes what was added, at least one frame, in place of @file as a whole. Call it once, last.
 */
gboolean ag_animation_save (AgAnimation *self, GFile *file, GError **error);

void ag_animation_free (AgAnimation *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgAnimation, ag_animation_free)

G_END_DECLS
