/* ag-edit-render.h: an edit of a photo from beginning to end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the edit session does step by step, in one call: for the command line, for looks that are
 * given to many photos, and for making a picture again from its receipt.
 */
#pragma once

#include "ag-codec.h"
#include "ag-receipt.h"

G_BEGIN_DECLS

/**
 * AgEditRecipe:
 * @values: (array): per attribute
 * @locked: (array): per attribute
 * @strength: (array): per level
 * @temperature: (array): per level
 * @classes: (nullable) (array length=1): the photo's class
 * @mask: (nullable): where the edit acts
 * @coarse_mask: whether it acts at the model's resolution, as in older versions of this program
 * @drawn: (nullable) (array): is filled with the slider values that were drawn: some may have ended
 *   for this face, see ag_direction_find_ends()
 *
 * What is to be done to a face. Belongs to the caller; nothing in it is owned.
 */
typedef struct
{
  const double *values;
  const bool *locked;
  const double *strength;
  const double *temperature;
  const int *classes;
  GBytes *mask;
  bool coarse_mask;
  double *drawn;
} AgEditRecipe;

/**
 * ag_edit_find_class:
 * @class_label: (out): the one that the face is likeliest under; -1 for a model without classes
 */
gboolean ag_edit_find_class (AgCodec *codec,
                             AgImage *photo,
                             const AgAlignment *alignment,
                             int *class_label,
                             const atomic_bool *cancel,
                             GError **error);

/**
 * ag_edit_render:
 * @codec: of a model of square pictures
 * @name: of the photo, for errors
 * @bits_per_dim: (out): of the unedited face
 *
 * Fails with %AG_MODEL_ERROR_FLOW if the model cannot draw an edit this strong, and says how much
 * of it it can.
 *
 * Returns: (transfer full): the edited photo; @photo itself, referenced, if the recipe changes
 *   nothing
 */
AgImage *ag_edit_render (AgCodec *codec,
                         AgImage *photo,
                         const AgAlignment *alignment,
                         const AgEditRecipe *recipe,
                         const char *name,
                         double *bits_per_dim,
                         const atomic_bool *cancel,
                         GError **error);

/**
 * ag_edit_render_receipt:
 * @receipt: what it says of model and photo is not looked at but for the photo's size
 *
 * The same from a receipt. Fails with G_IO_ERROR_INVALID_DATA if the model has not the attributes
 * that it names, or the photo another size.
 */
AgImage *ag_edit_render_receipt (AgCodec *codec,
                                 AgImage *photo,
                                 const AgReceipt *receipt,
                                 const char *name,
                                 const atomic_bool *cancel,
                                 GError **error);

G_END_DECLS
