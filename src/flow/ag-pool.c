/* ag-pool.c: threads that run one function together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads wait for work and at barriers in two stages: they spin for a while, because the next
 * piece of work usually comes within microseconds, and then sleep on a condition variable, because
 * on a busy machine the thread that is waited for may need this very processor.
 */
#include "ag-pool.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

#define SPINS 4000

struct AgTeam
{
  int size;

  /* A barrier: the last of the team to arrive resets arrived and moves generation on. */
  atomic_int arrived;
  atomic_uint generation;

  pthread_mutex_t mutex;
  pthread_cond_t changed; /* generation or AgPool.job moved on; guarded by mutex */
  int sleepers;           /* threads in pthread_cond_wait(); guarded by mutex */
};

struct AgPool
{
  AgTeam team;
  AgTeamFunc func; /* written before job moves on, read after */
  void *data;
  atomic_uint job; /* counts ag_pool_run() calls */
  atomic_bool stop;
  int n_started;
  pthread_t threads[AG_MAX_THREADS];
  struct Member
  {
    AgPool *pool;
    int rank;
  } members[AG_MAX_THREADS];
};

static inline void
relax (void)
{
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause ();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/* Returns once *counter is no longer seen; spins, then sleeps. */
static void
wait_for_change (AgTeam *team, atomic_uint *counter, unsigned seen)
{
  for (int i = 0; i < SPINS; i++)
    {
      if (atomic_load_explicit (counter, memory_order_acquire) != seen)
        return;
      relax ();
    }
  pthread_mutex_lock (&team->mutex);
  team->sleepers++;
  while (atomic_load_explicit (counter, memory_order_acquire) == seen)
    pthread_cond_wait (&team->changed, &team->mutex);
  team->sleepers--;
  pthread_mutex_unlock (&team->mutex);
}

static void
advance (AgTeam *team, atomic_uint *counter)
{
  /* Under the mutex, so that a thread between its look at the counter and its sleep is not missed.
   */
  pthread_mutex_lock (&team->mutex);
  atomic_fetch_add_explicit (counter, 1, memory_order_release);
  if (team->sleepers > 0)
    pthread_cond_broadcast (&team->changed);
  pthread_mutex_unlock (&team->mutex);
}

int
ag_team_size (const AgTeam *team)
{
  return team->size;
}

void
ag_team_barrier (AgTeam *team)
{
  unsigned generation;

  if (team->size == 1)
    return;
  generation = atomic_load_explicit (&team->generation, memory_order_acquire);
  if (atomic_fetch_add_explicit (&team->arrived, 1, memory_order_acq_rel) == team->size - 1)
    {
      atomic_store_explicit (&team->arrived, 0, memory_order_relaxed);
      advance (team, &team->generation);
    }
  else
    wait_for_change (team, &team->generation, generation);
}

void
ag_team_share (const AgTeam *team, int rank, int n, int align, int *begin, int *end)
{
  long blocks = ((long) n + align - 1) / align;
  long first = blocks * rank / team->size * align;
  long last = blocks * (rank + 1) / team->size * align;

  *begin = (int) (first < n ? first : n);
  *end = (int) (last < n ? last : n);
}

void
ag_share_reset (AgShare *shares, int rank)
{
  atomic_store_explicit (&shares[rank].taken, 0, memory_order_relaxed);
}

/* Part k of items: each is half of what is left, and the last, of which half were too few, all. */
static bool
cut (int first, int last, int least, int k, int *begin, int *end)
{
  for (; first < last; first = *end, k--)
    {
      int half = (last - first) / 2;

      *begin = first;
      *end = half < least ? last : first + half;
      if (k == 0)
        return true;
    }
  return false;
}

/* Barriers order what is done with the items; the counters only have to be counted. */
bool
ag_team_take (const AgTeam *team, int rank, AgShare *shares, int n, int least, int *begin, int *end)
{
  for (int i = 0; i < team->size; i++)
    {
      int owner = (rank + i) % team->size, first, last;
      int taken = atomic_fetch_add_explicit (&shares[owner].taken, 1, memory_order_relaxed);

      ag_team_share (team, owner, n, 1, &first, &last);
      if (cut (first, last, least, taken, begin, end))
        return true;
    }
  return false;
}

static void *
member_main (void *data)
{
  struct Member *member = data;
  AgPool *pool = member->pool;
  unsigned seen = 0;

  for (;;)
    {
      wait_for_change (&pool->team, &pool->job, seen);
      seen++;
      if (atomic_load_explicit (&pool->stop, memory_order_acquire))
        return NULL;
      pool->func (&pool->team, member->rank, pool->data);
      ag_team_barrier (&pool->team);
    }
}

AgStatus
ag_pool_new (int n_threads, AgPool **out, AgFlowError *error)
{
  AgPool *pool;

  *out = NULL;
  if (n_threads == 0)
    {
      cpu_set_t set;

      n_threads = sched_getaffinity (0, sizeof set, &set) == 0 ? CPU_COUNT (&set) : 1;
      n_threads = n_threads > AG_MAX_THREADS ? AG_MAX_THREADS : n_threads;
    }
  if (n_threads < 1 || n_threads > AG_MAX_THREADS)
    return ag_flow_error_set (error, AG_ERROR_ARGUMENT, "%d threads: from 1 to %d are possible",
                              n_threads, AG_MAX_THREADS);
  pool = calloc (1, sizeof *pool);
  if (pool == NULL)
    return ag_flow_error_set (error, AG_ERROR_MEMORY, "no memory for a thread pool");
  pool->team.size = n_threads;
  pthread_mutex_init (&pool->team.mutex, NULL);
  pthread_cond_init (&pool->team.changed, NULL);
  for (int i = 1; i < n_threads; i++)
    {
      pool->members[i] = (struct Member){ pool, i };
      if (pthread_create (&pool->threads[i], NULL, member_main, &pool->members[i]) != 0)
        {
          ag_pool_free (pool);
          return ag_flow_error_set (error, AG_ERROR_SYSTEM, "thread %d of %d could not be started",
                                    i + 1, n_threads);
        }
      pool->n_started = i;
    }
  *out = pool;
  return AG_OK;
}

void
ag_pool_free (AgPool *pool)
{
  if (pool == NULL)
    return;
  atomic_store_explicit (&pool->stop, true, memory_order_release);
  advance (&pool->team, &pool->job);
  for (int i = 1; i <= pool->n_started; i++)
    pthread_join (pool->threads[i], NULL);
  pthread_cond_destroy (&pool->team.changed);
  pthread_mutex_destroy (&pool->team.mutex);
  free (pool);
}

int
ag_pool_n_threads (const AgPool *pool)
{
  return pool->team.size;
}

void
ag_pool_run (AgPool *pool, AgTeamFunc func, void *data)
{
  if (pool->team.size == 1)
    {
      func (&pool->team, 0, data);
      return;
    }
  pool->func = func;
  pool->data = data;
  advance (&pool->team, &pool->job);
  func (&pool->team, 0, data);
  ag_team_barrier (&pool->team);
}
