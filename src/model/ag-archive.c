/* ag-archive.c: named arrays in a zip file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-archive.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ag-file.h"
#include "ag-half.h"
#include "ag-model.h"

#define MAX_ARRAYS (1 << 20)

static const gsize element_sizes[] = {
  [AG_ELEMENT_U8] = 1,  [AG_ELEMENT_I32] = 4, [AG_ELEMENT_I64] = 8,
  [AG_ELEMENT_F16] = 2, [AG_ELEMENT_F32] = 4, [AG_ELEMENT_F64] = 8,
};

gboolean
ag_archive_corrupt (AgArchive *self, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, "%s: %s", self->name, text);
  return FALSE;
}

void
ag_array_free (AgArray *array)
{
  if (!array)
    return;
  g_free (array->name);
  g_free (array);
}

void
ag_archive_free (AgArchive *self)
{
  if (!self)
    return;
  if (self->zip)
    zip_discard (self->zip);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_hash_table_unref (self->by_name);
  g_ptr_array_unref (self->arrays);
  g_free (self->name);
  g_free (self);
}

AgArchive *
ag_archive_open (GFile *file, GError **error)
{
  g_autoptr (AgArchive) self = g_new0 (AgArchive, 1);
  zip_source_t *source = NULL;
  zip_error_t zip_error;
  const char *data;
  gsize size;

  self->name = ag_file_name (file);
  self->arrays = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_array_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->bytes = ag_file_map (file, error);
  if (!self->bytes)
    return NULL;

  data = g_bytes_get_data (self->bytes, &size);
  if (size < 4 || memcmp (data, "PK\3\4", 4) != 0)
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT,
                   _ ("%s: this is neither a NumPy .npz file nor one that a recent PyTorch saved"),
                   self->name);
      return NULL;
    }
  zip_error_init (&zip_error);
  source = zip_source_buffer_create (data, size, 0, &zip_error);
  self->zip = source ? zip_open_from_source (source, ZIP_RDONLY, &zip_error) : NULL;
  if (!self->zip)
    {
      ag_archive_corrupt (self, error, _ ("the zip file is damaged or ends early (%s)"),
                          zip_error_strerror (&zip_error));
      if (source)
        zip_source_free (source);
    }
  zip_error_fini (&zip_error);
  return self->zip ? g_steal_pointer (&self) : NULL;
}

static gboolean
entry_size (AgArchive *self, zip_uint64_t entry, gsize *size)
{
  zip_stat_t status;

  if (zip_stat_index (self->zip, entry, 0, &status) != 0 || !(status.valid & ZIP_STAT_SIZE) ||
      status.size > G_MAXSIZE / 2)
    return FALSE;
  *size = (gsize) status.size;
  return TRUE;
}

static gboolean
entry_corrupt (AgArchive *self, zip_uint64_t entry, GError **error)
{
  g_autofree char *name = g_utf8_make_valid (zip_get_name (self->zip, entry, 0), -1);
  return ag_archive_corrupt (self, error, _ ("“%s” in it cannot be read"), name);
}

/* Reads up to @size bytes; libzip may give less at a time. */
static gboolean
read_fully (zip_file_t *stream, guint8 *data, gsize size)
{
  for (gsize at = 0; at < size;)
    {
      zip_int64_t n = zip_fread (stream, data + at, size - at);
      if (n <= 0)
        return FALSE;
      at += (gsize) n;
    }
  return TRUE;
}

GBytes *
ag_archive_read_entry (AgArchive *self, zip_uint64_t entry, gsize max, GError **error)
{
  g_autofree guint8 *data = NULL;
  zip_file_t *stream = NULL;
  gsize size = 0;
  guint8 extra;
  gboolean ok;

  ok = entry_size (self, entry, &size);
  data = ok ? g_try_malloc (MIN (size, max) + 1) : NULL;
  stream = data ? zip_fopen_index (self->zip, entry, 0) : NULL;
  ok = stream && read_fully (stream, data, MIN (size, max));
  /* libzip compares the checksum when it is asked for more than there is. */
  if (ok && size <= max)
    ok = zip_fread (stream, &extra, 1) == 0;
  if (stream)
    zip_fclose (stream);
  if (!ok)
    {
      entry_corrupt (self, entry, error);
      return NULL;
    }
  return g_bytes_new_take (g_steal_pointer (&data), MIN (size, max));
}

/* How many numbers of its storage @array reaches over; sizes are multiplied with care. */
static gboolean
measure (AgArray *array, gsize *reach)
{
  gsize span;

  array->count = 1;
  for (int i = 0; i < array->rank; i++)
    if (array->dims[i] < 0 || array->strides[i] < 0 ||
        !g_size_checked_mul (&array->count, array->count, (gsize) array->dims[i]))
      return FALSE;
  *reach = array->count > 0 ? 1 : 0;
  if (array->count == 0)
    return TRUE;
  if (!g_size_checked_add (reach, *reach, array->offset))
    return FALSE;
  for (int i = 0; i < array->rank; i++)
    if (!g_size_checked_mul (&span, (gsize) (array->dims[i] - 1), (gsize) array->strides[i]) ||
        !g_size_checked_add (reach, *reach, span))
      return FALSE;
  return TRUE;
}

gboolean
ag_archive_add (AgArchive *self, AgArray *array, GError **error)
{
  g_autoptr (AgArray) owned = array;
  gsize size, reach;

  if (self->arrays->len == MAX_ARRAYS)
    return ag_archive_corrupt (self, error, _ ("there are too many arrays in it"));
  if (!g_utf8_validate (array->name, -1, NULL))
    return ag_archive_corrupt (self, error, _ ("a name in it is not UTF-8"));
  if (g_hash_table_contains (self->by_name, array->name))
    return ag_archive_corrupt (self, error, _ ("“%s” is in it twice"), array->name);
  /* A stride of 0 would let a few bytes stand for any number of numbers. */
  if (!measure (array, &reach) || array->count > reach)
    return ag_archive_corrupt (self, error, _ ("the shape of “%s” is not possible"), array->name);
  if (!entry_size (self, array->entry, &size))
    return entry_corrupt (self, array->entry, error);
  if (array->start > size || reach > (size - array->start) / element_sizes[array->element])
    return ag_archive_corrupt (self, error, _ ("“%s” ends early"), array->name);

  array->needed = array->start + reach * element_sizes[array->element];
  g_ptr_array_add (self->arrays, g_steal_pointer (&owned));
  g_hash_table_insert (self->by_name, array->name, array);
  return TRUE;
}

const AgArray *
ag_archive_find (AgArchive *self, const char *name)
{
  return g_hash_table_lookup (self->by_name, name);
}

static guint64
get_bits (const guint8 *at, gsize size, gboolean big_endian)
{
  guint64 bits = 0;

  for (gsize i = 0; i < size; i++)
    bits = (bits << 8) | at[big_endian ? i : size - 1 - i];
  return bits;
}

static double
get_number (const AgArray *array, const guint8 *at)
{
  guint64 bits = get_bits (at, element_sizes[array->element], array->big_endian);
  guint32 bits32 = (guint32) bits;
  float single;
  double number;

  switch (array->element)
    {
    case AG_ELEMENT_U8:
      return (double) bits;
    case AG_ELEMENT_I32:
      return (gint32) bits32;
    case AG_ELEMENT_I64:
      return (double) (gint64) bits;
    case AG_ELEMENT_F16:
      return (double) ag_float_from_half ((guint16) bits);
    case AG_ELEMENT_F32:
      memcpy (&single, &bits32, sizeof single);
      return (double) single;
    case AG_ELEMENT_F64:
      memcpy (&number, &bits, sizeof number);
      return number;
    }
  g_return_val_if_reached (0);
}

/* Row-major, whatever the strides: counts an index up like an odometer. */
static gboolean
gather (const AgArray *array, const guint8 *data, ag_real *out)
{
  gsize size = element_sizes[array->element], place = array->offset;
  gint64 index[8] = { 0 };
  gboolean finite = TRUE;

  for (gsize i = 0; i < array->count; i++)
    {
      out[i] = (ag_real) get_number (array, data + place * size);
      finite = finite && isfinite (out[i]);
      for (int k = array->rank - 1; k >= 0; k--)
        {
          place += (gsize) array->strides[k];
          if (++index[k] < array->dims[k])
            break;
          place -= (gsize) (array->strides[k] * array->dims[k]);
          index[k] = 0;
        }
    }
  return finite;
}

static gboolean
has_shape (const AgArray *array, int rank, const gint64 *dims)
{
  if (rank == 1)
    return array->count == (gsize) dims[0];
  if (array->rank != rank)
    return FALSE;
  for (int i = 0; i < rank; i++)
    if (array->dims[i] != dims[i])
      return FALSE;
  return TRUE;
}

ag_real *
ag_archive_read (AgArchive *self, const char *name, int rank, const gint64 *dims, GError **error)
{
  const AgArray *array = ag_archive_find (self, name);
  g_autoptr (GBytes) bytes = NULL;
  g_autofree ag_real *out = NULL;
  const guint8 *data;

  if (!array || !has_shape (array, rank, dims))
    {
      ag_archive_corrupt (self, error,
                          array ? _ ("“%s” has a shape that does not fit the rest of the model")
                                : _ ("“%s” is missing"),
                          name);
      return NULL;
    }
  bytes = ag_archive_read_entry (self, array->entry, array->needed, error);
  if (!bytes)
    return NULL;
  data = (const guint8 *) g_bytes_get_data (bytes, NULL) + array->start;
  out = g_try_new (ag_real, MAX (array->count, 1));
  if (!out || !gather (array, data, out))
    {
      ag_archive_corrupt (self, error, _ ("“%s” has numbers that are not finite"), name);
      return NULL;
    }
  return g_steal_pointer (&out);
}
