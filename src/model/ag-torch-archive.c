/* ag-torch-archive.c: PyTorch's .pt files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * torch.save() since version 1.6: a zip file with one folder, in it data.pkl, the pickled index,
 * data/KEY, the storages, and sometimes byteorder.
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "ag-archive.h"
#include "ag-model.h"
#include "ag-pickle.h"

#define MAX_INDEX (64 * 1024 * 1024)

/* The folder with its slash, or %NULL. */
static char *
find_folder (AgArchive *self)
{
  zip_int64_t n = zip_get_num_entries (self->zip, 0);

  for (zip_int64_t i = 0; i < n; i++)
    {
      const char *name = zip_get_name (self->zip, (zip_uint64_t) i, ZIP_FL_ENC_RAW);
      const char *slash = name ? strchr (name, '/') : NULL;
      if (slash && strcmp (slash, "/data.pkl") == 0)
        return g_strndup (name, (gsize) (slash - name) + 1);
    }
  return NULL;
}

gboolean
ag_archive_is_torch (AgArchive *self)
{
  g_autofree char *folder = find_folder (self);
  return folder != NULL;
}

static zip_int64_t
locate (AgArchive *self, const char *folder, const char *name)
{
  g_autofree char *path = g_strconcat (folder, name, NULL);
  return zip_name_locate (self->zip, path, ZIP_FL_ENC_RAW);
}

static gboolean
is_big_endian (AgArchive *self, const char *folder, gboolean *big, GError **error)
{
  zip_int64_t entry = locate (self, folder, "byteorder");
  g_autoptr (GBytes) bytes = NULL;
  const char *text;
  gsize size;

  *big = FALSE;
  if (entry < 0)
    return TRUE;
  bytes = ag_archive_read_entry (self, (zip_uint64_t) entry, 16, error);
  if (!bytes)
    return FALSE;
  text = g_bytes_get_data (bytes, &size);
  *big = size == 3 && memcmp (text, "big", 3) == 0;
  return *big || (size == 6 && memcmp (text, "little", 6) == 0) ||
         ag_archive_corrupt (self, error, _ ("its byte order is not known"));
}

static gboolean
element_of (const char *storage, AgElement *element)
{
  static const struct
  {
    const char *name;
    AgElement element;
  } storages[] = {
    { "torch.BoolStorage", AG_ELEMENT_U8 },    { "torch.ByteStorage", AG_ELEMENT_U8 },
    { "torch.DoubleStorage", AG_ELEMENT_F64 }, { "torch.FloatStorage", AG_ELEMENT_F32 },
    { "torch.HalfStorage", AG_ELEMENT_F16 },   { "torch.IntStorage", AG_ELEMENT_I32 },
    { "torch.LongStorage", AG_ELEMENT_I64 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (storages); i++)
    if (strcmp (storage, storages[i].name) == 0)
      {
        *element = storages[i].element;
        return TRUE;
      }
  return FALSE;
}

static gboolean
read_sizes (const AgPickleValue *tuple, gint64 *sizes)
{
  for (guint i = 0; i < tuple->items->len; i++)
    {
      const AgPickleValue *size = ag_pickle_item (tuple, i, AG_PICKLE_INT);
      if (!size || size->integer < 0)
        return FALSE;
      sizes[i] = size->integer;
    }
  return TRUE;
}

/* Fills in what the arguments of _rebuild_tensor_v2 (storage, offset, size, stride, …) say. */
static gboolean
describe (AgArchive *self, const char *folder, const AgPickleValue *tensor, AgArray *array)
{
  const AgPickleValue *storage = ag_pickle_item (tensor, 0, AG_PICKLE_STORAGE);
  const AgPickleValue *offset = ag_pickle_item (tensor, 1, AG_PICKLE_INT);
  const AgPickleValue *size = ag_pickle_item (tensor, 2, AG_PICKLE_TUPLE);
  const AgPickleValue *stride = ag_pickle_item (tensor, 3, AG_PICKLE_TUPLE);
  const AgPickleValue *type = ag_pickle_item (storage, 1, AG_PICKLE_GLOBAL);
  const AgPickleValue *key = ag_pickle_item (storage, 2, AG_PICKLE_STRING);
  g_autofree char *path = g_strconcat ("data/", key->string, NULL);
  zip_int64_t entry = locate (self, folder, path);

  if (entry < 0 || !element_of (type->string, &array->element) || offset->integer < 0 ||
      size->items->len > G_N_ELEMENTS (array->dims) || stride->items->len != size->items->len ||
      !read_sizes (size, array->dims) || !read_sizes (stride, array->strides))
    return FALSE;
  array->rank = (int) size->items->len;
  array->offset = (gsize) offset->integer;
  array->entry = (zip_uint64_t) entry;
  return TRUE;
}

static gboolean
add_tensor (AgArchive *self,
            const char *folder,
            gboolean big,
            const char *name,
            const AgPickleValue *tensor,
            GError **error)
{
  g_autoptr (AgArray) array = g_new0 (AgArray, 1);

  /* torch.nn.DataParallel puts this before every name. */
  array->name = g_strdup (g_str_has_prefix (name, "module.") ? name + strlen ("module.") : name);
  array->big_endian = big;
  if (!describe (self, folder, tensor, array))
    return ag_archive_corrupt (self, error, _ ("the description of “%s” in it is damaged"), name);
  return ag_archive_add (self, g_steal_pointer (&array), error);
}

static const AgPickleValue *
member (const AgPickleValue *dict, const char *key)
{
  for (guint i = 0; i + 1 < dict->items->len; i += 2)
    {
      const AgPickleValue *name = ag_pickle_item (dict, i, AG_PICKLE_STRING);
      if (name && strcmp (name->string, key) == 0)
        return ag_pickle_item (dict, i + 1, AG_PICKLE_DICT);
    }
  return NULL;
}

/* The state dict itself, or where training scripts that save more usually put it. */
static const AgPickleValue *
find_state_dict (const AgPickleValue *root)
{
  const AgPickleValue *inner;

  if (root->type != AG_PICKLE_DICT)
    return NULL;
  inner = member (root, "state_dict");
  if (!inner)
    inner = member (root, "model");
  return inner ? inner : root;
}

static gboolean
add_all (AgArchive *self,
         const char *folder,
         gboolean big,
         const AgPickleValue *dict,
         GError **error)
{
  for (guint i = 0; i + 1 < dict->items->len; i += 2)
    {
      const AgPickleValue *name = ag_pickle_item (dict, i, AG_PICKLE_STRING);
      const AgPickleValue *tensor = ag_pickle_item (dict, i + 1, AG_PICKLE_TENSOR);
      if (name && tensor && !add_tensor (self, folder, big, name->string, tensor, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
ag_torch_scan (AgArchive *self, GError **error)
{
  g_autofree char *folder = find_folder (self);
  g_autofree char *problem = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (AgPickle) pickle = NULL;
  const AgPickleValue *root = NULL, *dict;
  gboolean big;
  gsize size;

  if (!is_big_endian (self, folder, &big, error))
    return FALSE;
  bytes = ag_archive_read_entry (self, (zip_uint64_t) locate (self, folder, "data.pkl"), MAX_INDEX,
                                 error);
  if (!bytes)
    return FALSE;
  size = g_bytes_get_size (bytes);
  pickle = ag_pickle_parse (g_bytes_get_data (bytes, NULL), size, &root, &problem);
  if (!pickle)
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED, "%s: %s", self->name,
                   problem);
      return FALSE;
    }
  dict = find_state_dict (root);
  if (dict && !add_all (self, folder, big, dict, error))
    return FALSE;
  if (self->arrays->len > 0)
    return TRUE;
  g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT, _ ("%s: there is no state dict in it"),
               self->name);
  return FALSE;
}
