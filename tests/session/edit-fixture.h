/* edit-fixture.h: an edit session with a tiny model, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-edit-session.h"
#include "tiny-model.h"

#define EDIT_PHOTO_WIDTH  80
#define EDIT_PHOTO_HEIGHT 60

typedef struct
{
  char *folder;
  AgEditSession *session;
  char *problem;
  int n_pictures, n_limits;
} EditFixture;

AgEditSession *edit_session_new (const char *folder);
void edit_fixture_set_up (EditFixture *f, gconstpointer data);
void edit_fixture_tear_down (EditFixture *f, gconstpointer data);

/* For test_wait_until(). */
gboolean edit_is_idle (gpointer session);

/* Waits until nothing is under way. */
void edit_settle (EditFixture *f);

/* Opens a photo whose face square, 32 pixels from (24, 14), is well inside of it. */
GFile *edit_open_photo (EditFixture *f);
gboolean edit_same_pixels (AgImage *a, AgImage *b);

typedef struct
{
  gboolean done, saved;
  AgImage *image;
  GError *error;
} EditOutcome;

gboolean edit_outcome_done (gpointer outcome);
void edit_on_saved (GObject *source, GAsyncResult *result, gpointer outcome);
void edit_on_rendered (GObject *source, GAsyncResult *result, gpointer outcome);

/* Saves and waits. */
GFile *edit_save_as (EditFixture *f, const char *name, EditOutcome *outcome);
