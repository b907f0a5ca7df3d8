/* test-data.c: train, directions, evaluate: the commands that look at many pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include "ag-direction.h"
#include "harness.h"

static void
test_evaluate (void)
{
  const char *model = harness_path ("model.safetensors"), *data = harness_path ("data");
  g_autoptr (Run) made = run ("evaluate", model, "--data", data, "--json", NULL);
  g_autoptr (Run) again = run ("evaluate", model, "--data", data, "--json", "--threads", "1", NULL);
  g_autoptr (Run) part = run ("evaluate", model, "--data", data, "--part", "training", "--held-out",
                              "0.3", "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  g_autoptr (JsonObject) json_again = assert_json (again);
  g_autoptr (JsonObject) json_part = assert_json (part);
  JsonArray *percentiles = json_object_get_array_member (json, "percentiles");
  double mean = json_object_get_double_member (json, "mean");

  g_assert_cmpint (json_object_get_int_member (json, "count"), ==, 60);
  g_assert_cmpint (json_object_get_int_member (json_part, "count"), <, 60);
  g_assert_cmpfloat (json_object_get_double_member (json, "standard_error"), >, 0);
  g_assert_cmpfloat_with_epsilon (mean, json_object_get_double_member (json_again, "mean"), 1e-4);
  g_assert_cmpuint (json_array_get_length (percentiles), ==, 101);
  g_assert_cmpfloat (json_array_get_double_element (percentiles, 0), <, mean);
  g_assert_cmpfloat (json_array_get_double_element (percentiles, 100), >, mean);
}

/* The directions of what the pictures were painted from are found, tell held-out pictures apart,
 * and are written with mean and percentiles. */
static void
test_directions (void)
{
  static const char *const methods[] = { "mean", "joint" };

  for (gsize m = 0; m < G_N_ELEMENTS (methods); m++)
    {
      const char *out = harness_path ("directed.safetensors");
      g_autoptr (Run) made =
        run ("directions", harness_path ("model.safetensors"), "--data", harness_path ("data"),
             "--held-out", "0.5", "--method", methods[m], "-o", out, "--json", NULL);
      g_autoptr (JsonObject) json = assert_json (made);
      JsonArray *attributes = json_object_get_array_member (json, "attributes");
      g_autoptr (GFile) file = g_file_new_for_path (out);
      g_autoptr (GError) error = NULL;
      g_autoptr (AgModel) model = ag_model_load (file, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (model->attributes->len, ==, 2);
      g_assert_nonnull (model->mean);
      g_assert_nonnull (model->percentiles);
      for (int p = 0; p < 100; p++)
        g_assert_cmpfloat (model->percentiles[p], <=, model->percentiles[p + 1]);
      for (guint a = 0; a < 2; a++)
        {
          JsonObject *attribute = json_array_get_object_element (attributes, a);
          JsonObject *score = json_object_get_object_member (attribute, methods[m]);

          g_assert_cmpfloat (json_object_get_double_member (score, "auc"), >, 0.9);
        }
    }
}

static void
test_directions_selected (void)
{
  const char *out = harness_path ("selected.safetensors");
  g_autoptr (Run) made =
    run ("directions", harness_path ("model.safetensors"), "--data", harness_path ("data"),
         "--attributes", "Warm", "--f16", "-o", out, NULL);
  g_autoptr (Run) unknown = run ("directions", harness_path ("model.safetensors"), "--data",
                                 harness_path ("data"), "--attributes", "Cold", "-o", out, NULL);
  g_autoptr (Run) info = run ("info", out, "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (info);
  JsonArray *attributes = json_object_get_array_member (json, "attributes");

  g_assert_cmpint (made->status, ==, 0);
  assert_usage (unknown);
  g_assert_cmpuint (json_array_get_length (attributes), ==, 1);
  g_assert_cmpstr (json_array_get_string_element (attributes, 0), ==, "Warm");
}

/* Sliders end where photos do, further out for a photo that is not so far itself; `edit` goes no
 * further and says so. */
static void
test_directions_ends (void)
{
  const char *out = harness_path ("ends.safetensors"), *photo = harness_path ("data/picture00.png");
  g_autoptr (Run) made =
    run ("directions", harness_path ("model.safetensors"), "--data", harness_path ("data"), "-o",
         out, "--attributes", "Warm", "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  JsonObject *warm =
    json_array_get_object_element (json_object_get_array_member (json, "attributes"), 0);
  g_autoptr (Run) far =
    run ("edit", out, photo, "--whole", "--set", "Warm=49", "-o", harness_path ("far.png"), NULL);
  g_autoptr (Run) farther = run ("edit", out, photo, "--whole", "--set", "Warm=99", "-o",
                                 harness_path ("farther.png"), NULL);
  g_autoptr (Run) end = NULL, near = NULL;
  g_autoptr (AgImage) end_picture = NULL, far_picture = NULL, farther_picture = NULL;
  g_autofree char *at_end = NULL;
  const char *told;

  g_assert_cmpfloat (json_object_get_double_member (warm, "lowest"), <, 0);
  g_assert_cmpfloat (json_object_get_double_member (warm, "highest"), >, 0);
  g_assert_cmpfloat (json_object_get_double_member (warm, "highest"), <, 20);

  g_assert_cmpint (far->status, ==, 0);
  g_assert_cmpint (farther->status, ==, 0);
  told = strstr (far->err, "Warm ends at ");
  g_assert_nonnull (told);
  at_end = g_strdup_printf ("Warm=%g", g_ascii_strtod (told + strlen ("Warm ends at "), NULL));
  end = run ("edit", out, photo, "--whole", "--set", at_end, "-o", harness_path ("end.png"), NULL);
  near =
    run ("edit", out, photo, "--whole", "--set", "Warm=0.1", "-o", harness_path ("near.png"), NULL);
  g_assert_cmpint (end->status, ==, 0);
  g_assert_null (strstr (end->err, "ends at"));
  g_assert_null (strstr (near->err, "ends at"));
  end_picture = harness_load ("end.png");
  far_picture = harness_load ("far.png");
  farther_picture = harness_load ("farther.png");
  g_assert_true (g_bytes_equal (end_picture->pixels, far_picture->pixels));
  g_assert_true (g_bytes_equal (end_picture->pixels, farther_picture->pixels));
}

/* Nor is a face moved farther than whoever made the model allows. */
static void
test_directions_farthest (void)
{
  const char *model = harness_path ("model.safetensors"), *data = harness_path ("data");
  const char *out = harness_path ("near.safetensors"), *photo = harness_path ("data/picture00.png");
  g_autoptr (Run) made = run ("directions", model, "--data", data, "-o", out, "--attributes",
                              "Warm", "--farthest", "Warm:0.03:0.04", "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  JsonObject *warm =
    json_array_get_object_element (json_object_get_array_member (json, "attributes"), 0);
  g_autoptr (Run) far =
    run ("edit", out, photo, "--whole", "--set", "Warm=49", "-o", harness_path ("up.png"), NULL);
  g_autoptr (Run) back =
    run ("edit", out, photo, "--whole", "--set", "Warm=-49", "-o", harness_path ("down.png"), NULL);
  g_autoptr (Run) unknown =
    run ("directions", model, "--data", data, "-o", out, "--farthest", "Cold:1:1", NULL);
  g_autoptr (Run) form =
    run ("directions", model, "--data", data, "-o", out, "--farthest", "Warm:0:1", NULL);

  g_assert_cmpfloat (json_object_get_double_member (warm, "farthest_down"), ==, 0.03);
  g_assert_cmpfloat (json_object_get_double_member (warm, "farthest_up"), ==, 0.04);
  g_assert_nonnull (strstr (far->err, "Warm ends at 0.04"));
  g_assert_nonnull (strstr (back->err, "Warm ends at -0.03"));
  assert_failed (unknown, "--farthest", "Cold:1:1");
  assert_failed (form, "--farthest", "NAME:DOWN:UP");
}

/* Nor so far that its picture changes by more; a side may be left open. */
static void
test_directions_most_change (void)
{
  const char *model = harness_path ("model.safetensors"), *data = harness_path ("data");
  const char *out = harness_path ("little.safetensors"),
             *photo = harness_path ("data/picture00.png");
  g_autoptr (Run) made = run ("directions", model, "--data", data, "-o", out, "--attributes",
                              "Warm", "--most-change", "Warm:-:0.01", "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  JsonObject *warm =
    json_array_get_object_element (json_object_get_array_member (json, "attributes"), 0);
  g_autofree char *at_end = NULL;
  g_autoptr (Run) far =
    run ("edit", out, photo, "--whole", "--set", "Warm=2", "-o", harness_path ("much.png"), NULL);
  g_autoptr (Run) end = NULL;
  g_autoptr (Run) form =
    run ("directions", model, "--data", data, "-o", out, "--most-change", "Warm:-:no", NULL);
  g_autoptr (AgImage) far_picture = NULL, end_picture = NULL;
  const char *told = strstr (far->err, "Warm ends at ");

  g_assert_false (json_object_has_member (warm, "most_change_down"));
  g_assert_cmpfloat (json_object_get_double_member (warm, "most_change_up"), ==, 0.01);
  g_assert_nonnull (told);
  at_end = g_strdup_printf ("Warm=%g", g_ascii_strtod (told + strlen ("Warm ends at "), NULL));
  end =
    run ("edit", out, photo, "--whole", "--set", at_end, "-o", harness_path ("little.png"), NULL);
  g_assert_cmpint (end->status, ==, 0);
  g_assert_null (strstr (end->err, "ends at"));
  far_picture = harness_load ("much.png");
  end_picture = harness_load ("little.png");
  g_assert_true (g_bytes_equal (end_picture->pixels, far_picture->pixels));
  assert_failed (form, "--most-change", "NAME:DOWN:UP");
}

/* A folder of only @n pictures, two labels each. */
static const char *
make_few (int n)
{
  g_autoptr (GString) table = g_string_new (NULL);

  g_assert_cmpint (g_mkdir (harness_path ("few"), 0700), ==, 0);
  g_string_append_printf (table, "%d\nBright Warm\n", n);
  for (int i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("few/picture%02d.png", i);
      g_autoptr (AgImage) image = harness_picture (20, 20, i);

      harness_save (image, name);
      g_string_append_printf (table, "%s %d %d\n", name + 4, i % 2 ? 1 : -1, i / 2 % 2 ? 1 : -1);
    }
  harness_write ("few/list_attr.txt", table->str, table->len);
  return harness_path ("few");
}

/* A model with directions knows how the pictures lie along them, and draws others for it; from few
 * pictures that is not to be seen. */
static void
test_directions_mixture (void)
{
  const char *model = harness_path ("model.safetensors"), *data = harness_path ("data");
  const char *out = harness_path ("mixed.safetensors"), *few = harness_path ("few.safetensors");
  g_autoptr (GFile) mixed_file = g_file_new_for_path (out);
  g_autoptr (GFile) few_file = g_file_new_for_path (few);
  g_autoptr (GError) error = NULL;
  g_autoptr (Run) made = run ("directions", model, "--data", data, "-o", out, NULL);
  g_autoptr (Run) less =
    run ("directions", model, "--data", make_few (12), "--held-out", "0", "-o", few, NULL);
  g_autoptr (AgModel) mixed = ag_model_load (mixed_file, &error);
  g_autoptr (AgModel) unmixed = ag_model_load (few_file, &error);
  const char *const models[] = { out, out, few, model };
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_image_unref);

  g_assert_no_error (error);
  g_assert_cmpint (made->status, ==, 0);
  g_assert_null (strstr (made->err, "too few images to see"));
  g_assert_cmpuint (mixed->mixture->n_axes, ==, 2);
  g_assert_cmpuint (mixed->mixture->n_components, ==, 4);
  g_assert_cmpint (less->status, ==, 0);
  g_assert_nonnull (strstr (less->err, "too few images to see"));
  g_assert_null (unmixed->mixture);

  for (gsize i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (Run) sample = run ("sample", models[i], "-n", "3", "--seed", "5", "-o",
                                    harness_path ("sampled.png"), NULL);

      g_assert_cmpint (sample->status, ==, 0);
      g_ptr_array_add (pictures, harness_load ("sampled.png"));
    }
  for (guint i = 1; i < pictures->len; i++)
    {
      AgImage *one = g_ptr_array_index (pictures, i - 1), *two = g_ptr_array_index (pictures, i);

      g_assert_true (g_bytes_equal (one->pixels, two->pixels) == (i != 2));
    }
}

/* The effect size on held-out pictures of attribute @name, of directions made with one more option.
 */
static double
effect_with (const char *option, const char *name)
{
  g_autoptr (Run) made = run (
    "directions", harness_path ("model.safetensors"), "--data", harness_path ("data"), "--held-out",
    "0.5", "-o", harness_path ("options.safetensors"), "--shrinkage", "0", "--json", option, NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  JsonArray *attributes = json_object_get_array_member (json, "attributes");

  for (guint a = 0; a < json_array_get_length (attributes); a++)
    {
      JsonObject *attribute = json_array_get_object_element (attributes, a);
      JsonObject *score = json_object_get_object_member (attribute, "joint");

      if (g_str_equal (json_object_get_string_member (attribute, "name"), name))
        return json_object_get_double_member (score, "effect_size");
    }
  g_assert_not_reached ();
}

/* Warm is what differs between left and right, Bright between above and below: mirroring takes the
 * one away, and the colours of upper corners tell the other. */
static void
test_directions_accounted_for (void)
{
  double bright = effect_with (NULL, "Bright"), warm = effect_with (NULL, "Warm");

  g_assert_cmpfloat (effect_with ("--mirror", "Warm"), <, 0.5 * warm);
  g_assert_cmpfloat (effect_with ("--mirror", "Bright"), >, 0.8 * bright);
  g_assert_cmpfloat (effect_with ("--backdrop", "Bright"), <, 0.8 * bright);
}

/* Ten people of six pictures each, by the first digit of the file's number. */
static void
test_directions_people (void)
{
  const char *model = harness_path ("model.safetensors"), *data = harness_path ("data");
  const char *out = harness_path ("people.safetensors");
  g_autoptr (Run) people =
    run ("directions", model, "--data", data, "--held-out", "0", "-o", out, "--same-person",
         "picture.([0-9])", "--let-vary", "Bright:Warm", NULL);
  g_autoptr (Run) nobody =
    run ("directions", model, "--data", data, "-o", out, "--same-person", "picture([0-9]+)", NULL);
  g_autoptr (Run) pattern =
    run ("directions", model, "--data", data, "-o", out, "--same-person", "(", NULL);
  g_autoptr (Run) unknown =
    run ("directions", model, "--data", data, "-o", out, "--let-vary", "Bright:Cold", NULL);
  g_autoptr (Run) form =
    run ("directions", model, "--data", data, "-o", out, "--let-vary", "Bright", NULL);

  g_assert_cmpint (people->status, ==, 0);
  g_assert_nonnull (strstr (people->err, "10 people with several images"));
  assert_failed (nobody, "--same-person", "no two images");
  g_assert_cmpint (pattern->status, ==, 1);
  assert_failed (unknown, "--let-vary", "Bright:Cold");
  assert_failed (form, "--let-vary", "NAME:OTHER");
}

static void
test_train (void)
{
  const char *data = harness_path ("data"), *folder = harness_path ("run");
  g_autoptr (Run) made =
    run ("train", "--data", data, "--run", folder, "--image-size", "16", "--levels", "2", "--depth",
         "1", "--width", "8", "--batch", "4", "--steps", "6", "--held-out", "0.2", "--json", NULL);
  g_autoptr (JsonObject) json = assert_json (made);
  g_autoptr (Run) again = run ("train", "--data", data, "--run", folder, NULL);
  g_autoptr (Run) resumed =
    run ("train", "--run", folder, "--resume", "--steps", "10", "--json", NULL);
  g_autoptr (JsonObject) json_resumed = assert_json (resumed);
  g_autoptr (Run) info = run ("info", harness_path ("run/model.safetensors"), "--json", NULL);
  g_autoptr (JsonObject) model = assert_json (info);

  g_assert_cmpint (json_object_get_int_member (json, "step"), ==, 6);
  g_assert_cmpstr (json_object_get_string_member (json, "end"), ==, "finished");
  /* A second run does not write over the first. */
  g_assert_cmpint (again->status, ==, 1);
  g_assert_cmpint (json_object_get_int_member (json_resumed, "step"), ==, 10);
  g_assert_cmpint (json_object_get_int_member (model, "depth"), ==, 1);
  g_assert_true (g_file_test (harness_path ("run/log.jsonl"), G_FILE_TEST_EXISTS));
}

/* Ctrl-C saves: the run can be resumed, and the program says so and ends well. */
static void
test_interrupt (void)
{
  const char *folder = harness_path ("interrupted");
  const char *checkpoint = harness_path ("interrupted/checkpoint.safetensors");
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (
    G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error, g_getenv ("AG_CLI"),
    "train", "--data", harness_path ("data"), "--run", folder, "--image-size", "16", "--levels",
    "2", "--depth", "1", "--width", "8", "--batch", "4", "--steps", "100000000", "--json", NULL);
  g_autofree char *out = NULL;
  Run run_like = { 0 };
  g_autoptr (JsonObject) json = NULL;

  g_assert_no_error (error);
  /* A new run writes a checkpoint before its first step; from then on there is something to go on
   * from. */
  while (!g_file_test (checkpoint, G_FILE_TEST_EXISTS))
    {
      g_assert_nonnull (g_subprocess_get_identifier (process));
      g_usleep (2000);
    }
  g_subprocess_send_signal (process, SIGINT);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  run_like.status = g_subprocess_get_exit_status (process);
  run_like.out = out;
  json = assert_json (&run_like);
  g_assert_cmpstr (json_object_get_string_member (json, "end"), ==, "stopped");
  {
    g_autofree char *steps =
      g_strdup_printf ("%" G_GINT64_FORMAT, json_object_get_int_member (json, "step") + 2);
    g_autoptr (Run) resumed =
      run ("train", "--run", folder, "--resume", "--steps", steps, "--json", NULL);
    g_autoptr (JsonObject) json_resumed = assert_json (resumed);

    g_assert_cmpint (json_object_get_int_member (json_resumed, "step"), ==,
                     json_object_get_int_member (json, "step") + 2);
  }
}

void
add_data_tests (void)
{
  g_test_add_func ("/cli/evaluate", test_evaluate);
  g_test_add_func ("/cli/directions/methods", test_directions);
  g_test_add_func ("/cli/directions/selected", test_directions_selected);
  g_test_add_func ("/cli/directions/ends", test_directions_ends);
  g_test_add_func ("/cli/directions/farthest", test_directions_farthest);
  g_test_add_func ("/cli/directions/most-change", test_directions_most_change);
  g_test_add_func ("/cli/directions/mixture", test_directions_mixture);
  g_test_add_func ("/cli/directions/accounted-for", test_directions_accounted_for);
  g_test_add_func ("/cli/directions/people", test_directions_people);
  g_test_add_func ("/cli/train/steps", test_train);
  g_test_add_func ("/cli/train/interrupt", test_interrupt);
}
