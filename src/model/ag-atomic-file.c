/* ag-atomic-file.c: writing a file so that it is either the old one or the new one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-atomic-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "ag-file.h"

/* Small writes are gathered: a model has hundreds of small tensors. */
#define BUFFER_SIZE (1 << 18)

/* Local targets have @fd and the two paths; targets elsewhere have @stream and leave it to GVfs. */
struct AgAtomicFile
{
  GFile *file;
  char *target;    /* what @file stands for, symbolic links resolved */
  char *temporary; /* (nullable): exists on disk while not NULL */
  int slot;        /* of that name among the temporaries; -1 if there was none left */
  int fd;
  GFileOutputStream *stream;
  GCancellable *abandon;
  guint8 *buffer;
  gsize buffered;
};

/* The names that a signal handler has to remove. Whoever takes a name out of its slot owns it. */
#define N_TEMPORARIES 64
static _Atomic (char *) temporaries[N_TEMPORARIES];

/* How many threads are between creating a temporary and having its name in a slot. A thread that is
 * takes no signals, so that the handler, which waits for the others, does not wait for itself. */
static atomic_int n_creating;
static atomic_bool abandoned;

/* A file system that hangs is not waited for longer than this. */
#define WAIT_STEPS   1000
#define WAIT_STEP_NS 1000000

void
ag_atomic_file_abandon_all (void)
{
  const struct timespec step = { .tv_nsec = WAIT_STEP_NS };

  atomic_store (&abandoned, true);
  for (int i = 0; i < WAIT_STEPS && atomic_load (&n_creating) > 0; i++)
    nanosleep (&step, NULL);
  for (int i = 0; i < N_TEMPORARIES; i++)
    {
      /* Not freed, which would not be safe here: the process ends. */
      const char *name = atomic_exchange (&temporaries[i], NULL);

      if (name)
        unlink (name);
    }
}

static int
remember_temporary (const char *name)
{
  char *copy = g_strdup (name);

  for (int i = 0; i < N_TEMPORARIES; i++)
    {
      char *none = NULL;

      if (atomic_compare_exchange_strong (&temporaries[i], &none, copy))
        return i;
    }
  g_free (copy);
  return -1;
}

/* After the name has gone from the disk. */
static void
forget_temporary (AgAtomicFile *self)
{
  if (self->slot >= 0)
    g_free (atomic_exchange (&temporaries[self->slot], NULL));
  g_clear_pointer (&self->temporary, g_free);
}

void
ag_atomic_file_free (AgAtomicFile *self)
{
  if (!self)
    return;
  if (self->fd >= 0)
    close (self->fd);
  if (self->temporary)
    {
      unlink (self->temporary);
      forget_temporary (self);
    }
  if (self->stream)
    {
      /* GIO replaces the target when the stream is closed, unless the closing is cancelled. */
      g_cancellable_cancel (self->abandon);
      g_output_stream_close (G_OUTPUT_STREAM (self->stream), self->abandon, NULL);
      g_object_unref (self->stream);
    }
  g_clear_object (&self->abandon);
  g_object_unref (self->file);
  g_free (self->target);
  g_free (self->buffer);
  g_free (self);
}

/* open(), and the name among the temporaries if that succeeded. */
static int
create_remembered (AgAtomicFile *self, const char *path)
{
  sigset_t all, before;
  int fd = -1, code = EINTR;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  atomic_fetch_add (&n_creating, 1);
  if (!atomic_load (&abandoned))
    {
      fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
      code = errno;
    }
  if (fd >= 0)
    self->slot = remember_temporary (path);
  atomic_fetch_sub (&n_creating, 1);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  errno = code;
  return fd;
}

/* A name of our own in the target's folder. open() itself applies the user's mask to the
 * permissions, which mkstemp() would not. */
static gboolean
create_temporary (AgAtomicFile *self)
{
  g_autofree char *folder = g_path_get_dirname (self->target);
  g_autofree char *base = g_path_get_basename (self->target);

  for (int i = 0; i < 100; i++)
    {
      /* Short enough for the longest names that file systems take. */
      g_autofree char *name = g_strdup_printf (".%.200s.%08x", base, g_random_int ());
      g_autofree char *path = g_build_filename (folder, name, NULL);

      self->fd = create_remembered (self, path);
      if (self->fd >= 0)
        {
          self->temporary = g_steal_pointer (&path);
          return TRUE;
        }
      if (errno != EEXIST)
        return FALSE;
    }
  return FALSE;
}

static gboolean
open_local (AgAtomicFile *self, GError **error)
{
  const char *path = g_file_peek_path (self->file);
  char *resolved = realpath (path, NULL);
  struct stat status;
  gboolean exists = resolved != NULL;

  self->target = g_strdup (exists ? resolved : path);
  free (resolved);

  if (exists && stat (self->target, &status) == 0)
    {
      if (!S_ISREG (status.st_mode))
        {
          ag_file_set_errno (error, self->file, S_ISDIR (status.st_mode) ? EISDIR : EINVAL);
          return FALSE;
        }
      if (access (self->target, W_OK) < 0)
        {
          ag_file_set_errno (error, self->file, errno);
          return FALSE;
        }
    }
  if (!create_temporary (self) ||
      (exists && fchmod (self->fd, status.st_mode & (S_IRWXU | S_IRWXG | S_IRWXO)) < 0 &&
       errno != EPERM))
    {
      ag_file_set_errno (error, self->file, errno);
      return FALSE;
    }
  return TRUE;
}

AgAtomicFile *
ag_atomic_file_open (GFile *file, GError **error)
{
  g_autoptr (AgAtomicFile) self = g_new0 (AgAtomicFile, 1);
  GError *local_error = NULL;

  self->fd = self->slot = -1;
  self->file = g_object_ref (file);
  self->buffer = g_malloc (BUFFER_SIZE);

  if (g_file_peek_path (file))
    return open_local (self, error) ? g_steal_pointer (&self) : NULL;

  self->abandon = g_cancellable_new ();
  self->stream = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &local_error);
  if (!self->stream)
    {
      ag_file_propagate_error (error, local_error, file);
      return NULL;
    }
  return g_steal_pointer (&self);
}

static gboolean
write_through (AgAtomicFile *self, const guint8 *data, gsize size, GError **error)
{
  GError *local_error = NULL;

  if (self->stream)
    {
      if (g_output_stream_write_all (G_OUTPUT_STREAM (self->stream), data, size, NULL, NULL,
                                     &local_error))
        return TRUE;
      ag_file_propagate_error (error, local_error, self->file);
      return FALSE;
    }
  while (size > 0)
    {
      gssize n = write (self->fd, data, MIN (size, 1 << 26));
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          ag_file_set_errno (error, self->file, errno);
          return FALSE;
        }
      data += n;
      size -= (gsize) n;
    }
  return TRUE;
}

static gboolean
flush (AgAtomicFile *self, GError **error)
{
  gsize size = self->buffered;

  self->buffered = 0;
  return size == 0 || write_through (self, self->buffer, size, error);
}

gboolean
ag_atomic_file_write (AgAtomicFile *self, const void *data, gsize size, GError **error)
{
  if (size > BUFFER_SIZE - self->buffered && !flush (self, error))
    return FALSE;
  if (size > BUFFER_SIZE)
    return write_through (self, data, size, error);
  if (size > 0)
    memcpy (self->buffer + self->buffered, data, size);
  self->buffered += size;
  return TRUE;
}

/* So that the new name itself survives a power cut. Some file systems cannot; the file is whole
 * either way, so that is not a failure. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

gboolean
ag_atomic_file_commit (AgAtomicFile *self, GError **error)
{
  GError *local_error = NULL;
  int fd;

  if (!flush (self, error))
    return FALSE;
  if (self->stream)
    {
      g_autoptr (GFileOutputStream) stream = g_steal_pointer (&self->stream);
      if (g_output_stream_close (G_OUTPUT_STREAM (stream), NULL, &local_error))
        return TRUE;
      ag_file_propagate_error (error, local_error, self->file);
      return FALSE;
    }

  if (fsync (self->fd) < 0)
    {
      ag_file_set_errno (error, self->file, errno);
      return FALSE;
    }
  fd = self->fd;
  self->fd = -1;
  if (close (fd) < 0 || rename (self->temporary, self->target) < 0)
    {
      ag_file_set_errno (error, self->file, errno);
      return FALSE;
    }
  forget_temporary (self);
  sync_folder (self->target);
  return TRUE;
}

gboolean
ag_atomic_file_replace (GFile *file, const void *data, gsize size, GError **error)
{
  g_autoptr (AgAtomicFile) self = ag_atomic_file_open (file, error);

  return self && ag_atomic_file_write (self, data, size, error) &&
         ag_atomic_file_commit (self, error);
}
