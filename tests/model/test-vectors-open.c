/* test-vectors-open.c: opening recorded models
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-vectors.h"

#include <math.h>
#include <stdlib.h>

#include "ag-import.h"

const VectorNames vector_names[] = {
  { "openai-additive-conv.npz", "openai-additive-conv.expected.safetensors" },
  { "openai-affine-lu-ycond.npz", "openai-affine-lu-ycond.expected.safetensors" },
  { "openai-affine-shuffle.npz", "openai-affine-shuffle.expected.safetensors" },
  { "rosinality-additive-full.pt", "rosinality-additive-full.expected.safetensors" },
  { "rosinality-affine-lu.pt", "rosinality-affine-lu.expected.safetensors" },
};
const guint n_vector_names = G_N_ELEMENTS (vector_names);

static GFile *
shared_file (const char *name)
{
  const char *shared = g_getenv ("AG_TEST_SHARED");
  g_autofree char *path =
    shared && *shared ? g_build_filename (shared, "vectors", name, NULL) : NULL;

  return path && g_file_test (path, G_FILE_TEST_EXISTS) ? g_file_new_for_path (path) : NULL;
}

static int
metadata_int (Vector *self, const char *key)
{
  const char *text = ag_safetensors_get_metadata (self->expected, key);
  return text ? atoi (text) : 0;
}

double *
vector_read (Vector *self, const char *name, gsize *count)
{
  const AgSafetensor *tensor = ag_safetensors_find (self->expected, name);
  g_autofree double *values = NULL;
  double *out;

  g_assert_nonnull (tensor);
  values = g_new (double, tensor->count);
  ag_safetensor_read_double (tensor, values);
  *count = tensor->count;
  if (!self->channels_first || tensor->rank != 4)
    return g_steal_pointer (&values);

  out = g_new (double, tensor->count);
  for (gint64 i = 0, from = 0; i < tensor->dims[0]; i++)
    for (gint64 c = 0; c < tensor->dims[1]; c++)
      for (gint64 p = 0; p < tensor->dims[2] * tensor->dims[3]; p++, from++)
        out[(i * tensor->dims[2] * tensor->dims[3] + p) * tensor->dims[1] + c] = values[from];
  return out;
}

double
vector_tolerance (double value, double float_tolerance)
{
#ifdef AG_FLOW_DOUBLE
  /* Recorded arrays are rounded to float. */
  return 1e-8 + ldexp (fabs (value), -24);
#else
  return float_tolerance;
#endif
}

/* floor (x8 / 2^(8 - n_bits)) / n_bins - 0.5 + u / n_bins, in the test's own words. */
static void
read_input (Vector *self)
{
  gsize count;
  g_autofree double *bytes = vector_read (self, "image_u8", &count);
  g_autofree double *noise = vector_read (self, "noise", &count);
  double n_bins = pow (2, self->config.n_bits);

  self->n = (int) (count / self->n_dims);
  self->x = g_new (ag_real, count);
  for (gsize i = 0; i < count; i++)
    self->x[i] = (ag_real) (floor (bytes[i] * n_bins / 256) / n_bins - 0.5 + noise[i] / n_bins);
}

static void
read_classes (Vector *self)
{
  gsize count;
  g_autofree double *labels = NULL;

  if (self->config.classes == 0)
    return;
  labels = vector_read (self, "label", &count);
  self->classes = g_new (int, count);
  for (gsize i = 0; i < count; i++)
    self->classes[i] = (int) labels[i];
}

static void
check_config (Vector *self)
{
  const char *permutation = ag_safetensors_get_metadata (self->expected, "permutation");

  g_assert_cmpint (self->config.image_height, ==, metadata_int (self, "image_size"));
  g_assert_cmpint (self->config.image_width, ==, metadata_int (self, "image_size"));
  g_assert_cmpint (self->config.channels, ==, 3);
  g_assert_cmpint (self->config.depth, ==, metadata_int (self, "steps"));
  g_assert_cmpint (self->config.levels, ==, metadata_int (self, "levels"));
  g_assert_cmpint (self->config.width, ==, metadata_int (self, "width"));
  g_assert_cmpint (self->config.n_bits, ==, metadata_int (self, "n_bits"));
  g_assert_cmpstr (ag_coupling_name (self->config.coupling), ==,
                   ag_safetensors_get_metadata (self->expected, "coupling"));
  if (permutation)
    g_assert_cmpstr (ag_permutation_name (self->config.permutation), ==, permutation);
  if (metadata_int (self, "n_y") > 1)
    g_assert_cmpint (self->config.classes, ==, metadata_int (self, "n_y"));
  else
    g_assert_cmpint (self->config.classes, ==, 0);
}

Vector *
vector_open (const VectorNames *names, gboolean force_conv)
{
  g_autoptr (GFile) checkpoint = shared_file (names->checkpoint);
  g_autoptr (GFile) expected = shared_file (names->expected);
  g_autoptr (Vector) self = g_new0 (Vector, 1);
  AgImportOptions options = { .force_conv = force_conv };
  GError *error = NULL;

  if (!checkpoint || !expected)
    {
      g_test_skip ("the recorded models are not there");
      return NULL;
    }
  self->expected = ag_safetensors_open (expected, &error);
  g_assert_no_error (error);
  self->channels_first =
    g_strcmp0 (ag_safetensors_get_metadata (self->expected, "layout"), "NCHW") == 0;
  options.image_size = metadata_int (self, "image_size");
  options.n_bits = metadata_int (self, "n_bits");
  self->glow = ag_import_glow (checkpoint, &options, &error);
  g_assert_no_error (error);
  self->config = *ag_glow_config (self->glow);
  self->n_dims = ag_glow_n_dims (self->glow);
  if (!force_conv)
    check_config (self);
  read_input (self);
  read_classes (self);
  g_assert_cmpint (ag_pool_new (2, &self->pool, NULL), ==, AG_OK);
  return g_steal_pointer (&self);
}

void
vector_free (Vector *self)
{
  g_clear_pointer (&self->expected, ag_safetensors_free);
  g_clear_pointer (&self->glow, ag_glow_free);
  g_clear_pointer (&self->pool, ag_pool_free);
  g_free (self->x);
  g_free (self->classes);
  g_free (self);
}
