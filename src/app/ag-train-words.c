/* ag-train-words.c: numbers of a training run in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-words.h"

#include <math.h>

#include <glib/gi18n-lib.h>

#include "ag-train-run-view.h"

char *
ag_train_format_count (guint64 n)
{
  return g_strdup_printf ("%'" G_GUINT64_FORMAT, n);
}

char *
ag_train_format_time (double seconds)
{
  guint minutes;

  if (!isfinite (seconds))
    return g_strdup ("–");
  if (seconds < 60)
    return g_strdup_printf (_ ("%d s"), (int) seconds);
  minutes = (guint) fmin (seconds / 60 + 0.5, 1e8);
  if (minutes < 60)
    return g_strdup_printf (_ ("%u min"), minutes);
  if (minutes < 48 * 60)
    return g_strdup_printf (_ ("%u h %02u min"), minutes / 60, minutes % 60);
  return g_strdup_printf (ngettext ("%u day", "%u days", minutes / (24 * 60)), minutes / (24 * 60));
}

char *
ag_train_format_bits (double value)
{
  return isfinite (value) ? g_strdup_printf ("%.4f", value) : g_strdup ("–");
}

char *
ag_train_format_number (double value)
{
  return isfinite (value) ? g_strdup_printf ("%.3g", value) : g_strdup ("–");
}

static char *
describe_running (AgTrainRun *run)
{
  const AgTrainerProgress *progress = ag_train_run_get_progress (run);
  g_autofree char *step = ag_train_format_count (progress->step);
  g_autofree char *last = ag_train_format_count (progress->last_step);
  g_autofree char *left = ag_train_format_time (progress->seconds_left);
  g_autofree char *where = NULL;

  if (ag_train_run_is_waiting (run))
    return g_strdup_printf (_ ("Giving way to your work at step %s"), step);
  where = progress->last_step > 0 ? g_strdup_printf (_ ("Step %s of %s"), step, last)
                                  : g_strdup_printf (_ ("Step %s"), step);
  if (progress->phase == AG_TRAINER_EVALUATING)
    return g_strdup_printf (_ ("%s, looking at held-out pictures"), where);
  if (progress->phase == AG_TRAINER_SAVING)
    return g_strdup_printf (_ ("%s, saving"), where);
  if (!isfinite (progress->seconds_left))
    return g_steal_pointer (&where);
  return g_strdup_printf (_ ("%s, %s left"), where, left);
}

char *
ag_train_run_describe (AgTrainRun *run)
{
  const AgTrainerProgress *progress = ag_train_run_get_progress (run);
  g_autofree char *step = ag_train_format_count (progress->step);

  switch (ag_train_run_get_state (run))
    {
    case AG_TRAIN_RUN_QUEUED:
      return g_strdup (_ ("Waiting for its turn"));
    case AG_TRAIN_RUN_STARTING:
      if (progress->phase == AG_TRAINER_LOADING && progress->total > 0)
        return g_strdup_printf (_ ("Reading picture %d of %d"), progress->done, progress->total);
      return g_strdup (_ ("Starting…"));
    case AG_TRAIN_RUN_RUNNING:
      return describe_running (run);
    case AG_TRAIN_RUN_PAUSING:
      return g_strdup_printf (_ ("Saving at step %s"), step);
    case AG_TRAIN_RUN_SLIDERS:
      return progress->total > 0 ? g_strdup_printf (_ ("Making sliders: picture %d of %d"),
                                                    progress->done, progress->total)
                                 : g_strdup (_ ("Making sliders…"));
    case AG_TRAIN_RUN_PAUSED:
      return g_strdup_printf (_ ("Paused at step %s"), step);
    case AG_TRAIN_RUN_FINISHED:
      return g_strdup_printf (_ ("Finished after %s steps"), step);
    case AG_TRAIN_RUN_FAILED:
      return g_strdup (_ ("Cannot go on"));
    }
  return g_strdup ("");
}
