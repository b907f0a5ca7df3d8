/* ag-cli-parse.c: the command line's options
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <math.h>

#include "ag-cli.h"

static gboolean
check_common (AgCli *cli, int n_positional, int min, int max)
{
  if (cli->threads < 0 || cli->threads > 256)
    cli->status = ag_cli_usage_error (cli, _ ("--threads: a number from 1 to 256, or 0 for one "
                                              "per processor"));
  else if (n_positional < min)
    cli->status = ag_cli_usage_error (cli, _ ("an argument is missing"));
  else if (max >= 0 && n_positional > max)
    cli->status = ag_cli_usage_error (cli, _ ("too many arguments"));
  else
    return TRUE;
  return FALSE;
}

/* "--" only ends the options; it is no argument itself. */
static void
remove_separator (int *argc, char **argv)
{
  for (int i = 1; i < *argc; i++)
    if (g_str_equal (argv[i], "--"))
      {
        for (int j = i; j < *argc; j++)
          argv[j] = argv[j + 1];
        (*argc)--;
        return;
      }
}

gboolean
ag_cli_parse (AgCli *cli, const GOptionEntry *entries, int *argc, char ***argv, int min, int max)
{
  const GOptionEntry common[] = {
    { "threads", 0, 0, G_OPTION_ARG_INT, &cli->threads,
      N_ ("How many threads to work with; one per processor if not given"), "N" },
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_ ("Print the result as one JSON object"),
      NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (GOptionContext) context = g_option_context_new (cli->command->arguments);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strconcat ("afterglow-cli ", cli->command->name, NULL);

  g_set_prgname (name);
  g_option_context_set_summary (context, _ (cli->command->summary));
  if (cli->more)
    g_option_context_set_description (context, cli->more);
  if (entries)
    g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, common, GETTEXT_PACKAGE);
  if (!g_option_context_parse (context, argc, argv, &error))
    {
      cli->status = ag_cli_usage_error (cli, "%s", error->message);
      return FALSE;
    }
  remove_separator (argc, *argv);
  return check_common (cli, *argc - 1, min, max);
}

gboolean
ag_cli_parse_number (const char *text, double *number)
{
  char *end;
  double value = g_ascii_strtod (text, &end);

  if (end == text || *end != '\0' || !isfinite (value))
    return FALSE;
  *number = value;
  return TRUE;
}

double *
ag_cli_parse_numbers (const char *text, int *n)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  g_autofree double *numbers = NULL;

  *n = (int) g_strv_length (parts);
  if (*n == 0)
    return NULL;
  numbers = g_new (double, *n);
  for (int i = 0; i < *n; i++)
    if (!ag_cli_parse_number (g_strstrip (parts[i]), &numbers[i]))
      return NULL;
  return g_steal_pointer (&numbers);
}

/* A class by its name, or by its number where none has that name; -1 if there is none. */
static int
parse_class (AgModel *model, const char *text)
{
  int found = ag_model_find_class (model, text);
  double number;

  if (found >= 0)
    return found;
  return ag_cli_parse_number (text, &number) && number >= 0 && number == floor (number) &&
             number < ag_glow_config (model->glow)->classes
           ? (int) number
           : -1;
}

static void
tell_classes (AgCli *cli, AgModel *model, const char *text)
{
  g_autofree char *names = model->class_names ? g_strjoinv (", ", model->class_names) : NULL;
  int last = ag_glow_config (model->glow)->classes - 1;

  if (names)
    cli->status = ag_cli_usage_error (
      cli, _ ("--class: the model has no class “%s”; it has %s (0 to %d)"), text, names, last);
  else
    cli->status = ag_cli_usage_error (cli, _ ("--class: a number from 0 to %d"), last);
}

gboolean
ag_cli_parse_classes (AgCli *cli, AgModel *model, const char *text, int n, int **classes)
{
  int n_classes = ag_glow_config (model->glow)->classes;
  g_auto (GStrv) parts = NULL;
  guint n_parts;

  *classes = NULL;
  if (n_classes == 0 && !text)
    return TRUE;
  if (n_classes == 0)
    {
      cli->status = ag_cli_usage_error (cli, _ ("--class: the model has no classes"));
      return FALSE;
    }
  if (!text)
    {
      cli->status =
        ag_cli_usage_error (cli, _ ("the model has %d classes; say which with --class"), n_classes);
      return FALSE;
    }
  /* A name may have commas in it. */
  parts = g_strsplit (text, ",", ag_model_find_class (model, text) >= 0 ? 1 : -1);
  n_parts = g_strv_length (parts);
  if (n_parts != 1 && n_parts != (guint) n)
    {
      cli->status = ag_cli_usage_error (cli, _ ("--class: one, or %d with commas between"), n);
      return FALSE;
    }
  *classes = g_new (int, n);
  for (int i = 0; i < n; i++)
    {
      const char *part = g_strstrip (parts[n_parts == 1 ? 0 : i]);

      (*classes)[i] = parse_class (model, part);
      if ((*classes)[i] < 0)
        {
          g_clear_pointer (classes, g_free);
          tell_classes (cli, model, part);
          return FALSE;
        }
    }
  return TRUE;
}
