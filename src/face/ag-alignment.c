/* ag-alignment.c: where in a photo the face square lies
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-alignment.h"

#include <math.h>

/* Far more than the largest photo that is read; keeps later arithmetic in range. */
#define FARTHEST 1e6

bool
ag_alignment_from_eyes (const AgEyes *eyes, AgAlignment *alignment)
{
  double dx = eyes->right_x - eyes->left_x, dy = eyes->right_y - eyes->left_y;
  double span = AG_ALIGNMENT_RIGHT_EYE_X - AG_ALIGNMENT_LEFT_EYE_X;
  AgAlignment result;

  if (!(fabs (eyes->left_x) < FARTHEST && fabs (eyes->left_y) < FARTHEST &&
        fabs (eyes->right_x) < FARTHEST && fabs (eyes->right_y) < FARTHEST) ||
      hypot (dx, dy) < 0.5)
    return false;
  result.ux = dx / span;
  result.uy = dy / span;
  result.x = eyes->left_x - AG_ALIGNMENT_LEFT_EYE_X * result.ux + AG_ALIGNMENT_EYE_Y * result.uy;
  result.y = eyes->left_y - AG_ALIGNMENT_LEFT_EYE_X * result.uy - AG_ALIGNMENT_EYE_Y * result.ux;
  *alignment = result;
  return true;
}

void
ag_alignment_from_centre (int width, int height, AgAlignment *alignment)
{
  int side = MIN (width, height);

  /* Whole pixels, so that a square photo of the right size is not resampled. */
  alignment->x = (width - side) / 2;
  alignment->y = (height - side) / 2;
  alignment->ux = side;
  alignment->uy = 0;
}

void
ag_alignment_get_eyes (const AgAlignment *alignment, AgEyes *eyes)
{
  ag_alignment_to_photo (alignment, AG_ALIGNMENT_LEFT_EYE_X, AG_ALIGNMENT_EYE_Y, &eyes->left_x,
                         &eyes->left_y);
  ag_alignment_to_photo (alignment, AG_ALIGNMENT_RIGHT_EYE_X, AG_ALIGNMENT_EYE_Y, &eyes->right_x,
                         &eyes->right_y);
}

bool
ag_eyes_equal (const AgEyes *a, const AgEyes *b)
{
  return a->left_x == b->left_x && a->left_y == b->left_y && a->right_x == b->right_x &&
         a->right_y == b->right_y;
}

bool
ag_eyes_fill_square (const AgEyes *eyes, const AgImage *photo)
{
  const double tolerance = 0.035, side = photo->width;

  return photo->width == photo->height &&
         fabs (eyes->left_x / side - AG_ALIGNMENT_LEFT_EYE_X) < tolerance &&
         fabs (eyes->right_x / side - AG_ALIGNMENT_RIGHT_EYE_X) < tolerance &&
         fabs (eyes->left_y / side - AG_ALIGNMENT_EYE_Y) < tolerance &&
         fabs (eyes->right_y / side - AG_ALIGNMENT_EYE_Y) < tolerance;
}

double
ag_alignment_get_side (const AgAlignment *alignment)
{
  return hypot (alignment->ux, alignment->uy);
}

void
ag_alignment_to_photo (const AgAlignment *alignment, double u, double v, double *x, double *y)
{
  *x = alignment->x + u * alignment->ux - v * alignment->uy;
  *y = alignment->y + u * alignment->uy + v * alignment->ux;
}

void
ag_alignment_to_square (const AgAlignment *alignment, double x, double y, double *u, double *v)
{
  double dx = x - alignment->x, dy = y - alignment->y;
  double square = alignment->ux * alignment->ux + alignment->uy * alignment->uy;

  *u = (dx * alignment->ux + dy * alignment->uy) / square;
  *v = (dy * alignment->ux - dx * alignment->uy) / square;
}

/* Corner of a polygon being clipped. */
typedef struct
{
  double x, y;
} Point;

/* Sutherland & Hodgman: keeps the part of a convex polygon where a x + b y <= c. */
static int
clip (const Point *in, int n, double a, double b, double c, Point *out)
{
  int kept = 0;

  for (int i = 0; i < n; i++)
    {
      Point p = in[i], q = in[(i + 1) % n];
      double at_p = a * p.x + b * p.y - c, at_q = a * q.x + b * q.y - c;

      if (at_p <= 0)
        out[kept++] = p;
      if ((at_p < 0 && at_q > 0) || (at_p > 0 && at_q < 0))
        {
          double t = at_p / (at_p - at_q);

          out[kept++] = (Point){ p.x + t * (q.x - p.x), p.y + t * (q.y - p.y) };
        }
    }
  return kept;
}

double
ag_alignment_get_outside (const AgAlignment *alignment, int width, int height)
{
  double side = ag_alignment_get_side (alignment), area = 0;
  Point a[16], b[16];
  int n = 4;

  for (int corner = 0; corner < 4; corner++)
    ag_alignment_to_photo (alignment, corner == 1 || corner == 2, corner >= 2, &a[corner].x,
                           &a[corner].y);
  n = clip (a, n, -1, 0, 0, b);
  n = clip (b, n, 0, -1, 0, a);
  n = clip (a, n, 1, 0, width, b);
  n = clip (b, n, 0, 1, height, a);
  for (int i = 0; i < n; i++)
    area += a[i].x * a[(i + 1) % n].y - a[(i + 1) % n].x * a[i].y;
  return CLAMP (1 - 0.5 * fabs (area) / (side * side), 0, 1);
}
