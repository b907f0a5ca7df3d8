/* test-run-log.c: writing and reading log.jsonl
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "ag-run-log-writer.h"
#include "test-images.h"
#include "test-train.h"

static AgRunReport
make_report (guint64 step, double held_out)
{
  return (AgRunReport){ .step = step,
                        .images = 16 * step,
                        .train_bits_per_dim = 1.0 / 3,
                        .held_out_bits_per_dim = held_out,
                        .learning_rate = 1e-3,
                        .gradient_norm = 2.5,
                        .images_per_second = 38,
                        .seconds = 1e6 };
}

static void
test_round_trip (void)
{
  char *path = test_folder_new ();
  g_autoptr (GFile) run = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgRunLogWriter) writer = ag_run_log_writer_open (run, &error);
  g_autoptr (AgRunLog) log = NULL;
  static const double held_out[] = { NAN, 3, 2.5, 2.75 };

  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++)
    {
      AgRunReport report = make_report (i, held_out[i]);

      g_assert_true (ag_run_log_writer_report (writer, &report, i == 3, &error));
      g_assert_true (ag_run_log_writer_event (writer, i, "rollback", 0.5, &error));
    }
  g_assert_true (ag_run_log_writer_sync (writer, &error));
  log = ag_run_log_load (run, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (log->reports->len, ==, 4);
  g_assert_cmpint (log->best, ==, 2);
  for (guint i = 0; i < 4; i++)
    {
      AgRunReport *report = &g_array_index (log->reports, AgRunReport, i);

      g_assert_cmpuint (report->step, ==, i);
      g_assert_cmpuint (report->images, ==, 16 * i);
      g_assert_cmpfloat (fabs (report->train_bits_per_dim - 1.0 / 3), <, 1e-8);
      g_assert_true (isnan (report->held_out_bits_per_dim) == isnan (held_out[i]));
      g_assert_cmpfloat (report->learning_rate, ==, 1e-3);
      g_assert_cmpfloat (report->gradient_norm, ==, 2.5);
      g_assert_cmpfloat (report->images_per_second, ==, 38);
      g_assert_cmpfloat (report->seconds, ==, 1e6);
    }
  test_folder_free (path);
}

static void
test_lock (void)
{
  char *path = test_folder_new ();
  g_autoptr (GFile) run = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgRunLogWriter) writer = ag_run_log_writer_open (run, &error);

  g_assert_no_error (error);
  g_assert_null (ag_run_log_writer_open (run, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BUSY);
  g_clear_error (&error);
  g_clear_pointer (&writer, ag_run_log_writer_free);
  writer = ag_run_log_writer_open (run, &error);
  g_assert_no_error (error);
  test_folder_free (path);
}

static void
test_truncate (void)
{
  char *path = test_folder_new ();
  g_autoptr (GFile) run = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgRunLogWriter) writer = NULL;
  gboolean is_shorter;
  g_autofree char *text = NULL, *log = g_build_filename (path, "log.jsonl", NULL);

  test_write (path, "log.jsonl", "one\ntwo\nthr");
  writer = ag_run_log_writer_open (run, &error);
  g_assert_true (ag_run_log_writer_truncate (writer, 11, &is_shorter, &error));
  g_assert_false (is_shorter);
  g_assert_cmpuint (ag_run_log_writer_get_size (writer), ==, 8);
  g_assert_true (ag_run_log_writer_truncate (writer, 9, &is_shorter, &error));
  g_assert_true (is_shorter);
  g_assert_true (ag_run_log_writer_truncate (writer, 4, &is_shorter, &error));
  g_assert_false (is_shorter);
  g_file_get_contents (log, &text, NULL, NULL);
  g_assert_cmpstr (text, ==, "one\n");
  test_folder_free (path);
}

static void
test_defects (void)
{
  char *path = test_folder_new ();
  g_autoptr (GFile) run = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (AgRunLog) log = NULL;

  g_assert_null (ag_run_log_load (run, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  test_write (path, "log.jsonl", "{\"step\":1,\"images\":2}\n{\"step\":2,\"im");
  log = ag_run_log_load (run, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (log->reports->len, ==, 1);
  g_assert_true (isnan (g_array_index (log->reports, AgRunReport, 0).train_bits_per_dim));
  g_assert_cmpint (log->best, ==, -1);

  test_write (path, "log.jsonl", "{\"step\":1,\"images\":2}\n[1]\n");
  g_assert_null (ag_run_log_load (run, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  g_assert_cmpstr (error->message, ==, "log.jsonl: line 2: not a report of a training run");
  g_clear_error (&error);

  test_write (path, "log.jsonl", "{\"step\":-1,\"images\":2}\n");
  g_assert_null (ag_run_log_load (run, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  test_folder_free (path);
}

void
test_run_log_add (void)
{
  g_test_add_func ("/train/run-log/round-trip", test_round_trip);
  g_test_add_func ("/train/run-log/lock", test_lock);
  g_test_add_func ("/train/run-log/truncate", test_truncate);
  g_test_add_func ("/train/run-log/defects", test_defects);
}
