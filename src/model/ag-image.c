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
ag_image_new_edited (AgImage *photo, GBytes *pixels)
{
  AgImage *image = ag_image_new (photo->width, photo->height, pixels);

  image->origin = ag_image_ref (photo->origin ? photo->origin : photo);
  return image;
}

AgImage *
ag_image_new_edited_deep (AgImage *photo, GBytes *deep)
{
  gsize n = (gsize) photo->width * (gsize) photo->height * 3;
  guint8 *bytes = g_malloc (n);
  g_autoptr (GBytes) pixels = g_bytes_new_take (bytes, n);
  AgImage *image;

  g_return_val_if_fail (photo->deep && g_bytes_get_size (deep) == 2 * n, NULL);
  ag_samples_narrow (g_bytes_get_data (deep, NULL), bytes, n);
  image = ag_image_new_edited (photo, pixels);
  image->deep = g_bytes_ref (deep);
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
  g_clear_pointer (&image->deep, g_bytes_unref);
  g_clear_pointer (&image->icc, g_bytes_unref);
  g_clear_pointer (&image->exif, g_bytes_unref);
  g_clear_pointer (&image->xmp, g_bytes_unref);
  g_clear_pointer (&image->native, g_bytes_unref);
  g_clear_pointer (&image->grey, g_bytes_unref);
  g_clear_pointer (&image->origin, ag_image_unref);
  g_strfreev (image->text);
  g_free (image);
}

const guint8 *
ag_image_get_pixels (AgImage *image)
{
  return g_bytes_get_data (image->pixels, NULL);
}

const char *
ag_image_get_text (AgImage *image, const char *keyword)
{
  for (gsize i = 0; image->text && image->text[i]; i += 2)
    if (g_str_equal (image->text[i], keyword))
      return image->text[i + 1];
  return NULL;
}

void
ag_samples_narrow (const guint16 *deep, guint8 *bytes, gsize n)
{
  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) ((deep[i] * 255u + 32895) >> 16);
}

void
ag_raster_clear (AgRaster *raster)
{
  g_free (raster->pixels);
  g_clear_pointer (&raster->icc, g_bytes_unref);
  g_clear_pointer (&raster->exif, g_bytes_unref);
  g_clear_pointer (&raster->xmp, g_bytes_unref);
  g_clear_pointer (&raster->text, g_strfreev);
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
  raster->pixels = g_try_malloc ((gsize) raster->width * (gsize) raster->height * (gsize) channels *
                                 (raster->deep ? 2 : 1));
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

/* The picture upright, with what belongs to it moved out of @raster; %NULL without memory. */
static AgImage *
make_image (AgRaster *raster)
{
  gsize exif_size = 0;
  const guint8 *exif = raster->exif ? g_bytes_get_data (raster->exif, &exif_size) : NULL;
  int orientation = exif ? ag_exif_orientation (exif, exif_size) : 1;
  int width = raster->width, height = raster->height, channels;
  gsize n_pixels = (gsize) width * (gsize) height;
  gboolean keeps_icc;
  guint8 *rgb = ag_raster_to_rgb (raster);
  guint8 *native = rgb ? ag_raster_to_native (raster, &channels, &keeps_icc) : NULL;
  g_autoptr (GBytes) pixels = NULL, deep = NULL;
  int sample_size = raster->deep ? 2 : 1;
  guint8 *grey = NULL;
  AgImage *image;

  if (rgb && raster->n_colours == 1 && !raster->alpha)
    grey =
      ag_rgb_orient (g_steal_pointer (&raster->pixels), sample_size, &width, &height, orientation);
  width = raster->width;
  height = raster->height;
  if (native)
    native = ag_rgb_orient (native, channels * sample_size, &width, &height, orientation);
  width = raster->width;
  height = raster->height;
  rgb = rgb ? ag_rgb_orient (rgb, 3 * sample_size, &width, &height, orientation) : NULL;
  if (rgb && raster->deep)
    {
      deep = g_bytes_new_take (rgb, n_pixels * 6);
      rgb = g_try_malloc (n_pixels * 3);
      if (rgb)
        ag_samples_narrow (g_bytes_get_data (deep, NULL), rgb, n_pixels * 3);
    }
  if (!rgb)
    {
      g_free (native);
      g_free (grey);
      return NULL;
    }
  pixels = g_bytes_new_take (rgb, n_pixels * 3);
  image = ag_image_new (width, height, pixels);
  image->deep = g_steal_pointer (&deep);
  image->native =
    native ? g_bytes_new_take (native, n_pixels * (gsize) (channels * sample_size)) : NULL;
  image->native_channels = channels;
  image->keeps_icc = keeps_icc;
  if (grey)
    image->grey = g_bytes_new_take (grey, n_pixels * (gsize) sample_size);
  image->grey_icc = grey && raster->icc && ag_profile_is_grey (raster->icc);
  image->icc = g_steal_pointer (&raster->icc);
  image->exif = g_steal_pointer (&raster->exif);
  image->xmp = g_steal_pointer (&raster->xmp);
  image->text = g_steal_pointer (&raster->text);
  image->lost_text = raster->lost_text;
  return image;
}

AgImage *
ag_image_load_bytes (GBytes *bytes, const char *name, GError **error)
{
  g_auto (AgRaster) raster = { 0 };
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  AgImage *image;

  if (!decode (data, size, &raster, name, error))
    return NULL;
  image = make_image (&raster);
  if (!image)
    set_no_memory (error, name);
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

static gboolean
has_keyword (const char *const *text, const char *keyword)
{
  for (gsize i = 0; text && text[i]; i += 2)
    if (g_str_equal (text[i], keyword))
      return TRUE;
  return FALSE;
}

/* The texts of the photo, those of @text in their place. */
static GPtrArray *
merge_texts (AgImage *image, const char *const *text)
{
  AgImage *photo = image->origin ? image->origin : image;
  GPtrArray *merged = g_ptr_array_new ();

  for (gsize i = 0; text && text[i]; i++)
    g_ptr_array_add (merged, (gpointer) text[i]);
  for (gsize i = 0; photo->text && photo->text[i]; i += 2)
    if (!has_keyword (text, photo->text[i]))
      {
        g_ptr_array_add (merged, photo->text[i]);
        g_ptr_array_add (merged, photo->text[i + 1]);
      }
  g_ptr_array_add (merged, NULL);
  return merged;
}

static GBytes *
encode_png (AgImage *image, const char *name, const char *const *text, GError **error)
{
  g_autoptr (GPtrArray) merged = merge_texts (image, text);
  g_auto (AgImageOutput) output = { 0 };

  ag_image_get_output (image, AG_OUTPUT_ALPHA | AG_OUTPUT_DEEP | AG_OUTPUT_GREY, &output);
  return ag_png_encode (&output, (const char *const *) merged->pdata, name, error);
}

GBytes *
ag_image_encode (AgImage *image,
                 const char *name,
                 int quality,
                 const char *const *text,
                 GError **error)
{
  gboolean webp = has_extension (name, ".webp");
  g_auto (AgImageOutput) output = { 0 };

  g_return_val_if_fail (quality >= 0 && quality <= 100, NULL);
  if (quality == 0)
    quality = DEFAULT_QUALITY;
  if (has_extension (name, ".png"))
    return encode_png (image, name, text, error);
  g_return_val_if_fail (text == NULL, NULL);
  if (webp || has_extension (name, ".jpg") || has_extension (name, ".jpeg"))
    {
      ag_image_get_output (image, webp ? AG_OUTPUT_ALPHA : AG_OUTPUT_GREY, &output);
      return (webp ? ag_webp_encode : ag_jpeg_encode) (&output, quality, name, error);
    }

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

  bytes = ag_image_encode (image, name, quality, text, error);
  if (!bytes || g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  return ag_atomic_file_replace (file, data, size, error);
}
