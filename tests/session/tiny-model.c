/* tiny-model.c: a model small enough to be made in a test, and photos for it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tiny-model.h"

#include <glib/gstdio.h>
#include <math.h>

#include "ag-model.h"

/* Latents of deviation 1 shall be pictures of a sixth of the range, as photos are. */
#define CONTRAST 6.0

static void
set_tensor (AgGlow *glow, const char *name, double mean, double deviation, guint64 stream)
{
  const AgTensor *tensor = ag_glow_find_tensor (glow, name);

  g_assert_nonnull (tensor);
  ag_random_normal (7, stream, tensor->values, tensor->count);
  for (gsize i = 0; i < tensor->count; i++)
    tensor->values[i] = (ag_real) (mean + deviation * tensor->values[i]);
}

static AgGlow *
glow_new (int n_classes)
{
  const AgGlowConfig config = { .image_height = TINY_SIZE,
                                .image_width = TINY_SIZE,
                                .channels = 3,
                                .levels = 2,
                                .depth = 2,
                                .width = 8,
                                .coupling = AG_COUPLING_ADDITIVE,
                                .permutation = AG_PERMUTATION_CONV,
                                .n_bits = 8,
                                .classes = n_classes };
  AgFlowError error;
  AgGlow *glow;

  g_assert_cmpint (ag_glow_new (&config, 3, &glow, &error), ==, AG_OK);
  set_tensor (glow, "level.0.step.0.actnorm.logs", log (CONTRAST) / 3, 0, 0);
  /* Not just a rotation: what the conditioners add. */
  set_tensor (glow, "level.0.step.0.coupling.conv3.weight", 0, 0.05, 1);
  set_tensor (glow, "level.1.step.1.coupling.conv3.weight", 0, 0.05, 2);
  if (n_classes > 0)
    set_tensor (glow, "prior.class", 0, 0.4, 3);
  return glow;
}

static void
add_attribute (AgModel *model, const char *name, double deviation, guint64 stream)
{
  gsize n_dims = ag_glow_n_dims (model->glow);
  AgModelAttribute *attribute = ag_model_attribute_new (name, n_dims);

  ag_random_normal (11, stream, attribute->direction, n_dims);
  for (gsize i = 0; i < n_dims; i++)
    attribute->direction[i] *= (float) deviation;
  g_ptr_array_add (model->attributes, attribute);
}

static GFile *
save_model (const char *folder, const char *name, int n_classes)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (AgModel) model = ag_model_new (glow_new (n_classes));
  g_autoptr (GError) error = NULL;
  GFile *file = g_file_new_for_path (path);

  add_attribute (model, "Smiling", 0.5, 0);
  add_attribute (model, "Eyeglasses", 0.5, 1);
  add_attribute (model, "Far_Out", 10, 2);
  model->percentiles = g_new (double, 101);
  for (int i = 0; i <= 100; i++)
    model->percentiles[i] = 0.1 * i;
  g_assert_true (ag_model_save (model, file, AG_MODEL_STORAGE_F32, &error));
  g_assert_no_error (error);
  return file;
}

GFile *
tiny_model_save (const char *folder)
{
  return save_model (folder, "tiny.safetensors", 0);
}

GFile *
tiny_model_save_classes (const char *folder)
{
  return save_model (folder, "classes.safetensors", TINY_N_CLASSES);
}

AgImage *
tiny_photo_new (int width, int height, guint seed)
{
  guint8 *pixels = g_malloc ((gsize) width * (gsize) height * 3);
  g_autoptr (GBytes) bytes = NULL;

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      for (int c = 0; c < 3; c++)
        pixels[(y * width + x) * 3 + c] =
          (guint8) (128 + 60 * sin (0.11 * x + c + seed) + 50 * cos (0.07 * y - c + 2 * seed));
  bytes = g_bytes_new_take (pixels, (gsize) width * (gsize) height * 3);
  return ag_image_new (width, height, bytes);
}

GFile *
tiny_photo_save (const char *folder, const char *name, int width, int height, guint seed)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (AgImage) photo = tiny_photo_new (width, height, seed);
  g_autoptr (GError) error = NULL;
  GFile *file = g_file_new_for_path (path);

  g_assert_true (ag_image_save (photo, file, 0, NULL, NULL, &error));
  g_assert_no_error (error);
  return file;
}

char *
tiny_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  char *folder = g_dir_make_tmp ("afterglow-test-XXXXXX", &error);

  g_assert_no_error (error);
  return folder;
}

void
tiny_folder_remove (char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_remove (path);
    }
  g_dir_close (dir);
  g_rmdir (folder);
  g_free (folder);
}
