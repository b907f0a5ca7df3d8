/* blend-fixture.h: a blend session with a tiny model, for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ag-blend-session.h"
#include "edit-fixture.h"

typedef struct
{
  EditFixture edit;
  AgBlendSession *blend;
} BlendFixture;

void blend_fixture_set_up (BlendFixture *f, gconstpointer data);
void blend_fixture_tear_down (BlendFixture *f, gconstpointer data);

/* For test_wait_until(): whether nothing is under way. */
gboolean blend_is_settled (gpointer fixture);
void blend_settle (BlendFixture *f);

/* Writes a photo and opens it; its face. */
AgEditFace *blend_open_photo (BlendFixture *f, const char *name, int width, int height, guint seed);

/* Between two pictures of one size. */
int blend_largest_difference (AgImage *a, AgImage *b);

typedef struct
{
  gboolean done, saved;
  GError *error;
} BlendOutcome;

gboolean blend_outcome_done (gpointer outcome);
void blend_on_exported (GObject *source, GAsyncResult *result, gpointer outcome);

/* Exports and waits; the file. */
GFile *blend_export_to (BlendFixture *f,
                        const AgBlendOutput *output,
                        const char *name,
                        BlendOutcome *outcome);
