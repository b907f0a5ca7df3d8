/* test-sample.c: the sample session
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "ag-sample-session.h"
#include "edit-fixture.h"
#include "test-session.h"

typedef struct
{
  EditFixture edit;
  AgSampleSession *samples;
} Fixture;

static gboolean
is_settled (gpointer data)
{
  return ag_sample_session_is_idle (data);
}

static void
settle (Fixture *f)
{
  g_assert_true (test_wait_until (is_settled, f->samples));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  edit_fixture_set_up (&f->edit, NULL);
  f->samples = ag_sample_session_new (f->edit.session);
  ag_sample_session_set_active (f->samples, TRUE);
  settle (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ag_sample_session_close (f->samples);
  g_clear_object (&f->samples);
  edit_fixture_tear_down (&f->edit, NULL);
}

static GBytes *
get_values (Fixture *f, guint place)
{
  return ag_sample_session_get_frame (f->samples, place)->values;
}

/* A seed is a face: the same bytes again, in another session, and next to other seeds. */
static void
test_seeds (Fixture *f, gconstpointer data)
{
  g_autoptr (AgSampleSession) other = ag_sample_session_new (f->edit.session);
  guint seed = ag_sample_session_get_seed (f->samples);
  g_autoptr (GBytes) fifth = g_bytes_ref (get_values (f, 4));

  ag_sample_session_set_seed (other, seed + 4);
  ag_sample_session_set_active (other, TRUE);
  g_assert_true (test_wait_until (is_settled, other));
  g_assert_true (g_bytes_equal (ag_sample_session_get_frame (other, 0)->values, fifth));
  g_assert_false (g_bytes_equal (ag_sample_session_get_frame (other, 1)->values, fifth));
  ag_sample_session_close (other);
}

static void
test_history (Fixture *f, gconstpointer data)
{
  guint first = ag_sample_session_get_seed (f->samples);
  g_autoptr (GBytes) face = g_bytes_ref (get_values (f, 0));

  g_assert_false (ag_sample_session_can_go_back (f->samples));
  ag_sample_session_set_seed (f->samples, 5000);
  ag_sample_session_set_seed (f->samples, 6000);
  ag_sample_session_go_back (f->samples);
  g_assert_cmpuint (ag_sample_session_get_seed (f->samples), ==, 5000);
  g_assert_true (ag_sample_session_can_go_forward (f->samples));
  ag_sample_session_go_back (f->samples);
  g_assert_cmpuint (ag_sample_session_get_seed (f->samples), ==, first);
  /* It was computed before, so it is there at once: the very same frame. */
  g_assert_true (get_values (f, 0) == face);
  ag_sample_session_set_seed (f->samples, 7000);
  g_assert_false (ag_sample_session_can_go_forward (f->samples));
}

/* At 0 all seeds are the average face; in the columns so is the whole first one. */
static void
test_temperature (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) before = g_bytes_ref (get_values (f, 0));
  g_autoptr (GBytes) average = NULL;

  ag_sample_session_set_temperature (f->samples, 0);
  settle (f);
  average = g_bytes_ref (get_values (f, 0));
  g_assert_false (g_bytes_equal (average, before));
  for (guint i = 1; i < ag_sample_session_get_n_faces (f->samples); i++)
    g_assert_true (g_bytes_equal (get_values (f, i), average));

  ag_sample_session_set_layout (f->samples, AG_SAMPLE_COLUMNS);
  settle (f);
  g_assert_cmpuint (ag_sample_session_get_n_faces (f->samples), ==, 32);
  for (guint i = 0; i < 32; i += 8)
    {
      g_assert_true (g_bytes_equal (get_values (f, i), average));
      g_assert_false (g_bytes_equal (get_values (f, i + 7), average));
    }
  g_assert_true (g_bytes_equal (get_values (f, 4), before));
}

typedef struct
{
  GArray *places; /* of guint: which faces have changed */
  gsize n_wanted;
} Changes;

static void
on_face_changed (AgSampleSession *samples, guint place, gpointer changes)
{
  g_array_append_val (((Changes *) changes)->places, place);
}

static gboolean
are_enough (gpointer data)
{
  Changes *changes = data;

  return changes->places->len >= changes->n_wanted;
}

static gboolean
includes (Changes *changes, guint place)
{
  for (guint i = 0; i < changes->places->len; i++)
    if (g_array_index (changes->places, guint, i) == place)
      return TRUE;
  return FALSE;
}

/* The face that is looked at is the first to follow, also while the others are at it. */
static void
test_chosen_first (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
  Changes changes = { places, 5 };

  ag_sample_session_set_chosen (f->samples, 9);
  g_signal_connect (f->samples, "face-changed", G_CALLBACK (on_face_changed), &changes);
  ag_sample_session_set_temperature (f->samples, 0.5);
  g_assert_true (test_wait_until (are_enough, &changes));
  g_assert_cmpuint (g_array_index (places, guint, 0), ==, 9);

  /* Only what has been computed already may come before it. */
  g_array_set_size (places, 0);
  changes.n_wanted = 4;
  ag_sample_session_set_temperature (f->samples, 0.6);
  g_assert_true (test_wait_until (are_enough, &changes));
  g_assert_true (includes (&changes, 9));
  settle (f);
}

static gboolean
has_followed (gpointer data)
{
  return includes (data, 9);
}

/* But moving without a pause does not keep the others from following. */
static void
test_all_follow (Fixture *f, gconstpointer data)
{
  g_autoptr (GArray) places = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n = ag_sample_session_get_n_faces (f->samples), n_followed = 0;
  gboolean followed[32] = { FALSE };

  ag_sample_session_set_chosen (f->samples, 9);
  for (int i = 0; i < 200; i++)
    {
      Changes changes = { places, 0 };
      gulong handler =
        g_signal_connect (f->samples, "face-changed", G_CALLBACK (on_face_changed), &changes);

      g_array_set_size (places, 0);
      ag_sample_session_set_temperature (f->samples, 0.3 + 0.001 * i);
      g_assert_true (test_wait_until (has_followed, &changes));
      g_signal_handler_disconnect (f->samples, handler);
      for (guint place = 0; place < n; place++)
        followed[place] = followed[place] || includes (&changes, place);
    }
  for (guint place = 0; place < n; place++)
    n_followed += followed[place];
  g_assert_cmpuint (n_followed, ==, n);
  settle (f);
}

static void
test_levels (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) before = g_bytes_ref (get_values (f, 0));

  for (guint l = 0; l < ag_sample_session_get_n_levels (f->samples); l++)
    ag_sample_session_set_level_factor (f->samples, l, l == 0 ? 0 : 1);
  settle (f);
  g_assert_false (g_bytes_equal (get_values (f, 0), before));
  g_assert_cmpfloat (ag_sample_session_get_sample (f->samples, 0)->temperature[0], ==, 0);
  g_assert_cmpfloat (ag_sample_session_get_sample (f->samples, 0)->temperature[1], ==, 0.7);
}

static void
test_sorted (Fixture *f, gconstpointer data)
{
  ag_sample_session_set_sorted (f->samples, TRUE);
  settle (f);
  for (guint i = 1; i < ag_sample_session_get_n_faces (f->samples); i++)
    g_assert_cmpfloat (ag_sample_session_get_frame (f->samples, i - 1)->bits_per_dim, <=,
                       ag_sample_session_get_frame (f->samples, i)->bits_per_dim);
  ag_sample_session_set_sorted (f->samples, FALSE);
  for (guint i = 0; i < ag_sample_session_get_n_faces (f->samples); i++)
    g_assert_cmpuint (ag_sample_session_get_sample (f->samples, i)->seed, ==,
                      ag_sample_session_get_seed (f->samples) + i);
}

static void
on_kept (GObject *source, GAsyncResult *result, gpointer data)
{
  *(AgEditFace **) data = ag_sample_session_keep_finish (AG_SAMPLE_SESSION (source), result, NULL);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

static void
test_keep (Fixture *f, gconstpointer data)
{
  GListModel *shelf = ag_edit_session_get_faces (f->edit.session);
  guint n = g_list_model_get_n_items (shelf);
  g_autoptr (AgEditFace) face = NULL;
  g_autoptr (AgImage) image = ag_sample_session_get_image (f->samples, 3);

  ag_sample_session_keep_async (f->samples, 3, NULL, on_kept, &face);
  g_assert_true (test_wait_until (is_there, &face));
  g_assert_cmpuint (g_list_model_get_n_items (shelf), ==, n + 1);
  g_assert_true (edit_same_pixels (ag_edit_face_get_picture (face), image));
  g_assert_cmpfloat (ag_edit_face_get_neutral_temperature (face), ==, 0.7);
}

typedef struct
{
  gboolean done;
  GError *error;
} Outcome;

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  (void) ag_sample_session_export_finish (AG_SAMPLE_SESSION (source), result, &outcome->error);
  outcome->done = TRUE;
}

static gboolean
is_done (gpointer data)
{
  return ((Outcome *) data)->done;
}

static void
test_export (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->edit.folder, "face.png", NULL);
  g_autofree char *sheet_path = g_build_filename (f->edit.folder, "sheet.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFile) sheet_file = g_file_new_for_path (sheet_path);
  g_autoptr (AgImage) seen = ag_sample_session_get_image (f->samples, 2);
  g_autoptr (AgImage) image = NULL, sheet = NULL;
  g_autofree char *seed = NULL;
  Outcome one = { 0 }, all = { 0 };

  ag_sample_session_export_async (f->samples, 2, file, on_exported, &one);
  g_assert_true (test_wait_until (is_done, &one));
  ag_sample_session_export_async (f->samples, AG_SAMPLE_ALL, sheet_file, on_exported, &all);
  g_assert_true (test_wait_until (is_done, &all));
  g_assert_no_error (one.error);
  g_assert_no_error (all.error);
  image = ag_image_load (file, NULL, NULL);
  sheet = ag_image_load (sheet_file, NULL, NULL);
  g_assert_true (edit_same_pixels (image, seen));
  g_assert_cmpint (sheet->width, ==, 4 * TINY_SIZE + 3 * 2);
  seed = g_strdup_printf ("\"seed\":%u,\"temperature\":[0.",
                          ag_sample_session_get_seed (f->samples) + 2);
  g_assert_nonnull (strstr (ag_image_get_text (image, AG_SAMPLE_KEYWORD), seed));
  g_assert_nonnull (strstr (ag_image_get_text (sheet, AG_SAMPLE_KEYWORD), "tiny.safetensors"));
}

/* Nothing is left of what was cancelled, and only one is under way at a time. */
static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->edit.folder, "never.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Outcome first = { 0 }, second = { 0 };

  g_assert_cmpfloat (ag_sample_session_get_export_progress (f->samples), <, 0);
  ag_sample_session_export_async (f->samples, AG_SAMPLE_ALL, file, on_exported, &first);
  g_assert_cmpfloat (ag_sample_session_get_export_progress (f->samples), >=, 0);
  ag_sample_session_export_async (f->samples, 0, file, on_exported, &second);
  ag_sample_session_cancel_export (f->samples);
  g_assert_true (test_wait_until (is_done, &first));
  g_assert_true (test_wait_until (is_done, &second));
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_BUSY);
  /* It may have been done before it was cancelled; what is said of it is true. */
  if (first.error != NULL)
    g_assert_error (first.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (g_file_query_exists (file, NULL), ==, first.error == NULL);
  g_assert_cmpfloat (ag_sample_session_get_export_progress (f->samples), <, 0);
  g_clear_error (&first.error);
  g_error_free (second.error);
}

/* What a receipt tells of is drawn again: settings and all. */
static void
test_receipt (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GError) error = NULL;

  for (int columns = 0; columns < 2; columns++)
    {
      g_autofree char *path = g_build_filename (f->edit.folder, "sheet.png", NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (AgImage) sheet = NULL;
      g_autoptr (AgSampleReceipt) receipt = NULL;
      Outcome outcome = { 0 };

      ag_sample_session_set_layout (f->samples, columns ? AG_SAMPLE_COLUMNS : AG_SAMPLE_GRID);
      ag_sample_session_set_seed (f->samples, 77 + (guint) columns);
      ag_sample_session_set_temperature (f->samples, 0.9);
      ag_sample_session_set_level_factor (f->samples, 0, 0.5);
      settle (f);
      g_clear_pointer (&before, g_bytes_unref);
      before = g_bytes_ref (get_values (f, 5));
      ag_sample_session_export_async (f->samples, AG_SAMPLE_ALL, file, on_exported, &outcome);
      g_assert_true (test_wait_until (is_done, &outcome));
      g_assert_no_error (outcome.error);

      ag_sample_session_set_layout (f->samples, columns ? AG_SAMPLE_GRID : AG_SAMPLE_COLUMNS);
      ag_sample_session_set_seed (f->samples, 1000);
      ag_sample_session_set_temperature (f->samples, 0.3);
      ag_sample_session_set_level_factor (f->samples, 0, 1);
      sheet = ag_image_load (file, NULL, NULL);
      receipt =
        ag_sample_receipt_parse (ag_image_get_text (sheet, AG_SAMPLE_KEYWORD), "sheet.png", &error);
      g_assert_no_error (error);
      ag_sample_session_go_to_receipt (f->samples, receipt);
      settle (f);
      g_assert_cmpuint (ag_sample_session_get_seed (f->samples), ==, 77 + columns);
      g_assert_cmpint (ag_sample_session_get_layout (f->samples), ==,
                       columns ? AG_SAMPLE_COLUMNS : AG_SAMPLE_GRID);
      g_assert_cmpfloat_with_epsilon (ag_sample_session_get_level_factor (f->samples, 0), 0.5,
                                      1e-9);
      g_assert_true (g_bytes_equal (get_values (f, 5), before));
    }
}

static void
test_damaged (void)
{
  static const char *const texts[] = {
    "",
    "[]",
    "{\"format\": \"afterglow-sample\"}",
    "{\"format\": \"afterglow-sample\", \"model\": {\"name\": \"m\", \"sha256\": \"h\"},"
    " \"columns\": 0, \"faces\": [{\"seed\": 1, \"temperature\": [1], \"class\": 0}]}",
    "{\"format\": \"afterglow-sample\", \"model\": {\"name\": \"m\", \"sha256\": \"h\"},"
    " \"columns\": 1, \"faces\": [{\"seed\": -1, \"temperature\": [1], \"class\": 0}]}",
    "{\"format\": \"afterglow-sample\", \"model\": {\"name\": \"m\", \"sha256\": \"h\"},"
    " \"columns\": 1, \"faces\": [{\"seed\": 1, \"temperature\": [1e999], \"class\": 0}]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ag_sample_receipt_parse (texts[i], "forged.png", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
      g_assert_nonnull (strstr (error->message, "forged.png"));
    }
}

/* A model with classes draws another face of the same seed from each. */
static void
test_classes (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) model = tiny_model_save_classes (f->edit.folder);
  g_autoptr (GBytes) first = NULL;

  ag_edit_session_load_model (f->edit.session, model);
  edit_settle (&f->edit);
  settle (f);
  g_assert_cmpuint (ag_sample_session_get_n_classes (f->samples), ==, TINY_N_CLASSES);
  first = g_bytes_ref (get_values (f, 0));
  ag_sample_session_set_class (f->samples, 2);
  settle (f);
  g_assert_false (g_bytes_equal (get_values (f, 0), first));
  g_assert_cmpint (ag_sample_session_get_sample (f->samples, 0)->class_label, ==, 2);
  ag_sample_session_set_class (f->samples, 0);
  settle (f);
  g_assert_true (g_bytes_equal (get_values (f, 0), first));
}

static void
add (const char *path, void (*test) (Fixture *f, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

void
test_sample_add (void)
{
  add ("/session/sample/seeds", test_seeds);
  add ("/session/sample/history", test_history);
  add ("/session/sample/temperature", test_temperature);
  add ("/session/sample/chosen-first", test_chosen_first);
  add ("/session/sample/all-follow", test_all_follow);
  add ("/session/sample/levels", test_levels);
  add ("/session/sample/sorted", test_sorted);
  add ("/session/sample/keep", test_keep);
  add ("/session/sample/export", test_export);
  add ("/session/sample/cancel", test_cancel);
  add ("/session/sample/receipt", test_receipt);
  add ("/session/sample/classes", test_classes);
  g_test_add_func ("/session/sample/damaged", test_damaged);
}
