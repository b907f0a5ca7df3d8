/* test-edit-preview.c: predictions of pictures against functions whose values are known
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instead of a model, pictures here are a polynomial of the controls, so that what a prediction
 * must be is known in closed form.
 */
#include "ag-edit-preview.h"

#include <math.h>

#include "test-session.h"

#define N_VALUES 3
#define N_DIMS   7

/* Linear in the first slider, quadratic in the others and in the temperature. */
static float
get_number (const AgEditState *state, int i)
{
  double a = state->values[0], b = state->values[1], c = state->values[2];
  double t = state->temperature;

  return (float) (0.1 * i + (i + 1) * 0.5 * a + b * b * 0.25 + 0.125 * b - c * c * 0.5 +
                  (t - 1) * (t - 1) * i);
}

static GBytes *
draw (const AgEditState *state)
{
  float numbers[N_DIMS];

  for (int i = 0; i < N_DIMS; i++)
    numbers[i] = get_number (state, i);
  return g_bytes_new (numbers, sizeof numbers);
}

static AgEditState *
state_new (double a, double b, double c, double temperature)
{
  AgEditState *state = ag_edit_state_new (N_VALUES);

  state->values[0] = a;
  state->values[1] = b;
  state->values[2] = c;
  state->temperature = temperature;
  return state;
}

static AgEditSubject *
subject_new (void)
{
  g_autoptr (AgEditState) rest = state_new (0, 0, 0, 1);
  AgEditSubject *subject = g_new0 (AgEditSubject, 1);

  subject->eps = draw (rest);
  subject->base = draw (rest);
  subject->temperature = 1;
  g_atomic_ref_count_init (&subject->ref_count);
  return subject;
}

static void
add_anchors (AgEditPreview *preview, guint favourite, int n)
{
  for (int i = 0; i < n; i++)
    {
      AgEditAnchor anchor;
      g_autoptr (AgEditState) state = ag_edit_preview_next (preview, favourite, &anchor);
      g_autoptr (GBytes) values = NULL;

      if (state == NULL)
        return;
      values = draw (state);
      ag_edit_preview_add (preview, &anchor, values);
    }
}

/* The largest difference of the prediction from @to's picture, or -1 if there is none. */
static double
get_error (AgEditPreview *preview, const AgEditState *from, const AgEditState *to)
{
  g_autoptr (GBytes) start = draw (from);
  g_autoptr (AgEditPrediction) prediction = ag_edit_preview_predict (preview, from, start, to);
  g_autoptr (GBytes) sum = NULL;
  const float *numbers;
  double worst = 0;

  if (prediction == NULL)
    return -1;
  sum = ag_edit_prediction_sum (prediction);
  g_assert_cmpuint (g_bytes_get_size (sum), ==, N_DIMS * sizeof (float));
  numbers = g_bytes_get_data (sum, NULL);
  for (int i = 0; i < N_DIMS; i++)
    worst = fmax (worst, fabs ((double) numbers[i] - (double) get_number (to, i)));
  return worst;
}

static double
get_error_at (AgEditPreview *preview,
              const AgEditState *from,
              double a,
              double b,
              double c,
              double t)
{
  g_autoptr (AgEditState) to = state_new (a, b, c, t);

  return get_error (preview, from, to);
}

static void
test_needs_anchors (void)
{
  g_autoptr (AgEditSubject) subject = subject_new ();
  g_autoptr (AgEditState) sense = ag_edit_state_new (N_VALUES);
  g_autoptr (AgEditPreview) preview = ag_edit_preview_new (subject, sense);
  g_autoptr (AgEditState) rest = state_new (0, 0, 0, 1);

  /* Nothing differs: nothing is needed. */
  g_assert_cmpfloat (get_error_at (preview, rest, 0, 0, 0, 1), ==, 0);
  g_assert_cmpfloat (get_error_at (preview, rest, 0.5, 0, 0, 1), ==, -1);
  /* The favourite's come first, and only it can be predicted then. */
  add_anchors (preview, 1, 4);
  g_assert_cmpfloat (get_error_at (preview, rest, 0, 0.5, 0, 1), >=, 0);
  g_assert_cmpfloat (get_error_at (preview, rest, 0.5, 0, 0, 1), ==, -1);
  g_assert_cmpfloat (get_error_at (preview, rest, 0, 0, 0, 0.9), ==, -1);
}

static void
test_exact_at_anchors (void)
{
  g_autoptr (AgEditSubject) subject = subject_new ();
  g_autoptr (AgEditState) sense = ag_edit_state_new (N_VALUES);
  g_autoptr (AgEditPreview) preview = ag_edit_preview_new (subject, sense);
  g_autoptr (AgEditState) rest = state_new (0, 0, 0, 1);
  g_autoptr (AgEditState) elsewhere = state_new (0.3, 0, 1.5, 1);

  add_anchors (preview, 0, 1000);
  for (double position = -2; position <= 2; position += 1)
    {
      g_assert_cmpfloat (get_error_at (preview, rest, 0, position, 0, 1), <, 1e-5);
      g_assert_cmpfloat (get_error_at (preview, rest, 0, 0, position, 1), <, 1e-5);
      /* Controls add up, and what stays the same costs nothing. */
      g_assert_cmpfloat (get_error_at (preview, elsewhere, 0.3, position, 1.5, 1), <, 1e-5);
    }
  for (double t = 0.5; t <= 1.5; t += 0.25)
    g_assert_cmpfloat (get_error_at (preview, rest, 0, 0, 0, t), <, 1e-5);
}

static void
test_linear_everywhere (void)
{
  g_autoptr (AgEditSubject) subject = subject_new ();
  g_autoptr (AgEditState) sense = ag_edit_state_new (N_VALUES);
  g_autoptr (AgEditPreview) preview = ag_edit_preview_new (subject, sense);
  g_autoptr (AgEditState) from = state_new (-0.7, 0.5, 0, 1);

  add_anchors (preview, 0, 1000);
  for (double a = -3.5; a <= 3.5; a += 0.25)
    g_assert_cmpfloat (get_error_at (preview, from, a, 0.5, 0, 1), <, 2e-5);
}

static void
test_between_anchors (void)
{
  g_autoptr (AgEditSubject) subject = subject_new ();
  g_autoptr (AgEditState) sense = ag_edit_state_new (N_VALUES);
  g_autoptr (AgEditPreview) preview = ag_edit_preview_new (subject, sense);
  g_autoptr (AgEditState) rest = state_new (0, 0, 0, 1);

  add_anchors (preview, 0, 1000);
  /* Between anchors at a distance of 1, c^2 / 2 is off by up to 1/8, in the middle. */
  g_assert_cmpfloat (fabs (get_error_at (preview, rest, 0, 0, 0.5, 1) - 0.125), <, 1e-5);
  g_assert_cmpfloat (fabs (get_error_at (preview, rest, 0, 0, -1.5, 1) - 0.125), <, 1e-5);
}

static void
test_broken_anchor (void)
{
  g_autoptr (AgEditSubject) subject = subject_new ();
  g_autoptr (AgEditState) sense = ag_edit_state_new (N_VALUES);
  g_autoptr (AgEditPreview) preview = ag_edit_preview_new (subject, sense);
  g_autoptr (AgEditState) rest = state_new (0, 0, 0, 1);
  AgEditAnchor anchor;
  AgEditState *state;
  int n = 0;

  /* Where the model drew no picture there is no anchor, and it is not asked for again. */
  while ((state = ag_edit_preview_next (preview, 2, &anchor)) != NULL)
    {
      g_autoptr (GBytes) values = draw (state);

      ag_edit_preview_add (preview, &anchor, state->values[2] > 0 ? NULL : values);
      ag_edit_state_free (state);
      g_assert_cmpint (++n, <=, 4 * (N_VALUES + 1));
    }
  g_assert_cmpint (n, ==, 4 * (N_VALUES + 1));
  g_assert_cmpfloat (get_error_at (preview, rest, 0, 0, 0.5, 1), ==, -1);
  g_assert_cmpfloat (get_error_at (preview, rest, 0, 0, -1, 1), <, 1e-5);
}

void
test_edit_preview_add (void)
{
  g_test_add_func ("/session/preview/needs-anchors", test_needs_anchors);
  g_test_add_func ("/session/preview/exact-at-anchors", test_exact_at_anchors);
  g_test_add_func ("/session/preview/linear-everywhere", test_linear_everywhere);
  g_test_add_func ("/session/preview/between-anchors", test_between_anchors);
  g_test_add_func ("/session/preview/broken-anchor", test_broken_anchor);
}
