/* ag-blend-receipt.c: how a blend was made
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-receipt.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "ag-json.h"

#define FORMAT  "afterglow-blend"
#define VERSION 1

/* Of a path; more than any export has. */
#define MAX_PLACES 10000
#define MAX_SIZE   16384

static const char *const face_kinds[] = { "photo", "drawn", "other" };

AgBlendReceipt *
ag_blend_receipt_new (const char *model_name, const char *model_hash)
{
  AgBlendReceipt *receipt = g_new0 (AgBlendReceipt, 1);

  receipt->model_name = g_strdup (model_name);
  receipt->model_hash = g_strdup (model_hash);
  receipt->class_label = -1;
  receipt->places = g_array_new (FALSE, FALSE, sizeof (AgBlendPlace));
  return receipt;
}

void
ag_blend_receipt_free (AgBlendReceipt *receipt)
{
  if (receipt == NULL)
    return;
  for (guint k = 0; k < receipt->n_faces; k++)
    ag_receipt_free (receipt->faces[k].edit);
  g_array_unref (receipt->places);
  g_free (receipt->model_name);
  g_free (receipt->model_hash);
  g_free (receipt);
}

void
ag_blend_receipt_add_face (AgBlendReceipt *receipt,
                           AgBlendFaceKind kind,
                           AgReceipt *edit,
                           const AgSample *sample)
{
  AgBlendReceiptFace *face = &receipt->faces[receipt->n_faces++];

  face->kind = kind;
  face->edit = edit;
  if (sample != NULL)
    face->sample = *sample;
}

static void
build_double (JsonBuilder *json, const char *name, double value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_double_value (json, value);
}

static void
build_face (const AgBlendReceiptFace *face, int n_levels, JsonBuilder *json)
{
  json_builder_begin_object (json);
  ag_json_add_string (json, "kind", face_kinds[face->kind]);
  json_builder_set_member_name (json, "edit");
  json_builder_begin_object (json);
  ag_receipt_build (face->edit, json);
  json_builder_end_object (json);
  if (face->kind == AG_BLEND_FACE_DRAWN)
    {
      json_builder_set_member_name (json, "sample");
      ag_sample_build (&face->sample, n_levels, json);
    }
  json_builder_end_object (json);
}

static void
build_place (const AgBlendPlace *place, JsonBuilder *json)
{
  json_builder_begin_object (json);
  build_double (json, "t", place->t);
  build_double (json, "v", place->v);
  build_double (json, "shrink", place->shrink);
  json_builder_end_object (json);
}

char *
ag_blend_receipt_to_text (const AgBlendReceipt *receipt, guint first, guint n)
{
  g_autoptr (JsonBuilder) json = json_builder_new_immutable ();

  json_builder_begin_object (json);
  ag_receipt_build_head (json, FORMAT, VERSION, receipt->model_name, receipt->model_hash);
  if (receipt->class_label >= 0)
    ag_json_add_int (json, "class", receipt->class_label);
  ag_json_add_string (json, "path", ag_path_kind_name (receipt->kind));
  ag_json_add_doubles (json, "mix", receipt->mix, receipt->n_levels);
  ag_json_add_int (json, "size", receipt->size);
  json_builder_set_member_name (json, "frames");
  json_builder_begin_array (json);
  for (guint i = first; i < first + n; i++)
    build_place (&g_array_index (receipt->places, AgBlendPlace, i), json);
  json_builder_end_array (json);
  json_builder_set_member_name (json, "faces");
  json_builder_begin_array (json);
  for (guint k = 0; k < receipt->n_faces; k++)
    build_face (&receipt->faces[k], receipt->n_levels, json);
  json_builder_end_array (json);
  json_builder_end_object (json);
  return ag_json_to_text (json);
}

/* Reading. */

static gboolean
read_share (JsonObject *object, const char *key, double *value)
{
  return ag_json_get_double (object, key, value) && *value >= 0 && *value <= 1;
}

static gboolean
read_places (AgBlendReceipt *receipt, JsonObject *object)
{
  JsonArray *array = ag_json_get_array (object, "frames");

  if (array == NULL || json_array_get_length (array) < 1 ||
      json_array_get_length (array) > MAX_PLACES)
    return FALSE;
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonObject *element = ag_json_as_object (json_array_get_element (array, i));
      AgBlendPlace place;

      if (element == NULL || !read_share (element, "t", &place.t) ||
          !read_share (element, "v", &place.v) || !read_share (element, "shrink", &place.shrink))
        return FALSE;
      g_array_append_val (receipt->places, place);
    }
  return TRUE;
}

static gboolean
read_mix (AgBlendReceipt *receipt, JsonObject *object)
{
  JsonArray *array = ag_json_get_array (object, "mix");

  if (array == NULL || json_array_get_length (array) < 1 ||
      json_array_get_length (array) > AG_MAX_LEVELS)
    return FALSE;
  receipt->n_levels = (int) json_array_get_length (array);
  for (int l = 0; l < receipt->n_levels; l++)
    {
      JsonNode *node = json_array_get_element (array, (guint) l);

      if (!JSON_NODE_HOLDS_VALUE (node))
        return FALSE;
      receipt->mix[l] = json_node_get_double (node);
      if (!(receipt->mix[l] >= -1 && receipt->mix[l] <= 1))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_face (AgBlendReceipt *receipt, JsonObject *object)
{
  const char *name = ag_json_get_string (object, "kind");
  JsonObject *edit_object = ag_json_get_object (object, "edit");
  JsonObject *sample_object = ag_json_get_object (object, "sample");
  g_autoptr (AgReceipt) edit = edit_object != NULL ? ag_receipt_read (edit_object, NULL) : NULL;
  AgSample sample = { 0 };
  int n_levels, kind = 0;

  while (kind < (int) G_N_ELEMENTS (face_kinds) && g_strcmp0 (name, face_kinds[kind]) != 0)
    kind++;
  if (kind == (int) G_N_ELEMENTS (face_kinds) || edit == NULL ||
      (kind == AG_BLEND_FACE_DRAWN &&
       (sample_object == NULL || !ag_sample_read (sample_object, &n_levels, &sample) ||
        n_levels != receipt->n_levels)))
    return FALSE;
  ag_blend_receipt_add_face (receipt, (AgBlendFaceKind) kind, g_steal_pointer (&edit), &sample);
  return TRUE;
}

static gboolean
read_faces (AgBlendReceipt *receipt, JsonObject *object)
{
  JsonArray *array = ag_json_get_array (object, "faces");

  if (array == NULL || json_array_get_length (array) < 2 ||
      json_array_get_length (array) > AG_BLEND_MAX_FACES)
    return FALSE;
  for (guint k = 0; k < json_array_get_length (array); k++)
    {
      JsonObject *face = ag_json_as_object (json_array_get_element (array, k));

      if (face == NULL || !read_face (receipt, face))
        return FALSE;
    }
  return TRUE;
}

static AgBlendReceipt *
read_receipt (JsonObject *object)
{
  const char *path = ag_json_get_string (object, "path");
  g_autoptr (AgBlendReceipt) receipt = NULL;

  if (g_strcmp0 (ag_json_get_string (object, "format"), FORMAT) != 0)
    return NULL;
  receipt = ag_blend_receipt_new (NULL, NULL);
  if (!ag_receipt_read_model (object, &receipt->model_name, &receipt->model_hash) || path == NULL ||
      !ag_path_kind_parse (path, &receipt->kind) || !read_mix (receipt, object) ||
      !ag_json_get_int (object, "size", 1, MAX_SIZE, &receipt->size) ||
      !read_places (receipt, object) || !read_faces (receipt, object) ||
      (json_object_has_member (object, "class") &&
       !ag_json_get_int (object, "class", 0, G_MAXINT, &receipt->class_label)))
    return NULL;
  return g_steal_pointer (&receipt);
}

AgBlendReceipt *
ag_blend_receipt_parse (const char *text, const char *name, GError **error)
{
  g_autoptr (JsonNode) root = ag_json_parse (text);
  JsonObject *object = ag_json_as_object (root);
  AgBlendReceipt *receipt = object != NULL ? read_receipt (object) : NULL;

  if (receipt == NULL)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: its receipt is damaged"),
                 name);
  return receipt;
}

AgBlendPoint *
ag_blend_receipt_make_points (const AgBlendReceipt *receipt,
                              const AgGlowConfig *config,
                              AgEditSubject *const *subjects)
{
  AgBlendPoint *points = g_new (AgBlendPoint, receipt->places->len);

  for (guint i = 0; i < receipt->places->len; i++)
    {
      const AgBlendPlace *place = &g_array_index (receipt->places, AgBlendPlace, i);

      ag_blend_point_init (&points[i], config, subjects, receipt->n_faces, receipt->kind,
                           receipt->mix, place->t, place->v);
      points[i].shrink = place->shrink;
    }
  return points;
}
