/* ag-edit-page.h: the Edit view: shelf, photo, sliders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arranged by an AgViewLayout.
 *
 * Properties: `adjusting`, whether the handles on the eyes are shown; `comparing`, whether the
 * original is; `split`, whether it is beside the edited picture; `brushing`, whether the
 * brush is out; `choosing`, whether the photo's faces are offered; `overlay`, what is drawn over
 * the photo.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-canvas.h"
#include "ag-edit-panel.h"
#include "ag-edit-session.h"

G_BEGIN_DECLS

#define AG_TYPE_EDIT_PAGE (ag_edit_page_get_type ())
G_DECLARE_FINAL_TYPE (AgEditPage, ag_edit_page, AG, EDIT_PAGE, GtkWidget)

void ag_edit_page_set_session (AgEditPage *self, AgEditSession *session);

gboolean ag_edit_page_get_adjusting (AgEditPage *self);
void ag_edit_page_set_adjusting (AgEditPage *self, gboolean adjusting);
void ag_edit_page_set_comparing (AgEditPage *self, gboolean comparing);
void ag_edit_page_set_split (AgEditPage *self, gboolean split);
void ag_edit_page_set_brushing (AgEditPage *self, gboolean brushing);
void ag_edit_page_set_choosing (AgEditPage *self, gboolean choosing);

/**
 * ag_edit_page_set_overlay:
 * @overlay: as in ag_edit_tools_set_overlay()
 */
void ag_edit_page_set_overlay (AgEditPage *self, int overlay);

/**
 * ag_edit_page_leave_mode:
 *
 * Puts away the handles on the eyes, the brush and the frames around the faces.
 *
 * Returns: whether one of them was out
 */
gboolean ag_edit_page_leave_mode (AgEditPage *self);

AgCanvas *ag_edit_page_get_canvas (AgEditPage *self);
AgEditPanel *ag_edit_page_get_panel (AgEditPage *self);

/**
 * ag_edit_page_show_panel:
 *
 * Unfolds the panel, which in a narrow window may be folded away.
 */
void ag_edit_page_show_panel (AgEditPage *self);

G_END_DECLS
