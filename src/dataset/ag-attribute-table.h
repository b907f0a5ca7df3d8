/* ag-attribute-table.h: which image has which attribute
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CelebA's form is text with fields apart by blanks: a line with the number of images, a line with
 * the names of the attributes, then a line for each image with its file and 1 (with), -1 (without)
 * or 0 (not known) for each attribute.
 *
 * CSV has a header line; the first column holds files. A column is an attribute if all of its
 * values are 1, 0, -1, true, false, or empty for not known. 0 means without, unless the column
 * also has -1; then it means not known. Other columns are passed over.
 */
#pragma once

#include <gio/gio.h>

#include "ag-image-files.h"

G_BEGIN_DECLS

/**
 * AgAttributeTable:
 * @names: (element-type utf8): of the attributes
 * @notes: (element-type utf8): which columns of CSV were passed over, and why
 * @n_files: images of the folder, whether the table has them or not
 * @values: (array): [n_files][names->len]: 1, -1 or 0
 */
typedef struct
{
  GPtrArray *names;
  GPtrArray *notes;
  int n_files;
  gint8 *values;
} AgAttributeTable;

/**
 * ag_attribute_table_load:
 * @files: the folder's images, which the table has to match
 *
 * Reads a table of either form. It is an error that names file and line if the table names an
 * image that @files does not have, or names one twice, has another number of lines than it says,
 * or a line with other fields than it should.
 */
AgAttributeTable *ag_attribute_table_load (GFile *file, const AgImageFiles *files, GError **error);

/**
 * ag_attribute_table_is_likely:
 * @file: a CSV file that lies beside images
 *
 * Returns: %FALSE if it is a table of something else, as none of its columns could be an
 *   attribute; %TRUE also if it cannot be read, so that whoever tries to will tell why
 */
gboolean ag_attribute_table_is_likely (GFile *file);

void ag_attribute_table_free (AgAttributeTable *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgAttributeTable, ag_attribute_table_free)

/**
 * ag_partition_table_load:
 *
 * Reads CelebA's list_eval_partition form: a line for each image with its file and 0 for training,
 * 1 for validation, 2 for test.
 *
 * Returns: (transfer full) (array): one number for each of @files; 0 for those it does not name
 */
gint8 *ag_partition_table_load (GFile *file, const AgImageFiles *files, GError **error);

G_END_DECLS
