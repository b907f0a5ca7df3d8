/* ag-history-popover.h: the steps of the edit, to go back and forth in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-session.h"

G_BEGIN_DECLS

#define AG_TYPE_HISTORY_POPOVER (ag_history_popover_get_type ())
G_DECLARE_FINAL_TYPE (AgHistoryPopover, ag_history_popover, AG, HISTORY_POPOVER, GtkPopover)

/**
 * ag_history_popover_set_session:
 * @session: (nullable):
 */
void ag_history_popover_set_session (AgHistoryPopover *self, AgEditSession *session);

G_END_DECLS
