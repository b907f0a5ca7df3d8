/* ag-mixture.h: drawing latents as photos have them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A drawn latent eps is standard normal, but along the axes of the model's mixture
 * (ag-model-mixture.h), A, as columns of length 1:
 *
 *     eps = n + A (m + L Aᵀn − Aᵀn)        n standard normal, m the mean of a component
 *
 * in the last level, the component drawn by its weight. Then each level is multiplied by its
 * temperature, as ever. A model without a mixture draws n.
 */
#pragma once

#include "ag-model.h"

G_BEGIN_DECLS

/**
 * ag_mixture_sample_eps:
 * @seed: the same gives the same latent of the same model, on every machine
 * @temperature: (nullable) (array): per level, finest first; %NULL for ones
 * @eps: (out) (array): N numbers
 *
 * Pure, any thread.
 */
void ag_mixture_sample_eps (AgModel *model, guint64 seed, const double *temperature, float *eps);

/**
 * AgMixtureEstimator:
 *
 * Looks at encoded photos one at a time and keeps the last level of some thousands of them.
 * Belongs to one thread at a time.
 */
typedef struct AgMixtureEstimator AgMixtureEstimator;

/**
 * ag_mixture_estimator_new:
 * @n_labels: of each photo
 * @n_photos: how many will be added, so that those that are kept are evenly spread among them
 *
 * Returns: (transfer full): or %NULL with @error if memory cannot be had
 */
AgMixtureEstimator *ag_mixture_estimator_new (const AgGlowConfig *config,
                                              guint n_labels,
                                              guint n_photos,
                                              GError **error);
void ag_mixture_estimator_free (AgMixtureEstimator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgMixtureEstimator, ag_mixture_estimator_free)

/**
 * ag_mixture_estimator_add:
 * @eps: (array): N numbers; a photo with any in the last level that is not finite is passed over
 * @labels: (array): +1, -1, or 0 if unknown
 */
void ag_mixture_estimator_add (AgMixtureEstimator *self, const float *eps, const gint8 *labels);

/**
 * ag_mixture_estimator_estimate:
 * @model: whose mixture, if there is one, has the first axes, and whose directions have the others
 *
 * Each label combination that photos have is a component, weighed by how many have it. Its mean is
 * what least squares says of its labels, so that rare combinations learn from the others, and the
 * covariance is that of what labels do not say.
 *
 * Returns: (transfer full) (nullable): %NULL if there are too few photos to tell
 */
AgModelMixture *ag_mixture_estimator_estimate (AgMixtureEstimator *self, AgModel *model);

G_END_DECLS
