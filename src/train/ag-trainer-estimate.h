/* ag-trainer-estimate.h: what a training run will take, before it is begun
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-trainer.h"

G_BEGIN_DECLS

/**
 * AgTrainerEstimate:
 * @parameters: numbers that are learnt
 * @memory: bytes that the run takes at most, images included
 * @available: bytes that programs can still use
 * @fits: whether there is room for it
 * @advice: (nullable): if not, what would fit, as a translated sentence
 * @advised: options that would fit; only with @advice
 * @images_per_second: on this computer when no other program needs it; NAN if it does not fit
 * @others: share of the processors, 0 to 1, that other programs had meanwhile; 0 if that is not
 *   known. It is going to be slower while they go on
 * @images: that the run is going to see; 0 if the clock ends it
 * @seconds: to the end of the run; NAN if not known
 */
typedef struct
{
  guint64 parameters, memory, available;
  gboolean fits;
  char *advice;
  AgTrainerOptions advised;
  double images_per_second, others;
  guint64 images;
  double seconds;
} AgTrainerEstimate;

/**
 * ag_trainer_estimate:
 * @options: all set, as ag_trainer_options_apply_preset() leaves them; the images need not be there
 * @n_training: images that will be trained on
 * @n_classes: classes of the data, for a class-conditional model
 *
 * Takes a few steps of training with random images on a model of that shape, for about three
 * seconds, or one step if that takes longer. Where other programs run at the same time, the time
 * that our threads had a processor counts, not that of the clock.
 */
gboolean ag_trainer_estimate (const AgTrainerOptions *options,
                              guint64 n_training,
                              int n_classes,
                              const atomic_bool *cancel,
                              AgTrainerEstimate *estimate,
                              GError **error);

/**
 * ag_trainer_estimate_clear:
 *
 * Frees what the estimate points to.
 */
void ag_trainer_estimate_clear (AgTrainerEstimate *estimate);

G_END_DECLS
