/* test-glow.c: a model's shape, tensors and checks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>
#include <string.h>

#include "ag-glow-private.h"
#include "ag-half.h"

static const AgGlowConfig small = {
  16, 8, 3, 2, 2, 5, AG_COUPLING_AFFINE, AG_PERMUTATION_LU, 5, 3
};

/* Shapes that meet each other in every combination. */
static AgGlowConfig
nth_config (int i)
{
  AgGlowConfig config = small;

  config.coupling = (AgCoupling) (i % 3);
  config.permutation = (AgPermutation) (i / 2 % 4);
  config.classes = i / 8 % 2 * 3;
  config.levels = 1 + i / 16 % 3;
  config.channels = 1 + i / 48 % 2 * 2;
  config.depth = 1 + i % 3;
  return config;
}
#define N_CONFIGS 96

static AgGlow *
glow_new (const AgGlowConfig *config, guint64 seed)
{
  AgGlow *glow;
  AgFlowError error = { 0 };

  test_ok (ag_glow_new (config, seed, &glow, &error), &error);
  return glow;
}

static void
test_names (void)
{
  AgCoupling coupling = AG_COUPLING_ADDITIVE;
  AgPermutation permutation = AG_PERMUTATION_REVERSE;

  for (int i = 0; i < 3; i++)
    {
      g_assert_true (ag_coupling_parse (ag_coupling_name ((AgCoupling) i), &coupling));
      g_assert_cmpint (coupling, ==, i);
    }
  for (int i = 0; i < 4; i++)
    {
      g_assert_true (ag_permutation_parse (ag_permutation_name ((AgPermutation) i), &permutation));
      g_assert_cmpint (permutation, ==, i);
    }
  g_assert_false (ag_coupling_parse ("Affine", &coupling));
  g_assert_false (ag_coupling_parse ("", &coupling));
  g_assert_false (ag_permutation_parse ("conv ", &permutation));
  g_assert_cmpint (coupling, ==, AG_COUPLING_AFFINE_BOUNDED);
  g_assert_cmpint (permutation, ==, AG_PERMUTATION_LU);
}

static void
test_config_check (void)
{
  static const struct
  {
    AgGlowConfig config;
    const char *says;
  } wrong[] = {
    { { 0, 8, 3, 2, 2, 5, 0, 0, 5, 0 }, "height" },
    { { -8, 8, 3, 2, 2, 5, 0, 0, 5, 0 }, "height" },
    { { 8192, 8, 3, 2, 2, 5, 0, 0, 5, 0 }, "height is 8192" },
    { { 8, 1 << 30, 3, 2, 2, 5, 0, 0, 5, 0 }, "width" },
    { { 8, 12, 3, 3, 2, 5, 0, 0, 5, 0 }, "divisible by 8" },
    { { 8, 8, 2, 2, 2, 5, 0, 0, 5, 0 }, "2 channels" },
    { { 8, 8, 0, 2, 2, 5, 0, 0, 5, 0 }, "0 channels" },
    { { 8, 8, 3, 0, 2, 5, 0, 0, 5, 0 }, "levels" },
    { { 8, 8, 3, 4, 2, 5, 0, 0, 5, 0 }, "levels" },
    { { 8, 8, 3, 13, 2, 5, 0, 0, 5, 0 }, "levels is 13" },
    { { 8, 8, 3, 2, 0, 5, 0, 0, 5, 0 }, "depth" },
    { { 8, 8, 3, 2, G_MAXINT, 5, 0, 0, 5, 0 }, "depth" },
    { { 8, 8, 3, 2, 2, 0, 0, 0, 5, 0 }, "width" },
    { { 8, 8, 3, 2, 2, 9000, 0, 0, 5, 0 }, "width is 9000" },
    { { 8, 8, 3, 2, 2, 5, (AgCoupling) 3, 0, 5, 0 }, "coupling" },
    { { 8, 8, 3, 2, 2, 5, 0, (AgPermutation) 4, 5, 0 }, "permutation" },
    { { 8, 8, 3, 2, 2, 5, 0, 0, 0, 0 }, "bits" },
    { { 8, 8, 3, 2, 2, 5, 0, 0, 9, 0 }, "bits is 9" },
    { { 8, 8, 3, 2, 2, 5, 0, 0, 5, -1 }, "classes" },
    { { 8, 8, 3, 2, 2, 5, 0, 0, 5, G_MAXINT }, "classes" },
    { { 4096, 4096, 3, 12, 1024, 8192, 1, 3, 8, 0 }, "parameters" },
  };

  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      AgFlowError error = { 0 };
      AgGlow *glow = (void *) &error;

      g_assert_cmpint (ag_glow_config_check (&wrong[i].config, NULL), ==, AG_ERROR_ARGUMENT);
      g_assert_cmpint (ag_glow_new (&wrong[i].config, 1, &glow, &error), ==, AG_ERROR_ARGUMENT);
      g_assert_null (glow);
      g_assert_cmpint (error.status, ==, AG_ERROR_ARGUMENT);
      if (strstr (error.message, wrong[i].says) == NULL)
        g_error ("'%s' does not say '%s'", error.message, wrong[i].says);
    }
  for (int i = 0; i < N_CONFIGS; i++)
    {
      AgGlowConfig config = nth_config (i);

      g_assert_cmpint (ag_glow_config_check (&config, NULL), ==, AG_OK);
    }
}

static void
check_levels (const AgGlowConfig *config)
{
  size_t offset = 0;

  for (int l = 0; l < config->levels; l++)
    {
      AgGlowLevel level = ag_glow_config_level (config, l);
      gboolean last = l == config->levels - 1;

      g_assert_cmpint (level.height, ==, config->image_height >> (l + 1));
      g_assert_cmpint (level.width, ==, config->image_width >> (l + 1));
      g_assert_cmpint (level.channels, ==, config->channels * 4 * (1 << l));
      g_assert_cmpint (level.eps_channels, ==, last ? level.channels : level.channels / 2);
      g_assert_cmpuint (level.eps_offset, ==, offset);
      g_assert_cmpuint (level.eps_count, ==,
                        (size_t) (level.height * level.width * level.eps_channels));
      offset += level.eps_count;
    }
  g_assert_cmpuint (offset, ==, ag_glow_config_n_dims (config));
}

static void
test_tensors (void)
{
  for (int i = 0; i < N_CONFIGS; i++)
    {
      AgGlowConfig config = nth_config (i);
      AgGlow *glow = glow_new (&config, 1);
      size_t n, offset = 0;
      ag_real *parameters = ag_glow_parameters (glow, &n);

      check_levels (&config);
      for (int t = 0; t < ag_glow_n_tensors (glow); t++)
        {
          const AgTensor *tensor = ag_glow_tensor (glow, t);
          size_t count = 1;

          g_assert_true (ag_glow_find_tensor (glow, tensor->name) == tensor);
          g_assert_cmpint (tensor->rank, >=, 1);
          g_assert_cmpint (tensor->rank, <=, 4);
          for (int d = 0; d < tensor->rank; d++)
            count *= (size_t) tensor->dims[d];
          g_assert_cmpuint (count, ==, tensor->count);
          g_assert_true ((tensor->values != NULL) != (tensor->index != NULL));
          if (!tensor->trainable)
            continue;
          g_assert_cmpuint (tensor->offset, ==, offset);
          g_assert_true (tensor->values == parameters + offset);
          offset += count;
        }
      g_assert_cmpuint (offset, ==, n);
      g_assert_cmpuint (n, ==, ag_glow_config_n_parameters (&config));
      g_assert_cmpint (ag_glow_check (glow, NULL), ==, AG_OK);
      ag_glow_free (glow);
    }
}

static void
test_documented_tensors (void)
{
  static const struct
  {
    const char *name;
    int dims[4];
  } expected[] = {
    { "level.0.step.0.actnorm.bias", { 12 } },
    { "level.1.step.1.actnorm.logs", { 24 } },
    { "level.0.step.1.actnorm.sign", { 12 } },
    { "level.0.step.0.permutation.lu", { 12, 12 } },
    { "level.0.step.0.permutation.sign", { 12 } },
    { "level.0.step.0.permutation.index", { 12 } },
    { "level.1.step.0.coupling.conv1.weight", { 3, 3, 12, 5 } },
    { "level.1.step.0.coupling.conv1.edge", { 3, 3, 5 } },
    { "level.1.step.0.coupling.actnorm1.bias", { 5 } },
    { "level.1.step.0.coupling.conv2.weight", { 5, 5 } },
    { "level.1.step.0.coupling.actnorm2.sign", { 5 } },
    { "level.1.step.0.coupling.conv3.weight", { 3, 3, 5, 24 } },
    { "level.1.step.0.coupling.conv3.edge", { 3, 3, 24 } },
    { "level.1.step.0.coupling.conv3.logs", { 24 } },
    { "level.0.split.weight", { 3, 3, 6, 12 } },
    { "level.0.split.bias", { 12 } },
    { "prior.edge", { 3, 3, 48 } },
    { "prior.logs", { 48 } },
    { "prior.class", { 3, 48 } },
  };
  AgGlow *glow = glow_new (&small, 1);

  for (size_t i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const AgTensor *tensor = ag_glow_find_tensor (glow, expected[i].name);

      g_assert_nonnull (tensor);
      g_assert_cmpmem (tensor->dims, sizeof tensor->dims, expected[i].dims, sizeof tensor->dims);
    }
  g_assert_null (ag_glow_find_tensor (glow, "level.1.split.weight"));
  g_assert_null (ag_glow_find_tensor (glow, "level.0.step.0.permutation.weight"));
  ag_glow_free (glow);
}

/* Puts a number into the middle of a tensor and expects a refusal that names it. */
static void
expect_refusal (AgGlow *glow, const AgTensor *tensor, double value, AgStatus status)
{
  size_t i = tensor->count / 2;
  ag_real before = tensor->values[i];
  AgFlowError error = { 0 };
  g_autofree char *name = g_strconcat (tensor->name, " ", NULL);

  tensor->values[i] = (ag_real) value;
  g_assert_cmpint (ag_glow_check (glow, &error), ==, status);
  g_assert_cmpint (error.status, ==, status);
  g_assert_true (g_str_has_prefix (error.message, name));
  tensor->values[i] = before;
}

static void
expect_no_permutation (AgGlow *glow, const AgTensor *tensor, int value)
{
  gint32 before = tensor->index[2];
  AgFlowError error = { 0 };

  tensor->index[2] = value;
  g_assert_cmpint (ag_glow_check (glow, &error), ==, AG_ERROR_ARGUMENT);
  g_assert_true (g_str_has_prefix (error.message, tensor->name));
  tensor->index[2] = before;
}

static void
test_check (void)
{
  AgGlow *glow = glow_new (&small, 1);

  for (int t = 0; t < ag_glow_n_tensors (glow); t++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, t);

      if (tensor->index != NULL)
        {
          expect_no_permutation (glow, tensor, tensor->index[0]);
          expect_no_permutation (glow, tensor, -1);
          expect_no_permutation (glow, tensor, (int) tensor->count);
          expect_no_permutation (glow, tensor, G_MAXINT);
          continue;
        }
      expect_refusal (glow, tensor, NAN, AG_ERROR_NOT_FINITE);
      expect_refusal (glow, tensor, INFINITY, AG_ERROR_NOT_FINITE);
      expect_refusal (glow, tensor, -INFINITY, AG_ERROR_NOT_FINITE);
      if (g_str_has_suffix (tensor->name, ".sign"))
        {
          expect_refusal (glow, tensor, 0, AG_ERROR_ARGUMENT);
          expect_refusal (glow, tensor, 0.5, AG_ERROR_ARGUMENT);
          expect_refusal (glow, tensor, -2, AG_ERROR_ARGUMENT);
        }
      if (g_str_has_suffix (tensor->name, ".logs"))
        {
          expect_refusal (glow, tensor, 30, AG_ERROR_SINGULAR);
          expect_refusal (glow, tensor, -30, AG_ERROR_SINGULAR);
        }
    }
  g_assert_cmpint (ag_glow_check (glow, NULL), ==, AG_OK);
  ag_glow_free (glow);
}

static void
test_check_singular (void)
{
  AgGlowConfig config = small;

  for (int kind = AG_PERMUTATION_CONV; kind <= AG_PERMUTATION_LU; kind++)
    {
      AgFlowError error = { 0 };
      AgGlow *glow;
      const AgTensor *tensor;

      config.permutation = (AgPermutation) kind;
      glow = glow_new (&config, 1);
      tensor =
        ag_glow_find_tensor (glow, kind == AG_PERMUTATION_CONV ? "level.1.step.0.permutation.weight"
                                                               : "level.1.step.0.permutation.lu");
      for (int j = 0; j < 24; j++)
        tensor->values[24 + j] = kind == AG_PERMUTATION_CONV ? tensor->values[j] : -1000;
      g_assert_cmpint (ag_glow_check (glow, &error), ==, AG_ERROR_SINGULAR);
      g_assert_nonnull (strstr (error.message, "level 1, step 0"));
      ag_glow_free (glow);
    }
}

static void
test_zero (void)
{
  AgGlow *glow;
  AgFlowError error = { 0 };

  test_ok (ag_glow_new_zero (&small, &glow, &error), &error);
  for (int t = 0; t < ag_glow_n_tensors (glow); t++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, t);

      for (size_t i = 0; i < tensor->count; i++)
        g_assert_true (tensor->index != NULL ? tensor->index[i] == 0 : tensor->values[i] == 0);
    }
  g_assert_cmpint (ag_glow_check (glow, &error), ==, AG_ERROR_ARGUMENT);
  ag_glow_free (glow);
  ag_glow_free (NULL);
}

static void
test_rotations (void)
{
  for (int i = 0; i < 8; i++)
    {
      AgGlowConfig config = nth_config (i);
      AgGlow *glow = glow_new (&config, 5);

      for (int l = 0; l < config.levels; l++)
        for (int k = 0; k < config.depth; k++)
          {
            int n = ag_glow_level (glow, l).channels;
            g_autofree double *w = g_new (double, n *n);

            ag_glow_permutation_matrix (glow, l, k, w);
            for (int a = 0; a < n; a++)
              for (int b = 0; b < n; b++)
                {
                  double dot = 0;

                  for (int j = 0; j < n; j++)
                    dot += w[a * n + j] * w[b * n + j];
                  test_close (dot, a == b, TEST_TOLERANCE (2e-6, 1e-13));
                }
          }
      ag_glow_free (glow);
    }
}

static void
test_set_weight (void)
{
  for (int kind = 0; kind < 4; kind++)
    for (guint64 seed = 1; seed <= 5; seed++)
      {
        AgGlowConfig config = small;
        AgFlowError error = { 0 };
        AgGlow *glow;
        ag_real weight[24 * 24];
        double got[24 * 24];
        AgStatus status;

        config.permutation = (AgPermutation) kind;
        glow = glow_new (&config, 1);
        ag_random_normal (seed, 1, weight, 24 * 24);
        for (int i = 0; i < 24; i++)
          weight[i * 25] = 0; /* rows must be exchanged */
        status = ag_glow_set_permutation_weight (glow, 1, 1, weight, &error);
        if (kind < AG_PERMUTATION_CONV)
          {
            g_assert_cmpint (status, ==, AG_ERROR_ARGUMENT);
            g_assert_nonnull (strstr (error.message, ag_permutation_name ((AgPermutation) kind)));
            ag_glow_free (glow);
            continue;
          }
        test_ok (status, &error);
        test_ok (ag_glow_check (glow, &error), &error);
        ag_glow_permutation_matrix (glow, 1, 1, got);
        for (int i = 0; i < 24 * 24; i++)
          test_close (got[i], weight[i], TEST_TOLERANCE (1e-5, 1e-13));
        if (kind == AG_PERMUTATION_LU)
          {
            memset (weight, 0, 24 * sizeof *weight);
            g_assert_cmpint (ag_glow_set_permutation_weight (glow, 1, 1, weight, &error), ==,
                             AG_ERROR_SINGULAR);
            g_assert_nonnull (strstr (error.message, "level 1, step 1"));
          }
        ag_glow_free (glow);
      }
}

static gboolean
same_tensors (const AgGlow *a, const AgGlow *b)
{
  gboolean same = TRUE;

  g_assert_cmpint (ag_glow_n_tensors (a), ==, ag_glow_n_tensors (b));
  for (int t = 0; t < ag_glow_n_tensors (a); t++)
    {
      const AgTensor *x = ag_glow_tensor (a, t), *y = ag_glow_tensor (b, t);

      g_assert_cmpstr (x->name, ==, y->name);
      g_assert_cmpuint (x->count, ==, y->count);
      if (x->index != NULL)
        same = same && memcmp (x->index, y->index, x->count * sizeof *x->index) == 0;
      else
        same = same && memcmp (x->values, y->values, x->count * sizeof *x->values) == 0;
    }
  return same;
}

static void
test_copy (void)
{
  for (int i = 0; i < 8; i++)
    {
      AgGlowConfig config = nth_config (i);
      AgGlow *glow = glow_new (&config, 7), *again = glow_new (&config, 7);
      AgGlow *other = glow_new (&config, 8), *copy;
      AgFlowError error = { 0 };

      g_assert_true (same_tensors (glow, again));
      g_assert_false (same_tensors (glow, other));
      test_ok (ag_glow_copy (glow, &copy, &error), &error);
      g_assert_true (same_tensors (glow, copy));
      for (int t = 0; t < ag_glow_n_tensors (copy); t++)
        {
          const AgTensor *tensor = ag_glow_tensor (copy, t);

          if (tensor->index != NULL)
            tensor->index[0]++;
          else
            tensor->values[0] += 1;
          g_assert_false (same_tensors (glow, copy));
          if (tensor->index != NULL)
            tensor->index[0]--;
          else
            tensor->values[0] = ag_glow_tensor (glow, t)->values[0];
        }
      g_assert_true (same_tensors (glow, again));
      ag_glow_free (glow);
      g_assert_true (same_tensors (copy, again));
      ag_glow_free (copy);
      ag_glow_free (again);
      ag_glow_free (other);
    }
}

/* Every number that belongs to the model copied, every other one lent: as it is, or as halves that
 * hold the same. */
static AgGlow *
lend_all (const AgGlow *from, guint16 *halves)
{
  AgFlowError error = { 0 };
  AgGlow *glow;

  test_ok (ag_glow_new_lent (ag_glow_config (from), &glow, &error), &error);
  for (int t = 0; t < ag_glow_n_tensors (glow); t++)
    {
      const AgTensor *source = ag_glow_tensor (from, t), *tensor = ag_glow_tensor (glow, t);

      g_assert_cmpuint (tensor->offset, ==, source->offset);
      if (tensor->index != NULL)
        memcpy (tensor->index, source->index, source->count * sizeof *source->index);
      else if (!tensor->lent)
        memcpy (tensor->values, source->values, source->count * sizeof *source->values);
      else if (halves == NULL)
        ag_glow_lend (glow, t, source->values, NULL);
      else
        {
          for (size_t i = 0; i < source->count; i++)
            halves[i] = ag_half_from_float ((float) source->values[i]);
          ag_glow_lend (glow, t, NULL, halves);
          halves += source->count;
        }
    }
  return glow;
}

/* A model that is lent its weights computes what one does that owns them, to the last bit. */
static void
test_lent (void)
{
  for (int i = 0; i < 8; i++)
    {
      AgGlowConfig config = nth_config (i);
      TestModel *model = test_model_new (&config, 2, 2, 5);
      size_t n_parameters, n = 2 * model->n_dims;
      g_autofree guint16 *halves = NULL;
      AgFlowError error = { 0 };
      AgGlow *own = model->glow;

      /* Numbers that a half holds. */
      for (int t = 0; t < ag_glow_n_tensors (own); t++)
        for (size_t k = 0;
             ag_glow_tensor (own, t)->index == NULL && k < ag_glow_tensor (own, t)->count; k++)
          {
            ag_real *value = &ag_glow_tensor (own, t)->values[k];
            *value = (ag_real) ag_float_from_half (ag_half_from_float ((float) *value));
          }
      ag_glow_parameters (own, &n_parameters);
      halves = g_new (guint16, n_parameters);
      for (int as_halves = 0; as_halves < 2; as_halves++)
        {
          AgGlow *lent = lend_all (own, as_halves ? halves : NULL), *copy;
          g_autofree ag_real *expected = NULL, *got = NULL;

          g_assert_true (ag_glow_is_lent (lent));
          g_assert_null (ag_glow_parameters (lent, NULL));
          test_ok (ag_glow_check (lent, &error), &error);
          model->glow = own;
          expected = test_encode (model, NULL);
          model->glow = lent;
          got = test_encode (model, NULL);
          g_assert_cmpmem (got, n * sizeof *got, expected, n * sizeof *expected);
          test_ok (ag_glow_copy (lent, &copy, &error), &error);
          g_assert_false (ag_glow_is_lent (copy));
          g_assert_true (same_tensors (own, copy));
          if (as_halves)
            {
              halves[1] = 0x7e00; /* NaN */
              g_assert_cmpint (ag_glow_check (lent, &error), ==, AG_ERROR_NOT_FINITE);
            }
          ag_glow_free (copy);
          ag_glow_free (lent);
        }
      model->glow = own;
      test_model_free (model);
    }
}

/* What a new model starts from: identities, zeros and small weights. */
static void
test_start (void)
{
  AgGlow *glow = glow_new (&small, 3);

  for (int t = 0; t < ag_glow_n_tensors (glow); t++)
    {
      const AgTensor *tensor = ag_glow_tensor (glow, t);
      const char *name = tensor->name;

      if (strstr (name, ".conv1.") != NULL || strstr (name, ".conv2.") != NULL)
        {
          g_assert_cmpfloat (test_max_abs (tensor->values, tensor->count), >, 0.02);
          g_assert_cmpfloat (test_max_abs (tensor->values, tensor->count), <, 0.3);
        }
      else if (strstr (name, "permutation") == NULL)
        for (size_t i = 0; i < tensor->count; i++)
          g_assert_true (tensor->values[i] == (g_str_has_suffix (name, ".sign") ? 1 : 0));
    }
  ag_glow_free (glow);
}

void
test_glow_add (void)
{
  g_test_add_func ("/flow/glow/names", test_names);
  g_test_add_func ("/flow/glow/config-check", test_config_check);
  g_test_add_func ("/flow/glow/tensors", test_tensors);
  g_test_add_func ("/flow/glow/tensors/documented", test_documented_tensors);
  g_test_add_func ("/flow/glow/check", test_check);
  g_test_add_func ("/flow/glow/check/singular", test_check_singular);
  g_test_add_func ("/flow/glow/zero", test_zero);
  g_test_add_func ("/flow/glow/rotations", test_rotations);
  g_test_add_func ("/flow/glow/set-weight", test_set_weight);
  g_test_add_func ("/flow/glow/copy", test_copy);
  g_test_add_func ("/flow/glow/lent", test_lent);
  g_test_add_func ("/flow/glow/start", test_start);
}
