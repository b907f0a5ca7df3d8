/* test-blend-files.c: what a blend session writes, and how that comes back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <glib/gstdio.h>
#include <webp/demux.h>

#include "ag-blend-remake.h"
#include "ag-file.h"
#include "blend-fixture.h"
#include "test-session.h"

/* libwebp's own decoder of animations has the last word. */
static void
test_animation (BlendFixture *f, gconstpointer data)
{
  for (int ping_pong = 0; ping_pong < 2; ping_pong++)
    {
      const AgBlendOutput output = {
        .format = AG_BLEND_ANIMATION, .n_frames = 5, .seconds = 1, .ping_pong = ping_pong
      };
      BlendOutcome outcome = { 0 };
      g_autoptr (GFile) file = blend_export_to (f, &output, "film.webp", &outcome);
      g_autoptr (GBytes) bytes = NULL;
      WebPAnimDecoder *decoder;
      WebPAnimInfo info;
      WebPData raw;
      uint8_t *frame;
      int time = 0;

      g_assert_no_error (outcome.error);
      bytes = g_file_load_bytes (file, NULL, NULL, NULL);
      raw.bytes = g_bytes_get_data (bytes, &raw.size);
      decoder = WebPAnimDecoderNew (&raw, NULL);
      g_assert_nonnull (decoder);
      g_assert_true (WebPAnimDecoderGetInfo (decoder, &info));
      g_assert_cmpuint (info.frame_count, ==, ping_pong ? 8 : 5);
      g_assert_cmpuint (info.canvas_width, ==, TINY_SIZE);
      g_assert_cmpuint (info.loop_count, ==, 0);
      while (WebPAnimDecoderHasMoreFrames (decoder))
        g_assert_true (WebPAnimDecoderGetNext (decoder, &frame, &time));
      g_assert_cmpint (time, ==, (ping_pong ? 8 : 5) * 200);
      WebPAnimDecoderDelete (decoder);
    }
}

static void
test_pictures (BlendFixture *f, gconstpointer data)
{
  const AgBlendOutput strip = { .format = AG_BLEND_STRIP, .n_frames = 4, .size = 20, .seconds = 1 };
  const AgBlendOutput one = { .format = AG_BLEND_STRIP, .n_frames = 1, .size = 20, .seconds = 1 };
  const AgBlendOutput still = { .still = TRUE, .size = 40 };
  BlendOutcome outcomes[3] = { 0 };
  g_autoptr (GFile) strip_file = blend_export_to (f, &strip, "strip.png", &outcomes[0]);
  g_autoptr (GFile) one_file = blend_export_to (f, &one, "one.png", &outcomes[1]);
  g_autoptr (GFile) still_file = blend_export_to (f, &still, "still.png", &outcomes[2]);
  g_autoptr (AgImage) image = ag_image_load (strip_file, NULL, NULL);
  g_autoptr (AgImage) single = ag_image_load (one_file, NULL, NULL);
  g_autoptr (AgImage) seen = ag_image_load (still_file, NULL, NULL);

  g_assert_cmpint (image->width, ==, 80);
  g_assert_cmpint (image->height, ==, 20);
  g_assert_cmpint (single->width, ==, 20);
  /* The position is half way, as it was from the start. */
  g_assert_true (edit_same_pixels (seen, ag_blend_session_get_picture (f->blend)));
}

/* What made a picture is in it, whatever was done to its faces: from that it is made again. */
static void
test_receipt (BlendFixture *f, gconstpointer data)
{
  const AgBlendOutput outputs[] = { { .still = TRUE, .size = 40 },
                                    { .format = AG_BLEND_STRIP, .n_frames = 3, .size = 20 } };
  GListModel *shelf = ag_edit_session_get_faces (f->edit.session);
  g_autoptr (AgEditFace) drawn = g_list_model_get_item (shelf, 2);
  AgEditFace *photo = blend_open_photo (f, "a.png", 80, 60, 1);
  g_autofree char *model = g_build_filename (f->edit.folder, "tiny.safetensors", NULL);
  g_autoptr (GFile) model_file = g_file_new_for_path (model);
  g_autoptr (AgEditEngine) engine = ag_edit_engine_load (model_file, NULL);

  ag_edit_session_set_value (f->edit.session, TINY_SMILING, 0.8);
  ag_edit_session_set_face (f->edit.session, drawn);
  ag_edit_session_set_value (f->edit.session, TINY_EYEGLASSES, -0.5);
  ag_edit_session_set_temperature (f->edit.session, 0.9);
  ag_blend_session_set_face (f->blend, 0, photo);
  ag_blend_session_set_face (f->blend, 1, drawn);
  ag_blend_session_set_mix (f->blend, 0, 0.4);
  ag_blend_session_set_position (f->blend, 0.3, 0);
  blend_settle (f);
  for (gsize i = 0; i < G_N_ELEMENTS (outputs); i++)
    {
      g_autoptr (AgBlendReceipt) receipt = NULL;
      g_autoptr (AgImage) image = NULL, again = NULL;
      g_autoptr (GError) error = NULL;
      AgImage *photos[] = { ag_edit_face_get_photo (photo), NULL };
      BlendOutcome outcome = { 0 };
      g_autoptr (GFile) file = blend_export_to (f, &outputs[i], "blend.png", &outcome);

      g_assert_no_error (outcome.error);
      image = ag_image_load (file, NULL, NULL);
      receipt =
        ag_blend_receipt_parse (ag_image_get_text (image, AG_BLEND_KEYWORD), "blend.png", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (receipt->n_faces, ==, 2);
      g_assert_cmpint (receipt->faces[0].kind, ==, AG_BLEND_FACE_PHOTO);
      g_assert_cmpstr (receipt->faces[0].edit->photo_name, ==, "a.png");
      g_assert_cmpint (receipt->faces[1].kind, ==, AG_BLEND_FACE_DRAWN);
      g_assert_cmpuint (receipt->places->len, ==, i == 0 ? 1 : 3);
      again = ag_blend_remake (engine, receipt, photos, "blend.png", NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (blend_largest_difference (image, again), <=, 1);
    }
}

static gboolean
has_three (gpointer data)
{
  BlendFixture *f = data;

  return ag_blend_session_get_n_faces (f->blend) == 3 && ag_blend_session_is_ready (f->blend) &&
         blend_is_settled (f);
}

/* From an exported picture one goes on: with its photo, which is opened again, a face of the shelf
 * and one that is drawn once more. */
static void
test_go_on (BlendFixture *f, gconstpointer data)
{
  const AgBlendOutput still = { .still = TRUE, .size = 40 };
  GListModel *shelf = ag_edit_session_get_faces (f->edit.session);
  g_autoptr (AgEditFace) drawn = g_list_model_get_item (shelf, 1);
  g_autoptr (AgEditFace) gone = g_list_model_get_item (shelf, 2);
  g_autoptr (AgEditFace) other = g_list_model_get_item (shelf, 4);
  AgEditFace *photo = blend_open_photo (f, "a.png", 80, 60, 1);
  g_autoptr (AgImage) exported = NULL;
  g_autoptr (GFile) file = NULL;
  BlendOutcome outcome = { 0 };
  AgBlendReceipt *receipt;

  ag_edit_session_set_value (f->edit.session, TINY_SMILING, 0.8);
  ag_blend_session_set_face (f->blend, 0, photo);
  ag_blend_session_set_face (f->blend, 1, drawn);
  ag_blend_session_set_face (f->blend, 2, gone);
  ag_blend_session_set_kind (f->blend, AG_PATH_NORM);
  ag_blend_session_set_position (f->blend, 0.75, 0.5);
  blend_settle (f);
  file = blend_export_to (f, &still, "still.png", &outcome);
  g_assert_no_error (outcome.error);
  exported = ag_image_load (file, NULL, NULL);

  ag_edit_session_remove_face (f->edit.session, photo);
  ag_edit_session_remove_face (f->edit.session, gone);
  while (ag_blend_session_get_n_faces (f->blend) > 2)
    ag_blend_session_set_face (f->blend, 2, NULL);
  ag_blend_session_set_face (f->blend, 0, other);
  ag_blend_session_set_kind (f->blend, AG_PATH_LINEAR);
  ag_blend_session_set_position (f->blend, 0, 0);
  blend_settle (f);
  receipt = ag_blend_receipt_parse (ag_image_get_text (exported, AG_BLEND_KEYWORD), "still.png",
                                    &outcome.error);
  g_assert_no_error (outcome.error);
  ag_blend_session_go_to_receipt (f->blend, receipt, file);
  g_assert_true (test_wait_until (has_three, f));
  g_assert_null (f->edit.problem);
  g_assert_cmpint (ag_blend_session_get_kind (f->blend), ==, AG_PATH_NORM);
  g_assert_cmpfloat (ag_blend_session_get_t (f->blend), ==, 0.75);
  g_assert_cmpfloat (ag_blend_session_get_v (f->blend), ==, 0.5);
  g_assert_true (ag_blend_session_get_face (f->blend, 1) == drawn);
  g_assert_cmpint (blend_largest_difference (ag_blend_session_get_picture (f->blend), exported), <=,
                   1);

  /* A photo that is gone is told of, and nothing else happens. */
  ag_edit_session_remove_face (f->edit.session, ag_blend_session_get_face (f->blend, 0));
  g_assert_cmpint (g_remove (g_file_peek_path (file)), ==, 0);
  {
    g_autofree char *path = g_build_filename (f->edit.folder, "a.png", NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
  }
  receipt = ag_blend_receipt_parse (ag_image_get_text (exported, AG_BLEND_KEYWORD), "still.png",
                                    &outcome.error);
  ag_blend_session_go_to_receipt (f->blend, receipt, file);
  blend_settle (f);
  g_assert_nonnull (f->edit.problem);
  g_assert_nonnull (strstr (f->edit.problem, "a.png"));
}

static void
test_damaged (void)
{
  static const char *const texts[] = {
    "",
    "{\"format\": \"afterglow-sample\"}",
    "{\"format\": \"afterglow-blend\", \"model\": {\"name\": \"m\", \"sha256\": \"h\"},"
    " \"path\": \"linear\", \"mix\": [0], \"size\": 8,"
    " \"frames\": [{\"t\": 2, \"v\": 0, \"shrink\": 1}], \"faces\": []}",
    "{\"format\": \"afterglow-blend\", \"model\": {\"name\": \"m\", \"sha256\": \"h\"},"
    " \"path\": \"linear\", \"mix\": [0], \"size\": 8,"
    " \"frames\": [{\"t\": 1, \"v\": 0, \"shrink\": 1}], \"faces\": [{}, {}]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ag_blend_receipt_parse (texts[i], "forged.png", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
    }
}

static guint
count_files (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
remove_frames (const char *path, guint n)
{
  for (guint i = 1; i <= n; i++)
    {
      g_autofree char *name = g_strdup_printf ("frame-%04u.png", i);
      g_autofree char *file = g_build_filename (path, name, NULL);

      (void) g_remove (file);
    }
  (void) g_rmdir (path);
}

static void
test_frames (BlendFixture *f, gconstpointer data)
{
  const AgBlendOutput output = { .format = AG_BLEND_FRAMES, .n_frames = 3, .seconds = 1 };
  BlendOutcome outcome = { 0 };
  g_autoptr (GFile) folder = blend_export_to (f, &output, "frames", &outcome);

  g_assert_no_error (outcome.error);
  g_assert_cmpuint (count_files (g_file_peek_path (folder)), ==, 3);
  remove_frames (g_file_peek_path (folder), 3);
}

/* Nothing is left of what was cancelled. */
static void
test_cancel (BlendFixture *f, gconstpointer data)
{
  const AgBlendOutput output = { .format = AG_BLEND_FRAMES, .n_frames = 1000, .seconds = 1 };
  g_autofree char *path = g_build_filename (f->edit.folder, "cancelled", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  BlendOutcome outcome = { 0 }, second = { 0 };

  ag_blend_session_export_async (f->blend, &output, folder, blend_on_exported, &outcome);
  g_assert_cmpfloat (ag_blend_session_get_export_progress (f->blend), >=, 0);
  ag_blend_session_export_async (f->blend, &output, folder, blend_on_exported, &second);
  ag_blend_session_cancel_export (f->blend);
  g_assert_true (test_wait_until (blend_outcome_done, &outcome));
  g_assert_true (test_wait_until (blend_outcome_done, &second));
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_BUSY);
  blend_settle (f);
  g_assert_false (g_file_query_exists (folder, NULL));
  g_assert_cmpfloat (ag_blend_session_get_export_progress (f->blend), <, 0);
  g_error_free (outcome.error);
  g_error_free (second.error);
}

static void
test_failures (BlendFixture *f, gconstpointer data)
{
  const AgBlendOutput output = { .format = AG_BLEND_ANIMATION, .n_frames = 2, .seconds = 1 };
  BlendOutcome outcome = { 0 }, alone = { 0 };
  g_autoptr (GFile) file = blend_export_to (f, &output, "missing/film.webp", &outcome);
  g_autoptr (GFile) other = NULL;

  g_assert_nonnull (outcome.error);
  g_assert_nonnull (strstr (outcome.error->message, "film.webp"));
  g_assert_false (g_file_query_exists (file, NULL));
  g_error_free (outcome.error);

  /* One photo is missing. */
  while (ag_blend_session_get_n_faces (f->blend) > 1)
    ag_blend_session_set_face (f->blend, 1, NULL);
  g_assert_false (ag_blend_session_is_ready (f->blend));
  g_assert_null (ag_blend_session_get_picture (f->blend));
  other = blend_export_to (f, &output, "film.webp", &alone);
  g_assert_nonnull (alone.error);
  g_assert_false (g_file_query_exists (other, NULL));
  g_error_free (alone.error);
}

/* A disk that is full says so by the name of the file, and nothing is left, whatever was there
 * before stays. */
static void
test_full_disk (BlendFixture *f, gconstpointer data)
{
  const AgBlendOutput outputs[] = {
    { .format = AG_BLEND_FRAMES, .n_frames = 3, .size = 60, .seconds = 1 },
    { .format = AG_BLEND_STRIP, .n_frames = 30, .size = 60, .seconds = 1 },
    { .format = AG_BLEND_ANIMATION, .n_frames = 30, .size = 60, .seconds = 1 },
    { .still = TRUE, .size = 200 },
  };
  static const char *const names[] = { "frames", "strip.png", "film.webp", "still.png" };
  struct rlimit before, limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 2000;
  /* Otherwise the signal is what one hears of it. */
  signal (SIGXFSZ, SIG_IGN);
  for (gsize i = 0; i < G_N_ELEMENTS (outputs); i++)
    {
      BlendOutcome outcome = { 0 };
      g_autoptr (GFile) file = NULL;
      guint n_before = count_files (f->edit.folder);

      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
      file = blend_export_to (f, &outputs[i], names[i], &outcome);
      g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
      g_assert_nonnull (outcome.error);
      g_assert_nonnull (strstr (outcome.error->message, names[i]));
      g_assert_false (g_file_query_exists (file, NULL));
      g_assert_cmpuint (count_files (f->edit.folder), ==, n_before);
      g_error_free (outcome.error);
    }
  signal (SIGXFSZ, SIG_DFL);
}

static void
add (const char *path, void (*test) (BlendFixture *f, gconstpointer data))
{
  g_test_add (path, BlendFixture, NULL, blend_fixture_set_up, test, blend_fixture_tear_down);
}

void
test_blend_files_add (void)
{
  add ("/session/blend/animation", test_animation);
  add ("/session/blend/pictures", test_pictures);
  add ("/session/blend/receipt", test_receipt);
  add ("/session/blend/go-on", test_go_on);
  g_test_add_func ("/session/blend/damaged", test_damaged);
  add ("/session/blend/frames", test_frames);
  add ("/session/blend/cancel", test_cancel);
  add ("/session/blend/failures", test_failures);
  add ("/session/blend/full-disk", test_full_disk);
}
