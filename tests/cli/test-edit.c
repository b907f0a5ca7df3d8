/* test-edit.c: `edit` and `align`
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ag-alignment.h"
#include "ag-face-finder.h"
#include "harness.h"
#include "test-images.h"

/* A JPEG with a profile and an EXIF block, a PNG of 16 bits with alpha, and one of grey. */
static void
write_kinds (void)
{
  g_autoptr (AgImage) picture = harness_load ("photo.png");
  g_autoptr (GBytes) icc = make_profile ();
  JpegOptions jpeg = { .space = JCS_YCbCr, .orientation = 6, .icc = icc };
  PngOptions deep = { .type = PNG_COLOR_TYPE_RGB_ALPHA, .depth = 16, .icc = icc };
  PngOptions grey = { .type = PNG_COLOR_TYPE_GRAY, .depth = 8 };
  g_autofree int *samples = g_new (int, 50 * 40 * 4);
  g_autoptr (GBytes) first = make_jpeg (50, 40, 3, ag_image_get_pixels (picture), &jpeg);
  g_autoptr (GBytes) second = NULL, third = NULL;

  for (int i = 0; i < 50 * 40 * 4; i++)
    samples[i] = (i * 2711 + i / 200 * 97) % 65536;
  second = make_png (50, 40, 4, samples, &deep);
  for (int i = 0; i < 50 * 40; i++)
    samples[i] %= 256;
  third = make_png (50, 40, 1, samples, &grey);
  harness_write ("profile.jpg", g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  harness_write ("deep.png", g_bytes_get_data (second, NULL), g_bytes_get_size (second));
  harness_write ("grey.png", g_bytes_get_data (third, NULL), g_bytes_get_size (third));
  harness_save (picture, "photo.webp");
}

/* What is not edited is the file it was, whatever it is called. */
static void
test_neutral (void)
{
  static const char *const names[] = { "photo.png",   "photo.jpg", "photo.webp",
                                       "profile.jpg", "deep.png",  "grey.png" };

  write_kinds ();
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
  g_autoptr (AgImage) before = harness_load ("photo.jpg");
  g_autoptr (AgImage) after = harness_load ("other.png");

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
  g_autoptr (AgImage) upright = harness_load ("photo.jpg");

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
      seen = harness_load ("turned.jpg");
      png = harness_load ("other.png");
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
  g_autoptr (AgImage) before = harness_load ("photo.png");
  g_autoptr (AgImage) after = harness_load ("edited.png");
  g_autoptr (AgImage) same = harness_load ("apart.png");
  g_autoptr (AgImage) other = harness_load ("coarse.png");
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
  g_autoptr (AgImage) edited = harness_load ("eyes.jpg");

  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (left, 0), 20, 1e-6);
  g_assert_cmpfloat_with_epsilon (json_array_get_double_element (left, 1), 18, 1e-6);
  g_assert_cmpint (edited->width, ==, 50);
}

/* A face that the photo's border cuts, or that lies outside of it but for a corner. */
static void
test_cut_face (void)
{
  static const char *const eyes[] = { "2,5,14,6", "44,35,56,39", "-9,-9,-1,-9" };
  g_autoptr (AgImage) before = harness_load ("photo.png");

  for (gsize i = 0; i < G_N_ELEMENTS (eyes); i++)
    {
      g_autofree char *option = g_strconcat ("--eyes=", eyes[i], NULL);
      g_autoptr (Run) made =
        run ("edit", harness_path ("model.safetensors"), harness_path ("photo.png"), option,
             "--set", "Bright=1", "-o", harness_path ("cut.png"), NULL);
      g_autoptr (AgImage) after = NULL;
      g_autofree double *numbers = g_new (double, 4);
      AgAlignment square;
      int n_changed = 0;

      g_assert_cmpint (made->status, ==, 0);
      after = harness_load ("cut.png");
      sscanf (eyes[i], "%lf,%lf,%lf,%lf", &numbers[0], &numbers[1], &numbers[2], &numbers[3]);
      g_assert_true (ag_alignment_from_eyes (
        &(AgEyes){ numbers[0], numbers[1], numbers[2], numbers[3] }, &square));
      for (int y = 0; y < 40; y++)
        for (int x = 0; x < 50; x++)
          {
            const gsize at = (gsize) (y * 50 + x) * 3;
            gboolean differs =
              memcmp (ag_image_get_pixels (before) + at, ag_image_get_pixels (after) + at, 3) != 0;
            double u, v;

            ag_alignment_to_square (&square, x + 0.5, y + 0.5, &u, &v);
            if (u <= 0 || v <= 0 || u >= 1 || v >= 1)
              g_assert_false (differs);
            n_changed += differs;
          }
      g_assert_cmpint (n_changed, >, 0);
    }
}

/* An EXIF block that leads nowhere does not keep a photo from being edited. */
static void
test_corrupt_exif (void)
{
  const char *model = harness_path ("model.safetensors"), *photo = harness_path ("corrupt.jpg");
  g_autoptr (GBytes) turned = NULL;
  g_autofree guint8 *copy = NULL;
  gsize size;

  write_turned ("corrupt.jpg", 6);
  turned = harness_read ("corrupt.jpg");
  size = g_bytes_get_size (turned);
  copy = g_memdup2 (g_bytes_get_data (turned, NULL), size);
  for (int kind = 0; kind < 3; kind++)
    {
      g_autoptr (Run) same = NULL, edited = NULL;
      g_autoptr (GBytes) before = NULL, after = NULL;

      /* The directory's place, the number of its entries, the block's length. */
      copy[kind == 0 ? 16 : kind == 1 ? 20 : 5] ^= kind == 2 ? 7 : 0xf7;
      harness_write ("corrupt.jpg", copy, size);
      same = run ("edit", model, photo, "-o", harness_path ("same.jpg"), NULL);
      edited = run ("edit", model, photo, "--whole", "--set", "Bright=1", "-o",
                    harness_path ("edited.jpg"), NULL);
      g_assert_cmpint (same->status, ==, 0);
      g_assert_cmpint (edited->status, ==, 0);
      before = harness_read ("corrupt.jpg");
      after = harness_read ("same.jpg");
      g_assert_true (g_bytes_equal (before, after));
    }
}

/* All pictures of a folder, and no others. */
static void
test_folder (void)
{
  const char *model = harness_path ("model.safetensors");
  g_autoptr (Run) made = run ("edit", model, harness_path ("data"), "--whole", "--set", "Bright=1",
                              "-o", harness_path ("from-folder"), "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  g_autoptr (Run) one =
    run ("edit", model, harness_path ("data"), "-o", harness_path ("one.png"), NULL);
  g_autoptr (Run) none = NULL;
  g_autoptr (GDir) dir = g_dir_open (harness_path ("from-folder"), 0, NULL);
  int n = 0;

  while (g_dir_read_name (dir))
    n++;
  g_assert_cmpint (n, ==, 60);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json, "photos")), ==, 60);
  assert_usage (one);
  g_assert_cmpint (g_mkdir (harness_path ("nothing"), 0700), ==, 0);
  none = run ("edit", model, harness_path ("nothing"), "-o", harness_path ("from-folder"), NULL);
  assert_failed (none, "nothing: ", "no photos");
}

typedef struct
{
  GMainLoop *loop;
  GSubprocess *process;
} Watch;

static void
on_first_output (GFileMonitor *monitor,
                 GFile *file,
                 GFile *other,
                 GFileMonitorEvent event,
                 gpointer data)
{
  Watch *watch = data;

  if (event == G_FILE_MONITOR_EVENT_CREATED || event == G_FILE_MONITOR_EVENT_RENAMED)
    {
      g_subprocess_send_signal (watch->process, SIGINT);
      g_main_loop_quit (watch->loop);
    }
}

/* Ctrl-C amid many photos: those that are there are whole, and it is said how many. */
static void
test_interrupted (void)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GFile) folder = g_file_new_for_path (harness_path ("ctrl-c"));
  g_autoptr (GFileMonitor) monitor = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  Watch watch = { loop, NULL };
  int n = 0;

  g_assert_true (g_file_make_directory (folder, NULL, NULL));
  g_ptr_array_add (arguments, g_strdup (g_getenv ("AG_CLI")));
  g_ptr_array_add (arguments, g_strdup ("edit"));
  g_ptr_array_add (arguments, g_strdup (harness_path ("model.safetensors")));
  /* Many times the same, so that it takes far longer than a signal does. */
  for (int i = 0; i < 200; i++)
    g_ptr_array_add (arguments, g_strdup (harness_path ("data")));
  g_ptr_array_add (arguments, g_strdup ("--set"));
  g_ptr_array_add (arguments, g_strdup ("Bright=1"));
  g_ptr_array_add (arguments, g_strdup ("-o"));
  g_ptr_array_add (arguments, g_strdup (harness_path ("ctrl-c")));
  g_ptr_array_add (arguments, NULL);
  monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, &error);
  g_assert_no_error (error);
  g_signal_connect (monitor, "changed", G_CALLBACK (on_first_output), &watch);
  process = watch.process =
    g_subprocess_newv ((const char *const *) arguments->pdata,
                       G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_main_loop_run (loop);
  g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &said, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
  g_assert_nonnull (strstr (said, "interrupted; "));
  g_assert_nonnull (strstr (said, " of 12000 photos are done"));
  dir = g_dir_open (harness_path ("ctrl-c"), 0, NULL);
  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename ("ctrl-c", name, NULL);
      g_autoptr (AgImage) whole = harness_load (path);

      g_assert_true (g_str_has_prefix (name, "picture"));
      g_assert_cmpint (whole->width, ==, 20);
      n++;
    }
  /* The signal may come before the first one is whole. */
  g_assert_cmpint (n, <, 12000);
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
  crop = harness_load ("aligned/london_005_neutral.png");
  g_assert_cmpint (crop->width, ==, 96);
}

static double
get_left_eye (JsonObject *object)
{
  return json_array_get_double_element (json_object_get_array_member (object, "left_eye"), 0);
}

/* edit takes the face where align says that it is, corrected by the model; its receipt has that. */
static void
test_refined (void)
{
  const char *shared = g_getenv ("AG_TEST_SHARED"), *out = harness_path ("refined.png");
  g_autofree char *photo =
    g_build_filename (shared ? shared : "", "photos", "london_005_neutral.jpg", NULL);
  g_autofree char *model =
    g_build_filename (g_getenv ("AG_TEST_DATA"), "models", "faces-64.safetensors", NULL);
  g_autoptr (Run) align = NULL, refined = NULL, found = NULL, verified = NULL;
  g_autoptr (JsonObject) a = NULL, b = NULL, c = NULL;
  JsonObject *face;

  if (!ag_face_finder_is_supported () || !g_file_test (photo, G_FILE_TEST_EXISTS) ||
      !g_file_test (model, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("no face finder, no photos or no bundled model");
      return;
    }
  align = run ("align", photo, "--model", model, "-o", harness_path ("aligned"), "--json", NULL);
  found =
    run ("edit", model, photo, "--no-refine", "-o", harness_path ("found.jpg"), "--json", NULL);
  refined = run ("edit", model, photo, "--set", "Smiling=1", "-o", out, "--json", NULL);
  a = assert_json (align);
  b = assert_json (found);
  c = assert_json (refined);
  face = json_array_get_object_element (json_object_get_array_member (a, "faces"), 0);
  g_assert_cmpfloat_with_epsilon (get_left_eye (face), get_left_eye (c), 1e-6);
  g_assert_cmpfloat (fabs (get_left_eye (b) - get_left_eye (c)), >, 0.5);
  verified = run ("verify", out, photo, model, NULL);
  g_assert_cmpint (verified->status, ==, 0);
}

void
add_edit_tests (void)
{
  g_test_add_func ("/cli/edit/neutral", test_neutral);
  g_test_add_func ("/cli/edit/neutral-in-another-format", test_neutral_in_another_format);
  g_test_add_func ("/cli/edit/neutral-turned", test_neutral_turned);
  g_test_add_func ("/cli/edit/edit", test_edit);
  g_test_add_func ("/cli/edit/eyes", test_eyes);
  g_test_add_func ("/cli/edit/refined", test_refined);
  g_test_add_func ("/cli/edit/cut-face", test_cut_face);
  g_test_add_func ("/cli/edit/corrupt-exif", test_corrupt_exif);
  g_test_add_func ("/cli/edit/folder", test_folder);
  g_test_add_func ("/cli/edit/interrupted", test_interrupted);
  g_test_add_func ("/cli/edit/unknown-attribute", test_unknown_attribute);
  g_test_add_func ("/cli/edit/too-strong", test_too_strong);
  g_test_add_func ("/cli/align", test_align);
}
