/* ag-steady-knob.h: a range whose knob moves without the window being laid out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ag_steady_knob_add:
 * @range: a horizontal scale without fill level
 *
 * GtkRange has its trough allocated with every change of the value, and whatever is allocated has
 * the window laid out: everything in it may be measured, and GTK 4.8 asks the X server a dozen
 * questions. With this the knob and the highlighted part alone are allocated when the value
 * changes. All else stays GtkRange's own. On the main thread, once for a range.
 */
void ag_steady_knob_add (GtkRange *range);

G_END_DECLS
