/* ag-cli-train.c: `train`: train a model on a folder of pictures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ctrl-C saves and ends; --resume goes on from there. Several processes that mpirun has started
 * train together, and the first of them speaks for all.
 */
#include <glib/gi18n.h>
#include <inttypes.h>
#include <math.h>

#include "ag-cli-estimate.h"
#include "ag-face-crops.h"
#include "ag-trainer.h"

/* What GOption fills in; numbers stay unset unless given. */
typedef struct
{
  char *data, *labels, *run, *preset, *from;
  char *coupling, *permutation, *optimizer, *gradient, *crop, *duplicates;
  gboolean estimate;
  AgTrainerOptions trainer;
} Options;

static void
options_clear (Options *options)
{
  g_free (options->data);
  g_free (options->labels);
  g_free (options->run);
  g_free (options->preset);
  g_free (options->from);
  g_free (options->coupling);
  g_free (options->permutation);
  g_free (options->optimizer);
  g_free (options->gradient);
  g_free (options->crop);
  g_free (options->duplicates);
}

static GOptionEntry
entry (const char *name, GOptionArg kind, gpointer target, const char *help, const char *argument)
{
  return (GOptionEntry){ name, 0, 0, kind, target, help, argument };
}

/* Numbers of the model and of training, in the order of the help text. */
static gboolean
parse (AgCli *cli, Options *o, int *argc, char ***argv)
{
  AgTrainerOptions *t = &o->trainer;
  const GOptionEntry entries[] = {
    entry ("data", G_OPTION_ARG_FILENAME, &o->data, N_ ("The folder of pictures"), "DIR"),
    entry ("run", G_OPTION_ARG_FILENAME, &o->run, N_ ("The folder of the run"), "RUN"),
    entry ("preset", G_OPTION_ARG_STRING, &o->preset,
           N_ ("Settings to begin with; “list” names them"), "NAME"),
    entry ("resume", G_OPTION_ARG_NONE, &t->resume, N_ ("Go on with the run"), NULL),
    entry ("from", G_OPTION_ARG_FILENAME, &o->from,
           N_ ("Begin a new run with the weights of this model"), "MODEL"),
    entry ("steps", G_OPTION_ARG_INT64, &t->steps, N_ ("End after so many steps"), "N"),
    entry ("epochs", G_OPTION_ARG_DOUBLE, &t->epochs, N_ ("Or passes through the data"), "N"),
    entry ("minutes", G_OPTION_ARG_DOUBLE, &t->minutes, N_ ("Or minutes"), "N"),
    entry ("image-size", G_OPTION_ARG_INT, &t->image_size, N_ ("Pixels per side"), "N"),
    entry ("channels", G_OPTION_ARG_INT, &t->channels, N_ ("3 for colour, 1 for grey"), "N"),
    entry ("bits", G_OPTION_ARG_INT, &t->n_bits, N_ ("Colour depth, 1 to 8"), "B"),
    entry ("levels", G_OPTION_ARG_INT, &t->levels, N_ ("Levels of the flow"), "L"),
    entry ("depth", G_OPTION_ARG_INT, &t->depth, N_ ("Steps in a level"), "K"),
    entry ("width", G_OPTION_ARG_INT, &t->width, N_ ("Channels inside a coupling"), "W"),
    entry ("coupling", G_OPTION_ARG_STRING, &o->coupling, N_ ("additive, affine or affine-bounded"),
           "KIND"),
    entry ("permutation", G_OPTION_ARG_STRING, &o->permutation, N_ ("reverse, shuffle, conv or lu"),
           "KIND"),
    entry ("step-scaling", G_OPTION_ARG_INT, &t->scaling,
           N_ ("0 for steps that only shift, as NICE's; 1 for Glow's"), "0|1"),
    entry ("class-conditional", G_OPTION_ARG_INT, &t->conditional,
           N_ ("1 to give each class of the data a prior of its own"), "0|1"),
    entry ("batch", G_OPTION_ARG_INT, &t->batch, N_ ("Images per step, of all processes together"),
           "N"),
    entry ("optimizer", G_OPTION_ARG_STRING, &o->optimizer, N_ ("adam or adamax"), "KIND"),
    entry ("lr", G_OPTION_ARG_DOUBLE, &t->learning_rate, N_ ("Learning rate"), "X"),
    entry ("warmup", G_OPTION_ARG_INT64, &t->warmup, N_ ("Steps over which it rises"), "STEPS"),
    entry ("cooldown", G_OPTION_ARG_INT64, &t->cooldown,
           N_ ("Steps before the end over which it falls"), "STEPS"),
    entry ("average", G_OPTION_ARG_DOUBLE, &t->average,
           N_ ("Decay of the moving average of the weights"), "X"),
    entry ("clip", G_OPTION_ARG_DOUBLE, &t->clip, N_ ("Largest norm of the gradient"), "X"),
    entry ("seed", G_OPTION_ARG_INT64, &t->seed, N_ ("Of everything random"), "S"),
    entry ("held-out", G_OPTION_ARG_DOUBLE, &t->held_out, N_ ("Share of images not trained on"),
           "SHARE"),
    entry ("labels", G_OPTION_ARG_FILENAME, &o->labels, N_ ("Attribute table of the data"), "FILE"),
    entry ("crop", G_OPTION_ARG_STRING, &o->crop,
           N_ ("centre, or faces: find, level and cut out the face of each picture"), "KIND"),
    entry ("near-duplicates", G_OPTION_ARG_STRING, &o->duplicates,
           N_ ("keep, together (all trained on or all held out) or leave-out"), "KIND"),
    entry ("flip", G_OPTION_ARG_INT, &t->flip, N_ ("1 to mirror half of the images"), "0|1"),
    entry ("shift", G_OPTION_ARG_INT, &t->shift, N_ ("Move images by up to so many pixels"), "N"),
    entry ("brightness", G_OPTION_ARG_DOUBLE, &t->brightness,
           N_ ("Change brightness by up to this share"), "X"),
    entry ("guide", G_OPTION_ARG_DOUBLE, &t->guide,
           N_ ("Pull pictures to where their labels say, along the directions of --from; 40, say"),
           "WEIGHT"),
    entry ("checkpoint-every", G_OPTION_ARG_INT64, &t->checkpoint_every,
           N_ ("Steps between checkpoints"), "STEPS"),
    entry ("report-every", G_OPTION_ARG_INT64, &t->report_every, N_ ("Steps between reports"),
           "STEPS"),
    entry ("evaluate-every", G_OPTION_ARG_INT64, &t->evaluate_every,
           N_ ("Steps between looks at held-out images"), "STEPS"),
    entry ("sample-every", G_OPTION_ARG_INT64, &t->sample_every,
           N_ ("Steps between sample pictures"), "STEPS"),
    entry ("gradient", G_OPTION_ARG_STRING, &o->gradient,
           N_ ("auto, stored (faster) or reversed (less memory)"), "MODE"),
    entry ("estimate", G_OPTION_ARG_NONE, &o->estimate,
           N_ ("Only tell what it would take: memory, speed and time, from a few steps"), NULL),
    G_OPTION_ENTRY_NULL,
  };

  return ag_cli_parse (cli, entries, argc, argv, 0, 0);
}

static gboolean
parse_gradient (const char *name, int *mode)
{
  static const char *const names[] = { "auto", "stored", "reversed" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (name, names[i]))
      {
        *mode = (int) i;
        return TRUE;
      }
  return FALSE;
}

/* Words to enumerations. */
static gboolean
resolve_names (AgCli *cli, Options *options)
{
  AgTrainerOptions *t = &options->trainer;
  AgOptimizerKind optimizer;
  AgPermutation permutation;
  AgCoupling coupling;
  AgTrainerCrop crop;
  AgDatasetDuplicates duplicates;

  if (options->coupling)
    {
      if (!ag_coupling_parse (options->coupling, &coupling))
        {
          cli->status =
            ag_cli_usage_error (cli, _ ("--coupling: additive, affine or affine-bounded"));
          return FALSE;
        }
      t->coupling = coupling;
    }
  if (options->permutation)
    {
      if (!ag_permutation_parse (options->permutation, &permutation))
        {
          cli->status = ag_cli_usage_error (cli, _ ("--permutation: reverse, shuffle, conv or lu"));
          return FALSE;
        }
      t->permutation = permutation;
    }
  if (options->optimizer)
    {
      if (!ag_optimizer_parse (options->optimizer, &optimizer))
        {
          cli->status = ag_cli_usage_error (cli, _ ("--optimizer: adam or adamax"));
          return FALSE;
        }
      t->optimizer = optimizer;
    }
  if (options->crop)
    {
      if (!ag_trainer_crop_parse (options->crop, &crop))
        {
          cli->status = ag_cli_usage_error (cli, _ ("--crop: centre or faces"));
          return FALSE;
        }
      t->crop = crop;
    }
  if (options->duplicates)
    {
      if (!ag_dataset_duplicates_parse (options->duplicates, &duplicates))
        {
          cli->status =
            ag_cli_usage_error (cli, _ ("--near-duplicates: keep, together or leave-out"));
          return FALSE;
        }
      t->duplicates = duplicates;
    }
  if (options->gradient && !parse_gradient (options->gradient, &t->gradient))
    {
      cli->status = ag_cli_usage_error (cli, _ ("--gradient: auto, stored or reversed"));
      return FALSE;
    }
  return TRUE;
}

static char *
time_left (double seconds)
{
  int minutes = (int) MIN (seconds / 60, 1e8);

  if (!isfinite (seconds))
    return g_strdup ("");
  if (minutes >= 60)
    return g_strdup_printf (_ ("%d h %02d min left"), minutes / 60, minutes % 60);
  return g_strdup_printf (_ ("%d min %02d s left"), minutes, (int) seconds % 60);
}

static void
show_progress (const AgTrainerProgress *progress, gpointer data)
{
  AgCli *cli = data;
  g_autofree char *left = time_left (progress->seconds_left);
  g_autofree char *held_out = NULL;

  switch (progress->phase)
    {
    case AG_TRAINER_LOADING:
      ag_cli_progress (cli, _ ("reading %d of %d"), progress->done, progress->total);
      break;
    case AG_TRAINER_INITIALIZING:
      ag_cli_progress (cli, _ ("initialising"));
      break;
    case AG_TRAINER_EVALUATING:
      ag_cli_progress (cli, _ ("step %" PRIu64 ", looking at held-out images"), progress->step);
      break;
    case AG_TRAINER_SAVING:
      ag_cli_progress (cli, _ ("step %" PRIu64 ", saving"), progress->step);
      break;
    case AG_TRAINER_TRAINING:
      held_out = isfinite (progress->held_out_bits_per_dim)
                   ? g_strdup_printf (_ (" (held out %.4f)"), progress->held_out_bits_per_dim)
                   : g_strdup ("");
      ag_cli_progress (cli, _ ("step %" PRIu64 "  %.4f bits/dim%s  %.1f images/s  %s"),
                       progress->step, progress->train_bits_per_dim, held_out,
                       progress->images_per_second, left);
      break;
    default:
      break;
    }
}

static void
show_notice (const char *message, gpointer data)
{
  ag_cli_note (data, "%s", message);
}

static void
report (AgCli *cli, AgTrainer *trainer, AgTrainerEnd end, const char *run)
{
  const AgTrainerProgress *progress = ag_trainer_get_progress (trainer);
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();

  ag_cli_json_string (json, "run", run);
  ag_cli_json_string (json, "end", end == AG_TRAINER_FINISHED ? "finished" : "stopped");
  ag_cli_json_int (json, "step", (gint64) progress->step);
  ag_cli_json_int (json, "images", (gint64) progress->images);
  ag_cli_json_double (json, "epoch", progress->epoch);
  ag_cli_json_double (json, "seconds", progress->seconds);
  ag_cli_json_double (json, "images_per_s", progress->images_per_second);
  ag_cli_json_double (json, "train_bits_per_dim", progress->train_bits_per_dim);
  ag_cli_json_double (json, "held_out_bits_per_dim", progress->held_out_bits_per_dim);
  ag_cli_json_double (json, "best_held_out_bits_per_dim", progress->best_held_out_bits_per_dim);
  ag_cli_json_end (cli, json);
  ag_cli_print (cli, _ ("%s: step %" PRIu64 ", %" PRIu64 " images"), run, progress->step,
                progress->images);
  ag_cli_print (cli, _ ("training  %.4f bits/dim"), progress->train_bits_per_dim);
  if (isfinite (progress->held_out_bits_per_dim))
    ag_cli_print (cli, _ ("held out  %.4f bits/dim"), progress->held_out_bits_per_dim);
  if (end == AG_TRAINER_STOPPED)
    ag_cli_print (cli, _ ("Stopped and saved; --resume goes on from here."));
}

static int
fail (AgCli *cli, const GError *error)
{
  if (g_error_matches (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS))
    return ag_cli_usage_error (cli, "%s", error->message);
  return ag_cli_fail (cli, error);
}

/* What has befallen all of them, the first process says; each says that it has lost the others. */
static int
fail_together (AgCli *cli, AgRanks *ranks, const GError *error)
{
  if (ag_ranks_get_rank (ranks) == 0 ||
      g_error_matches (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_RANKS))
    return fail (cli, error);
  return AG_CLI_FAILED;
}

static int
train (AgCli *cli, Options *options)
{
  const AgTrainerCallbacks callbacks = { show_progress, show_notice, cli };
  g_autoptr (AgRanks) ranks = NULL;
  g_autoptr (GFile) data = options->data ? ag_cli_file (options->data) : NULL;
  g_autoptr (GFile) labels = options->labels ? ag_cli_file (options->labels) : NULL;
  g_autoptr (GFile) from = options->from ? ag_cli_file (options->from) : NULL;
  g_autoptr (GFile) run = ag_cli_file (options->run);
  g_autoptr (AgTrainer) trainer = NULL;
  g_autoptr (AgFaceCrops) faces = NULL;
  g_autoptr (GError) error = NULL;
  AgTrainerEnd end;

  /* Only the checkpoint knows what a run that is resumed, or a model, was trained on. */
  if (options->trainer.crop == AG_TRAINER_CROP_FACES || options->trainer.resume || from)
    faces = ag_face_crops_new (&error);
  if (options->trainer.crop == AG_TRAINER_CROP_FACES && !faces)
    return fail (cli, error);
  g_clear_error (&error);
  options->trainer.faces = faces ? ag_face_crops_get_crop (faces) : NULL;
  options->trainer.data = data;
  options->trainer.labels = labels;
  options->trainer.run = run;
  options->trainer.from = from;
  options->trainer.preset = options->preset;
  if (cli->threads > 0)
    options->trainer.n_threads = cli->threads;
  ranks = ag_ranks_new (ag_cli_cancel_flag (), &error);
  if (!ranks)
    return fail (cli, error);
  options->trainer.ranks = ranks;
  trainer = ag_trainer_new (&options->trainer, ag_ranks_get_rank (ranks) == 0 ? &callbacks : NULL,
                            ag_cli_cancel_flag (), &error);
  if (!trainer || !ag_trainer_run (trainer, ag_cli_cancel_flag (), &end, &error))
    return fail_together (cli, ranks, error);
  if (ag_ranks_get_rank (ranks) == 0)
    report (cli, trainer, end, options->run);
  return 0;
}

static int
estimate (AgCli *cli, Options *options)
{
  g_autoptr (GFile) labels = options->labels ? ag_cli_file (options->labels) : NULL;
  g_autoptr (GError) error = NULL;

  options->trainer.preset = options->preset;
  options->trainer.labels = labels;
  if (cli->threads > 0)
    options->trainer.n_threads = cli->threads;
  return ag_cli_estimate_run (cli, options->data, &options->trainer, &error) ? 0
                                                                             : fail (cli, error);
}

static int
list_presets (AgCli *cli)
{
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();
  const AgTrainerPreset *presets;
  int n;

  presets = ag_trainer_get_presets (&n);
  json_builder_set_member_name (json, "presets");
  json_builder_begin_array (json);
  for (int i = 0; i < n; i++)
    {
      json_builder_add_string_value (json, presets[i].name);
      ag_cli_print (cli, "%-14s %s", presets[i].name, presets[i].description);
    }
  json_builder_end_array (json);
  ag_cli_json_end (cli, json);
  return 0;
}

int
ag_cli_train (AgCli *cli, int argc, char **argv)
{
  Options options = { 0 };
  int status;

  ag_trainer_options_init (&options.trainer);
  cli->more = _ ("Ctrl-C saves and ends.\n\n"
                 "In a build with -Dmpi=enabled several processes, on one machine or many, train a "
                 "model together:\n"
                 "  mpirun -n 4 afterglow-cli train ...\n"
                 "Each computes its part of every batch. The run is that of one process with the "
                 "same options,\nto the last bit if a batch has an image for every thread, and can "
                 "go on with any number of them.\nOnly the first uses the run folder; all need "
                 "the pictures, under the same name.\n--threads is for each process. mpirun gives "
                 "them one second to end after Ctrl-C;\nwhen saving takes longer, start it with\n"
                 "--mca odls_base_sigkill_timeout 60.");
  if (!parse (cli, &options, &argc, &argv) || !resolve_names (cli, &options))
    status = cli->status;
  else if (options.preset && g_str_equal (options.preset, "list"))
    status = list_presets (cli);
  else if (!options.run && !options.estimate)
    status = ag_cli_usage_error (cli, _ ("--run RUN is missing"));
  else if (!options.data && (!options.trainer.resume || options.estimate))
    status = ag_cli_usage_error (cli, _ ("--data DIR is missing"));
  else
    status = options.estimate ? estimate (cli, &options) : train (cli, &options);
  options_clear (&options);
  return status;
}
