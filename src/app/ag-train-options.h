/* ag-train-options.h: rows for the options of a training run
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "ag-trainer.h"

G_BEGIN_DECLS

typedef struct AgTrainOptionRows AgTrainOptionRows;

/**
 * ag_train_option_rows_new:
 * @expander: that gets the rows
 * @changed: called with @data when somebody has changed one
 */
AgTrainOptionRows *
ag_train_option_rows_new (AdwExpanderRow *expander, void (*changed) (gpointer data), gpointer data);
void ag_train_option_rows_free (AgTrainOptionRows *self);

/**
 * ag_train_option_rows_show:
 *
 * Shows the values of @options, all of which are set; does not call "changed".
 */
void ag_train_option_rows_show (AgTrainOptionRows *self, const AgTrainerOptions *options);

/**
 * ag_train_option_rows_set_has_classes:
 * @has_classes: whether the pictures have classes, so that a model can have a prior for each
 */
void ag_train_option_rows_set_has_classes (AgTrainOptionRows *self, gboolean has_classes);

/**
 * ag_train_option_rows_take:
 *
 * Sets what the rows say in @options.
 */
void ag_train_option_rows_take (AgTrainOptionRows *self, AgTrainerOptions *options);

G_END_DECLS
