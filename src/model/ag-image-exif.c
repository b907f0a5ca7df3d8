/* ag-image-exif.c: which way up a photo is
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Only the orientation is looked at: tag 0x0112 of the first directory of the TIFF structure
 * (EXIF 2.3, section 4.6). Whatever does not fit counts as upright, which is what other viewers do.
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

static gboolean
is_tiff (const guint8 *exif, gsize size)
{
  return size >= 8 && (memcmp (exif, "II*\0", 4) == 0 || memcmp (exif, "MM\0*", 4) == 0);
}

/* Where the value of the orientation is; 0 if there is none. @end: where the first directory's
 * entries end, 0 if that cannot be told. */
static gsize
find_orientation (const guint8 *exif, gsize size, gsize *end)
{
  gboolean big = exif[0] == 'M';
  gsize directory = get (exif + 4, 4, big), n_entries, n_whole, found = 0;

  *end = 0;
  if (directory > size - 2 || size - directory < 2)
    return 0;
  n_entries = get (exif + directory, 2, big);
  n_whole = MIN (n_entries, (size - directory - 2) / 12);
  if (n_whole == n_entries)
    *end = directory + 2 + n_entries * 12;

  for (gsize i = 0; i < n_whole && found == 0; i++)
    {
      gsize entry = directory + 2 + i * 12;

      if (get (exif + entry, 2, big) == TAG_ORIENTATION &&
          get (exif + entry + 2, 2, big) == TYPE_SHORT)
        found = entry + 8;
    }
  return found;
}

int
ag_exif_orientation (const guint8 *exif, gsize size)
{
  gsize at, end;
  guint32 value;

  if (!is_tiff (exif, size) || (at = find_orientation (exif, size, &end)) == 0)
    return 1;
  value = get (exif + at, 2, exif[0] == 'M');
  return value >= 1 && value <= 8 ? (int) value : 1;
}

GBytes *
ag_exif_make_upright (GBytes *exif)
{
  gsize size, at, end;
  const guint8 *data = g_bytes_get_data (exif, &size);
  guint8 *copy;

  if (!is_tiff (data, size))
    return NULL;
  copy = g_memdup2 (data, size);
  at = find_orientation (data, size, &end);
  if (at > 0)
    {
      copy[at] = copy[0] == 'M' ? 0 : 1;
      copy[at + 1] = copy[0] == 'M' ? 1 : 0;
    }
  /* Where the next directory is, which is the thumbnail's. */
  if (end > 0 && end + 4 <= size)
    memset (copy + end, 0, 4);
  return g_bytes_new_take (copy, size);
}

GBytes *
ag_xmp_make_upright (GBytes *xmp)
{
  static const char *const forms[] = { "tiff:Orientation=\"", "tiff:Orientation='",
                                       "<tiff:Orientation>" };
  gsize size;
  const char *data = g_bytes_get_data (xmp, &size);
  char *copy = g_memdup2 (data, size);

  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      char *found = g_strstr_len (copy, (gssize) size, forms[i]);
      char *digit = found != NULL ? found + strlen (forms[i]) : NULL;

      if (digit != NULL && digit < copy + size && *digit >= '2' && *digit <= '8')
        *digit = '1';
    }
  return g_bytes_new_take (copy, size);
}

guint8 *
ag_rgb_orient (guint8 *rgb, int pixel_size, int *width, int *height, int orientation)
{
  gsize n = (gsize) pixel_size;
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
  out = to = g_try_malloc ((gsize) w * (gsize) h * n);
  for (int y = 0; out && y < new_h; y++)
    for (int x = 0; x < new_w; x++, to += n)
      {
        int u = swap ? y : x, v = swap ? x : y;
        const guint8 *from;

        u = from_right ? w - 1 - u : u;
        v = from_bottom ? h - 1 - v : v;
        from = rgb + ((gsize) v * (gsize) w + (gsize) u) * n;
        for (gsize c = 0; c < n; c++)
          to[c] = from[c];
      }
  *width = new_w;
  *height = new_h;
  g_free (rgb);
  return out;
}
