/* ag-cli-edit.c: `edit`: change a face in a photo
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The photo keeps its size: the face square is cut out, encoded, moved and decoded, and the
 * difference goes back into the photo. What changes nothing gives the photo's own file again.
 */
#include <glib/gi18n.h>
#include <string.h>

#include "ag-atomic-file.h"
#include "ag-cli-face.h"
#include "ag-cli.h"
#include "ag-file.h"
#include "ag-latent-edit.h"
#include "ag-patch.h"
#include "ag-sanity.h"

#define MAX_PHOTO_BYTES (1024 * 1024 * 1024)

/* What the command line says. */
typedef struct
{
  char *output, *eyes, *strength_text, *temperature_text, *class_text;
  char **settings;
  gboolean whole;
  int quality;
  const char *model; /* path */
} Options;

/* The same, understood. */
typedef struct
{
  double *values;      /* per attribute */
  double *strength;    /* per level, or NULL */
  double *temperature; /* per level, or NULL */
  int *classes;        /* one, or NULL */
} Edit;

typedef struct
{
  GBytes *bytes;
  AgImage *image;
  char *name;
} Photo;

static void
options_clear (Options *options)
{
  g_free (options->output);
  g_free (options->eyes);
  g_free (options->strength_text);
  g_free (options->temperature_text);
  g_free (options->class_text);
  g_strfreev (options->settings);
}

static void
edit_clear (Edit *edit)
{
  g_free (edit->values);
  g_free (edit->strength);
  g_free (edit->temperature);
  g_free (edit->classes);
}

static void
photo_clear (Photo *photo)
{
  g_clear_pointer (&photo->bytes, g_bytes_unref);
  g_clear_pointer (&photo->image, ag_image_unref);
  g_free (photo->name);
}

static gboolean
find_attribute (AgModel *model, const char *name, guint *index)
{
  for (guint a = 0; a < model->attributes->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, a);

      if (g_ascii_strcasecmp (attribute->name, name) == 0)
        {
          *index = a;
          return TRUE;
        }
    }
  return FALSE;
}

static char *
list_attributes (AgModel *model)
{
  GString *names = g_string_new (NULL);

  for (guint a = 0; a < model->attributes->len; a++)
    g_string_append_printf (
      names, "%s%s", a > 0 ? ", " : "",
      ((const AgModelAttribute *) g_ptr_array_index (model->attributes, a))->name);
  return g_string_free (names, FALSE);
}

/* One NAME=VALUE. */
static gboolean
parse_setting (AgCli *cli, AgModel *model, const char *path, const char *setting, Edit *edit)
{
  const char *equals = strchr (setting, '=');
  g_autofree char *name = NULL, *known = NULL;
  double value;
  guint index;

  if (!equals || !ag_cli_parse_number (equals + 1, &value))
    {
      cli->status = ag_cli_usage_error (cli, _ ("--set: “%s” is not NAME=VALUE"), setting);
      return FALSE;
    }
  name = g_strndup (setting, (gsize) (equals - setting));
  if (!find_attribute (model, name, &index))
    {
      known = list_attributes (model);
      if (model->attributes->len == 0)
        ag_cli_note (cli, _ ("%s: has no attributes; `afterglow-cli directions` adds them"), path);
      else
        ag_cli_note (cli, _ ("%s: has no attribute “%s”; it has %s"), path, name, known);
      cli->status = AG_CLI_FAILED;
      return FALSE;
    }
  edit->values[index] = value;
  return TRUE;
}

/* One number for all levels, or one for each. */
static gboolean
parse_levels (AgCli *cli,
              const AgGlowConfig *config,
              const char *option,
              const char *text,
              gboolean single_allowed,
              double **numbers)
{
  int n = 0;

  if (!text)
    return TRUE;
  *numbers = ag_cli_parse_numbers (text, &n);
  if (*numbers && n == config->levels)
    return TRUE;
  if (*numbers && n == 1 && single_allowed)
    {
      *numbers = g_realloc_n (*numbers, (gsize) config->levels, sizeof (double));
      for (int l = 1; l < config->levels; l++)
        (*numbers)[l] = (*numbers)[0];
      return TRUE;
    }
  cli->status = ag_cli_usage_error (
    cli, _ ("%s: %d numbers with commas between, the finest level first"), option, config->levels);
  return FALSE;
}

static gboolean
parse_edit (AgCli *cli, AgModel *model, const Options *options, char **more, int n_more, Edit *edit)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);

  edit->values = g_new0 (double, model->attributes->len + 1);
  for (guint i = 0; options->settings && options->settings[i]; i++)
    if (!parse_setting (cli, model, options->model, options->settings[i], edit))
      return FALSE;
  for (int i = 0; i < n_more; i++)
    if (!parse_setting (cli, model, options->model, more[i], edit))
      return FALSE;
  return parse_levels (cli, config, "--level-strength", options->strength_text, FALSE,
                       &edit->strength) &&
         parse_levels (cli, config, "--temperature", options->temperature_text, TRUE,
                       &edit->temperature) &&
         ag_cli_parse_classes (cli, config, options->class_text, 1, &edit->classes);
}

static gboolean
load_photo (const char *path, const AgGlowConfig *config, Photo *photo, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);

  photo->name = ag_file_name (file);
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

static gboolean
write_photo (const Photo *photo, AgImage *edited, const Options *options, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (options->output);
  gsize size;
  const void *data = g_bytes_get_data (photo->bytes, &size);

  if (edited == photo->image && same_format (photo->bytes, options->output))
    return ag_atomic_file_replace (file, data, size, error);
  return ag_image_save (edited, file, options->quality, NULL, NULL, error);
}

typedef struct
{
  AgCodec *codec;
  const AgDirectionSet *set;
  const Edit *edit;
  const float *eps;
  float *moved, *x;
} Probe;

/* Decodes the edit with all values and temperatures taken part of the way. */
static gboolean
decode_part (double share, gpointer data, bool *sane, GError **error)
{
  Probe *probe = data;
  const AgGlowConfig *config = ag_codec_get_config (probe->codec);
  g_autofree double *values = g_new (double, probe->set->n + 1);
  g_autofree double *temperature = g_new (double, config->levels);
  AgLatentEdit latent_edit = { .values = values,
                               .strength = probe->edit->strength,
                               .temperature = temperature };

  for (guint a = 0; a < probe->set->n; a++)
    values[a] = probe->edit->values[a] * share;
  for (int l = 0; l < config->levels; l++)
    temperature[l] = probe->edit->temperature ? 1 + share * (probe->edit->temperature[l] - 1) : 1;
  ag_latent_edit_apply (&latent_edit, config, probe->set, probe->eps, probe->moved);
  if (!ag_codec_decode (probe->codec, 1, probe->moved, probe->edit->classes, probe->x,
                        ag_cli_cancel_flag (), error))
    return FALSE;
  *sane = ag_sanity_check (probe->x, probe->set->n_dims) == AG_SANITY_GOOD;
  return TRUE;
}

/* decode(z') in @after, or an error that says how much of the edit the model can draw. */
static gboolean
decode_edit (Probe *probe, const char *name, GError **error)
{
  double limit;
  bool sane;

  if (!decode_part (1, probe, &sane, error))
    return FALSE;
  if (sane)
    return TRUE;
  if (!ag_sanity_search (0, 1, 0.01, decode_part, probe, &limit, error))
    return FALSE;
  if (limit > 0)
    g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FLOW,
                 _ ("%s: the model cannot draw an edit this strong; it can draw %.0f %% of it"),
                 name, 100 * limit);
  else
    g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FLOW,
                 _ ("%s: the model cannot draw an edit this strong, not even a hundredth of it"),
                 name);
  return FALSE;
}

/* In RGB, as large as the model's pictures. */
static float *
difference (const AgGlowConfig *config, const float *before, const float *after)
{
  gsize n = (gsize) config->image_width * (gsize) config->image_height;
  float *rgb = g_new (float, n * 3);

  for (gsize i = 0; i < n * 3; i++)
    {
      gsize k = config->channels == 3 ? i : i / 3;

      rgb[i] = after[k] - before[k];
    }
  return rgb;
}

static AgImage *
edit_photo (AgCodec *codec,
            const Photo *photo,
            const AgAlignment *alignment,
            const Edit *edit,
            double *bits_per_dim,
            GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autoptr (AgDirectionSet) set = ag_direction_set_new (ag_codec_get_model (codec), NULL);
  g_autoptr (AgImage) face = ag_alignment_crop (alignment, photo->image, config->image_width);
  g_autofree float *x = g_new (float, n_dims), *eps = g_new (float, n_dims);
  g_autofree float *moved = g_new (float, n_dims), *after = g_new (float, n_dims);
  g_autofree float *change = NULL;
  AgLatentEdit latent_edit = { .values = edit->values,
                               .strength = edit->strength,
                               .temperature = edit->temperature };
  Probe probe = {
    .codec = codec, .set = set, .edit = edit, .eps = eps, .moved = moved, .x = after
  };

  ag_codec_values_from_image (config, face, x);
  if (!ag_codec_encode (codec, 1, x, edit->classes, eps, bits_per_dim, ag_cli_cancel_flag (),
                        error))
    return NULL;
  if (ag_latent_edit_is_neutral (&latent_edit, config, set))
    return ag_image_ref (photo->image);
  if (!decode_edit (&probe, photo->name, error) ||
      !ag_codec_decode (codec, 1, eps, edit->classes, x, ag_cli_cancel_flag (), error))
    return NULL;
  change = difference (config, x, after);
  return ag_patch_apply (photo->image, alignment, change, config->image_width);
}

static void
report (AgCli *cli,
        const Options *options,
        const AgAlignment *alignment,
        double bits_per_dim,
        gboolean unchanged)
{
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();
  AgEyes eyes;

  ag_alignment_get_eyes (alignment, &eyes);
  ag_cli_json_string (json, "output", options->output);
  ag_cli_json_double (json, "bits_per_dim", bits_per_dim);
  ag_cli_json_doubles (json, "left_eye", (double[]){ eyes.left_x, eyes.left_y }, 2);
  ag_cli_json_doubles (json, "right_eye", (double[]){ eyes.right_x, eyes.right_y }, 2);
  json_builder_set_member_name (json, "unchanged");
  json_builder_add_boolean_value (json, unchanged);
  ag_cli_json_end (cli, json);
  if (unchanged)
    ag_cli_print (cli, _ ("%s: nothing to change, the photo as it was"), options->output);
  else
    ag_cli_print (cli, _ ("%s: edited"), options->output);
}

static int
run (AgCli *cli, AgModel *model, const char *path, const Options *options, const Edit *edit)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgCodec) codec = NULL;
  g_autoptr (AgImage) edited = NULL;
  Photo photo = { 0 };
  AgAlignment alignment;
  double bits_per_dim;
  int status = 0;

  if (!load_photo (path, config, &photo, &error))
    status = ag_cli_fail (cli, error);
  else if (!ag_cli_face_align (cli, photo.image, photo.name, options->eyes, options->whole,
                               &alignment))
    status = cli->status;
  else if (!(codec = ag_codec_new (model, 1, cli->threads, &error)) ||
           !(edited = edit_photo (codec, &photo, &alignment, edit, &bits_per_dim, &error)) ||
           !write_photo (&photo, edited, options, &error))
    status = ag_cli_fail (cli, error);
  else
    report (cli, options, &alignment, bits_per_dim, edited == photo.image);
  photo_clear (&photo);
  return status;
}

static int
check_and_run (AgCli *cli, int argc, char **argv, Options *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = NULL;
  const AgGlowConfig *config;
  Edit edit = { 0 };
  int status;

  if (!options->output || !ag_cli_is_picture (options->output))
    return ag_cli_usage_error (cli, _ ("-o: a file that ends in .png, .jpg or .webp"));
  if (options->quality < 0 || options->quality > 100)
    return ag_cli_usage_error (cli, _ ("--quality: a number from 1 to 100"));
  if (!ag_cli_check_output (options->output, &error) ||
      !(model = ag_cli_load_model (argv[1], &error)))
    return ag_cli_fail (cli, error);
  options->model = argv[1];
  config = ag_glow_config (model->glow);
  if (config->image_width != config->image_height)
    {
      ag_cli_note (cli, _ ("%s: edits faces only with a model of square pictures"), argv[1]);
      return AG_CLI_FAILED;
    }
  status = parse_edit (cli, model, options, argv + 3, argc - 3, &edit)
             ? run (cli, model, argv[2], options, &edit)
             : cli->status;
  edit_clear (&edit);
  return status;
}

int
ag_cli_edit (AgCli *cli, int argc, char **argv)
{
  Options options = { 0 };
  const GOptionEntry entries[] = {
    { "set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.settings,
      N_ ("Move an attribute; 1 is the distance between those with and those without it"),
      "NAME=VALUE" },
    { "level-strength", 0, 0, G_OPTION_ARG_STRING, &options.strength_text,
      N_ ("How strongly each level takes part, the finest first"), "A,B,..." },
    { "temperature", 'T', 0, G_OPTION_ARG_STRING, &options.temperature_text,
      N_ ("Below 1 the face becomes more ordinary, above 1 less; or one for each level"), "T" },
    { "eyes", 0, 0, G_OPTION_ARG_STRING, &options.eyes,
      N_ ("Where the eyes are in the photo's pixels, instead of looking for them"), "X,Y,X,Y" },
    { "whole", 0, 0, G_OPTION_ARG_NONE, &options.whole,
      N_ ("Take the largest square in the middle instead of looking for a face"), NULL },
    { "quality", 0, 0, G_OPTION_ARG_INT, &options.quality, N_ ("Of JPEG and WebP, 1 to 100"), "Q" },
    { "class", 0, 0, G_OPTION_ARG_STRING, &options.class_text, N_ ("Class of the photo"), "K" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_ ("The picture to write"),
      "PNG|JPEG" },
    G_OPTION_ENTRY_NULL,
  };
  int status = ag_cli_parse (cli, entries, &argc, &argv, 2, -1)
                 ? check_and_run (cli, argc, argv, &options)
                 : cli->status;

  options_clear (&options);
  return status;
}
