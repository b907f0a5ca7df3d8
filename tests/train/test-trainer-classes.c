/* test-trainer-classes.c: class-conditional models
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer.h"

#include <string.h>

#include <glib/gstdio.h>

#include "test-images.h"
#include "test-train.h"

static void
save_class (const char *data, const char *name, int n, int seed)
{
  for (int i = 0; i < n; i++)
    {
      g_autofree char *file = g_strdup_printf ("%s/%02d.png", name, i);
      g_autoptr (AgImage) face = test_draw_face (seed + i, i % 2 == 0, 16, 16);

      test_save (data, file, face);
    }
}

static void
set_up (TestFolders *self, gconstpointer unused)
{
  test_folders_set_up_empty (self, NULL);
  save_class (self->data, "cats", 15, 0);
  save_class (self->data, "dogs", 10, 20);
  save_class (self->data, "emus", 15, 40);
}

static void
assert_names (const char *run, const char *name)
{
  g_autofree char *path = g_build_filename (run, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = ag_model_load (file, &error);
  g_autofree char *names = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (ag_glow_config (model->glow)->classes, ==, 3);
  names = g_strjoinv (" ", model->class_names);
  g_assert_cmpstr (names, ==, "cats dogs emus");
}

/* A class that comes to the folder while a run pauses gets none of the others' numbers: the run is
 * the one that it would have been without. */
static void
test_goes_on (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions whole = test_options (self->data, self->run, 9);
  AgTrainerOptions parts = test_options (self->data, self->other, 4);

  whole.conditional = parts.conditional = 1;
  test_train (&whole);
  assert_names (self->run, "model.safetensors");
  assert_names (self->run, "best.safetensors");
  assert_names (self->run, "checkpoint.safetensors");
  test_train (&parts);
  save_class (self->data, "bats", 5, 60);
  parts.resume = TRUE;
  parts.steps = 9;
  test_train (&parts);
  assert_names (self->other, "model.safetensors");
  test_assert_same_run (self->run, self->other);
  test_options_clear (&whole);
  test_options_clear (&parts);
}

/* A model knows what its classes are called. */
static void
test_from (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 2);
  g_autofree char *fewer = g_build_filename (self->base, "fewer", NULL);
  g_autofree char *strange = g_build_filename (self->base, "strange", NULL);
  g_autofree char *path = g_build_filename (self->run, "model.safetensors", NULL);
  AgTrainerOptions from;
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = NULL;

  options.conditional = 1;
  test_train (&options);

  save_class (fewer, "dogs", 12, 0);
  save_class (fewer, "emus", 12, 20);
  from = test_options (fewer, self->other, 3);
  from.from = g_file_new_for_path (path);
  test_train (&from);
  assert_names (self->other, "model.safetensors");
  test_options_clear (&from);

  save_class (strange, "cars", 12, 0);
  save_class (strange, "boats", 12, 20);
  from = test_options (strange, self->other, 3);
  g_object_unref (from.run);
  from.run = g_file_get_child (from.data, "run");
  from.from = g_file_new_for_path (path);
  trainer = ag_trainer_new (&from, NULL, NULL, &error);
  g_assert_null (trainer);
  g_assert_nonnull (strstr (error->message, "the model has no class “boats”"));
  g_assert_false (g_file_query_exists (from.run, NULL));
  test_options_clear (&from);
  test_options_clear (&options);
}

static void
test_none (TestFolders *self, gconstpointer unused)
{
  AgTrainerOptions options = test_options (self->data, self->run, 2);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = NULL;

  test_save_faces (self->data, 3, 16, 16); /* beside the folders */
  options.conditional = 1;
  trainer = ag_trainer_new (&options, NULL, NULL, &error);
  g_assert_null (trainer);
  g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS);
  test_options_clear (&options);
}

void
test_trainer_classes_add (void)
{
#define ADD(name, func)                                                                            \
  g_test_add ("/train/classes/" name, TestFolders, NULL, set_up, func, test_folders_tear_down)
  ADD ("goes-on", test_goes_on);
  ADD ("from", test_from);
  ADD ("none", test_none);
#undef ADD
}
