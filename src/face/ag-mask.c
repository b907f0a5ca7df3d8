/* ag-mask.c: the part of the face square that an edit is limited to
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-mask.h"

#include <math.h>

/* 1 inside half of the radius, 0 from the radius on, smooth between. */
static double
profile (double distance, double radius)
{
  double t = CLAMP (2 * (1 - distance / radius), 0, 1);

  return t * t * (3 - 2 * t);
}

bool
ag_mask_dot (guint8 *mask, double u, double v, double radius, double amount)
{
  double x = u * AG_MASK_SIZE - 0.5, y = v * AG_MASK_SIZE - 0.5, r = radius * AG_MASK_SIZE;
  int left = (int) CLAMP (floor (x - r), 0, AG_MASK_SIZE);
  int right = (int) CLAMP (ceil (x + r) + 1, 0, AG_MASK_SIZE);
  int top = (int) CLAMP (floor (y - r), 0, AG_MASK_SIZE);
  int bottom = (int) CLAMP (ceil (y + r) + 1, 0, AG_MASK_SIZE);
  bool changed = false;

  g_return_val_if_fail (radius > 0 && isfinite (u) && isfinite (v), false);

  for (int j = top; j < bottom; j++)
    for (int i = left; i < right; i++)
      {
        guint8 *pixel = mask + j * AG_MASK_SIZE + i;
        double strength = fabs (amount) * profile (hypot (i - x, j - y), r);
        guint8 painted = (guint8) lrint (255 * CLAMP (strength, 0, 1));
        guint8 next = amount >= 0 ? MAX (*pixel, painted) : MIN (*pixel, 255 - painted);

        changed = changed || next != *pixel;
        *pixel = next;
      }
  return changed;
}

/* The mask at a position in its own pixels, where 0.5 is the middle of the first. */
static float
sample (const guint8 *mask, double x, double y)
{
  double i = CLAMP (x - 0.5, 0, AG_MASK_SIZE - 1), j = CLAMP (y - 0.5, 0, AG_MASK_SIZE - 1);
  int i0 = MIN ((int) i, AG_MASK_SIZE - 2), j0 = MIN ((int) j, AG_MASK_SIZE - 2);
  const guint8 *p = mask + j0 * AG_MASK_SIZE + i0, *q = p + AG_MASK_SIZE;
  double s = i - i0, t = j - j0;

  return (float) (((1 - t) * ((1 - s) * p[0] + s * p[1]) + t * ((1 - s) * q[0] + s * q[1])) / 255);
}

void
ag_mask_sample (const guint8 *mask, double v, int n, float *factors)
{
  for (int k = 0; k <= n; k++)
    factors[k] = sample (mask, (double) k / n * AG_MASK_SIZE, v * AG_MASK_SIZE);
}

float *
ag_mask_resample (const guint8 *mask, int size)
{
  float *factors = g_new (float, (gsize) size *(gsize) size);
  double step = (double) AG_MASK_SIZE / size;
  int n = MAX (1, (int) ceil (step));

  for (int y = 0; y < size; y++)
    for (int x = 0; x < size; x++)
      {
        float sum = 0;

        for (int b = 0; b < n; b++)
          for (int a = 0; a < n; a++)
            sum += sample (mask, (x + (a + 0.5) / n) * step, (y + (b + 0.5) / n) * step);
        factors[y * size + x] = sum / (float) (n * n);
      }
  return factors;
}
