/* test-vectors.h: one recorded model with what it computes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

#include "ag-flow.h"
#include "ag-safetensors.h"

G_BEGIN_DECLS

typedef struct
{
  const char *checkpoint, *expected;
} VectorNames;

extern const VectorNames vector_names[];
extern const guint n_vector_names;

/**
 * Vector:
 * @x: (array): [n][height][width][channels], what goes in
 * @classes: (nullable): of each image
 */
typedef struct
{
  AgSafetensors *expected;
  gboolean channels_first;
  AgGlow *glow;
  AgGlowConfig config;
  gsize n_dims;
  int n;
  ag_real *x;
  int *classes;
  AgPool *pool;
} Vector;

/* Imports it; skips the test and returns %NULL where the recorded files are not there. */
Vector *vector_open (const VectorNames *names, gboolean force_conv);
void vector_free (Vector *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Vector, vector_free)

/* A recorded array of rank 4 with channels last, or of any rank as it is. */
double *vector_read (Vector *self, const char *name, gsize *count);

/* What a float or double build may differ by from a recorded number of that size. */
double vector_tolerance (double value, double float_tolerance);

G_END_DECLS
