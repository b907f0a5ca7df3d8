/* ag-file.c: opening files that came from elsewhere, and saying what is wrong with them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME_KEY "afterglow-file-name"

char *
ag_file_name (GFile *file)
{
  const char *name = g_object_get_data (G_OBJECT (file), NAME_KEY);
  g_autofree char *base = NULL;

  if (name)
    return g_strdup (name);
  base = g_file_get_basename (file);
  return base ? g_filename_display_name (base) : g_file_get_parse_name (file);
}

void
ag_file_set_name (GFile *file, const char *name)
{
  g_object_set_data_full (G_OBJECT (file), NAME_KEY, g_filename_display_name (name), g_free);
}

void
ag_file_set_errno (GError **error, GFile *file, int error_number)
{
  g_autofree char *name = ag_file_name (file);
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (error_number), "%s: %s", name,
               g_strerror (error_number));
}

void
ag_file_propagate_error (GError **error, GError *source, GFile *file)
{
  g_autofree char *name = ag_file_name (file);

  g_set_error (error, source->domain, source->code, "%s: %s", name, source->message);
  g_error_free (source);
}

/* The checks that both ways of reading share. Opening does not block on a pipe without a writer. */
static int
open_regular (GFile *file, struct stat *status, GError **error)
{
  g_autofree char *name = NULL;
  int fd = open (g_file_peek_path (file), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0 || fstat (fd, status) < 0)
    {
      ag_file_set_errno (error, file, errno);
      if (fd >= 0)
        close (fd);
      return -1;
    }
  if (S_ISREG (status->st_mode))
    return fd;

  close (fd);
  name = ag_file_name (file);
  if (S_ISDIR (status->st_mode))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, _ ("%s: this is a folder"), name);
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, _ ("%s: this is not a file"),
                 name);
  return -1;
}

static void
set_too_large (GError **error, GFile *file)
{
  g_autofree char *name = ag_file_name (file);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _ ("%s: the file is too large"), name);
}

static void
set_no_memory (GError **error, GFile *file)
{
  g_autofree char *name = ag_file_name (file);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE, _ ("%s: there is not enough memory for it"),
               name);
}

/* A file somewhere else: GVfs says how large it is only while it sends it. */
static GBytes *
read_remote (GFile *file, gsize max_size, GCancellable *cancellable, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  GError *local_error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, &local_error);
  g_autofree guint8 *block = g_malloc (1 << 18);

  while (stream)
    {
      gssize n =
        g_input_stream_read (G_INPUT_STREAM (stream), block, 1 << 18, cancellable, &local_error);
      if (n < 0)
        break;
      if (n == 0)
        return g_byte_array_free_to_bytes (g_steal_pointer (&all));
      if (all->len + (gsize) n > MIN (max_size, G_MAXUINT / 2))
        {
          set_too_large (error, file);
          return NULL;
        }
      g_byte_array_append (all, block, n);
    }
  ag_file_propagate_error (error, local_error, file);
  return NULL;
}

GBytes *
ag_file_map (GFile *file, GError **error)
{
  GError *local_error = NULL;
  g_autoptr (GMappedFile) mapped = NULL;
  struct stat status;
  int fd;

  if (!g_file_peek_path (file))
    return read_remote (file, G_MAXSIZE, NULL, error);

  fd = open_regular (file, &status, error);
  if (fd < 0)
    return NULL;
  mapped = g_mapped_file_new_from_fd (fd, FALSE, &local_error);
  close (fd);
  if (!mapped)
    {
      ag_file_propagate_error (error, local_error, file);
      return NULL;
    }
  return g_mapped_file_get_bytes (mapped);
}

static gboolean
read_all (int fd, guint8 *data, gsize size, gsize *n_read, GCancellable *cancellable)
{
  *n_read = 0;
  while (*n_read < size && !g_cancellable_is_cancelled (cancellable))
    {
      gssize n = read (fd, data + *n_read, MIN (size - *n_read, 1 << 22));
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      *n_read += (gsize) n;
    }
  return TRUE;
}

GBytes *
ag_file_read (GFile *file, gsize max_size, GCancellable *cancellable, GError **error)
{
  g_autofree guint8 *data = NULL;
  struct stat status;
  gsize size, n_read;
  int fd;

  if (!g_file_peek_path (file))
    return read_remote (file, max_size, cancellable, error);

  fd = open_regular (file, &status, error);
  if (fd < 0)
    return NULL;
  if ((guint64) status.st_size > max_size)
    {
      close (fd);
      set_too_large (error, file);
      return NULL;
    }
  size = (gsize) status.st_size;
  data = g_try_malloc (size + 1);
  if (!data)
    {
      close (fd);
      set_no_memory (error, file);
      return NULL;
    }
  if (!read_all (fd, data, size, &n_read, cancellable))
    {
      ag_file_set_errno (error, file, errno);
      close (fd);
      return NULL;
    }
  close (fd);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&data), n_read);
}
