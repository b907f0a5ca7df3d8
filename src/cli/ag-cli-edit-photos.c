/* ag-cli-edit-photos.c: gives an edit to photos and writes them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A photo keeps its size: the face square is cut out, encoded, moved and decoded, and the
 * difference goes back into the photo. What changes nothing gives the photo's own file again.
 */
#include <glib/gi18n.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-cli-edit.h"
#include "ag-cli-face.h"
#include "ag-edit-render.h"
#include "ag-file.h"

#define MAX_PHOTO_BYTES (1024 * 1024 * 1024)

typedef struct
{
  GBytes *bytes;
  AgImage *image;
  const char *name; /* as it was typed */
  AgAlignment alignment;
  GFile *output;
  char *output_name;
} Photo;

typedef struct
{
  AgCli *cli;
  const AgCliEdit *edit;
  AgCodec *codec;
  AgEditState *state;
  char *model_hash;
  GFile *folder;       /* NULL for one picture */
  GHashTable *written; /* names in the folder that this run has given */
} Work;

static void
photo_clear (Photo *photo)
{
  g_clear_pointer (&photo->bytes, g_bytes_unref);
  g_clear_pointer (&photo->image, ag_image_unref);
  g_clear_object (&photo->output);
  g_free (photo->output_name);
}

static gboolean
load_photo (const char *path, const AgGlowConfig *config, Photo *photo, GError **error)
{
  g_autoptr (GFile) file = ag_cli_file (path);

  photo->name = path;
  photo->bytes = ag_file_read (file, MAX_PHOTO_BYTES, NULL, error);
  photo->image = photo->bytes ? ag_image_load_bytes (photo->bytes, photo->name, error) : NULL;
  if (!photo->image)
    return FALSE;
  if (photo->image->width >= config->image_width && photo->image->height >= config->image_height)
    return TRUE;
  g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
               _ ("%s: %d×%d pixels, smaller than the model's %d×%d"), photo->name,
               photo->image->width, photo->image->height, config->image_width,
               config->image_height);
  return FALSE;
}

/* Whether a file's content is of the kind its new name promises. */
static gboolean
same_format (GBytes *bytes, const char *path)
{
  g_autofree char *lower = g_ascii_strdown (path, -1);
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (g_str_has_suffix (lower, ".png"))
    return size > 8 && memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0;
  if (g_str_has_suffix (lower, ".jpg") || g_str_has_suffix (lower, ".jpeg"))
    return size > 3 && memcmp (data, "\xff\xd8\xff", 3) == 0;
  return size > 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0;
}

/* The photo's own name, with a number if a photo of that name came before. */
static char *
name_output (Work *work, const char *base)
{
  char *name = ag_cli_is_picture (base) ? g_strdup (base) : g_strconcat (base, ".png", NULL);
  g_autofree char *extension = g_strdup (strrchr (name, '.'));
  g_autofree char *stem = g_strndup (name, strlen (name) - strlen (extension));

  for (int i = 2; g_hash_table_contains (work->written, name); i++)
    {
      g_free (name);
      name = g_strdup_printf ("%s-%d%s", stem, i, extension);
    }
  g_hash_table_add (work->written, g_strdup (name));
  return name;
}

/* Where the picture goes; in a folder, under the photo's own name. */
static gboolean
choose_output (Work *work, const char *path, Photo *photo, GError **error)
{
  g_autoptr (GFile) file = ag_cli_file (path);
  g_autofree char *base = NULL, *name = NULL;

  if (!work->folder)
    {
      photo->output = ag_cli_file (work->edit->output);
      photo->output_name = g_strdup (work->edit->output);
      return TRUE;
    }
  base = g_file_get_basename (file);
  name = name_output (work, base);
  photo->output = g_file_get_child (work->folder, name);
  photo->output_name = g_build_filename (work->edit->output, name, NULL);
  ag_file_set_name (photo->output, photo->output_name);
  if (!g_file_equal (photo->output, file))
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               _ ("%s: this is the photo itself; choose another folder"), photo->output_name);
  return FALSE;
}

static char *
make_receipt (Work *work, const char *path, const Photo *photo)
{
  g_autoptr (AgReceipt) receipt = ag_receipt_new (ag_look_copy (work->edit->look));

  receipt->model_name = g_path_get_basename (work->edit->model_path);
  receipt->model_hash = g_strdup (work->model_hash);
  receipt->photo_name = g_path_get_basename (path);
  receipt->photo_hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, photo->bytes);
  receipt->width = photo->image->width;
  receipt->height = photo->image->height;
  receipt->alignment = photo->alignment;
  receipt->photo_class = work->edit->photo_class;
  return ag_receipt_to_text (receipt);
}

static gboolean
write_photo (Work *work, const char *path, const Photo *photo, AgImage *edited, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (photo->output_name, -1), *receipt = NULL;
  gboolean with_receipt = work->edit->receipts && g_str_has_suffix (lower, ".png");
  const char *text[] = { AG_RECEIPT_KEYWORD, NULL, NULL };
  gsize size;
  const void *data = g_bytes_get_data (photo->bytes, &size);

  if (edited == photo->image && same_format (photo->bytes, photo->output_name))
    return ag_atomic_file_replace (photo->output, data, size, error);
  if (with_receipt)
    text[1] = receipt = make_receipt (work, path, photo);
  return ag_image_save (edited, photo->output, work->edit->quality, with_receipt ? text : NULL,
                        NULL, error);
}

/* Of a photo: which sliders end before what was asked for. */
static void
tell_ends (Work *work, const Photo *photo, const double *drawn)
{
  for (guint a = 0; a < work->state->n_values; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (work->edit->model->attributes, a);

      if (drawn[a] != work->state->values[a])
        ag_cli_note (work->cli,
                     _ ("%s: %s ends at %.2f for this face, so that is drawn and not %.2f"),
                     photo->name, attribute->name, drawn[a], work->state->values[a]);
    }
}

static AgImage *
render (Work *work, const Photo *photo, double *bits_per_dim, GError **error)
{
  const AgLook *look = work->edit->look;
  g_autofree double *drawn = g_new (double, work->state->n_values + 1);
  AgImage *edited;
  AgEditRecipe recipe = { .values = work->state->values,
                          .locked = work->state->locked,
                          .strength = look->strength,
                          .temperature = look->temperature,
                          .classes = work->edit->photo_class >= 0 ? &work->edit->photo_class : NULL,
                          .drawn = drawn };

  edited = ag_edit_render (work->codec, photo->image, &photo->alignment, &recipe, photo->name,
                           bits_per_dim, ag_cli_cancel_flag (), error);
  if (edited != NULL)
    tell_ends (work, photo, drawn);
  return edited;
}

static void
report (Work *work, JsonBuilder *json, const Photo *photo, double bits_per_dim, gboolean unchanged)
{
  AgEyes eyes;

  ag_alignment_get_eyes (&photo->alignment, &eyes);
  ag_cli_json_string (json, "output", photo->output_name);
  ag_cli_json_double (json, "bits_per_dim", bits_per_dim);
  ag_cli_json_doubles (json, "left_eye", (double[]){ eyes.left_x, eyes.left_y }, 2);
  ag_cli_json_doubles (json, "right_eye", (double[]){ eyes.right_x, eyes.right_y }, 2);
  json_builder_set_member_name (json, "unchanged");
  json_builder_add_boolean_value (json, unchanged);
  if (unchanged)
    ag_cli_print (work->cli, _ ("%s: nothing to change, the photo as it was"), photo->output_name);
  else
    ag_cli_print (work->cli, _ ("%s: edited"), photo->output_name);
}

static int
edit_photo (Work *work, const char *path, JsonBuilder *json)
{
  const AgGlowConfig *config = ag_codec_get_config (work->codec);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) edited = NULL;
  Photo photo = { 0 };
  double bits_per_dim;
  int status = 0;

  if (!choose_output (work, path, &photo, &error) || !load_photo (path, config, &photo, &error))
    status = ag_cli_fail (work->cli, error);
  else if (!ag_cli_face_align (work->cli, work->edit->refine ? work->codec : NULL, photo.image,
                               photo.name, work->edit->eyes, work->edit->whole, &photo.alignment))
    status = work->cli->status;
  else if (!(edited = render (work, &photo, &bits_per_dim, &error)) ||
           !write_photo (work, path, &photo, edited, &error))
    /* Of many photos it is said once, at the end, that they were interrupted. */
    status = work->folder && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
               ? AG_CLI_FAILED
               : ag_cli_fail (work->cli, error);
  else
    {
      if (work->folder)
        json_builder_begin_object (json);
      report (work, json, &photo, bits_per_dim, edited == photo.image);
      if (work->folder)
        json_builder_end_object (json);
    }
  photo_clear (&photo);
  return status;
}

static int
edit_all (Work *work, char **paths, int n)
{
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();
  int status = 0, n_done = 0;

  if (!work->folder)
    {
      status = edit_photo (work, paths[0], json);
      if (status == 0)
        ag_cli_json_end (work->cli, json);
      return status;
    }
  json_builder_set_member_name (json, "photos");
  json_builder_begin_array (json);
  for (int i = 0; i < n && !atomic_load (ag_cli_cancel_flag ()); i++)
    {
      int outcome;

      ag_cli_progress (work->cli, _ ("editing %d of %d"), i + 1, n);
      /* One photo that fails does not stop the others. */
      outcome = edit_photo (work, paths[i], json);
      status = MAX (status, outcome);
      n_done += outcome == 0;
    }
  json_builder_end_array (json);
  ag_cli_json_end (work->cli, json);
  if (!atomic_load (ag_cli_cancel_flag ()))
    return status;
  ag_cli_note (work->cli, _ ("interrupted; %d of %d photos are done"), n_done, n);
  return AG_CLI_FAILED;
}

int
ag_cli_edit_photos (AgCli *cli, const AgCliEdit *edit, char **paths, int n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgCodec) codec = ag_codec_new (edit->model, 1, cli->threads, &error);
  g_autoptr (AgEditState) state = ag_edit_state_new (edit->model->attributes->len);
  g_autoptr (AgLook) look = ag_look_copy (edit->look);
  g_autoptr (GFile) folder = ag_cli_is_picture (edit->output) ? NULL : ag_cli_file (edit->output);
  g_autoptr (GFile) model_file = ag_cli_file (edit->model_path);
  g_autofree char *model_hash = NULL, *missing = NULL;
  g_autoptr (GHashTable) written = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Work work = {
    .cli = cli, .edit = edit, .codec = codec, .state = state, .folder = folder, .written = written
  };

  if (!codec || (folder && !ag_cli_make_folder (folder, &error)) ||
      !(model_hash = ag_receipt_hash_file (model_file, &error)))
    return ag_cli_fail (cli, error);
  work.model_hash = model_hash;
  /* What is missing has been complained about; temperatures are taken from the look itself. */
  missing = ag_look_apply (look, edit->model, state, 1);
  return edit_all (&work, paths, n);
}
