/* ag-safetensors-writer.c: writing safetensors files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-file.h"
#include "ag-half.h"
#include "ag-model.h"
#include "ag-safetensors.h"

/* Numbers converted at a time. */
#define CHUNK 4096

typedef struct
{
  char *name;
  AgDtype source_dtype, dtype;
  const void *data;
  void *owned; /* (nullable): @data, if it is ours */
  int rank;
  gint64 dims[8];
  gsize count;
} Entry;

struct AgSafetensorsWriter
{
  GPtrArray *keys, *values; /* of the metadata, in the order they were set */
  GPtrArray *entries;
  GHashTable *names;
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;
  g_free (entry->name);
  g_free (entry->owned);
  g_free (entry);
}

AgSafetensorsWriter *
ag_safetensors_writer_new (void)
{
  AgSafetensorsWriter *self = g_new0 (AgSafetensorsWriter, 1);

  self->keys = g_ptr_array_new_with_free_func (g_free);
  self->values = g_ptr_array_new_with_free_func (g_free);
  self->entries = g_ptr_array_new_with_free_func (entry_free);
  self->names = g_hash_table_new (g_str_hash, g_str_equal);
  return self;
}

void
ag_safetensors_writer_free (AgSafetensorsWriter *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->names);
  g_ptr_array_unref (self->keys);
  g_ptr_array_unref (self->values);
  g_ptr_array_unref (self->entries);
  g_free (self);
}

void
ag_safetensors_writer_set_metadata (AgSafetensorsWriter *self, const char *key, const char *value)
{
  for (guint i = 0; i < self->keys->len; i++)
    if (strcmp (self->keys->pdata[i], key) == 0)
      {
        g_free (self->values->pdata[i]);
        self->values->pdata[i] = g_strdup (value);
        return;
      }
  g_ptr_array_add (self->keys, g_strdup (key));
  g_ptr_array_add (self->values, g_strdup (value));
}

static void
add (AgSafetensorsWriter *self,
     const char *name,
     AgDtype source_dtype,
     const void *data,
     void *owned,
     AgDtype dtype,
     int rank,
     const gint64 *dims)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->name = g_strdup (name);
  entry->source_dtype = source_dtype;
  entry->dtype = dtype;
  entry->data = data;
  entry->owned = owned;
  entry->rank = rank;
  entry->count = 1;
  for (int i = 0; i < rank; i++)
    {
      entry->dims[i] = dims[i];
      entry->count *= (gsize) dims[i];
    }
  g_ptr_array_add (self->entries, entry);
  g_hash_table_add (self->names, entry->name);
}

void
ag_safetensors_writer_add (AgSafetensorsWriter *self,
                           const char *name,
                           AgDtype source_dtype,
                           const void *data,
                           AgDtype dtype,
                           int rank,
                           const gint64 *dims)
{
  g_return_if_fail (rank >= 0 && rank <= 8);
  g_return_if_fail (!g_hash_table_contains (self->names, name));
  add (self, name, source_dtype, data, NULL, dtype, rank, dims);
}

void
ag_safetensors_writer_take (AgSafetensorsWriter *self,
                            const char *name,
                            AgDtype source_dtype,
                            void *data,
                            AgDtype dtype,
                            int rank,
                            const gint64 *dims)
{
  g_return_if_fail (rank >= 0 && rank <= 8);
  g_return_if_fail (!g_hash_table_contains (self->names, name));
  add (self, name, source_dtype, data, data, dtype, rank, dims);
}

static void
append_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *at = text; *at; at++)
    if (*at == '"' || *at == '\\')
      g_string_append_printf (json, "\\%c", *at);
    else if ((guchar) *at < 0x20)
      g_string_append_printf (json, "\\u%04x", *at);
    else
      g_string_append_c (json, *at);
  g_string_append_c (json, '"');
}

static void
append_entry (GString *json, const Entry *entry, guint64 offset, guint64 size)
{
  append_string (json, entry->name);
  g_string_append_printf (json, ":{\"dtype\":\"%s\",\"shape\":[", ag_dtype_name (entry->dtype));
  for (int i = 0; i < entry->rank; i++)
    g_string_append_printf (json, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", entry->dims[i]);
  g_string_append_printf (json, "],\"data_offsets\":[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "]}",
                          offset, offset + size);
}

/* The header with its length before it, padded so that the data begins at a multiple of 8. */
static GString *
make_header (AgSafetensorsWriter *self)
{
  GString *json = g_string_new ("        {");
  guint64 offset = 0, length;
  const char *comma = "";

  if (self->keys->len > 0)
    {
      g_string_append (json, "\"__metadata__\":{");
      for (guint i = 0; i < self->keys->len; i++)
        {
          g_string_append (json, i > 0 ? "," : "");
          append_string (json, self->keys->pdata[i]);
          g_string_append_c (json, ':');
          append_string (json, self->values->pdata[i]);
        }
      g_string_append_c (json, '}');
      comma = ",";
    }
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = self->entries->pdata[i];
      guint64 size = entry->count * ag_dtype_size (entry->dtype);

      g_string_append (json, comma);
      comma = ",";
      append_entry (json, entry, offset, size);
      offset += size;
    }
  g_string_append_c (json, '}');
  while (json->len % 8 != 0)
    g_string_append_c (json, ' ');
  length = GUINT64_TO_LE ((guint64) json->len - 8);
  memcpy (json->str, &length, 8);
  return json;
}

/* Number @i of @entry; F64 holds every type but large I64 exactly, and those are never converted.
 */
static double
source_number (const Entry *entry, gsize i)
{
  switch (entry->source_dtype)
    {
    case AG_DTYPE_U8:
      return ((const guint8 *) entry->data)[i];
    case AG_DTYPE_I32:
      return ((const gint32 *) entry->data)[i];
    case AG_DTYPE_I64:
      return (double) ((const gint64 *) entry->data)[i];
    case AG_DTYPE_F16:
      return (double) ag_float_from_half (((const guint16 *) entry->data)[i]);
    case AG_DTYPE_F32:
      return (double) ((const float *) entry->data)[i];
    case AG_DTYPE_F64:
      return ((const double *) entry->data)[i];
    }
  g_return_val_if_reached (0);
}

static void
put (guint8 *at, guint64 bits, gsize size)
{
  bits = GUINT64_TO_LE (bits);
  memcpy (at, &bits, size);
}

/* Returns whether the number can be stored. */
static gboolean
put_number (guint8 *at, AgDtype dtype, double number)
{
  float single = (float) number;
  guint32 bits32;
  guint64 bits64;
  guint16 half;

  switch (dtype)
    {
    case AG_DTYPE_F16:
      half = ag_half_from_float (single);
      put (at, half, 2);
      return (half & 0x7c00) != 0x7c00 || !isfinite (number);
    case AG_DTYPE_F32:
      memcpy (&bits32, &single, 4);
      put (at, bits32, 4);
      return isfinite (single) || !isfinite (number);
    case AG_DTYPE_F64:
      memcpy (&bits64, &number, 8);
      put (at, bits64, 8);
      return TRUE;
    case AG_DTYPE_U8:
    case AG_DTYPE_I32:
    case AG_DTYPE_I64:
      put (at, (guint64) (gint64) number, ag_dtype_size (dtype));
      return TRUE;
    }
  g_return_val_if_reached (FALSE);
}

static gboolean
write_entry (const Entry *entry, AgAtomicFile *out, GFile *file, GError **error)
{
  gsize size = ag_dtype_size (entry->dtype);
  guint8 chunk[CHUNK * 8];

  if (entry->source_dtype == entry->dtype && G_BYTE_ORDER == G_LITTLE_ENDIAN)
    return ag_atomic_file_write (out, entry->data, entry->count * size, error);

  for (gsize begin = 0; begin < entry->count; begin += CHUNK)
    {
      gsize n = MIN (CHUNK, entry->count - begin);
      for (gsize i = 0; i < n; i++)
        if (!put_number (chunk + i * size, entry->dtype, source_number (entry, begin + i)))
          {
            g_autofree char *name = ag_file_name (file);
            g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED,
                         _ ("%s: the tensor “%s” has numbers too large for the type %s"), name,
                         entry->name, ag_dtype_name (entry->dtype));
            return FALSE;
          }
      if (!ag_atomic_file_write (out, chunk, n * size, error))
        return FALSE;
    }
  return TRUE;
}

/* Wide numbers first, so that every tensor lies at a multiple of its numbers' size: readers that
 * map the file depend on it. Sorting is stable. */
static int
compare_width (gconstpointer a, gconstpointer b)
{
  const Entry *one = *(Entry *const *) a, *two = *(Entry *const *) b;

  return (int) ag_dtype_size (two->dtype) - (int) ag_dtype_size (one->dtype);
}

gboolean
ag_safetensors_writer_write (AgSafetensorsWriter *self, GFile *file, GError **error)
{
  g_autoptr (AgAtomicFile) out = ag_atomic_file_open (file, error);
  GString *header;
  gboolean ok;

  if (!out)
    return FALSE;
  g_ptr_array_sort (self->entries, compare_width);
  header = make_header (self);
  ok = ag_atomic_file_write (out, header->str, header->len, error);
  g_string_free (header, TRUE);
  for (guint i = 0; ok && i < self->entries->len; i++)
    ok = write_entry (self->entries->pdata[i], out, file, error);
  return ok && ag_atomic_file_commit (out, error);
}
