/* ag-trainer-guide.c: training that draws the classes of each attribute apart
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Likelihood alone turns photos into noise, what their labels say with the rest: the class means of
 * an attribute come closer to each other the longer a model learns, and sliders grow weak (see
 * data/models/EXPERIMENTS.md). A guided run begins with a model that has directions, takes their
 * parts in the last level, each made orthogonal to those before it, for axes, and pulls every image
 * to where its labels say it should be along them (ag-gradient.h has the term).
 *
 * What the classes differ in otherwise would be drawn along: portraits of women are brighter. So
 * the colours of the picture and its backdrop have axes too, random ones, along which an image is
 * pulled to its own colours. Where those are told by themselves, moving along an attribute leaves
 * them.
 */
#include "ag-trainer-private.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-covariates.h"

/* Between the targets of the two classes, in standard deviations of the latent. With 2, and with as
 * much as gives all targets together the variance of the latent, held-out classes overlap more (see
 * data/models/EXPERIMENTS.md). A power of 2, so that a run goes on with the same axes to the bit.
 */
#define CLASS_DISTANCE 4.0

/* Between colours that are a standard deviation apart, likewise. What is further from the mean than
 * so many deviations is an exception that nobody has to learn. */
#define COLOUR_DISTANCE 1.0
#define MAX_DEVIATION   4.0

/* Of pictures that are all of one colour. */
#define MIN_VARIANCE 1e-6

/* Images that the means of colours are taken from: a moment's work. */
#define MAX_MEASURED 4096

#define MAX_ATTRIBUTES (AG_GUIDE_MAX_AXES - AG_N_COVARIATE_COLOURS)

/* Of the random numbers of the colours' axes. */
#define STREAM_AXES 1

/* Of an axis's length: an attribute that is nearly a sum of others has no axis of its own. */
#define MIN_REST 0.1

struct AgTrainerGuide
{
  AgGradientGuide terms; /* its axes are those of the attributes, then those of the colours */
  int n_attributes;
  gsize n_axis;                 /* numbers in an axis */
  ag_real *axes;                /* [n_axes][n_axis] */
  ag_real *targets, *distances; /* [share of the batch][n_axes] */
  int *columns;                 /* of each attribute: in the data set */
  double *centres;              /* of each attribute: mean label of the training images, -1 to 1 */
  /* Of each colour over the training images. */
  double means[AG_N_COVARIATE_COLOURS], deviations[AG_N_COVARIATE_COLOURS];
};

void
ag_trainer_guide_free (AgTrainerGuide *guide)
{
  if (guide == NULL)
    return;
  g_free (guide->axes);
  g_free (guide->targets);
  g_free (guide->distances);
  g_free (guide->columns);
  g_free (guide->centres);
  g_free (guide);
}

/* How many training images have the attribute and how many have not. */
static void
count_labels (AgDataset *dataset, int column, int *n_with, int *n_without)
{
  int n;
  const int *images = ag_dataset_get_indices (dataset, AG_DATASET_TRAINING, &n);

  *n_with = *n_without = 0;
  for (int i = 0; i < n; i++)
    {
      int label = ag_dataset_get_attribute (dataset, images[i], column);

      *n_with += label > 0;
      *n_without += label < 0;
    }
}

/* Makes a vector the next axis: at right angles to those there are and of length 1. FALSE if little
 * of it is left. */
static gboolean
make_axis (const AgTrainerGuide *guide, ag_real *axis)
{
  gsize n = guide->n_axis;
  double before = 0, after = 0;

  for (gsize j = 0; j < n; j++)
    before += (double) axis[j] * (double) axis[j];
  /* Twice, as once leaves what rounding made. */
  for (int k = 0; k < 2 * guide->terms.n_axes; k++)
    {
      const ag_real *other = guide->axes + (gsize) (k % guide->terms.n_axes) * n;
      double dot = 0;

      for (gsize j = 0; j < n; j++)
        dot += (double) axis[j] * (double) other[j];
      for (gsize j = 0; j < n; j++)
        axis[j] -= (ag_real) (dot * (double) other[j]);
    }
  for (gsize j = 0; j < n; j++)
    after += (double) axis[j] * (double) axis[j];
  for (gsize j = 0; j < n; j++)
    axis[j] = (ag_real) ((double) axis[j] / sqrt (after));
  return after > MIN_REST * MIN_REST * before;
}

/* Whether a vector has the length of an axis, as those of a checkpoint have: they are taken as they
 * are, to the bit. */
static gboolean
is_axis (const AgTrainerGuide *guide, const ag_real *axis)
{
  double length = 0;

  for (gsize j = 0; j < guide->n_axis; j++)
    length += (double) axis[j] * (double) axis[j];
  return fabs (length - 1) < 1e-3;
}

/* What the run aims at is the direction of its model from now on. */
static void
set_direction (AgTrainerGuide *guide, AgModelAttribute *attribute, gsize n_dims)
{
  const ag_real *axis = guide->axes + (gsize) guide->terms.n_axes * guide->n_axis;
  float *top = attribute->direction + n_dims - guide->n_axis;

  memset (attribute->direction, 0, n_dims * sizeof *attribute->direction);
  attribute->lowest = -INFINITY;
  attribute->highest = INFINITY;
  attribute->farthest_down = attribute->farthest_up = INFINITY;
  attribute->most_change_down = attribute->most_change_up = INFINITY;
  for (gsize j = 0; j < guide->n_axis; j++)
    top[j] = (float) (CLASS_DISTANCE * (double) axis[j]);
  attribute->mean_projection = 0;
}

/* Whether the data has pictures with and pictures without the attribute. */
static gboolean
is_labelled (AgTrainer *self, AgModelAttribute *attribute, int *column)
{
  *column = ag_dataset_find_attribute (self->dataset, attribute->name);
  if (*column < 0)
    return FALSE;
  count_labels (self->dataset, *column, &attribute->n_positive, &attribute->n_negative);
  return attribute->n_positive > 0 && attribute->n_negative > 0;
}

static gboolean
add_axis (AgTrainer *self, AgModelAttribute *attribute, int column, GError **error)
{
  AgTrainerGuide *guide = self->guide;
  gsize n_dims = ag_glow_n_dims (self->model->glow);
  const float *top = attribute->direction + n_dims - guide->n_axis;
  int k = guide->terms.n_axes;
  ag_real *axis = guide->axes + (gsize) k * guide->n_axis;

  /* Of a direction the part in the last level; CLASS_DISTANCE is a power of 2. */
  for (gsize j = 0; j < guide->n_axis; j++)
    axis[j] = (ag_real) (top[j] / CLASS_DISTANCE);
  if (!(self->options.resume ? is_axis (guide, axis) : make_axis (guide, axis)))
    {
      g_set_error (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                   _ ("%s: the model's direction is that of other attributes, so it cannot guide"),
                   attribute->name);
      return FALSE;
    }
  set_direction (guide, attribute, n_dims);
  guide->columns[k] = column;
  guide->centres[k] = (double) (attribute->n_positive - attribute->n_negative) /
                      (attribute->n_positive + attribute->n_negative);
  guide->terms.n_axes++;
  return TRUE;
}

/* In process 0, which alone has the model's directions. Those that do not guide are left behind:
 * they are of other weights. */
static gboolean
find_axes (AgTrainer *self, GError **error)
{
  GPtrArray *attributes = self->model->attributes;

  for (guint i = 0; i < attributes->len;)
    {
      AgModelAttribute *attribute = g_ptr_array_index (attributes, i);
      int column;

      if (i == MAX_ATTRIBUTES || !is_labelled (self, attribute, &column))
        g_ptr_array_remove_index (attributes, i);
      else if (add_axis (self, attribute, column, error))
        i++;
      else
        return FALSE;
    }
  self->guide->n_attributes = (int) attributes->len;
  if (attributes->len > 0)
    return TRUE;
  g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_OPTIONS,
                       _ ("To guide a training takes a model with directions to begin with, and "
                          "pictures with labels for its attributes"));
  return FALSE;
}

/* As many as find room. */
static void
add_axes_of_colours (AgTrainerGuide *guide)
{
  for (int i = 0; i < AG_N_COVARIATE_COLOURS; i++)
    {
      ag_real *axis = guide->axes + (gsize) guide->terms.n_axes * guide->n_axis;

      ag_random_normal ((uint64_t) i, STREAM_AXES, axis, guide->n_axis);
      if (!make_axis (guide, axis))
        return;
      guide->terms.n_axes++;
    }
}

static void
get_colours (AgTrainer *self, const ag_real *x, double *colours)
{
  const AgGlowConfig *config = ag_glow_config (self->model->glow);

  ag_covariates_get_colours (x, config->image_height, config->image_width, config->channels,
                             colours);
}

static void
measure_colours (AgTrainer *self)
{
  AgTrainerGuide *guide = self->guide;
  gsize n_dims = ag_glow_n_dims (self->model->glow);
  g_autofree ag_real *x = g_new (ag_real, n_dims);
  double sums[AG_N_COVARIATE_COLOURS] = { 0 }, squares[AG_N_COVARIATE_COLOURS] = { 0 };
  int n, n_measured = 0;
  const int *images = ag_dataset_get_indices (self->dataset, AG_DATASET_TRAINING, &n);

  for (int i = 0; i < n; i += 1 + n / MAX_MEASURED, n_measured++)
    {
      double colours[AG_N_COVARIATE_COLOURS];

      ag_values_from_bytes (ag_dataset_get_bytes (self->dataset, images[i]), n_dims,
                            self->options.n_bits, NULL, x);
      get_colours (self, x, colours);
      for (int c = 0; c < AG_N_COVARIATE_COLOURS; c++)
        {
          sums[c] += colours[c];
          squares[c] += colours[c] * colours[c];
        }
    }
  for (int c = 0; c < AG_N_COVARIATE_COLOURS; c++)
    {
      double mean = sums[c] / n_measured;
      double variance = squares[c] / n_measured - mean * mean;

      guide->means[c] = mean;
      guide->deviations[c] = sqrt (MAX (variance, MIN_VARIANCE));
    }
}

static AgTrainerGuide *
new_guide (AgTrainer *self, int n_attributes)
{
  AgTrainerGuide *guide = g_new0 (AgTrainerGuide, 1);
  const AgGlowConfig *config = ag_glow_config (self->model->glow);
  AgGlowLevel top = ag_glow_config_level (config, config->levels - 1);
  gsize most = (gsize) n_attributes + AG_N_COVARIATE_COLOURS;

  guide->n_axis = (gsize) top.height * (gsize) top.width * (gsize) top.channels;
  guide->axes = g_new0 (ag_real, most * guide->n_axis);
  guide->targets = g_new0 (ag_real, most * (gsize) self->share);
  guide->distances = g_new0 (ag_real, most * (gsize) self->share);
  guide->columns = g_new0 (int, n_attributes);
  guide->centres = g_new0 (double, n_attributes);
  guide->terms.weight = (ag_real) self->options.guide;
  guide->terms.axes = guide->axes;
  guide->terms.targets = guide->targets;
  guide->terms.distances = guide->distances;
  return guide;
}

/* What only process 0 can find out. */
static gboolean
share_guide (AgTrainer *self, gsize n, GError **error)
{
  AgRanks *ranks = self->options.ranks;
  AgTrainerGuide *guide = self->guide;
  gsize n_axes = n + AG_N_COVARIATE_COLOURS;

  return ag_ranks_share (ranks, 0, &guide->terms.n_axes, sizeof guide->terms.n_axes, error) &&
         ag_ranks_share (ranks, 0, &guide->n_attributes, sizeof guide->n_attributes, error) &&
         ag_ranks_share (ranks, 0, guide->columns, n * sizeof *guide->columns, error) &&
         ag_ranks_share (ranks, 0, guide->centres, n * sizeof *guide->centres, error) &&
         ag_ranks_share (ranks, 0, guide->axes, n_axes * guide->n_axis * sizeof *guide->axes,
                         error);
}

/* Along the axes latents will not be standard normal: whoever estimates how they lie must know
 * them.
 */
static void
tell_axes (AgTrainer *self)
{
  const AgTrainerGuide *guide = self->guide;
  AgModelMixture *mixture = ag_model_mixture_new ((guint) guide->terms.n_axes, guide->n_axis, 0);

  for (gsize j = 0; j < mixture->n_axes * mixture->n_axis; j++)
    mixture->axes[j] = (float) guide->axes[j];
  ag_model_mixture_free (self->model->mixture);
  self->model->mixture = mixture;
}

gboolean
ag_trainer_make_guide (AgTrainer *self, GError **error)
{
  AgRanks *ranks = self->options.ranks;
  int n = (int) MIN (self->model->attributes->len, MAX_ATTRIBUTES);
  GError *problem = NULL;

  if (self->options.guide <= 0)
    {
      g_ptr_array_set_size (self->model->attributes, 0);
      g_clear_pointer (&self->model->mixture, ag_model_mixture_free);
      return TRUE;
    }
  if (!ag_ranks_share (ranks, 0, &n, sizeof n, error))
    return FALSE;
  self->guide = new_guide (self, n);
  if (ag_trainer_is_first (self) && find_axes (self, &problem))
    add_axes_of_colours (self->guide);
  if (!ag_ranks_agree (ranks, problem, error) || !share_guide (self, (gsize) n, error))
    return FALSE;
  measure_colours (self);
  tell_axes (self);
  return TRUE;
}

void
ag_trainer_copy_directions (AgModel *from, AgModel *to)
{
  gsize n_dims = ag_glow_n_dims (from->glow);

  for (guint i = 0; i < from->attributes->len; i++)
    g_ptr_array_add (to->attributes,
                     ag_model_attribute_copy (g_ptr_array_index (from->attributes, i), n_dims));
  g_clear_pointer (&to->mixture, ag_model_mixture_free);
  to->mixture = ag_model_mixture_copy (from->mixture);
}

static ag_real
find_class_target (AgTrainer *self, int image, int attribute)
{
  const AgTrainerGuide *guide = self->guide;
  int label = ag_dataset_get_attribute (self->dataset, image, guide->columns[attribute]);

  if (label == 0)
    return (ag_real) NAN;
  return (ag_real) (0.5 * CLASS_DISTANCE * (label - guide->centres[attribute]));
}

static ag_real
find_colour_target (const AgTrainerGuide *guide, const double *colours, int c)
{
  double deviations = (colours[c] - guide->means[c]) / guide->deviations[c];

  return (ag_real) (COLOUR_DISTANCE * CLAMP (deviations, -MAX_DEVIATION, MAX_DEVIATION));
}

void
ag_trainer_guide_batch (AgTrainer *self, const AgBatch *batch)
{
  AgTrainerGuide *guide = self->guide;
  gsize n_dims = ag_glow_n_dims (self->model->glow);

  if (guide == NULL)
    return;
  for (int i = 0; i < self->share; i++)
    {
      int at = self->first + i, n = guide->n_attributes;
      ag_real *targets = guide->targets + (gsize) i * (gsize) guide->terms.n_axes;
      double colours[AG_N_COVARIATE_COLOURS];

      for (int k = 0; k < n; k++)
        targets[k] = find_class_target (self, batch->images[at], k);
      get_colours (self, batch->x + (gsize) at * n_dims, colours);
      for (int k = n; k < guide->terms.n_axes; k++)
        targets[k] = find_colour_target (guide, colours, k - n);
    }
  ag_gradient_set_guide (self->gradient, &guide->terms);
}
