/* ag-ranks-mpi.c: the processes that mpirun has started
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Collectives are begun without blocking and then asked for, so that a process that waits for long
 * sleeps instead of keeping a processor busy, and can give up.
 */
#include "ag-ranks.h"

#include <mpi.h>
#include <sched.h>
#include <string.h>
#include <time.h>

#include <glib/gi18n-lib.h>

#include "ag-trainer.h"

#ifdef AG_FLOW_DOUBLE
#define REAL_TYPE MPI_DOUBLE
#else
#define REAL_TYPE MPI_FLOAT
#endif

#define CHUNK       (1 << 19)  /* numbers that are added up at once */
#define SHARE_CHUNK (64 << 20) /* bytes */
#define BUSY_TIME   0.02       /* seconds of asking before sleeping between questions */
#define SLEEP_NS    100000
#define GRACE       0.5 /* see ag_ranks_new() */

struct AgRanks
{
  int size, rank, local_size;
  const atomic_bool *cancel;
  gboolean is_broken;
  int *counts, *offsets; /* of the slices of a chunk: numbers sent, or kept */
  int *mine, *places;    /* likewise: numbers received */
  double *received;
};

static gboolean
fail (AgRanks *self, const char *words, GError **error)
{
  self->is_broken = TRUE;
  g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_RANKS, words);
  return FALSE;
}

static gboolean
check (AgRanks *self, int code, GError **error)
{
  char words[MPI_MAX_ERROR_STRING + 1] = "";
  g_autofree char *message = NULL;
  int length;

  if (code == MPI_SUCCESS)
    return TRUE;
  MPI_Error_string (code, words, &length);
  message =
    g_strdup_printf (_ ("The processes that train together have lost each other: %s"), words);
  return fail (self, message, error);
}

static double
clock_now (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static gboolean
wait_for (AgRanks *self, MPI_Request *request, GError **error)
{
  const struct timespec pause = { 0, SLEEP_NS };
  double begin = clock_now (), cancelled = 0;

  for (;;)
    {
      double now;
      int done, code = MPI_Test (request, &done, MPI_STATUS_IGNORE);

      if (code != MPI_SUCCESS)
        return check (self, code, error);
      if (done)
        return TRUE;
      now = clock_now ();
      if (self->rank == 0 && self->cancel != NULL && atomic_load (self->cancel))
        {
          if (cancelled > 0 && now - cancelled > GRACE)
            return fail (self,
                         _ ("Training has stopped: one of the processes that train together has "
                            "ended or does not answer"),
                         error);
          cancelled = cancelled > 0 ? cancelled : now;
        }
      if (now - begin < BUSY_TIME)
        sched_yield ();
      else
        nanosleep (&pause, NULL);
    }
}

/* Whether mpirun or another launcher has started this program; a program that was started alone is
 * spared the time that it takes to find that out through MPI. */
static gboolean
is_launched (void)
{
  return g_getenv ("OMPI_COMM_WORLD_SIZE") || g_getenv ("PMI_SIZE") || g_getenv ("PMIX_RANK");
}

static void
allocate (AgRanks *self)
{
  self->counts = g_new (int, self->size);
  self->offsets = g_new (int, self->size);
  self->mine = g_new (int, self->size);
  self->places = g_new (int, self->size);
  self->received = g_new (double, CHUNK + self->size);
}

AgRanks *
ag_ranks_new (const atomic_bool *cancel, GError **error)
{
  AgRanks *self = g_new0 (AgRanks, 1);
  MPI_Comm local;
  int provided, code = MPI_SUCCESS;

  self->size = self->local_size = 1;
  self->cancel = cancel;
  if (!is_launched ())
    return self;
  code = MPI_Init_thread (NULL, NULL, MPI_THREAD_FUNNELED, &provided);
  if (code != MPI_SUCCESS || provided < MPI_THREAD_FUNNELED)
    {
      g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_RANKS,
                           _ ("MPI cannot be started beside the threads of this program"));
      g_free (self);
      return NULL;
    }
  MPI_Comm_set_errhandler (MPI_COMM_WORLD, MPI_ERRORS_RETURN);
  MPI_Comm_size (MPI_COMM_WORLD, &self->size);
  MPI_Comm_rank (MPI_COMM_WORLD, &self->rank);
  code = MPI_Comm_split_type (MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &local);
  if (!check (self, code, error))
    {
      ag_ranks_free (self);
      return NULL;
    }
  MPI_Comm_size (local, &self->local_size);
  MPI_Comm_free (&local);
  allocate (self);
  return self;
}

void
ag_ranks_free (AgRanks *self)
{
  int is_initialized;

  if (self == NULL)
    return;
  MPI_Initialized (&is_initialized);
  if (is_initialized && self->is_broken)
    MPI_Abort (MPI_COMM_WORLD, 1);
  else if (is_initialized)
    MPI_Finalize ();
  g_free (self->counts);
  g_free (self->offsets);
  g_free (self->mine);
  g_free (self->places);
  g_free (self->received);
  g_free (self);
}

int
ag_ranks_get_size (const AgRanks *self)
{
  return self ? self->size : 1;
}

int
ag_ranks_get_rank (const AgRanks *self)
{
  return self ? self->rank : 0;
}

int
ag_ranks_get_local_size (const AgRanks *self)
{
  return self ? self->local_size : 1;
}

static gboolean
is_usable (AgRanks *self, GError **error)
{
  return !self->is_broken ||
         fail (self, _ ("The processes that train together have lost each other"), error);
}

/* Each process gets all vectors' numbers of its slice, adds them up and tells the others. That is
 * as little to send as any way has, and the order of additions is fixed. */
static gboolean
sum_chunk (AgRanks *self, const double *x, ag_real *sums, int n, GError **error)
{
  int size = self->size, slice = (n + size - 1) / size, ours;
  MPI_Request request;
  int code;

  for (int i = 0; i < size; i++)
    {
      self->offsets[i] = MIN (i * slice, n);
      self->counts[i] = MIN (slice, n - self->offsets[i]);
    }
  ours = self->counts[self->rank];
  for (int i = 0; i < size; i++)
    {
      self->mine[i] = ours;
      self->places[i] = i * ours;
    }
  code = MPI_Ialltoallv (x, self->counts, self->offsets, MPI_DOUBLE, self->received, self->mine,
                         self->places, MPI_DOUBLE, MPI_COMM_WORLD, &request);
  if (!check (self, code, error) || !wait_for (self, &request, error))
    return FALSE;
  for (int i = 1; i < size; i++)
    for (int j = 0; j < ours; j++)
      self->received[j] += self->received[i * ours + j];
  for (int j = 0; j < ours; j++)
    sums[self->offsets[self->rank] + j] = (ag_real) self->received[j];
  code = MPI_Iallgatherv (MPI_IN_PLACE, 0, REAL_TYPE, sums, self->counts, self->offsets, REAL_TYPE,
                          MPI_COMM_WORLD, &request);
  return check (self, code, error) && wait_for (self, &request, error);
}

gboolean
ag_ranks_sum (AgRanks *self, const double *x, ag_real *sums, size_t n, GError **error)
{
  if (ag_ranks_get_size (self) == 1)
    {
      for (size_t i = 0; i < n; i++)
        sums[i] = (ag_real) x[i];
      return TRUE;
    }
  if (!is_usable (self, error))
    return FALSE;
  for (size_t i = 0; i < n; i += CHUNK)
    if (!sum_chunk (self, x + i, sums + i, (int) MIN (n - i, CHUNK), error))
      return FALSE;
  return TRUE;
}

gboolean
ag_ranks_gather (AgRanks *self, const void *mine, size_t size, void *all, GError **error)
{
  MPI_Request request;

  if (ag_ranks_get_size (self) == 1)
    {
      memcpy (all, mine, size);
      return TRUE;
    }
  if (!is_usable (self, error))
    return FALSE;
  return check (self,
                MPI_Iallgather (mine, (int) size, MPI_BYTE, all, (int) size, MPI_BYTE,
                                MPI_COMM_WORLD, &request),
                error) &&
         wait_for (self, &request, error);
}

gboolean
ag_ranks_share (AgRanks *self, int root, void *bytes, size_t size, GError **error)
{
  char *next = bytes;

  if (ag_ranks_get_size (self) == 1)
    return TRUE;
  if (!is_usable (self, error))
    return FALSE;
  for (size_t left = size; left > 0;)
    {
      int count = (int) MIN (left, SHARE_CHUNK);
      MPI_Request request;

      if (!check (self, MPI_Ibcast (next, count, MPI_BYTE, root, MPI_COMM_WORLD, &request),
                  error) ||
          !wait_for (self, &request, error))
        return FALSE;
      next += count;
      left -= (size_t) count;
    }
  return TRUE;
}
