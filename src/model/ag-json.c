/* ag-json.c: small JSON documents from files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-json.h"

#include <math.h>
#include <string.h>

#define MAX_TEXT  (16 * 1000 * 1000)
#define MAX_DEPTH 32

/* How deep brackets nest outside of strings. */
static int
nesting (const char *text)
{
  int depth = 0, deepest = 0;
  gboolean in_string = FALSE;

  for (; *text; text++)
    if (in_string)
      {
        if (*text == '\\' && text[1])
          text++;
        else if (*text == '"')
          in_string = FALSE;
      }
    else if (*text == '"')
      in_string = TRUE;
    else if (*text == '[' || *text == '{')
      {
        depth++; /* not inside of MAX(), which would count twice */
        deepest = MAX (deepest, depth);
      }
    else if (*text == ']' || *text == '}')
      depth--;
  return deepest;
}

JsonNode *
ag_json_parse (const char *text)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  JsonNode *root;

  if (strlen (text) > MAX_TEXT || nesting (text) > MAX_DEPTH ||
      !json_parser_load_from_data (parser, text, -1, NULL))
    return NULL;
  root = json_parser_get_root (parser);
  if (!root || (!JSON_NODE_HOLDS_OBJECT (root) && !JSON_NODE_HOLDS_ARRAY (root)))
    return NULL;
  return json_node_ref (root);
}

static JsonNode *
get_value (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);
  return node && JSON_NODE_HOLDS_VALUE (node) ? node : NULL;
}

JsonObject *
ag_json_as_object (JsonNode *node)
{
  return node && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

JsonObject *
ag_json_get_object (JsonObject *object, const char *key)
{
  return ag_json_as_object (json_object_get_member (object, key));
}

JsonArray *
ag_json_get_array (JsonObject *object, const char *key)
{
  JsonNode *node = json_object_get_member (object, key);
  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

gboolean
ag_json_get_int (JsonObject *object, const char *key, int min, int max, int *value)
{
  JsonNode *node = get_value (object, key);
  gint64 number;

  if (!node || json_node_get_value_type (node) != G_TYPE_INT64)
    return FALSE;
  number = json_node_get_int (node);
  if (number < min || number > max)
    return FALSE;
  *value = (int) number;
  return TRUE;
}

const char *
ag_json_get_string (JsonObject *object, const char *key)
{
  JsonNode *node = get_value (object, key);
  return node && json_node_get_value_type (node) == G_TYPE_STRING ? json_node_get_string (node)
                                                                  : NULL;
}

gboolean
ag_json_get_double (JsonObject *object, const char *key, double *value)
{
  JsonNode *node = get_value (object, key);

  if (!node || (json_node_get_value_type (node) != G_TYPE_INT64 &&
                json_node_get_value_type (node) != G_TYPE_DOUBLE))
    return FALSE;
  *value = json_node_get_double (node);
  return isfinite (*value);
}

void
ag_json_add_string (JsonBuilder *builder, const char *key, const char *value)
{
  if (!value)
    return;
  json_builder_set_member_name (builder, key);
  json_builder_add_string_value (builder, value);
}

void
ag_json_add_int (JsonBuilder *builder, const char *key, gint64 value)
{
  json_builder_set_member_name (builder, key);
  json_builder_add_int_value (builder, value);
}

void
ag_json_add_doubles (JsonBuilder *builder, const char *key, const double *values, int n)
{
  json_builder_set_member_name (builder, key);
  json_builder_begin_array (builder);
  for (int i = 0; i < n; i++)
    json_builder_add_double_value (builder, values[i]);
  json_builder_end_array (builder);
}

char *
ag_json_to_text (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}
