/* test-files.c: replacing files, and reading what is not a file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "ag-atomic-file.h"
#include "ag-file.h"
#include "test-model.h"

static void
assert_contents (GFile *file, const char *expected)
{
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (g_file_peek_path (file), &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

/* How many files beside @file have its name in theirs: those that a failure left behind. */
static int
count_leftovers (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *path = g_path_get_dirname (g_file_peek_path (file));
  GDir *dir = g_dir_open (path, 0, NULL);
  const char *name;
  int n = 0;

  while ((name = g_dir_read_name (dir)))
    n += strstr (name, base) && strcmp (name, base) != 0;
  g_dir_close (dir);
  return n;
}

static void
test_replace (void)
{
  g_autoptr (GFile) file = new_test_file ("replace.txt");
  GError *error = NULL;
  GStatBuf status;

  g_assert_true (ag_atomic_file_replace (file, "one", 3, &error));
  g_assert_no_error (error);
  assert_contents (file, "one");
  g_assert_cmpint (g_chmod (g_file_peek_path (file), 0640), ==, 0);
  g_assert_true (ag_atomic_file_replace (file, "two", 3, &error));
  assert_contents (file, "two");
  g_assert_cmpint (g_stat (g_file_peek_path (file), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0640);
  g_assert_cmpint (count_leftovers (file), ==, 0);
}

static void
test_abandon (void)
{
  g_autoptr (GFile) file = write_test_file ("abandon.txt", "old", 3);
  AgAtomicFile *out = ag_atomic_file_open (file, NULL);
  g_autofree char *large = g_malloc0 (1 << 20);

  g_assert_true (ag_atomic_file_write (out, "new", 3, NULL));
  g_assert_true (ag_atomic_file_write (out, large, 1 << 20, NULL));
  assert_contents (file, "old");
  g_assert_cmpint (count_leftovers (file), ==, 1);
  ag_atomic_file_free (out);
  assert_contents (file, "old");
  g_assert_cmpint (count_leftovers (file), ==, 0);
}

static void
end_at_once (int number)
{
  ag_atomic_file_abandon_all ();
  signal (number, SIG_DFL);
  raise (number);
}

static gpointer
replace_for_ever (gpointer file)
{
  for (;;)
    ag_atomic_file_replace (file, "new", 3, NULL);
  return NULL;
}

/* A process that is told to end while it writes, with its own threads in any place whatever of it.
 */
static void
test_signal (void)
{
  g_autoptr (GFile) file = new_test_file ("signal.txt"), other = new_test_file ("signal-2.txt");

  for (int i = 0; i < 20; i++)
    {
      int pipes[2];
      char byte;
      int status;
      pid_t child;

      g_assert_cmpint (pipe (pipes), ==, 0);
      child = fork ();
      if (child == 0)
        {
          AgAtomicFile *out = ag_atomic_file_open (file, NULL);

          signal (SIGTERM, end_at_once);
          g_thread_new (NULL, replace_for_ever, other);
          g_thread_new (NULL, replace_for_ever, other);
          if (out && ag_atomic_file_write (out, "half", 4, NULL) && count_leftovers (file) == 1)
            g_assert_cmpint (write (pipes[1], "x", 1), ==, 1);
          for (;;)
            pause ();
        }
      close (pipes[1]);
      g_assert_cmpint (read (pipes[0], &byte, 1), ==, 1);
      g_usleep ((gulong) i * 300);
      g_assert_cmpint (kill (child, SIGTERM), ==, 0);
      g_assert_cmpint (waitpid (child, &status, 0), ==, child);
      g_assert_true (WIFSIGNALED (status));
      g_assert_cmpint (WTERMSIG (status), ==, SIGTERM);
      g_assert_cmpint (count_leftovers (file), ==, 0);
      g_assert_cmpint (count_leftovers (other), ==, 0);
      g_assert_false (g_file_query_exists (file, NULL));
      close (pipes[0]);
    }
}

/* Small and large pieces come out in their order. */
static void
test_pieces (void)
{
  g_autoptr (GFile) file = new_test_file ("pieces.bin");
  g_autoptr (AgAtomicFile) out = ag_atomic_file_open (file, NULL);
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  g_autofree guint8 *piece = g_malloc (700000);
  g_autofree char *contents = NULL;
  gsize size;

  for (int i = 0; i < 40; i++)
    {
      guint n = (guint) g_test_rand_int_range (0, i % 5 == 0 ? 700000 : 3000);
      for (guint k = 0; k < n; k++)
        piece[k] = (guint8) g_test_rand_int ();
      g_assert_true (ag_atomic_file_write (out, piece, n, NULL));
      g_byte_array_append (expected, piece, n);
    }
  g_assert_true (ag_atomic_file_commit (out, NULL));
  g_assert_true (g_file_get_contents (g_file_peek_path (file), &contents, &size, NULL));
  g_assert_cmpmem (contents, size, expected->data, expected->len);
}

static void
test_symbolic_link (void)
{
  g_autoptr (GFile) file = write_test_file ("pointed-at.txt", "old", 3);
  g_autoptr (GFile) link = new_test_file ("link.txt");

  g_assert_cmpint (symlink ("pointed-at.txt", g_file_peek_path (link)), ==, 0);
  g_assert_true (ag_atomic_file_replace (link, "new", 3, NULL));
  g_assert_true (g_file_test (g_file_peek_path (link), G_FILE_TEST_IS_SYMLINK));
  assert_contents (file, "new");
}

static void
test_write_failures (void)
{
  g_autoptr (GFile) missing = new_test_file ("no-such-folder/file.txt");
  g_autoptr (GFile) folder = new_test_file ("a-folder");
  g_autoptr (GFile) full = g_file_new_for_path ("/dev/full");
  GError *error = NULL;

  g_assert_false (ag_atomic_file_replace (missing, "x", 1, &error));
  assert_error_names (g_steal_pointer (&error), G_IO_ERROR, G_IO_ERROR_NOT_FOUND, missing,
                      "No such");

  g_assert_cmpint (g_mkdir (g_file_peek_path (folder), 0700), ==, 0);
  g_assert_false (ag_atomic_file_replace (folder, "x", 1, &error));
  assert_error_names (g_steal_pointer (&error), G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, folder,
                      "directory");

  /* Only a file is replaced: not a device, even by root. */
  g_assert_false (ag_atomic_file_replace (full, "x", 1, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_true (g_file_test ("/dev/full", G_FILE_TEST_EXISTS));
}

static void
test_read_failures (void)
{
  g_autoptr (GFile) folder = new_test_file ("another-folder");
  g_autoptr (GFile) missing = new_test_file ("missing.bin");
  g_autoptr (GFile) pipe = new_test_file ("pipe");
  g_autoptr (GFile) large = write_test_file ("large.bin", "123456", 6);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  GError *error = NULL;

  g_assert_null (ag_file_read (missing, 100, NULL, &error));
  assert_error_names (g_steal_pointer (&error), G_IO_ERROR, G_IO_ERROR_NOT_FOUND, missing,
                      "No such");

  g_assert_cmpint (g_mkdir (g_file_peek_path (folder), 0700), ==, 0);
  g_assert_null (ag_file_map (folder, &error));
  assert_error_names (g_steal_pointer (&error), G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, folder,
                      "folder");

  g_assert_cmpint (mkfifo (g_file_peek_path (pipe), 0600), ==, 0);
  g_assert_null (ag_file_read (pipe, 100, NULL, &error));
  assert_error_names (g_steal_pointer (&error), G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE, pipe,
                      "not a file");

  g_assert_null (ag_file_read (large, 5, NULL, &error));
  assert_error_names (g_steal_pointer (&error), G_IO_ERROR, G_IO_ERROR_NO_SPACE, large,
                      "too large");

  g_cancellable_cancel (cancelled);
  g_assert_null (ag_file_read (large, 100, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_error_free (error);
}

void
add_file_tests (void)
{
  g_test_add_func ("/file/replace", test_replace);
  g_test_add_func ("/file/abandon", test_abandon);
  g_test_add_func ("/file/signal", test_signal);
  g_test_add_func ("/file/pieces", test_pieces);
  g_test_add_func ("/file/symbolic-link", test_symbolic_link);
  g_test_add_func ("/file/write-failures", test_write_failures);
  g_test_add_func ("/file/read-failures", test_read_failures);
}
