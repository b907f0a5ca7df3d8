/* ag-people.c: which images show the same person
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-people.h"

/* What @pattern finds in the name of an image's file; %NULL if it does not fit. */
static char *
find_key (GRegex *regex, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  /* File names need not be UTF-8, which patterns want. */
  g_autofree char *text = g_utf8_make_valid (name, -1);
  g_autoptr (GMatchInfo) match = NULL;

  if (!g_regex_match (regex, text, 0, &match))
    return NULL;
  return g_match_info_fetch (match, g_regex_get_capture_count (regex) > 0 ? 1 : 0);
}

AgPeople *
ag_people_find (AgDataset *dataset, const int *images, int n, const char *pattern, GError **error)
{
  g_autoptr (GRegex) regex = g_regex_new (pattern, G_REGEX_OPTIMIZE, 0, error);
  g_autoptr (GHashTable) by_key =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_array_unref);
  /* In the order of the people's first images, which is the same every time. */
  g_autoptr (GPtrArray) groups = g_ptr_array_new ();
  AgPeople *self;

  if (!regex)
    return NULL;
  for (int i = 0; i < n; i++)
    {
      char *key = find_key (regex, ag_dataset_get_name (dataset, images[i]));
      GArray *group;

      if (!key)
        continue;
      group = g_hash_table_lookup (by_key, key);
      if (!group)
        {
          group = g_array_new (FALSE, FALSE, sizeof (int));
          g_hash_table_insert (by_key, g_steal_pointer (&key), group);
          g_ptr_array_add (groups, group);
        }
      g_array_append_val (group, images[i]);
      g_free (key);
    }
  self = g_new0 (AgPeople, 1);
  self->images = g_new (int, n + 1);
  self->person = g_new (int, n + 1);
  for (guint g = 0; g < groups->len; g++)
    {
      GArray *group = g_ptr_array_index (groups, g);

      if (group->len < 2)
        continue;
      for (guint k = 0; k < group->len; k++)
        {
          self->images[self->n] = g_array_index (group, int, k);
          self->person[self->n++] = self->n_people;
        }
      self->n_people++;
    }
  return self;
}

void
ag_people_free (AgPeople *self)
{
  if (!self)
    return;
  g_free (self->images);
  g_free (self->person);
  g_free (self);
}
