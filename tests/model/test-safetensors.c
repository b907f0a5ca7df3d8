/* test-safetensors.c: the container of model files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-json.h"
#include "ag-safetensors.h"
#include "test-model.h"

static const float floats[] = { 1.5f, -2.25f, 0.1f, 3e-6f, 60000.0f, -0.0f };
static const gint32 ints[] = { 3, -7, G_MAXINT32 };
static const double doubles[] = { G_PI, -1e300 };
static const gint64 dims_2_3[] = { 2, 3 }, dims_3[] = { 3 }, dims_2[] = { 2 }, dims_0[] = { 0 };

static GFile *
write_sample (const char *name)
{
  g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();
  g_autoptr (GFile) file = new_test_file (name);
  gint64 *owned = g_new (gint64, 1);
  GError *error = NULL;

  *owned = G_MININT64;
  ag_safetensors_writer_set_metadata (writer, "key", "old");
  ag_safetensors_writer_set_metadata (writer, "key", "value \"with\" \\ and\nä");
  ag_safetensors_writer_add (writer, "half", AG_DTYPE_F32, floats, AG_DTYPE_F16, 2, dims_2_3);
  ag_safetensors_writer_add (writer, "single", AG_DTYPE_F32, floats, AG_DTYPE_F32, 2, dims_2_3);
  ag_safetensors_writer_add (writer, "int", AG_DTYPE_I32, ints, AG_DTYPE_I32, 1, dims_3);
  ag_safetensors_writer_add (writer, "double", AG_DTYPE_F64, doubles, AG_DTYPE_F64, 1, dims_2);
  ag_safetensors_writer_add (writer, "empty", AG_DTYPE_F32, floats, AG_DTYPE_F32, 1, dims_0);
  ag_safetensors_writer_take (writer, "scalar", AG_DTYPE_I64, owned, AG_DTYPE_I64, 0, NULL);
  g_assert_true (ag_safetensors_writer_write (writer, file, &error));
  g_assert_no_error (error);
  return g_steal_pointer (&file);
}

static void
test_round_trip (void)
{
  g_autoptr (GFile) file = write_sample ("round-trip.safetensors");
  g_autoptr (AgSafetensors) read = ag_safetensors_open (file, NULL);
  float single[6];
  double number[6];
  gint64 integer[3];

  g_assert_nonnull (read);
  g_assert_cmpuint (ag_safetensors_get_n_tensors (read), ==, 6);
  g_assert_cmpstr (ag_safetensors_get_metadata (read, "key"), ==, "value \"with\" \\ and\nä");
  g_assert_null (ag_safetensors_get_metadata (read, "other"));
  g_assert_cmpstr (ag_safetensors_get_name (read), ==, "round-trip.safetensors");

  ag_safetensor_read_float (ag_safetensors_find (read, "single"), single);
  g_assert_cmpmem (single, sizeof single, floats, sizeof floats);
  ag_safetensor_read_double (ag_safetensors_find (read, "half"), number);
  for (int i = 0; i < 6; i++)
    g_assert_cmpfloat_with_epsilon (number[i], (double) floats[i],
                                    fabs ((double) floats[i]) / 2048 + 3e-8);
  ag_safetensor_read_double (ag_safetensors_find (read, "double"), number);
  g_assert_true (number[0] == doubles[0] && number[1] == doubles[1]);
  ag_safetensor_read_int64 (ag_safetensors_find (read, "int"), integer);
  g_assert_true (integer[0] == 3 && integer[1] == -7 && integer[2] == G_MAXINT32);
  ag_safetensor_read_int64 (ag_safetensors_find (read, "scalar"), integer);
  g_assert_true (integer[0] == G_MININT64);
  g_assert_cmpuint (ag_safetensors_find (read, "empty")->count, ==, 0);
  g_assert_cmpint (ag_safetensors_find (read, "scalar")->rank, ==, 0);
}

/* A reader of the format as its documentation describes it, that shares nothing with ours: what it
 * accepts, the published package accepts. */
static void
test_specification (void)
{
  g_autoptr (GFile) file = write_sample ("specification.safetensors");
  g_autofree char *contents = NULL, *header = NULL;
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GList) names = NULL;
  JsonObject *root;
  gsize size;
  guint64 length, end = 0;

  g_assert_true (g_file_get_contents (g_file_peek_path (file), &contents, &size, NULL));
  memcpy (&length, contents, 8);
  length = GUINT64_FROM_LE (length);
  g_assert_cmpuint (length, <=, size - 8);
  g_assert_cmpuint (length % 8, ==, 0);
  g_assert_cmpint (contents[8], ==, '{');
  header = g_strndup (contents + 8, length);
  g_assert_true (json_parser_load_from_data (parser, header, -1, NULL));
  root = json_node_get_object (json_parser_get_root (parser));

  names = json_object_get_members (root);
  for (GList *name = names; name; name = name->next)
    {
      JsonObject *entry = json_object_get_object_member (root, name->data);
      JsonArray *shape, *offsets;
      guint64 count = 1;
      const char *dtype;

      if (strcmp (name->data, "__metadata__") == 0)
        continue;
      g_assert_cmpuint (json_object_get_size (entry), ==, 3);
      dtype = json_object_get_string_member (entry, "dtype");
      shape = json_object_get_array_member (entry, "shape");
      offsets = json_object_get_array_member (entry, "data_offsets");
      for (guint i = 0; i < json_array_get_length (shape); i++)
        count *= (guint64) json_array_get_int_element (shape, i);
      g_assert_cmpint (json_array_get_int_element (offsets, 0), ==, (gint64) end);
      g_assert_cmpuint (end % ((guint64) g_ascii_strtoll (dtype + 1, NULL, 10) / 8), ==, 0);
      if (strcmp (name->data, "single") == 0)
        g_assert_cmpmem (contents + 8 + length + end, sizeof floats, floats, sizeof floats);
      end = (guint64) json_array_get_int_element (offsets, 1);
      g_assert_cmpuint (end - (guint64) json_array_get_int_element (offsets, 0), ==,
                        count * (guint64) g_ascii_strtoll (dtype + 1, NULL, 10) / 8);
    }
  g_assert_cmpuint (8 + length + end, ==, size);
}

static void
test_too_large_for_half (void)
{
  g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();
  g_autoptr (GFile) file = write_test_file ("half.safetensors", "old", 3);
  const float large[] = { 1, 70000, 2 };
  g_autofree char *contents = NULL;
  GError *error = NULL;

  ag_safetensors_writer_add (writer, "weight", AG_DTYPE_F32, large, AG_DTYPE_F16, 1, dims_3);
  g_assert_false (ag_safetensors_writer_write (writer, file, &error));
  assert_error_names (error, AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED, file, "weight");
  g_assert_true (g_file_get_contents (g_file_peek_path (file), &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "old");
}

static void
check_header (const char *header, gsize data_size, int code, const char *part)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (AgSafetensors) read = NULL;
  g_autoptr (GFile) file = NULL;
  guint64 length = GUINT64_TO_LE ((guint64) strlen (header));
  GError *error = NULL;

  g_byte_array_append (bytes, (guint8 *) &length, 8);
  g_byte_array_append (bytes, (const guint8 *) header, (guint) strlen (header));
  for (gsize i = 0; i < data_size; i++)
    g_byte_array_append (bytes, (const guint8 *) "", 1);
  file = write_test_file ("lie.safetensors", bytes->data, bytes->len);
  read = ag_safetensors_open (file, &error);
  if (!part)
    {
      g_assert_no_error (error);
      g_assert_nonnull (read);
      return;
    }
  g_assert_null (read);
  assert_error_names (error, AG_MODEL_ERROR, code, file, part);
}

#define T(shape, begin, end)                                                                       \
  "{\"dtype\":\"F32\",\"shape\":" shape ",\"data_offsets\":[" #begin "," #end "]}"

static void
test_lies (void)
{
  const int corrupt = AG_MODEL_ERROR_CORRUPT;

  check_header ("{\"a\":" T ("[2]", 0, 8) "}", 8, 0, NULL);
  check_header ("{}", 0, 0, NULL);
  check_header (" {}", 0, AG_MODEL_ERROR_FORMAT, "not a safetensors");
  check_header ("{\"a\":" T ("[2]", 0, 8) "}    ", 8, 0, NULL);
  check_header ("{\"a\":" T ("[2]", 0, 8) "}", 7, corrupt, "outside");
  check_header ("{\"a\":" T ("[2]", 0, 8) "}", 9, corrupt, "more in the file");
  check_header ("{\"a\":" T ("[3]", 0, 8) "}", 8, corrupt, "shape");
  check_header ("{\"a\":" T ("[2]", 8, 0) "}", 8, corrupt, "outside");
  check_header ("{\"a\":" T ("[2]", 0, 8) ",\"b\":" T ("[2]", 4, 12) "}", 12, corrupt, "overlaps");
  check_header ("{\"a\":" T ("[2]", 0, 8) ",\"b\":" T ("[1]", 12, 16) "}", 16, corrupt, "gap");
  check_header ("{\"b\":" T ("[1]", 8, 12) ",\"a\":" T ("[2]", 0, 8) "}", 12, 0, NULL);
  check_header ("{\"a\":" T ("[2]", 0, 8) ",\"a\":" T ("[2]", 8, 16) "}", 16, corrupt, "twice");
  check_header ("{\"a\":" T ("[4611686018427387904,4]", 0, 0) "}", 0, corrupt, "shape");
  check_header ("{\"a\":" T ("[9223372036854775807]", 0, 8) "}", 8, corrupt, "size");
  check_header ("{\"a\":" T ("[99999999999999999999]", 0, 8) "}", 8, corrupt, "header");
  check_header ("{\"a\":" T ("[-2]", 0, 8) "}", 8, corrupt, "header");
  check_header ("{\"a\":" T ("[2.0]", 0, 8) "}", 8, corrupt, "header");
  check_header ("{\"a\":" T ("[1,1,1,1,1,1,1,1,2]", 0, 8) "}", 8, corrupt, "8 dimensions");
  check_header ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 8, corrupt, "header");
  check_header ("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[2]}}", 8, corrupt,
                "header");
  check_header ("{\"a\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]}}", 8,
                AG_MODEL_ERROR_UNSUPPORTED, "BF16");
  check_header ("{\"a\":" T ("[2]", 0, 8), 8, corrupt, "header");
  check_header ("{\"a\":" T ("[2]", 0, 8) "}}", 8, corrupt, "header");
  check_header ("{\"a\":" T ("[2]", 0, 8) ",}", 8, corrupt, "header");
  check_header ("{\"__metadata__\":{\"a\":1}}", 0, corrupt, "header");
  check_header ("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}", 0, corrupt, "twice");
  check_header ("{\"__metadata__\":{},\"__metadata__\":{}}", 0, corrupt, "twice");
  check_header ("{\"\xff\":" T ("[2]", 0, 8) "}", 8, corrupt, "header");
  check_header ("{/* comment */}", 0, corrupt, "header");
}

static void
test_length_of_header (void)
{
  const guint64 lengths[] = { 0, 1, 100, 100 * 1000 * 1000, 100 * 1000 * 1000 + 1, G_MAXUINT64 };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint64 bytes[2] = { GUINT64_TO_LE (lengths[i]) };
      g_autoptr (GFile) file = NULL;
      GError *error = NULL;

      memcpy (bytes + 1, "{}      ", 8);
      file = write_test_file ("length.safetensors", bytes, 16);
      g_assert_null (ag_safetensors_open (file, &error));
      g_assert_nonnull (error);
      g_error_free (error);
    }
}

/* No prefix of a file is a file, and no change of a byte of the header does harm. */
static void
test_damage (void)
{
  g_autoptr (GFile) file = write_sample ("damage.safetensors");
  g_autofree char *contents = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (g_file_peek_path (file), &contents, &size, NULL));
  for (gsize n = 0; n < size; n++)
    {
      g_autoptr (GFile) cut = write_test_file ("cut.safetensors", contents, n);
      GError *error = NULL;

      g_assert_null (ag_safetensors_open (cut, &error));
      g_assert_nonnull (error);
      g_error_free (error);
    }
  for (gsize i = 0; i < size - 100; i++)
    {
      g_autoptr (AgSafetensors) read = NULL;

      poke_test_file (file, i, (char) g_test_rand_int ());
      read = ag_safetensors_open (file, NULL);
      for (guint k = 0; read && k < ag_safetensors_get_n_tensors (read); k++)
        {
          const AgSafetensor *tensor = ag_safetensors_get_tensor (read, k);
          g_autofree double *numbers = g_new (double, tensor->count + 1);
          ag_safetensor_read_double (tensor, numbers);
        }
      poke_test_file (file, i, contents[i]);
    }
}

void
add_safetensors_tests (void)
{
  g_test_add_func ("/safetensors/round-trip", test_round_trip);
  g_test_add_func ("/safetensors/specification", test_specification);
  g_test_add_func ("/safetensors/too-large-for-half", test_too_large_for_half);
  g_test_add_func ("/safetensors/lies", test_lies);
  g_test_add_func ("/safetensors/length-of-header", test_length_of_header);
  g_test_add_func ("/safetensors/damage", test_damage);
}
