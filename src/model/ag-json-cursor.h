/* ag-json-cursor.h: reading JSON of a known shape, strictly
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For headers of up to a hundred megabytes from strangers: no tree is built, nothing recurses, and
 * what is not exactly the expected grammar is refused. The text must be valid UTF-8.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  const char *at, *end;
} AgJsonCursor;

/**
 * ag_json_take:
 *
 * Skips white space and, if @c comes next, also @c.
 *
 * Returns: whether it did
 */
gboolean ag_json_take (AgJsonCursor *self, char c);

/**
 * ag_json_take_string:
 *
 * Returns: (transfer full) (nullable): the next string, its escapes resolved; %NULL if what comes
 *   next is not a valid one (a NUL inside is not)
 */
char *ag_json_take_string (AgJsonCursor *self);

/**
 * ag_json_take_size:
 * @value: (out):
 *
 * Reads a whole number from 0 to %G_MAXINT64.
 */
gboolean ag_json_take_size (AgJsonCursor *self, gint64 *value);

G_END_DECLS
