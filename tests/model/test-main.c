/* test-main.c: model files, importers and pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "test-model.h"

static char *folder;

GFile *
new_test_file (const char *name)
{
  g_autofree char *path = NULL;

  if (!folder)
    folder = g_dir_make_tmp ("afterglow-test-XXXXXX", NULL);
  path = g_build_filename (folder, name, NULL);
  return g_file_new_for_path (path);
}

void
remove_test_folder (void)
{
  GDir *dir = folder ? g_dir_open (folder, 0, NULL) : NULL;
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      if (g_remove (path) != 0)
        g_rmdir (path);
    }
  if (dir)
    g_dir_close (dir);
  if (folder)
    g_rmdir (folder);
  g_free (folder);
}

void
assert_error_names (GError *error, GQuark domain, int code, GFile *file, const char *part)
{
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *prefix = g_strconcat (base, ": ", NULL);

  g_assert_error (error, domain, code);
  g_test_message ("%s", error->message);
  g_assert_true (g_str_has_prefix (error->message, prefix));
  g_assert_nonnull (strstr (error->message, part));
  g_error_free (error);
}

GFile *
write_test_file (const char *name, const void *data, gsize size)
{
  g_autoptr (GFile) file = new_test_file (name);
  FILE *out;

  /* Not with g_file_set_contents(), which waits for the disk: there are thousands of them. */
  out = g_fopen (g_file_peek_path (file), "wb");
  g_assert_nonnull (out);
  g_assert_cmpuint (fwrite (data, 1, size, out), ==, size);
  g_assert_cmpint (fclose (out), ==, 0);
  return g_steal_pointer (&file);
}

void
poke_test_file (GFile *file, gsize at, char byte)
{
  FILE *out = g_fopen (g_file_peek_path (file), "r+b");

  g_assert_nonnull (out);
  g_assert_cmpint (fseek (out, (long) at, SEEK_SET), ==, 0);
  g_assert_cmpint (fputc ((guchar) byte, out), !=, EOF);
  g_assert_cmpint (fclose (out), ==, 0);
}

/* Weights keep what ag_glow_new() gave them; what starts at zero is moved off it. */
static void
stir (AgGlow *glow)
{
  for (int i = 0; i < ag_glow_n_tensors (glow); i++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, i);
      if (g_str_has_suffix (tensor->name, "actnorm.sign"))
        for (size_t k = 0; k < tensor->count; k++)
          tensor->values[k] = k % 3 == 0 ? -1 : 1;
      else if (tensor->trainable && !strstr (tensor->name, ".permutation."))
        for (size_t k = 0; k < tensor->count; k++)
          tensor->values[k] += (ag_real) g_test_rand_double_range (-0.1, 0.1);
    }
}

AgModel *
new_test_model (const AgGlowConfig *config, gboolean extras)
{
  AgFlowError error = { 0 };
  AgModel *model;
  AgGlow *glow;
  gsize n;

  ag_glow_new (config, 7, &glow, &error);
  g_assert_cmpstr (error.message, ==, "");
  stir (glow);
  model = ag_model_new (glow);
  if (!extras)
    return model;

  n = ag_glow_n_dims (glow);
  for (int i = 0; i < 3; i++)
    {
      const char *names[] = { "Smiling", "Bald", "with.dot and “quotes\"" };
      AgModelAttribute *attribute = ag_model_attribute_new (names[i], n);
      attribute->n_positive = 10 + i;
      attribute->n_negative = 20 + i;
      attribute->mean_projection = 0.1 * i;
      for (gsize k = 0; k < n; k++)
        attribute->direction[k] = (float) g_test_rand_double_range (-2, 2);
      g_ptr_array_add (model->attributes, attribute);
    }
  model->mean = g_new (float, n);
  for (gsize k = 0; k < n; k++)
    model->mean[k] = (float) g_test_rand_double_range (-1, 1);
  model->percentiles = g_new (double, 101);
  for (int i = 0; i <= 100; i++)
    model->percentiles[i] = 2 + i / 37.0;
  g_hash_table_insert (model->facts, g_strdup ("steps"), g_strdup ("1000"));
  g_hash_table_insert (model->facts, g_strdup ("licence"), g_strdup ("CC BY “4.0”\n"));
  return model;
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  add_number_tests ();
  add_file_tests ();
  add_safetensors_tests ();
  add_mixture_tests ();
  add_model_file_tests ();
  add_latents_tests ();
  add_archive_tests ();
  add_image_tests ();
  add_image_damage_tests ();
  add_image_extra_tests ();
  add_image_deep_tests ();
  add_image_grey_tests ();
  add_image_kept_tests ();
  add_vector_tests ();
  add_vector_gradient_tests ();
  result = g_test_run ();
  remove_test_folder ();
  return result;
}
