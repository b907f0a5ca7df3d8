/* ag-train-state.c: all that changes while a model trains
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-train-state.h"

#include <math.h>
#include <string.h>

static void
counters_init (AgTrainCounters *counters)
{
  *counters = (AgTrainCounters){
    .rate_scale = 1,
    .recent_bits_per_dim = NAN,
    .held_out_bits_per_dim = NAN,
    .best_bits_per_dim = NAN,
  };
}

AgTrainState *
ag_train_state_new (AgGlow *glow, size_t n, gboolean has_average)
{
  g_autoptr (AgTrainState) self = g_new0 (AgTrainState, 1);
  ag_real *next;
  size_t n_vectors;

  counters_init (&self->counters);
  if (glow != NULL)
    self->parameters = ag_glow_parameters (glow, &n);
  self->n = n;
  n_vectors = 2 + (has_average ? 1 : 0) + (glow ? 0 : 1);
  self->owned = g_try_malloc0_n (n, n_vectors * sizeof (ag_real));
  if (self->owned == NULL)
    return NULL;
  self->m = self->owned;
  self->v = self->m + n;
  next = self->v + n;
  if (has_average)
    {
      self->average = next;
      next += n;
    }
  if (glow == NULL)
    self->parameters = next;
  if (has_average)
    memcpy (self->average, self->parameters, n * sizeof (ag_real));
  return g_steal_pointer (&self);
}

void
ag_train_state_free (AgTrainState *self)
{
  if (self == NULL)
    return;
  g_free (self->owned);
  g_free (self);
}

typedef struct
{
  const AgTrainState *from;
  AgTrainState *to;
} Copying;

static void
copy_share (AgTeam *team, int rank, void *data)
{
  Copying *copying = data;
  const AgTrainState *from = copying->from;
  AgTrainState *to = copying->to;
  size_t size = (size_t) ag_team_size (team);
  size_t begin = from->n / size * (size_t) rank;
  size_t end = rank == ag_team_size (team) - 1 ? from->n : from->n / size * ((size_t) rank + 1);
  size_t bytes = (end - begin) * sizeof (ag_real);

  memcpy (to->parameters + begin, from->parameters + begin, bytes);
  memcpy (to->m + begin, from->m + begin, bytes);
  memcpy (to->v + begin, from->v + begin, bytes);
  if (from->average != NULL)
    memcpy (to->average + begin, from->average + begin, bytes);
}

void
ag_train_state_copy (const AgTrainState *from, AgTrainState *to, AgPool *pool)
{
  Copying copying = { from, to };

  to->counters = from->counters;
  ag_pool_run (pool, copy_share, &copying);
}

gboolean
ag_train_status_is_divergence (AgStatus status)
{
  return status == AG_ERROR_NOT_FINITE || status == AG_ERROR_SINGULAR;
}
