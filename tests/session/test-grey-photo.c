/* test-grey-photo.c: black-and-white photos stay black and white
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-grey-photo.h"

#include <math.h>
#include <string.h>

#include "ag-blend-frame.h"
#include "ag-edit-render.h"
#include "edit-fixture.h"
#include "test-session.h"

#define SIZE 16

static const AgGlowConfig colour = { .image_height = SIZE,
                                     .image_width = SIZE,
                                     .channels = 3,
                                     .levels = 1,
                                     .depth = 1,
                                     .width = 1,
                                     .n_bits = 8 };

/* All shades of grey, with as much colour as @tint on top. */
static AgImage *
shades_new (int tint)
{
  guint8 *pixels = g_malloc (SIZE * SIZE * 3);
  g_autoptr (GBytes) bytes = NULL;

  for (int i = 0; i < SIZE * SIZE; i++)
    {
      pixels[3 * i] = (guint8) MIN (i + tint, 255);
      pixels[3 * i + 1] = pixels[3 * i + 2] = (guint8) i;
    }
  bytes = g_bytes_new_take (pixels, SIZE * SIZE * 3);
  return ag_image_new (SIZE, SIZE, bytes);
}

static double
get_luminance (const float *rgb)
{
  return 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
}

/* Grey gets colours of the same brightness, redder than blue; what has colour is left alone. */
static void
test_values (void)
{
  for (int tint = 0; tint <= 8; tint += 2)
    {
      g_autoptr (AgImage) shades = shades_new (tint);
      float x[SIZE * SIZE * 3], plain[SIZE * SIZE * 3];

      ag_codec_values_from_image (&colour, shades, plain);
      g_assert_cmpint (ag_grey_photo_values (&colour, shades, x), ==, tint < 4);
      if (tint >= 4)
        {
          g_assert_cmpmem (x, sizeof x, plain, sizeof plain);
          continue;
        }
      for (int i = 0; i < SIZE * SIZE; i++)
        {
          g_assert_cmpfloat (fabs (get_luminance (x + 3 * i) - get_luminance (plain + 3 * i)), <,
                             0.5 / 255);
          g_assert_cmpfloat (x[3 * i], >=, x[3 * i + 1]);
          g_assert_cmpfloat (x[3 * i + 1], >=, x[3 * i + 2] - 1.0f / 255);
          for (int c = 0; c < 3; c++)
            g_assert_cmpfloat (fabsf (x[3 * i + c]), <=, 0.5f);
        }
      /* Skin is. */
      g_assert_cmpfloat (x[3 * 140] - x[3 * 140 + 2], >, 0.15);
    }
}

static void
test_grey_model (void)
{
  AgGlowConfig grey = colour;
  g_autoptr (AgImage) shades = shades_new (0);
  float x[SIZE * SIZE], plain[SIZE * SIZE];

  grey.channels = 1;
  ag_codec_values_from_image (&grey, shades, plain);
  g_assert_false (ag_grey_photo_values (&grey, shades, x));
  g_assert_cmpmem (x, sizeof x, plain, sizeof plain);
}

static void
test_difference (void)
{
  float rgb[6] = { 0.3f, -0.1f, 0.2f, 0, 0, 0 };

  ag_grey_photo_difference (rgb, 2);
  for (int c = 0; c < 3; c++)
    {
      g_assert_cmpfloat (fabs (rgb[c] - (0.2126 * 0.3 - 0.7152 * 0.1 + 0.0722 * 0.2)), <, 1e-6);
      g_assert_cmpfloat (rgb[3 + c], ==, 0);
    }
}

static void
test_fade (void)
{
  g_autoptr (AgImage) shades = shades_new (100);
  g_autoptr (AgImage) same = ag_grey_photo_fade (shades, 0);
  g_autoptr (AgImage) half = ag_grey_photo_fade (shades, 0.5);
  g_autoptr (AgImage) grey = ag_grey_photo_fade (shades, 1);
  const guint8 *before = ag_image_get_pixels (shades), *middle = ag_image_get_pixels (half);
  const guint8 *after = ag_image_get_pixels (grey);

  g_assert_true (same == shades);
  for (int i = 0; i < SIZE * SIZE * 3; i++)
    {
      g_assert_cmpint (after[i], ==, after[i / 3 * 3]);
      g_assert_cmpint (ABS (2 * middle[i] - before[i] - after[i]), <=, 2);
    }
}

/* An edit in colour of a grey photo, through the whole of it: it changes, and only in brightness.
 * The same edit of a photo in colour changes colours. */
static void
test_edit (void)
{
  char *folder = tiny_folder_new ();
  g_autoptr (GFile) file = tiny_model_save (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) model = ag_model_load (file, &error);
  g_autoptr (AgCodec) codec = ag_codec_new (model, 1, 1, &error);
  g_autoptr (AgImage) photo = tiny_photo_new (40, 40, 3);
  g_autoptr (AgImage) grey = ag_grey_photo_fade (photo, 1);
  double values[TINY_N_ATTRIBUTES] = { [TINY_SMILING] = 1 }, ones[AG_MAX_LEVELS], bits;
  bool locked[TINY_N_ATTRIBUTES] = { false };
  const AgEditRecipe recipe = {
    .values = values, .locked = locked, .strength = ones, .temperature = ones
  };
  AgAlignment alignment;

  g_assert_no_error (error);
  for (int i = 0; i < AG_MAX_LEVELS; i++)
    ones[i] = 1;
  ag_alignment_from_centre (40, 40, &alignment);
  for (int i = 0; i < 2; i++)
    {
      AgImage *before = i ? photo : grey;
      g_autoptr (AgImage) after =
        ag_edit_render (codec, before, &alignment, &recipe, "test", &bits, NULL, &error);
      int n_changed = 0, n_coloured = 0;

      g_assert_no_error (error);
      for (int k = 0; k < 40 * 40; k++)
        {
          const guint8 *a = ag_image_get_pixels (before) + 3 * k;
          const guint8 *b = ag_image_get_pixels (after) + 3 * k;

          n_changed += memcmp (a, b, 3) != 0;
          n_coloured += b[0] - a[0] != b[1] - a[1] || b[2] - a[2] != b[1] - a[1];
        }
      g_assert_cmpint (n_changed, >, 100);
      if (i == 0)
        g_assert_cmpint (n_coloured, ==, 0);
      else
        g_assert_cmpint (n_coloured, >, 100);
    }
  tiny_folder_remove (folder);
}

/* How far the picture half-way between two faces is from grey. */
static int
get_colour_between (AgEditEngine *engine, AgEditSubject *const *subjects)
{
  const AgGlowConfig *config = ag_glow_config (ag_edit_engine_get_model (engine)->glow);
  g_autoptr (AgBlendRenderer) renderer = ag_blend_renderer_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (AgImage) frame = NULL;
  g_autoptr (GBytes) values = NULL;
  gsize size = ag_glow_config_n_dims (config) * sizeof (float);
  float *eps = g_malloc (size), *x = g_malloc (size);
  AgBlendPoint point;
  int most = 0;

  ag_blend_point_init (&point, config, subjects, 2, AG_PATH_LINEAR, NULL, 0.5, 0);
  ag_blend_point_eps (&point, config, subjects, eps);
  ag_codec_decode (ag_edit_engine_get_codec (engine), 1, eps, NULL, x, NULL, &error);
  g_assert_no_error (error);
  values = g_bytes_new_take (x, size);
  frame = ag_blend_renderer_render (renderer, config, subjects, &point, values, 48);
  for (int i = 0; i < 48 * 48; i++)
    {
      const guint8 *pixel = ag_image_get_pixels (frame) + 3 * i;

      most = MAX (most, ABS (pixel[0] - pixel[1]));
      most = MAX (most, ABS (pixel[2] - pixel[1]));
    }
  g_free (eps);
  return most;
}

/* What lies between two grey photos is grey; between them and one in colour, colour comes. */
static void
test_blend (void)
{
  char *folder = tiny_folder_new ();
  g_autoptr (GFile) file = tiny_model_save (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgEditEngine) engine = ag_edit_engine_load (file, &error);
  AgEditSubject *subjects[3];
  AgAlignment alignment;

  g_assert_no_error (error);
  ag_alignment_from_centre (40, 40, &alignment);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (AgImage) photo = tiny_photo_new (40, 40, i);
      g_autoptr (AgImage) shown = ag_grey_photo_fade (photo, i < 2 ? 1 : 0);

      subjects[i] = ag_edit_engine_encode (engine, shown, &alignment, -1, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpint (subjects[i]->is_grey, ==, i < 2);
    }
  g_assert_cmpint (get_colour_between (engine, subjects), <=, 1);
  g_assert_cmpint (get_colour_between (engine, subjects + 1), >, 10);
  for (guint i = 0; i < 3; i++)
    ag_edit_subject_unref (subjects[i]);
  tiny_folder_remove (folder);
}

void
test_grey_photo_add (void)
{
  g_test_add_func ("/session/grey-photo/values", test_values);
  g_test_add_func ("/session/grey-photo/grey-model", test_grey_model);
  g_test_add_func ("/session/grey-photo/difference", test_difference);
  g_test_add_func ("/session/grey-photo/fade", test_fade);
  g_test_add_func ("/session/grey-photo/edit", test_edit);
  g_test_add_func ("/session/grey-photo/blend", test_blend);
}
