/* ag-attribute-table.c: which image has which attribute
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-attribute-table.h"

#include <inttypes.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-dataset.h"
#include "ag-table-file.h"

#define MAX_ATTRIBUTES 4096

/* Not one of 1, 0, -1, so that it can stand for an empty field while CSV is read. */
#define VALUE_EMPTY 2
#define VALUE_NONE  3

void
ag_attribute_table_free (AgAttributeTable *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->names);
  g_ptr_array_unref (self->notes);
  g_free (self->values);
  g_free (self);
}

/* Which image a row is about; @seen makes sure that no two are about the same. */
static gboolean
find_image (AgTableFile *table, const AgImageFiles *files, guint8 *seen, int *image, GError **error)
{
  const char *name = ag_table_file_field (table, 0);

  *image = ag_image_files_lookup (files, name);
  if (*image == AG_IMAGE_FILES_MISSING)
    ag_table_file_error (table, error, _ ("names %s, which is not in the folder"), name);
  else if (*image == AG_IMAGE_FILES_SEVERAL)
    ag_table_file_error (table, error, _ ("names %s, of which the folder has several"), name);
  else if (seen[*image])
    ag_table_file_error (table, error, _ ("names %s a second time"), name);
  else
    {
      seen[*image] = 1;
      return TRUE;
    }
  return FALSE;
}

static AgAttributeTable *
table_new (AgTableFile *table, const AgImageFiles *files, guint n_names, GError **error)
{
  g_autoptr (AgAttributeTable) self = g_new0 (AgAttributeTable, 1);

  self->names = g_ptr_array_new_with_free_func (g_free);
  self->notes = g_ptr_array_new_with_free_func (g_free);
  self->n_files = (int) files->names->len;
  if (n_names > MAX_ATTRIBUTES)
    {
      ag_table_file_error (table, error, _ ("has %u attributes; at most %d are read"), n_names,
                           MAX_ATTRIBUTES);
      return NULL;
    }
  self->values = g_try_malloc0 (MAX ((gsize) self->n_files * n_names, 1));
  if (self->values == NULL)
    {
      ag_table_file_error (table, error, _ ("the table is too large for the memory"));
      return NULL;
    }
  return g_steal_pointer (&self);
}

static gboolean
add_name (AgAttributeTable *self, AgTableFile *table, const char *name, GError **error)
{
  if (*name == '\0' || !g_utf8_validate (name, -1, NULL))
    {
      ag_table_file_error (table, error, _ ("the name of an attribute is empty or not UTF-8"));
      return FALSE;
    }
  if (g_ptr_array_find_with_equal_func (self->names, name, g_str_equal, NULL))
    {
      ag_table_file_error (table, error, _ ("two attributes have the name %s"), name);
      return FALSE;
    }
  g_ptr_array_add (self->names, g_strdup (name));
  return TRUE;
}

static int
parse_value (const char *text)
{
  if (strcmp (text, "1") == 0 || strcmp (text, "+1") == 0 || !g_ascii_strcasecmp (text, "true"))
    return 1;
  if (strcmp (text, "-1") == 0)
    return -1;
  if (strcmp (text, "0") == 0 || !g_ascii_strcasecmp (text, "false"))
    return 0;
  return *text == '\0' ? VALUE_EMPTY : VALUE_NONE;
}

static gboolean
read_celeba_row (AgAttributeTable *self,
                 AgTableFile *table,
                 const AgImageFiles *files,
                 guint8 *seen,
                 GError **error)
{
  guint n_names = self->names->len;
  int image;

  if (table->fields->len != n_names + 1)
    {
      ag_table_file_error (table, error, _ ("has %u values where there are %u attributes"),
                           table->fields->len - 1, n_names);
      return FALSE;
    }
  if (!find_image (table, files, seen, &image, error))
    return FALSE;
  for (guint i = 0; i < n_names; i++)
    {
      int value = parse_value (ag_table_file_field (table, i + 1));

      if (value == VALUE_NONE)
        {
          ag_table_file_error (table, error, _ ("%s is not 1, -1 or 0"),
                               ag_table_file_field (table, i + 1));
          return FALSE;
        }
      self->values[(gsize) image * n_names + i] = (gint8) value;
    }
  return TRUE;
}

/* The first row, the count, has been read. */
static AgAttributeTable *
read_celeba (AgTableFile *table, const AgImageFiles *files, guint64 count, GError **error)
{
  g_autoptr (AgAttributeTable) self = NULL;
  g_autofree guint8 *seen = g_malloc0 (MAX (files->names->len, 1));
  g_autoptr (GError) local = NULL;
  guint count_line = table->line;
  guint64 rows = 0;

  if (!ag_table_file_read (table, &local))
    {
      ag_table_file_error (table, error, _ ("the file ends before the names of the attributes"));
      return NULL;
    }
  self = table_new (table, files, table->fields->len, error);
  if (self == NULL)
    return NULL;
  for (guint i = 0; i < table->fields->len; i++)
    if (!add_name (self, table, ag_table_file_field (table, i), error))
      return NULL;
  for (; ag_table_file_read (table, &local); rows++)
    if (!read_celeba_row (self, table, files, seen, error))
      return NULL;
  if (rows != count)
    {
      table->line = count_line;
      ag_table_file_error (
        table, error, _ ("says %" PRIu64 " pictures, but %" PRIu64 " lines follow"), count, rows);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/* What has been seen in a column of CSV. */
typedef struct
{
  gboolean has_minus, has_value;
  gboolean is_other; /* holds something that no attribute has */
} Column;

static void
note_other (AgAttributeTable *self, AgTableFile *table, guint column, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);

  g_ptr_array_add (self->notes,
                   g_strdup_printf (_ ("%s: line %u: the column %s is not an attribute, as it "
                                       "holds %s"),
                                    table->name, table->line,
                                    (const char *) g_ptr_array_index (self->names, column), valid));
}

static gboolean
read_csv_row (AgAttributeTable *self,
              AgTableFile *table,
              const AgImageFiles *files,
              guint8 *seen,
              Column *columns,
              GError **error)
{
  guint n = self->names->len;
  int image;

  if (table->fields->len != n + 1)
    {
      ag_table_file_error (table, error, _ ("has %u fields where the header has %u"),
                           table->fields->len, n + 1);
      return FALSE;
    }
  if (!find_image (table, files, seen, &image, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const char *text = ag_table_file_field (table, i + 1);
      int value = parse_value (text);

      if (value == VALUE_NONE && !columns[i].is_other)
        {
          columns[i].is_other = TRUE;
          note_other (self, table, i, text);
        }
      columns[i].has_minus |= value == -1;
      columns[i].has_value |= value != VALUE_EMPTY;
      self->values[(gsize) image * n + i] = (gint8) value;
    }
  return TRUE;
}

/* Leaves out the columns that are no attributes and settles what 0 means in the others. Values
 * move to the front of their array, never past one that is still to be read. */
static void
settle_columns (AgAttributeTable *self, const Column *columns)
{
  guint n = self->names->len;
  gsize kept = 0;
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < n; i++)
    if (columns[i].has_value && !columns[i].is_other)
      g_ptr_array_add (names, g_strdup (g_ptr_array_index (self->names, i)));
  for (int file = 0; file < self->n_files; file++)
    for (guint i = 0; i < n; i++)
      {
        int value = self->values[(gsize) file * n + i];

        if (!columns[i].has_value || columns[i].is_other)
          continue;
        if (value == VALUE_EMPTY)
          value = 0;
        else if (value == 0 && !columns[i].has_minus)
          value = -1;
        self->values[kept++] = (gint8) value;
      }
  g_ptr_array_unref (self->names);
  self->names = names;
}

/* The first row, the header, has been read. */
static AgAttributeTable *
read_csv (AgTableFile *table, const AgImageFiles *files, GError **error)
{
  guint n = table->fields->len - 1;
  g_autoptr (AgAttributeTable) self = table_new (table, files, n, error);
  g_autofree guint8 *seen = g_malloc0 (MAX (files->names->len, 1));
  g_autofree Column *columns = g_new0 (Column, MAX (n, 1));
  g_autoptr (GError) local = NULL;

  if (self == NULL)
    return NULL;
  for (guint i = 0; i < n; i++)
    if (!add_name (self, table, ag_table_file_field (table, i + 1), error))
      return NULL;
  memset (self->values, VALUE_EMPTY, (gsize) self->n_files * n);
  while (ag_table_file_read (table, &local))
    if (!read_csv_row (self, table, files, seen, columns, error))
      return NULL;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  settle_columns (self, columns);
  return g_steal_pointer (&self);
}

gboolean
ag_attribute_table_is_likely (GFile *file)
{
  g_autoptr (AgTableFile) table = ag_table_file_open (file, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree Column *columns = NULL;
  guint n;

  if (table == NULL)
    return TRUE;
  ag_table_file_guess_separator (table);
  if (!ag_table_file_read (table, &error))
    return error != NULL;
  n = table->fields->len;
  columns = g_new0 (Column, n);
  while (ag_table_file_read (table, &error))
    for (guint i = 1; i < MIN (n, table->fields->len); i++)
      {
        int value = parse_value (ag_table_file_field (table, i));

        columns[i].is_other |= value == VALUE_NONE;
        columns[i].has_value |= value != VALUE_EMPTY;
      }
  for (guint i = 1; i < n; i++)
    if (columns[i].has_value && !columns[i].is_other)
      return TRUE;
  return error != NULL;
}

static gboolean
is_csv (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  const char *dot = strrchr (name, '.');

  return dot != NULL && g_ascii_strcasecmp (dot, ".csv") == 0;
}

AgAttributeTable *
ag_attribute_table_load (GFile *file, const AgImageFiles *files, GError **error)
{
  g_autoptr (AgTableFile) table = ag_table_file_open (file, error);
  guint64 count;

  if (table == NULL)
    return NULL;
  if (is_csv (file))
    ag_table_file_guess_separator (table);
  if (!ag_table_file_read (table, error))
    {
      if (error == NULL || *error == NULL)
        g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE, _ ("%s: the file is empty"),
                     table->name);
      return NULL;
    }
  if (is_csv (file))
    return read_csv (table, files, error);
  if (table->fields->len != 1 ||
      !g_ascii_string_to_unsigned (ag_table_file_field (table, 0), 10, 0, G_MAXINT, &count, NULL))
    {
      ag_table_file_error (table, error, _ ("does not hold the number of pictures"));
      return NULL;
    }
  return read_celeba (table, files, count, error);
}

gint8 *
ag_partition_table_load (GFile *file, const AgImageFiles *files, GError **error)
{
  g_autoptr (AgTableFile) table = ag_table_file_open (file, error);
  g_autofree gint8 *parts = NULL;
  g_autofree guint8 *seen = NULL;
  g_autoptr (GError) local = NULL;

  if (table == NULL)
    return NULL;
  parts = g_malloc0 (MAX (files->names->len, 1));
  seen = g_malloc0 (MAX (files->names->len, 1));
  while (ag_table_file_read (table, &local))
    {
      guint64 part;
      int image;

      if (table->fields->len != 2 ||
          !g_ascii_string_to_unsigned (ag_table_file_field (table, 1), 10, 0, 2, &part, NULL))
        {
          ag_table_file_error (table, error, _ ("is not a file and 0, 1 or 2"));
          return NULL;
        }
      if (!find_image (table, files, seen, &image, error))
        return NULL;
      parts[image] = (gint8) part;
    }
  return g_steal_pointer (&parts);
}
