/* ag-evaluation.h: how good a model is, in a number and in a picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <stdatomic.h>

#include "ag-dataset.h"
#include "ag-flow.h"

G_BEGIN_DECLS

/**
 * ag_evaluate_held_out:
 * @glow: whose likelihood is asked for
 * @batch: images that are worked on together
 * @limit: use so many of the held-out images, evenly spread over them
 * @seed: of the dequantisation noise, which is the same for an image whenever it is evaluated
 * @bits_per_dim: (out): mean over the images; NAN if there are no held-out images
 *
 * Failure is %AG_TRAINER_ERROR_DIVERGED if the model's numbers cannot be computed with, else
 * %AG_MODEL_ERROR_FLOW or %G_IO_ERROR_CANCELLED.
 */
gboolean ag_evaluate_held_out (const AgGlow *glow,
                               AgDataset *dataset,
                               AgPool *pool,
                               int batch,
                               int limit,
                               guint64 seed,
                               const atomic_bool *cancel,
                               double *bits_per_dim,
                               GError **error);

/**
 * ag_draw_samples:
 * @n: images
 * @seed: of their eps
 * @file: the PNG
 *
 * Draws images at temperature 0.7 and writes them as a grid, nearly square. For a
 * class-conditional model the classes take turns. Fails as ag_evaluate_held_out() does, or as the
 * file cannot be written.
 */
gboolean ag_draw_samples (const AgGlow *glow,
                          AgPool *pool,
                          int batch,
                          int n,
                          guint64 seed,
                          GFile *file,
                          const atomic_bool *cancel,
                          GError **error);

G_END_DECLS
