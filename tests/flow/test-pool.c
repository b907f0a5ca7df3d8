/* test-pool.c: threads that run one function together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-flow.h"

#include <stdatomic.h>
#include <string.h>

static AgPool *
pool_new (int n_threads)
{
  AgPool *pool;
  AgFlowError error = { 0 };

  test_ok (ag_pool_new (n_threads, &pool, &error), &error);
  return pool;
}

enum
{
  ROUNDS = 200,
  MOST = 5,
};

typedef struct
{
  int plain[2][MOST]; /* written by one, read by all after a barrier: a race if that fails */
  atomic_int entered;
  atomic_bool failed;
} Meeting;

static void
meet_often (AgTeam *team, int rank, void *data)
{
  Meeting *meeting = data;

  atomic_fetch_add (&meeting->entered, 1);
  for (int round = 1; round <= ROUNDS; round++)
    {
      int *now = meeting->plain[round % 2];

      now[rank] = round;
      ag_team_barrier (team);
      for (int i = 0; i < ag_team_size (team); i++)
        if (now[i] != round)
          atomic_store (&meeting->failed, true);
    }
}

static void
test_barrier (void)
{
  for (int n = 1; n <= MOST; n++)
    {
      AgPool *pool = pool_new (n);
      Meeting meeting = { 0 };

      g_assert_cmpint (ag_pool_n_threads (pool), ==, n);
      ag_pool_run (pool, meet_often, &meeting);
      g_assert_cmpint (atomic_load (&meeting.entered), ==, n);
      g_assert_false (atomic_load (&meeting.failed));
      ag_pool_free (pool);
    }
}

static void
add_rank (AgTeam *team, int rank, void *data)
{
  int *ranks = data;

  ranks[rank]++;
}

static void
test_reuse (void)
{
  for (int n = 1; n <= MOST; n++)
    {
      AgPool *pool = pool_new (n);
      int ranks[MOST] = { 0 };

      /* Beyond the number of processors every run waits for the system to switch threads. */
      for (int i = 0; i < (n <= 2 ? 3000 : 100); i++)
        {
          ag_pool_run (pool, add_rank, ranks);
          /* All have returned, so this is not a race. */
          for (int rank = 0; rank < n; rank++)
            g_assert_cmpint (ranks[rank], ==, i + 1);
        }
      ag_pool_free (pool);
    }
}

static void
check_shares (AgTeam *team, int rank, void *data)
{
  atomic_int *failures = data;

  if (rank != 0)
    return;
  for (int align = 1; align <= 12; align += align == 1 ? 1 : 4)
    for (int n = 0; n <= 100; n++)
      {
        int covered = 0;

        for (int i = 0; i < ag_team_size (team); i++)
          {
            int begin, end, begin_again, end_again;

            ag_team_share (team, i, n, align, &begin, &end);
            ag_team_share (team, i, n, align, &begin_again, &end_again);
            /* Each begins where the one before ended; no share is more than a block longer. */
            if (begin != covered || end < begin || (begin % align != 0 && begin < n) ||
                begin != begin_again || end != end_again ||
                end - begin > (n / align / ag_team_size (team) + 2) * align)
              atomic_fetch_add (failures, 1);
            covered = end;
          }
        if (covered != n)
          atomic_fetch_add (failures, 1);
      }
}

static void
test_share (void)
{
  for (int n = 1; n <= MOST; n++)
    {
      AgPool *pool = pool_new (n);
      atomic_int failures = 0;

      ag_pool_run (pool, check_shares, &failures);
      g_assert_cmpint (atomic_load (&failures), ==, 0);
      ag_pool_free (pool);
    }
}

enum
{
  MOST_ITEMS = 4096
};

typedef struct
{
  int n, least;
  AgShare shares[2][MOST];
  atomic_int times[MOST_ITEMS];
} Dealing;

/* Two arrays of shares by turns, each reset while the other is in use. */
static void
take_all (AgTeam *team, int rank, void *data)
{
  Dealing *dealing = data;
  int begin, end;

  ag_share_reset (dealing->shares[0], rank);
  for (int round = 0; round < 6; round++)
    {
      ag_team_barrier (team);
      ag_share_reset (dealing->shares[1 - round % 2], rank);
      while (ag_team_take (team, rank, dealing->shares[round % 2], dealing->n, dealing->least,
                           &begin, &end))
        for (int i = begin; i < end; i++)
          atomic_fetch_add (&dealing->times[i], 1);
    }
}

/* Every item once a round. */
static void
test_take (void)
{
  static const int counts[] = { 0, 1, 5, 64, 65, 129, 1000, MOST_ITEMS };

  for (int n = 1; n <= MOST; n++)
    {
      AgPool *pool = pool_new (n);

      for (guint k = 0; k < G_N_ELEMENTS (counts); k++)
        for (int least = 1; least <= 64; least += 63)
          {
            Dealing *dealing = g_aligned_alloc0 (1, sizeof *dealing, 64);

            dealing->n = counts[k];
            dealing->least = least;
            ag_pool_run (pool, take_all, dealing);
            for (int i = 0; i < MOST_ITEMS; i++)
              g_assert_cmpint (atomic_load (&dealing->times[i]), ==, i < counts[k] ? 6 : 0);
            g_aligned_free (dealing);
          }
      ag_pool_free (pool);
    }
}

typedef struct
{
  AgShare shares[2];
  atomic_bool begun, done;
  int items[2];
} Slow;

/* Rank 1 takes something and does not go on before rank 0 has found nothing left. */
static void
take_slowly (AgTeam *team, int rank, void *data)
{
  Slow *slow = data;
  int begin, end;

  ag_share_reset (slow->shares, rank);
  ag_team_barrier (team);
  while (rank == 0 && !atomic_load (&slow->begun))
    g_thread_yield ();
  while (ag_team_take (team, rank, slow->shares, 1024, 64, &begin, &end))
    {
      slow->items[rank] += end - begin;
      atomic_store (&slow->begun, true);
      while (rank == 1 && !atomic_load (&slow->done))
        g_thread_yield ();
    }
  atomic_store (&slow->done, true);
}

static void
test_take_slow (void)
{
  AgPool *pool = pool_new (2);
  Slow *slow = g_aligned_alloc0 (1, sizeof *slow, 64);

  ag_pool_run (pool, take_slowly, slow);
  g_assert_cmpint (slow->items[1], ==, 256);
  g_assert_cmpint (slow->items[0], ==, 768);
  g_aligned_free (slow);
  ag_pool_free (pool);
}

static void
check_large_share (AgTeam *team, int rank, void *data)
{
  int *ends = data, begin;

  ag_team_share (team, rank, G_MAXINT, 6, &begin, &ends[rank]);
}

static void
test_share_large (void)
{
  AgPool *pool = pool_new (3);
  int ends[3];

  ag_pool_run (pool, check_large_share, ends);
  g_assert_cmpint (ends[0], >, 0);
  g_assert_cmpint (ends[1], >, ends[0]);
  g_assert_cmpint (ends[2], ==, G_MAXINT);
  ag_pool_free (pool);
}

static void
test_free_at_once (void)
{
  /* Before its threads have got as far as waiting. */
  for (int i = 0; i < 200; i++)
    ag_pool_free (pool_new (1 + i % MOST));
  ag_pool_free (NULL);
}

static void
test_arguments (void)
{
  static const int wrong[] = { -1, 257, G_MAXINT, G_MININT };
  AgPool *pool;
  AgFlowError error;

  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      pool = (void *) &error;
      memset (&error, 0, sizeof error);
      g_assert_cmpint (ag_pool_new (wrong[i], &pool, &error), ==, AG_ERROR_ARGUMENT);
      g_assert_cmpint (error.status, ==, AG_ERROR_ARGUMENT);
      g_assert_null (pool);
      g_assert_nonnull (strstr (error.message, "threads"));
      g_assert_cmpint (ag_pool_new (wrong[i], &pool, NULL), ==, AG_ERROR_ARGUMENT);
    }
  pool = pool_new (0);
  g_assert_cmpint (ag_pool_n_threads (pool), >=, 1);
  g_assert_cmpint (ag_pool_n_threads (pool), <=, (int) g_get_num_processors ());
  ag_pool_free (pool);
}

/* Independent pools, each run from a thread of its own. */
static gpointer
run_own_pool (gpointer data)
{
  AgPool *pool = pool_new (2);
  int ranks[MOST] = { 0 };

  for (int i = 0; i < 500; i++)
    ag_pool_run (pool, add_rank, ranks);
  ag_pool_free (pool);
  return GINT_TO_POINTER (ranks[0] + ranks[1]);
}

static void
test_two_pools (void)
{
  GThread *threads[2];

  for (int i = 0; i < 2; i++)
    threads[i] = g_thread_new ("pool", run_own_pool, NULL);
  for (int i = 0; i < 2; i++)
    g_assert_cmpint (GPOINTER_TO_INT (g_thread_join (threads[i])), ==, 1000);
}

void
test_pool_add (void)
{
  g_test_add_func ("/flow/pool/barrier", test_barrier);
  g_test_add_func ("/flow/pool/reuse", test_reuse);
  g_test_add_func ("/flow/pool/share", test_share);
  g_test_add_func ("/flow/pool/take", test_take);
  g_test_add_func ("/flow/pool/take/slow", test_take_slow);
  g_test_add_func ("/flow/pool/share/large", test_share_large);
  g_test_add_func ("/flow/pool/free-at-once", test_free_at_once);
  g_test_add_func ("/flow/pool/arguments", test_arguments);
  g_test_add_func ("/flow/pool/two", test_two_pools);
}
