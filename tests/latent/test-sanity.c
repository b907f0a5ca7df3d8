/* test-sanity.c: telling pictures from what is none
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-sanity.h"
#include "fixture.h"

static void
test_check (void)
{
  float x[1000];

  for (int i = 0; i < 1000; i++)
    x[i] = (float) (i % 11) / 10 - 0.5f;
  g_assert_cmpint (ag_sanity_check (x, 1000), ==, AG_SANITY_GOOD);
  /* A highlight that is a little too bright is nothing. */
  for (int i = 0; i < 10; i++)
    x[i] = 1.5f;
  g_assert_cmpint (ag_sanity_check (x, 1000), ==, AG_SANITY_GOOD);
  x[10] = -1.5f;
  g_assert_cmpint (ag_sanity_check (x, 1000), ==, AG_SANITY_OUT_OF_RANGE);
  x[10] = 0;
  x[0] = 1e6f;
  g_assert_cmpint (ag_sanity_check (x, 1000), ==, AG_SANITY_OUT_OF_RANGE);
  x[0] = INFINITY;
  g_assert_cmpint (ag_sanity_check (x, 1000), ==, AG_SANITY_NOT_FINITE);
  x[0] = -NAN;
  g_assert_cmpint (ag_sanity_check (x, 1000), ==, AG_SANITY_NOT_FINITE);
}

typedef struct
{
  double first_bad, last_bad;
  int probes;
  gboolean fail;
} Slider;

static gboolean
probe (double position, gpointer data, bool *sane, GError **error)
{
  Slider *slider = data;

  slider->probes++;
  if (slider->fail && slider->probes == 3)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "enough");
      return FALSE;
    }
  *sane = position < slider->first_bad || position > slider->last_bad;
  return TRUE;
}

static void
test_search (void)
{
  for (double end = 0.1; end < 3; end += 0.17)
    {
      Slider slider = { .first_bad = end, .last_bad = INFINITY };
      double limit;

      g_assert_true (ag_sanity_search (0, 3, 0.01, probe, &slider, &limit, NULL));
      g_assert_cmpfloat (limit, <, end);
      g_assert_cmpfloat (limit, >, end - 0.0101);
      g_assert_cmpint (slider.probes, <, 20);
    }
}

static void
test_search_all_sane (void)
{
  Slider slider = { .first_bad = INFINITY, .last_bad = INFINITY };
  double limit;

  g_assert_true (ag_sanity_search (0, -2, 0.01, probe, &slider, &limit, NULL));
  g_assert_cmpfloat (limit, ==, -2);
}

/* A hole in the middle ends the slider, though further out it would be fine again. */
static void
test_search_hole (void)
{
  Slider slider = { .first_bad = 1, .last_bad = 1.6 };
  double limit;

  g_assert_true (ag_sanity_search (0, 3, 0.001, probe, &slider, &limit, NULL));
  g_assert_cmpfloat_with_epsilon (limit, 1, 0.0011);
}

static void
test_search_fails (void)
{
  Slider slider = { .first_bad = 1, .last_bad = INFINITY, .fail = TRUE };
  g_autoptr (GError) error = NULL;
  double limit;

  g_assert_false (ag_sanity_search (0, 3, 0.001, probe, &slider, &limit, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Half of the middle is white, half black; what is around it does not count. */
static void
test_contrast (void)
{
  const AgGlowConfig config = { .image_height = 8, .image_width = 8, .channels = 3 };
  float x[8 * 8 * 3];

  for (int i = 0; i < 64; i++)
    for (int c = 0; c < 3; c++)
      {
        gboolean is_middle = i / 8 >= 2 && i / 8 < 6 && i % 8 >= 2 && i % 8 < 6;

        x[3 * i + c] = is_middle ? (i % 2 ? 0.5f : -0.5f) : (float) i;
      }
  g_assert_cmpfloat_with_epsilon (ag_sanity_contrast (&config, x), 0.5, 1e-6);
}

void
add_sanity_tests (void)
{
  g_test_add_func ("/latent/sanity/contrast", test_contrast);
  g_test_add_func ("/latent/sanity/check", test_check);
  g_test_add_func ("/latent/sanity/search", test_search);
  g_test_add_func ("/latent/sanity/all-sane", test_search_all_sane);
  g_test_add_func ("/latent/sanity/hole", test_search_hole);
  g_test_add_func ("/latent/sanity/fails", test_search_fails);
}
