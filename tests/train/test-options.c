/* test-options.c: presets, ranges and what a run that is resumed may change
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-flow.h"
#include "ag-trainer-options.h"
#include "test-train.h"

static void
test_presets (void)
{
  static const char *const expected[] = { "quick-look", "faces-64", "faces-128", "cifar-10",
                                          "celeba-hq",  "nice",     "mnist" };
  int n;
  const AgTrainerPreset *presets = ag_trainer_get_presets (&n);

  g_assert_cmpint (n, ==, G_N_ELEMENTS (expected));
  for (int i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;
      AgTrainerOptions options;
      AgGlowConfig config;
      AgFlowError flow_error;

      g_assert_cmpstr (presets[i].name, ==, expected[i]);
      ag_trainer_options_init (&options);
      options.preset = expected[i];
      ag_trainer_options_apply_preset (&options, &error);
      g_assert_no_error (error);
      g_assert_true (options.steps > 0 || options.epochs > 0);
      config = (AgGlowConfig){ options.image_size,
                               options.image_size,
                               options.channels,
                               options.levels,
                               options.depth,
                               options.width,
                               (AgCoupling) options.coupling,
                               (AgPermutation) options.permutation,
                               options.n_bits,
                               0 };
      g_assert_cmpint (ag_glow_config_check (&config, &flow_error), ==, AG_OK);
    }
}

/* What the issue asks of the preset for the bundled model. */
static void
test_faces (void)
{
  AgTrainerOptions options;
  g_autoptr (GError) error = NULL;

  ag_trainer_options_init (&options);
  options.depth = 3;
  options.minutes = 7;
  g_assert_true (ag_trainer_options_apply_preset (&options, &error));
  g_assert_cmpstr (options.preset, ==, "faces-64");
  g_assert_cmpint (options.image_size, ==, 64);
  g_assert_cmpint (options.levels, ==, 4);
  g_assert_cmpint (options.depth, ==, 3);
  g_assert_cmpint (options.width, ==, 128);
  g_assert_cmpint (options.coupling, ==, AG_COUPLING_ADDITIVE);
  g_assert_cmpint (options.n_bits, ==, 5);
  g_assert_cmpint (options.steps, ==, 0);
  g_assert_cmpfloat (options.minutes, ==, 7);
}

static void
assert_refused (const char *name, double value, const char *message)
{
  AgTrainerOptions options;
  g_autoptr (GError) error = NULL;
  int n;
  const AgOption *table = ag_trainer_options_table (&n);

  ag_trainer_options_init (&options);
  for (int i = 0; i < n; i++)
    if (g_strcmp0 (table[i].name, name) == 0)
      ag_option_set (&table[i], &options, value);
  g_assert_false (ag_trainer_options_apply_preset (&options, &error));
  g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_ranges (void)
{
  AgTrainerOptions options;
  g_autoptr (GError) error = NULL;

  assert_refused ("bits", 9, "bits is 9; it must be from 1 to 8");
  assert_refused ("batch", -1, "batch is -1; it must be from 1 to 4096");
  assert_refused ("batch", 0, "batch is 0; it must be from 1 to 4096");
  assert_refused ("channels", 2, "channels is 2; it must be 1 or 3");
  assert_refused ("image-size", 72,
                  "The size of the pictures is 72; with 4 levels it must be a multiple of 16");
  assert_refused ("held-out", 0.7, "held-out is 0.7; it must be from 0 to 0.5");
  assert_refused ("lr", NAN, "lr is nan; it must be from 1e-12 to 10");
  assert_refused ("levels", 13, "levels is 13; it must be from 1 to 12");

  ag_trainer_options_init (&options);
  options.preset = "nonesuch";
  g_assert_false (ag_trainer_options_apply_preset (&options, &error));
  g_assert_true (g_str_has_prefix (error->message, "There is no preset nonesuch; there are quick"));
  g_clear_error (&error);
  options.preset = NULL;
  options.minutes = -2;
  g_assert_false (ag_trainer_options_apply_preset (&options, &error));
  g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS);
}

static void
test_take_run (void)
{
  AgTrainerOptions run, options;
  g_autoptr (GError) error = NULL;

  ag_trainer_options_init (&run);
  g_assert_true (ag_trainer_options_apply_preset (&run, &error));
  ag_trainer_options_init (&options);
  options.batch = run.batch;
  options.learning_rate = 5e-4;
  options.steps = 77;
  g_assert_true (ag_trainer_options_take_run (&options, &run, &error));
  g_assert_cmpint (options.depth, ==, run.depth);
  g_assert_cmpfloat (options.learning_rate, ==, 5e-4);
  g_assert_cmpint (options.steps, ==, 77);

  ag_trainer_options_init (&options);
  options.coupling = AG_COUPLING_AFFINE;
  g_assert_false (ag_trainer_options_take_run (&options, &run, &error));
  g_assert_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS);
  g_assert_cmpstr (error->message, ==,
                   "The run was begun with coupling additive and cannot go on with affine");
}

static void
test_names (void)
{
  AgOptimizerKind kind;

  g_assert_true (ag_optimizer_parse ("adamax", &kind));
  g_assert_cmpint (kind, ==, AG_OPTIMIZER_ADAMAX);
  g_assert_cmpstr (ag_optimizer_name (AG_OPTIMIZER_ADAM), ==, "adam");
  g_assert_false (ag_optimizer_parse ("Adam", &kind));
}

void
test_options_add (void)
{
  g_test_add_func ("/train/options/presets", test_presets);
  g_test_add_func ("/train/options/faces", test_faces);
  g_test_add_func ("/train/options/ranges", test_ranges);
  g_test_add_func ("/train/options/take-run", test_take_run);
  g_test_add_func ("/train/options/names", test_names);
}
