/* ag-eye-handle.h: a ring on the photo that marks an eye
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Takes the focus; dragged with the pointer or moved with the arrow keys (Shift: finely). It does
 * not move itself: it says how far it was pushed, and the canvas places it.
 *
 * Signals: `drag-begun`, `pushed` (double dx, double dy, in logical pixels since the last one),
 * `drag-ended`.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define AG_TYPE_EYE_HANDLE (ag_eye_handle_get_type ())
G_DECLARE_FINAL_TYPE (AgEyeHandle, ag_eye_handle, AG, EYE_HANDLE, GtkWidget)

/* Width and height, enough for a finger. */
#define AG_EYE_HANDLE_SIZE 44

/**
 * ag_eye_handle_new:
 * @label: accessible name and tooltip, translated
 */
GtkWidget *ag_eye_handle_new (const char *label);

G_END_DECLS
