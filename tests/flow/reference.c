/* reference.c: Glow straight from its definition, to compare the library with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "reference.h"

#include <math.h>
#include <string.h>

static RefImages
images_new (int n, int height, int width, int channels)
{
  RefImages images = { n, height, width, channels, NULL };

  images.values = g_new0 (double, (gsize) (n * height * width * channels));
  return images;
}

static void
images_take (RefImages *images, RefImages other)
{
  g_free (images->values);
  *images = other;
}

static double *
at (const RefImages *images, int n, int y, int x)
{
  return images->values + ((n * images->height + y) * images->width + x) * images->channels;
}

Reference *
reference_new (const AgGlow *glow)
{
  Reference *reference = g_new0 (Reference, 1);

  reference->config = *ag_glow_config (glow);
  reference->n_tensors = ag_glow_n_tensors (glow);
  reference->names = g_new0 (const char *, reference->n_tensors);
  reference->values = g_new0 (double *, reference->n_tensors);
  for (int t = 0; t < reference->n_tensors; t++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, t);

      reference->names[t] = tensor->name;
      reference->values[t] = g_new0 (double, tensor->count);
      for (size_t i = 0; i < tensor->count; i++)
        reference->values[t][i] =
          tensor->index != NULL ? tensor->index[i] : (double) tensor->values[i];
    }
  return reference;
}

void
reference_free (Reference *reference)
{
  for (int t = 0; t < reference->n_tensors; t++)
    g_free (reference->values[t]);
  g_free (reference->values);
  g_free (reference->names);
  g_free (reference);
}

/* The tensor "prefix" "part"; NULL if the model has none of that name. */
static const double *
find (const Reference *reference, const char *prefix, const char *part)
{
  gsize length = strlen (prefix);

  for (int t = 0; t < reference->n_tensors; t++)
    if (strncmp (reference->names[t], prefix, length) == 0 &&
        strcmp (reference->names[t] + length, part) == 0)
      return reference->values[t];
  return NULL;
}

double
reference_log_abs_det (int n, double *a)
{
  double sum = 0;

  for (int k = 0; k < n; k++)
    {
      int best = k;

      for (int i = k; i < n; i++)
        if (fabs (a[i * n + k]) > fabs (a[best * n + k]))
          best = i;
      for (int j = 0; j < n; j++)
        {
          double value = a[k * n + j];

          a[k * n + j] = a[best * n + j];
          a[best * n + j] = value;
        }
      sum += log (fabs (a[k * n + k]));
      for (int i = k + 1; i < n; i++)
        for (int j = n - 1; j >= k; j--)
          a[i * n + j] -= a[i * n + k] / a[k * n + k] * a[k * n + j];
    }
  return sum;
}

void
reference_invert (int n, double *matrix)
{
  /* Gauss and Jordan on [A | I]. */
  int m = 2 * n;
  g_autofree double *a = g_new0 (double, n *m);

  for (int i = 0; i < n; i++)
    {
      memcpy (a + i * m, matrix + i * n, (gsize) n * sizeof *a);
      a[i * m + n + i] = 1;
    }
  for (int k = 0; k < n; k++)
    {
      int best = k;
      double pivot;

      for (int i = k; i < n; i++)
        if (fabs (a[i * m + k]) > fabs (a[best * m + k]))
          best = i;
      for (int j = 0; j < m; j++)
        {
          double value = a[k * m + j];

          a[k * m + j] = a[best * m + j];
          a[best * m + j] = value;
        }
      pivot = a[k * m + k];
      for (int j = 0; j < m; j++)
        a[k * m + j] /= pivot;
      for (int i = 0; i < n; i++)
        for (int j = m - 1; i != k && j >= k; j--)
          a[i * m + j] -= a[i * m + k] * a[k * m + j];
    }
  for (int i = 0; i < n; i++)
    memcpy (matrix + i * n, a + i * m + n, (gsize) n * sizeof *a);
}

/* W[i,o] of a step's permutation. */
static double *
permutation_matrix (const Reference *reference, const char *prefix, int n)
{
  const double *weight = find (reference, prefix, "permutation.weight");
  const double *lu = find (reference, prefix, "permutation.lu");
  const double *sign = find (reference, prefix, "permutation.sign");
  const double *index = find (reference, prefix, "permutation.index");
  double *w = g_new0 (double, n *n);

  if (weight != NULL)
    memcpy (w, weight, (gsize) (n * n) * sizeof *w);
  else if (lu == NULL)
    for (int o = 0; o < n; o++)
      w[(int) index[o] * n + o] = 1;
  else
    for (int i = 0; i < n; i++)
      for (int q = 0; q < n; q++)
        {
          /* P picks a row of L + I. */
          int p = (int) index[i];
          double lower = p == q ? 1 : p > q ? lu[p * n + q] : 0;

          for (int o = 0; o < n; o++)
            {
              double upper = q == o ? sign[q] * exp (lu[q * n + q]) : q < o ? lu[q * n + o] : 0;

              w[i * n + o] += lower * upper;
            }
        }
  return w;
}

static void
multiply_pixels (RefImages *images, const double *w)
{
  int n = images->channels;
  RefImages out = images_new (images->n, images->height, images->width, n);

  for (int p = 0; p < images->n * images->height * images->width; p++)
    for (int o = 0; o < n; o++)
      for (int i = 0; i < n; i++)
        out.values[p * n + o] += images->values[p * n + i] * w[i * n + o];
  images_take (images, out);
}

static void
actnorm (const Reference *reference,
         const char *prefix,
         const char *part,
         RefImages *images,
         gboolean inverse)
{
  g_autofree char *name = g_strconcat (prefix, part, ".", NULL);
  const double *bias = find (reference, name, "bias"), *logs = find (reference, name, "logs");
  const double *sign = find (reference, name, "sign");
  int n = images->channels;

  for (int p = 0; p < images->n * images->height * images->width; p++)
    for (int j = 0; j < n; j++)
      {
        double *value = &images->values[p * n + j], scale = sign[j] * exp (3 * logs[j]);

        *value = inverse ? *value / scale - bias[j] : (*value + bias[j]) * scale;
      }
  if (reference->probe != NULL && !inverse)
    {
      name[strlen (name) - 1] = '\0';
      reference->probe (name, images, reference->probe_data);
    }
}

static void
relu (RefImages *images)
{
  for (int i = 0; i < images->n * images->height * images->width * images->channels; i++)
    images->values[i] = images->values[i] > 0 ? images->values[i] : 0;
}

/* Cross-correlation with zero padding 1 of the first in channels; the edge kernel meets an
 * indicator that is 1 on the padding. weight may be NULL for an input of zeros. */
static RefImages
conv3x3 (const RefImages *images, int in, int out, const double *weight, const double *edge)
{
  RefImages result = images_new (images->n, images->height, images->width, out);

  for (int n = 0; n < images->n; n++)
    for (int y = 0; y < images->height; y++)
      for (int x = 0; x < images->width; x++)
        for (int tap = 0; tap < 9; tap++)
          {
            int ty = y + tap / 3 - 1, tx = x + tap % 3 - 1;
            double *to = at (&result, n, y, x);
            gboolean padding = ty < 0 || ty >= images->height || tx < 0 || tx >= images->width;

            for (int o = 0; padding && o < out; o++)
              to[o] += edge[tap * out + o];
            for (int i = 0; !padding && weight != NULL && i < in; i++)
              for (int o = 0; o < out; o++)
                to[o] += at (images, n, ty, tx)[i] * weight[(tap * in + i) * out + o];
          }
  return result;
}

/* A convolution that starts at zero: (conv + edge + bias) exp (3 logs). */
static RefImages
scaled_conv (const Reference *reference,
             const char *prefix,
             const RefImages *images,
             int in,
             int out)
{
  const double *bias = find (reference, prefix, "bias"), *logs = find (reference, prefix, "logs");
  RefImages result =
    conv3x3 (images, in, out, find (reference, prefix, "weight"), find (reference, prefix, "edge"));

  for (int i = 0; i < result.n * result.height * result.width * out; i++)
    result.values[i] = (result.values[i] + bias[i % out]) * exp (3 * logs[i % out]);
  return result;
}

/* f(z1) */
static RefImages
conditioner (const Reference *reference, const char *prefix, const RefImages *images)
{
  int half = images->channels / 2, w = reference->config.width;
  int out = reference->config.coupling == AG_COUPLING_ADDITIVE ? half : 2 * half;
  g_autofree char *conv3 = g_strconcat (prefix, "coupling.conv3.", NULL);
  RefImages hidden = conv3x3 (images, half, w, find (reference, prefix, "coupling.conv1.weight"),
                              find (reference, prefix, "coupling.conv1.edge"));
  RefImages result;

  actnorm (reference, prefix, "coupling.actnorm1", &hidden, FALSE);
  relu (&hidden);
  multiply_pixels (&hidden, find (reference, prefix, "coupling.conv2.weight"));
  actnorm (reference, prefix, "coupling.actnorm2", &hidden, FALSE);
  relu (&hidden);
  result = scaled_conv (reference, conv3, &hidden, w, out);
  g_free (hidden.values);
  return result;
}

/* Adds the log-determinant of each image to log_p, which is NULL for the inverse. */
static void
coupling (const Reference *reference, const char *prefix, RefImages *images, double *log_p)
{
  RefImages f = conditioner (reference, prefix, images);
  int c = images->channels, half = c / 2, pixels = images->height * images->width;
  gboolean bounded = reference->config.coupling == AG_COUPLING_AFFINE_BOUNDED;
  gboolean affine = bounded || reference->config.coupling == AG_COUPLING_AFFINE;

  for (int p = 0; p < images->n * pixels; p++)
    for (int j = 0; j < half; j++)
      {
        double *z2 = &images->values[p * c + half + j];
        double shift = f.values[p * f.channels + (affine ? 2 * j : j)], scale = 1;

        if (bounded)
          scale = 0.5 + 1 / (1 + exp (-f.values[p * f.channels + 2 * j + 1]));
        else if (affine)
          scale = 1 / (1 + exp (-(f.values[p * f.channels + 2 * j + 1] + 2)));
        if (log_p != NULL)
          {
            *z2 = (*z2 + shift) * scale;
            log_p[p / pixels] += log (scale);
          }
        else
          *z2 = *z2 / scale - shift;
      }
  g_free (f.values);
}

/* Mean and log-deviation of the channels that leave at a level, from the first half of those there
 * are: [2j] and [2j + 1] for each channel that leaves. */
static RefImages
prior (const Reference *reference, int level, const int *classes, const RefImages *images)
{
  int c = images->channels, n = images->height * images->width;
  const double *embedding = find (reference, "", "prior.class");
  RefImages halves, result;

  if (level < reference->config.levels - 1)
    {
      g_autofree char *prefix = g_strdup_printf ("level.%d.split.", level);

      return scaled_conv (reference, prefix, images, c / 2, c);
    }
  halves = scaled_conv (reference, "prior.", images, 0, 2 * c);
  result = images_new (images->n, images->height, images->width, 2 * c);
  for (int p = 0; p < images->n * n; p++)
    for (int j = 0; j < 2 * c; j++)
      {
        double value = halves.values[p * 2 * c + j];

        if (embedding != NULL)
          value += embedding[classes[p / n] * 2 * c + j];
        result.values[p * 2 * c + (j < c ? 2 * j : 2 * (j - c) + 1)] = value;
      }
  g_free (halves.values);
  return result;
}

static RefImages
squeeze (const RefImages *images, int channels)
{
  RefImages out = images_new (images->n, images->height / 2, images->width / 2, 4 * channels);

  for (int n = 0; n < images->n; n++)
    for (int y = 0; y < images->height; y++)
      for (int x = 0; x < images->width; x++)
        for (int c = 0; c < channels; c++)
          at (&out, n, y / 2, x / 2)[4 * c + 2 * (y % 2) + x % 2] = at (images, n, y, x)[c];
  return out;
}

/* Into the first channels of images, which is twice as high and wide. */
static void
unsqueeze (const RefImages *squeezed, RefImages *images)
{
  for (int n = 0; n < images->n; n++)
    for (int y = 0; y < images->height; y++)
      for (int x = 0; x < images->width; x++)
        for (int c = 0; c < squeezed->channels / 4; c++)
          at (images, n, y, x)[c] = at (squeezed, n, y / 2, x / 2)[4 * c + 2 * (y % 2) + x % 2];
}

/* Where the latent of a channel that leaves lies: levels after each other, each [h][w][c]. */
static int
eps_index (const RefImages *images, int n_dims, int offset, int n_leave, int p, int j)
{
  int pixels = images->height * images->width;

  return p / pixels * n_dims + offset + p % pixels * n_leave + j;
}

static void
encode_step (const Reference *reference, int level, int step, RefImages *z, double *log_p)
{
  g_autofree char *prefix = g_strdup_printf ("level.%d.step.%d.", level, step);
  g_autofree double *w = permutation_matrix (reference, prefix, z->channels);
  const double *logs = find (reference, prefix, "actnorm.logs");
  double log_det = 0;

  actnorm (reference, prefix, "actnorm", z, FALSE);
  for (int j = 0; j < z->channels; j++)
    log_det += 3 * logs[j];
  multiply_pixels (z, w);
  log_det += reference_log_abs_det (z->channels, w);
  for (int i = 0; i < z->n; i++)
    log_p[i] += z->height * z->width * log_det;
  coupling (reference, prefix, z, log_p);
}

void
reference_encode (const Reference *reference,
                  int n,
                  const double *x,
                  const int *classes,
                  double *eps,
                  double *log_p)
{
  const AgGlowConfig *config = &reference->config;
  int n_dims = config->image_height * config->image_width * config->channels, offset = 0;
  RefImages z = images_new (n, config->image_height, config->image_width, config->channels);

  memcpy (z.values, x, (gsize) (n * n_dims) * sizeof *x);
  memset (log_p, 0, (gsize) n * sizeof *log_p);
  for (int l = 0; l < config->levels; l++)
    {
      gboolean last = l == config->levels - 1;
      RefImages gaussian;
      int leave, stay, pixels;

      images_take (&z, squeeze (&z, l == 0 ? config->channels : z.channels / 2));
      for (int k = 0; k < config->depth; k++)
        encode_step (reference, l, k, &z, log_p);
      leave = last ? z.channels : z.channels / 2;
      stay = z.channels - leave;
      pixels = z.height * z.width;
      gaussian = prior (reference, l, classes, &z);
      for (int p = 0; p < n * pixels; p++)
        for (int j = 0; j < leave; j++)
          {
            const double *g = gaussian.values + (p * leave + j) * 2;
            double e = (z.values[p * z.channels + stay + j] - g[0]) * exp (-g[1]);

            eps[eps_index (&z, n_dims, offset, leave, p, j)] = e;
            log_p[p / pixels] -= 0.5 * log (2 * G_PI) + g[1] + 0.5 * e * e;
          }
      g_free (gaussian.values);
      offset += pixels * leave;
    }
  g_free (z.values);
}

static void
decode_step (const Reference *reference, int level, int step, RefImages *z)
{
  g_autofree char *prefix = g_strdup_printf ("level.%d.step.%d.", level, step);
  g_autofree double *w = permutation_matrix (reference, prefix, z->channels);

  coupling (reference, prefix, z, NULL);
  reference_invert (z->channels, w);
  multiply_pixels (z, w);
  actnorm (reference, prefix, "actnorm", z, TRUE);
}

void
reference_decode (const Reference *reference,
                  int n,
                  const double *eps,
                  const int *classes,
                  double *x)
{
  const AgGlowConfig *config = &reference->config;
  int n_dims = config->image_height * config->image_width * config->channels, offset = n_dims;
  RefImages z = { 0 },
            image = { n, config->image_height, config->image_width, config->channels, x };

  for (int l = config->levels - 1; l >= 0; l--)
    {
      gboolean last = l == config->levels - 1;
      int side = 2 << l, channels = (config->channels * 4) << l, leave, stay;
      RefImages whole =
        images_new (n, config->image_height / side, config->image_width / side, channels);
      RefImages gaussian;

      if (!last)
        unsqueeze (&z, &whole);
      images_take (&z, whole);
      leave = last ? z.channels : z.channels / 2;
      stay = z.channels - leave;
      offset -= z.height * z.width * leave;
      gaussian = prior (reference, l, classes, &z);
      for (int p = 0; p < n * z.height * z.width; p++)
        for (int j = 0; j < leave; j++)
          {
            const double *g = gaussian.values + (p * leave + j) * 2;

            z.values[p * z.channels + stay + j] =
              g[0] + exp (g[1]) * eps[eps_index (&z, n_dims, offset, leave, p, j)];
          }
      g_free (gaussian.values);
      for (int k = config->depth - 1; k >= 0; k--)
        decode_step (reference, l, k, &z);
    }
  unsqueeze (&z, &image);
  g_free (z.values);
}
