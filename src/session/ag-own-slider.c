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
#include "ag-face-crops.h"
#include "ag-file.h"
#include "ag-image.h"

#define WANTED_RELIABILITY 0.7
#define N_FOLDS            10 /* parts that photos are left out in */
#define N_WAYS             4

/* The latents of one set: rows of N numbers. */
typedef struct
{
  AgGlowConfig config; /* of the model */
  gsize n_dims;
  guint n;
  float *eps;
} Set;

static void
set_clear (Set *set)
{
  g_free (set->eps);
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

static void
align (AgFaceFinder *finder, AgImage *photo, AgAlignment *alignment)
{
  if (finder == NULL || !ag_face_align (finder, photo, alignment))
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
  int class_label = -1; /* as Edit shows a photo: under the class that it is likeliest of */
  double bits_per_dim;

  if (photo == NULL)
    {
      *fault = g_strdup (problem->message);
      return TRUE;
    }
  align (finder, photo, &alignment);
  square = ag_alignment_crop (&alignment, photo, config->image_width);
  ag_codec_values_from_image (config, square, x);
  if (!ag_codec_encode_likeliest (codec, x, &class_label, eps, &bits_per_dim, cancel, error))
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
  set->config = *ag_codec_get_config (work->codec);
  set->n_dims = ag_codec_get_n_dims (work->codec);
  set->eps = g_try_new (float, MAX (files->len, 1) * set->n_dims);
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
  return TRUE;
}

/* The direction */

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

/* From the photos of both sets for which @takes says so. */
static AgModelAttribute *
estimate_from (const Set *with,
               const Set *without,
               const char *name,
               gboolean (*takes) (guint photo, guint n),
               guint n,
               GError **error)
{
  const char *const names[] = { name, NULL };
  g_autoptr (AgDirectionEstimator) estimator =
    ag_direction_estimator_new (names, 0, with->n_dims, error);
  g_autoptr (GPtrArray) found = NULL;
  const gint8 labels[] = { 1, -1 };

  if (estimator == NULL)
    return NULL;
  ag_direction_estimator_set_places (estimator, &with->config);
  for (int side = 0; side < 2; side++)
    {
      const Set *set = side == 0 ? with : without;

      for (guint i = 0; i < set->n; i++)
        if (takes (i, n))
          ag_direction_estimator_add (estimator, set->eps + i * set->n_dims, &labels[side], NULL);
    }
  found =
    ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, AG_DIRECTION_SHRINKAGE, NULL);
  /* Where nothing stands out of the noise the plain difference is made, and judged. */
  if (found == NULL)
    found = ag_direction_estimator_estimate (estimator, AG_DIRECTION_MEAN, 0, error);
  if (found == NULL)
    return NULL;
  return copy_attribute (g_ptr_array_index (found, 0), name, with->n_dims);
}

static gboolean
take_all (guint photo, guint n)
{
  return TRUE;
}

static gboolean
take_not_fold (guint photo, guint fold)
{
  return photo % N_FOLDS != fold;
}

/* How good it is */

/* Where photos that were left out are along the direction of the others, 0 being halfway between
 * the others' means. */
static gboolean
project_fold (const Set *with, const Set *without, guint fold, double *projections, GError **error)
{
  AgModelAttribute *attribute = estimate_from (with, without, "", take_not_fold, fold, error);
  double means[2] = { 0 }, n_means[2] = { 0 };

  if (attribute == NULL)
    return FALSE;
  for (int side = 0; side < 2; side++)
    {
      const Set *set = side == 0 ? with : without;
      double *out = projections + (side == 0 ? 0 : with->n);

      for (guint i = 0; i < set->n; i++)
        {
          double along =
            ag_direction_project (attribute->direction, set->eps + i * set->n_dims, set->n_dims);

          if (take_not_fold (i, fold))
            {
              means[side] += along;
              n_means[side]++;
            }
          else
            {
              out[i] = along;
            }
        }
    }
  for (guint i = 0; i < with->n + without->n; i++)
    if (!take_not_fold (i < with->n ? i : i - with->n, fold))
      projections[i] -= (means[0] / n_means[0] + means[1] / n_means[1]) / 2;
  ag_model_attribute_free (attribute);
  return TRUE;
}

static gboolean
judge (AgOwnSlider *slider, const Set *with, const Set *without, GError **error)
{
  guint n = with->n + without->n;
  g_autofree double *projections = g_new0 (double, n);
  g_autofree gint8 *labels = g_new (gint8, n);

  for (guint fold = 0; fold < N_FOLDS && fold < MAX (with->n, without->n); fold++)
    if (!project_fold (with, without, fold, projections, error))
      return FALSE;
  for (guint i = 0; i < n; i++)
    labels[i] = i < with->n ? 1 : -1;
  slider->score = ag_direction_score (projections, labels, n);
  return TRUE;
}

/* Ways to halve the photos, each photo's place in it being a bit of a number. */
static gboolean
take_half (guint photo, guint way)
{
  static const guint masks[N_WAYS] = { 0x5555, 0x3333, 0x0f0f, 0x9669 };

  return (masks[way / 2] >> (photo % 16) & 1) == way % 2;
}

static double
cosine (const float *a, const float *b, gsize n_dims)
{
  double along = 0, first = 0, second = 0;

  for (gsize d = 0; d < n_dims; d++)
    {
      along += (double) a[d] * b[d];
      first += (double) a[d] * a[d];
      second += (double) b[d] * b[d];
    }
  return first > 0 && second > 0 ? along / sqrt (first * second) : 0;
}

/* Directions from halves of the photos agree as much as the truth in both: from that follows how
 * much there is in all photos (Spearman 1910, Brown 1910), and how many it takes. */
static gboolean
judge_number (AgOwnSlider *slider, const Set *with, const Set *without, GError **error)
{
  const double wanted = WANTED_RELIABILITY * WANTED_RELIABILITY;
  double agreement = 0, share;

  for (guint way = 0; way < N_WAYS; way++)
    {
      AgModelAttribute *first = estimate_from (with, without, "", take_half, 2 * way, error);
      AgModelAttribute *second =
        first ? estimate_from (with, without, "", take_half, 2 * way + 1, error) : NULL;

      if (second != NULL)
        agreement += cosine (first->direction, second->direction, with->n_dims) / N_WAYS;
      g_clear_pointer (&first, ag_model_attribute_free);
      if (second == NULL)
        return FALSE;
      ag_model_attribute_free (second);
    }
  if (agreement <= 0)
    return TRUE;
  agreement = fmin (agreement, 0.999);
  share = 2 * agreement / (1 + agreement);
  slider->reliability = sqrt (share);
  slider->n_needed = (guint) fmin (
    ceil (MIN (with->n, without->n) * wanted / (1 - wanted) * (1 - share) / share), 1e5);
  slider->n_needed = MAX (slider->n_needed, AG_OWN_SLIDER_MIN_PHOTOS);
  return TRUE;
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
  for (guint a = 0; a < model->attributes->len; a++)
    {
      const AgModelAttribute *attribute = g_ptr_array_index (model->attributes, a);
      AgOwnSliderOverlap overlap = {
        .name = g_strdup (attribute->name),
        .cosine = cosine (slider->attribute->direction, attribute->direction, n_dims),
      };

      g_array_append_val (slider->overlaps, overlap);
    }
  g_array_sort (slider->overlaps, compare_overlaps);
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
      !(slider->attribute = estimate_from (&with, &without, name, take_all, 0, error)) ||
      !judge (slider, &with, &without, error) || !judge_number (slider, &with, &without, error))
    return NULL;
  if (model->mean != NULL)
    slider->attribute->mean_projection =
      ag_direction_project (slider->attribute->direction, model->mean, with.n_dims);
  slider->n_with = with.n;
  slider->n_without = without.n;
  find_overlaps (slider, model, with.n_dims);
  return g_steal_pointer (&slider);
}

/* Saving */

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
  copy->class_names = g_strdupv (model->class_names);
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
