/* test-trainer-from.c: runs that begin with the weights of a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer.h"

#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "ag-run-log.h"
#include "test-images.h"
#include "test-train.h"

typedef struct
{
  char *base, *data, *run, *other, *model;
} Fixture;

/* A model that has learnt for 100 steps. */
static void
fixture_set_up (Fixture *self, gconstpointer unused)
{
  AgTrainerOptions options;

  self->base = test_folder_new ();
  self->data = g_build_filename (self->base, "data", NULL);
  self->run = g_build_filename (self->base, "run", NULL);
  self->other = g_build_filename (self->base, "other", NULL);
  self->model = g_build_filename (self->run, "model.safetensors", NULL);
  test_save_faces (self->data, 40, 16, 16);
  options = test_options (self->data, self->run, 100);
  options.seed = 7;
  options.learning_rate = 3e-3;
  options.average = 0.9;
  test_train (&options);
  test_options_clear (&options);
}

static void
fixture_tear_down (Fixture *self, gconstpointer unused)
{
  test_folder_free (self->base);
  g_free (self->data);
  g_free (self->run);
  g_free (self->other);
  g_free (self->model);
}

/* Options that leave the model to decide what it decides. */
static AgTrainerOptions
options_from (Fixture *self, gint64 steps)
{
  AgTrainerOptions options = test_options (self->data, self->other, steps);

  options.from = g_file_new_for_path (self->model);
  options.image_size = options.levels = options.depth = options.width = AG_UNSET;
  options.held_out = AG_UNSET;
  options.average = 0.9;
  return options;
}

static double
held_out_of (const char *run, gboolean first)
{
  g_autoptr (GFile) file = g_file_new_for_path (run);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgRunLog) log = ag_run_log_load (file, &error);
  double value = NAN;

  g_assert_no_error (error);
  for (guint i = 0; i < log->reports->len; i++)
    {
      double here = g_array_index (log->reports, AgRunReport, i).held_out_bits_per_dim;

      if (!isnan (here) && (isnan (value) || !first))
        value = here;
    }
  return value;
}

static const char *
fact (AgModel *model, const char *key)
{
  return g_hash_table_lookup (model->facts, key);
}

/* It does not begin anew: the first look at the held-out images, which are the same ones, finds
 * what the last one found. */
static void
test_goes_on (Fixture *self, gconstpointer unused)
{
  AgTrainerOptions options = options_from (self, 6);
  g_autofree char *path = g_build_filename (self->other, "model.safetensors", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = NULL;
  double before = held_out_of (self->run, FALSE), after;

  test_train (&options);
  after = held_out_of (self->other, TRUE);
  g_test_message ("held out %g, then %g", before, after);
  g_assert_cmpfloat (fabs (after - before), <, 0.15);
  model = ag_model_load (file, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fact (model, "seed"), ==, "7");
  g_assert_cmpstr (fact (model, "held_out"), ==, "0.2");
  g_assert_cmpstr (fact (model, "images"), ==, "48");
  g_assert_cmpstr (fact (model, "earlier_images"), ==, "800");
  test_options_clear (&options);
}

/* Given scales, which are 1 at first, it goes on as well from where it was; what it becomes has
 * them. */
static void
test_grows (Fixture *self, gconstpointer unused)
{
  AgTrainerOptions options = options_from (self, 6);
  g_autofree char *path = g_build_filename (self->other, "model.safetensors", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = NULL;
  double before = held_out_of (self->run, FALSE), after;

  options.coupling = AG_COUPLING_AFFINE_BOUNDED;
  test_train (&options);
  after = held_out_of (self->other, TRUE);
  g_test_message ("held out %g, then %g", before, after);
  g_assert_cmpfloat (fabs (after - before), <, 0.15);
  model = ag_model_load (file, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_glow_config (model->glow)->coupling, ==, AG_COUPLING_AFFINE_BOUNDED);
  g_assert_cmpstr (fact (model, "earlier_images"), ==, "800");
  test_options_clear (&options);
}

/* Once begun it is a run like others: its own checkpoint is all it needs. */
static void
test_resumes (Fixture *self, gconstpointer unused)
{
  g_autofree char *third = g_build_filename (self->base, "third", NULL);
  AgTrainerOptions whole = options_from (self, 9);
  AgTrainerOptions parts = options_from (self, 4);

  test_train (&whole);
  g_object_unref (parts.run);
  parts.run = g_file_new_for_path (third);
  test_train (&parts);
  g_remove (self->model);
  g_clear_object (&parts.from);
  parts.resume = TRUE;
  parts.steps = 9;
  test_train (&parts);
  test_assert_same_run (self->other, third);
  test_options_clear (&whole);
  test_options_clear (&parts);
}

static void
test_refuses (Fixture *self, gconstpointer unused)
{
  AgTrainerOptions options = options_from (self, 4);

  options.width = 24;
  test_assert_refused (&options, "the model has width 16 and cannot be trained with 24");
  options.width = AG_UNSET;
  options.coupling = AG_COUPLING_AFFINE;
  test_assert_refused (&options,
                       "the model has coupling additive and cannot be trained with affine");
  options.coupling = AG_UNSET;
  options.resume = TRUE;
  test_assert_refused (&options, "not both");
  options.resume = FALSE;
  g_object_unref (options.from);
  options.from = g_file_get_child (options.data, "face-000.png");
  test_assert_refused (&options, "face-000.png");
  test_options_clear (&options);
  g_assert_false (g_file_test (self->other, G_FILE_TEST_EXISTS));
}

void
test_trainer_from_add (void)
{
  g_test_add ("/train/from/goes-on", Fixture, NULL, fixture_set_up, test_goes_on,
              fixture_tear_down);
  g_test_add ("/train/from/grows", Fixture, NULL, fixture_set_up, test_grows, fixture_tear_down);
  g_test_add ("/train/from/resumes", Fixture, NULL, fixture_set_up, test_resumes,
              fixture_tear_down);
  g_test_add ("/train/from/refuses", Fixture, NULL, fixture_set_up, test_refuses,
              fixture_tear_down);
}
