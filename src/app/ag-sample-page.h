/* ag-sample-page.h: the Sample view: a grid of faces drawn from a seed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals: `edit` and `blend` (AgEditFace): a face has been put on the shelf and is to be shown
 * there; `message` (char *): something to say in a toast.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-sample-session.h"

G_BEGIN_DECLS

#define AG_TYPE_SAMPLE_PAGE (ag_sample_page_get_type ())
G_DECLARE_FINAL_TYPE (AgSamplePage, ag_sample_page, AG, SAMPLE_PAGE, GtkWidget)

/**
 * ag_sample_page_set_session:
 * @session: (nullable): the window's; the page makes a sample session of its own of it
 */
void ag_sample_page_set_session (AgSamplePage *self, AgEditSession *session);
AgSampleSession *ag_sample_page_get_samples (AgSamplePage *self);

/**
 * ag_sample_page_save:
 * @sheet: whether all faces are meant, and not the chosen one
 *
 * Asks where to, and exports.
 */
void ag_sample_page_save (AgSamplePage *self, gboolean sheet);

G_END_DECLS
