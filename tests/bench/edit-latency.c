/* edit-latency.c: how soon the Edit view answers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: edit-latency MODEL [PHOTO]       on a display, for example under xvfb-run
 *
 * Opens the real window on a model and prints one JSON line:
 *
 *   start_ms         from the start of the program to the first frame with a window
 *   ready_ms         and to the first one with a face whose sliders answer
 *   first_ms         median, 95th percentile and most, over 100 moves of a slider: from the
 * slider's event to the frame with a new picture exact_ms         likewise to the frame with the
 * exact picture frames_per_s     new pictures while a slider is dragged for a minute, an event
 * every 8 ms blocked_ms       99th percentile and most: turns of the main loop during that drag
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "ag-window.h"

#define MOVES        100
#define DRAG_SECONDS 60
#define DRAG_SPACING 8 /* ms */

typedef struct
{
  AgWindow *window;
  AgEditSession *session;
  GtkRange *slider;
  guint n_pictures;    /* the session has told of */
  guint n_pictures_at; /* and of those, how many are in the frame that was drawn last */
  gboolean has_frame;
  gint64 frame_time; /* monotonic: the end of painting it */
  GArray *turns;     /* ms, while they are recorded */
  gint64 turn_begin;
} Bench;

static Bench bench;

/* The time between two polls is the time nobody could be answered in. */
static gint
timed_poll (GPollFD *fds, guint n, gint timeout)
{
  gint result;

  if (bench.turns != NULL && bench.turn_begin > 0)
    {
      double ms = (double) (g_get_monotonic_time () - bench.turn_begin) / 1e3;
      g_array_append_val (bench.turns, ms);
    }
  result = g_poll (fds, n, timeout);
  bench.turn_begin = g_get_monotonic_time ();
  return result;
}

static void
picture_changed (AgEditSession *session, gpointer unused)
{
  bench.n_pictures++;
}

static void
after_paint (GdkFrameClock *clock, gpointer unused)
{
  /* Frames without a new picture, a number that has changed, do not count. */
  if (bench.has_frame && bench.n_pictures_at == bench.n_pictures)
    return;
  bench.has_frame = TRUE;
  bench.n_pictures_at = bench.n_pictures;
  bench.frame_time = g_get_monotonic_time ();
}

static void
turn (void)
{
  g_main_context_iteration (NULL, TRUE);
}

/* Turns until the frame on the screen has a picture that came after @n of them; -1 after 10 s. */
static double
wait_for_picture (guint n, gint64 since)
{
  while (bench.n_pictures_at <= n)
    {
      if (g_get_monotonic_time () - since > 10 * G_USEC_PER_SEC)
        return -1;
      turn ();
    }
  return (double) (bench.frame_time - since) / 1e3;
}

static double
wait_for_exact (gint64 since)
{
  do
    turn ();
  while (!ag_edit_session_is_idle (bench.session) || bench.n_pictures_at < bench.n_pictures);
  return (double) (bench.frame_time - since) / 1e3;
}

static gboolean
wake (gpointer done)
{
  *(gboolean *) done = TRUE;
  return G_SOURCE_REMOVE;
}

static void
pause_ms (guint ms)
{
  gboolean done = FALSE;

  g_timeout_add (ms, wake, &done);
  while (!done)
    turn ();
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static double
quantile (GArray *values, double share)
{
  g_array_sort (values, compare_doubles);
  return g_array_index (values, double, (guint) (share * (values->len - 1)));
}

static void
print_three (const char *name, GArray *values)
{
  g_print ("\"%s\":{\"median\":%.1f,\"p95\":%.1f,\"most\":%.1f},", name, quantile (values, 0.5),
           quantile (values, 0.95), quantile (values, 1));
}

static void
measure_moves (void)
{
  g_autoptr (GArray) first = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) exact = g_array_new (FALSE, FALSE, sizeof (double));

  for (int i = 0; i < MOVES; i++)
    {
      guint n = bench.n_pictures;
      gint64 since = g_get_monotonic_time ();
      double ms;

      gtk_range_set_value (bench.slider, 1.9 * sin (i + 1));
      ms = wait_for_picture (n, since);
      if (ms < 0)
        {
          g_printerr ("edit-latency: no new picture after 10 s\n");
          exit (1);
        }
      g_array_append_val (first, ms);
      ms = MAX (wait_for_exact (since), ms);
      g_array_append_val (exact, ms);
      pause_ms (30);
    }
  print_three ("first_ms", first);
  print_three ("exact_ms", exact);
}

static gboolean
drag (gpointer begin)
{
  double t = (double) (g_get_monotonic_time () - *(gint64 *) begin) / G_USEC_PER_SEC;

  gtk_range_set_value (bench.slider, 1.9 * sin (2 * t));
  return G_SOURCE_CONTINUE;
}

static void
measure_drag (void)
{
  g_autoptr (GArray) turns = g_array_new (FALSE, FALSE, sizeof (double));
  gint64 begin = g_get_monotonic_time ();
  guint source = g_timeout_add (DRAG_SPACING, drag, &begin), n = bench.n_pictures;

  bench.turns = turns;
  while (g_get_monotonic_time () - begin < DRAG_SECONDS * G_USEC_PER_SEC)
    turn ();
  bench.turns = NULL;
  g_source_remove (source);
  g_print ("\"frames_per_s\":%.1f,\"blocked_ms\":{\"p99\":%.1f,\"most\":%.1f}}\n",
           (bench.n_pictures - n) / (double) DRAG_SECONDS, quantile (turns, 0.99),
           quantile (turns, 1));
}

static void
start (const char *model, gint64 begin)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (model);
  GdkFrameClock *clock;
  double start_ms, ready_ms;

  bench.window = ag_window_new (NULL);
  bench.session = ag_window_get_session (bench.window);
  g_signal_connect (bench.session, "picture-changed", G_CALLBACK (picture_changed), NULL);
  ag_window_load_model (bench.window, file);
  gtk_window_present (GTK_WINDOW (bench.window));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (bench.window));
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint), NULL);
  while (!bench.has_frame)
    turn ();
  start_ms = (double) (bench.frame_time - begin) / 1e3;
  ready_ms = wait_for_picture (0, begin);
  g_print ("{\"start_ms\":%.0f,\"ready_ms\":%.0f,", start_ms, ready_ms);
}

int
main (int argc, char **argv)
{
  gint64 begin = g_get_monotonic_time ();
  AgEditPanel *panel;

  if (argc < 2)
    {
      g_printerr ("usage: edit-latency MODEL [PHOTO]\n");
      return 2;
    }
  g_main_context_set_poll_func (NULL, timed_poll);
  gtk_init ();
  adw_init ();
  start (argv[1], begin);
  if (argc > 2)
    {
      g_autoptr (GFile) photo = g_file_new_for_commandline_arg (argv[2]);
      ag_window_open_file (bench.window, photo);
    }
  pause_ms (1000);
  wait_for_exact (g_get_monotonic_time ());
  panel = ag_edit_page_get_panel (ag_window_get_edit_page (bench.window));
  bench.slider = GTK_RANGE (ag_control_row_get_slider (ag_edit_panel_get_row (panel, 0)));
  measure_moves ();
  measure_drag ();
  gtk_window_destroy (GTK_WINDOW (bench.window));
  return 0;
}
