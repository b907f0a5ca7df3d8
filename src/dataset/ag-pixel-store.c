/* ag-pixel-store.c: memory for the pixels of a data set, however large
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-pixel-store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

#include "ag-dataset.h"

guint64
ag_memory_available (void)
{
  g_autofree char *text = NULL;
  guint64 kib;
  const char *line;

  if (g_file_get_contents ("/proc/meminfo", &text, NULL, NULL) &&
      (line = strstr (text, "MemAvailable:")) != NULL &&
      sscanf (line, "MemAvailable: %" G_GUINT64_FORMAT " kB", &kib) == 1)
    return kib * 1024;
  return (guint64) sysconf (_SC_PHYS_PAGES) * (guint64) sysconf (_SC_PAGESIZE) / 2;
}

/* A file without a name is gone when the program is, however it ends. */
static int
open_unnamed_file (const char *folder, guint64 size, GError **error)
{
  g_autofree char *path = NULL;
  int fd, code;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      code = errno;
      goto fail;
    }
  path = g_build_filename (folder, "pixels-XXXXXX", NULL);
  fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    {
      code = errno;
      goto fail;
    }
  g_unlink (path);
  do
    code = posix_fallocate (fd, 0, (off_t) size);
  while (code == EINTR);
  if (code == 0)
    return fd;
  close (fd);

fail:
  {
    g_autofree char *name = g_filename_display_name (folder);
    g_autofree char *amount = g_format_size (size);
    g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_MEMORY,
                 _ ("%s: no room for %s of pixels that do not fit in memory: %s"), name, amount,
                 g_strerror (code));
  }
  return -1;
}

gboolean
ag_pixel_store_init (AgPixelStore *self, guint64 size, guint64 memory_limit, GError **error)
{
  void *map;

  if (memory_limit == 0)
    memory_limit = ag_memory_available () / 2;
  self->bytes = NULL;
  self->size = 0;
  if (size == 0 || size > G_MAXSSIZE)
    {
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_MEMORY,
                   _ ("%" PRIu64 " bytes of pixels cannot be held"), size);
      return FALSE;
    }
  if (size <= memory_limit)
    {
      map = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    }
  else
    {
      g_autofree char *folder = g_build_filename (g_get_user_cache_dir (), "afterglow", NULL);
      int fd = open_unnamed_file (folder, size, error);

      if (fd < 0)
        return FALSE;
      map = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
      close (fd);
    }
  if (map == MAP_FAILED)
    {
      g_autofree char *amount = g_format_size (size);
      g_set_error (error, AG_DATASET_ERROR, AG_DATASET_ERROR_MEMORY,
                   _ ("No room for %s of pixels: %s"), amount, g_strerror (errno));
      return FALSE;
    }
  self->bytes = map;
  self->size = size;
  return TRUE;
}

void
ag_pixel_store_clear (AgPixelStore *self)
{
  if (self->bytes != NULL)
    munmap (self->bytes, self->size);
  self->bytes = NULL;
  self->size = 0;
}
