/* ag-principal.h: the directions in which faces differ most
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/**
 * ag_principal_find:
 * @rows: (array): [n][n_dims]; the mean is subtracted in place
 * @n: rows, at least 2
 * @k: how many are wanted, 1 to 32; fewer than @n
 * @directions: (out) (array): [k][n_dims], of length 1, at right angles to each other
 * @deviations: (out) (array): [k]: of the rows along them, descending
 * @cancel: (nullable):
 *
 * Principal components by orthogonal iteration: the same numbers every time. Pure, any thread.
 *
 * Returns: %FALSE if cancelled
 */
gboolean ag_principal_find (float *rows,
                            guint n,
                            gsize n_dims,
                            guint k,
                            float *directions,
                            double *deviations,
                            const atomic_bool *cancel);

G_END_DECLS
