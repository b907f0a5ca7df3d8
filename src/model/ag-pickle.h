/* ag-pickle.h: reading the index of a PyTorch state dict
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pickle is a program for a stack machine that can import and call anything. This machine knows
 * the opcodes that build numbers, strings, tuples, lists and dicts, and a fixed list of names that
 * a state dict refers to, none of which is ever called: they stand for a tensor or a storage.
 * Every other opcode or name is an error that says which. Nothing recurses and the number of
 * values is bounded.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  AG_PICKLE_MARK,
  AG_PICKLE_NONE,
  AG_PICKLE_BOOL,
  AG_PICKLE_INT,
  AG_PICKLE_FLOAT,
  AG_PICKLE_STRING,
  AG_PICKLE_TUPLE,
  AG_PICKLE_LIST,
  AG_PICKLE_DICT,    /* items: key, value, key, value, … */
  AG_PICKLE_GLOBAL,  /* string: "module.name" */
  AG_PICKLE_STORAGE, /* items: what identifies it, as persistent_id() gave it */
  AG_PICKLE_TENSOR,  /* items: the arguments of _rebuild_tensor_v2() */
} AgPickleType;

typedef struct AgPickleValue AgPickleValue;

struct AgPickleValue
{
  AgPickleType type;
  gint64 integer;
  char *string;
  GPtrArray *items; /* AgPickleValue, not owned */
};

typedef struct AgPickle AgPickle;

/**
 * ag_pickle_parse:
 * @root: (out) (transfer none): what the program builds; lives as long as the result
 * @problem: (out) (transfer full): what is wrong, in words, if %NULL is returned
 */
AgPickle *
ag_pickle_parse (const guint8 *data, gsize size, const AgPickleValue **root, char **problem);
void ag_pickle_free (AgPickle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgPickle, ag_pickle_free)

/**
 * ag_pickle_item:
 *
 * Returns: (nullable): item @index of a value that has items, if it is of @type
 */
const AgPickleValue *ag_pickle_item (const AgPickleValue *value, guint index, AgPickleType type);

G_END_DECLS
