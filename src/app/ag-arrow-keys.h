/* ag-arrow-keys.h: which way an arrow key points
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ag_arrow_key_direction:
 * @keyval: of an arrow key of its own or of the number pad
 * @dx: (out): -1 to the left, 1 to the right, else 0
 * @dy: (out): -1 up, 1 down, else 0
 *
 * Returns: whether @keyval is an arrow's; both are 0 when it is not
 */
gboolean ag_arrow_key_direction (guint keyval, int *dx, int *dy);

G_END_DECLS
