/* ag-cli-latents.h: the latents of many pictures, one after the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-cli.h"
#include "ag-dataset.h"

G_BEGIN_DECLS

/**
 * AgCliEachLatent:
 * @position: in the list of images
 * @image: index in the data set
 * @eps: N numbers, only during the call
 * @bits_per_dim: of the picture as it is
 */
typedef void (
  *AgCliEachLatent) (int position, int image, const float *eps, double bits_per_dim, gpointer data);

/**
 * ag_cli_encode_each:
 * @images: (array length=n):
 * @classes: (nullable) (array length=n):
 * @mirrored: to hand on the mean of an image's latent and its mirror image's: what differs between
 *   the two says nothing about attributes that a mirror does not change
 *
 * Encodes images as the editor does, at the midpoint, in batches, and hands each latent on, in
 * order.
 */
gboolean ag_cli_encode_each (AgCli *cli,
                             AgCodec *codec,
                             AgDataset *dataset,
                             const int *images,
                             int n,
                             const int *classes,
                             gboolean mirrored,
                             AgCliEachLatent each,
                             gpointer data,
                             GError **error);

G_END_DECLS
