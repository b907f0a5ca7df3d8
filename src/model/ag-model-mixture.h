/* ag-model-mixture.h: how photos lie in the last level of a model's latents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A flow is trained to make latents standard normal, and along most of their numbers they are.
 * Along a few they are not: in a guided model (ag-gradient.h) men are some standard deviations from
 * women, with nobody between, and the colours of a picture go together. What is drawn between looks
 * like nobody. So a model file may say how photos lie along such axes: as a mixture of Gaussians of
 * one covariance, a component for each combination of labels that photos have.
 */
#pragma once

#include "ag-safetensors.h"

G_BEGIN_DECLS

/* More than these are not a mixture but a mistake. */
#define AG_MIXTURE_MAX_AXES       64
#define AG_MIXTURE_MAX_COMPONENTS 4096

/**
 * AgModelMixture:
 * @n_axes: 1 to %AG_MIXTURE_MAX_AXES
 * @n_axis: numbers in an axis: those of the last level, height × width × channels
 * @axes: (array): [n_axes][n_axis]: of length 1 and at right angles to each other
 * @n_components: up to %AG_MIXTURE_MAX_COMPONENTS; 0 if nobody has looked at photos yet, and only
 *   the axes are known
 * @weights: (array length=n_components): shares of the photos; they add up to 1
 * @means: (array): [n_components][n_axes]
 * @factor: (array): [n_axes][n_axes]: the lower triangle L, row by row, of the components'
 *   covariance L·Lᵀ; zero above the diagonal
 *
 * Immutable once it is part of a model.
 */
typedef struct
{
  guint n_axes, n_components;
  gsize n_axis;
  float *axes;
  double *weights, *means, *factor;
} AgModelMixture;

/**
 * ag_model_mixture_new:
 *
 * Returns: (transfer full): with all numbers zero
 */
AgModelMixture *ag_model_mixture_new (guint n_axes, gsize n_axis, guint n_components);

/**
 * ag_model_mixture_copy:
 * @mixture: (nullable):
 *
 * Returns: (transfer full) (nullable):
 */
AgModelMixture *ag_model_mixture_copy (const AgModelMixture *mixture);
void ag_model_mixture_free (AgModelMixture *mixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgModelMixture, ag_model_mixture_free)

/**
 * ag_model_mixture_read:
 * @dims: (array fixed-size=3): height, width and channels of the last level
 * @mixture: (out) (nullable): %NULL if the file has none
 *
 * The tensors mixture.axes [n,height,width,channels] and, if photos have been looked at,
 * mixture.weights [k], mixture.means [k,n] and mixture.factor [n,n].
 */
gboolean ag_model_mixture_read (AgSafetensors *file,
                                const gint64 *dims,
                                AgModelMixture **mixture,
                                GError **error);

/**
 * ag_model_mixture_add_to_writer:
 * @mixture: must stay as it is until the writer has written
 * @axes_as: of the axes; the other tensors, small ones, are F32
 */
void ag_model_mixture_add_to_writer (const AgModelMixture *mixture,
                                     const gint64 *dims,
                                     AgDtype axes_as,
                                     AgSafetensorsWriter *writer);

G_END_DECLS
