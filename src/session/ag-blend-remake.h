/* ag-blend-remake.h: a blend made again from its receipt
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-blend-receipt.h"

G_BEGIN_DECLS

/**
 * ag_blend_remake:
 * @engine: belongs to the caller meanwhile
 * @photos: (array): of each face that is in one, in the order of the faces; %NULL for the others
 * @name: of the picture, for errors
 *
 * Fails with G_IO_ERROR_INVALID_DATA if the model or a photo is not such as the receipt needs, or
 * if the receipt does not say what a face was made from.
 *
 * Returns: (transfer full): the picture that the receipt was in
 */
AgImage *ag_blend_remake (AgEditEngine *engine,
                          const AgBlendReceipt *receipt,
                          AgImage *const *photos,
                          const char *name,
                          const atomic_bool *cancel,
                          GError **error);

G_END_DECLS
