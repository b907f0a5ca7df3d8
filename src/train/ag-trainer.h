/* ag-trainer.h: training a model on a folder of images
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     AgTrainerOptions options;
 *     ag_trainer_options_init (&options);               // everything unset
 *     options.data = folder;
 *     options.run = run;
 *     options.preset = "faces-64";
 *     options.minutes = 60;
 *     g_autoptr (AgTrainer) trainer = ag_trainer_new (&options, &callbacks, &cancel, &error);
 *     if (trainer && ag_trainer_run (trainer, &cancel, &end, &error))
 *       ...
 *
 * A run folder holds
 *
 *   model.safetensors                the averaged weights, ready to use, with facts
 *   best.safetensors                 the same at the step whose held-out bits/dim was lowest
 *   checkpoint.safetensors           everything needed to go on
 *   checkpoint.previous.safetensors  the one before it
 *   log.jsonl                        one object per report, see ag-run-log.h
 *   samples/step-00001000.png        a grid of faces drawn at fixed eps
 *
 * All numbers of a run are functions of its options, its images and its step: a run that was
 * stopped, killed or lost power goes on from its last checkpoint to the very same parameters and
 * log (but for the rates, which are the clock's) as one that was not, at the same number of
 * threads.
 *
 * A trainer belongs to one thread at a time.
 *
 * Several processes can train one run together, see ag-ranks.h. Each computes the gradient of its
 * part of every batch, the mean of all is what each takes the same step by. Process 0 decides,
 * with its options and its clock, and alone touches the run folder; the others need the images. The
 * run is the one that a single process would have made of the same options, but for the rounding
 * of sums; it can go on with any number of processes.
 */
#pragma once

#include <stdatomic.h>

#include "ag-dataset.h"
#include "ag-flow.h"
#include "ag-model.h"
#include "ag-ranks.h"

G_BEGIN_DECLS

#define AG_TRAINER_ERROR (ag_trainer_error_quark ())
GQuark ag_trainer_error_quark (void);

/**
 * AgTrainerError:
 * @AG_TRAINER_ERROR_OPTIONS: an option is out of range or contradicts another, or the run that is
 *   resumed
 * @AG_TRAINER_ERROR_EXISTS: the run folder already holds a run and @resume was not asked for
 * @AG_TRAINER_ERROR_NO_RUN: @resume was asked for and there is nothing to resume
 * @AG_TRAINER_ERROR_CHECKPOINT: no checkpoint of the run can be read
 * @AG_TRAINER_ERROR_DIVERGED: values were not finite again and again, at smaller and smaller
 *   learning rates; the last good state has been saved
 * @AG_TRAINER_ERROR_RANKS: processes that train together have lost each other, or differ in what
 *   they were started with
 */
typedef enum
{
  AG_TRAINER_ERROR_OPTIONS,
  AG_TRAINER_ERROR_EXISTS,
  AG_TRAINER_ERROR_NO_RUN,
  AG_TRAINER_ERROR_CHECKPOINT,
  AG_TRAINER_ERROR_DIVERGED,
  AG_TRAINER_ERROR_RANKS,
} AgTrainerError;

/**
 * AgTrainerCrop:
 * @AG_TRAINER_CROP_CENTRE: the middle of each image
 * @AG_TRAINER_CROP_FACES: the face, found and levelled; images without one are left out
 *
 * What is trained on of the images of a folder.
 */
typedef enum
{
  AG_TRAINER_CROP_CENTRE,
  AG_TRAINER_CROP_FACES,
} AgTrainerCrop;

const char *ag_trainer_crop_name (AgTrainerCrop crop); /* "centre", "faces" */
gboolean ag_trainer_crop_parse (const char *name, AgTrainerCrop *crop);

typedef enum
{
  AG_OPTIMIZER_ADAM,
  AG_OPTIMIZER_ADAMAX,
} AgOptimizerKind;

const char *ag_optimizer_name (AgOptimizerKind kind); /* "adam", "adamax" */
gboolean ag_optimizer_parse (const char *name, AgOptimizerKind *kind);

/**
 * AG_UNSET:
 *
 * An option that the user has not given: the preset decides, or for a run that is resumed, the
 * run. A number that nobody types, so that a wrong one is told from none.
 */
#define AG_UNSET G_MININT32

/**
 * AgTrainerOptions:
 * @data: (transfer none): folder of images; may be %NULL when resuming: the run's own
 * @labels: (nullable) (transfer none): attribute table, see ag-dataset.h
 * @run: (transfer none): run folder, made if it does not exist
 * @resume: go on with the run in @run
 * @from: (nullable) (transfer none): a model to begin with, for a new run: its architecture and
 *   weights, and its seed and share held out unless others are given. The optimizer begins afresh.
 *   A model with additive coupling may be given @coupling %AG_COUPLING_AFFINE_BOUNDED: see
 *   ag_glow_copy_bounded().
 * @faces: (nullable) (transfer none): finds the faces of photos, for %AG_TRAINER_CROP_FACES; used
 *   while the images are loaded
 * @ranks: (nullable) (transfer none): the processes that train together, all of which have to make
 *   and run a trainer with the same options; must outlive the trainer
 * @preset: (nullable): name of an #AgTrainerPreset; %NULL for "faces-64"
 * @steps: stop after this many steps of the run as a whole; 0 for no such limit
 * @epochs: likewise passes through the training images; 0 for no such limit
 * @minutes: likewise minutes of training (of all sittings together); 0 for no such limit. Without
 *   any of the three the preset's number of steps is the limit.
 * @image_size: pixels, a multiple of 2^levels
 * @channels: 1 or 3
 * @n_bits: 1 to 8
 * @levels: see #AgGlowConfig
 * @depth: likewise
 * @width: likewise
 * @coupling: an #AgCoupling
 * @permutation: an #AgPermutation
 * @scaling: 1 for steps whose actnorms scale; 0 for steps that only shift, so that nothing scales
 *   but the priors' deviations and what the coupling and the permutation do
 * @conditional: 1 for a class-conditional prior, with data that has classes; 0 for none
 * @batch: images per step, 1 to 4096: of all processes together, at least one each
 * @optimizer: an #AgOptimizerKind
 * @learning_rate: above 0
 * @beta1: decay of the first moment, 0 to 1
 * @beta2: decay of the second moment, or of Adamax's maximum, 0 to 1
 * @warmup: steps over which the learning rate rises linearly from 0
 * @cooldown: steps before the end (@steps or @epochs) over which it falls linearly to 0
 * @average: decay of the moving average of the parameters, 0 to 1; 0 for no averaging
 * @clip: largest norm of the gradient; 0 for no clipping
 * @seed: of weights, order, noise, held-out share
 * @held_out: share of the images, 0 to 0.5; see ag-dataset.h
 * @crop: an #AgTrainerCrop
 * @duplicates: an #AgDatasetDuplicates
 * @flip: 1 to mirror half of the images, 0 not to
 * @shift: see #AgBatchOptions
 * @brightness: likewise
 * @guide: how hard images are pulled to where their labels say, along the directions of @from: the
 *   weight of #AgGradientGuide, some 40; 0 for likelihood alone. Needs labels, and directions in
 *   @from, or in the checkpoint of a run that was guided.
 * @checkpoint_every: steps; 0 for by time alone
 * @checkpoint_seconds: seconds between checkpoints, for when there are few steps in them; 0 for
 *   by steps alone
 * @report_every: steps between reports in the log
 * @evaluate_every: steps between evaluations on held-out images; each is a report too
 * @evaluate_images: held-out images that are used, at most
 * @sample_every: steps between sample pictures; 0 for none
 * @sample_images: faces in the picture, 1 to 256
 * @gradient: an #AgGradientMode
 * @memory_limit: bytes for training and for the images, 0 for half of what is available, shared
 *   likewise
 * @n_threads: 0 for one per processor, shared among the processes of @ranks on a machine
 *
 * What the command line's `train` and the Train view's dialog fill in. Fill with
 * ag_trainer_options_init() first. Everything from @image_size to @n_threads may be unset.
 *
 * When resuming, an option that is given and differs from the run's is an error if it would make
 * another model or another sequence of batches (data's size and colour, the architecture, batch,
 * seed, optimizer); all others take effect from there on.
 */
typedef struct
{
  GFile *data;
  GFile *labels;
  GFile *run;
  gboolean resume;
  GFile *from;
  const AgDatasetCrop *faces;
  AgRanks *ranks;
  const char *preset;
  gint64 steps;
  double epochs;
  double minutes;

  int image_size;
  int channels;
  int n_bits;
  int levels;
  int depth;
  int width;
  int coupling;
  int permutation;
  int scaling;
  int conditional;

  int batch;
  int optimizer;
  double learning_rate;
  double beta1;
  double beta2;
  gint64 warmup;
  gint64 cooldown;
  double average;
  double clip;
  gint64 seed;

  double held_out;
  int crop;
  int duplicates;
  int flip;
  int shift;
  double brightness;
  double guide;

  gint64 checkpoint_every;
  double checkpoint_seconds;
  gint64 report_every;
  gint64 evaluate_every;
  int evaluate_images;
  gint64 sample_every;
  int sample_images;

  int gradient;
  gint64 memory_limit;
  int n_threads;
} AgTrainerOptions;

/**
 * AgTrainerPreset:
 * @name: for the command line, for example "faces-64"
 * @title: for a menu; to be passed through gettext
 * @description: one sentence, likewise
 * @options: everything set but data, run and labels
 */
typedef struct
{
  const char *name;
  const char *title;
  const char *description;
  AgTrainerOptions options;
} AgTrainerPreset;

/**
 * AgTrainerPhase:
 * @AG_TRAINER_LOADING: images are being decoded
 * @AG_TRAINER_INITIALIZING: actnorms are set from the first batch
 * @AG_TRAINER_TRAINING: steps
 * @AG_TRAINER_EVALUATING: held-out images, samples
 * @AG_TRAINER_SAVING: a checkpoint
 */
typedef enum
{
  AG_TRAINER_LOADING,
  AG_TRAINER_INITIALIZING,
  AG_TRAINER_TRAINING,
  AG_TRAINER_EVALUATING,
  AG_TRAINER_SAVING,
} AgTrainerPhase;

/**
 * AgTrainerProgress:
 * @phase: what is being done
 * @done: while loading: images decoded
 * @total: while loading: images found
 * @step: steps done
 * @last_step: the step at which the run ends; 0 if the clock ends it
 * @images: images seen, counting each time
 * @epoch: passes through the training images, with fraction
 * @seconds: of training so far, of all sittings
 * @images_per_second: over the last half minute, by the clock; 0 if not known yet
 * @seconds_left: to the end of the run; NAN if not known
 * @step_bits_per_dim: of the last step's batch; NAN before the first
 * @train_bits_per_dim: mean over the last 100 steps or so; NAN before the first
 * @held_out_bits_per_dim: at the last evaluation, averaged weights; NAN before the first
 * @best_held_out_bits_per_dim: lowest so far; NAN before the first
 * @learning_rate: of the last step
 * @gradient_norm: of the last step, before clipping
 * @drift: of the last step: how far off was what reversal recomputed of the images; 0 where nothing
 * is
 */
typedef struct
{
  AgTrainerPhase phase;
  int done, total;
  guint64 step, last_step, images;
  double epoch;
  double seconds, images_per_second, seconds_left;
  double step_bits_per_dim, train_bits_per_dim;
  double held_out_bits_per_dim, best_held_out_bits_per_dim;
  double learning_rate, gradient_norm;
  double drift;
} AgTrainerProgress;

/**
 * AgTrainerCallbacks:
 * @progress: (nullable): at every step and change of phase
 * @notice: (nullable): something the user should be told, translated, without a final newline:
 *   files that were skipped, a checkpoint that could not be read, a learning rate that was halved,
 *   held-out bits/dim that rises, reversal that has become too inexact
 * @data: for both
 *
 * Called on the thread that called ag_trainer_new() or ag_trainer_run().
 */
typedef struct
{
  void (*progress) (const AgTrainerProgress *progress, gpointer data);
  void (*notice) (const char *message, gpointer data);
  gpointer data;
} AgTrainerCallbacks;

/**
 * AgTrainerEnd:
 * @AG_TRAINER_FINISHED: the limit of steps, epochs or minutes is reached
 * @AG_TRAINER_STOPPED: the cancel flag was seen
 */
typedef enum
{
  AG_TRAINER_FINISHED,
  AG_TRAINER_STOPPED,
} AgTrainerEnd;

typedef struct AgTrainer AgTrainer;

void ag_trainer_options_init (AgTrainerOptions *options);

/**
 * ag_trainer_get_presets:
 * @n: (out):
 *
 * Returns: (transfer none) (array length=n): all presets, in the order of a menu
 */
const AgTrainerPreset *ag_trainer_get_presets (int *n);

/**
 * ag_trainer_options_apply_preset:
 *
 * Sets what is unset in @options from its preset, and checks all of it: an error says which option
 * and what it may be. (Does not look at the run folder.)
 */
gboolean ag_trainer_options_apply_preset (AgTrainerOptions *options, GError **error);

/**
 * ag_trainer_new:
 * @callbacks: (nullable): copied
 * @cancel: (nullable): set it from any thread to make this return %G_IO_ERROR_CANCELLED
 *
 * Checks the options, reads the checkpoint if @options->resume, loads the images, makes the run
 * folder. A new run writes its first checkpoint at once, so that whatever happens later it can be
 * resumed.
 */
AgTrainer *ag_trainer_new (const AgTrainerOptions *options,
                           const AgTrainerCallbacks *callbacks,
                           const atomic_bool *cancel,
                           GError **error);

void ag_trainer_free (AgTrainer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgTrainer, ag_trainer_free)

/**
 * ag_trainer_run:
 * @cancel: (nullable): set it from any thread, or from a signal handler, to make this save a
 *   checkpoint and return %AG_TRAINER_STOPPED
 * @end: (out) (optional): why it returned
 *
 * Trains until a limit is reached or @cancel is set; checkpoint and model are saved when it
 * returns. May be called again: after a stop it goes on; after an error, such as a full disk, it
 * tries again from the state in memory. Files that were there are whole, the old or the new one,
 * whatever the error.
 */
gboolean
ag_trainer_run (AgTrainer *self, const atomic_bool *cancel, AgTrainerEnd *end, GError **error);

/**
 * ag_trainer_get_options:
 *
 * Returns: (transfer none): with every option resolved
 */
const AgTrainerOptions *ag_trainer_get_options (AgTrainer *self);

/**
 * ag_trainer_get_dataset:
 *
 * Returns: (transfer none):
 */
AgDataset *ag_trainer_get_dataset (AgTrainer *self);

/**
 * ag_trainer_get_progress:
 *
 * Returns: (transfer none): where the run is; the same that the last progress callback was given
 */
const AgTrainerProgress *ag_trainer_get_progress (AgTrainer *self);

/**
 * ag_trainer_get_model:
 *
 * Returns: (transfer full): a copy of the averaged weights with their facts, as in
 *   model.safetensors; %NULL with @error if memory is short
 */
AgModel *ag_trainer_get_model (AgTrainer *self, GError **error);

G_END_DECLS
