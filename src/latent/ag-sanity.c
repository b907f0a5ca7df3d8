/* ag-sanity.c: whether a decoded picture is a picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-sanity.h"

#include <math.h>

#define SEARCH_STEPS 8

AgSanity
ag_sanity_check (const float *x, gsize n)
{
  gsize outside = 0;
  bool finite = true, extreme = false;

  for (gsize i = 0; i < n; i++)
    {
      float magnitude = fabsf (x[i]);

      finite = finite && isfinite (magnitude);
      outside += magnitude > 1;
      extreme = extreme || magnitude > AG_SANITY_LIMIT;
    }
  if (!finite)
    return AG_SANITY_NOT_FINITE;
  return extreme || outside * 100 > n ? AG_SANITY_OUT_OF_RANGE : AG_SANITY_GOOD;
}

double
ag_sanity_contrast (const AgGlowConfig *config, const float *x)
{
  int width = config->image_width, height = config->image_height, channels = config->channels;
  int n = 0;
  double sum = 0, squares = 0;

  for (int row = height / 4; row < (height + 1) * 3 / 4; row++)
    for (int column = width / 4; column < (width + 1) * 3 / 4; column++, n++)
      {
        const float *pixel = x + channels * (row * width + column);
        double brightness =
          channels == 3 ? 0.2126 * pixel[0] + 0.7152 * pixel[1] + 0.0722 * pixel[2] : pixel[0];

        sum += brightness;
        squares += brightness * brightness;
      }
  return sqrt (fmax (squares / n - sum / n * sum / n, 0));
}

gboolean
ag_sanity_search (double from,
                  double to,
                  double tolerance,
                  AgSanityProbe probe,
                  gpointer user_data,
                  double *limit,
                  GError **error)
{
  double good = from, bad = to;
  bool sane = true;

  *limit = from;
  for (int step = 1; step <= SEARCH_STEPS && sane; step++)
    {
      double position = step == SEARCH_STEPS ? to : from + (to - from) * step / SEARCH_STEPS;

      if (!probe (position, user_data, &sane, error))
        return FALSE;
      if (sane)
        good = position;
      else
        bad = position;
    }
  while (!sane && fabs (bad - good) > tolerance)
    {
      double middle = 0.5 * (good + bad);
      bool middle_sane;

      /* Neighbouring numbers have none between them, however small the tolerance. */
      if (middle == good || middle == bad)
        break;
      if (!probe (middle, user_data, &middle_sane, error))
        return FALSE;
      if (middle_sane)
        good = middle;
      else
        bad = middle;
    }
  *limit = good;
  return TRUE;
}
