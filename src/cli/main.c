/* main.c: afterglow-cli, the command line of Afterglow
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>

#include "ag-cli-config.h"
#include "ag-cli.h"

/* In the order a person meets them. */
static const AgCliCommand commands[] = {
  { "info", "MODEL", N_ ("Tell what a model is"), ag_cli_info },
  { "import", "CHECKPOINT [--image-size N] [--n-bits B] -o MODEL",
    N_ ("Turn another program's checkpoint into a model"), ag_cli_import },
  { "encode", "MODEL IMAGE... -o LATENTS", N_ ("Turn pictures into latents"), ag_cli_encode },
  { "decode", "MODEL LATENTS -o DIR|PNG|SAFETENSORS", N_ ("Turn latents into pictures"),
    ag_cli_decode },
  { "sample", "MODEL [-n N] [-T 0.7] [--seed S] -o DIR|PNG", N_ ("Draw new pictures"),
    ag_cli_sample },
  { "edit",
    "MODEL PHOTO|DIR... --set NAME=VALUE... [--look FILE] [--level-strength A,B,...] -o "
    "PNG|JPEG|DIR",
    N_ ("Change a face in a photo"), ag_cli_edit },
  { "blend", "MODEL A B [-n STEPS] [--path linear|spherical|norm] -o DIR|PNG|WEBP",
    N_ ("Go from one face to another"), ag_cli_blend },
  { "verify", "PNG [PHOTO...] MODEL", N_ ("Make an exported picture again and compare"),
    ag_cli_verify },
  { "directions", "MODEL --data DIR [--labels FILE] -o MODEL",
    N_ ("Add attribute directions to a model"), ag_cli_directions },
  { "evaluate", "MODEL --data DIR", N_ ("Measure how likely pictures are under a model"),
    ag_cli_evaluate },
  { "align", "PHOTO... [--size N] -o DIR", N_ ("Find, level and crop faces"), ag_cli_align },
  { "train", "--data DIR --run RUN [OPTION...]", N_ ("Train a model on a folder of pictures"),
    ag_cli_train },
  { "compare", "RUN... [--csv FILE] [--chart PNG|SVG]", N_ ("Put training runs side by side"),
    ag_cli_compare },
  { "bench", "[MODEL | IMG:K:L:WIDTH:BATCH...]", N_ ("Measure speed and memory"), ag_cli_bench },
};

static void
print_usage (FILE *stream)
{
  fprintf (stream, "%s\n\n", _ ("usage: afterglow-cli COMMAND [OPTION...]"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (stream, "  %-11s %s\n", commands[i].name, _ (commands[i].summary));
  fprintf (stream, "\n%s\n%s\n",
           _ ("Every command takes --threads N, --json (one JSON object on stdout) and --help."),
           _ ("Exit status: 0 it worked, 1 it failed, 2 wrong usage."));
}

/* A full disk behind a redirected stdout shows only now. */
static int
close_output (int status)
{
  if (fflush (stdout) == 0 && !ferror (stdout))
    return status;
  fprintf (stderr, "afterglow-cli: %s\n", _ ("standard output: cannot be written to"));
  return status != 0 ? status : AG_CLI_FAILED;
}

int
main (int argc, char **argv)
{
  AgCli cli = { 0 };

  setlocale (LC_ALL, "");
  /* Where nothing is installed the program runs from its build folder. */
  bindtextdomain (GETTEXT_PACKAGE, g_file_test (AG_PKGDATADIR, G_FILE_TEST_IS_DIR)
                                     ? AG_LOCALE_DIR
                                     : AG_BUILD_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  /* A reader that closes the pipe is a failed write, not a reason to leave half a file behind. */
  signal (SIGPIPE, SIG_IGN);

  if (argc < 2)
    {
      print_usage (stderr);
      return AG_CLI_USAGE;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h") ||
      g_str_equal (argv[1], "help"))
    {
      print_usage (stdout);
      return close_output (0);
    }
  if (g_str_equal (argv[1], "--version"))
    {
      printf ("afterglow-cli %s\n", AG_VERSION);
      return close_output (0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (argv[1], commands[i].name))
      {
        cli.command = &commands[i];
        return close_output (cli.command->run (&cli, argc - 1, argv + 1));
      }
  fprintf (stderr, "afterglow-cli: ");
  fprintf (stderr, _ ("there is no command “%s”"), argv[1]);
  fprintf (stderr, "\n%s\n", _ ("usage: afterglow-cli COMMAND [OPTION...]"));
  return AG_CLI_USAGE;
}
