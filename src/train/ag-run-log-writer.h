/* ag-run-log-writer.h: adding to log.jsonl
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-run-log.h"

G_BEGIN_DECLS

typedef struct AgRunLogWriter AgRunLogWriter;

/**
 * ag_run_log_writer_open:
 *
 * Opens log.jsonl in @run, makes it if need be, and locks it: a run can be trained by one program
 * at a time, another gets %G_IO_ERROR_BUSY. The lock ends with the writer, or the program.
 */
AgRunLogWriter *ag_run_log_writer_open (GFile *run, GError **error);

void ag_run_log_writer_free (AgRunLogWriter *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgRunLogWriter, ag_run_log_writer_free)

/**
 * ag_run_log_writer_truncate:
 * @size: bytes that are to stay
 * @is_shorter: (out): whether the log was shorter than that; it is left as it is then, but for a
 *   last line without its end
 */
gboolean ag_run_log_writer_truncate (AgRunLogWriter *self,
                                     guint64 size,
                                     gboolean *is_shorter,
                                     GError **error);

/**
 * ag_run_log_writer_report:
 * @is_final: whether the report is there because the run has come to its end
 *
 * Adds a report. If that fails the log is as it was.
 */
gboolean ag_run_log_writer_report (AgRunLogWriter *self,
                                   const AgRunReport *report,
                                   gboolean is_final,
                                   GError **error);

/**
 * ag_run_log_writer_event:
 * @event: a word without characters that JSON escapes
 */
gboolean ag_run_log_writer_event (AgRunLogWriter *self,
                                  guint64 step,
                                  const char *event,
                                  double lr,
                                  GError **error);

/**
 * ag_run_log_writer_sync:
 *
 * Makes what has been added survive a power cut.
 */
gboolean ag_run_log_writer_sync (AgRunLogWriter *self, GError **error);

/**
 * ag_run_log_writer_get_size:
 *
 * Returns: bytes in the log
 */
guint64 ag_run_log_writer_get_size (AgRunLogWriter *self);

G_END_DECLS
