/* edit-fixture.c: an edit session with a tiny model, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "edit-fixture.h"

#include "test-session.h"

static void
on_problem (AgEditSession *session, const char *message, EditFixture *f)
{
  g_free (f->problem);
  f->problem = g_strdup (message);
}

static void
count (int *counter)
{
  ++*counter;
}

gboolean
edit_is_idle (gpointer data)
{
  return ag_edit_session_is_idle (data);
}

void
edit_settle (EditFixture *f)
{
  g_assert_true (test_wait_until (edit_is_idle, f->session));
}

AgEditSession *
edit_session_new (const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = tiny_model_save (folder);
  AgEditSession *session = ag_edit_session_new (&error);

  g_assert_no_error (error);
  ag_edit_session_set_display_size (session, EDIT_PHOTO_WIDTH, EDIT_PHOTO_HEIGHT);
  ag_edit_session_load_model (session, file);
  return session;
}

void
edit_fixture_set_up (EditFixture *f, gconstpointer data)
{
  f->folder = tiny_folder_new ();
  f->session = edit_session_new (f->folder);
  g_signal_connect (f->session, "problem", G_CALLBACK (on_problem), f);
  g_signal_connect_swapped (f->session, "picture-changed", G_CALLBACK (count), &f->n_pictures);
  g_signal_connect_swapped (f->session, "limit-changed", G_CALLBACK (count), &f->n_limits);
  edit_settle (f);
}

void
edit_fixture_tear_down (EditFixture *f, gconstpointer data)
{
  ag_edit_session_close (f->session);
  g_clear_object (&f->session);
  g_clear_pointer (&f->problem, g_free);
  tiny_folder_remove (f->folder);
}

GFile *
edit_open_photo (EditFixture *f)
{
  GFile *file = tiny_photo_save (f->folder, "photo.png", EDIT_PHOTO_WIDTH, EDIT_PHOTO_HEIGHT, 1);
  const AgAlignment alignment = { 24, 14, 32, 0 };
  AgEyes eyes;

  ag_edit_session_open_file (f->session, file);
  edit_settle (f);
  ag_alignment_get_eyes (&alignment, &eyes);
  ag_edit_session_set_eyes (f->session, &eyes);
  ag_edit_session_end_drag (f->session);
  edit_settle (f);
  g_assert_null (f->problem);
  return file;
}

gboolean
edit_same_pixels (AgImage *a, AgImage *b)
{
  return a->width == b->width && a->height == b->height && g_bytes_equal (a->pixels, b->pixels);
}

gboolean
edit_outcome_done (gpointer data)
{
  return ((EditOutcome *) data)->done;
}

void
edit_on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  EditOutcome *outcome = data;

  outcome->saved = ag_edit_session_save_finish (AG_EDIT_SESSION (source), result, &outcome->error);
  outcome->done = TRUE;
}

void
edit_on_rendered (GObject *source, GAsyncResult *result, gpointer data)
{
  EditOutcome *outcome = data;

  outcome->image =
    ag_edit_session_render_finish (AG_EDIT_SESSION (source), result, &outcome->error);
  outcome->done = TRUE;
}

GFile *
edit_save_as (EditFixture *f, const char *name, EditOutcome *outcome)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  GFile *file = g_file_new_for_path (path);

  ag_edit_session_save_async (f->session, file, NULL, edit_on_saved, outcome);
  g_assert_true (test_wait_until (edit_outcome_done, outcome));
  return file;
}
