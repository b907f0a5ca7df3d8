/* edit-latency.c: how soon the Edit view answers
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: edit-latency MODEL [PHOTO]                     on a display, for example under xvfb-run
 *        edit-latency --train FOLDER [MINUTES] MODEL     the same while a model is trained
 *
 * Opens the real window on a model and prints one JSON line:
 *
 *   start_ms         from the start of the program to the first frame with a window
 *   ready_ms         and to the first one with a face whose sliders answer
 *   first_ms         median, 95th percentile and most, over 100 moves of a slider:
 *                    from the slider's event to the frame with a new picture
 *   exact_ms         likewise to the frame with the exact picture
 *   frames_per_s     new pictures while a slider is dragged for a minute, an event every 8 ms
 *   blocked_ms       99th percentile and most: turns of the main loop during that drag
 *   computing_ms     likewise of the processor's time in those turns: without what they waited for
 *   waiting_ms       likewise of what they waited for: the X server, and a processor
 *   long_turns       how many of them were longer than the bar of 8 ms
 *   machine_ms       the longest pause between two looks at the clock while the main loop did
 *                    nothing else for twenty seconds: what nothing here can be faster than
 *
 * With --train a run of the preset faces-64 goes on behind the window for MINUTES (10), and
 * somebody moves a slider twenty times, then thinks for three seconds, and so on; the first move
 * finds the processors taken. It prints first_ms as above for all moves, burst_ms for the first of
 * each twenty, and how many steps were trained.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <glib/gstdio.h>

#include "ag-window.h"

#define BURST           20   /* moves */
#define THINKING        3000 /* ms */
#define DEFAULT_MINUTES 10.0

#define LAST_FRAME_MS 50

#define MOVES        100
#define DRAG_SECONDS 60
#define DRAG_SPACING 8 /* ms */
#define LONG_TURN    8 /* ms */

#define MACHINE_SECONDS 20

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
  GArray *computing; /* likewise, of the processor's time */
  GArray *waiting;   /* and of the rest */
  gint64 turn_begin;
  double computing_begin;
} Bench;

static Bench bench;

static double
get_computing_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

/* The time between two polls is the time nobody could be answered in. */
static gint
timed_poll (GPollFD *fds, guint n, gint timeout)
{
  gint result;

  if (bench.turns != NULL && bench.turn_begin > 0)
    {
      double ms = (double) (g_get_monotonic_time () - bench.turn_begin) / 1e3;
      double computing = get_computing_ms () - bench.computing_begin;

      g_array_append_val (bench.turns, ms);
      double waiting = ms - computing;

      g_array_append_val (bench.computing, computing);
      g_array_append_val (bench.waiting, waiting);
    }
  result = g_poll (fds, n, timeout);
  bench.turn_begin = g_get_monotonic_time ();
  bench.computing_begin = get_computing_ms ();
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

/* From one end of its track at @way -1 nearly to the other at 1. */
static void
move_slider (double way)
{
  GtkAdjustment *adjustment = gtk_range_get_adjustment (bench.slider);
  double lower = gtk_adjustment_get_lower (adjustment);
  double upper = gtk_adjustment_get_upper (adjustment);

  gtk_range_set_value (bench.slider, lower + (0.5 + 0.49 * way) * (upper - lower));
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

static gboolean
wake (gpointer done)
{
  *(gboolean *) done = TRUE;
  return G_SOURCE_REMOVE;
}

/* A change that shows nothing new, such as the original's in another size, brings no frame: the one
 * before was the last. */
static double
wait_for_exact (gint64 since)
{
  gboolean none_comes = FALSE;
  guint source;

  while (!ag_edit_session_is_idle (bench.session))
    turn ();
  source = g_timeout_add (LAST_FRAME_MS, wake, &none_comes);
  while (bench.n_pictures_at < bench.n_pictures && !none_comes)
    turn ();
  if (!none_comes)
    g_source_remove (source);
  return (double) (bench.frame_time - since) / 1e3;
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

      move_slider (sin (i + 1));
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

/* A run that trains, in a folder of its own. */
static AgTrainRun *
start_training (const char *folder, char **runs, AgTrainSession **session)
{
  g_autoptr (GFile) data = g_file_new_for_commandline_arg (folder);
  g_autoptr (GFile) place = NULL;
  g_autoptr (GError) error = NULL;
  AgTrainerOptions options;
  AgTrainRun *run = NULL;

  *runs = g_dir_make_tmp ("edit-latency-XXXXXX", &error);
  place = *runs ? g_file_new_for_path (*runs) : NULL;
  *session = place ? ag_train_session_new (place, &error) : NULL;
  ag_trainer_options_init (&options);
  options.data = data;
  options.preset = "faces-64";
  if (*session != NULL && ag_trainer_options_apply_preset (&options, &error))
    run = ag_train_session_start (*session, "run", &options, &error);
  if (run == NULL)
    {
      g_printerr ("edit-latency: %s\n", error->message);
      exit (1);
    }
  ag_window_set_train_session (bench.window, *session);
  while (ag_train_run_is_active (run) && ag_train_run_get_progress (run)->step < 3)
    turn ();
  if (!ag_train_run_is_active (run))
    {
      g_printerr ("edit-latency: %s\n", ag_train_run_get_message (run));
      exit (1);
    }
  return run;
}

/* Only what this program has made: checkpoints, a log, pictures. */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        remove_folder (child);
      else
        g_unlink (child);
    }
  g_rmdir (path);
}

static void
measure_while_training (const char *folder, double minutes)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) bursts = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (AgTrainSession) session = NULL;
  g_autofree char *runs = NULL;
  AgTrainRun *run = start_training (folder, &runs, &session);
  guint64 step = ag_train_run_get_progress (run)->step;
  gint64 begin = g_get_monotonic_time ();

  for (int i = 0; (double) (g_get_monotonic_time () - begin) < minutes * 60 * G_USEC_PER_SEC; i++)
    {
      guint n;
      gint64 since;
      double ms;

      pause_ms (i % BURST == 0 ? THINKING : 30);
      n = bench.n_pictures;
      since = g_get_monotonic_time ();
      move_slider (sin (i + 1));
      ms = wait_for_picture (n, since);
      if (ms < 0)
        {
          g_printerr ("edit-latency: no new picture after 10 s\n");
          exit (1);
        }
      g_array_append_val (all, ms);
      if (i % BURST == 0)
        g_array_append_val (bursts, ms);
    }
  print_three ("first_ms", all);
  print_three ("burst_ms", bursts);
  g_print ("\"moves\":%u,\"steps\":%" G_GUINT64_FORMAT "}\n", all->len,
           ag_train_run_get_progress (run)->step - step);
  ag_window_set_train_session (bench.window, NULL);
  ag_train_session_close (session);
  remove_folder (runs);
}

static gboolean
drag (gpointer begin)
{
  double t = (double) (g_get_monotonic_time () - *(gint64 *) begin) / G_USEC_PER_SEC;

  move_slider (sin (2 * t));
  return G_SOURCE_CONTINUE;
}

static void
print_two (const char *name, GArray *values)
{
  g_print ("\"%s\":{\"p99\":%.1f,\"most\":%.1f},", name, quantile (values, 0.99),
           quantile (values, 1));
}

static void
measure_drag (void)
{
  g_autoptr (GArray) turns = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) computing = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) waiting = g_array_new (FALSE, FALSE, sizeof (double));
  gint64 begin = g_get_monotonic_time ();
  guint source = g_timeout_add (DRAG_SPACING, drag, &begin), n = bench.n_pictures, n_long = 0;

  bench.waiting = waiting;
  bench.computing = computing;
  bench.turns = turns;
  while (g_get_monotonic_time () - begin < DRAG_SECONDS * G_USEC_PER_SEC)
    turn ();
  bench.turns = NULL;
  g_source_remove (source);
  g_print ("\"frames_per_s\":%.1f,", (bench.n_pictures - n) / (double) DRAG_SECONDS);
  for (guint i = 0; i < turns->len; i++)
    n_long += g_array_index (turns, double, i) > LONG_TURN;
  print_two ("blocked_ms", turns);
  print_two ("computing_ms", computing);
  print_two ("waiting_ms", waiting);
  g_print ("\"long_turns\":%u,", n_long);
}

/* A virtual machine is stopped now and then, for its neighbours or its host; its own clocks of
 * processor's time go on meanwhile, so that such a pause looks like computing. */
static void
measure_machine (void)
{
  gint64 begin, before, now, most = 0;

  begin = before = g_get_monotonic_time ();
  do
    {
      now = g_get_monotonic_time ();
      most = MAX (most, now - before);
      before = now;
    }
  while (now - begin < MACHINE_SECONDS * G_USEC_PER_SEC);
  g_print ("\"machine_ms\":%.1f}\n", (double) most / 1e3);
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
  const char *folder = NULL;
  double minutes = DEFAULT_MINUTES;
  AgEditPanel *panel;

  if (argc > 2 && g_str_equal (argv[1], "--train"))
    {
      folder = argv[2];
      argc -= 2;
      argv += 2;
      if (argc > 2)
        {
          minutes = g_ascii_strtod (argv[1], NULL);
          argc--;
          argv++;
        }
    }
  if (argc < 2 || !(minutes > 0))
    {
      g_printerr ("usage: edit-latency [--train FOLDER [MINUTES]] MODEL [PHOTO]\n");
      return 2;
    }
  g_main_context_set_poll_func (NULL, timed_poll);
  gtk_init ();
  adw_init ();
  start (argv[1], begin);
  if (folder == NULL && argc > 2)
    {
      g_autoptr (GFile) photo = g_file_new_for_commandline_arg (argv[2]);
      ag_window_open_file (bench.window, photo);
    }
  pause_ms (1000);
  wait_for_exact (g_get_monotonic_time ());
  panel = ag_edit_page_get_panel (ag_window_get_edit_page (bench.window));
  bench.slider = GTK_RANGE (ag_control_row_get_slider (ag_edit_panel_get_row (panel, 0)));
  if (folder != NULL)
    {
      measure_while_training (folder, minutes);
    }
  else
    {
      measure_moves ();
      measure_drag ();
      pause_ms (1000);
      measure_machine ();
    }
  gtk_window_destroy (GTK_WINDOW (bench.window));
  return 0;
}
