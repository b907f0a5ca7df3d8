/* ag-path.c: ways from one latent to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-path.h"

#include <math.h>
#include <string.h>

static const char *const kind_names[] = { "linear", "spherical", "norm" };

const char *
ag_path_kind_name (AgPathKind kind)
{
  return kind_names[kind];
}

bool
ag_path_kind_parse (const char *name, AgPathKind *kind)
{
  for (guint k = 0; k < G_N_ELEMENTS (kind_names); k++)
    if (g_str_equal (name, kind_names[k]))
      {
        *kind = (AgPathKind) k;
        return true;
      }
  return false;
}

static double
dot (const float *a, const float *b, gsize n)
{
  double sum = 0;

  for (gsize i = 0; i < n; i++)
    sum += (double) a[i] * b[i];
  return sum;
}

/* 1·a + 0·b rounds nothing, but an infinity times 0 would not vanish; so ends are copied. */
static void
combine (const float *a, const float *b, double weight_a, double weight_b, gsize n, float *out)
{
  if (weight_a == 1 && weight_b == 0)
    memcpy (out, a, n * sizeof (float));
  else if (weight_a == 0 && weight_b == 1)
    memcpy (out, b, n * sizeof (float));
  else
    for (gsize i = 0; i < n; i++)
      out[i] = (float) (weight_a * a[i] + weight_b * b[i]);
}

static void
spherical_weights (double angle, double t, double *weight_a, double *weight_b)
{
  double sine = sin (angle);

  if (t == 0 || t == 1 || sine < 1e-6)
    {
      *weight_a = 1 - t;
      *weight_b = t;
      return;
    }
  *weight_a = sin ((1 - t) * angle) / sine;
  *weight_b = sin (t * angle) / sine;
}

/* Scales @out to @norm; a point that is zero, half way between opposites, stays. */
static void
set_norm (float *out, gsize n, double norm)
{
  double now = sqrt (dot (out, out, n));
  float factor = now > 0 ? (float) (norm / now) : 1;

  for (gsize i = 0; i < n; i++)
    out[i] *= factor;
}

void
ag_path_point (AgPathKind kind,
               const AgGlowConfig *config,
               const float *a,
               const float *b,
               const double *t,
               float *out)
{
  gsize n_dims = ag_glow_config_n_dims (config);
  double square_a = dot (a, a, n_dims), square_b = dot (b, b, n_dims);
  double cosine = dot (a, b, n_dims) / sqrt (square_a * square_b);
  double angle = isfinite (cosine) ? acos (CLAMP (cosine, -1, 1)) : 0;

  for (int l = 0; l < config->levels; l++)
    {
      AgGlowLevel level = ag_glow_config_level (config, l);
      const float *a_l = a + level.eps_offset, *b_l = b + level.eps_offset;
      float *out_l = out + level.eps_offset;
      gsize n = level.eps_count;
      double weight_a = 1 - t[l], weight_b = t[l];

      if (kind == AG_PATH_SPHERICAL)
        spherical_weights (angle, t[l], &weight_a, &weight_b);
      combine (a_l, b_l, weight_a, weight_b, n, out_l);
      if (kind == AG_PATH_NORM && t[l] != 0 && t[l] != 1)
        set_norm (out_l, n,
                  (1 - t[l]) * sqrt (dot (a_l, a_l, n)) + t[l] * sqrt (dot (b_l, b_l, n)));
    }
}

/* The one latent that a level is taken from whole, or -1. */
static int
only_one (guint n, const double *weights, int n_levels, int l)
{
  int one = -1;

  for (guint k = 0; k < n; k++)
    {
      double weight = weights[k * (guint) n_levels + (guint) l];

      if (weight == 0)
        continue;
      if (weight != 1 || one >= 0)
        return -1;
      one = (int) k;
    }
  return one;
}

void
ag_path_mix (const AgGlowConfig *config,
             guint n,
             const float *const *eps,
             const double *weights,
             bool keep_norm,
             float *out)
{
  for (int l = 0; l < config->levels; l++)
    {
      AgGlowLevel level = ag_glow_config_level (config, l);
      float *out_l = out + level.eps_offset;
      int one = only_one (n, weights, config->levels, l);
      double norm = 0;

      if (one >= 0)
        {
          memcpy (out_l, eps[one] + level.eps_offset, level.eps_count * sizeof (float));
          continue;
        }
      memset (out_l, 0, level.eps_count * sizeof (float));
      for (guint k = 0; k < n; k++)
        {
          const float *z = eps[k] + level.eps_offset;
          double weight = weights[k * (guint) config->levels + (guint) l];

          if (weight == 0)
            continue;
          for (gsize i = 0; i < level.eps_count; i++)
            out_l[i] += (float) (weight * z[i]);
          norm += weight * sqrt (dot (z, z, level.eps_count));
        }
      if (keep_norm)
        set_norm (out_l, level.eps_count, norm);
    }
}
