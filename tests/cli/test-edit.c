/* test-edit.c: `edit` and `align`
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "ag-alignment.h"
#include "ag-face-finder.h"
#include "harness.h"

static AgImage *
load (const char *name)
{
  g_autoptr (GFile) file = g_file_new_for_path (harness_path (name));
  g_autoptr (GError) error = NULL;
  AgImage *image = ag_image_load (file, NULL, &error);

  g_assert_no_error (error);
  return image;
}

/* What is not edited is the file it was, whatever it is called. */
static void
test_neutral (void)
{
  static const char *const names[] = { "photo.png", "photo.jpg" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *out = g_strconcat ("neutral-", names[i], NULL);
      g_autoptr (Run) made =
        run ("edit", harness_path ("model.safetensors"), harness_path (names[i]), "--set",
             "Bright=0", "-T", "1", "-o", harness_path (out), "--json", NULL);
      g_autoptr (JsonObject) json = assert_json (made);
      g_autoptr (GBytes) before = harness_read (names[i]);
      g_autoptr (GBytes) after = harness_read (out);

      g_assert_true (json_object_get_boolean_member (json, "unchanged"));
      g_assert_true (g_bytes_equal (before, after));
    }
}

static void
test_neutral_in_another_format (void)
{
  g_autoptr (Run) made = run ("edit", harness_path ("model.safetensors"),
                              harness_path ("photo.jpg"), "-o", harness_path ("other.png"), NULL);
  g_autoptr (AgImage) before = load ("photo.jpg");
  g_autoptr (AgImage) after = load ("other.png");

  g_assert_cmpint (made->status, ==, 0);
  g_assert_true (g_bytes_equal (before->pixels, after->pixels));
}

/* The photo.jpg of the harness as a camera would have written it, held in any of eight ways. */
static void
write_turned (const char *name, int orientation)
{
  static const guint8 block[] = { 0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,  'M', 'M',
                                  0,    42,   0, 0,  0,   8,   0,   1,   1, 18, 0,   3,
                                  0,    0,    0, 1,  0,   0,   0,   0,   0, 0,  0,   0 };
  g_autoptr (GBytes) plain = harness_read ("photo.jpg");
  g_autoptr (GByteArray) turned = g_byte_array_new ();
  gsize size;
  const guint8 *data = g_bytes_get_data (plain, &size);

  g_byte_array_append (turned, data, 2);
  g_byte_array_append (turned, block, sizeof block);
  turned->data[2 + 29] = (guint8) orientation;
  g_byte_array_append (turned, data + 2, (guint) size - 2);
  harness_write (name, turned->data, turned->len);
}

static void
test_neutral_turned (void)
{
  const char *model = harness_path ("model.safetensors"), *photo = harness_path ("turned.jpg");
  g_autoptr (AgImage) upright = load ("photo.jpg");

  for (int orientation = 1; orientation <= 8; orientation++)
    {
      g_autoptr (Run) same = NULL, other = NULL;
      g_autoptr (GBytes) before = NULL, after = NULL;
      g_autoptr (AgImage) seen = NULL, png = NULL;

      write_turned ("turned.jpg", orientation);
      same = run ("edit", model, photo, "-o", harness_path ("same.jpg"), NULL);
      other = run ("edit", model, photo, "-o", harness_path ("other.png"), NULL);
      g_assert_cmpint (same->status, ==, 0);
      g_assert_cmpint (other->status, ==, 0);
      before = harness_read ("turned.jpg");
      after = harness_read ("same.jpg");
      g_assert_true (g_bytes_equal (before, after));
      seen = load ("turned.jpg");
      png = load ("other.png");
      g_assert_cmpint (seen->width, ==, orientation < 5 ? upright->width : upright->height);
      g_assert_cmpint (png->width, ==, seen->width);
      g_assert_true (g_bytes_equal (seen->pixels, png->pixels));
    }
}

/* Inside the square the picture changes, outside not a bit. */
static void
test_edit (void)
{
  const char *model = harness_path ("model.safetensors"), *photo = harness_path ("photo.png");
  g_autoptr (Run) made = run ("edit", model, photo, "--whole", "--set", "bright=1", "Warm=-0.5",
                              "-o", harness_path ("edited.png"), "--json", NULL);
  g_autoptr (Run) apart = run ("edit", model, photo, "--whole", "--set", "Bright=1", "--set",
                               "Warm=-0.5", "-o", harness_path ("apart.png"), NULL);
  g_autoptr (Run) coarse = run ("edit", model, photo, "--whole", "--set", "Bright=1", "Warm=-0.5",
                                "--level-strength", "0,1", "-o", harness_path ("coarse.png"), NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  g_autoptr (AgImage) before = load ("photo.png");
  g_autoptr (AgImage) after = load ("edited.png");
  g_autoptr (AgImage) same = load ("apart.png");
  g_autoptr (AgImage) other = load ("coarse.png");
  int changed = 0;

  g_assert_cmpint (apart->status, ==, 0);
  g_assert_cmpint (coarse->status, ==, 0);
  g_assert_false (json_object_get_boolean_member (json, "unchanged"));
  g_assert_cmpint (after->width, ==, 50);
  /* The square is 40 wide in the middle of 50. */
  for (int y = 0; y < 40; y++)
    for (int x = 0; x < 50; x++)
      {
        gsize i = (gsize) (y * 50 + x) * 3;
        gboolean is_same =
          memcmp (ag_image_get_pixels (before) + i, ag_image_get_pixels (after) + i, 3) == 0;

        if (x < 5 || x >= 45)
          g_assert_true (is_same);
        changed += !is_same;
      }
  g_assert_cmpint (changed, >, 500);
  g_assert_true (g_bytes_equal (after->pixels, same->pixels));
  g_assert_false (g_bytes_equal (after->pixels, other->pixels));
}

static void
test_eyes (void)
{
  g_autoptr (Run) made = run (
    "edit", harness_path ("model.safetensors"), harness_path ("photo.png"), "--eyes", "20,18,30,19",
    "--set", "Bright=1", "-o", harness_path ("eyes.jpg"), "--quality", "80", "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  JsonArray *left = json_object_get_array_member (json, "left_eye");
  g_autoptr (AgImage) edited = load ("eyes.jpg");

  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (left, 0), 20, 1e-6);
  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (left, 1), 18, 1e-6);
  g_assert_cmpint (edited->width, ==, 50);
}

static void
test_unknown_attribute (void)
{
  g_autoptr (Run) made =
    run ("edit", harness_path ("model.safetensors"), harness_path ("photo.png"), "--set",
         "Moustache=1", "-o", harness_path ("none.png"), NULL);

  assert_failed (made, harness_path ("model.safetensors"), "Bright, Warm");
  g_assert_false (g_file_test (harness_path ("none.png"), G_FILE_TEST_EXISTS));
}

/* Far from anything the model knows the picture is not a picture: it is said, not written. */
static void
test_too_strong (void)
{
  g_autoptr (Run) made =
    run ("edit", harness_path ("model.safetensors"), harness_path ("photo.png"), "--set",
         "Bright=50", "-o", harness_path ("wild.png"), NULL);

  assert_failed (made, "photo.png: ", "cannot draw");
  g_assert_false (g_file_test (harness_path ("wild.png"), G_FILE_TEST_EXISTS));
}

static void
test_align (void)
{
  const char *shared = g_getenv ("AG_TEST_SHARED");
  g_autofree char *photo =
    g_build_filename (shared ? shared : "", "photos", "london_005_neutral.jpg", NULL);
  g_autoptr (Run) made = NULL;
  g_autoptr (Run) none = NULL;
  g_autoptr (JsonObject) json = NULL;
  g_autoptr (AgImage) crop = NULL;

  none = run ("align", harness_path ("photo.png"), "-o", harness_path ("aligned"), NULL);
  g_assert_cmpint (none->status, ==, 1);
  if (!ag_face_finder_is_supported () || !g_file_test (photo, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no face finder or no photos");
      return;
    }
  assert_failed (none, "photo.png: ", "no face");
  made = run ("align", photo, "-o", harness_path ("aligned"), "--size", "96", "--json", NULL);
  json = assert_json (made);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json, "faces")), ==, 1);
  crop = load ("aligned/london_005_neutral.png");
  g_assert_cmpint (crop->width, ==, 96);
}

void
add_edit_tests (void)
{
  g_test_add_func ("/cli/edit/neutral", test_neutral);
  g_test_add_func ("/cli/edit/neutral-in-another-format", test_neutral_in_another_format);
  g_test_add_func ("/cli/edit/neutral-turned", test_neutral_turned);
  g_test_add_func ("/cli/edit/edit", test_edit);
  g_test_add_func ("/cli/edit/eyes", test_eyes);
  g_test_add_func ("/cli/edit/unknown-attribute", test_unknown_attribute);
  g_test_add_func ("/cli/edit/too-strong", test_too_strong);
  g_test_add_func ("/cli/align", test_align);
}
