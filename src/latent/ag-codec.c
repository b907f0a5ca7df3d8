/* ag-codec.c: a model made ready to encode and decode, with GLib's errors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-codec.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Folded weights, which codecs of several threads may share; they never change. */
typedef struct
{
  AgModel *model;
  AgFlow *flow;
  gatomicrefcount ref_count;
} Folded;

struct AgCodec
{
  Folded *folded;
  AgPool *pool;
  AgScratch *scratch;
};

static void
folded_unref (Folded *folded)
{
  if (!g_atomic_ref_count_dec (&folded->ref_count))
    return;
  ag_flow_free (folded->flow);
  ag_model_unref (folded->model);
  g_free (folded);
}

static Folded *
folded_new (AgModel *model, GError **error)
{
  AgFlowError flow_error;
  AgFlow *flow;
  Folded *folded;

  if (ag_flow_new (model->glow, &flow, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, _ ("model"));
      return NULL;
    }
  folded = g_new0 (Folded, 1);
  folded->flow = flow;
  folded->model = ag_model_ref (model);
  g_atomic_ref_count_init (&folded->ref_count);
  return folded;
}

/* Takes over @folded, also on failure. */
static AgCodec *
codec_new (Folded *folded, int batch, int n_threads, GError **error)
{
  AgCodec *self = g_new0 (AgCodec, 1);
  AgFlowError flow_error;

  self->folded = folded;
  if (ag_pool_new (n_threads, &self->pool, &flow_error) != AG_OK ||
      ag_scratch_new (folded->flow, batch, self->pool, &self->scratch, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, _ ("model"));
      ag_codec_free (self);
      return NULL;
    }
  return self;
}

AgCodec *
ag_codec_new (AgModel *model, int batch, int n_threads, GError **error)
{
  Folded *folded = folded_new (model, error);

  return folded ? codec_new (folded, batch, n_threads, error) : NULL;
}

AgCodec *
ag_codec_new_shared (AgCodec *other, int batch, int n_threads, GError **error)
{
  g_atomic_ref_count_inc (&other->folded->ref_count);
  return codec_new (other->folded, batch, n_threads, error);
}

void
ag_codec_free (AgCodec *self)
{
  if (!self)
    return;
  if (self->scratch)
    ag_scratch_free (self->scratch);
  ag_pool_free (self->pool);
  folded_unref (self->folded);
  g_free (self);
}

AgModel *
ag_codec_get_model (AgCodec *self)
{
  return self->folded->model;
}

int
ag_codec_get_n_threads (AgCodec *self)
{
  return ag_pool_n_threads (self->pool);
}

const AgGlowConfig *
ag_codec_get_config (AgCodec *self)
{
  return ag_flow_config (self->folded->flow);
}

gsize
ag_codec_get_n_dims (AgCodec *self)
{
  return ag_glow_config_n_dims (ag_codec_get_config (self));
}

gboolean
ag_codec_encode_exact (AgCodec *self,
                       int n,
                       const float *x,
                       const int *classes,
                       float *eps,
                       float *low,
                       double *bits_per_dim,
                       const atomic_bool *cancel,
                       GError **error)
{
  AgFlowError flow_error;

  if (ag_flow_encode_exact (self->folded->flow, self->scratch, n, x, classes, eps, low,
                            bits_per_dim, cancel, &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, _ ("model"));
      return FALSE;
    }
  if (bits_per_dim)
    for (int i = 0; i < n; i++)
      bits_per_dim[i] = ag_bits_per_dim (ag_codec_get_config (self), bits_per_dim[i]);
  return TRUE;
}

gboolean
ag_codec_encode (AgCodec *self,
                 int n,
                 const float *x,
                 const int *classes,
                 float *eps,
                 double *bits_per_dim,
                 const atomic_bool *cancel,
                 GError **error)
{
  return ag_codec_encode_exact (self, n, x, classes, eps, NULL, bits_per_dim, cancel, error);
}

gboolean
ag_codec_encode_likeliest (AgCodec *self,
                           const float *x,
                           int *class_label,
                           float *eps,
                           double *bits_per_dim,
                           const atomic_bool *cancel,
                           GError **error)
{
  int n_classes = ag_codec_get_config (self)->classes, best = -1;
  double least = INFINITY;

  if (n_classes == 0)
    *class_label = -1;
  for (int k = 0; *class_label < 0 && k < n_classes; k++)
    {
      if (!ag_codec_encode (self, 1, x, &k, eps, bits_per_dim, cancel, error))
        return FALSE;
      if (best < 0 || *bits_per_dim < least)
        {
          best = k;
          least = *bits_per_dim;
        }
    }
  if (*class_label < 0)
    *class_label = best;
  return ag_codec_encode (self, 1, x, n_classes > 0 ? class_label : NULL, eps, bits_per_dim, cancel,
                          error);
}

gboolean
ag_codec_decode_exact (AgCodec *self,
                       int n,
                       const float *eps,
                       const float *low,
                       const int *classes,
                       float *x,
                       const atomic_bool *cancel,
                       GError **error)
{
  AgFlowError flow_error;

  if (ag_flow_decode_exact (self->folded->flow, self->scratch, n, eps, low, classes, x, cancel,
                            &flow_error) != AG_OK)
    {
      ag_error_from_flow (error, &flow_error, _ ("model"));
      return FALSE;
    }
  return TRUE;
}

gboolean
ag_codec_decode (AgCodec *self,
                 int n,
                 const float *eps,
                 const int *classes,
                 float *x,
                 const atomic_bool *cancel,
                 GError **error)
{
  return ag_codec_decode_exact (self, n, eps, NULL, classes, x, cancel, error);
}

void
ag_codec_values_from_image (const AgGlowConfig *config, AgImage *image, float *x)
{
  g_autoptr (AgImage) fitted = ag_image_fit (image, config->image_width, config->image_height);
  const guint8 *pixels = ag_image_get_pixels (fitted);
  gsize n = (gsize) config->image_width * config->image_height;
  g_autofree guint8 *grey = NULL;

  if (config->channels == 3)
    {
      ag_values_from_bytes (pixels, n * 3, config->n_bits, NULL, x);
      return;
    }
  grey = g_malloc (n);
  for (gsize i = 0; i < n; i++)
    grey[i] = (guint8) lrint (0.299 * pixels[3 * i] + 0.587 * pixels[3 * i + 1] +
                              0.114 * pixels[3 * i + 2]);
  ag_values_from_bytes (grey, n, config->n_bits, NULL, x);
}

AgImage *
ag_codec_image_from_values (const AgGlowConfig *config, const float *x)
{
  gsize n = (gsize) config->image_width * config->image_height;
  guint8 *pixels = g_malloc (n * 3);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, n * 3);

  ag_bytes_from_values (x, n * (gsize) config->channels, pixels);
  if (config->channels == 1)
    for (gsize i = n; i-- > 0;)
      pixels[3 * i] = pixels[3 * i + 1] = pixels[3 * i + 2] = pixels[i];
  return ag_image_new (config->image_width, config->image_height, bytes);
}
