/* ag-ranks.h: the processes that train a model together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     g_autoptr (AgRanks) ranks = ag_ranks_new (&cancel, &error);
 *     options.ranks = ranks;
 *     ...
 *
 * Started by `mpirun -n 4 afterglow-cli train …`, in a build with -Dmpi=enabled, the processes are
 * numbered from 0, their rank. In any other case there is one, of rank 0, for which all functions
 * do nothing; so they do with %NULL. No other file knows MPI.
 *
 * All functions but the getters are collective: every process has to call the same ones in the
 * same order, from the thread that made the object. Numbers that come out are the same bytes in
 * every process, and the same again in every run with that many processes.
 *
 * A collective that fails because a process is gone or cannot be reached is
 * %AG_TRAINER_ERROR_RANKS; from then on every other one fails at once.
 */
#pragma once

#include <stdatomic.h>

#include <gio/gio.h>

#include "ag-flow.h"

G_BEGIN_DECLS

typedef struct AgRanks AgRanks;

/**
 * ag_ranks_new:
 * @cancel: (nullable): once it is set, process 0 does not wait for ever: for a process that does
 *   not answer within half a second it gives up, which leaves it the time to save. (mpirun asks all
 *   to end when one has died.)
 *
 * Joins the processes that were started with this one. At most once in the life of a program.
 */
AgRanks *ag_ranks_new (const atomic_bool *cancel, GError **error);

/**
 * ag_ranks_free:
 *
 * Waits for the others to come here too. After a failure it ends them all instead, this process
 * with them.
 */
void ag_ranks_free (AgRanks *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgRanks, ag_ranks_free)

/**
 * ag_ranks_get_size:
 * @self: (nullable):
 *
 * Returns: how many processes there are
 */
int ag_ranks_get_size (const AgRanks *self);

/**
 * ag_ranks_get_rank:
 * @self: (nullable):
 *
 * Returns: which of them this one is, from 0
 */
int ag_ranks_get_rank (const AgRanks *self);

/**
 * ag_ranks_get_local_size:
 * @self: (nullable):
 *
 * Returns: how many of them share this machine
 */
int ag_ranks_get_local_size (const AgRanks *self);

/**
 * ag_ranks_sum:
 * @self: (nullable):
 * @x: (array length=n): a vector
 * @sums: (out) (array length=n): the sum of all processes' vectors, added up in double and in the
 *   order of ranks
 */
gboolean ag_ranks_sum (AgRanks *self, const double *x, ag_real *sums, size_t n, GError **error);

/**
 * ag_ranks_gather:
 * @self: (nullable):
 * @mine: (array length=size): bytes, few
 * @size: the same in every process
 * @all: (out): room for as many such arrays as there are processes, in the order of ranks
 */
gboolean ag_ranks_gather (AgRanks *self, const void *mine, size_t size, void *all, GError **error);

/**
 * ag_ranks_share:
 * @self: (nullable):
 * @root: whose bytes all get
 * @bytes: (inout) (array length=size):
 * @size: the same in every process
 */
gboolean ag_ranks_share (AgRanks *self, int root, void *bytes, size_t size, GError **error);

/**
 * ag_ranks_agree:
 * @self: (nullable):
 * @mine: (nullable) (transfer full): what went wrong in this process; %NULL if nothing did
 *
 * Where something went wrong in any process it did in all: each gets the same error, domain, code
 * and words, naming the process. Being cancelled counts less than other errors.
 *
 * Returns: whether all is well
 */
gboolean ag_ranks_agree (AgRanks *self, GError *mine, GError **error);

G_END_DECLS
