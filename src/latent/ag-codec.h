/* ag-codec.h: a model made ready to encode and decode, with GLib's errors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The flow of an AgModel, the threads and the working memory of one caller in one object, so that
 * programs do not each tie the three together. A codec belongs to one thread at a time; several
 * codecs may share a flow (ag_codec_new_shared()).
 *
 *     AgCodec *codec = ag_codec_new (model, 1, 0, &error);
 *     ag_codec_encode (codec, 1, x, NULL, eps, &bits_per_dim, NULL, &error);
 */
#pragma once

#include <gio/gio.h>
#include <stdatomic.h>

#include "ag-flow.h"
#include "ag-image.h"
#include "ag-model.h"

G_BEGIN_DECLS

typedef struct AgCodec AgCodec;

/**
 * ag_codec_new:
 * @model: keeps a reference
 * @batch: how many images are worked on together at most, at least 1
 * @n_threads: 0 for one per processor
 *
 * Folds the model's weights, which takes a moment.
 *
 * Returns: (transfer full): or %NULL with @error
 */
AgCodec *ag_codec_new (AgModel *model, int batch, int n_threads, GError **error);

/**
 * ag_codec_new_shared:
 * @other: whose model and folded weights are shared; may be in use by another thread meanwhile
 *
 * Returns: (transfer full): a codec for another thread, with threads and memory of its own
 */
AgCodec *ag_codec_new_shared (AgCodec *other, int batch, int n_threads, GError **error);

void ag_codec_free (AgCodec *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgCodec, ag_codec_free)

AgModel *ag_codec_get_model (AgCodec *self);

/**
 * ag_codec_get_n_threads:
 *
 * Returns: how many threads work together, at least 1
 */
int ag_codec_get_n_threads (AgCodec *self);
const AgGlowConfig *ag_codec_get_config (AgCodec *self);

/**
 * ag_codec_get_n_dims:
 *
 * Returns: N, the length of an image and of its latent
 */
gsize ag_codec_get_n_dims (AgCodec *self);

/**
 * ag_codec_encode:
 * @x: (array): [n][height][width][channels], preprocessed
 * @classes: (nullable) (array length=n):
 * @eps: (out) (array): [n][N]
 * @bits_per_dim: (out) (optional) (array length=n): not finite where the flow broke down
 * @cancel: (nullable): set from any thread for G_IO_ERROR_CANCELLED
 */
gboolean ag_codec_encode (AgCodec *self,
                          int n,
                          const float *x,
                          const int *classes,
                          float *eps,
                          double *bits_per_dim,
                          const atomic_bool *cancel,
                          GError **error);

/**
 * ag_codec_encode_exact:
 * @low: (out) (optional) (array): [n][N]: what rounding took from @eps, for ag_codec_decode_exact()
 *
 * The same with latents of twice the digits.
 */
gboolean ag_codec_encode_exact (AgCodec *self,
                                int n,
                                const float *x,
                                const int *classes,
                                float *eps,
                                float *low,
                                double *bits_per_dim,
                                const atomic_bool *cancel,
                                GError **error);

/**
 * ag_codec_encode_likeliest:
 * @class_label: (inout): as given; -1 for the class that @x is likeliest under, which then is set.
 *   Of a model without classes it stays -1
 * @bits_per_dim: (out):
 *
 * The same for one image. To find the class it is encoded once under each.
 */
gboolean ag_codec_encode_likeliest (AgCodec *self,
                                    const float *x,
                                    int *class_label,
                                    float *eps,
                                    double *bits_per_dim,
                                    const atomic_bool *cancel,
                                    GError **error);

/**
 * ag_codec_decode:
 * @eps: (array): [n][N]
 * @x: (out) (array): [n][height][width][channels]; judge it with ag_sanity_check()
 */
gboolean ag_codec_decode (AgCodec *self,
                          int n,
                          const float *eps,
                          const int *classes,
                          float *x,
                          const atomic_bool *cancel,
                          GError **error);

/**
 * ag_codec_decode_exact:
 * @low: (nullable) (array): [n][N]: from ag_codec_encode_exact(): an image comes back but for the
 *   rounding of its own numbers then, even one of noise
 */
gboolean ag_codec_decode_exact (AgCodec *self,
                                int n,
                                const float *eps,
                                const float *low,
                                const int *classes,
                                float *x,
                                const atomic_bool *cancel,
                                GError **error);

/**
 * ag_codec_values_from_image:
 * @image: any size; if it is not the model's, its largest centred part of the model's aspect is
 *   resized to it
 * @x: (out) (array): N numbers, dequantised at the midpoint; a model of one channel gets the
 *   luma (ITU-R BT.601)
 *
 * May be called from any thread.
 */
void ag_codec_values_from_image (const AgGlowConfig *config, AgImage *image, float *x);

/**
 * ag_codec_image_from_values:
 * @x: (array): N numbers as ag_codec_decode() gives them; one channel becomes grey
 *
 * Returns: (transfer full): a picture of the model's size
 */
AgImage *ag_codec_image_from_values (const AgGlowConfig *config, const float *x);

G_END_DECLS
