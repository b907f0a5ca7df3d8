/* ag-image-exif.c: which way up a photo is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only the orientation is read: tag 0x0112 of the first directory of the TIFF structure (EXIF 2.3,
 * section 4.6). Whatever does not fit counts as upright, which is what other viewers do.
 */
#include <string.h>

#include "ag-image-private.h"

#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT      3

static guint32
get (const guint8 *at, int bytes, gboolean big)
{
  guint32 value = 0;

  for (int i = 0; i < bytes; i++)
    value = (value << 8) | at[big ? i : bytes - 1 - i];
  return value;
}

int
ag_exif_orientation (const guint8 *exif, gsize size)
{
  gboolean big;
  gsize directory, n_entries;

  if (size < 8 || (memcmp (exif, "II*\0", 4) != 0 && memcmp (exif, "MM\0*", 4) != 0))
    return 1;
  big = exif[0] == 'M';
  directory = get (exif + 4, 4, big);
  if (directory > size - 2 || size - directory < 2)
    return 1;
  n_entries = get (exif + directory, 2, big);
  n_entries = MIN (n_entries, (size - directory - 2) / 12);

  for (gsize i = 0; i < n_entries; i++)
    {
      const guint8 *entry = exif + directory + 2 + i * 12;
      guint32 value = get (entry + 8, 2, big);

      if (get (entry, 2, big) == TAG_ORIENTATION && get (entry + 2, 2, big) == TYPE_SHORT)
        return value >= 1 && value <= 8 ? (int) value : 1;
    }
  return 1;
}

guint8 *
ag_rgb_orient (guint8 *rgb, int *width, int *height, int orientation)
{
  int w = *width, h = *height;
  gboolean swap = orientation >= 5;
  int new_w = swap ? h : w, new_h = swap ? w : h;
  /* Which ends of the source the first row and column come from. */
  gboolean from_right = orientation == 2 || orientation == 3 || orientation >= 7;
  gboolean from_bottom =
    orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  guint8 *out, *to;

  if (orientation == 1)
    return rgb;
  out = to = g_try_malloc ((gsize) w * (gsize) h * 3);
  for (int y = 0; out && y < new_h; y++)
    for (int x = 0; x < new_w; x++, to += 3)
      {
        int u = swap ? y : x, v = swap ? x : y;
        const guint8 *from;

        u = from_right ? w - 1 - u : u;
        v = from_bottom ? h - 1 - v : v;
        from = rgb + ((gsize) v * (gsize) w + (gsize) u) * 3;
        to[0] = from[0];
        to[1] = from[1];
        to[2] = from[2];
      }
  *width = new_w;
  *height = new_h;
  g_free (rgb);
  return out;
}
