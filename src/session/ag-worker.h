/* ag-worker.h: the thread that computes, and how results come back to the main loop
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One persistent thread. Jobs are handed over by a pthread mutex and condition variable, in this
 * order of precedence:
 *
 *   1. renders: one waiting place per lane; a newer render takes the place of one that has not
 *      begun (latest wins), so that a slider never builds up a backlog; lanes in their order, but
 *      those at the end in the order in which their renders came;
 *   2. the queue: everything else, first come, first served;
 *   3. refinements: one waiting place; runs only when nothing else waits, and is cancelled as soon
 *      as a render arrives.
 *
 * A job is a piece of data with four functions (AgWorkerJobKind). The data belongs to exactly one
 * thread at a time: to the caller before it is handed over, to the worker until it has run, to
 * the main loop in its `done`. So jobs need no locks of their own. Whoever keeps results beyond
 * `done` keeps them as immutable GBytes.
 *
 *     static const AgWorkerJobKind render_kind = { .run = render_run, .done = render_done,
 *                                                  .free = render_free };
 *     ag_worker_render (worker, 0, &render_kind, g_steal_pointer (&data));
 *
 * Finished jobs go back through one GSource of the main context that created the worker. It is
 * either pending or not, so however fast the worker is, at most one delivery waits, and of the
 * finished renders of one lane only the newest is delivered.
 *
 * All functions belong to the thread that created the worker.
 */
#pragma once

#include <glib-object.h>
#include <stdatomic.h>
#include <stdbool.h>

G_BEGIN_DECLS

#define AG_TYPE_WORKER (ag_worker_get_type ())
G_DECLARE_FINAL_TYPE (AgWorker, ag_worker, AG, WORKER, GObject)

/* Lanes of renders, one per thing that is drawn at the same time. */
#define AG_WORKER_N_LANES 7

/* From this one on no lane goes before another: what waits there longest is next. So whoever has
 * two of them filled again and again sees both move on. */
#define AG_WORKER_FAIR_LANE 5

/**
 * AgWorkerJobKind:
 * @run: computes, on the worker's thread; returns soon (50 ms) after @cancel becomes true
 * @done: (nullable): takes the result, on the main loop; never called for a job that was cancelled
 *   or replaced
 * @free: frees the data, on the main loop's thread, also when @done was not called
 */
typedef struct
{
  void (*run) (gpointer data, const atomic_bool *cancel);
  void (*done) (gpointer data);
  void (*free) (gpointer data);
} AgWorkerJobKind;

/**
 * ag_worker_new:
 *
 * Starts the thread. Results are delivered to the thread-default main context of the caller.
 *
 * Returns: (transfer full) (nullable): %NULL with @error set if the system has no thread to give
 */
AgWorker *ag_worker_new (GError **error);

/**
 * ag_worker_render:
 * @lane: 0 to %AG_WORKER_N_LANES - 1
 * @data: (transfer full):
 *
 * Hands over a render. A waiting one of the same lane is freed; a running one goes on, since its
 * picture still is news to the one who drags a slider, and comes before this one's. Use
 * ag_worker_cancel_renders() first if it is not.
 */
void ag_worker_render (AgWorker *self, guint lane, const AgWorkerJobKind *kind, gpointer data);

/**
 * ag_worker_refine:
 * @data: (transfer full):
 *
 * Hands over what is done when nothing else is; replaces an earlier one, running or not.
 */
void ag_worker_refine (AgWorker *self, const AgWorkerJobKind *kind, gpointer data);

/**
 * ag_worker_push:
 * @data: (transfer full):
 *
 * Appends a job to the queue.
 *
 * Returns: its number, for ag_worker_cancel()
 */
guint64 ag_worker_push (AgWorker *self, const AgWorkerJobKind *kind, gpointer data);

/**
 * ag_worker_cancel:
 * @job: number of a queued job; one that has been delivered is ignored
 *
 * Drops the job wherever it is; its `done` will not be called.
 */
void ag_worker_cancel (AgWorker *self, guint64 job);

/**
 * ag_worker_cancel_renders:
 *
 * Drops the renders of @lane, waiting, running or finished but not delivered, and any refinement:
 * what they would show is no longer wanted.
 */
void ag_worker_cancel_renders (AgWorker *self, guint lane);

/**
 * ag_worker_interrupt_render:
 *
 * Drops the render of @lane if it is running, so that the next job begins at once. One that waits
 * or that has been computed is left alone.
 *
 * Returns: whether there was one
 */
gboolean ag_worker_interrupt_render (AgWorker *self, guint lane);

/**
 * ag_worker_stop:
 *
 * Cancels everything, joins the thread and frees what was left. Disposing does the same. Jobs
 * handed over afterwards are freed at once.
 */
void ag_worker_stop (AgWorker *self);

/**
 * ag_worker_is_idle:
 *
 * Returns: whether no job waits, runs, or has a result that has not been delivered
 */
gboolean ag_worker_is_idle (AgWorker *self);

G_END_DECLS
