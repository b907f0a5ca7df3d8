/* ag-cli-data.h: folders of pictures for the commands that look at many
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-cli.h"
#include "ag-dataset.h"

G_BEGIN_DECLS

/**
 * AgCliDataOptions:
 * @folder: from --data
 * @labels: (nullable): from --labels
 * @held_out: share to hold out where the data sets none apart
 * @seed: of that choice, as in training
 * @crop: (nullable): from --crop: "centre" or "faces"; %NULL for what the model was trained on
 * @class_text: (nullable): from --class: the class of all pictures; %NULL for the data's own
 * classes
 *
 * What was given on the command line.
 */
typedef struct
{
  char *folder, *labels;
  double held_out;
  gint64 seed;
  char *crop;
  char *class_text;
} AgCliDataOptions;

/* For the options of a command. */
#define AG_CLI_CROP_HELP                                                                           \
  N_ ("centre, or faces: find, level and cut out the face of each picture; if not given, what "    \
      "the model was trained on")

void ag_cli_data_options_clear (AgCliDataOptions *options);

/**
 * ag_cli_data_check:
 *
 * Returns: whether the options can be; if not, a message has been printed and cli->status set
 */
gboolean ag_cli_data_check (AgCli *cli, const AgCliDataOptions *options);

/**
 * ag_cli_data_load:
 * @model: the pictures are for
 *
 * Loads them, shows progress and tells of files that were passed over.
 */
AgDataset *
ag_cli_data_load (AgCli *cli, AgModel *model, const AgCliDataOptions *options, GError **error);

/**
 * ag_cli_data_is_part:
 *
 * Returns: whether @part is "all", "training" or "held-out"
 */
gboolean ag_cli_data_is_part (const char *part);

/**
 * ag_cli_data_select:
 * @part: (nullable): see there; %NULL for all
 *
 * Returns: (transfer full) (array length=n): indices of images; an error if there are none
 */
int *ag_cli_data_select (AgDataset *dataset, const char *part, int *n, GError **error);

/**
 * ag_cli_data_classes:
 * @class_text: (nullable): argument of --class; %NULL for the data's own classes
 * @images: (array length=n):
 * @classes: (out) (nullable) (transfer full) (array length=n): %NULL for a model without classes
 *
 * Returns: %FALSE after a message was printed and cli->status set
 */
gboolean ag_cli_data_classes (AgCli *cli,
                              AgModel *model,
                              AgDataset *dataset,
                              const char *class_text,
                              const int *images,
                              int n,
                              int **classes);

G_END_DECLS
