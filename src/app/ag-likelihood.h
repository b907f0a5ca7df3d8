/* ag-likelihood.h: how likely the face is to the model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A bar and a number, live while a slider is dragged.
 */
#pragma once

#include <gtk/gtk.h>

#include "ag-edit-session.h"

G_BEGIN_DECLS

#define AG_TYPE_LIKELIHOOD (ag_likelihood_get_type ())
G_DECLARE_FINAL_TYPE (AgLikelihood, ag_likelihood, AG, LIKELIHOOD, GtkBox)

/**
 * ag_likelihood_set_session:
 * @session: (nullable):
 */
void ag_likelihood_set_session (AgLikelihood *self, AgEditSession *session);

/**
 * ag_likelihood_set_narrow:
 * @narrow: whether there is room for the percentage only
 */
void ag_likelihood_set_narrow (AgLikelihood *self, gboolean narrow);

G_END_DECLS
