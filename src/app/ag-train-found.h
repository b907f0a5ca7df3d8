/* ag-train-found.h: what a folder of pictures holds, in rows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "ag-inspection.h"

G_BEGIN_DECLS

/**
 * AgTrainFound:
 * @found_row: how many pictures there are
 * @unreadable_row: those that cannot be read
 * @without_row: those without a face
 * @twins_row: those that look like others
 * @attributes_row: what is known of them
 * @classes_row: and of which class they are
 * @listed: of rows within these
 *
 * The rows belong to a dialog.
 */
typedef struct
{
  AdwActionRow *found_row;
  AdwExpanderRow *unreadable_row, *without_row, *twins_row, *attributes_row, *classes_row;
  GPtrArray *listed;
} AgTrainFound;

/**
 * ag_train_found_show:
 *
 * Fills the rows, and shows those that have something to tell.
 */
void ag_train_found_show (AgTrainFound *self, const AgInspection *inspection);

/**
 * ag_train_found_clear:
 *
 * Hides all of them but the first.
 */
void ag_train_found_clear (AgTrainFound *self);

/**
 * ag_train_set_row:
 * @subtitle: (nullable):
 *
 * Sets text that is no markup.
 */
void ag_train_set_row (AdwActionRow *row, const char *title, const char *subtitle);

G_END_DECLS
