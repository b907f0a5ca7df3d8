/* test-train-kill.h: the program that is killed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/* Trains and returns TRUE if this program has been started for that; @name is its own. */
gboolean test_train_session_child (const char *name);
