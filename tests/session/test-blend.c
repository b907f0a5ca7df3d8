/* test-blend.c: the blend session, and what it writes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gstdio.h>
#include <webp/demux.h>

#include "ag-blend-remake.h"
#include "ag-blend-session.h"
#include "ag-file.h"
#include "ag-frame-cache.h"
#include "edit-fixture.h"
#include "test-session.h"

typedef struct
{
  EditFixture edit;
  AgBlendSession *blend;
} Fixture;

typedef struct
{
  gboolean done, saved;
  GError *error;
} Outcome;

static gboolean
is_settled (gpointer data)
{
  Fixture *f = data;

  return ag_blend_session_is_idle (f->blend) && ag_edit_session_is_idle (f->edit.session);
}

static void
settle (Fixture *f)
{
  g_assert_true (test_wait_until (is_settled, f));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  edit_fixture_set_up (&f->edit, NULL);
  f->blend = ag_blend_session_new (f->edit.session);
  ag_blend_session_set_display_size (f->blend, 40);
  ag_blend_session_set_active (f->blend, TRUE);
  settle (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ag_blend_session_close (f->blend);
  g_clear_object (&f->blend);
  edit_fixture_tear_down (&f->edit, NULL);
}

static AgEditFace *
open_photo (Fixture *f, const char *name, int width, int height, guint seed)
{
  g_autoptr (GFile) file = tiny_photo_save (f->edit.folder, name, width, height, seed);

  ag_edit_session_open_file (f->edit.session, file);
  settle (f);
  return ag_edit_session_get_face (f->edit.session);
}

/* At 0 and 1 the pictures are the photos, whatever their sizes; in between they are neither. */
static void
test_ends (Fixture *f, gconstpointer data)
{
  AgEditFace *faces[2];
  AgImage *between;

  faces[0] = open_photo (f, "a.png", 80, 60, 1);
  faces[1] = open_photo (f, "b.png", 120, 150, 2);
  for (guint kind = AG_PATH_LINEAR; kind <= AG_PATH_NORM; kind++)
    {
      ag_blend_session_set_kind (f->blend, (AgPathKind) kind);
      for (guint k = 0; k < 2; k++)
        {
          AgEditSubject *subject = ag_edit_face_get_subject (faces[k]);
          g_autoptr (AgImage) photo = ag_alignment_crop (&subject->alignment, subject->photo, 40);

          ag_blend_session_set_face (f->blend, k, faces[k]);
          ag_blend_session_set_position (f->blend, k, 0);
          settle (f);
          g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), photo));
          ag_blend_session_set_position (f->blend, 0.5, 0);
          settle (f);
          between = ag_blend_session_get_picture (f->blend);
          g_assert_false (edit_same_pixels (between, photo));
        }
    }
}

static int
largest_difference (AgImage *a, AgImage *b)
{
  int most = 0;

  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->height, ==, b->height);
  for (gsize i = 0; i < g_bytes_get_size (a->pixels); i++)
    most = MAX (most, abs (ag_image_get_pixels (a)[i] - ag_image_get_pixels (b)[i]));
  return most;
}

static void
on_rendered (GObject *source, GAsyncResult *result, gpointer data)
{
  *(AgImage **) data = ag_edit_session_render_finish (AG_EDIT_SESSION (source), result, NULL);
}

static gboolean
is_there (gpointer data)
{
  return *(gpointer *) data != NULL;
}

/* What Edit exports at present. */
static AgImage *
render_edit (Fixture *f)
{
  AgImage *image = NULL;

  ag_edit_session_render_async (f->edit.session, NULL, on_rendered, &image);
  g_assert_true (test_wait_until (is_there, &image));
  return image;
}

/* Faces go into the blend as they are edited: at the ends are the pictures that Edit exports, and
 * what lies between them has moved too. Going to Edit and back computes nothing. */
static void
test_edited (Fixture *f, gconstpointer data)
{
  GListModel *shelf = ag_edit_session_get_faces (f->edit.session);
  g_autoptr (AgImage) exported = NULL, end = NULL, between = NULL, drawn = NULL;
  g_autoptr (AgEditFace) seed = g_list_model_get_item (shelf, 3);
  AgEditFace *photo = open_photo (f, "a.png", 80, 60, 1);

  ag_blend_session_set_face (f->blend, 0, photo);
  ag_blend_session_set_face (f->blend, 1, seed);
  settle (f);
  between = ag_image_ref (ag_blend_session_get_picture (f->blend));

  ag_blend_session_set_active (f->blend, FALSE);
  ag_edit_session_set_value (f->edit.session, TINY_SMILING, 1);
  exported = render_edit (f);
  end = ag_alignment_crop (&ag_edit_face_get_subject (photo)->alignment, exported, 40);
  ag_edit_session_set_face (f->edit.session, seed);
  ag_edit_session_set_temperature (f->edit.session, 1);
  drawn = render_edit (f);
  ag_blend_session_set_active (f->blend, TRUE);
  settle (f);
  g_assert_true (ag_blend_session_is_ready (f->blend));
  g_assert_false (edit_same_pixels (ag_blend_session_get_picture (f->blend), between));
  for (guint k = 0; k < 2; k++)
    {
      g_autoptr (AgImage) resized = k == 0 ? ag_image_ref (end) : ag_image_resize (drawn, 40, 40);

      ag_blend_session_set_position (f->blend, k, 0);
      settle (f);
      g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), resized));
    }
  ag_blend_session_set_active (f->blend, FALSE);
  ag_blend_session_set_active (f->blend, TRUE);
  g_assert_true (ag_blend_session_is_ready (f->blend));

  /* Undone, it is the photo again. */
  ag_edit_session_set_face (f->edit.session, photo);
  ag_edit_session_undo (f->edit.session);
  ag_blend_session_set_position (f->blend, 0, 0);
  settle (f);
  g_clear_pointer (&end, ag_image_unref);
  end = ag_alignment_crop (&ag_edit_face_get_subject (photo)->alignment,
                           ag_edit_face_get_photo (photo), 40);
  g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), end));
}

/* A face that stands in both places, and then changes them, is still listened to. */
static void
test_swap (Fixture *f, gconstpointer data)
{
  AgEditFace *first = open_photo (f, "a.png", 80, 60, 1),
             *second = open_photo (f, "b.png", 80, 60, 2);
  AgEditSubject *before;
  AgEyes eyes;

  ag_blend_session_set_face (f->blend, 0, first);
  ag_blend_session_set_face (f->blend, 1, second);
  settle (f);
  ag_blend_session_set_face (f->blend, 0, second);
  ag_blend_session_set_face (f->blend, 1, first);
  settle (f);
  before = ag_edit_subject_ref (ag_edit_face_get_subject (second));
  g_assert_true (ag_edit_session_get_eyes (f->edit.session, &eyes));
  eyes.left_x += 3;
  ag_edit_session_set_eyes (f->edit.session, &eyes);
  settle (f);
  g_assert_true (ag_edit_face_get_subject (second) != before);
  g_assert_true (ag_blend_session_is_ready (f->blend));
  ag_blend_session_set_position (f->blend, 0, 0);
  settle (f);
  {
    AgEditSubject *now = ag_edit_face_get_subject (second);
    g_autoptr (AgImage) end = ag_alignment_crop (&now->alignment, now->photo, 40);

    g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), end));
  }
  ag_edit_subject_unref (before);
}

/* Everything is under one class: the first face's, or that which is asked for; ends stay exact. */
static void
test_classes (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) model = tiny_model_save_classes (f->edit.folder);
  AgEditFace *photos[2];
  g_autoptr (AgImage) half = NULL;

  ag_edit_session_load_model (f->edit.session, model);
  settle (f);
  g_assert_cmpuint (ag_edit_session_get_n_classes (f->edit.session), ==, TINY_N_CLASSES);
  photos[0] = open_photo (f, "a.png", 80, 60, 1);
  ag_edit_session_set_class (f->edit.session, 0);
  settle (f);
  photos[1] = open_photo (f, "b.png", 80, 60, 2);
  ag_edit_session_set_class (f->edit.session, 1);
  settle (f);
  for (guint k = 0; k < 2; k++)
    {
      g_assert_cmpint (ag_edit_face_get_subject (photos[k])->class_label, ==, (int) k);
      ag_blend_session_set_face (f->blend, k, photos[k]);
    }
  settle (f);
  g_assert_true (ag_blend_session_is_ready (f->blend));
  half = ag_image_ref (ag_blend_session_get_picture (f->blend));
  for (int class_label = -1; class_label < TINY_N_CLASSES; class_label++)
    {
      ag_blend_session_set_class (f->blend, class_label);
      for (guint k = 0; k < 2; k++)
        {
          AgEditSubject *subject = ag_edit_face_get_subject (photos[k]);
          g_autoptr (AgImage) end = ag_alignment_crop (&subject->alignment, subject->photo, 40);

          ag_blend_session_set_position (f->blend, k, 0);
          settle (f);
          g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), end));
        }
      ag_blend_session_set_position (f->blend, 0.5, 0);
      settle (f);
      /* The first face's class is 0. */
      g_assert_cmpint (edit_same_pixels (ag_blend_session_get_picture (f->blend), half), ==,
                       class_label <= 0);
    }
}

/* A level that is all the second face's does not depend on the position. */
static void
test_mix (Fixture *f, gconstpointer data)
{
  g_autoptr (AgImage) before = NULL;
  guint n = ag_blend_session_get_n_levels (f->blend);

  ag_blend_session_set_position (f->blend, 1, 0);
  settle (f);
  before = ag_image_ref (ag_blend_session_get_picture (f->blend));
  ag_blend_session_set_position (f->blend, 0.25, 0);
  settle (f);
  g_assert_false (edit_same_pixels (ag_blend_session_get_picture (f->blend), before));
  for (guint l = 0; l < n; l++)
    ag_blend_session_set_mix (f->blend, l, 1);
  settle (f);
  g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), before));
}

/* The corners of the pad are its faces. */
static void
test_pad (Fixture *f, gconstpointer data)
{
  GListModel *faces = ag_edit_session_get_faces (f->edit.session);

  for (guint k = 0; k < 4; k++)
    {
      g_autoptr (AgEditFace) face = g_list_model_get_item (faces, k);

      ag_blend_session_set_face (f->blend, k, face);
    }
  g_assert_cmpuint (ag_blend_session_get_n_faces (f->blend), ==, 4);
  for (guint k = 0; k < 4; k++)
    {
      AgEditFace *face = ag_blend_session_get_face (f->blend, k);
      g_autoptr (AgImage) corner = ag_image_resize (ag_edit_face_get_picture (face), 40, 40);

      ag_blend_session_set_position (f->blend, k % 2, k / 2);
      settle (f);
      g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), corner));
    }
  /* Without the last two it is a line again. */
  ag_blend_session_set_face (f->blend, 3, NULL);
  ag_blend_session_set_face (f->blend, 2, NULL);
  g_assert_cmpfloat (ag_blend_session_get_v (f->blend), ==, 0);
}

/* No knot is less likely than the line between the ends unless the path was moved all it may. */
static void
test_likelier (Fixture *f, gconstpointer data)
{
  double before[AG_BLEND_N_POINTS], first, last;
  guint n_less = 0;

  for (guint i = 0; i < AG_BLEND_N_POINTS; i++)
    {
      before[i] = ag_blend_session_get_point_bits (f->blend, i);
      g_assert_false (isnan (before[i]));
    }
  ag_blend_session_set_likelier (f->blend, TRUE);
  settle (f);
  first = ag_blend_session_get_point_bits (f->blend, 0);
  last = ag_blend_session_get_point_bits (f->blend, AG_BLEND_N_POINTS - 1);
  g_assert_cmpfloat (first, ==, before[0]);
  g_assert_cmpfloat (last, ==, before[AG_BLEND_N_POINTS - 1]);
  for (guint i = 0; i < AG_BLEND_N_POINTS; i += 5)
    {
      double t = i / (AG_BLEND_N_POINTS - 1.0),
             bits = ag_blend_session_get_point_bits (f->blend, i);

      if (before[i] <= (1 - t) * first + t * last)
        g_assert_cmpfloat (bits, ==, before[i]);
      else
        g_assert_cmpfloat (bits, <, before[i]);
      n_less += bits < before[i];
    }
  g_test_message ("%u places were moved", n_less);
}

static void
test_cache (void)
{
  AgFrameCache *cache = ag_frame_cache_new (1000);
  g_autoptr (GBytes) first = g_bytes_new_static ("0", 1);

  for (char c = '0'; c <= '9'; c++)
    {
      g_autoptr (GBytes) key = g_bytes_new (&c, 1);
      g_autoptr (GBytes) values = g_bytes_new_take (g_malloc0 (300), 300);
      g_autoptr (AgFrame) frame = ag_frame_new (values, AG_SANITY_GOOD);

      ag_frame_cache_add (cache, key, frame);
      g_assert_cmpuint (ag_frame_cache_get_size (cache), <=, 1000);
      g_assert_true (ag_frame_cache_get (cache, key) == frame);
      /* What is used stays. */
      g_assert_nonnull (ag_frame_cache_get (cache, first));
    }
  g_assert_cmpuint (ag_frame_cache_get_size (cache), ==, 900);
  ag_frame_cache_clear (cache);
  g_assert_null (ag_frame_cache_get (cache, first));
  ag_frame_cache_free (cache);
}

/* Files. */

static void
on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  Outcome *outcome = data;

  outcome->saved =
    ag_blend_session_export_finish (AG_BLEND_SESSION (source), result, &outcome->error);
  outcome->done = TRUE;
}

static gboolean
is_done (gpointer data)
{
  return ((Outcome *) data)->done;
}

static GFile *
export_to (Fixture *f, const AgBlendOutput *output, const char *name, Outcome *outcome)
{
  g_autofree char *path = g_build_filename (f->edit.folder, name, NULL);
  GFile *file = g_file_new_for_path (path);

  ag_blend_session_export_async (f->blend, output, file, on_exported, outcome);
  g_assert_true (test_wait_until (is_done, outcome));
  return file;
}

/* libwebp's own decoder of animations has the last word. */
static void
test_animation (Fixture *f, gconstpointer data)
{
  for (int ping_pong = 0; ping_pong < 2; ping_pong++)
    {
      const AgBlendOutput output = {
        .format = AG_BLEND_ANIMATION, .n_frames = 5, .seconds = 1, .ping_pong = ping_pong
      };
      Outcome outcome = { 0 };
      g_autoptr (GFile) file = export_to (f, &output, "film.webp", &outcome);
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
test_pictures (Fixture *f, gconstpointer data)
{
  const AgBlendOutput strip = { .format = AG_BLEND_STRIP, .n_frames = 4, .size = 20, .seconds = 1 };
  const AgBlendOutput one = { .format = AG_BLEND_STRIP, .n_frames = 1, .size = 20, .seconds = 1 };
  const AgBlendOutput still = { .still = TRUE, .size = 40 };
  Outcome outcomes[3] = { 0 };
  g_autoptr (GFile) strip_file = export_to (f, &strip, "strip.png", &outcomes[0]);
  g_autoptr (GFile) one_file = export_to (f, &one, "one.png", &outcomes[1]);
  g_autoptr (GFile) still_file = export_to (f, &still, "still.png", &outcomes[2]);
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
test_receipt (Fixture *f, gconstpointer data)
{
  const AgBlendOutput outputs[] = { { .still = TRUE, .size = 40 },
                                    { .format = AG_BLEND_STRIP, .n_frames = 3, .size = 20 } };
  GListModel *shelf = ag_edit_session_get_faces (f->edit.session);
  g_autoptr (AgEditFace) drawn = g_list_model_get_item (shelf, 2);
  AgEditFace *photo = open_photo (f, "a.png", 80, 60, 1);
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
  settle (f);
  for (gsize i = 0; i < G_N_ELEMENTS (outputs); i++)
    {
      g_autoptr (AgBlendReceipt) receipt = NULL;
      g_autoptr (AgImage) image = NULL, again = NULL;
      g_autoptr (GError) error = NULL;
      AgImage *photos[] = { ag_edit_face_get_photo (photo), NULL };
      Outcome outcome = { 0 };
      g_autoptr (GFile) file = export_to (f, &outputs[i], "blend.png", &outcome);

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
      g_assert_cmpint (largest_difference (image, again), <=, 1);
    }
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
test_frames (Fixture *f, gconstpointer data)
{
  const AgBlendOutput output = { .format = AG_BLEND_FRAMES, .n_frames = 3, .seconds = 1 };
  Outcome outcome = { 0 };
  g_autoptr (GFile) folder = export_to (f, &output, "frames", &outcome);

  g_assert_no_error (outcome.error);
  g_assert_cmpuint (count_files (g_file_peek_path (folder)), ==, 3);
  remove_frames (g_file_peek_path (folder), 3);
}

/* Nothing is left of what was cancelled. */
static void
test_cancel (Fixture *f, gconstpointer data)
{
  const AgBlendOutput output = { .format = AG_BLEND_FRAMES, .n_frames = 1000, .seconds = 1 };
  g_autofree char *path = g_build_filename (f->edit.folder, "cancelled", NULL);
  g_autoptr (GFile) folder = g_file_new_for_path (path);
  Outcome outcome = { 0 }, second = { 0 };

  ag_blend_session_export_async (f->blend, &output, folder, on_exported, &outcome);
  g_assert_cmpfloat (ag_blend_session_get_export_progress (f->blend), >=, 0);
  ag_blend_session_export_async (f->blend, &output, folder, on_exported, &second);
  ag_blend_session_cancel_export (f->blend);
  g_assert_true (test_wait_until (is_done, &outcome));
  g_assert_true (test_wait_until (is_done, &second));
  g_assert_error (outcome.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_error (second.error, G_IO_ERROR, G_IO_ERROR_BUSY);
  settle (f);
  g_assert_false (g_file_query_exists (folder, NULL));
  g_assert_cmpfloat (ag_blend_session_get_export_progress (f->blend), <, 0);
  g_error_free (outcome.error);
  g_error_free (second.error);
}

static void
test_failures (Fixture *f, gconstpointer data)
{
  const AgBlendOutput output = { .format = AG_BLEND_ANIMATION, .n_frames = 2, .seconds = 1 };
  Outcome outcome = { 0 }, alone = { 0 };
  g_autoptr (GFile) file = export_to (f, &output, "missing/film.webp", &outcome);
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
  other = export_to (f, &output, "film.webp", &alone);
  g_assert_nonnull (alone.error);
  g_assert_false (g_file_query_exists (other, NULL));
  g_error_free (alone.error);
}

static void
add (const char *path, void (*test) (Fixture *f, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

void
test_blend_add (void)
{
  g_test_add_func ("/session/blend/cache", test_cache);
  add ("/session/blend/ends", test_ends);
  add ("/session/blend/edited", test_edited);
  add ("/session/blend/swap", test_swap);
  add ("/session/blend/classes", test_classes);
  add ("/session/blend/mix", test_mix);
  add ("/session/blend/pad", test_pad);
  add ("/session/blend/likelier", test_likelier);
  add ("/session/blend/animation", test_animation);
  add ("/session/blend/pictures", test_pictures);
  add ("/session/blend/receipt", test_receipt);
  g_test_add_func ("/session/blend/damaged", test_damaged);
  add ("/session/blend/frames", test_frames);
  add ("/session/blend/cancel", test_cancel);
  add ("/session/blend/failures", test_failures);
}
