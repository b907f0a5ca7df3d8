/* test-train-kill.h: the run that is killed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/**
 * test_train_child:
 * @name: argv[0], by which this program is started again
 *
 * Returns: whether this process was the run, which has come to its end then
 */
gboolean test_train_child (const char *name);
