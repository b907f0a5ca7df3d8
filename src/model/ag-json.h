/* ag-json.h: small JSON documents from files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * ag_json_parse:
 * @text: UTF-8
 *
 * Parses @text if it is an object or array that is not nested deeper than 32 levels (the parser
 * beneath recurses) and no longer than 16 MB.
 *
 * Returns: (transfer full) (nullable): its root
 */
JsonNode *ag_json_parse (const char *text);

/**
 * ag_json_as_object:
 * @node: (nullable):
 *
 * Returns: (transfer none) (nullable): the object that @node is, if it is one
 */
JsonObject *ag_json_as_object (JsonNode *node);

/**
 * ag_json_get_object:
 *
 * Returns: (transfer none) (nullable): the object @key of @object
 */
JsonObject *ag_json_get_object (JsonObject *object, const char *key);

/**
 * ag_json_get_array:
 *
 * Returns: (transfer none) (nullable): the array @key of @object
 */
JsonArray *ag_json_get_array (JsonObject *object, const char *key);

/**
 * ag_json_get_int:
 * @value: (out): from @min to @max
 *
 * Returns: whether @object has such a number
 */
gboolean ag_json_get_int (JsonObject *object, const char *key, int min, int max, int *value);

/**
 * ag_json_get_string:
 *
 * Returns: (transfer none) (nullable): the string @key of @object
 */
const char *ag_json_get_string (JsonObject *object, const char *key);

/**
 * ag_json_get_double:
 * @value: (out): finite
 *
 * Returns: whether @object has such a number
 */
gboolean ag_json_get_double (JsonObject *object, const char *key, double *value);

/**
 * ag_json_add_string:
 * @value: (nullable): %NULL adds nothing
 *
 * Adds a member to the open object.
 */
void ag_json_add_string (JsonBuilder *builder, const char *key, const char *value);

/**
 * ag_json_add_int:
 *
 * Adds a member to the open object.
 */
void ag_json_add_int (JsonBuilder *builder, const char *key, gint64 value);

/**
 * ag_json_add_doubles:
 * @values: (array length=n):
 *
 * Adds an array of numbers to the open object.
 */
void ag_json_add_doubles (JsonBuilder *builder, const char *key, const double *values, int n);

/**
 * ag_json_to_text:
 * @builder: complete
 *
 * Returns: (transfer full): compact text
 */
char *ag_json_to_text (JsonBuilder *builder);

G_END_DECLS
