/* ag-photo-tray.h: a box that photos are dropped into
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Property: `title`. Signal: `changed`.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AG_TYPE_PHOTO_TRAY (ag_photo_tray_get_type ())
G_DECLARE_FINAL_TYPE (AgPhotoTray, ag_photo_tray, AG, PHOTO_TRAY, GtkWidget)

/**
 * ag_photo_tray_add:
 *
 * Adds a photo, or those of a folder, unless they are there.
 */
void ag_photo_tray_add (AgPhotoTray *self, GFile *file);

/**
 * ag_photo_tray_get_files:
 *
 * Returns: (transfer none) (element-type GFile):
 */
GPtrArray *ag_photo_tray_get_files (AgPhotoTray *self);

G_END_DECLS
