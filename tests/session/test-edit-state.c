/* test-edit-state.c: states and their history
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-state.h"

#include "test-session.h"

static void
record (AgEditHistory *history, double value, const char *key)
{
  g_autoptr (AgEditState) state = ag_edit_state_copy (ag_edit_history_get (history));

  state->values[0] = value;
  ag_edit_history_record (history, state, key);
}

static double
value_of (AgEditHistory *history)
{
  return ag_edit_history_get (history)->values[0];
}

static void
test_steps (void)
{
  g_autoptr (AgEditState) initial = ag_edit_state_new (2);
  g_autoptr (AgEditHistory) history = ag_edit_history_new (initial);

  g_assert_false (ag_edit_history_can_undo (history));
  g_assert_false (ag_edit_history_undo (history));

  /* One drag, one step. */
  record (history, 0.1, "a");
  record (history, 0.2, "a");
  record (history, 0.3, "a");
  /* Another control begins another step; so does the same one after a seal. */
  record (history, 0.4, "b");
  ag_edit_history_seal (history);
  record (history, 0.5, "b");

  g_assert_true (ag_edit_history_undo (history));
  g_assert_cmpfloat (value_of (history), ==, 0.4);
  g_assert_true (ag_edit_history_undo (history));
  g_assert_cmpfloat (value_of (history), ==, 0.3);
  g_assert_true (ag_edit_history_undo (history));
  g_assert_cmpfloat (value_of (history), ==, 0);
  g_assert_false (ag_edit_history_can_undo (history));

  g_assert_true (ag_edit_history_redo (history));
  g_assert_true (ag_edit_history_redo (history));
  g_assert_cmpfloat (value_of (history), ==, 0.4);

  /* What is done now makes what was undone a thing of the past. */
  record (history, 0.9, "b");
  g_assert_false (ag_edit_history_can_redo (history));
  g_assert_true (ag_edit_history_undo (history));
  g_assert_cmpfloat (value_of (history), ==, 0.4);
}

static void
test_nothing_changed (void)
{
  g_autoptr (AgEditState) initial = ag_edit_state_new (1);
  g_autoptr (AgEditHistory) history = ag_edit_history_new (initial);

  record (history, 0, "a");
  g_assert_false (ag_edit_history_can_undo (history));

  /* There and back again is no step. */
  record (history, 0.5, "a");
  record (history, 0, "a");
  ag_edit_history_seal (history);
  g_assert_false (ag_edit_history_can_undo (history));
  g_assert_false (ag_edit_history_can_redo (history));
  record (history, 0.7, "a");
  g_assert_true (ag_edit_history_undo (history));
  g_assert_cmpfloat (value_of (history), ==, 0);
}

static void
test_long (void)
{
  g_autoptr (AgEditState) initial = ag_edit_state_new (1);
  g_autoptr (AgEditHistory) history = ag_edit_history_new (initial);
  int n = 0;

  for (int i = 1; i <= 5000; i++)
    {
      record (history, i, "a");
      ag_edit_history_seal (history);
    }
  g_assert_cmpfloat (value_of (history), ==, 5000);
  while (ag_edit_history_undo (history))
    n++;
  g_assert_cmpint (n, ==, 999);
  g_assert_cmpfloat (value_of (history), ==, 5000 - 999);
}

static void
test_mix (void)
{
  g_autoptr (AgEditState) a = ag_edit_state_new (2);
  g_autoptr (AgEditState) b = ag_edit_state_new (2);
  g_autoptr (AgEditState) mix = NULL;

  a->values[0] = -1;
  b->values[1] = 2;
  b->temperature = 0.5;
  b->eyes.left_x = 12;
  mix = ag_edit_state_mix (a, b, 0.25);
  g_assert_cmpfloat (mix->values[0], ==, -0.75);
  g_assert_cmpfloat (mix->values[1], ==, 0.5);
  g_assert_cmpfloat (mix->temperature, ==, 0.875);
  g_assert_cmpfloat (mix->eyes.left_x, ==, 12);
  g_assert_false (ag_edit_state_equal (a, b));
  g_assert_false (ag_eyes_equal (&a->eyes, &b->eyes));
}

void
test_edit_state_add (void)
{
  g_test_add_func ("/session/edit-state/steps", test_steps);
  g_test_add_func ("/session/edit-state/nothing-changed", test_nothing_changed);
  g_test_add_func ("/session/edit-state/long", test_long);
  g_test_add_func ("/session/edit-state/mix", test_mix);
}
