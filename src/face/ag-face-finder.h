/* ag-face-finder.h: finding faces and their eyes in a photo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The frontal-face and eye cascades (Viola & Jones 2001) of OpenCV's opencv-data, behind C. A
 * build option (`face_finder`): without it ag_face_finder_new() fails with
 * G_IO_ERROR_NOT_SUPPORTED and a person places the eyes.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "ag-alignment.h"
#include "ag-image.h"

G_BEGIN_DECLS

/**
 * AgFace:
 * @x: left edge of the face's box in pixels of the photo
 * @y: its top edge
 * @width: of the box
 * @height: of the box
 * @eyes: where the eyes are
 * @eyes_found: whether both eyes were seen; otherwise they are where they are in most faces
 * @support: how many overlapping detections agree
 */
typedef struct
{
  double x, y, width, height;
  AgEyes eyes;
  bool eyes_found;
  int support;
} AgFace;

typedef struct AgFaceFinder AgFaceFinder;

/**
 * ag_face_finder_is_supported:
 *
 * Returns: whether this build can find faces
 */
bool ag_face_finder_is_supported (void);

/**
 * ag_face_finder_new:
 *
 * Loads the cascades, which takes a few tens of milliseconds. A finder belongs to one thread at a
 * time.
 *
 * Returns: (transfer full): or %NULL with @error, for example if opencv-data is not installed
 */
AgFaceFinder *ag_face_finder_new (GError **error);
void ag_face_finder_free (AgFaceFinder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgFaceFinder, ag_face_finder_free)

/**
 * ag_face_finder_find:
 *
 * Returns: (transfer full) (element-type AgFace): all faces of a photo, perhaps none; those with
 *   both eyes seen come first, and of those the largest. Or %NULL with @error
 */
GArray *ag_face_finder_find (AgFaceFinder *self, AgImage *photo, GError **error);

G_END_DECLS
