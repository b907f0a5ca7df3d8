/* ag-frame-cache.h: decoded pictures that are kept, up to a size
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A frame is what one latent decodes to. It is kept under a key that says how that latent is made,
 * so that the same picture is never computed twice as long as there is room; then the one that was
 * used least recently goes.
 *
 * Everything here belongs to the thread that made the cache, but the values of a frame, which are
 * immutable, for any thread.
 */
#pragma once

#include <glib.h>

#include "ag-sanity.h"

G_BEGIN_DECLS

/**
 * AgFrame:
 * @values: N floats, decoded
 * @sanity: whether they are a picture
 * @bits_per_dim: how likely it is; NaN until that has been computed
 */
typedef struct
{
  GBytes *values;
  AgSanity sanity;
  double bits_per_dim;
  guint ref_count;
} AgFrame;

AgFrame *ag_frame_new (GBytes *values, AgSanity sanity);
AgFrame *ag_frame_ref (AgFrame *frame);
void ag_frame_unref (AgFrame *frame);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgFrame, ag_frame_unref)

/* What a cache holds unless told otherwise: 85 frames of 256 × 256 pixels, 1365 of 64 × 64. */
#define AG_FRAME_CACHE_SIZE (64u * 1024 * 1024)

typedef struct AgFrameCache AgFrameCache;

/**
 * ag_frame_cache_new:
 * @max_size: bytes of values that are kept at most; a frame larger than that is not kept
 */
AgFrameCache *ag_frame_cache_new (gsize max_size);
void ag_frame_cache_free (AgFrameCache *self);

/**
 * ag_frame_cache_get:
 *
 * Returns: (transfer none) (nullable): valid until the next call that adds one
 */
AgFrame *ag_frame_cache_get (AgFrameCache *self, GBytes *key);
void ag_frame_cache_add (AgFrameCache *self, GBytes *key, AgFrame *frame);
void ag_frame_cache_clear (AgFrameCache *self);

/**
 * ag_frame_cache_get_size:
 *
 * Returns: bytes of values that are kept now
 */
gsize ag_frame_cache_get_size (AgFrameCache *self);

G_END_DECLS
