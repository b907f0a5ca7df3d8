/* test-train-child.h: this program once more, as a run that is killed or one of several processes
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

/**
 * test_ranks_child:
 * @name: likewise
 * @status: (out): exit status
 *
 * Returns: whether this process was one of those that train together
 */
gboolean test_ranks_child (const char *name, int *status);
