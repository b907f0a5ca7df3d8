/* ag-animation.c: animated WebP, through libwebp's encoder of animations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-animation.h"

#include <glib/gi18n-lib.h>

#include <webp/encode.h>
#include <webp/mux.h>

#include "ag-atomic-file.h"

struct AgAnimation
{
  WebPAnimEncoder *encoder;
  WebPConfig config;
  int width, height;
  int time; /* milliseconds, where the next frame begins */
};

AgAnimation *
ag_animation_new (int width, int height, int quality, GError **error)
{
  g_autoptr (AgAnimation) self = g_new0 (AgAnimation, 1);
  WebPAnimEncoderOptions options;

  g_return_val_if_fail (width >= 1 && width <= WEBP_MAX_DIMENSION, NULL);
  g_return_val_if_fail (height >= 1 && height <= WEBP_MAX_DIMENSION, NULL);

  self->width = width;
  self->height = height;
  if (!WebPAnimEncoderOptionsInit (&options) ||
      !WebPConfigPreset (&self->config, WEBP_PRESET_PICTURE, (float) CLAMP (quality, 1, 100)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                           _ ("The WebP library is of another version"));
      return NULL;
    }
  self->config.lossless = quality >= 100;
  /* Effort; more makes files of faces hardly smaller, but takes its time. */
  self->config.method = 2;
  self->encoder = WebPAnimEncoderNew (width, height, &options);
  if (self->encoder == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _ ("There is not enough memory for the animation"));
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
ag_animation_free (AgAnimation *self)
{
  if (self == NULL)
    return;
  WebPAnimEncoderDelete (self->encoder);
  g_free (self);
}

static void
set_failed (AgAnimation *self, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("The animation cannot be encoded: %s"),
               WebPAnimEncoderGetError (self->encoder));
}

gboolean
ag_animation_add (AgAnimation *self, AgImage *image, guint milliseconds, GError **error)
{
  WebPPicture picture;
  gboolean added;

  g_return_val_if_fail (image->width == self->width && image->height == self->height, FALSE);

  if (!WebPPictureInit (&picture))
    {
      set_failed (self, error);
      return FALSE;
    }
  picture.use_argb = 1;
  picture.width = image->width;
  picture.height = image->height;
  added = WebPPictureImportRGB (&picture, ag_image_get_pixels (image), image->width * 3) &&
          WebPAnimEncoderAdd (self->encoder, &picture, self->time, &self->config);
  WebPPictureFree (&picture);
  if (!added)
    set_failed (self, error);
  self->time += (int) milliseconds;
  return added;
}

gboolean
ag_animation_save (AgAnimation *self, GFile *file, GError **error)
{
  WebPData data;
  gboolean saved;

  WebPDataInit (&data);
  if (!WebPAnimEncoderAdd (self->encoder, NULL, self->time, NULL) ||
      !WebPAnimEncoderAssemble (self->encoder, &data))
    {
      set_failed (self, error);
      WebPDataClear (&data);
      return FALSE;
    }
  saved = ag_atomic_file_replace (file, data.bytes, data.size, error);
  WebPDataClear (&data);
  return saved;
}
