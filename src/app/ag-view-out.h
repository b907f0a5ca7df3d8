/* ag-view-out.h: what a view says of what leaves it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For Blend and Sample, which have a signal "message" for words and others for faces.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-session.h"

G_BEGIN_DECLS

/**
 * ag_view_out_kept:
 * @signal: whose handler is to get the face; "message" for one that is only to be on the shelf
 * @face: (nullable): that has been put on the shelf
 * @error: (nullable): why there is none
 */
void ag_view_out_kept (GtkWidget *view, const char *signal, AgEditFace *face, const GError *error);

/**
 * ag_view_out_exported:
 * @name: of the file
 * @error: (nullable): why it has not been written
 */
void ag_view_out_exported (GtkWidget *view, const char *name, const GError *error);

G_END_DECLS
