/* test-train.c: what `train` makes and what the other commands then make of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "harness.h"

/* A picture of one colour, nearly. */
static AgImage *
tinted (int red, int green, int blue, int number)
{
  g_autoptr (AgImage) picture = harness_picture (16, 16, number);
  const guint8 *from = ag_image_get_pixels (picture);
  guint8 *pixels = g_malloc (16 * 16 * 3);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, 16 * 16 * 3);

  for (int i = 0; i < 16 * 16; i++)
    {
      pixels[3 * i] = (guint8) (red + from[3 * i] / 4);
      pixels[3 * i + 1] = (guint8) (green + from[3 * i + 1] / 4);
      pixels[3 * i + 2] = (guint8) (blue + from[3 * i + 2] / 4);
    }
  return ag_image_new (16, 16, bytes);
}

static void
save_class (const char *name, int red, int green, int blue)
{
  g_autofree char *folder = g_build_filename ("classes", name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (harness_path (folder), 0700), ==, 0);
  for (int i = 0; i < 20; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s/%02d.png", folder, i);
      g_autoptr (AgImage) picture = tinted (red, green, blue, i);

      harness_save (picture, file);
    }
}

static double
mean_of (const char *class_name)
{
  g_autoptr (Run) made =
    run ("evaluate", harness_path ("by-class/model.safetensors"), "--data",
         harness_path ("classes"), "--json", class_name ? "--class" : NULL, class_name, NULL);
  g_autoptr (JsonObject) json = assert_json (made);

  g_assert_cmpint (json_object_get_int_member (json, "count"), ==, 40);
  return json_object_get_double_member (json, "mean");
}

/* Folders are classes, with a prior of its own for each: pictures are likelier under their own
 * class, and one can be asked for by its name. */
static void
test_classes (void)
{
  g_autoptr (Run) made = NULL, info = NULL, named = NULL, numbered = NULL, unknown = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (GBytes) by_name = NULL, by_number = NULL;
  const char *model = harness_path ("by-class/model.safetensors");
  JsonArray *names;
  double own;

  save_class ("cool, blue", 20, 60, 180);
  save_class ("warm", 180, 60, 20);
  made = run ("train", "--data", harness_path ("classes"), "--run", harness_path ("by-class"),
              "--image-size", "16", "--levels", "2", "--depth", "1", "--width", "8", "--batch", "8",
              "--steps", "150", "--lr", "0.01", "--average", "0.9", "--class-conditional", "1",
              "--near-duplicates", "keep", NULL);
  g_assert_cmpint (made->status, ==, 0);
  info = run ("info", model, "--json", NULL);
  json = assert_json (info);
  names = json_object_get_array_member (json, "class_names");
  g_assert_cmpint (json_object_get_int_member (json, "classes"), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (names, 0), ==, "cool, blue");
  g_assert_cmpstr (json_array_get_string_element (names, 1), ==, "warm");

  own = mean_of (NULL);
  g_assert_cmpfloat (own, <, mean_of ("cool, blue"));
  g_assert_cmpfloat (own, <, mean_of ("warm"));
  g_assert_cmpfloat (own, <, mean_of ("1"));

  named =
    run ("sample", model, "-n", "1", "--class", "warm", "-o", harness_path ("named.png"), NULL);
  numbered =
    run ("sample", model, "-n", "1", "--class", "1", "-o", harness_path ("numbered.png"), NULL);
  g_assert_cmpint (named->status, ==, 0);
  g_assert_cmpint (numbered->status, ==, 0);
  by_name = harness_read ("named.png");
  by_number = harness_read ("numbered.png");
  g_assert_true (g_bytes_equal (by_name, by_number));
  unknown = run ("sample", model, "-n", "1", "--class", "hot", "-o", harness_path ("x.png"), NULL);
  assert_usage (unknown);
  g_assert_nonnull (strstr (unknown->err, "“hot”"));
  g_assert_nonnull (strstr (unknown->err, "warm"));
}

/* A copy of the model whose file says that it was trained on faces. */
static const char *
faces_model (void)
{
  g_autoptr (AgModel) model = harness_model (0);
  g_autoptr (GFile) file = g_file_new_for_path (harness_path ("of-faces.safetensors"));
  g_autoptr (GError) error = NULL;

  g_hash_table_insert (model->facts, g_strdup ("crop"), g_strdup ("faces"));
  ag_model_save (model, file, AG_MODEL_STORAGE_F32, &error);
  g_assert_no_error (error);
  return harness_path ("of-faces.safetensors");
}

/* A folder of two pictures that show no face: to look for one takes half a second each. */
static const char *
faceless (void)
{
  const char *folder = harness_path ("faceless");

  if (g_mkdir (folder, 0700) == 0)
    for (int i = 0; i < 2; i++)
      {
        g_autofree char *name = g_strdup_printf ("faceless/%d.png", i);
        g_autoptr (AgImage) picture = harness_picture (20, 20, i);

        harness_save (picture, name);
      }
  return folder;
}

/* In pictures that show no face there is nothing to evaluate for a model of faces, unless their
 * middle is asked for. */
static void
test_crop_recalled (void)
{
  const char *model = faces_model (), *data = harness_path ("data");
  const char *out = harness_path ("x.safetensors");
  g_autoptr (Run) made = run ("evaluate", model, "--data", faceless (), NULL);
  g_autoptr (Run) directed = run ("directions", model, "--data", faceless (), "-o", out, NULL);
  g_autoptr (Run) middle =
    run ("evaluate", model, "--data", data, "--crop", "centre", "--json", NULL);
  g_autoptr (Run) middle_directed =
    run ("directions", model, "--data", data, "--crop", "centre", "-o", out, NULL);
  g_autoptr (Run) unknown = run ("evaluate", model, "--data", data, "--crop", "hands", NULL);
  g_autoptr (JsonObject) json = assert_json (middle);

  /* The second word is what a build without a face finder says. */
  g_assert_cmpint (made->status, ==, 1);
  g_assert_true (strstr (made->err, "no face was found") || strstr (made->err, "--crop faces: "));
  g_assert_cmpint (directed->status, ==, 1);
  g_assert_cmpint (json_object_get_int_member (json, "count"), ==, 60);
  g_assert_cmpint (middle_directed->status, ==, 0);
  assert_usage (unknown);
}

static double
mean_at (const char *model, const char *data, const char *crop)
{
  g_autoptr (Run) made = run ("evaluate", model, "--data", data, "--json", "--crop", crop, NULL);
  g_autoptr (JsonObject) json = assert_json (made);

  g_assert_cmpint (json_object_get_int_member (json, "count"), >, 1);
  return json_object_get_double_member (json, "mean");
}

/* Photos as they are, with their faces found, are what `align` makes of them, but for a last
 * correction of where the face is. */
static void
test_crop_faces (void)
{
  static const char *const names[] = { "london_001_neutral.jpg", "synthetic_f00.jpg" };
  const char *shared = g_getenv ("AG_TEST_SHARED"), *model = faces_model ();
  const char *aligned = harness_path ("aligned"), *raw = harness_path ("raw");
  g_autofree char *photos = g_build_filename (shared ? shared : "", "photos", NULL);
  g_autoptr (Run) supported = run ("evaluate", model, "--data", faceless (), NULL);
  double faces, cut, middle;

  if (!g_file_test (photos, G_FILE_TEST_IS_DIR) || strstr (supported->err, "--crop faces: "))
    {
      g_test_skip ("no shared photos, or no face finder");
      return;
    }
  g_assert_cmpint (g_mkdir (raw, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *photo = g_build_filename (photos, names[i], NULL);
      g_autofree char *copy = g_build_filename (raw, names[i], NULL);
      g_autoptr (GFile) from = g_file_new_for_path (photo), to = g_file_new_for_path (copy);
      g_autoptr (Run) made = run ("align", photo, "--size", "16", "-o", aligned, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (made->status, ==, 0);
      g_file_copy (from, to, 0, NULL, NULL, NULL, &error);
      g_assert_no_error (error);
    }
  faces = mean_at (model, raw, "faces");
  cut = mean_at (model, aligned, "centre");
  middle = mean_at (model, raw, "centre");
  g_test_message ("faces %g, aligned %g, middle %g", faces, cut, middle);
  g_assert_cmpfloat (fabs (faces - cut), <, 0.5 * fabs (middle - cut));
}

void
add_train_tests (void)
{
  g_test_add_func ("/cli/train/classes", test_classes);
  g_test_add_func ("/cli/train/crop-recalled", test_crop_recalled);
  g_test_add_func ("/cli/train/crop-faces", test_crop_faces);
}
