/* ag-window.h: the main window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "ag-blend-page.h"
#include "ag-edit-page.h"
#include "ag-edit-session.h"
#include "ag-sample-page.h"
#include "ag-train-page.h"
#include "ag-train-session.h"

G_BEGIN_DECLS

#define AG_TYPE_WINDOW (ag_window_get_type ())
G_DECLARE_FINAL_TYPE (AgWindow, ag_window, AG, WINDOW, AdwApplicationWindow)

AgWindow *ag_window_new (GtkApplication *application);

/**
 * ag_window_load_model:
 *
 * Opens a model; until it is there, and if it cannot be read, a page says so.
 */
void ag_window_load_model (AgWindow *self, GFile *file);

/**
 * ag_window_open_file:
 * @file: a photo, or a model by its extension
 */
void ag_window_open_file (AgWindow *self, GFile *file);

/**
 * ag_window_set_recovery_folder:
 *
 * Keeps what is being edited there, and offers what a crash has left.
 */
void ag_window_set_recovery_folder (AgWindow *self, GFile *folder);

AgEditSession *ag_window_get_session (AgWindow *self);
AgEditPage *ag_window_get_edit_page (AgWindow *self);
AgBlendPage *ag_window_get_blend_page (AgWindow *self);
AgSamplePage *ag_window_get_sample_page (AgWindow *self);

/**
 * ag_window_set_train_session:
 * @session: (nullable): whose runs the Train view shows
 */
void ag_window_set_train_session (AgWindow *self, AgTrainSession *session);
AgTrainPage *ag_window_get_train_page (AgWindow *self);

/**
 * ag_window_get_last_toast:
 *
 * Returns: (transfer none) (nullable): what the latest toast said
 */
const char *ag_window_get_last_toast (AgWindow *self);

G_END_DECLS
