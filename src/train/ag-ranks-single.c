/* ag-ranks-single.c: one process, in a build without MPI
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ag-ranks.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "ag-trainer.h"

struct AgRanks
{
  int size;
};

/* Each of them would take itself for the only one. */
static gboolean
is_one_of_many (void)
{
  static const char *const variables[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE" };

  for (gsize i = 0; i < G_N_ELEMENTS (variables); i++)
    {
      const char *text = g_getenv (variables[i]);

      if (text != NULL && g_ascii_strtoll (text, NULL, 10) > 1)
        return TRUE;
    }
  return FALSE;
}

AgRanks *
ag_ranks_new (const atomic_bool *cancel, GError **error)
{
  AgRanks *self;

  if (is_one_of_many ())
    {
      g_set_error_literal (error, AG_TRAINER_ERROR, AG_TRAINER_ERROR_RANKS,
                           _ ("Started by mpirun, but built without MPI: several processes can "
                              "train together in a build with -Dmpi=enabled"));
      return NULL;
    }
  self = g_new0 (AgRanks, 1);
  self->size = 1;
  return self;
}

void
ag_ranks_free (AgRanks *self)
{
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
  return 0;
}

int
ag_ranks_get_local_size (const AgRanks *self)
{
  return 1;
}

gboolean
ag_ranks_sum (AgRanks *self, const double *x, ag_real *sums, size_t n, GError **error)
{
  for (size_t i = 0; i < n; i++)
    sums[i] = (ag_real) x[i];
  return TRUE;
}

gboolean
ag_ranks_gather (AgRanks *self, const void *mine, size_t size, void *all, GError **error)
{
  memcpy (all, mine, size);
  return TRUE;
}

gboolean
ag_ranks_share (AgRanks *self, int root, void *bytes, size_t size, GError **error)
{
  return TRUE;
}
