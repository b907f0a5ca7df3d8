/* ag-run-log-writer.c: adding to log.jsonl
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-run-log-writer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

#define NAME "log.jsonl"

struct AgRunLogWriter
{
  int fd;
  off_t size;
};

static gboolean
fail (GError **error, int code)
{
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (code), "%s: %s", NAME,
               g_strerror (code));
  return FALSE;
}

AgRunLogWriter *
ag_run_log_writer_open (GFile *run, GError **error)
{
  g_autoptr (GFile) file = g_file_get_child (run, NAME);
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (AgRunLogWriter) self = g_new0 (AgRunLogWriter, 1);
  struct stat status;

  self->fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (self->fd < 0 || fstat (self->fd, &status) != 0)
    {
      fail (error, errno);
      return NULL;
    }
  if (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_autofree char *name = g_file_get_parse_name (run);

      if (errno == EWOULDBLOCK)
        g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
                     _ ("%s: this run is being trained by another program"), name);
      else
        fail (error, errno);
      return NULL;
    }
  self->size = status.st_size;
  return g_steal_pointer (&self);
}

void
ag_run_log_writer_free (AgRunLogWriter *self)
{
  if (self == NULL)
    return;
  if (self->fd >= 0)
    close (self->fd);
  g_free (self);
}

/* Where the last whole line before @size ends. */
static off_t
find_line_end (int fd, off_t size)
{
  char byte;

  while (size > 0 && (pread (fd, &byte, 1, size - 1) != 1 || byte != '\n'))
    size--;
  return size;
}

gboolean
ag_run_log_writer_truncate (AgRunLogWriter *self,
                            guint64 size,
                            gboolean *is_shorter,
                            GError **error)
{
  off_t keep = MIN ((guint64) self->size, size) == size ? (off_t) size : self->size;

  *is_shorter = (guint64) self->size < size;
  keep = find_line_end (self->fd, keep);
  if (ftruncate (self->fd, keep) != 0)
    return fail (error, errno);
  self->size = keep;
  return TRUE;
}

static gboolean
append (AgRunLogWriter *self, const GString *line, GError **error)
{
  gsize done = 0;

  while (done < line->len)
    {
      ssize_t n = pwrite (self->fd, line->str + done, line->len - done, self->size + (off_t) done);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          int code = errno;

          /* A half line would be found when the log is read again; nothing more can be done if
           * taking it back fails too. */
          if (ftruncate (self->fd, self->size) != 0)
            return fail (error, code);
          return fail (error, code);
        }
      done += (gsize) n;
    }
  self->size += (off_t) line->len;
  return TRUE;
}

static void
add_number (GString *line, const char *key, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (isfinite (value))
    g_string_append_printf (line, ",\"%s\":%s", key,
                            g_ascii_formatd (text, sizeof text, "%.9g", value));
  else
    g_string_append_printf (line, ",\"%s\":null", key);
}

gboolean
ag_run_log_writer_report (AgRunLogWriter *self,
                          const AgRunReport *report,
                          gboolean is_final,
                          GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_printf (line, "{\"step\":%" PRIu64 ",\"images\":%" PRIu64, report->step, report->images);
  add_number (line, "train_bits_per_dim", report->train_bits_per_dim);
  add_number (line, "held_out_bits_per_dim", report->held_out_bits_per_dim);
  add_number (line, "lr", report->learning_rate);
  add_number (line, "gradient_norm", report->gradient_norm);
  add_number (line, "images_per_s", report->images_per_second);
  add_number (line, "seconds", report->seconds);
  g_string_append (line, is_final ? ",\"final\":true}\n" : "}\n");
  return append (self, line, error);
}

gboolean
ag_run_log_writer_event (AgRunLogWriter *self,
                         guint64 step,
                         const char *event,
                         double lr,
                         GError **error)
{
  g_autoptr (GString) line = g_string_new (NULL);

  g_string_printf (line, "{\"step\":%" PRIu64 ",\"event\":\"%s\"", step, event);
  add_number (line, "lr", lr);
  g_string_append (line, "}\n");
  return append (self, line, error);
}

gboolean
ag_run_log_writer_sync (AgRunLogWriter *self, GError **error)
{
  return fsync (self->fd) == 0 || fail (error, errno);
}

guint64
ag_run_log_writer_get_size (AgRunLogWriter *self)
{
  return (guint64) self->size;
}
