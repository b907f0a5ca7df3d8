/* ag-likelihood-view.h: how likely the face is to the model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bar and a number, live while a slider is dragged.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-session.h"

G_BEGIN_DECLS

#define AG_TYPE_LIKELIHOOD_VIEW (ag_likelihood_view_get_type ())
G_DECLARE_FINAL_TYPE (AgLikelihoodView, ag_likelihood_view, AG, LIKELIHOOD_VIEW, GtkBox)

/**
 * ag_likelihood_view_set_session:
 * @session: (nullable):
 */
void ag_likelihood_view_set_session (AgLikelihoodView *self, AgEditSession *session);

/**
 * ag_likelihood_view_set_narrow:
 * @narrow: whether there is room for the percentage only
 */
void ag_likelihood_view_set_narrow (AgLikelihoodView *self, gboolean narrow);

G_END_DECLS
