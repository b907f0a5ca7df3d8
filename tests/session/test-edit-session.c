/* test-edit-session.c: the edit session with a tiny model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-session.h"

#include <math.h>
#include <string.h>

#include "edit-fixture.h"
#include "test-session.h"

static void
test_start (EditFixture *f, gconstpointer data)
{
  AgEditFace *face = ag_edit_session_get_face (f->session);
  double bits_per_dim, percentile;

  g_assert_cmpint (ag_edit_session_get_state (f->session), ==, AG_EDIT_SESSION_READY);
  g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (f->session)), ==, 8);
  g_assert_cmpuint (ag_edit_session_get_n_values (f->session), ==, TINY_N_ATTRIBUTES);
  g_assert_nonnull (face);
  g_assert_null (ag_edit_face_get_photo (face));
  g_assert_nonnull (ag_edit_face_get_picture (face));
  g_assert_cmpfloat (ag_edit_session_get_temperature (f->session), ==, 0.7);
  g_assert_true (ag_edit_session_is_neutral (f->session));
  /* Fitted into 80 by 60. */
  g_assert_cmpint (ag_edit_session_get_picture (f->session)->width, ==, 60);
  g_assert_cmpint (ag_edit_session_get_picture (f->session)->height, ==, 60);
  g_assert_true (ag_edit_session_get_likelihood (f->session, &bits_per_dim, &percentile));
  g_assert_true (isfinite (bits_per_dim));
  g_assert_cmpfloat (percentile, >=, 0);
  g_assert_cmpfloat (percentile, <=, 100);
  g_assert_null (f->problem);
}

/* The same seeds draw the same faces, another session or not. */
static void
test_same_faces (EditFixture *f, gconstpointer data)
{
  g_autoptr (AgEditSession) other = edit_session_new (f->folder);

  g_assert_true (test_wait_until (edit_is_idle, other));
  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (AgEditFace) a = g_list_model_get_item (ag_edit_session_get_faces (f->session), i);
      g_autoptr (AgEditFace) b = g_list_model_get_item (ag_edit_session_get_faces (other), i);

      g_assert_true (edit_same_pixels (ag_edit_face_get_picture (a), ag_edit_face_get_picture (b)));
    }
}

static void
test_slider (EditFixture *f, gconstpointer data)
{
  g_autoptr (AgImage) original = ag_image_ref (ag_edit_session_get_picture (f->session));
  g_autoptr (AgImage) edited = NULL;

  ag_edit_session_set_value (f->session, TINY_SMILING, 1);
  g_assert_false (ag_edit_session_is_neutral (f->session));
  edit_settle (f);
  edited = ag_image_ref (ag_edit_session_get_picture (f->session));
  g_assert_false (edit_same_pixels (edited, original));
  g_assert_true (edit_same_pixels (ag_edit_session_get_original (f->session), original));

  ag_edit_session_undo (f->session);
  edit_settle (f);
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), original));
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_SMILING), ==, 0);

  ag_edit_session_redo (f->session);
  edit_settle (f);
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), edited));

  ag_edit_session_reset (f->session);
  edit_settle (f);
  g_assert_true (ag_edit_session_is_neutral (f->session));
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), original));

  ag_edit_session_set_temperature (f->session, 1.1);
  edit_settle (f);
  g_assert_false (edit_same_pixels (ag_edit_session_get_picture (f->session), original));
}

/* A drag shows pictures on the way, not more than asked for, and ends where it should. */
static void
test_drag (EditFixture *f, gconstpointer data)
{
  g_autoptr (AgEditSession) direct = edit_session_new (f->folder);
  const int n = 200;

  f->n_pictures = 0;
  ag_edit_session_begin_drag (f->session);
  for (int i = 1; i <= n; i++)
    {
      ag_edit_session_set_value (f->session, TINY_EYEGLASSES, 1.5 * i / n);
      g_main_context_iteration (NULL, FALSE);
    }
  ag_edit_session_end_drag (f->session);
  edit_settle (f);
  g_assert_cmpint (f->n_pictures, >=, 1);
  g_assert_cmpint (f->n_pictures, <=, n);

  g_assert_true (test_wait_until (edit_is_idle, direct));
  ag_edit_session_set_value (direct, TINY_EYEGLASSES, 1.5);
  g_assert_true (test_wait_until (edit_is_idle, direct));
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session),
                                   ag_edit_session_get_picture (direct)));

  /* One step. */
  ag_edit_session_undo (f->session);
  g_assert_true (ag_edit_session_is_neutral (f->session));
}

static void
test_photo (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) file G_GNUC_UNUSED = edit_open_photo (f);
  g_autoptr (AgImage) photo = tiny_photo_new (EDIT_PHOTO_WIDTH, EDIT_PHOTO_HEIGHT, 1);
  AgImage *edited;
  int n_inside = 0;

  g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (f->session)), ==, 9);
  g_assert_cmpstr (ag_edit_face_get_name (ag_edit_session_get_face (f->session)), ==, "photo.png");
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), photo));

  ag_edit_session_set_value (f->session, TINY_SMILING, 2);
  edit_settle (f);
  edited = ag_edit_session_get_picture (f->session);
  for (int y = 0; y < EDIT_PHOTO_HEIGHT; y++)
    for (int x = 0; x < EDIT_PHOTO_WIDTH; x++)
      {
        const gsize at = (gsize) (y * EDIT_PHOTO_WIDTH + x) * 3;
        gboolean differs =
          memcmp (ag_image_get_pixels (edited) + at, ag_image_get_pixels (photo) + at, 3) != 0;

        if (x < 24 || x >= 56 || y < 14 || y >= 46)
          g_assert_false (differs);
        else
          n_inside += differs;
      }
  g_assert_cmpint (n_inside, >, 100);

  /* To another face and back: each keeps what was done to it. */
  {
    g_autoptr (AgImage) before = ag_image_ref (edited);
    g_autoptr (AgEditFace) own = g_object_ref (ag_edit_session_get_face (f->session));
    g_autoptr (AgEditFace) other =
      g_list_model_get_item (ag_edit_session_get_faces (f->session), 3);

    ag_edit_session_set_face (f->session, other);
    g_assert_true (ag_edit_session_is_neutral (f->session));
    edit_settle (f);
    ag_edit_session_set_face (f->session, own);
    edit_settle (f);
    g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_SMILING), ==, 2);
    g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), before));
  }
}

static void
test_eyes (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) file G_GNUC_UNUSED = edit_open_photo (f);
  AgEditFace *face = ag_edit_session_get_face (f->session);
  AgEditSubject *before = ag_edit_face_get_subject (face);
  double x = before->alignment.x;
  AgEyes eyes, same;

  g_assert_true (ag_edit_session_get_eyes (f->session, &eyes));
  same = eyes;
  eyes.left_x += 6;
  eyes.right_x += 6;
  ag_edit_session_set_eyes (f->session, &eyes);
  edit_settle (f);
  g_assert_cmpfloat_with_epsilon (ag_edit_face_get_subject (face)->alignment.x, x + 6, 1e-9);
  ag_edit_session_undo (f->session);
  edit_settle (f);
  g_assert_cmpfloat_with_epsilon (ag_edit_face_get_subject (face)->alignment.x, x, 1e-9);

  /* Eyes in one place say nothing and are not taken. */
  same.right_x = same.left_x;
  same.right_y = same.left_y;
  ag_edit_session_set_eyes (f->session, &same);
  edit_settle (f);
  g_assert_cmpfloat_with_epsilon (ag_edit_face_get_subject (face)->alignment.x, x, 1e-9);
}

static void
test_limit (EditFixture *f, gconstpointer data)
{
  guint control = 0;
  double limit = 0, again;

  g_assert_false (ag_edit_session_get_limit (f->session, NULL, NULL));
  ag_edit_session_set_value (f->session, TINY_FAR, 2);
  edit_settle (f);
  g_assert_true (ag_edit_session_get_limit (f->session, &control, &limit));
  g_assert_cmpuint (control, ==, TINY_FAR);
  g_assert_cmpfloat (limit, >, 0);
  g_assert_cmpfloat (limit, <, 2);
  g_assert_nonnull (ag_edit_session_get_picture (f->session));
  /* What is shown is the last picture there is, not the unedited one. */
  g_assert_false (edit_same_pixels (ag_edit_session_get_picture (f->session),
                                    ag_edit_session_get_original (f->session)));

  /* Further out changes nothing; back within it, the limit is forgotten. */
  ag_edit_session_set_value (f->session, TINY_FAR, 1.9);
  edit_settle (f);
  g_assert_true (ag_edit_session_get_limit (f->session, &control, &again));
  g_assert_cmpfloat (again, ==, limit);
  g_assert_cmpint (f->n_limits, ==, 1);
  ag_edit_session_set_value (f->session, TINY_FAR, limit / 2);
  edit_settle (f);
  g_assert_false (ag_edit_session_get_limit (f->session, NULL, NULL));
  g_assert_null (f->problem);
}

/* Files out. */

static void
test_save (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) photo = edit_open_photo (f);
  g_autoptr (AgImage) loaded = NULL;
  g_autoptr (GBytes) before = g_file_load_bytes (photo, NULL, NULL, NULL);
  g_autoptr (GBytes) after = NULL;
  EditOutcome neutral = { 0 }, edited = { 0 }, rendered = { 0 };
  g_autoptr (GFile) copy = edit_save_as (f, "copy.png", &neutral);
  g_autoptr (GFile) result = NULL;

  /* Nothing edited: the original, byte for byte. */
  g_assert_no_error (neutral.error);
  g_assert_true (neutral.saved);
  after = g_file_load_bytes (copy, NULL, NULL, NULL);
  g_assert_true (g_bytes_equal (before, after));

  ag_edit_session_set_value (f->session, TINY_SMILING, 1.5);
  ag_edit_session_render_async (f->session, NULL, edit_on_rendered, &rendered);
  g_assert_true (test_wait_until (edit_outcome_done, &rendered));
  g_assert_no_error (rendered.error);
  result = edit_save_as (f, "edited.png", &edited);
  g_assert_no_error (edited.error);
  loaded = ag_image_load (result, NULL, NULL);
  g_assert_nonnull (loaded);
  g_assert_true (edit_same_pixels (loaded, rendered.image));
  ag_image_unref (rendered.image);
}

static void
test_save_failure (EditFixture *f, gconstpointer data)
{
  EditOutcome outcome = { 0 };
  g_autoptr (GFile) file G_GNUC_UNUSED = edit_save_as (f, "no-such-folder/picture.png", &outcome);

  g_assert_false (outcome.saved);
  g_assert_nonnull (outcome.error);
  g_assert_nonnull (strstr (outcome.error->message, "picture.png"));
  g_clear_error (&outcome.error);
}

/* Files in that are not what they should be. */

static GFile *
write_file (EditFixture *f, const char *name, const char *contents)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
  return g_file_new_for_path (path);
}

static void
test_bad_photos (EditFixture *f, gconstpointer data)
{
  AgEditFace *face = ag_edit_session_get_face (f->session);
  g_autoptr (GFile) text = write_file (f, "text.jpg", "this is not a photo");
  g_autoptr (GFile) missing = g_file_new_for_path ("/nonexistent/missing.png");
  g_autoptr (GFile) small = tiny_photo_save (f->folder, "small.png", 9, 40, 0);
  GFile *files[] = { text, missing, small };
  const char *names[] = { "text.jpg", "missing.png", "small.png" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_clear_pointer (&f->problem, g_free);
      ag_edit_session_open_file (f->session, files[i]);
      edit_settle (f);
      g_assert_nonnull (f->problem);
      g_assert_true (g_str_has_prefix (f->problem, names[i]));
      g_assert_cmpuint (strlen (f->problem), >, strlen (names[i]) + 4);
    }
  g_assert_true (ag_edit_session_get_face (f->session) == face);
  g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (f->session)), ==, 8);
}

static void
test_bad_model (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) broken = write_file (f, "broken.safetensors", "12345678{");
  g_autoptr (AgEditSession) fresh = ag_edit_session_new (NULL);

  /* In place of a good one: that one stays. */
  ag_edit_session_load_model (f->session, broken);
  edit_settle (f);
  g_assert_nonnull (f->problem);
  g_assert_true (g_str_has_prefix (f->problem, "broken.safetensors"));
  g_assert_cmpint (ag_edit_session_get_state (f->session), ==, AG_EDIT_SESSION_READY);
  g_assert_cmpuint (ag_edit_session_get_n_values (f->session), ==, TINY_N_ATTRIBUTES);

  /* As the first. */
  ag_edit_session_load_model (fresh, broken);
  g_assert_true (test_wait_until (edit_is_idle, fresh));
  g_assert_cmpint (ag_edit_session_get_state (fresh), ==, AG_EDIT_SESSION_FAILED);
  g_assert_nonnull (strstr (ag_edit_session_get_failure (fresh), "broken.safetensors"));
  g_assert_null (ag_edit_session_get_model (fresh));
}

/* Another model: photos stay, drawn faces are drawn anew. */
static void
test_another_model (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) photo G_GNUC_UNUSED = edit_open_photo (f);
  g_autoptr (GFile) model = tiny_model_save (f->folder);

  ag_edit_session_set_value (f->session, TINY_SMILING, 1);
  ag_edit_session_load_model (f->session, model);
  edit_settle (f);
  g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (f->session)), ==, 9);
  g_assert_nonnull (ag_edit_face_get_photo (ag_edit_session_get_face (f->session)));
  g_assert_nonnull (ag_edit_face_get_subject (ag_edit_session_get_face (f->session)));
  g_assert_true (ag_edit_session_is_neutral (f->session));
}

static void
test_remove (EditFixture *f, gconstpointer data)
{
  for (guint left = 8; left-- > 0;)
    {
      ag_edit_session_remove_face (f->session, ag_edit_session_get_face (f->session));
      g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (f->session)), ==,
                        left);
      g_assert_true ((ag_edit_session_get_face (f->session) != NULL) == (left > 0));
      edit_settle (f);
    }
  ag_edit_session_set_value (f->session, TINY_SMILING, 1);
  ag_edit_session_reset (f->session);
  ag_edit_session_undo (f->session);
}

/* In the middle of everything. */
static void
test_close (void)
{
  char *folder = tiny_folder_new ();
  g_autoptr (GFile) photo = tiny_photo_save (folder, "photo.png", 80, 60, 0);
  g_autofree char *path = g_build_filename (folder, "edited.png", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  EditOutcome outcome = { 0 };

  for (int i = 0; i < 20; i++)
    {
      g_autoptr (AgEditSession) session = edit_session_new (folder);

      ag_edit_session_open_file (session, photo);
      for (int turn = 0; turn < 10 * i; turn++)
        g_main_context_iteration (NULL, FALSE);
      ag_edit_session_set_value (session, TINY_SMILING, 1);
      if (ag_edit_session_get_face (session) != NULL)
        {
          memset (&outcome, 0, sizeof outcome);
          ag_edit_session_save_async (session, target, NULL, edit_on_saved, &outcome);
        }
      else
        outcome.done = TRUE;
      ag_edit_session_close (session);
      g_assert_true (test_wait_until (edit_outcome_done, &outcome));
      g_clear_error (&outcome.error);
    }
  tiny_folder_remove (folder);
}

static void
add (const char *path, void (*test) (EditFixture *f, gconstpointer data))
{
  g_test_add (path, EditFixture, NULL, edit_fixture_set_up, test, edit_fixture_tear_down);
}

void
test_edit_session_add (void)
{
  add ("/session/edit/start", test_start);
  add ("/session/edit/same-faces", test_same_faces);
  add ("/session/edit/slider", test_slider);
  add ("/session/edit/drag", test_drag);
  add ("/session/edit/photo", test_photo);
  add ("/session/edit/eyes", test_eyes);
  add ("/session/edit/limit", test_limit);
  add ("/session/edit/save", test_save);
  add ("/session/edit/save-failure", test_save_failure);
  add ("/session/edit/bad-photos", test_bad_photos);
  add ("/session/edit/bad-model", test_bad_model);
  add ("/session/edit/another-model", test_another_model);
  add ("/session/edit/remove", test_remove);
  g_test_add_func ("/session/edit/close", test_close);
}
