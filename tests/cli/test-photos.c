/* test-photos.c: `edit` and photos as people have them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>

#include "harness.h"
#include "test-images.h"

#define WIDTH  50
#define HEIGHT 40

static void
write_bytes (const char *name, GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  harness_write (name, data, size);
}

/* Each kind of file with a colour profile and held in that way. */
static void
write_photo (const char *name, GBytes *profile, int orientation)
{
  g_autoptr (AgImage) picture = harness_picture (WIDTH, HEIGHT, 3);
  g_autoptr (GBytes) bytes = NULL;

  if (g_str_has_suffix (name, ".jpg"))
    {
      JpegOptions options = { .space = JCS_YCbCr, .orientation = orientation, .icc = profile };

      bytes = make_jpeg (WIDTH, HEIGHT, 3, ag_image_get_pixels (picture), &options);
    }
  else
    {
      PngOptions options = {
        .type = PNG_COLOR_TYPE_RGB, .depth = 16, .orientation = orientation, .icc = profile
      };
      g_autofree int *samples = g_new (int, WIDTH *HEIGHT * 3);

      for (int i = 0; i < WIDTH * HEIGHT * 3; i++)
        samples[i] = ag_image_get_pixels (picture)[i] * 256 + i % 256;
      bytes = make_png (WIDTH, HEIGHT, 3, samples, &options);
    }
  write_bytes (name, bytes);
}

static void
check_neutral (const char *name, const char *output)
{
  g_autoptr (Run) made =
    run ("edit", harness_path ("model.safetensors"), harness_path (name), "--whole", "--set",
         "Bright=0", "-o", harness_path (output), "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  g_autoptr (GBytes) before = harness_read (name), after = harness_read (output);

  g_assert_true (json_object_get_boolean_member (json, "unchanged"));
  g_assert_true (g_bytes_equal (before, after));
}

/* What changes nothing gives the file, whatever is in it. */
static void
test_neutral (void)
{
  static const char *const kinds[] = { "jpg", "png" };
  g_autoptr (GBytes) profile = make_profile ();
  g_autoptr (AgImage) picture = harness_picture (WIDTH, HEIGHT, 4);

  for (int i = 0; i < 32; i++)
    {
      g_autofree char *name = g_strconcat ("kept.", kinds[i % 2], NULL);
      g_autofree char *output = g_strconcat ("kept-neutral.", kinds[i % 2], NULL);

      write_photo (name, i / 2 % 2 == 1 ? profile : NULL, 1 + i / 4);
      check_neutral (name, output);
    }
  harness_save (picture, "kept.webp");
  check_neutral ("kept.webp", "kept-neutral.webp");
}

/* The names in a folder, but only if none is of something half-written. */
static guint
count_whole (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  for (const char *name; (name = g_dir_read_name (dir)) != NULL; n++)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (AgImage) image = ag_image_load (file, NULL, NULL);

      g_assert_true (name[0] != '.');
      g_assert_nonnull (image);
    }
  return n;
}

/* Photos of the same name from several folders do not take each other's place. */
static void
test_same_names (void)
{
  const char *out = harness_path ("same-names");
  g_autoptr (Run) made = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (GBytes) first = NULL, second = NULL;

  g_assert_cmpint (g_mkdir (harness_path ("elsewhere"), 0700), ==, 0);
  {
    g_autoptr (AgImage) picture = harness_picture (WIDTH, HEIGHT, 6);

    harness_save (picture, "elsewhere/photo.png");
  }
  made = run ("edit", harness_path ("model.safetensors"), harness_path ("photo.png"),
              harness_path ("elsewhere/photo.png"), "--whole", "-o", out, "--json", NULL);
  json = assert_json (made);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json, "photos")), ==, 2);
  g_assert_cmpuint (count_whole (out), ==, 2);
  first = harness_read ("same-names/photo.png");
  second = harness_read ("same-names/photo-2.png");
  {
    g_autoptr (GBytes) photo = harness_read ("photo.png");
    g_autoptr (GBytes) other = harness_read ("elsewhere/photo.png");

    g_assert_true (g_bytes_equal (first, photo));
    g_assert_true (g_bytes_equal (second, other));
  }
}

/* Where there is no room for the whole picture, what was there stays and nothing else is left.
 * (The largest size of a file, which anybody may set, stands for a full disk.) */
static void
test_no_room (void)
{
  static const char *const names[] = { "edited.png", "neutral.png", "edited.jpg" };
  const char *folder = harness_path ("full");
  const char *limit = "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"";

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_build_filename ("full", names[i], NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) after = NULL;
      g_autoptr (GSubprocess) process = NULL;
      g_autoptr (GDir) dir = NULL;
      g_autofree char *text = NULL;

      harness_write (name, "old", 3);
      process = g_subprocess_new (
        G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error, "sh", "-c",
        limit, g_getenv ("AG_CLI"), "edit", harness_path ("model.safetensors"),
        harness_path ("photo.png"), "--whole", "--set", i == 1 ? "Bright=0" : "Bright=0.5", "-o",
        harness_path (name), "--quality", "100", NULL);
      g_assert_no_error (error);
      g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &text, &error);
      g_assert_no_error (error);
      g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
      g_assert_nonnull (strstr (text, names[i]));
      after = harness_read (name);
      g_assert_cmpmem (g_bytes_get_data (after, NULL), g_bytes_get_size (after), "old", 3);
      g_assert_cmpint (g_remove (harness_path (name)), ==, 0);
      dir = g_dir_open (folder, 0, NULL);
      g_assert_null (g_dir_read_name (dir));
    }
}

void
add_photo_tests (void)
{
  g_test_add_func ("/cli/photos/neutral", test_neutral);
  g_test_add_func ("/cli/photos/same-names", test_same_names);
  g_test_add_func ("/cli/photos/no-room", test_no_room);
}
