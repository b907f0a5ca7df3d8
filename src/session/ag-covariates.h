/* ag-covariates.h: what else images differ in, to be kept out of directions
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-dataset.h"

G_BEGIN_DECLS

/* Mean red, green and blue, and groups of file names. */
#define AG_MAX_COVARIATE_GROUPS 8
#define AG_MAX_COVARIATES       (3 + AG_MAX_COVARIATE_GROUPS)

/**
 * AgCovariates:
 * @n: numbers per image
 * @group: (array): for each image of the data set the index of its group; -1 for none
 * @n_groups: groups that count, one less than there are: the last follows from the others
 * @names: (element-type utf8): of the groups
 *
 * What is known about an image beside its attributes: its mean colour, and which source it comes
 * from if file names tell by the letters they begin with.
 */
typedef struct
{
  guint n;
  int *group;
  int n_groups;
  GPtrArray *names;
} AgCovariates;

AgCovariates *ag_covariates_new (AgDataset *dataset);
void ag_covariates_free (AgCovariates *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgCovariates, ag_covariates_free)

/**
 * ag_covariates_get:
 * @out: (out) (array): self->n numbers
 */
void ag_covariates_get (const AgCovariates *self, AgDataset *dataset, int image, double *out);

G_END_DECLS
