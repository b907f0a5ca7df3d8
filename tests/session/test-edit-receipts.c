/* test-edit-receipts.c: receipts of older versions and damaged ones, and photos that are gone
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "ag-edit-render.h"
#include "ag-mask.h"
#include "edit-fixture.h"
#include "test-session.h"

#define COARSE 128 /* of version 1 */

static GFile *
child (EditFixture *f, const char *name)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);

  return g_file_new_for_path (path);
}

/* base64 of zlib of a mask whose left half acts. */
static char *
pack_half (int size)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 9);
  gsize n = (gsize) size * (gsize) size, n_read, n_written;
  g_autofree guint8 *mask = g_malloc (n), *packed = g_malloc (n);

  for (gsize i = 0; i < n; i++)
    mask[i] = (int) (i % (gsize) size) < size / 2 ? 255 : 0;
  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), mask, n, packed, n,
                                        G_CONVERTER_INPUT_AT_END, &n_read, &n_written, NULL),
                   ==, G_CONVERTER_FINISHED);
  return g_base64_encode (packed, n_written);
}

static AgReceipt *
make_receipt (int version, int mask_size, int width, int height)
{
  g_autofree char *mask = pack_half (mask_size);
  g_autofree char *text = g_strdup_printf (
    "{\"format\": \"afterglow-receipt\", \"version\": %d,"
    " \"model\": {\"name\": \"m\", \"sha256\": \"0\"},"
    " \"photo\": {\"name\": \"p\", \"sha256\": \"0\", \"width\": %d, \"height\": %d},"
    " \"alignment\": [20, 20, 320, 0], \"values\": {\"Smiling\": 2}, \"mask\": \"%s\"}",
    version, width, height, mask);
  g_autoptr (GError) error = NULL;
  AgReceipt *receipt = ag_receipt_parse (text, "old.png", &error);

  g_assert_no_error (error);
  return receipt;
}

/* How far to the right of the mask's edge the photo is changed. */
static int
get_reach (AgImage *photo, AgImage *edited)
{
  int reach = 0;

  for (int y = 0; y < photo->height; y++)
    for (int x = 180; x < photo->width; x++)
      if (memcmp (ag_image_get_pixels (photo) + (y * photo->width + x) * 3,
                  ag_image_get_pixels (edited) + (y * photo->width + x) * 3, 3) != 0)
        reach = MAX (reach, x - 180);
  return reach;
}

/* A mask of version 1 acts at the model's resolution, as it did when the receipt was written; one
 * of today at its own. Read from either, it is the same region. */
static void
test_old_mask (EditFixture *f, gconstpointer data)
{
  g_autoptr (AgImage) photo = tiny_photo_new (360, 360, 1);
  g_autoptr (GFile) model_file = child (f, "tiny.safetensors");
  g_autoptr (AgModel) model = ag_model_load (model_file, NULL);
  g_autoptr (AgCodec) codec = ag_codec_new (model, 1, 1, NULL);
  g_autoptr (AgReceipt) old = make_receipt (1, COARSE, 360, 360), copy = ag_receipt_copy (old);
  g_autoptr (AgReceipt) new = make_receipt (2, AG_MASK_SIZE, 360, 360);
  g_autoptr (AgImage) old_picture = NULL, new_picture = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (old->coarse_mask);
  g_assert_true (copy->coarse_mask);
  g_assert_false (new->coarse_mask);
  g_assert_true (g_bytes_equal (old->mask, new->mask));
  old_picture = ag_edit_render_receipt (codec, photo, copy, "p", NULL, &error);
  g_assert_no_error (error);
  new_picture = ag_edit_render_receipt (codec, photo, new, "p", NULL, &error);
  g_assert_no_error (error);
  /* A pixel of the model is 20 of the photo, one of the mask 1.25. */
  g_assert_cmpint (get_reach (photo, old_picture), >, 10);
  g_assert_cmpint (get_reach (photo, new_picture), <, 3);
}

/* A receipt that is damaged does not keep its picture from being opened, and is told of. */
static void
test_damaged (EditFixture *f, gconstpointer data)
{
  static const char *const texts[] = { "", "{", "[1]", "{\"format\": \"afterglow-receipt\"}" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *const text[] = { AG_RECEIPT_KEYWORD, texts[i], NULL };
      g_autoptr (AgImage) picture = tiny_photo_new (48, 48, 2);
      g_autoptr (GFile) file = child (f, "damaged.png");
      guint n = g_list_model_get_n_items (ag_edit_session_get_faces (f->session));

      g_assert_true (ag_image_save (picture, file, 0, text, NULL, NULL));
      ag_edit_session_open_file (f->session, file);
      edit_settle (f);
      g_assert_cmpuint (g_list_model_get_n_items (ag_edit_session_get_faces (f->session)), ==,
                        n + 1);
      g_assert_nonnull (ag_edit_face_get_photo (ag_edit_session_get_face (f->session)));
      g_assert_false (ag_edit_session_can_continue (f->session));
      g_assert_nonnull (f->problem);
      g_assert_nonnull (strstr (f->problem, "damaged.png: "));
      g_assert_nonnull (strstr (f->problem, "receipt"));
      g_clear_pointer (&f->problem, g_free);
    }
}

static GBytes *
read_file (GFile *file)
{
  g_autoptr (GError) error = NULL;
  GBytes *bytes = g_file_load_bytes (file, NULL, NULL, &error);

  g_assert_no_error (error);
  return bytes;
}

/* The photo is deleted or changed while it is open: what was opened is what is saved, byte for
 * byte, though a JPEG made again of its pixels would be another. */
static void
test_photo_gone (EditFixture *f, gconstpointer data)
{
  static const char *const names[] = { "photo.png", "photo.jpg", "photo.webp" };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (names); i++)
    {
      const char *name = names[i / 2];
      g_autofree char *saved_name = g_strconcat ("saved-", name, NULL);
      g_autoptr (GFile) photo =
        tiny_photo_save (f->folder, name, EDIT_PHOTO_WIDTH, EDIT_PHOTO_HEIGHT, 2);
      g_autoptr (GFile) result = NULL;
      g_autoptr (GBytes) before = read_file (photo), after = NULL;
      EditOutcome outcome = { 0 };

      ag_edit_session_open_file (f->session, photo);
      edit_settle (f);
      g_assert_null (f->problem);
      g_assert_true (g_file_delete (photo, NULL, NULL));
      if (i % 2 == 1)
        {
          g_autoptr (GFile) other G_GNUC_UNUSED =
            tiny_photo_save (f->folder, name, EDIT_PHOTO_WIDTH, EDIT_PHOTO_HEIGHT, 5);
        }
      result = edit_save_as (f, saved_name, &outcome);
      g_assert_no_error (outcome.error);
      after = read_file (result);
      g_assert_true (g_bytes_equal (after, before));
    }
}

void
test_edit_receipts_add (void)
{
#define ADD(name)                                                                                  \
  g_test_add ("/edit-receipts/" #name, EditFixture, NULL, edit_fixture_set_up, test_##name,        \
              edit_fixture_tear_down)
  ADD (old_mask);
  ADD (damaged);
  ADD (photo_gone);
#undef ADD
}
