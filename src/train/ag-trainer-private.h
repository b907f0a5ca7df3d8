/* ag-trainer-private.h: inside an AgTrainer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-batches.h"
#include "ag-run-log-writer.h"
#include "ag-train-state.h"
#include "ag-trainer.h"

G_BEGIN_DECLS

#define AG_RATE_SAMPLES 64

/* See ag-trainer-guide.c */
typedef struct AgTrainerGuide AgTrainerGuide;

/* The rate over the last half minute: times and steps at least half a second apart, in a ring. */
typedef struct
{
  double times[AG_RATE_SAMPLES];
  guint64 steps[AG_RATE_SAMPLES];
  guint n; /* ever taken */
} AgRate;

struct AgTrainer
{
  AgTrainerOptions options; /* all set; its pointers are those below */
  AgTrainerCallbacks callbacks;
  GFile *data, *labels, *run, *from;
  char *preset;
  char **classes; /* names of the classes of the model, once they are settled; or NULL */

  AgDataset *dataset;
  guint64 n_training, fingerprint;
  int first, share; /* the images of each batch that are this process's */
  AgBatches *batches;

  AgPool *pool;
  AgGradient *gradient;
  AgTrainerGuide *guide; /* or NULL */
  GError *peers_error; /* why the other processes could not be reached during a gradient; or NULL */
  ag_real *gradient_vector; /* NULL if the step is taken part by part */
  double *log_p;

  AgModel *model;    /* the weights as they are */
  AgModel *averaged; /* (nullable): its parameters are the state's average */
  AgTrainState *state;
  gboolean is_spoilt; /* the state, by half a step: only a checkpoint can mend it */

  AgRunLogWriter *log;
  gboolean log_is_cut;   /* to what belongs to the state */
  guint64 last_step;     /* G_MAXUINT64 if the clock ends the run */
  gboolean has_final;    /* the report at the end of the run is in the log */
  double sitting_begin;  /* clock at the start of ag_trainer_run() */
  double seconds_before; /* of the sittings before */
  double last_saved;     /* clock */

  double drift_limit; /* of what reversal recomputes, in the units of the images */

  AgRate rate;
  double step_bits_per_dim;
  AgTrainerProgress progress;
};

/* Seconds of a clock that never goes back. */
double ag_trainer_clock (void);

void ag_trainer_notice (AgTrainer *self, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* The model that training is for: averaged, unless there is no averaging. */
static inline AgModel *
ag_trainer_get_result (AgTrainer *self)
{
  return self->averaged ? self->averaged : self->model;
}

/* Whether parameters change while the gradient is computed, which then needs no vector of its own:
 * where memory is short, unless the gradient as a whole is wanted. */
static inline gboolean
ag_trainer_steps_by_parts (AgTrainer *self)
{
  return self->options.gradient == AG_GRADIENT_REVERSED && self->options.clip == 0 &&
         self->options.scaling && ag_ranks_get_size (self->options.ranks) == 1;
}

/* Brings progress up to date and tells of it. */
void ag_trainer_tell (AgTrainer *self, AgTrainerPhase phase);

/* The last step by steps and epochs; G_MAXUINT64 if the clock ends the run. */
guint64 ag_trainer_find_last_step (const AgTrainerOptions *options, guint64 n_training);

/* ag-trainer-ranks.c: collective, see ag-ranks.h; with one process they do nothing */

gboolean ag_trainer_is_first (AgTrainer *self);

/* Takes over what process 0 has settled on; an error if this one was asked for something else. */
gboolean ag_trainer_share_options (AgTrainer *self, const AgTrainerOptions *asked, GError **error);

/* An error unless all processes have the same training images. */
gboolean ag_trainer_compare_images (AgTrainer *self, GError **error);

/* The mode of the gradient for all: one that fits the memory of each. */
gboolean ag_trainer_choose_gradient (AgTrainer *self, GError **error);

/* Makes the gradient that of the batch of all processes. */
void ag_trainer_connect_gradient (AgTrainer *self);

/* Takes over process 0's model and state. */
gboolean ag_trainer_share_state (AgTrainer *self, GError **error);

/* Takes over process 0's counters, its clock among them; @flag likewise, if it is given. */
gboolean ag_trainer_share_counters (AgTrainer *self, gboolean *flag, GError **error);

/* ag-trainer-classes.c */

/* What is asked of the images for a class-conditional model. */
void ag_trainer_ask_for_classes (AgTrainer *self, AgDatasetOptions *options);

/* Settles the classes by the images, if nothing has before. An error if they have none that the
 * model can have. */
gboolean ag_trainer_take_classes (AgTrainer *self, GError **error);

/* Names the classes of a model that is new, or of a time when they had no names. */
void ag_trainer_name_classes (AgTrainer *self, AgModel *model);

/* ag-trainer-scaling.c */

/* Data-dependent initialisation, of the scales of the steps too if they have any. */
AgStatus ag_trainer_initialize_model (AgTrainer *self,
                                      AgGradient *gradient,
                                      const ag_real *x,
                                      const atomic_bool *cancel,
                                      AgFlowError *error);

/* Takes the scales of the steps out of the gradient, if they have none. */
void ag_trainer_hold_scales (AgTrainer *self);

/* ag-trainer-guide.c */

/* Makes the guide if one is asked for, from the directions of the model; else the model has none
 * any more. Collective. */
gboolean ag_trainer_make_guide (AgTrainer *self, GError **error);
void ag_trainer_guide_free (AgTrainerGuide *guide);

/* Makes the next gradient one with the guide's targets for this batch, if there is a guide. */
void ag_trainer_guide_batch (AgTrainer *self, const AgBatch *batch);

/* What a guided run aims at are the directions of its models. */
void ag_trainer_copy_directions (AgModel *from, AgModel *to);

/* ag-trainer-from.c */

/* Takes over the model in @file, and what it decides of the options that are unset. */
gboolean ag_trainer_take_model (AgTrainer *self, GFile *file, GError **error);

/* Copies the facts of the training that came before the run. */
void ag_trainer_copy_history (AgModel *from, AgModel *to);

/* ag-trainer-save.c */

/* Writes the checkpoint; with @with_model also model.safetensors. Collective. */
gboolean ag_trainer_save (AgTrainer *self, gboolean with_model, GError **error);

/* Writes the averaged model to a file of the run folder, in process 0 only. */
gboolean ag_trainer_save_averaged (AgTrainer *self, const char *name, GError **error);

/* ag-trainer-rollback.c: collective */

/* From numbers that are not finite back to a checkpoint with half the learning rate; FALSE with
 * AG_TRAINER_ERROR_DIVERGED when that has not helped before. */
gboolean ag_trainer_roll_back (AgTrainer *self, GError **error);

/* From here on the boundaries are kept, in runs that are resumed too. A state that is spoilt goes
 * back to a checkpoint. */
gboolean ag_trainer_keep_boundaries (AgTrainer *self, double drift, GError **error);

/* ag-trainer-report.c */

/* Whether the step that has been done is one that is reported. */
gboolean ag_trainer_report_is_due (AgTrainer *self);

/* Evaluates and draws if this is the step for it, or @is_final; adds the report to the log.
 * Collective. */
gboolean
ag_trainer_report (AgTrainer *self, gboolean is_final, const atomic_bool *cancel, GError **error);

G_END_DECLS
