/* ag-direction-change.h: how far a face can be moved until its picture has changed too much
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same way along a direction changes one face a little and another beyond recognition: a
 * portrait in soft light has little contrast, and what is drawn over it weighs the more. How much
 * that is tells the faces that break from those that do not better than how far they were moved. So
 * whoever makes a model can say of each side of a direction by how much a picture may change, and
 * for each face it is found out how far that leads.
 *
 * All functions may be called from any thread.
 */
#pragma once

#include <gio/gio.h>

#include "ag-codec.h"
#include "ag-direction-reach.h"
#include "ag-direction.h"

G_BEGIN_DECLS

/**
 * ag_direction_change:
 * @before: (array): a decoded image
 * @after: (array): the same, edited
 *
 * The root mean square of the change of brightness (ITU-R BT.709), relative to the standard
 * deviation that brightness has in @before, both of where the face is in a crop with hair around
 * it: columns from 7/32 to 25/32 of the width, rows from 11/32 to 29/32 of the height.
 *
 * Returns: 0 for no change; INFINITY where there was nothing to compare with
 */
double ag_direction_change (const AgGlowConfig *config, const float *before, const float *after);

/**
 * ag_direction_find_ends:
 * @codec: of the model of @set; not used by anybody else meanwhile
 * @set: without locks
 * @classes: (nullable) (array length=1): of the face, for a class-conditional model
 * @eps: (array): N numbers: a face
 * @temperature: of the face: of all levels of @eps
 * @base: (array): what @eps decodes to at that
 * @ends: (out) (array): of each direction for this face
 * @cancel: (nullable): see ag_codec_decode()
 *
 * Those of ag_direction_set_get_ends(), or nearer: where the picture changes by 0.92 to 1 times the
 * attribute's most_change_down and most_change_up. Takes one decode for each side that has one, or
 * two or three if that is its end, and none for others. Rounded to hundredths, towards 0.
 *
 * Returns: %FALSE with @error, for example when cancelled
 */
gboolean ag_direction_find_ends (AgCodec *codec,
                                 const AgDirectionSet *set,
                                 const int *classes,
                                 const float *eps,
                                 double temperature,
                                 const float *base,
                                 AgDirectionEnds *ends,
                                 const atomic_bool *cancel,
                                 GError **error);

G_END_DECLS
