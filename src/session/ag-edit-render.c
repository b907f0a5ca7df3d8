/* ag-edit-render.c: an edit of a photo from beginning to end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-edit-render.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "ag-direction-change.h"
#include "ag-grey-photo.h"
#include "ag-latent-edit.h"
#include "ag-mask.h"
#include "ag-patch.h"
#include "ag-sanity.h"

typedef struct
{
  AgCodec *codec;
  AgDirectionSet *set;
  const AgEditRecipe *recipe;
  const atomic_bool *cancel;
  const float *eps;
  const AgDirectionEnds *ends;
  float *moved, *x;
} Probe;

/* Decodes the edit with all values and temperatures taken part of the way. */
static gboolean
decode_part (double share, gpointer data, bool *sane, GError **error)
{
  Probe *probe = data;
  const AgGlowConfig *config = ag_codec_get_config (probe->codec);
  const AgEditRecipe *recipe = probe->recipe;
  g_autofree double *values = g_new (double, probe->set->n + 1);
  double temperature[AG_MAX_LEVELS];
  AgLatentEdit edit = {
    .values = values, .strength = recipe->strength, .temperature = temperature, .ends = probe->ends
  };

  for (guint a = 0; a < probe->set->n; a++)
    values[a] = recipe->values[a] * share;
  for (int l = 0; l < config->levels; l++)
    temperature[l] = 1 + share * (recipe->temperature[l] - 1);
  ag_latent_edit_apply (&edit, config, probe->set, probe->eps, probe->moved);
  if (!ag_codec_decode (probe->codec, 1, probe->moved, recipe->classes, probe->x, probe->cancel,
                        error))
    return FALSE;
  *sane = ag_sanity_check (probe->x, probe->set->n_dims) == AG_SANITY_GOOD;
  return TRUE;
}

/* decode(z') in the probe's x, or an error that says how much of the edit the model can draw. */
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

/* In RGB, as large as the model's pictures; @mask: (nullable): a coarse one. */
static float *
make_difference (const AgGlowConfig *config, const float *before, const float *after, GBytes *mask)
{
  gsize n = (gsize) config->image_width * (gsize) config->image_height;
  float *rgb = g_new (float, n * 3);
  g_autofree float *factors = NULL;

  if (mask != NULL)
    factors = ag_mask_resample (g_bytes_get_data (mask, NULL), config->image_width);
  for (gsize i = 0; i < n * 3; i++)
    {
      gsize k = config->channels == 3 ? i : i / 3;

      rgb[i] = (after[k] - before[k]) * (factors != NULL ? factors[i / 3] : 1);
    }
  return rgb;
}

/* How far the sliders lead for this face. */
static gboolean
find_ends (Probe *probe, const float *base, AgDirectionEnds *ends, GError **error)
{
  g_autoptr (AgDirectionSet) free_set =
    ag_direction_set_new (ag_codec_get_model (probe->codec), NULL);
  const AgEditRecipe *recipe = probe->recipe;

  if (!ag_direction_find_ends (probe->codec, free_set, recipe->classes, probe->eps, 1, base, ends,
                               probe->cancel, error))
    return FALSE;
  for (guint a = 0; recipe->drawn != NULL && a < free_set->n; a++)
    recipe->drawn[a] = CLAMP (recipe->values[a], ends[a].lower, ends[a].upper);
  return TRUE;
}

static AgImage *
render (Probe *probe,
        AgImage *photo,
        const AgAlignment *alignment,
        const char *name,
        double *bits_per_dim,
        GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (probe->codec);
  const AgEditRecipe *recipe = probe->recipe;
  gsize n_dims = ag_codec_get_n_dims (probe->codec);
  g_autoptr (AgImage) face = ag_alignment_crop (alignment, photo, config->image_width);
  g_autofree float *x = g_new (float, n_dims), *eps = g_new (float, n_dims);
  g_autofree float *moved = g_new (float, n_dims), *after = g_new (float, n_dims);
  g_autofree AgDirectionEnds *ends = g_new (AgDirectionEnds, probe->set->n + 1);
  g_autofree float *change = NULL;
  gboolean is_grey;
  AgLatentEdit edit = { .values = recipe->values,
                        .strength = recipe->strength,
                        .temperature = recipe->temperature };

  probe->eps = eps;
  probe->ends = ends;
  probe->moved = moved;
  probe->x = after;
  is_grey = ag_grey_photo_values (config, face, x);
  if (!ag_codec_encode (probe->codec, 1, x, recipe->classes, eps, bits_per_dim, probe->cancel,
                        error))
    return NULL;
  if (ag_latent_edit_is_neutral (&edit, config, probe->set))
    {
      if (recipe->drawn != NULL)
        memcpy (recipe->drawn, recipe->values, probe->set->n * sizeof *recipe->drawn);
      return ag_image_ref (photo);
    }
  if (!ag_codec_decode (probe->codec, 1, eps, recipe->classes, x, probe->cancel, error) ||
      !find_ends (probe, x, ends, error) || !decode_edit (probe, name, error))
    return NULL;
  change = make_difference (config, x, after, recipe->coarse_mask ? recipe->mask : NULL);
  if (is_grey)
    ag_grey_photo_difference (change, n_dims / 3);
  return ag_patch_apply (photo, alignment, change, config->image_width,
                         recipe->coarse_mask ? NULL : recipe->mask);
}

gboolean
ag_edit_find_class (AgCodec *codec,
                    AgImage *photo,
                    const AgAlignment *alignment,
                    int *class_label,
                    const atomic_bool *cancel,
                    GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  g_autofree float *x = NULL, *eps = NULL;
  g_autoptr (AgImage) face = NULL;
  double bits_per_dim;

  *class_label = -1;
  if (config->classes == 0)
    return TRUE;
  x = g_new (float, n_dims);
  eps = g_new (float, n_dims);
  face = ag_alignment_crop (alignment, photo, config->image_width);
  ag_grey_photo_values (config, face, x);
  return ag_codec_encode_likeliest (codec, x, class_label, eps, &bits_per_dim, cancel, error);
}

AgImage *
ag_edit_render (AgCodec *codec,
                AgImage *photo,
                const AgAlignment *alignment,
                const AgEditRecipe *recipe,
                const char *name,
                double *bits_per_dim,
                const atomic_bool *cancel,
                GError **error)
{
  g_autoptr (AgDirectionSet) set =
    ag_direction_set_new (ag_codec_get_model (codec), recipe->locked);
  Probe probe = { .codec = codec, .set = set, .recipe = recipe, .cancel = cancel };

  return render (&probe, photo, alignment, name, bits_per_dim, error);
}

static gboolean
check_size (AgImage *photo, const AgReceipt *receipt, const char *name, GError **error)
{
  if (photo->width == receipt->width && photo->height == receipt->height)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: %d×%d pixels, but the receipt is about a photo of %d×%d"), name,
               photo->width, photo->height, receipt->width, receipt->height);
  return FALSE;
}

static gboolean
check_class (const AgGlowConfig *config, const AgReceipt *receipt, const char *name, GError **error)
{
  if (config->classes == 0 ? receipt->photo_class < 0
                           : receipt->photo_class >= 0 && receipt->photo_class < config->classes)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               _ ("%s: the receipt does not suit this model's classes"), name);
  return FALSE;
}

AgImage *
ag_edit_render_receipt (AgCodec *codec,
                        AgImage *photo,
                        const AgReceipt *receipt,
                        const char *name,
                        const atomic_bool *cancel,
                        GError **error)
{
  AgModel *model = ag_codec_get_model (codec);
  const AgGlowConfig *config = ag_codec_get_config (codec);
  g_autoptr (AgEditState) state = ag_edit_state_new (model->attributes->len);
  g_autoptr (AgLook) look = ag_look_copy (receipt->look);
  g_autofree char *missing = NULL;
  AgEditRecipe recipe = { .values = state->values,
                          .locked = state->locked,
                          .strength = look->strength,
                          .temperature = look->temperature,
                          .classes = config->classes > 0 ? &receipt->photo_class : NULL,
                          .mask = receipt->mask,
                          .coarse_mask = receipt->coarse_mask };
  double bits_per_dim;

  if (!check_size (photo, receipt, name, error) || !check_class (config, receipt, name, error))
    return NULL;
  /* The recipe has temperatures per level, which the state does not. */
  for (int level = 0; level < AG_MAX_LEVELS; level++)
    look->temperature[level] = 1;
  missing = ag_look_apply (look, model, state, 1);
  if (missing != NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   _ ("%s: the receipt asks for what this model does not have: %s"), name, missing);
      return NULL;
    }
  memcpy (look->temperature, receipt->look->temperature, sizeof look->temperature);
  return ag_edit_render (codec, photo, &receipt->alignment, &recipe, name, &bits_per_dim, cancel,
                         error);
}
