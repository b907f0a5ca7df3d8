/* ag-thumbnail.h: a face on the shelf, small
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-face.h"

G_BEGIN_DECLS

#define AG_TYPE_THUMBNAIL (ag_thumbnail_get_type ())
G_DECLARE_FINAL_TYPE (AgThumbnail, ag_thumbnail, AG, THUMBNAIL, GtkWidget)

GtkWidget *ag_thumbnail_new (void);

/**
 * ag_thumbnail_set_face:
 * @face: (nullable):
 */
void ag_thumbnail_set_face (AgThumbnail *self, AgEditFace *face);

G_END_DECLS
