/* test-worker.c: the order, replacement, cancellation and end of the worker's jobs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A gate holds the worker inside a job, so that what waits behind it is known; nothing here depends
 * on how fast the machine is. Under ThreadSanitizer the same tests look for races.
 */
#include "ag-worker.h"

#include <pthread.h>
#include <sched.h>

#include "test-session.h"

typedef struct
{
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  gboolean entered, open;
} Gate;

typedef struct
{
  GString *ran;  /* letters of jobs in the order they ran; guarded by mutex */
  GString *done; /* main loop only */
  int n_freed;   /* main loop only */
  pthread_mutex_t mutex;
  pthread_t main_thread;
} Log;

typedef struct
{
  Log *log;
  Gate *gate; /* nullable */
  char letter;
  gboolean until_cancelled;
  gboolean was_cancelled;
  AgWorker *worker; /* nullable: done hands over another job */
  int result;
} Item;

static void
gate_init (Gate *gate)
{
  pthread_mutex_init (&gate->mutex, NULL);
  pthread_cond_init (&gate->changed, NULL);
  gate->entered = gate->open = FALSE;
}

static void
gate_set (Gate *gate, gboolean *what)
{
  pthread_mutex_lock (&gate->mutex);
  *what = TRUE;
  pthread_cond_broadcast (&gate->changed);
  pthread_mutex_unlock (&gate->mutex);
}

static void
gate_wait (Gate *gate, gboolean *what)
{
  pthread_mutex_lock (&gate->mutex);
  while (!*what)
    pthread_cond_wait (&gate->changed, &gate->mutex);
  pthread_mutex_unlock (&gate->mutex);
}

static void
gate_clear (Gate *gate)
{
  pthread_mutex_destroy (&gate->mutex);
  pthread_cond_destroy (&gate->changed);
}

static void
log_init (Log *log)
{
  log->ran = g_string_new (NULL);
  log->done = g_string_new (NULL);
  log->n_freed = 0;
  pthread_mutex_init (&log->mutex, NULL);
  log->main_thread = pthread_self ();
}

static void
log_clear (Log *log)
{
  g_string_free (log->ran, TRUE);
  g_string_free (log->done, TRUE);
  pthread_mutex_destroy (&log->mutex);
}

static void
item_run (gpointer data, const atomic_bool *cancel)
{
  Item *item = data;

  g_assert_false (pthread_equal (pthread_self (), item->log->main_thread));
  pthread_mutex_lock (&item->log->mutex);
  g_string_append_c (item->log->ran, item->letter);
  pthread_mutex_unlock (&item->log->mutex);
  if (item->gate != NULL)
    {
      gate_set (item->gate, &item->gate->entered);
      if (!item->until_cancelled)
        gate_wait (item->gate, &item->gate->open);
    }
  while (item->until_cancelled && !atomic_load (cancel))
    sched_yield ();
  item->was_cancelled = atomic_load (cancel);
  item->result = item->letter * 2;
}

static void
item_free (gpointer data)
{
  Item *item = data;

  g_assert_true (pthread_equal (pthread_self (), item->log->main_thread));
  item->log->n_freed++;
  g_free (item);
}

static void item_done (gpointer data);

static const AgWorkerJobKind item_kind = { item_run, item_done, item_free };

static Item *
item_new (Log *log, char letter, Gate *gate)
{
  Item *item = g_new0 (Item, 1);

  item->log = log;
  item->letter = letter;
  item->gate = gate;
  return item;
}

static void
item_done (gpointer data)
{
  Item *item = data;

  g_assert_true (pthread_equal (pthread_self (), item->log->main_thread));
  g_assert_cmpint (item->result, ==, item->letter * 2);
  g_string_append_c (item->log->done, item->letter);
  if (item->worker != NULL)
    ag_worker_push (item->worker, &item_kind, item_new (item->log, 'z', NULL));
}

static AgWorker *
worker_new (void)
{
  g_autoptr (GError) error = NULL;
  AgWorker *worker = ag_worker_new (&error);

  g_assert_no_error (error);
  return worker;
}

static gboolean
worker_is_idle (gpointer data)
{
  return ag_worker_is_idle (data);
}

/* Hands over a job that holds the worker until @gate is opened, and waits until it does. */
static void
hold (AgWorker *worker, Log *log, Gate *gate)
{
  gate_init (gate);
  ag_worker_push (worker, &item_kind, item_new (log, '-', gate));
  gate_wait (gate, &gate->entered);
}

static void
release_and_finish (AgWorker *worker, Gate *gate)
{
  gate_set (gate, &gate->open);
  g_assert_true (test_wait_until (worker_is_idle, worker));
  gate_clear (gate);
}

static void
test_order (void)
{
  g_autoptr (AgWorker) worker = worker_new ();
  Log log;
  Gate gate;

  log_init (&log);
  hold (worker, &log, &gate);
  ag_worker_push (worker, &item_kind, item_new (&log, 'a', NULL));
  ag_worker_push (worker, &item_kind, item_new (&log, 'b', NULL));
  ag_worker_refine (worker, &item_kind, item_new (&log, 'r', NULL));
  ag_worker_render (worker, 1, &item_kind, item_new (&log, '1', NULL));
  ag_worker_render (worker, 0, &item_kind, item_new (&log, '0', NULL));
  ag_worker_push (worker, &item_kind, item_new (&log, 'c', NULL));
  release_and_finish (worker, &gate);

  g_assert_cmpstr (log.ran->str, ==, "-01abcr");
  g_assert_cmpstr (log.done->str, ==, "-01abcr");
  g_assert_cmpint (log.n_freed, ==, 7);
  log_clear (&log);
}

/* Of the last lanes none goes before another: whoever waits longest is next. */
static void
test_fair_lanes (void)
{
  g_autoptr (AgWorker) worker = worker_new ();
  Log log;
  Gate gate;

  log_init (&log);
  hold (worker, &log, &gate);
  ag_worker_render (worker, AG_WORKER_FAIR_LANE + 1, &item_kind, item_new (&log, 'b', NULL));
  ag_worker_render (worker, AG_WORKER_FAIR_LANE, &item_kind, item_new (&log, 'a', NULL));
  ag_worker_render (worker, AG_WORKER_FAIR_LANE - 1, &item_kind, item_new (&log, '-', NULL));
  release_and_finish (worker, &gate);
  hold (worker, &log, &gate);
  ag_worker_render (worker, AG_WORKER_FAIR_LANE, &item_kind, item_new (&log, 'a', NULL));
  ag_worker_render (worker, AG_WORKER_FAIR_LANE + 1, &item_kind, item_new (&log, 'b', NULL));
  release_and_finish (worker, &gate);

  g_assert_cmpstr (log.ran->str, ==, "--ba-ab");
  log_clear (&log);
}

static void
test_latest_wins (void)
{
  g_autoptr (AgWorker) worker = worker_new ();
  Log log;
  Gate gate;

  log_init (&log);
  hold (worker, &log, &gate);
  for (char letter = 'a'; letter <= 'y'; letter++)
    ag_worker_render (worker, 0, &item_kind, item_new (&log, letter, NULL));
  ag_worker_refine (worker, &item_kind, item_new (&log, 'Q', NULL));
  ag_worker_refine (worker, &item_kind, item_new (&log, 'R', NULL));
  g_assert_cmpint (log.n_freed, ==, 25);
  release_and_finish (worker, &gate);

  g_assert_cmpstr (log.done->str, ==, "-yR");
  g_assert_cmpint (log.n_freed, ==, 28);
  log_clear (&log);
}

/* Two renders finish before the main loop turns: the older one is no news. */
static void
test_one_delivery (void)
{
  g_autoptr (AgWorker) worker = worker_new ();
  Log log;
  Gate first, second, third;

  log_init (&log);
  gate_init (&first);
  gate_init (&second);
  ag_worker_render (worker, 0, &item_kind, item_new (&log, 'a', &first));
  gate_wait (&first, &first.entered);
  ag_worker_render (worker, 0, &item_kind, item_new (&log, 'b', &second));
  gate_set (&first, &first.open);
  gate_wait (&second, &second.entered);
  gate_set (&second, &second.open);
  hold (worker, &log, &third);
  release_and_finish (worker, &third);

  g_assert_cmpstr (log.ran->str, ==, "ab-");
  g_assert_cmpstr (log.done->str, ==, "b-");
  g_assert_cmpint (log.n_freed, ==, 3);
  gate_clear (&first);
  gate_clear (&second);
  log_clear (&log);
}

static void
test_cancel (void)
{
  g_autoptr (AgWorker) worker = worker_new ();
  Log log;
  Gate gate, running;
  Item *endless;
  guint64 waiting, number;

  log_init (&log);

  /* Waiting. */
  hold (worker, &log, &gate);
  waiting = ag_worker_push (worker, &item_kind, item_new (&log, 'a', NULL));
  ag_worker_push (worker, &item_kind, item_new (&log, 'b', NULL));
  ag_worker_render (worker, 2, &item_kind, item_new (&log, '2', NULL));
  ag_worker_render (worker, 3, &item_kind, item_new (&log, '3', NULL));
  ag_worker_cancel (worker, waiting);
  ag_worker_cancel_renders (worker, 2);
  release_and_finish (worker, &gate);
  g_assert_cmpstr (log.ran->str, ==, "-3b");

  /* Running: it would go on for ever. */
  gate_init (&running);
  endless = item_new (&log, 'e', &running);
  endless->until_cancelled = TRUE;
  number = ag_worker_push (worker, &item_kind, endless);
  gate_wait (&running, &running.entered);
  ag_worker_cancel (worker, number);
  g_assert_true (test_wait_until (worker_is_idle, worker));
  g_assert_cmpstr (log.done->str, ==, "-3b");

  /* Finished but not delivered; a number that is not known any more. */
  ag_worker_cancel (worker, number);
  g_assert_cmpint (log.n_freed, ==, 6);
  gate_clear (&running);
  log_clear (&log);
}

/* Only what runs is dropped: what waits in that lane, or has been computed, is not. */
static void
test_interrupt (void)
{
  g_autoptr (AgWorker) worker = worker_new ();
  Log log;
  Gate running, last;
  Item *endless;

  log_init (&log);
  gate_init (&running);
  g_assert_false (ag_worker_interrupt_render (worker, 1));
  endless = item_new (&log, 'e', &running);
  endless->until_cancelled = TRUE;
  ag_worker_render (worker, 1, &item_kind, endless);
  gate_wait (&running, &running.entered);
  ag_worker_render (worker, 1, &item_kind, item_new (&log, '1', NULL));
  ag_worker_render (worker, 0, &item_kind, item_new (&log, '0', NULL));
  g_assert_false (ag_worker_interrupt_render (worker, 0));
  g_assert_true (ag_worker_interrupt_render (worker, 1));
  hold (worker, &log, &last);
  g_assert_false (ag_worker_interrupt_render (worker, 1));
  release_and_finish (worker, &last);

  g_assert_cmpstr (log.ran->str, ==, "e01-");
  g_assert_cmpstr (log.done->str, ==, "01-");
  g_assert_cmpint (log.n_freed, ==, 4);
  gate_clear (&running);
  log_clear (&log);
}

/* A refinement gives way to a render at once. */
static void
test_refinement_yields (void)
{
  g_autoptr (AgWorker) worker = worker_new ();
  Log log;
  Gate running;
  Item *endless;

  log_init (&log);
  gate_init (&running);
  endless = item_new (&log, 'e', &running);
  endless->until_cancelled = TRUE;
  ag_worker_refine (worker, &item_kind, endless);
  gate_wait (&running, &running.entered);
  ag_worker_render (worker, 0, &item_kind, item_new (&log, 'a', NULL));
  g_assert_true (test_wait_until (worker_is_idle, worker));

  g_assert_cmpstr (log.ran->str, ==, "ea");
  g_assert_cmpstr (log.done->str, ==, "a");
  gate_clear (&running);
  log_clear (&log);
}

static void
test_done_pushes (void)
{
  g_autoptr (AgWorker) worker = worker_new ();
  Item *item;
  Log log;

  log_init (&log);
  item = item_new (&log, 'a', NULL);
  item->worker = worker;
  ag_worker_push (worker, &item_kind, item);
  g_assert_true (test_wait_until (worker_is_idle, worker));
  g_assert_cmpstr (log.done->str, ==, "az");
  log_clear (&log);
}

/* Stopping frees what runs, what waits and what was not delivered; nothing is done after it. */
static void
test_stop (void)
{
  AgWorker *worker = worker_new ();
  Item *endless;
  Log log;
  Gate gate, running;

  log_init (&log);
  hold (worker, &log, &gate);
  gate_set (&gate, &gate.open);
  gate_init (&running);
  endless = item_new (&log, 'e', &running);
  endless->until_cancelled = TRUE;
  ag_worker_push (worker, &item_kind, endless);
  ag_worker_push (worker, &item_kind, item_new (&log, 'a', NULL));
  gate_wait (&running, &running.entered);
  ag_worker_render (worker, 0, &item_kind, item_new (&log, 'b', NULL));
  ag_worker_refine (worker, &item_kind, item_new (&log, 'c', NULL));
  ag_worker_stop (worker);
  g_assert_cmpint (log.n_freed, ==, 5);

  ag_worker_push (worker, &item_kind, item_new (&log, 'd', NULL));
  ag_worker_render (worker, 0, &item_kind, item_new (&log, 'd', NULL));
  g_assert_cmpint (log.n_freed, ==, 7);
  g_assert_true (ag_worker_is_idle (worker));
  g_object_unref (worker);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpstr (log.done->str, ==, "");
  gate_clear (&gate);
  gate_clear (&running);
  log_clear (&log);
}

/* Everything at once, many times: for ThreadSanitizer, and that nothing is lost or done twice. */
static void
test_storm (void)
{
  g_autoptr (AgWorker) worker = worker_new ();
  int handed_over = 0;
  Log log;

  log_init (&log);
  for (int i = 0; i < 2000; i++)
    {
      guint64 number;

      ag_worker_render (worker, (guint) i % AG_WORKER_N_LANES, &item_kind,
                        item_new (&log, 'a', NULL));
      ag_worker_refine (worker, &item_kind, item_new (&log, 'b', NULL));
      number = ag_worker_push (worker, &item_kind, item_new (&log, 'c', NULL));
      handed_over += 3;
      if (i % 3 == 0)
        ag_worker_cancel (worker, number);
      if (i % 7 == 0)
        ag_worker_cancel_renders (worker, (guint) i % AG_WORKER_N_LANES);
      g_main_context_iteration (NULL, FALSE);
    }
  g_assert_true (test_wait_until (worker_is_idle, worker));
  g_assert_cmpint (log.n_freed, ==, handed_over);
  g_assert_cmpuint (log.done->len, <=, log.ran->len);
  log_clear (&log);
}

void
test_worker_add (void)
{
  g_test_add_func ("/session/worker/order", test_order);
  g_test_add_func ("/session/worker/fair-lanes", test_fair_lanes);
  g_test_add_func ("/session/worker/latest-wins", test_latest_wins);
  g_test_add_func ("/session/worker/one-delivery", test_one_delivery);
  g_test_add_func ("/session/worker/cancel", test_cancel);
  g_test_add_func ("/session/worker/interrupt", test_interrupt);
  g_test_add_func ("/session/worker/refinement-yields", test_refinement_yields);
  g_test_add_func ("/session/worker/done-pushes", test_done_pushes);
  g_test_add_func ("/session/worker/stop", test_stop);
  g_test_add_func ("/session/worker/storm", test_storm);
}
