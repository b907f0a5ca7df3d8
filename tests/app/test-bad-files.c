/* test-bad-files.c: files that are not what they should be, given to the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>

#include "test-app.h"
#include "tiny-model.h"

static gboolean
has_toast (gpointer data)
{
  return ag_window_get_last_toast (((TestWindow *) data)->window) != NULL;
}

static gboolean
is_idle (gpointer data)
{
  return ag_edit_session_is_idle (((TestWindow *) data)->session);
}

static GFile *
get_file (TestWindow *t, const char *name)
{
  g_autofree char *path = g_build_filename (t->folder, name, NULL);

  return g_file_new_for_path (path);
}

static void
write_file (TestWindow *t, const char *name, gconstpointer data, gsize length)
{
  g_autoptr (GFile) file = get_file (t, name);

  g_assert_true (g_file_replace_contents (file, data, length, NULL, FALSE, G_FILE_CREATE_NONE, NULL,
                                          NULL, NULL));
}

/* A JPEG of a photo, as bytes. */
static GBytes *
make_jpeg (TestWindow *t)
{
  g_autoptr (AgImage) photo = tiny_photo_new (160, 120, 4);
  g_autoptr (GFile) file = get_file (t, "whole.jpg");

  g_assert_true (ag_image_save (photo, file, 0, NULL, NULL, NULL));
  return g_file_load_bytes (file, NULL, NULL, NULL);
}

/* The message begins with the file's name; what was there stays, and can be edited. */
static void
assert_refused (TestWindow *t, const char *name)
{
  g_autoptr (GFile) file = get_file (t, name);
  g_autofree char *prefix = g_strconcat (name, ": ", NULL);
  AgModel *model = ag_edit_session_get_model (t->session);
  AgEditFace *face = ag_edit_session_get_face (t->session);
  guint n = g_list_model_get_n_items (ag_edit_session_get_faces (t->session));

  ag_window_open_file (t->window, file);
  g_assert_true (test_wait_until (is_idle, t));
  g_assert_true (test_wait_until (has_toast, t));
  g_assert_true (g_str_has_prefix (ag_window_get_last_toast (t->window), prefix));
  g_assert_true (ag_edit_session_get_face (t->session) == face);
  g_assert_true (ag_edit_session_get_model (t->session) == model);
  g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (t->session)), ==, n);
  ag_edit_session_set_value (t->session, TINY_SMILING, 1);
  test_window_settle (t);
  g_assert_false (ag_edit_session_is_neutral (t->session));
  ag_edit_session_undo (t->session);
}

static void
test_refused (TestWindow *t, gconstpointer data)
{
  g_autoptr (GBytes) jpeg = make_jpeg (t);
  g_autoptr (GFile) small = NULL;
  g_autoptr (GFile) folder = get_file (t, "folder");
  g_autoptr (GFile) model_file = tiny_model_save (t->folder);
  g_autofree char *model = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data (jpeg, &length);

  write_file (t, "letter.jpg", "Dear Sir or Madam,\n", 19);
  assert_refused (t, "letter.jpg");
  write_file (t, "empty.jpg", "", 0);
  assert_refused (t, "empty.jpg");
  write_file (t, "half.jpg", bytes, length / 2);
  assert_refused (t, "half.jpg");
  write_file (t, "start.jpg", bytes, 20);
  assert_refused (t, "start.jpg");
  assert_refused (t, "missing.jpg");
  small = tiny_photo_save (t->folder, "small.png", 5, 5, 1);
  assert_refused (t, "small.png");
  g_assert_true (g_file_make_directory (folder, NULL, NULL));
  assert_refused (t, "folder");
  g_assert_true (g_file_delete (folder, NULL, NULL));

  write_file (t, "letter.safetensors", "Dear Sir or Madam,\n", 19);
  assert_refused (t, "letter.safetensors");
  g_assert_true (g_file_load_contents (model_file, NULL, &model, &length, NULL, NULL));
  write_file (t, "half.safetensors", model, length / 2);
  assert_refused (t, "half.safetensors");
}

/* A block of EXIF that is none does not keep a photo from being opened. */
static void
test_bad_exif (TestWindow *t, gconstpointer data)
{
  static const guint8 exif[] = { 0xff, 0xe1, 0,    24,   'E',  'x',  'i',  'f', 0,
                                 0,    'I',  'I',  '*',  0,    8,    0,    0,   0,
                                 0xff, 0xff, 0x12, 0x01, 0xff, 0xff, 0xff, 0xff };
  g_autoptr (GBytes) jpeg = make_jpeg (t);
  g_autoptr (GByteArray) bad = g_byte_array_new ();
  g_autoptr (GFile) file = get_file (t, "bad-exif.jpg");
  gsize length;
  const guint8 *bytes = g_bytes_get_data (jpeg, &length);

  g_byte_array_append (bad, bytes, 2);
  g_byte_array_append (bad, exif, sizeof exif);
  g_byte_array_append (bad, bytes + 2, (guint) length - 2);
  write_file (t, "bad-exif.jpg", bad->data, bad->len);
  ag_window_open_file (t->window, file);
  g_assert_true (test_wait_until (is_idle, t));
  test_window_settle (t);
  g_assert_cmpstr (ag_edit_face_get_name (ag_edit_session_get_face (t->session)), ==,
                   "bad-exif.jpg");
  g_assert_null (ag_window_get_last_toast (t->window));
}

/* The photo is deleted while it is open. */

static gboolean
has_copied (gpointer data)
{
  return g_strcmp0 (ag_window_get_last_toast (((TestWindow *) data)->window),
                    "The picture was copied") == 0;
}

static void
saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static gboolean
is_saved (gpointer data)
{
  return *(GAsyncResult **) data != NULL;
}

static void
save (TestWindow *t, GFile *target)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ag_edit_session_save_async (t->session, target, NULL, saved, &result);
  g_assert_true (test_wait_until (is_saved, &result));
  g_assert_true (ag_edit_session_save_finish (t->session, result, &error));
  g_assert_no_error (error);
}

/* Its pixels are at hand: nothing is lost. */
static void
test_deleted (TestWindow *t, gconstpointer data)
{
  g_autoptr (AgImage) original = tiny_photo_new (160, 120, 4);
  g_autoptr (GFile) photo = tiny_photo_save (t->folder, "holiday.png", 160, 120, 4);
  g_autoptr (GFile) target = get_file (t, "copy.png");
  g_autoptr (AgImage) copy = NULL;
  g_autoptr (AgImage) edited = NULL;

  ag_window_open_file (t->window, photo);
  g_assert_true (test_wait_until (is_idle, t));
  test_window_settle (t);
  g_assert_true (g_file_delete (photo, NULL, NULL));
  save (t, target);
  copy = ag_image_load (target, NULL, NULL);
  g_assert_true (g_bytes_equal (copy->pixels, original->pixels));

  ag_edit_session_set_value (t->session, TINY_SMILING, 1);
  test_window_settle (t);
  save (t, target);
  edited = ag_image_load (target, NULL, NULL);
  g_assert_false (g_bytes_equal (edited->pixels, original->pixels));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (t->window), "win.copy", NULL));
  g_assert_true (test_wait_until (has_copied, t));
}

/* Several at once, good and bad: the good ones are there, the bad ones are named. */

static void
test_drop_several (TestWindow *t, gconstpointer data)
{
  g_autoptr (GFile) first = tiny_photo_save (t->folder, "first.png", 90, 120, 2);
  g_autoptr (GFile) letter = get_file (t, "letter.jpg");
  g_autoptr (GFile) second = tiny_photo_save (t->folder, "second.png", 90, 120, 3);
  GSList files[] = { { first, &files[1] }, { letter, &files[2] }, { second, NULL } };
  GListModel *faces = ag_edit_session_get_faces (t->session);
  guint n = g_list_model_get_n_items (faces);

  write_file (t, "letter.jpg", "Dear Sir or Madam,\n", 19);
  test_drop_files (GTK_WIDGET (t->window), files);
  g_assert_true (test_wait_until (is_idle, t));
  test_window_settle (t);
  g_assert_cmpuint (g_list_model_get_n_items (faces), ==, n + 2);
  g_assert_cmpstr (ag_edit_face_get_name (ag_edit_session_get_face (t->session)), ==, "second.png");
  g_assert_true (has_toast (t));
  g_assert_true (g_str_has_prefix (ag_window_get_last_toast (t->window), "letter.jpg: "));
}

static void
add (const char *path, void (*test) (TestWindow *t, gconstpointer data))
{
  g_test_add (path, TestWindow, NULL, test_window_set_up, test, test_window_tear_down);
}

void
test_bad_files_add (void)
{
  add ("/app/bad-files/refused", test_refused);
  add ("/app/bad-files/exif", test_bad_exif);
  add ("/app/bad-files/deleted", test_deleted);
  add ("/app/bad-files/drop-several", test_drop_several);
}
