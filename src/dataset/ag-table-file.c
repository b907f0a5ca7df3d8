/* ag-table-file.c: the lines and fields of a table in text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-table-file.h"

#include <stdarg.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-dataset.h"

#define MAX_TABLE_BYTES (1024 * 1024 * 1024)

static gboolean
check_size (GFile *file, const char *name, GError **error)
{
  g_autoptr (GFileInfo) info =
    g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_TYPE,
                       G_FILE_QUERY_INFO_NONE, NULL, error);

  if (info == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }
  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR)
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE, _ ("%s: not a file"), name);
      return FALSE;
    }
  if (g_file_info_get_size (info) > MAX_TABLE_BYTES)
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE,
                   _ ("%s: larger than a table of labels can be"), name);
      return FALSE;
    }
  return TRUE;
}

AgTableFile *
ag_table_file_open (GFile *file, GError **error)
{
  g_autoptr (AgTableFile) self = g_new0 (AgTableFile, 1);
  g_autofree char *base = g_file_get_basename (file);
  gsize length;

  self->name = g_filename_display_name (base);
  self->fields = g_ptr_array_new ();
  if (!check_size (file, self->name, error))
    return NULL;
  if (!g_file_load_contents (file, NULL, &self->text, &length, NULL, error))
    {
      g_prefix_error (error, "%s: ", self->name);
      return NULL;
    }
  if (memchr (self->text, 0, length) != NULL)
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE, _ ("%s: not a text file"),
                   self->name);
      return NULL;
    }
  self->next = self->text;
  self->end = self->text + length;
  if (g_str_has_prefix (self->text, "\xEF\xBB\xBF"))
    self->next += 3;
  self->next_line = 1;
  return g_steal_pointer (&self);
}

void
ag_table_file_close (AgTableFile *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_free (self->text);
  g_free (self->name);
  g_free (self);
}

void
ag_table_file_guess_separator (AgTableFile *self)
{
  static const char candidates[] = { ',', ';', '\t' };
  int best = 0;

  self->separator = ',';
  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      int count = 0;

      for (const char *p = self->next; *p != '\0' && *p != '\n'; p++)
        count += *p == candidates[i];
      if (count > best)
        {
          best = count;
          self->separator = candidates[i];
        }
    }
}

/* Fields are cut out of the text in place. */
static void
split_blanks (AgTableFile *self, char *line)
{
  char *save = NULL;

  for (char *field = strtok_r (line, " \t\r", &save); field;
       field = strtok_r (NULL, " \t\r", &save))
    g_ptr_array_add (self->fields, field);
}

/* Reads a quoted field that starts at *position, after its quote; doubled quotes become one. */
static gboolean
read_quoted (AgTableFile *self, char **position)
{
  char *in = *position, *out = *position;

  for (; *in != '\0'; in++)
    {
      if (*in == '\n')
        self->next_line++;
      if (*in == '"' && *++in != '"')
        {
          *out = '\0';
          *position = in;
          return TRUE;
        }
      *out++ = *in;
    }
  return FALSE;
}

static gboolean
read_separated (AgTableFile *self, GError **error)
{
  char *p = self->next;

  for (;;)
    {
      char *field = p, *end;
      char stop;

      if (*p == '"')
        {
          end = ++field;
          if (!read_quoted (self, &end))
            {
              ag_table_file_error (self, error, _ ("a quoted field does not end"));
              return FALSE;
            }
          p = end;
        }
      while (*p != '\0' && *p != '\n' && *p != self->separator)
        p++;
      stop = *p;
      *p = '\0';
      g_ptr_array_add (self->fields, g_strstrip (field));
      if (stop != '\0')
        p++;
      if (stop == '\n')
        self->next_line++;
      if (stop != self->separator)
        break;
    }
  self->next = p;
  return TRUE;
}

gboolean
ag_table_file_read (AgTableFile *self, GError **error)
{
  while (self->next < self->end)
    {
      g_ptr_array_set_size (self->fields, 0);
      self->line = self->next_line;
      if (self->separator == 0)
        {
          char *line = self->next, *stop = strchr (line, '\n');

          if (stop != NULL)
            *stop = '\0';
          self->next = stop ? stop + 1 : self->end;
          self->next_line++;
          split_blanks (self, line);
        }
      else if (!read_separated (self, error))
        {
          return FALSE;
        }
      if (self->fields->len > 1 || (self->fields->len == 1 && *ag_table_file_field (self, 0)))
        return TRUE;
    }
  return FALSE;
}

const char *
ag_table_file_field (AgTableFile *self, guint index)
{
  return g_ptr_array_index (self->fields, index);
}

void
ag_table_file_error (AgTableFile *self, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL, *valid = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  valid = g_utf8_make_valid (message, -1);
  g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_TABLE, _ ("%s: line %u: %s"), self->name,
               self->line, valid);
}
