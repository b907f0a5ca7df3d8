/* ag-train-facts.h: the numbers of a training run in tiles
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-train-run.h"

G_BEGIN_DECLS

#define AG_TRAIN_N_FACTS 10

/**
 * ag_train_facts_add:
 * @labels: (out) (array fixed-size=8): those that show the numbers
 *
 * Adds a tile for each number.
 */
void ag_train_facts_add (GtkFlowBox *box_of_facts, GtkLabel **labels);

void ag_train_facts_show (GtkLabel **labels, AgTrainRun *run);

G_END_DECLS
