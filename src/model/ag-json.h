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
 * ag_json_to_text:
 * @builder: complete
 *
 * Returns: (transfer full): compact text
 */
char *ag_json_to_text (JsonBuilder *builder);

G_END_DECLS
