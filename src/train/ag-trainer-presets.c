/* ag-trainer-presets.c: settings that are known to work
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CIFAR-10 and CelebA-HQ are the settings published with the paper: train.py's defaults and the
 * command lines of its README, on one machine instead of 8 and 40, with their global batch. There
 * warm-up is ten epochs of 50,000 images, and the decays of the second moment and of the average
 * are those of one epoch.
 *
 * NICE has the parts of that paper, see ag-trainer-scaling.c, in a net of Glow's shape, to be
 * compared with Glow's own.
 */
#include "ag-trainer.h"

#include <glib/gi18n-lib.h>

/* The decay that forgets over @steps steps. */
#define DECAY_OVER(steps) (1.0 - 1.0 / (steps))

#define COMMON                                                                                     \
  .beta1 = 0.9, .cooldown = 0, .conditional = 0, .clip = 0, .seed = 0,                             \
  .crop = AG_TRAINER_CROP_CENTRE, .duplicates = AG_DATASET_DUPLICATES_TOGETHER,                    \
  .held_out = AG_DATASET_DEFAULT_HELD_OUT, .shift = 0, .brightness = 0, .guide = 0,                \
  .checkpoint_every = 0, .checkpoint_seconds = 300, .evaluate_images = 128, .sample_images = 16,   \
  .gradient = AG_GRADIENT_AUTO, .memory_limit = 0, .n_threads = 0

static const AgTrainerPreset presets[] = {
  {
    .name = "quick-look",
    .title = N_ ("Quick look"),
    .description = N_ ("Small pictures of 32 pixels: blurred faces after a few minutes"),
    .options = { COMMON,
                 .steps = 5000,
                 .image_size = 32,
                 .channels = 3,
                 .n_bits = 5,
                 .levels = 3,
                 .depth = 8,
                 .width = 64,
                 .coupling = AG_COUPLING_ADDITIVE,
                 .permutation = AG_PERMUTATION_LU,
                 .scaling = 1,
                 .batch = 16,
                 .optimizer = AG_OPTIMIZER_ADAM,
                 .learning_rate = 1e-3,
                 .beta2 = 0.999,
                 .warmup = 200,
                 .average = 0.998,
                 .flip = 1,
                 .report_every = 50,
                 .evaluate_every = 250,
                 .sample_every = 500 },
  },
  {
    .name = "faces-64",
    .title = N_ ("Faces, 64 pixels"),
    .description = N_ ("A model for editing faces; usable after an hour, better after a night"),
    .options = { COMMON,
                 .steps = 60000,
                 .image_size = 64,
                 .channels = 3,
                 .n_bits = 5,
                 .levels = 4,
                 .depth = 16,
                 .width = 128,
                 .coupling = AG_COUPLING_ADDITIVE,
                 .permutation = AG_PERMUTATION_LU,
                 .scaling = 1,
                 .batch = 8,
                 .optimizer = AG_OPTIMIZER_ADAM,
                 .learning_rate = 2e-3,
                 .beta2 = 0.999,
                 .warmup = 300,
                 .average = 0.999,
                 .flip = 1,
                 .report_every = 50,
                 .evaluate_every = 500,
                 .sample_every = 1000 },
  },
  {
    .name = "faces-128",
    .title = N_ ("Faces, 128 pixels"),
    .description = N_ ("Finer faces, for a machine that may compute for days"),
    .options = { COMMON,
                 .steps = 150000,
                 .image_size = 128,
                 .channels = 3,
                 .n_bits = 5,
                 .levels = 5,
                 .depth = 16,
                 .width = 128,
                 .coupling = AG_COUPLING_ADDITIVE,
                 .permutation = AG_PERMUTATION_LU,
                 .scaling = 1,
                 .batch = 16,
                 .optimizer = AG_OPTIMIZER_ADAM,
                 .learning_rate = 1e-3,
                 .beta2 = 0.999,
                 .warmup = 500,
                 .average = 0.9995,
                 .flip = 1,
                 .report_every = 20,
                 .evaluate_every = 500,
                 .sample_every = 1000 },
  },
  {
    .name = "cifar-10",
    .title = N_ ("CIFAR-10, as published"),
    .description = N_ ("Three levels of 32 steps, 512 wide, as in the paper of 2018"),
    .options = { COMMON,
                 .epochs = 2000,
                 .image_size = 32,
                 .channels = 3,
                 .n_bits = 8,
                 .levels = 3,
                 .depth = 32,
                 .width = 512,
                 .coupling = AG_COUPLING_AFFINE,
                 .permutation = AG_PERMUTATION_CONV,
                 .scaling = 1,
                 .batch = 64,
                 .optimizer = AG_OPTIMIZER_ADAMAX,
                 .learning_rate = 1e-3,
                 .beta2 = DECAY_OVER (782),
                 .warmup = 7813,
                 .average = DECAY_OVER (782),
                 .flip = 1,
                 .report_every = 20,
                 .evaluate_every = 782,
                 .sample_every = 782 },
  },
  {
    .name = "celeba-hq",
    .title = N_ ("CelebA-HQ, as published"),
    .description = N_ ("256 pixels, six levels of 32 steps, 512 wide, as in the paper of 2018"),
    .options = { COMMON,
                 .epochs = 2000,
                 .image_size = 256,
                 .channels = 3,
                 .n_bits = 5,
                 .levels = 6,
                 .depth = 32,
                 .width = 512,
                 .coupling = AG_COUPLING_ADDITIVE,
                 .permutation = AG_PERMUTATION_CONV,
                 .scaling = 1,
                 .batch = 40,
                 .optimizer = AG_OPTIMIZER_ADAMAX,
                 .learning_rate = 1e-3,
                 .beta2 = DECAY_OVER (1250),
                 .warmup = 12500,
                 .average = DECAY_OVER (1250),
                 .flip = 1,
                 .report_every = 10,
                 .evaluate_every = 500,
                 .sample_every = 500 },
  },
  {
    .name = "nice",
    .title = N_ ("NICE"),
    .description =
      N_ ("As in the paper of 2014: additive coupling, and nothing scales but the prior"),
    .options = { COMMON,
                 .steps = 20000,
                 .image_size = 32,
                 .channels = 3,
                 .n_bits = 5,
                 .levels = 3,
                 .depth = 16,
                 .width = 128,
                 .coupling = AG_COUPLING_ADDITIVE,
                 .permutation = AG_PERMUTATION_REVERSE,
                 .scaling = 0,
                 .batch = 16,
                 .optimizer = AG_OPTIMIZER_ADAM,
                 .learning_rate = 1e-3,
                 .beta2 = 0.999,
                 .warmup = 300,
                 .average = 0.999,
                 .flip = 1,
                 .report_every = 50,
                 .evaluate_every = 500,
                 .sample_every = 1000 },
  },
  {
    .name = "mnist",
    .title = N_ ("MNIST"),
    .description = N_ ("Handwritten digits in grey, 32 pixels"),
    .options = { COMMON,
                 .steps = 20000,
                 .image_size = 32,
                 .channels = 1,
                 .n_bits = 8,
                 .levels = 3,
                 .depth = 8,
                 .width = 64,
                 .coupling = AG_COUPLING_AFFINE,
                 .permutation = AG_PERMUTATION_LU,
                 .scaling = 1,
                 .batch = 32,
                 .optimizer = AG_OPTIMIZER_ADAM,
                 .learning_rate = 1e-3,
                 .beta2 = 0.999,
                 .warmup = 500,
                 .average = 0.999,
                 .flip = 0,
                 .report_every = 50,
                 .evaluate_every = 500,
                 .sample_every = 1000 },
  },
};

const AgTrainerPreset *
ag_trainer_get_presets (int *n)
{
  *n = G_N_ELEMENTS (presets);
  return presets;
}
