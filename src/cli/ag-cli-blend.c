/* ag-cli-blend.c: `blend`: the way from one face to another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "ag-blend-export.h"
#include "ag-cli-face.h"
#include "ag-cli.h"
#include "ag-grey-photo.h"
#include "ag-image.h"

#define MAX_SIZE   1024
#define N_FACES    2
#define BATCH_SIZE 16

typedef struct
{
  char *output, *path_text, *mix_text, *class_text;
  int n, size, quality;
  double seconds;
  gboolean ping_pong, whole, no_refine;
  AgPathKind kind;
  double mix[AG_MAX_LEVELS];
  char *model_name, *model_hash;
} Options;

typedef struct
{
  AgImage *photo; /* NULL for one that came as numbers */
  AgAlignment alignment;
  char *name, *hash;
  gboolean is_grey;
} Source;

static void
sources_clear (Source *sources)
{
  for (int k = 0; k < N_FACES; k++)
    {
      g_clear_pointer (&sources[k].photo, ag_image_unref);
      g_clear_pointer (&sources[k].name, g_free);
      g_clear_pointer (&sources[k].hash, g_free);
    }
}

/* A photo and its face square, or numbers; @x gets what the model is to see. */
static gboolean
load_source (AgCli *cli,
             AgCodec *codec,
             const Options *options,
             char *path,
             Source *source,
             float *x,
             GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  g_autoptr (GFile) file = ag_cli_file (path);
  g_autoptr (AgCliImages) images = NULL;
  g_autoptr (AgImage) face = NULL;

  source->name = g_strdup (path);
  if (ag_cli_is_safetensors (path))
    {
      images = ag_cli_images_load (cli, config, &path, 1, error);
      if (!images)
        return FALSE;
      memcpy (x, images->x, ag_glow_config_n_dims (config) * sizeof (float));
      return TRUE;
    }
  source->photo = ag_image_load (file, NULL, error);
  if (!source->photo || !(source->hash = ag_receipt_hash_file (file, error)))
    return FALSE;
  if (source->photo->width < config->image_width || source->photo->height < config->image_height)
    {
      g_set_error (error, AG_IMAGE_ERROR, AG_IMAGE_ERROR_SIZE,
                   _ ("%s: %d×%d pixels, smaller than the model's %d×%d"), path,
                   source->photo->width, source->photo->height, config->image_width,
                   config->image_height);
      return FALSE;
    }
  if (!ag_cli_face_align (cli, options->no_refine ? NULL : codec, source->photo, path, NULL,
                          options->whole, &source->alignment))
    return FALSE;
  face = ag_alignment_crop (&source->alignment, source->photo, config->image_height);
  source->is_grey = ag_grey_photo_values (config, face, x);
  return TRUE;
}

/* Under @class_label; if that is -1, under the class it is likeliest under, which then is set. */
static AgEditSubject *
make_subject (AgCodec *codec,
              const Source *source,
              const float *x,
              int *class_label,
              double *bits_per_dim,
              GError **error)
{
  gsize size = ag_codec_get_n_dims (codec) * sizeof (float);
  g_autofree float *eps = g_malloc (size);
  g_autofree float *base = g_malloc (size);
  g_autoptr (GBytes) latent = NULL;
  g_autoptr (GBytes) values = NULL;
  AgEditSubject *subject;

  if (!ag_codec_encode_likeliest (codec, x, class_label, eps, bits_per_dim, ag_cli_cancel_flag (),
                                  error))
    return NULL;
  if (!isfinite (*bits_per_dim))
    {
      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_FLOW,
                   _ ("%s: the model cannot encode it, its likelihood is not finite"),
                   source->name);
      return NULL;
    }
  if (!ag_codec_decode (codec, 1, eps, *class_label >= 0 ? class_label : NULL, base,
                        ag_cli_cancel_flag (), error))
    return NULL;
  latent = g_bytes_new_take (g_steal_pointer (&eps), size);
  values = g_bytes_new_take (g_steal_pointer (&base), size);
  subject = ag_edit_subject_new (latent, values);
  subject->seen_eps = g_bytes_ref (latent);
  subject->bits_per_dim = *bits_per_dim;
  subject->class_label = *class_label;
  subject->is_grey = source->is_grey;
  if (source->photo)
    {
      subject->photo = ag_image_ref (source->photo);
      subject->alignment = source->alignment;
    }
  subject->face = ag_codec_image_from_values (ag_codec_get_config (codec), x);
  return subject;
}

static void
on_progress (guint done, guint total, gpointer user_data)
{
  ag_cli_progress (user_data, _ ("drawing %d of %d"), (int) done, (int) total);
}

static AgReceipt *
describe_source (const Options *options, const Source *source, int class_label)
{
  AgReceipt *receipt = ag_receipt_new (ag_look_new (NULL));

  receipt->model_name = g_strdup (options->model_name);
  receipt->model_hash = g_strdup (options->model_hash);
  receipt->photo_name = g_path_get_basename (source->name);
  receipt->photo_hash = g_strdup (source->hash);
  receipt->width = source->photo ? source->photo->width : 1;
  receipt->height = source->photo ? source->photo->height : 1;
  receipt->alignment = source->alignment;
  if (!source->photo)
    ag_alignment_from_centre (1, 1, &receipt->alignment);
  receipt->photo_class = class_label;
  return receipt;
}

static AgBlendReceipt *
describe (const AgGlowConfig *config,
          const Options *options,
          const Source *sources,
          int class_label)
{
  AgBlendReceipt *receipt = ag_blend_receipt_new (options->model_name, options->model_hash);

  receipt->class_label = class_label;
  receipt->kind = options->kind;
  receipt->n_levels = config->levels;
  memcpy (receipt->mix, options->mix, sizeof receipt->mix);
  receipt->size = options->size > 0 ? options->size : config->image_height;
  for (int k = 0; k < N_FACES; k++)
    ag_blend_receipt_add_face (receipt,
                               sources[k].photo ? AG_BLEND_FACE_PHOTO : AG_BLEND_FACE_OTHER,
                               describe_source (options, &sources[k], class_label), NULL);
  /* A single frame is the one half way. */
  for (int i = 0; i < options->n; i++)
    {
      AgBlendPlace place = { options->n > 1 ? (double) i / (options->n - 1) : 0.5, 0, 1 };

      g_array_append_val (receipt->places, place);
    }
  return receipt;
}

static gboolean
write_blend (AgCli *cli,
             AgCodec *codec,
             int batch,
             const Options *options,
             const Source *sources,
             AgEditSubject *const *subjects,
             GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  g_autoptr (GFile) file = ag_cli_file (options->output);
  g_autoptr (AgBlendReceipt) receipt =
    describe (config, options, sources, subjects[0]->class_label);
  g_autofree AgBlendPoint *points = ag_blend_receipt_make_points (receipt, config, subjects);
  gboolean webp = g_str_has_suffix (options->output, ".webp");
  AgBlendExport what = {
    .format = webp                                  ? AG_BLEND_ANIMATION
              : ag_cli_is_picture (options->output) ? AG_BLEND_STRIP
                                                    : AG_BLEND_FRAMES,
    .points = points,
    .n_points = (guint) options->n,
    .subjects = subjects,
    .size = receipt->size,
    .milliseconds = (guint) MAX (1, lrint (1000 * options->seconds / options->n)),
    .ping_pong = options->ping_pong,
    .quality = options->quality,
    .receipt = receipt,
  };

  return ag_blend_export_write (&what, codec, batch, file, on_progress, cli, ag_cli_cancel_flag (),
                                error);
}

static void
report (AgCli *cli, const Options *options, const double *bits_per_dim)
{
  g_autoptr (JsonBuilder) json = ag_cli_json_begin ();

  ag_cli_json_string (json, "output", options->output);
  ag_cli_json_int (json, "count", options->n);
  ag_cli_json_string (json, "path", ag_path_kind_name (options->kind));
  ag_cli_json_doubles (json, "bits_per_dim", bits_per_dim, N_FACES);
  ag_cli_json_end (cli, json);
  ag_cli_print (cli, ngettext ("%s: %d frame", "%s: %d frames", (gulong) options->n),
                options->output, options->n);
}

static int
blend (AgCli *cli, AgModel *model, const Options *options, char **paths)
{
  const AgGlowConfig *config = ag_glow_config (model->glow);
  gsize n_dims = ag_glow_config_n_dims (config);
  int batch = MIN (ag_cli_batch_size (config, options->n), BATCH_SIZE);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgCodec) codec = NULL;
  g_autofree int *classes = NULL;
  int class_label = -1;
  g_autofree float *x = g_new (float, N_FACES *n_dims);
  Source sources[N_FACES] = { 0 };
  AgEditSubject *subjects[N_FACES] = { NULL };
  double bits_per_dim[N_FACES];
  gboolean good;

  if (options->class_text && !ag_cli_parse_classes (cli, model, options->class_text, 1, &classes))
    return cli->status;
  if (classes)
    class_label = classes[0];
  codec = ag_codec_new (model, batch, cli->threads, &error);
  cli->status = 0;
  good = codec != NULL;
  for (int k = 0; good && k < N_FACES; k++)
    {
      good =
        load_source (cli, codec, options, paths[k], &sources[k], x + (gsize) k * n_dims, &error);
      if (good)
        subjects[k] = make_subject (codec, &sources[k], x + (gsize) k * n_dims, &class_label,
                                    &bits_per_dim[k], &error);
      good = good && subjects[k] != NULL;
    }
  if (good)
    good = write_blend (cli, codec, batch, options, sources, subjects, &error);
  if (good)
    report (cli, options, bits_per_dim);
  else if (cli->status == 0)
    cli->status = ag_cli_fail (cli, error);
  for (int k = 0; k < N_FACES; k++)
    ag_edit_subject_unref (subjects[k]);
  sources_clear (sources);
  return cli->status;
}

static gboolean
parse_mix (AgCli *cli, const AgGlowConfig *config, Options *options)
{
  g_autofree double *numbers = NULL;
  int n = 0;

  if (!options->mix_text)
    return TRUE;
  numbers = ag_cli_parse_numbers (options->mix_text, &n);
  for (int l = 0; numbers && n == config->levels && l < n; l++)
    {
      if (numbers[l] < -1 || numbers[l] > 1)
        break;
      options->mix[l] = numbers[l];
      if (l == n - 1)
        return TRUE;
    }
  cli->status =
    ag_cli_usage_error (cli,
                        _ ("--mix: %d numbers from -1 to 1 with commas between, the finest "
                           "level first"),
                        config->levels);
  return FALSE;
}

static int
check_and_run (AgCli *cli, Options *options, char **arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (GFile) model_file = ag_cli_file (arguments[0]);

  if (!options->output)
    return ag_cli_usage_error (cli, _ ("-o DIR|PNG|WEBP is missing"));
  if (options->n < 1 || options->n > AG_BLEND_MAX_FRAMES)
    return ag_cli_usage_error (cli, _ ("-n: a number from 1 to %d"), AG_BLEND_MAX_FRAMES);
  if (options->path_text && !ag_path_kind_parse (options->path_text, &options->kind))
    return ag_cli_usage_error (cli, _ ("--path: linear, spherical or norm"));
  if (options->size < 0 || options->size > MAX_SIZE)
    return ag_cli_usage_error (cli, _ ("--size: a number from 1 to %d"), MAX_SIZE);
  if (options->quality < 1 || options->quality > 100)
    return ag_cli_usage_error (cli, _ ("--quality: a number from 1 to 100"));
  if (!(options->seconds > 0 && options->seconds <= 3600))
    return ag_cli_usage_error (cli, _ ("--seconds: a number above 0, at most 3600"));
  if (!ag_cli_check_output (options->output, &error) ||
      !(model = ag_cli_load_model (arguments[0], &error)) ||
      !(options->model_hash = ag_receipt_hash_file (model_file, &error)))
    return ag_cli_fail (cli, error);
  options->model_name = g_file_get_basename (model_file);
  if (ag_glow_config (model->glow)->image_width != ag_glow_config (model->glow)->image_height)
    {
      ag_cli_note (cli, _ ("%s: blends faces only with a model of square pictures"), arguments[0]);
      return AG_CLI_FAILED;
    }
  if (!parse_mix (cli, ag_glow_config (model->glow), options))
    return cli->status;
  return blend (cli, model, options, arguments + 1);
}

int
ag_cli_blend (AgCli *cli, int argc, char **argv)
{
  Options options = { .n = 61, .quality = 90, .seconds = 2, .kind = AG_PATH_SPHERICAL };
  const GOptionEntry entries[] = {
    { "count", 'n', 0, G_OPTION_ARG_INT, &options.n,
      N_ ("How many frames, both ends among them; 61 if not given, 1 for the one half way"),
      "STEPS" },
    { "path", 0, 0, G_OPTION_ARG_STRING, &options.path_text,
      N_ ("Straight, around the sphere that latents lie on, or straight at the norm of the ends; "
          "spherical if not given"),
      "linear|spherical|norm" },
    { "mix", 0, 0, G_OPTION_ARG_STRING, &options.mix_text,
      N_ ("Whose structure is taken, for each level, the finest first: -1 for A's, 1 for B's, 0 to "
          "go from one to the other"),
      "A,B,..." },
    { "size", 0, 0, G_OPTION_ARG_INT, &options.size,
      N_ ("Pixels per side; the model's if not given"), "N" },
    { "seconds", 0, 0, G_OPTION_ARG_DOUBLE, &options.seconds,
      N_ ("How long a WebP goes from A to B; 2 if not given"), "S" },
    { "ping-pong", 0, 0, G_OPTION_ARG_NONE, &options.ping_pong, N_ ("A WebP goes back again"),
      NULL },
    { "quality", 0, 0, G_OPTION_ARG_INT, &options.quality,
      N_ ("Of a WebP, 1 to 100; 90 if not given, 100 for lossless"), "Q" },
    { "whole", 0, 0, G_OPTION_ARG_NONE, &options.whole,
      N_ ("Take the largest square in the middle instead of looking for a face"), NULL },
    { "no-refine", 0, 0, G_OPTION_ARG_NONE, &options.no_refine,
      N_ ("Leave the eyes where the face finder saw them"), NULL },
    { "class", 0, 0, G_OPTION_ARG_STRING, &options.class_text,
      N_ ("Class to blend under; if not given, the one that A is likeliest under"), "K" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output,
      N_ ("An animated WebP, a picture with the frames side by side, or a folder of frames"),
      "DIR|PNG|WEBP" },
    G_OPTION_ENTRY_NULL,
  };
  int status;

  if (ag_cli_parse (cli, entries, &argc, &argv, 3, 3))
    status = check_and_run (cli, &options, argv + 1);
  else
    status = cli->status;
  g_free (options.output);
  g_free (options.model_name);
  g_free (options.model_hash);
  g_free (options.path_text);
  g_free (options.mix_text);
  g_free (options.class_text);
  return status;
}
