/* ag-trainer-options.h: the options of a trainer as a table, private to this folder
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-trainer.h"

G_BEGIN_DECLS

typedef enum
{
  AG_OPTION_INT,
  AG_OPTION_INT64,
  AG_OPTION_DOUBLE,
} AgOptionType;

/**
 * AgOption:
 * @name: as on the command line, without dashes before it
 * @type: of the member of #AgTrainerOptions
 * @offset: of that member
 * @min: smallest value
 * @max: largest value
 * @is_fixed: whether a run that is resumed must keep it
 * @before: what it was in runs of versions that did not have it yet; NAN if all had
 *
 * What can be unset.
 */
typedef struct
{
  const char *name;
  AgOptionType type;
  gsize offset;
  double min, max;
  gboolean is_fixed;
  double before;
} AgOption;

const AgOption *ag_trainer_options_table (int *n);

double ag_option_get (const AgOption *option, const AgTrainerOptions *options);
void ag_option_set (const AgOption *option, AgTrainerOptions *options, double value);
gboolean ag_option_is_unset (const AgOption *option, const AgTrainerOptions *options);

/**
 * ag_option_get_text:
 *
 * Returns: (transfer full): @value as it would be typed on the command line
 */
char *ag_option_get_text (const AgOption *option, double value);

/**
 * ag_trainer_options_take_run:
 * @options: (inout): what the user has asked for when resuming
 * @run: what the run was made with, everything set
 *
 * Sets what is unset in @options from @run. An error if an option that is fixed differs.
 */
gboolean ag_trainer_options_take_run (AgTrainerOptions *options,
                                      const AgTrainerOptions *run,
                                      GError **error);

/**
 * ag_trainer_options_take_model:
 * @options: (inout): what the user has asked for
 * @model: the options that a model decides, and unset ones
 * @name: of the model's file, for messages
 *
 * Sets what is unset in @options from @model. An error if the architecture differs.
 */
gboolean ag_trainer_options_take_model (AgTrainerOptions *options,
                                        const AgTrainerOptions *model,
                                        const char *name,
                                        GError **error);

/**
 * ag_trainer_options_check:
 *
 * Whether options, all set, are in their ranges and go together.
 */
gboolean ag_trainer_options_check (const AgTrainerOptions *options, GError **error);

G_END_DECLS
