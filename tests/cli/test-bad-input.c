/* test-bad-input.c: files that are not what they should be, and files that are unusual but good
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "harness.h"

static void
test_not_an_image (void)
{
  const char *model = harness_path ("model.safetensors"), *out = harness_path ("bad.png");
  g_autoptr (GBytes) png = harness_read ("photo.png");
  g_autoptr (Run) text = NULL;
  g_autoptr (Run) cut = NULL;
  g_autoptr (Run) empty = NULL;
  g_autoptr (Run) missing = NULL;
  g_autoptr (Run) folder = NULL;

  harness_write ("text.png", "This is a letter.", 17);
  harness_write ("cut.png", g_bytes_get_data (png, NULL), g_bytes_get_size (png) / 2);
  harness_write ("empty.png", "", 0);
  text = run ("edit", model, harness_path ("text.png"), "-o", out, NULL);
  cut = run ("edit", model, harness_path ("cut.png"), "-o", out, NULL);
  empty = run ("encode", model, harness_path ("empty.png"), "-o", out, NULL);
  missing = run ("encode", model, harness_path ("nowhere.png"), "-o", out, NULL);
  folder = run ("encode", model, harness_path ("data"), "-o", out, NULL);
  assert_failed (text, "text.png: ", "");
  assert_failed (cut, "cut.png: ", "");
  assert_failed (empty, "empty.png: ", "");
  assert_failed (missing, "nowhere.png: ", "");
  assert_failed (folder, "data: ", "");
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

static void
test_too_small (void)
{
  g_autoptr (AgImage) small = harness_picture (15, 40, 0);
  const char *model = harness_path ("model.safetensors"), *out = harness_path ("small-out.png");
  g_autoptr (Run) edited = NULL;
  g_autoptr (Run) encoded = NULL;

  harness_save (small, "small.png");
  edited = run ("edit", model, harness_path ("small.png"), "--set", "Bright=1", "-o", out, NULL);
  encoded = run ("encode", model, harness_path ("small.png"), "-o", out, NULL);
  assert_failed (edited, "small.png: ", "15×40");
  assert_failed (encoded, "small.png: ", "16×16");
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

/* Every command that reads a model, with a file cut off at many places and one that lies. */
static void
test_bad_models (void)
{
  g_autoptr (GBytes) whole = harness_read ("model.safetensors");
  gsize size = g_bytes_get_size (whole);
  const guint8 *data = g_bytes_get_data (whole, NULL);
  const char *bad = harness_path ("bad.safetensors");
  g_autofree guint8 *lying = g_memdup2 (data, size);
  g_autoptr (Run) lie = NULL;
  g_autoptr (Run) missing = run ("info", harness_path ("no-model.safetensors"), NULL);

  for (gsize n = 0; n < size; n += size / 7 + 1)
    {
      g_autoptr (Run) info = NULL;
      g_autoptr (Run) sample = NULL;

      harness_write ("bad.safetensors", data, n);
      info = run ("info", bad, "--json", NULL);
      sample = run ("sample", bad, "-o", harness_path ("never.png"), NULL);
      assert_failed (info, "bad.safetensors: ", "");
      assert_failed (sample, "bad.safetensors: ", "");
    }
  /* A header that claims to be longer than the file. */
  memset (lying, 0xff, 7);
  harness_write ("bad.safetensors", lying, size);
  lie = run ("info", bad, NULL);
  assert_failed (lie, "bad.safetensors: ", "");
  assert_failed (missing, "no-model.safetensors: ", "");
  g_assert_false (g_file_test (harness_path ("never.png"), G_FILE_TEST_EXISTS));
}

/* Latents and numbers of another model. */
static void
test_wrong_numbers (void)
{
  const char *model = harness_path ("model.safetensors");
  g_autoptr (Run) as_latents = run ("decode", model, model, "-o", harness_path ("x.png"), NULL);
  g_autoptr (Run) as_image = run ("encode", model, model, "-o", harness_path ("x.png"), NULL);

  assert_failed (as_latents, "model.safetensors: ", "");
  assert_failed (as_image, "model.safetensors: ", "");
}

static void
test_bad_checkpoints (void)
{
  const char *out = harness_path ("imported-bad.safetensors");
  g_autoptr (Run) text = NULL;
  g_autoptr (Run) missing = NULL;

  harness_write ("text.pt", "This is a letter.", 17);
  text = run ("import", harness_path ("text.pt"), "--image-size", "16", "-o", out, NULL);
  missing = run ("import", harness_path ("no.npz"), "-o", out, NULL);
  assert_failed (text, "text.pt: ", "");
  assert_failed (missing, "no.npz: ", "");
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
}

static void
test_bad_data (void)
{
  const char *model = harness_path ("model.safetensors"), *out = harness_path ("x.safetensors");
  g_autoptr (Run) nowhere = run ("evaluate", model, "--data", harness_path ("nowhere"), NULL);
  g_autoptr (Run) train =
    run ("train", "--data", harness_path ("nowhere"), "--run", harness_path ("norun"), NULL);
  g_autoptr (Run) empty = NULL;
  g_autoptr (Run) unlabelled = NULL;
  g_autoptr (Run) table = NULL;
  g_autoptr (AgImage) image = harness_picture (20, 20, 0);

  g_assert_cmpint (g_mkdir (harness_path ("empty"), 0700), ==, 0);
  empty = run ("evaluate", model, "--data", harness_path ("empty"), NULL);
  harness_save (image, "empty/one.png");
  unlabelled = run ("directions", model, "--data", harness_path ("empty"), "-o", out, NULL);
  harness_write ("labels.txt", "1\nBright\nother.png 1\n", 21);
  table = run ("directions", model, "--data", harness_path ("empty"), "--labels",
               harness_path ("labels.txt"), "-o", out, NULL);
  assert_failed (nowhere, "nowhere: ", "");
  assert_failed (train, "nowhere: ", "");
  assert_failed (empty, "empty: ", "");
  assert_failed (unlabelled, harness_path ("empty"), "attribute table");
  assert_failed (table, "labels.txt", "other.png");
  g_assert_false (g_file_test (out, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (harness_path ("norun"), G_FILE_TEST_EXISTS));
}

static void
test_bad_targets (void)
{
  const char *model = harness_path ("model.safetensors"), *photo = harness_path ("photo.png");
  g_autoptr (Run) folder = run ("edit", model, photo, "-o", harness_path ("nowhere/out.png"), NULL);
  g_autoptr (Run) file = run ("sample", model, "-o", harness_path ("photo.png/out"), NULL);
  g_autoptr (GBytes) before = harness_read ("photo.png");
  g_autoptr (GBytes) after = NULL;

  assert_failed (folder, harness_path ("nowhere"), "");
  g_assert_cmpint (file->status, ==, 1);
  after = harness_read ("photo.png");
  g_assert_true (g_bytes_equal (before, after));
}

/* PNG by hand: a 20×18 picture of one colour type and depth. */
static guint32
crc32_of (const guint8 *data, gsize n)
{
  guint32 crc = 0xffffffff;

  for (gsize i = 0; i < n; i++)
    {
      crc ^= data[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc & 1 ? crc >> 1 ^ 0xedb88320 : crc >> 1;
    }
  return ~crc;
}

static void
append_number (GByteArray *out, guint32 number)
{
  guint32 big = GUINT32_TO_BE (number);

  g_byte_array_append (out, (const guint8 *) &big, 4);
}

static void
append_chunk (GByteArray *out, const char *kind, const guint8 *data, gsize n)
{
  g_autoptr (GByteArray) checked = g_byte_array_new ();

  g_byte_array_append (checked, (const guint8 *) kind, 4);
  g_byte_array_append (checked, data, (guint) n);
  append_number (out, (guint32) n);
  g_byte_array_append (out, checked->data, checked->len);
  append_number (out, crc32_of (checked->data, checked->len));
}

static void
write_png (const char *name, int colour_type, int depth, int channels)
{
  g_autoptr (GByteArray) png = g_byte_array_new ();
  g_autoptr (GZlibCompressor) zlib = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 6);
  guint8 header[13] = { 0, 0, 0, 20, 0, 0, 0, 18, (guint8) depth, (guint8) colour_type };
  const guint8 palette[6] = { 10, 200, 30, 250, 240, 5 };
  g_autofree guint8 *raw = NULL, *packed = g_malloc (65536);
  gsize row = 1 + (gsize) (20 * channels * depth + 7) / 8, read, written;

  raw = g_malloc (18 * row);
  for (gsize i = 0; i < 18 * row; i++)
    raw[i] = i % row == 0 ? 0 : colour_type == 3 ? (guint8) (i % 2) : (guint8) (i * 7);
  g_assert_cmpint (g_converter_convert (G_CONVERTER (zlib), raw, 18 * row, packed, 65536,
                                        G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                   ==, G_CONVERTER_FINISHED);
  g_byte_array_append (png, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  append_chunk (png, "IHDR", header, 13);
  if (colour_type == 3)
    append_chunk (png, "PLTE", palette, 6);
  append_chunk (png, "IDAT", packed, written);
  append_chunk (png, "IEND", packed, 0);
  harness_write (name, png->data, png->len);
}

/* Grey, palette, alpha and 16 bits are pictures like any other. */
static void
test_unusual_images (void)
{
  const struct
  {
    const char *name;
    int colour_type, depth, channels;
  } kinds[] = {
    { "grey1.png", 0, 1, 1 },  { "grey8.png", 0, 8, 1 },   { "grey16.png", 0, 16, 1 },
    { "rgb16.png", 2, 16, 3 }, { "palette.png", 3, 8, 1 }, { "grey-alpha.png", 4, 8, 2 },
    { "rgba.png", 6, 8, 4 },   { "rgba16.png", 6, 16, 4 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (Run) encoded = NULL;
      g_autoptr (Run) edited = NULL;
      g_autoptr (JsonObject) json = NULL;

      write_png (kinds[i].name, kinds[i].colour_type, kinds[i].depth, kinds[i].channels);
      encoded = run ("encode", harness_path ("model.safetensors"), harness_path (kinds[i].name),
                     "-o", harness_path ("unusual.safetensors"), "--json", NULL);
      json = assert_json (encoded);
      edited = run ("edit", harness_path ("model.safetensors"), harness_path (kinds[i].name),
                    "--set", "Bright=0.3", "-o", harness_path ("unusual.png"), NULL);
      g_assert_cmpint (edited->status, ==, 0);
    }
}

/* A full disk behind stdout is a failure. */
static void
test_full_stdout (void)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;

  if (access ("/dev/full", W_OK) != 0)
    {
      g_test_skip ("no /dev/full");
      return;
    }
  g_subprocess_launcher_set_stdout_file_path (launcher, "/dev/full");
  process = g_subprocess_launcher_spawn (launcher, NULL, g_getenv ("AG_CLI"), "info",
                                         harness_path ("model.safetensors"), NULL);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 1);
}

void
add_bad_input_tests (void)
{
  g_test_add_func ("/cli/bad/not-an-image", test_not_an_image);
  g_test_add_func ("/cli/bad/too-small", test_too_small);
  g_test_add_func ("/cli/bad/models", test_bad_models);
  g_test_add_func ("/cli/bad/wrong-numbers", test_wrong_numbers);
  g_test_add_func ("/cli/bad/checkpoints", test_bad_checkpoints);
  g_test_add_func ("/cli/bad/data", test_bad_data);
  g_test_add_func ("/cli/bad/targets", test_bad_targets);
  g_test_add_func ("/cli/bad/unusual-images", test_unusual_images);
  g_test_add_func ("/cli/bad/full-stdout", test_full_stdout);
}
