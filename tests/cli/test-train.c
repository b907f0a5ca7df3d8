/* test-train.c: what `train` makes and what the other commands then make of it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
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
  g_autoptr (Run) made = run ("evaluate", harness_path ("by-class/model.safetensors"), "--data",
                              harness_path ("classes"), "--json", class_name ? "--class" : NULL,
                              class_name, NULL);
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

  named = run ("sample", model, "-n", "1", "--class", "warm", "-o", harness_path ("named.png"), NULL);
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

void
add_train_tests (void)
{
  g_test_add_func ("/cli/train/classes", test_classes);
}
