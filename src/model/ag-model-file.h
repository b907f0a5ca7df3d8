/* ag-model-file.h: what reading and writing of model files share; private to this folder
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The native format. A safetensors file whose metadata holds
 *
 *   format                "afterglow-model"
 *   version               "1"
 *   architecture          JSON: image_height, image_width, channels, levels, depth, width,
 *                         coupling, permutation, n_bits, classes
 *   training              JSON: an object of strings
 *   attributes            JSON: an array of names
 *   attribute_statistics  JSON: an object; for each name positive, negative, mean_projection, and
 *                         lowest, highest, farthest_down, farthest_up, most_change_down,
 *                         most_change_up if sliders end there
 *   class_names           JSON: an array of names, of a class-conditional model; may be missing
 *   notes                 how to compute with the tensors, in English
 *
 * and whose tensors are
 *
 *   those of ag-glow.h, the parameters as they are trained (F32; in an F16 file the weights of the
 *     convolutions are F16), permutation.index I32;
 *   the kernel-level form where it is something else, for other programs: X.scale = sign * exp (3
 *     logs) for each X.logs, and X.permutation.weight, W[i,o], for each X.permutation.lu. A reader
 *     of ours checks that they agree;
 *   direction.NAME.L and mean.L, [height,width,channels] of each level of the latent (F32 or F16);
 *   mixture.axes and more, see ag-model-mixture.h; may be missing;
 *   percentiles [101] F64.
 */
#pragma once

#include "ag-model.h"

G_BEGIN_DECLS

#define AG_MODEL_FORMAT  "afterglow-model"
#define AG_MODEL_VERSION 1

/* The type of ag_real. */
#ifdef AG_FLOW_DOUBLE
#define AG_DTYPE_REAL AG_DTYPE_F64
#else
#define AG_DTYPE_REAL AG_DTYPE_F32
#endif

/**
 * ag_model_corrupt:
 * @format: what is wrong with @file
 *
 * Sets %AG_MODEL_ERROR_CORRUPT with the name of the file.
 *
 * Returns: %FALSE
 */
gboolean ag_model_corrupt (AgSafetensors *file, GError **error, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/**
 * AgDerived:
 * @name: of the tensor in the file
 * @values: (array length=count): its numbers
 *
 * A tensor of the kernel-level form, computed from the parameters.
 */
typedef struct
{
  char *name;
  int rank;
  gint64 dims[4];
  gsize count;
  float *values;
} AgDerived;

/**
 * ag_model_derive:
 * @tensor: any tensor of @glow
 * @derived: (out): to be cleared by the caller, who frees both pointers
 *
 * Returns: whether @tensor has a kernel-level form that differs from it
 */
gboolean ag_model_derive (const AgGlow *glow, const AgTensor *tensor, AgDerived *derived);

G_END_DECLS
