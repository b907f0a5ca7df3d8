/* test-codec.c: pictures to latents and back through a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-codec.h"
#include "fixture.h"

/* A smooth picture with all of a byte's values. */
static AgImage *
paint (int width, int height)
{
  guint8 *pixels = g_malloc ((gsize) width * (gsize) height * 3);
  g_autoptr (GBytes) bytes = g_bytes_new_take (pixels, (gsize) width * (gsize) height * 3);

  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++)
      {
        guint8 *p = pixels + ((gsize) y * (gsize) width + (gsize) x) * 3;

        p[0] = (guint8) (x * 255 / (width - 1));
        p[1] = (guint8) (y * 255 / (height - 1));
        p[2] = (guint8) ((x + y) * 255 / (width + height - 2));
      }
  return ag_image_new (width, height, bytes);
}

static void
test_round_trip (void)
{
  for (int channels = 1; channels <= 3; channels += 2)
    {
      g_autoptr (AgModel) model = fixture_model (channels);
      g_autoptr (GError) error = NULL;
      g_autoptr (AgCodec) codec = ag_codec_new (model, 2, 2, &error);
      g_autoptr (AgImage) image = paint (8, 8);
      gsize n = 8 * 8 * (gsize) channels;
      g_autofree float *x = g_new (float, 3 * n), *eps = g_new (float, 3 * n);
      g_autofree float *back = g_new (float, 3 * n);
      double bits_per_dim[3];

      g_assert_no_error (error);
      g_assert_cmpuint (ag_codec_get_n_dims (codec), ==, n);
      for (int i = 0; i < 3; i++)
        ag_codec_values_from_image (ag_codec_get_config (codec), image, x + i * n);
      x[n] += 0.25f;
      g_assert_true (ag_codec_encode (codec, 3, x, NULL, eps, bits_per_dim, NULL, &error));
      g_assert_true (ag_codec_decode (codec, 3, eps, NULL, back, NULL, &error));
      for (gsize i = 0; i < 3 * n; i++)
        g_assert_cmpfloat_with_epsilon (back[i], x[i], 1e-4);
      g_assert_cmpfloat (bits_per_dim[0], ==, bits_per_dim[2]);
      g_assert_cmpfloat (bits_per_dim[0], !=, bits_per_dim[1]);
      g_assert_true (isfinite (bits_per_dim[0]));
      if (channels == 3)
        {
          g_autoptr (AgImage) same = ag_codec_image_from_values (ag_codec_get_config (codec), back);

          g_assert_cmpmem (ag_image_get_pixels (same), 192, ag_image_get_pixels (image), 192);
        }
    }
}

static void
test_grey (void)
{
  g_autoptr (AgModel) model = fixture_model (1);
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autoptr (AgImage) image = paint (8, 8);
  g_autoptr (AgImage) grey = NULL;
  const guint8 *from = ag_image_get_pixels (image), *to;
  float x[64];

  ag_codec_values_from_image (config, image, x);
  grey = ag_codec_image_from_values (config, x);
  to = ag_image_get_pixels (grey);
  for (int i = 0; i < 64; i++)
    {
      double luma = 0.299 * from[3 * i] + 0.587 * from[3 * i + 1] + 0.114 * from[3 * i + 2];

      g_assert_cmpfloat_with_epsilon (to[3 * i], luma, 0.51);
      g_assert_true (to[3 * i] == to[3 * i + 1] && to[3 * i] == to[3 * i + 2]);
    }
}

/* Another size goes through ag_image_fit(). */
static void
test_other_size (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  const AgGlowConfig *config = ag_glow_config (model->glow);
  g_autoptr (AgImage) large = paint (40, 24);
  g_autoptr (AgImage) fitted = ag_image_fit (large, 8, 8);
  float x[192], y[192];

  ag_codec_values_from_image (config, large, x);
  ag_codec_values_from_image (config, fitted, y);
  g_assert_cmpmem (x, sizeof x, y, sizeof y);
}

static gpointer
encode_in_thread (gpointer data)
{
  AgCodec *codec = data;
  g_autofree float *x = fixture_normal (5, 192);
  g_autofree float *eps = g_new (float, 192);

  for (int i = 0; i < 20; i++)
    g_assert_true (ag_codec_encode (codec, 1, x, NULL, eps, NULL, NULL, NULL));
  return g_steal_pointer (&eps);
}

/* Two codecs of one model in two threads give the same. */
static void
test_shared (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  g_autoptr (AgCodec) codec = ag_codec_new (model, 1, 1, NULL);
  g_autoptr (AgCodec) other = ag_codec_new_shared (codec, 1, 1, NULL);
  GThread *thread = g_thread_new ("other", encode_in_thread, other);
  g_autofree float *here = encode_in_thread (codec);
  g_autofree float *there = g_thread_join (thread);

  g_assert_true (ag_codec_get_model (other) == model);
  g_assert_cmpmem (here, 192 * sizeof (float), there, 192 * sizeof (float));
}

static void
test_cancel (void)
{
  g_autoptr (AgModel) model = fixture_model (3);
  g_autoptr (AgCodec) codec = ag_codec_new (model, 1, 1, NULL);
  g_autofree float *x = fixture_normal (5, 192);
  g_autofree float *eps = g_new (float, 192);
  g_autoptr (GError) error = NULL;
  atomic_bool cancel;

  atomic_init (&cancel, true);
  g_assert_false (ag_codec_encode (codec, 1, x, NULL, eps, NULL, &cancel, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

void
add_codec_tests (void)
{
  g_test_add_func ("/latent/codec/round-trip", test_round_trip);
  g_test_add_func ("/latent/codec/grey", test_grey);
  g_test_add_func ("/latent/codec/other-size", test_other_size);
  g_test_add_func ("/latent/codec/shared", test_shared);
  g_test_add_func ("/latent/codec/cancel", test_cancel);
}
