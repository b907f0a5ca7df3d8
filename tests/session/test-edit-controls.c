/* test-edit-controls.c: strengths, locks, and the names of steps
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-direction.h"
#include "ag-look.h"
#include "edit-fixture.h"
#include "test-session.h"

static AgImage *
picture_of (EditFixture *f)
{
  edit_settle (f);
  return ag_image_ref (ag_edit_session_get_picture (f->session));
}

/* A level of strength 0 takes no part; with all at 0 nothing is left of an edit. */
static void
test_strength (EditFixture *f, gconstpointer data)
{
  g_autoptr (AgImage) original = picture_of (f);
  g_autoptr (AgImage) edited = NULL, coarse = NULL, none = NULL, again = NULL;

  g_assert_cmpuint (ag_edit_session_get_n_levels (f->session), ==, 2);
  ag_edit_session_set_value (f->session, TINY_SMILING, 1);
  edited = picture_of (f);
  ag_edit_session_set_strength (f->session, 0, 0);
  coarse = picture_of (f);
  g_assert_false (edit_same_pixels (coarse, edited));
  g_assert_false (edit_same_pixels (coarse, original));
  ag_edit_session_set_strength (f->session, 1, 0);
  none = picture_of (f);
  g_assert_true (edit_same_pixels (none, original));
  ag_edit_session_undo (f->session);
  ag_edit_session_undo (f->session);
  again = picture_of (f);
  g_assert_true (edit_same_pixels (again, edited));
  g_assert_cmpfloat (ag_edit_session_get_strength (f->session, 0), ==, 1);
}

/* What a slider moves keeps the locked attribute's projection, in the picture that is shown. */
static void
test_lock (EditFixture *f, gconstpointer data)
{
  const AgModelAttribute *glasses =
    g_ptr_array_index (ag_edit_session_get_model (f->session)->attributes, TINY_EYEGLASSES);
  AgDirectionSet *set;
  bool locked[TINY_N_ATTRIBUTES] = { false, true, false };
  g_autoptr (AgImage) free_picture = NULL, locked_picture = NULL, unlocked = NULL;

  set = ag_direction_set_new (ag_edit_session_get_model (f->session), locked);
  g_assert_cmpfloat (
    fabs (ag_direction_project (glasses->direction, set->directions[TINY_SMILING], set->n_dims)), <,
    1e-6);
  g_assert_cmpfloat (
    fabs (ag_direction_project (glasses->direction, set->directions[TINY_EYEGLASSES], set->n_dims) -
          1),
    <, 1e-6);
  ag_direction_set_unref (set);

  ag_edit_session_set_value (f->session, TINY_SMILING, 2);
  free_picture = picture_of (f);
  ag_edit_session_set_locked (f->session, TINY_EYEGLASSES, TRUE);
  g_assert_true (ag_edit_session_get_locked (f->session, TINY_EYEGLASSES));
  locked_picture = picture_of (f);
  g_assert_false (edit_same_pixels (free_picture, locked_picture));
  ag_edit_session_undo (f->session);
  g_assert_false (ag_edit_session_get_locked (f->session, TINY_EYEGLASSES));
  unlocked = picture_of (f);
  g_assert_true (edit_same_pixels (free_picture, unlocked));
}

/* A slider that the model lets end for this face goes no further. A look may ask for more, and does
 * what the end does. */
static void
test_reach (EditFixture *f, gconstpointer data)
{
  AgModel *model = ag_edit_session_get_model (f->session);
  AgModelAttribute *smiling = g_ptr_array_index (model->attributes, TINY_SMILING);
  AgEditSubject *subject = ag_edit_face_get_subject (ag_edit_session_get_face (f->session));
  g_autoptr (AgLook) look = ag_look_new ("Far");
  g_autoptr (AgImage) at_end = NULL, beyond = NULL, by_look = NULL;

  edit_settle (f);
  smiling->mean_projection += subject->projections[TINY_SMILING] - 0.3;
  smiling->lowest = -0.2;
  ag_edit_subject_project (subject, model);
  ag_edit_session_set_value (f->session, TINY_SMILING, -0.5);
  at_end = picture_of (f);
  ag_edit_session_set_value (f->session, TINY_SMILING, 1);
  ag_edit_session_set_value (f->session, TINY_SMILING, -1.5);
  beyond = picture_of (f);
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_SMILING), ==, -0.5);
  g_assert_true (edit_same_pixels (at_end, beyond));
  ag_edit_session_set_value (f->session, TINY_SMILING, 2);
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_SMILING), ==, 2);
  ag_look_set_value (look, "Smiling", -1);
  ag_edit_session_apply_look (f->session, look);
  by_look = picture_of (f);
  g_assert_true (edit_same_pixels (at_end, by_look));
  g_assert_null (f->problem);
  edit_settle (f);
}

/* Nor further than its picture may change, as far as whoever made the model has said. */
static void
test_most_change (EditFixture *f, gconstpointer data)
{
  AgModel *model = ag_edit_session_get_model (f->session);
  AgModelAttribute *smiling = g_ptr_array_index (model->attributes, TINY_SMILING);
  g_autoptr (GFile) photo = NULL;
  g_autoptr (AgImage) at_end = NULL, beyond = NULL;
  double lower, upper, other_lower, other_upper;

  edit_settle (f);
  ag_edit_session_get_ends (f->session, TINY_SMILING, &lower, &upper);
  g_assert_cmpfloat (upper, >, 0.5);
  smiling->most_change_up = 0.02;
  photo = edit_open_photo (f);
  edit_settle (f);
  ag_edit_session_get_ends (f->session, TINY_SMILING, &other_lower, &other_upper);
  g_assert_cmpfloat (other_upper, >, 0);
  g_assert_cmpfloat (other_upper, <, 0.5);
  g_assert_true (other_lower < -0.5);
  ag_edit_session_set_value (f->session, TINY_SMILING, other_upper);
  at_end = picture_of (f);
  ag_edit_session_set_value (f->session, TINY_SMILING, -0.5);
  ag_edit_session_set_value (f->session, TINY_SMILING, 2);
  beyond = picture_of (f);
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_SMILING), ==, other_upper);
  g_assert_true (edit_same_pixels (at_end, beyond));
  g_assert_null (f->problem);
}

/* Moving a face by a direction moves its projection by as much. */
static void
test_projection (EditFixture *f, gconstpointer data)
{
  AgModel *model = ag_edit_session_get_model (f->session);
  const AgModelAttribute *smiling = g_ptr_array_index (model->attributes, TINY_SMILING);
  AgEditSubject *subject = ag_edit_face_get_subject (ag_edit_session_get_face (f->session));
  const float *eps = g_bytes_get_data (subject->eps, NULL);
  double position, along = 0, square = 0;

  g_assert_true (ag_edit_session_get_projection (f->session, TINY_SMILING, &position));
  for (gsize i = 0; i < ag_glow_n_dims (model->glow); i++)
    {
      along += (double) smiling->direction[i] * eps[i];
      square += (double) smiling->direction[i] * smiling->direction[i];
    }
  g_assert_cmpfloat_with_epsilon (position, along / square, 1e-9);
  g_assert_false (ag_edit_session_get_projection (f->session, TINY_N_ATTRIBUTES, &position));
}

static char *
shout (const char *attribute)
{
  return g_ascii_strup (attribute, -1);
}

static void
expect_step (EditFixture *f, guint step, const char *expected)
{
  g_autofree char *name = ag_edit_session_get_step_name (f->session, step);

  g_assert_cmpstr (name, ==, expected);
}

static void
move (EditFixture *f, guint index, double value)
{
  ag_edit_session_begin_drag (f->session);
  ag_edit_session_set_value (f->session, index, value / 2);
  ag_edit_session_set_value (f->session, index, value);
  ag_edit_session_end_drag (f->session);
}

static void
test_history (EditFixture *f, gconstpointer data)
{
  g_autoptr (AgImage) second = NULL, back = NULL;

  ag_edit_session_set_namer (f->session, shout);
  move (f, TINY_SMILING, 0.6);
  move (f, TINY_EYEGLASSES, -0.25);
  second = picture_of (f);
  ag_edit_session_begin_drag (f->session);
  ag_edit_session_set_strength (f->session, 0, 0.5);
  ag_edit_session_begin_drag (f->session);
  ag_edit_session_set_temperature (f->session, 0.8);
  ag_edit_session_begin_drag (f->session);
  ag_edit_session_set_locked (f->session, TINY_FAR, TRUE);
  ag_edit_session_end_drag (f->session);
  ag_edit_session_reset (f->session);

  g_assert_cmpuint (ag_edit_session_get_n_steps (f->session), ==, 7);
  g_assert_cmpuint (ag_edit_session_get_step (f->session), ==, 6);
  expect_step (f, 0, "Original");
  expect_step (f, 1, "SMILING +0.6");
  expect_step (f, 2, "EYEGLASSES \342\210\2220.25");
  expect_step (f, 3, "Fine strength 0.50");
  expect_step (f, 4, "Temperature 0.80");
  expect_step (f, 5, "FAR_OUT locked");
  expect_step (f, 6, "Reset");
  g_assert_true (ag_edit_session_get_locked (f->session, TINY_FAR));
  g_assert_true (ag_edit_session_is_reset (f->session));

  ag_edit_session_go_to_step (f->session, 2);
  back = picture_of (f);
  g_assert_true (edit_same_pixels (back, second));
  g_assert_cmpuint (ag_edit_session_get_n_steps (f->session), ==, 7);
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_EYEGLASSES), ==, -0.25);

  /* A new step from there drops what came after. */
  move (f, TINY_SMILING, 0);
  g_assert_cmpuint (ag_edit_session_get_n_steps (f->session), ==, 4);
  expect_step (f, 3, "SMILING 0.0");
}

/* A photo is described under the class it is likeliest under, or the one that was chosen, which is
 * a step of the history. */
static void
test_classes (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) model = tiny_model_save_classes (f->folder);
  g_autoptr (GFile) photo = NULL;
  AgEditFace *face;
  double bits[TINY_N_CLASSES], least = INFINITY;
  int likeliest;

  ag_edit_session_load_model (f->session, model);
  edit_settle (f);
  g_assert_null (f->problem);
  g_assert_cmpint (ag_edit_session_get_class (f->session), ==, 1); /* as drawn, from seed 1 */
  photo = edit_open_photo (f);
  face = ag_edit_session_get_face (f->session);
  g_assert_cmpint (ag_edit_session_get_class (f->session), ==, -1);
  likeliest = ag_edit_face_get_subject (face)->class_label;
  for (int k = 0; k < TINY_N_CLASSES; k++)
    {
      ag_edit_session_set_class (f->session, k);
      edit_settle (f);
      g_assert_cmpint (ag_edit_session_get_class (f->session), ==, k);
      g_assert_cmpint (ag_edit_face_get_subject (face)->class_label, ==, k);
      g_assert_true (ag_edit_session_get_likelihood (f->session, &bits[k], NULL));
      least = MIN (least, bits[k]);
    }
  g_assert_cmpfloat (bits[likeliest], ==, least);
  ag_edit_session_set_value (f->session, TINY_SMILING, 0.5);
  edit_settle (f);
  g_assert_false (edit_same_pixels (ag_edit_session_get_picture (f->session),
                                    ag_edit_session_get_original (f->session)));
  while (ag_edit_session_get_class (f->session) >= 0)
    ag_edit_session_undo (f->session);
  edit_settle (f);
  g_assert_cmpint (ag_edit_face_get_subject (face)->class_label, ==, likeliest);
  g_assert_null (f->problem);
}

void
test_edit_controls_add (void)
{
#define ADD(name)                                                                                  \
  g_test_add ("/edit-controls/" #name, EditFixture, NULL, edit_fixture_set_up, test_##name,        \
              edit_fixture_tear_down)
  ADD (strength);
  ADD (lock);
  ADD (reach);
  ADD (most_change);
  ADD (projection);
  ADD (history);
  ADD (classes);
#undef ADD
}
