/* ag-edit-tools.h: what is done on the photo itself: pointing, pulling, brushing, overlays
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Listens to the canvas, and moves sliders of the panel. The hint says what acts under the pointer.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-canvas.h"
#include "ag-edit-panel.h"
#include "ag-edit-session.h"

G_BEGIN_DECLS

typedef struct AgEditTools AgEditTools;

typedef enum
{
  AG_EDIT_BRUSH_OFF,
  AG_EDIT_BRUSH_PAINT,
  AG_EDIT_BRUSH_ERASE,
} AgEditBrush;

/* Which overlay, besides the levels of surprise from 0. */
enum
{
  AG_EDIT_OVERLAY_NONE = -3,
  AG_EDIT_OVERLAY_INFLUENCE = -2,
  AG_EDIT_OVERLAY_SURPRISE = -1,
};

/**
 * ag_edit_tools_new:
 * @hint: (transfer none): as long as the tools live, like the others
 */
AgEditTools *ag_edit_tools_new (AgCanvas *canvas, AgEditPanel *panel, GtkLabel *hint);
void ag_edit_tools_free (AgEditTools *self);

void ag_edit_tools_set_session (AgEditTools *self, AgEditSession *session);

/**
 * ag_edit_tools_set_brief:
 * @brief: whether the hint has to do with few words, from the next one on
 */
void ag_edit_tools_set_brief (AgEditTools *self, gboolean brief);

/**
 * ag_edit_tools_set_brush:
 * @size: its radius as a share of the face square's side
 */
void ag_edit_tools_set_brush (AgEditTools *self, AgEditBrush brush, double size);

/**
 * ag_edit_tools_set_overlay:
 * @overlay: one of the above, or a level
 */
void ag_edit_tools_set_overlay (AgEditTools *self, int overlay);

/**
 * ag_edit_tools_offer_faces:
 * @offer: whether to frame the faces that were found in the photo, to choose one
 */
void ag_edit_tools_offer_faces (AgEditTools *self, gboolean offer);

/**
 * ag_edit_tools_new_overlay_menu:
 * @n_levels: of the model, each of which has a map of surprise
 *
 * Returns: (transfer full): of the action win.overlay
 */
GMenuModel *ag_edit_tools_new_overlay_menu (guint n_levels);

G_END_DECLS
