/* ag-edit-engine.c: what the edit session has computed on the worker's thread
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-engine.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ag-direction.h"
#include "ag-face-refine.h"
#include "ag-file.h"
#include "ag-grey-photo.h"
#include "ag-latent-edit.h"
#include "ag-mask.h"
#include "ag-mixture.h"
#include "ag-patch.h"
#include "ag-receipt.h"

/* Microseconds of a decode; encoding as often as refining does then takes some two seconds. */
#define SLOW_TO_REFINE 60000

/* Microseconds without a decode after which nobody is taken to be dragging. */
#define REST 25000

struct AgEditEngine
{
  AgCodec *all;               /* every processor */
  AgCodec *live;              /* one less, for the interface's sake */
  AgDirectionSet *directions; /* those of the state that was decoded last; the worker's */
  bool *locked;               /* with these locks */
  char *name, *hash;
  _Atomic gint64 decode_time; /* microseconds; written by the worker */
  gint64 last_decode;         /* monotonic: when it ended; the worker's */
  gatomicrefcount ref_count;
};

struct AgEditView
{
  AgImage *photo;
  AgAlignment alignment;
  AgEditViewport viewport;
  AgPatchView *view;
};

static const char *
no_picture_message (void)
{
  return _ ("The model draws no picture here");
}

AgEditEngine *
ag_edit_engine_load (GFile *file, GError **error)
{
  g_autoptr (AgEditEngine) self = NULL;
  g_autoptr (AgModel) model = ag_model_load (file, error);
  const AgGlowConfig *config;

  if (model == NULL)
    return NULL;

  config = ag_glow_config (model->glow);
  if (config->image_height != config->image_width)
    {
      g_autofree char *name = ag_file_name (file);

      g_set_error (error, AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED,
                   _ ("%s: only models of square pictures can edit faces"), name);
      return NULL;
    }

  self = g_new0 (AgEditEngine, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->all = ag_codec_new (model, 1, 0, error);
  if (self->all == NULL)
    return NULL;
  self->live =
    ag_codec_new_shared (self->all, 1, MAX (1, (int) g_get_num_processors () - 1), error);
  if (self->live == NULL)
    return NULL;
  self->hash = ag_receipt_hash_file (file, error);
  if (self->hash == NULL)
    return NULL;
  self->name = ag_file_name (file);
  self->directions = ag_direction_set_new (model, NULL);
  self->locked = g_new0 (bool, MAX (self->directions->n, 1));
  return g_steal_pointer (&self);
}

AgEditEngine *
ag_edit_engine_ref (AgEditEngine *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ag_edit_engine_unref (AgEditEngine *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_pointer (&self->directions, ag_direction_set_unref);
  g_clear_pointer (&self->live, ag_codec_free);
  g_clear_pointer (&self->all, ag_codec_free);
  g_free (self->locked);
  g_free (self->name);
  g_free (self->hash);
  g_free (self);
}

AgModel *
ag_edit_engine_get_model (AgEditEngine *self)
{
  return ag_codec_get_model (self->all);
}

const char *
ag_edit_engine_get_name (AgEditEngine *self)
{
  return self->name;
}

const char *
ag_edit_engine_get_hash (AgEditEngine *self)
{
  return self->hash;
}

AgCodec *
ag_edit_engine_new_codec (AgEditEngine *self, int n_threads, GError **error)
{
  return ag_codec_new_shared (self->all, 1, n_threads, error);
}

int
ag_edit_engine_get_n_classes (AgEditEngine *self)
{
  return ag_codec_get_config (self->all)->classes;
}

gint64
ag_edit_engine_get_decode_time (AgEditEngine *self)
{
  return atomic_load (&self->decode_time);
}

AgSanity
ag_edit_engine_check (AgEditEngine *self, GBytes *values)
{
  return ag_sanity_check (g_bytes_get_data (values, NULL), ag_codec_get_n_dims (self->all));
}

/* Room for one latent or one picture in the model's numbers. */
static float *
new_numbers (AgEditEngine *self, gsize *size)
{
  *size = ag_codec_get_n_dims (self->all) * sizeof (float);
  return g_malloc (*size);
}

static bool
all_finite (const float *numbers, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!isfinite (numbers[i]))
      return false;
  return true;
}

/* A drag asks for one picture after the other and leaves a processor to the interface, which shows
 * them. The first picture after a rest has nobody to leave it to, and all the more is waited for.
 */
static AgCodec *
choose_codec (AgEditEngine *self)
{
  return g_get_monotonic_time () - self->last_decode > REST ? self->all : self->live;
}

void
ag_edit_engine_note_rest (AgEditEngine *self)
{
  self->last_decode = 0;
}

static GBytes *
decode_latent (AgEditEngine *self,
               const float *eps,
               const int *class_label,
               AgSanity *sanity,
               const atomic_bool *cancel,
               GError **error)
{
  AgCodec *codec = choose_codec (self);
  gint64 begin = g_get_monotonic_time ();
  gsize size;
  g_autofree float *x = new_numbers (self, &size);
  gboolean ok = ag_codec_decode (
    codec, 1, eps, ag_edit_engine_get_n_classes (self) > 0 ? class_label : NULL, x, cancel, error);

  self->last_decode = g_get_monotonic_time ();
  if (!ok)
    return NULL;
  /* What a drag is to expect. */
  atomic_store (&self->decode_time, (self->last_decode - begin) * ag_codec_get_n_threads (codec) /
                                      ag_codec_get_n_threads (self->live));
  *sanity = ag_sanity_check (x, size / sizeof (float));
  return g_bytes_new_take (g_steal_pointer (&x), size);
}

AgCodec *
ag_edit_engine_get_codec (AgEditEngine *self)
{
  /* Faces of a blend or a sample are shown at the model's size, which takes the interface little:
   * a grid of 16 would come half as often if a processor were left to it. */
  return self->all;
}

AgEditSubject *
ag_edit_engine_adopt (AgEditEngine *self,
                      GBytes *eps,
                      double temperature,
                      int class_label,
                      const atomic_bool *cancel,
                      GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (self->all);
  g_autoptr (AgEditState) state = ag_edit_state_new (self->directions->n);
  g_autoptr (AgEditSubject) subject = ag_edit_subject_new (eps, eps);
  g_autoptr (GBytes) values = NULL;
  AgSanity sanity;

  subject->temperature = state->temperature = temperature;
  subject->class_label = config->classes > 0 ? class_label : -1;
  values = ag_edit_engine_decode (self, subject, state, &sanity, cancel, error);
  if (values == NULL)
    return NULL;
  if (sanity != AG_SANITY_GOOD)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, no_picture_message ());
      return NULL;
    }
  g_bytes_unref (subject->base);
  subject->base = g_bytes_ref (values);
  subject->face = ag_codec_image_from_values (config, g_bytes_get_data (values, NULL));
  ag_edit_subject_project (subject, ag_edit_engine_get_model (self));
  if (!ag_edit_engine_judge (self, values, class_label, &subject->bits_per_dim, &subject->seen_eps,
                             cancel, error))
    return NULL;
  return g_steal_pointer (&subject);
}

AgEditSubject *
ag_edit_engine_draw (AgEditEngine *self,
                     guint64 seed,
                     double temperature,
                     const atomic_bool *cancel,
                     GError **error)
{
  gsize size;
  float *numbers = new_numbers (self, &size);
  g_autoptr (GBytes) eps = g_bytes_new_take (numbers, size);

  ag_mixture_sample_eps (ag_edit_engine_get_model (self), seed, NULL, numbers);
  return ag_edit_engine_adopt (
    self, eps, temperature, (int) (seed % (guint64) MAX (1, ag_edit_engine_get_n_classes (self))),
    cancel, error);
}

gboolean
ag_edit_engine_refine (AgEditEngine *self,
                       AgImage *photo,
                       AgEyes *eyes,
                       const atomic_bool *cancel,
                       GError **error)
{
  if (ag_edit_engine_get_decode_time (self) > SLOW_TO_REFINE ||
      ag_edit_engine_get_n_classes (self) > 0)
    return TRUE;
  return ag_face_refine (self->all, photo, eyes, cancel, error);
}

AgEditSubject *
ag_edit_engine_encode (AgEditEngine *self,
                       AgImage *photo,
                       const AgAlignment *alignment,
                       int class_label,
                       const atomic_bool *cancel,
                       GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (self->all);
  g_autoptr (AgImage) face = ag_alignment_crop (alignment, photo, config->image_height);
  g_autoptr (AgEditSubject) subject = NULL;
  g_autoptr (GBytes) base = NULL;
  g_autoptr (GBytes) eps = NULL;
  AgSanity sanity;
  gsize size;
  g_autofree float *x = new_numbers (self, &size);
  g_autofree float *latent = new_numbers (self, &size);
  double bits_per_dim;
  int asked_class = class_label;
  gboolean is_grey = ag_grey_photo_values (config, face, x);

  if (!ag_codec_encode_likeliest (self->all, x, &class_label, latent, &bits_per_dim, cancel, error))
    return NULL;
  if (!all_finite (latent, size / sizeof (float)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _ ("The model cannot describe this part of the photo"));
      return NULL;
    }
  base = decode_latent (self, latent, &class_label, &sanity, cancel, error);
  if (base == NULL)
    return NULL;
  if (sanity != AG_SANITY_GOOD)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, no_picture_message ());
      return NULL;
    }

  eps = g_bytes_new_take (g_steal_pointer (&latent), size);
  subject = ag_edit_subject_new (eps, base);
  subject->photo = ag_image_ref (photo);
  subject->alignment = *alignment;
  subject->face = ag_alignment_crop (alignment, photo, AG_EDIT_FACE_SIZE);
  subject->seen_eps = g_bytes_ref (eps);
  subject->bits_per_dim = bits_per_dim;
  subject->class_label = class_label;
  subject->asked_class = asked_class;
  subject->is_grey = is_grey;
  ag_edit_subject_project (subject, ag_edit_engine_get_model (self));
  return g_steal_pointer (&subject);
}

/* Makes the directions those with the locks of @state. */
static void
apply_locks (AgEditEngine *self, const AgEditState *state)
{
  gsize size = state->n_values * sizeof (bool);

  if (memcmp (self->locked, state->locked, size) == 0)
    return;
  memcpy (self->locked, state->locked, size);
  ag_direction_set_unref (self->directions);
  self->directions = ag_direction_set_new (ag_edit_engine_get_model (self), self->locked);
}

GBytes *
ag_edit_engine_decode (AgEditEngine *self,
                       AgEditSubject *subject,
                       const AgEditState *state,
                       AgSanity *sanity,
                       const atomic_bool *cancel,
                       GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (self->all);
  double temperature[AG_MAX_LEVELS];
  AgLatentEdit edit = { .values = state->values,
                        .strength = state->strength,
                        .temperature = temperature };
  gsize size;
  g_autofree float *moved = new_numbers (self, &size);

  g_return_val_if_fail (state->n_values == self->directions->n, NULL);

  /* Now, and not when it was opened, so that it was seen the sooner. */
  if (ag_edit_state_moves_sliders (state) &&
      !ag_edit_subject_measure_ends (subject, self->all, cancel, error))
    return NULL;
  edit.ends = ag_edit_subject_get_ends (subject);
  apply_locks (self, state);
  for (int level = 0; level < AG_MAX_LEVELS; level++)
    temperature[level] = state->temperature;
  ag_latent_edit_apply (&edit, config, self->directions, g_bytes_get_data (subject->eps, NULL),
                        moved);
  return decode_latent (self, moved, &subject->class_label, sanity, cancel, error);
}

typedef struct
{
  AgEditEngine *engine;
  AgEditSubject *subject;
  const AgEditState *from, *to;
  const atomic_bool *cancel;
} Search;

static gboolean
probe (double position, gpointer user_data, bool *sane, GError **error)
{
  Search *search = user_data;
  g_autoptr (AgEditState) state = ag_edit_state_mix (search->from, search->to, position);
  g_autoptr (GBytes) values = NULL;
  AgSanity sanity;

  values =
    ag_edit_engine_decode (search->engine, search->subject, state, &sanity, search->cancel, error);
  if (values == NULL)
    return FALSE;
  *sane = sanity == AG_SANITY_GOOD;
  return TRUE;
}

gboolean
ag_edit_engine_find_limit (AgEditEngine *self,
                           AgEditSubject *subject,
                           const AgEditState *from,
                           const AgEditState *to,
                           double *limit,
                           const atomic_bool *cancel,
                           GError **error)
{
  Search search = { self, subject, from, to, cancel };

  return ag_sanity_search (0, 1, 1.0 / 64, probe, &search, limit, error);
}

gboolean
ag_edit_engine_judge (AgEditEngine *self,
                      GBytes *values,
                      int class_label,
                      double *bits_per_dim,
                      GBytes **eps,
                      const atomic_bool *cancel,
                      GError **error)
{
  gsize size;
  g_autofree float *latent = new_numbers (self, &size);

  if (!ag_codec_encode (self->live, 1, g_bytes_get_data (values, NULL),
                        ag_edit_engine_get_n_classes (self) > 0 ? &class_label : NULL, latent,
                        bits_per_dim, cancel, error))
    return FALSE;
  if (eps != NULL)
    *eps = g_bytes_new_take (g_steal_pointer (&latent), size);
  return TRUE;
}

GBytes *
ag_edit_engine_limit_to_mask (AgEditEngine *self,
                              AgEditSubject *subject,
                              GBytes *mask,
                              GBytes *values)
{
  const AgGlowConfig *config = ag_codec_get_config (self->all);
  gsize channels = (gsize) config->channels;
  const float *base = g_bytes_get_data (subject->base, NULL);
  g_autofree float *factors = NULL;
  float *limited;
  gsize size;

  if (mask == NULL)
    return g_bytes_ref (values);
  factors = ag_mask_resample (g_bytes_get_data (mask, NULL), config->image_height);
  limited = g_memdup2 (g_bytes_get_data (values, &size), g_bytes_get_size (values));
  for (gsize i = 0; i < size / sizeof (float); i++)
    limited[i] = base[i] + factors[i / channels] * (limited[i] - base[i]);
  return g_bytes_new_take (limited, size);
}

/* What the model changed, as RGB in its own size. */
static float *
new_difference (AgEditEngine *self, AgEditSubject *subject, GBytes *values)
{
  const AgGlowConfig *config = ag_codec_get_config (self->all);
  gsize n_pixels = (gsize) config->image_height * (gsize) config->image_width;
  int channels = config->channels;
  const float *after = g_bytes_get_data (values, NULL);
  const float *before = g_bytes_get_data (subject->base, NULL);
  float *difference = g_new (float, n_pixels * 3);

  for (gsize i = 0; i < n_pixels; i++)
    for (int c = 0; c < 3; c++)
      {
        gsize k = i * (gsize) channels + (gsize) MIN (c, channels - 1);

        difference[i * 3 + (gsize) c] = after[k] - before[k];
      }
  if (subject->is_grey)
    ag_grey_photo_difference (difference, n_pixels);
  return difference;
}

/* A face of no photo, in the model's own size. */
static AgImage *
draw_face (AgEditEngine *self, AgEditSubject *subject, GBytes *values, GBytes *mask)
{
  g_autoptr (GBytes) limited = ag_edit_engine_limit_to_mask (self, subject, mask, values);

  return ag_codec_image_from_values (ag_codec_get_config (self->all),
                                     g_bytes_get_data (limited, NULL));
}

AgImage *
ag_edit_engine_apply (AgEditEngine *self, AgEditSubject *subject, GBytes *values, GBytes *mask)
{
  const AgGlowConfig *config = ag_codec_get_config (self->all);
  g_autofree float *difference = NULL;

  if (subject->photo == NULL)
    return draw_face (self, subject, values, mask);
  difference = new_difference (self, subject, values);
  return ag_patch_apply (subject->photo, &subject->alignment, difference, config->image_height,
                         mask);
}

bool
ag_edit_viewport_equal (const AgEditViewport *a, const AgEditViewport *b)
{
  return a->x == b->x && a->y == b->y && a->scale == b->scale && a->width == b->width &&
         a->height == b->height;
}

AgEditView *
ag_edit_view_new (void)
{
  return g_new0 (AgEditView, 1);
}

static void
view_clear (AgEditView *view)
{
  g_clear_pointer (&view->photo, ag_image_unref);
  g_clear_pointer (&view->view, ag_patch_view_unref);
}

void
ag_edit_view_free (AgEditView *view)
{
  if (view == NULL)
    return;
  view_clear (view);
  g_free (view);
}

/* The part asked for, kept until another is asked for. */
static AgPatchView *
view_prepare (AgEditView *view,
              AgImage *photo,
              const AgAlignment *alignment,
              const AgEditViewport *viewport)
{
  if (view->photo == photo && memcmp (&view->alignment, alignment, sizeof *alignment) == 0 &&
      ag_edit_viewport_equal (&view->viewport, viewport))
    return view->view;

  view_clear (view);
  view->photo = ag_image_ref (photo);
  view->alignment = *alignment;
  view->viewport = *viewport;
  view->view = ag_patch_view_new (photo, alignment, viewport->x, viewport->y, viewport->scale,
                                  viewport->width, viewport->height);
  return view->view;
}

static AgImage *
view_render (AgPatchView *view, const float *difference, int size, GBytes *mask)
{
  g_autoptr (GBytes) pixels = ag_patch_view_render (view, difference, size, mask);

  return ag_image_new (ag_patch_view_get_width (view), ag_patch_view_get_height (view), pixels);
}

AgImage *
ag_edit_view_show_photo (AgEditView *view, AgImage *photo, const AgEditViewport *viewport)
{
  AgAlignment alignment;

  ag_alignment_from_centre (photo->width, photo->height, &alignment);
  return view_render (view_prepare (view, photo, &alignment, viewport), NULL, 1, NULL);
}

AgImage *
ag_edit_view_show (AgEditView *view,
                   AgEditEngine *engine,
                   AgEditSubject *subject,
                   GBytes *values,
                   GBytes *mask,
                   const AgEditViewport *viewport)
{
  const AgGlowConfig *config = ag_codec_get_config (engine->all);
  g_autoptr (AgImage) drawn = NULL;
  g_autofree float *difference = NULL;

  if (subject->photo == NULL)
    {
      if (values == NULL)
        return ag_edit_view_show_photo (view, subject->face, viewport);
      drawn = draw_face (engine, subject, values, mask);
      return ag_edit_view_show_photo (view, drawn, viewport);
    }
  if (values != NULL)
    difference = new_difference (engine, subject, values);
  return view_render (view_prepare (view, subject->photo, &subject->alignment, viewport),
                      difference, config->image_height, mask);
}
