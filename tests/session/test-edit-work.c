/* test-edit-work.c: receipts, looks, and work that survives a crash
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-session-work.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "ag-edit-render.h"
#include "ag-recent.h"
#include "edit-fixture.h"
#include "test-session.h"

static GFile *
child (EditFixture *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  return g_file_new_for_path (path);
}

static AgImage *
load (GFile *file)
{
  g_autoptr (GError) error = NULL;
  AgImage *image = ag_image_load (file, NULL, &error);

  g_assert_no_error (error);
  return image;
}

/* Something of every kind of control. */
static void
edit (EditFixture *f)
{
  ag_edit_session_set_value (f->session, TINY_SMILING, 0.75);
  ag_edit_session_set_value (f->session, TINY_EYEGLASSES, -0.5);
  ag_edit_session_set_strength (f->session, 0, 0.5);
  ag_edit_session_set_locked (f->session, TINY_EYEGLASSES, TRUE);
  ag_edit_session_set_temperature (f->session, 0.9);
  ag_edit_session_brush (f->session, 40, 30, 12, 1);
  edit_settle (f);
}

/* An exported PNG says how it was made, and making it again gives the same pixels. */
static void
test_receipt (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) photo_file = edit_open_photo (f);
  g_autoptr (AgImage) photo = load (photo_file), exported = NULL, again = NULL;
  g_autoptr (GFile) model_file = child (f, "tiny.safetensors"), result = NULL, plain = NULL;
  g_autoptr (AgModel) model = ag_model_load (model_file, NULL);
  g_autoptr (AgCodec) codec = ag_codec_new (model, 1, 1, NULL);
  g_autoptr (AgReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *model_hash = ag_receipt_hash_file (model_file, NULL);
  g_autofree char *photo_hash = ag_receipt_hash_file (photo_file, NULL);
  EditOutcome outcome = { 0 }, second = { 0 };

  edit (f);
  result = edit_save_as (f, "edited.png", &outcome);
  g_assert_no_error (outcome.error);
  exported = load (result);
  receipt = ag_receipt_from_image (exported, "edited.png", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (receipt->model_hash, ==, model_hash);
  g_assert_cmpstr (receipt->photo_hash, ==, photo_hash);
  g_assert_cmpstr (receipt->photo_name, ==, "photo.png");
  g_assert_nonnull (receipt->mask);
  again = ag_edit_render_receipt (codec, photo, receipt, "photo.png", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (edit_same_pixels (again, exported));

  ag_edit_session_set_receipts (f->session, FALSE);
  plain = edit_save_as (f, "plain.png", &second);
  g_assert_no_error (second.error);
  {
    g_autoptr (AgImage) without = load (plain);

    g_assert_null (ag_image_get_text (without, AG_RECEIPT_KEYWORD));
    g_assert_true (edit_same_pixels (without, exported));
  }
}

static void
on_receipt_found (AgEditSession *session, AgEditFace *face, int *counter)
{
  g_assert_nonnull (ag_edit_face_get_receipt (face));
  ++*counter;
}

static void
on_source_needed (AgEditSession *session, const char *name, char **needed)
{
  g_free (*needed);
  *needed = g_strdup (name);
}

/* From an exported picture back to its photo, found beside it or shown by somebody. */
static void
test_continue (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) photo_file = edit_open_photo (f), other = NULL, exported = NULL, moved = NULL;
  g_autoptr (AgImage) picture = NULL;
  g_autofree char *needed = NULL;
  EditOutcome outcome = { 0 };
  int n_found = 0;
  guint n_faces;

  g_signal_connect (f->session, "receipt-found", G_CALLBACK (on_receipt_found), &n_found);
  g_signal_connect (f->session, "source-needed", G_CALLBACK (on_source_needed), &needed);
  edit (f);
  picture = ag_image_ref (ag_edit_session_get_picture (f->session));
  exported = edit_save_as (f, "edited.png", &outcome);
  g_assert_no_error (outcome.error);
  ag_edit_session_remove_face (f->session, ag_edit_session_get_face (f->session));
  ag_recent_clear ();
  g_assert_false (ag_edit_session_can_continue (f->session));

  ag_edit_session_open_file (f->session, exported);
  edit_settle (f);
  g_assert_cmpint (n_found, ==, 1);
  g_assert_true (ag_edit_session_can_continue (f->session));
  n_faces = g_list_model_get_n_items (ag_edit_session_get_faces (f->session));

  /* The photo is gone, and another is no substitute. */
  moved = child (f, "moved.png");
  g_assert_true (g_file_move (photo_file, moved, 0, NULL, NULL, NULL, NULL));
  ag_edit_session_continue (f->session, NULL);
  edit_settle (f);
  g_assert_cmpstr (needed, ==, "photo.png");
  g_assert_null (f->problem);
  other = tiny_photo_save (f->folder, "other.png", EDIT_PHOTO_WIDTH, EDIT_PHOTO_HEIGHT, 9);
  ag_edit_session_continue (f->session, other);
  edit_settle (f);
  g_assert_nonnull (strstr (f->problem, "other.png"));
  g_assert_true (ag_edit_session_can_continue (f->session));
  g_clear_pointer (&f->problem, g_free);

  ag_edit_session_continue (f->session, moved);
  edit_settle (f);
  g_assert_null (f->problem);
  g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (f->session)), ==, n_faces);
  g_assert_false (ag_edit_session_can_continue (f->session));
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_SMILING), ==, 0.75);
  g_assert_cmpfloat (ag_edit_session_get_strength (f->session, 0), ==, 0.5);
  g_assert_cmpfloat (ag_edit_session_get_temperature (f->session), ==, 0.9);
  g_assert_true (ag_edit_session_get_locked (f->session, TINY_EYEGLASSES));
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), picture));
  /* It is a step like others. */
  ag_edit_session_undo (f->session);
  g_assert_true (ag_edit_session_is_neutral (f->session));

  /* Beside the exported picture it is found without being shown. */
  g_assert_true (g_file_move (moved, photo_file, 0, NULL, NULL, NULL, NULL));
  ag_edit_session_open_file (f->session, exported);
  edit_settle (f);
  ag_edit_session_continue (f->session, NULL);
  edit_settle (f);
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), picture));
  g_assert_null (f->problem);
}

/* A target that cannot be written is named; what was there before stays. */
static void
test_read_only_target (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) photo_file G_GNUC_UNUSED = edit_open_photo (f);
  g_autofree char *path = g_build_filename (f->folder, "fixed.png", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GFile) result = NULL;
  EditOutcome outcome = { 0 };

  if (geteuid () == 0)
    {
      g_test_skip ("root may write everything");
      return;
    }
  g_assert_true (g_file_set_contents (path, "old", -1, NULL));
  g_chmod (path, 0444);
  edit (f);
  result = edit_save_as (f, "fixed.png", &outcome);
  g_assert_false (outcome.saved);
  g_assert_nonnull (strstr (outcome.error->message, "fixed.png"));
  g_clear_error (&outcome.error);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "old");
  g_assert_false (ag_edit_session_is_neutral (f->session));
}

static void
test_look (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) photo_file G_GNUC_UNUSED = edit_open_photo (f);
  g_autoptr (AgImage) picture = NULL;
  g_autoptr (GFile) folder = child (f, "looks");
  g_autoptr (AgLook) look = NULL, foreign = ag_look_new ("Odd");
  g_autoptr (GPtrArray) looks = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;

  edit (f);
  ag_edit_session_clear_mask (f->session);
  edit_settle (f);
  picture = ag_image_ref (ag_edit_session_get_picture (f->session));
  look = ag_edit_session_make_look (f->session, "Sunday / \303\204");
  g_assert_true (ag_look_save (look, folder, &error));
  g_assert_no_error (error);

  ag_edit_session_reset (f->session);
  looks = ag_looks_list (folder, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (looks->len, ==, 1);
  g_assert_cmpstr (((AgLook *) looks->pdata[0])->name, ==, look->name);
  ag_edit_session_apply_look (f->session, looks->pdata[0]);
  edit_settle (f);
  g_assert_null (f->problem);
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (f->session), picture));
  name = ag_edit_session_get_step_name (f->session, ag_edit_session_get_step (f->session));
  g_assert_cmpstr (name, ==, "Look “Sunday / \303\204”");

  ag_look_set_value (foreign, "Hat", 1);
  ag_look_set_value (foreign, "Smiling", 0.25);
  ag_edit_session_apply_look (f->session, foreign);
  g_assert_nonnull (strstr (f->problem, "Hat"));
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_SMILING), ==, 0.25);
  g_assert_cmpfloat (ag_edit_session_get_value (f->session, TINY_EYEGLASSES), ==, 0);

  /* A drawn face's own temperature is what a look leaves it. */
  {
    g_autoptr (AgEditFace) drawn =
      g_list_model_get_item (ag_edit_session_get_faces (f->session), 2);

    ag_edit_session_set_face (f->session, drawn);
    ag_edit_session_apply_look (f->session, look);
    g_assert_cmpfloat_with_epsilon (ag_edit_session_get_temperature (f->session), 0.7 * 0.9, 1e-12);
  }
  g_assert_true (ag_look_delete (looks->pdata[0], &error));
  g_clear_pointer (&looks, g_ptr_array_unref);
  looks = ag_looks_list (folder, &error);
  g_assert_cmpuint (looks->len, ==, 0);
  g_assert_true (g_file_delete (folder, NULL, &error));
}

typedef struct
{
  gboolean done;
  guint n, n_written, n_progress;
  GPtrArray *problems;
  GError *error;
} Applied;

static gboolean
applied_done (gpointer data)
{
  return ((Applied *) data)->done;
}

static void
on_progress (guint n_done, guint n, gpointer data)
{
  Applied *applied = data;

  g_assert_cmpuint (n_done, ==, ++applied->n_progress);
  g_assert_cmpuint (n, ==, applied->n);
}

static void
on_applied (GObject *source, GAsyncResult *result, gpointer data)
{
  Applied *applied = data;

  applied->n_written = ag_edit_session_apply_look_to_files_finish (
    AG_EDIT_SESSION (source), result, &applied->problems, &applied->error);
  applied->done = TRUE;
}

static void
applied_clear (Applied *applied)
{
  g_clear_pointer (&applied->problems, g_ptr_array_unref);
  g_clear_error (&applied->error);
}

/* A look for a folder: each photo under its name, nothing written over, the bad ones named. */
static void
test_batch (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) a = tiny_photo_save (f->folder, "a.png", 48, 48, 1);
  g_autoptr (GFile) broken = child (f, "broken.png"), folder = g_file_new_for_path (f->folder);
  g_autoptr (GFile) a_result = child (f, "a-2.png"), b_result = child (f, "b-2.jpg");
  g_autoptr (GPtrArray) photos = NULL;
  g_autoptr (AgLook) look = ag_look_new ("Sunday");
  g_autoptr (AgImage) before = load (a), after = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  Applied applied = { 0 }, cancelled = { 0 };

  g_object_unref (tiny_photo_save (f->folder, "b.jpg", 48, 48, 2));
  g_object_unref (tiny_photo_save (f->folder, "small.png", 8, 8, 3));
  g_assert_true (g_file_replace_contents (broken, "no", 2, NULL, FALSE, 0, NULL, NULL, NULL));
  photos = ag_edit_session_list_photos (folder, NULL);
  g_assert_cmpuint (photos->len, ==, 4);
  ag_look_set_value (look, "Smiling", 1);
  applied.n = 4;
  ag_edit_session_apply_look_to_files_async (f->session, look, photos, folder, on_progress,
                                             &applied, NULL, on_applied, &applied);
  g_assert_true (test_wait_until (applied_done, &applied));
  g_assert_no_error (applied.error);
  g_assert_cmpuint (applied.n_written, ==, 2);
  g_assert_cmpuint (applied.n_progress, ==, 4);
  g_assert_cmpuint (applied.problems->len, ==, 2);
  g_assert_true (g_str_has_prefix (applied.problems->pdata[0], "broken.png: "));
  g_assert_true (g_str_has_prefix (applied.problems->pdata[1], "small.png: "));
  after = load (a_result);
  g_assert_false (edit_same_pixels (before, after));
  g_assert_nonnull (ag_image_get_text (after, AG_RECEIPT_KEYWORD));
  g_assert_true (g_file_query_exists (b_result, NULL));
  applied_clear (&applied);

  cancelled.n = 4;
  ag_edit_session_apply_look_to_files_async (f->session, look, photos, folder, on_progress,
                                             &cancelled, cancellable, on_applied, &cancelled);
  g_cancellable_cancel (cancellable);
  g_assert_true (test_wait_until (applied_done, &cancelled));
  g_assert_error (cancelled.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (cancelled.n_progress, <, 4);
  applied_clear (&cancelled);
  edit_settle (f);
}

static gboolean
file_exists (gpointer file)
{
  return g_file_query_exists (file, NULL);
}

/* Whether the last of what edit() does has been kept. */
static gboolean
mask_is_kept (gpointer file)
{
  g_autofree char *text = NULL;

  return g_file_load_contents (file, NULL, &text, NULL, NULL, NULL) &&
         strstr (text, "\"mask\"") != NULL;
}

static gboolean
file_is_gone (gpointer file)
{
  return !g_file_query_exists (file, NULL);
}

static void
copy_folder (GFile *from, GFile *to)
{
  g_autoptr (GFileEnumerator) files =
    g_file_enumerate_children (from, "standard::name", 0, NULL, NULL);
  GFileInfo *info;
  GFile *file;

  g_file_make_directory (to, NULL, NULL);
  while (g_file_enumerator_iterate (files, &info, &file, NULL, NULL) && info != NULL)
    {
      g_autoptr (GFile) target = g_file_get_child (to, g_file_info_get_name (info));

      g_assert_true (g_file_copy (file, target, 0, NULL, NULL, NULL, NULL));
    }
}

/* What a crash leaves is what lay in the folder at that moment. */
static void
test_recovery (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) folder = child (f, "recovery"), work = g_file_get_child (folder, "work.json");
  g_autoptr (GFile) crashed = child (f, "crashed"), left = g_file_get_child (folder, "left.json");
  g_autoptr (GFile) photo_file = NULL;
  g_autoptr (AgEditSession) next = NULL;
  g_autoptr (AgImage) photo_picture = NULL, drawn_picture = NULL, pasted = NULL;
  g_autofree char *name = NULL;
  GListModel *shelf = ag_edit_session_get_faces (f->session);
  guint64 seed;

  ag_edit_session_set_recovery_folder (f->session, folder);
  g_assert_cmpuint (ag_edit_session_get_n_recoverable (f->session), ==, 0);
  /* A drawn face, a photo, and a picture without a file. */
  {
    g_autoptr (AgEditFace) drawn = g_list_model_get_item (shelf, 4);

    seed = ag_edit_face_get_seed (drawn);
    g_assert_cmpstr (ag_edit_face_get_name (drawn), ==, "Drawn face 5");
    ag_edit_session_set_face (f->session, drawn);
    ag_edit_session_set_value (f->session, TINY_EYEGLASSES, 1);
    edit_settle (f);
    drawn_picture = ag_image_ref (ag_edit_session_get_picture (f->session));
  }
  pasted = tiny_photo_new (40, 40, 4);
  ag_edit_session_open_image (f->session, "Pasted", pasted);
  edit_settle (f);
  ag_edit_session_set_value (f->session, TINY_SMILING, -1);
  photo_file = edit_open_photo (f);
  edit (f);
  photo_picture = ag_image_ref (ag_edit_session_get_picture (f->session));
  g_assert_true (test_wait_until (mask_is_kept, work));
  copy_folder (folder, crashed);
  /* A session that is closed as it should leaves nothing. */
  ag_edit_session_close (f->session);
  g_assert_true (file_is_gone (work));
  copy_folder (crashed, folder);

  next = edit_session_new (f->folder);
  ag_edit_session_set_recovery_folder (next, folder);
  g_assert_true (file_is_gone (work));
  g_assert_true (file_exists (left));
  g_assert_cmpuint (ag_edit_session_get_n_recoverable (next), ==, 3);
  name = ag_edit_session_get_recoverable_name (next, 0);
  g_assert_cmpstr (name, ==, "photo.png");
  g_assert_true (test_wait_until (edit_is_idle, next));
  ag_edit_session_recover (next);
  g_assert_true (test_wait_until (edit_is_idle, next));
  g_assert_cmpuint (ag_edit_session_get_n_recoverable (next), ==, 0);
  g_assert_true (file_is_gone (left));
  g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (next)), ==, 10);
  g_assert_cmpfloat (ag_edit_session_get_value (next, TINY_SMILING), ==, 0.75);
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (next), photo_picture));
  for (guint i = 0; i < 10; i++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (ag_edit_session_get_faces (next), i);

      if (ag_edit_face_get_seed (face) == seed)
        ag_edit_session_set_face (next, face);
    }
  g_assert_true (test_wait_until (edit_is_idle, next));
  g_assert_true (edit_same_pixels (ag_edit_session_get_picture (next), drawn_picture));
  ag_edit_session_close (next);
}

static void
remove_folder (const char *parent, const char *name)
{
  g_autofree char *path = g_build_filename (parent, name, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *inside = g_build_filename (path, file, NULL);

      g_remove (inside);
    }
  g_rmdir (path);
}

static void
tear_down_folders (EditFixture *f, gconstpointer data)
{
  remove_folder (f->folder, "recovery");
  remove_folder (f->folder, "crashed");
  edit_fixture_tear_down (f, data);
}

/* Damaged leftovers are no obstacle, and an answer of no is final. */
static void
test_recovery_refused (EditFixture *f, gconstpointer data)
{
  static const char *const texts[] = { "", "{", "[]", "{\"format\": \"afterglow-work\"}",
                                       "{\"format\": \"afterglow-work\", \"faces\": [3, {}]}" };
  g_autoptr (GFile) folder = child (f, "recovery"), work = g_file_get_child (folder, "work.json");

  g_assert_true (g_file_make_directory (folder, NULL, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (AgEditSession) session = edit_session_new (f->folder);

      g_assert_true (g_file_replace_contents (work, texts[i], strlen (texts[i]), NULL, FALSE, 0,
                                              NULL, NULL, NULL));
      ag_edit_session_set_recovery_folder (session, folder);
      g_assert_cmpuint (ag_edit_session_get_n_recoverable (session), ==, 0);
      ag_edit_session_recover (session);
      ag_edit_session_discard_recoverable (session);
    }
}

/* Whether a photo that was opened has got into the list, which is written beside the main loop. */
static gboolean
is_newest (gpointer file)
{
  g_autoptr (GPtrArray) recent = ag_recent_list ();

  return recent->len > 0 && g_file_equal (recent->pdata[0], file);
}

static void
test_recent (EditFixture *f, gconstpointer data)
{
  g_autoptr (GFile) first = tiny_photo_save (f->folder, "first.png", 48, 48, 1);
  g_autoptr (GFile) second = tiny_photo_save (f->folder, "second.png", 48, 48, 2);
  g_autoptr (GPtrArray) recent = NULL;

  ag_recent_clear ();
  ag_edit_session_open_file (f->session, first);
  g_assert_true (test_wait_until (is_newest, first));
  ag_edit_session_open_file (f->session, second);
  g_assert_true (test_wait_until (is_newest, second));
  edit_settle (f);
  ag_recent_add (first);
  recent = ag_recent_list ();
  g_assert_cmpuint (recent->len, ==, 2);
  g_assert_true (g_file_equal (recent->pdata[0], first));
  g_assert_true (g_file_equal (recent->pdata[1], second));
  g_assert_true (g_file_delete (first, NULL, NULL));
  g_clear_pointer (&recent, g_ptr_array_unref);
  recent = ag_recent_list ();
  g_assert_cmpuint (recent->len, ==, 1);
  ag_recent_clear ();
}

void
test_edit_work_add (void)
{
#define ADD(name, down)                                                                            \
  g_test_add ("/edit-work/" #name, EditFixture, NULL, edit_fixture_set_up, test_##name, down)
  ADD (receipt, edit_fixture_tear_down);
  ADD (continue, edit_fixture_tear_down);
  ADD (read_only_target, edit_fixture_tear_down);
  ADD (look, edit_fixture_tear_down);
  ADD (batch, edit_fixture_tear_down);
  ADD (recovery, tear_down_folders);
  ADD (recovery_refused, tear_down_folders);
  ADD (recent, edit_fixture_tear_down);
#undef ADD
}
