/* test-model-file.c: models through files and back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "ag-json.h"
#include "test-model.h"

static const AgGlowConfig tiny = {
  .image_height = 8,
  .image_width = 16,
  .channels = 3,
  .levels = 2,
  .depth = 2,
  .width = 5,
  .coupling = AG_COUPLING_AFFINE,
  .permutation = AG_PERMUTATION_LU,
  .n_bits = 5,
  .classes = 3,
};

static AgModel *
save_and_load (AgModel *model, AgModelStorage storage)
{
  g_autoptr (GFile) file = new_test_file ("model.safetensors");
  GError *error = NULL;
  AgModel *loaded;

  g_assert_true (ag_model_save (model, file, storage, &error));
  g_assert_no_error (error);
  loaded = ag_model_load (file, &error);
  g_assert_no_error (error);
  return loaded;
}

static void
compare_tensors (const AgGlow *a, const AgGlow *b, AgModelStorage storage)
{
  g_assert_cmpint (ag_glow_n_tensors (a), ==, ag_glow_n_tensors (b));
  for (int i = 0; i < ag_glow_n_tensors (a); i++)
    {
      const AgTensor *one = ag_glow_tensor (a, i), *two = ag_glow_tensor (b, i);
      gboolean rounded = storage == AG_MODEL_STORAGE_F16 &&
                         g_str_has_suffix (one->name, ".weight") &&
                         !strstr (one->name, ".permutation.");
      g_autofree ag_real *x = g_new (ag_real, one->count), *y = g_new (ag_real, one->count);
      const ag_real *first = one->index ? NULL : ag_tensor_numbers (one, 0, one->count, x);
      const ag_real *second = two->index ? NULL : ag_tensor_numbers (two, 0, two->count, y);

      g_assert_cmpstr (one->name, ==, two->name);
      for (size_t k = 0; k < one->count; k++)
        if (one->index)
          g_assert_cmpint (one->index[k], ==, two->index[k]);
        else
          g_assert_cmpfloat (fabs ((double) first[k] - (double) second[k]), <=,
                             rounded ? fabs ((double) first[k]) / 2048 + 1e-7 : 0);
    }
}

static void
compare_vectors (const float *a, const float *b, gsize n, AgModelStorage storage)
{
  for (gsize i = 0; i < n; i++)
    g_assert_cmpfloat (fabs ((double) a[i] - (double) b[i]), <=,
                       storage == AG_MODEL_STORAGE_F16 ? 1e-3 : 0);
}

static void
compare_models (AgModel *a, AgModel *b, AgModelStorage storage)
{
  gsize n = ag_glow_n_dims (a->glow);

  g_assert_cmpmem (ag_glow_config (a->glow), sizeof (AgGlowConfig), ag_glow_config (b->glow),
                   sizeof (AgGlowConfig));
  compare_tensors (a->glow, b->glow, storage);
  g_assert_cmpuint (a->attributes->len, ==, b->attributes->len);
  for (guint i = 0; i < a->attributes->len; i++)
    {
      const AgModelAttribute *one = a->attributes->pdata[i], *two = b->attributes->pdata[i];
      g_assert_cmpstr (one->name, ==, two->name);
      g_assert_cmpint (one->n_positive, ==, two->n_positive);
      g_assert_cmpint (one->n_negative, ==, two->n_negative);
      g_assert_true (one->mean_projection == two->mean_projection);
      g_assert_true (ag_model_find_attribute (b, one->name) == two);
      compare_vectors (one->direction, two->direction, n, storage);
    }
  g_assert_true ((a->mean == NULL) == (b->mean == NULL));
  if (a->mean)
    compare_vectors (a->mean, b->mean, n, storage);
  g_assert_true ((a->percentiles == NULL) == (b->percentiles == NULL));
  if (a->percentiles)
    g_assert_cmpmem (a->percentiles, 101 * sizeof (double), b->percentiles, 101 * sizeof (double));
  g_assert_cmpuint (g_hash_table_size (a->facts), ==, g_hash_table_size (b->facts));
  g_assert_cmpstr (g_hash_table_lookup (a->facts, "licence"), ==,
                   g_hash_table_lookup (b->facts, "licence"));
}

static void
test_round_trip (void)
{
  for (int permutation = 0; permutation < 4; permutation++)
    for (int coupling = 0; coupling < 3; coupling++)
      for (int variant = 0; variant < 4; variant++)
        {
          AgModelStorage storage = variant & 1 ? AG_MODEL_STORAGE_F16 : AG_MODEL_STORAGE_F32;
          AgGlowConfig config = tiny;
          g_autoptr (AgModel) model = NULL, loaded = NULL;

          config.permutation = (AgPermutation) permutation;
          config.coupling = (AgCoupling) coupling;
          config.classes = variant & 2 ? 0 : 3;
          config.channels = variant & 2 ? 1 : 3;
          model = new_test_model (&config, variant & 2);
          loaded = save_and_load (model, storage);
          compare_models (model, loaded, storage);
        }
}

/* Moves a file's data by one byte, which the format allows. */
static void
misalign (GFile *file)
{
  g_autofree char *bytes = NULL;
  g_autoptr (GString) moved = NULL;
  guint64 header;
  gsize n;

  g_assert_true (g_file_get_contents (g_file_peek_path (file), &bytes, &n, NULL));
  memcpy (&header, bytes, sizeof header);
  moved = g_string_new_len (bytes, (gssize) n);
  g_string_insert_c (moved, (gssize) (sizeof header + GUINT64_FROM_LE (header)), ' ');
  header = GUINT64_TO_LE (GUINT64_FROM_LE (header) + 1);
  memcpy (moved->str, &header, sizeof header);
  g_assert_true (
    g_file_set_contents (g_file_peek_path (file), moved->str, (gssize) moved->len, NULL));
}

/* Weights stay in the mapped file where they can, and are copied where they cannot or where they
 * are to be changed. The numbers are the same. */
static void
test_lent (void)
{
  for (int i = 0; i < 4; i++)
    {
      AgModelStorage storage = i & 1 ? AG_MODEL_STORAGE_F16 : AG_MODEL_STORAGE_F32;
      gboolean aligned = !(i & 2), lent;
      g_autoptr (AgModel) model = new_test_model (&tiny, TRUE), loaded = NULL, own = NULL;
      g_autoptr (GFile) file = new_test_file ("lent.safetensors");
      GError *error = NULL;
      size_t n;

      g_assert_true (ag_model_save (model, file, storage, NULL));
      if (!aligned)
        misalign (file);
      loaded = ag_model_load (file, &error);
      g_assert_no_error (error);
      own = ag_model_load_for_training (file, &error);
      g_assert_no_error (error);
      compare_models (model, loaded, storage);
      compare_models (model, own, storage);
      lent = aligned && (sizeof (ag_real) == 4 || storage == AG_MODEL_STORAGE_F16);
      g_assert_cmpint (ag_glow_is_lent (loaded->glow), ==, lent);
      g_assert_true ((ag_glow_parameters (loaded->glow, &n) == NULL) == lent);
      g_assert_cmpuint (n, ==, ag_glow_config_n_parameters (&tiny));
      g_assert_false (ag_glow_is_lent (own->glow));
      g_assert_nonnull (ag_glow_parameters (own->glow, NULL));
      /* The file's name may come to mean another file. */
      g_assert_true (g_file_delete (file, NULL, NULL));
      compare_models (own, loaded, AG_MODEL_STORAGE_F32);
    }
}

/* The same model gives the same bytes. */
static void
test_deterministic (void)
{
  g_autoptr (AgModel) model = new_test_model (&tiny, TRUE);
  g_autoptr (GFile) one = new_test_file ("one.safetensors");
  g_autoptr (GFile) two = new_test_file ("two.safetensors");
  g_autoptr (AgModel) loaded = NULL;
  g_autofree char *a = NULL, *b = NULL;
  gsize n_a, n_b;

  g_assert_true (ag_model_save (model, one, AG_MODEL_STORAGE_F32, NULL));
  loaded = ag_model_load (one, NULL);
  g_assert_true (ag_model_save (loaded, two, AG_MODEL_STORAGE_F32, NULL));
  g_assert_true (g_file_get_contents (g_file_peek_path (one), &a, &n_a, NULL));
  g_assert_true (g_file_get_contents (g_file_peek_path (two), &b, &n_b, NULL));
  g_assert_cmpmem (a, n_a, b, n_b);
}

/* The matrix in the file does what the flow does: it is found by sending unit vectors through a
 * model that is nothing but one permutation. */
static void
test_kernel_form (void)
{
  const AgGlowConfig config = {
    .image_height = 2,
    .image_width = 2,
    .channels = 3,
    .levels = 1,
    .depth = 1,
    .width = 1,
    .coupling = AG_COUPLING_ADDITIVE,
    .permutation = AG_PERMUTATION_LU,
    .n_bits = 8,
  };
  g_autoptr (GFile) file = new_test_file ("kernel-form.safetensors");
  g_autoptr (AgSafetensors) read = NULL;
  g_autoptr (AgModel) model = NULL;
  const AgSafetensor *weight, *scale;
  float w[144], s[12];
  ag_real x[144] = { 0 }, eps[144];
  AgFlowError error = { 0 };
  AgScratch *scratch;
  AgFlow *flow;
  AgPool *pool;
  AgGlow *glow;

  g_assert_cmpint (ag_glow_new (&config, 3, &glow, &error), ==, AG_OK);
  model = ag_model_new (glow);
  for (int i = 0; i < 12; i++)
    {
      ag_glow_find_tensor (glow, "level.0.step.0.actnorm.logs")->values[i] = (ag_real) (0.02 * i);
      ag_glow_find_tensor (glow, "level.0.step.0.actnorm.sign")->values[i] = i % 2 ? -1 : 1;
    }
  g_assert_true (ag_model_save (model, file, AG_MODEL_STORAGE_F16, NULL));
  read = ag_safetensors_open (file, NULL);
  weight = ag_safetensors_find (read, "level.0.step.0.permutation.weight");
  scale = ag_safetensors_find (read, "level.0.step.0.actnorm.scale");
  g_assert_cmpuint (weight->count, ==, 144);
  g_assert_cmpuint (scale->count, ==, 12);
  ag_safetensor_read_float (weight, w);
  ag_safetensor_read_float (scale, s);

  /* Pixel (dy,dx), channel c of the image is channel 4c + 2dy + dx after the squeeze. */
  for (int i = 0; i < 12; i++)
    x[i * 12 + (i % 4) * 3 + i / 4] = 1;
  g_assert_cmpint (ag_pool_new (1, &pool, &error), ==, AG_OK);
  g_assert_cmpint (ag_flow_new (glow, &flow, &error), ==, AG_OK);
  g_assert_cmpint (ag_scratch_new (flow, 12, pool, &scratch, &error), ==, AG_OK);
  g_assert_cmpint (ag_flow_encode (flow, scratch, 12, x, NULL, eps, NULL, NULL, &error), ==, AG_OK);
  for (int i = 0; i < 12; i++)
    for (int o = 0; o < 12; o++)
      g_assert_cmpfloat_with_epsilon ((double) eps[i * 12 + o], (double) (s[i] * w[i * 12 + o]),
                                      1e-5);
  ag_scratch_free (scratch);
  ag_flow_free (flow);
  ag_pool_free (pool);
}

static void
test_checkpoint (void)
{
  g_autoptr (AgModel) model = new_test_model (&tiny, FALSE);
  g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();
  g_autoptr (GFile) file = new_test_file ("checkpoint.safetensors");
  g_autoptr (AgModel) loaded = NULL;
  const float moments[] = { 1, NAN, 3 };
  const gint64 n = 3;

  ag_model_add_to_writer (model, writer, AG_MODEL_STORAGE_F32);
  ag_safetensors_writer_add (writer, "optimizer.moments", AG_DTYPE_F32, moments, AG_DTYPE_F32, 1,
                             &n);
  ag_safetensors_writer_set_metadata (writer, "step", "17");
  g_assert_true (ag_safetensors_writer_write (writer, file, NULL));
  loaded = ag_model_load (file, NULL);
  g_assert_nonnull (loaded);
  compare_models (model, loaded, AG_MODEL_STORAGE_F32);
}

/* Writes @model with something wrong and expects an error that says so. */
static void
expect_refusal (AgModel *model, const char *key, const char *value, int code, const char *part)
{
  g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();
  g_autoptr (GFile) file = new_test_file ("refused.safetensors");
  GError *error = NULL;

  ag_model_add_to_writer (model, writer, AG_MODEL_STORAGE_F32);
  if (key)
    ag_safetensors_writer_set_metadata (writer, key, value);
  g_assert_true (ag_safetensors_writer_write (writer, file, NULL));
  g_assert_null (ag_model_load (file, &error));
  assert_error_names (error, AG_MODEL_ERROR, code, file, part);
}

#define ARCHITECTURE(levels, width, classes, coupling)                                             \
  "{\"image_height\":8,\"image_width\":16,\"channels\":3,\"levels\":" levels                       \
  ",\"depth\":2,\"width\":" width ",\"coupling\":\"" coupling                                      \
  "\",\"permutation\":\"lu\",\"n_bits\":5,\"classes\":" classes "}"

static void
test_wrong_metadata (void)
{
  g_autoptr (AgModel) model = new_test_model (&tiny, FALSE);
  const int corrupt = AG_MODEL_ERROR_CORRUPT;

  expect_refusal (model, "format", "something else", AG_MODEL_ERROR_FORMAT, "not an Afterglow");
  expect_refusal (model, "version", "2", AG_MODEL_ERROR_UNSUPPORTED, "newer version");
  expect_refusal (model, "version", "x", corrupt, "version");
  expect_refusal (model, "architecture", "", corrupt, "architecture");
  expect_refusal (model, "architecture", "[1]", corrupt, "architecture");
  expect_refusal (model, "architecture", ARCHITECTURE ("2", "\"5\"", "3", "affine"), corrupt,
                  "architecture");
  expect_refusal (model, "architecture", ARCHITECTURE ("2", "5.5", "3", "affine"), corrupt,
                  "architecture");
  expect_refusal (model, "architecture", ARCHITECTURE ("2", "8000", "3", "affine"), corrupt,
                  "fewer numbers");
  expect_refusal (model, "architecture", ARCHITECTURE ("2", "5", "1000000", "affine"), corrupt, "");
  expect_refusal (model, "architecture", ARCHITECTURE ("2", "4", "3", "affine"), corrupt, "shape");
  expect_refusal (model, "architecture", ARCHITECTURE ("4", "5", "3", "affine"), corrupt, "");
  expect_refusal (model, "architecture", ARCHITECTURE ("2", "5", "3", "additive"), corrupt,
                  "shape");
  expect_refusal (model, "architecture", ARCHITECTURE ("2", "5", "3", "other"),
                  AG_MODEL_ERROR_UNSUPPORTED, "other");
  expect_refusal (model, "attributes", "[\"Smiling\"]", corrupt, "direction.Smiling.0");
  expect_refusal (model, "attributes", "[1]", corrupt, "attributes");
  expect_refusal (model, "attributes", "nothing", corrupt, "attributes");
  expect_refusal (model, "training", "{", corrupt, "training");
}

static void
test_wrong_numbers (void)
{
  static const struct
  {
    const char *tensor;
    float value;
  } wrong[] = {
    { "level.0.step.0.actnorm.logs", INFINITY },
    { "level.0.step.1.coupling.conv1.weight", NAN },
    { "level.0.step.1.actnorm.sign", 0.5f },
    { "level.1.step.0.permutation.sign", 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (AgModel) model = new_test_model (&tiny, FALSE);
      ag_glow_find_tensor (model->glow, wrong[i].tensor)->values[0] = wrong[i].value;
      expect_refusal (model, NULL, NULL, AG_MODEL_ERROR_CORRUPT, "level");
    }
}

static void
test_not_a_permutation (void)
{
  g_autoptr (AgModel) model = new_test_model (&tiny, TRUE);
  const AgTensor *index = ag_glow_find_tensor (model->glow, "level.0.step.0.permutation.index");

  index->index[0] = index->index[1];
  expect_refusal (model, NULL, NULL, AG_MODEL_ERROR_CORRUPT, "permutation");
}

/* Their names, one for each, in any script. */
static void
test_class_names (void)
{
  static const char *const names[] = { "cats", "犬, and \"others\"", "", NULL };
  AgGlowConfig config = tiny;
  g_autoptr (AgModel) model = NULL, loaded = NULL;

  config.classes = 3;
  model = new_test_model (&config, FALSE);
  model->class_names = g_strdupv ((char **) names);
  loaded = save_and_load (model, AG_MODEL_STORAGE_F16);
  g_assert_cmpuint (g_strv_length (loaded->class_names), ==, 3);
  for (int i = 0; i < 3; i++)
    {
      g_assert_cmpstr (loaded->class_names[i], ==, names[i]);
      g_assert_cmpint (ag_model_find_class (loaded, names[i]), ==, i);
    }
  g_assert_cmpint (ag_model_find_class (loaded, "dogs"), ==, -1);
  expect_refusal (model, "class_names", "[\"cats\",\"dogs\"]", AG_MODEL_ERROR_CORRUPT, "names");
  expect_refusal (model, "class_names", "[\"cats\",\"dogs\",1]", AG_MODEL_ERROR_CORRUPT, "names");
  expect_refusal (model, "class_names", "cats", AG_MODEL_ERROR_CORRUPT, "names");
}

static void
test_percentiles (void)
{
  g_autoptr (AgModel) model = new_test_model (&tiny, TRUE);

  model->percentiles[50] = 0;
  expect_refusal (model, NULL, NULL, AG_MODEL_ERROR_CORRUPT, "percentiles");
}

static void
test_infinite_direction (void)
{
  g_autoptr (AgModel) model = new_test_model (&tiny, TRUE);

  ((AgModelAttribute *) model->attributes->pdata[1])->direction[7] = INFINITY;
  expect_refusal (model, NULL, NULL, AG_MODEL_ERROR_CORRUPT, "direction.Bald");
}

/* Cut anywhere, it is an error; with a byte of the header changed, it is a model or an error. */
static void
test_damage (void)
{
  g_autoptr (AgModel) model = new_test_model (&tiny, TRUE);
  g_autoptr (GFile) file = new_test_file ("whole.safetensors");
  g_autofree char *contents = NULL;
  gsize size, header;

  g_assert_true (ag_model_save (model, file, AG_MODEL_STORAGE_F16, NULL));
  g_assert_true (g_file_get_contents (g_file_peek_path (file), &contents, &size, NULL));
  header = 8 + ((guint8) contents[0] | (gsize) (guint8) contents[1] << 8);
  for (int i = 0; i < 300; i++)
    {
      gsize n = (gsize) g_test_rand_int_range (0, (gint32) size);
      g_autoptr (GFile) cut = write_test_file ("cut.safetensors", contents, n);
      GError *error = NULL;

      g_assert_null (ag_model_load (cut, &error));
      g_assert_nonnull (error);
      g_error_free (error);
    }
  for (int i = 0; i < 1500; i++)
    {
      gsize at = (gsize) g_test_rand_int_range (0, (gint32) header);
      g_autoptr (AgModel) loaded = NULL;

      poke_test_file (file, at,
                      g_test_rand_bit () ? (char) (contents[at] ^ 1) : (char) g_test_rand_int ());
      loaded = ag_model_load (file, NULL);
      poke_test_file (file, at, contents[at]);
    }
}

static void
test_other_files (void)
{
  g_autoptr (GFile) text = write_test_file ("text.safetensors", "no tensors in here", 18);
  g_autoptr (GFile) empty = write_test_file ("empty.safetensors", "", 0);
  g_autoptr (GFile) missing = new_test_file ("missing.safetensors");
  GError *error = NULL;

  g_assert_null (ag_model_load (text, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_FORMAT, text,
                      "not a safetensors");
  g_assert_null (ag_model_load (empty, &error));
  assert_error_names (g_steal_pointer (&error), AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, empty,
                      "ends early");
  g_assert_null (ag_model_load (missing, &error));
  assert_error_names (g_steal_pointer (&error), G_IO_ERROR, G_IO_ERROR_NOT_FOUND, missing,
                      "No such file");
}

void
add_model_file_tests (void)
{
  g_test_add_func ("/model-file/round-trip", test_round_trip);
  g_test_add_func ("/model-file/lent", test_lent);
  g_test_add_func ("/model-file/deterministic", test_deterministic);
  g_test_add_func ("/model-file/kernel-form", test_kernel_form);
  g_test_add_func ("/model-file/checkpoint", test_checkpoint);
  g_test_add_func ("/model-file/wrong-metadata", test_wrong_metadata);
  g_test_add_func ("/model-file/wrong-numbers", test_wrong_numbers);
  g_test_add_func ("/model-file/not-a-permutation", test_not_a_permutation);
  g_test_add_func ("/model-file/class-names", test_class_names);
  g_test_add_func ("/model-file/percentiles", test_percentiles);
  g_test_add_func ("/model-file/infinite-direction", test_infinite_direction);
  g_test_add_func ("/model-file/damage", test_damage);
  g_test_add_func ("/model-file/other-files", test_other_files);
}
