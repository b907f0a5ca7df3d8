/* ag-image-png.c: PNG through libpng
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As with JPEG, what longjmp() passes over owns nothing; see there.
 */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "ag-image-private.h"

#define XMP_KEYWORD "XML:com.adobe.xmp"

typedef struct
{
  png_structp png;
  png_infop info;
  const guint8 *data;
  gsize size, at;
  png_bytep *rows;
  gboolean ends_early, lost_text;
  char message[160];
} Reader;

typedef struct
{
  png_structp png;
  png_infop info;
  GByteArray *out;
  png_text *text;
  char *xmp;
  char message[160];
} Writer;

static void
reader_error (png_structp png, png_const_charp message)
{
  Reader *reader = png_get_error_ptr (png);
  g_strlcpy (reader->message, message, sizeof reader->message);
  png_longjmp (png, 1);
}

static void
writer_error (png_structp png, png_const_charp message)
{
  Writer *writer = png_get_error_ptr (png);
  g_strlcpy (writer->message, message, sizeof writer->message);
  png_longjmp (png, 1);
}

/* Warnings are about chunks that do not change the pixels and are left out; a text may be missed.
 */
static void
reader_warning (png_structp png, png_const_charp message)
{
  Reader *reader = png_get_error_ptr (png);

  reader->lost_text = reader->lost_text || g_str_has_prefix (message, "iTXt: ");
}

static void
ignore_warning (png_structp png, png_const_charp message)
{
}

static void
read_data (png_structp png, png_bytep out, size_t n)
{
  Reader *reader = png_get_io_ptr (png);

  if (n > reader->size - reader->at)
    {
      reader->ends_early = TRUE;
      png_error (png, "the file ends early");
    }
  memcpy (out, reader->data + reader->at, n);
  reader->at += n;
}

/* Files that state a gamma instead of a profile, and one that is not about sRGB's. */
static void
apply_gamma (Reader *reader)
{
  double gamma;

  if (png_get_valid (reader->png, reader->info, PNG_INFO_sRGB | PNG_INFO_iCCP) == 0 &&
      png_get_gAMA (reader->png, reader->info, &gamma) && gamma > 0.01 && gamma < 100 &&
      fabs (gamma * 2.2 - 1) > 0.05)
    png_set_gamma (reader->png, 2.2, gamma);
}

/* Whatever the file holds becomes grey or RGB of 8 bits, or of 16 if it has those, with alpha if it
 * has transparency. */
static void
choose_colours (Reader *reader, AgRaster *raster)
{
  png_structp png = reader->png;
  int type = png_get_color_type (png, reader->info);

  raster->alpha =
    (type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid (png, reader->info, PNG_INFO_tRNS) != 0;
  raster->n_colours = type & PNG_COLOR_MASK_COLOR ? 3 : 1;
  raster->deep = png_get_bit_depth (png, reader->info) == 16;
  apply_gamma (reader);
  png_set_expand (png);
  if (raster->deep && G_BYTE_ORDER == G_LITTLE_ENDIAN)
    png_set_swap (png);
  png_set_interlace_handling (png);
}

static void
read_profile (Reader *reader, AgRaster *raster)
{
  png_charp profile_name;
  png_bytep profile;
  png_uint_32 size;
  int compression;

  if (png_get_iCCP (reader->png, reader->info, &profile_name, &compression, &profile, &size))
    raster->icc = g_bytes_new (profile, size);
}

static void
read_exif (Reader *reader, png_infop info, AgRaster *raster)
{
  png_bytep exif;
  png_uint_32 size;

  if (!raster->exif && png_get_eXIf_1 (reader->png, info, &size, &exif))
    raster->exif = g_bytes_new (exif, size);
}

/* The older kinds of text are in that. */
static char *
from_latin_1 (const char *text, gsize size)
{
  char *converted = g_convert (text, (gssize) size, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);

  return converted ? converted : g_strdup ("");
}

/* All texts, and the XMP packet, which is one of them. */
static void
read_texts (Reader *reader, png_infop info, AgRaster *raster)
{
  g_autoptr (GPtrArray) pairs = g_ptr_array_new ();
  png_textp text;
  int n = 0;

  png_get_text (reader->png, info, &text, &n);
  for (int i = 0; i < n; i++)
    {
      gboolean international = text[i].compression >= PNG_ITXT_COMPRESSION_NONE;
      gsize size = international ? text[i].itxt_length : text[i].text_length;

      if (text[i].text == NULL)
        continue;
      if (g_str_equal (text[i].key, XMP_KEYWORD))
        {
          g_clear_pointer (&raster->xmp, g_bytes_unref);
          raster->xmp = g_bytes_new (text[i].text, size);
          continue;
        }
      g_ptr_array_add (pairs, g_strdup (text[i].key));
      g_ptr_array_add (pairs, international ? g_utf8_make_valid (text[i].text, (gssize) size)
                                            : from_latin_1 (text[i].text, size));
    }
  g_ptr_array_add (pairs, NULL);
  raster->text = (char **) g_ptr_array_steal (pairs, NULL);
}

static gboolean
read_png (Reader *reader, AgRaster *raster, const char *name, GError **error)
{
  png_structp png = reader->png;
  gsize stride;

  if (setjmp (png_jmpbuf (png)))
    {
      if (reader->ends_early)
        g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_CORRUPT, _ ("%s: the file ends early"),
                     name);
      else
        g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_CORRUPT,
                     _ ("%s: the PNG data is damaged (%s)"), name, reader->message);
      return FALSE;
    }
  png_set_read_fn (png, reader, read_data);
  png_set_user_limits (png, 0x7fffffff, 0x7fffffff); /* the size is judged below, in our words */
  png_set_chunk_malloc_max (png, AG_IMAGE_MAX_EXTRA);
  png_read_info (png, reader->info);

  if (!ag_image_check_size (png_get_image_width (png, reader->info),
                            png_get_image_height (png, reader->info), name, error))
    return FALSE;
  raster->width = (int) png_get_image_width (png, reader->info);
  raster->height = (int) png_get_image_height (png, reader->info);
  choose_colours (reader, raster);
  png_read_update_info (png, reader->info);
  stride = (gsize) raster->width * (gsize) (raster->n_colours + (raster->alpha ? 1 : 0)) *
           (raster->deep ? 2 : 1);
  if (png_get_rowbytes (png, reader->info) != stride)
    png_error (png, "unexpected row size");
  if (!ag_raster_allocate (raster, name, error))
    return FALSE;
  reader->rows = g_new (png_bytep, raster->height);
  for (int y = 0; y < raster->height; y++)
    reader->rows[y] = raster->pixels + (gsize) y * stride;

  png_read_image (png, reader->rows);
  read_profile (reader, raster);
  read_exif (reader, reader->info, raster);
  png_read_end (png, reader->info); /* so that a file without its end is noticed */
  read_exif (reader, reader->info, raster);
  read_texts (reader, reader->info, raster);
  raster->lost_text = reader->lost_text;
  return TRUE;
}

gboolean
ag_png_decode (const guint8 *data, gsize size, AgRaster *raster, const char *name, GError **error)
{
  Reader reader = { .data = data, .size = size };
  gboolean ok = FALSE;

  reader.png =
    png_create_read_struct (PNG_LIBPNG_VER_STRING, &reader, reader_error, reader_warning);
  reader.info = reader.png ? png_create_info_struct (reader.png) : NULL;
  if (reader.info)
    ok = read_png (&reader, raster, name, error);
  else
    g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                 _ ("%s: there is not enough memory for the picture"), name);
  if (reader.png)
    png_destroy_read_struct (&reader.png, &reader.info, NULL);
  g_free (reader.rows);
  return ok;
}

static void
write_data (png_structp png, png_bytep data, size_t n)
{
  Writer *writer = png_get_io_ptr (png);
  g_byte_array_append (writer->out, data, (guint) n);
}

static void
flush_data (png_structp png)
{
}

static void
set_text (Writer *writer, const char *const *text, GBytes *xmp)
{
  int n = 0;

  while (text && text[2 * n])
    n++;
  writer->text = g_new0 (png_text, n + 1);
  for (int i = 0; i < n; i++)
    {
      writer->text[i].compression = PNG_ITXT_COMPRESSION_NONE;
      writer->text[i].key = (png_charp) text[2 * i];
      writer->text[i].text = (png_charp) text[2 * i + 1];
      writer->text[i].itxt_length = strlen (text[2 * i + 1]);
    }
  if (xmp)
    {
      writer->xmp =
        g_strndup (g_bytes_get_data (xmp, NULL), g_bytes_get_size (xmp)); /* a C string's end */
      writer->text[n].compression = PNG_ITXT_COMPRESSION_NONE;
      writer->text[n].key = (png_charp) XMP_KEYWORD;
      writer->text[n].text = writer->xmp;
      writer->text[n].itxt_length = strlen (writer->xmp);
      n++;
    }
  if (n > 0)
    png_set_text (writer->png, writer->info, writer->text, n);
}

/* The profile that was read, or that the pixels are sRGB. */
static void
set_colours (Writer *writer, const AgImageOutput *image)
{
  if (image->icc)
    png_set_iCCP (writer->png, writer->info, "ICC profile", PNG_COMPRESSION_TYPE_BASE,
                  g_bytes_get_data (image->icc, NULL), (png_uint_32) g_bytes_get_size (image->icc));
  else
    png_set_sRGB_gAMA_and_cHRM (writer->png, writer->info, PNG_sRGB_INTENT_PERCEPTUAL);
  if (image->exif)
    png_set_eXIf_1 (writer->png, writer->info, (png_uint_32) g_bytes_get_size (image->exif),
                    (png_bytep) g_bytes_get_data (image->exif, NULL));
}

static gboolean
write_png (Writer *writer,
           const AgImageOutput *image,
           const char *const *text,
           const char *name,
           GError **error)
{
  png_structp png = writer->png;
  const guint8 *pixels = g_bytes_get_data (image->pixels, NULL);
  gsize stride = (gsize) image->width * (gsize) image->channels * (image->deep ? 2 : 1);

  if (setjmp (png_jmpbuf (png)))
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                   _ ("%s: the picture cannot be saved as PNG (%s)"), name, writer->message);
      return FALSE;
    }
  png_set_write_fn (png, writer, write_data, flush_data);
  png_set_user_limits (png, 0x7fffffff, 0x7fffffff);
  png_set_IHDR (png, writer->info, (png_uint_32) image->width, (png_uint_32) image->height,
                image->deep ? 16 : 8,
                image->channels == 1   ? PNG_COLOR_TYPE_GRAY
                : image->channels == 4 ? PNG_COLOR_TYPE_RGB_ALPHA
                                       : PNG_COLOR_TYPE_RGB,
                PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  set_colours (writer, image);
  set_text (writer, text, image->xmp);
  png_write_info (png, writer->info);
  if (image->deep && G_BYTE_ORDER == G_LITTLE_ENDIAN)
    png_set_swap (png);
  for (int y = 0; y < image->height; y++)
    png_write_row (png, pixels + (gsize) y * stride);
  png_write_end (png, writer->info);
  return TRUE;
}

GBytes *
ag_png_encode (const AgImageOutput *image,
               const char *const *text,
               const char *name,
               GError **error)
{
  Writer writer = { .out = g_byte_array_new () };
  gboolean ok = FALSE;

  writer.png =
    png_create_write_struct (PNG_LIBPNG_VER_STRING, &writer, writer_error, ignore_warning);
  writer.info = writer.png ? png_create_info_struct (writer.png) : NULL;
  if (writer.info)
    ok = write_png (&writer, image, text, name, error);
  else
    g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                 _ ("%s: there is not enough memory for the picture"), name);
  if (writer.png)
    png_destroy_write_struct (&writer.png, &writer.info);
  g_free (writer.text);
  g_free (writer.xmp);
  if (ok)
    return g_byte_array_free_to_bytes (writer.out);
  g_byte_array_unref (writer.out);
  return NULL;
}
