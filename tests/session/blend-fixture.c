/* blend-fixture.c: a blend session with a tiny model, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "blend-fixture.h"

#include <stdlib.h>

#include "test-session.h"

gboolean
blend_is_settled (gpointer data)
{
  BlendFixture *f = data;

  return ag_blend_session_is_idle (f->blend) && ag_edit_session_is_idle (f->edit.session);
}

void
blend_settle (BlendFixture *f)
{
  g_assert_true (test_wait_until (blend_is_settled, f));
}

void
blend_fixture_set_up (BlendFixture *f, gconstpointer data)
{
  edit_fixture_set_up (&f->edit, NULL);
  f->blend = ag_blend_session_new (f->edit.session);
  ag_blend_session_set_display_size (f->blend, 40);
  ag_blend_session_set_active (f->blend, TRUE);
  blend_settle (f);
}

void
blend_fixture_tear_down (BlendFixture *f, gconstpointer data)
{
  ag_blend_session_close (f->blend);
  g_clear_object (&f->blend);
  edit_fixture_tear_down (&f->edit, NULL);
}

AgEditFace *
blend_open_photo (BlendFixture *f, const char *name, int width, int height, guint seed)
{
  g_autoptr (GFile) file = tiny_photo_save (f->edit.folder, name, width, height, seed);

  ag_edit_session_open_file (f->edit.session, file);
  blend_settle (f);
  return ag_edit_session_get_face (f->edit.session);
}

int
blend_largest_difference (AgImage *a, AgImage *b)
{
  int most = 0;

  g_assert_cmpint (a->width, ==, b->width);
  g_assert_cmpint (a->height, ==, b->height);
  for (gsize i = 0; i < g_bytes_get_size (a->pixels); i++)
    most = MAX (most, abs (ag_image_get_pixels (a)[i] - ag_image_get_pixels (b)[i]));
  return most;
}

void
blend_on_exported (GObject *source, GAsyncResult *result, gpointer data)
{
  BlendOutcome *outcome = data;

  outcome->saved =
    ag_blend_session_export_finish (AG_BLEND_SESSION (source), result, &outcome->error);
  outcome->done = TRUE;
}

gboolean
blend_outcome_done (gpointer data)
{
  return ((BlendOutcome *) data)->done;
}

GFile *
blend_export_to (BlendFixture *f,
                 const AgBlendOutput *output,
                 const char *name,
                 BlendOutcome *outcome)
{
  g_autofree char *path = g_build_filename (f->edit.folder, name, NULL);
  GFile *file = g_file_new_for_path (path);

  ag_blend_session_export_async (f->blend, output, file, blend_on_exported, outcome);
  g_assert_true (test_wait_until (blend_outcome_done, outcome));
  return file;
}
