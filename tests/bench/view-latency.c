/* view-latency.c: how soon the Blend and Sample views answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * usage: view-latency MODEL [PHOTO PHOTO]       on a display, for example under xvfb-run
 *
 * Opens the real window on a model and prints one JSON line:
 *
 *   scrub_ms          median, 95th percentile and most, over 100 moves of the scrubber: from its
 *                     event to the frame with the new picture; to places not computed ahead
 *   again_ms          likewise, to places that have been computed
 *   temperature_ms    likewise for the temperature of Sample and the chosen face
 *   grid_ms           likewise until all 16 faces of the grid are as they should be
 *   grids_per_s       what that is in whole grids
 *   faces_one_by_one  frames of the window with new faces per such a grid: 1 if they come at once
 *   film_s            an animated WebP of 61 frames at the model's size
 */
#include <glib/gstdio.h>
#include <math.h>
#include <stdlib.h>

#include "ag-window.h"

#define MOVES 100
#define GRIDS 20

typedef struct
{
  AgWindow *window;
  AgBlendSession *blend;
  AgSampleSession *samples;
  guint n_news;    /* the sessions have told of */
  guint n_news_at; /* and of those, how many are in the frame that was drawn last */
  guint n_frames;  /* with news */
  gint64 frame_time;
} Bench;

static Bench bench;

static void
news (void)
{
  bench.n_news++;
}

/* Only the face that is looked at counts. */
static void
face_changed (AgSampleSession *samples, guint place)
{
  if (place == ag_sample_session_get_chosen (samples))
    bench.n_news++;
}

static void
after_paint (GdkFrameClock *clock, gpointer unused)
{
  if (bench.n_news_at == bench.n_news)
    return;
  bench.n_frames++;
  bench.n_news_at = bench.n_news;
  bench.frame_time = g_get_monotonic_time ();
}

static void
turn (void)
{
  g_main_context_iteration (NULL, TRUE);
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

static void
settle (void)
{
  do
    pause_ms (50);
  while (!ag_edit_session_is_idle (ag_window_get_session (bench.window)) ||
         !ag_blend_session_is_idle (bench.blend) || !ag_sample_session_is_idle (bench.samples));
}

/* Turns until the frame on the screen has news that came after @n of them. */
static double
wait_for_news (guint n, gint64 since)
{
  while (bench.n_news_at <= n)
    {
      if (g_get_monotonic_time () - since > 10 * G_USEC_PER_SEC)
        {
          g_printerr ("view-latency: no new picture after 10 s\n");
          exit (1);
        }
      turn ();
    }
  return (double) (bench.frame_time - since) / 1e3;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return (x > y) - (x < y);
}

static void
print_three (const char *name, GArray *values)
{
  g_array_sort (values, compare_doubles);
  g_print ("\"%s\":{\"median\":%.1f,\"p95\":%.1f,\"most\":%.1f},", name,
           g_array_index (values, double, values->len / 2),
           g_array_index (values, double, (guint) (0.95 * (values->len - 1))),
           g_array_index (values, double, values->len - 1));
}

static GtkRange *
find_range (GtkWidget *widget, double upper)
{
  GtkWidget *child;

  if (GTK_IS_SCALE (widget) &&
      gtk_adjustment_get_upper (gtk_range_get_adjustment (GTK_RANGE (widget))) == upper)
    return GTK_RANGE (widget);
  for (child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkRange *found = find_range (child, upper);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
measure_range (const char *name, GtkRange *range, double least, double step)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));

  for (int i = 0; i < MOVES; i++)
    {
      /* In leaps, and never twice to one place. */
      double value = least + step * (i * 37 % MOVES), ms;
      guint n = bench.n_news;
      gint64 since = g_get_monotonic_time ();

      if (gtk_range_get_value (range) == value)
        continue;
      gtk_range_set_value (range, value);
      ms = wait_for_news (n, since);
      g_array_append_val (times, ms);
      pause_ms (30);
    }
  print_three (name, times);
}

static void
measure_grid (GtkRange *range)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));
  double sum = 0;
  guint n_frames = bench.n_frames;

  g_signal_connect (bench.samples, "face-changed", G_CALLBACK (news), NULL);
  for (int i = 0; i < GRIDS; i++)
    {
      gint64 since = g_get_monotonic_time ();
      double ms;

      gtk_range_set_value (range, 0.503 + 0.01 * i);
      do
        turn ();
      while (ag_sample_session_is_drawing (bench.samples) || bench.n_news_at < bench.n_news);
      ms = (double) (bench.frame_time - since) / 1e3;
      sum += ms;
      g_array_append_val (times, ms);
    }
  print_three ("grid_ms", times);
  g_print ("\"grids_per_s\":%.1f,\"faces_one_by_one\":%.1f,", GRIDS * 1e3 / sum,
           (bench.n_frames - n_frames) / (double) GRIDS);
}

static void
exported (GObject *source, GAsyncResult *result, gpointer done)
{
  g_autoptr (GError) error = NULL;

  if (!ag_blend_session_export_finish (AG_BLEND_SESSION (source), result, &error))
    {
      g_printerr ("view-latency: %s\n", error->message);
      exit (1);
    }
  *(gboolean *) done = TRUE;
}

static void
measure_film (void)
{
  const AgBlendOutput output = { .format = AG_BLEND_ANIMATION, .n_frames = 61, .seconds = 2 };
  g_autofree char *folder = g_dir_make_tmp ("view-latency-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "film.webp", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  gint64 begin = g_get_monotonic_time ();
  gboolean done = FALSE;

  ag_blend_session_export_async (bench.blend, &output, file, exported, &done);
  while (!done)
    turn ();
  g_print ("\"film_s\":%.2f}\n", (double) (g_get_monotonic_time () - begin) / 1e6);
  g_remove (path);
  g_rmdir (folder);
}

static void
start (char **files)
{
  g_autoptr (GFile) model = g_file_new_for_commandline_arg (files[0]);
  GdkFrameClock *clock;

  bench.window = ag_window_new (NULL);
  gtk_window_set_default_size (GTK_WINDOW (bench.window), 1120, 740);
  ag_window_load_model (bench.window, model);
  gtk_window_present (GTK_WINDOW (bench.window));
  bench.blend = ag_blend_page_get_blend (ag_window_get_blend_page (bench.window));
  bench.samples = ag_sample_page_get_samples (ag_window_get_sample_page (bench.window));
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (bench.window));
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint), NULL);
  settle ();
  for (int i = 1; files[i] != NULL; i++)
    {
      g_autoptr (GFile) photo = g_file_new_for_commandline_arg (files[i]);

      ag_window_open_file (bench.window, photo);
      settle ();
    }
}

int
main (int argc, char **argv)
{
  GtkRange *scrubber, *temperature;

  if (argc < 2)
    {
      g_printerr ("usage: view-latency MODEL [PHOTO PHOTO]\n");
      return 2;
    }
  gtk_init ();
  adw_init ();
  start (argv + 1);

  gtk_widget_activate_action (GTK_WIDGET (bench.window), "win.view", "s", "blend");
  settle ();
  g_signal_connect (bench.blend, "picture-changed", G_CALLBACK (news), NULL);
  scrubber = find_range (GTK_WIDGET (ag_window_get_blend_page (bench.window)), 1);
  g_print ("{");
  measure_range ("scrub_ms", scrubber, 1 / 240.0, 2 / 240.0);
  measure_range ("again_ms", scrubber, 1 / 240.0, 2 / 240.0);

  gtk_widget_activate_action (GTK_WIDGET (bench.window), "win.view", "s", "sample");
  settle ();
  g_signal_connect (bench.samples, "face-changed", G_CALLBACK (face_changed), NULL);
  temperature =
    find_range (GTK_WIDGET (ag_window_get_sample_page (bench.window)), AG_SAMPLE_MAX_TEMPERATURE);
  measure_range ("temperature_ms", temperature, 0.205, 0.01);
  settle ();
  measure_grid (temperature);

  gtk_widget_activate_action (GTK_WIDGET (bench.window), "win.view", "s", "blend");
  settle ();
  measure_film ();
  gtk_window_destroy (GTK_WINDOW (bench.window));
  return 0;
}
