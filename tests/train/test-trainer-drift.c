/* test-trainer-drift.c: runs whose reversal has become too inexact
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-trainer-private.h"
#include "test-images.h"
#include "test-train.h"

/* How often it was said that boundaries are kept. */
static int
count_notices (TestFolders *self)
{
  int n = 0;

  for (const char *at = self->notices->str; (at = strstr (at, "recomputed")) != NULL; at++)
    n++;
  return n;
}

/* With @limit in place of the trainer's own, unless that is 0. Returns the drift of the last step.
 */
static double
train (TestFolders *self, const AgTrainerOptions *options, double limit)
{
  const AgTrainerCallbacks callbacks = { NULL, test_take_notice, self };
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = ag_trainer_new (options, &callbacks, NULL, &error);

  g_assert_no_error (error);
  if (limit > 0)
    trainer->drift_limit = limit;
  ag_trainer_run (trainer, NULL, NULL, &error);
  g_assert_no_error (error);
  return ag_trainer_get_progress (trainer)->drift;
}

/* Rounding alone is within the limit of a run, and beyond one of 1e-30: then it is told once, the
 * boundaries are kept, and nothing drifts any more. */
static void
test_keeps_boundaries (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 6);
  AgTrainerOptions strict = test_options (self->data, self->other, 6);
  double drift;

  options.gradient = strict.gradient = AG_GRADIENT_REVERSED;
  drift = train (self, &options, 0);
  g_test_message ("drift %g", drift);
  g_assert_cmpfloat (drift, >, 0);
  g_assert_cmpfloat (drift, <, 1e-4);
  g_assert_cmpint (count_notices (self), ==, 0);
  g_assert_cmpfloat (train (self, &strict, 1e-30), ==, 0);
  g_assert_cmpint (count_notices (self), ==, 1);
  test_options_clear (&options);
  test_options_clear (&strict);
}

/* Also by the runs that go on from there, which are told nothing of limits. */
static void
test_resumes (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions whole = test_options (self->data, self->run, 9);
  AgTrainerOptions parts = test_options (self->data, self->other, 4);

  whole.gradient = parts.gradient = AG_GRADIENT_REVERSED;
  train (self, &whole, 1e-30);
  train (self, &parts, 1e-30);
  g_assert_cmpint (count_notices (self), ==, 2);
  parts.resume = TRUE;
  parts.steps = 9;
  g_assert_cmpfloat (train (self, &parts, 0), ==, 0);
  g_assert_cmpint (count_notices (self), ==, 2);
  test_assert_same_run (self->run, self->other);
  test_options_clear (&whole);
  test_options_clear (&parts);
}

void
test_trainer_drift_add (void)
{
  g_test_add ("/train/drift/keeps-boundaries", TestFolders, NULL, test_folders_set_up,
              test_keeps_boundaries, test_folders_tear_down);
  g_test_add ("/train/drift/resumes", TestFolders, NULL, test_folders_set_up, test_resumes,
              test_folders_tear_down);
}
