/* ag-cli.h: what the commands of afterglow-cli share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A command is one function in a file of its own, ag-cli-NAME.c, listed in main.c. It parses its
 * options with ag_cli_parse(), does its work, prints its result with ag_cli_print() or as JSON, and
 * returns the exit status: 0, AG_CLI_FAILED or AG_CLI_USAGE.
 */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <stdatomic.h>

#include "ag-codec.h"
#include "ag-model.h"

G_BEGIN_DECLS

#define AG_CLI_FAILED 1
#define AG_CLI_USAGE  2

typedef struct AgCli AgCli;

/**
 * AgCliCommand:
 * @name: what is typed
 * @arguments: of the usage line, as it is typed
 * @summary: one translated sentence
 * @run: with argv[0] the command's name
 */
typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  int (*run) (AgCli *cli, int argc, char **argv);
} AgCliCommand;

/**
 * AgCli:
 * @command: that runs
 * @more: (nullable): translated, what --help says after the options
 * @threads: given with --threads; 0 for one per processor
 * @json: whether --json was given
 * @status: exit status after ag_cli_parse() failed
 * @progress_shown: whether a progress line stands on the terminal
 * @progress_time: when it was last written
 */
struct AgCli
{
  const AgCliCommand *command;
  const char *more;
  int threads;
  gboolean json;
  int status;
  gboolean progress_shown;
  gint64 progress_time;
};

int ag_cli_align (AgCli *cli, int argc, char **argv);
int ag_cli_bench (AgCli *cli, int argc, char **argv);
int ag_cli_blend (AgCli *cli, int argc, char **argv);
int ag_cli_compare (AgCli *cli, int argc, char **argv);
int ag_cli_decode (AgCli *cli, int argc, char **argv);
int ag_cli_directions (AgCli *cli, int argc, char **argv);
int ag_cli_edit (AgCli *cli, int argc, char **argv);
int ag_cli_encode (AgCli *cli, int argc, char **argv);
int ag_cli_evaluate (AgCli *cli, int argc, char **argv);
int ag_cli_import (AgCli *cli, int argc, char **argv);
int ag_cli_info (AgCli *cli, int argc, char **argv);
int ag_cli_sample (AgCli *cli, int argc, char **argv);
int ag_cli_train (AgCli *cli, int argc, char **argv);
int ag_cli_verify (AgCli *cli, int argc, char **argv);

/* Options (ag-cli-parse.c) */

/**
 * ag_cli_parse:
 * @entries: (nullable): the command's own options, ended by an empty one
 * @min: positional arguments at least
 * @max: and at most; -1 for any number
 *
 * Parses the command's and the common options and removes them, so that argv[1] to argv[argc - 1]
 * are the positional arguments. Prints help when asked to.
 *
 * Returns: whether to go on; otherwise return cli->status
 */
gboolean
ag_cli_parse (AgCli *cli, const GOptionEntry *entries, int *argc, char ***argv, int min, int max);

/**
 * ag_cli_parse_numbers:
 * @text: numbers with commas between
 * @n: (out): how many
 *
 * Returns: (transfer full) (nullable): finite numbers, or %NULL if @text is something else
 */
double *ag_cli_parse_numbers (const char *text, int *n);

/**
 * ag_cli_parse_number:
 *
 * Returns: whether all of @text is one finite number, with a point in every locale
 */
gboolean ag_cli_parse_number (const char *text, double *number);

/**
 * ag_cli_parse_classes:
 * @text: (nullable): the argument of --class: one class, by its name or number, or one for each
 *   image with commas between
 * @n: images
 * @classes: (out) (transfer full) (nullable) (array length=n): %NULL for a model without classes
 *
 * Checks against the model; a message of what is wrong has been printed when it returns %FALSE
 * with cli->status set.
 */
gboolean ag_cli_parse_classes (AgCli *cli, AgModel *model, const char *text, int n, int **classes);

/* Saying things (ag-cli-output.c) */

/**
 * ag_cli_usage_error:
 *
 * Prints what is wrong with the command line, and the usage.
 *
 * Returns: AG_CLI_USAGE
 */
int ag_cli_usage_error (AgCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * ag_cli_fail:
 * @error: (nullable) (transfer none):
 *
 * Prints "afterglow-cli: " and the error's message.
 *
 * Returns: AG_CLI_FAILED
 */
int ag_cli_fail (AgCli *cli, const GError *error);

/**
 * ag_cli_note:
 *
 * A line on stderr that is no error.
 */
void ag_cli_note (AgCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * ag_cli_print:
 *
 * A line of a result for people, on stdout; nothing with --json.
 */
void ag_cli_print (AgCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * ag_cli_progress:
 * @text: a progress line for stderr
 *
 * Shown where stderr is a terminal, at most ten times a second; the next line on stdout or stderr
 * takes its place.
 */
void ag_cli_progress (AgCli *cli, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * ag_cli_progress_end:
 *
 * Removes the progress line.
 */
void ag_cli_progress_end (AgCli *cli);

/**
 * ag_cli_json_begin:
 *
 * Returns: (transfer full): inside the one object of --json
 */
JsonBuilder *ag_cli_json_begin (void);

void ag_cli_json_string (JsonBuilder *json, const char *name, const char *value);
void ag_cli_json_int (JsonBuilder *json, const char *name, gint64 value);

/**
 * ag_cli_json_double:
 *
 * A value that is not finite, which JSON cannot say, becomes null.
 */
void ag_cli_json_double (JsonBuilder *json, const char *name, double value);
void ag_cli_json_doubles (JsonBuilder *json, const char *name, const double *values, int n);

/**
 * ag_cli_json_end:
 *
 * Closes the object and, with --json, prints it.
 */
void ag_cli_json_end (AgCli *cli, JsonBuilder *json);

/**
 * ag_cli_cancel_flag:
 *
 * Returns: set when the user presses Ctrl-C or the process is asked to end
 */
const atomic_bool *ag_cli_cancel_flag (void);

/* Files (ag-cli-files.c) */

/**
 * ag_cli_file:
 * @path: as it was typed
 *
 * Returns: (transfer full): the file, which messages call what was typed
 */
GFile *ag_cli_file (const char *path);

/**
 * ag_cli_batch_size:
 *
 * Returns: how many images to work on together: enough to keep threads busy, few enough for memory
 */
int ag_cli_batch_size (const AgGlowConfig *config, int n);

/**
 * AgCliImages:
 * @n: how many
 * @names: (element-type utf8): what each is called
 * @x: [n][N], preprocessed
 */
typedef struct
{
  int n;
  GPtrArray *names;
  float *x;
} AgCliImages;

/**
 * ag_cli_images_load:
 * @paths: (array length=n_paths): pictures, or .safetensors holding `image`
 *
 * An image that is smaller than the model's is an error.
 */
AgCliImages *ag_cli_images_load (AgCli *cli,
                                 const AgGlowConfig *config,
                                 char **paths,
                                 int n_paths,
                                 GError **error);
void ag_cli_images_free (AgCliImages *images);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgCliImages, ag_cli_images_free)

/**
 * ag_cli_check_output:
 *
 * Whether @path's folder exists, asked before the work instead of after it.
 */
gboolean ag_cli_check_output (const char *path, GError **error);

/**
 * ag_cli_is_safetensors:
 * @path: a file name
 */
gboolean ag_cli_is_safetensors (const char *path);

/**
 * ag_cli_is_picture:
 * @path: a file name
 *
 * Returns: whether it ends as a picture that can be written
 */
gboolean ag_cli_is_picture (const char *path);

/**
 * ag_cli_make_folder:
 *
 * Makes @folder and those above it unless they are there.
 */
gboolean ag_cli_make_folder (GFile *folder, GError **error);

/**
 * AgCliDescribe:
 * @first: of the pictures
 * @n: how many one file shows
 * @columns: of how many, if it is a sheet
 *
 * Returns: (transfer full) (nullable): what the file says of how they were made
 */
typedef char *(*AgCliDescribe) (int first, int n, int columns, gpointer user_data);

/**
 * ag_cli_write_pictures:
 * @x: [n][N]
 * @path: a .safetensors file for numbers; a picture, which holds a sheet if there are several; or
 *   a folder, made if it is not there
 * @names: (element-type utf8): names without extension, for a folder
 * @keyword: (nullable): of what @describe says, for PNGs
 * @describe: (nullable):
 *
 * Nothing is half-written: a folder gets all of them or none.
 */
gboolean ag_cli_write_pictures (const AgGlowConfig *config,
                                int n,
                                const float *x,
                                const char *path,
                                GPtrArray *names,
                                const char *keyword,
                                AgCliDescribe describe,
                                gpointer user_data,
                                GError **error);

/**
 * ag_cli_check_sane:
 * @names: (element-type utf8): what each picture is called in an error
 *
 * An error if any of @x is not finite; a note if any is far out of range (ag_sanity_check()).
 */
gboolean ag_cli_check_sane (AgCli *cli,
                            const AgGlowConfig *config,
                            int n,
                            const float *x,
                            GPtrArray *names,
                            GError **error);

/* Models (ag-cli-info.c) */

/**
 * ag_cli_load_model:
 * @path: a native model file or a checkpoint of this program
 */
AgModel *ag_cli_load_model (const char *path, GError **error);

/**
 * ag_cli_describe_model:
 *
 * Prints what `info` says, or adds it to @json.
 */
void ag_cli_describe_model (AgCli *cli, AgModel *model, JsonBuilder *json);

G_END_DECLS
