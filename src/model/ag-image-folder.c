/* ag-image-folder.c: many pictures into a folder, all or none
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-image-folder.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#include "ag-file.h"

static gboolean
is_cancelled (const atomic_bool *cancel, GError **error)
{
  if (cancel == NULL || !atomic_load (cancel))
    return FALSE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("The operation was cancelled"));
  return TRUE;
}

static gboolean
make_folder (GFile *folder, gboolean *made, GError **error)
{
  g_autoptr (GError) local = NULL;

  *made = g_file_make_directory_with_parents (folder, NULL, &local);
  if (*made || (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS) &&
                g_file_query_file_type (folder, 0, NULL) == G_FILE_TYPE_DIRECTORY))
    return TRUE;
  ag_file_propagate_error (error, g_steal_pointer (&local), folder);
  return FALSE;
}

/* What would stop the moving half-way. */
static gboolean
check_targets (const AgImageFolderItem *items, guint n, GFile *folder, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GFile) target = g_file_get_child (folder, items[i].name);

      if (g_file_query_file_type (target, 0, NULL) == G_FILE_TYPE_DIRECTORY)
        {
          ag_file_set_errno (error, target, EISDIR);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
write_each (const AgImageFolderItem *items,
            guint n,
            GFile *folder,
            GFile *aside,
            const atomic_bool *cancel,
            GError **error)
{
  g_autofree char *folder_name = ag_file_name (folder);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GFile) file = g_file_get_child (aside, items[i].name);
      g_autofree char *name = g_build_filename (folder_name, items[i].name, NULL);

      /* Not where it is for the moment. */
      ag_file_set_name (file, name);
      if (is_cancelled (cancel, error) ||
          !ag_image_save (items[i].image, file, 0, items[i].text, NULL, error))
        return FALSE;
    }
  return !is_cancelled (cancel, error);
}

static gboolean
move_each (const AgImageFolderItem *items, guint n, GFile *from, GFile *to, GError **error)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GFile) source = g_file_get_child (from, items[i].name);
      g_autoptr (GFile) target = g_file_get_child (to, items[i].name);
      g_autoptr (GError) local = NULL;

      if (!g_file_move (source, target, G_FILE_COPY_OVERWRITE, NULL, NULL, NULL, &local))
        {
          ag_file_propagate_error (error, g_steal_pointer (&local), target);
          return FALSE;
        }
    }
  return TRUE;
}

static void
remove_aside (const AgImageFolderItem *items, guint n, GFile *aside)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GFile) file = g_file_get_child (aside, items[i].name);

      (void) g_file_delete (file, NULL, NULL);
    }
  (void) g_file_delete (aside, NULL, NULL);
}

gboolean
ag_image_folder_save (const AgImageFolderItem *items,
                      guint n,
                      GFile *folder,
                      const atomic_bool *cancel,
                      GError **error)
{
  g_autofree char *name = g_strdup_printf (".pictures-%08x", g_random_int ());
  g_autoptr (GFile) aside = g_file_get_child (folder, name);
  g_autoptr (GError) local = NULL;
  gboolean made, written;

  if (!make_folder (folder, &made, error))
    return FALSE;
  written = g_file_make_directory (aside, NULL, &local);
  if (!written)
    ag_file_propagate_error (error, g_steal_pointer (&local), folder);
  else
    written = check_targets (items, n, folder, error) &&
              write_each (items, n, folder, aside, cancel, error) &&
              move_each (items, n, aside, folder, error);
  remove_aside (items, n, aside);
  if (!written && made)
    (void) g_file_delete (folder, NULL, NULL);
  return written;
}
