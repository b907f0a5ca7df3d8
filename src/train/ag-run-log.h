/* ag-run-log.h: the reports of a training run, read back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * log.jsonl holds one JSON object per line, in the order of their steps:
 *
 *   {"step":500,"images":8000,"train_bits_per_dim":3.1,"held_out_bits_per_dim":null,"lr":0.001,
 *    "gradient_norm":0.4,"images_per_s":38.2,"seconds":209.1}
 *
 * train_bits_per_dim is the mean over the steps since the report before. held_out_bits_per_dim is
 * null in a report without an evaluation; it is computed with the averaged weights and the same
 * noise every time. A report written because the run had come to its end carries "final":true; it
 * is of the same step as the one before if that lacked an evaluation. Instead of a report a line
 * may hold an event: {"step":510,"event":"rollback","lr":0.0005}.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AgRunReport:
 *
 * A line of the log. Numbers it does not hold are NAN.
 */
typedef struct
{
  guint64 step, images;
  double train_bits_per_dim, held_out_bits_per_dim;
  double learning_rate, gradient_norm;
  double images_per_second, seconds;
} AgRunReport;

/**
 * AgRunLog:
 * @reports: (element-type AgRunReport): in the order of their steps
 * @best: index of the report with the lowest held-out bits/dim; -1 without any
 */
typedef struct
{
  GArray *reports;
  int best;
} AgRunLog;

/**
 * ag_run_log_load:
 * @file: a log.jsonl, or a run folder
 *
 * Reads a log that may still be growing: a last line without its end is passed over. Any other
 * line that is not a report or an event is an error that names file and line.
 */
AgRunLog *ag_run_log_load (GFile *file, GError **error);
void ag_run_log_free (AgRunLog *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgRunLog, ag_run_log_free)

G_END_DECLS
