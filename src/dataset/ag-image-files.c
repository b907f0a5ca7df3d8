/* ag-image-files.c: the image files of a folder, by name
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-image-files.h"

#include <errno.h>
#include <string.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

typedef struct
{
  AgImageFiles *files;
  GHashTable *visited; /* "device:inode" of folders, against loops of links */
  const atomic_bool *cancel;
} Finder;

static gboolean
is_image_name (const char *name)
{
  static const char *const extensions[] = { ".jpg", ".jpeg", ".png", ".webp" };
  const char *dot = strrchr (name, '.');

  if (dot == NULL || name[0] == '.')
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (extensions); i++)
    if (g_ascii_strcasecmp (dot, extensions[i]) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
find_in (Finder *finder, const char *path, const char *prefix, GError **error)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;
  GStatBuf info;

  if (g_stat (path, &info) == 0)
    {
      char *key = g_strdup_printf ("%lu:%lu", (gulong) info.st_dev, (gulong) info.st_ino);
      if (!g_hash_table_add (finder->visited, key))
        return TRUE;
    }
  dir = g_dir_open (path, 0, NULL);
  if (dir == NULL)
    {
      int code = errno;
      g_autofree char *display = g_filename_display_name (path);

      g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (code), "%s: %s", display,
                   g_strerror (code));
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *full = g_build_filename (path, name, NULL);
      g_autofree char *relative = prefix ? g_build_filename (prefix, name, NULL) : g_strdup (name);

      if (finder->cancel != NULL && atomic_load (finder->cancel))
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Stopped"));
          return FALSE;
        }
      if (name[0] == '.' || g_stat (full, &info) != 0)
        continue;
      if (S_ISDIR (info.st_mode))
        {
          if (!find_in (finder, full, relative, error))
            return FALSE;
        }
      else if (S_ISREG (info.st_mode) && is_image_name (name))
        {
          g_ptr_array_add (finder->files->names, g_steal_pointer (&relative));
        }
    }
  return TRUE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
index_names (AgImageFiles *self)
{
  for (guint i = 0; i < self->names->len; i++)
    {
      char *name = g_ptr_array_index (self->names, i);
      const char *slash = strrchr (name, G_DIR_SEPARATOR);
      const char *base = slash ? slash + 1 : name;
      gboolean several = g_hash_table_contains (self->by_basename, base);

      g_hash_table_insert (self->by_name, name, GINT_TO_POINTER ((int) i + 1));
      g_hash_table_insert (self->by_basename, (char *) base,
                           GINT_TO_POINTER (several ? -1 : (int) i + 1));
    }
}

AgImageFiles *
ag_image_files_find (const char *root, const atomic_bool *cancel, GError **error)
{
  g_autoptr (AgImageFiles) self = g_new0 (AgImageFiles, 1);
  g_autoptr (GHashTable) visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Finder finder = { self, visited, cancel };

  self->root = g_strdup (root);
  self->names = g_ptr_array_new_with_free_func (g_free);
  self->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_basename = g_hash_table_new (g_str_hash, g_str_equal);
  if (!find_in (&finder, root, NULL, error))
    return NULL;
  g_ptr_array_sort (self->names, compare_names);
  index_names (self);
  return g_steal_pointer (&self);
}

void
ag_image_files_free (AgImageFiles *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->by_basename, g_hash_table_unref);
  g_clear_pointer (&self->names, g_ptr_array_unref);
  g_free (self->root);
  g_free (self);
}

int
ag_image_files_lookup (const AgImageFiles *self, const char *name)
{
  int found;

  if (g_str_has_prefix (name, "./"))
    name += 2;
  found = GPOINTER_TO_INT (g_hash_table_lookup (self->by_name, name));
  if (found == 0)
    found = GPOINTER_TO_INT (g_hash_table_lookup (self->by_basename, name));
  if (found == 0)
    return AG_IMAGE_FILES_MISSING;
  return found < 0 ? AG_IMAGE_FILES_SEVERAL : found - 1;
}
