/* ag-trainer-rollback.c: going back to a checkpoint
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A state to go back to could be kept in memory, but there it would be as large as the one that is
 * trained. The run's checkpoints are on disk anyway.
 */
#include "ag-trainer-private.h"

#include <inttypes.h>

#include <glib/gi18n-lib.h>

#include "ag-checkpoint.h"

#define MAX_ROLLBACKS 8 /* the learning rate is 1/256 of what it was then */

/* All take over process 0's newest checkpoint of that step or before. What counts for the run as a
 * whole stays as it is. */
static gboolean
go_back (AgTrainer *self, guint64 last_step, GError **error)
{
  AgTrainCounters *counters = &self->state->counters;
  const AgTrainCounters before = *counters;
  GError *problem = NULL;

  if (ag_trainer_is_first (self))
    {
      g_autoptr (AgCheckpoint) checkpoint =
        ag_checkpoint_read_until (self->run, last_step, &problem);

      if (checkpoint != NULL)
        ag_train_state_copy (checkpoint->state, self->state, self->pool);
    }
  if (!ag_ranks_agree (self->options.ranks, problem, error) ||
      !ag_trainer_share_state (self, error))
    return FALSE;
  counters->furthest_step = before.furthest_step;
  counters->rollbacks = before.rollbacks;
  counters->rate_scale = before.rate_scale;
  counters->keeps_boundaries = before.keeps_boundaries;
  counters->seconds = before.seconds;
  self->is_spoilt = FALSE;
  return TRUE;
}

/* Takes away the reports that will come again; @event stands in their place. */
static gboolean
rewind_log (AgTrainer *self, const char *event, GError **error)
{
  AgTrainCounters *counters = &self->state->counters;
  gboolean is_shorter;

  if (!ag_run_log_writer_truncate (self->log, counters->log_size, &is_shorter, error) ||
      (event != NULL &&
       !ag_run_log_writer_event (self->log, counters->step, event,
                                 counters->rate_scale * self->options.learning_rate, error)))
    return FALSE;
  counters->log_size = ag_run_log_writer_get_size (self->log);
  return TRUE;
}

/* Checkpoints that were written in between are replaced at once: the log no longer has what they
 * count on. */
static gboolean
begin_again (AgTrainer *self, const char *event, GError **error)
{
  GError *problem = NULL;

  if (ag_trainer_is_first (self))
    rewind_log (self, event, &problem);
  return ag_ranks_agree (self->options.ranks, problem, error) &&
         ag_trainer_save (self, FALSE, error);
}

/* Leaves a state that is sound, if any is left. */
static gboolean
give_up (AgTrainer *self, guint64 failed, GError **error)
{
  if (failed < 2 || !go_back (self, failed - 2, NULL))
    go_back (self, failed - 1, NULL);
  g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_DIVERGED,
               _ ("Training has stopped: at step %" PRIu64
                  " the loss or its gradient is not finite, at smaller learning rates too"),
               failed);
  return FALSE;
}

gboolean
ag_trainer_roll_back (AgTrainer *self, GError **error)
{
  AgTrainCounters *counters = &self->state->counters;
  guint64 failed = counters->step + 1, rollbacks = counters->rollbacks + 1;
  g_autoptr (GError) problem = NULL;

  /* The state that the step began with may be what is wrong: that would not help. */
  if (rollbacks > MAX_ROLLBACKS || failed < 2 || !go_back (self, failed - 2, &problem))
    {
      if (problem != NULL)
        ag_trainer_notice (self, "%s", problem->message);
      return give_up (self, failed, error);
    }
  counters->furthest_step = MAX (counters->furthest_step, failed);
  counters->rollbacks = rollbacks;
  counters->rate_scale /= 2;
  ag_trainer_notice (self,
                     _ ("At step %" PRIu64
                        " the loss or its gradient was not finite. Going back to step "
                        "%" PRIu64 " with the learning rate halved to %g."),
                     failed, counters->step, counters->rate_scale * self->options.learning_rate);
  return begin_again (self, "rollback", error);
}

gboolean
ag_trainer_keep_boundaries (AgTrainer *self, double drift, GError **error)
{
  AgTrainCounters *counters = &self->state->counters;
  AgFlowError flow_error;
  GError *problem = NULL;

  ag_trainer_notice (self,
                     _ ("At step %" PRIu64
                        " what was recomputed of the pictures was off by %g. From "
                        "here on what lies between the steps is kept, which takes more memory."),
                     counters->step + 1, drift);
  counters->keeps_boundaries = 1;
  if (ag_gradient_keep_boundaries (self->gradient, &flow_error) != AG_OK)
    ag_error_from_flow (&problem, &flow_error, _ ("Training"));
  if (!ag_ranks_agree (self->options.ranks, problem, error))
    return FALSE;
  return !self->is_spoilt ||
         (go_back (self, counters->step, error) && begin_again (self, NULL, error));
}
