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
ag_train_state_new (AgGlow *glow, gboolean has_average)
{
  g_autoptr (AgTrainState) self = g_new0 (AgTrainState, 1);

  counters_init (&self->counters);
  self->parameters = ag_glow_parameters (glow, &self->n);
  self->owned = g_try_malloc0_n (self->n, 2 * sizeof (ag_real));
  if (has_average)
    self->owned_average = g_try_malloc_n (self->n, sizeof (ag_real));
  if (self->owned == NULL || (has_average && self->owned_average == NULL))
    return NULL;
  self->m = self->owned;
  self->v = self->m + self->n;
  self->average = self->owned_average;
  if (has_average)
    memcpy (self->average, self->parameters, self->n * sizeof (ag_real));
  return g_steal_pointer (&self);
}

void
ag_train_state_set_averaged (AgTrainState *self, AgGlow *averaged)
{
  size_t n;
  ag_real *average = ag_glow_parameters (averaged, &n);

  memcpy (average, self->average, n * sizeof (ag_real));
  self->average = average;
  g_clear_pointer (&self->owned_average, g_free);
}

void
ag_train_state_free (AgTrainState *self)
{
  if (self == NULL)
    return;
  g_free (self->owned);
  g_free (self->owned_average);
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

double
ag_train_bits_per_dim (const AgGlowConfig *config, double log_p)
{
  return ldexp (rint (ldexp (ag_bits_per_dim (config, log_p), 36)), -36);
}
