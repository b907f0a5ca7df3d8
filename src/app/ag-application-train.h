/* ag-application-train.h: training that outlives the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-train-session.h"

G_BEGIN_DECLS

typedef struct AgApplicationTrain AgApplicationTrain;

/**
 * ag_application_train_new:
 * @application: is kept running while a run trains, and tells when one has ended
 *
 * Looks for runs in the user's data folder.
 *
 * Returns: (transfer full):
 */
AgApplicationTrain *ag_application_train_new (GtkApplication *application);

/**
 * ag_application_train_free:
 *
 * Saves what trains.
 */
void ag_application_train_free (AgApplicationTrain *self);

/**
 * ag_application_train_get_session:
 *
 * Returns: (transfer none) (nullable): %NULL if there was no thread to be had
 */
AgTrainSession *ag_application_train_get_session (AgApplicationTrain *self);

/**
 * ag_application_train_quit:
 *
 * From now on training does not keep the program running.
 */
void ag_application_train_quit (AgApplicationTrain *self);

G_END_DECLS
