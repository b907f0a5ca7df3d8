/* harness.c: runs the built afterglow-cli on files made for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "harness.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#define N_PICTURES 60

static char *folder;
static GPtrArray *paths;

const char *
harness_folder (void)
{
  return folder;
}

const char *
harness_path (const char *name)
{
  char *path = g_build_filename (folder, name, NULL);

  g_ptr_array_add (paths, path);
  return path;
}

Run *
run (const char *command, ...)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  Run *self = g_new0 (Run, 1);
  va_list list;

  g_ptr_array_add (arguments, (gpointer) g_getenv ("AG_CLI"));
  va_start (list, command);
  for (const char *argument = command; argument; argument = va_arg (list, const char *))
    g_ptr_array_add (arguments, (gpointer) argument);
  va_end (list);
  g_ptr_array_add (arguments, NULL);
  process =
    g_subprocess_newv ((const char *const *) arguments->pdata,
                       G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &self->out, &self->err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  self->status = g_subprocess_get_exit_status (process);
  return self;
}

void
run_free (Run *self)
{
  g_free (self->out);
  g_free (self->err);
  g_free (self);
}

void
assert_failed (const Run *self, const char *file, const char *words)
{
  if (self->status != 1 || !strstr (self->err, file) || !strstr (self->err, words))
    g_test_message ("status %d, said: %s", self->status, self->err);
  g_assert_cmpint (self->status, ==, 1);
  g_assert_cmpstr (self->out, ==, "");
  g_assert_true (g_str_has_prefix (self->err, "afterglow-cli: "));
  g_assert_nonnull (strstr (self->err, file));
  g_assert_nonnull (strstr (self->err, words));
}

void
assert_usage (const Run *self)
{
  if (self->status != 2)
    g_test_message ("status %d, said: %s", self->status, self->err);
  g_assert_cmpint (self->status, ==, 2);
  g_assert_cmpstr (self->out, ==, "");
  g_assert_true (g_str_has_prefix (self->err, "afterglow-cli: "));
  g_assert_nonnull (strstr (self->err, "usage: afterglow-cli"));
}

JsonObject *
assert_json (const Run *self)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  if (self->status != 0)
    g_test_message ("status %d, said: %s", self->status, self->err);
  g_assert_cmpint (self->status, ==, 0);
  json_parser_load_from_data (parser, self->out, -1, &error);
  g_assert_no_error (error);
  return json_object_ref (json_node_get_object (json_parser_get_root (parser)));
}

AgImage *
harness_picture (int width, int height, int number)
{
  gsize n = (gsize) width * (gsize) height * 3;
  guint8 *pixels = g_malloc (n);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, n);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *p = pixels + ((gsize) y * (gsize) width + (gsize) x) * 3;
        /* Bright above and dark below, warm on the left and cool on the right: with the mean
         * colours the same, since those are accounted for when directions are estimated. */
        int bright = number % 2 ? (y < height / 2 ? 25 : -25) : 0;
        int warm = number / 2 % 2 ? (x < width / 2 ? 20 : -20) : 0;
        double wave = 20 * sin (x * 6.0 / width + number) * cos (y * 5.0 / height - number);
        double noise =
          (double) (ag_random_bits (9, (guint64) number, (guint64) (y * width + x)) % 24);

        p[0] = (guint8) (100 + bright + warm + wave + noise);
        p[1] = (guint8) (100 + bright + wave + noise);
        p[2] = (guint8) (110 + bright - warm + wave + noise);
      }
  return ag_image_new (width, height, bytes);
}

void
harness_save (AgImage *image, const char *name)
{
  g_autoptr (GFile) file = g_file_new_for_path (harness_path (name));
  g_autoptr (GError) error = NULL;

  ag_image_save (image, file, 0, NULL, NULL, &error);
  g_assert_no_error (error);
}

void
harness_write (const char *name, const void *data, gsize size)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (harness_path (name), data, (gssize) size, &error);
  g_assert_no_error (error);
}

GBytes *
harness_read (const char *name)
{
  g_autoptr (GError) error = NULL;
  char *data;
  gsize size;

  g_file_get_contents (harness_path (name), &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}

AgImage *
harness_load (const char *name)
{
  g_autoptr (GFile) file = g_file_new_for_path (harness_path (name));
  g_autoptr (GError) error = NULL;
  AgImage *image = ag_image_load (file, NULL, &error);

  g_assert_no_error (error);
  return image;
}

static void
add_attribute (AgModel *model, const char *name, guint64 seed)
{
  gsize n_dims = ag_glow_n_dims (model->glow);
  AgModelAttribute *attribute = ag_model_attribute_new (name, n_dims);

  ag_random_normal (seed, 0, attribute->direction, n_dims);
  for (gsize i = 0; i < n_dims; i++)
    attribute->direction[i] *= 0.3f;
  attribute->n_positive = attribute->n_negative = 30;
  g_ptr_array_add (model->attributes, attribute);
}

/* Log-deviations of -2, so that samples lie within the range of pixels as a trained model's do. */
static void
soften_priors (AgGlow *glow)
{
  const AgTensor *top = ag_glow_find_tensor (glow, "prior.bias");
  const AgTensor *split = ag_glow_find_tensor (glow, "level.0.split.bias");

  for (gsize i = top->count / 2; i < top->count; i++)
    top->values[i] = -2;
  for (gsize i = 1; i < split->count; i += 2)
    split->values[i] = -2;
}

AgModel *
harness_model (int classes)
{
  const AgGlowConfig config = {
    .image_height = 16,
    .image_width = 16,
    .channels = 3,
    .levels = 2,
    .depth = 2,
    .width = 8,
    .coupling = AG_COUPLING_ADDITIVE,
    .permutation = AG_PERMUTATION_LU,
    .n_bits = 5,
    .classes = classes,
  };
  AgFlowError error;
  AgGlow *glow;
  AgModel *model;

  g_assert_cmpint (ag_glow_new (&config, 3, &glow, &error), ==, AG_OK);
  soften_priors (glow);
  model = ag_model_new (glow);
  add_attribute (model, "Bright", 1);
  add_attribute (model, "Warm", 2);
  return model;
}

static void
save_model (int classes, const char *name)
{
  g_autoptr (AgModel) model = harness_model (classes);
  g_autoptr (GFile) file = g_file_new_for_path (harness_path (name));
  g_autoptr (GError) error = NULL;

  ag_model_save (model, file, AG_MODEL_STORAGE_F32, &error);
  g_assert_no_error (error);
}

static void
make_data (void)
{
  g_autoptr (GString) table = g_string_new (NULL);

  g_assert_cmpint (g_mkdir (harness_path ("data"), 0700), ==, 0);
  g_string_append_printf (table, "%d\nBright Warm\n", N_PICTURES);
  for (int i = 0; i < N_PICTURES; i++)
    {
      g_autofree char *name = g_strdup_printf ("picture%02d.png", i);
      g_autofree char *path = g_build_filename ("data", name, NULL);
      g_autoptr (AgImage) image = harness_picture (20, 20, i);

      harness_save (image, path);
      g_string_append_printf (table, "%s %d %d\n", name, i % 2 ? 1 : -1, i / 2 % 2 ? 1 : -1);
    }
  harness_write ("data/list_attr.txt", table->str, table->len);
}

static void
remove_tree (GFile *file)
{
  g_autoptr (GFileEnumerator) children = g_file_enumerate_children (
    file, G_FILE_ATTRIBUTE_STANDARD_NAME, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, NULL, NULL);
  GFile *child;

  while (children && g_file_enumerator_iterate (children, NULL, &child, NULL, NULL) && child)
    remove_tree (child);
  g_file_delete (file, NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (AgImage) photo = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  folder = g_dir_make_tmp ("afterglow-cli-XXXXXX", NULL);
  paths = g_ptr_array_new_with_free_func (g_free);
  file = g_file_new_for_path (folder);
  save_model (0, "model.safetensors");
  save_model (3, "classes.safetensors");
  make_data ();
  photo = harness_picture (50, 40, 1);
  harness_save (photo, "photo.png");
  harness_save (photo, "photo.jpg");
  add_basic_tests ();
  add_bad_input_tests ();
  add_blend_tests ();
  add_data_tests ();
  add_edit_tests ();
  add_photo_tests ();
  add_receipt_tests ();
  add_train_tests ();
  status = g_test_run ();
  remove_tree (file);
  g_ptr_array_unref (paths);
  g_free (folder);
  return status;
}
