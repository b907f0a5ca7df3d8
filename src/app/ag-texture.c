/* ag-texture.c: between pictures and GDK's textures
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-texture.h"

#include <glib/gi18n-lib.h>

GdkTexture *
ag_texture_new (AgImage *image)
{
  return gdk_memory_texture_new (image->width, image->height, GDK_MEMORY_R8G8B8, image->pixels,
                                 (gsize) image->width * 3);
}

/* GDK's default format is a native-endian word of premultiplied ARGB. */
static void
flatten (const guint32 *from, gsize n, guint8 *to)
{
  for (gsize i = 0; i < n; i++)
    {
      guint32 pixel = from[i];
      guint32 white = 255 - (pixel >> 24);

      to[3 * i] = (guint8) MIN (255, ((pixel >> 16) & 255) + white);
      to[3 * i + 1] = (guint8) MIN (255, ((pixel >> 8) & 255) + white);
      to[3 * i + 2] = (guint8) MIN (255, (pixel & 255) + white);
    }
}

static void
convert_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GdkTexture *texture = data;
  int width = gdk_texture_get_width (texture);
  int height = gdk_texture_get_height (texture);
  gsize n = (gsize) width * (gsize) height;
  g_autofree guint32 *words = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint8 *pixels;

  if (n > AG_IMAGE_MAX_PIXELS || (words = g_try_new (guint32, n)) == NULL ||
      (pixels = g_try_malloc_n (n, 3)) == NULL)
    {
      g_task_return_new_error (task, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                               _ ("The picture is too large: %d × %d pixels"), width, height);
      return;
    }
  gdk_texture_download (texture, (guchar *) words, (gsize) width * 4);
  flatten (words, n, pixels);
  bytes = g_bytes_new_take (pixels, n * 3);
  g_task_return_pointer (task, ag_image_new (width, height, bytes),
                         (GDestroyNotify) ag_image_unref);
}

void
ag_texture_to_image_async (GdkTexture *texture,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ag_texture_to_image_async);
  g_task_set_task_data (task, g_object_ref (texture), g_object_unref);
  g_task_run_in_thread (task, convert_thread);
}

AgImage *
ag_texture_to_image_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
