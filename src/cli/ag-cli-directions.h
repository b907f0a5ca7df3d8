/* ag-cli-directions.h: inside `directions`
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-cli-data.h"
#include "ag-cli.h"
#include "ag-covariates.h"
#include "ag-direction-reach.h"
#include "ag-direction.h"
#include "ag-likelihood.h"
#include "ag-mixture.h"

G_BEGIN_DECLS

typedef struct
{
  AgCliDataOptions data;
  char *output, *method_text, *attributes_text, *same_person;
  char **let_vary, **farthest, **most_change;
  gboolean f16, mirror, backdrop;
  double held_out, shrinkage;
  gint64 seed;
} AgCliDirectionsOptions;

/* A number for each side of a direction. */
typedef struct
{
  double down, up;
} AgCliSides;

/* All that is needed while images go by. */
typedef struct
{
  AgCli *cli;
  AgCodec *codec;
  AgDataset *dataset;
  const AgCliDirectionsOptions *options;
  AgDirectionMethod method; /* whose directions are kept */
  int refused;              /* images without finite latents */
  AgCovariates *covariates;
  AgDirectionEstimator *estimator;
  AgMixtureEstimator *mixture;
  GPtrArray *directions[2];           /* by method */
  double **projections;               /* [direction][training image] */
  AgCliSides *farthest, *most_change; /* of each attribute of the table */
} AgCliDirections;

/* The held-out images' bits/dim and projections: [direction][image]. */
typedef struct
{
  AgCliDirections *work;
  int n;
  double *bits_per_dim;
  double **projections[2];
  int *classes;
} AgCliHeldOut;

/* Whether an attribute is among those asked for; @wanted is %NULL for all. */
gboolean ag_cli_directions_is_wanted (GStrv wanted, const char *name);

/* Encodes the held-out images and projects them on the directions of both methods. */
gboolean ag_cli_held_out_look (AgCliHeldOut *self, GError **error);

/* Prints how well the directions tell held-out images apart. */
void ag_cli_held_out_report (const AgCliHeldOut *self,
                             GStrv wanted,
                             const char *output,
                             const AgLikelihoodStatistics *statistics);

void ag_cli_held_out_clear (AgCliHeldOut *self);

G_END_DECLS
