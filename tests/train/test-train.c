/* test-train.c: the tests of src/train
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-train.h"

#include <string.h>

#include "ag-safetensors.h"
#include "test-images.h"
#include "test-train-child.h"

void
test_folders_set_up_empty (TestFolders *self, gconstpointer unused)
{
  self->base = test_folder_new ();
  self->data = g_build_filename (self->base, "data", NULL);
  self->run = g_build_filename (self->base, "run", NULL);
  self->other = g_build_filename (self->base, "other", NULL);
  self->notices = g_string_new (NULL);
}

void
test_folders_set_up (TestFolders *self, gconstpointer unused)
{
  test_folders_set_up_empty (self, NULL);
  test_save_faces (self->data, 40, 16, 16);
}

void
test_folders_tear_down (TestFolders *self, gconstpointer unused)
{
  test_folder_free (self->base);
  g_free (self->data);
  g_free (self->run);
  g_free (self->other);
  g_string_free (self->notices, TRUE);
}

void
test_take_notice (const char *message, gpointer folders)
{
  TestFolders *self = folders;

  g_test_message ("%s", message);
  g_string_append_printf (self->notices, "%s\n", message);
}

AgTrainerOptions
test_options (const char *data, const char *run, gint64 steps)
{
  AgTrainerOptions options;

  ag_trainer_options_init (&options);
  options.data = g_file_new_for_path (data);
  options.run = g_file_new_for_path (run);
  options.preset = "quick-look";
  options.steps = steps;
  options.image_size = 16;
  options.levels = 2;
  options.depth = 2;
  options.width = 16;
  options.batch = 8;
  options.warmup = 5;
  options.held_out = 0.2;
  options.report_every = 3;
  options.evaluate_every = 6;
  options.evaluate_images = 10;
  options.sample_every = 10;
  options.sample_images = 4;
  options.n_threads = 2;
  return options;
}

void
test_options_clear (AgTrainerOptions *options)
{
  g_clear_object (&options->data);
  g_clear_object (&options->run);
  g_clear_object (&options->labels);
  g_clear_object (&options->from);
}

void
test_train (const AgTrainerOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = ag_trainer_new (options, NULL, NULL, &error);
  AgTrainerEnd end;

  g_assert_no_error (error);
  ag_trainer_run (trainer, NULL, &end, &error);
  g_assert_no_error (error);
  g_assert_cmpint (end, ==, AG_TRAINER_FINISHED);
}

void
test_assert_refused (const AgTrainerOptions *options, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgTrainer) trainer = ag_trainer_new (options, NULL, NULL, &error);

  g_assert_null (trainer);
  g_assert_nonnull (error);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

char *
test_log_text (const char *run)
{
  g_autofree char *path = g_build_filename (run, "log.jsonl", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) clock =
    g_regex_new (",\"images_per_s\":[^,}]*,\"seconds\":[^,}]*", 0, 0, NULL);

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_regex_replace_literal (clock, text, -1, 0, "", 0, NULL);
}

static AgSafetensors *
open_tensors (const char *run, const char *name)
{
  g_autofree char *path = g_build_filename (run, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  AgSafetensors *tensors = ag_safetensors_open (file, &error);

  g_assert_no_error (error);
  return tensors;
}

static void
assert_same_file (const char *run, const char *other, const char *name)
{
  static const char *const counters[] = { "state.step",
                                          "state.reported_step",
                                          "state.rate_scale",
                                          "state.sum_bits_per_dim",
                                          "state.recent_bits_per_dim",
                                          "state.held_out_bits_per_dim",
                                          "state.best_step" };
  g_autoptr (AgSafetensors) a = open_tensors (run, name);
  g_autoptr (AgSafetensors) b = open_tensors (other, name);

  g_assert_cmpuint (ag_safetensors_get_n_tensors (a), ==, ag_safetensors_get_n_tensors (b));
  for (guint i = 0; i < ag_safetensors_get_n_tensors (a); i++)
    {
      const AgSafetensor *ours = ag_safetensors_get_tensor (a, i);
      const AgSafetensor *its = ag_safetensors_find (b, ours->name);

      g_assert_nonnull (its);
      g_assert_cmpmem (ours->data, ours->size, its->data, its->size);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (counters); i++)
    g_assert_cmpstr (ag_safetensors_get_metadata (a, counters[i]), ==,
                     ag_safetensors_get_metadata (b, counters[i]));
}

void
test_assert_same_run (const char *run, const char *other)
{
  g_autofree char *log = test_log_text (run), *other_log = test_log_text (other);

  g_assert_cmpstr (log, ==, other_log);
  assert_same_file (run, other, "checkpoint.safetensors");
  assert_same_file (run, other, "model.safetensors");
}

int
main (int argc, char **argv)
{
  int status;

  if (test_train_child (argv[0]))
    return 0;
  if (test_ranks_child (argv[0], &status))
    return status;
  g_test_init (&argc, &argv, NULL);
  test_optimizer_add ();
  test_options_add ();
  test_estimate_add ();
  test_run_log_add ();
  test_trainer_add ();
  test_trainer_classes_add ();
  test_trainer_drift_add ();
  test_trainer_failures_add ();
  test_trainer_from_add ();
  test_trainer_guide_add ();
  test_trainer_kill_add ();
  test_trainer_ranks_add ();
  return g_test_run ();
}
