/* ag-cli-output.c: what the commands say, and being interrupted
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "ag-atomic-file.h"
#include "ag-cli.h"
#include "ag-json.h"

#define PROGRESS_INTERVAL (G_USEC_PER_SEC / 10)

static atomic_bool cancelled;

static void print_line (FILE *stream, const char *prefix, const char *format, va_list arguments)
  G_GNUC_PRINTF (3, 0);

static void
print_line (FILE *stream, const char *prefix, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);

  fprintf (stream, "%s%s\n", prefix, text);
}

int
ag_cli_usage_error (AgCli *cli, const char *format, ...)
{
  va_list arguments;

  ag_cli_progress_end (cli);
  va_start (arguments, format);
  print_line (stderr, "afterglow-cli: ", format, arguments);
  va_end (arguments);
  fprintf (stderr, _ ("usage: afterglow-cli %s %s"), cli->command->name, cli->command->arguments);
  fprintf (stderr, "\n");
  return AG_CLI_USAGE;
}

int
ag_cli_fail (AgCli *cli, const GError *error)
{
  ag_cli_progress_end (cli);
  fprintf (stderr, "afterglow-cli: %s\n", error ? error->message : _ ("failed"));
  return AG_CLI_FAILED;
}

void
ag_cli_note (AgCli *cli, const char *format, ...)
{
  va_list arguments;

  ag_cli_progress_end (cli);
  va_start (arguments, format);
  print_line (stderr, "afterglow-cli: ", format, arguments);
  va_end (arguments);
}

void
ag_cli_print (AgCli *cli, const char *format, ...)
{
  va_list arguments;

  ag_cli_progress_end (cli);
  if (cli->json)
    return;
  va_start (arguments, format);
  print_line (stdout, "", format, arguments);
  va_end (arguments);
}

void
ag_cli_progress (AgCli *cli, const char *format, ...)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *text = NULL;
  va_list arguments;

  if (!isatty (STDERR_FILENO) ||
      (cli->progress_shown && now - cli->progress_time < PROGRESS_INTERVAL))
    return;
  cli->progress_shown = TRUE;
  cli->progress_time = now;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  fprintf (stderr, "\r%s\033[K", text);
}

void
ag_cli_progress_end (AgCli *cli)
{
  if (cli->progress_shown)
    fprintf (stderr, "\r\033[K");
  cli->progress_shown = FALSE;
}

JsonBuilder *
ag_cli_json_begin (void)
{
  JsonBuilder *json = json_builder_new_immutable ();

  json_builder_begin_object (json);
  return json;
}

void
ag_cli_json_string (JsonBuilder *json, const char *name, const char *value)
{
  g_autofree char *valid = value ? g_utf8_make_valid (value, -1) : NULL;

  json_builder_set_member_name (json, name);
  if (valid)
    json_builder_add_string_value (json, valid);
  else
    json_builder_add_null_value (json);
}

void
ag_cli_json_int (JsonBuilder *json, const char *name, gint64 value)
{
  json_builder_set_member_name (json, name);
  json_builder_add_int_value (json, value);
}

static void
add_double (JsonBuilder *json, double value)
{
  if (isfinite (value))
    json_builder_add_double_value (json, value);
  else
    json_builder_add_null_value (json);
}

void
ag_cli_json_double (JsonBuilder *json, const char *name, double value)
{
  json_builder_set_member_name (json, name);
  add_double (json, value);
}

void
ag_cli_json_doubles (JsonBuilder *json, const char *name, const double *values, int n)
{
  json_builder_set_member_name (json, name);
  json_builder_begin_array (json);
  for (int i = 0; i < n; i++)
    add_double (json, values[i]);
  json_builder_end_array (json);
}

void
ag_cli_json_end (AgCli *cli, JsonBuilder *json)
{
  g_autofree char *text = NULL;

  json_builder_end_object (json);
  ag_cli_progress_end (cli);
  if (!cli->json)
    return;
  text = ag_json_to_text (json);
  printf ("%s\n", text);
}

static void
on_signal (int number)
{
  if (!atomic_exchange (&cancelled, true))
    return;
  /* A second one ends the process at once, and leaves nothing half written behind. */
  ag_atomic_file_abandon_all ();
  signal (number, SIG_DFL);
  raise (number);
}

const atomic_bool *
ag_cli_cancel_flag (void)
{
  static gboolean installed;
  struct sigaction action = { .sa_handler = on_signal };

  if (!installed)
    {
      installed = TRUE;
      sigemptyset (&action.sa_mask);
      sigaction (SIGINT, &action, NULL);
      sigaction (SIGTERM, &action, NULL);
    }
  return &cancelled;
}
