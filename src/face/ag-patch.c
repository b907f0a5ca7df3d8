/* ag-patch.c: putting an edit back into the photograph
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-patch.h"

#include <math.h>
#include <string.h>

#include "ag-mask.h"
#include "ag-patch-add.h"
#include "ag-view-pixels.h"

/* See ag_patch_add(). */
#define VIEW_FINENESS   4
#define EXPORT_FINENESS 16

struct AgPatchView
{
  int width, height;
  GBytes *pixels; /* the photo as it is shown */
  AgPatchMap map;
  gatomicrefcount ref_count;
};

/* From pixels of a picture whose pixel (i, j) begins at (x + i·step, y + j·step) of the photo. */
static AgPatchMap
map_from_alignment (const AgAlignment *alignment, double x, double y, double step)
{
  double square = alignment->ux * alignment->ux + alignment->uy * alignment->uy;
  AgPatchMap map;

  ag_alignment_to_square (alignment, x + 0.5 * step, y + 0.5 * step, &map.u, &map.v);
  map.u_x = alignment->ux / square * step;
  map.u_y = alignment->uy / square * step;
  return map;
}

static bool
is_whole (GBytes *mask)
{
  const guint8 *bytes = g_bytes_get_data (mask, NULL);

  for (int i = 0; i < AG_MASK_BYTES; i++)
    if (bytes[i] != 255)
      return false;
  return true;
}

/* A mask that leaves nothing out is none, to the last bit. */
static AgPatchChange
make_change (const float *difference, int size, GBytes *mask)
{
  return (AgPatchChange){ difference, size,
                          mask && !is_whole (mask) ? g_bytes_get_data (mask, NULL) : NULL };
}

AgImage *
ag_patch_apply (AgImage *photo,
                const AgAlignment *alignment,
                const float *difference,
                int size,
                GBytes *mask)
{
  AgPatchMap map = map_from_alignment (alignment, 0, 0, 1);
  AgPatchChange change = make_change (difference, size, mask);
  gsize n_bytes = (gsize) photo->width * (gsize) photo->height * 3 * (photo->deep ? 2 : 1);
  g_autoptr (GBytes) bytes = NULL;
  void *pixels;

  if (ag_patch_difference_is_zero (difference, size))
    return ag_image_ref (photo);
  pixels = g_memdup2 (g_bytes_get_data (photo->deep ? photo->deep : photo->pixels, NULL), n_bytes);
  bytes = g_bytes_new_take (pixels, n_bytes);
  ag_patch_add (pixels, photo->deep != NULL, photo->width, photo->height, &map, &change,
                EXPORT_FINENESS);
  return photo->deep ? ag_image_new_edited_deep (photo, bytes) : ag_image_new_edited (photo, bytes);
}

AgPatchView *
ag_patch_view_new (AgImage *photo,
                   const AgAlignment *alignment,
                   double x,
                   double y,
                   double scale,
                   int width,
                   int height)
{
  AgPatchView *self = g_new0 (AgPatchView, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->width = width;
  self->height = height;
  self->pixels = ag_view_pixels (photo, x, y, scale, width, height);
  self->map = map_from_alignment (alignment, x, y, 1 / scale);
  return self;
}

AgPatchView *
ag_patch_view_ref (AgPatchView *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ag_patch_view_unref (AgPatchView *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_bytes_unref (self->pixels);
  g_free (self);
}

int
ag_patch_view_get_width (AgPatchView *self)
{
  return self->width;
}

int
ag_patch_view_get_height (AgPatchView *self)
{
  return self->height;
}

GBytes *
ag_patch_view_render (AgPatchView *self, const float *difference, int size, GBytes *mask)
{
  AgPatchChange change = make_change (difference, size, mask);
  gsize n_bytes;
  const guint8 *pixels = g_bytes_get_data (self->pixels, &n_bytes);
  guint8 *rendered;

  if (!difference)
    return g_bytes_ref (self->pixels);
  rendered = g_memdup2 (pixels, n_bytes);
  ag_patch_add (rendered, false, self->width, self->height, &self->map, &change, VIEW_FINENESS);
  return g_bytes_new_take (rendered, n_bytes);
}
