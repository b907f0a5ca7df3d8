/* test-vectors-gradient.c: gradients agree with those that PyTorch computed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recorded are the derivatives with respect to the port's parameters; ours follow by the chain rule
 * from how ag-import-rosinality.c turns those into ours. Compiled twice, in float and in double.
 */
#include "test-vectors.h"

#include <math.h>
#include <string.h>

#include "ag-archive.h"
#include "test-model.h"

typedef struct
{
  Vector *vector;
  AgArchive *archive; /* the port's own parameters */
  ag_real *gradient;
} Fixture;

static const ag_real *
ours (Fixture *self, const char *name)
{
  const AgTensor *tensor = ag_glow_find_tensor (self->vector->glow, name);

  g_assert_nonnull (tensor);
  g_assert_true (tensor->trainable);
  return self->gradient + tensor->offset;
}

/* The port's parameter itself, in the order of its dims. */
static ag_real *
theirs (Fixture *self, const char *name)
{
  const AgArray *array = ag_archive_find (self->archive, name);
  GError *error = NULL;
  ag_real *values;

  g_assert_nonnull (array);
  values = ag_archive_read (self->archive, name, array->rank, array->dims, &error);
  g_assert_no_error (error);
  return values;
}

static double *
recorded (Fixture *self, const char *name, gsize *count)
{
  g_autofree char *full = g_strconcat ("grad.", name, NULL);
  const AgSafetensor *tensor = ag_safetensors_find (self->vector->expected, full);
  double *values;

  if (!tensor)
    return NULL;
  values = g_new (double, tensor->count);
  ag_safetensor_read_double (tensor, values);
  *count = tensor->count;
  return values;
}

/* Errors are judged by the largest number of an array: its smallest are sums that cancel. */
static void
compare (Fixture *self, const char *name, const double *actual, gsize n)
{
  gsize count = 0;
  g_autofree double *expected = recorded (self, name, &count);
  double largest = 0, worst = 0;

  g_assert_nonnull (expected);
  g_assert_cmpuint (count, ==, n);
  for (gsize i = 0; i < n; i++)
    {
      largest = fmax (largest, fabs (expected[i]));
      worst = fmax (worst, fabs (actual[i] - expected[i]));
    }
  g_test_message ("%s: largest %g, worst difference %g", name, largest, worst);
  g_assert_cmpfloat (largest, >, 0);
#ifdef AG_FLOW_DOUBLE
  g_assert_cmpfloat (worst, <=, 1e-8 + ldexp (largest, -23));
#else
  g_assert_cmpfloat (worst, <=, 1e-3 * largest);
#endif
}

/* Where output @o of theirs is in ours, for an affine coupling: log-scales, then shifts. */
static int
place (Fixture *self, int o, int n_out)
{
  if (self->vector->config.coupling == AG_COUPLING_ADDITIVE)
    return o;
  return o < n_out / 2 ? 2 * o + 1 : 2 * (o - n_out / 2);
}

static void
check_actnorm (Fixture *self)
{
  const ag_real *bias = ours (self, "level.0.step.0.actnorm.bias");
  const ag_real *logs = ours (self, "level.0.step.0.actnorm.logs");
  g_autofree ag_real *scale = theirs (self, "blocks.0.flows.0.actnorm.scale");
  double d_loc[12], d_scale[12];

  for (int i = 0; i < 12; i++)
    {
      d_loc[i] = (double) bias[i];
      /* logs = ln abs(scale) / 3 */
      d_scale[i] = (double) logs[i] / (3 * (double) scale[i]);
    }
  compare (self, "blocks.0.flows.0.actnorm.loc", d_loc, 12);
  compare (self, "blocks.0.flows.0.actnorm.scale", d_scale, 12);
}

static void
check_inner (Fixture *self)
{
  gsize w = (gsize) self->vector->config.width;
  const ag_real *conv1 = ours (self, "level.0.step.0.coupling.conv1.weight");
  const ag_real *conv2 = ours (self, "level.0.step.0.coupling.conv2.weight");
  g_autofree double *first = g_new (double, w * 6 * 9);
  g_autofree double *second = g_new (double, w *w);

  for (gsize o = 0; o < w; o++)
    {
      for (gsize i = 0; i < 6; i++)
        for (gsize tap = 0; tap < 9; tap++)
          first[(o * 6 + i) * 9 + tap] = (double) conv1[(tap * 6 + i) * w + o];
      for (gsize i = 0; i < w; i++)
        second[o * w + i] = (double) conv2[i * w + o];
    }
  compare (self, "blocks.0.flows.0.coupling.net.0.weight", first, w * 6 * 9);
  compare (self, "blocks.0.flows.0.coupling.net.2.weight", second, w * w);
}

static void
check_last (Fixture *self)
{
  gsize w = (gsize) self->vector->config.width;
  const AgTensor *tensor =
    ag_glow_find_tensor (self->vector->glow, "level.0.step.0.coupling.conv3.edge");
  int out = tensor->dims[2];
  const ag_real *weight = ours (self, "level.0.step.0.coupling.conv3.weight");
  const ag_real *edge = ours (self, "level.0.step.0.coupling.conv3.edge");
  const ag_real *logs = ours (self, "level.0.step.0.coupling.conv3.logs");
  g_autofree double *d_weight = g_new (double, (gsize) out *w * 9);
  g_autofree double *d_scale = g_new (double, out);

  for (int o = 0; o < out; o++)
    {
      gsize p = (gsize) place (self, o, out);
      d_scale[o] = (double) logs[p];
      /* The edge kernel is the sum of the weights over the inputs. */
      for (gsize i = 0; i < w; i++)
        for (gsize tap = 0; tap < 9; tap++)
          d_weight[((gsize) o * w + i) * 9 + tap] =
            (double) weight[(tap * w + i) * (gsize) out + p] + (double) edge[tap * (gsize) out + p];
    }
  compare (self, "blocks.0.flows.0.coupling.net.4.conv.weight", d_weight, (gsize) out * w * 9);
  compare (self, "blocks.0.flows.0.coupling.net.4.scale", d_scale, (gsize) out);
}

static void
check_prior (Fixture *self)
{
  int last = self->vector->config.levels - 1;
  gsize n = (gsize) ag_glow_level (self->vector->glow, last).channels;
  g_autofree char *name_weight = g_strdup_printf ("blocks.%d.prior.conv.weight", last);
  g_autofree char *name_bias = g_strdup_printf ("blocks.%d.prior.conv.bias", last);
  const ag_real *edge = ours (self, "prior.edge");
  const ag_real *bias = ours (self, "prior.bias");
  g_autofree double *d_weight = g_new (double, 2 * n * n * 9);
  g_autofree double *d_bias = g_new (double, 2 * n);

  for (gsize o = 0; o < 2 * n; o++)
    {
      d_bias[o] = (double) bias[o];
      for (gsize i = 0; i < n; i++)
        for (gsize tap = 0; tap < 9; tap++)
          d_weight[(o * n + i) * 9 + tap] = (double) edge[tap * 2 * n + o];
    }
  compare (self, name_weight, d_weight, 2 * n * n * 9);
  compare (self, name_bias, d_bias, 2 * n);
}

/* out = a b, or with either transposed; n by n */
static void
multiply (const double *a, gboolean a_t, const double *b, gboolean b_t, int n, double *out)
{
  for (int i = 0; i < n; i++)
    for (int j = 0; j < n; j++)
      {
        double sum = 0;
        for (int k = 0; k < n; k++)
          sum += a[a_t ? k * n + i : i * n + k] * b[b_t ? j * n + k : k * n + j];
        out[i * n + j] = sum;
      }
}

/* W' = P (l + I) (u + diag (sign exp (s))), W' the transpose of ours. */
static void
check_lu (Fixture *self, const double *d_w)
{
  enum
  {
    N = 12
  };
  g_autofree ag_real *p = theirs (self, "blocks.0.flows.0.invconv.w_p");
  g_autofree ag_real *w_l = theirs (self, "blocks.0.flows.0.invconv.w_l");
  g_autofree ag_real *w_u = theirs (self, "blocks.0.flows.0.invconv.w_u");
  g_autofree ag_real *w_s = theirs (self, "blocks.0.flows.0.invconv.w_s");
  g_autofree ag_real *sign = theirs (self, "blocks.0.flows.0.invconv.s_sign");
  double perm[N * N], l[N * N], u[N * N], inner[N * N], d_l[N * N], d_u[N * N], d_s[N];

  for (int i = 0; i < N; i++)
    for (int k = 0; k < N; k++)
      {
        perm[i * N + k] = (double) p[i * N + k];
        l[i * N + k] = i == k ? 1 : i > k ? (double) w_l[i * N + k] : 0;
        u[i * N + k] = i == k  ? (double) sign[i] * exp ((double) w_s[i])
                       : i < k ? (double) w_u[i * N + k]
                               : 0;
      }
  multiply (perm, TRUE, d_w, FALSE, N, inner);
  multiply (inner, FALSE, u, TRUE, N, d_l);
  multiply (l, TRUE, inner, FALSE, N, d_u);
  for (int i = 0; i < N; i++)
    {
      d_s[i] = d_u[i * N + i] * u[i * N + i];
      for (int k = 0; k < N; k++)
        {
          d_l[i * N + k] = i > k ? d_l[i * N + k] : 0;
          d_u[i * N + k] = i < k ? d_u[i * N + k] : 0;
        }
    }
  compare (self, "blocks.0.flows.0.invconv.w_l", d_l, N * N);
  compare (self, "blocks.0.flows.0.invconv.w_u", d_u, N * N);
  compare (self, "blocks.0.flows.0.invconv.w_s", d_s, N);
}

static void
check_permutation (Fixture *self)
{
  const ag_real *weight = ours (self, "level.0.step.0.permutation.weight");
  double d_w[12 * 12];

  for (int o = 0; o < 12; o++)
    for (int i = 0; i < 12; i++)
      d_w[o * 12 + i] = (double) weight[i * 12 + o];
  if (ag_archive_find (self->archive, "blocks.0.flows.0.invconv.weight"))
    compare (self, "blocks.0.flows.0.invconv.weight", d_w, 12 * 12);
  else
    check_lu (self, d_w);
}

static void
run_gradient (Fixture *self, AgGradientMode mode)
{
  Vector *vector = self->vector;
  g_autofree double *log_p = g_new (double, vector->n);
  AgFlowError error = { 0 };
  AgGradient *gradient = NULL;
  size_t n;

  ag_glow_parameters (vector->glow, &n);
  self->gradient = g_new (ag_real, n);
  ag_gradient_new (&vector->config, vector->n, mode, 0, vector->pool, &gradient, &error);
  g_assert_cmpstr (error.message, ==, "");
  ag_gradient_run (gradient, vector->glow, vector->x, NULL, log_p, self->gradient, NULL, NULL,
                   &error);
  g_assert_cmpstr (error.message, ==, "");
  ag_gradient_free (gradient);
}

static void
check_mode (const VectorNames *names, AgGradientMode mode)
{
  /* As plain matrices: what a factored one is differentiated by depends on how it is factored. */
  g_autoptr (Vector) vector = vector_open (names, TRUE);
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;
  Fixture self = { .vector = vector };
  GError *error = NULL;

  if (!vector)
    return;
  path = g_build_filename (g_getenv ("AG_TEST_SHARED"), "vectors", names->checkpoint, NULL);
  file = g_file_new_for_path (path);
  self.archive = ag_archive_open (file, &error);
  g_assert_no_error (error);
  g_assert_true (ag_torch_scan (self.archive, &error));

  run_gradient (&self, mode);
  check_actnorm (&self);
  check_inner (&self);
  check_last (&self);
  check_permutation (&self);
  check_prior (&self);
  ag_archive_free (self.archive);
  g_free (self.gradient);
}

static void
test_stored (gconstpointer data)
{
  check_mode (data, AG_GRADIENT_STORED);
}

static void
test_reversed (gconstpointer data)
{
  check_mode (data, AG_GRADIENT_REVERSED);
}

void
add_vector_gradient_tests (void)
{
  for (guint i = 0; i < n_vector_names; i++)
    if (g_str_has_suffix (vector_names[i].checkpoint, ".pt"))
      {
        g_autofree char *stored =
          g_strdup_printf ("/vectors/%s/gradient/stored", vector_names[i].checkpoint);
        g_autofree char *reversed =
          g_strdup_printf ("/vectors/%s/gradient/reversed", vector_names[i].checkpoint);
        g_test_add_data_func (stored, &vector_names[i], test_stored);
        g_test_add_data_func (reversed, &vector_names[i], test_reversed);
      }
}
