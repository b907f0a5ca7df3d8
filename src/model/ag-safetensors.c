/* ag-safetensors.c: reading safetensors files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-safetensors.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ag-file.h"
#include "ag-half.h"
#include "ag-json-cursor.h"
#include "ag-model.h"

/* The same limit as the published reader's. */
#define MAX_HEADER (100 * 1000 * 1000)

/* Also bounds the memory that a hostile header can claim. */
#define MAX_TENSORS (1 << 20)

struct AgSafetensors
{
  GBytes *bytes;
  char *name;
  const guint8 *data; /* what follows the header */
  gsize data_size;
  GHashTable *metadata; /* key -> value */
  GPtrArray *tensors;   /* AgSafetensor, in the order of the header */
  GHashTable *by_name;  /* name -> AgSafetensor */
};

static const struct
{
  const char *name;
  gsize size;
} dtypes[] = {
  [AG_DTYPE_U8] = { "U8", 1 },   [AG_DTYPE_I32] = { "I32", 4 }, [AG_DTYPE_I64] = { "I64", 8 },
  [AG_DTYPE_F16] = { "F16", 2 }, [AG_DTYPE_F32] = { "F32", 4 }, [AG_DTYPE_F64] = { "F64", 8 },
};

gsize
ag_dtype_size (AgDtype dtype)
{
  return dtypes[dtype].size;
}

const char *
ag_dtype_name (AgDtype dtype)
{
  return dtypes[dtype].name;
}

static void
tensor_free (gpointer data)
{
  AgSafetensor *tensor = data;
  g_free ((char *) tensor->name);
  g_free (tensor);
}

void
ag_safetensors_free (AgSafetensors *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->by_name);
  g_hash_table_unref (self->metadata);
  g_ptr_array_unref (self->tensors);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self->name);
  g_free (self);
}

G_GNUC_PRINTF (3, 4)
static gboolean
corrupt (AgSafetensors *self, GError **error, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, "%s: %s", self->name, text);
  return FALSE;
}

static gboolean
bad_header (AgSafetensors *self, GError **error)
{
  return corrupt (self, error, _ ("the header is not that of a safetensors file"));
}

/* { "key": "value", … } */
static gboolean
parse_metadata (AgSafetensors *self, AgJsonCursor *cursor, GError **error)
{
  if (!ag_json_take (cursor, '{'))
    return bad_header (self, error);
  if (ag_json_take (cursor, '}'))
    return TRUE;
  do
    {
      g_autofree char *key = ag_json_take_string (cursor);
      g_autofree char *value = NULL;

      if (!key || !ag_json_take (cursor, ':') || !(value = ag_json_take_string (cursor)))
        return bad_header (self, error);
      if (g_hash_table_contains (self->metadata, key))
        return corrupt (self, error, _ ("the metadata has “%s” twice"), key);
      g_hash_table_insert (self->metadata, g_steal_pointer (&key), g_steal_pointer (&value));
    }
  while (ag_json_take (cursor, ','));
  return ag_json_take (cursor, '}') || bad_header (self, error);
}

static gboolean
parse_dtype (AgSafetensors *self, AgSafetensor *tensor, AgJsonCursor *cursor, GError **error)
{
  g_autofree char *text = ag_json_take_string (cursor);

  if (!text)
    return bad_header (self, error);
  for (guint i = 0; i < G_N_ELEMENTS (dtypes); i++)
    if (strcmp (text, dtypes[i].name) == 0)
      {
        tensor->dtype = (AgDtype) i;
        return TRUE;
      }
  g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED,
               _ ("%s: the tensor “%s” is of type “%s”, which is not supported"), self->name,
               tensor->name, text);
  return FALSE;
}

static gboolean
parse_shape (AgSafetensors *self, AgSafetensor *tensor, AgJsonCursor *cursor, GError **error)
{
  if (!ag_json_take (cursor, '['))
    return bad_header (self, error);
  if (ag_json_take (cursor, ']'))
    return TRUE;
  do
    {
      if (tensor->rank == G_N_ELEMENTS (tensor->dims))
        return corrupt (self, error, _ ("the tensor “%s” has more than 8 dimensions"),
                        tensor->name);
      if (!ag_json_take_size (cursor, &tensor->dims[tensor->rank++]))
        return bad_header (self, error);
    }
  while (ag_json_take (cursor, ','));
  return ag_json_take (cursor, ']') || bad_header (self, error);
}

/* Sizes are multiplied with care: the header may hold any number. */
static gboolean
check_size (AgSafetensors *self, AgSafetensor *tensor, gint64 begin, gint64 end, GError **error)
{
  gsize count = 1, size;

  if (begin > end || (guint64) end > self->data_size)
    return corrupt (self, error, _ ("the tensor “%s” lies outside of the file; it may end early"),
                    tensor->name);
  for (int i = 0; i < tensor->rank; i++)
    if (!g_size_checked_mul (&count, count, (gsize) tensor->dims[i]))
      return corrupt (self, error, _ ("the shape of the tensor “%s” is not possible"),
                      tensor->name);
  if (!g_size_checked_mul (&size, count, ag_dtype_size (tensor->dtype)) ||
      size != (gsize) (end - begin))
    return corrupt (self, error, _ ("the size of the tensor “%s” does not match its shape"),
                    tensor->name);
  tensor->count = count;
  tensor->size = size;
  tensor->data = self->data + begin;
  return TRUE;
}

/* { "dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24] }, in any order */
static gboolean
parse_tensor (AgSafetensors *self, AgSafetensor *tensor, AgJsonCursor *cursor, GError **error)
{
  enum
  {
    DTYPE = 1,
    SHAPE = 2,
    OFFSETS = 4
  };
  gint64 begin = 0, end = 0;
  int seen = 0;

  if (!ag_json_take (cursor, '{'))
    return bad_header (self, error);
  do
    {
      g_autofree char *key = ag_json_take_string (cursor);
      int which = g_strcmp0 (key, "dtype") == 0          ? DTYPE
                  : g_strcmp0 (key, "shape") == 0        ? SHAPE
                  : g_strcmp0 (key, "data_offsets") == 0 ? OFFSETS
                                                         : 0;

      if (which == 0 || (seen & which) || !ag_json_take (cursor, ':'))
        return bad_header (self, error);
      seen |= which;
      if ((which == DTYPE && !parse_dtype (self, tensor, cursor, error)) ||
          (which == SHAPE && !parse_shape (self, tensor, cursor, error)))
        return FALSE;
      if (which == OFFSETS && (!ag_json_take (cursor, '[') || !ag_json_take_size (cursor, &begin) ||
                               !ag_json_take (cursor, ',') || !ag_json_take_size (cursor, &end) ||
                               !ag_json_take (cursor, ']')))
        return bad_header (self, error);
    }
  while (ag_json_take (cursor, ','));

  if (!ag_json_take (cursor, '}') || seen != (DTYPE | SHAPE | OFFSETS))
    return bad_header (self, error);
  return check_size (self, tensor, begin, end, error);
}

static gboolean
parse_entry (AgSafetensors *self, AgJsonCursor *cursor, gboolean *had_metadata, GError **error)
{
  g_autofree char *key = ag_json_take_string (cursor);
  AgSafetensor *tensor;

  if (!key || !ag_json_take (cursor, ':'))
    return bad_header (self, error);
  if (strcmp (key, "__metadata__") == 0)
    {
      if (*had_metadata)
        return corrupt (self, error, _ ("the header has “%s” twice"), key);
      *had_metadata = TRUE;
      return parse_metadata (self, cursor, error);
    }
  if (g_hash_table_contains (self->by_name, key))
    return corrupt (self, error, _ ("the header has “%s” twice"), key);
  if (self->tensors->len == MAX_TENSORS)
    return corrupt (self, error, _ ("there are too many tensors in it"));

  tensor = g_new0 (AgSafetensor, 1);
  tensor->name = g_steal_pointer (&key);
  g_ptr_array_add (self->tensors, tensor);
  g_hash_table_insert (self->by_name, (gpointer) tensor->name, tensor);
  return parse_tensor (self, tensor, cursor, error);
}

static int
compare_place (gconstpointer a, gconstpointer b)
{
  const AgSafetensor *one = *(AgSafetensor *const *) a, *two = *(AgSafetensor *const *) b;

  if (one->data != two->data)
    return one->data < two->data ? -1 : 1;
  return one->size < two->size ? -1 : one->size > two->size;
}

/* Tensors fill the data without gap or overlap, as the format demands. */
static gboolean
check_places (AgSafetensors *self, GError **error)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (self->tensors, NULL, NULL);
  const guint8 *at = self->data;

  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_place);
  for (guint i = 0; i < sorted->len; i++)
    {
      AgSafetensor *tensor = sorted->pdata[i];
      if (tensor->data < at)
        return corrupt (self, error, _ ("the tensor “%s” overlaps another one"), tensor->name);
      if (tensor->data > at)
        return corrupt (self, error, _ ("there is a gap before the tensor “%s”"), tensor->name);
      at += tensor->size;
    }
  if (at != self->data + self->data_size)
    return corrupt (self, error, _ ("there is more in the file than its header says"));
  return TRUE;
}

static gboolean
parse (AgSafetensors *self, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (self->bytes, &size);
  gboolean had_metadata = FALSE;
  AgJsonCursor cursor;
  guint64 header_size;

  if (size < 8)
    return corrupt (self, error, _ ("the file ends early"));
  memcpy (&header_size, bytes, 8);
  header_size = GUINT64_FROM_LE (header_size);
  if (header_size < 2 || header_size > MAX_HEADER || (size > 8 && bytes[8] != '{'))
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT,
                   _ ("%s: this is not a safetensors file"), self->name);
      return FALSE;
    }
  if (header_size > size - 8)
    return corrupt (self, error, _ ("the file ends early"));

  cursor.at = (const char *) bytes + 8;
  cursor.end = cursor.at + header_size;
  self->data = bytes + 8 + header_size;
  self->data_size = size - 8 - header_size;
  if (!g_utf8_validate_len (cursor.at, header_size, NULL) || !ag_json_take (&cursor, '{'))
    return bad_header (self, error);
  if (!ag_json_take (&cursor, '}'))
    {
      do
        if (!parse_entry (self, &cursor, &had_metadata, error))
          return FALSE;
      while (ag_json_take (&cursor, ','));
      if (!ag_json_take (&cursor, '}'))
        return bad_header (self, error);
    }
  ag_json_take (&cursor, ' '); /* the padding */
  if (cursor.at != cursor.end && (ag_json_take (&cursor, '\0') || cursor.at != cursor.end))
    return bad_header (self, error);
  return check_places (self, error);
}

AgSafetensors *
ag_safetensors_open (GFile *file, GError **error)
{
  g_autoptr (AgSafetensors) self = g_new0 (AgSafetensors, 1);

  self->name = ag_file_name (file);
  self->metadata = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->tensors = g_ptr_array_new_with_free_func (tensor_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->bytes = ag_file_map (file, error);
  if (!self->bytes || !parse (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

const char *
ag_safetensors_get_name (AgSafetensors *self)
{
  return self->name;
}

const char *
ag_safetensors_get_metadata (AgSafetensors *self, const char *key)
{
  return g_hash_table_lookup (self->metadata, key);
}

guint
ag_safetensors_get_n_tensors (AgSafetensors *self)
{
  return self->tensors->len;
}

const AgSafetensor *
ag_safetensors_get_tensor (AgSafetensors *self, guint index)
{
  return self->tensors->pdata[index];
}

const AgSafetensor *
ag_safetensors_find (AgSafetensors *self, const char *name)
{
  return g_hash_table_lookup (self->by_name, name);
}

const AgSafetensor *
ag_safetensors_require (AgSafetensors *self,
                        const char *name,
                        int rank,
                        const gint64 *dims,
                        GError **error)
{
  const AgSafetensor *tensor = ag_safetensors_find (self, name);
  gboolean fits = tensor && tensor->rank == rank;

  if (!tensor)
    {
      corrupt (self, error, _ ("the tensor “%s” is missing"), name);
      return NULL;
    }
  for (int i = 0; fits && i < rank; i++)
    fits = dims[i] < 0 || dims[i] == tensor->dims[i];
  if (!fits)
    {
      corrupt (self, error, _ ("the tensor “%s” has the wrong shape"), name);
      return NULL;
    }
  return tensor;
}
