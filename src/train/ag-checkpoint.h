/* ag-checkpoint.h: a training run on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A checkpoint is a model file (the weights as they are, not averaged) with more in it:
 *
 *   optimizer.m, optimizer.v, average.parameters   the vectors, F32, in the model's order
 *   run.format                                     version of what follows: 1
 *   run.data, run.labels, run.preset               where the images were, and the preset's name
 *   run.n_training, run.fingerprint                of the images
 *   option.*                                       every option, as text
 *   state.*                                        every counter, as text
 *
 * Tensors and metadata are those of the file format's words for them.
 */
#pragma once

#include "ag-model.h"
#include "ag-train-state.h"
#include "ag-trainer.h"

G_BEGIN_DECLS

/**
 * AgCheckpoint:
 * @model: the weights as they are, with facts
 * @state: (nullable) (transfer none) when written; (transfer full) when read: its parameters are
 *   those of @model
 * @options: its pointers are %NULL: they stand in the following
 * @data: path of the folder of images
 * @labels: (nullable): path of the attribute table that was given
 * @preset: (nullable): name
 * @n_training: number of training images
 * @fingerprint: of them, ag_dataset_get_fingerprint()
 */
typedef struct
{
  AgModel *model;
  AgTrainState *state;
  AgTrainerOptions options;
  char *data, *labels, *preset;
  guint64 n_training, fingerprint;
} AgCheckpoint;

/**
 * ag_checkpoint_write:
 *
 * Writes checkpoint.safetensors in @run; the one that was there becomes
 * checkpoint.previous.safetensors. At any moment one of the two is whole.
 */
gboolean ag_checkpoint_write (const AgCheckpoint *checkpoint, GFile *run, GError **error);

/**
 * ag_checkpoint_exists:
 *
 * Returns: whether @run holds a checkpoint or the one before it
 */
gboolean ag_checkpoint_exists (GFile *run);

/**
 * ag_checkpoint_look:
 * @exists: (out): the same
 *
 * Returns: %FALSE with @error if it cannot be told, as the folder may not be looked into
 */
gboolean ag_checkpoint_look (GFile *run, gboolean *exists, GError **error);

/**
 * ag_checkpoint_read:
 * @problem: (out) (nullable): what was wrong with checkpoint.safetensors if the one before it was
 *   read instead
 *
 * Returns: (transfer full):
 */
AgCheckpoint *ag_checkpoint_read (GFile *run, char **problem, GError **error);

/**
 * ag_checkpoint_read_until:
 *
 * Returns: (transfer full): the newest that was written at @last_step or before
 */
AgCheckpoint *ag_checkpoint_read_until (GFile *run, guint64 last_step, GError **error);

/**
 * ag_checkpoint_peek:
 * @counters: (out):
 *
 * Reads all but the numbers of a checkpoint: @model and @state are %NULL.
 *
 * Returns: (transfer full):
 */
AgCheckpoint *ag_checkpoint_peek (GFile *run, AgTrainCounters *counters, GError **error);

/**
 * ag_checkpoint_free:
 * @self: one that was read
 */
void ag_checkpoint_free (AgCheckpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgCheckpoint, ag_checkpoint_free)

G_END_DECLS
