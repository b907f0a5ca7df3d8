/* test-own-slider.c: a slider from two sets of photos
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-own-slider.h"
#include "test-images.h"
#include "test-session.h"
#include "tiny-model.h"

typedef struct
{
  char *folder;
  GFile *file;
  AgModel *model;
  GPtrArray *with, *without;
} Fixture;

/* Photos of one set are brighter at the top than those of the other. */
static GFile *
save_photo (const char *folder, const char *set, guint i, int top)
{
  guint8 *pixels = g_malloc (16 * 16 * 3);
  float noise[16 * 16 * 3];
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (AgImage) image = NULL;
  g_autofree char *name = g_strdup_printf ("%s-%02u.png", set, i);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  ag_random_uniform (i, 0, noise, 16 * 16 * 3);
  for (int p = 0; p < 16 * 16 * 3; p++)
    pixels[p] = (guint8) (90 + (p / 3 / 16 < 8 ? top : 0) + (int) (40 * noise[p]));
  bytes = g_bytes_new_take (pixels, 16 * 16 * 3);
  image = ag_image_new (16, 16, bytes);
  test_save (folder, name, image);
  return g_file_new_for_path (path);
}

static void
set_up (Fixture *t, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  t->folder = tiny_folder_new ();
  t->file = tiny_model_save (t->folder);
  t->model = ag_model_load (t->file, &error);
  g_assert_no_error (error);
  t->with = g_ptr_array_new_with_free_func (g_object_unref);
  t->without = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < 12; i++)
    {
      g_ptr_array_add (t->with, save_photo (t->folder, "with", i, 60));
      g_ptr_array_add (t->without, save_photo (t->folder, "without", i + 50, 0));
    }
}

static void
tear_down (Fixture *t, gconstpointer data)
{
  g_ptr_array_unref (t->with);
  g_ptr_array_unref (t->without);
  ag_model_unref (t->model);
  g_object_unref (t->file);
  tiny_folder_remove (t->folder);
}

static void
test_make (Fixture *t, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) broken = g_file_get_child (t->file, "nowhere.png");
  g_autoptr (GFile) target = NULL;
  g_autofree char *path = g_build_filename (t->folder, "own.safetensors", NULL);
  g_autoptr (AgOwnSlider) slider = NULL;
  g_autoptr (AgModel) saved = NULL;
  const AgModelAttribute *attribute;
  gsize n_dims = ag_glow_n_dims (t->model->glow);

  g_ptr_array_add (t->with, g_object_ref (broken));
  slider =
    ag_own_slider_make (t->model, "Bright sky", t->with, t->without, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (slider->n_with, ==, 12);
  g_assert_cmpuint (slider->n_without, ==, 12);
  g_assert_cmpuint (slider->unusable->len, ==, 1);
  /* The sets are far apart, so that photos left out are told apart without fail. */
  g_assert_cmpfloat (slider->score.auc, ==, 1);
  g_assert_cmpfloat (slider->score.effect_size, >, 3);
  g_assert_cmpfloat (slider->reliability, >, 0.9);
  g_assert_cmpuint (slider->n_needed, <=, 12);
  g_assert_cmpuint (slider->overlaps->len, ==, TINY_N_ATTRIBUTES);

  target = g_file_new_for_path (path);
  g_assert_true (ag_own_slider_save (t->model, slider, NULL, target, &error));
  g_assert_no_error (error);
  saved = ag_model_load (target, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (saved->attributes->len, ==, TINY_N_ATTRIBUTES + 1);
  attribute = ag_model_find_attribute (saved, "Bright sky");
  g_assert_cmpmem (attribute->direction, n_dims * sizeof (float), slider->attribute->direction,
                   n_dims * sizeof (float));
}

/* The same photos on both sides tell nothing, and that is said. */
static void
test_nothing (Fixture *t, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgOwnSlider) slider = NULL;
  g_autoptr (GPtrArray) odd = g_ptr_array_new (), even = g_ptr_array_new ();

  for (guint i = 0; i < t->without->len; i++)
    g_ptr_array_add (i % 2 ? odd : even, g_ptr_array_index (t->without, i));
  slider = ag_own_slider_make (t->model, "Nothing", odd, even, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  /* Left out of two groups that do not differ, a photo is nearer to the other one's mean. */
  g_assert_cmpfloat (slider->score.effect_size, <, 0.5);
  g_assert_cmpfloat (slider->reliability, <, 0.7);

  g_ptr_array_set_size (odd, 2);
  g_assert_null (ag_own_slider_make (t->model, "Few", odd, even, NULL, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_rename (Fixture *t, gconstpointer data)
{
  const char *const names[] = { "Joy", "Glasses", "Far", NULL };
  g_autofree char *path = g_build_filename (t->folder, "named.safetensors", NULL);
  g_autoptr (GFile) target = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) saved = NULL;

  g_assert_true (ag_own_slider_save (t->model, NULL, names, target, &error));
  saved = ag_model_load (target, &error);
  g_assert_no_error (error);
  g_assert_nonnull (ag_model_find_attribute (saved, "Joy"));
  g_assert_null (ag_model_find_attribute (saved, "Smiling"));
}

void
test_own_slider_add (void)
{
  g_test_add ("/session/own-slider/make", Fixture, NULL, set_up, test_make, tear_down);
  g_test_add ("/session/own-slider/nothing", Fixture, NULL, set_up, test_nothing, tear_down);
  g_test_add ("/session/own-slider/rename", Fixture, NULL, set_up, test_rename, tear_down);
}
