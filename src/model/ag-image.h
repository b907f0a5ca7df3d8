/* ag-image.h: pictures as files and as pixels
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reads JPEG (grey, YCbCr, CMYK), PNG (every colour type and depth) and WebP (of an animation, the
 * first frame); anything comes out as upright 8-bit sRGB, converted from the file's colour profile.
 * Alpha is composited over white. A PNG of 16 bits is held in those too, and is saved as such a PNG
 * again. Readers check sizes before they allocate.
 * All functions may be called from any thread; an AgImage is immutable once made.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * AgImage:
 * @width: pixels
 * @height: pixels
 * @pixels: sRGB, 8 bits each, rows top to bottom without padding: width * height * 3 bytes
 * @deep: (nullable): of a PNG of 16 bits, or an edited form of one: the same in 16 bits each, in
 * the machine's order: width * height * 3 numbers, of which @pixels are the nearest bytes
 * @icc: (nullable): the colour profile of the file it was read from; @pixels are converted already
 * @exif: (nullable): the EXIF block of that file (a TIFF structure); @pixels are upright already
 * @xmp: (nullable): the XMP packet of that file
 * @text: (nullable) (array zero-terminated=1): of a PNG: pairs of keyword and text
 * @lost_text: whether a PNG had more texts, which are damaged
 *
 * A reference-counted picture.
 */
typedef struct AgImage AgImage;
struct AgImage
{
  int width, height;
  GBytes *pixels;
  GBytes *deep;
  GBytes *icc, *exif, *xmp;
  char **text;
  gboolean lost_text;
  /*< private >*/
  AgImage *origin;     /* the photo this is an edited form of */
  GBytes *native;      /* upright, in the file's own colours and bits with its alpha, if neither
                          @pixels nor @deep are */
  int native_channels; /* 3 or 4 */
  GBytes *grey;        /* upright, of an opaque grey file: its own samples, one per pixel */
  gboolean grey_icc;   /* whether those are in the shades of @icc */
  gboolean keeps_icc;  /* whether @native, or without it the others, are in the colours of @icc */
  gatomicrefcount ref_count;
};

#define AG_IMAGE_ERROR (ag_image_error_quark ())
GQuark ag_image_error_quark (void);

/**
 * AgImageError:
 * @AG_IMAGE_ERROR_FORMAT: not an image of a kind that is read
 * @AG_IMAGE_ERROR_CORRUPT: it ends early or contradicts itself
 * @AG_IMAGE_ERROR_SIZE: too large or too small
 */
typedef enum
{
  AG_IMAGE_ERROR_FORMAT,
  AG_IMAGE_ERROR_CORRUPT,
  AG_IMAGE_ERROR_SIZE,
} AgImageError;

/* At most 200 megapixels are read, and at most 65,535 pixels per side. */
#define AG_IMAGE_MAX_PIXELS (200 * 1000 * 1000)

AgImage *ag_image_new (int width, int height, GBytes *pixels);

/**
 * ag_image_new_edited:
 * @photo: keeps a reference
 * @pixels: as large as those of @photo
 *
 * The photo with other pixels. Saved, it has the photo's colour profile, EXIF and XMP; a pixel that
 * is the same as in @photo is the same in the file's own colours (and alpha) too.
 */
AgImage *ag_image_new_edited (AgImage *photo, GBytes *pixels);

/**
 * ag_image_new_edited_deep:
 * @photo: keeps a reference; must have @deep
 * @deep: as large as those of @photo
 *
 * The same in 16 bits.
 */
AgImage *ag_image_new_edited_deep (AgImage *photo, GBytes *deep);
AgImage *ag_image_ref (AgImage *image);
void ag_image_unref (AgImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgImage, ag_image_unref)

/**
 * ag_image_get_pixels:
 *
 * Returns: (transfer none): the first byte of the first row
 */
const guint8 *ag_image_get_pixels (AgImage *image);

/**
 * ag_image_get_text:
 *
 * Returns: (transfer none) (nullable): what a PNG says under @keyword
 */
const char *ag_image_get_text (AgImage *image, const char *keyword);

/**
 * ag_image_load:
 * @file: a local or GVfs file
 *
 * Reads and decodes @file, EXIF orientation applied. Errors name the file and the defect.
 */
AgImage *ag_image_load (GFile *file, GCancellable *cancellable, GError **error);

/**
 * ag_image_load_bytes:
 * @name: what to call it in errors
 */
AgImage *ag_image_load_bytes (GBytes *bytes, const char *name, GError **error);

/**
 * ag_image_save:
 * @file: its extension says which: .png, .jpg, .jpeg or .webp
 * @quality: of JPEG and WebP, 1 to 100; WebP at 100 is lossless; 0 for the default of 92
 * @text: (nullable): pairs of keyword and UTF-8 text for PNG's iTXt chunks, ended by %NULL; for
 *   other formats it must be %NULL
 *
 * A picture that was read from a file, or made by ag_image_new_edited() from one that was, is saved
 * with that file's colour profile (unless that was for CMYK, since RGB is written), its EXIF block,
 * in which the picture is then upright and without the old thumbnail, its XMP packet and, to PNG,
 * its alpha, texts and 16 bits. Profiles that are none and blocks that a format has no room for are
 * left out.
 *
 * A grey picture stays grey, with its profile, where the edit is grey too and the format has that:
 * WebP has not.
 *
 * Written beside @file, synced and renamed, so that @file is either the old or the new one.
 */
gboolean ag_image_save (AgImage *image,
                        GFile *file,
                        int quality,
                        const char *const *text,
                        GCancellable *cancellable,
                        GError **error);

/**
 * ag_image_encode:
 * @name: of a file, whose extension says which kind, for errors too
 *
 * Returns: (transfer full): what ag_image_save() would write
 */
GBytes *ag_image_encode (AgImage *image,
                         const char *name,
                         int quality,
                         const char *const *text,
                         GError **error);

/**
 * ag_image_resize:
 *
 * Area-averaging when shrinking, bicubic when growing; separable, exact for equal sizes.
 */
AgImage *ag_image_resize (AgImage *image, int width, int height);

/**
 * ag_image_fit:
 *
 * The largest centred part with the aspect of @width by @height, resized to it.
 */
AgImage *ag_image_fit (AgImage *image, int width, int height);

G_END_DECLS
