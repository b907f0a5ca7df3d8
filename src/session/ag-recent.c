/* ag-recent.c: the photos that were opened last
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-recent.h"

#include <string.h>

#include "ag-atomic-file.h"
#include "ag-file.h"

/* Some addresses of a few hundred bytes. */
#define MAX_FILE (256 * 1024)

static GFile *
get_list_file (void)
{
  g_autofree char *path = g_build_filename (g_get_user_state_dir (), "afterglow", "recent", NULL);

  return g_file_new_for_path (path);
}

GPtrArray *
ag_recent_list (void)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GFile) list = get_list_file ();
  g_autoptr (GBytes) bytes = ag_file_read (list, MAX_FILE, NULL, NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (bytes == NULL)
    return files;
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (text, "\n", 0);
  for (gsize i = 0; lines[i] != NULL && files->len < AG_RECENT_MAX; i++)
    if (*lines[i] != '\0')
      {
        g_autoptr (GFile) file = g_file_new_for_uri (lines[i]);

        if (!g_file_is_native (file) || g_file_query_exists (file, NULL))
          g_ptr_array_add (files, g_steal_pointer (&file));
      }
  return files;
}

static void
save (GPtrArray *files)
{
  g_autoptr (GFile) list = get_list_file (), folder = g_file_get_parent (list);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < MIN (files->len, AG_RECENT_MAX); i++)
    {
      g_autofree char *uri = g_file_get_uri (g_ptr_array_index (files, i));

      g_string_append_printf (text, "%s\n", uri);
    }
  g_file_make_directory_with_parents (folder, NULL, NULL);
  ag_atomic_file_replace (list, text->str, text->len, NULL);
}

void
ag_recent_add (GFile *file)
{
  g_autoptr (GPtrArray) files = ag_recent_list ();

  for (guint i = files->len; i-- > 0;)
    if (g_file_equal (file, g_ptr_array_index (files, i)))
      g_ptr_array_remove_index (files, i);
  g_ptr_array_insert (files, 0, g_object_ref (file));
  save (files);
}

void
ag_recent_clear (void)
{
  g_autoptr (GFile) list = get_list_file ();

  g_file_delete (list, NULL, NULL);
}
