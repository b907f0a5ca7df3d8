/* test-blend.c: the blend session
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-frame-cache.h"
#include "blend-fixture.h"
#include "test-session.h"

/* At 0 and 1 the pictures are the photos, whatever their sizes; in between they are neither. */
static void
test_ends (BlendFixture *f, gconstpointer data)
{
  AgEditFace *faces[2];
  AgImage *between;

  faces[0] = blend_open_photo (f, "a.png", 80, 60, 1);
  faces[1] = blend_open_photo (f, "b.png", 120, 150, 2);
  for (guint kind = AG_PATH_LINEAR; kind <= AG_PATH_NORM; kind++)
    {
      ag_blend_session_set_kind (f->blend, (AgPathKind) kind);
      for (guint k = 0; k < 2; k++)
        {
          AgEditSubject *subject = ag_edit_face_get_subject (faces[k]);
          g_autoptr (AgImage) photo = ag_alignment_crop (&subject->alignment, subject->photo, 40);

          ag_blend_session_set_face (f->blend, k, faces[k]);
          ag_blend_session_set_position (f->blend, k, 0);
          blend_settle (f);
          g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), photo));
          ag_blend_session_set_position (f->blend, 0.5, 0);
          blend_settle (f);
          between = ag_blend_session_get_picture (f->blend);
          g_assert_false (edit_same_pixels (between, photo));
        }
    }
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
render_edit (BlendFixture *f)
{
  AgImage *image = NULL;

  ag_edit_session_render_async (f->edit.session, NULL, on_rendered, &image);
  g_assert_true (test_wait_until (is_there, &image));
  return image;
}

/* Faces go into the blend as they are edited: at the ends are the pictures that Edit exports, and
 * what lies between them has moved too. Going to Edit and back computes nothing. */
static void
test_edited (BlendFixture *f, gconstpointer data)
{
  GListModel *shelf = ag_edit_session_get_faces (f->edit.session);
  g_autoptr (AgImage) exported = NULL, end = NULL, between = NULL, drawn = NULL;
  g_autoptr (AgEditFace) seed = g_list_model_get_item (shelf, 3);
  AgEditFace *photo = blend_open_photo (f, "a.png", 80, 60, 1);

  ag_blend_session_set_face (f->blend, 0, photo);
  ag_blend_session_set_face (f->blend, 1, seed);
  blend_settle (f);
  between = ag_image_ref (ag_blend_session_get_picture (f->blend));

  ag_blend_session_set_active (f->blend, FALSE);
  ag_edit_session_set_value (f->edit.session, TINY_SMILING, 1);
  exported = render_edit (f);
  end = ag_alignment_crop (&ag_edit_face_get_subject (photo)->alignment, exported, 40);
  ag_edit_session_set_face (f->edit.session, seed);
  ag_edit_session_set_temperature (f->edit.session, 1);
  drawn = render_edit (f);
  ag_blend_session_set_active (f->blend, TRUE);
  blend_settle (f);
  g_assert_true (ag_blend_session_is_ready (f->blend));
  g_assert_false (edit_same_pixels (ag_blend_session_get_picture (f->blend), between));
  for (guint k = 0; k < 2; k++)
    {
      g_autoptr (AgImage) resized = k == 0 ? ag_image_ref (end) : ag_image_resize (drawn, 40, 40);

      ag_blend_session_set_position (f->blend, k, 0);
      blend_settle (f);
      g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), resized));
    }
  ag_blend_session_set_active (f->blend, FALSE);
  ag_blend_session_set_active (f->blend, TRUE);
  g_assert_true (ag_blend_session_is_ready (f->blend));

  /* Undone, it is the photo again. */
  ag_edit_session_set_face (f->edit.session, photo);
  ag_edit_session_undo (f->edit.session);
  ag_blend_session_set_position (f->blend, 0, 0);
  blend_settle (f);
  g_clear_pointer (&end, ag_image_unref);
  end = ag_alignment_crop (&ag_edit_face_get_subject (photo)->alignment,
                           ag_edit_face_get_photo (photo), 40);
  g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), end));
}

/* A face that stands in both places, and then changes them, is still listened to. */
static void
test_swap (BlendFixture *f, gconstpointer data)
{
  AgEditFace *first = blend_open_photo (f, "a.png", 80, 60, 1),
             *second = blend_open_photo (f, "b.png", 80, 60, 2);
  AgEditSubject *before;
  AgEyes eyes;

  ag_blend_session_set_face (f->blend, 0, first);
  ag_blend_session_set_face (f->blend, 1, second);
  blend_settle (f);
  ag_blend_session_set_face (f->blend, 0, second);
  ag_blend_session_set_face (f->blend, 1, first);
  blend_settle (f);
  before = ag_edit_subject_ref (ag_edit_face_get_subject (second));
  g_assert_true (ag_edit_session_get_eyes (f->edit.session, &eyes));
  eyes.left_x += 3;
  ag_edit_session_set_eyes (f->edit.session, &eyes);
  blend_settle (f);
  g_assert_true (ag_edit_face_get_subject (second) != before);
  g_assert_true (ag_blend_session_is_ready (f->blend));
  ag_blend_session_set_position (f->blend, 0, 0);
  blend_settle (f);
  {
    AgEditSubject *now = ag_edit_face_get_subject (second);
    g_autoptr (AgImage) end = ag_alignment_crop (&now->alignment, now->photo, 40);

    g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), end));
  }
  ag_edit_subject_unref (before);
}

/* Everything is under one class: the first face's, or that which is asked for; ends stay exact. */
static void
test_classes (BlendFixture *f, gconstpointer data)
{
  g_autoptr (GFile) model = tiny_model_save_classes (f->edit.folder);
  AgEditFace *photos[2];
  g_autoptr (AgImage) half = NULL;

  ag_edit_session_load_model (f->edit.session, model);
  blend_settle (f);
  g_assert_cmpuint (ag_edit_session_get_n_classes (f->edit.session), ==, TINY_N_CLASSES);
  photos[0] = blend_open_photo (f, "a.png", 80, 60, 1);
  ag_edit_session_set_class (f->edit.session, 0);
  blend_settle (f);
  photos[1] = blend_open_photo (f, "b.png", 80, 60, 2);
  ag_edit_session_set_class (f->edit.session, 1);
  blend_settle (f);
  for (guint k = 0; k < 2; k++)
    {
      g_assert_cmpint (ag_edit_face_get_subject (photos[k])->class_label, ==, (int) k);
      ag_blend_session_set_face (f->blend, k, photos[k]);
    }
  blend_settle (f);
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
          blend_settle (f);
          g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), end));
        }
      ag_blend_session_set_position (f->blend, 0.5, 0);
      blend_settle (f);
      /* The first face's class is 0. */
      g_assert_cmpint (edit_same_pixels (ag_blend_session_get_picture (f->blend), half), ==,
                       class_label <= 0);
    }
}

/* A level that is all the second face's does not depend on the position. */
static void
test_mix (BlendFixture *f, gconstpointer data)
{
  g_autoptr (AgImage) before = NULL;
  guint n = ag_blend_session_get_n_levels (f->blend);

  ag_blend_session_set_position (f->blend, 1, 0);
  blend_settle (f);
  before = ag_image_ref (ag_blend_session_get_picture (f->blend));
  ag_blend_session_set_position (f->blend, 0.25, 0);
  blend_settle (f);
  g_assert_false (edit_same_pixels (ag_blend_session_get_picture (f->blend), before));
  for (guint l = 0; l < n; l++)
    ag_blend_session_set_mix (f->blend, l, 1);
  blend_settle (f);
  g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), before));
}

/* The corners of the pad are its faces. */
static void
test_pad (BlendFixture *f, gconstpointer data)
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
      blend_settle (f);
      g_assert_true (edit_same_pixels (ag_blend_session_get_picture (f->blend), corner));
    }
  /* Without the last two it is a line again. */
  ag_blend_session_set_face (f->blend, 3, NULL);
  ag_blend_session_set_face (f->blend, 2, NULL);
  g_assert_cmpfloat (ag_blend_session_get_v (f->blend), ==, 0);
}

/* No knot is less likely than the line between the ends unless the path was moved all it may. */
static void
test_likelier (BlendFixture *f, gconstpointer data)
{
  double before[AG_BLEND_N_POINTS], first, last;
  guint n_less = 0;

  for (guint i = 0; i < AG_BLEND_N_POINTS; i++)
    {
      before[i] = ag_blend_session_get_point_bits (f->blend, i);
      g_assert_false (isnan (before[i]));
    }
  ag_blend_session_set_likelier (f->blend, TRUE);
  blend_settle (f);
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

static void
add (const char *path, void (*test) (BlendFixture *f, gconstpointer data))
{
  g_test_add (path, BlendFixture, NULL, blend_fixture_set_up, test, blend_fixture_tear_down);
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
}
