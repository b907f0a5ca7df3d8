/* ag-pickle.c: reading the index of a PyTorch state dict
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opcodes as in CPython's Lib/pickletools.py; protocols 2 to 5.
 */
#include "ag-pickle.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Far more than the largest state dicts need. */
#define MAX_VALUES (4 * 1000 * 1000)

struct AgPickle
{
  const guint8 *at, *end;
  GPtrArray *values; /* all that were made */
  GPtrArray *stack;
  GHashTable *memo; /* number -> value */
  char *problem;
};

/* The names that a state dict may refer to. */
static const char *const allowed[] = {
  "collections.OrderedDict",
  "torch._utils._rebuild_parameter",
  "torch._utils._rebuild_tensor_v2",
  "torch.BoolStorage",
  "torch.ByteStorage",
  "torch.DoubleStorage",
  "torch.FloatStorage",
  "torch.HalfStorage",
  "torch.IntStorage",
  "torch.LongStorage",
};

/* Those that are refused, so that the message can say which. */
static const struct
{
  guint8 code;
  const char *name;
} refused[] = {
  { 'F', "FLOAT" },
  { 'I', "INT" },
  { 'L', "LONG" },
  { 'P', "PERSID" },
  { 'S', "STRING" },
  { 'T', "BINSTRING" },
  { 'U', "SHORT_BINSTRING" },
  { 'V', "UNICODE" },
  { 'd', "DICT" },
  { 'g', "GET" },
  { 'i', "INST" },
  { 'l', "LIST" },
  { 'o', "OBJ" },
  { 'p', "PUT" },
  { 0x81, "NEWOBJ" },
  { 0x82, "EXT1" },
  { 0x83, "EXT2" },
  { 0x84, "EXT4" },
  { 0x8b, "LONG4" },
  { 'B', "BINBYTES" },
  { 'C', "SHORT_BINBYTES" },
  { 0x8e, "BINBYTES8" },
  { 0x8f, "EMPTY_SET" },
  { 0x90, "ADDITEMS" },
  { 0x91, "FROZENSET" },
  { 0x92, "NEWOBJ_EX" },
  { 0x96, "BYTEARRAY8" },
  { 0x97, "NEXT_BUFFER" },
  { 0x98, "READONLY_BUFFER" },
  { '2', "DUP" },
};

static void
value_free (gpointer data)
{
  AgPickleValue *value = data;
  g_free (value->string);
  if (value->items)
    g_ptr_array_unref (value->items);
  g_free (value);
}

void
ag_pickle_free (AgPickle *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->memo);
  g_ptr_array_unref (self->stack);
  g_ptr_array_unref (self->values);
  g_free (self->problem);
  g_free (self);
}

static gboolean
fail (AgPickle *self, const char *problem)
{
  if (!self->problem)
    self->problem = g_strdup (problem);
  return FALSE;
}

static gboolean
damaged (AgPickle *self)
{
  return fail (self, _ ("its index is damaged"));
}

/* Pushes a new value; %NULL if there are too many. */
static AgPickleValue *
push_new (AgPickle *self, AgPickleType type)
{
  AgPickleValue *value;

  if (self->values->len >= MAX_VALUES)
    {
      fail (self, _ ("its index is too large"));
      return NULL;
    }
  value = g_new0 (AgPickleValue, 1);
  value->type = type;
  if (type == AG_PICKLE_TUPLE || type == AG_PICKLE_LIST || type == AG_PICKLE_DICT)
    value->items = g_ptr_array_new ();
  g_ptr_array_add (self->values, value);
  g_ptr_array_add (self->stack, value);
  return value;
}

static gboolean
push_int (AgPickle *self, AgPickleType type, gint64 integer)
{
  AgPickleValue *value = push_new (self, type);

  if (value)
    value->integer = integer;
  return value != NULL;
}

static gboolean
push_string (AgPickle *self, AgPickleType type, const char *text, gsize length)
{
  AgPickleValue *value;

  if (!g_utf8_validate_len (text, length, NULL))
    return damaged (self);
  value = push_new (self, type);
  if (value)
    value->string = g_strndup (text, length);
  return value != NULL;
}

/* The mark is a fence: nothing below it can be reached but by the opcodes that remove it. */
static AgPickleValue *
top (AgPickle *self)
{
  AgPickleValue *value = self->stack->len > 0 ? self->stack->pdata[self->stack->len - 1] : NULL;

  if (value && value->type != AG_PICKLE_MARK)
    return value;
  damaged (self);
  return NULL;
}

static AgPickleValue *
pop (AgPickle *self)
{
  AgPickleValue *value = top (self);

  if (value)
    g_ptr_array_set_size (self->stack, (int) self->stack->len - 1);
  return value;
}

/* The place of the topmost mark, or -1. */
static int
find_mark (AgPickle *self)
{
  for (int i = (int) self->stack->len - 1; i >= 0; i--)
    if (((AgPickleValue *) self->stack->pdata[i])->type == AG_PICKLE_MARK)
      return i;
  damaged (self);
  return -1;
}

/* Moves the topmost @n values, or all above the mark and the mark itself for -1, to @items. */
static gboolean
pop_into (AgPickle *self, int n, GPtrArray *items)
{
  int begin = n < 0 ? find_mark (self) : (int) self->stack->len - n;
  int first = n < 0 ? begin + 1 : begin;

  if (begin < 0)
    return damaged (self);
  for (int i = first; i < (int) self->stack->len; i++)
    {
      if (((AgPickleValue *) self->stack->pdata[i])->type == AG_PICKLE_MARK)
        return damaged (self);
      g_ptr_array_add (items, self->stack->pdata[i]);
    }
  g_ptr_array_set_size (self->stack, begin);
  return TRUE;
}

static gboolean
make_tuple (AgPickle *self, int n)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  AgPickleValue *tuple;

  if (!pop_into (self, n, items))
    return FALSE;
  tuple = push_new (self, AG_PICKLE_TUPLE);
  if (tuple)
    g_ptr_array_extend_and_steal (tuple->items, g_steal_pointer (&items));
  return tuple != NULL;
}

/* APPEND, APPENDS, SETITEM, SETITEMS */
static gboolean
extend (AgPickle *self, int n, AgPickleType type)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  AgPickleValue *target;

  if (!pop_into (self, n, items) || !(target = top (self)))
    return FALSE;
  if (target->type != type || (type == AG_PICKLE_DICT && items->len % 2 != 0))
    return damaged (self);
  g_ptr_array_extend (target->items, items, NULL, NULL);
  return TRUE;
}

static gboolean
push_global (AgPickle *self, const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    if (strcmp (name, allowed[i]) == 0)
      return push_string (self, AG_PICKLE_GLOBAL, name, strlen (name));
  if (!self->problem)
    {
      g_autofree char *valid = g_utf8_make_valid (name, -1);
      g_autofree char *shown = g_strescape (valid, NULL);
      self->problem = g_strdup_printf (
        _ ("its index refers to “%s”, which no model needs and is not run"), shown);
    }
  return FALSE;
}

const AgPickleValue *
ag_pickle_item (const AgPickleValue *value, guint index, AgPickleType type)
{
  const AgPickleValue *item;

  if (!value->items || index >= value->items->len)
    return NULL;
  item = value->items->pdata[index];
  return item->type == type ? item : NULL;
}

/* ('storage', type, key, location, number of elements) */
static gboolean
persistent_id (AgPickle *self)
{
  AgPickleValue *id = pop (self);
  AgPickleValue *storage;
  const AgPickleValue *kind;

  if (!id)
    return FALSE;
  kind = id->type == AG_PICKLE_TUPLE ? ag_pickle_item (id, 0, AG_PICKLE_STRING) : NULL;
  if (!kind || strcmp (kind->string, "storage") != 0 || !ag_pickle_item (id, 1, AG_PICKLE_GLOBAL) ||
      !ag_pickle_item (id, 2, AG_PICKLE_STRING) || !ag_pickle_item (id, 4, AG_PICKLE_INT))
    return damaged (self);
  storage = push_new (self, AG_PICKLE_STORAGE);
  if (storage)
    storage->items = g_ptr_array_ref (id->items);
  return storage != NULL;
}

static gboolean
make_dict (AgPickle *self, const AgPickleValue *args)
{
  /* OrderedDict() or, from old versions of Python, OrderedDict([[key, value], …]). */
  const AgPickleValue *pairs = ag_pickle_item (args, 0, AG_PICKLE_LIST);
  AgPickleValue *dict = push_new (self, AG_PICKLE_DICT);

  if (!dict || args->items->len > (pairs ? 1 : 0))
    return damaged (self);
  for (guint i = 0; pairs && i < pairs->items->len; i++)
    {
      const AgPickleValue *pair = pairs->items->pdata[i];
      if ((pair->type != AG_PICKLE_LIST && pair->type != AG_PICKLE_TUPLE) || pair->items->len != 2)
        return damaged (self);
      g_ptr_array_add (dict->items, pair->items->pdata[0]);
      g_ptr_array_add (dict->items, pair->items->pdata[1]);
    }
  return TRUE;
}

static gboolean
make_tensor (AgPickle *self, const AgPickleValue *args)
{
  AgPickleValue *tensor;

  if (!ag_pickle_item (args, 0, AG_PICKLE_STORAGE) || !ag_pickle_item (args, 1, AG_PICKLE_INT) ||
      !ag_pickle_item (args, 2, AG_PICKLE_TUPLE) || !ag_pickle_item (args, 3, AG_PICKLE_TUPLE))
    return damaged (self);
  tensor = push_new (self, AG_PICKLE_TENSOR);
  if (tensor)
    tensor->items = g_ptr_array_ref (args->items);
  return tensor != NULL;
}

/* What a call would make, for the three functions of the list; none is called. */
static gboolean
reduce (AgPickle *self)
{
  AgPickleValue *args = pop (self);
  AgPickleValue *function = args ? pop (self) : NULL;
  const AgPickleValue *tensor;

  if (!function || args->type != AG_PICKLE_TUPLE || function->type != AG_PICKLE_GLOBAL)
    return damaged (self);
  if (strcmp (function->string, "collections.OrderedDict") == 0)
    return make_dict (self, args);
  if (strcmp (function->string, "torch._utils._rebuild_tensor_v2") == 0)
    return make_tensor (self, args);
  tensor = ag_pickle_item (args, 0, AG_PICKLE_TENSOR);
  if (strcmp (function->string, "torch._utils._rebuild_parameter") == 0 && tensor)
    {
      g_ptr_array_add (self->stack, (gpointer) tensor);
      return TRUE;
    }
  return damaged (self);
}

/* The attributes of an OrderedDict: the versions of its modules, which do not matter here. */
static gboolean
build (AgPickle *self)
{
  AgPickleValue *state = pop (self);
  AgPickleValue *object = state ? top (self) : NULL;

  return (object && object->type == AG_PICKLE_DICT) || damaged (self);
}

/* Takes @n bytes, little-endian. */
static gboolean
take_number (AgPickle *self, int n, guint64 *number)
{
  if (self->end - self->at < n)
    return damaged (self);
  *number = 0;
  for (int i = 0; i < n; i++)
    *number |= (guint64) self->at[i] << (8 * i);
  self->at += n;
  return TRUE;
}

static gboolean
take_bytes (AgPickle *self, guint64 n, const char **bytes)
{
  if (n > (guint64) (self->end - self->at))
    return damaged (self);
  *bytes = (const char *) self->at;
  self->at += n;
  return TRUE;
}

/* Text with its length in @n bytes before it */
static gboolean
do_unicode (AgPickle *self, int n)
{
  const char *bytes;
  guint64 length;

  return take_number (self, n, &length) && take_bytes (self, length, &bytes) &&
         push_string (self, AG_PICKLE_STRING, bytes, length);
}

/* LONG1: a signed number of up to 8 bytes */
static gboolean
do_long (AgPickle *self)
{
  guint64 n, number;

  if (!take_number (self, 1, &n) || n > 8)
    return damaged (self);
  if (!take_number (self, (int) n, &number))
    return FALSE;
  if (n > 0 && n < 8 && (number >> (8 * n - 1)) != 0)
    number |= ~(guint64) 0 << (8 * n);
  return push_int (self, AG_PICKLE_INT, (gint64) number);
}

static gboolean
do_global (AgPickle *self)
{
  g_autofree char *name = NULL;
  const char *module = (const char *) self->at, *middle, *end;

  middle = memchr (module, '\n', (gsize) (self->end - self->at));
  end = middle ? memchr (middle + 1, '\n', (gsize) ((const char *) self->end - middle - 1)) : NULL;
  if (!end || end - module > 1000)
    return damaged (self);
  self->at = (const guint8 *) end + 1;
  name = g_strdup_printf ("%.*s.%.*s", (int) (middle - module), module, (int) (end - middle - 1),
                          middle + 1);
  return push_global (self, name);
}

static gboolean
do_stack_global (AgPickle *self)
{
  AgPickleValue *attribute = pop (self);
  AgPickleValue *module = attribute ? pop (self) : NULL;
  g_autofree char *name = NULL;

  if (!module || module->type != AG_PICKLE_STRING || attribute->type != AG_PICKLE_STRING)
    return damaged (self);
  name = g_strdup_printf ("%.500s.%.500s", module->string, attribute->string);
  return push_global (self, name);
}

static gboolean
memoize (AgPickle *self, guint64 number)
{
  AgPickleValue *value = top (self);

  if (!value || number > G_MAXUINT)
    return damaged (self);
  g_hash_table_insert (self->memo, GUINT_TO_POINTER ((guint) number), value);
  return TRUE;
}

static gboolean
recall (AgPickle *self, guint64 number)
{
  AgPickleValue *value = g_hash_table_lookup (self->memo, GUINT_TO_POINTER ((guint) number));

  if (!value)
    return damaged (self);
  /* The stack is bounded by the size of the file. */
  g_ptr_array_add (self->stack, value);
  return TRUE;
}

static gboolean
refuse (AgPickle *self, guint8 code)
{
  const char *name = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    if (refused[i].code == code)
      name = refused[i].name;
  if (!self->problem)
    self->problem =
      name ? g_strdup_printf (_ ("its index uses the opcode %s, which is not allowed"), name)
           : g_strdup_printf (_ ("its index uses the unknown opcode 0x%02x"), code);
  return FALSE;
}

/* Opcodes with a number as their argument */
static gboolean
step_with_number (AgPickle *self, guint8 code)
{
  guint64 n;

  switch (code)
    {
    case 0x80: /* PROTO */
      return take_number (self, 1, &n) && (n <= 5 || damaged (self));
    case 0x95: /* FRAME */
      return take_number (self, 8, &n);
    case 'q': /* BINPUT */
      return take_number (self, 1, &n) && memoize (self, n);
    case 'r': /* LONG_BINPUT */
      return take_number (self, 4, &n) && memoize (self, n);
    case 'h': /* BINGET */
      return take_number (self, 1, &n) && recall (self, n);
    case 'j': /* LONG_BINGET */
      return take_number (self, 4, &n) && recall (self, n);
    case 'J': /* BININT */
      return take_number (self, 4, &n) && push_int (self, AG_PICKLE_INT, (gint32) (guint32) n);
    case 'K': /* BININT1 */
      return take_number (self, 1, &n) && push_int (self, AG_PICKLE_INT, (gint64) n);
    case 'M': /* BININT2 */
      return take_number (self, 2, &n) && push_int (self, AG_PICKLE_INT, (gint64) n);
    case 'G': /* BINFLOAT: no number that matters here is one */
      return take_number (self, 8, &n) && push_new (self, AG_PICKLE_FLOAT) != NULL;
    default:
      return refuse (self, code);
    }
}

static gboolean
step (AgPickle *self, guint8 code)
{
  switch (code)
    {
    case '(': /* MARK */
      return push_new (self, AG_PICKLE_MARK) != NULL;
    case '0': /* POP */
      return pop (self) != NULL;
    case 'N': /* NONE */
      return push_new (self, AG_PICKLE_NONE) != NULL;
    case 0x88: /* NEWTRUE */
    case 0x89: /* NEWFALSE */
      return push_int (self, AG_PICKLE_BOOL, code == 0x88);
    case 0x8a: /* LONG1 */
      return do_long (self);
    case 'X': /* BINUNICODE */
      return do_unicode (self, 4);
    case 0x8c: /* SHORT_BINUNICODE */
      return do_unicode (self, 1);
    case 0x8d: /* BINUNICODE8 */
      return do_unicode (self, 8);
    case ')': /* EMPTY_TUPLE */
      return make_tuple (self, 0);
    case 0x85: /* TUPLE1 */
    case 0x86: /* TUPLE2 */
    case 0x87: /* TUPLE3 */
      return make_tuple (self, code - 0x84);
    case 't': /* TUPLE */
      return make_tuple (self, -1);
    case ']': /* EMPTY_LIST */
      return push_new (self, AG_PICKLE_LIST) != NULL;
    case '}': /* EMPTY_DICT */
      return push_new (self, AG_PICKLE_DICT) != NULL;
    case 'a': /* APPEND */
      return extend (self, 1, AG_PICKLE_LIST);
    case 'e': /* APPENDS */
      return extend (self, -1, AG_PICKLE_LIST);
    case 's': /* SETITEM */
      return extend (self, 2, AG_PICKLE_DICT);
    case 'u': /* SETITEMS */
      return extend (self, -1, AG_PICKLE_DICT);
    case 'c': /* GLOBAL */
      return do_global (self);
    case 0x93: /* STACK_GLOBAL */
      return do_stack_global (self);
    case 0x94: /* MEMOIZE */
      return memoize (self, g_hash_table_size (self->memo));
    case 'Q': /* BINPERSID */
      return persistent_id (self);
    case 'R': /* REDUCE */
      return reduce (self);
    case 'b': /* BUILD */
      return build (self);
    default:
      return step_with_number (self, code);
    }
}

static gboolean
run (AgPickle *self)
{
  while (self->at < self->end)
    {
      guint8 code = *self->at++;
      if (code == '.') /* STOP */
        return self->stack->len == 1 || damaged (self);
      if (!step (self, code))
        return damaged (self);
    }
  return fail (self, _ ("its index ends early"));
}

AgPickle *
ag_pickle_parse (const guint8 *data, gsize size, const AgPickleValue **root, char **problem)
{
  g_autoptr (AgPickle) self = g_new0 (AgPickle, 1);

  self->at = data;
  self->end = data + size;
  self->values = g_ptr_array_new_with_free_func (value_free);
  self->stack = g_ptr_array_new ();
  self->memo = g_hash_table_new (NULL, NULL);
  if (!run (self) || !top (self))
    {
      *problem = g_steal_pointer (&self->problem);
      return NULL;
    }
  *root = top (self);
  return g_steal_pointer (&self);
}
