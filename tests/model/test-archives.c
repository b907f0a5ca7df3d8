/* test-archives.c: other programs' files, well-formed, damaged and hostile
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>
#include <zip.h>

#include "ag-archive.h"
#include "test-model.h"

typedef struct
{
  const char *name;
  const void *data;
  gsize size;
} Entry;

static GFile *
write_zip (const char *name, const Entry *entries, guint n)
{
  g_autoptr (GFile) file = new_test_file (name);
  int problem;
  zip_t *zip = zip_open (g_file_peek_path (file), ZIP_CREATE | ZIP_TRUNCATE, &problem);

  for (guint i = 0; i < n; i++)
    {
      zip_source_t *source = zip_source_buffer (zip, entries[i].data, entries[i].size, 0);
      zip_int64_t index = zip_file_add (zip, entries[i].name, source, ZIP_FL_ENC_UTF_8);
      g_assert_cmpint (index, >=, 0);
      zip_set_file_compression (zip, (zip_uint64_t) index, i % 2 ? ZIP_CM_DEFLATE : ZIP_CM_STORE,
                                0);
    }
  g_assert_cmpint (zip_close (zip), ==, 0);
  return g_steal_pointer (&file);
}

/* A .npy file with that header. */
static GBytes *
make_npy (const char *header, gconstpointer data, gsize size)
{
  GByteArray *bytes = g_byte_array_new ();
  guint16 length = (guint16) strlen (header);
  guint8 prefix[10] = { 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (guint8) length, length >> 8 };

  g_byte_array_append (bytes, prefix, 10);
  g_byte_array_append (bytes, (const guint8 *) header, length);
  g_byte_array_append (bytes, data, (guint) size);
  return g_byte_array_free_to_bytes (bytes);
}

static AgArchive *
scan_npy (const char *header, gconstpointer data, gsize size, GError **error)
{
  g_autoptr (GBytes) npy = make_npy (header, data, size);
  Entry entry = { "array.npy", g_bytes_get_data (npy, NULL), g_bytes_get_size (npy) };
  g_autoptr (GFile) file = write_zip ("array.npz", &entry, 1);
  g_autoptr (AgArchive) archive = ag_archive_open (file, error);

  return archive && ag_npz_scan (archive, error) ? g_steal_pointer (&archive) : NULL;
}

static void
check_npy (const char *header, gconstpointer data, gsize size, const double *expected)
{
  const gint64 dims[] = { 2, 3 };
  g_autoptr (AgArchive) archive = NULL;
  g_autofree ag_real *values = NULL;
  GError *error = NULL;

  archive = scan_npy (header, data, size, &error);
  g_assert_no_error (error);
  values = ag_archive_read (archive, "array", 2, dims, &error);
  g_assert_no_error (error);
  for (int i = 0; i < 6; i++)
    g_assert_true ((double) values[i] == expected[i]);
}

static void
test_npy (void)
{
  const float f4[] = { 1, 2, 3, 4, 5, 6 };
  const double f8[] = { 1, 2, 3, 4, 5, 6 }, turned[] = { 1, 3, 5, 2, 4, 6 };
  const gint32 i4[] = { 1, 2, 3, 4, 5, 6 };
  const gint64 i8[] = { 1, 2, 3, 4, 5, 6 };
  guint32 big[6];

  for (int i = 0; i < 6; i++)
    {
      memcpy (&big[i], &f4[i], 4);
      big[i] = GUINT32_SWAP_LE_BE (big[i]);
    }
  check_npy ("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }   \n", f4, 24, f8);
  check_npy ("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3), }\n", f4, 24, turned);
  check_npy ("{'shape': (2, 3), 'fortran_order': False, 'descr': '<f8'}", f8, 48, f8);
  check_npy ("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 3)}", i4, 24, f8);
  check_npy ("{'descr': '<i8', 'fortran_order': False, 'shape': (2, 3), }", i8, 48, f8);
  check_npy ("{'descr': '>f4', 'fortran_order': False, 'shape': (2, 3), }", big, 24, f8);
}

static void
test_bad_npy (void)
{
  static const char *const headers[] = {
    "",
    "{}",
    "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }",
    "{'descr': '<c8', 'fortran_order': False, 'shape': (2, 3), }",
    "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2, 3), }",
    "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2, 3), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), ",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } or more",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (6), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2 3), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, 3), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 4), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999, 3), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }",
    "{'descr': '<f4', 'fortran_order': False, 'shape': (1,1,1,1,1,1,1,1,1,1), }",
    "{'shape': (1,), 'shape': (1,), 'shape': (1,), }",
    "{'descr': '<f4', 'descr': '<f4', 'shape': (2, 3), }__import__('os').system('true')",
  };
  const float data[6] = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (headers); i++)
    {
      g_autoptr (GFile) file = new_test_file ("array.npz");
      GError *error = NULL;

      g_assert_null (scan_npy (headers[i], data, sizeof data, &error));
      assert_error_names (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, file, "array");
    }
}

static void
check_pickle (const void *pickle, gsize size, int code, const char *part)
{
  const float data[4] = { 1, 2, 3, 4 };
  const Entry entries[] = {
    { "model/data.pkl", pickle, size },
    { "model/data/0", data, sizeof data },
  };
  g_autoptr (GFile) file = write_zip ("model.pt", entries, 2);
  GError *error = NULL;

  g_assert_null (ag_model_import (file, 16, 0, &error));
  assert_error_names (error, AG_MODEL_ERROR, code, file, part);
}

#define CHECK(text, part) check_pickle (text, sizeof text - 1, AG_MODEL_ERROR_UNSUPPORTED, part)

static void
test_hostile_pickle (void)
{
  CHECK ("\x80\x02"
         "cos\nsystem\n"
         "(X\x04\0\0\0true"
         "tR.",
         "os.system");
  CHECK ("\x80\x02"
         "cbuiltins\neval\n"
         "(X\x01\0\0\0"
         "1tR.",
         "builtins.eval");
  CHECK ("\x80\x04"
         "\x8c\x05posix\x8c\x06system\x93"
         "\x8c\x04true\x85R.",
         "posix.system");
  CHECK ("\x80\x02"
         "ccollections\nOrderedDict.__class__\n.",
         "OrderedDict.__class__");
  CHECK ("\x80\x02"
         "(S'true'\nios\nsystem\n.",
         "STRING");
  CHECK ("\x80\x02"
         "(ios\nsystem\n.",
         "INST");
  CHECK ("\x80\x02"
         "ccollections\nOrderedDict\n)\x81.",
         "NEWOBJ");
  CHECK ("\x80\x02"
         "\x82\x01.",
         "EXT1");
  CHECK ("\x80\x02"
         "P123\n.",
         "PERSID");
  CHECK ("\x80\x02\xff.", "0xff");
  CHECK ("\x80\x02"
         "}",
         "ends early");
  CHECK ("\x80\x02"
         "ccollections\n",
         "damaged");
  CHECK ("\x80\x02"
         "h\x05.",
         "damaged");
  CHECK ("\x80\x02"
         "R.",
         "damaged");
  CHECK ("\x80\x02"
         "t.",
         "damaged");
  CHECK ("\x80\x02"
         "(.",
         "damaged");
  CHECK ("\x80\x02"
         "(q\0.",
         "damaged");
  CHECK ("\x80\x02"
         "}}.",
         "damaged");
  CHECK ("\x80\x02"
         "}K\x01u.",
         "damaged");
  CHECK ("\x80\x02"
         "}(K\x01u.",
         "damaged");
  CHECK ("\x80\x02"
         "X\xff\xff\xff\x7f"
         "abc.",
         "damaged");
  CHECK ("\x80\x02"
         "\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
         "abc.",
         "damaged");
  CHECK ("\x80\x02"
         "K\x01Q.",
         "damaged");
  CHECK ("\x80\x02"
         "X\x02\0\0\0\xff\xfe.",
         "damaged");
  CHECK ("\x80\x09.", "damaged");
}

/* A state dict of one tensor, with room to lie about it. */
static void
check_tensor (const char *sizes,
              gsize n,
              const char *strides,
              gsize m,
              const char *key,
              char offset,
              const char *part)
{
  g_autoptr (GByteArray) pickle = g_byte_array_new ();

#define ADD(text) g_byte_array_append (pickle, (const guint8 *) text, sizeof text - 1)
  ADD ("\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((");
  ADD ("X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0");
  g_byte_array_append (pickle, (const guint8 *) key, 1);
  ADD ("X\x03\0\0\0cpuK\x04tQK");
  g_byte_array_append (pickle, (const guint8 *) &offset, 1);
  g_byte_array_append (pickle, (const guint8 *) sizes, (guint) n);
  g_byte_array_append (pickle, (const guint8 *) strides, (guint) m);
  ADD ("\x89"
       "ccollections\nOrderedDict\n)RtRs.");
#undef ADD
  check_pickle (pickle->data, pickle->len,
                strcmp (part, "not those of") == 0 ? AG_MODEL_ERROR_FORMAT : AG_MODEL_ERROR_CORRUPT,
                part);
}

static void
test_lying_tensors (void)
{
#define S(text) text, sizeof text - 1
  check_tensor (S ("K\x02K\x02\x86"), S ("K\x02K\x01\x86"), "0", 0, "not those of");
  check_tensor (S ("K\x02K\x03\x86"), S ("K\x03K\x01\x86"), "0", 0, "ends early");
  check_tensor (S ("K\x02K\x02\x86"), S ("K\x02K\x01\x86"), "0", 1, "ends early");
  check_tensor (S ("K\x02K\x02\x86"), S ("K\x04K\x01\x86"), "0", 0, "ends early");
  check_tensor (S ("K\xffK\xff\x86"), S ("K\0K\0\x86"), "0", 0, "not possible");
  check_tensor (S ("K\x02K\x02\x86"), S ("K\x02\x85"), "0", 0, "description");
  check_tensor (S ("K\x02K\x02\x86"), S ("K\x02K\x01\x86"), "7", 0, "description");
  check_tensor (S ("J\xff\xff\xff\xffK\x02\x86"), S ("K\x02K\x01\x86"), "0", 0, "description");
  check_tensor (S ("\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7fK\x7f\x86"), S ("K\x02K\x01\x86"), "0",
                0, "not possible");
#undef S
}

static void
test_not_archives (void)
{
  const Entry other = { "readme.txt", "hello", 5 };
  g_autoptr (GFile) text = write_test_file ("text.pt", "no zip", 6);
  g_autoptr (GFile) zip = write_zip ("other.npz", &other, 1);
  g_autoptr (GFile) cut = write_test_file ("cut.npz", "PK\3\4 and not much more", 22);
  GError *error = NULL;

  g_assert_null (ag_model_import (text, 16, 0, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT, text,
                      "neither");
  g_assert_null (ag_model_import (zip, 16, 0, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT, zip,
                      "no arrays");
  g_assert_null (ag_model_import (cut, 16, 0, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, cut, "zip");
}

static GFile *
find_vector (const char *name)
{
  const char *shared = g_getenv ("AG_TEST_SHARED");
  g_autofree char *path =
    shared && *shared ? g_build_filename (shared, "vectors", name, NULL) : NULL;

  if (path && g_file_test (path, G_FILE_TEST_EXISTS))
    return g_file_new_for_path (path);
  g_test_skip ("the recorded models are not there");
  return NULL;
}

static void
test_image_size (gconstpointer name)
{
  g_autoptr (GFile) file = find_vector (name);
  g_autoptr (AgModel) model = NULL;
  GError *error = NULL;

  if (!file)
    return;
  g_assert_null (ag_model_import (file, 0, 0, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_UNSUPPORTED, file,
                      "image size");
  g_assert_null (ag_model_import (file, 17, 0, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_FLOW, file, "");
  model = ag_model_import (file, 32, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ag_glow_config (model->glow)->image_width, ==, 32);
  g_assert_cmpint (ag_glow_config (model->glow)->n_bits, ==, 5);
}

/* What is imported is what is read back from a file of ours. */
static void
test_through_native (gconstpointer name)
{
  g_autoptr (GFile) file = find_vector (name);
  g_autoptr (GFile) native = new_test_file ("imported.safetensors");
  g_autoptr (AgModel) model = NULL, loaded = NULL;
  GError *error = NULL;

  if (!file)
    return;
  model = ag_model_import (file, 16, 8, &error);
  g_assert_no_error (error);
  g_assert_true (ag_model_save (model, native, AG_MODEL_STORAGE_F32, &error));
  loaded = ag_model_load (native, &error);
  g_assert_no_error (error);
  for (int i = 0; i < ag_glow_n_tensors (model->glow); i++)
    {
      const AgTensor *a = ag_glow_tensor (model->glow, i), *b = ag_glow_tensor (loaded->glow, i);
      if (a->values)
        g_assert_cmpmem (a->values, a->count * sizeof (ag_real), b->values,
                         b->count * sizeof (ag_real));
      else
        g_assert_cmpmem (a->index, a->count * 4, b->index, b->count * 4);
    }
}

/* Cut or changed anywhere, a real file gives a model or an error, and nothing worse. */
static void
test_damage (gconstpointer name)
{
  g_autoptr (GFile) file = find_vector (name), changed = NULL;
  g_autofree char *contents = NULL;
  gsize size;

  if (!file)
    return;
  g_assert_true (g_file_get_contents (g_file_peek_path (file), &contents, &size, NULL));
  for (int i = 0; i < 60; i++)
    {
      gsize n = (gsize) g_test_rand_int_range (0, (gint32) size);
      g_autoptr (GFile) cut = write_test_file ("cut.zip", contents, n);
      GError *error = NULL;

      g_assert_null (ag_model_import (cut, 16, 0, &error));
      g_assert_nonnull (error);
      g_error_free (error);
    }
  changed = write_test_file ("changed.zip", contents, size);
  for (int i = 0; i < 300; i++)
    {
      /* Most of a file is numbers; the directory at its end and the index at its start are not. */
      gsize span = i % 3 == 0 ? size : 20000;
      gsize at = (gsize) g_test_rand_int_range (0, (gint32) span);
      g_autoptr (AgModel) model = NULL;

      at = i % 3 == 1 ? size - 1 - at : at;
      poke_test_file (changed, at, (char) g_test_rand_int ());
      model = ag_model_import (changed, 16, 0, NULL);
      poke_test_file (changed, at, contents[at]);
    }
}

void
add_archive_tests (void)
{
  static const char *const names[] = { "openai-additive-conv.npz", "openai-affine-shuffle.npz",
                                       "rosinality-additive-full.pt", "rosinality-affine-lu.pt" };

  g_test_add_func ("/archive/npy", test_npy);
  g_test_add_func ("/archive/bad-npy", test_bad_npy);
  g_test_add_func ("/archive/hostile-pickle", test_hostile_pickle);
  g_test_add_func ("/archive/lying-tensors", test_lying_tensors);
  g_test_add_func ("/archive/not-archives", test_not_archives);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *size = g_strdup_printf ("/archive/%s/image-size", names[i]);
      g_autofree char *native = g_strdup_printf ("/archive/%s/through-native", names[i]);
      g_autofree char *damage = g_strdup_printf ("/archive/%s/damage", names[i]);
      g_test_add_data_func (size, names[i], test_image_size);
      g_test_add_data_func (native, names[i], test_through_native);
      g_test_add_data_func (damage, names[i], test_damage);
    }
}
