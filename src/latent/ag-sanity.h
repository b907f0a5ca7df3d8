/* ag-sanity.h: whether a decoded picture is a picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A latent that was moved far from what the model has seen may decode to infinities or to glaring
 * blocks far outside the range of pixels, above all with affine couplings, where scales near zero
 * are divided by. Such a picture is not shown: the last sane one stays and the slider says where
 * the model ends.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "ag-flow.h"

G_BEGIN_DECLS

/**
 * AgSanity:
 * @AG_SANITY_GOOD: may be shown
 * @AG_SANITY_OUT_OF_RANGE: more than 1 % of the numbers lie beyond ±1, or one beyond
 *   ±%AG_SANITY_LIMIT
 * @AG_SANITY_NOT_FINITE: holds an infinity or NaN
 */
typedef enum
{
  AG_SANITY_GOOD,
  AG_SANITY_OUT_OF_RANGE,
  AG_SANITY_NOT_FINITE,
} AgSanity;

/* Pixels of photos are within ±0.5; single decoded values reach ±2 in pictures that look right. */
#define AG_SANITY_LIMIT 8.0f

/**
 * ag_sanity_check:
 * @x: (array length=n): a decoded image
 *
 * May be called from any thread.
 */
AgSanity ag_sanity_check (const float *x, gsize n);

/* Of the contrast there was: with less, features have faded. */
#define AG_SANITY_LEAST_CONTRAST 0.5

/**
 * ag_sanity_contrast:
 * @x: (array): a decoded image
 *
 * May be called from any thread.
 *
 * Returns: the standard deviation of brightness (ITU-R BT.709) in the middle half of the picture
 */
double ag_sanity_contrast (const AgGlowConfig *config, const float *x);

/**
 * AgSanityProbe:
 * @position: a slider position
 * @sane: (out): whether it decodes sanely
 *
 * Returns: %FALSE with @error to give up, for example when cancelled
 */
typedef gboolean (*AgSanityProbe) (double position, gpointer user_data, bool *sane, GError **error);

/**
 * ag_sanity_search:
 * @from: a position known to be sane
 * @to: how far to look, in either direction
 * @tolerance: positive; how exactly the end is to be known
 * @limit: (out): the largest position towards @to up to which every probe was sane; @to if all were
 *
 * Walks outward in eight equal steps until one is not sane, then bisects: a picture that breaks
 * and recovers further out is taken to end where it first breaks.
 */
gboolean ag_sanity_search (double from,
                           double to,
                           double tolerance,
                           AgSanityProbe probe,
                           gpointer user_data,
                           double *limit,
                           GError **error);

G_END_DECLS
