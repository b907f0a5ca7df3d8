/* test-face-refine.c: whether the model finds its own faces again
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-face-refine.h"

#include <math.h>
#include <stdlib.h>

#include "ag-edit-engine.h"
#include "ag-edit-session-work.h"
#include "ag-random.h"
#include "test-session.h"

static double
get_error (const AgEyes *eyes, const AgEyes *truth)
{
  double distance = truth->right_x - truth->left_x;

  return 0.5 *
         (hypot (eyes->left_x - truth->left_x, eyes->left_y - truth->left_y) +
          hypot (eyes->right_x - truth->right_x, eyes->right_y - truth->right_y)) /
         distance;
}

/* A face that the bundled model has drawn, in its own square, looked for from beside it. */
static void
test_drawn_faces (void)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("AG_TEST_DATA"), "models", "faces-64.safetensors", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (AgEditEngine) engine = NULL;
  g_autoptr (AgCodec) codec = NULL;
  double before = 0, after = 0;

  if (!g_file_query_exists (file, NULL))
    {
      g_test_skip ("there is no bundled model");
      return;
    }
  engine = ag_edit_engine_load (file, NULL);
  codec = ag_edit_engine_new_codec (engine, 0, NULL);
  for (int i = 0; i < 4; i++)
    {
      const double shift = i % 2 == 0 ? 2.5 : -2.5, turn = i < 2 ? 2 : -2;
      g_autoptr (AgEditSubject) subject =
        ag_edit_engine_draw (engine, 1 + (guint64) i, 0.7, NULL, NULL);
      g_autoptr (AgImage) photo = ag_image_resize (subject->face, 128, 128);
      AgAlignment square;
      AgEyes truth, eyes;

      ag_alignment_from_centre (128, 128, &square);
      ag_alignment_get_eyes (&square, &truth);
      eyes = (AgEyes){ truth.left_x + shift, truth.left_y - turn, truth.right_x + 2 * shift,
                       truth.right_y + turn };
      before += get_error (&eyes, &truth);
      g_assert_true (ag_face_refine (codec, photo, &eyes, NULL, NULL));
      after += get_error (&eyes, &truth);
    }
  g_test_message ("error %.3f before, %.3f after", before / 4, after / 4);
  g_assert_cmpfloat (after, <, 0.7 * before);
}

/* Whatever is there, the search does not go far, and it can be stopped. */
static void
test_bounds (void)
{
  g_autofree char *path =
    g_build_filename (g_getenv ("AG_TEST_DATA"), "models", "faces-64.safetensors", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (AgEditEngine) engine = NULL;
  g_autoptr (AgCodec) codec = NULL;
  g_autoptr (AgImage) grey = NULL;
  g_autoptr (GBytes) pixels = NULL;
  g_autoptr (GError) error = NULL;
  const AgEyes found = { 30, 40, 70, 42 };
  AgEyes eyes = found;
  atomic_bool cancel = true;

  if (!g_file_query_exists (file, NULL))
    {
      g_test_skip ("there is no bundled model");
      return;
    }
  engine = ag_edit_engine_load (file, NULL);
  codec = ag_edit_engine_new_codec (engine, 0, NULL);
  pixels = g_bytes_new_take (g_malloc0 (100 * 90 * 3), 100 * 90 * 3);
  grey = ag_image_new (100, 90, pixels);
  g_assert_true (ag_face_refine (codec, grey, &eyes, NULL, NULL));
  g_assert_cmpfloat (get_error (&eyes, &found), <, 0.4);

  eyes = found;
  g_assert_false (ag_face_refine (codec, grey, &eyes, &cancel, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpfloat (eyes.left_x, ==, found.left_x);
}

#define N_FACES 10

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double p = *(const double *) a, q = *(const double *) b;

  return (p > q) - (p < q);
}

/* Median and 90th percentile; sorts @errors. */
static void
summarize (double *errors, double *median, double *high)
{
  qsort (errors, N_FACES, sizeof *errors, compare_doubles);
  *median = 0.5 * (errors[N_FACES / 2 - 1] + errors[N_FACES / 2]);
  *high = errors[N_FACES * 9 / 10];
}

/* The aligned faces of people, displaced by as much as a face finder's eyes are off when it does
 * not do well: 0.06 of the eyes' distance in either direction, a tenth of it in size, 5°. */
static void
test_aligned_faces (void)
{
  const char *shared = g_getenv ("AG_TEST_SHARED");
  g_autofree char *folder = g_build_filename (shared != NULL ? shared : "", "faces", "img", NULL);
  g_autofree char *model =
    g_build_filename (g_getenv ("AG_TEST_DATA"), "models", "faces-64.safetensors", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (model), dir = g_file_new_for_path (folder);
  g_autoptr (GPtrArray) files = NULL;
  g_autoptr (AgEditEngine) engine = NULL;
  g_autoptr (AgCodec) codec = NULL;
  double before[N_FACES], after[N_FACES], medians[2], highs[2];

  if (!g_file_query_exists (file, NULL) || !g_file_query_exists (dir, NULL))
    {
      g_test_skip ("there is no bundled model, or there are no faces");
      return;
    }
  files = ag_edit_session_list_photos (dir, NULL);
  engine = ag_edit_engine_load (file, NULL);
  codec = ag_edit_engine_new_codec (engine, 0, NULL);
  g_assert_cmpuint (files->len, >=, N_FACES);
  for (guint i = 0; i < N_FACES; i++)
    {
      g_autoptr (AgImage) photo =
        ag_image_load (files->pdata[i * (files->len / N_FACES)], NULL, NULL);
      double numbers[4], x, y, half, angle;
      AgAlignment square;
      AgEyes truth, eyes;

      for (guint k = 0; k < 4; k++)
        numbers[k] = (double) ag_random_bits (7, i, k) / (double) G_MAXUINT64 * 2 - 1;
      ag_alignment_from_centre (photo->width, photo->height, &square);
      ag_alignment_get_eyes (&square, &truth);
      half = (truth.right_x - truth.left_x) / 2;
      x = (truth.left_x + truth.right_x) / 2 + 2 * half * 0.06 * numbers[0];
      y = truth.left_y + 2 * half * 0.06 * numbers[1];
      half *= 1 + 0.1 * numbers[2];
      angle = 5 * G_PI / 180 * numbers[3];
      eyes = (AgEyes){ x - half * cos (angle), y - half * sin (angle), x + half * cos (angle),
                       y + half * sin (angle) };
      before[i] = get_error (&eyes, &truth);
      g_assert_true (ag_face_refine (codec, photo, &eyes, NULL, NULL));
      after[i] = get_error (&eyes, &truth);
    }
  summarize (before, &medians[0], &highs[0]);
  summarize (after, &medians[1], &highs[1]);
  g_test_message ("median %.3f before, %.3f after; 90th percentile %.3f, %.3f", medians[0],
                  medians[1], highs[0], highs[1]);
  g_assert_cmpfloat (medians[1], <, 0.8 * medians[0]);
  g_assert_cmpfloat (highs[1], <, highs[0]);
}

void
test_face_refine_add (void)
{
  g_test_add_func ("/face-refine/aligned-faces", test_aligned_faces);
  g_test_add_func ("/face-refine/drawn-faces", test_drawn_faces);
  g_test_add_func ("/face-refine/bounds", test_bounds);
}
