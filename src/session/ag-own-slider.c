/* ag-own-slider.c: a slider from two sets of photos
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-own-slider.h"

#include <math.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-alignment.h"
#include "ag-codec.h"
#include "ag-face-finder.h"
#include "ag-file.h"
#include "ag-image.h"

#define WANTED_RELIABILITY 0.7

/* A finder's eyes are this far from the true ones, in sides of the face square. */
#define EYE_TOLERANCE 0.035

/* The latents of one set: rows of N numbers. */
typedef struct
{
  gsize n_dims;
  guint n;
  float *eps;
  double *mean;
} Set;

static void
set_clear (Set *set)
{
  g_free (set->eps);
  g_free (set->mean);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Set, set_clear)

static void
overlap_clear (gpointer data)
{
  g_free (((AgOwnSliderOverlap *) data)->name);
}

void
ag_own_slider_free (AgOwnSlider *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->attribute, ag_model_attribute_free);
  g_ptr_array_unref (self->unusable);
  g_array_unref (self->overlaps);
  g_free (self);
}

/* Encoding photos */

static gboolean
is_face_square (AgImage *photo, const AgEyes *eyes)
{
  double side = photo->width;

  return photo->width == photo->height &&
         fabs (eyes->left_x / side - AG_ALIGNMENT_LEFT_EYE_X) < EYE_TOLERANCE &&
         fabs (eyes->right_x / side - AG_ALIGNMENT_RIGHT_EYE_X) < EYE_TOLERANCE &&
         fabs (eyes->left_y / side - AG_ALIGNMENT_EYE_Y) < EYE_TOLERANCE &&
         fabs (eyes->right_y / side - AG_ALIGNMENT_EYE_Y) < EYE_TOLERANCE;
}

static void
align (AgFaceFinder *finder, AgImage *photo, AgAlignment *alignment)
{
  g_autoptr (GArray) faces = finder ? ag_face_finder_find (finder, photo, NULL) : NULL;

  if (faces != NULL && faces->len > 0)
    {
      const AgFace *face = &g_array_index (faces, AgFace, 0);

      if (!is_face_square (photo, &face->eyes) && ag_alignment_from_eyes (&face->eyes, alignment))
        return;
    }
  ag_alignment_from_centre (photo->width, photo->height, alignment);
}

/* Sets @fault where the photo cannot be used, @error only if all has to end. */
static gboolean
encode (AgCodec *codec,
        AgFaceFinder *finder,
        GFile *file,
        float *eps,
        char **fault,
        const atomic_bool *cancel,
        GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *x = g_new (float, n_dims);
  g_autoptr (GError) problem = NULL;
  g_autoptr (AgImage) photo = ag_image_load (file, NULL, &problem);
  g_autoptr (AgImage) square = NULL;
  AgAlignment alignment;
  int class = 0;

  if (photo == NULL)
    {
      *fault = g_strdup (problem->message);
      return TRUE;
    }
  align (finder, photo, &alignment);
  square = ag_alignment_crop (&alignment, photo, config->image_width);
  ag_codec_values_from_image (config, square, x);
  if (!ag_codec_encode (codec, 1, x, config->classes > 0 ? &class : NULL, eps, NULL, cancel, error))
    return FALSE;
  for (gsize d = 0; d < n_dims && *fault == NULL; d++)
    if (!isfinite (eps[d]))
      {
        g_autofree char *name = ag_file_name (file);

        *fault = g_strdup_printf (_ ("%s: the model has no finite numbers for this face"), name);
      }
  return TRUE;
}

typedef struct
{
  AgOwnSlider *slider;
  AgCodec *codec;
  AgFaceFinder *finder;
  void (*progress) (int done, int total, gpointer data);
  gpointer data;
  int done, total;
  const atomic_bool *cancel;
} Work;

static gboolean
encode_set (Work *work, GPtrArray *files, const char *which, Set *set, GError **error)
{
  set->n_dims = ag_codec_get_n_dims (work->codec);
  set->eps = g_try_new (float, MAX (files->len, 1) * set->n_dims);
  set->mean = g_new0 (double, set->n_dims);
  if (set->eps == NULL)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           _ ("Not enough memory for so many photos"));
      return FALSE;
    }
  for (guint i = 0; i < files->len; i++)
    {
      char *fault = NULL;

      if (!encode (work->codec, work->finder, g_ptr_array_index (files, i),
                   set->eps + set->n * set->n_dims, &fault, work->cancel, error))
        return FALSE;
      if (fault != NULL)
        g_ptr_array_add (work->slider->unusable, fault);
      else
        set->n++;
      if (work->progress != NULL)
        work->progress (++work->done, work->total, work->data);
    }
  if (set->n < AG_OWN_SLIDER_MIN_PHOTOS)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("%s: at least %d photos that can be read are needed, and there are %u"),
                   which, AG_OWN_SLIDER_MIN_PHOTOS, set->n);
      return FALSE;
    }
  for (guint i = 0; i < set->n; i++)
    for (gsize d = 0; d < set->n_dims; d++)
      set->mean[d] += set->eps[i * set->n_dims + d] / (double) set->n;
  return TRUE;
}

/* How good it is */

/* Where photo @i of @own is between the means, which it is left out of: 0.5 is that of @own's side
 * of the difference, @sign says which side that is. */
static double
project_left_out (const Set *own, const Set *other, guint i, double sign)
{
  const float *eps = own->eps + i * own->n_dims;
  double along = 0, square = 0;

  for (gsize d = 0; d < own->n_dims; d++)
    {
      double mean = (own->n * own->mean[d] - eps[d]) / (own->n - 1.0);
      double difference = sign * (mean - other->mean[d]);

      along += (eps[d] - (mean + other->mean[d]) / 2) * difference;
      square += difference * difference;
    }
  return square > 0 ? along / square : 0;
}

static void
judge (AgOwnSlider *slider, const Set *with, const Set *without)
{
  guint n = with->n + without->n;
  g_autofree double *projections = g_new (double, n);
  g_autofree gint8 *labels = g_new (gint8, n);

  for (guint i = 0; i < n; i++)
    {
      gboolean has = i < with->n;

      labels[i] = has ? 1 : -1;
      projections[i] = has ? project_left_out (with, without, i, 1)
                           : project_left_out (without, with, i - with->n, -1);
    }
  slider->score = ag_direction_score (projections, labels, n);
}

static double
sum_within (const Set *set)
{
  double sum = 0;

  for (guint i = 0; i < set->n; i++)
    for (gsize d = 0; d < set->n_dims; d++)
      {
        double difference = set->eps[i * set->n_dims + d] - set->mean[d];

        sum += difference * difference;
      }
  return sum;
}

/* The difference of the means is the true one plus noise, whose size follows from how the photos of
 * a set differ among each other. */
static void
judge_number (AgOwnSlider *slider, const Set *with, const Set *without)
{
  double variance = (sum_within (with) + sum_within (without)) / (with->n + without->n - 2.0);
  double noise = variance * (1.0 / with->n + 1.0 / without->n), square = 0, signal;
  double r2 = WANTED_RELIABILITY * WANTED_RELIABILITY;

  for (gsize d = 0; d < with->n_dims; d++)
    square += (with->mean[d] - without->mean[d]) * (with->mean[d] - without->mean[d]);
  signal = square - noise;
  if (!(signal > 0))
    return;
  slider->reliability = sqrt (signal / square);
  slider->n_needed = (guint) fmin (ceil (2 * variance * r2 / (signal * (1 - r2))), 1e6);
  slider->n_needed = MAX (slider->n_needed, AG_OWN_SLIDER_MIN_PHOTOS);
}

static int
compare_overlaps (gconstpointer a, gconstpointer b)
{
  double first = fabs (((const AgOwnSliderOverlap *) a)->cosine);
  double second = fabs (((const AgOwnSliderOverlap *) b)->cosine);

  return first > second ? -1 : first < second;
}

static void
find_overlaps (AgOwnSlider *slider, AgModel *model, gsize n_dims)
{
  const float *ours = slider->attribute->direction;

  for (guint a = 0; a < model->attributes->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, a);
      const float *its = attribute->direction;
      double along = 0, first = 0, second = 0;
      AgOwnSliderOverlap overlap;

      for (gsize d = 0; d < n_dims; d++)
        {
          along += (double) ours[d] * its[d];
          first += (double) ours[d] * ours[d];
          second += (double) its[d] * its[d];
        }
      if (!(first > 0 && second > 0))
        continue;
      overlap.name = g_strdup (attribute->name);
      overlap.cosine = along / sqrt (first * second);
      g_array_append_val (slider->overlaps, overlap);
    }
  g_array_sort (slider->overlaps, compare_overlaps);
}

/* The direction */

static gboolean
estimate (AgOwnSlider *slider,
          AgModel *model,
          const char *name,
          const Set *with,
          const Set *without,
          GError **error)
{
  const char *const names[] = { name, NULL };
  g_autoptr (AgDirectionEstimator) estimator =
    ag_direction_estimator_new (names, 0, with->n_dims, error);
  g_autoptr (GPtrArray) found = NULL;
  const AgModelAttribute *from;
  const gint8 has = 1, lacks = -1;

  if (estimator == NULL)
    return FALSE;
  for (guint i = 0; i < with->n; i++)
    ag_direction_estimator_add (estimator, with->eps + i * with->n_dims, &has, NULL);
  for (guint i = 0; i < without->n; i++)
    ag_direction_estimator_add (estimator, without->eps + i * without->n_dims, &lacks, NULL);
  found =
    ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, AG_DIRECTION_SHRINKAGE, NULL);
  /* Where nothing stands out of the noise the plain difference is made, and judged. */
  if (found == NULL)
    found = ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, 0, error);
  if (found == NULL)
    return FALSE;
  from = g_ptr_array_index (found, 0);
  slider->attribute = ag_model_attribute_new (name, with->n_dims);
  memcpy (slider->attribute->direction, from->direction, with->n_dims * sizeof (float));
  slider->attribute->n_positive = from->n_positive;
  slider->attribute->n_negative = from->n_negative;
  slider->attribute->mean_projection =
    model->mean ? ag_direction_project (from->direction, model->mean, with->n_dims)
                : from->mean_projection;
  return TRUE;
}

AgOwnSlider *
ag_own_slider_make (AgModel *model,
                    const char *name,
                    GPtrArray *with_files,
                    GPtrArray *without_files,
                    void (*progress) (int done, int total, gpointer data),
                    gpointer data,
                    const atomic_bool *cancel,
                    GError **error)
{
  g_autoptr (AgOwnSlider) slider = g_new0 (AgOwnSlider, 1);
  g_autoptr (AgCodec) codec = NULL;
  g_autoptr (AgFaceFinder) finder = NULL;
  g_auto (Set) with = { 0 }, without = { 0 };
  Work work = { .slider = slider,
                .progress = progress,
                .data = data,
                .total = (int) (with_files->len + without_files->len),
                .cancel = cancel };

  slider->unusable = g_ptr_array_new_with_free_func (g_free);
  slider->overlaps = g_array_new (FALSE, FALSE, sizeof (AgOwnSliderOverlap));
  g_array_set_clear_func (slider->overlaps, overlap_clear);
  codec = ag_codec_new (model, 1, 0, error);
  if (codec == NULL)
    return NULL;
  if (ag_face_finder_is_supported ())
    finder = ag_face_finder_new (NULL);
  work.codec = codec;
  work.finder = finder;
  if (!encode_set (&work, with_files, _ ("Photos with it"), &with, error) ||
      !encode_set (&work, without_files, _ ("Photos without it"), &without, error) ||
      !estimate (slider, model, name, &with, &without, error))
    return NULL;
  slider->n_with = with.n;
  slider->n_without = without.n;
  judge (slider, &with, &without);
  judge_number (slider, &with, &without);
  find_overlaps (slider, model, with.n_dims);
  return g_steal_pointer (&slider);
}

/* Saving */

static AgModelAttribute *
copy_attribute (const AgModelAttribute *from, const char *name, gsize n_dims)
{
  AgModelAttribute *to = ag_model_attribute_new (name, n_dims);

  memcpy (to->direction, from->direction, n_dims * sizeof (float));
  to->n_positive = from->n_positive;
  to->n_negative = from->n_negative;
  to->mean_projection = from->mean_projection;
  return to;
}

static void
copy_facts (AgModel *from, AgModel *to)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, from->facts);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to->facts, g_strdup (key), g_strdup (value));
}

gboolean
ag_own_slider_save (AgModel *model,
                    const AgOwnSlider *slider,
                    const char *const *names,
                    GFile *file,
                    GError **error)
{
  gsize n_dims = ag_glow_n_dims (model->glow);
  g_autoptr (AgModel) copy = NULL;
  AgFlowError flow_error;
  AgGlow *glow;

  if (ag_glow_copy (model->glow, &glow, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, _ ("Model"));
      return FALSE;
    }
  copy = ag_model_new (glow);
  copy_facts (model, copy);
  if (model->mean != NULL)
    copy->mean = g_memdup2 (model->mean, n_dims * sizeof (float));
  if (model->percentiles != NULL)
    copy->percentiles = g_memdup2 (model->percentiles, 101 * sizeof (double));
  for (guint a = 0; a < model->attributes->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, a);
      const char *name = names ? names[a] : attribute->name;

      if (slider == NULL || strcmp (name, slider->attribute->name) != 0)
        g_ptr_array_add (copy->attributes, copy_attribute (attribute, name, n_dims));
    }
  if (slider != NULL)
    g_ptr_array_add (copy->attributes,
                     copy_attribute (slider->attribute, slider->attribute->name, n_dims));
  return ag_model_save (copy, file, AG_MODEL_STORAGE_F32, error);
}
