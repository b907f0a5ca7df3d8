/* test-numbers.c: half-precision numbers and JSON text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-half.h"
#include "ag-json-cursor.h"
#include "ag-json.h"
#include "test-model.h"

/* What a half means, by the formula of IEEE 754. */
static double
meaning (guint16 half)
{
  int exponent = (half >> 10) & 31, fraction = half & 1023;
  double sign = half & 0x8000 ? -1 : 1;

  if (exponent == 31)
    return fraction ? NAN : sign * INFINITY;
  if (exponent == 0)
    return sign * ldexp (fraction, -24);
  return sign * ldexp (1024 + fraction, exponent - 25);
}

static void
test_half_exact (void)
{
  for (int i = 0; i < 65536; i++)
    {
      double value = meaning ((guint16) i);
      float converted = ag_float_from_half ((guint16) i);

      if (isnan (value))
        {
          g_assert_true (isnan (converted));
          g_assert_true (isnan (meaning (ag_half_from_float (converted))));
          continue;
        }
      g_assert_true ((double) converted == value);
      g_assert_cmpint (ag_half_from_float (converted), ==, i);
    }
}

/* Halfway between neighbours, and a float's width to either side of that. */
static void
test_half_rounding (void)
{
  for (int i = 0; i < 0x7bff; i++)
    {
      float middle = (float) ((meaning ((guint16) i) + meaning ((guint16) (i + 1))) / 2);

      g_assert_cmpint (ag_half_from_float (middle), ==, i % 2 == 0 ? i : i + 1);
      g_assert_cmpint (ag_half_from_float (nextafterf (middle, 0)), ==, i);
      g_assert_cmpint (ag_half_from_float (nextafterf (middle, INFINITY)), ==, i + 1);
      g_assert_cmpint (ag_half_from_float (-middle), ==, 0x8000 | (i % 2 == 0 ? i : i + 1));
    }
  g_assert_cmpint (ag_half_from_float (65519.996f), ==, 0x7bff);
  g_assert_cmpint (ag_half_from_float (65520.0f), ==, 0x7c00);
  g_assert_cmpint (ag_half_from_float (1e30f), ==, 0x7c00);
  g_assert_cmpint (ag_half_from_float (1e-30f), ==, 0);
}

static void
check_string (const char *json, const char *expected)
{
  AgJsonCursor cursor = { json, json + strlen (json) };
  g_autofree char *text = ag_json_take_string (&cursor);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_json_cursor (void)
{
  const char *sizes[] = { "", "-1", "01", "1x", "9223372036854775808", "99999999999999999999999" };
  gint64 size;

  check_string (" \"a\\n\\\"\\\\\\/\\u00e4\\ud83d\\ude00\"", "a\n\"\\/ä😀");
  check_string ("\"\"", "");
  check_string ("\"no end", NULL);
  check_string ("\"bad \\x escape\"", NULL);
  check_string ("\"half \\ud83d pair\"", NULL);
  check_string ("\"nul \\u0000\"", NULL);
  check_string ("\"line\nbreak\"", NULL);
  check_string ("\"\\u12", NULL);
  check_string ("\"\\", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      AgJsonCursor cursor = { sizes[i], sizes[i] + strlen (sizes[i]) };
      gboolean whole = ag_json_take_size (&cursor, &size) && cursor.at == cursor.end;
      g_assert_false (whole);
    }
  for (int i = 0; i < 2; i++)
    {
      const char *text = i ? "9223372036854775807" : " 0";
      AgJsonCursor cursor = { text, text + strlen (text) };
      g_assert_true (ag_json_take_size (&cursor, &size));
      g_assert_cmpint (size, ==, i ? G_MAXINT64 : 0);
    }
}

static void
test_json_depth (void)
{
  g_autofree char *deep = g_strnfill (1000000, '[');
  g_autoptr (JsonNode) good = ag_json_parse ("{\"a\": [1, \"[[[[[\"]}"), many = NULL;
  GString *wide = g_string_new (NULL);

  g_assert_nonnull (good);
  g_assert_null (ag_json_parse (deep));
  /* Long is not deep. */
  g_string_append_c (wide, '[');
  for (int i = 0; i < 1000; i++)
    g_string_append (wide, "[],");
  g_string_append (wide, "[]]");
  g_assert_nonnull (many = ag_json_parse (wide->str));
  g_string_free (wide, TRUE);
  g_assert_null (ag_json_parse ("{"));
  g_assert_null (ag_json_parse ("3"));
  g_assert_null (ag_json_parse (""));
}

void
add_number_tests (void)
{
  g_test_add_func ("/half/exact", test_half_exact);
  g_test_add_func ("/half/rounding", test_half_rounding);
  g_test_add_func ("/json/cursor", test_json_cursor);
  g_test_add_func ("/json/depth", test_json_depth);
}
