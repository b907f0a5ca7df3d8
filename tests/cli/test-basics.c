/* test-basics.c: info, encode, decode, sample, import, and how the program is called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-latents-file.h"
#include "harness.h"

static void
test_help (void)
{
  static const char *const commands[] = { "info",   "import", "encode",     "decode",
                                          "sample", "edit",   "directions", "evaluate",
                                          "train",  "bench",  "align" };
  g_autoptr (Run) all = run ("--help", NULL);
  g_autoptr (Run) version = run ("--version", NULL);

  g_assert_cmpint (all->status, ==, 0);
  g_assert_true (g_str_has_prefix (version->out, "afterglow-cli "));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (Run) one = run (commands[i], "--help", NULL);

      g_assert_nonnull (strstr (all->out, commands[i]));
      g_assert_cmpint (one->status, ==, 0);
      g_assert_nonnull (strstr (one->out, "--json"));
      g_assert_nonnull (strstr (one->out, "--threads"));
    }
}

static void
test_usage (void)
{
  const char *model = harness_path ("model.safetensors"), *out = harness_path ("never.png");
  const char *photo = harness_path ("photo.png");
  Run *runs[] = {
    run ("frobnicate", NULL),
    run ("info", NULL),
    run ("info", model, "more", NULL),
    run ("info", "--frobnicate", model, NULL),
    run ("info", "--threads", "-1", model, NULL),
    run ("info", "--threads", "many", model, NULL),
    run ("import", model, NULL),
    run ("import", model, "--n-bits", "9", "-o", out, NULL),
    run ("encode", model, photo, NULL),
    run ("encode", model, "-o", out, NULL),
    run ("encode", model, photo, "--class", "1", "-o", out, NULL),
    run ("decode", model, "-o", out, NULL),
    run ("sample", model, NULL),
    run ("sample", model, "-n", "0", "-o", out, NULL),
    run ("sample", model, "-T", "warm", "-o", out, NULL),
    run ("sample", model, "-T", "-1", "-o", out, NULL),
    run ("sample", model, "-T", "1,1,1", "-o", out, NULL),
    run ("edit", model, photo, "--set", "Bright=1", NULL),
    run ("edit", model, photo, "--set", "Bright", "-o", out, NULL),
    run ("edit", model, photo, "--set", "Bright=much", "-o", out, NULL),
    run ("edit", model, photo, "--level-strength", "1", "-o", out, NULL),
    run ("edit", model, photo, "--eyes", "1,2,3", "-o", out, NULL),
    run ("edit", model, photo, "-o", harness_path ("never.bmp"), NULL),
    run ("directions", model, "-o", out, NULL),
    run ("directions", model, "--data", harness_path ("data"), NULL),
    run ("directions", model, "--data", harness_path ("data"), "--method", "x", "-o", out, NULL),
    run ("evaluate", model, NULL),
    run ("evaluate", model, "--data", harness_path ("data"), "--part", "best", NULL),
    run ("train", "--data", harness_path ("data"), NULL),
    run ("train", "--run", harness_path ("run"), NULL),
    run ("train", "--data", harness_path ("data"), "--run", harness_path ("run"), "--coupling",
         "loose", NULL),
    run ("train", "--data", harness_path ("data"), "--run", harness_path ("run"), "--bits", "9",
         NULL),
    run ("bench", "64:16", NULL),
    run ("bench", "63:1:3:8:1", NULL),
    run ("align", photo, NULL),
  };

  for (gsize i = 0; i < G_N_ELEMENTS (runs); i++)
    {
      g_test_message ("case %d", (int) i);
      assert_usage (runs[i]);
      run_free (runs[i]);
    }
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  {
    g_autoptr (Run) nothing = run (NULL, NULL);

    g_assert_cmpint (nothing->status, ==, 2);
    g_assert_nonnull (strstr (nothing->err, "usage:"));
  }
}

static void
test_info (void)
{
  g_autoptr (Run) text = run ("info", harness_path ("model.safetensors"), NULL);
  g_autoptr (Run) made = run ("info", harness_path ("model.safetensors"), "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  JsonArray *attributes = json_object_get_array_member (json, "attributes");

  g_assert_cmpint (text->status, ==, 0);
  g_assert_nonnull (strstr (text->out, "additive"));
  g_assert_cmpint (json_object_get_int_member (json, "image_size"), ==, 16);
  g_assert_cmpint (json_object_get_int_member (json, "channels"), ==, 3);
  g_assert_cmpint (json_object_get_int_member (json, "levels"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (json, "depth"), ==, 2);
  g_assert_cmpint (json_object_get_int_member (json, "width"), ==, 8);
  g_assert_cmpint (json_object_get_int_member (json, "n_bits"), ==, 5);
  g_assert_cmpint (json_object_get_int_member (json, "classes"), ==, 0);
  g_assert_cmpint (json_object_get_int_member (json, "parameters"), >, 1000);
  g_assert_cmpstr (json_object_get_string_member (json, "coupling"), ==, "additive");
  g_assert_cmpstr (json_object_get_string_member (json, "permutation"), ==, "lu");
  g_assert_cmpuint (json_array_get_length (attributes), ==, 2);
  g_assert_cmpstr (json_array_get_string_element (attributes, 1), ==, "Warm");
}

/* Pictures to latents to numbers again: the same numbers. */
static void
test_encode_decode (void)
{
  const char *model = harness_path ("model.safetensors");
  const char *latents = harness_path ("latents.safetensors");
  const char *numbers = harness_path ("numbers.safetensors");
  g_autoptr (Run) encoded =
    run ("encode", model, harness_path ("photo.png"), harness_path ("data/picture00.png"), "-o",
         latents, "--json", "--threads", "1", NULL);
  g_autoptr (JsonObject) json = assert_json (encoded);
  g_autoptr (Run) decoded = run ("decode", model, latents, "-o", numbers, NULL);
  g_autoptr (Run) again =
    run ("encode", model, numbers, "-o", harness_path ("again.safetensors"), "--json", NULL);
  g_autoptr (JsonObject) json_again = assert_json (again);
  g_autoptr (Run) sheet = run ("decode", model, latents, "-o", harness_path ("sheet.png"), NULL);
  g_autoptr (Run) pictures = run ("decode", model, latents, "-o", harness_path ("out"), NULL);
  JsonArray *first = json_object_get_array_member (json, "bits_per_dim");
  JsonArray *second = json_object_get_array_member (json_again, "bits_per_dim");
  g_autoptr (GFile) file = g_file_new_for_path (harness_path ("out/0001.png"));
  g_autoptr (AgImage) picture = NULL;

  g_assert_cmpint (json_object_get_int_member (json, "count"), ==, 2);
  g_assert_cmpint (decoded->status, ==, 0);
  g_assert_cmpint (sheet->status, ==, 0);
  g_assert_cmpint (pictures->status, ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (isfinite (json_array_get_double_element (first, i)));
      g_assert_cmpfloat_with_epsilon (json_array_get_double_element (first, i),
                                      json_array_get_double_element (second, i), 1e-4);
    }
  picture = ag_image_load (file, NULL, NULL);
  g_assert_nonnull (picture);
  g_assert_cmpint (picture->width, ==, 16);
}

static double
largest_difference (const float *a, const float *b, gsize n)
{
  double most = 0;

  for (gsize i = 0; i < n; i++)
    most = fmax (most, fabs ((double) a[i] - b[i]));
  return most;
}

/* Pictures of noise are as far as can be from what the bundled model has learnt: the rounding of
 * their latents to float alone would come back as 2e-5 to 2e-4. Of the whole latent hardly
 * anything is lost, unless one of the many numbers that a conditioner reads lies so close to the
 * middle between two floats that it is rounded to the other. */
static void
test_exact_inverse (void)
{
  g_autofree char *model =
    g_build_filename (g_getenv ("AG_TEST_DATA"), "models", "faces-64.safetensors", NULL);
  const char *input = harness_path ("noise.safetensors");
  const char *latents = harness_path ("noise-latents.safetensors");
  const char *output = harness_path ("noise-again.safetensors");
  g_autoptr (GFile) input_file = g_file_new_for_path (input);
  g_autoptr (GFile) output_file = g_file_new_for_path (output);
  g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (77);
  g_autoptr (AgSafetensors) file = NULL;
  g_autoptr (Run) encoded = NULL, decoded = NULL;
  const gint64 dims[] = { 6, 3, 64, 64 };
  const gsize n = 3 * 64 * 64;
  g_autofree float *x = g_new (float, 6 * n), *again = g_new (float, 6 * n);
  int n_same = 0;

  for (gsize i = 0; i < 6 * n; i++)
    x[i] = ((float) g_rand_int_range (random, 0, 32) + 0.5f) / 32 - 0.5f;
  ag_safetensors_writer_add (writer, "image", AG_DTYPE_F32, x, AG_DTYPE_F32, 4, dims);
  g_assert_true (ag_safetensors_writer_write (writer, input_file, NULL));
  encoded = run ("encode", model, input, "-o", latents, NULL);
  g_assert_cmpint (encoded->status, ==, 0);
  decoded = run ("decode", model, latents, "-o", output, NULL);
  g_assert_cmpint (decoded->status, ==, 0);
  file = ag_safetensors_open (output_file, NULL);
  ag_safetensor_read_float (ag_safetensors_find (file, "image"), again);
  for (gsize i = 0; i < 6; i++)
    {
      double difference = largest_difference (again + i * n, x + i * n, n);

      g_test_message ("picture %d: %g", (int) i, difference);
      g_assert_cmpfloat (difference, <, 1e-4);
      n_same += difference < 1e-6;
    }
  g_assert_cmpint (n_same, >=, 4);
}

static void
test_sample (void)
{
  const char *model = harness_path ("model.safetensors");
  g_autoptr (Run) one = run ("sample", model, "-n", "5", "-T", "0.7", "--seed", "4", "-o",
                             harness_path ("one.png"), NULL);
  g_autoptr (Run) two = run ("sample", model, "-n", "5", "-T", "0.7", "--seed", "4", "-o",
                             harness_path ("two.png"), NULL);
  g_autoptr (Run) other = run ("sample", model, "-n", "5", "-T", "0.7", "--seed", "5", "-o",
                               harness_path ("other.png"), NULL);
  g_autoptr (Run) folder =
    run ("sample", model, "-n", "2", "--seed", "4", "-o", harness_path ("samples"), "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (folder);
  g_autoptr (GBytes) a = NULL, b = NULL, c = NULL;

  g_assert_cmpint (one->status, ==, 0);
  g_assert_cmpint (two->status, ==, 0);
  g_assert_cmpint (other->status, ==, 0);
  a = harness_read ("one.png");
  b = harness_read ("two.png");
  c = harness_read ("other.png");
  g_assert_true (g_bytes_equal (a, b));
  g_assert_false (g_bytes_equal (a, c));
  g_assert_cmpint (json_object_get_int_member (json, "count"), ==, 2);
  g_assert_true (g_file_test (harness_path ("samples/seed-0005.png"), G_FILE_TEST_EXISTS));
}

static void
test_classes (void)
{
  const char *model = harness_path ("classes.safetensors"), *photo = harness_path ("photo.png");
  const char *out = harness_path ("class.safetensors");
  g_autoptr (Run) none = run ("encode", model, photo, "-o", out, NULL);
  g_autoptr (Run) beyond = run ("encode", model, photo, "--class", "3", "-o", out, NULL);
  g_autoptr (Run) half = run ("encode", model, photo, "--class", "0.5", "-o", out, NULL);
  g_autoptr (Run) good = run ("encode", model, photo, "--class", "2", "-o", out, NULL);
  g_autoptr (Run) each = run ("encode", model, photo, photo, "--class", "0,1", "-o", out, NULL);
  g_autoptr (Run) sample =
    run ("sample", model, "--class", "1", "-o", harness_path ("class.png"), NULL);

  assert_usage (none);
  assert_usage (beyond);
  assert_usage (half);
  g_assert_cmpint (good->status, ==, 0);
  g_assert_cmpint (each->status, ==, 0);
  g_assert_cmpint (sample->status, ==, 0);
}

static void
test_bench (void)
{
  static const char *const keys[] = { "threads",      "train_images_per_s", "encode_ms",
                                      "decode_ms",    "parameters",         "peak_rss_mb",
                                      "sgemm_gflops", "share_of_sgemm" };
  g_autoptr (Run) made = run ("bench", "8:1:1:8:2", "--json", "--threads", "1", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  g_autoptr (Run) several =
    run ("bench", "8:1:1:8:2:additive", harness_path ("model.safetensors"), "--json", NULL);
  g_autoptr (JsonObject) json_several = assert_json (several);

  g_assert_cmpstr (json_object_get_string_member (json, "case"), ==, "8:1:1:8:2");
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_assert_cmpfloat (json_object_get_double_member (json, keys[i]), >, 0);
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (json_several, "cases")),
                    ==, 2);
}

/* Everything that others' published code computed, through files and the command line. */
static void
test_vectors (void)
{
  const struct
  {
    const char *name, *checkpoint, *n_bits;
  } cases[] = {
    { "rosinality-affine-lu", "rosinality-affine-lu.pt", "5" },
    { "rosinality-additive-full", "rosinality-additive-full.pt", "8" },
  };
  const char *shared = g_getenv ("AG_TEST_SHARED");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *checkpoint =
        g_build_filename (shared ? shared : "", "vectors", cases[i].checkpoint, NULL);
      g_autofree char *expected_name = g_strconcat (cases[i].name, ".expected.safetensors", NULL);
      g_autofree char *expected_path =
        g_build_filename (shared ? shared : "", "vectors", expected_name, NULL);
      g_autoptr (GFile) expected_file = g_file_new_for_path (expected_path);
      g_autoptr (GFile) input_file = g_file_new_for_path (harness_path ("input.safetensors"));
      g_autoptr (AgSafetensors) expected = NULL;
      g_autoptr (AgSafetensorsWriter) writer = NULL;
      g_autoptr (Run) imported = NULL;
      g_autoptr (Run) encoded = NULL;
      g_autoptr (JsonObject) json = NULL;
      const AgSafetensor *input, *bits;
      double values[4];

      if (!g_file_test (checkpoint, G_FILE_TEST_EXISTS))
        {
          g_test_skip ("the shared vectors are not there");
          return;
        }
      expected = ag_safetensors_open (expected_file, NULL);
      input = ag_safetensors_find (expected, "input");
      bits = ag_safetensors_find (expected, "bits_per_dim");
      g_assert_cmpuint (bits->count, ==, 4);
      writer = ag_safetensors_writer_new ();
      ag_safetensors_writer_add (writer, "image", AG_DTYPE_F32, input->data, AG_DTYPE_F32,
                                 input->rank, input->dims);
      g_assert_true (ag_safetensors_writer_write (writer, input_file, NULL));
      imported = run ("import", checkpoint, "--image-size", "16", "--n-bits", cases[i].n_bits, "-o",
                      harness_path ("imported.safetensors"), NULL);
      g_assert_cmpint (imported->status, ==, 0);
      encoded =
        run ("encode", harness_path ("imported.safetensors"), harness_path ("input.safetensors"),
             "-o", harness_path ("eps.safetensors"), "--json", NULL);
      json = assert_json (encoded);
      ag_safetensor_read_double (bits, values);
      for (guint k = 0; k < 4; k++)
        g_assert_cmpfloat_with_epsilon (
          json_array_get_double_element (json_object_get_array_member (json, "bits_per_dim"), k),
          values[k], 1e-3);
    }
}

void
add_basic_tests (void)
{
  g_test_add_func ("/cli/help", test_help);
  g_test_add_func ("/cli/usage", test_usage);
  g_test_add_func ("/cli/info", test_info);
  g_test_add_func ("/cli/encode-decode", test_encode_decode);
  g_test_add_func ("/cli/encode-decode/exact", test_exact_inverse);
  g_test_add_func ("/cli/sample", test_sample);
  g_test_add_func ("/cli/classes", test_classes);
  g_test_add_func ("/cli/bench", test_bench);
  g_test_add_func ("/cli/vectors", test_vectors);
}
