/* ag-class-row.h: which class of a class-conditional model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A name and a list of classes. It is there only while the model has classes.
 *
 * Signal: `chosen` when somebody has chosen another (not when it was set).
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-model.h"

G_BEGIN_DECLS

#define AG_TYPE_CLASS_ROW (ag_class_row_get_type ())
G_DECLARE_FINAL_TYPE (AgClassRow, ag_class_row, AG, CLASS_ROW, GtkBox)

GtkWidget *ag_class_row_new (void);

/**
 * ag_class_row_set_model:
 * @model: (nullable): whose classes are shown; without any the row is hidden
 * @automatic: (nullable): what comes first in the list and stands for the class -1
 */
void ag_class_row_set_model (AgClassRow *self, AgModel *model, const char *automatic);

/**
 * ag_class_row_set_class:
 *
 * Shows a class, or -1, without emitting `chosen`.
 */
void ag_class_row_set_class (AgClassRow *self, int class_label);
int ag_class_row_get_class (AgClassRow *self);

G_END_DECLS
