/* ag-blend-page.h: the Blend view: the way from one face to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals: `edit` (AgEditFace): a face has been put on the shelf and is to be edited; `message`
 * (char *): something to say in a toast.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-blend-session.h"

G_BEGIN_DECLS

#define AG_TYPE_BLEND_PAGE (ag_blend_page_get_type ())
G_DECLARE_FINAL_TYPE (AgBlendPage, ag_blend_page, AG, BLEND_PAGE, GtkWidget)

/**
 * ag_blend_page_set_session:
 * @session: (nullable): the window's; the page makes a blend session of its own of it
 */
void ag_blend_page_set_session (AgBlendPage *self, AgEditSession *session);
AgBlendSession *ag_blend_page_get_blend (AgBlendPage *self);

/**
 * ag_blend_page_save:
 * @still: whether it is the picture that is seen, and not what the panel says
 *
 * Asks where to, and exports.
 */
void ag_blend_page_save (AgBlendPage *self, gboolean still);

gboolean ag_blend_page_get_playing (AgBlendPage *self);

G_END_DECLS
