/* ag-face-tile.h: a face in a grid
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A square that fills what it is given, with the face's picture in it, or a grey ground until there
 * is one; dimmed where what is shown is not what was asked for.
 *
 * Signal: `resized` (int): how many device pixels a side there are now.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-image.h"

G_BEGIN_DECLS

#define AG_TYPE_FACE_TILE (ag_face_tile_get_type ())
G_DECLARE_FINAL_TYPE (AgFaceTile, ag_face_tile, AG, FACE_TILE, GtkWidget)

GtkWidget *ag_face_tile_new (void);

/**
 * ag_face_tile_set_image:
 * @image: (nullable):
 */
void ag_face_tile_set_image (AgFaceTile *self, AgImage *image);
void ag_face_tile_set_dimmed (AgFaceTile *self, gboolean dimmed);

/**
 * ag_face_tile_set_caption:
 * @caption: what assistive technologies and the tooltip say
 */
void ag_face_tile_set_caption (AgFaceTile *self, const char *caption);

G_END_DECLS
