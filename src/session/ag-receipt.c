/* ag-receipt.c: how an exported picture was made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-receipt.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ag-file.h"
#include "ag-json.h"
#include "ag-mask.h"

#define FORMAT  "afterglow-receipt"
#define VERSION 2

/* Of version 1; a pixel of it is this many of today's, each way. */
#define COARSE_SIZE (AG_MASK_SIZE / COARSE_STEP)
#define COARSE_STEP 2

AgReceipt *
ag_receipt_new (AgLook *look)
{
  AgReceipt *receipt = g_new0 (AgReceipt, 1);

  receipt->look = look;
  receipt->photo_class = -1;
  return receipt;
}

AgReceipt *
ag_receipt_copy (const AgReceipt *receipt)
{
  AgReceipt *copy = ag_receipt_new (ag_look_copy (receipt->look));

  copy->model_name = g_strdup (receipt->model_name);
  copy->model_hash = g_strdup (receipt->model_hash);
  copy->photo_name = g_strdup (receipt->photo_name);
  copy->photo_hash = g_strdup (receipt->photo_hash);
  copy->width = receipt->width;
  copy->height = receipt->height;
  copy->alignment = receipt->alignment;
  copy->mask = receipt->mask != NULL ? g_bytes_ref (receipt->mask) : NULL;
  copy->coarse_mask = receipt->coarse_mask;
  copy->photo_class = receipt->photo_class;
  return copy;
}

void
ag_receipt_free (AgReceipt *receipt)
{
  if (receipt == NULL)
    return;
  ag_look_free (receipt->look);
  g_clear_pointer (&receipt->mask, g_bytes_unref);
  g_free (receipt->model_name);
  g_free (receipt->model_hash);
  g_free (receipt->photo_name);
  g_free (receipt->photo_hash);
  g_free (receipt);
}

static GBytes *
convert (GConverter *converter, gconstpointer data, gsize size, gsize max_size)
{
  g_autoptr (GInputStream) plain = g_memory_input_stream_new_from_data (data, (gssize) size, NULL);
  g_autoptr (GInputStream) stream = g_converter_input_stream_new (plain, converter);
  g_autofree guint8 *out = g_malloc (max_size);
  gsize n = 0;

  if (!g_input_stream_read_all (stream, out, max_size, &n, NULL, NULL))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&out), n);
}

static char *
pack_mask (GBytes *mask)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
  /* Zlib adds a little to what it cannot make smaller. */
  g_autoptr (GBytes) packed = convert (G_CONVERTER (compressor), g_bytes_get_data (mask, NULL),
                                       g_bytes_get_size (mask), 2 * AG_MASK_BYTES);

  return g_base64_encode (g_bytes_get_data (packed, NULL), g_bytes_get_size (packed));
}

/* Repeated and not smoothed: resampled to a model of up to 128 pixels, it is what the coarse one
 * would have been. */
static GBytes *
refine_mask (GBytes *coarse)
{
  const guint8 *from = g_bytes_get_data (coarse, NULL);
  guint8 *mask = g_malloc (AG_MASK_BYTES);

  for (int y = 0; y < AG_MASK_SIZE; y++)
    for (int x = 0; x < AG_MASK_SIZE; x++)
      mask[y * AG_MASK_SIZE + x] = from[y / COARSE_STEP * COARSE_SIZE + x / COARSE_STEP];
  return g_bytes_new_take (mask, AG_MASK_BYTES);
}

static gboolean
read_mask (AgReceipt *receipt, const char *text)
{
  g_autoptr (GZlibDecompressor) decompressor =
    g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB);
  gsize size;
  g_autofree guchar *packed = g_base64_decode (text, &size);
  g_autoptr (GBytes) mask = convert (G_CONVERTER (decompressor), packed, size, AG_MASK_BYTES + 1);

  if (mask == NULL)
    return FALSE;
  if (g_bytes_get_size (mask) == AG_MASK_BYTES)
    receipt->mask = g_steal_pointer (&mask);
  else if (g_bytes_get_size (mask) == COARSE_SIZE * COARSE_SIZE)
    {
      receipt->mask = refine_mask (mask);
      receipt->coarse_mask = TRUE;
    }
  return receipt->mask != NULL;
}

void
ag_receipt_build_head (JsonBuilder *json,
                       const char *format,
                       int version,
                       const char *model_name,
                       const char *model_hash)
{
  ag_json_add_string (json, "format", format);
  ag_json_add_int (json, "version", version);
  json_builder_set_member_name (json, "model");
  json_builder_begin_object (json);
  ag_json_add_string (json, "name", model_name);
  ag_json_add_string (json, "sha256", model_hash);
  json_builder_end_object (json);
}

void
ag_receipt_build (const AgReceipt *receipt, JsonBuilder *json)
{
  const AgAlignment *a = &receipt->alignment;
  const double numbers[4] = { a->x, a->y, a->ux, a->uy };

  ag_receipt_build_head (json, FORMAT, VERSION, receipt->model_name, receipt->model_hash);
  json_builder_set_member_name (json, "photo");
  json_builder_begin_object (json);
  ag_json_add_string (json, "name", receipt->photo_name);
  ag_json_add_string (json, "sha256", receipt->photo_hash);
  ag_json_add_int (json, "width", receipt->width);
  ag_json_add_int (json, "height", receipt->height);
  json_builder_end_object (json);
  ag_json_add_doubles (json, "alignment", numbers, 4);
  ag_look_build (receipt->look, json);
  if (receipt->mask != NULL)
    {
      g_autofree char *mask = pack_mask (receipt->mask);

      ag_json_add_string (json, "mask", mask);
    }
  if (receipt->photo_class >= 0)
    ag_json_add_int (json, "class", receipt->photo_class);
}

char *
ag_receipt_to_text (const AgReceipt *receipt)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();

  json_builder_begin_object (json);
  ag_receipt_build (receipt, json);
  json_builder_end_object (json);
  return ag_json_to_text (json);
}

gboolean
ag_receipt_read_model (JsonObject *object, char **name, char **hash)
{
  JsonObject *model = ag_json_get_object (object, "model");
  const char *model_name = model != NULL ? ag_json_get_string (model, "name") : NULL;
  const char *model_hash = model != NULL ? ag_json_get_string (model, "sha256") : NULL;

  if (model_name == NULL || model_hash == NULL)
    return FALSE;
  *name = g_strdup (model_name);
  *hash = g_strdup (model_hash);
  return TRUE;
}

static gboolean
read_alignment (JsonObject *object, AgAlignment *alignment)
{
  JsonArray *array = ag_json_get_array (object, "alignment");
  double numbers[4];

  if (array == NULL || json_array_get_length (array) != 4)
    return FALSE;
  for (guint i = 0; i < 4; i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (element))
        return FALSE;
      numbers[i] = json_node_get_double (element);
      /* Squares of photos, which are smaller than this, and more than a pixel. */
      if (!isfinite (numbers[i]) || fabs (numbers[i]) > 1e6)
        return FALSE;
    }
  *alignment = (AgAlignment){ numbers[0], numbers[1], numbers[2], numbers[3] };
  return hypot (alignment->ux, alignment->uy) >= 1;
}

/* NULL if all is well, what is wrong otherwise. */
static const char *
fill (AgReceipt *receipt, JsonObject *object)
{
  JsonObject *photo = ag_json_get_object (object, "photo");
  const char *mask = ag_json_get_string (object, "mask");

  if (g_strcmp0 (ag_json_get_string (object, "format"), FORMAT) != 0)
    return _ ("it is none of Afterglow’s");
  if (photo == NULL || !ag_receipt_read_model (object, &receipt->model_name, &receipt->model_hash))
    return _ ("it does not say of which model and photo it is");
  receipt->photo_name = g_strdup (ag_json_get_string (photo, "name"));
  receipt->photo_hash = g_strdup (ag_json_get_string (photo, "sha256"));
  if (receipt->photo_name == NULL)
    return _ ("it does not say of which model and photo it is");
  if (!ag_json_get_int (photo, "width", 1, 65535, &receipt->width) ||
      !ag_json_get_int (photo, "height", 1, 65535, &receipt->height))
    return _ ("it does not say how large the photo is");
  if (!read_alignment (object, &receipt->alignment))
    return _ ("it does not say where the face is");
  if (!ag_look_parse (receipt->look, object))
    return _ ("its values are no numbers");
  if (json_object_has_member (object, "mask") && (mask == NULL || !read_mask (receipt, mask)))
    return _ ("its mask cannot be read");
  if (json_object_has_member (object, "class") &&
      !ag_json_get_int (object, "class", 0, G_MAXINT, &receipt->photo_class))
    return _ ("its class is no number");
  return NULL;
}

AgReceipt *
ag_receipt_read (JsonObject *object, const char **defect)
{
  g_autoptr (AgReceipt) receipt = ag_receipt_new (ag_look_new (NULL));
  const char *wrong = fill (receipt, object);

  if (defect != NULL)
    *defect = wrong;
  return wrong == NULL ? g_steal_pointer (&receipt) : NULL;
}

AgReceipt *
ag_receipt_parse (const char *text, const char *name, GError **error)
{
  g_autoptr (JsonNode) root = ag_json_parse (text);
  const char *defect = _ ("it cannot be read");
  JsonObject *object = ag_json_as_object (root);
  AgReceipt *receipt = object != NULL ? ag_receipt_read (object, &defect) : NULL;

  if (receipt == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: its receipt is damaged: %s"),
                 name, defect);
  return receipt;
}

AgReceipt *
ag_receipt_from_image (AgImage *image, const char *name, GError **error)
{
  const char *text = ag_image_get_text (image, AG_RECEIPT_KEYWORD);

  if (text != NULL)
    return ag_receipt_parse (text, name, error);
  if (image->lost_text)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 _ ("%s: a text in it is damaged, perhaps its receipt"), name);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _ ("%s: there is no receipt in it; only PNGs that Afterglow exported have one"),
                 name);
  return NULL;
}

gboolean
ag_receipt_suits_file (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *lower = name != NULL ? g_ascii_strdown (name, -1) : NULL;

  return lower != NULL && g_str_has_suffix (lower, ".png");
}

char *
ag_receipt_hash_file (GFile *file, GError **error)
{
  g_autoptr (GBytes) bytes = ag_file_map (file, error);

  return bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
}
