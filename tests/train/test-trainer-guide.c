/* test-trainer-guide.c: training that draws the classes of attributes apart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer.h"

#include <math.h>
#include <string.h>

#include "test-images.h"
#include "test-train.h"

#define N_IMAGES 40
#define N_DIMS   768
#define N_TOP    384 /* [4][4][24], the last of the latent */

static const char *const names[] = { "Smiles", "Even", "Sum" };

static const char *
label (int image, int every)
{
  return image % every == 0 ? "1" : "-1";
}

static void
write_labels (const char *data, const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%d\n%s Even Sum\n", N_IMAGES, name);
  for (int i = 0; i < N_IMAGES; i++)
    g_string_append_printf (text, "face-%03d.png %s %s %s\n", i, label (i, 3), label (i, 2),
                            label (i, 5));
  test_write (data, "list_attr.txt", text->str);
}

static char *
model_path (const char *run)
{
  return g_build_filename (run, "model.safetensors", NULL);
}

static AgModel *
load_model (const char *run)
{
  g_autofree char *path = model_path (run);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  AgModel *model = ag_model_load_for_training (file, &error);

  g_assert_no_error (error);
  return model;
}

/* A direction for each name, of random numbers; the third is the sum of the first two. */
static void
add_directions (const char *run, const char *const *attributes, int n)
{
  g_autofree char *path = model_path (run);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = load_model (run);
  ag_real numbers[2][N_DIMS];

  for (int i = 0; i < 2; i++)
    ag_random_normal (3, (uint64_t) i, numbers[i], N_DIMS);
  g_ptr_array_set_size (model->attributes, 0);
  for (int i = 0; i < n; i++)
    {
      AgModelAttribute *attribute = ag_model_attribute_new (attributes[i], N_DIMS);

      for (int j = 0; j < N_DIMS; j++)
        attribute->direction[j] =
          i < 2 ? (float) numbers[i][j] : (float) (numbers[0][j] + numbers[1][j]);
      g_ptr_array_add (model->attributes, attribute);
    }
  ag_model_save (model, file, AG_MODEL_STORAGE_F32, &error);
  g_assert_no_error (error);
}

void
test_make_guide (const char *data, const char *run)
{
  AgTrainerOptions options = test_options (data, run, 60);

  write_labels (data, names[0]);
  options.average = 0.9;
  test_train (&options);
  test_options_clear (&options);
  add_directions (run, names, 2);
}

static void
set_up (TestFolders *self, gconstpointer unused)
{
  test_folders_set_up (self, NULL);
  test_make_guide (self->data, self->run);
}

static AgTrainerOptions
guided (TestFolders *self, const char *run, gint64 steps)
{
  AgTrainerOptions options = test_options (self->data, run, steps);
  g_autofree char *path = model_path (self->run);

  options.from = g_file_new_for_path (path);
  options.average = 0.9;
  options.learning_rate = 3e-3;
  options.guide = 30;
  return options;
}

static double
dot (const float *a, const float *b)
{
  double sum = 0;

  for (int j = 0; j < N_DIMS; j++)
    sum += (double) a[j] * (double) b[j];
  return sum;
}

/* Means of the classes of the training images along the model's direction of an attribute, in
 * slider units, from latents that are computed anew. */
static void
find_class_means (AgModel *model, AgDataset *dataset, int attribute, double *means)
{
  const float *direction =
    ((const AgModelAttribute *) g_ptr_array_index (model->attributes, attribute))->direction;
  double counts[2] = { 0 };
  int n;
  const int *images = ag_dataset_get_indices (dataset, AG_DATASET_TRAINING, &n);
  AgFlowError error;
  AgPool *pool;
  AgFlow *flow;
  AgScratch *scratch;

  g_assert_cmpint (ag_pool_new (1, &pool, &error), ==, AG_OK);
  g_assert_cmpint (ag_flow_new (model->glow, &flow, &error), ==, AG_OK);
  g_assert_cmpint (ag_scratch_new (flow, 1, pool, &scratch, &error), ==, AG_OK);
  means[0] = means[1] = 0;
  for (int i = 0; i < n; i++)
    {
      int has_it = ag_dataset_get_attribute (dataset, images[i], attribute) > 0;
      ag_real x[N_DIMS], eps[N_DIMS];

      ag_values_from_bytes (ag_dataset_get_bytes (dataset, images[i]), N_DIMS, 5, NULL, x);
      g_assert_cmpint (ag_flow_encode (flow, scratch, 1, x, NULL, eps, NULL, NULL, &error), ==,
                       AG_OK);
      means[has_it] += dot (eps, direction) / dot (direction, direction);
      counts[has_it]++;
    }
  for (int i = 0; i < 2; i++)
    means[i] /= counts[i];
  ag_scratch_free (scratch);
  ag_flow_free (flow);
  ag_pool_free (pool);
}

static AgDataset *
load_data (TestFolders *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->data);
  g_autoptr (GError) error = NULL;
  AgDatasetOptions options;
  AgDataset *dataset;

  ag_dataset_options_init (&options);
  options.height = options.width = 16;
  options.held_out = 0.2;
  dataset = ag_dataset_load (folder, &options, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return dataset;
}

/* Whoever looks how photos lie learns along what: the directions first, then colours. */
static void
check_axes (AgModel *model)
{
  const AgModelMixture *mixture = model->mixture;

  g_assert_cmpuint (mixture->n_axes, >, 2);
  g_assert_cmpuint (mixture->n_components, ==, 0);
  g_assert_cmpuint (mixture->n_axis, ==, N_TOP);
  for (int a = 0; a < 2; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, a);

      for (int j = 0; j < N_TOP; j++)
        g_assert_cmpfloat_with_epsilon (4 * mixture->axes[a * N_TOP + j],
                                        attribute->direction[N_DIMS - N_TOP + j], 1e-5);
    }
}

/* The classes come to lie a slider's 1 apart along directions at right angles, which are the
 * model's from then on; along the same directions they were nearly in the same place. */
static void
test_parts_classes (TestFolders *self, gconstpointer unused)
{
  g_autoptr (AgDataset) dataset = load_data (self);
  g_autoptr (AgModel) before = NULL, after = NULL;
  AgTrainerOptions options;

  options = guided (self, self->other, 250);
  test_train (&options);
  before = load_model (self->run);
  after = load_model (self->other);
  g_assert_cmpuint (after->attributes->len, ==, 2);
  for (int i = 0; i < 2; i++)
    {
      AgModelAttribute *its = g_ptr_array_index (before->attributes, i);
      const AgModelAttribute *attribute = g_ptr_array_index (after->attributes, i);
      double were[2], are[2];

      g_assert_cmpstr (attribute->name, ==, names[i]);
      g_assert_cmpint (attribute->n_positive + attribute->n_negative, >, 25);
      g_assert_cmpfloat_with_epsilon (dot (attribute->direction, attribute->direction), 16, 1e-4);
      for (int j = 0; j < N_DIMS - N_TOP; j++)
        g_assert_cmpfloat (attribute->direction[j], ==, 0);
      memcpy (its->direction, attribute->direction, N_DIMS * sizeof *its->direction);
      find_class_means (before, dataset, i, were);
      find_class_means (after, dataset, i, are);
      g_test_message ("%s: %g apart, then %g", names[i], were[1] - were[0], are[1] - are[0]);
      g_assert_cmpfloat (fabs (were[1] - were[0]), <, 0.3);
      g_assert_cmpfloat_with_epsilon (are[1] - are[0], 1, 0.35);
    }
  g_assert_cmpfloat_with_epsilon (
    dot (((AgModelAttribute *) after->attributes->pdata[0])->direction,
         ((AgModelAttribute *) after->attributes->pdata[1])->direction),
    0, 1e-4);
  g_assert_cmpstr (g_hash_table_lookup (after->facts, "guide"), ==, "30");
  check_axes (after);
  test_options_clear (&options);
}

/* Its checkpoint holds what it aims at. */
static void
test_resumes (TestFolders *self, gconstpointer unused)
{
  g_autofree char *third = g_build_filename (self->base, "third", NULL);
  AgTrainerOptions whole = guided (self, self->other, 9), parts = guided (self, third, 4);

  test_train (&whole);
  test_train (&parts);
  g_clear_object (&parts.from);
  parts.guide = AG_UNSET;
  parts.resume = TRUE;
  parts.steps = 9;
  test_train (&parts);
  test_assert_same_run (self->other, third);
  test_options_clear (&whole);
  test_options_clear (&parts);
}

/* Where memory is short each part of the gradient is used at once: the same run. */
static void
test_by_parts (TestFolders *self, gconstpointer unused)
{
  g_autofree char *third = g_build_filename (self->base, "third", NULL);
  AgTrainerOptions parts = guided (self, self->other, 8), whole = guided (self, third, 8);

  parts.gradient = whole.gradient = AG_GRADIENT_REVERSED;
  whole.clip = 1e9;
  test_train (&parts);
  test_train (&whole);
  test_assert_same_run (self->other, third);
  test_options_clear (&parts);
  test_options_clear (&whole);
}

/* Directions that nothing is known of any more do not stay; without a guide none does. */
static void
test_leaves_behind (TestFolders *self, gconstpointer unused)
{
  static const char *const attributes[] = { "Smiles", "Hats" };
  g_autofree char *third = g_build_filename (self->base, "third", NULL);
  g_autoptr (AgModel) model = NULL, free = NULL;
  AgTrainerOptions options;

  add_directions (self->run, attributes, 2);
  options = guided (self, self->other, 3);
  test_train (&options);
  model = load_model (self->other);
  g_assert_cmpuint (model->attributes->len, ==, 1);
  g_assert_nonnull (ag_model_find_attribute (model, "Smiles"));
  g_object_unref (options.run);
  options.run = g_file_new_for_path (third);
  options.guide = AG_UNSET;
  test_train (&options);
  free = load_model (third);
  g_assert_cmpuint (free->attributes->len, ==, 0);
  g_assert_null (g_hash_table_lookup (free->facts, "guide"));
  g_assert_nonnull (model->mixture);
  g_assert_null (free->mixture);
  test_options_clear (&options);
}

static void
test_refuses (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = guided (self, self->other, 3);

  add_directions (self->run, names, 0);
  test_assert_refused (&options, "a model with directions");
  write_labels (self->data, "Hats");
  add_directions (self->run, names, 1);
  test_assert_refused (&options, "labels for its attributes");
  write_labels (self->data, names[0]);
  add_directions (self->run, names, 3);
  test_assert_refused (&options, "Sum: the model's direction is that of other attributes");
  options.guide = -1;
  test_assert_refused (&options, "guide is -1");
  g_assert_false (g_file_test (self->other, G_FILE_TEST_EXISTS));
  test_options_clear (&options);
}

void
test_trainer_guide_add (void)
{
#define ADD(path, function)                                                                        \
  g_test_add (path, TestFolders, NULL, set_up, function, test_folders_tear_down)
  ADD ("/train/guide/parts-classes", test_parts_classes);
  ADD ("/train/guide/resumes", test_resumes);
  ADD ("/train/guide/by-parts", test_by_parts);
  ADD ("/train/guide/leaves-behind", test_leaves_behind);
  ADD ("/train/guide/refuses", test_refuses);
#undef ADD
}
