/* test-blend.c: `blend`
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "harness.h"

static void
test_strip (void)
{
  const char *model = harness_path ("model.safetensors"), *photo = harness_path ("photo.png");
  const char *other = harness_path ("photo.jpg");
  g_autoptr (Run) made = run ("blend", model, photo, other, "--whole", "-n", "3", "--size", "24",
                              "-o", harness_path ("strip.png"), "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  g_autoptr (GFile) file = g_file_new_for_path (harness_path ("strip.png"));
  g_autoptr (AgImage) image = ag_image_load (file, NULL, NULL);

  g_assert_cmpint (json_object_get_int_member (json, "count"), ==, 3);
  g_assert_cmpstr (json_object_get_string_member (json, "path"), ==, "spherical");
  g_assert_cmpint (image->width, ==, 72);
  g_assert_cmpint (image->height, ==, 24);
}

static void
test_animation (void)
{
  const char *model = harness_path ("model.safetensors"), *photo = harness_path ("photo.png");
  g_autoptr (AgImage) picture = harness_picture (40, 30, 5);
  g_autoptr (Run) made = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize size;

  harness_save (picture, "other.png");
  made = run ("blend", model, photo, harness_path ("other.png"), "--whole", "-n", "4", "--path",
              "linear", "-o", harness_path ("film.webp"), NULL);
  g_assert_cmpint (made->status, ==, 0);
  bytes = harness_read ("film.webp");
  data = g_bytes_get_data (bytes, &size);
  g_assert_nonnull (memmem (data, size, "ANIM", 4));
}

static void
test_bad (void)
{
  const char *model = harness_path ("model.safetensors"), *photo = harness_path ("photo.png");
  const char *out = harness_path ("never.webp");
  g_autoptr (Run) one = run ("blend", model, photo, "-o", out, NULL);
  g_autoptr (Run) none = run ("blend", model, photo, photo, "-n", "0", "-o", out, NULL);
  g_autoptr (Run) path = run ("blend", model, photo, photo, "--path", "winding", "-o", out, NULL);
  g_autoptr (Run) mix = run ("blend", model, photo, photo, "--mix", "2,0", "-o", out, NULL);
  g_autoptr (Run) gone = run ("blend", model, photo, harness_path ("gone.png"), "-o", out, NULL);
  g_autoptr (Run) full = run ("blend", model, photo, photo, "--whole", "-n", "3", "-o",
                              harness_path ("no-such-folder/film.webp"), NULL);

  assert_usage (one);
  assert_usage (none);
  assert_usage (path);
  assert_usage (mix);
  assert_failed (gone, "gone.png", "");
  assert_failed (full, "no-such-folder", "");
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

void
add_blend_tests (void)
{
  g_test_add_func ("/cli/blend/strip", test_strip);
  g_test_add_func ("/cli/blend/animation", test_animation);
  g_test_add_func ("/cli/blend/bad", test_bad);
}
