/* test-killed.h: a test's own program, started again and killed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

/**
 * test_killed_run:
 * @program: argv[0] of the test
 * @variable: an environment variable that tells it that it is not the test
 * @data: a folder of pictures
 * @runs: where it trains
 * @microseconds: when it is killed; 0 for never
 *
 * Starts @program with "@data|@runs" in @variable.
 *
 * Returns: whether it came to its end, which must have been a good one, before it was killed
 */
gboolean test_killed_run (const char *program,
                          const char *variable,
                          const char *data,
                          const char *runs,
                          gulong microseconds);
