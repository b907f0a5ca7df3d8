/* ag-batches.h: the batches of a training run, each a function of seed and step
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Step s of a run with batches of B images takes images s*B to s*B + B - 1 of the endless sequence
 * of epochs, each epoch the training images in an order of its own. Order, flips, shifts,
 * brightness and dequantisation noise come from ag-random.h by seed and position: nothing needs to
 * be remembered to resume. A thread of its own prepares the batch after the one that is in use.
 */
#pragma once

#include "ag-dataset.h"

G_BEGIN_DECLS

/**
 * AgBatchOptions:
 * @batch: images per step, 1 to 4096
 * @n_bits: colour depth, 1 to 8
 * @seed: of everything random
 * @flip: mirror every image with probability 1/2
 * @shift: move every image by up to this many pixels each way, edges repeated; 0 for none
 * @brightness: multiply every image by a factor between 1 - this and 1 + this; 0 for none
 */
typedef struct
{
  int batch;
  int n_bits;
  guint64 seed;
  gboolean flip;
  int shift;
  double brightness;
} AgBatchOptions;

/**
 * AgBatch:
 * @step: whose batch this is
 * @x: [batch][height][width][channels], preprocessed, with noise
 * @classes: (nullable): class of each image, if the data set has classes
 * @images: index of each image in the data set
 */
typedef struct
{
  guint64 step;
  ag_real *x;
  int *classes;
  int *images;
} AgBatch;

typedef struct AgBatches AgBatches;

/**
 * ag_batches_new:
 * @dataset: a reference is taken
 *
 * Starts the thread. Fails if the data set has no training images or a thread cannot be had.
 */
AgBatches *ag_batches_new (AgDataset *dataset, const AgBatchOptions *options, GError **error);

/**
 * ag_batches_free:
 *
 * Stops the thread.
 */
void ag_batches_free (AgBatches *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgBatches, ag_batches_free)

/**
 * ag_batches_get:
 * @step: any, usually one more than last time
 *
 * One thread at a time may call this.
 *
 * Returns: (transfer none): valid until the next call
 */
const AgBatch *ag_batches_get (AgBatches *self, guint64 step);

G_END_DECLS
