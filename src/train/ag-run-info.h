/* ag-run-info.h: a run folder as it lies on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-run-log.h"
#include "ag-trainer.h"

G_BEGIN_DECLS

/**
 * AgRunSetting:
 * @name: as on the command line, without dashes before it
 * @value: as it would be typed there
 */
typedef struct
{
  const char *name;
  char *value;
} AgRunSetting;

/**
 * AgRunInfo:
 * @folder: of the run
 * @name: of that folder, to be shown
 * @options: everything set; its pointers are %NULL
 * @preset: its name, possibly ""
 * @data: (nullable): path of the folder of images
 * @labels: (nullable): path of the attribute table that was given
 * @n_training: images that are trained on
 * @step: of the last checkpoint
 * @last_step: the step at which the run ends; 0 if the clock ends it
 * @seconds: of training
 * @is_finished: whether the limit of steps, epochs or minutes has been reached
 * @settings: (element-type AgRunSetting): all options, the preset and the data among them
 * @log: reports; empty if there are none yet
 *
 * Read without the numbers of the checkpoint, so that many runs can be listed.
 */
typedef struct
{
  GFile *folder;
  char *name;
  AgTrainerOptions options;
  char *preset, *data, *labels;
  guint64 n_training, step, last_step;
  double seconds;
  gboolean is_finished;
  GArray *settings;
  AgRunLog *log;
} AgRunInfo;

/**
 * ag_run_info_load:
 *
 * Any thread. The run may be being trained meanwhile.
 */
AgRunInfo *ag_run_info_load (GFile *folder, GError **error);
void ag_run_info_free (AgRunInfo *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgRunInfo, ag_run_info_free)

/**
 * ag_run_info_find_differences:
 * @runs: (element-type AgRunInfo): at least one
 *
 * Returns: (transfer full) (element-type utf8): names of the settings in which not all runs agree,
 *   in the order of @settings
 */
GPtrArray *ag_run_info_find_differences (GPtrArray *runs);

/**
 * ag_run_info_get_setting:
 *
 * Returns: (transfer none) (nullable): the value of a setting
 */
const char *ag_run_info_get_setting (const AgRunInfo *self, const char *name);

G_END_DECLS
