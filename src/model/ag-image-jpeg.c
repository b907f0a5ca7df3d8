/* ag-image-jpeg.c: JPEG through libjpeg
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * libjpeg reports errors by a call that must not return, so each direction has one function that
 * holds the setjmp() and everything that longjmp() passes over owns nothing: what has to be freed
 * is in a struct of the caller's. It reports damaged data as warnings and goes on with grey; here
 * those are errors, since half a face must not be taken for a whole one.
 */
#include <glib/gi18n-lib.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
/* After jpeglib.h */
#include <jerror.h>

#include "ag-image-private.h"

/* A progressive picture has some ten scans; thousands of them are an attack on patience. */
#define MAX_SCANS 200

/* Bytes of a marker without its length. */
#define MAX_MARKER 65533

/* What stands before the blocks that share one marker. */
#define EXIF_NAME "Exif\0\0"
#define XMP_NAME  "http://ns.adobe.com/xap/1.0/\0"

typedef struct
{
  struct jpeg_error_mgr base;
  jmp_buf jump;
  char message[JMSG_LENGTH_MAX];
  gboolean ends_early;
} ErrorManager;

typedef struct
{
  struct jpeg_decompress_struct cinfo;
  struct jpeg_progress_mgr progress;
  ErrorManager errors;
  JOCTET *icc; /* from malloc() */
  unsigned int icc_size;
} Reader;

typedef struct
{
  struct jpeg_compress_struct cinfo;
  ErrorManager errors;
  unsigned char *data; /* from malloc() */
  unsigned long size;
} Writer;

static void
error_exit (j_common_ptr cinfo)
{
  ErrorManager *errors = (ErrorManager *) cinfo->err;

  cinfo->err->format_message (cinfo, errors->message);
  longjmp (errors->jump, 1);
}

static void
emit_message (j_common_ptr cinfo, int level)
{
  ErrorManager *errors = (ErrorManager *) cinfo->err;

  if (level >= 0)
    return;
  switch (cinfo->err->msg_code)
    {
    case JWRN_JPEG_EOF:
      errors->ends_early = TRUE;
      error_exit (cinfo);
      break;
    case JWRN_HIT_MARKER:
    case JWRN_HUFF_BAD_CODE:
    case JWRN_ARITH_BAD_CODE:
    case JWRN_MUST_RESYNC:
      error_exit (cinfo);
      break;
    default: /* stray bytes between markers and the like: cameras leave them, nothing is lost */
      break;
    }
}

static void
output_message (j_common_ptr cinfo)
{
}

static void
errors_init (ErrorManager *errors)
{
  jpeg_std_error (&errors->base);
  errors->base.error_exit = error_exit;
  errors->base.emit_message = emit_message;
  errors->base.output_message = output_message;
}

static void
watch_scans (j_common_ptr cinfo)
{
  ErrorManager *errors = (ErrorManager *) cinfo->err;

  if (!cinfo->is_decompressor || ((j_decompress_ptr) cinfo)->input_scan_number <= MAX_SCANS)
    return;
  g_strlcpy (errors->message, "too many scans", sizeof errors->message);
  longjmp (errors->jump, 1);
}

/* Where the picture ends is known only to the decoder; what comes after it does not matter. */
static GBytes *
read_block (Reader *reader, const char *name, gsize name_size)
{
  for (jpeg_saved_marker_ptr marker = reader->cinfo.marker_list; marker; marker = marker->next)
    if (marker->marker == JPEG_APP0 + 1 && marker->data_length > name_size &&
        memcmp (marker->data, name, name_size) == 0)
      return g_bytes_new (marker->data + name_size, marker->data_length - name_size);
  return NULL;
}

/* Nothing if it is more than a marker holds. */
static void
write_block (Writer *writer, const char *name, gsize name_size, GBytes *block)
{
  struct jpeg_compress_struct *cinfo = &writer->cinfo;
  gsize size = block ? g_bytes_get_size (block) : 0;
  const guint8 *data = block ? g_bytes_get_data (block, NULL) : NULL;

  if (size == 0 || size + name_size > MAX_MARKER)
    return;
  jpeg_write_m_header (cinfo, JPEG_APP0 + 1, (unsigned int) (size + name_size));
  for (gsize i = 0; i < name_size; i++)
    jpeg_write_m_byte (cinfo, name[i]);
  for (gsize i = 0; i < size; i++)
    jpeg_write_m_byte (cinfo, data[i]);
}

static void
choose_colours (Reader *reader, AgRaster *raster)
{
  struct jpeg_decompress_struct *cinfo = &reader->cinfo;

  switch (cinfo->jpeg_color_space)
    {
    case JCS_GRAYSCALE:
      cinfo->out_color_space = JCS_GRAYSCALE;
      raster->n_colours = 1;
      break;
    case JCS_CMYK:
    case JCS_YCCK:
      cinfo->out_color_space = JCS_CMYK;
      raster->n_colours = 4;
      /* Adobe's programs store CMYK inverted, and are those that write this marker. */
      raster->inverted = cinfo->saw_Adobe_marker;
      break;
    default: /* a kind that cannot become RGB is refused by the library */
      cinfo->out_color_space = JCS_RGB;
      raster->n_colours = 3;
      break;
    }
}

static gboolean
read_jpeg (Reader *reader,
           const guint8 *data,
           gsize size,
           AgRaster *raster,
           const char *name,
           GError **error)
{
  struct jpeg_decompress_struct *cinfo = &reader->cinfo;

  if (setjmp (reader->errors.jump))
    {
      if (reader->errors.ends_early)
        g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_CORRUPT, _ ("%s: the file ends early"),
                     name);
      else
        g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_CORRUPT,
                     _ ("%s: the JPEG data is damaged or of a rare kind (%s)"), name,
                     reader->errors.message);
      return FALSE;
    }
  jpeg_create_decompress (cinfo);
  reader->progress.progress_monitor = watch_scans;
  cinfo->progress = &reader->progress;
  jpeg_mem_src (cinfo, data, size);
  jpeg_save_markers (cinfo, JPEG_APP0 + 1, 0xffff);
  jpeg_save_markers (cinfo, JPEG_APP0 + 2, 0xffff);
  jpeg_read_header (cinfo, TRUE);

  raster->width = (int) cinfo->image_width;
  raster->height = (int) cinfo->image_height;
  choose_colours (reader, raster);
  if (!ag_raster_allocate (raster, name, error))
    return FALSE;
  raster->exif = read_block (reader, EXIF_NAME, sizeof EXIF_NAME - 1);
  raster->xmp = read_block (reader, XMP_NAME, sizeof XMP_NAME - 1);
  if (jpeg_read_icc_profile (cinfo, &reader->icc, &reader->icc_size))
    raster->icc = g_bytes_new (reader->icc, reader->icc_size);

  jpeg_start_decompress (cinfo);
  while (cinfo->output_scanline < cinfo->output_height)
    {
      JSAMPROW row = raster->pixels + (gsize) cinfo->output_scanline * cinfo->output_width *
                                        (gsize) raster->n_colours;
      jpeg_read_scanlines (cinfo, &row, 1);
    }
  jpeg_finish_decompress (cinfo);
  return TRUE;
}

gboolean
ag_jpeg_decode (const guint8 *data, gsize size, AgRaster *raster, const char *name, GError **error)
{
  Reader *reader = g_new0 (Reader, 1);
  gboolean ok;

  errors_init (&reader->errors);
  reader->cinfo.err = &reader->errors.base;
  ok = read_jpeg (reader, data, size, raster, name, error);
  jpeg_destroy_decompress (&reader->cinfo);
  free (reader->icc);
  g_free (reader);
  return ok;
}

static gboolean
write_jpeg (Writer *writer,
            const AgImageOutput *image,
            int quality,
            const char *name,
            GError **error)
{
  struct jpeg_compress_struct *cinfo = &writer->cinfo;
  const guint8 *pixels = g_bytes_get_data (image->pixels, NULL);

  if (setjmp (writer->errors.jump))
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                   _ ("%s: the picture cannot be saved as JPEG (%s)"), name,
                   writer->errors.message);
      return FALSE;
    }
  jpeg_create_compress (cinfo);
  jpeg_mem_dest (cinfo, &writer->data, &writer->size);
  cinfo->image_width = (JDIMENSION) image->width;
  cinfo->image_height = (JDIMENSION) image->height;
  cinfo->input_components = image->channels;
  cinfo->in_color_space = image->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults (cinfo);
  jpeg_set_quality (cinfo, quality, TRUE);
  cinfo->optimize_coding = TRUE;
  if (quality >= 90) /* full colour resolution where quality is asked for */
    cinfo->comp_info[0].h_samp_factor = cinfo->comp_info[0].v_samp_factor = 1;

  jpeg_start_compress (cinfo, TRUE);
  write_block (writer, EXIF_NAME, sizeof EXIF_NAME - 1, image->exif);
  write_block (writer, XMP_NAME, sizeof XMP_NAME - 1, image->xmp);
  if (image->icc)
    jpeg_write_icc_profile (cinfo, g_bytes_get_data (image->icc, NULL),
                            (unsigned int) g_bytes_get_size (image->icc));
  while (cinfo->next_scanline < cinfo->image_height)
    {
      JSAMPROW row = (JSAMPROW) pixels +
                     (gsize) cinfo->next_scanline * cinfo->image_width * (gsize) image->channels;
      jpeg_write_scanlines (cinfo, &row, 1);
    }
  jpeg_finish_compress (cinfo);
  return TRUE;
}

GBytes *
ag_jpeg_encode (const AgImageOutput *image, int quality, const char *name, GError **error)
{
  Writer *writer = g_new0 (Writer, 1);
  GBytes *bytes = NULL;

  errors_init (&writer->errors);
  writer->cinfo.err = &writer->errors.base;
  if (write_jpeg (writer, image, quality, name, error))
    bytes = g_bytes_new (writer->data, writer->size);
  jpeg_destroy_compress (&writer->cinfo);
  free (writer->data);
  g_free (writer);
  return bytes;
}
