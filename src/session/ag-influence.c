/* ag-influence.c: where in a face each attribute acts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-influence.h"

#include <math.h>

/* Maps are averaged over this share of the square to either side: about half an eye. */
#define REACH 0.03

/* A change by less than this, of the range from black to white, is none. */
#define FAINT 0.004f

struct AgInfluence
{
  guint n;
  int size, channels;
  float **maps; /* [n], each [size][size]; NULL if missing */
  float *means;
};

AgInfluence *
ag_influence_new (guint n, int size, int channels)
{
  AgInfluence *self = g_new0 (AgInfluence, 1);

  self->n = n;
  self->size = size;
  self->channels = channels;
  self->maps = g_new0 (float *, MAX (n, 1));
  self->means = g_new0 (float, MAX (n, 1));
  return self;
}

void
ag_influence_free (AgInfluence *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n; i++)
    g_free (self->maps[i]);
  g_free (self->maps);
  g_free (self->means);
  g_free (self);
}

guint
ag_influence_next (AgInfluence *self)
{
  guint index = 0;

  while (index < self->n && self->maps[index] != NULL)
    index++;
  return index;
}

/* Mean of a row or column over its neighbourhood, in place; @step from one number to the next. */
static void
smooth_line (float *line, int n, int step, int reach, float *scratch)
{
  for (int i = 0; i < n; i++)
    {
      int from = MAX (0, i - reach), to = MIN (n - 1, i + reach);
      float sum = 0;

      for (int k = from; k <= to; k++)
        sum += line[k * step];
      scratch[i] = sum / (float) (to - from + 1);
    }
  for (int i = 0; i < n; i++)
    line[i * step] = scratch[i];
}

static void
smooth (float *map, int size)
{
  g_autofree float *scratch = g_new (float, size);
  int reach = MAX (1, (int) lround (REACH * size));

  for (int i = 0; i < size; i++)
    smooth_line (map + i * size, size, 1, reach, scratch);
  for (int i = 0; i < size; i++)
    smooth_line (map + i, size, size, reach, scratch);
}

void
ag_influence_add (AgInfluence *self, guint index, const float *base, const float *moved)
{
  gsize n_pixels = (gsize) self->size * (gsize) self->size;
  float *map = g_new0 (float, n_pixels);
  double sum = 0;

  g_return_if_fail (index < self->n);

  for (gsize i = 0; moved != NULL && i < n_pixels; i++)
    for (int c = 0; c < self->channels; c++)
      {
        gsize k = i * (gsize) self->channels + (gsize) c;

        map[i] += fabsf (moved[k] - base[k]) / (float) self->channels;
      }
  smooth (map, self->size);
  for (gsize i = 0; i < n_pixels; i++)
    sum += map[i];
  self->means[index] = (float) (sum / (double) n_pixels);
  g_free (self->maps[index]);
  self->maps[index] = map;
}

/* Of how much an attribute changes here, how much of that to how much elsewhere, and their product,
 * on the bundled model and photos: the product brings those that change everything (Male) to the
 * front nearly everywhere; the ratio puts hair with hair and glasses with eyes. */
static float
score (AgInfluence *self, guint index, gsize pixel)
{
  float here;

  if (self->maps[index] == NULL)
    return 0;
  here = self->maps[index][pixel];
  return here < FAINT ? 0 : here / (self->means[index] + FAINT);
}

guint
ag_influence_rank (AgInfluence *self, double u, double v, guint max, guint *indices)
{
  gsize pixel;
  guint n = 0;

  if (!(u >= 0 && u < 1 && v >= 0 && v < 1))
    return 0;
  pixel = (gsize) (v * self->size) * (gsize) self->size + (gsize) (u * self->size);
  for (guint i = 0; i < self->n; i++)
    {
      float value = score (self, i, pixel);
      guint at = n;

      if (value <= 0)
        continue;
      while (at > 0 && score (self, indices[at - 1], pixel) < value)
        at--;
      if (at >= max)
        continue;
      n = MIN (n + 1, max);
      for (guint k = n - 1; k > at; k--)
        indices[k] = indices[k - 1];
      indices[at] = i;
    }
  return n;
}

GBytes *
ag_influence_get_map (AgInfluence *self, guint index, int *size)
{
  gsize n_pixels = (gsize) self->size * (gsize) self->size;
  float most = FAINT;
  guint8 *bytes;

  if (index >= self->n || self->maps[index] == NULL)
    return NULL;
  for (gsize i = 0; i < n_pixels; i++)
    most = MAX (most, self->maps[index][i]);
  bytes = g_malloc (n_pixels);
  for (gsize i = 0; i < n_pixels; i++)
    bytes[i] = (guint8) lrintf (255 * self->maps[index][i] / most);
  *size = self->size;
  return g_bytes_new_take (bytes, n_pixels);
}
