/* ag-looks-popover.h: named sets of slider values, to save, apply and delete
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals: `problem` (char *): a sentence to show; `folder-wanted` (AgLook *): a look is to be
 * applied to a folder, which is to be asked for; `deleted` (AgLook *): one was, and may come back.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-session.h"
#include "ag-look.h"

G_BEGIN_DECLS

#define AG_TYPE_LOOKS_POPOVER (ag_looks_popover_get_type ())
G_DECLARE_FINAL_TYPE (AgLooksPopover, ag_looks_popover, AG, LOOKS_POPOVER, GtkPopover)

/**
 * ag_looks_popover_set_session:
 * @session: (nullable):
 */
void ag_looks_popover_set_session (AgLooksPopover *self, AgEditSession *session);

/**
 * ag_looks_popover_save:
 *
 * Keeps a look, in place of one of the same name; if that fails, `problem` says so.
 */
void ag_looks_popover_save (AgLooksPopover *self, const AgLook *look);

G_END_DECLS
