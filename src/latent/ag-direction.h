/* ag-direction.h: directions in latent space along which an attribute changes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An estimator looks at encoded images one at a time and keeps sums only, so that its memory is
 * about (2 attributes + covariates + 2) · N doubles however many images there are. From the same
 * sums two kinds of direction come out:
 *
 * - mean difference (Kingma & Dhariwal 2018, section 6): z_pos − z_neg. It also drags along what
 *   the two groups happen to differ in otherwise.
 * - joint: ordinary least squares of every latent number on all attributes (±½, 0 where unknown),
 *   the covariates and a constant, at once: z = Σ_a x_a d_a + ...; d_a is what the attribute does
 *   with the others held equal. A small ridge keeps it solvable.
 *
 * Where it is known which images show the same person, what an attribute changes is estimated from
 * them as well (within people): the mean over people of z_with − z_without. Who it is, and mostly
 * the light and the backdrop, are the same on both sides. Both estimates, weighed by how much they
 * stand out of their noise, make the direction (ag-direction-noise.c has the formulas).
 *
 * Then noise is taken away from the direction, place by place, and it is scaled so that slider
 * value 1 moves a face by the distance between the two class means, measured along the direction.
 *
 * An estimator belongs to one thread at a time. The functions without one are pure.
 */
#pragma once

#include <gio/gio.h>
#include <stdbool.h>

#include "ag-direction-reach.h"
#include "ag-model.h"

G_BEGIN_DECLS

/**
 * AgDirectionMethod:
 * @AG_DIRECTION_MEAN: mean difference
 * @AG_DIRECTION_JOINT: joint least squares
 */
typedef enum
{
  AG_DIRECTION_MEAN,
  AG_DIRECTION_JOINT,
} AgDirectionMethod;

/* Of 0, 0.8, 1, 1.2, 1.4 and 1.6, tried on two halves of 2,497 faces by the cosine of one half's
 * direction with the unshrunk one of the other: against 0 it rises for all attributes (Eyeglasses
 * 0.36 to 0.50, Smiling 0.21 to 0.32, Bald 0.12 to 0.24, Male 0.40 to 0.47); single numbers without
 * their neighbours, at their best, gained less than two thirds of that, some nothing. */
#define AG_DIRECTION_SHRINKAGE 1.2

typedef struct AgDirectionEstimator AgDirectionEstimator;

/**
 * ag_direction_estimator_new:
 * @attributes: (array zero-terminated=1): names
 * @n_covariates: numbers per image that are accounted for in joint estimates but get no direction
 * @n_dims: N
 *
 * Returns: (transfer full): or %NULL with @error if memory cannot be had
 */
AgDirectionEstimator *ag_direction_estimator_new (const char *const *attributes,
                                                  guint n_covariates,
                                                  gsize n_dims,
                                                  GError **error);

void ag_direction_estimator_free (AgDirectionEstimator *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgDirectionEstimator, ag_direction_estimator_free)

/**
 * ag_direction_estimator_add:
 * @eps: (array): N numbers; an image with any that is not finite is refused
 * @labels: (array): for each attribute +1, -1, or 0 if unknown
 * @covariates: (nullable) (array): as many as there are
 *
 * Returns: whether the image was taken
 */
bool ag_direction_estimator_add (AgDirectionEstimator *self,
                                 const float *eps,
                                 const gint8 *labels,
                                 const double *covariates);

/**
 * ag_direction_estimator_add_of_person:
 * @person: any number; images of one person must follow each other
 * @eps: (array): N numbers; an image with any that is not finite is passed over
 * @labels: (array): as for ag_direction_estimator_add()
 *
 * Tells of an image of a person of whom there are several, in addition to
 * ag_direction_estimator_add(). An attribute that fewer than 8 people have images with and without
 * of is estimated from all images alone.
 *
 * Returns: %FALSE with @error if memory cannot be had
 */
gboolean ag_direction_estimator_add_of_person (AgDirectionEstimator *self,
                                               guint person,
                                               const float *eps,
                                               const gint8 *labels,
                                               GError **error);

/**
 * ag_direction_estimator_set_places:
 * @config: of the model whose latents they are
 *
 * Lets shrinking know which numbers are neighbours in the picture, which tells far more of them
 * from noise.
 */
void ag_direction_estimator_set_places (AgDirectionEstimator *self, const AgGlowConfig *config);

/**
 * ag_direction_estimator_let_vary:
 *
 * In the joint estimate of @attribute, does not hold @other equal, because it is part of what
 * @attribute changes (hair greys with age) or the same thing said differently (young and old). Both
 * are indices.
 */
void ag_direction_estimator_let_vary (AgDirectionEstimator *self, guint attribute, guint other);

/**
 * ag_direction_estimator_get_count:
 *
 * Returns: images taken
 */
guint ag_direction_estimator_get_count (AgDirectionEstimator *self);

/**
 * ag_direction_estimator_get_mean:
 * @mean: (out) (array): N numbers, the mean latent of the images taken
 */
void ag_direction_estimator_get_mean (AgDirectionEstimator *self, float *mean);

/**
 * ag_direction_estimator_estimate:
 * @shrinkage: how many times its noise counts as noise, see ag-direction-noise.c; 0 to keep
 *   everything
 *
 * An attribute that none or all of the images have, or of which shrinking leaves nothing, gets no
 * direction and is left out; if that leaves nothing it is an error. More images may be added
 * afterwards.
 *
 * Returns: (transfer full) (element-type AgModelAttribute): or %NULL with @error
 */
GPtrArray *ag_direction_estimator_estimate (AgDirectionEstimator *self,
                                            AgDirectionMethod method,
                                            double shrinkage,
                                            GError **error);

/**
 * ag_direction_project:
 * @direction: (array length=n_dims):
 * @eps: (array length=n_dims):
 *
 * Returns: where @eps is along @direction in slider units: eps·d / d·d. Subtract the attribute's
 *   mean_projection to have 0 at the average face. 0 for a direction that is zero.
 */
double ag_direction_project (const float *direction, const float *eps, gsize n_dims);

/**
 * AgDirectionSet:
 * @n_dims: N
 * @n: how many directions, as many as the model has attributes and in their order
 * @directions: each N numbers, borrowed from the model or owned by the set
 *
 * The directions in force, with locks applied. Immutable once made; its reference count may be
 * changed from any thread.
 */
typedef struct
{
  gsize n_dims;
  guint n;
  const float **directions;
  /*< private >*/
  AgModel *model;
  GPtrArray *owned;
  gatomicrefcount ref_count;
} AgDirectionSet;

/**
 * ag_direction_set_new:
 * @model: keeps a reference
 * @locked: (nullable) (array): for each attribute whether the other sliders must not change it
 *
 * Every direction that is not locked is made orthogonal to the span of those that are; a locked
 * one stays, so that its own slider still moves it.
 */
AgDirectionSet *ag_direction_set_new (AgModel *model, const bool *locked);
AgDirectionSet *ag_direction_set_ref (AgDirectionSet *self);
void ag_direction_set_unref (AgDirectionSet *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgDirectionSet, ag_direction_set_unref)

/**
 * ag_direction_set_get_ends:
 * @eps: (array): N numbers: a face
 * @ends: (out) (array): of each direction for this face, see ag_direction_get_ends()
 *
 * Where a face is along a direction is measured along it as it is without locks.
 */
void ag_direction_set_get_ends (const AgDirectionSet *set, const float *eps, AgDirectionEnds *ends);

/**
 * ag_direction_orthogonalise:
 * @direction: (inout) (array length=n_dims): its part in the span of @locked is removed
 * @locked: (array length=n_locked): directions; they need not be orthogonal to each other
 *
 * Gram-Schmidt in double.
 */
void ag_direction_orthogonalise (float *direction,
                                 const float *const *locked,
                                 guint n_locked,
                                 gsize n_dims);

/**
 * AgDirectionScore:
 * @n_positive: held-out images with the attribute
 * @n_negative: and without
 * @distance: difference of the class means of the projection: 1 if held-out images are as far
 *   apart as the direction says
 * @effect_size: the same over the projection's pooled standard
 *   deviation (Cohen's d)
 * @accuracy: mean of the two classes' shares on their side of the midpoint of the class means
 * @auc: chance that an image with the attribute projects higher than one without; ties count half
 *
 * How well a direction tells images apart that it was not estimated from. NaN where a class has
 * too few images.
 */
typedef struct
{
  guint n_positive, n_negative;
  double distance, effect_size, accuracy, auc;
} AgDirectionScore;

/**
 * ag_direction_score:
 * @projections: (array length=n): of held-out images, in slider units
 * @labels: (array length=n): +1, -1, 0 for unknown (not counted)
 */
AgDirectionScore ag_direction_score (const double *projections, const gint8 *labels, guint n);

G_END_DECLS
