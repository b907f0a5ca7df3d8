/* test-finder.c: finding faces
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdlib.h>

#include "ag-face-finder.h"
#include "painted.h"

/* NULL, and the test skipped, where this build or machine cannot look for faces. */
static AgFaceFinder *
finder_or_skip (void)
{
  g_autoptr (GError) error = NULL;
  AgFaceFinder *finder = ag_face_finder_new (&error);

  if (!finder)
    g_test_skip (error->message);
  g_assert_true ((finder == NULL) == (error != NULL));
  return finder;
}

static double
eye_error (const AgFace *face, double left_x, double left_y, double right_x, double right_y)
{
  double distance = hypot (right_x - left_x, right_y - left_y);

  return 0.5 *
         (hypot (face->eyes.left_x - left_x, face->eyes.left_y - left_y) +
          hypot (face->eyes.right_x - right_x, face->eyes.right_y - right_y)) /
         distance;
}

static void
test_painted_face (void)
{
  g_autoptr (AgFaceFinder) finder = finder_or_skip ();
  g_autoptr (AgImage) photo = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) faces = NULL;

  if (!finder)
    return;
  photo = painted_face (640, 480, 270, 370, 200);
  faces = ag_face_finder_find (finder, photo, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (faces->len, ==, 1);
  g_assert_cmpfloat (eye_error (&g_array_index (faces, AgFace, 0), 270, 200, 370, 200), <, 0.25);
}

static void
test_no_face (void)
{
  g_autoptr (AgFaceFinder) finder = finder_or_skip ();
  const int sizes[][2] = { { 300, 200 }, { 1, 1 }, { 3000, 2 } };

  if (!finder)
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (AgImage) picture = painted_ramp (sizes[i][0], sizes[i][1]);
      g_autoptr (GArray) faces = ag_face_finder_find (finder, picture, NULL);

      g_assert_nonnull (faces);
      g_assert_cmpuint (faces->len, ==, 0);
    }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static int
compare_double (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

/* Pictures that stand in for photos: an aligned face, turned, moved and made larger or smaller on
 * a mirrored background. */
static AgImage *
perturb (AgImage *face, int number, AgEyes *eyes)
{
  double turn = 0.06 * (number % 7 - 3), side = 260 + 20 * (number % 5);
  /* The "photo" is a square crop around the face square, so its own alignment is the inverse. */
  double scale = face->width / side;
  AgAlignment frame = { .ux = 400 * scale * cos (turn), .uy = 400 * scale * sin (turn) };

  frame.x = 0.5 * face->width - 0.5 * (frame.ux - frame.uy) + number % 3;
  frame.y = 0.5 * face->height - 0.5 * (frame.uy + frame.ux) - number % 4;
  ag_alignment_to_square (&frame, 47, 60, &eyes->left_x, &eyes->left_y);
  ag_alignment_to_square (&frame, 81, 60, &eyes->right_x, &eyes->right_y);
  eyes->left_x *= 400;
  eyes->left_y *= 400;
  eyes->right_x *= 400;
  eyes->right_y *= 400;
  return ag_alignment_crop (&frame, face, 400);
}

static void
test_shared_faces (void)
{
  g_autoptr (AgFaceFinder) finder = finder_or_skip ();
  g_autofree char *folder = g_build_filename (g_getenv ("AG_TEST_SHARED"), "faces", "img", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  double errors[40];
  int n = 0, missed = 0;
  const char *name;

  if (!finder)
    return;
  if (!dir)
    {
      g_test_skip ("the shared faces are not there");
      return;
    }
  while ((name = g_dir_read_name (dir)))
    if (g_str_has_prefix (name, "us_") || g_str_has_prefix (name, "ldn_"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len && n + missed < 40; i += names->len / 40)
    {
      g_autofree char *path = g_build_filename (folder, g_ptr_array_index (names, i), NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (AgImage) face = ag_image_load (file, NULL, NULL);
      g_autoptr (AgImage) photo = NULL;
      g_autoptr (GArray) found = NULL;
      AgEyes eyes;

      g_assert_nonnull (face);
      photo = perturb (face, n + missed, &eyes);
      found = ag_face_finder_find (finder, photo, NULL);
      if (found->len > 0)
        errors[n++] = eye_error (&g_array_index (found, AgFace, 0), eyes.left_x, eyes.left_y,
                                 eyes.right_x, eyes.right_y);
      else
        missed++;
    }
  qsort (errors, (gsize) n, sizeof (double), compare_double);
  g_test_message ("%d faces, %d missed, eye error in eye distances: median %.3f, 90th %.3f", n,
                  missed, errors[n / 2], errors[n * 9 / 10]);
  g_assert_cmpint (missed, <=, 2);
  g_assert_cmpfloat (errors[n / 2], <, 0.06);
  g_assert_cmpfloat (errors[n * 9 / 10], <, 0.12);
}

void
add_finder_tests (void)
{
  g_test_add_func ("/face/finder/painted-face", test_painted_face);
  g_test_add_func ("/face/finder/no-face", test_no_face);
  g_test_add_func ("/face/finder/shared-faces", test_shared_faces);
}
