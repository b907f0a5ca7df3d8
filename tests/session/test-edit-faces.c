/* test-edit-faces.c: the faces of a photo to choose from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-render.h"
#include "ag-edit-session-work.h"
#include "ag-face-refine.h"
#include "edit-fixture.h"
#include "test-session.h"

/* Where the model, asked by itself, says that eyes are which were found at @eyes. */
static AgEyes
refine (EditFixture *f, AgEyes eyes)
{
  g_autoptr (GFile) model = tiny_model_save (f->folder);
  g_autoptr (AgEditEngine) engine = ag_edit_engine_load (model, NULL);
  g_autoptr (AgCodec) codec = ag_edit_engine_new_codec (engine, 0, NULL);
  AgImage *photo = ag_edit_face_get_photo (ag_edit_session_get_face (f->session));
  AgEyes refined = eyes;

  g_assert_true (ag_face_refine (codec, photo, &refined, NULL, NULL));
  g_assert_false (ag_eyes_equal (&refined, &eyes));
  return refined;
}

static void
assert_eyes (EditFixture *f, const AgEyes *expected)
{
  AgEyes eyes;

  g_assert_true (ag_edit_session_get_eyes (f->session, &eyes));
  g_assert_cmpfloat_with_epsilon (eyes.left_x, expected->left_x, 1e-9);
  g_assert_cmpfloat_with_epsilon (eyes.left_y, expected->left_y, 1e-9);
  g_assert_cmpfloat_with_epsilon (eyes.right_x, expected->right_x, 1e-9);
  g_assert_cmpfloat_with_epsilon (eyes.right_y, expected->right_y, 1e-9);
}

static const AgFace found[] = { { 20, 10, 30, 30, { 30, 22, 38, 22 }, true, 9 },
                                { 50, 20, 20, 20, { 56, 28, 64, 29 }, true, 5 } };

/* Opens a photo as if these faces had been found in it, the eyes placed by hand. */
static void
open_faces (EditFixture *f, AgEyes *by_hand)
{
  g_autoptr (GFile) photo_file G_GNUC_UNUSED = edit_open_photo (f);
  g_autoptr (GArray) faces = g_array_new (FALSE, FALSE, sizeof (AgFace));

  g_assert_cmpuint (ag_edit_session_get_n_photo_faces (f->session), ==, 0);
  g_array_append_vals (faces, found, G_N_ELEMENTS (found));
  ag_edit_face_set_origin (ag_edit_session_get_face (f->session), NULL, NULL, faces, NULL);
  g_assert_true (ag_edit_session_get_eyes (f->session, by_hand));
}

static void
test_choose (EditFixture *f, gconstpointer data)
{
  AgEyes by_hand, second;
  AgFace face;
  double outside;

  open_faces (f, &by_hand);
  second = refine (f, found[1].eyes);
  g_assert_cmpuint (ag_edit_session_get_n_photo_faces (f->session), ==, 2);
  ag_edit_session_get_photo_face (f->session, 1, &face);
  g_assert_cmpfloat (face.x, ==, 50);
  g_assert_cmpint (ag_edit_session_get_photo_face_index (f->session), ==, 0);
  ag_edit_session_set_value (f->session, TINY_SMILING, 1);

  ag_edit_session_choose_photo_face (f->session, 1);
  assert_eyes (f, &found[1].eyes);
  edit_settle (f);
  assert_eyes (f, &second);
  g_assert_true (ag_edit_session_is_neutral (f->session));
  g_assert_cmpint (ag_edit_session_get_photo_face_index (f->session), ==, 1);
  g_assert_true (ag_edit_session_get_outside (f->session, &outside));
  g_assert_cmpfloat (outside, ==, 0);
  /* What a person has set is nothing to correct, and what was corrected stays so. */
  ag_edit_session_undo (f->session);
  edit_settle (f);
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_SMILING), ==, 1);
  g_assert_cmpint (ag_edit_session_get_photo_face_index (f->session), ==, 0);
  assert_eyes (f, &by_hand);
  ag_edit_session_redo (f->session);
  assert_eyes (f, &second);
  edit_settle (f);
  assert_eyes (f, &second);
}

/* The model's word on where a face is comes while a person goes on. */
static void
test_go_on (EditFixture *f, gconstpointer data)
{
  AgEyes by_hand, first, second;

  open_faces (f, &by_hand);
  first = refine (f, found[0].eyes);
  second = refine (f, found[1].eyes);

  ag_edit_session_choose_photo_face (f->session, 0);
  ag_edit_session_set_value (f->session, TINY_SMILING, 0.5);
  assert_eyes (f, &found[0].eyes);
  edit_settle (f);
  assert_eyes (f, &first);
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_SMILING), ==, 0.5);
  ag_edit_session_undo (f->session);
  g_assert_true (ag_edit_session_is_neutral (f->session));
  assert_eyes (f, &first);

  /* There, back before the word has come, and there again. */
  ag_edit_session_choose_photo_face (f->session, 1);
  ag_edit_session_undo (f->session);
  edit_settle (f);
  assert_eyes (f, &first);
  ag_edit_session_redo (f->session);
  assert_eyes (f, &found[1].eyes);
  edit_settle (f);
  assert_eyes (f, &second);

  /* Each is known by now. */
  ag_edit_session_choose_photo_face (f->session, 0);
  assert_eyes (f, &first);
  ag_edit_session_choose_photo_face (f->session, 1);
  assert_eyes (f, &second);
}

void
test_edit_faces_add (void)
{
  g_test_add ("/edit-faces/choose", EditFixture, NULL, edit_fixture_set_up, test_choose,
              edit_fixture_tear_down);
  g_test_add ("/edit-faces/go-on", EditFixture, NULL, edit_fixture_set_up, test_go_on,
              edit_fixture_tear_down);
}
