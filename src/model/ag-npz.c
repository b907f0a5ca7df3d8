/* ag-npz.c: NumPy's .npz files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each entry is a .npy file (NumPy Enhancement Proposal 1): the magic, a version, the length of the
 * header, the header, which is a Python dict in text, then the numbers. The dict is parsed as the
 * very text that NumPy writes, not as Python.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "ag-archive.h"
#include "ag-model.h"

/* Headers are padded to a few hundred bytes; that of version 2 may be large for records only. */
#define MAX_HEADER 65536

typedef struct
{
  const char *at, *end;
} Cursor;

static void
skip_space (Cursor *cursor)
{
  while (cursor->at < cursor->end && (*cursor->at == ' ' || *cursor->at == '\n'))
    cursor->at++;
}

static gboolean
take (Cursor *cursor, const char *text)
{
  gsize length = strlen (text);

  skip_space (cursor);
  if ((gsize) (cursor->end - cursor->at) < length || memcmp (cursor->at, text, length) != 0)
    return FALSE;
  cursor->at += length;
  return TRUE;
}

static gboolean
take_element (Cursor *cursor, AgArray *array)
{
  static const struct
  {
    const char *text;
    AgElement element;
  } elements[] = {
    { "f2'", AG_ELEMENT_F16 }, { "f4'", AG_ELEMENT_F32 }, { "f8'", AG_ELEMENT_F64 },
    { "i4'", AG_ELEMENT_I32 }, { "i8'", AG_ELEMENT_I64 }, { "u1'", AG_ELEMENT_U8 },
    { "b1'", AG_ELEMENT_U8 },
  };

  if (take (cursor, "'>"))
    array->big_endian = TRUE;
  else if (!take (cursor, "'<") && !take (cursor, "'|"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (elements); i++)
    if (take (cursor, elements[i].text))
      {
        array->element = elements[i].element;
        return TRUE;
      }
  return FALSE;
}

static gboolean
take_size (Cursor *cursor, gint64 *size)
{
  const char *start;

  skip_space (cursor);
  start = cursor->at;
  *size = 0;
  for (; cursor->at < cursor->end && g_ascii_isdigit (*cursor->at); cursor->at++)
    {
      if (*size > G_MAXINT64 / 10 - 10)
        return FALSE;
      *size = *size * 10 + (*cursor->at - '0');
    }
  return cursor->at > start;
}

/* (), (3,), (3, 4) */
static gboolean
take_shape (Cursor *cursor, AgArray *array)
{
  gboolean comma;

  if (!take (cursor, "("))
    return FALSE;
  if (take (cursor, ")"))
    return TRUE;
  do
    {
      if (array->rank == G_N_ELEMENTS (array->dims) ||
          !take_size (cursor, &array->dims[array->rank++]))
        return FALSE;
      comma = take (cursor, ",");
      if (take (cursor, ")"))
        return comma || array->rank > 1;
    }
  while (comma);
  return FALSE;
}

static gboolean
take_item (Cursor *cursor, AgArray *array, gboolean *fortran)
{
  if (take (cursor, "'descr':"))
    return take_element (cursor, array);
  if (take (cursor, "'fortran_order':"))
    {
      *fortran = take (cursor, "True");
      return *fortran || take (cursor, "False");
    }
  return take (cursor, "'shape':") && array->rank == 0 && take_shape (cursor, array);
}

static gboolean
parse_header (Cursor *cursor, AgArray *array)
{
  gboolean fortran = FALSE;
  gint64 stride = 1;

  if (!take (cursor, "{"))
    return FALSE;
  for (int i = 0; i < 3; i++)
    if (!take_item (cursor, array, &fortran) || (!take (cursor, ",") && i < 2))
      return FALSE;
  if (!take (cursor, "}"))
    return FALSE;
  skip_space (cursor);
  if (cursor->at != cursor->end)
    return FALSE;

  for (int i = 0; i < array->rank; i++)
    {
      int axis = fortran ? i : array->rank - 1 - i;
      array->strides[axis] = stride;
      if (array->dims[axis] > 0 && stride > G_MAXINT64 / array->dims[axis])
        return FALSE;
      stride *= MAX (array->dims[axis], 1);
    }
  return TRUE;
}

static gboolean
parse_npy (const guint8 *data, gsize size, AgArray *array)
{
  Cursor cursor;
  gsize prefix, length;

  if (size < 12 || memcmp (data, "\x93NUMPY", 6) != 0 || data[6] < 1 || data[6] > 3)
    return FALSE;
  prefix = data[6] == 1 ? 10 : 12;
  length = data[8] | (gsize) data[9] << 8;
  if (data[6] > 1)
    length |= (gsize) data[10] << 16 | (gsize) data[11] << 24;
  if (length > size - prefix)
    return FALSE;
  cursor.at = (const char *) data + prefix;
  cursor.end = cursor.at + length;
  array->start = prefix + length;
  return parse_header (&cursor, array);
}

static gboolean
scan_entry (AgArchive *self, zip_uint64_t entry, const char *name, GError **error)
{
  g_autoptr (AgArray) array = g_new0 (AgArray, 1);
  g_autoptr (GBytes) bytes = ag_archive_read_entry (self, entry, MAX_HEADER, error);
  const guint8 *data;
  gsize size;

  if (!bytes)
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  array->name = g_strndup (name, strlen (name) - strlen (".npy"));
  array->entry = entry;
  if (!parse_npy (data, size, array))
    {
      g_autofree char *valid = g_utf8_make_valid (name, -1);
      return ag_archive_corrupt (self, error, _ ("“%s” is not an array of plain numbers"), valid);
    }
  return ag_archive_add (self, g_steal_pointer (&array), error);
}

gboolean
ag_npz_scan (AgArchive *self, GError **error)
{
  zip_int64_t n = zip_get_num_entries (self->zip, 0);

  for (zip_int64_t i = 0; i < n; i++)
    {
      const char *name = zip_get_name (self->zip, (zip_uint64_t) i, ZIP_FL_ENC_RAW);
      if (name && g_str_has_suffix (name, ".npy") &&
          !scan_entry (self, (zip_uint64_t) i, name, error))
        return FALSE;
    }
  if (self->arrays->len > 0)
    return TRUE;
  g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT, _ ("%s: there are no arrays in it"),
               self->name);
  return FALSE;
}
