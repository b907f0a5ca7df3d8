/* ag-cli-verify.c: `verify`: make an exported picture again and compare
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <stdlib.h>

#include "ag-blend-remake.h"
#include "ag-cli.h"
#include "ag-edit-render.h"
#include "ag-image-sheet.h"

/* Another number of threads sums in another order, which turns some roundings. */
#define TOLERANCE 1

#define SAMPLE_BATCH 8

typedef struct
{
  gboolean model_matches, photo_matches;
  int largest;
  gsize n_different, n_pixels;
} Result;

static void
compare (AgImage *a, AgImage *b, Result *result)
{
  const guint8 *p = ag_image_get_pixels (a), *q = ag_image_get_pixels (b);

  result->largest = 0;
  result->n_different = 0;
  result->n_pixels = (gsize) a->width * (gsize) a->height;
  for (gsize i = 0; i < result->n_pixels; i++, p += 3, q += 3)
    {
      int most = 0;

      for (int c = 0; c < 3; c++)
        most = MAX (most, abs (p[c] - q[c]));
      result->n_different += most > 0;
      result->largest = MAX (result->largest, most);
    }
}

/* As it looks once it was saved: in a photo's own colours, or with alpha, numbers are others, and
 * some colours cannot be had exactly. */
static AgImage *
reload (AgImage *image, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = ag_image_encode (image, "again.png", 0, NULL, error);

  return bytes ? ag_image_load_bytes (bytes, name, error) : NULL;
}

/* What was given: a picture, the photos it was made from, if any, and the model. */
typedef struct
{
  AgCli *cli;
  char **photo_paths;
  guint n_photos;
  const char *png_path, *model_path;
  GFile *model_file;
  AgImage *exported;
  Result *result;
} Work;

static gboolean
expect_photos (Work *work, guint n, GError **error)
{
  if (work->n_photos == n)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
               ngettext ("%s: made from %u photo, but %u were given",
                         "%s: made from %u photos, but %u were given", (gulong) n),
               work->png_path, n, work->n_photos);
  return FALSE;
}

/* A photo of the work, checked against what the receipt says of it. */
static AgImage *
load_photo (Work *work, const char *path, const char *hash, GError **error)
{
  g_autoptr (GFile) file = ag_cli_file (path);
  g_autoptr (AgImage) photo = ag_image_load (file, NULL, error);
  g_autofree char *found = photo ? ag_receipt_hash_file (file, error) : NULL;

  if (!found)
    return NULL;
  if (hash && !g_str_equal (found, hash))
    {
      ag_cli_note (work->cli, _ ("%s: it is another file than the one in the receipt"), path);
      work->result->photo_matches = FALSE;
    }
  return g_steal_pointer (&photo);
}

static gboolean
check_model (Work *work, const char *hash, GError **error)
{
  g_autofree char *found = ag_receipt_hash_file (work->model_file, error);

  work->result->model_matches = g_strcmp0 (found, hash) == 0;
  return found != NULL;
}

static AgCodec *
open_codec (Work *work, int batch, GError **error)
{
  g_autoptr (AgModel) model = ag_cli_load_model (work->model_path, error);

  return model ? ag_codec_new (model, batch, work->cli->threads, error) : NULL;
}

static AgImage *
remake_edit (Work *work, GError **error)
{
  g_autoptr (AgReceipt) receipt = ag_receipt_from_image (work->exported, work->png_path, error);
  g_autoptr (AgImage) photo = NULL;
  g_autoptr (AgCodec) codec = NULL;

  if (!receipt || !expect_photos (work, 1, error) ||
      !(photo = load_photo (work, work->photo_paths[0], receipt->photo_hash, error)) ||
      !check_model (work, receipt->model_hash, error) || !(codec = open_codec (work, 1, error)))
    return NULL;
  return ag_edit_render_receipt (codec, photo, receipt, work->photo_paths[0], ag_cli_cancel_flag (),
                                 error);
}

static AgImage *
remake_sample (Work *work, const char *text, GError **error)
{
  g_autoptr (AgSampleReceipt) receipt = ag_sample_receipt_parse (text, work->png_path, error);
  g_autoptr (AgCodec) codec = NULL;
  g_autoptr (GPtrArray) images = NULL;

  if (!receipt || !expect_photos (work, 0, error) ||
      !check_model (work, receipt->model_hash, error) ||
      !(codec = open_codec (work, SAMPLE_BATCH, error)))
    return NULL;
  if (receipt->n_levels != ag_codec_get_config (codec)->levels)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("%s: its receipt does not suit this model"), work->png_path);
      return NULL;
    }
  images = ag_sample_draw (codec, SAMPLE_BATCH, &g_array_index (receipt->samples, AgSample, 0),
                           receipt->samples->len, NULL, NULL, ag_cli_cancel_flag (), error);
  if (!images)
    return NULL;
  return ag_image_sheet ((AgImage *const *) images->pdata, images->len, receipt->n_columns,
                         AG_SAMPLE_GAP, error);
}

/* The photo with that hash, or the one that stands where it would. */
static const char *
choose_photo (Work *work, const char *hash, guint place)
{
  for (guint i = 0; hash && i < work->n_photos; i++)
    {
      g_autoptr (GFile) file = ag_cli_file (work->photo_paths[i]);
      g_autofree char *found = ag_receipt_hash_file (file, NULL);

      if (g_strcmp0 (found, hash) == 0)
        return work->photo_paths[i];
    }
  return work->photo_paths[MIN (place, work->n_photos - 1)];
}

static AgImage *
remake_blend (Work *work, const char *text, GError **error)
{
  g_autoptr (AgBlendReceipt) receipt = ag_blend_receipt_parse (text, work->png_path, error);
  AgImage *photos[AG_BLEND_MAX_FACES] = { NULL }, *image = NULL;
  g_autoptr (AgEditEngine) engine = NULL;
  gboolean loaded = receipt != NULL;
  guint n = 0;

  for (guint k = 0; receipt && k < receipt->n_faces; k++)
    n += receipt->faces[k].kind == AG_BLEND_FACE_PHOTO;
  loaded = loaded && expect_photos (work, n, error) &&
           check_model (work, receipt->model_hash, error) &&
           (engine = ag_edit_engine_load (work->model_file, error)) != NULL;
  n = 0;
  for (guint k = 0; loaded && k < receipt->n_faces; k++)
    if (receipt->faces[k].kind == AG_BLEND_FACE_PHOTO)
      {
        const char *hash = receipt->faces[k].edit->photo_hash;

        photos[k] = load_photo (work, choose_photo (work, hash, n++), hash, error);
        loaded = photos[k] != NULL;
      }
  if (loaded)
    image = ag_blend_remake (engine, receipt, photos, work->png_path, ag_cli_cancel_flag (), error);
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    g_clear_pointer (&photos[k], ag_image_unref);
  return image;
}

static gboolean
verify (Work *work, GError **error)
{
  const char *sample = ag_image_get_text (work->exported, AG_SAMPLE_KEYWORD);
  const char *blend = ag_image_get_text (work->exported, AG_BLEND_KEYWORD);
  g_autoptr (AgImage) again = NULL;

  work->result->photo_matches = TRUE;
  if (sample)
    again = remake_sample (work, sample, error);
  else if (blend)
    again = remake_blend (work, blend, error);
  else
    again = remake_edit (work, error);
  if (!again)
    return FALSE;
  if (again->width != work->exported->width || again->height != work->exported->height)
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                   _ ("%s: it is not as large as what its receipt tells of"), work->png_path);
      return FALSE;
    }
  compare (work->exported, again, work->result);
  if (work->result->largest > TOLERANCE)
    {
      g_autoptr (AgImage) saved = reload (again, work->png_path, error);

      if (!saved)
        return FALSE;
      compare (work->exported, saved, work->result);
    }
  return TRUE;
}

static int
report (AgCli *cli, const Work *work, const Result *result)
{
  gboolean same = result->largest <= TOLERANCE;
  gboolean verified = same && result->model_matches && result->photo_matches;
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();

  json_builder_set_member_name (json, "verified");
  json_builder_add_boolean_value (json, verified);
  json_builder_set_member_name (json, "model_matches");
  json_builder_add_boolean_value (json, result->model_matches);
  json_builder_set_member_name (json, "photo_matches");
  json_builder_add_boolean_value (json, result->photo_matches);
  ag_cli_json_int (json, "largest_difference", result->largest);
  ag_cli_json_int (json, "different_pixels", (gint64) result->n_different);
  ag_cli_json_end (cli, json);
  if (!result->model_matches)
    ag_cli_note (cli, _ ("%s: it is another model than the one in the receipt"), work->model_path);
  if (!same)
    ag_cli_note (cli, _ ("%s: made again, %.2f %% of its pixels are different, by up to %d of 255"),
                 work->png_path, 100.0 * (double) result->n_different / (double) result->n_pixels,
                 result->largest);
  if (verified)
    ag_cli_print (cli, _ ("%s: made again from its receipt, it is the same picture"),
                  work->png_path);
  return verified ? 0 : AG_CLI_FAILED;
}

int
ag_cli_verify (AgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) png = NULL, model_file = NULL;
  g_autoptr (AgImage) exported = NULL;
  Result result = { 0 };
  Work work = { .cli = cli, .result = &result };

  if (!ag_cli_parse (cli, NULL, &argc, &argv, 2, 2 + AG_BLEND_MAX_FACES))
    return cli->status;
  work.png_path = argv[1];
  work.photo_paths = argv + 2;
  work.n_photos = (guint) argc - 3;
  work.model_path = argv[argc - 1];
  png = ag_cli_file (work.png_path);
  work.model_file = model_file = ag_cli_file (work.model_path);
  work.exported = exported = ag_image_load (png, NULL, &error);
  if (!exported || !verify (&work, &error))
    return ag_cli_fail (cli, error);
  return report (cli, &work, &result);
}
