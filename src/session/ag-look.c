/* ag-look.c: what the controls say, with a name and without a face
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-look.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-file.h"
#include "ag-json.h"

#define FORMAT    "afterglow-look"
#define EXTENSION ".json"

/* A look is some hundred bytes. */
#define MAX_FILE (1024 * 1024)

static void
value_clear (gpointer data)
{
  g_free (((AgLookValue *) data)->attribute);
}

AgLook *
ag_look_new (const char *name)
{
  AgLook *look = g_new0 (AgLook, 1);

  look->name = g_strdup (name);
  look->values = g_array_new (FALSE, TRUE, sizeof (AgLookValue));
  g_array_set_clear_func (look->values, value_clear);
  look->locked = g_new0 (char *, 1);
  for (int level = 0; level < AG_MAX_LEVELS; level++)
    look->strength[level] = look->temperature[level] = 1;
  return look;
}

AgLook *
ag_look_copy (const AgLook *look)
{
  AgLook *copy = ag_look_new (look->name);

  copy->file = look->file != NULL ? g_object_ref (look->file) : NULL;
  for (guint i = 0; i < look->values->len; i++)
    {
      const AgLookValue *value = &g_array_index (look->values, AgLookValue, i);

      ag_look_set_value (copy, value->attribute, value->value);
    }
  g_strfreev (copy->locked);
  copy->locked = g_strdupv (look->locked);
  copy->n_levels = look->n_levels;
  memcpy (copy->strength, look->strength, sizeof copy->strength);
  memcpy (copy->temperature, look->temperature, sizeof copy->temperature);
  return copy;
}

void
ag_look_free (AgLook *look)
{
  if (look == NULL)
    return;
  g_clear_object (&look->file);
  g_array_unref (look->values);
  g_strfreev (look->locked);
  g_free (look->name);
  g_free (look);
}

void
ag_look_set_value (AgLook *look, const char *attribute, double value)
{
  AgLookValue added = { NULL, value };

  for (guint i = 0; i < look->values->len; i++)
    if (g_str_equal (g_array_index (look->values, AgLookValue, i).attribute, attribute))
      {
        g_array_remove_index (look->values, i);
        break;
      }
  if (value == 0)
    return;
  added.attribute = g_strdup (attribute);
  g_array_append_val (look->values, added);
}

static const char *
get_name (AgModel *model, guint index)
{
  return ((const AgModelAttribute *) g_ptr_array_index (model->attributes, index))->name;
}

/* The index of an attribute; their number if the model has none of that name. */
static guint
find_attribute (AgModel *model, const char *name)
{
  guint index = 0;

  while (index < model->attributes->len && !g_str_equal (get_name (model, index), name))
    index++;
  return index;
}

AgLook *
ag_look_from_state (const char *name,
                    AgModel *model,
                    const AgEditState *state,
                    double neutral_temperature)
{
  AgLook *look = ag_look_new (name);
  g_autoptr (GStrvBuilder) locked = g_strv_builder_new ();

  look->n_levels = ag_glow_config (model->glow)->levels;
  for (guint i = 0; i < MIN (state->n_values, model->attributes->len); i++)
    {
      ag_look_set_value (look, get_name (model, i), state->values[i]);
      if (state->locked[i])
        g_strv_builder_add (locked, get_name (model, i));
    }
  g_strfreev (look->locked);
  look->locked = g_strv_builder_end (locked);
  for (int level = 0; level < look->n_levels; level++)
    {
      look->strength[level] = state->strength[level];
      look->temperature[level] = state->temperature / neutral_temperature;
    }
  return look;
}

static void
add_missing (GString *missing, const char *what)
{
  g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", what);
}

static gboolean
is_uniform (const double *numbers, int n)
{
  for (int i = 1; i < n; i++)
    if (numbers[i] != numbers[0])
      return FALSE;
  return TRUE;
}

char *
ag_look_apply (const AgLook *look, AgModel *model, AgEditState *state, double neutral_temperature)
{
  GString *missing = g_string_new (NULL);
  int n_levels = ag_glow_config (model->glow)->levels;

  g_return_val_if_fail (state->n_values == model->attributes->len, NULL);

  memset (state->values, 0, state->n_values * sizeof (double));
  memset (state->locked, 0, state->n_values * sizeof (bool));
  for (guint i = 0; i < look->values->len; i++)
    {
      const AgLookValue *value = &g_array_index (look->values, AgLookValue, i);
      guint index = find_attribute (model, value->attribute);

      if (index < state->n_values)
        state->values[index] = value->value;
      else
        add_missing (missing, value->attribute);
    }
  for (gsize i = 0; look->locked[i] != NULL; i++)
    {
      guint index = find_attribute (model, look->locked[i]);

      if (index < state->n_values)
        state->locked[index] = true;
    }

  for (int level = 0; level < AG_MAX_LEVELS; level++)
    state->strength[level] = look->n_levels == n_levels ? look->strength[level] : look->strength[0];
  if (look->n_levels != n_levels && !is_uniform (look->strength, look->n_levels))
    add_missing (missing, _ ("strength per level"));
  state->temperature = look->temperature[0] * neutral_temperature;
  if (!is_uniform (look->temperature, look->n_levels))
    add_missing (missing, _ ("temperature per level"));
  return g_string_free (missing, missing->len == 0);
}

/* As JSON. */

void
ag_look_build (const AgLook *look, JsonBuilder *json)
{
  json_builder_set_member_name (json, "values");
  json_builder_begin_object (json);
  for (guint i = 0; i < look->values->len; i++)
    {
      const AgLookValue *value = &g_array_index (look->values, AgLookValue, i);

      json_builder_set_member_name (json, value->attribute);
      json_builder_add_double_value (json, value->value);
    }
  json_builder_end_object (json);
  ag_json_add_doubles (json, "level_strength", look->strength, look->n_levels);
  ag_json_add_doubles (json, "temperature", look->temperature, look->n_levels);
  json_builder_set_member_name (json, "locked");
  json_builder_begin_array (json);
  for (gsize i = 0; look->locked[i] != NULL; i++)
    json_builder_add_string_value (json, look->locked[i]);
  json_builder_end_array (json);
}

/* Whether the member is absent or of that type. */
static gboolean
may_be (JsonObject *object, const char *key, JsonNodeType type)
{
  JsonNode *node = json_object_get_member (object, key);

  return node == NULL || json_node_get_node_type (node) == type;
}

static JsonArray *
get_array (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL ? json_node_get_array (node) : NULL;
}

static gboolean
get_number (JsonNode *node, double *number)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || (json_node_get_value_type (node) != G_TYPE_DOUBLE &&
                                        json_node_get_value_type (node) != G_TYPE_INT64))
    return FALSE;
  *number = json_node_get_double (node);
  return isfinite (*number) && fabs (*number) < 1e6;
}

static gboolean
parse_values (AgLook *look, JsonObject *object)
{
  JsonObjectIter iter;
  const char *attribute;
  JsonNode *node;
  double number;

  if (object == NULL)
    return TRUE;
  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &attribute, &node))
    {
      if (!get_number (node, &number))
        return FALSE;
      ag_look_set_value (look, attribute, number);
    }
  return TRUE;
}

static gboolean
parse_numbers (JsonArray *array, int *n_levels, double *numbers)
{
  guint n = array != NULL ? json_array_get_length (array) : 0;

  if (n > AG_MAX_LEVELS)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (!get_number (json_array_get_element (array, i), &numbers[i]))
      return FALSE;
  *n_levels = MAX (*n_levels, (int) n);
  return TRUE;
}

static gboolean
parse_locked (AgLook *look, JsonArray *array)
{
  g_autoptr (GStrvBuilder) locked = g_strv_builder_new ();

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        return FALSE;
      g_strv_builder_add (locked, json_node_get_string (node));
    }
  g_strfreev (look->locked);
  look->locked = g_strv_builder_end (locked);
  return TRUE;
}

gboolean
ag_look_parse (AgLook *look, JsonObject *object)
{
  JsonNode *values = json_object_get_member (object, "values");

  if (!may_be (object, "values", JSON_NODE_OBJECT) ||
      !may_be (object, "level_strength", JSON_NODE_ARRAY) ||
      !may_be (object, "temperature", JSON_NODE_ARRAY) ||
      !may_be (object, "locked", JSON_NODE_ARRAY) ||
      !parse_values (look, values != NULL ? json_node_get_object (values) : NULL) ||
      !parse_numbers (get_array (object, "level_strength"), &look->n_levels, look->strength) ||
      !parse_numbers (get_array (object, "temperature"), &look->n_levels, look->temperature) ||
      !parse_locked (look, get_array (object, "locked")))
    return FALSE;
  for (int level = 0; level < look->n_levels; level++)
    if (look->temperature[level] < 0)
      return FALSE;
  return TRUE;
}

/* As files. */

AgLook *
ag_look_load (GFile *file, GError **error)
{
  g_autofree char *file_name = ag_file_name (file), *text = NULL;
  g_autoptr (GBytes) bytes = ag_file_read (file, MAX_FILE, NULL, error);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (AgLook) look = ag_look_new (NULL);
  JsonObject *object;
  const char *name;

  if (bytes == NULL)
    return NULL;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  root = ag_json_parse (text);
  object = ag_json_as_object (root);
  if (object == NULL || g_strcmp0 (ag_json_get_string (object, "format"), FORMAT) != 0 ||
      !ag_look_parse (look, object))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("%s: this is not a look"),
                   file_name);
      return NULL;
    }
  name = ag_json_get_string (object, "name");
  look->name = g_strdup (name != NULL && *name != '\0' ? name : file_name);
  look->file = g_object_ref (file);
  return g_steal_pointer (&look);
}

/* A file name that says what the look is called, as far as file names can. */
static GFile *
make_file (GFile *folder, const char *name)
{
  g_autofree char *stem = g_strndup (name, 100), *valid = NULL, *file_name = NULL;

  for (char *c = stem; *c != '\0'; c++)
    if (*c == '/' || *c == '\\' || (guchar) *c < ' ' || (c == stem && *c == '.'))
      *c = '_';
  /* A character may have been cut. */
  valid = g_utf8_make_valid (stem, -1);
  file_name = g_strconcat (*valid != '\0' ? valid : "_", EXTENSION, NULL);
  return g_file_get_child (folder, file_name);
}

gboolean
ag_look_save (AgLook *look, GFile *folder, GError **error)
{
  g_autoptr (JsonBuilder) json = json_builder_new ();
  g_autoptr (GFile) file = NULL;
  g_autofree char *text = NULL;
  GError *local_error = NULL;

  g_return_val_if_fail (look->name != NULL, FALSE);

  json_builder_begin_object (json);
  ag_json_add_string (json, "format", FORMAT);
  ag_json_add_int (json, "version", 1);
  ag_json_add_string (json, "name", look->name);
  ag_look_build (look, json);
  json_builder_end_object (json);
  text = ag_json_to_text (json);

  if (!g_file_make_directory_with_parents (folder, NULL, &local_error) &&
      !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_EXISTS))
    {
      ag_file_propagate_error (error, local_error, folder);
      return FALSE;
    }
  g_clear_error (&local_error);
  file = make_file (folder, look->name);
  if (!ag_atomic_file_replace (file, text, strlen (text), error))
    return FALSE;
  g_set_object (&look->file, file);
  return TRUE;
}

gboolean
ag_look_delete (AgLook *look, GError **error)
{
  GError *local_error = NULL;

  g_return_val_if_fail (look->file != NULL, FALSE);

  if (g_file_delete (look->file, NULL, &local_error))
    return TRUE;
  ag_file_propagate_error (error, local_error, look->file);
  return FALSE;
}

GFile *
ag_looks_get_folder (void)
{
  g_autofree char *path = g_build_filename (g_get_user_data_dir (), "afterglow", "looks", NULL);

  return g_file_new_for_path (path);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_utf8_collate ((*(const AgLook *const *) a)->name, (*(const AgLook *const *) b)->name);
}

GPtrArray *
ag_looks_list (GFile *folder, GError **error)
{
  g_autoptr (GPtrArray) looks = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_look_free);
  GError *local_error = NULL;
  g_autoptr (GFileEnumerator) files = g_file_enumerate_children (
    folder, G_FILE_ATTRIBUTE_STANDARD_NAME, G_FILE_QUERY_INFO_NONE, NULL, &local_error);
  GFileInfo *info;
  GFile *file;

  while (files != NULL && g_file_enumerator_iterate (files, &info, &file, NULL, &local_error) &&
         info != NULL)
    {
      AgLook *look = NULL;

      if (g_str_has_suffix (g_file_info_get_name (info), EXTENSION))
        look = ag_look_load (file, NULL);
      if (look != NULL)
        g_ptr_array_add (looks, look);
    }
  if (local_error != NULL && !g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      ag_file_propagate_error (error, local_error, folder);
      return NULL;
    }
  g_clear_error (&local_error);
  g_ptr_array_sort (looks, compare_names);
  return g_steal_pointer (&looks);
}
