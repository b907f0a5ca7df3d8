/* test-receipts.c: receipts of exported pictures, `verify`, and looks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "harness.h"
#include "test-images.h"

static const char *
edited (const char *name)
{
  g_autoptr (Run) made =
    run ("edit", harness_path ("model.safetensors"), harness_path ("photo.png"), "--eyes",
         "20,18,30,19", "--set", "Bright=0.7", "Warm=-0.4", "--lock", "Warm", "-T", "0.9,1",
         "--level-strength", "0.5,1", "-o", harness_path (name), NULL);

  g_assert_cmpint (made->status, ==, 0);
  return harness_path (name);
}

static void
test_verify (void)
{
  const char *png = edited ("receipt.png"), *photo = harness_path ("photo.png");
  const char *model = harness_path ("model.safetensors");
  g_autoptr (Run) verified = run ("verify", png, photo, model, "--json", NULL);
  g_autoptr (Run) threads = run ("verify", png, photo, model, "--threads", "1", NULL);
  g_autoptr (JsonObject) json = assert_json (verified);

  g_assert_true (json_object_get_boolean_member (json, "verified"));
  g_assert_cmpint (json_object_get_int_member (json, "largest_difference"), ==, 0);
  g_assert_cmpint (threads->status, ==, 0);
}

/* Another photo, another model, another picture, no receipt: each is told apart. */
static void
test_refused (void)
{
  const char *png = edited ("refused.png"), *photo = harness_path ("photo.png");
  const char *model = harness_path ("model.safetensors");
  g_autoptr (GFile) file = g_file_new_for_path (png);
  g_autoptr (AgImage) picture = ag_image_load (file, NULL, NULL);
  const char *receipt = ag_image_get_text (picture, "Afterglow receipt");
  const char *text[] = { "Afterglow receipt", receipt, NULL };
  const char *const damaged[] = { "Afterglow receipt", "{\"format\": 1}", NULL };
  g_autoptr (GFile) forged = g_file_new_for_path (harness_path ("forged.png"));
  g_autoptr (AgModel) other = harness_model (0);
  g_autoptr (GFile) other_file = g_file_new_for_path (harness_path ("other.safetensors"));
  g_autoptr (GBytes) bytes = NULL;
  guint8 *pixels;

  g_assert_nonnull (receipt);
  /* Names, but no folders. */
  g_assert_nonnull (strstr (receipt, "\"photo.png\""));
  g_assert_null (strstr (receipt, harness_folder ()));

  pixels = g_memdup2 (ag_image_get_pixels (picture), g_bytes_get_size (picture->pixels));
  pixels[100] ^= 0x40;
  bytes = g_bytes_new_take (pixels, g_bytes_get_size (picture->pixels));
  {
    g_autoptr (AgImage) changed = ag_image_new (picture->width, picture->height, bytes);
    g_assert_true (ag_image_save (changed, forged, 0, text, NULL, NULL));
  }
  {
    g_autoptr (Run) run_forged = run ("verify", harness_path ("forged.png"), photo, model, NULL);
    assert_failed (run_forged, "forged.png", "different");
  }
  g_assert_true (ag_image_save (picture, forged, 0, damaged, NULL, NULL));
  {
    g_autoptr (Run) run_damaged = run ("verify", harness_path ("forged.png"), photo, model, NULL);
    assert_failed (run_damaged, "forged.png", "damaged");
  }
  g_assert_true (ag_model_save (other, other_file, AG_MODEL_STORAGE_F16, NULL));
  {
    g_autoptr (Run) run_model =
      run ("verify", png, photo, harness_path ("other.safetensors"), NULL);
    g_assert_cmpint (run_model->status, ==, 1);
  }
  {
    g_autoptr (Run) run_none = run ("verify", photo, photo, model, NULL);
    assert_failed (run_none, "photo.png", "no receipt");
  }
  {
    g_autoptr (Run) run_photo = run ("verify", png, harness_path ("photo.jpg"), model, NULL);
    g_assert_cmpint (run_photo->status, ==, 1);
    g_assert_nonnull (strstr (run_photo->err, "photo.jpg"));
  }
}

/* A picture whose receipt has suffered is told of as such, wherever the damage is. */
static void
test_damaged (void)
{
  const char *png = edited ("whole.png"), *photo = harness_path ("photo.png");
  const char *model = harness_path ("model.safetensors");
  g_autoptr (GBytes) bytes = harness_read ("whole.png");
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  g_autofree guint8 *copy = g_memdup2 (data, size);
  gsize at = 0;

  g_assert_nonnull (png);
  while (at + 17 < size && memcmp (copy + at, "afterglow-receipt", 17) != 0)
    at++;
  g_assert_cmpuint (at + 17, <, size);
  copy[at + 3] ^= 1;
  harness_write ("suffered.png", copy, size);
  {
    g_autoptr (Run) made = run ("verify", harness_path ("suffered.png"), photo, model, NULL);
    assert_failed (made, "suffered.png", "damaged");
  }
  /* It still is a picture. */
  {
    g_autoptr (Run) made = run ("edit", model, harness_path ("suffered.png"), "--set", "Bright=1",
                                "-o", harness_path ("again.png"), NULL);
    g_assert_cmpint (made->status, ==, 0);
  }
}

/* In another colour space, with alpha and in 16 bits an exported picture is verified too. */
static void
test_verify_colours (void)
{
  static const int types[] = { PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA, PNG_COLOR_TYPE_GRAY,
                               PNG_COLOR_TYPE_GRAY_ALPHA };
  static const int channels[] = { 3, 4, 1, 2 };
  const char *model = harness_path ("model.safetensors"), *photo = harness_path ("kind.png");
  const char *png = harness_path ("kind-edited.png");
  g_autoptr (GBytes) profile = make_profile ();

  for (int k = 0; k < 16; k++)
    {
      int n = channels[k % 4], depth = k / 4 % 2 ? 16 : 8;
      PngOptions options = { .type = types[k % 4], .depth = depth };
      g_autofree int *samples = g_new (int, 50 * 40 * n);
      g_autoptr (GBytes) bytes = NULL;
      gsize size;
      gconstpointer data;

      if (k >= 8 && n < 3)
        continue; /* the profile is one for RGB */
      options.icc = k >= 8 ? profile : NULL;
      for (int i = 0; i < 50 * 40 * n; i++)
        samples[i] = (i * 37 + i / 150 * 11) % 200 * ((1 << depth) - 1) / 255 + 20;
      bytes = make_png (50, 40, n, samples, &options);
      data = g_bytes_get_data (bytes, &size);
      harness_write ("kind.png", data, size);
      {
        g_autoptr (Run) made = run ("edit", model, photo, "--eyes", "20,18,30,19", "--set",
                                    "Bright=0.7", "Warm=-0.4", "-o", png, NULL);
        g_autoptr (Run) verified = run ("verify", png, photo, model, "--json", NULL);
        g_autoptr (JsonObject) json = assert_json (verified);

        g_assert_cmpint (made->status, ==, 0);
        g_assert_true (json_object_get_boolean_member (json, "verified"));
      }
    }
}

/* Of a blend: what was blended, and how; its photos in any order. */
static void
test_blend (void)
{
  const char *model = harness_path ("model.safetensors"), *png = harness_path ("verify-blend.png");
  const char *photo = harness_path ("photo.png"), *other = harness_path ("photo.jpg");
  g_autoptr (Run) made = run ("blend", model, photo, other, "--whole", "-n", "3", "--mix", "0.5,0",
                              "--path", "norm", "-o", png, NULL);
  g_autoptr (Run) verified = run ("verify", png, photo, other, model, "--json", NULL);
  g_autoptr (Run) swapped = run ("verify", png, other, photo, model, NULL);
  g_autoptr (Run) lacking = run ("verify", png, photo, model, NULL);
  g_autoptr (Run) wrong = run ("verify", png, photo, photo, model, NULL);
  g_autoptr (JsonObject) json = assert_json (verified);

  g_assert_cmpint (made->status, ==, 0);
  g_assert_true (json_object_get_boolean_member (json, "verified"));
  g_assert_cmpint (swapped->status, ==, 0);
  assert_failed (lacking, "verify-blend.png", "2 photos");
  g_assert_cmpint (wrong->status, ==, 1);
  g_assert_nonnull (strstr (wrong->err, "photo.png"));
}

/* Of drawn faces there is no photo: seeds and temperatures are all. */
static void
test_sample (void)
{
  const char *model = harness_path ("model.safetensors"), *png = harness_path ("verify-sheet.png");
  g_autoptr (Run) sheet =
    run ("sample", model, "-n", "5", "-T", "0.5,1", "--seed", "9", "-o", png, NULL);
  g_autoptr (Run) folder =
    run ("sample", model, "-n", "2", "--seed", "9", "-o", harness_path ("verify-faces"), NULL);
  g_autoptr (Run) verified = run ("verify", png, model, "--json", NULL);
  g_autoptr (Run) single = run ("verify", harness_path ("verify-faces/seed-0010.png"), model, NULL);
  g_autoptr (Run) photo = run ("verify", png, harness_path ("photo.png"), model, NULL);
  g_autoptr (JsonObject) json = assert_json (verified);

  g_assert_cmpint (sheet->status, ==, 0);
  g_assert_cmpint (folder->status, ==, 0);
  g_assert_true (json_object_get_boolean_member (json, "verified"));
  g_assert_cmpint (single->status, ==, 0);
  assert_failed (photo, "verify-sheet.png", "0 photos");
}

/* A look gives what its options would, to each photo of several; one that fails stops no other.
 */
static void
test_look (void)
{
  static const char look[] =
    "{\"format\": \"afterglow-look\", \"version\": 1, \"name\": \"Sunday\","
    " \"values\": {\"Bright\": 0.8}, \"level_strength\": [1, 0.5],"
    " \"temperature\": [1, 0.9]}";
  const char *model = harness_path ("model.safetensors");
  g_autoptr (GBytes) from_look = NULL, from_options = NULL;

  harness_write ("sunday.json", look, strlen (look));
  {
    g_autoptr (Run) made =
      run ("edit", model, harness_path ("photo.png"), harness_path ("missing.png"),
           harness_path ("photo.jpg"), "--whole", "--look", harness_path ("sunday.json"), "-o",
           harness_path ("looks"), NULL);
    g_autoptr (Run) apart =
      run ("edit", model, harness_path ("photo.png"), "--whole", "--set", "Bright=0.8",
           "--level-strength", "1,0.5", "-T", "1,0.9", "-o", harness_path ("apart.png"), NULL);

    g_assert_cmpint (made->status, ==, 1);
    g_assert_nonnull (strstr (made->err, "missing.png"));
    g_assert_null (strstr (made->err, "photo"));
    g_assert_cmpint (apart->status, ==, 0);
  }
  from_look = harness_read ("looks/photo.png");
  from_options = harness_read ("apart.png");
  g_assert_true (g_bytes_equal (from_look, from_options));
  g_assert_true (g_file_test (harness_path ("looks/photo.jpg"), G_FILE_TEST_EXISTS));
}

static void
test_bad_looks (void)
{
  static const char *const looks[] = { "",
                                       "[]",
                                       "{\"format\": \"afterglow-look\", \"values\": 3}",
                                       "{\"format\": \"other\"}",
                                       "{\"format\": \"afterglow-look\","
                                       " \"values\": {\"Bright\": \"much\"}}",
                                       "{\"format\": \"afterglow-look\","
                                       " \"temperature\": [-1, 1]}" };
  static const char foreign[] = "{\"format\": \"afterglow-look\", \"values\": {\"Hat\": 1}}";
  const char *model = harness_path ("model.safetensors"), *photo = harness_path ("photo.png");

  for (gsize i = 0; i < G_N_ELEMENTS (looks); i++)
    {
      g_autoptr (Run) made = NULL;

      harness_write ("bad.json", looks[i], strlen (looks[i]));
      made = run ("edit", model, photo, "--look", harness_path ("bad.json"), "-o",
                  harness_path ("never.png"), NULL);
      assert_failed (made, "bad.json", "not a look");
    }
  harness_write ("foreign.json", foreign, strlen (foreign));
  {
    g_autoptr (Run) made = run ("edit", model, photo, "--look", harness_path ("foreign.json"), "-o",
                                harness_path ("never.png"), NULL);
    assert_failed (made, "foreign.json", "Hat");
  }
  g_assert_false (g_file_test (harness_path ("never.png"), G_FILE_TEST_EXISTS));
}

/* What is typed is what messages call a file. */
static void
test_names (void)
{
  const char *missing = harness_path ("data/../nowhere.png");
  g_autoptr (Run) made = run ("edit", harness_path ("model.safetensors"), missing, "-o",
                              harness_path ("never.png"), NULL);

  assert_failed (made, missing, "No such file");
}

void
add_receipt_tests (void)
{
  g_test_add_func ("/cli/receipts/verify", test_verify);
  g_test_add_func ("/cli/receipts/refused", test_refused);
  g_test_add_func ("/cli/receipts/damaged", test_damaged);
  g_test_add_func ("/cli/receipts/verify-colours", test_verify_colours);

  g_test_add_func ("/cli/receipts/blend", test_blend);
  g_test_add_func ("/cli/receipts/sample", test_sample);
  g_test_add_func ("/cli/receipts/look", test_look);
  g_test_add_func ("/cli/receipts/bad-looks", test_bad_looks);
  g_test_add_func ("/cli/receipts/names", test_names);
}
