/* ag-face-finder.c: finding faces and their eyes in a photo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faces are looked for in the whole photo at a moderate size, then eyes in each face at a size
 * that eye cascades like. A head held askew is not seen by a cascade for upright ones; so if
 * nothing is found the photo is looked at turned either way.
 */
#include "ag-face-finder.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ag-cascades.h"

#define MAX_FACES 64
#define MAX_EYES  32

/* Longer side of the picture that faces are looked for in, the same when it is turned, and side
 * of that which eyes are looked for in. */
#define PHOTO_SIZE  640
#define TURNED_SIZE 480
#define FACE_SIZE   300

/* Smallest face, as a share of the photo's longer side. */
#define MIN_FACE 0.045

/* A box without two eyes in it needs this many detections that agree to be taken for a face. */
#define MIN_SUPPORT 8

/* Where eyes are in the box of a face that looks straight ahead, and by how much each eye cascade
 * is off, in distances between the eyes: medians over 150 aligned faces. */
#define BOX_LEFT_EYE_X  0.308
#define BOX_RIGHT_EYE_X 0.696
#define BOX_EYE_Y       0.402

typedef struct
{
  const char *file;
  double bias_x, bias_y;
} EyeCascade;

/* The better one first. */
static const EyeCascade eye_cascades[] = { { "haarcascade_eye_tree_eyeglasses.xml", -0.020,
                                             -0.019 },
                                           { "haarcascade_eye.xml", -0.047, -0.022 } };

#define N_EYE_CASCADES (int) G_N_ELEMENTS (eye_cascades)

struct AgFaceFinder
{
  AgCascades *face;
  AgCascades *eyes[N_EYE_CASCADES];
};

bool
ag_face_finder_is_supported (void)
{
  return true;
}

/* opencv-data installs its files under a data directory of the system. */
static char *
find_cascade (const char *name)
{
  const char *const *folders = g_get_system_data_dirs ();

  for (int i = 0; folders[i]; i++)
    {
      char *path = g_build_filename (folders[i], "opencv4", "haarcascades", name, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return path;
      g_free (path);
    }
  return g_build_filename ("/usr/share/opencv4/haarcascades", name, NULL);
}

static AgCascades *
load_cascade (const char *name, GError **error)
{
  g_autofree char *path = find_cascade (name);
  AgCascades *cascade = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
    cascade = ag_cascades_new (path);
  if (!cascade)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                 _ ("%s: cannot be read; faces are found with it, and the package opencv-data "
                    "holds it"),
                 path);
  return cascade;
}

AgFaceFinder *
ag_face_finder_new (GError **error)
{
  g_autoptr (AgFaceFinder) self = g_new0 (AgFaceFinder, 1);

  self->face = load_cascade ("haarcascade_frontalface_alt2.xml", error);
  if (!self->face)
    return NULL;
  for (int i = 0; i < N_EYE_CASCADES; i++)
    {
      self->eyes[i] = load_cascade (eye_cascades[i].file, error);
      if (!self->eyes[i])
        return NULL;
    }
  return g_steal_pointer (&self);
}

void
ag_face_finder_free (AgFaceFinder *self)
{
  if (!self)
    return;
  for (int i = 0; i < N_EYE_CASCADES; i++)
    ag_cascades_free (self->eyes[i]);
  ag_cascades_free (self->face);
  g_free (self);
}

static guint8 *
to_grey (AgImage *image)
{
  gsize n = (gsize) image->width * (gsize) image->height;
  const guint8 *pixels = ag_image_get_pixels (image);
  guint8 *grey = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    grey[i] =
      (guint8) ((299 * pixels[3 * i] + 587 * pixels[3 * i + 1] + 114 * pixels[3 * i + 2] + 500) /
                1000);
  return grey;
}

/* A square of the photo, turned by @angle, that holds all of it. */
static void
turned_square (AgImage *photo, double angle, AgAlignment *square)
{
  double side = hypot (photo->width, photo->height);

  square->ux = side * cos (angle);
  square->uy = side * sin (angle);
  square->x = 0.5 * (photo->width - square->ux + square->uy);
  square->y = 0.5 * (photo->height - square->uy - square->ux);
}

/* Boxes of faces in a picture whose edge is @frame's upper one, as squares of the photo. */
typedef struct
{
  AgAlignment square;
  int support;
} Candidate;

static int
find_candidates (AgFaceFinder *self,
                 AgImage *picture,
                 const AgAlignment *frame,
                 Candidate *candidates)
{
  g_autofree guint8 *grey = to_grey (picture);
  int longer = MAX (picture->width, picture->height);
  int smallest = MAX (20, (int) (MIN_FACE * longer));
  /* Photo pixels per pixel of the picture. */
  double ux = frame->ux / picture->width, uy = frame->uy / picture->width;
  AgBox boxes[MAX_FACES];
  int n = ag_cascades_detect (self->face, grey, picture->width, picture->height, 1.1, 3, smallest,
                              longer, boxes, MAX_FACES);

  for (int i = 0; i < n; i++)
    {
      AgAlignment *square = &candidates[i].square;

      square->x = frame->x + boxes[i].x * ux - boxes[i].y * uy;
      square->y = frame->y + boxes[i].x * uy + boxes[i].y * ux;
      square->ux = boxes[i].width * ux;
      square->uy = boxes[i].width * uy;
      candidates[i].support = boxes[i].support;
    }
  return n;
}

static int
find_upright (AgFaceFinder *self, AgImage *photo, Candidate *candidates)
{
  double scale = MIN (1.0, (double) PHOTO_SIZE / MAX (photo->width, photo->height));
  int width = MAX (1, (int) lround (photo->width * scale));
  int height = MAX (1, (int) lround (photo->height * scale));
  g_autoptr (AgImage) picture = ag_image_resize (photo, width, height);
  AgAlignment frame = { 0, 0, photo->width, 0 };

  return find_candidates (self, picture, &frame, candidates);
}

/* Degrees; a cascade for upright faces sees about 15 either way. */
static int
find_turned (AgFaceFinder *self, AgImage *photo, Candidate *candidates)
{
  static const double angles[] = { 22, -22, 40, -40 };
  int n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (angles) && n == 0; i++)
    {
      g_autoptr (AgImage) picture = NULL;
      AgAlignment frame;

      turned_square (photo, angles[i] * G_PI / 180, &frame);
      picture = ag_alignment_crop (&frame, photo, TURNED_SIZE);
      n = find_candidates (self, picture, &frame, candidates);
    }
  return n;
}

/* How unlike two eyes a pair of boxes is, in the face's square of side 1; less is better. */
static double
pair_cost (double lx, double ly, double rx, double ry)
{
  double distance = hypot (rx - lx, ry - ly);
  double expected = BOX_RIGHT_EYE_X - BOX_LEFT_EYE_X;

  if (rx - lx < 0.22 || rx - lx > 0.6 || fabs (ry - ly) > 0.45 * (rx - lx))
    return INFINITY;
  return fabs (lx - BOX_LEFT_EYE_X) + fabs (rx - BOX_RIGHT_EYE_X) +
         fabs (0.5 * (ly + ry) - BOX_EYE_Y) + fabs (distance - expected);
}

/* Eyes of a face's square of side 1 as one cascade sees them; the cost of the best pair. */
static double
find_eye_pair (AgFaceFinder *self, int which, const guint8 *grey, double pair[4])
{
  const EyeCascade *cascade = &eye_cascades[which];
  /* Below the middle are only mouths and nostrils. */
  int height = FACE_SIZE * 2 / 3, n;
  double best = INFINITY;
  AgBox boxes[MAX_EYES];

  n = ag_cascades_detect (self->eyes[which], grey, FACE_SIZE, height, 1.05, 3, FACE_SIZE / 8,
                          FACE_SIZE * 2 / 5, boxes, MAX_EYES);
  for (int l = 0; l < n; l++)
    for (int r = 0; r < n; r++)
      {
        double lx = (boxes[l].x + 0.5 * boxes[l].width) / FACE_SIZE;
        double ly = (boxes[l].y + 0.5 * boxes[l].height) / FACE_SIZE;
        double rx = (boxes[r].x + 0.5 * boxes[r].width) / FACE_SIZE;
        double ry = (boxes[r].y + 0.5 * boxes[r].height) / FACE_SIZE;
        double cost = pair_cost (lx, ly, rx, ry), distance = hypot (rx - lx, ry - ly);

        if (!(cost < best))
          continue;
        best = cost;
        pair[0] = lx - cascade->bias_x * distance;
        pair[1] = ly - cascade->bias_y * distance;
        pair[2] = rx - cascade->bias_x * distance;
        pair[3] = ry - cascade->bias_y * distance;
      }
  return best;
}

static void
find_eyes (AgFaceFinder *self, AgImage *photo, const AgAlignment *square, AgFace *face)
{
  g_autoptr (AgImage) picture = ag_alignment_crop (square, photo, FACE_SIZE);
  g_autofree guint8 *grey = to_grey (picture);
  double pair[4] = { BOX_LEFT_EYE_X, BOX_EYE_Y, BOX_RIGHT_EYE_X, BOX_EYE_Y };

  face->eyes_found = false;
  for (int which = 0; which < N_EYE_CASCADES && !face->eyes_found; which++)
    face->eyes_found = isfinite (find_eye_pair (self, which, grey, pair));
  ag_alignment_to_photo (square, pair[0], pair[1], &face->eyes.left_x, &face->eyes.left_y);
  ag_alignment_to_photo (square, pair[2], pair[3], &face->eyes.right_x, &face->eyes.right_y);
}

static void
set_box (AgFace *face, const AgAlignment *square)
{
  face->x = square->x + MIN (0, square->ux) + MIN (0, -square->uy);
  face->y = square->y + MIN (0, square->uy) + MIN (0, square->ux);
  face->width = face->height = fabs (square->ux) + fabs (square->uy);
}

/* Faces with both eyes seen first, then the larger ones. */
static int
compare_faces (gconstpointer a, gconstpointer b)
{
  const AgFace *p = a, *q = b;

  if (p->eyes_found != q->eyes_found)
    return p->eyes_found ? -1 : 1;
  return (p->width < q->width) - (p->width > q->width);
}

static bool
is_inside (AgImage *photo, const AgFace *face)
{
  double x = face->x + 0.5 * face->width, y = face->y + 0.5 * face->height;

  return x > 0 && y > 0 && x < photo->width && y < photo->height;
}

/* A face can be found twice, at sizes too different to be merged. */
static void
remove_doubles (GArray *faces)
{
  for (guint i = 0; i < faces->len; i++)
    {
      AgFace p = g_array_index (faces, AgFace, i);

      for (guint j = faces->len - 1; j > i; j--)
        {
          AgFace q = g_array_index (faces, AgFace, j);
          double x = q.x + 0.5 * q.width - p.x, y = q.y + 0.5 * q.height - p.y;

          if (x > 0 && y > 0 && x < p.width && y < p.height)
            g_array_remove_index (faces, j);
        }
    }
}

GArray *
ag_face_finder_find (AgFaceFinder *self, AgImage *photo, GError **error)
{
  GArray *faces = g_array_new (FALSE, TRUE, sizeof (AgFace));
  Candidate candidates[MAX_FACES];
  int n = find_upright (self, photo, candidates);

  if (n == 0)
    n = find_turned (self, photo, candidates);
  if (n < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _ ("looking for faces failed inside OpenCV"));
      g_array_unref (faces);
      return NULL;
    }
  for (int i = 0; i < n; i++)
    {
      AgFace face = { .support = candidates[i].support };

      set_box (&face, &candidates[i].square);
      if (!is_inside (photo, &face))
        continue;
      find_eyes (self, photo, &candidates[i].square, &face);
      if (face.eyes_found || face.support >= MIN_SUPPORT)
        g_array_append_val (faces, face);
    }
  g_array_sort (faces, compare_faces);
  remove_doubles (faces);
  return faces;
}
