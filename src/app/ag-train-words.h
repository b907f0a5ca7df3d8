/* ag-train-words.h: numbers of a training run in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All are (transfer full). */

/* With the locale's separators: "12,500". */
char *ag_train_format_count (guint64 n);

/* "40 s", "12 min", "3 h 05 min", "4 days"; a dash for NAN. */
char *ag_train_format_time (double seconds);

/* "2.1750", for bits/dim; a dash for NAN. */
char *ag_train_format_bits (double value);

/* Three digits: "0.001", "38.2"; a dash for NAN. */
char *ag_train_format_number (double value);

G_END_DECLS
