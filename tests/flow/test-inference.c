/* test-inference.c: encoding and decoding: exact, repeatable, shared, refused, cancelled
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <math.h>
#include <stdatomic.h>
#include <string.h>

static const AgGlowConfig usual = { 16, 16, 3, 2, 2, 24, AG_COUPLING_AFFINE, AG_PERMUTATION_CONV,
                                    8,  3 };

typedef struct
{
  TestModel *model;
  AgFlow *flow;
  AgScratch *scratch;
  size_t count;
  ag_real *eps, *x;
  double log_p[8];
} Fixture;

static void
set_up (Fixture *fixture, const AgGlowConfig *config, int batch, int n_threads)
{
  AgFlowError error = { 0 };

  memset (fixture, 0, sizeof *fixture);
  fixture->model = test_model_new (config, batch, n_threads, 5);
  fixture->count = fixture->model->n_dims * (size_t) batch;
  fixture->eps = test_reals (fixture->count);
  fixture->x = test_reals (fixture->count);
  test_ok (ag_flow_new (fixture->model->glow, &fixture->flow, &error), &error);
  test_ok (ag_scratch_new (fixture->flow, batch, fixture->model->pool, &fixture->scratch, &error),
           &error);
}

static void
tear_down (Fixture *fixture)
{
  ag_scratch_free (fixture->scratch);
  ag_flow_free (fixture->flow);
  g_free (fixture->eps);
  g_free (fixture->x);
  test_model_free (fixture->model);
}

static AgStatus
encode (Fixture *f, AgScratch *scratch, ag_real *eps, double *log_p, const atomic_bool *cancel)
{
  return ag_flow_encode (f->flow, scratch, f->model->batch, f->model->x, f->model->classes, eps,
                         log_p, cancel, NULL);
}

static void
test_round_trip (void)
{
  for (int coupling = 0; coupling < 3; coupling++)
    for (int permutation = 0; permutation < 4; permutation++)
      {
        AgGlowConfig config = usual;
        Fixture f;

        config.coupling = (AgCoupling) coupling;
        config.permutation = (AgPermutation) permutation;
        config.depth = 6;
        set_up (&f, &config, 2, 2);
        g_assert_cmpint (encode (&f, f.scratch, f.eps, NULL, NULL), ==, AG_OK);
        g_assert_cmpint (
          ag_flow_decode (f.flow, f.scratch, 2, f.eps, f.model->classes, f.x, NULL, NULL), ==,
          AG_OK);
        g_assert_cmpfloat (test_max_difference (f.x, f.model->x, f.count), <,
                           TEST_TOLERANCE (1e-5, 1e-12));
        tear_down (&f);
      }
}

/* The same bytes again; images do not notice in whose company they are, nor on how many threads. */
static void
test_repeatable (void)
{
  Fixture f;
  g_autofree ag_real *eps = NULL, *x = NULL;
  double log_p[5];
  AgFlowError error = { 0 };

  set_up (&f, &usual, 5, 2);
  eps = test_reals (f.count);
  x = test_reals (f.count);
  g_assert_cmpint (encode (&f, f.scratch, f.eps, f.log_p, NULL), ==, AG_OK);
  g_assert_cmpint (encode (&f, f.scratch, eps, log_p, NULL), ==, AG_OK);
  g_assert_cmpmem (eps, f.count * sizeof *eps, f.eps, f.count * sizeof *eps);
  g_assert_cmpmem (log_p, sizeof log_p, f.log_p, sizeof log_p);
  for (int n_threads = 1; n_threads <= 3; n_threads++)
    for (int batch = 1; batch <= 4; batch++)
      {
        AgPool *pool;
        AgScratch *scratch;

        test_ok (ag_pool_new (n_threads, &pool, &error), &error);
        test_ok (ag_scratch_new (f.flow, batch, pool, &scratch, &error), &error);
        g_assert_cmpint (encode (&f, scratch, eps, log_p, NULL), ==, AG_OK);
        g_assert_cmpmem (eps, f.count * sizeof *eps, f.eps, f.count * sizeof *eps);
        g_assert_cmpmem (log_p, sizeof log_p, f.log_p, sizeof log_p);
        test_ok (ag_flow_decode (f.flow, scratch, 5, f.eps, f.model->classes, x, NULL, &error),
                 &error);
        if (n_threads == 1 && batch == 1)
          memcpy (f.x, x, f.count * sizeof *x);
        g_assert_cmpmem (x, f.count * sizeof *x, f.x, f.count * sizeof *x);
        ag_scratch_free (scratch);
        ag_pool_free (pool);
      }
  tear_down (&f);
}

typedef struct
{
  Fixture *fixture;
  gboolean same;
} Sharer;

static gpointer
encode_beside_others (gpointer data)
{
  Sharer *sharer = data;
  Fixture *f = sharer->fixture;
  g_autofree ag_real *eps = test_reals (f->count), *x = test_reals (f->count);
  AgPool *pool;
  AgScratch *scratch;
  AgFlowError error = { 0 };

  test_ok (ag_pool_new (1, &pool, &error), &error);
  test_ok (ag_scratch_new (f->flow, f->model->batch, pool, &scratch, &error), &error);
  sharer->same = TRUE;
  for (int i = 0; i < 5; i++)
    {
      g_assert_cmpint (encode (f, scratch, eps, NULL, NULL), ==, AG_OK);
      g_assert_cmpint (
        ag_flow_decode (f->flow, scratch, f->model->batch, eps, f->model->classes, x, NULL, NULL),
        ==, AG_OK);
      sharer->same = sharer->same && memcmp (eps, f->eps, f->count * sizeof *eps) == 0 &&
                     memcmp (x, f->x, f->count * sizeof *x) == 0;
    }
  ag_scratch_free (scratch);
  ag_pool_free (pool);
  return NULL;
}

/* One flow, several threads, each with a scratch of its own; and the model may be gone. */
static void
test_shared (void)
{
  Fixture f;
  Sharer sharers[3];
  GThread *threads[3];

  set_up (&f, &usual, 2, 1);
  g_assert_cmpint (encode (&f, f.scratch, f.eps, NULL, NULL), ==, AG_OK);
  g_assert_cmpint (ag_flow_decode (f.flow, f.scratch, 2, f.eps, f.model->classes, f.x, NULL, NULL),
                   ==, AG_OK);
  ag_glow_free (f.model->glow);
  f.model->glow = NULL;
  for (int i = 0; i < 3; i++)
    {
      sharers[i].fixture = &f;
      threads[i] = g_thread_new ("sharer", encode_beside_others, &sharers[i]);
    }
  for (int i = 0; i < 3; i++)
    {
      g_thread_join (threads[i]);
      g_assert_true (sharers[i].same);
    }
  tear_down (&f);
}

static void
test_arguments (void)
{
  static const int bad_classes[] = { 0, 3 }, negative[] = { -1, 0 };
  Fixture f;
  AgScratch *scratch;
  AgFlowError error = { 0 };

  set_up (&f, &usual, 2, 1);
  g_assert_cmpint (
    ag_flow_encode (f.flow, f.scratch, 0, f.model->x, f.model->classes, f.eps, NULL, NULL, &error),
    ==, AG_ERROR_ARGUMENT);
  g_assert_cmpint (
    ag_flow_encode (f.flow, f.scratch, 2, f.model->x, NULL, f.eps, NULL, NULL, &error), ==,
    AG_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error.message, "class"));
  g_assert_cmpint (
    ag_flow_encode (f.flow, f.scratch, 2, f.model->x, bad_classes, f.eps, NULL, NULL, &error), ==,
    AG_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error.message, "class 3"));
  g_assert_cmpint (ag_flow_decode (f.flow, f.scratch, 2, f.eps, negative, f.x, NULL, &error), ==,
                   AG_ERROR_ARGUMENT);
  g_assert_nonnull (strstr (error.message, "class -1"));
  for (int batch = -1; batch <= 0; batch++)
    {
      g_assert_cmpint (ag_scratch_new (f.flow, batch, f.model->pool, &scratch, &error), ==,
                       AG_ERROR_ARGUMENT);
      g_assert_null (scratch);
    }
  ag_scratch_free (NULL);
  ag_flow_free (NULL);
  tear_down (&f);
}

static void
test_singular (void)
{
  TestModel *model = test_model_new (&usual, 1, 1, 1);
  AgFlow *flow = (void *) model;
  AgFlowError error = { 0 };

  test_set (model->glow, "level.1.step.1.permutation.weight", 0);
  g_assert_cmpint (ag_flow_new (model->glow, &flow, &error), ==, AG_ERROR_SINGULAR);
  g_assert_null (flow);
  g_assert_nonnull (strstr (error.message, "level 1, step 1"));
  test_model_free (model);
}

static void
test_cancel (void)
{
  Fixture f;
  atomic_bool cancel = true;
  g_autofree ag_real *eps = NULL;
  AgFlowError error = { 0 };

  set_up (&f, &usual, 2, 2);
  eps = test_reals (f.count);
  g_assert_cmpint (encode (&f, f.scratch, f.eps, f.log_p, NULL), ==, AG_OK);
  g_assert_cmpint (encode (&f, f.scratch, eps, NULL, &cancel), ==, AG_ERROR_CANCELLED);
  g_assert_cmpint (
    ag_flow_decode (f.flow, f.scratch, 2, f.eps, f.model->classes, f.x, &cancel, &error), ==,
    AG_ERROR_CANCELLED);
  g_assert_cmpint (error.status, ==, AG_ERROR_CANCELLED);
  atomic_store (&cancel, false);
  g_assert_cmpint (encode (&f, f.scratch, eps, NULL, &cancel), ==, AG_OK);
  g_assert_cmpmem (eps, f.count * sizeof *eps, f.eps, f.count * sizeof *eps);
  tear_down (&f);
}

static gpointer
cancel_on_and_off (gpointer data)
{
  atomic_bool *flags = data;

  while (!atomic_load (&flags[1]))
    {
      atomic_store (&flags[0], true);
      g_thread_yield ();
      atomic_store (&flags[0], false);
      g_thread_yield ();
    }
  return NULL;
}

/* Cancelled at any moment, a call either says so or gives the right answer. */
static void
test_cancel_meanwhile (void)
{
  Fixture f;
  atomic_bool flags[2] = { false, false };
  g_autofree ag_real *eps = NULL;
  GThread *thread;
  int cancelled = 0;

  set_up (&f, &usual, 2, 2);
  eps = test_reals (f.count);
  g_assert_cmpint (encode (&f, f.scratch, f.eps, NULL, NULL), ==, AG_OK);
  thread = g_thread_new ("cancel", cancel_on_and_off, flags);
  for (int i = 0; i < 100; i++)
    {
      AgStatus status = encode (&f, f.scratch, eps, NULL, &flags[0]);

      cancelled += status == AG_ERROR_CANCELLED;
      g_assert_true (status == AG_OK || status == AG_ERROR_CANCELLED);
      if (status == AG_OK)
        g_assert_cmpmem (eps, f.count * sizeof *eps, f.eps, f.count * sizeof *eps);
    }
  atomic_store (&flags[1], true);
  g_thread_join (thread);
  g_test_message ("%d of 100 cancelled", cancelled);
  tear_down (&f);
}

/* A number that is not finite is not lost on the way: whoever looks at the latent sees it. */
static void
test_not_finite (void)
{
  static const double bad[] = { NAN, INFINITY, -INFINITY };
  Fixture f;

  set_up (&f, &usual, 2, 2);
  for (size_t b = 0; b < G_N_ELEMENTS (bad); b++)
    for (size_t at = 0; at < f.model->n_dims; at += 97)
      {
        ag_real before = f.model->x[at];
        gboolean finite = TRUE;

        f.model->x[at] = (ag_real) bad[b];
        g_assert_cmpint (encode (&f, f.scratch, f.eps, f.log_p, NULL), ==, AG_OK);
        for (size_t i = 0; i < f.model->n_dims; i++)
          finite = finite && isfinite (f.eps[i]);
        g_assert_false (finite);
        g_assert_false (isfinite (f.log_p[0]));
        /* The other image has nothing to do with it. */
        g_assert_true (isfinite (f.log_p[1]));
        f.model->x[at] = before;
      }
  tear_down (&f);
}

static void
test_sample_eps (void)
{
  static const double factors[] = { 0.7, 0 };
  size_t n = ag_glow_config_n_dims (&usual);
  AgGlowLevel top = ag_glow_config_level (&usual, 1);
  g_autofree ag_real *eps = test_reals (n), *scaled = test_reals (n);

  eps[n] = scaled[n] = 7;
  ag_flow_sample_eps (&usual, 3, NULL, eps);
  ag_flow_sample_eps (&usual, 3, NULL, scaled);
  g_assert_cmpmem (eps, n * sizeof *eps, scaled, n * sizeof *eps);
  ag_flow_sample_eps (&usual, 4, NULL, scaled);
  g_assert_cmpfloat (test_max_difference (eps, scaled, n), >, 1);
  ag_flow_sample_eps (&usual, 3, factors, scaled);
  for (size_t i = 0; i < n; i++)
    test_close (scaled[i], i < top.eps_offset ? 0.7 * (double) eps[i] : 0,
                TEST_TOLERANCE (1e-6, 1e-15));
  g_assert_true (eps[n] == 7 && scaled[n] == 7);
}

/* Samples of one seed are the same bytes; at temperature 0 every seed gives the mean. */
static void
test_sample (void)
{
  static const double zero[] = { 0, 0 };
  AgGlowConfig config = usual;
  Fixture f;
  guint8 *bytes[2];

  config.classes = 0;
  set_up (&f, &config, 2, 2);
  for (int i = 0; i < 2; i++)
    {
      for (guint64 j = 0; j < 2; j++)
        ag_flow_sample_eps (&config, 1 + j, NULL, f.eps + j * f.model->n_dims);
      g_assert_cmpint (ag_flow_decode (f.flow, f.scratch, 2, f.eps, NULL, f.x, NULL, NULL), ==,
                       AG_OK);
      bytes[i] = g_new (guint8, f.count);
      ag_bytes_from_values (f.x, f.count, bytes[i]);
    }
  g_assert_cmpmem (bytes[0], f.count, bytes[1], f.count);
  g_assert_cmpint (memcmp (bytes[0], bytes[0] + f.model->n_dims, f.model->n_dims), !=, 0);
  for (guint64 j = 0; j < 2; j++)
    ag_flow_sample_eps (&config, 1 + j, zero, f.eps + j * f.model->n_dims);
  g_assert_cmpfloat (test_max_abs (f.eps, f.count), ==, 0);
  g_assert_cmpint (ag_flow_decode (f.flow, f.scratch, 2, f.eps, NULL, f.x, NULL, NULL), ==, AG_OK);
  g_assert_cmpmem (f.x, f.model->n_dims * sizeof *f.x, f.x + f.model->n_dims,
                   f.model->n_dims * sizeof *f.x);
  g_free (bytes[0]);
  g_free (bytes[1]);
  tear_down (&f);
}

static void
test_macs (void)
{
  /* 8×8 pixels of 12 channels, twice; 4×4 of 24, twice; one split. */
  double inner = 9 * 6 * 24 + 24 * 24 + 9 * 24 * 12 + 12 * 12;
  double outer = 9 * 12 * 24 + 24 * 24 + 9 * 24 * 24 + 24 * 24;

  test_close (ag_flow_macs (&usual), 64 * 2 * inner + 16 * 2 * outer + 64 * 9 * 6 * 12, 0);
}

void
test_inference_add (void)
{
  g_test_add_func ("/flow/inference/round-trip", test_round_trip);
  g_test_add_func ("/flow/inference/repeatable", test_repeatable);
  g_test_add_func ("/flow/inference/shared", test_shared);
  g_test_add_func ("/flow/inference/arguments", test_arguments);
  g_test_add_func ("/flow/inference/singular", test_singular);
  g_test_add_func ("/flow/inference/cancel", test_cancel);
  g_test_add_func ("/flow/inference/cancel/meanwhile", test_cancel_meanwhile);
  g_test_add_func ("/flow/inference/not-finite", test_not_finite);
  g_test_add_func ("/flow/inference/sample-eps", test_sample_eps);
  g_test_add_func ("/flow/inference/sample", test_sample);
  g_test_add_func ("/flow/inference/macs", test_macs);
}
