/* ag-image-webp.c: WebP through libwebp
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n-lib.h>
#include <string.h>

#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include "ag-image-private.h"

static void
set_damaged (GError **error, const char *name, VP8StatusCode status)
{
  if (status == VP8_STATUS_NOT_ENOUGH_DATA || status == VP8_STATUS_SUSPENDED)
    g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_CORRUPT, _ ("%s: the file ends early"),
                 name);
  else
    g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_CORRUPT,
                 _ ("%s: the WebP data is damaged (error %d)"), name, status);
}

static GBytes *
get_chunk (const WebPDemuxer *demuxer, const char *fourcc)
{
  WebPChunkIterator iterator;
  GBytes *bytes = NULL;

  if (WebPDemuxGetChunk (demuxer, fourcc, 1, &iterator))
    {
      if (iterator.chunk.size > 0 && iterator.chunk.size <= AG_IMAGE_MAX_EXTRA)
        bytes = g_bytes_new (iterator.chunk.bytes, iterator.chunk.size);
      WebPDemuxReleaseChunkIterator (&iterator);
    }
  return bytes;
}

/* Some programs write the block as in JPEG, with its name before the TIFF header. */
static GBytes *
get_exif (const WebPDemuxer *demuxer)
{
  g_autoptr (GBytes) bytes = get_chunk (demuxer, "EXIF");
  gsize size;
  const guint8 *data = bytes ? g_bytes_get_data (bytes, &size) : NULL;

  if (data && size > 6 && memcmp (data, "Exif\0\0", 6) == 0)
    return g_bytes_new_from_bytes (bytes, 6, size - 6);
  return g_steal_pointer (&bytes);
}

static void
read_extras (const guint8 *data, gsize size, AgRaster *raster)
{
  WebPData whole = { data, size };
  WebPDemuxer *demuxer = WebPDemux (&whole);

  if (!demuxer)
    return;
  raster->icc = get_chunk (demuxer, "ICCP");
  raster->exif = get_exif (demuxer);
  raster->xmp = get_chunk (demuxer, "XMP ");
  WebPDemuxDelete (demuxer);
}

static gboolean
decode_still (const guint8 *data, gsize size, AgRaster *raster, const char *name, GError **error)
{
  int channels = raster->alpha ? 4 : 3;
  WebPDecoderConfig config;
  VP8StatusCode status;

  if (!WebPInitDecoderConfig (&config))
    {
      set_damaged (error, name, VP8_STATUS_INVALID_PARAM);
      return FALSE;
    }
  config.output.colorspace = raster->alpha ? MODE_RGBA : MODE_RGB;
  config.output.is_external_memory = 1;
  config.output.u.RGBA.rgba = raster->pixels;
  config.output.u.RGBA.stride = raster->width * channels;
  config.output.u.RGBA.size = (size_t) raster->width * (size_t) raster->height * (size_t) channels;
  status = WebPDecode (data, size, &config);
  WebPFreeDecBuffer (&config.output);
  if (status != VP8_STATUS_OK)
    set_damaged (error, name, status);
  return status == VP8_STATUS_OK;
}

/* The first frame of an animation, on its whole canvas. */
static gboolean
decode_first_frame (const guint8 *data,
                    gsize size,
                    AgRaster *raster,
                    const char *name,
                    GError **error)
{
  WebPData whole = { data, size };
  WebPAnimDecoder *decoder = WebPAnimDecoderNew (&whole, NULL);
  uint8_t *frame;
  int timestamp;
  gboolean ok = decoder && WebPAnimDecoderGetNext (decoder, &frame, &timestamp);

  if (ok)
    memcpy (raster->pixels, frame, (gsize) raster->width * (gsize) raster->height * 4);
  else
    set_damaged (error, name, VP8_STATUS_BITSTREAM_ERROR);
  WebPAnimDecoderDelete (decoder);
  return ok;
}

gboolean
ag_webp_decode (const guint8 *data, gsize size, AgRaster *raster, const char *name, GError **error)
{
  WebPBitstreamFeatures features;
  VP8StatusCode status = WebPGetFeatures (data, size, &features);

  if (status != VP8_STATUS_OK)
    {
      set_damaged (error, name, status);
      return FALSE;
    }
  raster->width = features.width;
  raster->height = features.height;
  raster->n_colours = 3;
  raster->alpha = features.has_alpha || features.has_animation;
  if (!ag_raster_allocate (raster, name, error))
    return FALSE;
  read_extras (data, size, raster);
  return features.has_animation ? decode_first_frame (data, size, raster, name, error)
                                : decode_still (data, size, raster, name, error);
}

static void
add_chunk (WebPMux *mux, const char *fourcc, GBytes *block)
{
  WebPData data;

  if (!block)
    return;
  data.bytes = g_bytes_get_data (block, &data.size);
  WebPMuxSetChunk (mux, fourcc, &data, 1);
}

/* The encoded picture in a container with what belongs to it. */
static GBytes *
add_extras (GBytes *encoded, const AgImageOutput *image)
{
  WebPData data, assembled = { 0 };
  WebPMux *mux;
  GBytes *bytes = NULL;

  if (!image->icc && !image->exif && !image->xmp)
    return g_bytes_ref (encoded);
  data.bytes = g_bytes_get_data (encoded, &data.size);
  mux = WebPMuxCreate (&data, 0);
  if (!mux)
    return NULL;
  add_chunk (mux, "ICCP", image->icc);
  add_chunk (mux, "EXIF", image->exif);
  add_chunk (mux, "XMP ", image->xmp);
  if (WebPMuxAssemble (mux, &assembled) == WEBP_MUX_OK)
    bytes = g_bytes_new (assembled.bytes, assembled.size);
  WebPDataClear (&assembled);
  WebPMuxDelete (mux);
  return bytes;
}

static gboolean
import_pixels (WebPPicture *picture, const AgImageOutput *image)
{
  const guint8 *pixels = g_bytes_get_data (image->pixels, NULL);
  int stride = image->width * image->channels;

  return image->channels == 4 ? WebPPictureImportRGBA (picture, pixels, stride)
                              : WebPPictureImportRGB (picture, pixels, stride);
}

GBytes *
ag_webp_encode (const AgImageOutput *image, int quality, const char *name, GError **error)
{
  WebPConfig config;
  WebPPicture picture;
  WebPMemoryWriter writer;
  g_autoptr (GBytes) encoded = NULL;
  GBytes *bytes = NULL;

  if (image->width > WEBP_MAX_DIMENSION || image->height > WEBP_MAX_DIMENSION)
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                   _ ("%s: WebP holds at most %d pixels a side"), name, WEBP_MAX_DIMENSION);
      return NULL;
    }
  if (!WebPConfigInit (&config) || !WebPPictureInit (&picture))
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_FORMAT,
                   _ ("%s: the WebP library is of another version"), name);
      return NULL;
    }
  config.quality = (float) quality;
  config.lossless = quality == 100;
  config.exact = 1;
  picture.width = image->width;
  picture.height = image->height;
  picture.use_argb = config.lossless;
  WebPMemoryWriterInit (&writer);
  picture.writer = WebPMemoryWrite;
  picture.custom_ptr = &writer;
  if (import_pixels (&picture, image) && WebPEncode (&config, &picture))
    {
      encoded = g_bytes_new (writer.mem, writer.size);
      bytes = add_extras (encoded, image);
    }
  if (!bytes)
    g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                 _ ("%s: the picture cannot be saved as WebP (error %d)"), name,
                 picture.error_code);
  WebPPictureFree (&picture);
  WebPMemoryWriterClear (&writer);
  return bytes;
}
