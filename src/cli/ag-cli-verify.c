/* ag-cli-verify.c: `verify`: make an exported picture again and compare
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <stdlib.h>

#include "ag-cli.h"
#include "ag-edit-render.h"
#include "ag-file.h"

/* Another number of threads sums in another order, which turns some roundings. */
#define TOLERANCE 1

typedef struct
{
  gboolean model_matches, photo_matches, photo_known;
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

static gboolean
verify (AgCli *cli, char **paths, Result *result, GError **error)
{
  g_autoptr (GFile) png = ag_cli_file (paths[0]), photo_file = ag_cli_file (paths[1]);
  g_autoptr (GFile) model_file = ag_cli_file (paths[2]);
  g_autoptr (AgImage) exported = NULL, photo = NULL, again = NULL, saved = NULL;
  g_autoptr (AgReceipt) receipt = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (AgCodec) codec = NULL;
  g_autofree char *model_hash = NULL, *photo_hash = NULL;

  if (!(exported = ag_image_load (png, NULL, error)) ||
      !(receipt = ag_receipt_from_image (exported, paths[0], error)) ||
      !(photo = ag_image_load (photo_file, NULL, error)) ||
      !(photo_hash = ag_receipt_hash_file (photo_file, error)) ||
      !(model_hash = ag_receipt_hash_file (model_file, error)) ||
      !(model = ag_cli_load_model (paths[2], error)) ||
      !(codec = ag_codec_new (model, 1, cli->threads, error)))
    return FALSE;
  result->model_matches = g_str_equal (model_hash, receipt->model_hash);
  result->photo_known = receipt->photo_hash != NULL;
  result->photo_matches = g_strcmp0 (photo_hash, receipt->photo_hash) == 0;
  again = ag_edit_render_receipt (codec, photo, receipt, paths[1], ag_cli_cancel_flag (), error);
  if (!again)
    return FALSE;
  if (again->width != exported->width || again->height != exported->height)
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                   _ ("%s: it is not as large as its photo"), paths[0]);
      return FALSE;
    }
  compare (exported, again, result);
  if (result->largest > TOLERANCE)
    {
      if (!(saved = reload (again, paths[0], error)))
        return FALSE;
      compare (exported, saved, result);
    }
  return TRUE;
}

static int
report (AgCli *cli, char **paths, const Result *result)
{
  gboolean same = result->largest <= TOLERANCE;
  gboolean verified =
    same && result->model_matches && (result->photo_matches || !result->photo_known);
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
    ag_cli_note (cli, _ ("%s: it is another model than the one in the receipt"), paths[2]);
  if (!result->photo_matches && result->photo_known)
    ag_cli_note (cli, _ ("%s: it is another file than the one in the receipt"), paths[1]);
  if (!same)
    ag_cli_note (cli, _ ("%s: made again, %.2f %% of its pixels are different, by up to %d of 255"),
                 paths[0], 100.0 * (double) result->n_different / (double) result->n_pixels,
                 result->largest);
  if (verified)
    ag_cli_print (cli, _ ("%s: made again from its receipt, it is the same picture"), paths[0]);
  return verified ? 0 : AG_CLI_FAILED;
}

int
ag_cli_verify (AgCli *cli, int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Result result = { 0 };

  if (!ag_cli_parse (cli, NULL, &argc, &argv, 3, 3))
    return cli->status;
  if (!verify (cli, argv + 1, &result, &error))
    return ag_cli_fail (cli, error);
  return report (cli, argv + 1, &result);
}
