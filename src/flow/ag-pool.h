/* ag-pool.h: threads that run one function together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A pool owns n - 1 threads; the caller of ag_pool_run() is the n-th. All of them run the same
 * function at once and meet at barriers inside it. Barriers spin for a few microseconds, since the
 * work between two of them is often no longer than that, and then sleep.
 *
 * One thread at a time may run a pool. Different pools are independent.
 */
#pragma once

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "ag-error.h"

/* Of a pool. */
#define AG_MAX_THREADS 256

typedef struct AgPool AgPool;

/**
 * AgTeam:
 *
 * The threads inside one ag_pool_run(). Valid only there.
 */
typedef struct AgTeam AgTeam;

/**
 * AgTeamFunc:
 * @team: the threads that run this function
 * @rank: which of them this is, from 0 to ag_team_size() - 1; the caller of ag_pool_run() is 0
 * @data: what was given to ag_pool_run()
 */
typedef void (*AgTeamFunc) (AgTeam *team, int rank, void *data);

/**
 * ag_pool_new:
 * @n_threads: how many threads work together, 1 to 256; 0 for one per processor available
 * @pool: (out) (transfer full):
 * @error: (nullable):
 */
AgStatus ag_pool_new (int n_threads, AgPool **pool, AgFlowError *error);

/**
 * ag_pool_free:
 * @pool: (nullable) (transfer full): not running
 */
void ag_pool_free (AgPool *pool);

/**
 * ag_pool_n_threads:
 *
 * Returns: how many threads work together, at least 1
 */
int ag_pool_n_threads (const AgPool *pool);

/**
 * ag_pool_run:
 *
 * Runs @func on every thread of @pool and returns when all have returned. Must not be nested.
 */
void ag_pool_run (AgPool *pool, AgTeamFunc func, void *data);

int ag_team_size (const AgTeam *team);

/**
 * ag_team_barrier:
 *
 * Returns when every thread of the team has called it. What any of them wrote before is visible to
 * all of them after.
 */
void ag_team_barrier (AgTeam *team);

/**
 * ag_team_share:
 * @n: items to be shared out
 * @align: shares begin at multiples of this
 * @begin: (out):
 * @end: (out): one past the last
 *
 * The fixed, contiguous share of @rank; the same call gives the same shares, which is what makes
 * results repeatable for a given number of threads.
 */
void ag_team_share (const AgTeam *team, int rank, int n, int align, int *begin, int *end);

/**
 * AgShare:
 * @taken: how many parts of it have been taken
 *
 * A rank's share of items that are taken part by part: an array of these, one per rank, goes with
 * one round of work.
 */
typedef struct
{
  _Alignas(64) atomic_int taken;
} AgShare;

/**
 * ag_share_reset:
 *
 * To be called by each rank for its own share, between two barriers of which one lies after the
 * last ag_team_take() of the round before and one before the first of the next.
 */
void ag_share_reset (AgShare *shares, int rank);

/**
 * ag_team_take:
 * @shares: (array): of each rank of @team
 * @n: items of all shares together
 * @least: how many are worth being taken alone
 * @begin: (out):
 * @end: (out): one past the last
 *
 * The next items for @rank: half of what is left of its own share of ag_team_share(), and then
 * likewise of the shares of others who have not got there yet. So a thread whose processor is
 * slower, or busy with something else meanwhile, holds up the others less. Who gets what differs
 * from time to time; no result may depend on it.
 *
 * Returns: %FALSE when nothing is left
 */
bool ag_team_take (const AgTeam *team,
                   int rank,
                   AgShare *shares,
                   int n,
                   int least,
                   int *begin,
                   int *end);
