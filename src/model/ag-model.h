/* ag-model.h: a model file in memory
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A Glow with all that makes it an editor: what it was trained on, a direction in latent space for
 * each attribute, the mean latent, and how likely held-out photos are under it. Stored as one
 * safetensors file (README of the format: ag-model-file.h). An AgModel is plain data with a
 * reference count: after it has been handed to another thread nobody changes it.
 */
#pragma once

#include <gio/gio.h>

#include "ag-flow.h"
#include "ag-model-mixture.h"
#include "ag-safetensors.h"

G_BEGIN_DECLS

#define AG_MODEL_ERROR (ag_model_error_quark ())
GQuark ag_model_error_quark (void);

/**
 * AgModelError:
 * @AG_MODEL_ERROR_FORMAT: not a file of this kind
 * @AG_MODEL_ERROR_CORRUPT: truncated, or its parts contradict each other
 * @AG_MODEL_ERROR_UNSUPPORTED: well-formed, but something this program cannot compute
 * @AG_MODEL_ERROR_FLOW: the numeric library refused; its message is included
 */
typedef enum
{
  AG_MODEL_ERROR_FORMAT,
  AG_MODEL_ERROR_CORRUPT,
  AG_MODEL_ERROR_UNSUPPORTED,
  AG_MODEL_ERROR_FLOW,
} AgModelError;

/**
 * AgModelAttribute:
 * @name: as in the attribute table, for example "Smiling"
 * @direction: N numbers, one per latent dimension: z_pos - z_neg, so that slider value 1 moves by
 *   the distance between the class means
 * @n_positive: images it was estimated from, with the attribute
 * @n_negative: and without
 * @mean_projection: of all images on @direction, in slider units (see ag-direction.h)
 * @lowest: not positive: how far down images lie along @direction, 0 at @mean_projection, and
 *   sliders lead (see ag-direction-reach.h); -INFINITY if that is not known
 * @highest: how far up; INFINITY likewise
 * @farthest_down: positive: by how much a face is moved against @direction at most, in slider
 *   units; INFINITY if nobody has seen that pictures break from there
 * @farthest_up: along @direction likewise
 * @most_change_down: positive: by how much the picture of a face changes at most when it is moved
 *   against @direction (see ag-direction-change.h); INFINITY likewise
 * @most_change_up: along @direction
 */
typedef struct
{
  char *name;
  float *direction;
  int n_positive, n_negative;
  double mean_projection;
  double lowest, highest;
  double farthest_down, farthest_up;
  double most_change_down, most_change_up;
} AgModelAttribute;

/**
 * AgModel:
 * @glow: the flow's parameters
 * @attributes: (element-type AgModelAttribute): in the order of the table
 * @mean: (nullable): the mean latent, N numbers
 * @percentiles: (nullable): 101 values of bits/dim on held-out photos, ascending: 0th to 100th
 * @mixture: (nullable): how photos lie in the last level, for drawing new faces
 * @class_names: (nullable) (array zero-terminated=1): of a class-conditional model: what its
 * classes are called, in their order
 * @facts: training facts as UTF-8 strings, by key: for example "steps", "images", "data",
 *   "held_out_bits_per_dim", "licence"; written into the file as JSON
 * @file: (nullable): the mapped file that lends @glow its weights
 */
typedef struct
{
  AgGlow *glow;
  GPtrArray *attributes;
  float *mean;
  double *percentiles;
  AgModelMixture *mixture;
  char **class_names;
  GHashTable *facts;
  AgSafetensors *file;
  gatomicrefcount ref_count;
} AgModel;

/**
 * AgModelStorage:
 * @AG_MODEL_STORAGE_F32: exact
 * @AG_MODEL_STORAGE_F16: half the size, for a model that is shipped
 */
typedef enum
{
  AG_MODEL_STORAGE_F32,
  AG_MODEL_STORAGE_F16,
} AgModelStorage;

/**
 * ag_model_new:
 * @glow: (transfer full):
 */
AgModel *ag_model_new (AgGlow *glow);
AgModel *ag_model_ref (AgModel *model);
void ag_model_unref (AgModel *model);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgModel, ag_model_unref)

AgModelAttribute *ag_model_attribute_new (const char *name, gsize n_dims);

/**
 * ag_model_attribute_copy:
 * @n_dims: N
 *
 * Returns: (transfer full):
 */
AgModelAttribute *ag_model_attribute_copy (const AgModelAttribute *attribute, gsize n_dims);

void ag_model_attribute_free (AgModelAttribute *attribute);

/**
 * ag_model_find_attribute:
 *
 * Returns: (nullable) (transfer none):
 */
const AgModelAttribute *ag_model_find_attribute (AgModel *model, const char *name);

/**
 * ag_model_find_class:
 *
 * Returns: the class of that name, or -1
 */
int ag_model_find_class (AgModel *model, const char *name);

/**
 * ag_model_load:
 *
 * Reads a native model file, or a training checkpoint (its weights), for inference. The file is
 * mapped and checked, and the weights of the convolutions, nearly all of it, stay where they are:
 * pages that the system shares between programs and may drop. The file may be replaced meanwhile,
 * as ag_model_save() does it; it must not be written into or cut short.
 */
AgModel *ag_model_load (GFile *file, GError **error);

/**
 * ag_model_load_for_training:
 *
 * The same, but with all numbers in memory of its own, so that they can be changed.
 */
AgModel *ag_model_load_for_training (GFile *file, GError **error);

gboolean ag_model_save (AgModel *model, GFile *file, AgModelStorage storage, GError **error);

/**
 * ag_model_read:
 * @file: an open model file or checkpoint
 *
 * What ag_model_load_for_training() does after opening. Tensors that are no part of a model (a
 * checkpoint's optimizer state and averages) are left to the caller.
 */
AgModel *ag_model_read (AgSafetensors *file, GError **error);

/**
 * ag_model_add_to_writer:
 * @model: must stay as it is until the writer has written
 *
 * Adds the model's metadata and tensors; a checkpoint adds its own afterwards, under names that
 * begin with "optimizer.", "average.", "random." or "data." and metadata keys of its own.
 */
void ag_model_add_to_writer (AgModel *model, AgSafetensorsWriter *writer, AgModelStorage storage);

/**
 * ag_model_import:
 * @file: .npz with the published graph's variable names, or .pt with a rosinality state dict
 * @image_size: pixels; 0 to derive it where the file tells, an error where it does not
 * @n_bits: 1 to 8; 0 for the published default (5 for .npz and .pt)
 */
AgModel *ag_model_import (GFile *file, int image_size, int n_bits, GError **error);

/**
 * ag_error_from_flow:
 *
 * Turns a failure of the numeric library into a GError of @domain %AG_MODEL_ERROR, code
 * %AG_MODEL_ERROR_FLOW (or G_IO_ERROR_CANCELLED), its message prefixed with "@what: ".
 */
void ag_error_from_flow (GError **error, const AgFlowError *flow_error, const char *what);

G_END_DECLS
