/* ag-latents-file.h: latents and preprocessed images as safetensors files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In a file the arrays are [N,C,H,W], one tensor per level; in memory they are as ag-flow.h says:
 * latent vectors, level after level, and images, both channels last. These functions convert. They
 * may be called from any thread.
 */
#pragma once

#include <gio/gio.h>

#include "ag-flow.h"

G_BEGIN_DECLS

/**
 * ag_latents_save:
 * @n: how many latents, at least 1
 * @eps: (array): [n][N]
 * @low: (nullable) (array): [n][N]: what rounding took from @eps, see ag_codec_encode_exact()
 * @bits_per_dim: (array length=n):
 *
 * Writes `eps.0` to `eps.{L-1}` (F32), `low.0` to `low.{L-1}` if there is @low, and `bits_per_dim`
 * (F64). Who reads only `eps` has the latents to 24 bits.
 */
gboolean ag_latents_save (GFile *file,
                          const AgGlowConfig *config,
                          int n,
                          const float *eps,
                          const float *low,
                          const double *bits_per_dim,
                          GError **error);

/**
 * ag_latents_load:
 * @config: the model they must fit
 * @n: (out): how many, at least 1
 * @low: (out) (optional) (nullable) (transfer full): [n][N]; %NULL where the file has none
 * @bits_per_dim: (out) (optional) (nullable) (transfer full): %NULL where the file has none
 *
 * Returns: (transfer full) (nullable): [n][N], to be freed with g_free()
 */
float *ag_latents_load (GFile *file,
                        const AgGlowConfig *config,
                        int *n,
                        float **low,
                        double **bits_per_dim,
                        GError **error);

/**
 * ag_values_save:
 * @values: (array): [n][height][width][channels], as the flow sees them
 *
 * Writes `image`, [N,C,H,W], F32.
 */
gboolean ag_values_save (GFile *file,
                         const AgGlowConfig *config,
                         int n,
                         const float *values,
                         GError **error);

/**
 * ag_values_load:
 * @config: the model they must fit
 * @n: (out): how many, at least 1
 *
 * Returns: (transfer full) (nullable): [n][height][width][channels], to be freed with g_free()
 */
float *ag_values_load (GFile *file, const AgGlowConfig *config, int *n, GError **error);

G_END_DECLS
