/* ag-face-crops.h: the faces of many photos, found once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finding a face takes about as long as many steps of training, so where the eyes are is written
 * down in the user's cache folder, a file for each folder of photos, and not looked for again until
 * the photo changes.
 *
 *     g_autoptr (AgFaceCrops) faces = ag_face_crops_new (&error);
 *     options.crop = ag_face_crops_get_crop (faces);
 *     dataset = ag_dataset_load (folder, &options, …);
 */
#pragma once

#include "ag-alignment.h"
#include "ag-dataset.h"
#include "ag-face-finder.h"

G_BEGIN_DECLS

typedef struct AgFaceCrops AgFaceCrops;

/**
 * ag_face_crops_new:
 *
 * Returns: (transfer full): or %NULL with @error, if faces cannot be found on this computer
 */
AgFaceCrops *ag_face_crops_new (GError **error);

/**
 * ag_face_crops_free:
 *
 * Writes down what has been found. That this could not be done is no error: it will be looked for
 * again.
 */
void ag_face_crops_free (AgFaceCrops *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgFaceCrops, ag_face_crops_free)

/**
 * ag_face_crops_get_crop:
 *
 * Returns: (transfer none): cuts out the largest face, levelled. A photo that is a levelled face
 *   already is taken as it is.
 */
const AgDatasetCrop *ag_face_crops_get_crop (AgFaceCrops *self);

/**
 * ag_face_align:
 * @finder: of this thread
 *
 * Returns: whether there is a face; @alignment is then where it is: the whole photo if that is a
 *   levelled face already
 */
gboolean ag_face_align (AgFaceFinder *finder, AgImage *photo, AgAlignment *alignment);

G_END_DECLS
