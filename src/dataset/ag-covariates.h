/* ag-covariates.h: what else images differ in, to be kept out of attributes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-dataset.h"

G_BEGIN_DECLS

/* Mean red, green and blue, the same of four patches of the backdrop, and groups of file names. */
#define AG_MAX_COVARIATE_GROUPS 8
#define AG_N_BACKDROP_PATCHES   4
#define AG_N_COVARIATE_COLOURS  (3 + 3 * AG_N_BACKDROP_PATCHES)
#define AG_MAX_COVARIATES       (AG_N_COVARIATE_COLOURS + AG_MAX_COVARIATE_GROUPS)

/**
 * AgCovariates:
 * @n: numbers per image
 * @group: (array): for each image of the data set the index of its group; -1 for none
 * @n_groups: groups that count, one less than there are: the last follows from the others
 * @names: (element-type utf8): of the groups
 * @backdrop: whether the colours of the backdrop count
 *
 * What is known about an image beside its attributes: its mean colour, which source it comes
 * from if file names tell by the letters they begin with, and, of portraits, the mean colours of
 * both upper corners and of both sides at the height of the face.
 */
typedef struct
{
  guint n;
  int *group;
  int n_groups;
  GPtrArray *names;
  gboolean backdrop;
} AgCovariates;

/**
 * ag_covariates_new:
 * @backdrop: for pictures with one thing in the middle
 */
AgCovariates *ag_covariates_new (AgDataset *dataset, gboolean backdrop);
void ag_covariates_free (AgCovariates *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgCovariates, ag_covariates_free)

/**
 * ag_covariates_get:
 * @out: (out) (array): self->n numbers
 */
void ag_covariates_get (const AgCovariates *self, AgDataset *dataset, int image, double *out);

/**
 * ag_covariates_get_colours:
 * @x: (array): [height][width][channels]: numbers that grow with the brightness
 * @out: (out) (array length=AG_N_COVARIATE_COLOURS): mean red, green and blue of the whole picture
 *   and of each patch of the backdrop, in the units of @x
 *
 * The colours of a picture that is in no data set as it is, for example mirrored. Pure.
 */
void ag_covariates_get_colours (const ag_real *x, int height, int width, int channels, double *out);

G_END_DECLS
