/* ag-frame-cache.c: decoded pictures that are kept, up to a size
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-frame-cache.h"

#include <math.h>

typedef struct
{
  GBytes *key;
  AgFrame *frame;
  GList link; /* in the order of use */
} Entry;

struct AgFrameCache
{
  GHashTable *entries; /* by key */
  GQueue order;        /* of Entry, the one used last first */
  gsize size, max_size;
};

AgFrame *
ag_frame_new (GBytes *values, AgSanity sanity)
{
  AgFrame *frame = g_new0 (AgFrame, 1);

  frame->values = g_bytes_ref (values);
  frame->sanity = sanity;
  frame->bits_per_dim = NAN;
  frame->ref_count = 1;
  return frame;
}

AgFrame *
ag_frame_ref (AgFrame *frame)
{
  frame->ref_count++;
  return frame;
}

void
ag_frame_unref (AgFrame *frame)
{
  if (frame == NULL || --frame->ref_count > 0)
    return;
  g_bytes_unref (frame->values);
  g_free (frame);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_bytes_unref (entry->key);
  ag_frame_unref (entry->frame);
  g_free (entry);
}

AgFrameCache *
ag_frame_cache_new (gsize max_size)
{
  AgFrameCache *self = g_new0 (AgFrameCache, 1);

  self->entries = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, NULL, entry_free);
  self->max_size = max_size;
  return self;
}

void
ag_frame_cache_free (AgFrameCache *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->entries);
  g_free (self);
}

AgFrame *
ag_frame_cache_get (AgFrameCache *self, GBytes *key)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry == NULL)
    return NULL;
  g_queue_unlink (&self->order, &entry->link);
  g_queue_push_head_link (&self->order, &entry->link);
  return entry->frame;
}

static void
drop (AgFrameCache *self, Entry *entry)
{
  self->size -= g_bytes_get_size (entry->frame->values);
  g_queue_unlink (&self->order, &entry->link);
  g_hash_table_remove (self->entries, entry->key);
}

void
ag_frame_cache_add (AgFrameCache *self, GBytes *key, AgFrame *frame)
{
  gsize size = g_bytes_get_size (frame->values);
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL)
    drop (self, entry);
  if (size > self->max_size)
    return;
  while (self->size + size > self->max_size)
    drop (self, g_queue_peek_tail (&self->order));

  entry = g_new0 (Entry, 1);
  entry->key = g_bytes_ref (key);
  entry->frame = ag_frame_ref (frame);
  entry->link.data = entry;
  g_hash_table_insert (self->entries, entry->key, entry);
  g_queue_push_head_link (&self->order, &entry->link);
  self->size += size;
}

void
ag_frame_cache_clear (AgFrameCache *self)
{
  g_queue_init (&self->order);
  g_hash_table_remove_all (self->entries);
  self->size = 0;
}

gsize
ag_frame_cache_get_size (AgFrameCache *self)
{
  return self->size;
}
