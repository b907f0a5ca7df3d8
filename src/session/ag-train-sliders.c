/* ag-train-sliders.c: directions for a model that has been trained
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each attribute of the images becomes a slider, and so do the directions in which the faces
 * differ most, so that a model can be edited with even if nobody has written down who smiles.
 */
#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-codec.h"
#include "ag-covariates.h"
#include "ag-direction-reach.h"
#include "ag-direction.h"
#include "ag-likelihood.h"
#include "ag-principal.h"
#include "ag-train-private.h"

#define MAX_IMAGES   1500
#define MAX_HELD_OUT 300
#define MIN_HELD_OUT 20
#define BATCH        16
/* Images that an attribute must have, and must not have. */
#define MIN_GROUP 10

#define N_DISCOVERED 6
#define MAX_ROWS     400 /* images that are enough to find those */

const char *
ag_train_model_name (AgTrainModel which)
{
  return which == AG_TRAIN_MODEL_BEST ? "best.safetensors" : "model.safetensors";
}

const char *
ag_train_sliders_name (AgTrainModel which)
{
  return which == AG_TRAIN_MODEL_BEST ? "best-sliders.safetensors" : "sliders.safetensors";
}

typedef struct
{
  AgModel *model;
  AgCodec *codec;
  AgDataset *dataset;
  const atomic_bool *cancel;
  void (*progress) (int done, int total, gpointer data);
  gpointer data;
  int done, total;

  AgDirectionEstimator *estimator;
  AgCovariates *covariates;
  float *rows;
  int *row_images;
  guint n_rows, max_rows;
  double *bits;
  guint n_bits;
} Work;

static void
work_clear (Work *work)
{
  ag_codec_free (work->codec);
  g_clear_pointer (&work->model, ag_model_unref);
  g_clear_pointer (&work->dataset, ag_dataset_unref);
  ag_direction_estimator_free (work->estimator);
  ag_covariates_free (work->covariates);
  g_free (work->rows);
  g_free (work->row_images);
  g_free (work->bits);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Work, work_clear)

typedef void (*EachFunc) (Work *work, int image, const float *eps, double bits);

static void
take_training (Work *work, int image, const float *eps, double bits)
{
  gsize n_dims = ag_codec_get_n_dims (work->codec);
  double covariates[AG_MAX_COVARIATES];
  int n = ag_dataset_get_n_attributes (work->dataset);
  g_autofree gint8 *labels = g_new0 (gint8, (gsize) n + 1);

  for (int a = 0; a < n; a++)
    labels[a] = (gint8) ag_dataset_get_attribute (work->dataset, image, a);
  ag_covariates_get (work->covariates, work->dataset, image, covariates);
  if (!ag_direction_estimator_add (work->estimator, eps, labels, covariates) ||
      work->n_rows == work->max_rows)
    return;
  memcpy (work->rows + work->n_rows * n_dims, eps, n_dims * sizeof (float));
  work->row_images[work->n_rows++] = image;
}

static void
take_held_out (Work *work, int image, const float *eps, double bits)
{
  work->bits[work->n_bits++] = bits;
}

/* Encodes @n of @n_images, evenly spread. */
static gboolean
encode_each (Work *work, const int *images, int n_images, int n, EachFunc each, GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (work->codec);
  gsize n_dims = ag_codec_get_n_dims (work->codec);
  g_autofree float *x = g_new (float, BATCH *n_dims);
  g_autofree float *eps = g_new (float, BATCH *n_dims);
  double bits[BATCH];
  int classes[BATCH];

  for (int i = 0; i < n; i += BATCH)
    {
      int count = MIN (BATCH, n - i);

      for (int k = 0; k < count; k++)
        {
          int image = images[(gint64) (i + k) * n_images / n];

          ag_values_from_bytes (ag_dataset_get_bytes (work->dataset, image), n_dims, config->n_bits,
                                NULL, x + (gsize) k * n_dims);
          classes[k] = ag_dataset_get_class (work->dataset, image);
        }
      if (!ag_codec_encode (work->codec, count, x, config->classes > 0 ? classes : NULL, eps, bits,
                            work->cancel, error))
        return FALSE;
      for (int k = 0; k < count; k++)
        each (work, images[(gint64) (i + k) * n_images / n], eps + (gsize) k * n_dims, bits[k]);
      work->done += count;
      if (work->progress != NULL)
        work->progress (work->done, work->total, work->data);
    }
  return TRUE;
}

/* How far out the images of the rows lie. */
static void
find_reach (Work *work, AgModelAttribute *attribute)
{
  gsize n_dims = ag_codec_get_n_dims (work->codec);
  int column = ag_dataset_find_attribute (work->dataset, attribute->name);
  g_autofree double *projections = g_new (double, work->n_rows + 1);
  g_autofree gint8 *labels = g_new (gint8, work->n_rows + 1);

  for (guint i = 0; i < work->n_rows; i++)
    {
      projections[i] = ag_direction_project (attribute->direction, work->rows + i * n_dims, n_dims);
      labels[i] = (gint8) ag_dataset_get_attribute (work->dataset, work->row_images[i], column);
    }
  ag_direction_find_reach (attribute, projections, labels, work->n_rows);
}

/* Attributes that tell enough images apart. */
static void
add_attributes (Work *work)
{
  g_autoptr (GPtrArray) found = NULL;

  if (ag_dataset_get_n_attributes (work->dataset) == 0)
    return;
  /* None that divides the images is no failure here. */
  found = ag_direction_estimator_estimate (work->estimator, AG_DIRECTION_JOINT,
                                           AG_DIRECTION_SHRINKAGE, NULL);
  for (guint a = 0; found != NULL && a < found->len; a++)
    {
      AgModelAttribute *attribute = g_ptr_array_index (found, a);

      if (attribute->n_positive < MIN_GROUP || attribute->n_negative < MIN_GROUP)
        continue;
      find_reach (work, attribute);
      g_ptr_array_add (work->model->attributes,
                       ag_model_attribute_copy (attribute, ag_codec_get_n_dims (work->codec)));
    }
}

/* Slider value 1 moves from one deviation below the average face to one above it: the distance
 * between the halves of the faces, about. */
static gboolean
add_discovered (Work *work)
{
  gsize n_dims = ag_codec_get_n_dims (work->codec);
  guint k = MIN (N_DISCOVERED, work->n_rows / 4);
  g_autofree float *directions = g_new (float, MAX (k, 1) * n_dims);
  double deviations[N_DISCOVERED];

  if (k == 0)
    return TRUE;
  if (!ag_principal_find (work->rows, work->n_rows, n_dims, k, directions, deviations,
                          work->cancel))
    return FALSE;
  for (guint j = 0; j < k; j++)
    {
      g_autofree char *name = g_strdup_printf ("Discovered_%u", j + 1);
      AgModelAttribute *attribute = ag_model_attribute_new (name, n_dims);

      for (gsize d = 0; d < n_dims; d++)
        attribute->direction[d] = (float) (2 * deviations[j] * directions[j * n_dims + d]);
      attribute->n_positive = attribute->n_negative = (int) work->n_rows / 2;
      attribute->mean_projection =
        ag_direction_project (attribute->direction, work->model->mean, n_dims);
      g_ptr_array_add (work->model->attributes, attribute);
    }
  return TRUE;
}

static void
add_percentiles (Work *work)
{
  AgLikelihoodStatistics statistics;

  g_clear_pointer (&work->model->percentiles, g_free);
  if (work->n_bits < MIN_HELD_OUT)
    return;
  ag_likelihood_statistics (work->bits, work->n_bits, &statistics);
  if (statistics.count >= MIN_HELD_OUT)
    work->model->percentiles = g_memdup2 (statistics.percentiles, sizeof statistics.percentiles);
}

static gboolean
load (Work *work,
      GFile *file,
      const AgDatasetCrop *faces,
      const AgTrainerOptions *options,
      GError **error)
{
  AgDatasetOptions dataset_options;

  work->model = ag_model_load (file, error);
  if (work->model == NULL)
    return FALSE;
  if (options->data == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                           _ ("it is not known where the pictures were"));
      return FALSE;
    }
  ag_dataset_options_init (&dataset_options);
  dataset_options.height = ag_glow_config (work->model->glow)->image_height;
  dataset_options.width = ag_glow_config (work->model->glow)->image_width;
  dataset_options.channels = ag_glow_config (work->model->glow)->channels;
  if (options->held_out >= 0)
    dataset_options.held_out = options->held_out;
  if (options->seed >= 0)
    dataset_options.seed = (guint64) options->seed;
  if (options->duplicates >= 0)
    dataset_options.duplicates = (AgDatasetDuplicates) options->duplicates;
  dataset_options.labels = options->labels;
  dataset_options.crop = faces;
  dataset_options.by_class = ag_glow_config (work->model->glow)->classes > 0;
  dataset_options.classes = (const char *const *) work->model->class_names;
  work->dataset =
    ag_dataset_load (options->data, &dataset_options, NULL, NULL, work->cancel, error);
  if (work->dataset == NULL)
    return FALSE;
  if (dataset_options.by_class && ag_dataset_get_n_classes (work->dataset) == 0)
    {
      g_set_error_literal (error, AG_DATASET_ERROR, AG_DATASET_ERROR_EMPTY,
                           _ ("the pictures have no classes any more"));
      return FALSE;
    }
  work->codec = ag_codec_new (work->model, BATCH, MAX (options->n_threads, 0), error);
  return work->codec != NULL;
}

static gboolean
prepare (Work *work, int n_training, int n_held_out, GError **error)
{
  gsize n_dims = ag_codec_get_n_dims (work->codec);
  int n = ag_dataset_get_n_attributes (work->dataset);
  g_autofree const char **names = g_new0 (const char *, (gsize) n + 1);

  for (int a = 0; a < n; a++)
    names[a] = ag_dataset_get_attribute_name (work->dataset, a);
  work->covariates = ag_covariates_new (work->dataset, FALSE);
  work->estimator = ag_direction_estimator_new (names, work->covariates->n, n_dims, error);
  if (work->estimator == NULL)
    return FALSE;
  ag_direction_estimator_set_places (work->estimator, ag_codec_get_config (work->codec));
  work->max_rows = (guint) MIN (n_training, MAX_ROWS);
  work->rows = g_try_new (float, work->max_rows *n_dims);
  work->row_images = g_new (int, work->max_rows + 1);
  work->bits = g_new (double, (gsize) n_held_out + 1);
  work->total = n_training + n_held_out;
  if (work->rows != NULL)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _ ("not enough memory"));
  return FALSE;
}

gboolean
ag_train_make_sliders (GFile *folder,
                       AgTrainModel which,
                       const AgDatasetCrop *faces,
                       const AgTrainerOptions *options,
                       const atomic_bool *cancel,
                       void (*progress) (int done, int total, gpointer data),
                       gpointer data,
                       GError **error)
{
  g_auto (Work) work = { .cancel = cancel, .progress = progress, .data = data };
  g_autoptr (GFile) source = g_file_get_child (folder, ag_train_model_name (which));
  g_autoptr (GFile) target = g_file_get_child (folder, ag_train_sliders_name (which));
  const int *training, *held_out;
  int n_training, n_held_out;

  if (!load (&work, source, faces, options, error))
    return FALSE;
  training = ag_dataset_get_indices (work.dataset, AG_DATASET_TRAINING, &n_training);
  held_out = ag_dataset_get_indices (work.dataset, AG_DATASET_HELD_OUT, &n_held_out);
  if (!prepare (&work, MIN (n_training, MAX_IMAGES), MIN (n_held_out, MAX_HELD_OUT), error) ||
      !encode_each (&work, training, n_training, MIN (n_training, MAX_IMAGES), take_training,
                    error) ||
      !encode_each (&work, held_out, n_held_out, MIN (n_held_out, MAX_HELD_OUT), take_held_out,
                    error))
    return FALSE;
  g_ptr_array_set_size (work.model->attributes, 0);
  g_free (work.model->mean);
  work.model->mean = g_new (float, ag_codec_get_n_dims (work.codec));
  ag_direction_estimator_get_mean (work.estimator, work.model->mean);
  add_attributes (&work);
  add_percentiles (&work);
  if (!add_discovered (&work))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _ ("Stopped"));
      return FALSE;
    }
  return ag_model_save (work.model, target, AG_MODEL_STORAGE_F32, error);
}
