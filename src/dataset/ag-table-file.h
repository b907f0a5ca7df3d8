/* ag-table-file.h: the lines and fields of a table in text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AgTableFile:
 * @name: what to call it in messages
 * @line: of the row that was read last, from 1
 * @fields: (element-type utf8): of that row
 *
 * A table that is read row by row. Blank lines are passed over.
 */
typedef struct
{
  char *name;
  guint line;
  GPtrArray *fields;

  char *text, *next, *end;
  guint next_line;
  char separator; /* 0 for any run of blanks */
} AgTableFile;

/**
 * ag_table_file_open:
 *
 * Reads the whole of @file, at most 1 GiB. A file with bytes of value 0 is no text and an error.
 */
AgTableFile *ag_table_file_open (GFile *file, GError **error);
void ag_table_file_close (AgTableFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgTableFile, ag_table_file_close)

/**
 * ag_table_file_guess_separator:
 *
 * Sets @self up for CSV: fields apart by the comma, semicolon or tab that the first line has most
 * of, and quoted as in RFC 4180. Without this, fields are apart by blanks.
 */
void ag_table_file_guess_separator (AgTableFile *self);

/**
 * ag_table_file_read:
 *
 * Reads the next row into @fields.
 *
 * Returns: %FALSE at the end, or with @error set where a quoted field does not end
 */
gboolean ag_table_file_read (AgTableFile *self, GError **error);

/**
 * ag_table_file_field:
 *
 * Returns: (transfer none): field @index of the row; valid until the next is read
 */
const char *ag_table_file_field (AgTableFile *self, guint index);

/**
 * ag_table_file_error:
 *
 * Sets @error to "NAME: line N: " and the message.
 */
void ag_table_file_error (AgTableFile *self, GError **error, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

G_END_DECLS
