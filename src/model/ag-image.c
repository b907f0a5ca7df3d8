/* ag-image.c: pictures in memory, and which codec a file is for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-file.h"
#include "ag-image-private.h"

/* A file larger than this is not a picture of at most AG_IMAGE_MAX_PIXELS. */
#define MAX_FILE ((gsize) 2000 * 1000 * 1000)

#define DEFAULT_QUALITY 92

/* clang-format off */
G_DEFINE_QUARK (ag-image-error-quark, ag_image_error)
/* clang-format on */

AgImage *
ag_image_new (int width, int height, GBytes *pixels)
{
  AgImage *image;

  g_return_val_if_fail (width > 0 && height > 0 &&
                          g_bytes_get_size (pixels) == (gsize) width * (gsize) height * 3,
                        NULL);
  image = g_new0 (AgImage, 1);
  g_atomic_ref_count_init (&image->ref_count);
  image->width = width;
  image->height = height;
  image->pixels = g_bytes_ref (pixels);
  return image;
}

AgImage *
ag_image_ref (AgImage *image)
{
  g_atomic_ref_count_inc (&image->ref_count);
  return image;
}

void
ag_image_unref (AgImage *image)
{
  if (!image || !g_atomic_ref_count_dec (&image->ref_count))
    return;
  g_bytes_unref (image->pixels);
  g_clear_pointer (&image->icc, g_bytes_unref);
  g_clear_pointer (&image->exif, g_bytes_unref);
  g_free (image);
}

const guint8 *
ag_image_get_pixels (AgImage *image)
{
  return g_bytes_get_data (image->pixels, NULL);
}

void
ag_raster_clear (AgRaster *raster)
{
  g_free (raster->pixels);
  g_clear_pointer (&raster->icc, g_bytes_unref);
  g_clear_pointer (&raster->exif, g_bytes_unref);
  memset (raster, 0, sizeof *raster);
}

gboolean
ag_image_check_size (guint64 width, guint64 height, const char *name, GError **error)
{
  if (width == 0 || height == 0)
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_CORRUPT, _ ("%s: the picture is empty"),
                   name);
      return FALSE;
    }
  if (width > 65535 || height > 65535 || width * height > AG_IMAGE_MAX_PIXELS)
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                   _ ("%s: the picture is too large (%" PRIu64 " × %" PRIu64 " pixels)"), name,
                   width, height);
      return FALSE;
    }
  return TRUE;
}

static void
set_no_memory (GError **error, const char *name)
{
  g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
               _ ("%s: there is not enough memory for the picture"), name);
}

gboolean
ag_raster_allocate (AgRaster *raster, const char *name, GError **error)
{
  int channels = raster->n_colours + (raster->alpha ? 1 : 0);

  if (!ag_image_check_size ((guint64) MAX (raster->width, 0), (guint64) MAX (raster->height, 0),
                            name, error))
    return FALSE;
  raster->pixels = g_try_malloc ((gsize) raster->width * (gsize) raster->height * (gsize) channels);
  if (!raster->pixels)
    set_no_memory (error, name);
  return raster->pixels != NULL;
}

static gboolean
decode (const guint8 *data, gsize size, AgRaster *raster, const char *name, GError **error)
{
  if (size == 0)
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_CORRUPT, _ ("%s: the file is empty"),
                   name);
      return FALSE;
    }
  if (size >= 3 && memcmp (data, "\xff\xd8\xff", 3) == 0)
    return ag_jpeg_decode (data, size, raster, name, error);
  if (size >= 8 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0)
    return ag_png_decode (data, size, raster, name, error);
  if (size >= 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0)
    return ag_webp_decode (data, size, raster, name, error);

  g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_FORMAT,
               _ ("%s: this is not a picture that can be read (JPEG, PNG or WebP)"), name);
  return FALSE;
}

AgImage *
ag_image_load_bytes (GBytes *bytes, const char *name, GError **error)
{
  g_auto (AgRaster) raster = { 0 };
  gsize size, exif_size = 0;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  const guint8 *exif;
  g_autoptr (GBytes) pixels = NULL;
  guint8 *rgb;
  AgImage *image;

  if (!decode (data, size, &raster, name, error))
    return NULL;

  exif = raster.exif ? g_bytes_get_data (raster.exif, &exif_size) : NULL;
  rgb = ag_raster_to_rgb (&raster);
  if (rgb)
    rgb = ag_rgb_orient (rgb, &raster.width, &raster.height,
                         exif ? ag_exif_orientation (exif, exif_size) : 1);
  if (!rgb)
    {
      set_no_memory (error, name);
      return NULL;
    }
  pixels = g_bytes_new_take (rgb, (gsize) raster.width * (gsize) raster.height * 3);
  image = ag_image_new (raster.width, raster.height, pixels);
  image->icc = g_steal_pointer (&raster.icc);
  image->exif = g_steal_pointer (&raster.exif);
  return image;
}

AgImage *
ag_image_load (GFile *file, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = ag_file_name (file);
  g_autoptr (GBytes) bytes = ag_file_read (file, MAX_FILE, cancellable, error);

  return bytes ? ag_image_load_bytes (bytes, name, error) : NULL;
}

static gboolean
has_extension (const char *name, const char *extension)
{
  gsize length = strlen (name), n = strlen (extension);
  return length > n && g_ascii_strcasecmp (name + length - n, extension) == 0;
}

static GBytes *
encode (AgImage *image, const char *name, int quality, const char *const *text, GError **error)
{
  if (has_extension (name, ".png"))
    return ag_png_encode (image, text, name, error);
  g_return_val_if_fail (text == NULL, NULL);
  if (has_extension (name, ".jpg") || has_extension (name, ".jpeg"))
    return ag_jpeg_encode (image, quality, name, error);
  if (has_extension (name, ".webp"))
    return ag_webp_encode (image, quality, name, error);

  g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_FORMAT,
               _ ("%s: pictures are saved as .png, .jpg or .webp"), name);
  return NULL;
}

gboolean
ag_image_save (AgImage *image,
               GFile *file,
               int quality,
               const char *const *text,
               GCancellable *cancellable,
               GError **error)
{
  g_autofree char *name = ag_file_name (file);
  g_autoptr (GBytes) bytes = NULL;
  gconstpointer data;
  gsize size;

  g_return_val_if_fail (quality >= 0 && quality <= 100, FALSE);
  bytes = encode (image, name, quality > 0 ? quality : DEFAULT_QUALITY, text, error);
  if (!bytes || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  return ag_atomic_file_replace (file, data, size, error);
}
