/* ag-latents.h: encoded faces and preprocessed images as files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Latents: safetensors with `eps.0` ... `eps.{L-1}`, each [n,C,H,W] F32, and `bits_per_dim` [n]
 * F64. Images: safetensors with `image` [n,C,H,W] F32, preprocessed and dequantised, about -0.5 to
 * 0.5. In memory both are NHWC, as the flow wants them; the files are NCHW, as most others expect.
 */
#pragma once

#include <gio/gio.h>

#include "ag-flow.h"

G_BEGIN_DECLS

/**
 * ag_latents_save:
 * @eps: (array): [n][N]
 * @bits_per_dim: (nullable) (array length=n):
 */
gboolean ag_latents_save (const AgGlowConfig *config,
                          int n,
                          const float *eps,
                          const double *bits_per_dim,
                          GFile *file,
                          GError **error);

/**
 * ag_latents_load:
 * @config: of the model the latents are for; a file that does not fit it is an error
 * @n: (out): how many
 * @bits_per_dim: (out) (optional) (nullable) (transfer full): if the file has them
 *
 * Returns: (transfer full): [n][N], to be freed with g_free(); or %NULL with @error
 */
float *ag_latents_load (const AgGlowConfig *config,
                        GFile *file,
                        int *n,
                        double **bits_per_dim,
                        GError **error);

/**
 * ag_latents_save_images:
 * @x: (array): [n][height][width][channels]
 */
gboolean ag_latents_save_images (const AgGlowConfig *config,
                                 int n,
                                 const float *x,
                                 GFile *file,
                                 GError **error);

/**
 * ag_latents_load_images:
 *
 * Returns: (transfer full): [n][height][width][channels]; or %NULL with @error, also if a number
 *   is not finite
 */
float *ag_latents_load_images (const AgGlowConfig *config, GFile *file, int *n, GError **error);

G_END_DECLS
