/* test-session.c: the tests of src/session
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "test-session.h"

#include "test-images.h"
#include "test-train-kill.h"

gboolean
test_wait_until (gboolean (*reached) (gpointer data), gpointer data)
{
  gint64 deadline = g_get_monotonic_time () + TEST_DEADLINE_US;

  while (!reached (data))
    {
      if (g_get_monotonic_time () > deadline)
        return FALSE;
      if (!g_main_context_iteration (NULL, FALSE))
        g_usleep (TEST_POLL_US);
    }
  return TRUE;
}

int
main (int argc, char **argv)
{
  char *cache;
  int result;

  if (test_train_session_child (argv[0]))
    return 0;
  /* One of our own, so that the tests can look into it. */
  cache = test_folder_new ();
  g_setenv ("XDG_CACHE_HOME", cache, TRUE);
  g_test_init (&argc, &argv, NULL);
  test_worker_add ();
  test_edit_state_add ();
  test_edit_preview_add ();
  test_edit_session_add ();
  test_edit_controls_add ();
  test_edit_receipts_add ();
  test_edit_region_add ();
  test_edit_work_add ();
  test_edit_faces_add ();
  test_blend_add ();
  test_blend_files_add ();
  test_sample_add ();
  test_own_slider_add ();
  test_face_refine_add ();
  test_grey_photo_add ();
  test_train_session_add ();
  test_train_kill_add ();
  test_face_crops_add ();
  result = g_test_run ();
  test_folder_free (cache);
  return result;
}
