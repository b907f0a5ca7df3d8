/* ag-trainer-options.c: the options of a trainer as a table
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-trainer-options.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#define LARGE 1e15 /* counts of steps that a double still holds exactly */

#define INT(name, member, min, max, fixed)                                                         \
  {                                                                                                \
    name, AG_OPTION_INT, G_STRUCT_OFFSET (AgTrainerOptions, member), min, max, fixed, NAN          \
  }
#define INT64(name, member, min, max, fixed)                                                       \
  {                                                                                                \
    name, AG_OPTION_INT64, G_STRUCT_OFFSET (AgTrainerOptions, member), min, max, fixed, NAN        \
  }
#define DOUBLE(name, member, min, max, fixed)                                                      \
  {                                                                                                \
    name, AG_OPTION_DOUBLE, G_STRUCT_OFFSET (AgTrainerOptions, member), min, max, fixed, NAN       \
  }
#define LATER_DOUBLE(name, member, min, max, fixed, before)                                        \
  {                                                                                                \
    name, AG_OPTION_DOUBLE, G_STRUCT_OFFSET (AgTrainerOptions, member), min, max, fixed, before    \
  }
#define LATER_INT(name, member, min, max, fixed, before)                                           \
  {                                                                                                \
    name, AG_OPTION_INT, G_STRUCT_OFFSET (AgTrainerOptions, member), min, max, fixed, before       \
  }

static const AgOption table[] = {
  INT ("image-size", image_size, 2, 4096, TRUE),
  INT ("channels", channels, 1, 3, TRUE),
  INT ("bits", n_bits, 1, 8, TRUE),
  INT ("levels", levels, 1, AG_MAX_LEVELS, TRUE),
  INT ("depth", depth, 1, 1024, TRUE),
  INT ("width", width, 1, 8192, TRUE),
  INT ("coupling", coupling, AG_COUPLING_ADDITIVE, AG_COUPLING_AFFINE_BOUNDED, TRUE),
  INT ("permutation", permutation, AG_PERMUTATION_REVERSE, AG_PERMUTATION_LU, TRUE),
  LATER_INT ("step-scaling", scaling, 0, 1, TRUE, 1),
  INT ("conditional", conditional, 0, 1, TRUE),
  INT ("batch", batch, 1, 4096, TRUE),
  INT ("optimizer", optimizer, AG_OPTIMIZER_ADAM, AG_OPTIMIZER_ADAMAX, TRUE),
  DOUBLE ("lr", learning_rate, 1e-12, 10, FALSE),
  DOUBLE ("beta1", beta1, 0, 0.99999999, FALSE),
  DOUBLE ("beta2", beta2, 0, 0.99999999, FALSE),
  INT64 ("warmup", warmup, 0, LARGE, FALSE),
  INT64 ("cooldown", cooldown, 0, LARGE, FALSE),
  DOUBLE ("average", average, 0, 0.99999999, FALSE),
  DOUBLE ("clip", clip, 0, 1e30, FALSE),
  INT64 ("seed", seed, 0, LARGE, TRUE),
  DOUBLE ("held-out", held_out, 0, 0.5, TRUE),
  LATER_INT ("crop",
             crop,
             AG_TRAINER_CROP_CENTRE,
             AG_TRAINER_CROP_FACES,
             TRUE,
             AG_TRAINER_CROP_CENTRE),
  LATER_INT ("near-duplicates",
             duplicates,
             AG_DATASET_DUPLICATES_KEEP,
             AG_DATASET_DUPLICATES_LEAVE_OUT,
             TRUE,
             AG_DATASET_DUPLICATES_KEEP),
  INT ("flip", flip, 0, 1, FALSE),
  INT ("shift", shift, 0, 4096, FALSE),
  DOUBLE ("brightness", brightness, 0, 0.9, FALSE),
  LATER_DOUBLE ("guide", guide, 0, 1e6, FALSE, 0),
  INT64 ("checkpoint-every", checkpoint_every, 0, LARGE, FALSE),
  DOUBLE ("checkpoint-seconds", checkpoint_seconds, 0, 1e9, FALSE),
  INT64 ("report-every", report_every, 1, LARGE, FALSE),
  INT64 ("evaluate-every", evaluate_every, 1, LARGE, FALSE),
  INT ("evaluate-images", evaluate_images, 1, G_MAXINT, FALSE),
  INT64 ("sample-every", sample_every, 0, LARGE, FALSE),
  INT ("sample-images", sample_images, 1, 256, FALSE),
  INT ("gradient", gradient, AG_GRADIENT_AUTO, AG_GRADIENT_REVERSED, FALSE),
  INT64 ("memory-limit", memory_limit, 0, LARGE, FALSE),
  INT ("threads", n_threads, 0, 256, FALSE),
};

static const char *const gradient_names[] = { "auto", "stored", "reversed" };
static const char *const optimizer_names[] = { "adam", "adamax" };
static const char *const crop_names[] = { "centre", "faces" };

const AgOption *
ag_trainer_options_table (int *n)
{
  *n = G_N_ELEMENTS (table);
  return table;
}

double
ag_option_get (const AgOption *option, const AgTrainerOptions *options)
{
  const void *member = G_STRUCT_MEMBER_P (options, option->offset);

  switch (option->type)
    {
    case AG_OPTION_INT:
      return *(const int *) member;
    case AG_OPTION_INT64:
      return (double) *(const gint64 *) member;
    case AG_OPTION_DOUBLE:
      return *(const double *) member;
    }
  return AG_UNSET;
}

void
ag_option_set (const AgOption *option, AgTrainerOptions *options, double value)
{
  void *member = G_STRUCT_MEMBER_P (options, option->offset);

  switch (option->type)
    {
    case AG_OPTION_INT:
      *(int *) member = (int) value;
      break;
    case AG_OPTION_INT64:
      *(gint64 *) member = (gint64) value;
      break;
    case AG_OPTION_DOUBLE:
      *(double *) member = value;
      break;
    }
}

gboolean
ag_option_is_unset (const AgOption *option, const AgTrainerOptions *options)
{
  return ag_option_get (option, options) == AG_UNSET;
}

void
ag_trainer_options_init (AgTrainerOptions *options)
{
  memset (options, 0, sizeof *options);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    ag_option_set (&table[i], options, AG_UNSET);
}

static void
fill_unset (AgTrainerOptions *options, const AgTrainerOptions *from)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (ag_option_is_unset (&table[i], options))
      ag_option_set (&table[i], options, ag_option_get (&table[i], from));
  if (options->steps == 0 && options->epochs == 0 && options->minutes == 0)
    {
      options->steps = from->steps;
      options->epochs = from->epochs;
      options->minutes = from->minutes;
    }
}

char *
ag_option_get_text (const AgOption *option, double value)
{
  if (strcmp (option->name, "coupling") == 0)
    return g_strdup (ag_coupling_name ((AgCoupling) value));
  if (strcmp (option->name, "permutation") == 0)
    return g_strdup (ag_permutation_name ((AgPermutation) value));
  if (strcmp (option->name, "optimizer") == 0)
    return g_strdup (ag_optimizer_name ((AgOptimizerKind) value));
  if (strcmp (option->name, "crop") == 0)
    return g_strdup (ag_trainer_crop_name ((AgTrainerCrop) value));
  if (strcmp (option->name, "near-duplicates") == 0)
    return g_strdup (ag_dataset_duplicates_name ((AgDatasetDuplicates) value));
  if (strcmp (option->name, "gradient") == 0 && value >= 0 && value < G_N_ELEMENTS (gradient_names))
    return g_strdup (gradient_names[(int) value]);
  return g_strdup_printf ("%.10g", value);
}

gboolean
ag_trainer_options_take_run (AgTrainerOptions *options, const AgTrainerOptions *run, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      double ours = ag_option_get (&table[i], options), its = ag_option_get (&table[i], run);
      g_autofree char *ours_text = NULL, *its_text = NULL;

      if (!table[i].is_fixed || ours == AG_UNSET || ours == its)
        continue;
      ours_text = ag_option_get_text (&table[i], ours);
      its_text = ag_option_get_text (&table[i], its);
      g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                   _ ("The run was begun with %s %s and cannot go on with %s"), table[i].name,
                   its_text, ours_text);
      return FALSE;
    }
  fill_unset (options, run);
  return ag_trainer_options_check (options, error);
}

/* The options before this one make the architecture. */
#define FIRST_OF_TRAINING "batch"

gboolean
ag_trainer_options_take_model (AgTrainerOptions *options,
                               const AgTrainerOptions *model,
                               const char *name,
                               GError **error)
{
  gboolean is_architecture = TRUE;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      double ours = ag_option_get (&table[i], options), its = ag_option_get (&table[i], model);
      g_autofree char *ours_text = NULL, *its_text = NULL;

      is_architecture = is_architecture && strcmp (table[i].name, FIRST_OF_TRAINING) != 0;
      if (ours == AG_UNSET)
        ag_option_set (&table[i], options, its);
      if (!is_architecture || ours == AG_UNSET || ours == its)
        continue;
      ours_text = ag_option_get_text (&table[i], ours);
      its_text = ag_option_get_text (&table[i], its);
      g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                   _ ("%s: the model has %s %s and cannot be trained with %s"), name, table[i].name,
                   its_text, ours_text);
      return FALSE;
    }
  return TRUE;
}

static const AgTrainerPreset *
find_preset (const char *name, GError **error)
{
  int n;
  const AgTrainerPreset *presets = ag_trainer_get_presets (&n);
  g_autoptr (GString) names = g_string_new (NULL);

  for (int i = 0; i < n; i++)
    {
      if (strcmp (presets[i].name, name) == 0)
        return &presets[i];
      g_string_append_printf (names, "%s%s", i > 0 ? ", " : "", presets[i].name);
    }
  g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
               _ ("There is no preset %s; there are %s"), name, names->str);
  return NULL;
}

gboolean
ag_trainer_options_apply_preset (AgTrainerOptions *options, GError **error)
{
  const AgTrainerPreset *preset =
    find_preset (options->preset ? options->preset : "faces-64", error);

  if (preset == NULL)
    return FALSE;
  options->preset = preset->name;
  fill_unset (options, &preset->options);
  return ag_trainer_options_check (options, error);
}

static gboolean
check_range (const AgOption *option, const AgTrainerOptions *options, GError **error)
{
  double value = ag_option_get (option, options);

  /* Written so that NAN fails. */
  if (value >= option->min && value <= option->max)
    return TRUE;
  g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
               _ ("%s is %.10g; it must be from %.10g to %.10g"), option->name, value, option->min,
               option->max);
  return FALSE;
}

static gboolean
check_limits (const AgTrainerOptions *options, GError **error)
{
  if (options->steps >= 0 && options->steps <= LARGE && options->epochs >= 0 &&
      options->epochs <= LARGE && options->minutes >= 0 && options->minutes <= LARGE)
    return TRUE;
  g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                       _ ("The number of steps, epochs or minutes is out of range"));
  return FALSE;
}

static gboolean
check_shape (const AgTrainerOptions *options, GError **error)
{
  int unit = 1 << options->levels;

  if (options->channels == 2)
    g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                         _ ("channels is 2; it must be 1 or 3"));
  else if (options->image_size % unit != 0)
    g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                 _ ("The size of the pictures is %d; with %d levels it must be a multiple of %d"),
                 options->image_size, options->levels, unit);
  else
    return TRUE;
  return FALSE;
}

gboolean
ag_trainer_options_check (const AgTrainerOptions *options, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (!check_range (&table[i], options, error))
      return FALSE;
  return check_limits (options, error) && check_shape (options, error);
}

static gboolean
find_name (const char *const *names, int n, const char *name, int *index)
{
  for (*index = 0; *index < n; (*index)++)
    if (strcmp (names[*index], name) == 0)
      return TRUE;
  return FALSE;
}

const char *
ag_optimizer_name (AgOptimizerKind kind)
{
  return optimizer_names[kind];
}

gboolean
ag_optimizer_parse (const char *name, AgOptimizerKind *kind)
{
  int index;
  gboolean ok = find_name (optimizer_names, G_N_ELEMENTS (optimizer_names), name, &index);

  if (ok)
    *kind = (AgOptimizerKind) index;
  return ok;
}

const char *
ag_trainer_crop_name (AgTrainerCrop crop)
{
  return crop_names[crop];
}

gboolean
ag_trainer_crop_parse (const char *name, AgTrainerCrop *crop)
{
  int index;
  gboolean ok = find_name (crop_names, G_N_ELEMENTS (crop_names), name, &index);

  if (ok)
    *crop = (AgTrainerCrop) index;
  return ok;
}
