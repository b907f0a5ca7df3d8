/* test-mixture.c: how photos lie, through model files and back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>
#include <string.h>

#include "test-model.h"

#define N_AXES       3
#define N_COMPONENTS 2

static const AgGlowConfig tiny = {
  .image_height = 8,
  .image_width = 16,
  .channels = 3,
  .levels = 2,
  .depth = 2,
  .width = 5,
  .coupling = AG_COUPLING_ADDITIVE,
  .permutation = AG_PERMUTATION_LU,
  .n_bits = 5,
};

/* The axes are unit vectors that F16 would not hold if they were not so simple. */
static AgModel *
new_mixed_model (guint n_components)
{
  AgModel *model = new_test_model (&tiny, FALSE);
  AgGlowLevel top = ag_glow_level (model->glow, 1);
  AgModelMixture *mixture = ag_model_mixture_new (N_AXES, top.eps_count, n_components);

  mixture->axes[5] = mixture->axes[top.eps_count + 7] = 1;
  mixture->axes[2 * top.eps_count + 1] = 0.6f;
  mixture->axes[2 * top.eps_count + 2] = -0.8f;
  for (guint k = 0; k < n_components; k++)
    {
      mixture->weights[k] = k == 0 ? 0.25 : 0.75;
      for (guint a = 0; a < N_AXES; a++)
        mixture->means[k * N_AXES + a] = (double) k - 2.5 * a;
    }
  for (guint a = 0; n_components > 0 && a < N_AXES; a++)
    for (guint b = 0; b <= a; b++)
      mixture->factor[a * N_AXES + b] = a == b ? 0.5 : -0.125;
  model->mixture = mixture;
  return model;
}

static AgModel *
save_and_load (AgModel *model, AgModelStorage storage, GError **error)
{
  g_autoptr (GFile) file = new_test_file ("mixture.safetensors");

  g_assert_true (ag_model_save (model, file, storage, NULL));
  return ag_model_load (file, error);
}

static void
test_round_trip (void)
{
  for (guint k = 0; k <= N_COMPONENTS; k += N_COMPONENTS)
    for (int storage = AG_MODEL_STORAGE_F32; storage <= AG_MODEL_STORAGE_F16; storage++)
      {
        g_autoptr (AgModel) model = new_mixed_model (k);
        g_autoptr (GError) error = NULL;
        g_autoptr (AgModel) loaded = save_and_load (model, (AgModelStorage) storage, &error);
        const AgModelMixture *one = model->mixture, *two;

        g_assert_no_error (error);
        two = loaded->mixture;
        g_assert_cmpuint (two->n_axes, ==, N_AXES);
        g_assert_cmpuint (two->n_components, ==, k);
        g_assert_cmpuint (two->n_axis, ==, one->n_axis);
        for (gsize j = 0; j < N_AXES * one->n_axis; j++)
          g_assert_cmpfloat_with_epsilon (one->axes[j], two->axes[j],
                                          storage == AG_MODEL_STORAGE_F16 ? 1e-3 : 1e-9);
        g_assert_cmpmem (one->weights, k * sizeof (double), two->weights, k * sizeof (double));
        g_assert_cmpmem (one->means, k * N_AXES * sizeof (double), two->means,
                         k * N_AXES * sizeof (double));
        g_assert_cmpmem (one->factor, N_AXES * N_AXES * sizeof (double), two->factor,
                         N_AXES * N_AXES * sizeof (double));
      }
}

/* A model without one has none after it, and a copy is another's. */
static void
test_none (void)
{
  g_autoptr (AgModel) model = new_test_model (&tiny, TRUE);
  g_autoptr (AgModel) mixed = new_mixed_model (N_COMPONENTS);
  g_autoptr (AgModelMixture) copy = ag_model_mixture_copy (mixed->mixture);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgModel) loaded = save_and_load (model, AG_MODEL_STORAGE_F32, &error);

  g_assert_no_error (error);
  g_assert_null (loaded->mixture);
  g_assert_null (ag_model_mixture_copy (NULL));
  mixed->mixture->means[1] = 77;
  g_assert_cmpfloat (copy->means[1], ==, -2.5);
  g_assert_cmpfloat (copy->axes[5], ==, 1);
}

typedef struct
{
  const char *part;
  void (*damage) (AgModelMixture *mixture);
} Damage;

static void
bend (AgModelMixture *mixture)
{
  mixture->axes[mixture->n_axis + 5] = 0.5f;
}

static void
stretch (AgModelMixture *mixture)
{
  mixture->axes[5] = 2;
}

static void
no_axis (AgModelMixture *mixture)
{
  mixture->axes[5] = NAN;
}

static void
take_less (AgModelMixture *mixture)
{
  mixture->weights[1] = 0.5;
}

static void
take_back (AgModelMixture *mixture)
{
  mixture->weights[0] = -0.25;
  mixture->weights[1] = 1.25;
}

static void
no_mean (AgModelMixture *mixture)
{
  mixture->means[2] = INFINITY;
}

static void
no_factor (AgModelMixture *mixture)
{
  mixture->factor[3] = NAN;
}

static const Damage damages[] = {
  { "mixture.axes", bend },         { "mixture.axes", stretch },      { "mixture.axes", no_axis },
  { "mixture.weights", take_less }, { "mixture.weights", take_back }, { "mixture.means", no_mean },
  { "mixture.factor", no_factor }
};

/* What could not be drawn from is not read. */
static void
test_damage (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      g_autoptr (AgModel) model = new_mixed_model (N_COMPONENTS);
      g_autoptr (GFile) file = new_test_file ("damaged.safetensors");
      GError *error = NULL;

      damages[i].damage (model->mixture);
      g_assert_true (ag_model_save (model, file, AG_MODEL_STORAGE_F32, NULL));
      g_assert_null (ag_model_load (file, &error));
      assert_error_names (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, file, damages[i].part);
    }
}

/* Tensors that are of other sizes than each other, and more of them than there may be. */
static void
test_shapes (void)
{
  static const char *const names[] = { "mixture.axes", "mixture.weights", "mixture.means",
                                       "mixture.factor" };
  const gint64 many = AG_MIXTURE_MAX_COMPONENTS + 1;

  for (gsize wrong = 0; wrong < G_N_ELEMENTS (names); wrong++)
    {
      g_autoptr (AgModel) model = new_test_model (&tiny, FALSE);
      g_autoptr (AgSafetensorsWriter) writer = ag_safetensors_writer_new ();
      g_autoptr (GFile) file = new_test_file ("shapes.safetensors");
      AgGlowLevel top = ag_glow_level (model->glow, 1);
      const gint64 dims[][4] = {
        { 1, top.height, top.width, top.eps_channels }, { 2 }, { 2, 1 }, { 1, 1 }
      };
      const int ranks[] = { 4, 1, 2, 2 };
      g_autofree float *numbers = g_new0 (float, many *(gint64) top.eps_count);
      GError *error = NULL;

      numbers[0] = numbers[1] = 0.5f;
      for (gsize t = 0; t < G_N_ELEMENTS (names); t++)
        {
          gint64 actual[4];

          memcpy (actual, dims[t], sizeof actual);
          actual[0] = t != wrong ? actual[0] : t == 0 ? AG_MIXTURE_MAX_AXES + 1 : many;
          ag_safetensors_writer_add (writer, names[t], AG_DTYPE_F32, numbers, AG_DTYPE_F32,
                                     ranks[t], actual);
          if (t == 0)
            numbers[0] = 0.5f;
        }
      ag_model_add_to_writer (model, writer, AG_MODEL_STORAGE_F32);
      g_assert_true (ag_safetensors_writer_write (writer, file, NULL));
      g_assert_null (ag_model_load (file, &error));
      assert_error_names (error, AG_MODEL_ERROR, error->code, file, "");
    }
}

/* How far out photos lie, with the average face among them. */
static void
test_reach (void)
{
  g_autoptr (AgModel) model = new_test_model (&tiny, TRUE);
  AgModelAttribute *attribute = g_ptr_array_index (model->attributes, 0);
  g_autoptr (AgModel) open = NULL, loaded = NULL;
  const AgModelAttribute *back;
  g_autoptr (GFile) file = new_test_file ("reach.safetensors");
  GError *error = NULL;

  open = save_and_load (model, AG_MODEL_STORAGE_F32, &error);
  g_assert_no_error (error);
  back = g_ptr_array_index (open->attributes, 0);
  g_assert_cmpfloat (back->lowest, ==, -INFINITY);
  g_assert_cmpfloat (back->highest, ==, INFINITY);
  g_assert_cmpfloat (back->farthest_down, ==, INFINITY);
  g_assert_cmpfloat (back->farthest_up, ==, INFINITY);
  g_assert_cmpfloat (back->most_change_down, ==, INFINITY);
  g_assert_cmpfloat (back->most_change_up, ==, INFINITY);

  attribute->lowest = -1.26;
  attribute->farthest_up = 1.2;
  attribute->most_change_down = 0.25;
  loaded = save_and_load (model, AG_MODEL_STORAGE_F16, &error);
  g_assert_no_error (error);
  back = g_ptr_array_index (loaded->attributes, 0);
  g_assert_cmpfloat (back->lowest, ==, -1.26);
  g_assert_cmpfloat (back->highest, ==, INFINITY);
  g_assert_cmpfloat (back->farthest_down, ==, INFINITY);
  g_assert_cmpfloat (back->farthest_up, ==, 1.2);
  g_assert_cmpfloat (back->most_change_down, ==, 0.25);
  g_assert_cmpfloat (back->most_change_up, ==, INFINITY);

  attribute->lowest = 0.5;
  g_assert_true (ag_model_save (model, file, AG_MODEL_STORAGE_F32, NULL));
  g_assert_null (ag_model_load (file, &error));
  assert_error_names (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, file, attribute->name);
  error = NULL;

  attribute->lowest = -1.26;
  attribute->farthest_down = -1;
  g_assert_true (ag_model_save (model, file, AG_MODEL_STORAGE_F32, NULL));
  g_assert_null (ag_model_load (file, &error));
  assert_error_names (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, file, attribute->name);
  error = NULL;

  attribute->farthest_down = 1;
  attribute->most_change_down = 0;
  g_assert_true (ag_model_save (model, file, AG_MODEL_STORAGE_F32, NULL));
  g_assert_null (ag_model_load (file, &error));
  assert_error_names (error, AG_MODEL_ERROR, AG_MODEL_ERROR_CORRUPT, file, attribute->name);
}

void
add_mixture_tests (void)
{
  g_test_add_func ("/model/mixture/round-trip", test_round_trip);
  g_test_add_func ("/model/mixture/none", test_none);
  g_test_add_func ("/model/mixture/damage", test_damage);
  g_test_add_func ("/model/mixture/shapes", test_shapes);
  g_test_add_func ("/model/reach", test_reach);
}
