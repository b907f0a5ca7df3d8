/* test-estimate.c: what is told before training, and what is read of a run after it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-run-info.h"
#include "ag-trainer-estimate.h"
#include "test-images.h"
#include "test-train.h"

static void
test_estimate_fits (void)
{
  AgTrainerOptions options = test_options ("/", "/", 100);
  g_autoptr (GError) error = NULL;
  AgTrainerEstimate estimate;

  g_assert_true (ag_trainer_options_apply_preset (&options, &error));
  g_assert_true (ag_trainer_estimate (&options, 1000, 0, NULL, &estimate, &error));
  g_assert_no_error (error);
  g_assert_true (estimate.fits);
  g_assert_null (estimate.advice);
  g_assert_cmpuint (estimate.parameters, >, 1000);
  g_assert_cmpuint (estimate.memory, >, 6 * 4 * estimate.parameters);
  g_assert_cmpfloat (estimate.images_per_second, >, 0);
  /* The steps themselves, and not much more. */
  g_assert_cmpuint (estimate.images, ==, 100 * 8);
  g_assert_cmpfloat (estimate.seconds, >=, 800 / estimate.images_per_second);
  g_assert_cmpfloat (estimate.seconds, <, 3 * 800 / estimate.images_per_second);
  ag_trainer_estimate_clear (&estimate);
  test_options_clear (&options);
}

/* A model that cannot be had is told at once, with one that can. */
static void
test_estimate_does_not_fit (void)
{
  AgTrainerOptions options = test_options ("/", "/", 100);
  g_autoptr (GError) error = NULL;
  AgTrainerEstimate estimate, advised;

  g_assert_true (ag_trainer_options_apply_preset (&options, &error));
  options.image_size = 1024;
  options.levels = 4;
  options.width = 512;
  options.batch = 4096;
  g_assert_true (ag_trainer_estimate (&options, 1000, 0, NULL, &estimate, &error));
  g_assert_no_error (error);
  g_assert_false (estimate.fits);
  g_assert_cmpuint (estimate.memory, >, estimate.available);
  g_assert_true (isnan (estimate.images_per_second));
  g_assert_nonnull (estimate.advice);
  g_test_message ("%s", estimate.advice);
  g_assert_cmpint (estimate.advised.batch, <, 4096);
  options = estimate.advised;
  /* Only arithmetic is wanted here, not the steps. */
  {
    atomic_bool cancel = true;

    ag_trainer_estimate (&options, 1000, 0, &cancel, &advised, &error);
  }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (advised.fits);
  ag_trainer_estimate_clear (&estimate);
  test_options_clear (&options);
}

static void
test_info (void)
{
  char *data = test_folder_new (), *run = test_folder_new (), *other_run = test_folder_new ();
  AgTrainerOptions options = test_options (data, run, 7);
  AgTrainerOptions other = test_options (data, other_run, 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) runs = g_ptr_array_new_with_free_func ((GDestroyNotify) ag_run_info_free);
  g_autoptr (GPtrArray) differences = NULL;
  AgRunInfo *info;

  test_save_faces (data, 20, 16, 16);
  other.permutation = AG_PERMUTATION_SHUFFLE;
  test_train (&options);
  test_train (&other);
  info = ag_run_info_load (options.run, &error);
  g_assert_no_error (error);
  g_ptr_array_add (runs, info);
  g_assert_cmpuint (info->step, ==, 7);
  g_assert_cmpuint (info->last_step, ==, 7);
  g_assert_true (info->is_finished);
  g_assert_cmpstr (info->data, ==, data);
  g_assert_cmpint (info->options.width, ==, 16);
  g_assert_cmpuint (info->log->reports->len, >, 2);
  g_assert_cmpstr (ag_run_info_get_setting (info, "permutation"), ==, "lu");
  g_ptr_array_add (runs, ag_run_info_load (other.run, &error));
  g_assert_no_error (error);
  differences = ag_run_info_find_differences (runs);
  g_assert_cmpuint (differences->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (differences, 0), ==, "permutation");
  g_assert_cmpstr (g_ptr_array_index (differences, 1), ==, "steps");

  test_write (run, "checkpoint.safetensors", "not a checkpoint");
  test_remove (run, "checkpoint.previous.safetensors");
  g_assert_null (ag_run_info_load (options.run, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "checkpoint.safetensors"));
  test_options_clear (&options);
  test_options_clear (&other);
  test_folder_free (data);
  test_folder_free (run);
  test_folder_free (other_run);
}

void
test_estimate_add (void)
{
  g_test_add_func ("/train/estimate/fits", test_estimate_fits);
  g_test_add_func ("/train/estimate/does-not-fit", test_estimate_does_not_fit);
  g_test_add_func ("/train/info", test_info);
}
