/* ag-cli-directions.c: `directions`: add attribute directions to a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Encodes a folder of pictures whose attributes are known, estimates a direction for each
 * attribute on the training part, and judges it on the held-out part, which also gives the
 * percentiles of bits/dim. Those are of pictures as the editor encodes them, at the midpoint and
 * not with noise, so that a photo that is being edited can be compared with them.
 */
#include "ag-cli-directions.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "ag-cli-latents.h"
#include "ag-people.h"

/* How many held-out images percentiles are worth writing for. */
#define MIN_HELD_OUT 20

static void
options_clear (AgCliDirectionsOptions *options)
{
  ag_cli_data_options_clear (&options->data);
  g_free (options->output);
  g_free (options->method_text);
  g_free (options->attributes_text);
  g_free (options->same_person);
  g_strfreev (options->let_vary);
  g_strfreev (options->farthest);
  g_strfreev (options->most_change);
}

static void
work_clear (AgCliDirections *work)
{
  g_clear_pointer (&work->covariates, ag_covariates_free);
  g_clear_pointer (&work->estimator, ag_direction_estimator_free);
  g_clear_pointer (&work->mixture, ag_mixture_estimator_free);
  for (guint a = 0; work->projections && a < work->directions[work->method]->len; a++)
    g_free (work->projections[a]);
  g_free (work->projections);
  g_free (work->farthest);
  g_free (work->most_change);
  for (int method = 0; method < 2; method++)
    g_clear_pointer (&work->directions[method], g_ptr_array_unref);
}

static gint8 *
labels_of_image (AgDataset *dataset, int image)
{
  int n = ag_dataset_get_n_attributes (dataset);
  gint8 *labels = g_new (gint8, n + 1);

  for (int a = 0; a < n; a++)
    labels[a] = (gint8) ag_dataset_get_attribute (dataset, image, a);
  return labels;
}

static void
add_to_estimate (int position, int image, const float *eps, double bits_per_dim, gpointer data)
{
  AgCliDirections *work = data;
  g_autofree gint8 *labels = labels_of_image (work->dataset, image);
  double covariates[AG_MAX_COVARIATES];

  ag_covariates_get (work->covariates, work->dataset, image, covariates);
  if (!ag_direction_estimator_add (work->estimator, eps, labels, covariates))
    work->refused++;
}

/* The mean of an image and its mirror image lies nearer to others than either, so how images lie
 * is seen from them as they are. */
static void
look_at (int position, int image, const float *eps, double bits_per_dim, gpointer data)
{
  AgCliDirections *work = data;
  g_autofree gint8 *labels = labels_of_image (work->dataset, image);
  GPtrArray *directions = work->directions[work->method];

  ag_mixture_estimator_add (work->mixture, eps, labels);
  for (guint a = 0; a < directions->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (directions, a);

      work->projections[a][position] =
        ag_direction_project (attribute->direction, eps, ag_codec_get_n_dims (work->codec));
    }
}

typedef struct
{
  AgCliDirections *work;
  const AgPeople *people;
  GError **error;
  gboolean failed;
} OfPeople;

static void
add_of_person (int position, int image, const float *eps, double bits_per_dim, gpointer data)
{
  OfPeople *of = data;
  AgCliDirections *work = of->work;
  g_autofree gint8 *labels = labels_of_image (work->dataset, image);

  of->failed =
    of->failed || !ag_direction_estimator_add_of_person (
                    work->estimator, (guint) of->people->person[position], eps, labels, of->error);
}

/* Adds the training images of people with several once more, person by person. */
static gboolean
add_people (AgCliDirections *work, const int *images, int n, GError **error)
{
  g_autoptr (AgPeople) people =
    ag_people_find (work->dataset, images, n, work->options->same_person, error);
  g_autofree int *classes = NULL;
  OfPeople of = { work, people, error, FALSE };

  if (!people)
    return FALSE;
  if (people->n_people == 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("--same-person: no two images have the same “%s”"),
                   work->options->same_person);
      return FALSE;
    }
  ag_cli_note (work->cli,
               ngettext ("%d person with several images", "%d people with several images",
                         (gulong) people->n_people),
               people->n_people);
  return ag_cli_data_classes (work->cli, ag_codec_get_model (work->codec), work->dataset,
                              work->options->data.class_text, people->images, people->n,
                              &classes) &&
         ag_cli_encode_each (work->cli, work->codec, work->dataset, people->images, people->n,
                             classes, work->options->mirror, add_of_person, &of, error) &&
         !of.failed;
}

/* Reads NAME:OTHER,OTHER. */
static gboolean
let_vary (AgCliDirections *work, const char *text, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", 2);
  g_auto (GStrv) others = g_strsplit (parts[0] && parts[1] ? parts[1] : "", ",", -1);
  int column = parts[0] ? ag_dataset_find_attribute (work->dataset, parts[0]) : -1;
  gboolean ok = column >= 0 && others[0];

  for (int i = 0; ok && others[i]; i++)
    {
      int other = ag_dataset_find_attribute (work->dataset, others[i]);

      ok = other >= 0;
      if (ok)
        ag_direction_estimator_let_vary (work->estimator, (guint) column, (guint) other);
    }
  if (!ok)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 _ ("--let-vary %s: not of the form NAME:OTHER,OTHER with names of the table"),
                 text);
  return ok;
}

static gboolean
read_side (const char *text, double *side)
{
  *side = INFINITY;
  return g_str_equal (text, "-") || (ag_cli_parse_number (text, side) && *side > 0);
}

/* Reads each NAME:DOWN:UP of an option. Attributes of the table that are not named have no end. */
static AgCliSides *
read_sides (AgCliDirections *work, const char *option, GStrv texts, GError **error)
{
  int n_attributes = ag_dataset_get_n_attributes (work->dataset);
  g_autofree AgCliSides *sides = g_new (AgCliSides, n_attributes + 1);

  for (int a = 0; a < n_attributes; a++)
    sides[a] = (AgCliSides){ INFINITY, INFINITY };
  for (int i = 0; texts && texts[i]; i++)
    {
      g_auto (GStrv) parts = g_strsplit (texts[i], ":", -1);
      int column = parts[0] ? ag_dataset_find_attribute (work->dataset, parts[0]) : -1;

      if (column >= 0 && g_strv_length (parts) == 3 && read_side (parts[1], &sides[column].down) &&
          read_side (parts[2], &sides[column].up))
        continue;
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                   _ ("%s %s: not of the form NAME:DOWN:UP with a name of the table and positive "
                      "numbers, or - for no end"),
                   option, texts[i]);
      return NULL;
    }
  return g_steal_pointer (&sides);
}

static gboolean
make_estimators (AgCliDirections *work, int n_images, GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (work->codec);
  int n_attributes = ag_dataset_get_n_attributes (work->dataset);
  g_autofree const char **names = g_new0 (const char *, n_attributes + 1);
  GStrv varying = work->options->let_vary;

  for (int a = 0; a < n_attributes; a++)
    names[a] = ag_dataset_get_attribute_name (work->dataset, a);
  work->covariates = ag_covariates_new (work->dataset, work->options->backdrop);
  work->estimator = ag_direction_estimator_new (names, work->covariates->n,
                                                ag_codec_get_n_dims (work->codec), error);
  if (!work->estimator)
    return FALSE;
  ag_direction_estimator_set_places (work->estimator, config);
  work->mixture = ag_mixture_estimator_new (config, (guint) n_attributes, (guint) n_images, error);
  if (!work->mixture)
    return FALSE;
  for (int i = 0; varying && varying[i]; i++)
    if (!let_vary (work, varying[i], error))
      return FALSE;
  work->farthest = read_sides (work, "--farthest", work->options->farthest, error);
  if (!work->farthest)
    return FALSE;
  work->most_change = read_sides (work, "--most-change", work->options->most_change, error);
  return work->most_change != NULL;
}

/* How the images lie along the directions, and how far out. */
static gboolean
look (AgCliDirections *work, const int *images, int n, const int *classes, GError **error)
{
  GPtrArray *directions = work->directions[work->method];
  g_autofree gint8 *labels = g_new (gint8, n + 1);

  work->projections = g_new0 (double *, directions->len + 1);
  for (guint a = 0; a < directions->len; a++)
    work->projections[a] = g_new (double, n + 1);
  if (!ag_cli_encode_each (work->cli, work->codec, work->dataset, images, n, classes, FALSE,
                           look_at, work, error))
    return FALSE;
  for (guint a = 0; a < directions->len; a++)
    {
      AgModelAttribute *attribute = g_ptr_array_index (directions, a);
      int column = ag_dataset_find_attribute (work->dataset, attribute->name);

      for (int i = 0; i < n; i++)
        labels[i] = (gint8) ag_dataset_get_attribute (work->dataset, images[i], column);
      ag_direction_find_reach (attribute, work->projections[a], labels, (guint) n);
      attribute->farthest_down = work->farthest[column].down;
      attribute->farthest_up = work->farthest[column].up;
      attribute->most_change_down = work->most_change[column].down;
      attribute->most_change_up = work->most_change[column].up;
    }
  return TRUE;
}

static gboolean
estimate (AgCliDirections *work, GError **error)
{
  int n;
  const int *images = ag_dataset_get_indices (work->dataset, AG_DATASET_TRAINING, &n);
  g_autofree int *classes = NULL;

  if (!ag_cli_data_classes (work->cli, ag_codec_get_model (work->codec), work->dataset,
                            work->options->data.class_text, images, n, &classes))
    return FALSE;
  if (!make_estimators (work, n, error) ||
      (work->options->same_person && !add_people (work, images, n, error)) ||
      !ag_cli_encode_each (work->cli, work->codec, work->dataset, images, n, classes,
                           work->options->mirror, add_to_estimate, work, error))
    return FALSE;
  if (work->refused > 0)
    ag_cli_note (work->cli,
                 ngettext ("%d image has no finite latent; it is not counted",
                           "%d images have no finite latents; they are not counted",
                           (gulong) work->refused),
                 work->refused);
  for (AgDirectionMethod method = AG_DIRECTION_MEAN; method <= AG_DIRECTION_JOINT; method++)
    {
      work->directions[method] =
        ag_direction_estimator_estimate (work->estimator, method, work->options->shrinkage, error);
      if (!work->directions[method])
        return FALSE;
    }
  return look (work, images, n, classes, error);
}

/* How the images lie along the axes that the model knows, and along its directions. */
static void
fill_mixture (AgCliDirections *work, AgModel *model)
{
  AgModelMixture *mixture = ag_mixture_estimator_estimate (work->mixture, model);

  ag_model_mixture_free (model->mixture);
  model->mixture = mixture;
  if (!mixture)
    ag_cli_note (
      work->cli,
      _ ("too few images to see how they lie; samples will be drawn from a standard normal"));
}

/* Moves the wanted directions into the model and adds mean, mixture and percentiles. */
static gboolean
fill_model (AgCliDirections *work,
            AgModel *model,
            GStrv wanted,
            const AgLikelihoodStatistics *statistics,
            GError **error)
{
  gsize n_dims = ag_codec_get_n_dims (work->codec);

  g_ptr_array_set_size (model->attributes, 0);
  for (guint a = 0; a < work->directions[work->method]->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (work->directions[work->method], a);

      if (ag_cli_directions_is_wanted (wanted, attribute->name))
        g_ptr_array_add (model->attributes, ag_model_attribute_copy (attribute, n_dims));
    }
  if (model->attributes->len == 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("none of the attributes asked for divides the images into two "
                              "groups"));
      return FALSE;
    }
  g_free (model->mean);
  model->mean = g_new (float, n_dims);
  ag_direction_estimator_get_mean (work->estimator, model->mean);
  fill_mixture (work, model);
  g_clear_pointer (&model->percentiles, g_free);
  if (statistics->count >= MIN_HELD_OUT)
    model->percentiles = g_memdup2 (statistics->percentiles, sizeof (statistics->percentiles));
  else
    ag_cli_note (work->cli, _ ("too few held-out images for percentiles of bits/dim"));
  return TRUE;
}

static int
run (AgCliDirections *work, const AgCliDirectionsOptions *options, AgModel *model)
{
  g_auto (GStrv) wanted =
    options->attributes_text ? g_strsplit (options->attributes_text, ",", -1) : NULL;
  g_autoptr (GFile) target = ag_cli_file (options->output);
  g_autoptr (GError) error = NULL;
  AgLikelihoodStatistics statistics;
  AgCliHeldOut held_out = { .work = work };
  gboolean ok;

  for (int i = 0; wanted && wanted[i]; i++)
    if (ag_dataset_find_attribute (work->dataset, wanted[i]) < 0)
      return ag_cli_usage_error (work->cli, _ ("--attributes: the table has no “%s”"), wanted[i]);
  work->cli->status = AG_CLI_FAILED;
  ok = estimate (work, &error) && ag_cli_held_out_look (&held_out, &error);
  if (ok)
    {
      ag_likelihood_statistics (held_out.bits_per_dim, (guint) held_out.n, &statistics);
      ok = fill_model (work, model, wanted, &statistics, &error) &&
           ag_model_save (model, target, options->f16 ? AG_MODEL_STORAGE_F16 : AG_MODEL_STORAGE_F32,
                          &error);
    }
  if (ok)
    ag_cli_held_out_report (&held_out, wanted, options->output, &statistics);
  ag_cli_held_out_clear (&held_out);
  if (error)
    return ag_cli_fail (work->cli, error);
  return ok ? 0 : work->cli->status;
}

/* Held-out images should be those that training held out; the model remembers how. */
static void
recall_split (AgModel *model, AgCliDirectionsOptions *options)
{
  const char *held_out = g_hash_table_lookup (model->facts, "held_out");
  const char *seed = g_hash_table_lookup (model->facts, "seed");
  double share;
  gint64 number;

  if (options->held_out < 0)
    options->data.held_out =
      held_out && ag_cli_parse_number (held_out, &share) && share >= 0 && share <= 0.5
        ? share
        : AG_DATASET_DEFAULT_HELD_OUT;
  else
    options->data.held_out = options->held_out;
  if (options->seed < 0)
    options->data.seed =
      seed && g_ascii_string_to_signed (seed, 10, 0, G_MAXINT64, &number, NULL) ? number : 0;
  else
    options->data.seed = options->seed;
}

static int
load_and_run (AgCli *cli, const char *path, AgCliDirectionsOptions *options, int method)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = NULL;
  g_autoptr (AgCodec) codec = NULL;
  g_autoptr (AgDataset) dataset = NULL;
  AgCliDirections work = { .cli = cli, .options = options, .method = method };
  const AgGlowConfig *config;
  int status;

  if (!ag_cli_check_output (options->output, &error) || !(model = ag_cli_load_model (path, &error)))
    return ag_cli_fail (cli, error);
  config = ag_glow_config (model->glow);
  recall_split (model, options);
  dataset = ag_cli_data_load (cli, model, &options->data, &error);
  if (!dataset)
    return ag_cli_fail (cli, error);
  if (ag_dataset_get_n_attributes (dataset) == 0)
    {
      ag_cli_note (cli, _ ("%s: no attribute table in this folder; give --labels FILE"),
                   options->data.folder);
      return AG_CLI_FAILED;
    }
  codec = ag_codec_new (model, ag_cli_batch_size (config, 32), cli->threads, &error);
  if (!codec)
    return ag_cli_fail (cli, error);
  work.codec = codec;
  work.dataset = dataset;
  status = run (&work, options, model);
  work_clear (&work);
  return status;
}

static int
check_and_run (AgCli *cli, int argc, char **argv, AgCliDirectionsOptions *options)
{
  int method = AG_DIRECTION_JOINT;

  if (!options->output)
    return ag_cli_usage_error (cli, _ ("-o MODEL is missing"));
  if (options->method_text && g_str_equal (options->method_text, "mean"))
    method = AG_DIRECTION_MEAN;
  else if (options->method_text && !g_str_equal (options->method_text, "joint"))
    return ag_cli_usage_error (cli, _ ("--method: joint or mean"));
  if (!(options->shrinkage >= 0 && options->shrinkage <= 10))
    return ag_cli_usage_error (cli, _ ("--shrinkage: a number from 0 to 10"));
  if (options->held_out > 0)
    options->data.held_out = options->held_out;
  if (!ag_cli_data_check (cli, &options->data))
    return cli->status;
  return load_and_run (cli, argv[1], options, method);
}

int
ag_cli_directions (AgCli *cli, int argc, char **argv)
{
  AgCliDirectionsOptions options = { .held_out = -1,
                                     .seed = -1,
                                     .shrinkage = AG_DIRECTION_SHRINKAGE };
  const GOptionEntry entries[] = {
    { "data", 0, 0, G_OPTION_ARG_FILENAME, &options.data.folder, N_ ("A folder of pictures"),
      "DIR" },
    { "labels", 0, 0, G_OPTION_ARG_FILENAME, &options.data.labels,
      N_ ("Their attribute table; looked for in the folder if not given"), "FILE" },
    { "method", 0, 0, G_OPTION_ARG_STRING, &options.method_text,
      N_ ("joint: all attributes, sources and colours accounted for at once (if not given); mean: "
          "plain differences of means"),
      "METHOD" },
    { "attributes", 0, 0, G_OPTION_ARG_STRING, &options.attributes_text,
      N_ ("Those to keep, with commas between; all if not given"), "A,B,..." },
    { "shrinkage", 0, 0, G_OPTION_ARG_DOUBLE, &options.shrinkage,
      N_ ("How many times its noise counts as noise; 1.2 if not given, 0 keeps everything"), "X" },
    { "mirror", 0, 0, G_OPTION_ARG_NONE, &options.mirror,
      N_ ("Mirrored pictures show the same attributes: less noise, for twice the time"), NULL },
    { "backdrop", 0, 0, G_OPTION_ARG_NONE, &options.backdrop,
      N_ ("Portraits: account for the colours beside the face as well"), NULL },
    { "let-vary", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.let_vary,
      N_ ("OTHERs are part of what NAME changes and not held equal for it; may be repeated"),
      "NAME:OTHER,..." },
    { "farthest", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.farthest,
      N_ ("No face is moved by more than DOWN against or UP along NAME, since pictures have been "
          "seen to break; may be repeated"),
      "NAME:DOWN:UP" },
    { "most-change", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options.most_change,
      N_ ("No face is moved so far that its picture changes by more than DOWN against or UP along "
          "NAME, of the contrast it has; may be repeated"),
      "NAME:DOWN:UP" },
    { "same-person", 0, 0, G_OPTION_ARG_STRING, &options.same_person,
      N_ ("Pictures in whose file names this finds the same (its first group) show one person: "
          "what changes between them is not mistaken for who it is"),
      "PATTERN" },
    { "held-out", 0, 0, G_OPTION_ARG_DOUBLE, &options.held_out,
      N_ ("Share that is held out; as in training if not given"), "SHARE" },
    { "seed", 0, 0, G_OPTION_ARG_INT64, &options.seed,
      N_ ("Of the held-out share; as in training if not given"), "S" },
    { "f16", 0, 0, G_OPTION_ARG_NONE, &options.f16, N_ ("Write numbers of half the size"), NULL },
    { "crop", 0, 0, G_OPTION_ARG_STRING, &options.data.crop, AG_CLI_CROP_HELP, "KIND" },
    { "class", 0, 0, G_OPTION_ARG_STRING, &options.data.class_text,
      N_ ("Class of all pictures; the data's own if not given"), "K" },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options.output, N_ ("The model to write"),
      "MODEL" },
    G_OPTION_ENTRY_NULL,
  };
  int status = ag_cli_parse (cli, entries, &argc, &argv, 1, 1)
                 ? check_and_run (cli, argc, argv, &options)
                 : cli->status;

  options_clear (&options);
  return status;
}
