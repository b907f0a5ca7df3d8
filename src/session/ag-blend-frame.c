/* ag-blend-frame.c: a point between faces, and its picture
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-blend-frame.h"

#include <math.h>
#include <string.h>

#include "ag-codec.h"
#include "ag-grey-photo.h"

/* What a photo has beyond the model, in one size. */
typedef struct
{
  guint64 serial; /* 0: nothing is here */
  AgImage *end;
  float *detail; /* size × size × 3, in steps of 8-bit pixels; NULL for a face that was drawn */
} Slot;

struct AgBlendRenderer
{
  Slot slots[AG_BLEND_MAX_FACES];
  int size;
  gatomicrefcount ref_count;
};

void
ag_blend_point_init (AgBlendPoint *point,
                     const AgGlowConfig *config,
                     AgEditSubject *const *subjects,
                     guint n_faces,
                     AgPathKind kind,
                     const double *mix,
                     double t,
                     double v)
{
  g_return_if_fail (n_faces >= 2 && n_faces <= AG_BLEND_MAX_FACES);

  memset (point, 0, sizeof *point);
  point->n_faces = n_faces;
  point->kind = kind;
  point->shrink = 1;
  for (guint k = 0; k < n_faces; k++)
    point->serials[k] = subjects[k]->serial;
  for (int l = 0; l < config->levels; l++)
    {
      double m = n_faces == 2 && mix != NULL ? mix[l] : 0;
      double along = m < 0 ? t * (1 + m) : t + m * (1 - t);
      double down = n_faces == 2 ? 0 : v;

      point->weights[0][l] = (1 - down) * (1 - along);
      point->weights[1][l] = (1 - down) * along;
      point->weights[2][l] = n_faces == 3 ? down : down * (1 - along);
      point->weights[3][l] = n_faces == 3 ? 0 : down * along;
    }
}

int
ag_blend_point_get_end (const AgBlendPoint *point, const AgGlowConfig *config)
{
  if (point->shrink != 1)
    return -1;
  for (guint k = 0; k < point->n_faces; k++)
    {
      int l = 0;

      while (l < config->levels && point->weights[k][l] == 1)
        l++;
      if (l == config->levels)
        return (int) k;
    }
  return -1;
}

void
ag_blend_point_eps (const AgBlendPoint *point,
                    const AgGlowConfig *config,
                    AgEditSubject *const *subjects,
                    float *eps)
{
  const float *latents[AG_BLEND_MAX_FACES];
  double weights[AG_BLEND_MAX_FACES * AG_MAX_LEVELS];
  gsize n_dims = ag_glow_config_n_dims (config);
  guint n = (guint) point->n_faces;

  for (guint k = 0; k < n; k++)
    {
      latents[k] = g_bytes_get_data (subjects[k]->seen_eps, NULL);
      for (int l = 0; l < config->levels; l++)
        weights[k * (guint) config->levels + (guint) l] = point->weights[k][l];
    }
  if (n == 2)
    ag_path_point ((AgPathKind) point->kind, config, latents[0], latents[1], point->weights[1],
                   eps);
  else
    ag_path_mix (config, n, latents, weights, point->kind != AG_PATH_LINEAR, eps);
  if (point->shrink != 1)
    for (gsize i = 0; i < n_dims; i++)
      eps[i] *= (float) point->shrink;
}

AgBlendRenderer *
ag_blend_renderer_new (void)
{
  AgBlendRenderer *self = g_new0 (AgBlendRenderer, 1);

  g_atomic_ref_count_init (&self->ref_count);
  return self;
}

AgBlendRenderer *
ag_blend_renderer_ref (AgBlendRenderer *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
slot_clear (Slot *slot)
{
  slot->serial = 0;
  g_clear_pointer (&slot->end, ag_image_unref);
  g_clear_pointer (&slot->detail, g_free);
}

void
ag_blend_renderer_unref (AgBlendRenderer *self)
{
  if (self == NULL || !g_atomic_ref_count_dec (&self->ref_count))
    return;
  for (guint k = 0; k < AG_BLEND_MAX_FACES; k++)
    slot_clear (&self->slots[k]);
  g_free (self);
}

/* @grey: how much of the colours is not to be shown */
static AgImage *
draw (const AgGlowConfig *config, GBytes *values, double grey, int size)
{
  g_autoptr (AgImage) image = ag_codec_image_from_values (config, g_bytes_get_data (values, NULL));
  g_autoptr (AgImage) faded = ag_grey_photo_fade (image, grey);

  return ag_image_resize (faded, size, size);
}

/* The share of grey photos. The coarsest level decides on colours. */
static double
get_grey (const AgGlowConfig *config, AgEditSubject *const *subjects, const AgBlendPoint *point)
{
  double grey = 0;

  for (guint k = 0; k < point->n_faces; k++)
    if (subjects[k]->is_grey)
      grey += point->weights[k][config->levels - 1];
  return CLAMP (grey, 0, 1);
}

static void
slot_fill (Slot *slot, const AgGlowConfig *config, AgEditSubject *subject, int size)
{
  gsize n = (gsize) size * (gsize) size * 3;
  g_autoptr (AgImage) base = NULL;

  if (slot->serial == subject->serial)
    return;
  slot_clear (slot);
  slot->serial = subject->serial;
  if (subject->photo == NULL)
    {
      slot->end = ag_image_resize (subject->face, size, size);
      return;
    }
  slot->end = ag_alignment_crop (&subject->alignment, subject->photo, size);
  base = draw (config, subject->base, subject->is_grey ? 1 : 0, size);
  slot->detail = g_new (float, n);
  for (gsize i = 0; i < n; i++)
    slot->detail[i] =
      (float) ag_image_get_pixels (slot->end)[i] - (float) ag_image_get_pixels (base)[i];
}

/* How much of a face's detail the point has: it is finer than the finest level. */
static float
get_detail_share (const AgBlendPoint *point, const Slot *slots, guint k)
{
  return slots[k].detail != NULL ? (float) (point->weights[k][0] * point->weights[k][0]) : 0;
}

static void
add_detail (const float *detail, float share, gsize n, float *sum)
{
  for (gsize i = 0; i < n; i++)
    sum[i] += share * detail[i];
}

/* Rounds as lrintf() does, halves to even; that has no vector form on a plain x86-64. */
static void
add_and_round (const guint8 *drawn, const float *sum, gsize n, guint8 *pixels)
{
  const float integers_from = 8388608; /* 2^23: floats beyond it have no fraction */

  for (gsize i = 0; i < n; i++)
    {
      float value = (float) drawn[i] + sum[i];

      pixels[i] = (guint8) (CLAMP (value, 0.0f, 255.0f) + integers_from - integers_from);
    }
}

AgImage *
ag_blend_renderer_render (AgBlendRenderer *self,
                          const AgGlowConfig *config,
                          AgEditSubject *const *subjects,
                          const AgBlendPoint *point,
                          GBytes *values,
                          int size)
{
  gsize n = (gsize) size * (gsize) size * 3;
  int end = ag_blend_point_get_end (point, config);
  g_autofree float *sum = NULL;
  g_autoptr (AgImage) drawn = NULL;
  g_autoptr (GBytes) bytes = NULL;
  guint8 *pixels;

  for (guint k = 0; k < AG_BLEND_MAX_FACES && self->size != size; k++)
    slot_clear (&self->slots[k]);
  self->size = size;
  for (guint k = 0; k < point->n_faces; k++)
    slot_fill (&self->slots[k], config, subjects[k], size);
  if (end >= 0)
    return ag_image_ref (self->slots[end].end);

  drawn = draw (config, values, get_grey (config, subjects, point), size);
  for (guint k = 0; k < point->n_faces; k++)
    {
      float share = get_detail_share (point, self->slots, k);

      if (share <= 0)
        continue;
      if (sum == NULL)
        sum = g_new0 (float, n);
      add_detail (self->slots[k].detail, share, n, sum);
    }
  if (sum == NULL)
    return g_steal_pointer (&drawn);
  pixels = g_malloc (n);
  add_and_round (ag_image_get_pixels (drawn), sum, n, pixels);
  bytes = g_bytes_new_take (pixels, n);
  return ag_image_new (size, size, bytes);
}
