/* ag-cli-latents.c: the latents of many pictures, one after the other
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-cli-latents.h"

#include <glib/gi18n.h>

static void
mirror (const AgGlowConfig *config, const float *x, float *mirrored)
{
  int width = config->image_width, channels = config->channels;

  for (int y = 0; y < config->image_height; y++)
    for (int u = 0; u < width; u++)
      for (int c = 0; c < channels; c++)
        mirrored[(y * width + u) * channels + c] = x[(y * width + width - 1 - u) * channels + c];
}

/* Makes of each of the @n latents of @x its mean with that of the mirrored picture. */
static gboolean
average_with_mirrored (AgCodec *codec,
                       int n,
                       const float *x,
                       const int *classes,
                       float *eps,
                       GError **error)
{
  gsize n_dims = ag_codec_get_n_dims (codec), total = (gsize) n * n_dims;
  g_autofree float *mirrored = g_new (float, total);
  g_autofree float *other = g_new (float, total);

  for (int k = 0; k < n; k++)
    mirror (ag_codec_get_config (codec), x + (gsize) k * n_dims, mirrored + (gsize) k * n_dims);
  if (!ag_codec_encode (codec, n, mirrored, classes, other, NULL, ag_cli_cancel_flag (), error))
    return FALSE;
  for (gsize i = 0; i < total; i++)
    eps[i] = 0.5f * (eps[i] + other[i]);
  return TRUE;
}

gboolean
ag_cli_encode_each (AgCli *cli,
                    AgCodec *codec,
                    AgDataset *dataset,
                    const int *images,
                    int n,
                    const int *classes,
                    gboolean mirrored,
                    AgCliEachLatent each,
                    gpointer data,
                    GError **error)
{
  const AgGlowConfig *config = ag_codec_get_config (codec);
  gsize n_dims = ag_codec_get_n_dims (codec);
  int batch = ag_cli_batch_size (config, n);
  g_autofree float *x = g_new (float, (gsize) batch *n_dims);
  g_autofree float *eps = g_new (float, (gsize) batch *n_dims);
  g_autofree double *bits_per_dim = g_new (double, batch);

  for (int i = 0; i < n; i += batch)
    {
      int count = MIN (batch, n - i);

      ag_cli_progress (cli, _ ("encoding %d of %d"), i + 1, n);
      for (int k = 0; k < count; k++)
        ag_values_from_bytes (ag_dataset_get_bytes (dataset, images[i + k]), n_dims, config->n_bits,
                              NULL, x + (gsize) k * n_dims);
      if (!ag_codec_encode (codec, count, x, classes ? classes + i : NULL, eps, bits_per_dim,
                            ag_cli_cancel_flag (), error) ||
          (mirrored &&
           !average_with_mirrored (codec, count, x, classes ? classes + i : NULL, eps, error)))
        return FALSE;
      for (int k = 0; k < count; k++)
        each (i + k, images[i + k], eps + (gsize) k * n_dims, bits_per_dim[k], data);
    }
  return TRUE;
}
