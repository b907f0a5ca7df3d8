/* test-killed.c: a test's own program, started again and killed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-killed.h"

#include <signal.h>
#include <sys/wait.h>

gboolean
test_killed_run (const char *program,
                 const char *variable,
                 const char *data,
                 const char *runs,
                 gulong microseconds)
{
  g_autofree char *what = g_strconcat (data, "|", runs, NULL);
  const char *argv[] = { program, NULL };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), variable, what, TRUE);
  g_autoptr (GError) error = NULL;
  int status;
  GPid pid;

  g_spawn_async (NULL, (char **) argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, &pid,
                 &error);
  g_assert_no_error (error);
  if (microseconds > 0)
    {
      g_usleep (microseconds);
      kill (pid, SIGKILL);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (WIFEXITED (status))
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
  return WIFEXITED (status);
}
