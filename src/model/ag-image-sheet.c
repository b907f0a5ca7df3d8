/* ag-image-sheet.c: pictures side by side
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-image-sheet.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_SIDE 65535

AgImage *
ag_image_sheet (AgImage *const *images, guint n, guint columns, int gap, GError **error)
{
  int image_width = images[0]->width, image_height = images[0]->height;
  gint64 rows = (n + columns - 1) / columns;
  gint64 width = (gint64) columns * (image_width + gap) - gap;
  gint64 height = rows * (image_height + gap) - gap;
  g_autoptr (GBytes) bytes = NULL;
  guint8 *pixels;

  g_return_val_if_fail (n > 0 && columns > 0 && gap >= 0, NULL);

  if (width > MAX_SIDE || height > MAX_SIDE || width * height > AG_IMAGE_MAX_PIXELS ||
      (pixels = g_try_malloc ((gsize) (width * height * 3))) == NULL)
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                   _ ("%u pictures side by side make a picture that is too large"), n);
      return NULL;
    }
  memset (pixels, 255, (gsize) (width * height * 3));
  bytes = g_bytes_new_take (pixels, (gsize) (width * height * 3));
  for (guint i = 0; i < n; i++)
    {
      gsize left = (gsize) (i % columns) * (gsize) (image_width + gap);
      gsize top = (gsize) (i / columns) * (gsize) (image_height + gap);
      gsize row = (gsize) image_width * 3;

      for (int y = 0; y < image_height; y++)
        memcpy (pixels + ((top + (gsize) y) * (gsize) width + left) * 3,
                ag_image_get_pixels (images[i]) + (gsize) y * row, row);
    }
  return ag_image_new ((int) width, (int) height, bytes);
}
