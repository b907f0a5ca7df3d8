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
