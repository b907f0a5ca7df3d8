/* reference.h: Glow straight from its definition, to compare the library with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain loops in double over images in NHWC: no folding, no tiles, no threads, nothing taken from
 * the library but the tensors, by their names.
 */
#pragma once

#include <glib.h>

#include "ag-flow.h"

/* [n][height][width][channels] */
typedef struct
{
  int n, height, width, channels;
  double *values;
} RefImages;

/**
 * Reference:
 * @config: the model's
 * @n_tensors: as many as the model has
 * @names: of its tensors, which must stay
 * @values: their numbers, free to be changed; indices likewise
 * @probe: (nullable): is shown the output of every actnorm with the name of its tensors but for
 *   ".bias"
 */
typedef struct
{
  AgGlowConfig config;
  int n_tensors;
  const char **names;
  double **values;
  void (*probe) (const char *name, const RefImages *images, gpointer data);
  gpointer probe_data;
} Reference;

Reference *reference_new (const AgGlow *glow);
void reference_free (Reference *reference);

/* x, eps: [n][N]; log_p: [n]; classes as in ag_flow_encode(). */
void reference_encode (const Reference *reference,
                       int n,
                       const double *x,
                       const int *classes,
                       double *eps,
                       double *log_p);
void reference_decode (const Reference *reference,
                       int n,
                       const double *eps,
                       const int *classes,
                       double *x);

/* ln abs det of a row-major n×n matrix, by elimination; the matrix is used up. */
double reference_log_abs_det (int n, double *matrix);

/* Inverts a row-major n×n matrix in place. */
void reference_invert (int n, double *matrix);
