/* test-vectors.c: models made by others compute here what they compute there
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compiled twice: with the flow in float and in double.
 */
#include "test-vectors.h"

#include <math.h>
#include <string.h>

#include "test-model.h"

#define BITS_TOLERANCE   1e-3
#define NUMBER_TOLERANCE 2e-3

/* The recorded eps of a sample is rounded to float before its image is computed from it here, and
 * one of the ports multiplies it with the temperature in float. */
#ifdef AG_FLOW_DOUBLE
#define SAMPLE_TOLERANCE 1e-6
#else
#define SAMPLE_TOLERANCE NUMBER_TOLERANCE
#endif

static void
encode (Vector *self,
        const AgGlow *glow,
        int n,
        const ag_real *x,
        const int *classes,
        ag_real *eps,
        double *log_p)
{
  AgFlowError error = { 0 };
  AgScratch *scratch = NULL;
  AgFlow *flow = NULL;

  ag_flow_new (glow, &flow, &error);
  g_assert_cmpstr (error.message, ==, "");
  ag_scratch_new (flow, n, self->pool, &scratch, &error);
  g_assert_cmpstr (error.message, ==, "");
  ag_flow_encode (flow, scratch, n, x, classes, eps, log_p, NULL, &error);
  g_assert_cmpstr (error.message, ==, "");
  ag_scratch_free (scratch);
  ag_flow_free (flow);
}

static void
decode (Vector *self, int n, const ag_real *eps, const int *classes, ag_real *x)
{
  AgFlowError error = { 0 };
  AgScratch *scratch = NULL;
  AgFlow *flow = NULL;

  ag_flow_new (self->glow, &flow, &error);
  ag_scratch_new (flow, n, self->pool, &scratch, &error);
  g_assert_cmpstr (error.message, ==, "");
  ag_flow_decode (flow, scratch, n, eps, classes, x, NULL, &error);
  g_assert_cmpstr (error.message, ==, "");
  ag_scratch_free (scratch);
  ag_flow_free (flow);
}

static void
assert_close (const char *what, double actual, double expected, double float_tolerance)
{
  double tolerance = vector_tolerance (expected, float_tolerance);

  if (!(fabs (actual - expected) <= tolerance))
    {
      g_test_message ("%s: %.12g instead of %.12g, more than %g apart", what, actual, expected,
                      tolerance);
      g_test_fail ();
    }
}

/* Compares the level's part of @n latent vectors with a recorded array. */
static void
compare_level (Vector *self, const char *name, int level, int n, const ag_real *eps)
{
  AgGlowLevel l = ag_glow_level (self->glow, level);
  gsize count;
  g_autofree double *expected = vector_read (self, name, &count);

  g_assert_cmpuint (count, ==, (gsize) n * l.eps_count);
  for (gsize i = 0; i < count && !g_test_failed (); i++)
    assert_close (name,
                  (double) eps[i / l.eps_count * self->n_dims + l.eps_offset + i % l.eps_count],
                  expected[i], NUMBER_TOLERANCE);
}

static void
test_bits_per_dim (gconstpointer data)
{
  g_autoptr (Vector) self = vector_open (data, FALSE);
  g_autofree ag_real *eps = NULL;
  g_autofree double *log_p = NULL, *expected = NULL;
  gsize count;

  if (!self)
    return;
  eps = g_new (ag_real, (gsize) self->n * self->n_dims);
  log_p = g_new (double, self->n);
  expected = vector_read (self, "bits_per_dim", &count);
  encode (self, self->glow, self->n, self->x, self->classes, eps, log_p);
  for (int i = 0; i < self->n; i++)
    assert_close ("bits_per_dim", ag_bits_per_dim (&self->config, log_p[i]), expected[i],
                  BITS_TOLERANCE);
}

/* With means and log-deviations of 0, eps is what the flow gives before the prior scores it. */
static void
clear_priors (AgGlow *glow)
{
  for (int i = 0; i < ag_glow_n_tensors (glow); i++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, i);
      if (g_str_has_prefix (tensor->name, "prior.") || strstr (tensor->name, ".split."))
        memset (tensor->values, 0, tensor->count * sizeof *tensor->values);
    }
}

static void
test_latents (gconstpointer data)
{
  g_autoptr (Vector) self = vector_open (data, FALSE);
  g_autofree ag_real *eps = NULL;
  gboolean normalised;

  if (!self)
    return;
  normalised = ag_safetensors_find (self->expected, "eps.0") != NULL;
  eps = g_new (ag_real, (gsize) self->n * self->n_dims);
  if (!normalised)
    clear_priors (self->glow);
  encode (self, self->glow, self->n, self->x, self->classes, eps, NULL);
  for (int i = 0; i < self->config.levels; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s.%d", normalised ? "eps" : "z", i);
      compare_level (self, name, i, self->n, eps);
    }
}

/* The recorded eps of a sample, times its temperature. Returns how many. */
static int
read_sample (Vector *self, double temperature, ag_real **eps)
{
  int n = 0;

  *eps = NULL;
  for (int i = 0; i < self->config.levels; i++)
    {
      g_autofree char *name = g_strdup_printf ("sample.t%.1f.eps.%d", temperature, i);
      AgGlowLevel level = ag_glow_level (self->glow, i);
      g_autofree double *values = NULL;
      gsize count;

      if (!ag_safetensors_find (self->expected, name))
        return 0;
      values = vector_read (self, name, &count);
      n = (int) (count / level.eps_count);
      if (!*eps)
        *eps = g_new (ag_real, (gsize) n * self->n_dims);
      for (gsize k = 0; k < count; k++)
        (*eps)[k / level.eps_count * self->n_dims + level.eps_offset + k % level.eps_count] =
          (ag_real) (temperature * values[k]);
    }
  return n;
}

static gboolean
check_sample (Vector *self, double temperature)
{
  g_autofree char *name = g_strdup_printf ("sample.t%.1f.image", temperature);
  g_autofree ag_real *eps = NULL, *x = NULL, *back = NULL;
  g_autofree double *expected = NULL;
  int n = read_sample (self, temperature, &eps);
  gsize count;

  if (n == 0)
    return FALSE;
  expected = vector_read (self, name, &count);
  g_assert_cmpuint (count, ==, (gsize) n * self->n_dims);
  x = g_new (ag_real, count);
  back = g_new (ag_real, count);
  decode (self, n, eps, self->classes, x);
  for (gsize i = 0; i < count; i++)
    g_assert_cmpfloat_with_epsilon ((double) x[i], expected[i], SAMPLE_TOLERANCE);

  /* And the other way round, from the recorded image. */
  for (gsize i = 0; i < count; i++)
    x[i] = (ag_real) expected[i];
  encode (self, self->glow, n, x, self->classes, back, NULL);
  for (gsize i = 0; i < count; i++)
    g_assert_cmpfloat_with_epsilon ((double) back[i], (double) eps[i], 2 * SAMPLE_TOLERANCE);
  return TRUE;
}

static void
test_samples (gconstpointer data)
{
  g_autoptr (Vector) self = vector_open (data, FALSE);

  if (!self)
    return;
  g_assert_true (check_sample (self, 0.0));
  g_assert_true (check_sample (self, 0.7));
  if (!check_sample (self, 1.0))
    g_test_message ("no sample at temperature 1 was recorded");
}

void
add_vector_tests (void)
{
  static const struct
  {
    const char *name;
    GTestDataFunc func;
  } tests[] = {
    { "bits-per-dim", test_bits_per_dim },
    { "latents", test_latents },
    { "samples", test_samples },
  };

  for (guint i = 0; i < n_vector_names; i++)
    for (guint k = 0; k < G_N_ELEMENTS (tests); k++)
      {
        g_autofree char *path =
          g_strdup_printf ("/vectors/%s/%s", vector_names[i].checkpoint, tests[k].name);
        g_test_add_data_func (path, &vector_names[i], tests[k].func);
      }
}
